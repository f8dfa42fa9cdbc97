package account

import (
	_ "embed"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// MaxCharter bounds the charter's text, in characters.
const MaxCharter = 20_000

//go:embed charter.fr.txt
var charterTemplate string

// CharterTemplate is the French text a new box proposes for its charter; the
// operator edits it. "# " begins the title of an article, "- " an item.
func CharterTemplate(commune string) string {
	return strings.ReplaceAll(charterTemplate, "{commune}", commune)
}

// Charter is one version of the rules people accept.
type Charter struct {
	Version     int
	Body        string
	PublishedAt time.Time // zero for a draft
}

// CharterOf is the charter in force; NotFound before the box is set up.
func CharterOf(tx *store.Tx) (Charter, error) { return store.One(tx, scanCharter, sqlCharter) }

// DraftOf is the charter as it stands during set-up, NotFound before its step.
func DraftOf(tx *store.Tx) (Charter, error) { return store.One(tx, scanCharter, sqlDraft) }

// Acceptance is that a person accepted a version.
type Acceptance struct {
	Version int
	At      time.Time
	OnPaper bool // an operator saw the signed sheet
}

// Accept notes that the acting person accepts the charter in force.
func Accept(tx *store.Tx) error { return accept(tx, tx.Actor.ID, false) }

func accept(tx *store.Tx, accountID string, onPaper bool) error {
	c, err := CharterOf(tx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlInsertAcceptance, accountID, c.Version, tx.Now.Unix(), onPaper)
	return err
}

// Acceptances lists what the acting person accepted, and when.
func Acceptances(tx *store.Tx) ([]Acceptance, error) { return acceptances(tx, tx.Actor.ID) }

func acceptances(tx *store.Tx, accountID string) ([]Acceptance, error) {
	return store.All(tx, scanAcceptance, sqlAcceptances, accountID)
}

// PublishCharter puts the first version in force.
func PublishCharter(tx *store.Tx, body string) error {
	if err := SaveDraft(tx, body); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlPublishDraft, tx.Now.Unix()); err != nil {
		return err
	}
	return Log(tx, ActCharter)
}

// SaveDraft keeps the charter's text during set-up.
func SaveDraft(tx *store.Tx, body string) error {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	if err := checkCharter(body); err != nil {
		return err
	}
	_, err := tx.Exec(sqlPutDraft, body)
	return err
}

func checkCharter(body string) error {
	switch n := utf8.RuneCountInString(body); {
	case n < 200: // an article at least: an empty charter protects nobody
		return store.E(store.Invalid, "err.account.charter_short").At("charter")
	case n > MaxCharter:
		return store.E(store.Invalid, "err.account.charter_long", "max", MaxCharter).At("charter")
	}
	return nil
}

func scanCharter(r store.Row) (Charter, error) {
	var c Charter
	var at *int64
	err := r.Scan(&c.Version, &c.Body, &at)
	if at != nil {
		c.PublishedAt = time.Unix(*at, 0).UTC()
	}
	return c, err
}

func scanAcceptance(r store.Row) (Acceptance, error) {
	var a Acceptance
	var at int64
	err := r.Scan(&a.Version, &at, &a.OnPaper)
	a.At = time.Unix(at, 0).UTC()
	return a, err
}
