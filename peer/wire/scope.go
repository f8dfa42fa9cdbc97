package wire

// Bounds of a scope (PROTOCOL.md §6).
const (
	MaxAreas    = 8
	MaxCommunes = 1024
	MaxWanted   = 256 // origins named
	maxRadius   = 1000
)

// Scope is what a box wants to hear of. With none of Areas, Communes and
// Origins that is every origin within Hops; with any, only those that lie in an
// area or a commune, or are named. Which that is, neighbour.Sought decides on
// both sides.
type Scope struct {
	Areas    []Area   `cbor:"1,keyasint,omitempty"`
	Communes []string `cbor:"2,keyasint,omitempty"` // codes; one of two or three characters is a département's, for all its communes
	Origins  []Hash   `cbor:"3,keyasint,omitempty"`
	Hops     uint64   `cbor:"4,keyasint"` // how far an origin may be, 1 to 8
}

// Area is a circle: a place, and kilometres around it.
type Area struct {
	_      struct{} `cbor:",toarray"`
	At     Point
	Radius uint64
}

func readArea(r *reader) Area {
	r.array(2, 2)
	a := Area{At: *readPoint(r), Radius: r.uint(1, maxRadius)}
	r.leave()
	return a
}

func readScope(r *reader) (s Scope) {
	r.fields(func(key uint64) bool { return s.field(r, key) })
	return s
}

func (s *Scope) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		s.Areas = list(r, MaxAreas, readArea)
	case 2:
		s.Communes = list(r, MaxCommunes, func(r *reader) string { return r.text(maxCommune, 4*maxCommune) })
	case 3:
		s.Origins = list(r, MaxWanted, readHash)
	case 4:
		s.Hops = r.uint(1, 8)
	default:
		return false
	}
	return true
}
