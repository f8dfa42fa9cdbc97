package assembly_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/vote/tally"
)

func (c *club) items(a assembly.Assembly) (list []assembly.Item) {
	c.t.Helper()
	c.view("jean", func(tx *store.Tx) (err error) {
		list, err = a.Items(tx)
		return err
	})
	return list
}

func (c *club) asks(a assembly.Assembly, item string, t assembly.Threshold) error {
	c.t.Helper()
	return c.try("jean", func(tx *store.Tx) error { return assembly.Ask(tx, a.ID, item, t) })
}

var (
	twoThirds = assembly.Threshold{Num: 2, Den: 3, AtLeast: true, Of: tally.OfExpressed}
	all       = assembly.Threshold{Num: 1, Den: 1, AtLeast: true, Of: tally.OfExpressed}
)

// The numbers are those of DE-1 and DE-3: exact shares, and no quorum is never
// a refusal.
func TestDE1_AShowOfHandsByItsThreshold(t *testing.T) {
	half := assembly.Share{Num: 1, Den: 2, AtLeast: true}
	ofVoters, ofRoll := twoThirds, twoThirds
	ofVoters.Of, ofRoll.Of = tally.OfVoters, tally.OfRoll
	for name, test := range map[string]struct {
		threshold              assembly.Threshold
		pro, contra, abstained int
		present, roll          int
		quorum                 assembly.Share
		want                   tally.Outcome
		needed                 int
	}{
		"half of ten is not more than half": {assembly.MoreThanHalf, 5, 5, 0, 10, 10, half, tally.Refused, 6},
		"six of ten":                        {assembly.MoreThanHalf, 6, 4, 0, 10, 10, half, tally.Adopted, 6},
		"two thirds of nine":                {twoThirds, 6, 3, 4, 13, 20, half, tally.Adopted, 6},
		"with those who abstain":            {ofVoters, 6, 3, 4, 13, 20, half, tally.Refused, 9},
		"of the roll":                       {ofRoll, 13, 0, 0, 13, 20, half, tally.Refused, 14},
		"unanimous":                         {all, 7, 0, 2, 10, 20, half, tally.Adopted, 7},
		"one against":                       {all, 7, 1, 2, 10, 20, half, tally.Refused, 8},
		"nobody for":                        {all, 0, 0, 5, 10, 20, half, tally.NoneExpressed, 0},
		"no hand at all":                    {twoThirds, 0, 0, 0, 10, 20, half, tally.NobodyVoted, 0},
		"without quorum":                    {twoThirds, 9, 0, 0, 9, 20, half, tally.NoQuorum, 6},
		"no quorum asked for":               {twoThirds, 2, 1, 0, 3, 20, assembly.Share{}, tally.Adopted, 2},
	} {
		i := assembly.Item{Threshold: test.threshold, Present: test.present}
		i.Pro, i.Contra, i.Abstained = test.pro, test.contra, test.abstained
		got, err := i.Count(test.roll, test.quorum)
		if err != nil || got.Outcome != test.want || got.Needed != test.needed {
			t.Errorf("%s: %s, %d needed, %v; want %s, %d", name, got.Outcome, got.Needed, err, test.want, test.needed)
		}
	}
}

func TestDE1_TheThresholdIsFrozenBeforeTheHands(t *testing.T) {
	c := newClub(t)
	a := c.plan()
	first := c.items(a)[0]
	if first.Threshold != assembly.MoreThanHalf {
		t.Errorf("unasked: %+v", first.Threshold)
	}
	refused(t, "more than the whole", c.asks(a, first.ID, assembly.Threshold{Num: 3, Den: 2, AtLeast: true, Of: tally.OfRoll}), "err.assembly.share")
	refused(t, "none", c.asks(a, first.ID, assembly.Threshold{Of: tally.OfRoll}), "err.assembly.share")
	refused(t, "of what?", c.asks(a, first.ID, assembly.Threshold{Num: 1, Den: 2, Of: "hats"}), "err.assembly.share")
	refused(t, "by Rose", c.try("rose", func(tx *store.Tx) error { return assembly.Ask(tx, a.ID, first.ID, all) }), "err.not_found")
	if err := c.asks(a, first.ID, twoThirds); err != nil {
		t.Fatal(err)
	}
	edited := a
	c.update("jean", func(tx *store.Tx) error { return assembly.Edit(tx, &edited, []string{"Accueil", first.Title}, "") })
	items := c.items(a)
	if items[0].Threshold != assembly.MoreThanHalf || items[1].Threshold != twoThirds {
		t.Errorf("after an edit: %+v", items)
	}
	c.update("jean", func(tx *store.Tx) error { return assembly.Convene(tx, a.ID, false) })
	c.begin(a)
	c.update("jean", func(tx *store.Tx) error { return assembly.TakeUp(tx, a.ID, items[1].ID) })
	refused(t, "once it is taken up", c.asks(a, items[1].ID, assembly.MoreThanHalf), "err.assembly.share_frozen")
}
