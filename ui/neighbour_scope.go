package ui

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// scopePath is the page where an operator says how far the box looks.
const scopePath = "/voisins/portee"

// maxReach is how far a box may be at most (PROTOCOL.md §6).
const maxReach = 8

// radii are the distances offered, in kilometres; 0 is any.
var radii = []int{10, 20, 30, 50, 80, 100, 150, 200, 0}

// keepTerritory leaves the communes of the territory as they are.
const keepTerritory = "keep"

// departmentCode is the code of a French département.
var departmentCode = regexp.MustCompile(`^(0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-8]|98[678])$`)

// scopePage is how far the box looks, and the boxes named or left outside.
type scopePage struct {
	formPage
	Hub      bool
	Leaves   *noticeView // what would go, before it does
	Wished   []neighbour.Wish
	Outside  []neighbour.Outsider
	Communes int // of the territory beside the box's own
	Offered  territoryList
	zones    []listing.Zone
	other    string // a radius that is not among those offered
}

// scopePage reads what there is to choose from; with a nil form, what is chosen.
func (r *request) scopePage(f *form) (*scopePage, error) {
	p := &scopePage{}
	err := r.View(func(tx *store.Tx) error {
		s, err := neighbour.ScopeOf(tx)
		if err != nil {
			return err
		}
		now, err := neighbour.PublisherOf(tx)
		if err != nil {
			return err
		}
		if p.zones, err = listing.Zones(tx); err != nil {
			return err
		}
		if p.Wished, err = neighbour.Wishes(tx); err != nil {
			return err
		}
		if f == nil {
			f = r.emptyForm("steps", strconv.FormatUint(now.HopLimit, 10), "radius", strconv.Itoa(s.Radius),
				"hub", hubOf(s), "departments", strings.Join(s.Departments, " "), "territory", territoryOf(s))
			f.values["kind"] = s.Kinds
		}
		p.Hub, p.Communes, p.other = s.Hub, len(s.Communes), strconv.Itoa(s.Radius)
		if p.Outside, err = neighbour.Outsiders(tx); err != nil {
			return err
		}
		p.Offered, err = r.territories(tx)
		return err
	})
	p.formPage = r.formPage("neighbour.scope.title", f)
	return p, err
}

// hubOf is a hub's extent as the form writes it.
func hubOf(s neighbour.Scope) string {
	switch {
	case !s.Hub:
		return "no"
	case len(s.Departments) == 0:
		return "all"
	default:
		return "departments"
	}
}

// territoryOf is the choice that changes nothing.
func territoryOf(s neighbour.Scope) string {
	if len(s.Communes) == 0 {
		return ""
	}
	return keepTerritory
}

// Steps, Radii, Hubs and Territories are the choices.
func (p *scopePage) Steps() []choice {
	var list []choice
	for n := 1; n <= maxReach; n++ {
		list = append(list, choice{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	return list
}

// Kinds lists the kinds of cards whose words may come ahead.
func (p *scopePage) Kinds() []choice {
	var list []choice
	for _, k := range kindsOfAll {
		list = append(list, choice{Value: k, Label: p.speech().subjectOf(k).Word})
	}
	return list
}

// Radii lists distances, with the present one.
func (p *scopePage) Radii() []choice {
	var list []choice
	for _, km := range radii {
		list = append(list, choice{Value: strconv.Itoa(km), Label: p.radius(km)})
	}
	known := func(c choice) bool { return c.Value == p.other }
	if km, err := strconv.Atoi(p.other); err == nil && !slices.ContainsFunc(list, known) {
		list = append(list, choice{Value: p.other, Label: p.radius(km)})
	}
	return list
}

func (p *scopePage) radius(km int) string {
	if km == 0 {
		return p.T("neighbour.scope.anywhere")
	}
	return p.T("neighbour.scope.km", "km", km)
}

// Hubs lists what a hub may carry.
func (p *scopePage) Hubs() []choice {
	return []choice{
		{Value: "no", Label: p.T("neighbour.scope.hub_no")},
		{Value: "departments", Label: p.T("neighbour.scope.hub_departments"), Help: p.T("neighbour.scope.hub_departments_help")},
		{Value: "all", Label: p.T("neighbour.scope.hub_all"), Help: p.T("neighbour.scope.hub_all_help")},
	}
}

// Territories lists the zones whose communes may be the territory.
func (p *scopePage) Territories() []choice {
	list := []choice{{Value: "", Label: p.T("neighbour.scope.territory_own")}}
	if p.Communes > 0 {
		list = append(list, choice{Value: keepTerritory, Label: p.T("neighbour.scope.territory_keep", "n", p.Communes)})
	}
	for _, z := range p.zones {
		list = append(list, choice{Value: "zone:" + z.ID, Label: p.T("neighbour.scope.territory_zone", "name", p.Typo(z.Name))})
	}
	return list
}

// Lies says where a box outside says it is, and how much it publishes.
func (p *scopePage) Lies(o neighbour.Outsider) string {
	text := p.T("neighbour.cards_there", "n", o.Cards)
	if o.Place.Nowhere() {
		text += " · " + p.T("neighbour.scope.nowhere")
	}
	return text
}

// neighbourScope shows how far the box looks.
func (s *Server) neighbourScope(r *request) error {
	r.Uncached() // boxes outside come without a click
	if _, err := r.machineNeighbours(); err != nil {
		return err
	}
	p, err := r.scopePage(nil)
	if err != nil {
		return err
	}
	return r.Render("neighbour/scope", p)
}

// neighbourReach takes how far the box looks. What would go is said before.
func (s *Server) neighbourReach(r *request) error {
	if _, err := r.machineNeighbours(); err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.scopePage(f)
	if err != nil {
		return err
	}
	var leaving neighbour.Leaving
	var want neighbour.Scope
	var steps uint64
	err = r.View(func(tx *store.Tx) (err error) {
		if want, steps, err = r.chosenScope(tx, f); err != nil || !f.ok() {
			return err
		}
		leaving, err = neighbour.LeavingWith(tx, want, steps)
		return err
	})
	if f.refuse(err) || !f.ok() {
		return r.RenderForm("neighbour/scope", p)
	} else if err != nil {
		return err
	}
	if leaving.Boxes > 0 && f.text("sure") != "1" {
		p.Leaves = &noticeView{Kind: "attention", Text: r.T("neighbour.scope.leaving", "n", leaving.Boxes) + " " + r.T("neighbour.scope.leaving_cards", "n", leaving.Cards)}
		return r.RenderForm("neighbour/scope", p)
	}
	err = r.Update(func(tx *store.Tx) error {
		if err := neighbour.SetHopLimit(tx, steps); err != nil {
			return err
		}
		return neighbour.SetScope(tx, want)
	})
	if f.refuse(err) {
		return r.RenderForm("neighbour/scope", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(scopePath, "neighbour.reach.noted")
}

// chosenScope reads the form; what it does not ask for stays as it is.
func (r *request) chosenScope(tx *store.Tx, f *form) (s neighbour.Scope, steps uint64, err error) {
	if s, err = neighbour.ScopeOf(tx); err != nil {
		return s, 0, err
	}
	if s.Radius = f.int("radius"); !f.has("radius") {
		f.fault("radius", "err.neighbour.scope")
	}
	n, bad := strconv.Atoi(f.text("steps"))
	if bad != nil || n < 1 || n > maxReach {
		f.fault("steps", "err.neighbour.hops")
	}
	steps = uint64(max(0, n))
	s.Kinds = nil
	for _, k := range f.values["kind"] {
		if !slices.Contains(kindsOfAll, k) {
			f.fault("kind", "err.neighbour.scope")
		} else if !slices.Contains(s.Kinds, k) {
			s.Kinds = append(s.Kinds, k)
		}
	}
	hub := f.text("hub")
	s.Hub, s.Departments = hub == "departments" || hub == "all", nil
	if hub == "departments" {
		s.Departments = strings.Fields(strings.ToUpper(strings.ReplaceAll(f.text("departments"), ",", " ")))
		if len(s.Departments) == 0 || slices.ContainsFunc(s.Departments, func(d string) bool { return !departmentCode.MatchString(d) }) {
			f.fault("departments", "err.neighbour.departments")
		}
	}
	switch id, zone := strings.CutPrefix(f.text("territory"), "zone:"); {
	case zone:
		z, err := listing.GetZone(tx, id)
		if store.KindOf(err) == store.NotFound {
			f.fault("territory", "err.listing.zone_gone")
			return s, steps, nil
		}
		if err == nil {
			s.Communes, err = z.Reaches()
		}
		if len(s.Communes) > neighbour.MaxTerritory {
			f.fault("territory", "err.neighbour.scope")
		}
		return s, steps, err
	case id != keepTerritory:
		s.Communes = nil
	}
	return s, steps, nil
}

// neighbourWish names a box as wanted wherever it lies, or no longer.
func (s *Server) neighbourWish(r *request) error {
	if _, err := r.machineNeighbours(); err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		gone, err := neighbour.Outsiders(tx)
		if err != nil {
			return err
		}
		named, err := neighbour.Wishes(tx)
		for _, o := range gone {
			named = append(named, neighbour.Wish{Origin: o.Origin, Name: o.Name})
		}
		for _, w := range named {
			if originHex(w.Origin) == r.Param("id") && err == nil {
				return neighbour.SetWish(tx, w, f.text("do") == "want")
			}
		}
		if err == nil {
			err = store.E(store.NotFound, "err.not_found")
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Redirect(scopePath, "neighbour.reach.noted")
}

// originHex is an origin's id as addresses write it.
func originHex(o neighbour.Hash) string { return listing.OriginName(&listing.Origin{Key: o}) }

// Key is the address of a box on the page.
func (p *scopePage) Key(o neighbour.Hash) string { return originHex(o) }
