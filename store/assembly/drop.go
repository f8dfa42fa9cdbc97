package assembly

import (
	"time"

	"copi.local/store"
	"copi.local/store/directory"
)

// A meeting that was held can be deleted once everybody on its roll, who were
// told when it was closed, has had time to keep the minutes. The box is no
// archive: a roll with who came and who stood for whom is kept no longer than
// who keeps the meeting needs it.
const readable = 30 * 24 * time.Hour

// DropsAt is when the meeting can be deleted: at once (zero) as a draft or
// cancelled, some weeks after its end; ok is false while it is convened or held.
func (a *Assembly) DropsAt() (at time.Time, ok bool) {
	switch a.State {
	case Draft, Cancelled:
		return time.Time{}, true
	case Closed:
		return a.ClosedAt.Add(readable), true
	default:
		return time.Time{}, false
	}
}

// Drop deletes a meeting that is a draft, was cancelled, or is over. One that
// was convened needs sure, since its page and its minutes go for everybody; and
// one a second convocation follows stays as long as that does, which cites it.
func Drop(tx *store.Tx, id string, sure bool) error {
	a, err := kept(tx, id, Draft, Cancelled, Closed)
	if err != nil {
		return err
	}
	if a.State != Draft {
		if err := a.droppable(tx, sure); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlDelete, a.ID)
	return err
}

func (a *Assembly) droppable(tx *store.Tx, sure bool) error {
	if follows, err := a.followed(tx); err != nil {
		return err
	} else if follows {
		return store.E(store.Conflict, "err.assembly.drop_followed")
	}
	if at, _ := a.DropsAt(); tx.Now.Before(at) {
		return store.E(store.Conflict, "err.assembly.drop_early")
	}
	if !sure {
		return store.E(store.Invalid, "err.assembly.drop_sure").At("sure")
	}
	return nil
}

// followed tells whether a second convocation of this meeting exists.
func (a *Assembly) followed(tx *store.Tx) (bool, error) {
	_, err := store.One(tx, store.Scan[string], sqlFollowing, a.ID)
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	return err == nil, err
}

// DropGroup deletes the meetings of a group that is no more. Package group may
// not know this one: who removes a group hands it over.
func DropGroup(tx *store.Tx, id string) error {
	_, err := tx.Exec(sqlDeleteGroup, id)
	return err
}

// Jobs is what the module does by itself: meetings of organisations that are no
// more go, whoever deleted them.
var Jobs = []store.Job{{Name: "meetings of nobody", Every: time.Hour, Run: forgetElements}}

func forgetElements(tx *store.Tx) error {
	return directory.EachDeleted(tx, sqlElements, func(id string) error {
		_, err := tx.Exec(sqlDropElement, id)
		return err
	})
}
