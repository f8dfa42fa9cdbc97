package account

import (
	"crypto/subtle"
	"regexp"
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// MaxBoxName bounds the box's name, in characters; neighbours read it too.
const MaxBoxName = 60

// Box is what this box is, as far as its set-up has come.
type Box struct {
	CardID         string // of its own public card
	Name           string
	INSEE, Commune string
	Lat, Lon       int32 // WGS 84 × 100,000
	PlaceConfirmed bool
	Publisher      Publisher
	RecoveryHash   []byte    // SHA-256 of the recovery public key; nil before
	Printed        bool      // the recovery sheet was read back
	SheetUsedAt    time.Time // it opened an operator's account, and is not under seal again; else zero
	DoneAt         time.Time

	setupHash []byte
}

// Ready tells whether the box is set up.
func (b Box) Ready() bool { return !b.DoneAt.IsZero() }

// Publisher is who answers for what the box publishes: the legal notice names
// them (law of 21 June 2004, art. 1-1; OPERATIONS.md §2.5).
type Publisher struct {
	Name, Address, Phone         string // commune or association
	Director                     string // of publication: its legal representative
	Host, HostAddress, HostPhone string // who keeps the machine
	Contact                      string // data protection; optional
}

// Check tells which duty is not met.
func (p Publisher) Check() error {
	var bad store.Errors
	for _, f := range []struct{ field, value string }{
		{"publisher", p.Name},
		{"publisher_address", p.Address},
		{"publisher_phone", p.Phone},
		{"director", p.Director},
		{"host", p.Host},
		{"host_address", p.HostAddress},
		{"host_phone", p.HostPhone},
	} {
		switch n := utf8.RuneCountInString(f.value); {
		case n == 0:
			bad.Add(store.E(store.Invalid, "err.account.publisher_missing").At(f.field))
		case n > 200:
			bad.Add(store.E(store.Invalid, "err.account.publisher_long", "max", 200).At(f.field))
		case (f.field == "publisher_phone" || f.field == "host_phone") && !phoneShape.MatchString(f.value):
			bad.Add(store.E(store.Invalid, "err.account.phone").At(f.field))
		}
	}
	if utf8.RuneCountInString(p.Contact) > 200 {
		bad.Add(store.E(store.Invalid, "err.account.publisher_long", "max", 200).At("contact"))
	}
	return bad.OrNil()
}

// SetPublisher changes who answers for a box that is set up; the public log
// tells that it changed. It fails with kind Invalid, a fault a field.
func SetPublisher(tx *store.Tx, p Publisher) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	p = p.Tidy()
	if err := p.Check(); err != nil {
		return err
	}
	b, err := BoxOf(tx)
	if err != nil || b.Publisher == p {
		return err
	}
	if err := keepPublisher(tx, p); err != nil {
		return err
	}
	return Log(tx, ActPublisher)
}

func keepPublisher(tx *store.Tx, p Publisher) error {
	_, err := tx.Exec(sqlPublisher, p.Name, p.Address, p.Phone, p.Director, p.Host, p.HostAddress, p.HostPhone, p.Contact)
	return err
}

var phoneShape = regexp.MustCompile(`^\+?[0-9][0-9 ().-]{5,24}$`)

// Tidy removes stray blanks from what was typed.
func (p Publisher) Tidy() Publisher {
	return Publisher{
		Tidy(p.Name), Tidy(p.Address), Tidy(p.Phone), Tidy(p.Director),
		Tidy(p.Host), Tidy(p.HostAddress), Tidy(p.HostPhone), Tidy(p.Contact),
	}
}

// BoxOf is the box; the zero Box before set-up began.
func BoxOf(tx *store.Tx) (Box, error) {
	b, err := store.One(tx, scanBox, sqlBox)
	if store.KindOf(err) == store.NotFound {
		return Box{}, nil
	}
	return b, err
}

// Ready tells whether the box is set up; before that, every page leads to
// the set-up.
func Ready(tx *store.Tx) (bool, error) {
	b, err := BoxOf(tx)
	return b.Ready(), err
}

// BeginSetup lets one browser set the box up, after its operator proved to
// stand before it. Proving it again from another browser moves the set-up
// there, with all that was done. It fails with kind NotFound once the box is
// set up.
func BeginSetup(tx *store.Tx) (token string, err error) { return beginSetup(tx, tx.NewID()) }

// beginSetup gives the box's own card its id.
func beginSetup(tx *store.Tx, card string) (token string, err error) {
	b, err := BoxOf(tx)
	if err != nil {
		return "", err
	}
	if b.Ready() {
		return "", store.E(store.NotFound, "err.not_found")
	}
	token, hash := newToken()
	_, err = tx.Exec(sqlBeginSetup, card, hash)
	return token, err
}

// SettingUp is the box, for the browser that sets it up; other browsers fail
// with kind Unauthenticated, and everyone with NotFound once it is done.
func SettingUp(tx *store.Tx, token string) (Box, error) {
	b, err := BoxOf(tx)
	switch {
	case err != nil:
		return Box{}, err
	case b.Ready():
		return Box{}, store.E(store.NotFound, "err.not_found")
	case b.setupHash == nil || subtle.ConstantTimeCompare(b.setupHash, hashToken(token)) != 1:
		return Box{}, store.E(store.Unauthenticated, "err.account.setup_code")
	}
	return b, nil
}

func scanBox(r store.Row) (Box, error) {
	var b Box
	var done, used *int64
	p := &b.Publisher
	err := r.Scan(&b.CardID, &b.setupHash, &b.Name, &b.INSEE, &b.Commune, &b.Lat, &b.Lon, &b.PlaceConfirmed,
		&p.Name, &p.Address, &p.Phone, &p.Director, &p.Host, &p.HostAddress, &p.HostPhone, &p.Contact,
		&b.RecoveryHash, &b.Printed, &used, &done)
	if used != nil {
		b.SheetUsedAt = time.Unix(*used, 0).UTC()
	}
	if done != nil {
		b.DoneAt = time.Unix(*done, 0).UTC()
	}
	return b, err
}
