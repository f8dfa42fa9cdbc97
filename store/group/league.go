package group

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// MaxParts is how many groups a group of groups may have.
const MaxParts = 50

// Part is a group in a group of groups.
type Part struct {
	ID        string
	Name      string // empty: a group the reader may not know of
	Agreed    bool   // false: its keepers have not answered
	Kept      bool   // the reader keeps it
	Delegates []Delegate
}

// Delegate speaks for a part.
type Delegate struct{ Account, Name string }

// League is one of the groups of groups a group is in, or is invited to.
type League struct {
	Group  Group
	Agreed bool
}

// AddPart invites a group into a group of groups, on behalf of a keeper of the
// latter. One who keeps both has agreed at once.
func AddPart(tx *store.Tx, league, part string) error {
	if _, err := Kept(tx, league); err != nil {
		return err
	}
	p, err := Get(tx, part)
	if store.KindOf(err) == store.NotFound {
		return store.E(store.Invalid, "err.group.part_unknown").At("part")
	}
	if err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlPartCount, league)
	switch {
	case err != nil:
		return err
	case part == league:
		return store.E(store.Invalid, "err.group.part_self").At("part")
	case p.Closed():
		return store.E(store.Conflict, "err.group.closed").At("part")
	case n >= MaxParts:
		return store.E(store.Conflict, "err.group.parts", "max", MaxParts).At("part")
	}
	role, err := RoleOf(tx, part)
	if err != nil {
		return err
	}
	done, err := tx.Exec(sqlAddPart, league, part, role == Keeper, tx.Now.Unix())
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.group.part_already").At("part").Because(err)
	}
	return tellKeepers(tx, part, "notify.group_part_asked")
}

// Agree says for a group, on behalf of one of its keepers, that it is in a group
// of groups it was invited to.
func Agree(tx *store.Tx, league, part string) error {
	if _, err := Kept(tx, part); err != nil {
		return err
	}
	done, err := tx.Exec(sqlAgree, tx.Now.Unix(), league, part)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.group.part_gone").Because(err)
	}
	return tellKeepers(tx, league, "notify.group_part_agreed")
}

// DropPart takes a group out of a group of groups, or declines the invitation,
// on behalf of a keeper of either. What it answered before stays.
func DropPart(tx *store.Tx, league, part string) error {
	inside, err := RoleOf(tx, part)
	if err != nil {
		return err
	}
	if inside != Keeper {
		if _, err := Kept(tx, league); err != nil {
			return err
		}
	}
	done, err := tx.Exec(sqlDropPart, league, part)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.group.part_gone").Because(err)
	}
	other := league
	if inside != Keeper {
		other = part
	}
	return tellKeepers(tx, other, "notify.group_part_left")
}

// Delegates sets who speaks for a group in a group of groups, on behalf of one
// of its keepers: members of the group, who become members of the group of
// groups. Without any its keepers speak.
func Delegates(tx *store.Tx, league, part string, accounts []string) error {
	if _, err := Kept(tx, part); err != nil {
		return err
	}
	l, err := read(tx, league)
	if err != nil {
		return err
	}
	if in, err := store.One(tx, store.Scan[bool], sqlIsPart, league, part); err != nil {
		return err
	} else if !in {
		return store.E(store.Conflict, "err.group.part_gone")
	}
	if _, err := tx.Exec(sqlNoDelegates, league, part); err != nil {
		return err
	}
	for _, who := range accounts {
		if in, err := Belongs(tx, part, who); err != nil {
			return err
		} else if !in {
			return store.E(store.Conflict, "err.group.gone").At("delegate")
		}
		if err := seat(tx, &l, who); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlDelegate, league, part, who); err != nil {
			return err
		}
		if err := tell(tx, league, who, "notify.group_delegate"); err != nil {
			return err
		}
	}
	return nil
}

// seat makes a delegate a member of the group of groups.
func seat(tx *store.Tx, league *Group, who string) error {
	if in, err := Belongs(tx, league.ID, who); err != nil || in {
		return err
	}
	if banned, err := Banned(tx, league.ID, who); err != nil {
		return err
	} else if banned {
		return store.E(store.Conflict, "err.group.not_invitable").At("delegate")
	}
	return enter(tx, league.ID, who, Plain, "", tx.Actor.ID)
}

// Parts lists the groups in a group of groups, those that agreed first; who
// speaks for each is told to its own members and to those of the group of
// groups. What is only invited is for the keepers of either.
func Parts(tx *store.Tx, league string) ([]Part, error) {
	role, err := RoleOf(tx, league)
	if err != nil {
		return nil, err
	}
	rows, err := store.All(tx, func(r store.Row) (p Part, err error) {
		err = r.Scan(&p.ID, &p.Agreed)
		return p, err
	}, sqlParts, league)
	if err != nil {
		return nil, err
	}
	list := rows[:0]
	for _, p := range rows {
		inside, err := RoleOf(tx, p.ID)
		if err != nil {
			return nil, err
		}
		p.Kept = inside == Keeper
		if !p.Agreed && role != Keeper && !p.Kept {
			continue
		}
		if p.Name, err = NameOf(tx, p.ID); err != nil {
			return nil, err
		}
		if role != None || inside != None {
			if p.Delegates, err = DelegatesOf(tx, league, p.ID); err != nil {
				return nil, err
			}
		}
		list = append(list, p)
	}
	return list, nil
}

// DelegatesOf lists who speaks for a part; none: its keepers.
func DelegatesOf(tx *store.Tx, league, part string) ([]Delegate, error) {
	list, err := store.All(tx, func(r store.Row) (d Delegate, err error) {
		err = r.Scan(&d.Account)
		return d, err
	}, sqlDelegates, league, part)
	for i := range list {
		if list[i].Name, err = account.ShownName(tx, list[i].Account); err != nil {
			return nil, err
		}
	}
	return list, err
}

// Leagues lists the groups of groups a group is in, as far as the actor may know
// of them; its keepers also see those that have invited it.
func Leagues(tx *store.Tx, part string) (list []League, err error) {
	role, err := RoleOf(tx, part)
	if err != nil {
		return nil, err
	}
	rows, err := store.All(tx, func(r store.Row) (l League, err error) {
		err = r.Scan(&l.Group.ID, &l.Agreed)
		return l, err
	}, sqlLeagues, part)
	if err != nil {
		return nil, err
	}
	for _, l := range rows {
		if !l.Agreed && role != Keeper {
			continue
		}
		id := l.Group.ID
		if role == Keeper { // who answers an invitation sees what it is to
			l.Group, err = read(tx, id)
		} else {
			l.Group, err = Get(tx, id)
		}
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// speaks tells whether the actor speaks for a part: as one of its delegates, or
// as its keeper where it has none.
func speaks(tx *store.Tx, league, part string) (bool, error) {
	list, err := DelegatesOf(tx, league, part)
	if err != nil {
		return false, err
	}
	if len(list) > 0 {
		return slices.ContainsFunc(list, func(d Delegate) bool { return d.Account == tx.Actor.ID }), nil
	}
	role, err := RoleOf(tx, part)
	return role == Keeper, err
}

// Spoken is an answer a delegate gave, as exported.
type Spoken struct {
	Question string    `json:"question"`
	For      string    `json:"for"` // the group
	Answer   Voice     `json:"answer"`
	At       time.Time `json:"at"`
}

// spokenBy is for which groups an account speaks, what it answered and asked.
func spokenBy(tx *store.Tx, account string) (names []string, answers []Spoken, asked []string, err error) {
	if names, err = store.All(tx, store.Scan[string], sqlDelegateOf, account); err != nil {
		return nil, nil, nil, err
	}
	if asked, err = store.All(tx, store.Scan[string], sqlAskedBy, account); err != nil {
		return nil, nil, nil, err
	}
	answers, err = store.All(tx, func(r store.Row) (s Spoken, err error) {
		var at int64
		err = r.Scan(&s.Question, &s.For, &s.Answer, &at)
		s.At = instant(&at)
		return s, err
	}, sqlAnswersBy, account)
	return names, answers, asked, err
}

// Candidates are the open groups that may still be invited into a group of
// groups, as far as the actor may know of them, by name.
func Candidates(tx *store.Tx, league string) ([]Group, error) {
	all, err := store.All(tx, scanGroup, sqlCandidates, league)
	if err != nil {
		return nil, err
	}
	kept := all[:0]
	for i := range all {
		if ok, err := all[i].known(tx); err != nil {
			return nil, err
		} else if ok {
			kept = append(kept, all[i])
		}
	}
	return kept, nil
}
