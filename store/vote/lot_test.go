package vote_test

import (
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// announced is a lot of three among ten, to be drawn in a day.
func (v *village) announced(seats int) vote.Proposal {
	v.t.Helper()
	p := vote.Proposal{Title: "Trois personnes pour la commission", Text: "Une réunion par mois.", Sort: vote.Lot, Audience: listing.Public}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	return v.started(p, rule(tally.Rule{Method: tally.Sorted, Seats: seats}))
}

const seed = "2027-03-28|urne salle des fetes|loto 07-12-23-31-44"

func TestSO1_TheRollIsPublishedThenTheLotIsDrawn(t *testing.T) {
	v := newVillage(t, 10)
	p := v.announced(3)
	var hash string
	v.view(store.Actor{}, func(tx *store.Tx) (err error) {
		_, hash, err = p.Tickets(tx)
		return err
	})
	ten := []string{"m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10"}
	if hash != tally.RollHash(ten) || !p.Announced() || p.RollSize != 10 {
		t.Fatalf("hash %s, %s", hash, p.Outcome)
	}
	draw := func(who store.Actor, seed string) error {
		return v.try(who, func(tx *store.Tx) error {
			return vote.Draw(tx, p.ID, tally.Draw{Seed: seed}, "Devant vingt personnes.")
		})
	}
	refused(t, "before the instant announced", draw(v.people[0], seed), "err.vote.draw_early")
	refused(t, "a ballot", v.cast(v.people[1], p, pour), "err.vote.not_open")
	v.clock.Set(p.ClosesAt)
	v.run() // nothing to count
	refused(t, "by another", draw(v.people[1], seed), "err.forbidden")
	refused(t, "without a seed", draw(v.people[0], " "), "err.vote.draw")
	if err := draw(v.people[0], seed); err != nil {
		t.Fatal(err)
	}
	refused(t, "again", draw(v.people[0], "a better one"), "err.vote.no_draw")
	c := v.result(p)
	seated, reserves := c.Seated()
	if !slices.Equal(seated, []string{"m07", "m02", "m09"}) || !slices.Equal(reserves[:2], []string{"m06", "m04"}) || c.Lottery.RollHash != hash {
		t.Fatalf("%v, %v", seated, reserves)
	}
	if _, err := tally.Recount(c.File); err != nil {
		t.Error(err)
	}
	if p = v.get(p.ID); p.Outcome != tally.Elected || p.Announced() {
		t.Errorf("%s", p.Outcome)
	}
	v.declines(p)
}

// declines: who refuses is replaced by the first reserve; the file says so and
// draws the same order again.
func (v *village) declines(p vote.Proposal) {
	t := v.t
	decline := func(who store.Actor, which string) error {
		return v.try(who, func(tx *store.Tx) error { return vote.Decline(tx, p.ID, which) })
	}
	refused(t, "for somebody else", decline(v.people[4], "m02"), "err.forbidden")
	if err := decline(v.people[1], "m02"); err != nil { // m02 is the second of the roll
		t.Fatal(err)
	}
	refused(t, "again", decline(v.people[1], "m02"), "err.vote.declined")
	if err := decline(v.people[0], "m06"); err != nil { // told by word of mouth to who conducts it
		t.Fatal(err)
	}
	c := v.result(p)
	if seated, _ := c.Seated(); !slices.Equal(seated, []string{"m07", "m09", "m04"}) {
		t.Errorf("%v", seated)
	}
	if _, err := tally.Recount(c.File); err != nil {
		t.Error(err)
	}
}

func TestSO1_OfMoreThanThereAreNothingIsDrawn(t *testing.T) {
	v := newVillage(t, 2)
	p := vote.Proposal{Title: "Trois personnes", Text: "Une réunion par mois.", Sort: vote.Lot, Audience: listing.Public}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	v.update(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(tally.Rule{Method: tally.Sorted, Seats: 3}), Closes: v.wall(time.Hour)})
	})
	refused(t, "three of two", v.try(keeper, func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") }), "err.vote.lot_seats")
}

func TestALotIsCalledOff(t *testing.T) {
	v := newVillage(t, 4)
	p := v.announced(1)
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Cancel(tx, p.ID, "La réunion n'a pas lieu.") })
	if p = v.get(p.ID); p.State != vote.Cancelled || p.Announced() {
		t.Errorf("%s", p.State)
	}
}

// Who leaves keeps a number and loses the name.
func TestVP1_ANumberOfNobody(t *testing.T) {
	v := newVillage(t, 4)
	p := v.announced(1)
	who := v.people[2]
	v.view(who, func(tx *store.Tx) error {
		n, err := p.NumberOf(tx, who.ID)
		if n != "m03" {
			t.Errorf("number %q", n)
		}
		return err
	})
	v.update(who, func(tx *store.Tx) error { return vote.Personal.Erase(tx, who.ID, store.EraseAll) })
	v.view(keeper, func(tx *store.Tx) error {
		list, err := p.Numbers(tx)
		for _, n := range list {
			if n.AccountID == who.ID {
				t.Error("still named")
			}
		}
		if len(list) != 4 {
			t.Errorf("%d numbers", len(list))
		}
		return err
	})
}
