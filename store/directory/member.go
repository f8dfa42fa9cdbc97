package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// Limits of what is written about members, in characters.
const (
	MaxLabel = 40
	MaxNote  = 300
)

// Seen is how far something about members may be told. Nothing about them ever
// leaves the box.
type Seen uint8

// From narrow to wide. The zero value is the narrow one.
const (
	ToNobody    Seen = iota // but the administrators
	ToResidents             // people with an account here
	ToEverybody             // on this box
)

// Circle is how an element takes people in, and the most that is told of them;
// each member decides about their own name within it.
type Circle struct {
	Joining bool // residents may ask to join; else by invitation only
	Seen    Seen
}

// Member is an account that belongs to an element, or asks to.
type Member struct {
	ElementID string
	Account   string
	Name      string // as others read it; empty when the account is gone
	Admin     bool
	Label     string // free words, "trésorière"; a label gives no permission
	Note      string // what they wrote when asking
	Shown     Seen
	Asked     bool // waits for an administrator
	InvitedBy string
	JoinedAt  time.Time
}

// Roster is what the actor may know of the members of an element.
type Roster struct {
	Circle
	Members []Member // whom the actor may see by name: administrators' view first, then by name
	Asking  []Member // for administrators only
	Count   int      // of all members
	Counted bool     // whether the actor may know that number
	Admins  int
	Mine    *Member // the actor's own row, also while it waits
}

// RosterOf tells the actor about the members of an element they may see.
func RosterOf(tx *store.Tx, e *Element) (Roster, error) {
	var r Roster
	if e.Kind == Person {
		return r, nil
	}
	var err error
	if r.Circle, err = circleOf(tx, e); err != nil {
		return r, err
	}
	all, err := store.All(tx, scanMember, sqlMembers, e.ID)
	if err != nil {
		return r, err
	}
	for i := range all {
		if all[i].Account == tx.Actor.ID {
			r.Mine = &all[i]
		}
		if !all[i].Asked {
			r.Count++
		}
		if all[i].Admin {
			r.Admins++
		}
	}
	r.Counted = r.tells(tx, r.Seen)
	return r, r.name(tx, all)
}

// name keeps whom the actor may see, with their names.
func (r *Roster) name(tx *store.Tx, all []Member) (err error) {
	for _, m := range all {
		own := m.Account == tx.Actor.ID
		if m.Asked && !r.administers() || !m.Asked && !own && !r.tells(tx, min(m.Shown, r.Seen)) {
			continue
		}
		if m.Name, err = account.ShownName(tx, m.Account); err != nil {
			return err
		}
		if m.Asked {
			r.Asking = append(r.Asking, m)
		} else {
			r.Members = append(r.Members, m)
		}
	}
	slices.SortStableFunc(r.Members, func(a, b Member) int {
		return cmp.Compare(listing.Fold(a.Name), listing.Fold(b.Name))
	})
	return nil
}

// administers tells whether the roster is read by an administrator.
func (r *Roster) administers() bool { return r.Mine != nil && r.Mine.Admin }

// tells whether the actor is among those something may be told.
func (r *Roster) tells(tx *store.Tx, s Seen) bool {
	switch {
	case r.administers():
		return true
	case s == ToResidents:
		return tx.Actor.Can(store.Resident)
	default:
		return s == ToEverybody
	}
}

// Orphan tells whether everybody who answered for the element has left.
func (r *Roster) Orphan(e *Element) bool { return e.Kind != Person && e.Claimed && r.Admins == 0 }

// IsAdmin tells whether an account administers an element.
func IsAdmin(tx *store.Tx, element, account string) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlIsAdmin, element, account)
}

// AdminsOf lists the accounts that administer an element.
func AdminsOf(tx *store.Tx, element string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlAdmins, element)
}

// AdministeredBy lists the elements an account administers.
func AdministeredBy(tx *store.Tx, account string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlAdministered, account)
}

// circleOf is how the element takes people in: as its administrators chose, or
// as is usual for its kind.
func circleOf(tx *store.Tx, e *Element) (Circle, error) {
	c, err := store.One(tx, func(r store.Row) (c Circle, err error) {
		err = r.Scan(&c.Joining, &c.Seen)
		return c, err
	}, sqlCircle, e.ID)
	if store.KindOf(err) == store.NotFound {
		return Circle{Joining: e.Kind == Org || e.Kind == Project, Seen: ToEverybody}, nil
	}
	return c, err
}

// memberOf is an account's row; ok is false without one.
func memberOf(tx *store.Tx, element, account string) (m Member, ok bool, err error) {
	m, err = store.One(tx, scanMember, sqlMember, element, account)
	if store.KindOf(err) == store.NotFound {
		return m, false, nil
	}
	return m, err == nil, err
}

// Membership is one of the acting person's own, with its element.
type Membership struct {
	Member
	Element Element
	Orphan  bool
	Asking  int // people who wait for this administrator
}

// Memberships lists what the acting person belongs to or asked to join, by name.
func Memberships(tx *store.Tx) ([]Membership, error) {
	rows, err := store.All(tx, scanMember, sqlMembershipsOf, tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	var list []Membership
	for _, m := range rows {
		e, err := store.One(tx, scanElement, sqlByID, m.ElementID)
		if err != nil {
			return nil, err
		}
		admins, err := store.One(tx, store.Scan[int], sqlAdminCount, e.ID)
		if err != nil {
			return nil, err
		}
		own := Membership{Member: m, Element: e, Orphan: e.Claimed && admins == 0}
		if m.Admin {
			if own.Asking, err = store.One(tx, store.Scan[int], sqlAskingCount, e.ID); err != nil {
				return nil, err
			}
		}
		list = append(list, own)
	}
	slices.SortStableFunc(list, func(a, b Membership) int {
		return cmp.Compare(listing.Fold(a.Element.Name), listing.Fold(b.Element.Name))
	})
	return list, nil
}

// checkWords tells whether s is text of at most so many characters.
func checkWords(field, s string, most int) error {
	if bad := listing.CheckText(field, s, most); bad != nil {
		return bad
	}
	return nil
}

// tidy is what a person typed on one line.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

func blank(s string) bool { return utf8.RuneCountInString(strings.TrimSpace(s)) == 0 }

func scanMember(r store.Row) (Member, error) {
	var m Member
	var joined int64
	err := r.Scan(&m.ElementID, &m.Account, &m.Admin, &m.Label, &m.Note, &m.Shown, &m.Asked, &m.InvitedBy, &joined)
	m.JoinedAt = time.Unix(joined, 0).UTC()
	return m, err
}
