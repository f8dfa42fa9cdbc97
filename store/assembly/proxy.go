package assembly

import (
	"errors"
	"time"

	"copi.local/store"
	"copi.local/store/notify"
	"copi.local/store/vote/tally"
)

// Proxy is the power one seat gives to another.
type Proxy struct {
	tally.Proxy // seats
	ID          string
	Paper       bool
	GivenAt     time.Time
	Came        bool // whoever gave it came after all: it is over
}

// given lists the proxies of a meeting, those that are over too.
func (a *Assembly) given(tx *store.Tx) ([]Proxy, error) {
	return store.All(tx, scanProxy, sqlProxies, a.ID)
}

// proxyFaults are the sentences of what may be wrong with a proxy.
var proxyFaults = map[error]string{
	tally.ErrProxySelf: "err.assembly.proxy_self", tally.ErrProxyGiven: "err.assembly.proxy_given", tally.ErrProxyMax: "err.assembly.proxy_max",
}

// Give gives the acting account's proxy to another seat whose name it may read.
func Give(tx *store.Tx, id, holder string) error {
	a, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	giver, ok, err := a.seatOf(tx, tx.Actor.ID)
	if err != nil {
		return err
	}
	if !ok {
		return store.E(store.Forbidden, "err.forbidden")
	}
	to, err := a.accountOf(tx, holder)
	if err != nil {
		return err
	}
	named, err := a.Named(tx)
	if err != nil {
		return err
	}
	if !named(to) {
		return store.E(store.Invalid, "err.assembly.proxy_nobody").At("holder")
	}
	return a.give(tx, giver, holder, false)
}

// Record types in a proxy that was given on a signed sheet.
func Record(tx *store.Tx, id, giver, holder string) error {
	a, err := Kept(tx, id)
	if err != nil {
		return err
	}
	if _, err := a.accountOf(tx, giver); err != nil {
		return store.E(store.Invalid, "err.assembly.proxy_nobody").At("giver")
	}
	return a.give(tx, giver, holder, true)
}

// accountOf is the account of a seat, empty where it has none; kind Invalid when
// there is no such seat.
func (a *Assembly) accountOf(tx *store.Tx, seat string) (string, error) {
	id, err := store.One(tx, store.Scan[string], sqlAccountOf, seat, a.ID)
	if store.KindOf(err) == store.NotFound {
		err = store.E(store.Invalid, "err.assembly.proxy_nobody").At("holder")
	}
	return id, err
}

// give takes a proxy in by the statutes (DE-9). It is not passed on with one's
// own: those who gave theirs to somebody who now gives one hear of it.
func (a *Assembly) give(tx *store.Tx, giver, holder string, paper bool) error {
	if !a.TakesProxies() {
		return store.E(store.Conflict, "err.assembly.no_proxies")
	}
	s, err := a.Standing(tx)
	if err != nil {
		return err
	}
	if s.there[giver] {
		return store.E(store.Conflict, "err.assembly.proxy_there").At("giver")
	}
	to, err := a.accountOf(tx, holder)
	if err != nil {
		return err
	}
	var now []tally.Proxy
	for _, p := range s.Proxies {
		if !p.Came {
			now = append(now, p.Proxy.Proxy)
		}
	}
	if err := (tally.Proxy{Giver: giver, Holder: holder}).Allowed(now, a.Proxies); err != nil {
		for fault, key := range proxyFaults {
			if errors.Is(err, fault) {
				return store.E(store.Conflict, key, "max", a.Proxies).At("holder")
			}
		}
		return err
	}
	if _, err := tx.Exec(sqlProxy, tx.NewID(), a.ID, giver, holder, paper, tx.Now.Unix()); err != nil {
		return err
	}
	if paper { // they can see, and say, that they signed nothing
		from, err := a.accountOf(tx, giver)
		if err != nil {
			return err
		}
		if err := notify.Tell(tx, from, a.Ref(), "notify.assembly_proxy_typed"); err != nil {
			return err
		}
	}
	if err := notify.Tell(tx, to, a.Ref(), "notify.assembly_proxy"); err != nil {
		return err
	}
	for _, p := range now {
		if p.Holder != giver {
			continue
		}
		lost, err := a.accountOf(tx, p.Giver)
		if err != nil {
			return err
		}
		if err := notify.Tell(tx, lost, a.Ref(), "notify.assembly_proxy_lost"); err != nil {
			return err
		}
	}
	return nil
}

// Revoke takes a proxy back: its giver may, and who keeps the meeting.
func Revoke(tx *store.Tx, id, giver string) error {
	a, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	seat, err := a.Seat(tx)
	if err != nil {
		return err
	}
	if seat == "" || seat != giver {
		if _, err := Kept(tx, id); err != nil {
			return err
		}
	}
	if !a.TakesProxies() {
		return store.E(store.Conflict, "err.assembly.no_proxies")
	}
	_, err = tx.Exec(sqlProxyOff, a.ID, giver)
	return err
}

// Held is a proxy with what it is worth now.
type Held struct {
	Proxy
	Worth string // as tally.Proxy.Standing says
}

// Standing is who is there and represented at this moment.
type Standing struct {
	Roll        int
	Present     int
	Represented int
	Needed      int // voices for the quorum; 0: none is asked for
	Proxies     []Held
	there       map[string]bool
}

// Voices is how many are there or represented.
func (s *Standing) Voices() int { return s.Present + s.Represented }

// Reached tells whether the quorum is there.
func (s *Standing) Reached() bool { return s.Voices() >= s.Needed }

// Standing counts who is there and represented now.
func (a *Assembly) Standing(tx *store.Tx) (*Standing, error) {
	roll, err := store.All(tx, scanSeat, sqlRoll, a.ID)
	if err != nil {
		return nil, err
	}
	s := &Standing{Roll: len(roll), Needed: a.Quorum.Of(len(roll)), there: map[string]bool{}}
	for _, seat := range roll {
		if seat.There {
			s.Present++
			s.there[seat.ID] = true
		}
	}
	given, err := a.given(tx)
	for _, p := range given {
		h := Held{Proxy: p, Worth: p.Standing(s.there)}
		if p.Came {
			h.Worth = tally.ProxyCameSelf
		}
		if h.Worth == tally.ProxyCounts {
			s.Represented++
		}
		s.Proxies = append(s.Proxies, h)
	}
	return s, err
}
