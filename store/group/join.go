package group

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// enter makes an account a member with a role, whether it waited or not.
func enter(tx *store.Tx, id, account string, role Role, label, invitedBy string) error {
	if _, err := tx.Exec(sqlEnter, id, account, role, label, invitedBy, tx.Now.Unix()); err != nil {
		return err
	}
	if role == Keeper {
		if _, err := tx.Exec(sqlAdopt, id); err != nil {
			return err
		}
	}
	return listing.Admit(tx, id, account)
}

// Join makes the acting resident a member at once where joining is free, and
// asks the keepers where they answer; note is what they read then.
func Join(tx *store.Tx, id, note string) error {
	g, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if err := g.welcomes(tx, tx.Actor.ID); err != nil {
		return err
	}
	switch g.Joining {
	case Free:
		if err := enter(tx, id, tx.Actor.ID, Plain, "", ""); err != nil {
			return err
		}
		return record(tx, id, "join", "")
	case Asked:
		return g.ask(tx, note)
	default:
		return store.E(store.Conflict, "err.group.by_invitation")
	}
}

func (g *Group) ask(tx *store.Tx, note string) error {
	if bad := listing.CheckText("note", note, MaxNote); bad != nil {
		return bad
	}
	if !g.OrphanAt.IsZero() {
		return store.E(store.Conflict, "err.group.nobody")
	}
	if _, err := tx.Exec(sqlAsk, g.ID, tx.Actor.ID, note, tx.Now.Unix()); err != nil {
		return err
	}
	return tellKeepers(tx, g.ID, "notify.group_asks")
}

// welcomes fails unless an account may come into the group: it is open, they are
// not in it yet, and not banned (FO-2).
func (g *Group) welcomes(tx *store.Tx, account string) error {
	banned, err := Banned(tx, g.ID, account)
	if err != nil {
		return err
	}
	m, in, err := memberOf(tx, g.ID, account)
	switch {
	case err != nil:
		return err
	case banned:
		return store.E(store.Forbidden, "err.group.banned")
	case g.Closed():
		return store.E(store.Conflict, "err.group.closed")
	case in && m.Waiting:
		return store.E(store.Conflict, "err.group.waiting")
	case in:
		return store.E(store.Conflict, "err.group.already")
	}
	return nil
}

// Answer takes in who asked to join, or says no with a few kind words that only
// they read; on behalf of a keeper.
func Answer(tx *store.Tx, id, account string, yes bool, word string) error {
	g, err := Kept(tx, id)
	if err != nil {
		return err
	}
	if bad := listing.CheckText("word", word, MaxReason); bad != nil {
		return bad
	}
	m, in, err := memberOf(tx, id, account)
	if err != nil {
		return err
	}
	if !in || !m.Waiting {
		return store.E(store.Conflict, "err.group.not_waiting")
	}
	if yes {
		if g.Closed() {
			return store.E(store.Conflict, "err.group.closed")
		}
		if err := enter(tx, id, account, Plain, "", ""); err != nil {
			return err
		}
		if err := record(tx, id, "admit", account); err != nil {
			return err
		}
		return tell(tx, id, account, "notify.group_admitted")
	}
	if _, err := tx.Exec(sqlDropMember, id, account); err != nil {
		return err
	}
	if word = tidy(word); word != "" {
		return tell(tx, id, account, "notify.group_refused_word", "word", word)
	}
	return tell(tx, id, account, "notify.group_refused")
}

// Leave ends the acting person's membership, or takes their request back. The
// last keeper of an open group names another first, or closes it.
func Leave(tx *store.Tx, id string) error {
	m, in, err := memberOf(tx, id, tx.Actor.ID)
	if err != nil {
		return err
	}
	if in && m.Waiting { // also of a group that has become secret since
		_, err := tx.Exec(sqlDropMember, id, m.Account)
		return err
	}
	g, err := Get(tx, id)
	if err != nil {
		return err
	}
	if !in {
		return store.E(store.Conflict, "err.group.not_member")
	}
	if m.Role == Keeper && !g.Closed() {
		if n, err := store.One(tx, store.Scan[int], sqlKeeperCount, id); err != nil {
			return err
		} else if n == 1 {
			return store.E(store.Conflict, "err.group.last_keeper")
		}
	}
	if err := record(tx, id, "leave", ""); err != nil {
		return err
	}
	return quit(tx, id, m.Account)
}

// quit takes an account out of a group, with its invitations that wait and its
// seats as a delegate, and looks who keeps the group now.
func quit(tx *store.Tx, id, account string) error {
	if _, err := tx.Exec(sqlDropMember, id, account); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlRevokeFrom, tx.Now.Unix(), id, account); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDropDelegate, id, account); err != nil {
		return err
	}
	if err := listing.Expel(tx, id, account); err != nil {
		return err
	}
	return orphaned(tx, id)
}

// Appear says whether the acting member is named to others who see the members;
// the keepers always know who belongs.
func Appear(tx *store.Tx, id string, silent bool) error {
	done, err := tx.Exec(sqlSilence, silent, id, tx.Actor.ID)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.group.not_member").Because(err)
	}
	return nil
}
