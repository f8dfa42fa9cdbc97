package assembly

import (
	"slices"

	"copi.local/store"
	"copi.local/store/vote/tally"
)

// Threshold is the share of the voices that adopts an item by a show of hands.
// It is written before the item is taken up, so that nobody fits it to the hands
// that were seen.
type Threshold struct {
	Num, Den int
	AtLeast  bool // at least Num/Den, not more than it
	Of       tally.Denominator
}

// MoreThanHalf of the voices expressed is what an item needs unless the statutes
// want otherwise.
var MoreThanHalf = Threshold{Num: 1, Den: 2, Of: tally.OfExpressed}

func (t Threshold) check() *store.Error {
	share := Share{t.Num, t.Den, t.AtLeast}
	if bad := share.check("share"); bad != nil || share == (Share{}) {
		return store.E(store.Invalid, "err.assembly.share").At("share")
	}
	if !slices.Contains([]tally.Denominator{tally.OfExpressed, tally.OfVoters, tally.OfRoll}, t.Of) {
		return store.E(store.Invalid, "err.assembly.share").At("of")
	}
	return nil
}

// Ask writes what share an item needs by a show of hands, before it is taken up.
func Ask(tx *store.Tx, id, item string, t Threshold) error {
	a, err := kept(tx, id, Draft, Convened, Open)
	if err != nil {
		return err
	}
	i, err := a.item(tx, item)
	if err != nil {
		return err
	}
	if i.State != Todo {
		return store.E(store.Conflict, "err.assembly.share_frozen")
	}
	if bad := t.check(); bad != nil {
		return bad
	}
	_, err = tx.Exec(sqlItemShare, t.Num, t.Den, t.AtLeast, t.Of, i.ID, a.ID)
	return err
}

// Count is what a show of hands came to, counted as a decision of the box is.
// roll is how many are on the roll, quorum the share of it that had to be there.
func (i *Item) Count(roll int, quorum Share) (tally.Result, error) {
	rule := tally.Rule{
		Method: tally.Majority, Options: 2, Num: i.Num, Den: i.Den, AtLeast: i.AtLeast, Of: i.Of,
		QuorumNum: quorum.Num, QuorumDen: quorum.Den, QuorumAtLeast: quorum.AtLeast,
	}
	ballots := slices.Repeat([]tally.Ballot{{Values: []int{1, 0}}}, i.Pro)
	ballots = append(ballots, slices.Repeat([]tally.Ballot{{Values: []int{0, 1}}}, i.Contra)...)
	ballots = append(ballots, slices.Repeat([]tally.Ballot{{Blank: true}}, i.Abstained)...)
	return tally.Count(rule, roll, i.Voices(), ballots, tally.Draw{})
}
