package vote_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/notify"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

func delegable(r *vote.Rule) { r.Delegable = true }

func (v *village) passes(p vote.Proposal, from, to store.Actor) error {
	v.t.Helper()
	return v.try(from, func(tx *store.Tx) error { return vote.Delegate(tx, p.ID, to.ID) })
}

func (v *village) voice(p vote.Proposal, who store.Actor) (got vote.Voice) {
	v.t.Helper()
	v.view(who, func(tx *store.Tx) (err error) {
		got, err = p.VoiceOf(tx)
		return err
	})
	return got
}

func TestDE11_DelegationWithCycles(t *testing.T) {
	for _, visible := range []bool{false, true} {
		v := newVillage(t, 6)
		p := v.open(rule(simple, delegable, func(r *vote.Rule) { r.Visible = visible }))
		a, b, c, d, e, f := v.people[0], v.people[1], v.people[2], v.people[3], v.people[4], v.people[5]
		for _, pair := range [][2]store.Actor{{b, a}, {c, b}, {d, e}, {e, d}, {f, a}} {
			must(t, v.passes(p, pair[0], pair[1]))
		}
		v.mustCast(a, p, pour)
		v.mustCast(c, p, contre)
		if got := v.voice(p, f); !slices.Equal(got.Trail, []string{a.ID}) || got.Cycle {
			t.Errorf("F: %+v", got)
		}
		for _, who := range []store.Actor{d, e} {
			if got := v.voice(p, who); !got.Cycle || len(got.Trail) != 2 || got.Trail[1] != who.ID {
				t.Errorf("the cycle, to %s: %+v", who.ID, got)
			}
		}
		if got := v.voice(p, a); !slices.Equal(got.From, []string{b.ID, f.ID}) {
			t.Errorf("given to A: %v", got.From)
		}
		got := v.close(p)
		if !slices.Equal(got.Result.Table.Counts, []int{3, 1}) || got.Result.Voters != 4 || got.Delegated != 2 || got.Lost != 2 {
			t.Errorf("%v, %d voters, %d passed on, %d lost", got.Result.Table.Counts, got.Result.Voters, got.Delegated, got.Lost)
		}
		if _, err := tally.Recount(got.File); err != nil || bytes.Contains(got.File, []byte(a.ID)) {
			t.Error("the file does not count, or names somebody", err)
		}
		p = v.get(p.ID)
		v.view(a, func(tx *store.Tx) error {
			carried, err := p.Carried(tx)
			if carried[a.ID] != 2 || carried[c.ID] != 0 {
				t.Errorf("carried: %v", carried)
			}
			for who, want := range map[string]string{a.ID: vote.Web, b.ID: vote.Delegated, d.ID: ""} {
				if how, _ := p.How(tx, who); how != want {
					t.Errorf("%s voted %q, want %q", who, how, want)
				}
			}
			return err
		})
	}
}

func TestAVoiceIsTakenBackAndChanged(t *testing.T) {
	v := newVillage(t, 4)
	p := v.open(rule(simple, delegable))
	a, b, c := v.people[0], v.people[1], v.people[2]
	refused(t, "to oneself", v.passes(p, a, a), "err.vote.delegate_self")
	refused(t, "to nobody of the roll", v.passes(p, a, store.Actor{ID: "nobody"}), "err.vote.nobody")
	must(t, v.passes(p, a, b))
	must(t, v.passes(p, a, c))
	must(t, v.try(a, func(tx *store.Tx) error { return vote.TakeBack(tx, p.ID) }))
	v.mustCast(c, p, pour)
	refused(t, "by who has voted", v.passes(p, c, a), "err.vote.delegate_voted")
	if got := v.close(p); got.Result.Voters != 1 || got.Lost != 0 {
		t.Errorf("%+v", got.Result)
	}
	refused(t, "after the end", v.passes(p, a, b), "err.vote.not_open")
}

func TestDelegationIsInTheRuleAndNeverSecret(t *testing.T) {
	v := newVillage(t, 3)
	p := v.propose()
	for _, r := range []vote.Rule{rule(simple, delegable, secret), rule(tally.Rule{Method: tally.Consent}, delegable)} {
		err := v.try(keeper, func(tx *store.Tx) error {
			return vote.Prepare(tx, p.ID, vote.Terms{Rule: r, Closes: v.wall(24 * 3600e9)})
		})
		refused(t, string(r.Method), err, "err.vote.delegable")
	}
	plain := v.open(rule(simple))
	refused(t, "where the rule does not say so", v.passes(plain, v.people[0], v.people[1]), "err.vote.not_delegable")
}

func TestDE4_AVoiceOfWhoLeftDoesNotCount(t *testing.T) {
	v := newVillage(t, 4)
	p := v.open(rule(simple, delegable, func(r *vote.Rule) { r.Departures = vote.Removed }))
	a, b, c := v.people[0], v.people[1], v.people[2]
	must(t, v.passes(p, b, a))
	must(t, v.passes(p, c, b))
	v.mustCast(a, p, pour)
	v.update(store.Actor{}, func(tx *store.Tx) error { return vote.Personal.Erase(tx, b.ID, store.EraseAll) })
	got := v.close(p)
	if got.Result.Voters != 1 || got.Lost != 1 || got.Roll != 3 {
		t.Errorf("%d voters, %d lost, roll of %d", got.Result.Voters, got.Lost, got.Roll)
	}
}

// moves takes somebody out of the village, who keeps what they have in the vote.
func (v *village) moves(who store.Actor) {
	v.t.Helper()
	v.update(store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM account_people WHERE id = ?`, who.ID)
		return err
	})
}

// What stands beside a ballot is what was counted, whoever left since.
func TestDE11_VoicesCarriedStayAsTheyWereCounted(t *testing.T) {
	v := newVillage(t, 5)
	p := v.open(rule(simple, delegable, func(r *vote.Rule) { r.Departures = vote.Removed }))
	a, b, c, d := v.people[0], v.people[1], v.people[2], v.people[3]
	for _, pair := range [][2]store.Actor{{b, a}, {c, b}, {d, v.people[4]}} {
		must(t, v.passes(p, pair[0], pair[1]))
	}
	v.mustCast(a, p, pour)
	if got := v.close(p); got.Delegated != 2 || got.Lost != 1 {
		t.Fatalf("%d passed on, %d lost", got.Delegated, got.Lost)
	}
	v.update(store.Actor{}, func(tx *store.Tx) error { return vote.Personal.Erase(tx, b.ID, store.EraseAll) })
	v.moves(b)
	p = v.get(p.ID)
	v.view(a, func(tx *store.Tx) error {
		carried, err := p.Carried(tx)
		if len(carried) != 1 || carried[a.ID] != 2 {
			t.Errorf("carried: %v", carried)
		}
		return err
	})
}

func TestDE11_AVoiceIsSeenToEndAtWhoMayNotVoteAnyMore(t *testing.T) {
	for _, rights := range []vote.Departure{vote.Removed, vote.Kept} {
		v := newVillage(t, 4)
		p := v.open(rule(simple, delegable, func(r *vote.Rule) { r.Departures = rights }))
		a, b, c := v.people[0], v.people[1], v.people[2]
		must(t, v.passes(p, b, a))
		must(t, v.passes(p, c, b))
		v.moves(b)
		if got := v.voice(p, c); got.Gone != (rights == vote.Removed) || got.Gone == slices.Contains(got.Trail, a.ID) {
			t.Errorf("%s: %+v", rights, got)
		}
	}
}

// Passing a voice on and taking it back, again and again, is no way to ring
// somebody's bell.
func TestWhoGetsAVoiceIsToldOnceAnHour(t *testing.T) {
	v := newVillage(t, 4)
	p := v.open(rule(simple, delegable))
	a, b, c := v.people[0], v.people[1], v.people[2]
	told := func(who store.Actor) (n int) { // since the last look
		v.update(who, func(tx *store.Tx) error {
			list, err := notify.Notices(tx, 0, 10)
			if err != nil {
				return err
			}
			for _, line := range list {
				if line.Key == "notify.vote_delegated" && !line.Read {
					n += line.N
				}
			}
			return notify.ReadAll(tx)
		})
		return n
	}
	for _, who := range v.people {
		told(who) // that the vote opened
	}
	again := func(to store.Actor) {
		t.Helper()
		must(t, v.passes(p, a, to))
		must(t, v.try(a, func(tx *store.Tx) error { return vote.TakeBack(tx, p.ID) }))
	}
	again(b)
	again(b)
	must(t, v.passes(p, a, b))
	again(c)
	if b, c := told(b), told(c); b != 1 || c != 1 {
		t.Errorf("B was told %d times, C %d", b, c)
	}
	must(t, v.passes(p, v.people[3], b))
	if n := told(b); n != 1 {
		t.Errorf("of a voice of somebody else B was told %d times", n)
	}
	v.clock.Add(time.Hour)
	again(b)
	if n := told(b); n != 1 {
		t.Errorf("an hour later B was told %d times", n)
	}
	v.close(p)
	v.view(a, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM vote_told`)
		if n != 0 {
			t.Errorf("%d rows are left after the end", n)
		}
		return err
	})
}

// At a meeting a holder votes for the giver: with what others passed on to the
// giver the proxy would be passed on, which DE-9 forbids.
func TestDE9_NoProxiesWhereVoicesArePassedOn(t *testing.T) {
	v := newVillage(t, 3)
	p := v.propose()
	err := v.try(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(simple, delegable, func(r *vote.Rule) { r.Proxies = true }), Closes: v.wall(24 * time.Hour)})
	})
	refused(t, "both in one rule", err, "err.vote.delegable_proxies")
}
