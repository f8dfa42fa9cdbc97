package assembly

import (
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Plan writes the draft of a meeting, with its order of the day, and seats all
// members. It gives it an id unless it brings one.
func Plan(tx *store.Tx, a *Assembly, items []string) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if may, err := MayPlan(tx, a.GroupID, a.ElementID); err != nil {
		return err
	} else if !may || a.GroupID != "" && a.ElementID != "" {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if err := a.ready(tx, items); err != nil {
		return err
	}
	a.AuthorID, a.State, a.AfterID = tx.Actor.ID, Draft, ""
	if err := a.insert(tx); err != nil {
		return err
	}
	if err := a.order(tx, items); err != nil {
		return err
	}
	return a.seatMembers(tx)
}

// ready tells all that is wrong with a meeting and its order of the day.
func (a *Assembly) ready(tx *store.Tx, items []string) error {
	var bad store.Errors
	if err := bad.Take(a.Check()); err != nil {
		return err
	}
	bad.Add(a.begins(tx))
	bad.Add(checkItems(items))
	return bad.OrNil()
}

func (a *Assembly) insert(tx *store.Tx) error {
	if a.ID == "" {
		a.ID = tx.NewID()
	}
	a.CreatedAt = tx.Now
	_, err := tx.Exec(sqlInsert, append(a.columns(), a.CreatedAt.Unix())...)
	return err
}

func (a *Assembly) save(tx *store.Tx) error {
	_, err := tx.Exec(sqlUpdate, a.columns()...)
	return err
}

// kept is a meeting in one of these states, for who keeps it.
func kept(tx *store.Tx, id string, states ...State) (Assembly, error) {
	a, err := Kept(tx, id)
	if err != nil {
		return a, err
	}
	for _, s := range states {
		if a.State == s {
			return a, nil
		}
	}
	return a, store.E(store.Conflict, "err.assembly.state")
}

// Words is what an edit changes, for the digest of what was read.
func (a *Assembly) Words(items []Item) any {
	to := *a
	to.State, to.AuthorID = "", ""
	var titles []string
	for _, i := range items {
		titles = append(titles, i.Title)
	}
	return struct {
		Assembly Assembly
		Items    []string
	}{to, titles}
}

// Edit changes a meeting nobody was convened to yet; shown is the digest of the
// Words that were read. An item whose title stays keeps its decision.
func Edit(tx *store.Tx, to *Assembly, items []string, shown string) error {
	a, err := kept(tx, to.ID, Draft)
	if err != nil {
		return err
	}
	were, err := a.Items(tx)
	if err != nil {
		return err
	}
	if err := store.Overwrites(shown, a.Words(were)); err != nil {
		return err
	}
	if err := to.ready(tx, items); err != nil {
		return err
	}
	to.GroupID, to.ElementID, to.AuthorID, to.AfterID, to.State, to.CreatedAt = a.GroupID, a.ElementID, a.AuthorID, a.AfterID, a.State, a.CreatedAt
	if err := to.save(tx); err != nil {
		return err
	}
	return to.order(tx, items, were...)
}

// Convene tells everybody on the roll who has an account; the others get the
// printed convocation. From then on neither the order of the day nor the hour
// changes. Sent later than the statutes want, it is refused where they are
// strict, and else only with sure, which the minutes say.
func Convene(tx *store.Tx, id string, sure bool) error {
	a, err := kept(tx, id, Draft)
	if err != nil {
		return err
	}
	if !tx.ClockQuality().Sure() {
		return store.E(store.Conflict, "err.assembly.clock")
	}
	if bad := a.begins(tx); bad != nil {
		return store.E(store.Conflict, bad.Key, bad.Args...)
	}
	roll, err := a.Roll(tx)
	if err != nil {
		return err
	}
	if len(roll) == 0 {
		return store.E(store.Conflict, "err.assembly.roll_empty")
	}
	lacks, _ := a.Lacks(tx.Now)
	switch {
	case lacks > 0 && a.Strict:
		return store.E(store.Conflict, "err.assembly.late", "days", a.Notice)
	case lacks > 0 && !sure:
		return store.E(store.Conflict, "err.assembly.late_sure", "days", a.Notice).At("sure")
	}
	a.State, a.ConvenedAt, a.Late = Convened, tx.Now, lacks
	if err := a.save(tx); err != nil {
		return err
	}
	return a.tell(tx, "notify.assembly_convened")
}

// tell tells everybody on the roll who has an account.
func (a *Assembly) tell(tx *store.Tx, key string) error {
	roll, err := a.Roll(tx)
	for _, s := range roll {
		if err == nil {
			err = notify.Tell(tx, s.AccountID, a.Ref(), key)
		}
	}
	return err
}

// Cancel calls a meeting off, with a reason that is told.
func Cancel(tx *store.Tx, id, reason string) error {
	a, err := kept(tx, id, Convened)
	if err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return store.E(store.Invalid, "err.assembly.reason_empty").At("reason")
	}
	if bad := listing.CheckText("reason", reason, MaxReason); bad != nil {
		return bad
	}
	a.State, a.Reason = Cancelled, reason
	if err := a.save(tx); err != nil {
		return err
	}
	return a.tell(tx, "notify.assembly_cancelled")
}

// Start opens the meeting: from now on the roll is called. It can be some hours
// early, for those who come early.
func Start(tx *store.Tx, id string) error {
	a, err := kept(tx, id, Convened)
	if err != nil {
		return err
	}
	if tx.ClockQuality().Sure() && tx.Now.Before(a.StartsAt.Add(-before)) {
		return store.E(store.Conflict, "err.assembly.early")
	}
	a.State, a.OpenedAt = Open, tx.Now
	return a.save(tx)
}

// Finish closes the meeting, with the voices there are then.
func Finish(tx *store.Tx, id string) error {
	a, err := kept(tx, id, Open)
	if err != nil {
		return err
	}
	items, err := a.Items(tx)
	if err != nil {
		return err
	}
	if err := noneOpen(items); err != nil {
		return err
	}
	s, err := a.Standing(tx)
	if err != nil {
		return err
	}
	a.State, a.ClosedAt, a.Present, a.Represented = Closed, tx.Now, s.Present, s.Represented
	if err := a.save(tx); err != nil {
		return err
	}
	return a.tell(tx, "notify.assembly_closed")
}

// MayRecall tells whether a second convocation can follow: the quorum was not
// there for an item, or at the end with an item left, and none follows yet.
func (a *Assembly) MayRecall(tx *store.Tx) (bool, error) {
	if a.State != Closed || a.Quorum.Den == 0 {
		return false, nil
	}
	left, err := a.left(tx)
	if err != nil || len(left) == 0 {
		return false, err
	}
	followed, err := a.followed(tx)
	return err == nil && !followed, err
}

// left are the items that were settled by nobody: without quorum when they were
// done with, or never taken up since it was not there at the end.
func (a *Assembly) left(tx *store.Tx) (list []Item, err error) {
	roll, err := a.Roll(tx)
	if err != nil {
		return nil, err
	}
	needed := a.Quorum.Of(len(roll))
	items, err := a.Items(tx)
	for _, i := range items {
		if i.State == Done && i.Voices() < needed || i.State == Todo && a.Present+a.Represented < needed {
			list = append(list, i)
		}
	}
	return list, err
}

// Recall drafts the second convocation of a meeting that had no quorum: what was
// left of the order of the day, the same roll, the quorum and the delay the
// statutes have for it. Proxies are given anew. to brings when and where.
func Recall(tx *store.Tx, id string, to *Assembly) error {
	a, err := kept(tx, id, Closed)
	if err != nil {
		return err
	}
	if may, err := a.MayRecall(tx); err != nil {
		return err
	} else if !may {
		return store.E(store.Conflict, "err.assembly.no_recall")
	}
	next := a
	next.ID, next.AfterID, next.State, next.AuthorID = to.ID, a.ID, Draft, tx.Actor.ID
	next.Starts, next.Place, next.Quorum, next.Notice = to.Starts, to.Place, a.Again, a.AgainNotice
	next.ConvenedAt, next.OpenedAt, next.ClosedAt, next.Late, next.Present, next.Represented = to.ConvenedAt, to.OpenedAt, to.ClosedAt, 0, 0, 0
	left, err := a.left(tx)
	if err != nil {
		return err
	}
	var titles []string
	for _, i := range left {
		titles = append(titles, i.Title)
	}
	if err := next.ready(tx, titles); err != nil {
		return err
	}
	if err := next.insert(tx); err != nil {
		return err
	}
	if err := next.order(tx, titles, left...); err != nil {
		return err
	}
	*to = next
	return next.seatAgain(tx, &a)
}
