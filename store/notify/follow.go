package notify

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// What can be followed.
type What string

// Whatever has a card is followed as one: an event, an organisation, a place.
const (
	Card    What = "card"
	Tag     What = "tag"
	Commune What = "commune"
	Zone    What = "zone"
)

// Often is how often somebody wants to hear of what they follow.
type Often uint8

// The zero value is silence.
const (
	Never  Often = iota // also of what another follow would tell about this card
	AtOnce              // a line for each thing
	Daily               // one line each morning
	Weekly              // one line each Monday morning
)

// Follow is something an account wants to hear of.
type Follow struct {
	ID     int64
	What   What
	Target string // id of a card, folded tag, INSEE code, id of a zone
	Name   string // of a tag, as typed
	Often  Often
	Since  time.Time

	account string
	print   *int64
}

// ref is what its gathered news are about.
func (f *Follow) ref() store.Ref { return store.Ref{Module: Module, ID: strconv.FormatInt(f.ID, 10)} }

// target is what a follow points at.
type target struct {
	what What
	id   string
}

// Start follows something for the acting account, or changes how often it
// hears of it. It fails with kind NotFound for what the actor cannot see.
func Start(tx *store.Tx, what What, id string, often Often) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if often > Weekly {
		return store.E(store.Invalid, "err.notify.often").At("often")
	}
	f, follows, err := Following(tx, what, id)
	if err != nil {
		return err
	}
	if follows {
		return Change(tx, f.ID, often)
	}
	f = Follow{What: what, Target: id}
	if err := f.resolve(tx); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlCountFollows, tx.Actor.ID)
	if err != nil {
		return err
	}
	if n >= MaxFollows {
		return store.E(store.Conflict, "err.notify.many", "max", MaxFollows)
	}
	_, err = tx.Exec(sqlFollow, tx.Actor.ID, string(what), f.Target, f.Name, int(often), f.print, tx.Now.Unix())
	return err
}

// resolve checks that what is to be followed is there, and fills what is kept
// of it.
func (f *Follow) resolve(tx *store.Tx) error {
	switch f.What {
	case Card:
		c, err := listing.ByID(tx, f.Target)
		if err != nil {
			return err
		}
		p := print(&c)
		f.Target, f.print = c.Ref.ID, &p
		return nil
	case Tag:
		if bad := listing.CheckTags([]string{f.Target}); bad != nil {
			return bad.At("target")
		}
		f.Name, f.Target = f.Target, listing.TagKey(f.Target)
		return nil
	case Commune:
		_, err := listing.AreaOf(tx, f.Target)
		return err
	case Zone:
		_, err := listing.GetZone(tx, f.Target)
		return err
	default:
		return store.E(store.NotFound, "err.not_found")
	}
}

// Following is how the acting account follows something; a tag under any of
// its spellings.
func Following(tx *store.Tx, what What, id string) (f Follow, follows bool, err error) {
	if tx.Actor.ID == "" {
		return f, false, nil
	}
	ids := []string{id}
	if what == Tag {
		if ids, err = listing.Spellings(tx, id); err != nil {
			return f, false, err
		}
	}
	for _, id := range ids {
		f, err = store.One(tx, scanFollow, sqlFollowing, tx.Actor.ID, string(what), id)
		if err == nil {
			return f, true, nil
		}
		if store.KindOf(err) != store.NotFound {
			return f, false, err
		}
	}
	return Follow{}, false, nil
}

// Follows lists what the acting account follows, the latest first.
func Follows(tx *store.Tx) ([]Follow, error) {
	return store.All(tx, scanFollow, sqlFollows, tx.Actor.ID)
}

// Change sets how often the acting account hears of a follow. What happened
// while it was silent is not told afterwards.
func Change(tx *store.Tx, id int64, often Often) error {
	f, err := own(tx, id)
	if err != nil {
		return err
	}
	if often > Weekly {
		return store.E(store.Invalid, "err.notify.often").At("often")
	}
	if f.What == Card && f.Often == Never {
		c, err := listing.Known(tx, f.Target)
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		if err == nil {
			if _, err := tx.Exec(sqlPrint, print(&c), id); err != nil {
				return err
			}
		}
	}
	if often == Never || often == AtOnce {
		if _, err := tx.Exec(sqlForgetWaits, id); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlOften, int(often), id)
	return err
}

// Stop ends a follow of the acting account, at once: what waits for a morning
// is not told any more.
func Stop(tx *store.Tx, id int64) error {
	if _, err := own(tx, id); err != nil {
		return err
	}
	_, err := tx.Exec(sqlStop, id)
	return err
}

func own(tx *store.Tx, id int64) (Follow, error) {
	return store.One(tx, scanFollow, sqlOwnFollow, id, tx.Actor.ID)
}

// ByToken is the follow that the link of a notice ends, for whoever holds the
// link. It fails with kind NotFound after thirty days, and once nobody follows.
func ByToken(tx *store.Tx, token string) (Follow, error) {
	if token == "" {
		return Follow{}, store.E(store.NotFound, "err.not_found")
	}
	return store.One(tx, scanFollow, sqlByToken, token, tx.Now.Add(-LinkValid).Unix())
}

// StopByToken ends it.
func StopByToken(tx *store.Tx, token string) error {
	f, err := ByToken(tx, token)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlStop, f.ID)
	return err
}

// matching lists who follows a target, also those who want to hear nothing.
func matching(tx *store.Tx, t target) ([]Follow, error) {
	return store.All(tx, scanFollow, sqlMatching, string(t.what), t.id)
}
