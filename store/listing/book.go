package listing

import (
	"maps"
	"slices"

	"copi.local/store"
)

// book says which spelling stands for which tag. It is what the acts of the
// stewards, those not undone, make of an empty one.
type book struct {
	aliases map[string]alias  // by folded spelling
	names   map[string]string // of canonical tags somebody named, by key
	apart   map[[2]string]bool
}

type alias struct{ name, tag string }

func newBook() *book {
	return &book{aliases: map[string]alias{}, names: map[string]string{}, apart: map[[2]string]bool{}}
}

// resolve is the canonical key of a folded spelling.
func (b *book) resolve(key string) string {
	if a, ok := b.aliases[key]; ok {
		return a.tag
	}
	return key
}

// do adds one act.
func (b *book) do(a TagAct) {
	key, tag := b.resolve(TagKey(a.Spelling)), b.resolve(TagKey(a.Tag))
	switch a.Act {
	case ActMerge:
		b.merge(key, tag, a)
	case ActRename:
		b.names[key] = a.Tag
		own := TagKey(a.Tag)
		if _, other := b.names[own]; !other && own != key && own == tag {
			b.aliases[own] = alias{a.Tag, key}
		}
	case ActApart:
		b.apart[couple(key, tag)] = true
	}
}

// merge makes key and all that stood for it stand for tag.
func (b *book) merge(key, tag string, a TagAct) {
	if key == tag {
		return
	}
	for spelling, of := range b.aliases {
		if of.tag == key {
			b.aliases[spelling] = alias{of.name, tag}
		}
	}
	name := a.Spelling
	if given, ok := b.names[key]; ok {
		name = given
	}
	delete(b.names, key)
	b.aliases[key] = alias{name, tag}
	if _, named := b.names[tag]; !named {
		b.names[tag] = a.Tag
	}
}

func couple(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

// readBook is the book as it is kept; without what is told apart.
func readBook(tx *store.Tx) (*book, error) {
	b := newBook()
	_, err := store.All(tx, func(r store.Row) (_ struct{}, err error) {
		var spelling string
		var a alias
		err = r.Scan(&spelling, &a.name, &a.tag)
		b.aliases[spelling] = a
		return struct{}{}, err
	}, sqlAliases)
	if err != nil {
		return nil, err
	}
	_, err = store.All(tx, func(r store.Row) (_ struct{}, err error) {
		var key, name string
		err = r.Scan(&key, &name)
		b.names[key] = name
		return struct{}{}, err
	}, sqlTagNames)
	return b, err
}

// settle makes the book what the acts say, and puts cards under the tags their
// words stand for now.
func settle(tx *store.Tx) error {
	before, err := readBook(tx)
	if err != nil {
		return err
	}
	acts, err := store.All(tx, scanTagAct, sqlTagActs)
	if err != nil {
		return err
	}
	now := newBook()
	for _, a := range acts {
		if a.UndoneAt.IsZero() {
			now.do(a)
		}
	}
	if err := now.write(tx); err != nil {
		return err
	}
	for tag, to := range before.moves(now) {
		if err := to.move(tx, tag, now); err != nil {
			return err
		}
	}
	return nil
}

// write keeps the book.
func (b *book) write(tx *store.Tx) error {
	for _, statement := range []string{sqlAliasesClear, sqlTagsClear} {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b.names)) {
		if _, err := tx.Exec(sqlTagAdd, key, b.names[key]); err != nil {
			return err
		}
	}
	for _, spelling := range slices.Sorted(maps.Keys(b.aliases)) {
		a := b.aliases[spelling]
		if _, err := tx.Exec(sqlAliasAdd, spelling, a.name, a.tag); err != nil {
			return err
		}
	}
	return nil
}

// goal is where the cards of a tag go: all to one other, or each where its own
// words lead.
type goal struct {
	tag   string
	whole bool
}

// moves lists the tags whose cards do not belong under them any more.
func (b *book) moves(now *book) map[string]goal {
	forms := map[string][]string{} // spellings by the tag they stood for
	for _, other := range []*book{b, now} {
		for spelling, a := range other.aliases {
			for _, key := range []string{spelling, a.tag} {
				if of := b.resolve(key); !slices.Contains(forms[of], key) {
					forms[of] = append(forms[of], key)
				}
			}
		}
	}
	out := map[string]goal{}
	for tag, keys := range forms {
		to := now.resolve(tag)
		g := goal{tag: to, whole: !slices.ContainsFunc(keys, func(key string) bool { return now.resolve(key) != to })}
		if to != tag || !g.whole {
			out[tag] = g
		}
	}
	return out
}

// move puts the cards under a tag where they belong now.
func (g goal) move(tx *store.Tx, tag string, now *book) error {
	if g.whole {
		if _, err := tx.Exec(sqlTagMoveCards, g.tag, tag); err != nil {
			return err
		}
		_, err := tx.Exec(sqlTagDropCards, tag)
		return err
	}
	type tagged struct {
		row  int64
		tags string
	}
	cards, err := store.All(tx, func(r store.Row) (t tagged, err error) {
		err = r.Scan(&t.row, &t.tags)
		return t, err
	}, sqlTagCards, tag)
	if err != nil {
		return err
	}
	for _, c := range cards {
		if _, err := tx.Exec(sqlTagsDelete, c.row); err != nil {
			return err
		}
		for t := range splitTags(c.tags) {
			if _, err := tx.Exec(sqlTagInsert, now.resolve(TagKey(t)), c.row); err != nil {
				return err
			}
		}
	}
	return nil
}
