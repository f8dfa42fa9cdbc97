package timebank

import (
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// State is where a request to pay stands.
type State string

// The states.
const (
	Waits     State = "open"
	Done      State = "paid"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
	Expired   State = "expired" // nobody answered in time
)

// Request is somebody's wish to be paid: From is asked, To would receive.
type Request struct {
	Payment
	State      State
	Reason     string // why it was refused
	AskedAt    time.Time
	EndsAt     time.Time
	AskedBy    string // account id; empty: somebody who left
	AnsweredAt time.Time
	Transfer   string // id of the movement, once it is paid
}

// Ref points at the request.
func (q *Request) Ref() store.Ref { return store.Ref{Module: Module, ID: q.ID} }

// Ask asks another account for a payment to one the acting person keeps.
// Nothing moves before it is accepted, and after some days it expires (TB-6).
func Ask(tx *store.Tx, p Payment) (Request, error) {
	to, err := kept(tx, p.To)
	if err != nil {
		return Request{}, err
	}
	from, err := Get(tx, p.From)
	if err != nil {
		return Request{}, noAccount(err, "from")
	}
	if p.ID == "" {
		p.ID = tx.NewID()
	} else if err := p.checkID(); err != nil {
		return Request{}, err
	} else if q, err := knownRequest(tx, &p); store.KindOf(err) != store.NotFound {
		return q, err
	}
	rules, err := RulesOf(tx)
	if err != nil {
		return Request{}, err
	}
	if err := askable(tx, &from, &to, &p); err != nil {
		return Request{}, err
	}
	q := Request{
		Payment: p, State: Waits, AskedBy: tx.Actor.ID, AskedAt: tx.Now.UTC().Truncate(time.Second),
		EndsAt: tx.Now.UTC().Truncate(time.Second).AddDate(0, 0, rules.Days),
	}
	day := ""
	if !q.On.IsZero() {
		day = q.On.Date()
	}
	_, err = tx.Exec(sqlAsk, q.ID, q.From, q.To, q.Minutes, q.Text, q.About.Module, q.About.ID, day,
		q.AskedAt.Unix(), q.EndsAt.Unix(), q.AskedBy)
	if err != nil {
		return q, err
	}
	return q, from.tellKeepers(tx, q.Ref(), "notify.timebank_asked")
}

// knownRequest is the request that was filed when the same one came before. An
// id of another is refused.
func knownRequest(tx *store.Tx, p *Payment) (Request, error) {
	q, err := requestByID(tx, p.ID)
	if err == nil && (q.From != p.From || q.To != p.To || q.Minutes != p.Minutes || q.AskedBy != tx.Actor.ID) {
		return Request{}, store.E(store.Conflict, "err.timebank.twice")
	}
	return q, err
}

// askable tells what is wrong with a request. What either account has is not
// looked at: it says nothing about a balance, and it may change until somebody
// answers.
func askable(tx *store.Tx, from, to *Account, p *Payment) error {
	unlimited := Rules{Low: -1 << 40, High: 1 << 40}
	if _, bad := unlimited.Judge(from, to, p.Minutes); bad != nil {
		if bad.Field == "to" {
			bad = bad.At("from")
		}
		return bad
	}
	if !from.Limited() {
		return store.E(store.Invalid, "err.timebank.ask_common").At("from")
	}
	if err := p.CheckWords(tx.Now); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlOpenBetween, from.Number, to.Number)
	if err == nil && n >= maxOpen {
		err = store.E(store.Conflict, "err.timebank.ask_many", "max", maxOpen)
	}
	return err
}

// FindRequest is one request, for who keeps an account at either end.
func FindRequest(tx *store.Tx, id string) (Request, error) {
	q, err := requestByID(tx, id)
	if err != nil {
		return q, err
	}
	for _, number := range []string{q.From, q.To} {
		a, err := Get(tx, number)
		if err != nil {
			return q, err
		}
		if keeps, err := a.Keeps(tx); err != nil || keeps {
			return q, err
		}
	}
	return Request{}, store.E(store.NotFound, "err.not_found")
}

// Accept pays a request, for who keeps the account that was asked.
func Accept(tx *store.Tx, id string) (Transfer, error) {
	q, from, err := answerable(tx, id, asked)
	if err != nil {
		return Transfer{}, err
	}
	return q.settle(tx, &from)
}

// settle books the payment of a request.
func (q *Request) settle(tx *store.Tx, from *Account) (Transfer, error) {
	p := q.Payment
	p.ID = ""
	t, err := pay(tx, from, p, Asked, "notify.timebank_accepted")
	if err != nil {
		return t, err
	}
	return t, q.end(tx, Done, "", t.N)
}

// Refuse ends a request; reason may be empty.
func Refuse(tx *store.Tx, id, reason string) error {
	q, _, err := answerable(tx, id, asked)
	if err != nil {
		return err
	}
	if bad := listing.CheckText("reason", reason, MaxText); bad != nil {
		return bad
	}
	if err := q.end(tx, Refused, reason, nil); err != nil {
		return err
	}
	return q.tellAsker(tx, "notify.timebank_refused")
}

// Withdraw takes back a request, for who keeps the account that asked.
func Withdraw(tx *store.Tx, id string) error {
	q, _, err := answerable(tx, id, asker)
	if err != nil {
		return err
	}
	return q.end(tx, Withdrawn, "", nil)
}

// side is which account of a request somebody keeps.
type side uint8

const (
	asked side = iota
	asker
)

// answerable is an open request whose account of that side the actor keeps, with
// that account.
func answerable(tx *store.Tx, id string, s side) (Request, Account, error) {
	q, err := FindRequest(tx, id)
	if err != nil {
		return q, Account{}, err
	}
	number := q.From
	if s == asker {
		number = q.To
	}
	a, err := kept(tx, number)
	if err != nil {
		return q, a, err
	}
	if q.State != Waits {
		return q, a, store.E(store.Conflict, "err.timebank.answered")
	}
	return q, a, nil
}

// end writes how a request ended. transfer is the number of its movement, or
// nil.
func (q *Request) end(tx *store.Tx, state State, reason string, transfer any) error {
	q.State, q.Reason = state, reason
	_, err := tx.Exec(sqlEndRequest, state, reason, tx.Now.Unix(), transfer, q.ID)
	return err
}

func (q *Request) tellAsker(tx *store.Tx, key string) error {
	to, err := Get(tx, q.To)
	if err != nil {
		return err
	}
	return to.tellKeepers(tx, q.Ref(), key)
}

// Requests lists what waits at an account the actor keeps: what it is asked,
// and what it asks, the oldest first.
func Requests(tx *store.Tx, number string) (in, out []Request, err error) {
	if _, err := Own(tx, number); err != nil {
		return nil, nil, err
	}
	if in, err = store.All(tx, scanRequest, sqlOpenIn, number); err != nil {
		return nil, nil, err
	}
	out, err = store.All(tx, scanRequest, sqlOpenOut, number)
	return in, out, err
}

// keptFor is how long a request is kept after its end; the movement of one that
// was paid stays.
const keptFor = 365 * 24 * time.Hour

// mostExpired is how many requests one run of the job ends.
const mostExpired = 100

// expire ends what nobody answered: it is paid when the account that was asked
// pays by itself and can, and lapses otherwise. What ended long ago is forgotten.
func expire(tx *store.Tx) error {
	if _, err := tx.Exec(sqlForgetRequests, tx.Now.Add(-keptFor).Unix()); err != nil {
		return err
	}
	list, err := store.All(tx, scanRequest, sqlOverdue, tx.Now.Unix(), mostExpired)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].lapse(tx); err != nil {
			return err
		}
	}
	if len(list) == mostExpired {
		return store.ErrMore
	}
	return nil
}

func (q *Request) lapse(tx *store.Tx) error {
	from, err := Get(tx, q.From)
	if err != nil {
		return err
	}
	if from.Auto {
		t, err := q.settle(tx, &from)
		if err == nil {
			return from.tellKeepers(tx, t.Ref(), "notify.timebank_auto")
		}
		if kind := store.KindOf(err); kind != store.Conflict && kind != store.Invalid {
			return err
		}
	}
	if err := q.end(tx, Expired, "", nil); err != nil {
		return err
	}
	return q.tellAsker(tx, "notify.timebank_expired")
}

func requestByID(tx *store.Tx, id string) (Request, error) {
	return store.One(tx, scanRequest, sqlRequest, id)
}

func scanRequest(r store.Row) (q Request, err error) {
	var day string
	var askedAt, ends, answered int64
	err = r.Scan(&q.ID, &q.From, &q.To, &q.Minutes, &q.Text, &q.About.Module, &q.About.ID, &day, &q.State, &q.Reason,
		&askedAt, &ends, &q.AskedBy, &answered, &q.Transfer)
	q.AskedAt, q.EndsAt = time.Unix(askedAt, 0).UTC(), time.Unix(ends, 0).UTC()
	if answered > 0 {
		q.AnsweredAt = time.Unix(answered, 0).UTC()
	}
	if err == nil && day != "" {
		q.On, err = calendar.ParseWall(day + "T00:00")
	}
	return q, err
}
