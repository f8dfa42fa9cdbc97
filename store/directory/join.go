package directory

import (
	"copi.local/store"
	"copi.local/store/notify"
)

// Ask lets the acting resident ask to join an element, with a few words.
func Ask(tx *store.Tx, id, note string) error {
	e, err := joinable(tx, id)
	if err != nil {
		return err
	}
	if err := checkWords("note", note, MaxNote); err != nil {
		return err
	}
	switch m, ok, err := memberOf(tx, id, tx.Actor.ID); {
	case err != nil:
		return err
	case ok && m.Asked:
		return store.E(store.Conflict, "err.member.asked")
	case ok:
		return store.E(store.Conflict, "err.member.already")
	}
	c, err := circleOf(tx, &e)
	if err != nil {
		return err
	}
	if !c.Joining {
		return store.E(store.Conflict, "err.member.closed")
	}
	admins, err := store.One(tx, store.Scan[int], sqlAdminCount, id)
	if err != nil {
		return err
	}
	if admins == 0 {
		return store.E(store.Conflict, "err.member.nobody")
	}
	if _, err := tx.Exec(sqlAsk, id, tx.Actor.ID, note, tx.Now.Unix()); err != nil {
		return err
	}
	return tellAdmins(tx, id, "notify.member_asks")
}

// joinable is an element people can belong to, for an acting resident.
func joinable(tx *store.Tx, id string) (Element, error) {
	e, err := Get(tx, id)
	if err != nil {
		return e, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return e, err
	}
	if e.Kind == Person {
		return e, store.E(store.NotFound, "err.not_found")
	}
	return e, nil
}

// Leave ends the acting person's membership, or takes their request back. The
// last administrator has to be sure: the element is nobody's afterwards, its
// content untouched, until a member takes it over (DI-8).
func Leave(tx *store.Tx, id string, sure bool) error {
	m, ok, err := memberOf(tx, id, tx.Actor.ID)
	if err != nil {
		return err
	}
	if !ok {
		return store.E(store.Conflict, "err.member.not")
	}
	if m.Admin && !sure {
		if last, err := isLast(tx, id); err != nil {
			return err
		} else if last {
			return store.E(store.Conflict, "err.member.last")
		}
	}
	if _, err := tx.Exec(sqlDropMember, id, tx.Actor.ID); err != nil || m.Asked {
		return err
	}
	if m.Admin {
		if err := tellOrphan(tx, id); err != nil {
			return err
		}
	}
	return record(tx, id, "leave", tx.Actor.ID)
}

// isLast tells whether the element has one administrator and no more.
func isLast(tx *store.Tx, id string) (bool, error) {
	n, err := store.One(tx, store.Scan[int], sqlAdminCount, id)
	return n == 1, err
}

// Appear says to whom the acting member's name is shown.
func Appear(tx *store.Tx, id string, to Seen) error {
	if to > ToEverybody {
		return store.E(store.Invalid, "err.member.seen").At("shown")
	}
	done, err := tx.Exec(sqlAppear, to, id, tx.Actor.ID)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.member.not").Because(err)
	}
	return nil
}

// administer fails unless the element is there, and one of its administrators
// acts.
func administer(tx *store.Tx, id string) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if _, err := Get(tx, id); err != nil {
		return err
	}
	return NeedAdmin(tx, id)
}

// tell records what the actor did about a member, and tells the member.
func tell(tx *store.Tx, id, act, account, key string) error {
	if err := record(tx, id, act, account); err != nil {
		return err
	}
	return notify.Tell(tx, account, store.Ref{Module: Module, ID: id}, key)
}

// tellAdmins tells all who answer for an element.
func tellAdmins(tx *store.Tx, id, key string) error { return tellAll(tx, id, key, sqlAdmins) }

// tellOrphan tells its members that nobody answers for an element any more, if
// so (DI-8).
func tellOrphan(tx *store.Tx, id string) error {
	n, err := store.One(tx, store.Scan[int], sqlAdminCount, id)
	if err != nil || n > 0 {
		return err
	}
	return tellAll(tx, id, "notify.member_orphan", sqlMemberIDs)
}

func tellAll(tx *store.Tx, id, key, query string) error {
	accounts, err := store.All(tx, store.Scan[string], query, id)
	for _, account := range accounts {
		if err := notify.Tell(tx, account, store.Ref{Module: Module, ID: id}, key); err != nil {
			return err
		}
	}
	return err
}

// NeedAdmin fails with kind Forbidden unless the actor administers an element.
func NeedAdmin(tx *store.Tx, id string) error {
	ok, err := IsAdmin(tx, id, tx.Actor.ID)
	if err == nil && !ok {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return err
}

// other is the row of a member an administrator acts on.
func other(tx *store.Tx, id, account string) (Member, error) {
	if err := administer(tx, id); err != nil {
		return Member{}, err
	}
	m, ok, err := memberOf(tx, id, account)
	if err == nil && !ok {
		err = store.E(store.Conflict, "err.member.gone")
	}
	return m, err
}

// Admit takes somebody in who asked.
func Admit(tx *store.Tx, id, account string) error {
	m, err := other(tx, id, account)
	if err != nil || !m.Asked {
		return err // taken in already
	}
	if _, err := tx.Exec(sqlAdmit, tx.Now.Unix(), id, account); err != nil {
		return err
	}
	return tell(tx, id, "admit", account, "notify.member_admitted")
}

// Refuse answers somebody who asked with no.
func Refuse(tx *store.Tx, id, account string) error {
	m, err := other(tx, id, account)
	if err != nil {
		return err
	}
	if !m.Asked {
		return store.E(store.Conflict, "err.member.admitted")
	}
	if _, err := tx.Exec(sqlDropMember, id, account); err != nil {
		return err
	}
	return tell(tx, id, "refuse", account, "notify.member_refused")
}

// Dismiss ends another's membership. Invitations they gave out are void.
func Dismiss(tx *store.Tx, id, account string) error {
	m, err := other(tx, id, account)
	if err != nil {
		return err
	}
	if account == tx.Actor.ID {
		return store.E(store.Conflict, "err.member.self")
	}
	if m.Asked {
		return Refuse(tx, id, account)
	}
	if _, err := tx.Exec(sqlDropMember, id, account); err != nil {
		return err
	}
	if err := revokeFrom(tx, id, account); err != nil {
		return err
	}
	return tell(tx, id, "dismiss", account, "notify.member_dismissed")
}

// Relabel changes the words beside a member's name. They give no permission.
func Relabel(tx *store.Tx, id, account, label string) error {
	label = tidy(label)
	if err := checkWords("label", label, MaxLabel); err != nil {
		return err
	}
	m, err := other(tx, id, account)
	if err != nil || m.Label == label {
		return err
	}
	if _, err := tx.Exec(sqlRelabel, label, id, account); err != nil {
		return err
	}
	return record(tx, id, "label", account)
}

// Promote makes a member an administrator.
func Promote(tx *store.Tx, id, account string) error {
	m, err := other(tx, id, account)
	if err != nil || m.Admin {
		return err
	}
	if m.Asked {
		return store.E(store.Conflict, "err.member.admit_first")
	}
	if _, err := tx.Exec(sqlSetAdmin, true, id, account); err != nil {
		return err
	}
	return tell(tx, id, "promote", account, "notify.member_promoted")
}

// Demote makes an administrator a member like the others; the last one cannot
// be. Invitations they gave out are void.
func Demote(tx *store.Tx, id, account string) error {
	m, err := other(tx, id, account)
	if err != nil || !m.Admin {
		return err
	}
	if last, err := isLast(tx, id); err != nil {
		return err
	} else if last {
		return store.E(store.Conflict, "err.member.last_demoted")
	}
	if _, err := tx.Exec(sqlSetAdmin, false, id, account); err != nil {
		return err
	}
	if err := revokeFrom(tx, id, account); err != nil {
		return err
	}
	return tell(tx, id, "demote", account, "notify.member_demoted")
}

// SetCircle says how the element takes people in and what is told of them.
func SetCircle(tx *store.Tx, id string, c Circle) error {
	if err := administer(tx, id); err != nil {
		return err
	}
	if c.Seen > ToEverybody {
		return store.E(store.Invalid, "err.member.seen").At("seen")
	}
	if _, err := tx.Exec(sqlSetCircle, id, c.Joining, c.Seen); err != nil {
		return err
	}
	return record(tx, id, "circle", "")
}

// appoint makes an account an administrator of an element. Who waited to claim
// it is passed on to them, as somebody who asks to join.
func appoint(tx *store.Tx, element, account string) error {
	if _, err := tx.Exec(sqlAppoint, element, account, tx.Now.Unix()); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlClaimed, element); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlPassClaimants, account, element); err != nil {
		return err
	}
	waiting, err := store.All(tx, scanClaim, sqlClaimsOn, element)
	if err != nil {
		return err
	}
	for _, c := range waiting {
		if c.Account == account {
			continue
		}
		if err := notify.Tell(tx, c.Account, store.Ref{Module: Module, ID: element}, "notify.claim_passed"); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlPassClaims, account, tx.Now.Unix(), element)
	return err
}
