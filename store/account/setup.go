package account

import (
	"context"
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/listing"
)

// Step is a page of the set-up. Each is saved when it is done, so that a phone
// that closes loses nothing.
type Step string

// The steps, in order.
const (
	StepCommune   Step = "commune"
	StepPlace     Step = "place"
	StepPublisher Step = "publisher"
	StepHost      Step = "host"
	StepCharter   Step = "charter"
	StepOperator  Step = "operator"
	StepSheet     Step = "sheet"
	StepOpen      Step = "open"
)

// Steps lists them in order.
var Steps = []Step{
	StepCommune, StepPlace, StepPublisher, StepHost, StepCharter, StepOperator, StepSheet, StepOpen,
}

// NextStep is the first step that is not done.
func NextStep(tx *store.Tx, b Box) (Step, error) {
	operators, err := Count(tx, store.Operator)
	if err != nil {
		return "", err
	}
	_, err = DraftOf(tx)
	if err != nil && store.KindOf(err) != store.NotFound {
		return "", err
	}
	drafted := err == nil
	publisherBad, hostBad := b.Publisher.faults()
	switch {
	case b.INSEE == "":
		return StepCommune, nil
	case !b.PlaceConfirmed || b.Name == "":
		return StepPlace, nil
	case publisherBad:
		return StepPublisher, nil
	case hostBad:
		return StepHost, nil
	case !drafted:
		return StepCharter, nil
	case operators == 0:
		return StepOperator, nil
	case !b.Printed:
		return StepSheet, nil
	default:
		return StepOpen, nil
	}
}

// faults tells which of the two pages that ask for the publisher is not done.
func (p Publisher) faults() (publisher, host bool) {
	var bad store.Errors
	if errors.As(p.Check(), &bad) {
		for _, e := range bad {
			ofHost := strings.HasPrefix(e.Field, "host") || e.Field == "contact"
			host, publisher = host || ofHost, publisher || !ofHost
		}
	}
	return publisher, host
}

// ChooseCommune says which commune the box is of. Its place is the commune's,
// to be moved and confirmed; choosing the same commune again keeps it.
func ChooseCommune(tx *store.Tx, token string, c listing.Commune) error {
	b, err := SettingUp(tx, token)
	if err != nil || b.INSEE == c.INSEE {
		return err
	}
	var at listing.Point
	if c.Position != nil {
		at = *c.Position
	}
	_, err = tx.Exec(sqlSetCommune, c.INSEE, c.Name, at.Lat, at.Lon)
	return err
}

// MovePlace keeps a place and a name that are not confirmed yet.
func MovePlace(tx *store.Tx, token, name string, at listing.Point) error {
	if _, err := SettingUp(tx, token); err != nil {
		return err
	}
	if name = Tidy(name); utf8.RuneCountInString(name) <= MaxBoxName {
		if _, err := tx.Exec(sqlSetBoxName, name); err != nil {
			return err
		}
	}
	_, err := tx.Exec(sqlSetPlace, at.Lat, at.Lon, false)
	return err
}

// ConfirmPlace confirms where the box stands and what it is called.
func ConfirmPlace(tx *store.Tx, token, name string, at listing.Point) error {
	if _, err := SettingUp(tx, token); err != nil {
		return err
	}
	name = Tidy(name)
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return store.E(store.Invalid, "err.account.box_name").At("box_name")
	case n > MaxBoxName:
		return store.E(store.Invalid, "err.account.box_name_long", "max", MaxBoxName).At("box_name")
	}
	if _, err := tx.Exec(sqlSetBoxName, name); err != nil {
		return err
	}
	_, err := tx.Exec(sqlSetPlace, at.Lat, at.Lon, true)
	return err
}

// SavePublisher keeps the publisher's identity as far as it is known; what is
// wrong with the fields of one page comes back, those of the other may wait.
func SavePublisher(tx *store.Tx, token string, p Publisher, page Step) error {
	if _, err := SettingUp(tx, token); err != nil {
		return err
	}
	p = p.Tidy()
	var bad, here store.Errors
	if errors.As(p.Check(), &bad) {
		for _, e := range bad {
			if strings.HasPrefix(e.Field, "host") == (page == StepHost) {
				here = append(here, e)
			}
		}
	}
	if err := here.OrNil(); err != nil {
		return err
	}
	return keepPublisher(tx, p)
}

// SaveCharter keeps the charter's text as edited.
func SaveCharter(tx *store.Tx, token, body string) error {
	if _, err := SettingUp(tx, token); err != nil {
		return err
	}
	return SaveDraft(tx, body)
}

// FirstOperator makes the account of who sets the box up.
func (d *Desk) FirstOperator(ctx context.Context, token string, n NewPerson) error {
	p := Person{Login: FoldLogin(n.Login), Name: Tidy(n.Name), Role: store.Operator, HasKey: true}
	box, err := d.box(ctx)
	if err != nil {
		return err
	}
	var bad store.Errors
	if err := p.Check(); err != nil {
		bad = append(bad, err.(store.Errors)...) //nolint:errorlint // Check makes it
	}
	bad.Add(checkPassword(n.Password, p.Login, p.Name, box.Commune, box.Name))
	if err := bad.OrNil(); err != nil {
		return err
	}
	hash, err := d.hash.hash(ctx, n.Password)
	if err != nil {
		return err
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := SettingUp(tx, token); err != nil {
			return err
		}
		if n, err := Count(tx, store.Resident); err != nil || n > 0 {
			return err // sent twice: the first stands
		}
		return insert(tx, &p, hash)
	})
}

// FirstLogin is the login of the operator made during set-up; empty before.
func FirstLogin(tx *store.Tx, token string) (string, error) {
	if _, err := SettingUp(tx, token); err != nil {
		return "", err
	}
	people, err := store.All(tx, scanPerson, sqlPeople, "")
	if err != nil || len(people) == 0 {
		return "", err
	}
	return people[0].Login, nil
}

// seeds holds the recovery seed between its making and its being read back. It
// is never written anywhere: after a restart a new sheet is made.
type seeds struct {
	mu   sync.Mutex // guards seed
	seed *Seed
}

// MakeSheet makes a new recovery seed; the sheet printed before is void.
func (d *Desk) MakeSheet(ctx context.Context, token string) error {
	seed := NewSeed()
	key, err := seed.SealKey()
	if err != nil {
		return err
	}
	backups, err := seed.BackupKey()
	if err != nil {
		return err
	}
	// Two at once: the one remembered must be the one whose hash is kept.
	d.seeds.mu.Lock()
	defer d.seeds.mu.Unlock()
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := SettingUp(tx, token); err != nil {
			return err
		}
		_, err := tx.Exec(sqlSetRecovery, seed.RecoveryHash(), key, backups)
		return err
	})
	if err != nil {
		return err
	}
	d.seeds.seed = &seed
	return nil
}

// Sheet is the words to print, until they are read back; nil when there are
// none (any more).
func (d *Desk) Sheet(ctx context.Context, token string) (words []string, err error) {
	err = d.db.View(ctx, func(tx *store.Tx) error {
		_, err := SettingUp(tx, token)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.seeds.mu.Lock()
	defer d.seeds.mu.Unlock()
	if d.seeds.seed == nil {
		return nil, nil
	}
	return d.seeds.seed.Words(), nil
}

// Asked is the numbers of the two words to read back from the sheet, 1 to 24.
func (b Box) Asked() (first, second int) {
	if len(b.RecoveryHash) < 2 {
		return 1, SeedWords
	}
	first, second = int(b.RecoveryHash[0])%12+1, int(b.RecoveryHash[1])%12+13
	return first, second
}

// ReadBack checks the two words; the seed is forgotten then.
func (d *Desk) ReadBack(ctx context.Context, token, first, second string) error {
	words, err := d.Sheet(ctx, token)
	if err != nil {
		return err
	}
	if words == nil {
		return store.E(store.Conflict, "err.account.sheet_gone")
	}
	box, err := d.box(ctx)
	if err != nil {
		return err
	}
	i, j := box.Asked()
	var bad store.Errors
	for _, w := range []struct {
		field, typed string
		n            int
	}{{"first", first, i}, {"second", second, j}} {
		if Fold(w.typed) != Fold(words[w.n-1]) {
			bad.Add(store.E(store.Invalid, "err.account.sheet_word", "number", w.n).At(w.field))
		}
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := SettingUp(tx, token); err != nil {
			return err
		}
		_, err := tx.Exec(sqlPrinted)
		return err
	})
	if err != nil {
		return err
	}
	d.seeds.mu.Lock()
	defer d.seeds.mu.Unlock()
	d.seeds.seed = nil
	return nil
}

// OpenBox ends the set-up when every step is done: the charter is in force and
// accepted by the operator, the box's card is public, and its operator is
// signed in.
func OpenBox(tx *store.Tx, token, device string) (s Session, cookie string, err error) {
	b, err := SettingUp(tx, token)
	if err != nil {
		return s, "", err
	}
	step, err := NextStep(tx, b)
	if err != nil {
		return s, "", err
	}
	if step != StepOpen {
		return s, "", store.E(store.Conflict, "err.account.setup_unfinished")
	}
	operators, err := store.All(tx, scanPerson, sqlPeople, "")
	if err != nil {
		return s, "", err
	}
	if err := openBox(tx, b, operators[0].ID); err != nil {
		return s, "", err
	}
	return open(tx, operators[0].ID, device, false)
}

func openBox(tx *store.Tx, b Box, operator string) error {
	if _, err := tx.Exec(sqlPublishDraft, tx.Now.Unix(), 1, 0, nil); err != nil {
		return err
	}
	if err := accept(tx, operator, false); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDone, tx.Now.Unix()); err != nil {
		return err
	}
	at := listing.Point{Lat: b.Lat, Lon: b.Lon}
	if err := listing.SetHome(tx, listing.Home{Commune: b.INSEE, Name: b.Commune, Position: &at}); err != nil {
		return err
	}
	if err := listing.Put(tx, b.card(at), b.body()); err != nil {
		return err
	}
	return Log(tx, ActSetUp)
}

// card is the box's own, by which neighbours know it.
func (b Box) card(at listing.Point) listing.Card {
	return listing.Card{
		Ref: store.Ref{Module: "account", ID: b.CardID}, Kind: "profile", Title: b.Name,
		Position: &at, Audience: listing.Public,
	}
}

// body is the legal notice's public part (schema.org names).
func (b Box) body() listing.Body {
	return listing.Body{
		"name": b.Name,
		"publisher": map[string]any{
			"name": b.Publisher.Name, "address": b.Publisher.Address, "telephone": b.Publisher.Phone,
		},
	}
}

// Founding is a whole set-up at once, for the demonstration village and for
// tests.
type Founding struct {
	Commune   listing.Commune
	At        listing.Point
	Name      string
	Publisher Publisher
	Charter   string
	Operator  NewPerson // with a password
	CardID    string    // of the box's own card; empty for one at random
}

// Found sets a box up at once, through the same verbs as the pages, and
// returns the words of its recovery sheet.
func (d *Desk) Found(ctx context.Context, f Founding) (words []string, err error) {
	var token string
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if f.CardID == "" {
			f.CardID = tx.NewID()
		}
		if token, err = beginSetup(tx, f.CardID); err != nil {
			return err
		}
		if err := ChooseCommune(tx, token, f.Commune); err != nil {
			return err
		}
		if err := ConfirmPlace(tx, token, f.Name, f.At); err != nil {
			return err
		}
		if err := SavePublisher(tx, token, f.Publisher, StepHost); err != nil {
			return err
		}
		return SaveCharter(tx, token, f.Charter)
	})
	if err != nil {
		return nil, err
	}
	if err := d.FirstOperator(ctx, token, f.Operator); err != nil {
		return nil, err
	}
	if err := d.MakeSheet(ctx, token); err != nil {
		return nil, err
	}
	if words, err = d.Sheet(ctx, token); err != nil {
		return nil, err
	}
	box, err := d.box(ctx)
	if err != nil {
		return nil, err
	}
	i, j := box.Asked()
	if err := d.ReadBack(ctx, token, words[i-1], words[j-1]); err != nil {
		return nil, err
	}
	return words, d.db.Update(ctx, func(tx *store.Tx) error {
		_, _, err := OpenBox(tx, token, "")
		return err
	})
}
