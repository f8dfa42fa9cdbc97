package ui

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// territoriesPath is where the territories of other boxes have their pages.
const territoriesPath = "/voisins/territoire"

func territoryPath(t *neighbour.Territory) string {
	return territoriesPath + "/" + originHex(t.Origin) + "/" + store.FormatID(t.ID)
}

// foreignTerritoryPage is a territory of another box, before it is adopted or taken
// anew.
type foreignTerritoryPage struct {
	formPage
	Box, From         string // and when it came, of what sort it is
	Zone              listing.Zone
	Wait              bool        // what lies in it is not here yet
	Unfit             *noticeView // why it cannot be adopted
	Communes          []string    // names
	Unknown           int         // codes that no commune has
	Outline           string
	Mine              *listing.Zone // the copy made of it
	Changed           bool          // since then
	Entering, Leaving []string      // communes that taking it anew would put in and take out
	Digest            string        // of what the page shows
	theirs            neighbour.Territory
}

// Self and MineHref are addresses.
func (p *foreignTerritoryPage) Self() string     { return territoryPath(&p.theirs) }
func (p *foreignTerritoryPage) MineHref() string { return zonePath(p.Mine.ID) }

// foreignTerritoryPage reads a territory, with what is here of it.
func (r *request) foreignTerritoryPage(f *form) (*foreignTerritoryPage, error) {
	p := &foreignTerritoryPage{}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.theirs, err = territoryAt(tx, r); err != nil {
			return err
		}
		boxes, err := boxNames(tx)
		if err != nil {
			return err
		}
		p.Box = boxes[p.theirs.Origin]
		mine, err := listing.ZoneFrom(tx, p.theirs.Origin, store.FormatID(p.theirs.ID))
		if err == nil {
			p.Mine, p.Changed = &mine, mine.Source.Version != p.theirs.Version
		} else if store.KindOf(err) != store.NotFound {
			return err
		}
		p.Zone, err = p.theirs.Zone(tx)
		return p.readable(r, err)
	})
	if err != nil {
		return nil, err
	}
	p.Digest = hashName(p.theirs.Version)
	from := []string{r.boxCalled(p.Box), r.T("neighbour.territory.came", "ago", r.Ago(p.theirs.At))}
	if p.Zone.Kind != "" {
		from = append(from, r.zoneKind(p.Zone.Kind))
	}
	p.From = strings.Join(from, " · ")
	if f == nil {
		f = r.emptyForm()
	}
	p.formPage = r.formPage("neighbour.territory.title", f)
	p.Title = r.Typo(p.theirs.Name)
	return p, p.describe()
}

// territoryAt is the territory of the address.
func territoryAt(tx *store.Tx, r *request) (neighbour.Territory, error) {
	o, err := listing.OriginByName(tx, r.Param("box"))
	if err != nil {
		return neighbour.Territory{}, err
	}
	id, err := store.ParseID(r.Param("card"))
	if err != nil {
		return neighbour.Territory{}, store.E(store.NotFound, "err.not_found")
	}
	return neighbour.TerritoryOf(tx, o.Key, id)
}

// readable keeps what is wrong with a territory for its page.
func (p *foreignTerritoryPage) readable(r *request, err error) error {
	var e *store.Error
	switch {
	case store.KindOf(err) == store.Busy:
		p.Wait = true
	case store.KindOf(err) == store.Invalid && errors.As(err, &e):
		p.Unfit = &noticeView{Kind: "attention", Text: r.T("neighbour.territory.refused") + " " + r.T(e.Key, e.Args...)}
	default:
		return err
	}
	return nil
}

// describe names what lies in the territory, and what taking it anew would
// change.
func (p *foreignTerritoryPage) describe() error {
	if p.Wait || p.Unfit != nil {
		return nil
	}
	codes := slices.Clone(p.Zone.Communes)
	if p.Mine != nil {
		codes = append(codes, p.Mine.Communes...)
	}
	found, err := listing.CommunesByINSEE(codes)
	if err != nil {
		return err
	}
	names := make(map[string]string, len(found))
	for _, c := range found {
		names[c.INSEE] = c.Name + " (" + c.INSEE + ")"
	}
	p.Communes = namesOf(names, p.Zone.Communes, nil)
	p.Unknown = len(p.Zone.Communes) - len(p.Communes)
	if p.Mine != nil {
		p.Entering, p.Leaving = namesOf(names, p.Zone.Communes, p.Mine.Communes), namesOf(names, p.Mine.Communes, p.Zone.Communes)
	}
	if s := p.Zone.Shape; len(s) > 0 {
		middle := s.Middle()
		p.Outline = p.T("neighbour.territory.outline_at", "place", p.speech().coordinates(middle))
	}
	return nil
}

// namesOf are the names of the communes of a list that another has not, in the
// order of the alphabet.
func namesOf(names map[string]string, codes, but []string) (list []string) {
	for _, code := range codes {
		if name := names[code]; name != "" && !slices.Contains(but, code) {
			list = append(list, name)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Compare(listing.Fold(a), listing.Fold(b)) })
	return list
}

// neighbourTerritory shows a territory of another box.
func (s *Server) neighbourTerritory(r *request) error {
	r.Uncached() // it comes without a click
	if _, err := r.machineNeighbours(); err != nil {
		return err
	}
	p, err := r.foreignTerritoryPage(nil)
	if err != nil {
		return err
	}
	return r.Render("neighbour/territory", p)
}

// neighbourAdopt makes a zone of a territory, or takes its new version; or asks
// for what lies in it.
func (s *Server) neighbourAdopt(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	p, err := r.foreignTerritoryPage(f)
	if err != nil {
		return err
	}
	if f.text("do") == "fetch" {
		return r.fetchTerritory(others, p)
	}
	if f.text("version") != p.Digest { // nobody adopts what they have not seen
		f.fault("", "err.neighbour.territory_changed")
		return r.RenderForm("neighbour/territory", p)
	}
	err = r.Update(func(tx *store.Tx) error {
		z, err := p.theirs.Zone(tx)
		if err != nil {
			return err
		}
		_, err = listing.AdoptZone(tx, z, listing.ZoneSource{
			Origin: p.theirs.Origin, Card: store.FormatID(p.theirs.ID), Version: p.theirs.Version, Box: p.Box,
		})
		return err
	})
	if f.refuse(err) {
		return r.RenderForm("neighbour/territory", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(p.Self(), "neighbour.territory.adopted")
}

// fetchTerritory asks the other box for what lies in its territory.
func (r *request) fetchTerritory(others Neighbours, p *foreignTerritoryPage) error {
	err := others.Fetch(r.context(), store.FormatID(p.theirs.ID))
	var busy *store.Error
	if store.KindOf(err) == store.Busy && errors.As(err, &busy) {
		return r.Redirect(p.Self(), busy.Key)
	} else if err != nil {
		return err
	}
	return r.Redirect(p.Self(), "neighbour.behind.came")
}

// zonePublish lets neighbours see and adopt a zone, or no longer.
func (s *Server) zonePublish(r *request) error {
	_, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	return r.zoneChanged("publish", f, func(tx *store.Tx) error {
		return listing.PublishZone(tx, r.Param("zone"), f.text("do") == "publish")
	})
}

// zoneSource says of which territory a zone is a copy, and to operators whether
// that has changed since.
func (r *request) zoneSource(tx *store.Tx, z listing.Zone) (*noticeView, error) {
	if z.Source == nil {
		return nil, nil
	}
	v := &noticeView{Text: r.T("listing.zone.source_unnamed")}
	if z.Source.Box != "" {
		v.Text = r.T("listing.zone.source", "of", r.Of(z.Source.Box))
	}
	if !r.me.Actor.Can(store.Operator) {
		return v, nil
	}
	t, err := sourceOf(tx, z)
	switch {
	case err != nil:
		return nil, err
	case t == nil:
		v.Text += " " + r.T("listing.zone.source_left")
	case t.Version != z.Source.Version:
		v.Kind, v.Text = "attention", v.Text+" "+r.T("listing.zone.source_changed")
		v.Href, v.Action = territoryPath(t), r.T("listing.zone.source_see")
	}
	return v, nil
}
