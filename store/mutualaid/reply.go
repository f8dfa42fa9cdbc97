package mutualaid

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// ReplyState is how far a reply has come.
type ReplyState string

// The states of a reply.
const (
	Offered   ReplyState = "offered"   // it waits for an answer
	Chosen    ReplyState = "chosen"    //
	Passed    ReplyState = "passed"    // somebody else was chosen; it waits again if that comes to nothing
	Declined  ReplyState = "declined"  // the author said no
	Withdrawn ReplyState = "withdrawn" // whoever replied took it back
)

// Reply is somebody's answer to a favour, in private.
type Reply struct {
	ID        string
	FavourID  string
	AuthorID  string // empty after they left
	ElementID string // the organisation in whose name; empty: their own
	ThreadID  string // of the messages of the two; empty for none
	Text      string
	Places    int // persons, or seats
	State     ReplyState

	AskerWord, HelperWord     string // of thanks: by who put the favour, by who replied
	AskerAgrees, HelperAgrees bool   // that both words are shown
	CreatedAt, UpdatedAt      time.Time
}

// Check tells what is wrong with a reply as written.
func (y *Reply) Check() error {
	var bad store.Errors
	if strings.TrimSpace(y.Text) == "" {
		bad.Add(store.E(store.Invalid, "err.mutualaid.reply_empty").At("text"))
	}
	bad.Add(listing.CheckText("text", y.Text, MaxReply))
	if y.Places < 1 || y.Places > MaxPlaces {
		bad.Add(store.E(store.Invalid, "err.mutualaid.reply_places", "max", MaxPlaces).At("places"))
	}
	return bad.OrNil()
}

// Answer replies to a favour on behalf of the acting account, or in the name of
// an organisation they administer. Who took a reply back may reply again.
func Answer(tx *store.Tx, y *Reply) error {
	f, err := Answerable(tx, y.FavourID)
	if err != nil {
		return err
	}
	if err := y.Check(); err != nil {
		return err
	}
	if f.Places > 0 && y.Places > f.Places {
		return store.E(store.Invalid, "err.mutualaid.reply_places", "max", f.Places).At("places")
	}
	if y.ElementID != "" {
		if ok, err := directory.IsAdmin(tx, y.ElementID, tx.Actor.ID); err != nil {
			return err
		} else if !ok {
			return store.E(store.Invalid, "err.stand.not_yours").At("organisation")
		}
	}
	if err := y.write(tx); err != nil {
		return err
	}
	return f.tellAnswerers(tx, "notify.mutualaid_reply")
}

// Tie notes in which thread of messages the two of a reply write each other.
func (y *Reply) Tie(tx *store.Tx, thread string) error {
	y.ThreadID = thread
	_, err := tx.Exec(sqlThread, thread, y.ID)
	return err
}

// Answerable is a favour the actor may reply to; it fails with kind Conflict
// when that is over, their own, or answered by them already.
func Answerable(tx *store.Tx, id string) (Favour, error) {
	f, err := Get(tx, id)
	if err != nil {
		return f, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return f, err
	}
	if far, err := account.Apart(tx, tx.Actor.ID, f.AuthorID); err != nil {
		return f, err
	} else if far {
		return f, store.E(store.Conflict, "err.mutualaid.apart")
	}
	mine, replied, err := MyReply(tx, id)
	switch {
	case err != nil:
		return f, err
	case f.MayChange(tx):
		return f, store.E(store.Conflict, "err.mutualaid.own")
	case !f.IsOpen():
		return f, store.E(store.Conflict, "err.mutualaid.closed")
	case replied && mine.State != Withdrawn:
		return f, store.E(store.Conflict, "err.mutualaid.replied")
	case f.Minor: // its organisation may be gone since
		_, ok, err := directory.InWhoseName(tx, f.Ref())
		if err == nil && !ok {
			err = store.E(store.Conflict, "err.mutualaid.minor_alone")
		}
		return f, err
	}
	return f, nil
}

// write stores a reply, or makes one that was taken back stand again.
func (y *Reply) write(tx *store.Tx) error {
	was, again, err := MyReply(tx, y.FavourID)
	if err != nil {
		return err
	}
	y.AuthorID, y.State, y.CreatedAt, y.UpdatedAt = tx.Actor.ID, Offered, tx.Now, tx.Now
	if again {
		y.ID = was.ID
		_, err = tx.Exec(sqlReplyAgain, y.ElementID, y.Text, y.Places, tx.Now.Unix(), y.ID)
		return err
	}
	y.ID = tx.NewID()
	_, err = tx.Exec(sqlReplyInsert, y.ID, y.FavourID, y.AuthorID, y.ElementID, y.Text, y.Places, tx.Now.Unix(), tx.Now.Unix())
	return err
}

// MyReply is the acting account's reply to a favour; ok is false without one.
func MyReply(tx *store.Tx, favour string) (y Reply, ok bool, err error) {
	if tx.Actor.ID == "" {
		return y, false, nil
	}
	y, err = store.One(tx, scanReply, sqlReplyMine, favour, tx.Actor.ID)
	if store.KindOf(err) == store.NotFound {
		return y, false, nil
	}
	return y, err == nil, err
}

// Replies lists all replies to a favour in the order they came, for whoever
// answers for it.
func Replies(tx *store.Tx, favour string) ([]Reply, error) {
	if _, err := own(tx, favour); err != nil {
		return nil, err
	}
	return store.All(tx, scanReply, sqlReplies, favour)
}

// MyReplies lists the replies of the acting account, the latest first; at most
// limit.
func MyReplies(tx *store.Tx, limit int) ([]Reply, error) {
	return store.All(tx, scanReply, sqlRepliesOf, tx.Actor.ID, limit)
}

// Waiting counts the replies that wait for an answer.
func (f *Favour) Waiting(tx *store.Tx) (int, error) {
	return store.One(tx, store.Scan[int], sqlWaiting, f.ID)
}

// Taken is how many places were given.
func (f *Favour) Taken(tx *store.Tx) (int, error) {
	return store.One(tx, store.Scan[int], sqlTaken, f.ID)
}

// tell tells whoever replied.
func (y *Reply) tell(tx *store.Tx, f *Favour, key string) error {
	return notify.Tell(tx, y.AuthorID, f.Ref(), key)
}

// tellAnswerers tells whoever answers for the favour.
func (f *Favour) tellAnswerers(tx *store.Tx, key string, args ...any) error {
	accounts, err := f.Answerers(tx)
	for _, account := range accounts {
		if err == nil {
			err = notify.Tell(tx, account, f.Ref(), key, args...)
		}
	}
	return err
}

// tellReplies tells everybody whose reply still counts.
func (f *Favour) tellReplies(tx *store.Tx, key string) error {
	for _, state := range []ReplyState{Offered, Chosen} {
		list, err := store.All(tx, scanReply, sqlInState, f.ID, state)
		if err != nil {
			return err
		}
		for i := range list {
			if err := list[i].tell(tx, f, key); err != nil {
				return err
			}
		}
	}
	return nil
}
