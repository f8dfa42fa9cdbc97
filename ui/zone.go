package ui

import (
	"net/url"
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/listing"
)

// zoneRoutes are the territory: its zones and communes, for everybody, and
// what draws them, for moderators.
func (s *Server) zoneRoutes() []route {
	return []route{
		{GET, "/territoire", public, s.zones},
		{GET, "/territoire/:zone", public, s.showZone},
		{GET, "/c/:commune", public, s.area},
		{GET, "/territoire/nouvelle", moderator, s.zoneNew},
		{POST, "/territoire/nouvelle", moderator, s.zoneMake},
		{GET, "/territoire/:zone/modifier", moderator, s.zoneEdit},
		{POST, "/territoire/:zone/modifier", moderator, s.zoneChange},
		{POST, "/territoire/:zone/communes", moderator, s.zoneCommunes},
		{POST, "/territoire/:zone/contour", moderator, s.zoneDraw},
		{POST, "/territoire/:zone/fiches", moderator, s.zoneHands},
		{GET, "/territoire/:zone/effacer", moderator, s.zoneRemoveForm},
		{POST, "/territoire/:zone/effacer", moderator, s.zoneRemove},
		{POST, "/territoire/:zone/proposer", operator, s.zonePublish},
		{GET, "/admin/territoire", operator, s.territoryForm},
		{POST, "/admin/territoire", operator, s.territorySet},
	}
}

// zonePath is where a zone's page is.
func zonePath(id string) string { return "/territoire/" + url.PathEscape(id) }

// zoneLine is a zone in the list of all.
type zoneLine struct {
	listing.Zone
	Kind  string
	Href  string
	Count int64
}

type zonesPage struct {
	page
	Zones     []zoneLine
	Own       *areaLink // the commune of the box
	Territory string    // where the box looks first, in words
	Further   []further
	Empty     noticeView
}

// areaLink leads to a commune.
type areaLink struct{ Href, Word string }

// zones lists the zones of the territory.
func (s *Server) zones(r *request) error {
	p := &zonesPage{page: r.page("listing.zones.title")}
	err := r.View(func(tx *store.Tx) error {
		list, err := listing.Zones(tx)
		if err != nil {
			return err
		}
		for _, z := range list {
			n, err := listing.Count(tx, listing.Query{Zone: z.ID})
			if err != nil {
				return err
			}
			p.Zones = append(p.Zones, zoneLine{z, r.zoneKind(z.Kind), zonePath(z.ID), n})
		}
		if p.Territory, err = r.territoryWords(tx); err != nil {
			return err
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		if a, err := listing.AreaOf(tx, home.Commune); err == nil && a.Slug != "" {
			p.Own = &areaLink{"/c/" + a.Slug, a.Name}
		}
		if p.Further, err = r.further(tx, listing.Query{}, "/recherche", url.Values{}); err != nil {
			return err
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	p.Empty.Text = r.T("listing.zones.none")
	return r.Render("listing/zones", p)
}

// zoneKind is what sort of area a zone is, in words.
func (s *speech) zoneKind(k listing.ZoneKind) string { return s.T("listing.zone.kind_" + string(k)) }

// territoryWords says where the box looks first.
func (r *request) territoryWords(tx *store.Tx) (string, error) {
	t, err := listing.TerritoryOf(tx)
	if err != nil {
		return "", err
	}
	switch {
	case t.Zone != "":
		z, err := listing.GetZone(tx, t.Zone)
		return z.Name, err
	case t.RadiusKM > 0:
		return r.T("listing.territory.around", "km", t.RadiusKM), nil
	default:
		return "", nil
	}
}

// surroundings is what a page of an area shows of it: what is on, what is new,
// how much there is, and the same as lists of their own.
type surroundings struct {
	Total   int64
	Kinds   []kindCount
	Ongoing []cardView
	Days    []dayView
	More    bool
	New     []cardView
	Filter  string // "zone=…" or "commune=…"
	Lists   []areaLink
	Follow  *followView
}

// kindCount is how many cards of a kind there are.
type kindCount struct {
	subject
	Count int64
	Href  string
}

// Bounds of a page of an area.
const (
	areaEvents = 20
	areaNew    = 8
)

// lookAround fills what a page of an area shows.
func (r *request) lookAround(tx *store.Tx, q listing.Query, filter url.Values) (*surroundings, error) {
	p := &surroundings{Filter: filter.Encode()}
	if err := fromHome(tx, &q); err != nil {
		return nil, err
	}
	for _, kind := range r.shownKinds() {
		k := q
		k.Kind = kind
		n, err := listing.Count(tx, k)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			p.Kinds = append(p.Kinds, kindCount{r.subjectOf(kind), n, "/recherche?kind=" + kind + "&" + p.Filter})
		}
	}
	var err error
	if p.Total, err = listing.Count(tx, q); err != nil {
		return nil, err
	}
	if p.Follow, err = r.followSearch(tx, q); err != nil {
		return nil, err
	}
	events, newest := q, q
	events.Kind, events.From, events.Limit = listing.KindEvent, r.today(), areaEvents
	res, err := listing.Find(tx, events)
	if err != nil {
		return nil, err
	}
	distances(res.Cards, false)
	p.More = res.Next != ""
	p.Ongoing, p.Days = r.byDay(res.Cards, events.From)
	newest.Limit = areaNew
	if res, err = listing.Find(tx, newest); err != nil {
		return nil, err
	}
	distances(res.Cards, false)
	for _, c := range res.Cards {
		p.New = append(p.New, r.card(c, false))
	}
	for _, l := range []areaLink{
		{"/agenda", "agenda.title"},
		{"/recherche", "listing.search.title"},
		{"/carte", "listing.area.map"},
		{"/agenda.ics", "listing.feeds.calendar"},
		{"/fiches.csv", "listing.feeds.table"},
		{"/fiches.geojson", "listing.feeds.map"},
	} {
		if r.s.has(l.Href) && !r.isOff(l.Href) {
			p.Lists = append(p.Lists, areaLink{l.Href + "?" + p.Filter, r.T(l.Word)})
		}
	}
	return p, r.freshUntilListsChange(tx)
}

type zonePage struct {
	page
	Zone     listing.Zone
	Kind     string
	State    bool // a zone the state knows
	Communes []areaLink
	Source   *noticeView // whose territory it is a copy of
	*surroundings
}

// showZone is the page of one zone.
func (s *Server) showZone(r *request) error {
	p := &zonePage{page: r.page("")}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Zone, err = listing.GetZone(tx, r.Param("zone")); err != nil {
			return err
		}
		if p.Communes, err = communeLinks(tx, p.Zone.Communes); err != nil {
			return err
		}
		if p.Source, err = r.zoneSource(tx, p.Zone); err != nil {
			return err
		}
		p.surroundings, err = r.lookAround(tx, listing.Query{Zone: p.Zone.ID}, url.Values{"zone": {p.Zone.ID}})
		return err
	})
	if err != nil {
		return err
	}
	p.Title, p.Kind, p.State = r.Typo(p.Zone.Name), r.zoneKind(p.Zone.Kind), p.Zone.Kind.Administrative()
	return r.Render("listing/zone", p)
}

// communeLinks leads to the pages of communes.
func communeLinks(tx *store.Tx, codes []string) ([]areaLink, error) {
	var list []areaLink
	for _, code := range codes {
		a, err := listing.AreaOf(tx, code)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		l := areaLink{Word: a.Name}
		if a.Slug != "" {
			l.Href = "/c/" + a.Slug
		}
		list = append(list, l)
	}
	return list, nil
}

type areaPage struct {
	page
	Area  listing.Area
	Zones []areaLink
	Away  string
	*surroundings
}

// area is the page of one commune: the same lists, kept to it.
func (s *Server) area(r *request) error {
	p := &areaPage{page: r.page("")}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Area, err = listing.AreaBySlug(tx, r.Param("commune")); err != nil {
			return err
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		if home.Position != nil && p.Area.Position != nil && home.Commune != p.Area.Commune {
			p.Away = r.Away(home.Position.DistanceKM(*p.Area.Position), home.Position.Direction(*p.Area.Position))
		}
		zones, err := listing.ZonesOfCommune(tx, p.Area.Commune)
		if err != nil {
			return err
		}
		for _, z := range zones {
			p.Zones = append(p.Zones, areaLink{zonePath(z.ID), r.Typo(z.Name)})
		}
		p.surroundings, err = r.lookAround(tx, listing.Query{Commune: p.Area.Commune}, url.Values{"commune": {p.Area.Commune}})
		return err
	})
	if err != nil {
		return err
	}
	p.Title = p.Area.Name
	return r.Render("listing/area", p)
}

// further is one circle of "plus loin", with what it would find.
type further struct {
	Href, Word string
	Count      int64
	Current    bool
}

// further offers the circles around the box, each with its number, and
// everywhere. There is none where nobody knows where the box stands.
func (r *request) further(tx *store.Tx, q listing.Query, path string, v url.Values) ([]further, error) {
	if err := fromHome(tx, &q); err != nil || q.Near == nil {
		return nil, err
	}
	counts, err := listing.CountWithin(tx, q, rings)
	if err != nil {
		return nil, err
	}
	all := q
	all.RadiusKM, all.Cursor = 0, ""
	total, err := listing.Count(tx, all)
	if err != nil || total == 0 {
		return nil, err
	}
	var list []further
	for i, km := range append(slices.Clone(rings), 0) {
		w := url.Values{}
		for k, s := range v {
			if k != "cursor" && k != "lang" && k != "radius_km" {
				w[k] = s
			}
		}
		f := further{Word: r.T("listing.further.all"), Count: total, Current: q.RadiusKM == km}
		if km > 0 {
			w.Set("radius_km", strconv.Itoa(int(km)))
			f.Word, f.Count = r.T("listing.further.km", "km", int(km)), counts[i]
		}
		f.Href = path
		if len(w) > 0 {
			f.Href += "?" + w.Encode()
		}
		list = append(list, f)
	}
	return list, nil
}

// zoneKey is where the name of a zone stands among the names of places.
func zoneKey(id string) string { return "zone " + id }

// nameZone adds the name of the zone a list is kept to.
func nameZone(tx *store.Tx, q listing.Query, names map[string]string) error {
	if q.Zone == "" {
		return nil
	}
	z, err := listing.GetZone(tx, q.Zone)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	names[zoneKey(q.Zone)] = z.Name
	return err
}

// zoneChoices are the zones a list can be kept to; none without zones.
func (r *request) zoneChoices(tx *store.Tx) ([]choice, error) {
	list, err := listing.Zones(tx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	choices := []choice{{Value: "", Label: r.T("listing.zone.any")}}
	for _, z := range list {
		choices = append(choices, choice{Value: z.ID, Label: r.Typo(z.Name)})
	}
	return choices, nil
}

// inTerritory keeps a query within the box's territory.
func inTerritory(tx *store.Tx, q *listing.Query) error {
	t, err := listing.TerritoryOf(tx)
	if err == nil {
		t.Limit(q)
	}
	return err
}
