package listing

import (
	"slices"
	"strings"
	"sync"
)

// Name is a commune's name on a map.
type Name struct {
	Name string
	At   Point
	Rank int32 // inhabitants: the larger ones are shown first
}

// atlas is the communes whose place is known exactly, the most populous first:
// half a megabyte, read once a map is asked for.
var atlas = sync.OnceValues(func() ([]Name, error) {
	var list []Name
	err := eachCommune(func(col []string) {
		if q := col[colQuality]; q != string(Exact) && q != string(Village) {
			return
		}
		c := commune(col)
		list = append(list, Name{strings.Clone(c.Name), *c.Position, int32(c.Population)})
	})
	slices.SortStableFunc(list, func(a, b Name) int { return int(b.Rank - a.Rank) })
	return slices.Clip(list), err
})

// Names are communes to write on a map of a box at a zoom: the most populous of
// each cell large enough for a name. Those whose place is a guess are left out.
func Names(box Box, zoom int) ([]Name, error) {
	all, err := atlas()
	if err != nil {
		return nil, err
	}
	high, wide := nameCells*cellHeight(box, zoom)/2, nameCells*cellWidth(zoom)
	var names []Name
	taken := map[[2]int64]bool{}
	for _, n := range all {
		cell := [2]int64{int64(n.At.Lat+90*degree) / high, int64(n.At.Lon+180*degree) / wide}
		if !box.Has(n.At) || taken[cell] {
			continue
		}
		taken[cell] = true
		names = append(names, n)
	}
	return names, nil
}

// nameCells is how many cells of the grid a name takes across; half of that
// down.
const nameCells = 2
