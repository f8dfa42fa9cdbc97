package account

import (
	"fmt"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Somebody under 15 has an account when they and a parent agree (consent of
// minors: law of 6 January 1978, art. 45). Until a parent's signed sheet was
// seen the account acts nowhere; afterwards it has no card as a person, no
// account of hours, and writes privately with adults only where both belong to
// one group. Of their age the month of the 15th birthday is kept, until then.

// adult is the age from which somebody decides alone, in years; youngest is the
// age below which a date of birth is taken for a slip of the finger.
const (
	adult    = 15
	youngest = 6
)

// WaitFor is how long an account waits for a parent's agreement, or for the word
// of who has turned 15: then it is erased. It could never act, and nothing else
// ends it.
const WaitFor = 90 * 24 * time.Hour

// WaitsUntil is the instant after which an account that still waits is erased.
func (p Person) WaitsUntil() time.Time { return p.CreatedAt.Add(WaitFor) }

// Birth is a month of birth; the zero Birth is somebody of 15 or more.
type Birth struct{ Year, Month int }

// fifteenth is the month of the 15th birthday, "2026-07": such months compare
// as they are written.
func (b Birth) fifteenth() string { return fmt.Sprintf("%04d-%02d", b.Year+adult, b.Month) }

// check refuses what is no month, who is 15 and who cannot read yet.
func (b Birth) check(now time.Time) error {
	month, err := monthOf(now)
	if err != nil {
		return err
	}
	oldest, err := monthOf(now.AddDate(adult-youngest, 0, 0))
	switch {
	case err != nil:
		return err
	case b.Month < 1 || b.Month > 12 || b.fifteenth() > oldest:
		return store.E(store.Invalid, "err.account.birth").At("birth_year")
	case b.fifteenth() <= month:
		return store.E(store.Invalid, "err.account.is_fifteen").At("birth_year")
	}
	return nil
}

// monthOf is the month of an instant in the village.
func monthOf(at time.Time) (string, error) {
	zone, err := time.LoadLocation(village)
	if err != nil {
		return "", err
	}
	return at.In(zone).Format("2006-01"), nil
}

// Minority is that somebody is under 15, or has not confirmed yet that they are
// no more.
type Minority struct {
	Fifteenth string    // month of the 15th birthday, "2026-07"; empty once it has come
	AgreedAt  time.Time // an operator saw a parent's signed sheet; zero: not yet
}

// over tells whether the 15th birthday has come; never by a guess of the time.
func (m Minority) over(now time.Time, sure bool) (bool, error) {
	month, err := monthOf(now)
	return m.Fifteenth == "" || sure && m.Fifteenth <= month, err
}

// MinorityOf is what is known of somebody's age; ok is false for who is 15 or
// more.
func MinorityOf(tx *store.Tx, id string) (m Minority, ok bool, err error) {
	m, err = store.One(tx, scanMinority, sqlMinority, id)
	if store.KindOf(err) == store.NotFound {
		return Minority{}, false, nil
	}
	if err != nil {
		return Minority{}, false, err
	}
	over, err := m.over(tx.Now, tx.ClockQuality().Sure())
	return m, !over || m.AgreedAt.IsZero(), err
}

// IsMinor tells whether the limits for who is under 15 hold for an account.
func IsMinor(tx *store.Tx, id string) (bool, error) {
	_, minor, err := MinorityOf(tx, id)
	return minor, err
}

// NotForMinors refuses the acting person what nobody under 15 may do here.
func NotForMinors(tx *store.Tx) error {
	minor, err := IsMinor(tx, tx.Actor.ID)
	if err == nil && minor {
		return store.E(store.Forbidden, "err.account.minor")
	}
	return err
}

// Apart tells whether two people may not write to each other privately: one is
// under 15, the other is not, and no group has both.
func Apart(tx *store.Tx, a, b string) (bool, error) {
	if a == "" || b == "" || a == b {
		return false, nil
	}
	first, err := IsMinor(tx, a)
	if err != nil {
		return false, err
	}
	second, err := IsMinor(tx, b)
	if err != nil || first == second {
		return false, err
	}
	groups, err := listing.GroupsOf(tx, a)
	if err != nil {
		return false, err
	}
	for _, g := range groups {
		if both, err := listing.Reads(tx, g, b); err != nil || both {
			return false, err
		}
	}
	return true, nil
}

// markMinor keeps that a new account is of somebody under 15.
func markMinor(tx *store.Tx, id string, b Birth, agreed bool) error {
	var at any
	if agreed {
		at = tx.Now.Unix()
	}
	if _, err := tx.Exec(sqlPutMinor, id, b.fifteenth(), at); err != nil || !agreed {
		return err
	}
	return tellAndLog(tx, id, ActParent)
}

// Agree notes that an operator saw the sheet that the child and a holder of
// parental authority signed. Who has one already keeps its date.
func Agree(tx *store.Tx, id string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if waited, err := changed(tx.Exec(sqlAgree, tx.Now.Unix(), id)); err != nil || !waited {
		return store.E(store.Conflict, "err.account.no_minor").Because(err)
	}
	return tellAndLog(tx, id, ActParent)
}

// ComeOfAge is the acting person's own word that they are 15, when their
// account waited for a parent and the month has come: nobody else is asked.
func ComeOfAge(tx *store.Tx) error {
	m, ok, err := MinorityOf(tx, tx.Actor.ID)
	if err != nil {
		return err
	}
	over, err := m.over(tx.Now, tx.ClockQuality().Sure())
	if err != nil {
		return err
	}
	if !ok || !over {
		return store.E(store.Conflict, "err.account.not_yet")
	}
	return grow(tx, tx.Actor.ID)
}

// grow forgets that somebody was under 15.
func grow(tx *store.Tx, id string) error {
	if _, err := tx.Exec(sqlGrow, id); err != nil {
		return err
	}
	return tell(tx, id, ActFifteen)
}

// growUp is the job of each day: the limits of who turned 15 end, and of who
// still waited nothing but that is kept.
func growUp(tx *store.Tx) error {
	month, err := monthOf(tx.Now)
	if err != nil {
		return err
	}
	ids, err := store.All(tx, store.Scan[string], sqlGrown, month)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := grow(tx, id); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlForgetMonth, month)
	return err
}

// forgetWaiting erases the accounts that waited for a confirmation in vain.
func forgetWaiting(tx *store.Tx) error {
	ids, err := store.All(tx, store.Scan[string], sqlWaiting, tx.Now.Add(-WaitFor).Unix())
	if err != nil {
		return err
	}
	for _, id := range ids {
		if blocks, err := Blocks(tx, id); err != nil {
			return err
		} else if len(blocks) > 0 { // something was done for them, at the desk
			continue
		}
		if err := erased(tx, id, store.EraseAll); err != nil {
			return err
		}
	}
	return nil
}

func scanMinority(r store.Row) (Minority, error) {
	var m Minority
	var at *int64
	err := r.Scan(&m.Fifteenth, &at)
	if at != nil {
		m.AgreedAt = time.Unix(*at, 0).UTC()
	}
	return m, err
}
