package listing

import (
	"strings"

	"copi.local/store"
)

// Alias makes alias another spelling of the tag name: cards under either are
// found under both. An alias of an alias is one of its canonical form; an
// alias that has spellings of its own is refused with kind Conflict, since
// merging two tags is something to look at first.
func Alias(tx *store.Tx, name, alias string) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	key, aliasKey := TagKey(name), TagKey(alias)
	if key == "" || aliasKey == "" {
		return store.E(store.Invalid, "err.listing.tag", "tag", alias).At("alias")
	}
	tag, err := canonical(tx, key)
	if err != nil {
		return err
	}
	if tag == aliasKey {
		return nil // the same word, folded: nothing to remember
	}
	if n, err := store.One(tx, store.Scan[int], sqlTagAliasCount, aliasKey); err != nil {
		return err
	} else if n > 0 {
		return store.E(store.Conflict, "err.listing.tag_has_aliases", "tag", alias).At("alias")
	}
	if _, err := tx.Exec(sqlTagAdd, tag, clean(name)); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlAliasAdd, aliasKey, clean(alias), tag); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlTagMoveCards, tag, aliasKey); err != nil {
		return err
	}
	_, err = tx.Exec(sqlTagDropCards, aliasKey)
	return err
}

// clean is a tag as shown: no # in front, no space around.
func clean(tag string) string {
	return strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(tag), "#"))
}

// canonical is the key a folded spelling stands for; itself when nobody said.
func canonical(tx *store.Tx, key string) (string, error) {
	tag, err := store.One(tx, store.Scan[string], sqlAliasTag, key)
	if store.KindOf(err) == store.NotFound {
		return key, nil
	}
	return tag, err
}

// spellings lists all folded forms of the tag that key spells, none when it is
// no tag with aliases.
func spellings(tx *store.Tx, key string) ([]string, error) {
	tag, err := canonical(tx, key)
	if err != nil {
		return nil, err
	}
	return store.All(tx, store.Scan[string], sqlTagSpellings, tag, tag)
}

// shownTags cleans the tags of a card and replaces aliases by the name of
// their canonical form; a tag given twice counts once. keys are what they are
// found under.
func shownTags(tx *store.Tx, tags []string) (shown, keys []string, err error) {
	seen := map[string]bool{}
	for _, t := range tags {
		key := TagKey(t)
		tag, err := canonical(tx, key)
		if err != nil {
			return nil, nil, err
		}
		if seen[tag] {
			continue
		}
		seen[tag] = true
		name, err := store.One(tx, store.Scan[string], sqlTagName, tag)
		if store.KindOf(err) == store.NotFound {
			name, err = clean(t), nil
		}
		if err != nil {
			return nil, nil, err
		}
		shown, keys = append(shown, name), append(keys, tag)
	}
	return shown, keys, nil
}
