package listing

import (
	"database/sql"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// Acts of a steward.
const (
	ActMerge  = "merge"  // Spelling stands for Tag
	ActRename = "rename" // Spelling is shown as Tag
	ActApart  = "apart"  // Spelling and Tag are two words; nobody proposes to merge them
)

// TagAct is a line of the stewards' public log.
type TagAct struct {
	N             int64
	At            time.Time
	Act           string
	Spelling, Tag string // as shown
	Cards         int64  // that moved, of those visitors see
	UndoneAt      time.Time
}

// Tag is a tag as it is used.
type Tag struct {
	Key, Name string
	N         int64 // of cards; those the actor may see, or all for a steward
}

// Merge makes one tag of two: cards under either are found under both, under
// the name of into. What stood for the one stands for the other, so that an
// alias never leads to an alias. It tells how many cards moved.
func Merge(tx *store.Tx, from, into string) (moved int64, err error) {
	if err := CheckMerge(tx, from, into); err != nil {
		return 0, err
	}
	key, err := CanonicalTag(tx, from)
	if err != nil {
		return 0, err
	}
	if moved, err = store.One(tx, store.Scan[int64], sqlTagCount, key); err != nil {
		return 0, err
	}
	if from, err = asShown(tx, from); err != nil {
		return 0, err
	}
	if into, err = asShown(tx, into); err != nil {
		return 0, err
	}
	return moved, act(tx, ActMerge, from, into)
}

// CheckMerge tells whether two tags can be merged: they must be two.
func CheckMerge(tx *store.Tx, from, into string) error {
	key, tag, err := two(tx, from, into)
	if err == nil && key == tag {
		return store.E(store.Invalid, "err.listing.tag_same", "tag", clean(from), "other", clean(into)).At("from")
	}
	return err
}

// asShown is a tag as it is shown when only accents and capitals tell that from
// what was typed. The log keeps what was meant: with earlier acts undone, a
// spelling may stand for another tag.
func asShown(tx *store.Tx, typed string) (string, error) {
	key, err := CanonicalTag(tx, typed)
	if err != nil {
		return "", err
	}
	name, err := TagName(tx, key)
	if TagKey(name) != TagKey(typed) {
		name = clean(typed)
	}
	return name, err
}

// Alias makes alias another spelling of the tag name. An alias of an alias is
// one of its canonical form; a word with spellings of its own is refused with
// kind Conflict: merging two tags is something to look at first.
func Alias(tx *store.Tx, name, alias string) error {
	key, tag, err := two(tx, alias, name)
	if err != nil || key == tag {
		return err
	}
	own := TagKey(alias)
	n, err := store.One(tx, store.Scan[int], sqlTagAliasCount, own)
	if err != nil {
		return err
	}
	if of, err := canonical(tx, own); err != nil {
		return err
	} else if n > 0 || of != own {
		return store.E(store.Conflict, "err.listing.tag_has_aliases", "tag", clean(alias)).At("alias")
	}
	return act(tx, ActMerge, clean(alias), clean(name))
}

// Rename shows a tag under another name, which becomes one of its spellings.
// The name of another tag is refused with kind Conflict: that would be merging.
func Rename(tx *store.Tx, tag, name string) error {
	key, other, err := two(tx, tag, name)
	if err != nil {
		return err
	}
	if other != key {
		n, err := store.One(tx, store.Scan[int64], sqlTagCount, other)
		if err != nil {
			return err
		}
		aliases, err := store.One(tx, store.Scan[int64], sqlTagAliasCount, other)
		if err != nil {
			return err
		}
		if n+aliases > 0 {
			return store.E(store.Conflict, "err.listing.tag_taken", "tag", clean(name)).At("name")
		}
	}
	shown, err := TagName(tx, key)
	if err != nil || shown == clean(name) {
		return err
	}
	return act(tx, ActRename, clean(tag), clean(name))
}

// KeepApart remembers that two tags are two, so that Similar is silent about
// them.
func KeepApart(tx *store.Tx, a, b string) error {
	key, other, err := two(tx, a, b)
	if err != nil || key == other {
		return err
	}
	return act(tx, ActApart, clean(a), clean(b))
}

// Undo takes an act back: all is as if it had never been done, also where cards
// changed since. Undoing twice changes nothing.
func Undo(tx *store.Tx, n int64) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	a, err := store.One(tx, scanTagAct, sqlTagActByN, n)
	if err != nil || !a.UndoneAt.IsZero() {
		return err
	}
	if _, err := tx.Exec(sqlTagActUndo, tx.Now.Unix(), n); err != nil {
		return err
	}
	return settle(tx)
}

// two checks the names of two tags and finds what they stand for.
func two(tx *store.Tx, a, b string) (key, other string, err error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return "", "", err
	}
	for _, name := range []string{a, b} {
		if bad := checkTagName(name); bad != nil {
			return "", "", bad
		}
	}
	if key, err = canonical(tx, TagKey(a)); err != nil {
		return "", "", err
	}
	other, err = canonical(tx, TagKey(b))
	return key, other, err
}

func checkTagName(name string) *store.Error {
	name = clean(name)
	switch {
	case !utf8.ValidString(name) || strings.ContainsAny(name, "\x00\n") || TagKey(name) == "":
		return store.E(store.Invalid, "err.listing.tag", "tag", name)
	case utf8.RuneCountInString(name) > MaxTag:
		return store.E(store.Invalid, "err.listing.tag_long", "tag", name, "max", MaxTag)
	}
	return nil
}

// act writes a line of the log and does what it says. The line is for everybody
// unless one of the words stands on cards that visitors do not see, and on no
// other.
func act(tx *store.Tx, what, spelling, tag string) error {
	cards, secret, err := tagSeen(tx, spelling)
	if err != nil {
		return err
	}
	_, other, err := tagSeen(tx, tag)
	if err != nil {
		return err
	}
	if what != ActMerge {
		cards = 0
	}
	if _, err := tx.Exec(sqlTagAct, tx.Now.Unix(), what, spelling, tag, cards, secret || other); err != nil {
		return err
	}
	return settle(tx)
}

// tagSeen is how many cards with a tag visitors see, and whether it has none
// but such as they do not.
func tagSeen(tx *store.Tx, spelling string) (cards int64, secret bool, err error) {
	key, err := CanonicalTag(tx, spelling)
	if err != nil {
		return 0, false, err
	}
	counts, err := store.One(tx, func(r store.Row) (n [2]int64, err error) {
		err = r.Scan(&n[0], &n[1])
		return n, err
	}, sqlTagSeen, key)
	return counts[1], counts[0] > 0 && counts[1] == 0, err
}

// TagLog lists the acts before line n that the actor may know of, the newest
// first; 0 starts at the newest.
func TagLog(tx *store.Tx, n int64, limit int) ([]TagAct, error) {
	return store.All(tx, scanTagAct, sqlTagLog, n, n, role(tx), limit)
}

func scanTagAct(r store.Row) (a TagAct, err error) {
	var at int64
	var undone sql.NullInt64
	err = r.Scan(&a.N, &at, &a.Act, &a.Spelling, &a.Tag, &a.Cards, &undone)
	a.At = instant(at)
	if undone.Valid {
		a.UndoneAt = instant(undone.Int64)
	}
	return a, err
}

// Tags lists the tags of the cards the actor may see, by key; limit bounds them
// to the commonest, 0 is all.
func Tags(tx *store.Tx, prefix string, limit int) ([]Tag, error) {
	if limit == 0 {
		limit = -1
	}
	tags, err := store.All(tx, scanTag, sqlTags, prefix, prefix+"\U0010ffff", role(tx), expiry(tx), limit)
	for i := range tags {
		if err == nil {
			tags[i].Name, err = TagName(tx, tags[i].Key)
		}
	}
	return tags, err
}

// TagLetters is how many tags begin with each letter, among the cards the actor
// may see.
func TagLetters(tx *store.Tx) ([]Tally, error) {
	return store.All(tx, func(r store.Row) (t Tally, err error) {
		err = r.Scan(&t.Name, &t.N)
		return t, err
	}, sqlTagLetters, role(tx), expiry(tx))
}

// TagOf is a tag by any spelling, with its other ones.
func TagOf(tx *store.Tx, spelling string) (t Tag, others []string, err error) {
	if t.Key, err = CanonicalTag(tx, spelling); err != nil {
		return t, nil, err
	}
	if t.Name, err = TagName(tx, t.Key); err != nil {
		return t, nil, err
	}
	if t.N, err = store.One(tx, store.Scan[int64], sqlTagCount, t.Key); err != nil {
		return t, nil, err
	}
	others, err = store.All(tx, store.Scan[string], sqlAliasNames, t.Key)
	return t, others, err
}

func scanTag(r store.Row) (t Tag, err error) {
	err = r.Scan(&t.Key, &t.N)
	return t, err
}

// splitTags are the tags of a card as they are stored, one a line.
func splitTags(stored string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for t := range strings.SplitSeq(stored, "\n") {
			if t != "" && !yield(t) {
				return
			}
		}
	}
}
