package discussion

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/notify"
)

// What people are told of comments.
const (
	toldComment = "notify.discussion_comment" // to who answers for the thing
	toldRemark  = "notify.discussion_remark"  // to who follows it
)

// uncommented are the kinds of cards without comments: where people talk anyway,
// and people themselves.
var uncommented = []string{listing.KindTopic, listing.KindGroup, listing.KindPerson}

// Thread is what is said about a public thing: its comments.
type Thread struct {
	Card     listing.Card
	Count    int                // of comments that are there
	Last     int                // number of the last; 0 without any
	ClosedAt time.Time          // zero while it takes comments
	Official *directory.Element // who speaks there and takes no comments (FO-5); nil for nobody
}

// Takes tells whether comments can be written.
func (t *Thread) Takes() bool { return t.ClosedAt.IsZero() && t.Official == nil }

// About is the thread of a thing. It fails with kind NotFound where comments
// cannot stand: the thing is not public, not of this box, hidden, or not there
// for the actor.
func About(tx *store.Tx, ref store.Ref) (t Thread, err error) {
	if t.Card, err = listing.ByRef(tx, ref); err != nil {
		return t, err
	}
	c := &t.Card
	if c.Origin != nil || c.Audience != listing.Public || c.Hidden || slices.Contains(uncommented, c.Kind) {
		return Thread{}, notFound()
	}
	var counts Thread
	if counts, err = store.One(tx, scanThread, sqlThread, ref.Module, ref.ID); err != nil {
		return t, err
	}
	t.Count, t.Last, t.ClosedAt = counts.Count, counts.Last, counts.ClosedAt
	e, official, err := Speaker(tx, ref)
	if official {
		t.Official = &e
	}
	return t, err
}

// Comment adds a comment to a thing; answering are the accounts that answer for
// it. It fails with kind NotFound where none can stand, with kind Conflict where
// none are taken any more, and with kind Busy past PerHour.
func Comment(tx *store.Tx, ref store.Ref, d Draft, answering []string) (Post, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Post{}, err
	}
	t, err := About(tx, ref)
	switch {
	case err != nil:
		return Post{}, err
	case t.Official != nil:
		return Post{}, store.E(store.Conflict, "err.comment.official")
	case !t.Takes():
		return Post{}, store.E(store.Conflict, "err.comment.closed")
	}
	d.Poll = nil
	if err := d.check(tx); err != nil {
		return Post{}, err
	}
	p, err := write(tx, ref, "", &d)
	if err != nil || p.N <= t.Last { // the same words twice
		return p, err
	}
	for _, account := range answering {
		if err := notify.Tell(tx, account, ref, toldComment); err != nil {
			return p, err
		}
	}
	return p, notify.TellFollowers(tx, ref, toldRemark)
}

// CloseComments ends the comments on a thing, or opens them again, for who
// answers for it (store.Tx.Entrust). What is written stays.
func CloseComments(tx *store.Tx, ref store.Ref, closed bool) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if _, err := About(tx, ref); err != nil {
		return err
	}
	if !tx.VouchedFor(ref) {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if !closed {
		_, err := tx.Exec(sqlOpenComments, ref.Module, ref.ID)
		return err
	}
	_, err := tx.Exec(sqlCloseComments, ref.Module, ref.ID, tx.Now.Unix())
	return err
}

// Speaker is the official element a thing is, or in whose name it stands; ok is
// false for any other thing.
func Speaker(tx *store.Tx, ref store.Ref) (e directory.Element, ok bool, err error) {
	if ref.Module == directory.Module {
		e, err = directory.Get(tx, ref.ID)
		if store.KindOf(err) == store.NotFound {
			return e, false, nil
		}
	} else if e, ok, err = directory.InWhoseName(tx, ref); !ok {
		return e, false, err
	}
	if err != nil {
		return e, false, err
	}
	ok, err = store.One(tx, store.Scan[bool], sqlOfficial, e.ID)
	return e, ok, err
}

// MakeOfficial has an element speak officially, the town hall for one: it and
// what is published in its name take no comments, and people ask in private
// (FO-5). What was said there before is not shown. It is for operators.
func MakeOfficial(tx *store.Tx, element string, official bool) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	e, err := directory.Get(tx, element)
	if err != nil {
		return err
	}
	if e.Kind == directory.Person {
		return store.E(store.Invalid, "err.comment.person")
	}
	if err := message.KeepDesk(tx, e.ID, official); err != nil {
		return err
	}
	if !official {
		_, err = tx.Exec(sqlUnofficial, e.ID)
		return err
	}
	_, err = tx.Exec(sqlMakeOfficial, e.ID, tx.Now.Unix())
	return err
}

// Latest lists comments on public things that take them or took them, the
// newest first, at most limit: those before the comment with the id before,
// which is empty for the newest. more tells that there are others.
func Latest(tx *store.Tx, before string, limit int) (list []Post, more bool, err error) {
	at, id := tx.Now.Unix()+1, ""
	if before != "" {
		p, err := store.One(tx, scanPost, sqlPost, before)
		if err != nil {
			return nil, false, err
		}
		at, id = p.At.Unix(), p.ID
	}
	shown := map[store.Ref]bool{}
	for {
		batch, err := store.All(tx, scanPost, sqlLatest, at, id, limit+1)
		if err != nil {
			return nil, false, err
		}
		for i := range batch {
			p := &batch[i]
			at, id = p.At.Unix(), p.ID
			if ok, err := isShown(tx, p.About, shown); err != nil {
				return nil, false, err
			} else if !ok {
				continue
			}
			if len(list) == limit {
				return list, true, nil
			}
			list = append(list, *p)
		}
		if len(batch) <= limit {
			return list, false, nil
		}
	}
}

// isShown tells whether the comments on a thing are shown; known keeps what was
// asked.
func isShown(tx *store.Tx, ref store.Ref, known map[store.Ref]bool) (bool, error) {
	if ok, asked := known[ref]; asked {
		return ok, nil
	}
	t, err := About(tx, ref)
	if err != nil && store.KindOf(err) != store.NotFound {
		return false, err
	}
	known[ref] = err == nil && t.Official == nil
	return known[ref], nil
}

// Jobs is what the module does by itself: it forgets comments on things that
// are gone, and official voices and journals of elements that are.
var Jobs = []store.Job{
	{Name: "comment leftovers", Every: time.Hour, Run: forgetGone},
	{Name: "voices of nobody", Every: time.Hour, Run: forgetVoices},
	{Name: "journals of nobody", Every: time.Hour, Run: forgetJournals},
}

// forgetVoices forgets official voices whose element was deleted.
func forgetVoices(tx *store.Tx) error {
	return directory.EachDeleted(tx, sqlOfficials, func(id string) error {
		_, err := tx.Exec(sqlUnofficial, id)
		return err
	})
}

// comebackKept is how long comments wait for a thing that was withdrawn and may
// be put back: longer than any module keeps what has ended.
const comebackKept = 400 * 24 * time.Hour

func forgetGone(tx *store.Tx) error {
	return listing.Leftovers(tx, sqlThings, comebackKept, forgetComments)
}

// forgetComments deletes what was said about a thing, and that it was closed.
func forgetComments(tx *store.Tx, ref store.Ref) error {
	for _, statement := range []string{sqlForget, sqlOpenComments} {
		if _, err := tx.Exec(statement, ref.Module, ref.ID); err != nil {
			return err
		}
	}
	return nil
}
