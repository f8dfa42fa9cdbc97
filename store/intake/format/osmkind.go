package format

// use is what a thing on the map is to the directory.
type use struct{ kind, category, name string }

// uses maps key=value of OpenStreetMap, and key=* for any value, to the
// directory's categories. The name is what a point of interest is called that
// has none of its own.
var uses = map[string]use{
	"emergency=defibrillator":     {KindPOI, "defibrillateur", "Défibrillateur"},
	"amenity=drinking_water":      {KindPOI, "point-d-eau", "Point d’eau"},
	"amenity=water_point":         {KindPOI, "point-d-eau", "Point d’eau"},
	"amenity=toilets":             {KindPOI, "toilettes", "Toilettes"},
	"amenity=public_bookcase":     {KindPOI, "boite-a-livres", "Boîte à livres"},
	"amenity=recycling":           {KindPOI, "point-de-tri", "Point de tri"},
	"recycling:organic=yes":       {KindPOI, "composteur", "Composteur"},
	"amenity=bench":               {KindPOI, "banc", "Banc"},
	"leisure=picnic_table":        {KindPOI, "table", "Table de pique-nique"},
	"tourism=picnic_site":         {KindPOI, "table", "Aire de pique-nique"},
	"tourism=viewpoint":           {KindPOI, "point-de-vue", "Point de vue"},
	"amenity=baking_oven":         {KindPOI, "four-a-pain", "Four à pain"},
	"historic=oven":               {KindPOI, "four-a-pain", "Four à pain"},
	"amenity=charging_station":    {KindPOI, "borne-de-recharge", "Borne de recharge"},
	"amenity=car_pooling":         {KindPOI, "covoiturage", "Aire de covoiturage"},
	"amenity=bicycle_parking":     {KindPOI, "velos", "Stationnement vélo"},
	"amenity=post_box":            {KindPOI, "boite-aux-lettres", "Boîte aux lettres"},
	"information=board":           {KindPOI, "affichage", "Panneau d’information"},
	"advertising=board":           {KindPOI, "affichage", "Panneau d’affichage"},
	"tourism=artwork":             {KindPOI, "oeuvre", "Œuvre d’art"},
	"denotation=natural_monument": {KindPOI, "arbre", "Arbre remarquable"},
	"amenity=townhall":            {KindPlace, "mairie", ""},
	"amenity=school":              {KindPlace, "ecole", ""},
	"amenity=kindergarten":        {KindPlace, "ecole", ""},
	"amenity=college":             {KindPlace, "ecole", ""},
	"amenity=library":             {KindPlace, "bibliotheque", ""},
	"amenity=community_centre":    {KindPlace, "salle", ""},
	"amenity=events_venue":        {KindPlace, "salle", ""},
	"amenity=theatre":             {KindPlace, "salle", ""},
	"amenity=cinema":              {KindPlace, "salle", ""},
	"amenity=arts_centre":         {KindPlace, "salle", ""},
	"amenity=marketplace":         {KindPlace, "marche", ""},
	"amenity=place_of_worship":    {KindPlace, "lieu-de-culte", ""},
	"amenity=coworking_space":     {KindPlace, "tiers-lieu", ""},
	"office=coworking":            {KindPlace, "tiers-lieu", ""},
	"amenity=clinic":              {KindPlace, "maison-de-sante", ""},
	"healthcare=centre":           {KindPlace, "maison-de-sante", ""},
	"leisure=pitch":               {KindPlace, "terrain", ""},
	"leisure=sports_centre":       {KindPlace, "terrain", ""},
	"leisure=stadium":             {KindPlace, "terrain", ""},
	"leisure=swimming_pool":       {KindPlace, "terrain", ""},
	"leisure=playground":          {KindPlace, "aire-de-jeux", ""},
	"leisure=park":                {KindPlace, "parc", ""},
	"leisure=garden":              {KindPlace, "parc", ""},
	"tourism=museum":              {KindPlace, "patrimoine", ""},
	"historic=castle":             {KindPlace, "patrimoine", ""},
	"historic=monument":           {KindPlace, "patrimoine", ""},
	"historic=memorial":           {KindPlace, "patrimoine", ""},
	"historic=ruins":              {KindPlace, "patrimoine", ""},
	"tourism=hotel":               {KindPlace, "hebergement", ""},
	"tourism=guest_house":         {KindPlace, "hebergement", ""},
	"tourism=hostel":              {KindPlace, "hebergement", ""},
	"tourism=chalet":              {KindPlace, "hebergement", ""},
	"tourism=alpine_hut":          {KindPlace, "hebergement", ""},
	"tourism=camp_site":           {KindPlace, "camping", ""},
	"tourism=caravan_site":        {KindPlace, "camping", ""},
	"railway=station":             {KindPlace, "arret", ""},
	"railway=halt":                {KindPlace, "arret", ""},
	"highway=bus_stop":            {KindPlace, "arret", ""},
	"amenity=bus_station":         {KindPlace, "arret", ""},
	"amenity=post_office":         {KindOrg, "service-public", ""},
	"amenity=police":              {KindOrg, "service-public", ""},
	"amenity=fire_station":        {KindOrg, "service-public", ""},
	"office=government":           {KindOrg, "service-public", ""},
	"amenity=pharmacy":            {KindOrg, "sante", ""},
	"amenity=doctors":             {KindOrg, "sante", ""},
	"amenity=dentist":             {KindOrg, "sante", ""},
	"amenity=hospital":            {KindOrg, "sante", ""},
	"amenity=veterinary":          {KindOrg, "sante", ""},
	"healthcare=*":                {KindOrg, "sante", ""},
	"amenity=restaurant":          {KindOrg, "commerce", ""},
	"amenity=cafe":                {KindOrg, "commerce", ""},
	"amenity=bar":                 {KindOrg, "commerce", ""},
	"amenity=pub":                 {KindOrg, "commerce", ""},
	"amenity=fast_food":           {KindOrg, "commerce", ""},
	"amenity=fuel":                {KindOrg, "commerce", ""},
	"amenity=bank":                {KindOrg, "commerce", ""},
	"shop=*":                      {KindOrg, "commerce", ""},
	"craft=*":                     {KindOrg, "artisan", ""},
	"office=association":          {KindOrg, "association", ""},
	"club=*":                      {KindOrg, "association", ""},
	"amenity=social_centre":       {KindOrg, "association", ""},
	"office=*":                    {KindOrg, "entreprise", ""},
	"amenity=driving_school":      {KindOrg, "enseignement", ""},
	"amenity=music_school":        {KindOrg, "enseignement", ""},
}

// useKeys are the keys looked at, the most telling first.
var useKeys = []string{
	"emergency", "amenity", "shop", "craft", "office", "club", "healthcare", "leisure", "tourism", "historic",
	"information", "advertising", "denotation", "railway", "highway", "recycling:organic",
}

// placeOf is the use of a thing with tags; the zero use when the directory has
// no place for it, or it is gone.
func placeOf(tags map[string]string) use {
	if tags["amenity"] == "recycling" && tags["recycling:organic"] == "yes" {
		return uses["recycling:organic=yes"]
	}
	for _, gone := range []string{"disused", "abandoned", "demolished"} {
		if tags[gone] == "yes" {
			return use{}
		}
	}
	if tags["access"] == "private" {
		return use{}
	}
	for _, k := range useKeys {
		v := tags[k]
		if v == "" || v == "no" || v == "vacant" {
			continue
		}
		if u, ok := uses[k+"="+v]; ok {
			return u
		}
		if u, ok := uses[k+"=*"]; ok {
			return u
		}
	}
	return use{}
}
