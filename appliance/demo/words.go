package demo

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// The village, its people and its neighbours: all invented.
const (
	communeName = "Saint-Aubrac-sur-Lère"
	communeCode = "x-demo"
	homeLat     = 44.962
	homeLon     = 1.914
)

var publisher = account.Publisher{
	Name: "Commune de Saint-Aubrac-sur-Lère", Address: "1 place du Foirail, Saint-Aubrac-sur-Lère", Phone: "05 00 00 00 00",
	Director: "La maire de Saint-Aubrac-sur-Lère", Host: "Mairie de Saint-Aubrac-sur-Lère",
	HostAddress: "1 place du Foirail, Saint-Aubrac-sur-Lère", HostPhone: "05 00 00 00 00", Contact: "À la mairie, le mardi matin",
}

// People are those who live in the village, the operator first, with what they
// sign in with.
func People() []Person { return append([]Person(nil), folk...) }

// folk are the six; the operator comes first.
var folk = []Person{
	{Login: "mairie", Name: "Secrétariat de mairie", Password: "noix-cerise-lanterne-pont", Role: store.Operator},
	{Login: "odette", Name: "Odette Vialas", Password: "panier-brume-clocher-sel", Role: store.Moderator},
	{Login: "karim", Name: "Karim Lascombe", Password: "tilleul-craie-moulin-drap", Role: store.Moderator},
	{Login: "comite", Name: "Comité des fêtes", Password: "lampion-guinguette-table-vin", Role: store.Resident},
	{Login: "jeanne", Name: "Jeanne Rouquié", Password: "merle-fagot-rivière-laine", Role: store.Resident},
	{Login: "paul", Name: "Paul Delbreil", Password: "girolle-pierre-grange-thym", Role: store.Resident},
}

type neighbourPlace struct {
	name, code string
	at         listing.Point
}

var neighbourPlaces = []neighbourPlace{
	{"Valmorel-sur-Lère", "x-demo-2", listing.At(44.991, 1.987)},
	{"Puy-Lérac", "x-demo-3", listing.At(44.873, 1.802)},
}

// activity is something that happens in a village; hours 0 is all day.
type activity struct {
	title, text string
	hour, hours int
	tags        []string
}

var activities = []activity{
	{"Vide-grenier", "Exposants à partir de 6 h, buvette et grillades à midi.", 8, 9, []string{"vide-grenier", "marché"}},
	{"Marché de producteurs", "Fromages, légumes, pain au feu de bois. On mange sur place.", 18, 4, []string{"marché", "repas"}},
	{"Loto", "Nombreux lots, jambon et bons d'achat. Crêpes et boissons.", 20, 4, []string{"loto"}},
	{"Concert", "Chansons et accordéon, participation libre.", 20, 2, []string{"musique", "concert"}},
	{"Bal trad", "Bourrées et scottishs, initiation une heure avant.", 21, 4, []string{"danse", "musique"}},
	{"Randonnée", "Douze kilomètres, prévoir de bonnes chaussures et le pique-nique.", 9, 4, []string{"randonnée", "sport"}},
	{"Réunion publique", "Présentation du projet, questions et verre de l'amitié.", 18, 2, []string{"mairie"}},
	{"Conseil municipal", "Séance ouverte à tout le monde.", 20, 2, []string{"mairie"}},
	{"Atelier cuisine", "On apporte un tablier, on repart avec un plat.", 14, 3, []string{"cuisine", "atelier"}},
	{"Atelier vélo", "Réparer soi-même avec les outils de l'association.", 10, 3, []string{"vélo", "atelier"}},
	{"Bibliothèque ouverte", "Prêt gratuit, coin des enfants.", 15, 2, []string{"lecture", "enfants"}},
	{"Lecture à voix haute", "Contes d'ici et d'ailleurs, dès cinq ans.", 16, 1, []string{"lecture", "enfants"}},
	{"Chorale", "Répétition ouverte, sans savoir lire la musique.", 20, 2, []string{"musique", "chant"}},
	{"Cinéma", "Un film récent, sièges confortables.", 20, 2, []string{"cinéma"}},
	{"Repas des aînés", "Offert par la commune, sur inscription.", 12, 4, []string{"repas"}},
	{"Chantier participatif", "Murets de pierre sèche : on apprend en faisant.", 9, 7, []string{"chantier", "patrimoine"}},
	{"Bourse aux plantes", "Échange de graines, boutures et conseils.", 10, 5, []string{"jardin", "troc"}},
	{"Don du sang", "Se présenter avec une pièce d'identité.", 15, 4, []string{"santé"}},
	{"Permanence informatique", "Aide pour les démarches et le téléphone.", 14, 3, []string{"entraide", "numérique"}},
	{"Tournoi de pétanque", "Doublettes formées, lots à toutes les équipes.", 14, 6, []string{"sport", "pétanque"}},
	{"Exposition de peinture", "Œuvres des habitantes et habitants.", 0, 0, []string{"exposition", "art"}},
	{"Fête du village", "Manège, repas, feu d'artifice.", 0, 0, []string{"fête"}},
	{"Journée citoyenne", "On nettoie les chemins ensemble ; casse-croûte offert.", 0, 0, []string{"chantier"}},
	{"Collecte des encombrants", "Déposer la veille au soir devant chez soi.", 0, 0, []string{"mairie"}},
}

var details = []string{
	"du printemps", "d'automne", "de la Saint-Jean", "des écoles", "du Foirail", "au bord de la Lère", "des voisins",
	"de la vallée", "pour le clocher", "du dimanche", "à la chandelle", "des quatre hameaux", "de l'Amicale", "du moulin",
}

var places = []string{
	"Salle des fêtes", "Place du Foirail", "Sous la halle", "École", "Église", "Stade", "Moulin de la Lère", "Bibliothèque",
	"Salle de la mairie", "Boulodrome", "Grange de Combelongue", "Pré de la Fontaine",
}

var organisers = []string{
	"Comité des fêtes", "Amicale laïque", "Commune", "Les Amis du moulin", "Foyer rural", "Club des aînés", "Lère en chœur", "",
}

var contacts = []string{"à la mairie", "à l'épicerie", "au foyer rural, le mercredi", "sur place", ""}

var cancellations = []string{"La salle est en travaux.", "Météo trop mauvaise.", "Pas assez de monde inscrit.", ""}

// thing is a card of a neighbour that is no event.
type thing struct {
	kind, title string
	tags        []string
	price       *listing.Price
}

var things = []thing{
	{listing.KindOffer, "Bois de chauffage, deux stères", []string{"bois de chauffage", "à vendre"}, &listing.Price{Amount: 11000, Unit: "EUR"}},
	{listing.KindOffer, "Plants de tomates anciennes", []string{"jardin et plantes", "à donner"}, &listing.Price{Unit: "free"}},
	{listing.KindOffer, "Vélo d'enfant, vingt pouces", []string{"vélos", "à vendre"}, &listing.Price{Amount: 3500, Unit: "EUR"}},
	{listing.KindNeed, "Cherche covoiturage vers le marché", []string{"covoiturage"}, nil},
	{listing.KindNeed, "Cherche bras pour les foins", []string{"entraide"}, &listing.Price{Amount: 120, Unit: "min"}},
	{listing.KindOrg, "Les Amis du vieux pont", []string{"patrimoine"}, nil},
	{listing.KindPlace, "Point d'eau potable de la halle", []string{"eau"}, nil},
}

// proposals wait for a moderator.
var proposals = []struct{ title, time, text string }{
	{"Troc de livres et de disques", "14:30", "Chacun apporte, chacun repart. Entrée libre."},
	{"Observation des étoiles", "21:00", "Prêt de jumelles, vêtements chauds conseillés."},
}
