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
	case "also":
		q.Also = ""
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
	case "kinds":
		q.Kinds = nil
	case "tags":
		q.Tags = nil
	case "placed":
		q.Placed = listing.Anywhere
	case "box":
		q.Box = nil
	case "current":
		q.Current = time.Time{}
	case "element":
		q.IDs = nil
	case "group":
		q.Group, q.InGroups = "", false
	case "dates":
		q.From, q.To = time.Time{}, time.Time{}
	}
	return q
}

// filterParts are the filters that are on; places names communes and zones by
// code (see nameZone).
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
	add(q.Also != "", "also", "listing.words.tag", "tag", q.Also)
	if q.Commune != "" {
		name := places[q.Commune]
		if name == "" {
			name = q.Commune
		}
		parts = append(parts, filterPart{"commune", name})
	}
	if q.Zone != "" {
		name := places[zoneKey(q.Zone)]
		if name == "" {
			name = q.Zone
		}
		parts = append(parts, filterPart{"zone", name})
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
	if name := places[elementKey(r.QueryParam("element"))]; name != "" {
		parts = append(parts, filterPart{"element", name})
	}
	add(q.InGroups, "group", "listing.words.groups")
	if name := places[groupKey(q.Group)]; name != "" {
		add(true, "group", "listing.words.group", "group", name)
	} else {
		add(q.Group != "", "group", "listing.words.group_one")
	}
	add(q.RadiusKM > 0, "radius_km", "listing.words.radius", "km", r.Number(q.RadiusKM))
	if len(q.Kinds) > 0 {
		parts = append(parts, filterPart{"kinds", r.kindWords(q.Kinds)})
	}
	add(len(q.Tags) > 0, "tags", "map.words.tags", "tags", strings.Join(q.Tags, ", "))
	add(q.Placed == listing.WithoutPlace, "placed", "map.words.nowhere")
	add(q.Box != nil, "box", "map.words.box")
	add(!q.Current.IsZero(), "current", "map.words.current")
	add(q.MaxPop > 0, "pop_max", "listing.size.under", "n", q.MaxPop)
	return parts
}

// kindWords names several kinds of cards.
func (s *speech) kindWords(kinds []string) string {
	var words []string
	for _, k := range kinds {
		words = append(words, s.subjectOf(k).Word)
	}
	return strings.Join(words, ", ")
}

// filterWords says the filters in one line, as on a closed drawer.
func (r *request) filterWords(q listing.Query, places map[string]string) string {
	var words []string
	for _, p := range r.filterParts(q, places) {
		words = append(words, p.word)
	}
	if len(words) == 0 {
		return r.T("listing.words.all")
	}
	return strings.Join(words, " · ")
}
