// Package reaction counts who likes a public thing of this box: one "J'aime" of
// a person, taken back as easily. Only the number is shown. It orders no list,
// travels to no neighbour, and nobody learns who liked what, or that somebody
// did. Who does not want to see the numbers sees none.
package reaction

import (
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/listing"
)

// Module names this package.
const Module = "reaction"

// Count is how many people like a thing.
type Count struct {
	N    int
	Mine bool // the actor does
}

// Of counts the reactions to a thing; ok is false where there are none to
// show: the thing is not public or not of this box, or the actor wants to see
// none.
func Of(tx *store.Tx, ref store.Ref) (c Count, ok bool, err error) {
	if able, err := takes(tx, ref); err != nil || !able {
		return c, false, err
	}
	if hidden, err := Hidden(tx); err != nil || hidden {
		return c, false, err
	}
	c, err = store.One(tx, func(r store.Row) (c Count, err error) {
		err = r.Scan(&c.N, &c.Mine)
		return c, err
	}, sqlCount, ref.Module, ref.ID, tx.Actor.ID)
	return c, err == nil, err
}

// takes tells whether a thing can be liked: it is this box's own, public, not
// hidden, and nothing an official element publishes (FO-5).
func takes(tx *store.Tx, ref store.Ref) (bool, error) {
	c, err := listing.ByRef(tx, ref)
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	if err != nil || c.Origin != nil || c.Audience != listing.Public || c.Hidden {
		return false, err
	}
	_, official, err := discussion.Speaker(tx, ref)
	return !official, err
}

// Like likes a thing once; again changes nothing. It fails with kind NotFound
// for what cannot be liked.
func Like(tx *store.Tx, ref store.Ref) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	able, err := takes(tx, ref)
	if err == nil && !able {
		err = store.E(store.NotFound, "err.not_found")
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlLike, ref.Module, ref.ID, tx.Actor.ID, tx.Now.Unix())
	return err
}

// Unlike takes it back.
func Unlike(tx *store.Tx, ref store.Ref) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	_, err := tx.Exec(sqlUnlike, ref.Module, ref.ID, tx.Actor.ID)
	return err
}

// Hidden tells whether the actor wants to see no reactions.
func Hidden(tx *store.Tx) (bool, error) {
	if tx.Actor.ID == "" {
		return false, nil
	}
	return store.One(tx, store.Scan[bool], sqlHidden, tx.Actor.ID)
}

// Hide chooses that for the actor.
func Hide(tx *store.Tx, hide bool) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	statement := sqlShow
	if hide {
		statement = sqlHide
	}
	_, err := tx.Exec(statement, tx.Actor.ID)
	return err
}

// Jobs is what the module does by itself: it forgets reactions to things that
// are gone.
var Jobs = []store.Job{{Name: "reaction leftovers", Every: time.Hour, Run: forgetGone}}

func forgetGone(tx *store.Tx) error {
	return listing.Leftovers(tx, sqlThings, 0, func(tx *store.Tx, ref store.Ref) error {
		_, err := tx.Exec(sqlForget, ref.Module, ref.ID)
		return err
	})
}

// Personal is what the module holds about persons.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"reaction_reactions", "reaction_hidings"},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Liked  []string `json:"liked,omitempty"` // module/id
	Hidden bool     `json:"hidden,omitempty"`
}

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	var err error
	h.Liked, err = store.All(tx, store.Scan[string], sqlLiked, account)
	if err != nil {
		return nil, err
	}
	if h.Hidden, err = store.One(tx, store.Scan[bool], sqlHidden, account); err != nil {
		return nil, err
	}
	if len(h.Liked) == 0 && !h.Hidden {
		return nil, nil
	}
	return h, nil
}

// erase takes all of it away, whatever becomes of what the person wrote.
func erase(tx *store.Tx, account string, _ store.Erasure) error {
	for _, s := range []string{sqlErase, sqlShow} {
		if _, err := tx.Exec(s, account); err != nil {
			return err
		}
	}
	return nil
}
