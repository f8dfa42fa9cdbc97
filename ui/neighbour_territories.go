package ui

import (
	"cmp"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// maxOffered is how many territories the page of the scope lists, the nearest to
// their reader first: those adopted, then by name.
const maxOffered = 100

// territoryLine is a territory of another box in the list of all.
type territoryLine struct {
	Name, Href, About string
	Changed           bool // since it was adopted
}

// territoryList is the territories that came with the cards of other boxes.
type territoryList struct {
	Lines []territoryLine
	More  int // not listed
	Left  []leftZone
}

// leftZone is a zone whose source publishes it no more.
type leftZone struct{ Name, Href, Text string }

// territoryKey names a territory among those of all boxes.
type territoryKey struct {
	origin neighbour.Hash
	card   string
}

// territories lists what other boxes publish, and what became of what was
// adopted.
func (r *request) territories(tx *store.Tx) (l territoryList, err error) {
	known, err := neighbour.Territories(tx)
	if err != nil {
		return l, err
	}
	zones, err := listing.AdoptedZones(tx)
	if err != nil {
		return l, err
	}
	boxes, err := boxNames(tx)
	if err != nil {
		return l, err
	}
	mine := make(map[territoryKey]*listing.Zone, len(zones))
	for i, z := range zones {
		mine[territoryKey{z.Source.Origin, z.Source.Card}] = &zones[i]
	}
	adopted := func(t *neighbour.Territory) *listing.Zone { return mine[territoryKey{t.Origin, store.FormatID(t.ID)}] }
	slices.SortStableFunc(known, func(a, b neighbour.Territory) int {
		if has := adopted(&a) != nil; has != (adopted(&b) != nil) {
			return map[bool]int{true: -1, false: 1}[has]
		}
		return cmp.Compare(listing.Fold(a.Name), listing.Fold(b.Name))
	})
	l.More = max(0, len(known)-maxOffered)
	for i := range known[:len(known)-l.More] {
		line, err := r.territoryLine(tx, &known[i], boxes[known[i].Origin], adopted(&known[i]))
		if err != nil {
			return l, err
		}
		l.Lines = append(l.Lines, line)
	}
	l.Left, err = r.leftZones(tx, zones)
	return l, err
}

// territoryLine says whose a territory is, how much lies in it, when it came, and
// which zone here is a copy of it; mine is nil when none is.
func (r *request) territoryLine(tx *store.Tx, t *neighbour.Territory, box string, mine *listing.Zone) (territoryLine, error) {
	line := territoryLine{Name: r.Typo(t.Name), Href: territoryPath(t)}
	z, err := t.Zone(tx)
	text, err := r.territoryText(z, err)
	about := []string{r.boxCalled(box), text, r.T("neighbour.territory.came", "ago", r.Ago(t.At))}
	if mine != nil {
		line.Changed = mine.Source.Version != t.Version
		about = append(about, r.T("neighbour.territory.yours", "name", r.Typo(mine.Name)))
	}
	line.About = strings.Join(about, " · ")
	return line, err
}

// territoryText says how much lies in a territory, or why nobody knows.
func (r *request) territoryText(z listing.Zone, err error) (string, error) {
	if store.KindOf(err) == store.Busy {
		return r.T("neighbour.territory.absent"), nil
	}
	if store.KindOf(err) == store.Invalid {
		return r.T("neighbour.territory.unfit"), nil
	}
	var parts []string
	if n := len(z.Communes); n > 0 {
		parts = append(parts, r.T("neighbour.territory.communes", "n", n))
	}
	if len(z.Shape) > 0 {
		parts = append(parts, r.T("neighbour.territory.outline"))
	}
	return strings.Join(parts, ", "), err
}

// leftZones lists the adopted zones whose source publishes them no more.
func (r *request) leftZones(tx *store.Tx, zones []listing.Zone) ([]leftZone, error) {
	var list []leftZone
	for _, z := range zones {
		there, err := sourceOf(tx, z)
		if err != nil {
			return nil, err
		}
		if there == nil {
			list = append(list, leftZone{r.Typo(z.Name), zonePath(z.ID), r.T("neighbour.territory.left", "box", r.boxCalled(z.Source.Box))})
		}
	}
	return list, nil
}

// sourceOf is the territory a zone is a copy of; nil when it is published no
// more, or when the zone is no copy.
func sourceOf(tx *store.Tx, z listing.Zone) (*neighbour.Territory, error) {
	if z.Source == nil {
		return nil, nil
	}
	id, err := store.ParseID(z.Source.Card)
	if err != nil {
		return nil, err
	}
	t, err := neighbour.TerritoryOf(tx, z.Source.Origin, id)
	if store.KindOf(err) == store.NotFound {
		return nil, nil
	}
	return &t, err
}

// boxNames are the names of the boxes whose cards are here.
func boxNames(tx *store.Tx) (map[neighbour.Hash]string, error) {
	list, err := listing.Origins(tx)
	names := make(map[neighbour.Hash]string, len(list))
	for _, o := range list {
		names[o.Key] = o.Name
	}
	return names, err
}

// boxCalled is a box by the name of its commune.
func (r *request) boxCalled(name string) string {
	if name == "" {
		return r.T("neighbour.box_unnamed")
	}
	return r.T("neighbour.box", "of", r.Of(name))
}
