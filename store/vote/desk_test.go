package vote_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// second leads the votes of the village too.
var second = store.Actor{ID: "eve", Role: store.Operator}

// paper is a secret vote with so many ballots printed.
func (v *village) paper(n int) (vote.Proposal, []string) {
	v.t.Helper()
	p := v.open(rule(simple, secret))
	v.update(keeper, func(tx *store.Tx) error { return vote.Print(tx, p.ID, n) })
	return p, v.desk(p).Codes
}

func (v *village) desk(p vote.Proposal) (d vote.Desk) {
	v.t.Helper()
	v.view(keeper, func(tx *store.Tx) (err error) {
		d, _, err = p.DeskOf(tx)
		return err
	})
	return d
}

func (v *village) handOut(p vote.Proposal, who store.Actor) error {
	v.t.Helper()
	return v.try(keeper, func(tx *store.Tx) error { return vote.HandOut(tx, p.ID, who.ID) })
}

// types enters ballots, one a line, and says how many were in the box.
func (v *village) types(as store.Actor, p vote.Proposal, found int, slips ...vote.Slip) error {
	v.t.Helper()
	return v.try(as, func(tx *store.Tx) error {
		rows := map[int]vote.Slip{}
		for i, s := range slips {
			rows[i+1] = s
		}
		if err := vote.TypePaper(tx, p.ID, rows); err != nil {
			return err
		}
		return vote.FinishPaper(tx, p.ID, found)
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestDE10_PaperAndWeb(t *testing.T) {
	v := newVillage(t, 6)
	v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, second) })
	p, codes := v.paper(4)
	paul, rose := v.people[1], v.people[2]
	must(t, v.handOut(p, paul))
	must(t, v.handOut(p, rose))
	refused(t, "web after paper", v.cast(paul, p, pour), "err.vote.voted")
	v.mustCast(v.people[0], p, contre)
	refused(t, "paper after web", v.handOut(p, v.people[0]), "err.vote.voted_desk")
	refused(t, "a second ballot", v.handOut(p, paul), "err.vote.voted_desk")
	refused(t, "typing while the vote is open", v.types(keeper, p, 0), "err.vote.paper_early")

	v.clock.Set(p.ClosesAt)
	v.run()
	if got := v.get(p.ID); got.State != vote.Voting {
		t.Fatalf("counted before the paper is: %s", got.State)
	}
	refused(t, "counting", v.try(keeper, func(tx *store.Tx) error { return vote.Count(tx, p.ID) }), "err.vote.paper_waits")
	refused(t, "an unknown number", v.types(keeper, p, 1, vote.Slip{Code: "0000-0000", Ballot: pour}), "err.vote.code")
	refused(t, "one number twice", v.types(keeper, p, 2, vote.Slip{Code: codes[0], Ballot: pour}, vote.Slip{Code: codes[0], Ballot: pour}), "err.vote.code_twice")
	refused(t, "fewer in the box than typed", v.types(keeper, p, 0, vote.Slip{Code: codes[0], Ballot: pour}), "err.vote.found")
	refused(t, "typed by somebody else", v.types(paul, p, 0), "err.forbidden")
	three := []vote.Slip{{codes[0], pour}, {codes[1], pour}, {codes[2], nul}}
	must(t, v.types(keeper, p, 3, three...))
	if list := v.waits(second); len(list) != 1 {
		t.Errorf("%d votes to type for the other", len(list))
	}
	if got := v.get(p.ID); got.State != vote.Voting {
		t.Fatal("counted after one entry")
	}
	must(t, v.types(second, p, 3, vote.Slip{Code: codes[0], Ballot: pour}, vote.Slip{Code: codes[1], Ballot: contre}, vote.Slip{Code: codes[2], Ballot: nul}))
	if got := v.get(p.ID); got.State != vote.Voting {
		t.Fatal("counted though the entries differ")
	}
	d := v.desk(p)
	if differ, same := vote.Differences(&d.Entries[0], &d.Entries[1]); !same || !slices.Equal(differ, []string{codes[1]}) {
		t.Errorf("differences: %v, same number %v", differ, same)
	}
	if len(v.waits(keeper)) != 1 || len(v.waits(second)) != 1 {
		t.Error("a difference is for both to look at")
	}
	must(t, v.try(second, func(tx *store.Tx) error {
		return vote.TypePaper(tx, p.ID, map[int]vote.Slip{1: {Code: codes[1], Ballot: pour}})
	}))
	got := v.result(p)
	if got.Result.Outcome != tally.Adopted || got.Result.Voters != 4 || got.Result.Spoilt != 1 || !slices.Equal(got.Result.Table.Counts, []int{2, 1}) {
		t.Errorf("%+v", got.Result)
	}
	if got.Paper == nil || *got.Paper != (vote.PaperCount{Printed: 4, Signed: 2, Found: 3, Counted: 3}) {
		t.Errorf("the minutes say %+v of paper", got.Paper)
	}
	if !bytes.Contains(got.File, []byte(`"paper":{"printed":4,"signed":2,"found":3,"counted":3}`)) {
		t.Error("the file does not tell the difference")
	}
	if _, err := tally.Recount(got.File); err != nil {
		t.Error(err)
	}
	if len(v.waits(second)) != 0 || !v.get(p.ID).ClosedAt.Equal(p.ClosesAt) {
		t.Error("it is not over at the instant that was said")
	}
}

// waits are the votes somebody has to type.
func (v *village) waits(as store.Actor) (list []vote.Proposal) {
	v.t.Helper()
	v.view(as, func(tx *store.Tx) (err error) {
		list, err = vote.TypingWaits(tx)
		return err
	})
	return list
}

func TestDE10_PaperAndWebAtTheSameInstant(t *testing.T) {
	v := newVillage(t, 8)
	p, _ := v.paper(8)
	for _, who := range v.people {
		var wg sync.WaitGroup
		var errs [2]error
		wg.Go(func() { errs[0] = v.cast(who, p, pour) })
		wg.Go(func() { errs[1] = v.handOut(p, who) })
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%s: web %v, paper %v", who.ID, errs[0], errs[1])
		}
	}
	v.view(keeper, func(tx *store.Tx) error {
		n, err := p.Voters(tx)
		if n != len(v.people) {
			t.Errorf("%d voters", n)
		}
		return err
	})
}

// After both have ended their entries each adds a ballot it had left out: there
// are more than the number said, which is to be said again before the count.
func TestDE10_TheBoxNeverHasFewerBallotsThanAreCounted(t *testing.T) {
	v := newVillage(t, 4)
	v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, second) })
	p, codes := v.paper(2)
	v.clock.Set(p.ClosesAt)
	must(t, v.types(keeper, p, 1, vote.Slip{Code: codes[0], Ballot: pour}))
	must(t, v.types(second, p, 1, vote.Slip{Code: codes[1], Ballot: pour}))
	for who, code := range map[store.Actor]string{keeper: codes[1], second: codes[0]} {
		must(t, v.try(who, func(tx *store.Tx) error {
			return vote.TypePaper(tx, p.ID, map[int]vote.Slip{1: {Code: code, Ballot: pour}})
		}))
	}
	if v.get(p.ID).State != vote.Voting {
		t.Fatalf("counted: %+v", *v.result(p).Paper)
	}
	must(t, v.types(keeper, p, 2))
	must(t, v.types(second, p, 2))
	if got := v.result(p).Paper; got.Found != 2 || got.Counted != 2 {
		t.Errorf("%+v", *got)
	}
}

func TestTheNumberOfBallotsOfPaperIsBound(t *testing.T) {
	v := newVillage(t, 3)
	p, _ := v.paper(2)
	for _, n := range []int{-1, 0, vote.MaxPrint - 1, math.MaxInt} {
		err := v.try(keeper, func(tx *store.Tx) error { return vote.Print(tx, p.ID, n) })
		refused(t, strconv.Itoa(n), err, "err.vote.paper_number")
	}
	must(t, v.try(keeper, func(tx *store.Tx) error { return vote.Print(tx, p.ID, 1) }))
}

func TestABallotGivenBackCountsForNothing(t *testing.T) {
	v := newVillage(t, 3)
	v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, second) })
	p, codes := v.paper(2)
	paul := v.people[1]
	must(t, v.handOut(p, paul))
	back := func(code string) error {
		return v.try(keeper, func(tx *store.Tx) error { return vote.GiveBack(tx, p.ID, paul.ID, code) })
	}
	refused(t, "without its number", back("AAAA-0000"), "err.vote.code")
	must(t, back(codes[0]))
	refused(t, "twice", back(codes[1]), "err.vote.no_paper")
	v.mustCast(paul, p, pour)
	v.clock.Set(p.ClosesAt)
	refused(t, "its number", v.types(keeper, p, 1, vote.Slip{Code: codes[0], Ballot: pour}), "err.vote.code")
}

func TestTellersTypeAndAnEntryCanBeThrownAway(t *testing.T) {
	v := newVillage(t, 4)
	p, codes := v.paper(3)
	tom, zoe := v.people[2], v.people[3]
	for _, who := range []store.Actor{tom, zoe} {
		v.update(keeper, func(tx *store.Tx) error { return vote.SetTeller(tx, p.ID, who.ID, true) })
	}
	refused(t, "named by a voter", v.try(tom, func(tx *store.Tx) error { return vote.SetTeller(tx, p.ID, zoe.ID, true) }), "err.forbidden")
	must(t, v.handOut(p, v.people[1]))
	v.clock.Set(p.ClosesAt)
	must(t, v.types(tom, p, 1, vote.Slip{Code: codes[0], Ballot: blanc}))
	must(t, v.types(keeper, p, 2, vote.Slip{Code: codes[0], Ballot: blanc}))
	refused(t, "a third entry", v.types(zoe, p, 0), "err.vote.paper_two")
	v.update(keeper, func(tx *store.Tx) error { return vote.DiscardEntry(tx, p.ID, 2) })
	if v.get(p.ID).State != vote.Voting {
		t.Fatal("counted though the numbers found differ")
	}
	must(t, v.types(zoe, p, 1, vote.Slip{Code: codes[0], Ballot: blanc}))
	if got := v.result(p); got.Result.Outcome != tally.NoneExpressed {
		t.Errorf("%+v", got.Result)
	}
}

// Nobody can prove a vote by the number on a ballot: once counted it is nowhere,
// and before that in no copy.
func TestSE4_TheNumbersOfBallotsGoWithTheCount(t *testing.T) {
	v, path := counted(t, 4)
	for _, who := range []store.Actor{keeper, second} {
		v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, who) })
	}
	p, codes := v.paper(2)
	must(t, v.handOut(p, v.people[1]))
	v.clock.Set(p.ClosesAt)
	must(t, v.types(keeper, p, 1, vote.Slip{Code: codes[0], Ballot: pour}))
	copied := filepath.Join(t.TempDir(), "copy.db")
	must(t, v.CopyTo(t.Context(), copied))
	entry, err := json.Marshal(pour)
	must(t, err)
	if bytes.Contains(file(t, copied), append([]byte(codes[0]+" "), entry...)) {
		t.Error("a copy tells what stands on a ballot")
	}
	must(t, v.types(second, p, 1, vote.Slip{Code: codes[0], Ballot: pour}))
	if v.get(p.ID).State != vote.Closed {
		t.Fatal("not counted")
	}
	for _, name := range []string{path, path + "-wal"} {
		all, err := os.ReadFile(name)
		must(t, err)
		if bytes.Contains(all, append([]byte(codes[0]+" "), entry...)) {
			t.Errorf("%s still has the entry", filepath.Base(name))
		}
	}
	if n := len(v.desk(p).Codes); n != 0 {
		t.Errorf("%d numbers are left", n)
	}
}

func TestAVoteAtTheDeskIsNamedOrOnPaper(t *testing.T) {
	v := newVillage(t, 4)
	named := v.open(rule(simple))
	paul := v.people[1]
	at := func(p vote.Proposal, as, who store.Actor) error {
		return v.try(as, func(tx *store.Tx) error { return vote.CastFor(tx, p.ID, who.ID, vote.Answer{Ballot: pour}) })
	}
	must(t, at(named, keeper, paul))
	refused(t, "the web afterwards", v.cast(paul, named, contre), "err.vote.voted")
	refused(t, "twice", at(named, keeper, paul), "err.vote.voted_desk")
	refused(t, "by a neighbour", at(named, v.people[2], v.people[3]), "err.forbidden")
	refused(t, "paper", v.try(keeper, func(tx *store.Tx) error { return vote.Print(tx, named.ID, 3) }), "err.vote.paper_named")
	if got := v.close(named); got.Result.Voters != 1 {
		t.Errorf("%+v", got.Result)
	}
	hidden := v.open(rule(simple, secret))
	refused(t, "in a secret vote", at(hidden, keeper, paul), "err.vote.desk_secret")
}

func TestACancelledVoteLosesItsPaper(t *testing.T) {
	v := newVillage(t, 3)
	p, codes := v.paper(2)
	v.clock.Set(p.ClosesAt.Add(time.Hour))
	must(t, v.types(keeper, p, 1, vote.Slip{Code: codes[0], Ballot: pour}))
	v.update(keeper, func(tx *store.Tx) error { return vote.Cancel(tx, p.ID, "La caisse a été ouverte.") })
	v.view(keeper, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT (SELECT count(*) FROM vote_entries_sealed) + (SELECT count(*) FROM vote_desks)`)
		if n != 0 {
			t.Errorf("%d rows are left", n)
		}
		return err
	})
}

func TestWhoLeavesLeavesTheDesk(t *testing.T) {
	v := newVillage(t, 3)
	p, codes := v.paper(2)
	tom := v.people[2]
	v.update(keeper, func(tx *store.Tx) error { return vote.SetTeller(tx, p.ID, tom.ID, true) })
	v.clock.Set(p.ClosesAt)
	must(t, v.types(tom, p, 1, vote.Slip{Code: codes[0], Ballot: pour}))
	v.update(store.Actor{}, func(tx *store.Tx) error { return vote.Personal.Erase(tx, tom.ID, store.EraseAll) })
	d := v.desk(p)
	if len(d.Tellers) != 0 || len(d.Entries) != 1 || d.Entries[0].AccountID == tom.ID {
		t.Errorf("%+v", d)
	}
	storetest.View(t, v.DB, keeper, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM vote_roll WHERE account_id = ?`, tom.ID)
		if n != 0 {
			t.Error("still on the roll")
		}
		return err
	})
}

func TestADeskNobodyCameToIsClosed(t *testing.T) {
	v := newVillage(t, 3)
	used, _ := v.paper(2)
	must(t, v.handOut(used, v.people[1]))
	closeDesk := func(p vote.Proposal) error {
		return v.try(keeper, func(tx *store.Tx) error { return vote.CloseDesk(tx, p.ID) })
	}
	refused(t, "one somebody came to", closeDesk(used), "err.vote.desk_used")
	p, _ := v.paper(2)
	v.mustCast(v.people[1], p, pour)
	v.clock.Set(p.ClosesAt)
	v.run()
	must(t, closeDesk(p))
	if got := v.result(p); got.Result.Voters != 1 || got.Paper != nil {
		t.Errorf("%d voters, paper %+v", got.Result.Voters, got.Paper)
	}
}

// A copy holds no mark: who signed for a ballot is noted again from the roll.
func TestTheDeskAfterTheBoxCameBackFromACopy(t *testing.T) {
	v := newVillage(t, 4)
	p, codes := v.paper(2)
	must(t, v.handOut(p, v.people[1]))
	copied := filepath.Join(t.TempDir(), "copy.db")
	must(t, v.CopyTo(t.Context(), copied))
	db, err := store.Open(t.Context(), copied, store.Options{Clock: v.clock, Personal: v.Personal()})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	back := &village{DB: db, t: t, clock: v.clock, people: v.people}
	refused(t, "closing the desk", back.try(keeper, func(tx *store.Tx) error { return vote.CloseDesk(tx, p.ID) }), "err.vote.desk_used")
	must(t, back.handOut(p, v.people[1]))
	refused(t, "the web", back.cast(v.people[1], p, pour), "err.vote.voted")
	if got := back.get(p.ID); !got.Restarted {
		t.Error("nobody is told")
	}
	if got := back.desk(p).Codes; !slices.Equal(got, codes) {
		t.Errorf("the ballots that were printed are not known any more: %v", got)
	}
}
