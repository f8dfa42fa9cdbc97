package vote_test

import (
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

var (
	consent  = tally.Rule{Method: tally.Consent}
	agrees   = tally.Ballot{Values: []int{tally.Agrees}}
	reserves = tally.Ballot{Values: []int{tally.Reserves}}
	objects  = tally.Ballot{Values: []int{tally.Objects}}
)

func TestCO1_AnObjectionIsDealtWith(t *testing.T) {
	v := newVillage(t, 9)
	p := v.open(rule(consent))
	for _, who := range v.people[:8] {
		v.mustCast(who, p, agrees)
	}
	v.mustCast(v.people[8], p, objects, "Risque pour l’eau.")
	c := v.close(p)
	if c.Result.Outcome != tally.Objection || len(c.Reasons) != 1 || !c.Reasons[0].Objects {
		t.Fatalf("%s", c.File)
	}

	judge := func(who store.Actor, why string) error {
		return v.try(who, func(tx *store.Tx) error { return vote.Judge(tx, p.ID, v.people[8].ID, why) })
	}
	refused(t, "judged by who made the proposal", judge(v.people[0], "Non."), "err.vote.judge")
	refused(t, "judged without a word", judge(keeper, ""), "err.vote.judge_empty")

	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.Resume(tx, p.ID, p.Title, "Sur la place, loin du puits.", vote.Terms{Closes: v.wall(24 * time.Hour)})
	})
	p = v.get(p.ID)
	if n := voters(v, p); p.Round != 2 || p.State != vote.Voting || n != 0 {
		t.Fatalf("round %d, %s, %d answers kept", p.Round, p.State, n)
	}
	for _, who := range v.people[:8] {
		v.mustCast(who, p, agrees)
	}
	v.mustCast(v.people[8], p, objects, "Toujours trop près.")
	v.close(p)
	stopped := store.Actor{ID: v.people[8].ID} // suspended: reads and does nothing else
	refused(t, "lifted while suspended", v.try(stopped, func(tx *store.Tx) error { return vote.Lift(tx, p.ID) }), "err.forbidden")
	v.update(v.people[8], func(tx *store.Tx) error { return vote.Lift(tx, p.ID) })
	if got := v.result(p); got.Result.Outcome != tally.Adopted || got.Round != 2 || v.get(p.ID).Outcome != tally.Adopted {
		t.Errorf("%s", got.File)
	}
	refused(t, "lifted again", v.try(v.people[8], func(tx *store.Tx) error { return vote.Lift(tx, p.ID) }), "err.vote.no_objection")
}

func voters(v *village, p vote.Proposal) (n int) {
	v.view(keeper, func(tx *store.Tx) (err error) {
		n, err = p.Voters(tx)
		return err
	})
	return n
}

func TestCO1_AnObjectionJudgedNotValidIsAReserve(t *testing.T) {
	v := newVillage(t, 3)
	p := v.open(rule(consent))
	v.mustCast(v.people[1], p, agrees)
	v.mustCast(v.people[0], p, agrees)
	v.mustCast(v.people[2], p, objects, "Je n’aime pas le pain.")
	v.close(p)
	v.update(keeper, func(tx *store.Tx) error {
		return vote.Judge(tx, p.ID, v.people[2].ID, "Le groupe réuni le 3 : une préférence, et non un risque.")
	})
	if got := v.result(p); got.Result.Outcome != tally.Adopted || got.Reasons[0].Answer == "" {
		t.Errorf("%s", got.File)
	}
}

func TestCO2_AnObjectionNeedsItsReason(t *testing.T) {
	v := newVillage(t, 3)
	p := v.open(rule(consent))
	refused(t, "without reason", v.cast(v.people[1], p, objects, " "), "err.vote.objection_empty")
	err := v.try(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, v.propose2(tx), vote.Terms{Rule: rule(consent, secret), Closes: v.wall(time.Hour)})
	})
	refused(t, "in secret", err, "err.vote.secret_consent")
}

func TestCO3_SilenceIsConsentOnlyWhereWritten(t *testing.T) {
	silent := func(change ...func(*vote.Rule)) (*village, vote.Proposal) {
		v := newVillage(t, 9)
		p := v.open(rule(consent, change...))
		for _, who := range v.people[:6] {
			v.mustCast(who, p, agrees)
		}
		return v, p
	}
	v, p := silent()
	if got := v.close(p).Result.Outcome; got != tally.Silence {
		t.Errorf("not written: %s", got)
	}
	v, p = silent(func(r *vote.Rule) { r.Silence = true })
	if got := v.close(p).Result.Outcome; got != tally.Adopted {
		t.Errorf("written: %s", got)
	}
	v, p = silent(func(r *vote.Rule) { r.Extend = true })
	v.close(p)
	longer := v.get(p.ID)
	if longer.State != vote.Voting || !longer.Extended || !longer.ClosesAt.Equal(p.ClosesAt.Add(24*time.Hour)) {
		t.Fatalf("not put off: %+v", longer)
	}
	if got := v.close(longer).Result.Outcome; got != tally.Silence {
		t.Errorf("put off, and silent again: %s", got)
	}
}

func TestCO4_AReserveIsKeptAndDoesNotBlock(t *testing.T) {
	v := newVillage(t, 2)
	p := v.open(rule(consent))
	v.mustCast(v.people[0], p, agrees)
	v.mustCast(v.people[1], p, reserves, "Attention à la fumée.")
	got := v.close(p)
	if got.Result.Outcome != tally.Adopted || len(got.Reasons) != 1 || got.Reasons[0].Objects || got.Reasons[0].Text != "Attention à la fumée." {
		t.Errorf("%s", got.File)
	}
}

func TestDE3_WithoutQuorumAnotherVoteMayFollow(t *testing.T) {
	v := newVillage(t, 47)
	r := simple
	r.QuorumNum, r.QuorumDen, r.QuorumAtLeast = 1, 3, true
	p := v.open(rule(r, secret))
	for _, who := range v.people[:15] {
		v.mustCast(who, p, pour)
	}
	if got := v.close(p).Result; got.Outcome != tally.NoQuorum || got.Quorum != 16 {
		t.Fatalf("%+v", got)
	}
	lower := simple
	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.Resume(tx, p.ID, p.Title, p.Text, vote.Terms{Rule: rule(lower), Closes: v.wall(time.Hour)})
	})
	p = v.get(p.ID)
	if p.Rule.QuorumDen != 0 || !p.Rule.Secret || p.Rule.Method != tally.Majority {
		t.Fatalf("more than the quorum changed: %+v", p.Rule)
	}
	v.mustCast(v.people[0], p, pour)
	if got := v.close(p); got.Result.Outcome != tally.Adopted || got.Round != 2 {
		t.Errorf("%s", got.File)
	}
}

func TestATieIsSettledByARecordedLot(t *testing.T) {
	v := newVillage(t, 4)
	p := v.open(rule(tally.Rule{Method: tally.Approval, Ties: tally.TiesDrawn}, secret), "Jeudi", "Vendredi", "Samedi")
	both := tally.Ballot{Values: []int{1, 1, 0}}
	v.mustCast(v.people[0], p, both)
	v.mustCast(v.people[1], p, both)
	if got := v.close(p).Result; got.Outcome != tally.NeedsDraw || !slices.Equal(got.Tied, []int{0, 1}) {
		t.Fatalf("%+v", got)
	}
	refused(t, "a lot without words", v.try(v.people[0], func(tx *store.Tx) error {
		return vote.Draw(tx, p.ID, tally.Draw{Seed: "loto 07-12"}, "")
	}), "err.vote.draw_empty")
	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.Draw(tx, p.ID, tally.Draw{Seed: "loto 07-12"}, "Le loto du 3, à la mairie.")
	})
	got := v.result(p)
	if _, err := tally.Recount(got.File); got.Result.Outcome != tally.Elected || len(got.Result.Winners) != 1 || err != nil {
		t.Errorf("%s %v", got.File, err)
	}
	refused(t, "drawn twice", v.try(v.people[0], func(tx *store.Tx) error {
		return vote.Draw(tx, p.ID, tally.Draw{Seed: "un autre"}, "Encore.")
	}), "err.vote.no_draw")
}
