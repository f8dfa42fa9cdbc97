package listing

import (
	"strconv"

	"copi.local/store"
)

// Personal is what the module holds about persons: the squares of their homes,
// the maps they made, and the groups whose things they read.
var Personal = store.Personal{
	Module: "listing",
	Tables: []string{"listing_homes", "listing_maps", "listing_readers"},
	Export: export,
	Erase:  erase,
}

func export(tx *store.Tx, account string) (any, error) {
	homes, err := Homes(tx, account)
	if err != nil {
		return nil, err
	}
	maps, err := store.All(tx, scanMap, sqlMapsBy, account)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	if len(homes) > 0 {
		places := make([]string, len(homes))
		for i, p := range homes {
			lat, lon := p.Degrees()
			places[i] = strconv.FormatFloat(lat, 'f', 5, 64) + " " + strconv.FormatFloat(lon, 'f', 5, 64)
		}
		out["homes"] = places
	}
	if len(maps) > 0 {
		drawn := make([]map[string]string, len(maps))
		for i, m := range maps {
			drawn[i] = map[string]string{"title": m.Title, "note": m.Note, "filters": m.Filters, "address": "/carte/" + m.Slug}
		}
		out["maps"] = drawn
	}
	groups, err := GroupsOf(tx, account)
	if err != nil {
		return nil, err
	}
	if len(groups) > 0 {
		out["groups"] = groups
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func erase(tx *store.Tx, account string, how store.Erasure) error {
	if how == store.EraseAll {
		if _, err := tx.Exec(sqlMapsErase, account); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlMapsUnname, account); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlForgets, account); err != nil {
		return err
	}
	return ForgetHomes(tx, account)
}
