package vote_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/vote"
)

// An entry that was corrected or thrown away is in no file any more: somebody
// may know whose number it was.
func TestSE4_AnEntryThatGoesIsNowhere(t *testing.T) {
	for name, goes := range map[string]func(*store.Tx, string, string) error{
		"taken out":   vote.UntypePaper,
		"thrown away": func(tx *store.Tx, id, _ string) error { return vote.DiscardEntry(tx, id, 1) },
	} {
		v, path := counted(t, 4)
		v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, keeper) })
		p, codes := v.paper(2)
		v.clock.Set(p.ClosesAt)
		must(t, v.try(keeper, func(tx *store.Tx) error {
			return vote.TypePaper(tx, p.ID, map[int]vote.Slip{1: {Code: codes[1], Ballot: pour}, 2: {Code: codes[0], Ballot: contre}})
		}))
		typed := v.desk(p).Entries[0].Ballots
		if len(typed) != 2 || typed[0].Code > typed[1].Code {
			t.Fatalf("%s: an entry tells in what order it was typed: %v", name, typed)
		}
		must(t, v.try(keeper, func(tx *store.Tx) error { return goes(tx, p.ID, codes[0]) }))
		entry, err := json.Marshal(contre)
		must(t, err)
		for _, one := range []string{path, path + "-wal"} {
			all, err := os.ReadFile(one)
			must(t, err)
			if bytes.Contains(all, append([]byte(codes[0]+" "), entry...)) {
				t.Errorf("%s: %s still has it", name, filepath.Base(one))
			}
		}
	}
}

// newcomer lives in the village since the vote was opened.
func (v *village) newcomer() store.Actor {
	v.t.Helper()
	who := store.Actor{ID: "new", Role: store.Resident}
	v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, who) })
	return who
}

func TestDE10_TheDeskIsForTheRoll(t *testing.T) {
	v := newVillage(t, 4)
	p, _ := v.paper(2)
	lead := store.Actor{ID: v.people[0].ID, Role: store.Operator}
	plain := v.open(rule(simple))
	newcomer := v.newcomer()
	refused(t, "a ballot of paper", v.handOut(p, newcomer), "err.vote.nobody")
	at := func(who store.Actor) error {
		return v.try(lead, func(tx *store.Tx) error { return vote.CastFor(tx, plain.ID, who.ID, vote.Answer{Ballot: pour}) })
	}
	refused(t, "a vote at the desk", at(newcomer), "err.vote.nobody")
	refused(t, "for oneself", at(lead), "err.vote.desk_self")
	must(t, at(v.people[1]))
	v.view(v.people[1], func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 10)
		if !slices.ContainsFunc(list, func(n notify.Notice) bool { return n.Key == "notify.vote_desk" }) {
			t.Errorf("who was voted for is not told: %+v", list)
		}
		return err
	})
	refused(t, "typing, by a newcomer", v.try(keeper, func(tx *store.Tx) error {
		return vote.SetTeller(tx, p.ID, newcomer.ID, true)
	}), "err.vote.nobody")
}

func TestDE10_NothingIsTypedWhileTheClockIsUnsure(t *testing.T) {
	v := newVillage(t, 3)
	p, _ := v.paper(2)
	v.clock.Set(p.ClosesAt)
	v.clock.SetQuality(store.ClockHinted)
	refused(t, "with a guess of the time", v.types(keeper, p, 0), "err.vote.paper_early")
	v.clock.SetQuality(store.ClockConfirmed)
	must(t, v.types(keeper, p, 0))
}

// After a copy came back and somebody voted on the web, the box cannot know who
// took paper.
func TestADeskOfACopyIsNotClosedAfterAVoteOnTheWeb(t *testing.T) {
	v := newVillage(t, 4)
	p, _ := v.paper(2)
	must(t, v.handOut(p, v.people[1]))
	copied := filepath.Join(t.TempDir(), "copy.db")
	must(t, v.CopyTo(t.Context(), copied))
	db, err := store.Open(t.Context(), copied, store.Options{Clock: v.clock, Personal: v.Personal()})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	back := &village{DB: db, t: t, clock: v.clock, people: v.people}
	back.mustCast(v.people[2], p, pour)
	refused(t, "closing the desk", back.try(keeper, func(tx *store.Tx) error { return vote.CloseDesk(tx, p.ID) }), "err.vote.desk_used")
}

// What was counted is not counted again, and another vote's paper is none of it.
func TestDE10_PaperIsCountedOnceAndForItsVote(t *testing.T) {
	v := newVillage(t, 4)
	v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, second) })
	p, codes := v.paper(2)
	other, _ := v.paper(2)
	must(t, v.handOut(p, v.people[1]))
	must(t, v.handOut(other, v.people[2]))
	v.clock.Set(p.ClosesAt)
	slip := vote.Slip{Code: codes[0], Ballot: pour}
	must(t, v.types(keeper, p, 1, slip))
	must(t, v.types(second, p, 1, slip))
	if got := v.result(p).Paper; got.Signed != 1 {
		t.Errorf("%+v", *got)
	}
	refused(t, "typing again", v.types(keeper, p, 0), "err.vote.paper_settled")
	refused(t, "closing the desk", v.try(keeper, func(tx *store.Tx) error { return vote.CloseDesk(tx, p.ID) }), "err.vote.no_desk")
	refused(t, "another teller", v.try(keeper, func(tx *store.Tx) error {
		return vote.SetTeller(tx, p.ID, v.people[3].ID, true)
	}), "err.vote.no_desk")
}

// resumes opens the next round of a vote nobody took part in.
func (v *village) resumes(p vote.Proposal) vote.Proposal {
	v.t.Helper()
	v.update(keeper, func(tx *store.Tx) error {
		return vote.Resume(tx, p.ID, p.Title, p.Text, vote.Terms{Closes: v.wall(24 * time.Hour)})
	})
	return v.get(p.ID)
}

func TestAnotherRoundBeginsWithoutPaperAndWithoutVoicesPassedOn(t *testing.T) {
	v := newVillage(t, 4)
	v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, second) })
	p, _ := v.paper(2)
	v.clock.Set(p.ClosesAt)
	must(t, v.types(keeper, p, 0))
	must(t, v.types(second, p, 0))
	p = v.resumes(p)
	refused(t, "a ballot of the round before", v.handOut(p, v.people[1]), "err.vote.no_desk")
	must(t, v.try(keeper, func(tx *store.Tx) error { return vote.Print(tx, p.ID, 1) }))
	v.clock.Set(p.ClosesAt)
	v.run()
	if got := v.get(p.ID); got.State != vote.Voting {
		t.Error("counted without what is on paper")
	}

	p = v.open(rule(simple, delegable))
	must(t, v.passes(p, v.people[1], v.people[2]))
	v.close(p)
	p = v.resumes(p)
	if got := v.voice(p, v.people[1]); len(got.Trail) != 0 {
		t.Errorf("a voice of the round before: %+v", got)
	}
}

func TestDE11_OnlyWhoIsOnTheRollPassesAVoiceOn(t *testing.T) {
	v := newVillage(t, 3)
	p := v.open(rule(simple, delegable))
	refused(t, "by a newcomer", v.passes(p, v.newcomer(), v.people[1]), "err.vote.not_on_roll")
}

func TestAnIdeaOfAGroupIsNotAddressedToTheMairie(t *testing.T) {
	v := newVillage(t, 4)
	g := v.circle(group.ToEverybody)
	p := vote.Proposal{Title: "Acheter une fendeuse", Text: "À partager.", GroupID: g.ID, Audience: listing.Public}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	refused(t, "by its author", v.try(v.people[0], func(tx *store.Tx) error { return vote.Address(tx, p.ID) }), "err.vote.ask_group")
}

func TestAnIdeaModeratorsHidIsNotShownAsLate(t *testing.T) {
	v := newVillage(t, 4)
	p := v.propose()
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Address(tx, p.ID) })
	moderator := store.Actor{ID: "mod", Role: store.Moderator}
	v.update(moderator, func(tx *store.Tx) error { return listing.Hide(tx, p.Ref(), true) })
	for _, who := range []store.Actor{v.people[1], v.people[0], moderator} { // the last two can read it
		if list := v.owed(who); len(list) != 0 {
			t.Errorf("to %s: %+v", who.ID, list)
		}
	}
}
