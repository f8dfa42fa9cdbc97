package group

import (
	"time"

	"copi.local/store"
)

// Personal is what the module holds about persons: what they began, belong to,
// did and were told in groups. A group stays when who began it leaves; one that
// nobody keeps then is offered to its members.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{
		"group_groups", "group_members", "group_bans", "group_invitations", "group_acts",
		"group_delegates", "group_inquiries", "group_answers",
	},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Begun    []string     `json:"begun,omitempty"` // names of groups
	Member   []Belonging  `json:"member_of,omitempty"`
	Banned   []Banishment `json:"excluded_from,omitempty"`
	Invited  []Invites    `json:"invitations,omitempty"`
	Acts     []Acted      `json:"acts,omitempty"`
	Speaks   []string     `json:"delegate_of,omitempty"` // names of groups
	Answered []Spoken     `json:"answers,omitempty"`
	Asked    []string     `json:"questions,omitempty"`
}

// Belonging is a membership as exported.
type Belonging struct {
	Group  string    `json:"group"`
	Role   string    `json:"role"`
	Label  string    `json:"label,omitempty"`
	Asked  bool      `json:"waiting,omitempty"`
	Note   string    `json:"note,omitempty"`
	Silent bool      `json:"not_named,omitempty"`
	Since  time.Time `json:"since"`
}

// Banishment is an exclusion as exported.
type Banishment struct {
	Group  string    `json:"group"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Acted is something the person did in a group.
type Acted struct {
	Group string    `json:"group"`
	Act   string    `json:"act"`
	At    time.Time `json:"at"`
}

// roleWords are the values of Role in an export.
var roleWords = [...]string{Plain: "member", Moderator: "moderator", Keeper: "keeper"}

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	var err error
	if h.Begun, err = begunBy(tx, account); err != nil {
		return nil, err
	}
	if h.Member, err = belongings(tx, account); err != nil {
		return nil, err
	}
	bans, err := store.All(tx, func(r store.Row) (b Ban, err error) {
		var at int64
		err = r.Scan(&b.Account, &b.Reason, &b.Keeper, &at) // Account is the group here
		b.At = instant(&at)
		return b, err
	}, sqlBansOf, account)
	if err != nil {
		return nil, err
	}
	for _, b := range bans {
		g, err := read(tx, b.Account)
		if err != nil {
			return nil, err
		}
		h.Banned = append(h.Banned, Banishment{g.Name, b.Reason, b.At})
	}
	if h.Invited, err = invitesBy(tx, account); err != nil {
		return nil, err
	}
	acts, err := store.All(tx, scanAct, sqlActsBy, account)
	if err != nil {
		return nil, err
	}
	for _, a := range acts {
		g, err := read(tx, a.By) // the group here
		if err != nil {
			return nil, err
		}
		h.Acts = append(h.Acts, Acted{g.Name, a.Act, a.At})
	}
	if h.Speaks, h.Answered, h.Asked, err = spokenBy(tx, account); err != nil {
		return nil, err
	}
	if len(h.Begun)+len(h.Member)+len(h.Banned)+len(h.Invited)+len(h.Acts)+len(h.Speaks)+len(h.Answered)+len(h.Asked) == 0 {
		return nil, nil
	}
	return h, nil
}

func begunBy(tx *store.Tx, account string) (names []string, err error) {
	begun, err := store.All(tx, scanGroup, sqlBegunBy, account)
	for i := range begun {
		names = append(names, begun[i].Name)
	}
	return names, err
}

func belongings(tx *store.Tx, account string) (list []Belonging, err error) {
	members, err := store.All(tx, scanMember, sqlMembershipsOf, account)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		g, err := read(tx, m.GroupID)
		if err != nil {
			return nil, err
		}
		list = append(list, Belonging{g.Name, roleWords[m.Role], m.Label, m.Waiting, m.Note, m.Silent, m.JoinedAt})
	}
	return list, nil
}

// erase takes an account out of every group.
func erase(tx *store.Tx, account string, _ store.Erasure) error {
	groups, err := store.All(tx, store.Scan[string], sqlMemberships, account)
	if err != nil {
		return err
	}
	for _, id := range groups {
		if err := quit(tx, id, account); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		sqlUnauthor, sqlUnmeet, sqlUnbanAll, sqlUnkeep, sqlUninvite, sqlUnuse, sqlUnguest, sqlUnact, sqlUnactOther,
		sqlUndelegate, sqlUninquire, sqlUnanswer,
	} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}
