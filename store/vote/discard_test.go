package vote_test

import (
	"slices"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/notify"
	"copi.local/store/vote"
)

func TestMD6_WhoIsBlockedVotesAndProposes(t *testing.T) {
	v := newVillage(t, 3)
	open := v.open(rule(simple))
	v.update(v.people[1], func(tx *store.Tx) error {
		_, err := message.Open(tx, open.Ref(), "Le four", message.Party{Account: v.people[0].ID}, message.Party{Account: v.people[1].ID}, "Alors ?")
		return err
	})
	v.update(v.people[0], func(tx *store.Tx) error { // who proposed it
		list, err := message.Mine(tx, 0, 1)
		if err != nil {
			return err
		}
		return message.Block(tx, list[0].ID)
	})
	v.view(v.people[0], func(tx *store.Tx) error {
		refuses, err := message.Refuses(tx, v.people[0].ID, v.people[1].ID)
		if !refuses {
			t.Error("nobody is blocked")
		}
		return err
	})
	v.mustCast(v.people[1], open, contre)
	if got := v.close(open).Result; got.Voters != 1 || got.Table.Counts[1] != 1 {
		t.Errorf("counted %+v", got)
	}
	if err := v.try(v.people[1], func(tx *store.Tx) error {
		return vote.Propose(tx, &vote.Proposal{Title: "Une haie", Text: "Au stade.", Audience: listing.Public})
	}); err != nil {
		t.Errorf("proposes: %v", err)
	}
}

func TestAnOpenVoteIsTakenAwayWithItsUrn(t *testing.T) {
	for _, r := range []vote.Rule{rule(simple), rule(simple, secret)} {
		v := newVillage(t, 60)
		open := v.open(r)
		v.mustCast(v.people[1], open, pour)
		err := v.try(keeper, func(tx *store.Tx) error { return vote.Discard(tx, open.ID) })
		refused(t, "nobody decided so", err, "err.forbidden")
		v.update(keeper, func(tx *store.Tx) error {
			tx.Entrust(open.Ref())
			return vote.Discard(tx, open.ID)
		})
		err = v.try(keeper, func(tx *store.Tx) error { _, err := vote.Get(tx, open.ID); return err })
		if store.KindOf(err) != store.NotFound {
			t.Errorf("still there: %v", err)
		}
		v.view(v.people[7], func(tx *store.Tx) error {
			list, err := notify.Notices(tx, 0, 10)
			if !slices.ContainsFunc(list, func(n notify.Notice) bool { return n.Key == "notify.vote_discarded" }) {
				t.Errorf("who may vote is told %+v", list)
			}
			return err
		})
	}
}
