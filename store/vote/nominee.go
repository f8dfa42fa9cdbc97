package vote

import (
	"encoding/json"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/vote/tally"
)

// Nominee is a person of the roll who is proposed, or was.
type Nominee struct {
	Number
	Round int
	Why   string // in the words of who conducts the election
}

// Person is what is published of the person a round of an election was about.
type Person struct {
	Number  string `json:"number"`
	Accepts bool   `json:"accepts,omitempty"` // has said that they accept
	Name    string `json:"name,omitempty"`    // once elected, and until they leave
}

// Nominees lists who was proposed, the first before the others.
func (p *Proposal) Nominees(tx *store.Tx) ([]Nominee, error) {
	numbers, err := p.Numbers(tx)
	if err != nil {
		return nil, err
	}
	return store.All(tx, func(r store.Row) (n Nominee, err error) {
		var i int
		if err = r.Scan(&n.Round, &i, &n.Why); err == nil && i < len(numbers) {
			n.Number = numbers[i]
		}
		return n, err
	}, sqlNominees, p.ID)
}

// Nominee is who is proposed in the round that is open, or was counted last; ok
// is false in a round of names.
func (p *Proposal) Nominee(tx *store.Tx) (n Nominee, ok bool, err error) {
	if p.Sort != Election {
		return n, false, nil
	}
	list, err := p.Nominees(tx)
	if len(list) > 0 && list[len(list)-1].Round == p.Round {
		return list[len(list)-1], true, err
	}
	return n, false, err
}

// Named are the numbers that somebody named in the last round of names, in the
// order of the roll: of these one can be proposed. None in a round without
// effect.
func (p *Proposal) Named(tx *store.Tx) (list []Number, err error) {
	m, err := p.lastNames(tx, p.Round+1)
	if err != nil || m == nil || m.Result.Outcome != tally.Ordered {
		return nil, err
	}
	numbers, err := p.Numbers(tx)
	for i := range numbers {
		if i < len(m.Result.Table.Counts)-1 && m.Result.Table.Counts[i] > 0 {
			list = append(list, numbers[i])
		}
	}
	return list, err
}

// PutForward proposes a person somebody named, with the reasons of who conducts
// the election, and opens the round in which all say whether they object. t
// says by when.
func PutForward(tx *store.Tx, id, number, why string, t Terms) error {
	p, err := pending(tx, id)
	if err != nil {
		return err
	}
	who, place, err := p.nameable(tx, number)
	var bad store.Errors
	if err := bad.Take(err); err != nil {
		return err
	}
	if strings.TrimSpace(why) == "" {
		bad.Add(store.E(store.Invalid, "err.vote.put_why").At("why"))
	}
	bad.Add(listing.CheckText("why", why, MaxReason))
	if err := bad.Take(p.ends(tx, t)); err != nil {
		return err
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if err := p.nextRound(tx); err != nil {
		return err
	}
	p.Rule.Method, p.Rule.Options, p.Rule.Visible = tally.Consent, 1, false
	if _, err := tx.Exec(sqlNominate, p.ID, p.Round, place, why); err != nil {
		return err
	}
	if err := p.open(tx, "notify.vote_put_forward"); err != nil {
		return err
	}
	return notify.Tell(tx, who.AccountID, p.Ref(), "notify.vote_nominated") // in the place of what all are told
}

// nameable is a person who can be proposed, and their place on the roll: one
// who was named, and may still vote.
func (p *Proposal) nameable(tx *store.Tx, number string) (Number, int, error) {
	named, err := p.Named(tx)
	if err != nil {
		return Number{}, 0, err
	}
	for _, one := range named {
		if one.Ticket != number {
			continue
		}
		if in, err := member(tx, p.GroupID, one.AccountID); err != nil || !in {
			if err == nil {
				err = store.E(store.Invalid, "err.vote.put_left").At("person")
			}
			return one, 0, err
		}
		place, err := p.place(tx, one.Ticket)
		return one, place, err
	}
	return Number{}, 0, store.E(store.Invalid, "err.vote.put_who").At("person")
}

// place is where a number stands on the roll, from 0.
func (p *Proposal) place(tx *store.Tx, number string) (int, error) {
	numbers, err := p.Numbers(tx)
	for i := range numbers {
		if numbers[i].Ticket == number {
			return i, err
		}
	}
	return 0, store.E(store.NotFound, "err.not_found")
}

// person writes into the minutes whom the round was about, whether they accept
// and, once elected, their name.
func (p *Proposal) person(tx *store.Tx, m *Minutes) error {
	n, ok, err := p.Nominee(tx)
	if err != nil || !ok {
		return err
	}
	m.Person = &Person{Number: n.Ticket}
	g, err := store.One(tx, scanGiven, sqlBallotOf, p.ID, n.AccountID)
	switch {
	case store.KindOf(err) == store.NotFound:
		return nil
	case err != nil:
		return err
	}
	name, err := account.ShownName(tx, n.AccountID)
	m.Person.Accepts = accepts(g.Ballot) && name != "" // who has left since takes nothing on
	if m.outcome() == tally.Elected {
		m.Person.Name = name
	}
	return err
}

// accepts tells whether the ballot of the person proposed says yes.
func accepts(b tally.Ballot) bool {
	return len(b.Values) == 1 && (b.Values[0] == tally.Agrees || b.Values[0] == tally.Reserves)
}

// checkOwn wants a clear word of the person proposed: no abstention.
func (p *Proposal) checkOwn(tx *store.Tx, account string, b tally.Ballot) error {
	n, ok, err := p.Nominee(tx)
	if err != nil || !ok || n.AccountID != account {
		return err
	}
	if !accepts(b) && b.Values[0] != tally.Objects {
		return store.E(store.Invalid, "err.vote.own_clear").At("pick")
	}
	return nil
}

// unname takes the name of somebody who leaves off what was published of their
// election: the number stays.
func (p *Proposal) unname(tx *store.Tx, account string) error {
	if p.Sort != Election || p.State != Closed || p.Outcome != tally.Elected {
		return nil
	}
	n, ok, err := p.Nominee(tx)
	if err != nil || !ok || n.AccountID != account {
		return err
	}
	m, err := p.last(tx)
	if err != nil {
		return err
	}
	m.Person.Name = ""
	return p.keep(tx, m)
}

func scanSaying(r store.Row) (s Saying, err error) {
	var text string
	if err = r.Scan(&s.Round, &s.AccountID, &s.How, &text, &s.Reason, &s.Answer); err == nil {
		err = json.Unmarshal([]byte(text), &s.Ballot)
	}
	return s, err
}
