package ads

import (
	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Personal is what the module holds about persons: who wrote an ad.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"ads_ads"},
	Export: export,
	Erase:  erase,
}

// all is more ads than anybody writes.
const all = 1 << 30

// export gives the ads as others read them, with what lists do not say.
func export(tx *store.Tx, account string) (any, error) {
	list, err := Of(tx, account, all)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	out := make([]listing.Body, len(list))
	for i := range list {
		a := &list[i]
		a.Masked = false // it is theirs
		b := a.body(a.Category, nil)
		b["state"], b["created_at"], b["expires_at"] = string(a.State), a.CreatedAt, a.ExpiresAt
		if a.Price != nil {
			b["price"] = map[string]any{"amount": a.Price.Amount, "unit": a.Price.Unit}
		}
		if a.Position != nil {
			b["lat"], b["lon"] = a.Position.Degrees()
		}
		if len(a.Fields) > 0 {
			b["answers"] = a.Fields
		}
		out[i] = b
	}
	return out, nil
}

// erase takes the person's ads away, here and at the neighbours', whatever they
// chose: an ad without somebody to answer it says nothing (PA-8). What stands in
// the name of an organisation stays with it, without the name, unless all is to
// go.
func erase(tx *store.Tx, account string, how store.Erasure) error {
	list, err := Of(tx, account, all)
	if err != nil {
		return err
	}
	for i := range list {
		a := &list[i]
		links, err := directory.Links(tx, a.Ref())
		if err != nil {
			return err
		}
		if how == store.KeepUnnamed && len(links) > 0 {
			if _, err := tx.Exec(sqlUnname, a.ID); err != nil {
				return err
			}
			continue
		}
		if err := drop(tx, a, listing.Erase); err != nil {
			return err
		}
	}
	return nil
}
