package vote

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/vote/tally"
)

// A lot is drawn in the open (SO-1). Opening it freezes the roll, gives each
// person a number and publishes the hash of the numbers, before anybody can
// know the seed. At the instant announced the seed is typed in front of people,
// and the order follows from it: anybody can work it out again.

// MaxSeats is how many a lot may draw.
const MaxSeats = 60

// Number is a person of the roll, by the number they have in what is published.
type Number struct {
	Ticket    string // m01, m02, …
	AccountID string // of somebody who has left: an id of nobody
	Declined  bool
}

// Numbers lists those who can be drawn, by number.
func (p *Proposal) Numbers(tx *store.Tx) ([]Number, error) {
	list, err := store.All(tx, func(r store.Row) (n Number, err error) { return n, r.Scan(&n.AccountID, &n.Declined) }, sqlNumbers, p.ID)
	for i := range list {
		list[i].Ticket = ticket(i, len(list))
	}
	return list, err
}

// ticket is the number of the i-th of so many, all of one width.
func ticket(i, of int) string {
	return fmt.Sprintf("m%0*d", max(2, len(strconv.Itoa(of))), i+1)
}

// NumberOf is the number of an account in a lot or an election; empty without
// one.
func (p *Proposal) NumberOf(tx *store.Tx, account string) (string, error) {
	if p.Sort != Lot && p.Sort != Election {
		return "", nil
	}
	list, err := p.Numbers(tx)
	for _, n := range list {
		if n.AccountID == account {
			return n.Ticket, err
		}
	}
	return "", err
}

// number gives everybody on the roll a number.
func (p *Proposal) number(tx *store.Tx) error {
	roll, err := p.Roll(tx)
	for i, e := range roll {
		if err == nil {
			_, err = tx.Exec(sqlNumber, p.ID, i, e.AccountID)
		}
	}
	return err
}

// Tickets are the numbers of a lot, and the hash that is published before it is
// drawn.
func (p *Proposal) Tickets(tx *store.Tx) (tickets []string, hash string, err error) {
	list, err := p.Numbers(tx)
	for _, n := range list {
		tickets = append(tickets, n.Ticket)
	}
	return tickets, tally.RollHash(tickets), err
}

// Announced tells whether a lot was announced and not drawn yet.
func (p *Proposal) Announced() bool {
	return p.Sort == Lot && p.State == Closed && p.Outcome == tally.NeedsDraw
}

// checkLot checks the rule of a lot, and completes it.
func (r *Rule) checkLot() error {
	*r = Rule{Rule: tally.Rule{Method: tally.Sorted, Seats: max(1, r.Seats), Options: 1}, Departures: Kept}
	if r.Seats > MaxSeats {
		return store.Errors{store.E(store.Invalid, "err.vote.seats", "max", MaxSeats).At("seats")}
	}
	return nil
}

// announce freezes the roll of a lot and publishes its hash.
func (p *Proposal) announce(tx *store.Tx) error {
	if p.Rule.Seats > p.RollSize {
		return store.E(store.Conflict, "err.vote.lot_seats", "n", p.RollSize)
	}
	if err := p.number(tx); err != nil {
		return err
	}
	p.State, p.Outcome, p.OpenedAt, p.ClosedAt = Closed, tally.NeedsDraw, tx.Now, time.Time{}
	if err := p.save(tx); err != nil {
		return err
	}
	return p.tellRoll(tx, "notify.vote_lot")
}

// drawLot draws it with the seed, which nobody could know when the hash of the
// roll was published: not before the instant announced.
func (p *Proposal) drawLot(tx *store.Tx, seed, how string) error {
	switch {
	case strings.TrimSpace(seed) == "":
		return store.E(store.Invalid, "err.vote.draw").At("seed")
	case !tx.ClockQuality().Sure():
		return store.E(store.Conflict, "err.vote.clock").At("seed")
	case !p.Over(tx.Now):
		return store.E(store.Conflict, "err.vote.draw_early").At("seed")
	}
	if bad := listing.CheckText("seed", seed, MaxChoice); bad != nil {
		return bad
	}
	tickets, hash, err := p.Tickets(tx)
	if err != nil {
		return err
	}
	m := &Minutes{
		Format: tally.Format, ID: p.ID, Round: p.Round, Title: p.Title, Text: p.Text, Options: []string{}, Group: p.GroupID, Rule: p.Rule,
		OpenedAt: p.OpenedAt, ClosedAt: tx.Now, RollSize: p.RollSize, Roll: p.RollSize, Ballots: []tally.Ballot{}, Drawn: how,
		Result:  tally.Result{Outcome: tally.Elected, Roll: p.RollSize},
		Lottery: &tally.Lottery{RollHash: hash, Seed: seed, Roll: tickets, Seats: p.Rule.Seats, Order: tally.Sortition(seed, tickets)},
	}
	p.ClosedAt = tx.Now
	if err := p.keep(tx, m); err != nil {
		return err
	}
	seated, _ := m.Seated()
	if err := p.tellDrawn(tx, seated); err != nil {
		return err
	}
	return p.tellRoll(tx, "notify.vote_result")
}

// tellDrawn tells those who have a seat.
func (p *Proposal) tellDrawn(tx *store.Tx, tickets []string) error {
	list, err := p.Numbers(tx)
	for _, n := range list {
		if err == nil && slices.Contains(tickets, n.Ticket) {
			err = notify.Tell(tx, n.AccountID, p.Ref(), "notify.vote_drawn")
		}
	}
	return err
}

// Seated are the numbers that have a seat, in the order they were drawn, and
// those who stand in for who declines.
func (m *Minutes) Seated() (seated, reserves []string) {
	if m.Lottery == nil {
		return nil, nil
	}
	for _, t := range m.Lottery.Order {
		switch {
		case slices.Contains(m.Declined, t):
		case len(seated) < m.Lottery.Seats:
			seated = append(seated, t)
		default:
			reserves = append(reserves, t)
		}
	}
	return seated, reserves
}

// Decline notes that somebody who was drawn does not want to: the first reserve
// has their seat. It is for themselves to say, or for who conducts the lot, whom
// they told.
func Decline(tx *store.Tx, id, which string) error {
	p, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	r, err := p.RightsOf(tx)
	if err != nil {
		return err
	}
	if p.Sort != Lot || p.State != Closed || p.Announced() {
		return store.E(store.Conflict, "err.vote.not_drawn")
	}
	list, err := p.Numbers(tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(n Number) bool { return n.Ticket == which })
	if i < 0 || list[i].AccountID != tx.Actor.ID && !r.Manage() {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if list[i].Declined {
		return store.E(store.Conflict, "err.vote.declined")
	}
	if _, err := tx.Exec(sqlDecline, p.ID, i); err != nil {
		return err
	}
	m, err := p.last(tx)
	if err != nil {
		return err
	}
	before, _ := m.Seated()
	m.Declined = append(m.Declined, which)
	after, _ := m.Seated()
	if err := p.keep(tx, m); err != nil {
		return err
	}
	return p.tellDrawn(tx, slices.DeleteFunc(after, func(t string) bool { return slices.Contains(before, t) }))
}
