package vote_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// The persons of EL-1, by their place on the roll.
const (
	ana = iota
	ben
	cleo
)

// election is one open for a day, of so many people.
func (v *village) election(change ...func(*vote.Rule)) vote.Proposal {
	v.t.Helper()
	p := vote.Proposal{Title: "Qui tient la caisse ?", Text: "Un an, deux heures par mois.", Sort: vote.Election, Audience: listing.Public}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	return v.started(p, rule(tally.Rule{Method: tally.NoCandidate}, change...))
}

// names makes somebody name a person; nobody, by a number that is none.
func (v *village) names(who store.Actor, p vote.Proposal, whom int, why string) error {
	v.t.Helper()
	b := tally.Ballot{Values: make([]int, p.Rule.Options)}
	if whom < 0 {
		whom = p.Rule.Options - 1
	}
	b.Values[whom] = 1
	return v.cast(who, p, b, why)
}

// nine name Ana four times, Ben three times and Cleo twice.
func (v *village) nine(p vote.Proposal) {
	v.t.Helper()
	for i, whom := range []int{ana, ana, ana, ana, ben, ben, ben, cleo, cleo} {
		if err := v.names(v.people[i], p, whom, "Sait écouter."); err != nil {
			v.t.Fatal(err)
		}
	}
}

// puts proposes a person for a day.
func (v *village) puts(p vote.Proposal, number string) vote.Proposal {
	v.t.Helper()
	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.PutForward(tx, p.ID, number, "Le plus disponible.", vote.Terms{Closes: v.wall(24 * time.Hour)})
	})
	return v.get(p.ID)
}

// changes opens a round of changes for a day.
func (v *village) changes(p vote.Proposal) vote.Proposal {
	v.t.Helper()
	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.ChangeNames(tx, p.ID, vote.Terms{Closes: v.wall(24 * time.Hour)})
	})
	return v.get(p.ID)
}

// agree lets everybody but one agree.
func (v *village) agree(p vote.Proposal, but int) {
	v.t.Helper()
	for i, who := range v.people {
		if i != but {
			v.mustCast(who, p, agrees)
		}
	}
}

func TestEL1_ElectedIsWhoNobodyObjectsToThemselvesIncluded(t *testing.T) {
	v := newVillage(t, 9)
	p := v.election()
	v.nine(p)
	c := v.close(p)
	if got := c.Result; got.Outcome != tally.Ordered || !slices.Equal(got.Table.Counts[:3], []int{4, 3, 2}) {
		t.Fatalf("%+v", got)
	}
	p = v.changes(v.get(p.ID))
	if n := voters(v, p); p.Round != 2 || !p.Changing() || n != 9 {
		t.Fatalf("round %d, %d of 9 choices kept", p.Round, n)
	}
	if err := v.names(v.people[ben], p, cleo, "Elle a le temps."); err != nil {
		t.Fatal(err)
	}
	if got := v.close(p).Result.Table.Counts[:3]; !slices.Equal(got, []int{3, 3, 3}) {
		t.Fatalf("after the changes: %v", got)
	}

	p = v.puts(v.get(p.ID), "m03") // Cleo, whom two named at first
	v.agree(p, cleo)
	v.mustCast(v.people[cleo], p, objects, "Ma santé ne me le permet pas.")
	c = v.close(p)
	if p = v.get(p.ID); p.Outcome != tally.Objection || !p.Pending() || c.Person.Name != "" {
		t.Fatalf("%s: %s", p.Outcome, c.File)
	}
	if title, ok := v.adopted(p); ok {
		t.Errorf("%q is adopted with an objection", title)
	}

	p = v.puts(p, "m02") // Ben, whom fewer named than Ana
	v.agree(p, -1)
	c = v.close(p)
	if p = v.get(p.ID); p.Outcome != tally.Elected || p.Pending() || c.Person == nil || c.Person.Name != "v02" || p.Round != 4 {
		t.Fatalf("%s: %s", p.Outcome, c.File)
	}
	if _, ok := v.adopted(p); !ok {
		t.Error("an election that ended has decided something")
	}
	refused(t, "another once one is elected", v.try(v.people[0], func(tx *store.Tx) error {
		return vote.PutForward(tx, p.ID, "m01", "Encore.", vote.Terms{Closes: v.wall(time.Hour)})
	}), "err.vote.no_election")
	v.view(keeper, func(tx *store.Tx) error {
		rounds, err := p.Results(tx)
		for i := range rounds {
			if _, err := tally.Recount(rounds[i].File); err != nil {
				t.Errorf("round %d: %v", i+1, err)
			}
			for _, word := range []string{"écouter", "santé", "disponible", "temps", "v01", "v03"} {
				if strings.Contains(string(rounds[i].File), word) {
					t.Errorf("the file of round %d says %q: %s", i+1, word, rounds[i].File)
				}
			}
		}
		return err
	})
}

func (v *village) adopted(p vote.Proposal) (title string, ok bool) {
	v.t.Helper()
	v.view(keeper, func(tx *store.Tx) (err error) {
		title, ok, err = vote.Adopted(tx, p.ID)
		return err
	})
	return title, ok
}

func TestEL1_NobodyIsElectedByTheirSilence(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*vote.Rule)
		own    *tally.Ballot
		want   tally.Outcome
	}{
		"silence consents, the person is silent": {func(r *vote.Rule) { r.Silence = true }, nil, tally.Silence},
		"silence consents, the person accepts":   {func(r *vote.Rule) { r.Silence = true }, &agrees, tally.Elected},
		"the person has a reserve":               {func(*vote.Rule) {}, &reserves, tally.Elected},
		"silence refuses, the person is silent":  {func(*vote.Rule) {}, nil, tally.Silence},
	} {
		v := newVillage(t, 9)
		p := v.election(c.change)
		v.nine(p)
		v.close(p)
		p = v.puts(v.get(p.ID), "m01")
		v.agree(p, ana)
		refused(t, name+", abstains", v.cast(v.people[ana], p, tally.Ballot{Values: []int{tally.Abstains}}), "err.vote.own_clear")
		if c.own != nil {
			v.mustCast(v.people[ana], p, *c.own, "Un an, pas plus.")
		}
		got := v.close(p)
		if p = v.get(p.ID); p.Outcome != c.want || (got.Person.Name != "") != (c.want == tally.Elected) {
			t.Errorf("%s: %s, want %s: %s", name, p.Outcome, c.want, got.File)
		}
	}
}

func TestEL1_WhatIsSaidIsHiddenUntilTheRoundEnds(t *testing.T) {
	v := newVillage(t, 9)
	p := v.election()
	refused(t, "without a reason", v.names(v.people[3], p, ana, " "), "err.vote.name_why")
	refused(t, "blank", v.cast(v.people[3], p, blanc), "err.vote.name_who")
	if err := v.names(v.people[3], p, -1, ""); err != nil {
		t.Error("nobody, without a reason:", err)
	}
	v.nine(p)
	read := func() (list []vote.Given) {
		v.view(v.people[1], func(tx *store.Tx) (err error) {
			list, err = p.Ballots(tx)
			return err
		})
		return list
	}
	if list := read(); len(list) != 0 {
		t.Fatalf("read before the end: %v", list)
	}
	v.close(p)
	if p = v.get(p.ID); len(read()) != 9 || read()[0].Reason == "" {
		t.Errorf("after the end: %v", read())
	}
	p = v.changes(p)
	if list := read(); len(list) != 9 {
		t.Errorf("in the round of changes: %v", list)
	}
}

// What was said in each round stays for the roll, and is what the next begins
// with.
func TestEL1_AnObjectionLeadsBackToTheNames(t *testing.T) {
	v := newVillage(t, 9)
	p := v.election()
	v.nine(p)
	v.close(p)
	p = v.puts(v.get(p.ID), "m01")
	v.agree(p, ana)
	v.mustCast(v.people[ana], p, objects, "Je déménage.")
	refused(t, "while it is open", v.try(v.people[0], func(tx *store.Tx) error {
		return vote.ChangeNames(tx, p.ID, vote.Terms{Closes: v.wall(48 * time.Hour)})
	}), "err.vote.no_election")
	v.close(p)
	refused(t, "the person's own objection judged", v.try(keeper, func(tx *store.Tx) error {
		return vote.Judge(tx, p.ID, v.people[ana].ID, "Ce n'est pas une raison.")
	}), "err.vote.judge_own")
	refused(t, "with another text", v.try(v.people[0], func(tx *store.Tx) error {
		return vote.Resume(tx, p.ID, "Autre chose", p.Text, vote.Terms{Closes: v.wall(time.Hour)})
	}), "err.vote.no_round")
	p = v.changes(v.get(p.ID))
	v.view(v.people[4], func(tx *store.Tx) error {
		names, err := p.Ballots(tx)
		if err != nil || len(names) != 9 || names[0].Ballot.Values[ana] != 1 || names[0].Reason != "Sait écouter." {
			t.Errorf("taken up again: %v %v", names, err)
		}
		said, err := p.Sayings(tx, 2)
		if err != nil || len(said) != 9 || said[0].Reason != "Je déménage." {
			t.Errorf("of round 2: %v %v", said, err)
		}
		return nil
	})
	// Who lifts their own objection accepts.
	v.close(p)
	p = v.puts(v.get(p.ID), "m02")
	v.agree(p, ben)
	v.mustCast(v.people[ben], p, objects, "Je ne sais pas compter.")
	v.close(p)
	v.update(v.people[ben], func(tx *store.Tx) error { return vote.Lift(tx, p.ID) })
	if c := v.result(p); v.get(p.ID).Outcome != tally.Elected || c.Person.Name != "v02" {
		t.Errorf("%s", c.File)
	}
}

func TestEL1_OnlySomebodyNamedIsProposedWithAReason(t *testing.T) {
	v := newVillage(t, 9)
	p := v.election()
	put := func(who store.Actor, number, why string) error {
		return v.try(who, func(tx *store.Tx) error {
			return vote.PutForward(tx, p.ID, number, why, vote.Terms{Closes: v.wall(48 * time.Hour)})
		})
	}
	v.nine(p)
	refused(t, "before the end", put(v.people[0], "m01", "Oui."), "err.vote.no_election")
	v.close(p)
	refused(t, "by another", put(v.people[1], "m01", "Oui."), "err.forbidden")
	refused(t, "whom nobody named", put(v.people[0], "m09", "Oui."), "err.vote.put_who")
	refused(t, "nobody", put(v.people[0], vote.Nobody, "Oui."), "err.vote.put_who")
	refused(t, "without a reason", put(v.people[0], "m01", " "), "err.vote.put_why")
	if err := put(v.people[0], "m03", "Elle a le temps."); err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	v.view(keeper, func(tx *store.Tx) error {
		list, err := store.All(tx, store.Scan[string], `SELECT key FROM notify_notices WHERE account_id = ?`, v.people[cleo].ID)
		for _, key := range list {
			told[key] = true
		}
		return err
	})
	if !told["notify.vote_nominated"] {
		t.Errorf("the person is told %v", told)
	}
}

func TestEL1_WithoutNamesNobodyIsProposed(t *testing.T) {
	v := newVillage(t, 9)
	p := v.election(func(r *vote.Rule) { r.QuorumNum, r.QuorumDen, r.QuorumAtLeast = 1, 2, true })
	if err := v.names(v.people[3], p, ana, "Elle sait."); err != nil {
		t.Fatal(err)
	}
	if c := v.close(p); c.Result.Outcome != tally.NoQuorum {
		t.Fatalf("%s", c.File)
	}
	refused(t, "without quorum", v.try(v.people[0], func(tx *store.Tx) error {
		return vote.PutForward(tx, p.ID, "m01", "Oui.", vote.Terms{Closes: v.wall(time.Hour)})
	}), "err.vote.put_who")
	p = v.changes(v.get(p.ID))
	if n := voters(v, p); n != 1 {
		t.Errorf("%d choices kept of 1", n)
	}
	v.close(p)
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Cancel(tx, p.ID, "Nous en parlerons à la fête.") })
	if p = v.get(p.ID); p.State != vote.Cancelled || p.Pending() {
		t.Errorf("%s", p.State)
	}
	v.view(keeper, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT (SELECT count(*) FROM vote_sayings) + (SELECT count(*) FROM vote_ballots)`)
		if n != 0 {
			t.Errorf("%d words about persons outlive it", n)
		}
		return err
	})
}

func TestEL1_WhoWaitsForWhom(t *testing.T) {
	v := newVillage(t, 9)
	p := v.election()
	v.nine(p)
	waits := func() (n int) {
		v.view(v.people[0], func(tx *store.Tx) error {
			list, err := vote.ToSettle(tx)
			n = len(list)
			return err
		})
		return n
	}
	before := waits()
	v.close(p)
	if before != 0 || waits() != 1 {
		t.Errorf("waits for who conducts it: %d, then %d", before, waits())
	}
	v.puts(v.get(p.ID), "m01")
	if waits() != 0 {
		t.Error("waits while a round is open")
	}
}

// The rolls an election cannot be held on: too many persons for a ballot, and
// members who do not see each other.
func TestEL1_SomeRollsAreRefusedBeforeTheOpening(t *testing.T) {
	v := newVillage(t, vote.MaxPersons+1)
	open := func(p vote.Proposal) error {
		v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
		v.update(v.people[0], func(tx *store.Tx) error {
			return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(tally.Rule{Method: tally.NoCandidate}), Closes: v.wall(time.Hour)})
		})
		who := v.people[0]
		if p.GroupID == "" {
			who = keeper
		}
		return v.try(who, func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	}
	p := vote.Proposal{Title: "Qui tient la caisse ?", Text: "Un an.", Sort: vote.Election, Audience: listing.Public}
	refused(t, "sixty persons", open(p), "err.vote.election_large")
	g := v.circle(group.ToMembers)
	p.GroupID = g.ID
	if err := open(p); err != nil {
		t.Error("in a group, without supports:", err)
	}
	g = v.circle(group.ToMembers)
	v.update(v.people[0], func(tx *store.Tx) error {
		g.Seen = group.ToKeepers
		return group.Edit(tx, &g, "")
	})
	p.GroupID = g.ID
	refused(t, "members unseen", open(p), "err.vote.election_hidden")
}

// Who leaves takes their name along: from what they said, and from the result.
func TestVP1_AnElectionForgetsWhoLeaves(t *testing.T) {
	v := newVillage(t, 9)
	p := v.election()
	v.nine(p)
	v.close(p)
	p = v.puts(v.get(p.ID), "m03")
	v.agree(p, -1)
	v.close(p)
	if c := v.result(p); c.Person.Name != "v03" {
		t.Fatalf("%s", c.File)
	}
	who := v.people[cleo]
	v.view(who, func(tx *store.Tx) error {
		h, err := vote.Personal.Export(tx, who.ID)
		if holding, ok := h.(vote.Holding); !ok || len(holding.Votes) != 1 || len(holding.Votes[0].Rounds) != 1 || holding.Votes[0].Rounds[0].Reason == "" {
			t.Errorf("exported: %+v", h)
		}
		return err
	})
	v.update(who, func(tx *store.Tx) error { return vote.Personal.Erase(tx, who.ID, store.EraseAll) })
	if c := v.result(p); c.Person.Name != "" || c.SHA256 != tally.Hash(c.File) || v.get(p.ID).Outcome != tally.Elected {
		t.Errorf("%s", c.File)
	}
	v.view(keeper, func(tx *store.Tx) error {
		said, err := p.Sayings(tx, 1)
		words := 0
		for _, one := range said {
			if one.AccountID == who.ID {
				t.Error("still named")
			}
			if one.Reason != "" {
				words++
			}
		}
		if len(said) != 9 || words != 8 {
			t.Errorf("%d of 9 nominations, %d with reasons: theirs goes with them", len(said), words)
		}
		return err
	})
}

// Who accepts and then leaves the box before the end takes nothing on.
func TestEL1_WhoLeavesIsNotElected(t *testing.T) {
	v := newVillage(t, 9)
	p := v.election()
	v.nine(p)
	v.close(p)
	p = v.puts(v.get(p.ID), "m03")
	v.agree(p, -1)
	who := v.people[cleo]
	v.update(store.Actor{}, func(tx *store.Tx) error {
		if err := vote.Personal.Erase(tx, who.ID, store.KeepUnnamed); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM account_people WHERE id = ?`, who.ID)
		return err
	})
	if c := v.close(p); v.get(p.ID).Outcome != tally.Silence || c.Person.Accepts || c.Person.Name != "" {
		t.Errorf("%s: %s", v.get(p.ID).Outcome, c.File)
	}
	p = v.get(p.ID)
	refused(t, "proposed again", v.try(v.people[0], func(tx *store.Tx) error {
		return vote.PutForward(tx, p.ID, "m03", "Encore.", vote.Terms{Closes: v.wall(time.Hour)})
	}), "err.vote.put_left")
}
