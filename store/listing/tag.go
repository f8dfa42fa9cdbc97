package listing

import (
	"slices"
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

// tagForm is what a tag as somebody typed it stands for: what it is found
// under, and how it is shown.
type tagForm struct{ key, name string }

// forms are the tags of a card; a tag given twice counts once.
func (w *writer) forms(tags []string) ([]tagForm, error) {
	forms := make([]tagForm, 0, len(tags))
	for _, t := range tags {
		f, err := w.form(t)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(forms, func(o tagForm) bool { return o.key == f.key }) {
			forms = append(forms, f)
		}
	}
	return forms, nil
}

// form looks a tag up once: an alias is replaced by the name of its canonical
// form, any other tag is only cleaned.
func (w *writer) form(t string) (tagForm, error) {
	if f, ok := w.tags[t]; ok {
		return f, nil
	}
	key, err := canonical(w.tx, TagKey(t))
	if err != nil {
		return tagForm{}, err
	}
	name, err := store.One(w.tx, store.Scan[string], sqlTagName, key)
	if store.KindOf(err) == store.NotFound {
		name, err = clean(t), nil
	}
	f := tagForm{key: key, name: name}
	w.tags[t] = f
	return f, err
}

// names is how tags are shown.
func names(tags []tagForm) []string {
	var out []string
	for _, t := range tags {
		out = append(out, t.name)
	}
	return out
}
