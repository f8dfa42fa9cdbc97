package listing

import (
	"slices"
	"strings"

	"copi.local/store"
)

// Things of groups. A card may belong to a group (Card.Group). Its author
// chooses an audience; the group's own reading bounds it, so that nothing of a
// closed group goes further than the group. What is for the members alone has
// the audience Group: it is in no list, count, feed, map or search, and is found
// only by a Query that asks for groups, by who reads them. Package group says who
// belongs to what, with Admit and Expel, and how widely a group is read, with
// Regroup; it is told to nobody else.

// widths order the audiences from the narrowest to the widest.
var widths = [...]int{Members: 1, Public: 3, Here: 2, Group: 0}

// Wider tells whether more people see b than a.
func (a Audience) Wider(b Audience) bool { return widths[b] > widths[a] }

// Admit lets an account read what is for a group's members alone. Again changes
// nothing.
func Admit(tx *store.Tx, group, account string) error {
	_, err := tx.Exec(sqlAdmit, account, group)
	return err
}

// Expel ends that.
func Expel(tx *store.Tx, group, account string) error {
	_, err := tx.Exec(sqlExpel, account, group)
	return err
}

// Reads tells whether an account reads what is for a group's members alone.
func Reads(tx *store.Tx, group, account string) (bool, error) {
	if group == "" || account == "" {
		return false, nil
	}
	return store.One(tx, store.Scan[bool], sqlReads, account, group)
}

// GroupsOf lists the ids of the groups whose things an account reads.
func GroupsOf(tx *store.Tx, account string) ([]string, error) {
	if account == "" {
		return nil, nil
	}
	return store.All(tx, store.Scan[string], sqlGroupsOf, account)
}

// Reading is how widely a group is read: Group, its members alone, until
// Regroup says otherwise.
func Reading(tx *store.Tx, group string) (Audience, error) {
	a, err := store.One(tx, store.Scan[Audience], sqlReading, group)
	if store.KindOf(err) == store.NotFound {
		return Group, nil
	}
	return a, err
}

// Effective is who sees a thing of a group whose author chose an audience: at
// most those who read the group. Without a group it is what was chosen.
func Effective(tx *store.Tx, chosen Audience, group string) (Audience, error) {
	if group == "" {
		return chosen, nil
	}
	reading, err := Reading(tx, group)
	if err != nil || chosen.Wider(reading) {
		return chosen, err
	}
	return reading, nil
}

// MaySee tells whether the actor is of the audience of a thing, whose author
// chose it within a group or none.
func MaySee(tx *store.Tx, chosen Audience, group string) (bool, error) {
	a, err := Effective(tx, chosen, group)
	switch {
	case err != nil:
		return false, err
	case a == Group:
		return Reads(tx, group, tx.Actor.ID)
	case a == Members:
		return tx.Actor.Can(store.Resident), nil
	}
	return true, nil
}

// CheckGroup tells whether the actor may give a thing to a group: they belong to
// it, or the thing was in it before. For the members of no group it can be for
// nobody.
func CheckGroup(tx *store.Tx, chosen Audience, group, before string) error {
	bad := store.E(store.Invalid, "err.listing.group").At("audience")
	switch {
	case group == "" && chosen == Group:
		return bad
	case group == "", group == before:
		return nil
	}
	reads, err := Reads(tx, group, tx.Actor.ID)
	if err == nil && !reads {
		err = bad
	}
	return err
}

// Columns are what was chosen as a module stores it: the audience, as it was
// before there were groups, the id of the group or NULL, and whether the thing
// is for its members alone.
func (a Audience) Columns(group string) (audience int, id any, inside bool) {
	if inside = a == Group; inside {
		a = Members
	}
	return int(a), null(group), inside
}

// confine makes the audience of a card what its group allows. A topic has none
// of its own: it is read as its group is.
func (c *Card) confine(tx *store.Tx) (err error) {
	if c.chosen = c.Audience; c.Group == "" {
		return nil
	}
	if c.Kind == KindTopic {
		c.chosen = Public
	}
	c.Audience, err = Effective(tx, c.chosen, c.Group)
	return err
}

// Regroup says how widely a group is read from now on; package group calls it
// when a group is made and at every change. In the same transaction its cards
// are seen by no more than that: they leave lists, feeds, search and the
// neighbours' boxes, or come back as far as their authors chose (FO-4).
func Regroup(tx *store.Tx, group string, reading Audience) error {
	if group == "" || reading > Group {
		return store.E(store.Invalid, "err.listing.group").At("audience")
	}
	if _, err := tx.Exec(sqlSetReading, group, reading); err != nil {
		return err
	}
	cards, err := store.All(tx, scanCard, sqlOfGroup, group)
	if err != nil {
		return err
	}
	w := newWriter(tx)
	for i := range cards {
		if err := w.again(&cards[i]); err != nil {
			return err
		}
	}
	return w.flush()
}

// Disband forgets who belongs to a group, and how widely it is read. Cards that
// are left of it are seen by nobody: their modules withdraw them.
func Disband(tx *store.Tx, group string) error {
	if err := Regroup(tx, group, Group); err != nil {
		return err
	}
	for _, statement := range []string{sqlDisband, sqlUnread} {
		if _, err := tx.Exec(statement, group); err != nil {
			return err
		}
	}
	return nil
}

// again stores a card of a group as its group lets it be seen now. To who sees
// it nothing changed: its dates stay.
func (w *writer) again(c *Card) error {
	before := c.Audience
	var err error
	if c.Audience, err = Effective(w.tx, c.chosen, c.Group); err != nil || c.Audience == before {
		return err
	}
	was, err := stateOf(w.tx, 0, c.Ref.ID)
	if err != nil {
		return err
	}
	if err := c.publish(w.tx, &was); err != nil {
		return err
	}
	body, err := bodyOf(w.tx, c.row)
	if err != nil {
		return err
	}
	c.Version = was.version + 1
	_, err = w.write(c, 0, was, words(body))
	return err
}

// insideOnly fails with kind NotFound unless the actor may see a card that is
// for a group's members: they belong, another module vouched for them, or they
// are a moderator and have to judge it, or somebody hid it: for both somebody
// has to answer.
func insideOnly(tx *store.Tx, c *Card) error {
	if tx.VouchedFor(c.Ref) || (c.Hidden || c.examined) && tx.Actor.Can(store.Moderator) {
		return nil
	}
	reads, err := Reads(tx, c.Group, tx.Actor.ID)
	if err == nil && !reads {
		err = store.E(store.NotFound, "err.not_found")
	}
	return err
}

// Examine lets moderators read a thing of whatever group while they have to
// judge it, because somebody reported it or appeals; package moderation says so,
// and when they have decided. The members are told nothing of it.
func Examine(tx *store.Tx, ref store.Ref, now bool) error {
	_, err := tx.Exec(sqlExamine, now, ref.ID, ref.Module)
	return err
}

// admit reads which groups' own things the actor gets to see of those asked for.
func (s *search) admit(tx *store.Tx) error {
	switch {
	case s.InGroups:
		var err error
		s.inside, err = GroupsOf(tx, tx.Actor.ID)
		if s.Group != "" {
			s.inside = slices.DeleteFunc(s.inside, func(id string) bool { return id != s.Group })
		}
		s.nothing = len(s.inside) == 0
		return err
	case s.Group != "":
		reads, err := Reads(tx, s.Group, tx.Actor.ID)
		if reads {
			s.inside = []string{s.Group}
		}
		return err
	}
	return nil
}

// seen adds the condition of who may see what.
func (q *Query) seen(w *where, tx *store.Tx) {
	switch {
	case q.InGroups && len(q.inside) == 0:
		w.add("0")
	case q.InGroups:
		w.in("c.group_id IN (?) AND c.inside = 1", q.inside)
	case len(q.inside) > 0:
		w.add("c.group_id = ? AND (c.seen_by <= ? OR c.inside = 1)", q.Group, role(tx))
	case q.Group != "":
		w.add("c.group_id = ? AND c.seen_by <= ?", q.Group, role(tx))
	default:
		w.add("c.seen_by <= ?", role(tx))
	}
}

// marksOfGroups restricts an expression to the groups asked for; inside tells
// that the actor reads them, and nothing else bounds what they find.
func (s *search) marksOfGroups(m string) (_ string, inside bool) {
	groups := s.inside
	if len(groups) == 0 && s.Group != "" {
		groups = []string{s.Group}
	}
	if len(groups) == 0 {
		return m, false
	}
	either := make([]string, len(groups))
	for i, id := range groups {
		either[i] = `marks : "` + groupMark(id) + `"`
	}
	return "(" + m + ") AND (" + strings.Join(either, " OR ") + ")", len(s.inside) > 0
}
