package ui

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// The filters every list understands, by the same names in pages, feeds,
// calendars and the API, so that one address of filters is one set of cards.
var filterNames = []string{"q", "kind", "tag", "also", "commune", "zone", "origin", "near", "radius_km", "pop_max", "from", "to", "order", "box", "placed", "current", "element", "group"}

// filters reads the filters of a request's address. What cannot be is answered
// with 400: a program that asks wrongly must not take half an answer for the
// whole.
func (r *request) filters() (listing.Query, error) {
	q, err := r.parseFilters(r.QueryParams())
	if store.KindOf(err) == store.Invalid {
		return q, &badAddress{err}
	}
	return q, err
}

func (r *request) parseFilters(v url.Values) (listing.Query, error) {
	var bad store.Errors
	q := listing.Query{
		Q: strings.TrimSpace(v.Get("q")), Commune: v.Get("commune"), Zone: v.Get("zone"), Placed: listing.Placed(v.Get("placed")),
		Origin: strings.ToLower(v.Get("origin")), Order: listing.Order(v.Get("order")), Cursor: v.Get("cursor"),
	}
	q.Kind, q.Kinds = oneOrSeveral(v["kind"])
	q.Tag, q.Tags = oneOrSeveral(strings.Split(strings.Join(v["tag"], ","), ","))
	q.Also = strings.TrimSpace(v.Get("also"))
	bad.Add(r.within(v, &q))
	var fault *store.Error
	q.From, fault = r.dayOrInstant(v, "from", 0)
	bad.Add(fault)
	q.To, fault = r.dayOrInstant(v, "to", 1)
	bad.Add(fault)
	bad.Add(r.near(v, &q))
	if s := v.Get("pop_max"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			bad.Add(store.E(store.Invalid, "err.listing.population").At("pop_max"))
		}
		q.MaxPop = n
	}
	if s := v.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			bad.Add(store.E(store.Invalid, "err.listing.limit", "max", listing.MaxLimit).At("limit"))
		}
		q.Limit = n
	}
	bad.Add(ofGroup(v.Get("group"), &q))
	if err := bad.OrNil(); err != nil {
		return q, err
	}
	if err := q.Check(); err != nil {
		return q, err
	}
	return q, r.ofElement(v.Get("element"), &q)
}

// ofElement keeps what an organisation or a place of the directory gives or
// houses on this box.
func (r *request) ofElement(element string, q *listing.Query) error {
	if element == "" {
		return nil
	}
	if _, err := store.ParseID(element); err != nil {
		return store.E(store.Invalid, "err.listing.element").At("element")
	}
	return r.View(func(tx *store.Tx) (err error) {
		q.IDs, err = directory.Related(tx, element)
		return err
	})
}

// mineGroups is the filter of what is for the members of one's groups alone.
const mineGroups = "mine"

// ofGroup keeps what belongs to a group, as far as who asks may see it; "mine"
// is what is in the groups of who asks and nowhere else.
func ofGroup(id string, q *listing.Query) *store.Error {
	switch id {
	case "":
		return nil
	case mineGroups:
		q.InGroups = true
		return nil
	}
	if _, err := store.ParseID(id); err != nil {
		return store.E(store.Invalid, "err.listing.group_unknown").At("group")
	}
	q.Group = id
	return nil
}

// oneOrSeveral is a filter that may be given several times, for any of them.
func oneOrSeveral(values []string) (one string, several []string) {
	for _, s := range values {
		if s = strings.TrimSpace(s); s != "" {
			several = append(several, s)
		}
	}
	if len(several) == 1 {
		return several[0], nil
	}
	return "", several
}

// within reads the filters of maps: a box, and whether what is over counts.
func (r *request) within(v url.Values, q *listing.Query) *store.Error {
	if s := v.Get("box"); s != "" {
		box, ok := listing.ParseBox(s)
		if !ok {
			return store.E(store.Invalid, "err.listing.box").At("box")
		}
		q.Box = &box
	}
	switch v.Get("current") {
	case "", "no":
	case "yes":
		q.Current = r.today()
	default:
		return store.E(store.Invalid, "err.listing.current").At("current")
	}
	return nil
}

// near reads a place and a radius. Without a place the radius is counted from
// the commune.
func (r *request) near(v url.Values, q *listing.Query) *store.Error {
	if s := v.Get("near"); s != "" {
		lat, lon, ok := strings.Cut(s, ",")
		a, err1 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
		b, err2 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
		if !ok || err1 != nil || err2 != nil || a < -90 || a > 90 || b < -180 || b > 180 || a != a || b != b {
			return store.E(store.Invalid, "err.listing.position").At("near")
		}
		p := listing.At(a, b)
		q.Near = &p
	}
	if s := v.Get("radius_km"); s != "" {
		km, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
		if err != nil || km <= 0 {
			return store.E(store.Invalid, "err.listing.radius").At("radius_km")
		}
		q.RadiusKM = km
	}
	return nil
}

// dayOrInstant reads a day, which begins and ends at midnights of the village,
// or an instant. add moves a day's end: "to" a day includes it.
func (r *request) dayOrInstant(v url.Values, name string, add int) (time.Time, *store.Error) {
	s := v.Get(name)
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseInLocation("2006-01-02", s, r.zone); err == nil {
		return d.AddDate(0, 0, add), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, store.E(store.Invalid, "err.ui.date").At(name)
	}
	return t, nil
}

// fromHome counts distances from the commune when the filters name no place.
// A box that has none yet finds nothing near.
func fromHome(tx *store.Tx, q *listing.Query) error {
	if q.Near != nil {
		return nil
	}
	home, err := listing.HomeOf(tx)
	if err != nil {
		return err
	}
	q.Near = home.Position
	if q.Near == nil && (q.RadiusKM > 0 || q.Order == listing.Nearest) {
		return &badAddress{store.E(store.Invalid, "err.listing.no_home").At("radius_km")}
	}
	return nil
}

// distances keeps the distances a person asked for, and those of neighbours:
// within the commune people know the way.
func distances(cards []listing.Card, asked bool) {
	for i := range cards {
		if !asked && cards[i].Origin == nil {
			cards[i].DistanceKM = nil
		}
	}
}

// asksDistance tells whether the address names a place or a radius, or wants
// the nearest first.
func (r *request) asksDistance() bool {
	return r.QueryParam("near") != "" || r.QueryParam("radius_km") != "" || r.QueryParam("order") == string(listing.Nearest)
}

// filtered tells whether the address chooses cards, not only a page of them.
func (r *request) filtered() bool {
	for _, name := range filterNames {
		if r.QueryParam(name) != "" {
			return true
		}
	}
	return false
}

// today is the midnight the day began at.
func (r *request) today() time.Time {
	y, m, d := r.now.In(r.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, r.zone)
}

// freshUntilListsChange keeps a list of cards in the page cache until one
// begins, ends or expires.
func (r *request) freshUntilListsChange(tx *store.Tx) error {
	at, err := listing.NextChange(tx)
	if err == nil {
		r.FreshUntil(at)
	}
	return err
}
