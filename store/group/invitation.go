package group

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/invitation"
	"copi.local/store/listing"
)

// Bounds of invitations.
const (
	UsualDays  = 14 // how long a code is valid unless somebody says otherwise
	MaxDays    = 30 // so that no contact stays longer than that (FO-3)
	MaxCopies  = 40 // slips made at once
	maxPending = 200
	maxOwn     = 20 // that wait, of one member who is no keeper
	noteKept   = 30 * 24 * time.Hour
)

// Invitation lets one person join a group, once: whoever holds its code, or the
// account it is for.
type Invitation struct {
	ID        string
	GroupID   string
	Guest     string // the account it is for; empty: who holds the code
	Label     string // the member's label; it gives no right (AC-7)
	Note      string // for whom, as the inviter wrote it; empty once answered, or after thirty days
	InvitedBy string // account
	UsedBy    string // account that accepted
	State     invitation.State
	Days      int // 1 to MaxDays
	CreatedAt time.Time
	ExpiresAt time.Time
	AskedAt   time.Time // its holder asked for a new one
	EndedAt   time.Time

	Code    string // "3K7Q-M0AX-90PD", when it was just made: only its hash is kept
	Inviter string // name, where Invitations was asked by a keeper
	Name    string // of the guest, for who invited
}

// Check tells what is wrong with an invitation as written.
func (i *Invitation) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckText("label", i.Label, MaxLabel))
	bad.Add(listing.CheckText("note", i.Note, MaxNote))
	if i.Days < 1 || i.Days > MaxDays {
		bad.Add(store.E(store.Invalid, "err.invitation.days", "max", MaxDays).At("days"))
	}
	return bad.OrNil()
}

// Invite makes copies of an invitation by code on behalf of a member; only a
// keeper gives a label.
func Invite(tx *store.Tx, i Invitation, copies int) ([]Invitation, error) {
	if copies < 1 || copies > MaxCopies {
		return nil, store.E(store.Invalid, "err.invitation.copies", "max", MaxCopies).At("copies")
	}
	i.Guest = ""
	if err := i.ready(tx, copies); err != nil {
		return nil, err
	}
	list := make([]Invitation, copies)
	for k := range list {
		list[k] = i
		list[k].Code = newCode()
		if err := list[k].insert(tx, codeHash(list[k].Code)); err != nil {
			return nil, err
		}
	}
	return list, record(tx, i.GroupID, "invite", "")
}

// InviteAccount invites somebody who has an account here, on behalf of a member;
// they find it among their notices and on the page of groups.
func InviteAccount(tx *store.Tx, i Invitation) error {
	i.Note = ""
	if err := i.ready(tx, 1); err != nil {
		return err
	}
	g, err := read(tx, i.GroupID)
	if err != nil {
		return err
	}
	quiet, err := g.hears(tx, i.Guest)
	if err != nil {
		return err
	}
	if n, err := store.One(tx, store.Scan[int], sqlPendingFor, i.GroupID, i.Guest, tx.Now.Unix()); err != nil {
		return err
	} else if n > 0 {
		return store.E(store.Conflict, "err.group.invited").At("guest")
	}
	if err := i.insert(tx, nil); err != nil {
		return err
	}
	if err := record(tx, i.GroupID, "invite", ""); err != nil || quiet {
		return err
	}
	return tell(tx, i.GroupID, i.Guest, "notify.group_invited")
}

// hears fails with kind Conflict when somebody cannot be invited and the actor
// may know why: a keeper, or who sees that they belong. For others the
// invitation is made like any other, so that it tells nobody who belongs (FO-1);
// quiet is one that its guest does not hear of, as they belong or are banned.
func (g *Group) hears(tx *store.Tx, guest string) (quiet bool, err error) {
	reason := g.welcomes(tx, guest)
	if k := store.KindOf(reason); reason == nil || k != store.Conflict && k != store.Forbidden {
		return false, reason
	}
	r, err := Members(tx, g.ID)
	if err != nil {
		return false, err
	}
	seen := slices.ContainsFunc(r.Members, func(m Member) bool { return m.Account == guest })
	if r.Keeps() || seen {
		return false, store.E(store.Conflict, "err.group.not_invitable").At("guest")
	}
	return g.holds(tx, guest)
}

// holds tells whether an account belongs to the group or is kept out of it.
func (g *Group) holds(tx *store.Tx, account string) (bool, error) {
	banned, err := Banned(tx, g.ID, account)
	if err != nil || banned {
		return banned, err
	}
	m, in, err := memberOf(tx, g.ID, account)
	return in && !m.Waiting, err
}

// ready checks an invitation and whether the actor may make so many of it.
func (i *Invitation) ready(tx *store.Tx, copies int) error {
	g, err := Get(tx, i.GroupID)
	if err != nil {
		return err
	}
	role, err := RoleOf(tx, i.GroupID)
	if err != nil {
		return err
	}
	i.Label, i.Note = tidy(i.Label), tidy(i.Note)
	if err := i.Check(); err != nil {
		return err
	}
	switch {
	case role == None:
		return store.E(store.Forbidden, "err.forbidden")
	case g.Closed():
		return store.E(store.Conflict, "err.group.closed")
	case i.Label != "" && role != Keeper:
		return store.E(store.Forbidden, "err.group.label_keeper").At("label")
	}
	all, err := store.One(tx, store.Scan[int], sqlPendingCount, i.GroupID)
	if err != nil {
		return err
	}
	own, err := store.One(tx, store.Scan[int], sqlPendingBy, i.GroupID, tx.Actor.ID)
	if err != nil {
		return err
	}
	if all+copies > maxPending || role != Keeper && own+copies > maxOwn {
		return store.E(store.Conflict, "err.invitation.many", "n", own)
	}
	return nil
}

func (i *Invitation) insert(tx *store.Tx, hash []byte) error {
	i.ID, i.State, i.InvitedBy = tx.NewID(), invitation.Pending, tx.Actor.ID
	i.CreatedAt, i.ExpiresAt = tx.Now, tx.Now.AddDate(0, 0, i.Days)
	_, err := tx.Exec(sqlInvite, i.ID, i.GroupID, hash, i.Guest, i.Label, i.Note, i.InvitedBy, i.Days, tx.Now.Unix(), i.ExpiresAt.Unix())
	return err
}

func newCode() string { return invitation.Code(store.NewID()) }

// codeHash is how a code is kept, however it is typed.
func codeHash(code string) []byte { return invitation.Hash("group invitation", code) }

// Look is the invitation of a code and the group it invites to, for whoever
// holds the code, with an account or without.
func Look(tx *store.Tx, code string) (Invitation, Group, error) {
	i, err := store.One(tx, scanInvitation(tx), sqlInvitationByCode, codeHash(code))
	if err != nil {
		return i, Group{}, err
	}
	g, err := read(tx, i.GroupID)
	return i, g, err
}

// Guest is an invitation for the account it is for, and the group it invites to.
func Guest(tx *store.Tx, id string) (Invitation, Group, error) {
	i, err := store.One(tx, scanInvitation(tx), sqlInvitation, id)
	if err != nil {
		return i, Group{}, err
	}
	if i.Guest == "" || i.Guest != tx.Actor.ID {
		return i, Group{}, store.E(store.NotFound, "err.not_found")
	}
	g, err := read(tx, i.GroupID)
	return i, g, err
}

// Waiting is an invitation that waits for the acting person.
type Waiting struct {
	Invitation
	Group Group
}

// InvitedTo lists the groups the acting person is invited to.
func InvitedTo(tx *store.Tx) ([]Waiting, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	rows, err := store.All(tx, scanInvitation(tx), sqlInvitationsFor, tx.Actor.ID)
	var list []Waiting
	for _, i := range rows {
		if i.State != invitation.Pending {
			continue
		}
		w := Waiting{Invitation: i}
		if w.Group, err = read(tx, i.GroupID); err != nil {
			return nil, err
		}
		if quiet, err := w.Group.holds(tx, tx.Actor.ID); err != nil {
			return nil, err
		} else if quiet {
			continue
		}
		if w.Inviter, err = account.ShownName(tx, i.InvitedBy); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, err
}

// Use makes the acting resident a member with the code of an invitation. Of two
// who use one code at the same instant one succeeds, the other fails with kind
// Conflict.
func Use(tx *store.Tx, code string) (Group, error) {
	i, g, err := Look(tx, code)
	if err != nil {
		return g, err
	}
	return g, i.use(tx, &g)
}

// Accept makes the acting resident a member by an invitation that is for them.
func Accept(tx *store.Tx, id string) (Group, error) {
	i, g, err := Guest(tx, id)
	if err != nil {
		return g, err
	}
	return g, i.use(tx, &g)
}

func (i *Invitation) use(tx *store.Tx, g *Group) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if i.State != invitation.Pending {
		return over(i.State)
	}
	if g.Closed() {
		return store.E(store.Conflict, "err.group.closed")
	}
	m, in, err := memberOf(tx, g.ID, tx.Actor.ID)
	if err != nil {
		return err
	}
	if !in || !m.Waiting { // who waits for an answer has it now
		if err := g.welcomes(tx, tx.Actor.ID); err != nil {
			return err // the invitation stays for somebody else
		}
	}
	if err := i.end(tx, invitation.Accepted, tx.Actor.ID); err != nil {
		return err
	}
	if err := enter(tx, g.ID, tx.Actor.ID, Plain, i.Label, i.InvitedBy); err != nil {
		return err
	}
	if err := record(tx, g.ID, "join", i.InvitedBy); err != nil {
		return err
	}
	return tell(tx, g.ID, i.InvitedBy, "notify.group_invitation_accepted")
}

// Decline says no to the invitation of a code; nobody learns who did.
func Decline(tx *store.Tx, code string) error {
	i, _, err := Look(tx, code)
	if err != nil {
		return err
	}
	return i.decline(tx)
}

// DeclineMine says no to an invitation that is for the acting person.
func DeclineMine(tx *store.Tx, id string) error {
	i, _, err := Guest(tx, id)
	if err != nil {
		return err
	}
	return i.decline(tx)
}

func (i *Invitation) decline(tx *store.Tx) error {
	if !i.State.Live() {
		return over(i.State)
	}
	if err := i.end(tx, invitation.Declined, ""); err != nil {
		return err
	}
	return tell(tx, i.GroupID, i.InvitedBy, "notify.group_invitation_declined")
}

// AskAgain tells the inviter, or the keepers where that person left, that
// somebody came with a code that has expired (AC-7).
func AskAgain(tx *store.Tx, code string) error {
	i, g, err := Look(tx, code)
	if err != nil {
		return err
	}
	if i.State != invitation.Expired {
		return over(i.State)
	}
	if _, err := tx.Exec(sqlAskAgain, tx.Now.Unix(), i.ID); err != nil || !i.AskedAt.IsZero() {
		return err
	}
	if in, err := Belongs(tx, g.ID, i.InvitedBy); err != nil {
		return err
	} else if in {
		return tell(tx, g.ID, i.InvitedBy, "notify.group_invitation_asks")
	}
	return tellKeepers(tx, g.ID, "notify.group_invitation_asks")
}

// Revoke makes an invitation void, on behalf of who made it or of a keeper.
func Revoke(tx *store.Tx, id string) error {
	i, err := store.One(tx, scanInvitation(tx), sqlInvitation, id)
	if err != nil {
		return err
	}
	role, err := RoleOf(tx, i.GroupID)
	switch {
	case err != nil:
		return err
	case role == None:
		return store.E(store.NotFound, "err.not_found")
	case role != Keeper && i.InvitedBy != tx.Actor.ID:
		return store.E(store.Forbidden, "err.forbidden")
	case !i.State.Live():
		return over(i.State)
	}
	return i.end(tx, invitation.Revoked, "")
}

// Invitations lists those of a group, the latest first: all of them, with who
// invited, for its keepers; for another member their own. Thirty days after it
// ended one is forgotten.
func Invitations(tx *store.Tx, id string) ([]Invitation, error) {
	role, err := RoleOf(tx, id)
	if err != nil || role == None {
		return nil, notFound(err)
	}
	by := tx.Actor.ID
	if role == Keeper {
		by = ""
	}
	list, err := store.All(tx, scanInvitation(tx), sqlInvitations, id, by)
	for k := range list {
		if list[k].Inviter, err = account.ShownName(tx, list[k].InvitedBy); err != nil {
			return nil, err
		}
		if list[k].Name, err = account.ShownName(tx, list[k].Guest); err != nil {
			return nil, err
		}
	}
	return list, err
}

// end gives an invitation its last state, unless somebody else just did; who it
// was for, as the inviter wrote it, is gone with it.
func (i *Invitation) end(tx *store.Tx, state invitation.State, by string) error {
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

// scanInvitation reads an invitation as it stands at the transaction's instant;
// while the clock is unsure none expires.
func scanInvitation(tx *store.Tx) func(store.Row) (Invitation, error) {
	return func(r store.Row) (Invitation, error) {
		var i Invitation
		var created, expires int64
		var asked, ended *int64
		err := r.Scan(&i.ID, &i.GroupID, &i.Guest, &i.Label, &i.Note, &i.InvitedBy, &i.UsedBy, &i.State, &i.Days,
			&created, &expires, &asked, &ended)
		i.CreatedAt, i.ExpiresAt = instant(&created), instant(&expires)
		i.AskedAt, i.EndedAt = instant(asked), instant(ended)
		if i.State == invitation.Pending && tx.ClockQuality().Sure() && !tx.Now.Before(i.ExpiresAt) {
			i.State = invitation.Expired
		}
		return i, err
	}
}

// Jobs is what the module does by itself.
var Jobs = []store.Job{{Name: "group purge", Every: 24 * time.Hour, Expires: true, Run: purge}}

// purge forgets whom invitations were for thirty days after they were written
// (FO-3), invitations thirty days after they ended, and acts after a year.
func purge(tx *store.Tx) error {
	for statement, before := range map[string]time.Time{
		sqlForgetNotes: tx.Now.Add(-noteKept), sqlForgetInvitations: tx.Now.Add(-noteKept), sqlForgetActs: tx.Now.Add(-actsKept),
	} {
		if _, err := tx.Exec(statement, before.Unix()); err != nil {
			return err
		}
	}
	return nil
}

// Invites is an invitation a person gave out, as exported.
type Invites struct {
	Group string           `json:"group"`
	Label string           `json:"label,omitempty"`
	Note  string           `json:"for,omitempty"`
	State invitation.State `json:"state"`
	At    time.Time        `json:"at"`
}

func invitesBy(tx *store.Tx, account string) (list []Invites, err error) {
	made, err := store.All(tx, scanInvitation(tx), sqlInvitationsBy, account)
	if err != nil {
		return nil, err
	}
	for _, i := range made {
		g, err := read(tx, i.GroupID)
		if err != nil {
			return nil, err
		}
		list = append(list, Invites{g.Name, i.Label, i.Note, i.State, i.CreatedAt})
	}
	return list, nil
}
