package group

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// summaryLength is how much of the purpose a card carries, in characters.
const summaryLength = 160

// Check tells what is wrong with a group as written.
func (g *Group) Check() error {
	var bad store.Errors
	bad.Add(checkName(g.Name))
	if strings.TrimSpace(g.Purpose) == "" {
		bad.Add(store.E(store.Invalid, "err.group.purpose_empty").At("purpose"))
	}
	bad.Add(listing.CheckText("purpose", g.Purpose, MaxPurpose))
	for _, c := range []struct {
		field string
		known bool
	}{
		{"theme", slices.Contains(Themes, g.Theme)},
		{"reading", slices.Contains(Readings, g.Reading)},
		{"seen", slices.Contains(Sights, g.Seen)},
		{"joining", slices.Contains(Joinings, g.Joining)},
		{"pause", slices.Contains(Pauses, g.Pause)},
	} {
		if !c.known {
			bad.Add(store.E(store.Invalid, "err.group.choose").At(c.field))
		}
	}
	return bad.OrNil()
}

func checkName(name string) *store.Error {
	if strings.TrimSpace(name) == "" {
		return store.E(store.Invalid, "err.group.name_empty").At("name")
	}
	return listing.CheckText("name", name, MaxName)
}

// Begin adds a group on behalf of the acting resident, who keeps it, and gives
// it an id unless it brings one; element is the organisation that carries it,
// empty for none.
func Begin(tx *store.Tx, g *Group, element string) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	g.Name, g.Purpose = tidy(g.Name), strings.TrimSpace(g.Purpose)
	if err := g.Check(); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlBegunSince, tx.Actor.ID, tx.Now.Add(-24*time.Hour).Unix())
	if err != nil {
		return err
	}
	if n >= PerDay {
		return store.E(store.Busy, "err.group.many", "n", PerDay)
	}
	if g.ID == "" {
		g.ID = tx.NewID()
	}
	g.AuthorID, g.ActiveAt, g.CreatedAt, g.UpdatedAt = tx.Actor.ID, tx.Now, tx.Now, tx.Now
	g.ClosedAt, g.OrphanAt = time.Time{}, time.Time{}
	if _, err := tx.Exec(sqlInsert, g.columns()...); err != nil {
		return err
	}
	if err := carry(tx, g, element); err != nil {
		return err
	}
	if err := enter(tx, g.ID, tx.Actor.ID, Keeper, "", ""); err != nil {
		return err
	}
	if err := record(tx, g.ID, "begin", ""); err != nil {
		return err
	}
	return g.put(tx)
}

// carry puts a group in the name of an organisation the actor administers, or
// of none. One that carries it already stays, whoever changes the group.
func carry(tx *store.Tx, g *Group, element string) error {
	e, ok, err := g.CarriedBy(tx)
	if err != nil || ok && e.ID == element {
		return err
	}
	if element != "" {
		if err := directory.NeedAdmin(tx, element); err != nil {
			return err
		}
	}
	return directory.Stand(tx, element, g.Ref(), g.Name)
}

// Edit changes a group on behalf of a keeper: its words, and its switches when
// they differ (FO-4). Its members are told of changed switches.
func Edit(tx *store.Tx, g *Group, element string) error {
	was, err := Kept(tx, g.ID)
	if err != nil {
		return err
	}
	g.Name, g.Purpose = tidy(g.Name), strings.TrimSpace(g.Purpose)
	if err := g.Check(); err != nil {
		return err
	}
	g.AuthorID, g.ActiveAt, g.CreatedAt, g.UpdatedAt = was.AuthorID, was.ActiveAt, was.CreatedAt, tx.Now
	g.ClosedAt, g.OrphanAt = was.ClosedAt, was.OrphanAt
	if _, err := tx.Exec(sqlUpdate, g.columns()...); err != nil {
		return err
	}
	if err := carry(tx, g, element); err != nil {
		return err
	}
	if g.Switched(&was) {
		if err := record(tx, g.ID, "switches", ""); err != nil {
			return err
		}
		if err := tellMembers(tx, g.ID, "notify.group_switched"); err != nil {
			return err
		}
	}
	return g.put(tx)
}

// Switched tells whether one of the three switches differs.
func (g *Group) Switched(was *Group) bool {
	return g.Reading != was.Reading || g.Seen != was.Seen || g.Joining != was.Joining
}

// Warnings are the keys of what people have to know before the switches of was
// become those of g; empty when it frightens nobody.
func (g *Group) Warnings(was *Group) []string {
	var keys []string
	wider := func(all []Circle, a, b Circle) bool { return slices.Index(all, a) < slices.Index(all, b) }
	switch {
	case wider(Readings, g.Reading, was.Reading):
		keys = append(keys, "group.warn.read_more")
	case wider(Readings, was.Reading, g.Reading):
		keys = append(keys, "group.warn.read_less")
	}
	if wider(Sights, g.Seen, was.Seen) {
		keys = append(keys, "group.warn.seen_more")
	}
	if g.Secret() && !was.Secret() {
		keys = append(keys, "group.warn.secret")
	}
	return keys
}

// Close ends what is written in a group; it stays to be read. Open is its
// opposite.
func Close(tx *store.Tx, id string) error {
	return mark(tx, id, "close", "notify.group_closed", func(g *Group) bool {
		open := !g.Closed()
		g.ClosedAt = tx.Now
		return open
	})
}

// Open lets people write in a closed group again.
func Open(tx *store.Tx, id string) error {
	return mark(tx, id, "open", "notify.group_opened", func(g *Group) bool {
		closed := g.Closed()
		g.ClosedAt = time.Time{}
		return closed
	})
}

// mark changes a group on behalf of a keeper, unless nothing changes, and tells
// its members.
func mark(tx *store.Tx, id, act, key string, change func(*Group) bool) error {
	g, err := Kept(tx, id)
	if err != nil || !change(&g) {
		return err
	}
	g.UpdatedAt = tx.Now
	if _, err := tx.Exec(sqlUpdate, g.columns()...); err != nil {
		return err
	}
	if err := record(tx, id, act, ""); err != nil {
		return err
	}
	if err := tellMembers(tx, id, key); err != nil {
		return err
	}
	return g.put(tx)
}

// RemoveAfter is how long a closed group stays before it can be taken away: its
// members have time to copy what they want to keep.
const RemoveAfter = 30 * 24 * time.Hour

// Removable tells whether a keeper may take the group away: it has been closed
// for long enough, or nobody else belongs to it and nothing stands in it.
func (g *Group) Removable(tx *store.Tx) (bool, error) {
	if g.Closed() && tx.ClockQuality().Sure() && !tx.Now.Before(g.ClosedAt.Add(RemoveAfter)) {
		return true, nil
	}
	n, err := store.One(tx, store.Scan[int], sqlCount, g.ID)
	if err != nil || n > 1 {
		return false, err
	}
	things, err := listing.Count(tx, listing.Query{Group: g.ID})
	return things == 0, err
}

// Remove takes a group away for good. What other modules keep in it they take
// away first: forget does.
func Remove(tx *store.Tx, id string, forget func(*store.Tx, string) error) error {
	g, err := Kept(tx, id)
	if err != nil {
		return err
	}
	if ok, err := g.Removable(tx); err != nil {
		return err
	} else if !ok {
		return store.E(store.Conflict, "err.group.not_removable", "days", int(RemoveAfter.Hours()/24))
	}
	if forget != nil {
		if err := forget(tx, id); err != nil {
			return err
		}
	}
	return g.drop(tx, listing.Withdraw)
}

// Discard takes a group away with all that stands in it, once moderators of the
// box have decided so (store.Tx.Entrust), and tells its members. forget is as
// for Remove.
func Discard(tx *store.Tx, id string, forget func(*store.Tx, string) error) error {
	g, err := read(tx, id)
	if err != nil {
		return err
	}
	if !tx.VouchedFor(g.Ref()) {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if err := tellMembers(tx, id, "notify.group_discarded"); err != nil {
		return err
	}
	if err := forget(tx, id); err != nil {
		return err
	}
	return g.drop(tx, listing.Withdraw)
}

// drop deletes a group and its card.
func (g *Group) drop(tx *store.Tx, forget func(*store.Tx, store.Ref) error) error {
	if err := directory.Unlink(tx, g.Ref()); err != nil {
		return err
	}
	if err := listing.Disband(tx, g.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDelete, g.ID); err != nil {
		return err
	}
	return forget(tx, g.Ref())
}

// put writes the card, and tells listing how widely the group is read. A secret
// group has no card. That of a closed one says no more than its name, and is in
// no list.
func (g *Group) put(tx *store.Tx) error {
	if err := listing.Regroup(tx, g.ID, g.Audience()); err != nil {
		return err
	}
	if g.Secret() {
		return listing.Withdraw(tx, g.Ref())
	}
	c := listing.Card{Ref: g.Ref(), Kind: listing.KindGroup, Title: g.Name, Audience: g.Audience()}
	if g.Reading == ToMembers {
		c.Audience = listing.Members // whoever may ask to join knows of it
	}
	body := listing.Body{"@type": "Organization", "name": g.Name}
	if g.Closed() {
		c.ExpiresAt = time.Unix(0, 0)
		return listing.Put(tx, c, body)
	}
	c.Summary, c.Tags = listing.Clip(strings.Join(strings.Fields(g.Purpose), " "), summaryLength), []string{ThemeWord(g.Theme)}
	body["description"] = g.Purpose
	return listing.Put(tx, c, body)
}

func (g *Group) columns() []any {
	return []any{
		g.ID, g.Name, listing.Fold(g.Name), g.Purpose, g.Theme, g.Reading, g.Seen, g.Joining, g.Pause, g.AuthorID,
		g.ActiveAt.Unix(), moment(g.ClosedAt), moment(g.OrphanAt), g.CreatedAt.Unix(), g.UpdatedAt.Unix(),
	}
}

// tidy is what a person typed on one line.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// tell tells one account about a group.
func tell(tx *store.Tx, id, account, key string, args ...any) error {
	return notify.Tell(tx, account, RefOf(id), key, args...)
}

// tellMembers tells all who belong to a group.
func tellMembers(tx *store.Tx, id, key string) error { return tellAll(tx, id, key, sqlMemberIDs) }

// tellKeepers tells all who keep it.
func tellKeepers(tx *store.Tx, id, key string) error { return tellAll(tx, id, key, sqlKeepers) }

func tellAll(tx *store.Tx, id, key, query string) error {
	accounts, err := store.All(tx, store.Scan[string], query, id)
	for _, account := range accounts {
		if err := tell(tx, id, account, key); err != nil {
			return err
		}
	}
	return err
}
