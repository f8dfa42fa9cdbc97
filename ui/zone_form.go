package ui

import (
	"net/url"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// zoneForm is the form of a zone's name.
type zoneFormPage struct {
	page
	Form   *form
	Action string
	Kinds  []choice
}

func (r *request) zoneForm(f *form) *zoneFormPage {
	return &zoneFormPage{page: r.page("listing.zone.new"), Form: f, Action: r.Request().URL.Path, Kinds: r.zoneKinds()}
}

func (r *request) zoneKinds() []choice {
	var list []choice
	for _, k := range listing.ZoneKinds {
		c := choice{Value: string(k), Label: r.zoneKind(k)}
		if !k.Administrative() {
			c.Help = r.T("listing.zone.not_state")
		}
		list = append(list, c)
	}
	return list
}

// zoneNew is an empty form.
func (s *Server) zoneNew(r *request) error {
	return r.Render("listing/zone_new", r.zoneForm(r.emptyForm("kind", string(listing.ZoneBasin))))
}

// zoneOf reads a zone's name, kind and note.
func zoneOf(f *form) listing.Zone {
	return listing.Zone{Name: f.text("name"), Kind: listing.ZoneKind(f.text("kind")), Note: f.lines("note")}
}

// zoneMake makes the zone and goes on to what lies in it.
func (s *Server) zoneMake(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	z := zoneOf(f)
	err = r.Update(func(tx *store.Tx) error { return listing.MakeZone(tx, &z) })
	if f.refuse(err) {
		return r.RenderForm("listing/zone_new", r.zoneForm(f))
	} else if err != nil {
		return err
	}
	return r.Redirect(zonePath(z.ID)+"/modifier", "listing.zone.made")
}

// found is a commune a search found.
type foundCommune struct {
	listing.Commune
	In bool // the zone has it
}

// grouping is an EPCI to take in whole.
type grouping struct {
	EPCI, Name string
	Count      int
}

// zoneEditPage is all that can be changed of a zone, a part a form.
type zoneEditPage struct {
	page
	Zone      listing.Zone
	Kinds     []choice
	Form      *form // of the part that was sent, or as it stands
	Part      string
	Communes  []communeTick
	Found     []foundCommune
	Total     int
	Groupings []grouping
	Points    int      // of the outline
	Map       *mapView // to draw it on
	PutIn     []cardView
	TakenOut  []cardView
	Shapes    []choice
	Publishes bool // the box has neighbours that may see the zone
}

// communeTick is a commune of the zone.
type communeTick struct{ Code, Name, Department string }

// zoneEdit shows a zone with a search for communes.
func (s *Server) zoneEdit(r *request) error {
	return r.zoneEditAgain("", nil)
}

// zoneEditAgain shows the zone's forms; f is the one of a part that was
// refused.
func (r *request) zoneEditAgain(part string, f *form) error {
	p := &zoneEditPage{page: r.page("listing.zone.edit"), Kinds: r.zoneKinds(), Part: part, Publishes: r.s.opt.Neighbours != nil}
	q := r.queryForm().text("q")
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Zone, err = listing.GetZone(tx, r.Param("zone")); err != nil {
			return err
		}
		if err := p.readCommunes(tx); err != nil {
			return err
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		p.Map = r.pickMap("points", home.Position)
		in, out, err := listing.ByHand(tx, p.Zone)
		for _, c := range in {
			p.PutIn = append(p.PutIn, r.handView(c))
		}
		for _, c := range out {
			p.TakenOut = append(p.TakenOut, r.handView(c))
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := p.search(q); err != nil {
		return err
	}
	for _, polygon := range p.Zone.Shape {
		for _, ring := range polygon {
			p.Points += len(ring)
		}
	}
	for _, how := range []string{"points", "circle", "geojson"} {
		p.Shapes = append(p.Shapes, choice{Value: how, Label: r.T("listing.zone.shape_" + how)})
	}
	if p.Form = f; f == nil {
		p.Form = r.emptyForm("q", q)
	}
	p.fill()
	if f != nil {
		return r.RenderForm("listing/zone_edit", p)
	}
	return r.Render("listing/zone_edit", p)
}

// handView is a card in the list of those put in or out by hand; More is what
// the form calls it.
func (r *request) handView(c listing.Card) cardView {
	v := r.card(c, false)
	v.More = c.Ref.ID
	return v
}

// readCommunes names the zone's communes.
func (p *zoneEditPage) readCommunes(tx *store.Tx) error {
	areas, err := listing.Areas(tx, p.Zone.Communes)
	for _, code := range p.Zone.Communes {
		p.Communes = append(p.Communes, communeTick{code, areas[code].Name, areas[code].Department})
	}
	return err
}

// search finds communes to add, and the groupings they are of.
func (p *zoneEditPage) search(q string) (err error) {
	found, total, err := listing.SearchCommunes(q, communesShown)
	if err != nil {
		return err
	}
	p.Total = total
	has, seen := map[string]bool{}, map[string]bool{}
	for _, code := range p.Zone.Communes {
		has[code] = true
	}
	for _, c := range found {
		p.Found = append(p.Found, foundCommune{c, has[c.INSEE]})
		if c.EPCI == "" || seen[c.EPCI] || len(p.Groupings) == maxGroupings {
			continue
		}
		seen[c.EPCI] = true
		codes, err := listing.CommunesOf(c.EPCI)
		if err != nil {
			return err
		}
		p.Groupings = append(p.Groupings, grouping{c.EPCI, c.Grouping, len(codes)})
	}
	return nil
}

// maxGroupings is how many groupings a search offers to take in whole.
const maxGroupings = 4

// fill writes the zone as it stands into the fields of the parts that were not
// sent.
func (p *zoneEditPage) fill() {
	set := func(part, name, value string) {
		if p.Part != part {
			p.Form.values.Set(name, value)
		}
	}
	set("name", "name", p.Zone.Name)
	set("name", "kind", string(p.Zone.Kind))
	set("name", "note", p.Zone.Note)
	if p.Part == "shape" {
		return
	}
	p.Form.values.Set("how", "points")
	if s := p.Zone.Shape; len(s) == 1 && len(s[0]) == 1 {
		lines := make([]string, len(s[0][0]))
		for i, point := range s[0][0] {
			lines[i] = p.speech().coordinates(point)
		}
		p.Form.values.Set("points", strings.Join(lines, "\n"))
	} else if len(s) > 0 {
		p.Form.values.Set("how", "geojson")
	}
	p.Form.values.Set("geojson", p.Zone.Shape.GeoJSON())
}

// Asked tells whether a search for communes was made.
func (p *zoneEditPage) Asked() bool { return p.Form.text("q") != "" }

// Cut tells whether there are more communes than shown.
func (p *zoneEditPage) Cut() bool { return p.Total > len(p.Found) }

// handList is the cards somebody put in or took out, each with a button to
// leave it to its place again.
type handList struct {
	Cards        []cardView
	Action, Word string
}

// Hands is a handList of the zone.
func (p *zoneEditPage) Hands(cards []cardView) handList {
	return handList{cards, p.Self() + "/fiches", p.T("listing.zone.itself")}
}

// Self is the zone's page.
func (p *zoneEditPage) Self() string { return zonePath(p.Zone.ID) }

// zoneChanged runs a change of a part of a zone: refused with the form again,
// or back to the zone's forms.
func (r *request) zoneChanged(part string, f *form, change func(tx *store.Tx) error) error {
	var err error
	if f.ok() {
		err = r.Update(change)
	}
	if f.refuse(err) || !f.ok() {
		return r.zoneEditAgain(part, f)
	} else if err != nil {
		return err
	}
	to := zonePath(r.Param("zone")) + "/modifier"
	if q := f.text("q"); q != "" {
		to += "?q=" + url.QueryEscape(q)
	}
	return r.Redirect(to+"#"+part, "listing.zone.changed")
}

// zoneChange stores name, kind and note.
func (s *Server) zoneChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	z := zoneOf(f)
	z.ID = r.Param("zone")
	return r.zoneChanged("name", f, func(tx *store.Tx) error { return listing.ChangeZone(tx, z) })
}

// zoneCommunes adds communes, chosen one by one or a whole EPCI at once, or
// takes them out.
func (s *Server) zoneCommunes(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if drop := f.values["drop"]; len(drop) > 0 {
		return r.zoneChanged("communes", f, func(tx *store.Tx) error {
			return listing.DropCommunes(tx, r.Param("zone"), drop)
		})
	}
	codes := f.values["commune"]
	if epci := f.text("epci"); epci != "" {
		if codes, err = listing.CommunesOf(epci); err != nil {
			return err
		}
	}
	if len(codes) == 0 {
		f.fault("commune", "err.listing.zone_none")
	}
	return r.zoneChanged("communes", f, func(tx *store.Tx) error {
		return listing.AddCommunes(tx, r.Param("zone"), codes)
	})
}

// zoneHands puts a card in or out by its short code, its address or its id, or
// leaves it to its place again.
func (s *Server) zoneHands(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	how, ok := map[string]listing.Hand{"in": listing.PutIn, "out": listing.TakenOut, "itself": listing.ByItself}[f.text("do")]
	if !ok {
		return errBadText
	}
	return r.zoneChanged("cards", f, func(tx *store.Tx) error {
		c, err := cardNamed(tx, f.text("card"))
		if err != nil {
			return err
		}
		return listing.PutByHand(tx, r.Param("zone"), c, how)
	})
}

// cardNamed finds a card by what people copy: its short code, its address, its
// id.
func cardNamed(tx *store.Tx, name string) (listing.Card, error) {
	if i := strings.LastIndexByte(strings.TrimRight(name, "/"), '/'); i >= 0 {
		name = strings.TrimRight(name, "/")[i+1:]
	}
	for _, find := range []func(*store.Tx, string) (listing.Card, error){listing.ByCode, listing.ByID} {
		if c, err := find(tx, name); err == nil {
			return c, nil
		} else if store.KindOf(err) != store.NotFound {
			return c, err
		}
	}
	return listing.Card{}, store.E(store.Invalid, "err.listing.no_card").At("card")
}

type zoneRemovePage struct {
	page
	Zone listing.Zone
}

// zoneRemoveForm asks before a zone goes.
func (s *Server) zoneRemoveForm(r *request) error {
	p := &zoneRemovePage{page: r.page("listing.zone.remove")}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Zone, err = listing.GetZone(tx, r.Param("zone"))
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("listing/zone_remove", p)
}

// zoneRemove forgets the zone; what lay in it stays.
func (s *Server) zoneRemove(r *request) error {
	if err := r.Update(func(tx *store.Tx) error { return listing.RemoveZone(tx, r.Param("zone")) }); err != nil {
		return err
	}
	return r.Redirect("/territoire", "listing.zone.removed")
}
