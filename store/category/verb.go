package category

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// Add puts a category at the end of its set, and gives it a key that follows
// from its name.
func Add(tx *store.Tx, c *Category) error {
	if err := may(tx, c.Set); err != nil {
		return err
	}
	c.Key, c.Name = "", strings.TrimSpace(c.Name)
	if err := c.check(tx); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlCount, c.Set)
	if err != nil {
		return err
	}
	if n >= MaxChoices {
		return store.E(store.Conflict, "err.category.many", "max", MaxChoices).At("name")
	}
	if c.Key, err = freeKey(tx, sqlTaken, c.Set, c.Name); err != nil {
		return err
	}
	if c.Position, err = store.One(tx, store.Scan[int], sqlNext, c.Set); err != nil {
		return err
	}
	_, err = tx.Exec(sqlAdd, c.Set, c.Key, c.Name, c.Icon, c.Position)
	return err
}

// freeKey is a slug of a name that nothing of the set has or had.
func freeKey(tx *store.Tx, taken, set, name string) (string, error) {
	slug := strings.ReplaceAll(listing.Fold(name), " ", "-")
	if r := []rune(slug); len(r) > maxKey {
		slug = strings.TrimRight(string(r[:maxKey]), "-")
	}
	key := slug
	for n := 2; ; n++ {
		used, err := store.One(tx, store.Scan[bool], taken, set, key)
		if err != nil || !used {
			return key, err
		}
		key = slug + "-" + strconv.Itoa(n)
	}
}

// Rename changes what people read; the key stays. Whoever has things of the
// set puts their cards again, in the same transaction.
func Rename(tx *store.Tx, set, key, name, icon string) error {
	c, err := own(tx, set, key)
	if err != nil {
		return err
	}
	c.Name = strings.TrimSpace(name)
	if err := c.check(tx); err != nil {
		return err
	}
	_, err = tx.Exec(sqlRename, c.Name, icon, set, key)
	return err
}

// Retire takes a category out of what people choose from; what has it keeps
// it. The last one of a set stays, or nothing could be added any more.
func Retire(tx *store.Tx, set, key string) error {
	c, err := own(tx, set, key)
	if err != nil || c.Retired {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlCount, set)
	if err != nil {
		return err
	}
	if n == 1 {
		return store.E(store.Conflict, "err.category.last")
	}
	_, err = tx.Exec(sqlRetire, 1, set, key)
	return err
}

// Restore lets people choose a retired category again.
func Restore(tx *store.Tx, set, key string) error {
	if _, err := own(tx, set, key); err != nil {
		return err
	}
	_, err := tx.Exec(sqlRetire, 0, set, key)
	return err
}

// Reorder puts the categories of a set in the order of keys; those not named
// come after, as they were.
func Reorder(tx *store.Tx, set string, keys []string) error {
	if err := may(tx, set); err != nil {
		return err
	}
	list, err := All(tx, set)
	if err != nil {
		return err
	}
	for _, c := range list {
		keys = append(keys, c.Key)
	}
	seen := map[string]bool{}
	for _, key := range keys {
		if seen[key] {
			continue
		}
		seen[key] = true
		if _, err := tx.Exec(sqlPlace, len(seen), set, key); err != nil {
			return err
		}
	}
	return nil
}

// own is a category an operator is about to change; one that was merged is
// gone.
func own(tx *store.Tx, set, key string) (Category, error) {
	if err := may(tx, set); err != nil {
		return Category{}, err
	}
	c, err := store.One(tx, scan, sqlGet, set, key)
	if err == nil && c.into != "" {
		return c, store.E(store.NotFound, "err.not_found")
	}
	return c, err
}

// Caution changes what a category asks of its things: a sentence for who
// writes and who reads one, and whether a moderator reads them first. What is
// shown already stays so.
func Caution(tx *store.Tx, set, key, warning string, vetted bool) error {
	if _, err := own(tx, set, key); err != nil {
		return err
	}
	warning = strings.TrimSpace(warning)
	if bad := listing.CheckText("warning", warning, MaxWarning); bad != nil {
		return bad
	}
	_, err := tx.Exec(sqlRule, warning, vetted, set, key)
	return err
}
