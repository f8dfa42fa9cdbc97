package ui

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// boxHref is the page of a neighbouring box.
func boxHref(o listing.Origin) string { return neighboursPath + "/" + listing.OriginName(&o) }

// knownBoxes lists the boxes whose cards are here, by name: linked ones, and
// such as others pass on.
func (r *request) knownBoxes(p *neighboursPage) error {
	return r.View(func(tx *store.Tx) error {
		origins, err := listing.Origins(tx)
		if err != nil {
			return err
		}
		slices.SortFunc(origins, func(a, b listing.Origin) int { return strings.Compare(listing.Fold(a.Name), listing.Fold(b.Name)) })
		for _, o := range origins {
			n, err := listing.CountFrom(tx, o.ID)
			if err != nil {
				return err
			}
			p.Known = append(p.Known, knownBox{
				facetLink: facetLink{Href: boxHref(o), Word: r.BoxOf(o.Name), N: int64(n)}, Way: p.ways[listing.OriginName(&o)],
			})
		}
		return nil
	})
}

// boxPage is one neighbouring box: what is here of it, and where its own pages
// are.
type boxPage struct {
	page
	Form     *form
	Origin   listing.Origin
	Cards    int
	Distance string
	Found    string // the search for its cards
	Way      string // how its cards come, of a box beyond the linked ones
}

// boxPage reads what is known of the box of the address.
func (r *request) boxPage(f *form) (*boxPage, error) {
	p := &boxPage{page: r.page(""), Form: f}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Origin, err = listing.OriginByName(tx, r.Param("id")); err != nil {
			return err
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		if home.Position != nil && p.Origin.Position != nil {
			p.Distance = r.Distance(home.Position.DistanceKM(*p.Origin.Position) * 1000)
		}
		p.Cards, err = listing.CountFrom(tx, p.Origin.ID)
		return err
	})
	p.Title, p.Found = r.BoxOf(p.Origin.Name), "/recherche?origin="+listing.OriginName(&p.Origin)
	return p, err
}

// neighbourBox shows one box; its operator here notes the address of its pages.
func (s *Server) neighbourBox(r *request) error {
	p, err := r.boxPage(r.emptyForm())
	if err != nil {
		return err
	}
	p.Form.values.Set("web", p.Origin.Web)
	if p.Way, err = r.wayOf(p.Origin); err != nil {
		return err
	}
	return r.Render("neighbour/box", p)
}

// neighbourWeb notes where people read the other box's pages.
func (s *Server) neighbourWeb(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.boxPage(f)
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return listing.SetWeb(tx, p.Origin.ID, f.text("web")) })
	if f.refuse(err) {
		return r.RenderForm("neighbour/box", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(boxHref(p.Origin), "neighbour.web.noted")
}
