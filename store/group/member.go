package group

import (
	"cmp"
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// Limits of what is written about members, in characters.
const (
	MaxLabel  = 40
	MaxNote   = 300
	MaxReason = 300
)

// Role is what a member may do in a group. Roles include the ones below.
type Role uint8

// The roles, from least to most. The zero value is who does not belong.
const (
	None      Role = iota
	Plain          // reads and writes
	Moderator      // hides what is out of place
	Keeper         // answers for the group
)

// RoleOf is the actor's role in a group; None also while they wait for an
// answer, and for a group there is not.
func RoleOf(tx *store.Tx, id string) (Role, error) {
	if tx.Actor.ID == "" {
		return None, nil
	}
	m, in, err := memberOf(tx, id, tx.Actor.ID)
	if err != nil || !in || m.Waiting {
		return None, err
	}
	return m.Role, nil
}

// Kept is a group for one of its keepers; it fails with kind Forbidden for
// anybody else who may know of it.
func Kept(tx *store.Tx, id string) (Group, error) {
	g, err := Get(tx, id)
	if err != nil {
		return g, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return g, err
	}
	role, err := RoleOf(tx, id)
	if err == nil && role != Keeper {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return g, err
}

// Member is an account that belongs to a group, or asks to.
type Member struct {
	GroupID   string
	Account   string
	Name      string // as others read it; empty when the account is gone
	Role      Role
	Label     string // free words, "trésorière"; a label gives no right
	Note      string // what they wrote when asking
	Silent    bool   // does not want to be named to others
	Waiting   bool   // for a keeper's answer
	InvitedBy string // account; for keepers only
	Inviter   string // its name
	JoinedAt  time.Time
}

// Roster is what the actor may know of the members of a group (FO-1).
type Roster struct {
	Members []Member // whom the actor may see by name: keepers first, then by name
	Waiting []Member // for keepers only
	Count   int      // of all members; zero unless Counted
	Counted bool     // whether the actor may know that number
	Mine    *Member  // the actor's own row, also while it waits
	Keepers int      // how many keep it
}

// Keeps tells whether the roster is read by a keeper.
func (r *Roster) Keeps() bool { return r.Mine != nil && r.Mine.Role == Keeper && !r.Mine.Waiting }

// Belongs tells whether the reader is a member.
func (r *Roster) Belongs() bool { return r.Mine != nil && !r.Mine.Waiting }

// Members tells the actor about the members of a group they may see. It fails
// with kind NotFound for a group the actor may not know of.
func Members(tx *store.Tx, id string) (Roster, error) {
	g, err := Get(tx, id)
	if err != nil {
		return Roster{}, err
	}
	all, err := store.All(tx, scanMember, sqlMembers, id)
	if err != nil {
		return Roster{}, err
	}
	var r Roster
	for i := range all {
		if all[i].Account == tx.Actor.ID && tx.Actor.ID != "" {
			r.Mine = &all[i]
		}
		if all[i].Role == Keeper {
			r.Keepers++
		}
	}
	return r, r.fill(tx, &g, all)
}

// fill keeps whom the actor may see, with their names.
func (r *Roster) fill(tx *store.Tx, g *Group, all []Member) (err error) {
	r.Counted = r.tells(tx, g.Seen)
	for _, m := range all {
		if r.Counted && !m.Waiting {
			r.Count++
		}
		own := m.Account == tx.Actor.ID && tx.Actor.ID != ""
		if m.Waiting && !r.Keeps() || !m.Waiting && !own && !r.Keeps() && (!r.Counted || m.Silent) {
			continue
		}
		if m.Name, err = account.ShownName(tx, m.Account); err != nil {
			return err
		}
		if m.Inviter = ""; r.Keeps() {
			if m.Inviter, err = account.ShownName(tx, m.InvitedBy); err != nil {
				return err
			}
		} else {
			m.InvitedBy = ""
		}
		if m.Waiting {
			r.Waiting = append(r.Waiting, m)
		} else {
			r.Members = append(r.Members, m)
		}
	}
	slices.SortStableFunc(r.Members, func(a, b Member) int {
		return cmp.Or(cmp.Compare(b.Role, a.Role), cmp.Compare(listing.Fold(a.Name), listing.Fold(b.Name)))
	})
	return nil
}

// tells whether the actor is among those something may be told.
func (r *Roster) tells(tx *store.Tx, c Circle) bool {
	switch c {
	case ToEverybody:
		return true
	case ToResidents:
		return tx.Actor.Can(store.Resident)
	case ToMembers:
		return r.Belongs()
	default:
		return r.Keeps()
	}
}

// CountOf is the number of members, where the actor may know it; ok is false
// where they may not.
func CountOf(tx *store.Tx, g *Group) (n int, ok bool, err error) {
	var r Roster
	if tx.Actor.ID != "" {
		m, in, err := memberOf(tx, g.ID, tx.Actor.ID)
		if err != nil {
			return 0, false, err
		}
		if in {
			r.Mine = &m
		}
	}
	if !r.tells(tx, g.Seen) {
		return 0, false, nil
	}
	n, err = store.One(tx, store.Scan[int], sqlCount, g.ID)
	return n, err == nil, err
}

// People lists the accounts that belong to a group, whoever asks and whoever may
// see them: for the roll of a vote, which says by itself whom it shows to whom.
func People(tx *store.Tx, id string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlMemberIDs, id)
}

// Belongs tells whether an account is a member of a group, whoever asks.
func Belongs(tx *store.Tx, id, account string) (bool, error) {
	m, in, err := memberOf(tx, id, account)
	return in && !m.Waiting, err
}

// KeepersOf lists the accounts that keep a group.
func KeepersOf(tx *store.Tx, id string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlKeepers, id)
}

// Membership is one of the acting person's own, with its group.
type Membership struct {
	Member
	Group   Group
	Waiting int // people who wait for this keeper
}

// Memberships lists what the acting person belongs to or asked to join, by name.
func Memberships(tx *store.Tx) ([]Membership, error) {
	rows, err := store.All(tx, scanMember, sqlMembershipsOf, tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	list := make([]Membership, 0, len(rows))
	for _, m := range rows {
		one := Membership{Member: m}
		if one.Group, err = read(tx, m.GroupID); err != nil {
			return nil, err
		}
		if m.Role == Keeper {
			if one.Waiting, err = store.One(tx, store.Scan[int], sqlWaitingCount, m.GroupID); err != nil {
				return nil, err
			}
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b Membership) int {
		return cmp.Compare(listing.Fold(a.Group.Name), listing.Fold(b.Group.Name))
	})
	return list, nil
}

// memberOf is an account's row; ok is false without one.
func memberOf(tx *store.Tx, group, account string) (m Member, ok bool, err error) {
	m, err = store.One(tx, scanMember, sqlMember, group, account)
	if store.KindOf(err) == store.NotFound {
		return m, false, nil
	}
	return m, err == nil, err
}

func scanMember(r store.Row) (Member, error) {
	var m Member
	var joined int64
	err := r.Scan(&m.GroupID, &m.Account, &m.Waiting, &m.Role, &m.Label, &m.Note, &m.Silent, &m.InvitedBy, &joined)
	m.JoinedAt = instant(&joined)
	return m, err
}
