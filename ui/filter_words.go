package ui

import (
	"strings"
	"time"

	"copi.local/store/listing"
)

// filterPart is one filter that is on, in words.
type filterPart struct{ name, word string }

// without is q less the filter.
func (f filterPart) without(q listing.Query) listing.Query {
	switch f.name {
	case "q":
		q.Q = ""
	case "kind":
		q.Kind = ""
	case "tag":
		q.Tag = ""
	case "commune":
		q.Commune = ""
	case "origin":
		q.Origin = ""
	case "zone":
		q.Zone = ""
	case "pop_max":
		q.MaxPop = 0
	case "radius_km":
		q.RadiusKM = 0
	case "dates":
		q.From, q.To = time.Time{}, time.Time{}
	}
	return q
}

// filterParts are the filters that are on; places names communes by code.
func (r *request) filterParts(q listing.Query, places map[string]string) []filterPart {
	var parts []filterPart
	add := func(on bool, name, key string, args ...any) {
		if on {
			parts = append(parts, filterPart{name, r.T(key, args...)})
		}
	}
	add(q.Q != "", "q", "listing.words.q", "q", q.Q)
	if q.Kind != "" {
		parts = append(parts, filterPart{"kind", r.subjectOf(q.Kind).Word})
	}
	add(q.Tag != "", "tag", "listing.words.tag", "tag", q.Tag)
	if q.Commune != "" {
		name := places[q.Commune]
		if name == "" {
			name = q.Commune
		}
		parts = append(parts, filterPart{"commune", name})
	}
	switch q.Origin {
	case "":
	case listing.FromHere:
		add(true, "origin", "listing.origin.own")
	case listing.FromNeighbours:
		add(true, "origin", "listing.origin.neighbours")
	default:
		add(true, "origin", "listing.origin.one")
	}
	switch last := q.To.Add(-time.Second); {
	case !q.From.IsZero() && !q.To.IsZero():
		add(true, "dates", "listing.words.between", "from", r.ShortDay(q.From), "to", r.ShortDay(last))
	case !q.From.IsZero():
		add(true, "dates", "listing.words.from", "day", r.ShortDay(q.From))
	case !q.To.IsZero():
		add(true, "dates", "listing.words.to", "day", r.ShortDay(last))
	}
	add(q.RadiusKM > 0, "radius_km", "listing.words.radius", "km", r.Number(q.RadiusKM))
	return parts
}

// filterWords says the filters in one line, as on a closed drawer.
func (r *request) filterWords(q listing.Query) string {
	var words []string
	for _, p := range r.filterParts(q, nil) {
		words = append(words, p.word)
	}
	if len(words) == 0 {
		return r.T("listing.words.all")
	}
	return strings.Join(words, " · ")
}
