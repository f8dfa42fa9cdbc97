package listing

import (
	"slices"
	"strings"

	"copi.local/store"
)

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

// CanonicalTag is the key under which cards with a tag are kept, however it is
// spelled. What is remembered about a tag is asked for by it each time: stewards
// merge tags and take that back.
func CanonicalTag(tx *store.Tx, spelling string) (string, error) {
	return canonical(tx, TagKey(spelling))
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

// TagName is how a tag is shown, by its canonical key: as a steward named it,
// else as the newest card with it that the actor may see writes it.
func TagName(tx *store.Tx, key string) (string, error) {
	name, err := store.One(tx, store.Scan[string], sqlTagName, key)
	if store.KindOf(err) != store.NotFound {
		return name, err
	}
	written, err := store.One(tx, store.Scan[string], sqlTagWritten, key, role(tx))
	if store.KindOf(err) == store.NotFound {
		return key, nil
	}
	for t := range splitTags(written) {
		if of, err := canonical(tx, TagKey(t)); err != nil {
			return "", err
		} else if of == key {
			return clean(t), nil
		}
	}
	return key, err
}

// tagForm is what a tag as somebody typed it stands for: what it is found
// under, and how they wrote it.
type tagForm struct{ key, own, name string }

// forms are the tags of a card; a tag written twice counts once.
func (w *writer) forms(tags []string) ([]tagForm, error) {
	forms := make([]tagForm, 0, len(tags))
	for _, t := range tags {
		f, err := w.form(t)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(forms, func(o tagForm) bool { return o.own == f.own }) {
			forms = append(forms, f)
		}
	}
	return forms, nil
}

// form looks a tag up once. It stays as it was written: which tag it stands for
// may change, and is worked out anew then.
func (w *writer) form(t string) (tagForm, error) {
	if f, ok := w.tags[t]; ok {
		return f, nil
	}
	own := TagKey(t)
	key, err := canonical(w.tx, own)
	f := tagForm{key: key, own: own, name: clean(t)}
	w.tags[t] = f
	return f, err
}

// names is how tags were written.
func names(tags []tagForm) []string {
	var out []string
	for _, t := range tags {
		out = append(out, t.name)
	}
	return out
}

// show writes the tags of cards as stewards name them.
func show(tx *store.Tx, cards []Card, dates bool) error {
	if err := alongside(tx, cards, dates); err != nil {
		return err
	}
	if !slices.ContainsFunc(cards, func(c Card) bool { return len(c.Tags) > 0 }) {
		return nil
	}
	some, err := store.One(tx, store.Scan[bool], sqlAnyTags)
	if err != nil || !some {
		return err
	}
	b, err := readBook(tx)
	if err != nil {
		return err
	}
	for i := range cards {
		cards[i].Tags = b.shown(cards[i].Tags)
	}
	return nil
}

// shown is tags under their names, each once.
func (b *book) shown(tags []string) []string {
	out := make([]string, 0, len(tags))
	var keys []string
	for _, t := range tags {
		key := b.resolve(TagKey(t))
		if slices.Contains(keys, key) {
			continue
		}
		if name, ok := b.names[key]; ok {
			t = name
		}
		keys, out = append(keys, key), append(out, t)
	}
	return out
}
