package account

import (
	_ "embed"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// Bounds of a charter's text and of what is said about a change, in characters.
const (
	MaxCharter = 20_000
	MaxSummary = 300
)

//go:embed charter.fr.txt
var charterTemplate string

// CharterTemplate is the French text a new box proposes for its charter; the
// operator edits it. "# " begins the title of an article, "- " an item.
func CharterTemplate(commune string) string {
	return strings.ReplaceAll(charterTemplate, "{commune}", commune)
}

// Charter is one version of the rules people accept.
type Charter struct {
	Version      int // counts all versions, from 1
	Major, Minor int // how it is called: see Name
	Body         string
	Summary      string    // what changes and why, in a few words; may be empty
	PublishedAt  time.Time // zero for a draft
	// DueAt is the instant from which who has not accepted it may only read;
	// zero for the first version and for a correction.
	DueAt time.Time
}

// Name is how a version is called: "2", and "2.1" for a correction of it.
func (c Charter) Name() string { return versionName(c.Major, c.Minor) }

// Correction tells whether the version changes nothing people agreed to.
func (c Charter) Correction() bool { return c.Minor > 0 }

func versionName(major, minor int) string {
	if minor == 0 {
		return strconv.Itoa(major)
	}
	return strconv.Itoa(major) + "." + strconv.Itoa(minor)
}

// CharterOf is the charter in force; NotFound before the box is set up.
func CharterOf(tx *store.Tx) (Charter, error) { return store.One(tx, scanCharter, sqlCharter) }

// DraftOf is the charter as it is being written, during set-up or for the next
// version; NotFound when nobody is.
func DraftOf(tx *store.Tx) (Charter, error) { return store.One(tx, scanCharter, sqlDraft) }

// Versions lists every version ever published, the latest first.
func Versions(tx *store.Tx) ([]Charter, error) { return store.All(tx, scanCharter, sqlVersions) }

// VersionOf is a published version and the one before it, which is the zero
// Charter for the first.
func VersionOf(tx *store.Tx, version int) (c, before Charter, err error) {
	list, err := store.All(tx, scanCharter, sqlVersionAndBefore, version)
	switch {
	case err != nil:
		return c, before, err
	case len(list) == 0 || list[0].Version != version:
		return c, before, store.E(store.NotFound, "err.not_found")
	case len(list) > 1:
		before = list[1]
	}
	return list[0], before, nil
}

// Acceptance is that a person accepted a version.
type Acceptance struct {
	Version int
	Major   int    `json:"-"`
	Name    string // of the version
	At      time.Time
	OnPaper bool // an operator saw the signed sheet
}

// Accept notes that the acting person accepts a version, which must be the
// charter in force: nobody accepts what they were not shown (kind Conflict).
func Accept(tx *store.Tx, version int) error {
	c, err := CharterOf(tx)
	if err != nil {
		return err
	}
	if c.Version != version {
		return store.E(store.Conflict, "err.account.charter_moved").At("charter")
	}
	return accept(tx, tx.Actor.ID, false)
}

// AcceptOnPaper notes that an operator saw the sheet the person signed: the
// charter in force.
func AcceptOnPaper(tx *store.Tx, id string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if _, err := ByID(tx, id); err != nil {
		return err
	}
	return accept(tx, id, true)
}

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

// AcceptancesOf lists what somebody accepted, for an operator.
func AcceptancesOf(tx *store.Tx, id string) ([]Acceptance, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	return acceptances(tx, id)
}

func acceptances(tx *store.Tx, accountID string) ([]Acceptance, error) {
	return store.All(tx, scanAcceptance, sqlAcceptances, accountID)
}

// PublishCharter puts the first version in force.
func PublishCharter(tx *store.Tx, body string) error {
	if err := SaveDraft(tx, body); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlPublishDraft, tx.Now.Unix(), 1, 0, nil); err != nil {
		return err
	}
	return Log(tx, ActCharter)
}

// SaveDraft keeps the charter's text during set-up.
func SaveDraft(tx *store.Tx, body string) error { return saveDraft(tx, body, "") }

func saveDraft(tx *store.Tx, body, summary string) error {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	var bad store.Errors
	bad.Add(checkCharter(body))
	if utf8.RuneCountInString(summary) > MaxSummary {
		bad.Add(store.E(store.Invalid, "err.account.summary_long", "max", MaxSummary).At("summary"))
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	_, err := tx.Exec(sqlPutDraft, body, summary)
	return err
}

func checkCharter(body string) *store.Error {
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
	var at, due *int64
	err := r.Scan(&c.Version, &c.Major, &c.Minor, &c.Body, &c.Summary, &at, &due)
	if at != nil {
		c.PublishedAt = time.Unix(*at, 0).UTC()
	}
	if due != nil {
		c.DueAt = time.Unix(*due, 0).UTC()
	}
	return c, err
}

func scanAcceptance(r store.Row) (Acceptance, error) {
	var a Acceptance
	var at int64
	var minor int
	err := r.Scan(&a.Version, &a.Major, &minor, &at, &a.OnPaper)
	a.Name, a.At = versionName(a.Major, minor), time.Unix(at, 0).UTC()
	return a, err
}
