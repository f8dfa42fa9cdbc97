package group

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// OfferedAfter is how long the members alone are asked to keep a group nobody
// keeps; then an operator may, too.
const OfferedAfter = 14 * 24 * time.Hour

// actsKept is how long it stays known what was done in a group.
const actsKept = 365 * 24 * time.Hour

// other is the row of a member a keeper acts on.
func other(tx *store.Tx, id, account string) (Member, error) {
	if _, err := Kept(tx, id); err != nil {
		return Member{}, err
	}
	m, in, err := memberOf(tx, id, account)
	if err == nil && (!in || m.Waiting) {
		err = store.E(store.Conflict, "err.group.gone")
	}
	return m, err
}

// SetRole gives a member a role, on behalf of a keeper. The last keeper stays
// one.
func SetRole(tx *store.Tx, id, account string, role Role) error {
	if role < Plain || role > Keeper {
		return store.E(store.Invalid, "err.group.choose").At("role")
	}
	m, err := other(tx, id, account)
	if err != nil || m.Role == role {
		return err
	}
	if m.Role == Keeper {
		if n, err := store.One(tx, store.Scan[int], sqlKeeperCount, id); err != nil {
			return err
		} else if n == 1 {
			return store.E(store.Conflict, "err.group.last_keeper").At("role")
		}
	}
	if _, err := tx.Exec(sqlSetRole, role, id, account); err != nil {
		return err
	}
	act := [...]string{Plain: "plain", Moderator: "moderator", Keeper: "keeper"}[role]
	if err := record(tx, id, act, account); err != nil {
		return err
	}
	return tell(tx, id, account, "notify.group_"+act)
}

// Label writes what a member does in the group, on behalf of a keeper or of the
// member; it gives no right.
func Label(tx *store.Tx, id, account, label string) error {
	label = tidy(label)
	if bad := listing.CheckText("label", label, MaxLabel); bad != nil {
		return bad
	}
	if account != tx.Actor.ID {
		if _, err := other(tx, id, account); err != nil {
			return err
		}
	} else if _, in, err := memberOf(tx, id, account); err != nil || !in {
		return notFound(err)
	}
	_, err := tx.Exec(sqlRelabel, label, id, account)
	return err
}

// Ban is somebody who may not come back.
type Ban struct {
	Account string
	Name    string
	Reason  string
	Keeper  string // name of who decided; empty: has left
	At      time.Time
}

// Exclude puts a member out for good, on behalf of a keeper; the reason is told
// to them. The last keeper cannot be put out, nor anybody by themselves.
func Exclude(tx *store.Tx, id, account, reason string) error {
	m, err := other(tx, id, account)
	if err != nil {
		return err
	}
	reason = tidy(reason)
	switch bad := listing.CheckText("reason", reason, MaxReason); {
	case bad != nil:
		return bad
	case reason == "":
		return store.E(store.Invalid, "err.group.reason_empty").At("reason")
	case account == tx.Actor.ID:
		return store.E(store.Conflict, "err.group.self")
	case m.Role == Keeper:
		return store.E(store.Conflict, "err.group.keeper")
	}
	if _, err := tx.Exec(sqlBan, id, account, reason, tx.Actor.ID, tx.Now.Unix()); err != nil {
		return err
	}
	if err := record(tx, id, "exclude", account); err != nil {
		return err
	}
	if err := quit(tx, id, account); err != nil {
		return err
	}
	return tell(tx, id, account, "notify.group_excluded", "reason", reason)
}

// Forgive lets somebody who was put out come back, on behalf of a keeper.
func Forgive(tx *store.Tx, id, account string) error {
	if _, err := Kept(tx, id); err != nil {
		return err
	}
	done, err := tx.Exec(sqlUnban, id, account)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := record(tx, id, "forgive", account); err != nil {
		return err
	}
	return tell(tx, id, account, "notify.group_forgiven")
}

// Banned tells whether an account was put out of a group.
func Banned(tx *store.Tx, id, account string) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlBanned, id, account)
}

// Bans lists who was put out, for the keepers.
func Bans(tx *store.Tx, id string) ([]Ban, error) {
	if _, err := Kept(tx, id); err != nil {
		return nil, err
	}
	list, err := store.All(tx, func(r store.Row) (b Ban, err error) {
		var at int64
		err = r.Scan(&b.Account, &b.Reason, &b.Keeper, &at)
		b.At = instant(&at)
		return b, err
	}, sqlBans, id)
	for i := range list {
		if list[i].Name, err = account.ShownName(tx, list[i].Account); err != nil {
			return nil, err
		}
		if list[i].Keeper, err = account.ShownName(tx, list[i].Keeper); err != nil {
			return nil, err
		}
	}
	return list, err
}

// orphaned notes that nobody keeps a group any more, if so, and asks its members
// whether one of them will. A group nobody belongs to is closed.
func orphaned(tx *store.Tx, id string) error {
	g, err := read(tx, id)
	if err != nil {
		return err
	}
	keepers, err := store.One(tx, store.Scan[int], sqlKeeperCount, id)
	if err != nil || keepers > 0 || !g.OrphanAt.IsZero() {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlCount, id)
	if err != nil {
		return err
	}
	g.OrphanAt, g.UpdatedAt = tx.Now, tx.Now
	if n == 0 && !g.Closed() {
		g.ClosedAt = tx.Now
	}
	if _, err := tx.Exec(sqlUpdate, g.columns()...); err != nil {
		return err
	}
	if err := tellMembers(tx, id, "notify.group_orphan"); err != nil {
		return err
	}
	return g.put(tx)
}

// MayTake tells whether the actor may keep a group nobody keeps: a member, who
// answers for the organisation that carries it, and after OfferedAfter an
// operator, unless the group is secret.
func (g *Group) MayTake(tx *store.Tx) (bool, error) {
	if g.OrphanAt.IsZero() || !tx.Actor.Can(store.Resident) {
		return false, nil
	}
	role, err := RoleOf(tx, g.ID)
	if err != nil || role != None {
		return err == nil, err
	}
	if banned, err := Banned(tx, g.ID, tx.Actor.ID); err != nil || banned || g.Secret() {
		return false, err
	}
	if err := directory.Vouch(tx, g.Ref()); err != nil || tx.VouchedFor(g.Ref()) {
		return err == nil, err
	}
	return tx.Actor.Can(store.Operator) && tx.ClockQuality().Sure() && !tx.Now.Before(g.OrphanAt.Add(OfferedAfter)), nil
}

// Take makes the actor the keeper of a group nobody keeps, and opens it again
// when it was closed because nobody belonged to it.
func Take(tx *store.Tx, id string) error {
	g, err := Get(tx, id)
	if err != nil {
		return err
	}
	if ok, err := g.MayTake(tx); err != nil {
		return err
	} else if !ok {
		return store.E(store.Conflict, "err.group.not_orphan")
	}
	empty := g.ClosedAt.Equal(g.OrphanAt) // orphaned closed it
	if err := enter(tx, id, tx.Actor.ID, Keeper, "", ""); err != nil {
		return err
	}
	if g.OrphanAt = (time.Time{}); empty {
		g.ClosedAt, g.UpdatedAt = time.Time{}, tx.Now
		if _, err := tx.Exec(sqlUpdate, g.columns()...); err != nil {
			return err
		}
		if err := g.put(tx); err != nil {
			return err
		}
	}
	if err := record(tx, id, "take", ""); err != nil {
		return err
	}
	return tellMembers(tx, id, "notify.group_taken")
}

// Orphans lists the groups nobody has kept for OfferedAfter, secret ones left
// out, for operators.
func Orphans(tx *store.Tx) ([]Group, error) {
	if err := tx.Actor.Need(store.Operator); err != nil || !tx.ClockQuality().Sure() {
		return nil, err
	}
	return store.All(tx, scanGroup, sqlOrphans, tx.Now.Add(-OfferedAfter).Unix())
}

// Act is something done in a group; its sentence is "group.act." and its name.
type Act struct {
	N     int64
	Act   string
	By    string // name of who acted; empty: has left
	About string // name of whom it was about; empty: nobody, or has left
	At    time.Time
}

// Acts lists what was done in a group before line n, the latest first, for its
// keepers and moderators; n 0 is from the last.
func Acts(tx *store.Tx, id string, n int64, limit int) ([]Act, error) {
	role, err := RoleOf(tx, id)
	if err != nil {
		return nil, err
	}
	if role < Moderator {
		return nil, store.E(store.Forbidden, "err.forbidden")
	}
	if n <= 0 {
		n = 1 << 62
	}
	list, err := store.All(tx, scanAct, sqlActs, id, n, limit)
	for i := range list {
		for _, name := range []*string{&list[i].By, &list[i].About} {
			if *name, err = account.ShownName(tx, *name); err != nil {
				return nil, err
			}
		}
	}
	return list, err
}

// scanAct reads an act with account ids in the place of names.
func scanAct(r store.Row) (a Act, err error) {
	var at int64
	err = r.Scan(&a.N, &a.Act, &a.By, &a.About, &at)
	a.At = instant(&at)
	return a, err
}

// record notes what the actor did; about may be empty.
func record(tx *store.Tx, id, act, about string) error {
	if about == tx.Actor.ID {
		about = ""
	}
	_, err := tx.Exec(sqlRecord, id, tx.Actor.ID, about, act, tx.Now.Unix())
	return err
}
