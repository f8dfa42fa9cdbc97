package ui

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// feedRoutes are lists for programs that are not ours: calendars, readers,
// maps, spreadsheets, search engines, address books. What they hold is what
// the pages show under the same filters.
func (s *Server) feedRoutes() []route {
	return []route{
		{GET, "/agenda.ics", public, s.agendaCalendar},
		{GET, "/agenda.atom", public, s.agendaFeed},
		{GET, "/fiches.atom", public, s.cardFeed},
		{GET, "/fiches.geojson", public, s.cardMap},
		{GET, "/fiches.csv", public, s.cardTable},
		{GET, "/fiches.jsonld", public, s.cardGraph},
		{GET, "/fiche/:id/donnees.jsonld", public, s.cardLinked},
		{GET, "/annuaire.vcf", public, s.addressBook},
		{GET, "/fiche/:id/contact.vcf", public, s.cardContact},
		{GET, PulsePath, public, s.robots},
	}
}

const atomType = "application/atom+xml; charset=utf-8"

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr,omitempty"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Link       atomLink       `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Author     *atomAuthor    `xml:"author"` // of another box; nil for the feed's
	Source     *atomSource    `xml:"source"` // nil for this box
}

// atomSource says where an entry was copied from (RFC 4287 §4.2.11).
type atomSource struct {
	ID      string    `xml:"id"`
	Title   string    `xml:"title"`
	Updated string    `xml:"updated"`
	Link    *atomLink `xml:"link"` // of the other box's pages; nil where nobody noted them
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// atomID names a card in feeds for ever (RFC 4151).
func atomID(name string) string { return "tag:copi.local,2026:" + name }

// agendaFeed is the agenda as a feed.
func (s *Server) agendaFeed(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	q.Kind = listing.KindEvent
	return r.feed("agenda", "/agenda", q)
}

// cardFeed is any list as a feed: of a tag, a zone, a box, a search.
func (s *Server) cardFeed(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	return r.feed("fiches", "/recherche", q)
}

// sameFilters are the filters of the address without what only turns pages:
// they name a feed for ever.
func (r *request) sameFilters() url.Values {
	v := url.Values{}
	for _, name := range filterNames {
		for _, value := range r.QueryParams()[name] {
			if value != "" {
				v.Add(name, value)
			}
		}
	}
	return v
}

// feed answers a list as an Atom feed, the newest first, in pages (RFC 5005).
// list is the page that shows the same.
func (r *request) feed(name, list string, q listing.Query) error {
	filters := r.sameFilters()
	feed := atomFeed{Lang: r.Lang, Author: atomAuthor{r.s.village(r.context())}}
	err := r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		feed.ID = atomID(home.Commune + "/" + name)
		places, err := r.places(tx, q, nil)
		if err != nil {
			return err
		}
		feed.Title = r.feedTitle(q, places)
		res, err := listing.Find(tx, q)
		if err != nil {
			return err
		}
		if res.Next != "" {
			v := r.QueryParams()
			v.Set("cursor", res.Next)
			feed.Links = append(feed.Links, atomLink{Rel: "next", Href: r.base() + "/" + name + ".atom?" + v.Encode()})
		}
		updated := time.Unix(0, 0)
		for _, c := range res.Cards {
			if c.UpdatedAt.After(updated) {
				updated = c.UpdatedAt
			}
			e, err := r.atomEntry(tx, c)
			if err != nil {
				return err
			}
			feed.Entries = append(feed.Entries, e)
		}
		feed.Updated = r.Machine(updated)
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	if len(filters) > 0 {
		feed.ID += "?" + filters.Encode()
		list += "?" + filters.Encode()
	}
	feed.Links = append(feed.Links,
		atomLink{Rel: "alternate", Href: r.base() + list, Type: "text/html"},
		atomLink{Rel: "self", Href: r.base() + r.Request().URL.RequestURI(), Type: "application/atom+xml"})
	out, err := xml.Marshal(feed)
	if err != nil {
		return err
	}
	return r.Data(http.StatusOK, atomType, append([]byte(xml.Header), out...))
}

// feedTitle says what a feed holds: the village, and the filters in words.
func (r *request) feedTitle(q listing.Query, places map[string]string) string {
	village := r.s.village(r.context())
	if q.Kind == listing.KindEvent && len(r.sameFilters()) == 0 {
		return r.T("agenda.of", "of", r.Of(village))
	}
	return printable(village + " · " + r.filterWords(q, places))
}

func (r *request) atomEntry(tx *store.Tx, c listing.Card) (atomEntry, error) {
	e := atomEntry{
		ID: atomID(c.Ref.ID), Title: printable(r.flagged(c)), Published: r.Machine(c.CreatedAt), Updated: r.Machine(c.UpdatedAt),
		Link: atomLink{Rel: "alternate", Href: r.base() + cardHref(c)}, Summary: printable(c.Summary),
	}
	if !c.StartsAt.IsZero() {
		when, err := r.fixedWhen(tx, c)
		if err != nil {
			return e, err
		}
		e.Summary = printable(when)
		if c.Summary != "" {
			e.Summary += ". " + printable(c.Summary)
		}
	}
	if o := c.Origin; o != nil {
		e.Author = &atomAuthor{printable(r.boxOf(o))}
		e.Source = &atomSource{ID: atomID("box/" + listing.OriginName(o)), Title: printable(r.boxOf(o)), Updated: r.Machine(o.SeenAt)}
		if o.Web != "" {
			e.Source.Link = &atomLink{Rel: "alternate", Href: o.Web}
		}
	}
	for _, t := range c.Tags {
		e.Categories = append(e.Categories, atomCategory{printable(t)})
	}
	return e, nil
}

// fixedWhen is when an event takes place in words that stay true tomorrow: of
// a series its rule, since its next date will be another.
func (r *request) fixedWhen(tx *store.Tx, c listing.Card) (string, error) {
	if c.Recurring {
		body, err := listing.BodyOf(tx, c)
		if err != nil {
			return "", err
		}
		if words := r.repeatsHow(body); words != "" {
			return words, nil
		}
	}
	if c.AllDay {
		return r.Day(c.StartsAt), nil
	}
	return r.DayTime(c.StartsAt), nil
}
