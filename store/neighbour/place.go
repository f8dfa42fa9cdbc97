package neighbour

import (
	"slices"

	"copi.local/store"
	"copi.local/store/listing"
)

// Place is where an origin says it lies: claims, which gain a liar nothing but
// the quota of one origin. It is nowhere while its profile names neither a
// commune that is known here nor a position.
type Place struct {
	Communes []string // codes
	Points   []listing.Point
}

// Nowhere tells that an origin says nothing of where it lies.
func (p *Place) Nowhere() bool { return len(p.Communes) == 0 && len(p.Points) == 0 }

// placeOf is where an origin lies by its profile: in its commune, and at the
// position it gives, else in the middle of that commune. Two boxes that hold the
// same log decide alike on it.
func placeOf(tx *store.Tx, o listing.Origin) (p Place, err error) {
	if o.Commune != "" {
		p.Communes = []string{o.Commune}
	}
	if o.Position != nil {
		p.Points = []listing.Point{*o.Position}
		return p, nil
	}
	area, err := listing.AreaOf(tx, o.Commune)
	if store.KindOf(err) == store.NotFound {
		return p, nil
	}
	if area.Position != nil {
		p.Points = []listing.Point{*area.Position}
	}
	return p, err
}

// Places tells where the origins lie whose cards are here.
func Places(tx *store.Tx) (map[Hash]Place, error) {
	list, err := listing.Origins(tx)
	if err != nil {
		return nil, err
	}
	out := make(map[Hash]Place, len(list))
	for _, o := range list {
		if out[o.Key], err = placeOf(tx, o); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Area is a circle: a place, and kilometres around it.
type Area struct {
	At     listing.Point
	Radius int
}

// Sought is which origins a box looks for (PROTOCOL.md §6). Who asks and who
// answers decide by the same rule. Linked boxes are carried whatever it says.
type Sought struct {
	All      bool // wherever they lie
	Areas    []Area
	Communes map[string]bool // codes; of two or three characters a département's
	Origins  map[Hash]bool   // named
}

// Has tells whether an origin that lies somewhere is looked for.
func (s *Sought) Has(origin Hash, p Place) bool {
	return s.All || s.Origins[origin] || s.Near(p)
}

// Near tells whether a place is in one of the communes or areas.
func (s *Sought) Near(p Place) bool {
	for _, c := range p.Communes {
		if s.Communes[c] || s.Communes[department(c)] {
			return true
		}
	}
	for _, at := range p.Points {
		for _, a := range s.Areas {
			if at.DistanceKM(a.At) <= float64(a.Radius) {
				return true
			}
		}
	}
	return false
}

// department is the code of an INSEE code's département, empty for another code.
func department(commune string) string {
	if len(commune) != 5 || commune[0] < '0' || commune[0] > '9' {
		return ""
	}
	if commune[:2] == "97" || commune[:2] == "98" {
		return commune[:3]
	}
	return commune[:2]
}

// SoughtOf is what this box looks for. Without a place of its own there is
// nothing to count kilometres from: then it takes what it is offered, as with
// any distance. A linked box that lies outside is named, so that others pass its
// cards on too.
func SoughtOf(tx *store.Tx) (Sought, error) {
	s, err := ScopeOf(tx)
	if err != nil {
		return Sought{}, err
	}
	return soughtOf(tx, s)
}

func soughtOf(tx *store.Tx, s Scope) (Sought, error) {
	home, err := listing.HomeOf(tx)
	if err != nil {
		return Sought{}, err
	}
	if s.Radius == 0 || home.Position == nil || s.Hub && len(s.Departments) == 0 {
		return Sought{All: true}, nil
	}
	out := Sought{Areas: []Area{{At: *home.Position, Radius: s.Radius}}, Communes: map[string]bool{}, Origins: map[Hash]bool{}}
	for _, c := range s.Communes {
		out.Communes[c] = true
	}
	if home.Commune != "" {
		out.Communes[home.Commune] = true
	}
	if s.Hub {
		for _, d := range s.Departments {
			out.Communes[d] = true
		}
	}
	wishes, err := Wishes(tx)
	for _, w := range wishes {
		out.Origins[w.Origin] = true
	}
	return out, err
}

// named adds linked origins that lie outside to those named, as many as fit a
// Hello.
func (s *Sought) named(tx *store.Tx, most int) error {
	links, err := store.All(tx, scanHash, sqlPairedOrigins)
	if err != nil || s.All {
		return err
	}
	where, err := Places(tx)
	for _, o := range links {
		if len(s.Origins) < most && !s.Near(where[o]) {
			s.Origins[o] = true
		}
	}
	return err
}

// Asked is what this box tells its neighbours it looks for: SoughtOf, with its
// linked boxes outside, at most so many origins named. Lists are sorted.
func Asked(tx *store.Tx, most int) (areas []Area, communes []string, origins []Hash, err error) {
	s, err := SoughtOf(tx)
	if err == nil {
		err = s.named(tx, most)
	}
	if err != nil || s.All {
		return nil, nil, nil, err
	}
	for c := range s.Communes {
		communes = append(communes, c)
	}
	for o := range s.Origins {
		origins = append(origins, o)
	}
	slices.Sort(communes)
	slices.SortFunc(origins, func(a, b Hash) int { return slices.Compare(a[:], b[:]) })
	return s.Areas, communes, origins, nil
}
