package ui

import (
	"net/http"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// listingRoutes are search and the pages of single cards. They are registered
// last: short codes stand at the root.
func (s *Server) listingRoutes() []route {
	return []route{
		{GET, "/recherche", public, s.search},
		{GET, "/fiche/:id", public, s.foreignCard},
		{POST, "/fiche/:id/chercher", public, s.foreignFetch},
		{GET, "/fiche/:id/photo/:hash", public, s.foreignPhoto},
		{GET, "/:code", public, s.shortCode},
	}
}

// shortCode shows the thing of a short code.
func (s *Server) shortCode(r *request) error {
	code, ok := listing.ParseCode(r.Param("code"))
	if !ok {
		return errNoPage
	}
	if code != r.Param("code") {
		return r.Context.Redirect(http.StatusMovedPermanently, "/"+code)
	}
	var c listing.Card
	var m listing.SavedMap
	err := r.View(func(tx *store.Tx) (err error) {
		if c, err = listing.ByCode(tx, code); store.KindOf(err) == store.NotFound {
			m, err = listing.MapByCode(tx, code)
		}
		if store.KindOf(err) == store.NotFound {
			c.Ref, err = pastThing(tx, code)
		}
		return err
	})
	if err != nil {
		return err
	}
	if m.ID != "" {
		return r.Redirect("/carte/"+m.Slug, "")
	}
	if show := s.shows()[c.Ref.Module]; show != nil {
		return show(r, c.Ref.ID)
	}
	return r.Redirect(thingHref(c.Ref), "")
}

// foreignPage is a neighbour's card as far as this box knows it.
type foreignPage struct {
	page
	Card   listing.Card
	View   cardView
	When   string
	Box    string
	Seen   string
	Copied string
	BoxURL string // of the box's own page here
	Away   string // of the card on the box it comes from; empty when nobody noted where that is
	Tags   []wordLink
	Follow *followView
	OnMap  string // the map around it; empty when it has no place
	Behind *behindView
}

// foreignCard shows a neighbour's card: read only, with where it comes from
// and how old the copy is. Own cards have their own pages.
func (s *Server) foreignCard(r *request) error {
	p := &foreignPage{page: r.page("")}
	var home listing.Home
	err := r.View(func(tx *store.Tx) (err error) {
		if home, err = listing.HomeOf(tx); err != nil {
			return err
		}
		if p.Card, err = listing.ByID(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Card.Origin == nil {
			return nil
		}
		if p.Behind, err = r.behind(tx, p.Card); err != nil {
			return err
		}
		p.Follow, err = r.follow(tx, notify.Card, p.Card.Ref.ID, p.Card.Title)
		return err
	})
	if err != nil {
		return err
	}
	c := &p.Card
	if c.Origin == nil {
		return r.Redirect(thingHref(c.Ref), "")
	}
	if home.Position != nil && c.Position != nil {
		km := home.Position.DistanceKM(*c.Position)
		c.DistanceKM, c.Direction = &km, home.Position.Direction(*c.Position)
	}
	p.View, p.OnMap = r.card(*c, false), onMap(c.Position)
	p.Title, p.When = p.View.Title, p.View.When
	p.Box, p.Seen = r.T("listing.foreign.box", "of", r.Of(c.Origin.Name)), r.T("listing.foreign.seen", "ago", r.Ago(c.Origin.SeenAt))
	p.Copied, p.BoxURL = r.T("listing.foreign.copied", "day", r.Day(c.UpdatedAt)), boxHref(*c.Origin)
	if c.Origin.Web != "" {
		p.Away = c.Origin.Web + "/fiche/" + c.Ref.ID // the other box knows where the thing itself is
	}
	p.Tags = tagLinks(c.Tags)
	r.FreshUntil(c.EndsAt)
	p.sameCard(c.Ref.ID, contactKinds[c.Kind] != "")
	return r.Render("listing/foreign", p)
}

// plainNumber is a number for an address.
func (r *request) plainNumber(km float64) string { return strings.TrimSuffix(formatFloat(km), ".0") }
