package assembly

import (
	"strings"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/vote"
)

// Stage is how far an item of the order of the day has come.
type Stage string

// The stages.
const (
	Todo    Stage = "todo"
	Current Stage = "current"
	Done    Stage = "done"
)

// Item is one of the order of the day.
type Item struct {
	ID         string
	N          int // from 1
	Title      string
	ProposalID string // a decision of this box; empty: none
	State      Stage
	Threshold  // of a show of hands
	Outcome
	Present     int // when it was done with
	Represented int
}

// Outcome is what came of an item, as whoever keeps the minutes writes it.
type Outcome struct {
	Said                   string
	Hands                  bool // there was a show of hands
	Pro, Contra, Abstained int
}

// Voices is how many were there or represented when the item was done with.
func (i *Item) Voices() int { return i.Present + i.Represented }

// Items are the order of the day.
func (a *Assembly) Items(tx *store.Tx) ([]Item, error) {
	return store.All(tx, scanItem, sqlItems, a.ID)
}

// checkItems tells what is wrong with an order of the day.
func checkItems(titles []string) *store.Error {
	if len(titles) == 0 {
		return store.E(store.Invalid, "err.assembly.items_empty").At("items")
	}
	if len(titles) > MaxItems {
		return store.E(store.Invalid, "err.assembly.items_many", "max", MaxItems).At("items")
	}
	for _, t := range titles {
		if bad := listing.CheckText("items", t, listing.MaxTitle); bad != nil {
			return bad
		}
	}
	return nil
}

// order writes the order of the day; an item whose title was there before keeps
// its decision and its threshold.
func (a *Assembly) order(tx *store.Tx, titles []string, were ...Item) error {
	earlier := map[string]Item{}
	for _, i := range were {
		earlier[i.Title] = i
	}
	if _, err := tx.Exec(sqlUnitem, a.ID); err != nil {
		return err
	}
	for n, title := range titles {
		was, ok := earlier[title]
		if !ok {
			was.Threshold = MoreThanHalf
		}
		if _, err := tx.Exec(sqlItem, tx.NewID(), a.ID, n+1, title, was.ProposalID, was.Num, was.Den, was.AtLeast, was.Of); err != nil {
			return err
		}
		delete(earlier, title)
	}
	return nil
}

// Decisions are the decisions an item can name: those of the group, or of the
// groups the actor belongs to that the organisation carries.
func (a *Assembly) Decisions(tx *store.Tx) (list []vote.Proposal, err error) {
	groups := []string{a.GroupID}
	if a.GroupID == "" {
		mine, err := group.Mine(tx)
		if err != nil {
			return nil, err
		}
		groups = groups[:0]
		for i := range mine {
			e, ok, err := mine[i].CarriedBy(tx)
			if err != nil {
				return nil, err
			}
			if ok && e.ID == a.ElementID {
				groups = append(groups, mine[i].ID)
			}
		}
	}
	for _, id := range groups {
		some, err := vote.OfGroup(tx, id, atOnce)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

// Link names the decision an item is about, until the meeting is closed; empty
// takes it off.
func Link(tx *store.Tx, id, item, proposal string) error {
	a, err := kept(tx, id, Draft, Convened, Open)
	if err != nil {
		return err
	}
	if proposal != "" {
		list, err := a.Decisions(tx)
		if err != nil {
			return err
		}
		known := false
		for i := range list {
			known = known || list[i].ID == proposal
		}
		if !known {
			return store.E(store.Invalid, "err.assembly.decision").At("proposal")
		}
	}
	_, err = tx.Exec(sqlItemLink, proposal, item, a.ID)
	return err
}

// item is one item of a meeting; kind Conflict when there is no such one.
func (a *Assembly) item(tx *store.Tx, id string) (Item, error) {
	items, err := a.Items(tx)
	if err != nil {
		return Item{}, err
	}
	for _, i := range items {
		if i.ID == id {
			return i, nil
		}
	}
	return Item{}, store.E(store.Conflict, "err.assembly.item_gone")
}

// noneOpen fails with kind Conflict while an item is taken up.
func noneOpen(items []Item) error {
	for _, i := range items {
		if i.State == Current {
			return store.E(store.Conflict, "err.assembly.item_open", "n", i.N)
		}
	}
	return nil
}

// TakeUp goes on to an item. One at a time: the one before is done with first.
func TakeUp(tx *store.Tx, id, item string) error {
	return move(tx, id, item, Todo, Current)
}

// PutBack leaves an item for later.
func PutBack(tx *store.Tx, id, item string) error {
	return move(tx, id, item, Current, Todo)
}

func move(tx *store.Tx, id, item string, from, to Stage) error {
	a, err := kept(tx, id, Open)
	if err != nil {
		return err
	}
	if to == Current {
		items, err := a.Items(tx)
		if err != nil {
			return err
		}
		if err := noneOpen(items); err != nil {
			return err
		}
	}
	i, err := a.item(tx, item)
	if err != nil {
		return err
	}
	if i.State != from {
		return store.E(store.Conflict, "err.assembly.item_gone")
	}
	_, err = tx.Exec(sqlItemState, to, i.ID, a.ID)
	return err
}

// Conclude is done with an item, and keeps the voices there were. It can be
// written anew until the meeting is closed; the voices stay those of the first
// time. A show of hands cannot count more voices than there are.
func Conclude(tx *store.Tx, id, item string, o Outcome) error {
	a, err := kept(tx, id, Open)
	if err != nil {
		return err
	}
	i, err := a.item(tx, item)
	if err != nil {
		return err
	}
	if i.State == Todo {
		return store.E(store.Conflict, "err.assembly.item_gone")
	}
	if i.State == Current {
		s, err := a.Standing(tx)
		if err != nil {
			return err
		}
		i.Present, i.Represented = s.Present, s.Represented
	}
	if err := o.check(i.Voices()); err != nil {
		return err
	}
	_, err = tx.Exec(sqlItemDone, i.Present, i.Represented, o.Said, o.Hands, o.Pro, o.Contra, o.Abstained, i.ID, a.ID)
	return err
}

func (o *Outcome) check(voices int) error {
	var bad store.Errors
	bad.Add(listing.CheckText("said", o.Said, MaxText))
	if !o.Hands {
		o.Pro, o.Contra, o.Abstained = 0, 0, 0
		if strings.TrimSpace(o.Said) == "" {
			bad.Add(store.E(store.Invalid, "err.assembly.said_empty").At("said"))
		}
		return bad.OrNil()
	}
	for _, n := range []int{o.Pro, o.Contra, o.Abstained} {
		if n < 0 || n > MaxRoll {
			bad.Add(store.E(store.Invalid, "err.assembly.number", "max", MaxRoll).At("pro"))
			return bad.OrNil()
		}
	}
	if sum := o.Pro + o.Contra + o.Abstained; sum > voices {
		bad.Add(store.E(store.Invalid, "err.assembly.hands_many", "sum", sum, "voices", voices).At("pro"))
	}
	return bad.OrNil()
}
