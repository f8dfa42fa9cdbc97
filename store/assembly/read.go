package assembly

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/group"
)

// keeps tells whether the actor keeps the meetings of a group, as its keepers
// do, or of an organisation, as its administrators do.
func keeps(tx *store.Tx, in, element string) (bool, error) {
	if !tx.Actor.Can(store.Resident) {
		return false, nil
	}
	if in != "" {
		role, err := group.RoleOf(tx, in)
		return role == group.Keeper, err
	}
	return directory.IsAdmin(tx, element, tx.Actor.ID)
}

// Keeps tells whether the actor keeps this meeting.
func (a *Assembly) Keeps(tx *store.Tx) (bool, error) { return keeps(tx, a.GroupID, a.ElementID) }

// MayPlan tells whether the actor may plan a meeting of a group, or else of an
// organisation.
func MayPlan(tx *store.Tx, in, element string) (bool, error) {
	if in != "" {
		g, err := group.Get(tx, in)
		if err != nil || g.Closed() {
			return false, err
		}
	} else if _, err := directory.Get(tx, element); err != nil {
		return false, err
	}
	return keeps(tx, in, element)
}

// Get is one meeting. It fails with kind NotFound for who neither keeps it nor
// stands on its roll; a draft is for who keeps it alone.
func Get(tx *store.Tx, id string) (Assembly, error) {
	a, err := store.One(tx, scanAssembly, sqlByID, id)
	if err != nil {
		return a, err
	}
	if may, err := a.Keeps(tx); err != nil || may {
		return a, err
	}
	if _, ok, err := a.seatOf(tx, tx.Actor.ID); err != nil || ok && a.State != Draft {
		return a, err
	}
	return Assembly{}, store.E(store.NotFound, "err.not_found")
}

// Kept is one meeting for who keeps it; kind Forbidden for others on its roll.
func Kept(tx *store.Tx, id string) (Assembly, error) {
	a, err := Get(tx, id)
	if err != nil {
		return a, err
	}
	may, err := a.Keeps(tx)
	if err == nil && !may {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return a, err
}

// AuthorOf is the account that planned a meeting; empty when it has left.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	return store.One(tx, store.Scan[string], sqlAuthor, id)
}

// TitleOf is the title of a meeting; empty for who may not know of it.
func TitleOf(tx *store.Tx, id string) (string, error) {
	a, err := Get(tx, id)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return a.Title, err
}

// Drafts lists the meetings yet to be convened that the actor keeps, the first
// before the others.
func Drafts(tx *store.Tx) (list []Assembly, err error) {
	all, err := store.All(tx, scanAssembly, sqlDrafts, atOnce)
	for i := range all {
		may, err := all[i].Keeps(tx)
		if err != nil {
			return nil, err
		}
		if may {
			list = append(list, all[i])
		}
	}
	return list, err
}

// Mine lists the meetings the actor is convened to, the latest first.
func Mine(tx *store.Tx) ([]Assembly, error) {
	return store.All(tx, scanAssembly, sqlMine, tx.Actor.ID, atOnce)
}

// Of lists the meetings of a group, or else of an organisation, that the actor
// may know of, the latest first.
func Of(tx *store.Tx, in, element string) ([]Assembly, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	all, err := store.All(tx, scanAssembly, sqlOf, in, element, atOnce)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	may, err := keeps(tx, in, element)
	if err != nil {
		return nil, err
	}
	var list []Assembly
	for i := range all {
		ok := may
		if !ok && all[i].State != Draft {
			if _, ok, err = all[i].seatOf(tx, tx.Actor.ID); err != nil {
				return nil, err
			}
		}
		if ok {
			list = append(list, all[i])
		}
	}
	return list, nil
}

// OwnerName is the name of the group or the organisation, as the actor may read
// it; empty when it is gone.
func (a *Assembly) OwnerName(tx *store.Tx) (name string, err error) {
	if a.GroupID != "" {
		return group.NameOf(tx, a.GroupID)
	}
	e, err := directory.Get(tx, a.ElementID)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return e.Name, err
}

// people are the accounts of the members of a group, or else of an organisation,
// for who keeps its meetings.
func people(tx *store.Tx, in, element string) (list []string, err error) {
	if in != "" {
		return group.People(tx, in)
	}
	e, err := directory.Get(tx, element)
	if err != nil {
		return nil, err
	}
	roster, err := directory.RosterOf(tx, &e)
	for _, m := range roster.Members {
		list = append(list, m.Account)
	}
	return list, err
}

// Named are the accounts on the roll the actor may read the names of: all for
// who keeps the meeting, themselves, and those the group or the organisation
// shows them (FO-1).
func (a *Assembly) Named(tx *store.Tx) (func(account string) bool, error) {
	if may, err := a.Keeps(tx); err != nil || may {
		return func(string) bool { return true }, err
	}
	seen := map[string]bool{tx.Actor.ID: true}
	if a.GroupID != "" {
		roster, err := group.Members(tx, a.GroupID)
		if err != nil && store.KindOf(err) != store.NotFound {
			return nil, err
		}
		for _, m := range roster.Members {
			seen[m.Account] = true
		}
	} else {
		e, err := directory.Get(tx, a.ElementID)
		if err == nil {
			var roster directory.Roster
			roster, err = directory.RosterOf(tx, &e)
			for _, m := range roster.Members {
				seen[m.Account] = true
			}
		}
		if err != nil && store.KindOf(err) != store.NotFound {
			return nil, err
		}
	}
	return func(account string) bool { return account != "" && seen[account] }, nil
}

// nameOf is how a seat is read; empty for an account that has left.
func nameOf(tx *store.Tx, s *Seat) (string, error) {
	if s.AccountID == "" {
		return s.Name, nil
	}
	return account.ShownName(tx, s.AccountID)
}
