package directory

import (
	"time"

	"copi.local/store"
	"copi.local/store/invitation"
)

// Belonging is what a person gets back of their part in elements: what they
// belong to, whom they invited, what they claimed, what they did in the name
// of others.
type Belonging struct {
	Member      []Belongs `json:"member_of,omitempty"`
	Invitations []Invites `json:"invitations,omitempty"`
	Claims      []Claimed `json:"claims,omitempty"`
	Acts        []Acted   `json:"acts,omitempty"`
}

// Belongs is a membership as exported.
type Belongs struct {
	Element string    `json:"element"`
	Name    string    `json:"name"`
	Admin   bool      `json:"administrator"`
	Label   string    `json:"label,omitempty"`
	Asked   bool      `json:"waiting,omitempty"`
	Note    string    `json:"note,omitempty"`
	Shown   string    `json:"shown_to"`
	Since   time.Time `json:"since"`
}

// Invites is an invitation a person gave out, as exported.
type Invites struct {
	Element string           `json:"element"`
	Label   string           `json:"label,omitempty"`
	Note    string           `json:"for,omitempty"`
	Admin   bool             `json:"administrator"`
	State   invitation.State `json:"state"`
	At      time.Time        `json:"at"`
}

// Claimed is a claim as exported.
type Claimed struct {
	Element string     `json:"element"`
	Reason  string     `json:"reason"`
	State   ClaimState `json:"state"`
	Answer  string     `json:"answer,omitempty"`
	At      time.Time  `json:"at"`
}

// Acted is something done in the name of an element, as exported.
type Acted struct {
	Element string    `json:"element"`
	Act     string    `json:"act"`
	Thing   string    `json:"thing,omitempty"` // module/id
	Title   string    `json:"title,omitempty"`
	At      time.Time `json:"at"`
}

func (b *Belonging) empty() bool {
	return len(b.Member)+len(b.Invitations)+len(b.Claims)+len(b.Acts) == 0
}

// seenWords are the values of Seen in an export.
var seenWords = map[Seen]string{ToNobody: "nobody", ToResidents: "residents", ToEverybody: "everybody on this box"}

// belonging collects what the module holds about an account's part in
// elements.
func belonging(tx *store.Tx, account string) (b Belonging, err error) {
	members, err := store.All(tx, scanMember, sqlMembershipsOf, account)
	if err != nil {
		return b, err
	}
	for _, m := range members {
		e, err := store.One(tx, scanElement, sqlByID, m.ElementID)
		if err != nil {
			return b, err
		}
		b.Member = append(b.Member, Belongs{m.ElementID, e.Name, m.Admin, m.Label, m.Asked, m.Note, seenWords[m.Shown], m.JoinedAt})
	}
	invitations, err := store.All(tx, scanInvitation(tx), sqlInvitationsBy, account)
	if err != nil {
		return b, err
	}
	for _, i := range invitations {
		b.Invitations = append(b.Invitations, Invites{i.ElementID, i.Label, i.Note, i.Admin, i.State, i.CreatedAt})
	}
	claims, err := store.All(tx, scanClaim, sqlClaimsBy, account)
	if err != nil {
		return b, err
	}
	for _, c := range claims {
		b.Claims = append(b.Claims, Claimed{c.Element.ID, c.Reason, c.State, c.Answer, c.CreatedAt})
	}
	b.Acts, err = store.All(tx, func(r store.Row) (Acted, error) {
		a, err := scanAct(r)
		out := Acted{Element: a.By, Act: a.Act, Title: a.Title, At: a.At}
		if a.Ref.ID != "" {
			out.Thing = a.Ref.String()
		}
		return out, err
	}, sqlActsBy, account)
	return b, err
}

// part takes an account out of every element. What it alone answered for is an
// orphan afterwards, its content untouched (DI-8).
func part(tx *store.Tx, account string) error {
	alone, err := store.All(tx, store.Scan[string], sqlSoleAdmin, account)
	if err != nil {
		return err
	}
	for _, statement := range []string{
		sqlLeaveAll, sqlUnmeet, sqlUninvite, sqlUnuse, sqlUnclaim, sqlUnanswer, sqlUnact, sqlUnactOther,
	} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	for _, id := range alone {
		if err := tellOrphan(tx, id); err != nil {
			return err
		}
	}
	return nil
}
