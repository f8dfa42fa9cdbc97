package vote_test

import (
	"bytes"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// circle is a group the first resident keeps, with the next three as members.
func (v *village) circle(reading group.Circle) group.Group {
	v.t.Helper()
	g := group.Group{Name: "Les affouagistes", Purpose: "La coupe de bois.", Theme: "nature", Reading: reading, Seen: group.ToMembers, Joining: group.Free}
	v.update(v.people[0], func(tx *store.Tx) error { return group.Begin(tx, &g, "") })
	for _, who := range v.people[1:4] {
		v.update(who, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	}
	return g
}

func TestTheRollOfAGroupIsItsMembers(t *testing.T) {
	v := newVillage(t, 6)
	g := v.circle(group.ToMembers)
	p := vote.Proposal{Title: "Acheter une fendeuse", Text: "À partager.", GroupID: g.ID, Audience: listing.Group}
	outside, member := v.people[5], v.people[3]
	refused(t, "proposed from outside", v.try(outside, func(tx *store.Tx) error { return vote.Propose(tx, &p) }), "err.forbidden")
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	for _, who := range []store.Actor{outside, keeper, {}} {
		err := v.View(store.As(t.Context(), who), func(tx *store.Tx) error {
			_, err := vote.Get(tx, p.ID)
			return err
		})
		if store.KindOf(err) != store.NotFound {
			t.Errorf("%q reads it: %v", who.ID, err)
		}
	}
	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(simple, func(r *vote.Rule) { r.Departures = vote.Removed }), Closes: v.wall(time.Hour)})
	})
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	v.view(member, func(tx *store.Tx) (err error) {
		p, err = vote.Get(tx, p.ID)
		return err
	})
	if p.RollSize != 4 {
		t.Fatalf("%d on the roll, want the 4 members", p.RollSize)
	}
	v.update(outside, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	refused(t, "joined later", v.cast(outside, p, pour), "err.vote.not_on_roll")
	v.mustCast(v.people[1], p, pour)
	v.update(v.people[1], func(tx *store.Tx) error { return group.Leave(tx, g.ID) })
	v.update(v.people[0], func(tx *store.Tx) error { return group.Exclude(tx, g.ID, member.ID, "Il ne vient plus.") })
	if err := v.cast(member, p, pour); store.KindOf(err) != store.NotFound && store.KindOf(err) != store.Conflict {
		t.Errorf("put out of the group: %v", err)
	}
	for _, who := range []store.Actor{member, v.people[2]} {
		v.view(who, func(tx *store.Tx) error {
			list, err := vote.Waiting(tx)
			if want := who.ID != member.ID; (len(list) == 1) != want {
				t.Errorf("%s is awaited in %v", who.ID, list)
			}
			return err
		})
	}
	v.clock.Set(p.ClosesAt)
	v.run()
	if got := v.result(p).Result; got.Roll != 3 || got.Voters != 1 {
		t.Errorf("roll %d, voters %d; want 3 (without who was put out, with who voted and left) and 1", got.Roll, got.Voters)
	}
}

func TestAKeeperAnswersForTheDecisionsOfAGroup(t *testing.T) {
	v := newVillage(t, 6)
	g := v.circle(group.ToEverybody)
	p := vote.Proposal{Title: "Acheter une fendeuse", Text: "À partager.", GroupID: g.ID, Audience: listing.Public}
	v.update(v.people[2], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	terms := vote.Terms{Rule: rule(simple), Closes: v.wall(time.Hour)}
	refused(t, "a member", v.try(v.people[1], func(tx *store.Tx) error { return vote.Prepare(tx, p.ID, terms) }), "err.forbidden")
	refused(t, "the operator", v.try(keeper, func(tx *store.Tx) error { return vote.Prepare(tx, p.ID, terms) }), "err.forbidden")
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Prepare(tx, p.ID, terms) })
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
}

func TestWithItsGroupADecisionGoes(t *testing.T) {
	v := newVillage(t, 6)
	g := v.circle(group.ToEverybody)
	inGroup := func(r vote.Rule) vote.Proposal {
		p := vote.Proposal{Title: "Acheter une fendeuse", Text: "À partager.", GroupID: g.ID, Audience: listing.Public}
		v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
		v.update(v.people[0], func(tx *store.Tx) error {
			return vote.Prepare(tx, p.ID, vote.Terms{Rule: r, Closes: v.wall(24 * time.Hour)})
		})
		v.update(v.people[0], func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
		return v.get(p.ID)
	}
	v.mustCast(v.people[1], inGroup(rule(simple, secret)), pour)
	v.mustCast(v.people[1], inGroup(rule(simple)), pour)
	village := v.open(rule(simple, secret))
	v.mustCast(v.people[2], village, contre)
	v.update(v.people[0], func(tx *store.Tx) error { return vote.DropGroup(tx, g.ID) })
	v.view(keeper, func(tx *store.Tx) error {
		for table, want := range map[string]int{
			"vote_proposals": 1, "vote_roll": 6, "vote_ballots": 0, "vote_urns_sealed": 1, "vote_marks_sealed": 1,
			"listing_cards WHERE kind = '" + listing.KindDecision + "'": 1,
		} {
			if n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM `+table); err != nil || n != want {
				t.Errorf("%s: %d rows, want %d: %v", table, n, want, err)
			}
		}
		return nil
	})
	if got := v.close(village).Result; got.Voters != 1 {
		t.Errorf("%d voted in what the village decides, want 1", got.Voters)
	}
}

// SE-1 for a vote that goes with its group.
func TestSE1_WithItsGroupABallotIsOverwritten(t *testing.T) {
	v, path := counted(t, 6)
	g := v.circle(group.ToEverybody)
	p := vote.Proposal{Title: "La date", Text: "De la coupe.", Choices: []string{"Samedi", "Dimanche"}, GroupID: g.ID, Audience: listing.Public}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	terms := vote.Terms{Rule: rule(tally.Rule{Method: tally.Score, MaxScore: 1000}, secret), Closes: v.wall(24 * time.Hour)}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Prepare(tx, p.ID, terms) })
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	v.mustCast(v.people[1], p, tally.Ballot{Values: []int{123, 987}})
	v.update(v.people[0], func(tx *store.Tx) error { return vote.DropGroup(tx, g.ID) })
	if bytes.Contains(file(t, path), []byte(`[123,987]`)) || len(file(t, path+"-wal")) > 0 {
		t.Error("the ballot is still in the file or its log")
	}
}
