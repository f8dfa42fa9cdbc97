package petition

import (
	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Get is one petition. It fails with kind NotFound for one a moderator hid,
// but for who answers for it and for moderators.
func Get(tx *store.Tx, id string) (Petition, error) {
	p, err := read(tx, id)
	if err != nil || p.MayChange(tx) {
		return p, err
	}
	if _, err := listing.ByRef(tx, p.Ref()); err != nil {
		return Petition{}, err
	}
	return p, nil
}

// read is a petition whoever asks. Signing that should have ended has, also
// when the job that writes it down has not run.
func read(tx *store.Tx, id string) (Petition, error) {
	p, err := store.One(tx, scanPetition, sqlByID, id)
	if err != nil {
		return Petition{}, err
	}
	p.pass(tx)
	return p, directory.Vouch(tx, p.Ref())
}

// pass ends the signing when its time is over.
func (p *Petition) pass(tx *store.Tx) {
	if p.State == Open && !tx.Now.Before(p.EndsAt) && tx.ClockQuality().Sure() {
		p.State, p.OverAt = Over, p.EndsAt
	}
}

// MayChange tells whether the actor answers for the petition: its author, or an
// administrator of the organisation in whose name it stands. Get has asked for
// these.
func (p *Petition) MayChange(tx *store.Tx) bool {
	return tx.Actor.ID != "" && (p.AuthorID == tx.Actor.ID || tx.VouchedFor(p.Ref()))
}

// MayServe tells whether the actor may type sheets and publish an answer: who
// answers for the petition, and the operators, who keep the desk of the mairie.
func (p *Petition) MayServe(tx *store.Tx) bool {
	return p.MayChange(tx) || tx.Actor.Can(store.Operator)
}

// Own is the petition, for somebody who answers for it; it fails with kind
// Forbidden for anybody else.
func Own(tx *store.Tx, id string) (Petition, error) {
	p, err := Get(tx, id)
	if err != nil {
		return p, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return p, err
	}
	if !p.MayChange(tx) {
		return p, store.E(store.Forbidden, "err.forbidden")
	}
	return p, nil
}

// Served is the petition, for somebody who may type its sheets.
func Served(tx *store.Tx, id string) (Petition, error) {
	p, err := Get(tx, id)
	if err != nil {
		return p, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return p, err
	}
	if !p.MayServe(tx) {
		return p, store.E(store.Forbidden, "err.forbidden")
	}
	return p, nil
}

// AuthorOf is the account that wrote a petition; empty when it has left.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	return store.One(tx, store.Scan[string], sqlAuthor, id)
}

// Of lists the petitions the acting account wrote, the latest first; at most
// limit.
func Of(tx *store.Tx, limit int) ([]Petition, error) {
	list, err := store.All(tx, scanPetition, sqlOf, tx.Actor.ID, limit)
	for i := range list {
		list[i].pass(tx)
	}
	return list, err
}

// Past lists the petitions that are closed and that the actor may read, the
// latest first: up to limit after skip, and whether there are more.
func Past(tx *store.Tx, skip, limit int) (list []Petition, more bool, err error) {
	all, err := store.All(tx, scanPetition, sqlClosed, limit+1, skip)
	if len(all) > limit {
		all, more = all[:limit], true
	}
	for i := range all {
		c, failed := listing.ByRef(tx, all[i].Ref())
		switch {
		case store.KindOf(failed) == store.NotFound || failed == nil && c.Hidden:
			continue
		case failed != nil:
			return nil, false, failed
		}
		list = append(list, all[i])
	}
	return list, more, err
}

// Tally is how many people signed: the frozen figure once it is handed over or
// closed.
func (p *Petition) Tally(tx *store.Tx) (Tally, error) {
	if p.IsFrozen() {
		return p.Frozen, nil
	}
	return store.One(tx, scanTally, sqlTally, p.ID)
}

// Names lists the names of those who agreed to be named wherever they signed, up
// to limit after skip, and whether there are more.
func (p *Petition) Names(tx *store.Tx, skip, limit int) (names []string, more bool, err error) {
	names, err = store.All(tx, store.Scan[string], sqlNames, p.ID, limit+1, skip)
	if len(names) > limit {
		names, more = names[:limit], true
	}
	return names, more, err
}

// Organisers are the accounts that answer for the petition: the administrators
// of the organisation in whose name it stands, or else its author.
func (p *Petition) Organisers(tx *store.Tx) ([]string, error) {
	e, ok, err := directory.InWhoseName(tx, p.Ref())
	if err != nil {
		return nil, err
	}
	if ok {
		keepers, err := e.Keepers(tx)
		if err != nil || len(keepers) > 0 {
			return keepers, err
		}
	}
	if p.AuthorID == "" {
		return nil, nil
	}
	return []string{p.AuthorID}, nil
}
