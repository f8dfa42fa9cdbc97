package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"copi.local/store"
)

// How long a session lasts (OPERATIONS.md §2.2).
const (
	ResidentDays   = 90 * 24 * time.Hour // sliding
	SharedHours    = 4 * time.Hour       // a computer others use; its cookie also ends with the browser
	OperatorHours  = 12 * time.Hour      // absolute
	OperatorIdle   = 30 * time.Minute    // then the passphrase again
	touchEvery     = 24 * time.Hour      // a resident's visit is written once a day
	touchOperators = 5 * time.Minute
)

const tokenBytes = 32

// Session is a signed-in browser.
type Session struct {
	ID         string // names it on a page; not the secret
	Actor      store.Actor
	Login      string
	Device     string // "Firefox, Android"; may be empty
	Shared     bool   // "ordinateur partagé"
	MustChange bool   // the password came from a slip: choose one first
	MustAccept bool   // accepted no charter yet: do that first
	// Idle says that an operator was away for long: Actor has the rights of a
	// moderator until the passphrase is given again.
	Idle bool
	// Standing is whether the person may act. Who is suspended has the rights of
	// a resident meanwhile.
	Standing  Standing
	CreatedAt time.Time
	SeenAt    time.Time // to the day; for an operator to five minutes
	ExpiresAt time.Time

	stands standing // as stored
}

// newToken is a secret for a cookie, and the hash that is stored.
func newToken() (token string, hash []byte) {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// open starts a session for the account; token goes into a cookie and nowhere
// else. The person's sessions that ended are removed on the way.
func open(tx *store.Tx, accountID, device string, shared bool) (s Session, token string, err error) {
	p, err := ByID(tx, accountID)
	if err != nil {
		return s, "", err
	}
	if _, err := tx.Exec(sqlDropOldSessions, tx.Now.Unix()); err != nil {
		return s, "", err
	}
	token, hash := newToken()
	expires := tx.Now.Add(lifetime(p.Role, shared)).Unix()
	now := tx.Now.Unix()
	if _, err := tx.Exec(sqlInsertSession, hash, tx.NewID(), p.ID, device, shared, now, now, expires); err != nil {
		return s, "", err
	}
	s, err = Authenticate(tx, token)
	return s, token, err
}

func lifetime(role store.Role, shared bool) time.Duration {
	switch {
	case shared:
		return SharedHours
	case role == store.Operator:
		return OperatorHours
	default:
		return ResidentDays
	}
}

// Authenticate is the session of a cookie. It only reads. A token that names
// no live session fails with kind Unauthenticated.
func Authenticate(tx *store.Tx, token string) (Session, error) {
	s, err := store.One(tx, scanSession, sqlSessionByToken, hashToken(token))
	if store.KindOf(err) == store.NotFound || err == nil && !tx.Now.Before(s.ExpiresAt) {
		return Session{}, store.E(store.Unauthenticated, "err.sign_in")
	}
	if err != nil {
		return Session{}, err
	}
	if s.Actor.Role == store.Operator && tx.Now.Sub(s.SeenAt) > OperatorIdle {
		s.Idle, s.Actor.Role = true, store.Moderator
	}
	if s.Standing, err = s.stands.at(tx.Now, tx.ClockQuality().Sure()); err != nil {
		return Session{}, err
	}
	if s.Standing.Bar == BarSuspended {
		s.Idle, s.Actor.Role = false, store.Resident
	}
	return s, nil
}

// Stale tells whether a visit at now has to be written by Touch: once a day
// for most, so that reading pages does not wear the SD card out.
func (s Session) Stale(now time.Time) bool {
	every := touchEvery
	if s.Actor.Role == store.Operator {
		every = touchOperators
	}
	return !s.Idle && now.Sub(s.SeenAt) >= every
}

// Touch notes a visit and lets a resident's session live on; it returns the
// session as it is then.
func Touch(tx *store.Tx, s Session) (Session, error) {
	s.SeenAt = tx.Now
	lowered := s.Idle || s.Standing.Bar == BarSuspended // an operator's session keeps its end
	if s.Actor.Role < store.Operator && !s.Shared && !lowered {
		s.ExpiresAt = tx.Now.Add(ResidentDays)
	}
	_, err := tx.Exec(sqlTouchSession, s.SeenAt.Unix(), s.ExpiresAt.Unix(), s.ID)
	return s, err
}

// ClockSet notes in the public log that the box's time was set, and carries
// the session of who did it over the jump: it would have run out on the way.
func ClockSet(tx *store.Tx, s Session, jump time.Duration) (Session, error) {
	if err := Log(tx, ActClock); err != nil || s.ID == "" {
		return s, err
	}
	s.SeenAt, s.ExpiresAt = tx.Now, s.ExpiresAt.Add(jump)
	_, err := tx.Exec(sqlTouchSession, s.SeenAt.Unix(), s.ExpiresAt.Unix(), s.ID)
	return s, err
}

// Latest is the newest instant at which somebody was seen; zero when nobody
// was. The box's clock does not start before it.
func Latest(tx *store.Tx) (time.Time, error) {
	at, err := store.One(tx, store.Scan[*int64], sqlLatestSeen)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return time.Unix(*at, 0).UTC(), nil
}

// Sessions lists the acting person's live sessions, the latest seen first.
func Sessions(tx *store.Tx) ([]Session, error) {
	return store.All(tx, scanSession, sqlSessionsOf, tx.Actor.ID, tx.Now.Unix())
}

// End ends one of the acting person's sessions.
func End(tx *store.Tx, id string) error {
	_, err := tx.Exec(sqlEndSession, id, tx.Actor.ID)
	return err
}

// EndOthers ends the acting person's sessions but the one they use.
func EndOthers(tx *store.Tx, keep string) error { return endAll(tx, tx.Actor.ID, keep) }

// endAll ends an account's sessions except keep, which may be empty.
func endAll(tx *store.Tx, accountID, keep string) error {
	_, err := tx.Exec(sqlEndOtherSession, accountID, keep)
	return err
}

func scanSession(r store.Row) (Session, error) {
	var s Session
	var created, seen, expires int64
	err := r.Scan(&s.ID, &s.Actor.ID, &s.Login, &s.Actor.Role, &s.MustChange, &s.MustAccept,
		&s.Device, &s.Shared, &created, &seen, &expires,
		&s.stands.due, &s.stands.until, &s.stands.reason, &s.stands.minor, &s.stands.agreed, &s.stands.fifteenth)
	s.CreatedAt, s.SeenAt = time.Unix(created, 0).UTC(), time.Unix(seen, 0).UTC()
	s.ExpiresAt = time.Unix(expires, 0).UTC()
	return s, err
}
