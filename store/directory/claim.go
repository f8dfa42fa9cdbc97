package directory

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/notify"
)

// ClaimState is how far a claim is.
type ClaimState string

// The states of a claim.
const (
	ClaimWaiting   ClaimState = "waiting"
	ClaimAccepted  ClaimState = "accepted"
	ClaimRefused   ClaimState = "refused"
	ClaimWithdrawn ClaimState = "withdrawn"
	ClaimPassed    ClaimState = "passed" // somebody else answers for it now: they were told of the request
)

const (
	maxReason  = 500 // characters
	maxClaims  = 10  // of one account that wait
	claimsKept = 180 * 24 * time.Hour
)

// Claim is somebody's wish to answer for an element that nobody answers for.
type Claim struct {
	ID         string
	Element    Element
	Account    string
	Name       string // of the claimant, as others read it
	Reason     string
	State      ClaimState
	Answer     string // of the moderator, read by the claimant
	CreatedAt  time.Time
	AnsweredAt time.Time

	answeredBy string
}

// File claims an element that nobody answers for, for the acting resident; a
// moderator decides. It returns how many claims of others wait already.
func File(tx *store.Tx, id, reason string) (others int, err error) {
	if err := claimable(tx, id); err != nil {
		return 0, err
	}
	if blank(reason) {
		return 0, store.E(store.Invalid, "err.claim.reason").At("reason")
	}
	if err := checkWords("reason", reason, maxReason); err != nil {
		return 0, err
	}
	own, err := store.All(tx, scanClaim, sqlClaimsBy, tx.Actor.ID)
	if err != nil {
		return 0, err
	}
	waiting := 0
	for _, c := range own {
		if c.State != ClaimWaiting {
			continue
		}
		if waiting++; c.Element.ID == id {
			return 0, store.E(store.Conflict, "err.claim.waiting", "day", c.CreatedAt)
		}
	}
	if waiting >= maxClaims {
		return 0, store.E(store.Conflict, "err.claim.many", "n", waiting)
	}
	if tx.ClockQuality().Sure() {
		if _, err := tx.Exec(sqlForgetClaims, tx.Now.Add(-claimsKept).Unix()); err != nil {
			return 0, err
		}
	}
	before, err := store.All(tx, scanClaim, sqlClaimsOn, id)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(sqlClaim, tx.NewID(), id, tx.Actor.ID, reason, tx.Now.Unix())
	return len(before), err
}

// claimable fails unless nobody answers for the element, and a resident acts.
func claimable(tx *store.Tx, id string) error {
	if _, err := joinable(tx, id); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlAdminCount, id)
	if err == nil && n > 0 {
		err = store.E(store.Conflict, "err.claim.answered_for")
	}
	return err
}

// TakeOver makes the acting member of an orphan its administrator, at once
// (DI-8). Others claim it.
func TakeOver(tx *store.Tx, id string) error {
	if err := claimable(tx, id); err != nil {
		return err
	}
	m, ok, err := memberOf(tx, id, tx.Actor.ID)
	if err != nil {
		return err
	}
	if !ok || m.Asked {
		return store.E(store.Forbidden, "err.claim.members_only")
	}
	if err := appoint(tx, id, tx.Actor.ID); err != nil {
		return err
	}
	return record(tx, id, "take_over", "")
}

// Withdraw takes the acting person's waiting claim back.
func Withdraw(tx *store.Tx, id string) error {
	claims, err := store.All(tx, scanClaim, sqlClaimsOn, id)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if c.Account == tx.Actor.ID {
			_, err := tx.Exec(sqlAnswerClaim, ClaimWithdrawn, "", "", tx.Now.Unix(), c.ID)
			return err
		}
	}
	return store.E(store.Conflict, "err.claim.none")
}

// Claims lists those that wait, for moderators, the longest first.
func Claims(tx *store.Tx) ([]Claim, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	return claims(tx, sqlClaimsOpen)
}

// ClaimsWaiting counts them.
func ClaimsWaiting(tx *store.Tx) (int, error) { return store.One(tx, store.Scan[int], sqlClaimsCount) }

// MyClaims lists the acting person's, the latest first, also answered ones for
// half a year.
func MyClaims(tx *store.Tx) ([]Claim, error) { return claims(tx, sqlClaimsBy, tx.Actor.ID) }

func claims(tx *store.Tx, query string, args ...any) ([]Claim, error) {
	list, err := store.All(tx, scanClaim, query, args...)
	for i := range list {
		if err = list[i].complete(tx); err != nil {
			return nil, err
		}
	}
	return list, err
}

// complete reads what a claim points at.
func (c *Claim) complete(tx *store.Tx) (err error) {
	if c.Element, err = store.One(tx, scanElement, sqlByID, c.Element.ID); err != nil {
		return err
	}
	c.Name, err = account.ShownName(tx, c.Account)
	return err
}

// ClaimByID is one claim, for a moderator.
func ClaimByID(tx *store.Tx, id string) (Claim, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return Claim{}, err
	}
	c, err := store.One(tx, scanClaim, sqlClaimByID, id)
	if err != nil {
		return c, err
	}
	return c, c.complete(tx)
}

// AcceptClaim makes the claimant the administrator. Others who waited are
// passed on to them.
func AcceptClaim(tx *store.Tx, id string) (Claim, error) {
	c, err := open(tx, id)
	if err != nil {
		return c, err
	}
	if _, err := tx.Exec(sqlAnswerClaim, ClaimAccepted, "", tx.Actor.ID, tx.Now.Unix(), id); err != nil {
		return c, err
	}
	if err := appoint(tx, c.Element.ID, c.Account); err != nil {
		return c, err
	}
	return c, tell(tx, c.Element.ID, "claim", c.Account, "notify.claim_accepted")
}

// RefuseClaim answers a claim with no, and why: the claimant reads it (DI-4).
func RefuseClaim(tx *store.Tx, id, answer string) (Claim, error) {
	c, err := open(tx, id)
	if err != nil {
		return c, err
	}
	if blank(answer) {
		return c, store.E(store.Invalid, "err.claim.answer").At("answer")
	}
	if err := checkWords("answer", answer, maxReason); err != nil {
		return c, err
	}
	if _, err := tx.Exec(sqlAnswerClaim, ClaimRefused, answer, tx.Actor.ID, tx.Now.Unix(), id); err != nil {
		return c, err
	}
	return c, notify.Tell(tx, c.Account, c.Element.Ref(), "notify.claim_refused")
}

// open is a waiting claim, for a moderator it does not concern; in a village
// with a single one, for that one too.
func open(tx *store.Tx, id string) (Claim, error) {
	c, err := ClaimByID(tx, id)
	if err != nil {
		return c, err
	}
	if c.State != ClaimWaiting {
		return c, store.E(store.Conflict, "err.claim.decided")
	}
	if c.Account == tx.Actor.ID {
		n, err := account.Count(tx, store.Moderator)
		if err != nil {
			return c, err
		}
		if n > 1 {
			return c, store.E(store.Conflict, "err.moderation.own")
		}
	}
	return c, nil
}

func scanClaim(r store.Row) (Claim, error) {
	var c Claim
	var created int64
	var answered *int64
	err := r.Scan(&c.ID, &c.Element.ID, &c.Account, &c.Reason, &c.State, &c.Answer, &c.answeredBy, &created, &answered)
	c.CreatedAt, c.AnsweredAt = instant(&created), instant(answered)
	return c, err
}

// ClaimsOn is the acting person's waiting claim on an element, nil without
// one, and how many of others wait.
func ClaimsOn(tx *store.Tx, id string) (own *Claim, others int, err error) {
	list, err := store.All(tx, scanClaim, sqlClaimsOn, id)
	for i := range list {
		if list[i].Account == tx.Actor.ID {
			own = &list[i]
		} else {
			others++
		}
	}
	return own, others, err
}
