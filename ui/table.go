package ui

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// everyCard walks through all cards of the request's filters.
func (r *request) everyCard(fn func(*store.Tx, listing.Card) error) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	return r.everyCardOf(q, fn)
}

func (r *request) everyCardOf(q listing.Query, fn func(*store.Tx, listing.Card) error) error {
	return r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		if err := r.freshUntilListsChange(tx); err != nil {
			return err
		}
		return listing.Walk(tx, q, func(c listing.Card) error { return fn(tx, c) })
	})
}

// jsonArray writes a JSON document whose last member is a long array: before
// stands up to its bracket, after from its end on. each adds an item.
func jsonArray(w io.Writer, before, after string, fill func(each func(any) error) error) error {
	if _, err := io.WriteString(w, before); err != nil {
		return err
	}
	comma := ""
	err := fill(func(item any) error {
		b, err := json.Marshal(item)
		if err == nil {
			_, err = io.WriteString(w, comma+string(b))
		}
		comma = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, after)
	return err
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
	home := listing.Home{Name: s.village(r.context())}
	return r.whole("application/geo+json", func(w io.Writer) error {
		return jsonArray(w, `{"type":"FeatureCollection","features":[`, "]}", func(each func(any) error) error {
			return r.everyCard(func(_ *store.Tx, c listing.Card) error {
				return each(r.feature(c, home))
			})
		})
	})
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

// tableHead names the columns of cardTable.
var tableHead = []string{"id", "kind", "title", "summary", "tags", "commune", "lat", "lon", "starts_at", "ends_at", "price", "unit", "origin", "updated_at", "url"}

// cardTable is every card for a French spreadsheet: semicolons, a byte order
// mark, decimal commas, ISO dates (IO-2).
func (s *Server) cardTable(r *request) error {
	return r.whole("text/csv; charset=utf-8", func(out io.Writer) error {
		if _, err := io.WriteString(out, "\ufeff"); err != nil {
			return err
		}
		w := csv.NewWriter(out)
		w.Comma, w.UseCRLF = ';', true
		if err := w.Write(tableHead); err != nil {
			return err
		}
		err := r.everyCard(func(_ *store.Tx, c listing.Card) error { return w.Write(r.tableRow(c)) })
		w.Flush()
		if err == nil {
			err = w.Error()
		}
		return err
	})
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
