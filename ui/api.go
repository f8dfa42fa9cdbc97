package ui

import (
	"encoding/hex"
	"maps"
	"net/http"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

func (s *Server) apiRoutes() []route {
	return []route{
		{GET, "/api/v1/listings", public, s.apiListings},
		{GET, "/api/v1/listings/:id", public, s.apiListing},
		{GET, "/api/v1/openapi.json", public, s.apiDescription},
	}
}

// apiList is the answer of /api/v1/listings (DESIGN.md §3; scripts rely on it).
type apiList struct {
	Total int64     `json:"total"`
	Items []apiItem `json:"items"`
	Next  *string   `json:"next"` // cursor of the next page; null on the last
}

// apiItem is one card.
type apiItem struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Title     string    `json:"title"`
	Summary   string    `json:"summary"`
	Tags      []string  `json:"tags"`
	Commune   string    `json:"commune"`
	Lat       *float64  `json:"lat"`
	Lon       *float64  `json:"lon"`
	StartsAt  *string   `json:"starts_at"`
	EndsAt    *string   `json:"ends_at"`
	AllDay    bool      `json:"all_day"`
	Cancelled bool      `json:"cancelled"`
	Postponed bool      `json:"postponed"`
	Tentative bool      `json:"tentative"`
	Price     *apiPrice `json:"price"`
	UpdatedAt string    `json:"updated_at"`
	URL       string    `json:"url"`
	Origin    apiOrigin `json:"origin"`

	DistanceKM *float64     `json:"distance_km,omitempty"`
	Body       listing.Body `json:"body,omitempty"` // of one own card
}

type apiPrice struct {
	Amount int64  `json:"amount"` // minor units
	Unit   string `json:"unit"`
}

// apiOrigin is the box a card comes from.
type apiOrigin struct {
	ID     string `json:"id"` // hexadecimal; empty for this box
	Name   string `json:"name"`
	SeenAt string `json:"seen_at"` // when that box last told something new
}

// apiListings answers the same filters as every list.
func (s *Server) apiListings(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	out := apiList{Items: []apiItem{}}
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		res, err := listing.Find(tx, q)
		if err != nil {
			return err
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		out.Total = res.Total
		if res.Next != "" {
			out.Next = &res.Next
		}
		for _, c := range res.Cards {
			out.Items = append(out.Items, r.apiItem(c, home))
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// apiListing answers one card, an own one with its body.
func (s *Server) apiListing(r *request) error {
	var item apiItem
	err := r.View(func(tx *store.Tx) error {
		c, err := listing.ByID(tx, r.Param("id"))
		if err != nil {
			return err
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		item = r.apiItem(c, home)
		item.Body, err = listing.BodyOf(tx, c)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, item)
}

func (r *request) apiItem(c listing.Card, home listing.Home) apiItem {
	item := apiItem{
		ID: c.Ref.ID, Kind: c.Kind, Title: c.Title, Summary: c.Summary, Tags: c.Tags, Commune: c.Commune,
		AllDay: c.AllDay, Cancelled: c.Cancelled, Postponed: c.Postponed, Tentative: c.Tentative, UpdatedAt: r.Machine(c.UpdatedAt),
		URL:    r.base() + cardHref(c),
		Origin: apiOrigin{Name: home.Name, SeenAt: r.Machine(r.now)},
	}
	if item.Tags == nil {
		item.Tags = []string{}
	}
	if c.Position != nil {
		lat, lon := c.Position.Degrees()
		item.Lat, item.Lon = &lat, &lon
	}
	if !c.StartsAt.IsZero() {
		item.StartsAt, item.EndsAt = r.optional(c.StartsAt), r.optional(c.EndsAt)
	}
	if c.Price != nil {
		item.Price = &apiPrice{c.Price.Amount, c.Price.Unit}
	}
	if c.DistanceKM != nil {
		item.DistanceKM = c.DistanceKM
	}
	if c.Origin != nil {
		item.Origin = apiOrigin{hex.EncodeToString(c.Origin.Key[:]), c.Origin.Name, r.Machine(c.Origin.SeenAt)}
	}
	return item
}

func (r *request) optional(t time.Time) *string {
	s := r.Machine(t)
	return &s
}

// base is the address of the box as it was asked for, without a slash.
func (r *request) base() string {
	scheme := "http://"
	if r.IsTLS() {
		scheme = "https://"
	}
	return scheme + r.Request().Host
}

func formatFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// apiDescription is the OpenAPI document of what there is.
func (s *Server) apiDescription(r *request) error {
	doc := openAPI(s.opt.Version)
	maps.DeleteFunc(doc["paths"].(object), func(path string, _ any) bool { return r.isOff(path) })
	return r.JSON(http.StatusOK, doc)
}
