package ui

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// feedRoutes are lists for programs that are not ours: calendars, readers,
// maps, spreadsheets.
func (s *Server) feedRoutes() []route {
	return []route{
		{GET, "/agenda.ics", public, s.agendaCalendar},
		{GET, "/agenda.atom", public, s.agendaFeed},
		{GET, "/fiches.geojson", public, s.cardMap},
		{GET, "/fiches.csv", public, s.cardTable},
	}
}

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
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary,omitempty"`
}

// atomID names a card in feeds for ever (RFC 4151).
func atomID(name string) string { return "tag:copi.local,2026:" + name }

// agendaFeed is the agenda as a feed, the newest events first, in pages (RFC
// 5005).
func (s *Server) agendaFeed(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	q.Kind = listing.KindEvent
	feed := atomFeed{
		Lang: r.Lang, ID: atomID("agenda"), Author: atomAuthor{s.village(r.context())},
		Title: r.T("agenda.of", "of", r.Of(s.village(r.context()))),
		Links: []atomLink{
			{Rel: "alternate", Href: r.base() + "/agenda", Type: "text/html"},
			{Rel: "self", Href: r.base() + r.Request().URL.RequestURI(), Type: "application/atom+xml"},
		},
	}
	updated := time.Unix(0, 0)
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		res, err := listing.Find(tx, q)
		if err != nil {
			return err
		}
		if res.Next != "" {
			v := r.QueryParams()
			v.Set("cursor", res.Next)
			feed.Links = append(feed.Links, atomLink{Rel: "next", Href: r.base() + "/agenda.atom?" + v.Encode()})
		}
		for _, c := range res.Cards {
			if c.UpdatedAt.After(updated) {
				updated = c.UpdatedAt
			}
			feed.Entries = append(feed.Entries, r.atomEntry(c))
		}
		return nil
	})
	if err != nil {
		return err
	}
	feed.Updated = r.Machine(updated)
	out, err := xml.Marshal(feed)
	if err != nil {
		return err
	}
	return r.Data(http.StatusOK, "application/atom+xml; charset=utf-8", append([]byte(xml.Header), out...))
}

func (r *request) atomEntry(c listing.Card) atomEntry {
	e := atomEntry{
		ID: atomID(c.Ref.ID), Title: printable(r.flagged(c)), Updated: r.Machine(c.UpdatedAt),
		Link: atomLink{Rel: "alternate", Href: r.base() + cardHref(c)},
	}
	if !c.StartsAt.IsZero() {
		e.Summary = r.fixedWhen(c)
	}
	if c.Summary != "" {
		e.Summary += ". " + printable(c.Summary)
	}
	return e
}

// fixedWhen is when an event takes place in words that stay true tomorrow.
func (r *request) fixedWhen(c listing.Card) string {
	if c.AllDay {
		return r.Day(c.StartsAt)
	}
	return r.DayTime(c.StartsAt)
}

// everyCard walks through all cards of the request's filters.
func (r *request) everyCard(fn func(listing.Card) error) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	return r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		return listing.Walk(tx, q, fn)
	})
}

type feature struct {
	Type       string    `json:"type"`
	ID         string    `json:"id"`
	Geometry   *geometry `json:"geometry"` // null for a card without a place
	Properties apiItem   `json:"properties"`
}

type geometry struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"` // lon, lat
}

// cardMap is every card as GeoJSON (RFC 7946).
func (s *Server) cardMap(r *request) error {
	features := []feature{}
	home := listing.Home{Name: s.village(r.context())}
	err := r.everyCard(func(c listing.Card) error {
		features = append(features, r.feature(c, home))
		return nil
	})
	if err != nil {
		return err
	}
	out, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		return err
	}
	return r.Data(http.StatusOK, "application/geo+json", out)
}

// feature is a card as GeoJSON.
func (r *request) feature(c listing.Card, home listing.Home) feature {
	f := feature{Type: "Feature", ID: c.Ref.ID, Properties: r.apiItem(c, home)}
	if c.Position != nil {
		lat, lon := c.Position.Degrees()
		f.Geometry = &geometry{"Point", [2]float64{lon, lat}}
	}
	return f
}

// cardTable is every card for a French spreadsheet: semicolons, a byte order
// mark, decimal commas, ISO dates (IO-2).
func (s *Server) cardTable(r *request) error {
	var b strings.Builder
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	head := []string{"id", "kind", "title", "summary", "tags", "commune", "lat", "lon", "starts_at", "ends_at", "price", "unit", "origin", "updated_at", "url"}
	if err := w.Write(head); err != nil {
		return err
	}
	err := r.everyCard(func(c listing.Card) error { return w.Write(r.tableRow(c)) })
	if err != nil {
		return err
	}
	w.Flush()
	return r.Data(http.StatusOK, "text/csv; charset=utf-8", []byte(b.String()))
}

func (r *request) tableRow(c listing.Card) []string {
	var lat, lon, starts, ends, price, unit, origin string
	if c.Position != nil {
		a, b := c.Position.Degrees()
		lat, lon = commaNumber(a), commaNumber(b)
	}
	if !c.StartsAt.IsZero() {
		starts, ends = r.Machine(c.StartsAt), r.Machine(c.EndsAt)
	}
	if c.Price != nil {
		price, unit = commaNumber(float64(c.Price.Amount)/100), c.Price.Unit
		if unit == "min" {
			price = commaNumber(float64(c.Price.Amount))
		}
	}
	if c.Origin != nil {
		origin = c.Origin.Name
	}
	return []string{
		c.Ref.ID, cell(c.Kind), cell(c.Title), cell(c.Summary), cell(strings.Join(c.Tags, ", ")), cell(c.Commune), lat, lon,
		starts, ends, price, unit, cell(origin), r.Machine(c.UpdatedAt), r.base() + cardHref(c),
	}
}

func commaNumber(f float64) string { return strings.Replace(formatFloat(f), ".", ",", 1) }

// cell keeps a spreadsheet from running a text as a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
