package peer

import (
	"errors"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// errOutside is an origin that lies outside what this box looks for.
var errOutside = errors.New("an origin outside the scope")

// scopeOf is what this box asks for (PROTOCOL.md §6).
func scopeOf(tx *store.Tx, hops uint64) (wire.Scope, error) {
	s := wire.Scope{Hops: hops}
	areas, communes, origins, err := neighbour.Asked(tx, wire.MaxWanted)
	for _, a := range areas {
		s.Areas = append(s.Areas, wire.Area{At: wire.Point{Lat: a.At.Lat, Lon: a.At.Lon}, Radius: uint64(a.Radius)})
	}
	s.Communes = communes
	for _, o := range origins {
		s.Origins = append(s.Origins, o)
	}
	return s, err
}

// soughtBy is what a neighbour's Hello asks for.
func soughtBy(s wire.Scope) *neighbour.Sought {
	out := &neighbour.Sought{
		All:      len(s.Areas) == 0 && len(s.Communes) == 0 && len(s.Origins) == 0,
		Communes: map[string]bool{}, Origins: map[neighbour.Hash]bool{},
	}
	for _, a := range s.Areas {
		out.Areas = append(out.Areas, neighbour.Area{At: listing.Point{Lat: a.At.Lat, Lon: a.At.Lon}, Radius: int(a.Radius)})
	}
	for _, c := range s.Communes {
		out.Communes[c] = true
	}
	for _, o := range s.Origins {
		out.Origins[o] = true
	}
	return out
}

// within checks that an origin lies where this box looks, now that its cards say
// where that is; a linked one may lie anywhere.
func (p *Pull) within(tx *store.Tx, l neighbour.Log) error {
	route, err := neighbour.RouteOf(tx, l.Origin)
	if err != nil || route.Hops == 1 {
		return err
	}
	sought, err := neighbour.SoughtOf(tx)
	if err != nil {
		return err
	}
	o, err := neighbour.OutsideOf(tx, l)
	if err != nil || sought.Has(l.Origin, o.Place) {
		return err
	}
	p.outside = o
	return errOutside
}
