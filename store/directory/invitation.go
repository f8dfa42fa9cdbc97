package directory

import (
	"time"

	"copi.local/store"
	"copi.local/store/invitation"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Bounds of invitations.
const (
	UsualDays  = 14             // how long a code is valid unless somebody says otherwise
	MaxDays    = 90             //
	MaxCopies  = 40             // slips made at once
	maxPending = 200            // of one element
	printEvery = 24 * time.Hour // a new code for the same invitation, at most
	inviteKept = 30 * 24 * time.Hour
)

// Invitation lets whoever holds its code join an element, once.
type Invitation struct {
	ID        string
	ElementID string
	Label     string // the member's label
	Note      string // for whom, as the inviter wrote it; empty once answered
	Admin     bool   // makes them an administrator; nothing else does, whatever the label
	InvitedBy string // account
	UsedBy    string // account that accepted
	State     invitation.State
	Days      int
	CreatedAt time.Time
	PrintedAt time.Time
	ExpiresAt time.Time
	AskedAt   time.Time // its holder asked for a new one
	EndedAt   time.Time

	Code string // "3K7Q-M0AX-90PD", when it was just made: only its hash is kept
}

// Check tells what is wrong with an invitation as written.
func (i *Invitation) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckText("label", i.Label, MaxLabel))
	bad.Add(listing.CheckText("note", i.Note, MaxLine))
	if i.Days < 1 || i.Days > MaxDays {
		bad.Add(store.E(store.Invalid, "err.invitation.days", "max", MaxDays).At("days"))
	}
	return bad.OrNil()
}

// CanReprint tells whether a new code may be made for it now.
func (i *Invitation) CanReprint(now time.Time) bool {
	return i.State.Live() && !now.Before(i.PrintedAt.Add(printEvery))
}

// Invite makes copies of an invitation on behalf of an administrator of its
// element.
func Invite(tx *store.Tx, i Invitation, copies int) ([]Invitation, error) {
	if err := administer(tx, i.ElementID); err != nil {
		return nil, err
	}
	i.Label, i.Note = tidy(i.Label), tidy(i.Note)
	if err := i.Check(); err != nil {
		return nil, err
	}
	if copies < 1 || copies > MaxCopies {
		return nil, store.E(store.Invalid, "err.invitation.copies", "max", MaxCopies).At("copies")
	}
	n, err := store.One(tx, store.Scan[int], sqlPendingCount, i.ElementID)
	if err != nil {
		return nil, err
	}
	if n+copies > maxPending {
		return nil, store.E(store.Conflict, "err.invitation.many", "n", n)
	}
	list := make([]Invitation, copies)
	for k := range list {
		if list[k], err = invite(tx, i); err != nil {
			return nil, err
		}
	}
	act := "invite"
	if i.Admin {
		act = "invite_admin"
	}
	return list, record(tx, i.ElementID, act, "")
}

// invite stores one invitation under a fresh code.
func invite(tx *store.Tx, i Invitation) (Invitation, error) {
	if tx.ClockQuality().Sure() {
		if _, err := tx.Exec(sqlForgetInvitations, tx.Now.Add(-inviteKept).Unix()); err != nil {
			return i, err
		}
	}
	i.ID, i.Code, i.State, i.InvitedBy = tx.NewID(), newCode(), invitation.Pending, tx.Actor.ID
	i.CreatedAt, i.PrintedAt, i.ExpiresAt = tx.Now, tx.Now, tx.Now.AddDate(0, 0, i.Days)
	_, err := tx.Exec(sqlInvite, i.ID, i.ElementID, codeHash(i.Code), i.Label, i.Note, i.Admin, i.InvitedBy, i.Days,
		tx.Now.Unix(), tx.Now.Unix(), i.ExpiresAt.Unix())
	return i, err
}

func newCode() string { return invitation.Code(store.NewID()) }

// codeHash is how a code is kept, however it is typed.
func codeHash(code string) []byte { return invitation.Hash("invitation", code) }

// Reprint makes a new code for an invitation that waits or has expired; the
// code before is void. At most once a day.
func Reprint(tx *store.Tx, id string) (Invitation, error) {
	i, err := given(tx, id)
	if err != nil {
		return i, err
	}
	switch {
	case !i.State.Live():
		return i, over(i.State)
	case !i.CanReprint(tx.Now):
		return i, store.E(store.Conflict, "err.invitation.too_soon", "at", i.PrintedAt.Add(printEvery))
	}
	i.Code, i.State, i.PrintedAt, i.AskedAt = newCode(), invitation.Pending, tx.Now, time.Time{}
	i.ExpiresAt = tx.Now.AddDate(0, 0, i.Days)
	_, err = tx.Exec(sqlReprint, codeHash(i.Code), tx.Now.Unix(), i.ExpiresAt.Unix(), i.ID)
	return i, err
}

// Revoke makes an invitation void.
func Revoke(tx *store.Tx, id string) error {
	i, err := given(tx, id)
	if err != nil {
		return err
	}
	if !i.State.Live() {
		return over(i.State)
	}
	if err := end(tx, i, invitation.Revoked, ""); err != nil {
		return err
	}
	return record(tx, i.ElementID, "revoke", "")
}

// given is an invitation for an administrator of its element.
func given(tx *store.Tx, id string) (Invitation, error) {
	i, err := store.One(tx, scanInvitation(tx), sqlInvitation, id)
	if err != nil {
		return i, err
	}
	err = administer(tx, i.ElementID)
	return i, err
}

// revokeFrom voids what an account gave out for an element.
func revokeFrom(tx *store.Tx, element, account string) error {
	_, err := tx.Exec(sqlRevokeFrom, tx.Now.Unix(), element, account)
	return err
}

// Invitations lists those of an element for its administrators, the latest
// first; thirty days after it ended one is forgotten.
func Invitations(tx *store.Tx, element string) ([]Invitation, error) {
	if err := administer(tx, element); err != nil {
		return nil, err
	}
	return store.All(tx, scanInvitation(tx), sqlInvitations, element)
}

// Look is the invitation of a code and what it invites to, for whoever holds
// the code, with an account or without.
func Look(tx *store.Tx, code string) (Invitation, Element, error) {
	i, err := store.One(tx, scanInvitation(tx), sqlInvitationByCode, codeHash(code))
	if err != nil {
		return i, Element{}, err
	}
	e, err := store.One(tx, scanElement, sqlByID, i.ElementID)
	return i, e, err
}

// Join makes the acting resident a member with what the invitation grants.
// Of two who use one code at the same instant one succeeds, the other fails
// with kind Conflict.
func Join(tx *store.Tx, code string) (Element, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Element{}, err
	}
	i, e, err := Look(tx, code)
	if err != nil {
		return e, err
	}
	if i.State != invitation.Pending {
		return e, over(i.State)
	}
	m, ok, err := memberOf(tx, e.ID, tx.Actor.ID)
	if err != nil {
		return e, err
	}
	if ok && !m.Asked && (m.Admin || !i.Admin) {
		return e, store.E(store.Conflict, "err.member.already") // the invitation stays for somebody else
	}
	if err := end(tx, i, invitation.Accepted, tx.Actor.ID); err != nil {
		return e, err
	}
	if i.Admin {
		if err := appoint(tx, e.ID, tx.Actor.ID); err != nil {
			return e, err
		}
	}
	if _, err := tx.Exec(sqlJoin, e.ID, tx.Actor.ID, i.Admin, i.Label, i.InvitedBy, tx.Now.Unix()); err != nil {
		return e, err
	}
	if err := record(tx, e.ID, "join", i.InvitedBy); err != nil {
		return e, err
	}
	return e, notify.Tell(tx, i.InvitedBy, e.Ref(), "notify.invitation_accepted")
}

// Decline says no to an invitation; nobody learns who did.
func Decline(tx *store.Tx, code string) error {
	i, e, err := Look(tx, code)
	if err != nil {
		return err
	}
	if !i.State.Live() {
		return over(i.State)
	}
	if err := end(tx, i, invitation.Declined, ""); err != nil {
		return err
	}
	return notify.Tell(tx, i.InvitedBy, e.Ref(), "notify.invitation_declined")
}

// AskAgain tells the inviter that somebody came with a code that has expired
// (AC-7). It returns the invitation and what it was for.
func AskAgain(tx *store.Tx, code string) (Invitation, Element, error) {
	i, e, err := Look(tx, code)
	if err != nil {
		return i, e, err
	}
	if i.State != invitation.Expired {
		return i, e, over(i.State)
	}
	if _, err := tx.Exec(sqlAskAgain, tx.Now.Unix(), i.ID); err != nil || !i.AskedAt.IsZero() {
		return i, e, err
	}
	return i, e, tellAdmins(tx, e.ID, "notify.invitation_asks")
}

// end gives an invitation its last state, unless somebody else just did.
func end(tx *store.Tx, i Invitation, state invitation.State, by string) error {
	done, err := tx.Exec(sqlEndInvitation, state, by, tx.Now.Unix(), i.ID)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.invitation.used").Because(err)
	}
	return nil
}

// over says why an invitation cannot be used any more, or yet.
func over(state invitation.State) error { return store.E(store.Conflict, state.Why()) }

// scanInvitation reads an invitation as it stands at the transaction's
// instant; while the clock is unsure none expires.
func scanInvitation(tx *store.Tx) func(store.Row) (Invitation, error) {
	return func(r store.Row) (Invitation, error) {
		var i Invitation
		var created, printed, expires int64
		var asked, ended *int64
		err := r.Scan(&i.ID, &i.ElementID, &i.Label, &i.Note, &i.Admin, &i.InvitedBy, &i.UsedBy, &i.State, &i.Days,
			&created, &printed, &expires, &asked, &ended)
		i.CreatedAt, i.PrintedAt, i.ExpiresAt = instant(&created), instant(&printed), instant(&expires)
		i.AskedAt, i.EndedAt = instant(asked), instant(ended)
		if i.State == invitation.Pending && tx.ClockQuality().Sure() && !tx.Now.Before(i.ExpiresAt) {
			i.State = invitation.Expired
		}
		return i, err
	}
}
