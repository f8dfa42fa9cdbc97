package account

import (
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// Bounds of statutes and rules, in characters.
const (
	MaxTextTitle = 100
	MaxTextBody  = 30_000 // a form holds them
)

// Text is one version of statutes, internal rules or another text that people
// refer to. It binds nobody by itself: nobody has to accept it.
type Text struct {
	ID          string
	Version     int // from 1
	Title       string
	Body        string // as the charter's: "# " begins an article, "- " an item
	Summary     string // what changes and why, in a few words; may be empty
	PublishedAt time.Time
}

// Check tells what is wrong with the text.
func (t *Text) Check() error {
	var bad store.Errors
	switch n := utf8.RuneCountInString(t.Title); {
	case n == 0:
		bad.Add(store.E(store.Invalid, "err.account.text_title").At("title"))
	case n > MaxTextTitle:
		bad.Add(store.E(store.Invalid, "err.account.text_long", "max", MaxTextTitle).At("title"))
	}
	switch n := utf8.RuneCountInString(t.Body); {
	case n == 0:
		bad.Add(store.E(store.Invalid, "err.account.text_body").At("body"))
	case n > MaxTextBody:
		bad.Add(store.E(store.Invalid, "err.account.text_long", "max", MaxTextBody).At("body"))
	}
	if utf8.RuneCountInString(t.Summary) > MaxSummary {
		bad.Add(store.E(store.Invalid, "err.account.text_long", "max", MaxSummary).At("summary"))
	}
	return bad.OrNil()
}

// PublishText puts a text, or the next version of one that has an ID, before
// everybody, for an operator; ground is the decision it follows. t.Version is
// the version that was looked at: a newer one published meanwhile is kind
// Conflict.
func PublishText(tx *store.Tx, t *Text, ground store.Ref) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	t.Title, t.Summary = Tidy(t.Title), Tidy(t.Summary)
	t.Body = strings.TrimSpace(strings.ReplaceAll(t.Body, "\r\n", "\n"))
	if err := t.Check(); err != nil {
		return err
	}
	if t.ID == "" {
		t.ID, t.Version = tx.NewID(), 0
	} else {
		now, _, err := TextOf(tx, t.ID, 0)
		switch {
		case err != nil:
			return err
		case now.Version != t.Version:
			return store.E(store.Conflict, "err.account.text_moved")
		case now.Title == t.Title && now.Body == t.Body:
			return store.E(store.Invalid, "err.account.text_same").At("body")
		}
	}
	t.Version++
	t.PublishedAt = tx.Now
	if _, err := tx.Exec(sqlInsertText, t.ID, t.Version, t.Title, t.Body, t.Summary, tx.Now.Unix()); err != nil {
		return err
	}
	return LogFor(tx, ActText, ground)
}

// Texts lists the latest version of each text, by title.
func Texts(tx *store.Tx) ([]Text, error) { return store.All(tx, scanText, sqlTexts) }

// TextVersions lists every version of a text, the latest first.
func TextVersions(tx *store.Tx, id string) ([]Text, error) {
	return store.All(tx, scanText, sqlTextVersions, id)
}

// TextOf is a version of a text and the one before it, which is the zero Text
// for the first; 0 is the latest.
func TextOf(tx *store.Tx, id string, version int) (t, before Text, err error) {
	list, err := TextVersions(tx, id)
	for i := range list {
		if version != 0 && list[i].Version != version {
			continue
		}
		if i+1 < len(list) {
			before = list[i+1]
		}
		return list[i], before, nil
	}
	if err == nil {
		err = store.E(store.NotFound, "err.not_found")
	}
	return t, before, err
}

func scanText(r store.Row) (Text, error) {
	var t Text
	var at int64
	err := r.Scan(&t.ID, &t.Version, &t.Title, &t.Body, &t.Summary, &at)
	t.PublishedAt = time.Unix(at, 0).UTC()
	return t, err
}
