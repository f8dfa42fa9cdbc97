// Package notify tells people what happened, inside the box and nowhere else:
// one line for each person and thing, raised and counted when more happens, and
// gone from the count once it is opened.
//
// A line holds no word of the thing. It holds a ref and the key of a sentence;
// the title is read when the line is shown, with the rights of who reads, so
// that a line never says more than its reader may see, also after the thing was
// hidden or withdrawn.
//
// Modules tell one person with Tell, and those who follow a thing of theirs
// with TellFollowers. They need do nothing for a card that is published,
// changed or cancelled: a job (news.go) looks through the cards themselves and
// tells whoever follows one of them, a tag, a commune or a zone.
package notify

import (
	"encoding/json"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Module names this package in refs: a notice about notify/7 gathers the news
// of follow 7.
const Module = "notify"

// Limits.
const (
	MaxFollows = 200 // of one account
	maxNotices = 300 // kept of one account
	apart      = 10  // unread lines of one follow; what comes after is gathered in one
)

// How long notices are kept, and the links in them that end a follow.
const (
	keepRead   = 90 * 24 * time.Hour
	keepUnread = 365 * 24 * time.Hour
	LinkValid  = 30 * 24 * time.Hour
)

// Notice is one line.
type Notice struct {
	ID     int64
	About  store.Ref
	Key    string // of the sentence
	Args   []any  // of the sentence: name, value, …
	N      int    // news since it was last read
	At     time.Time
	Read   bool
	Follow *Follow // why it is told; nil when the person is meant herself, or follows no more
	Token  string  // of the link that ends the follow; empty without one, or when it is too old
}

// Tell writes or raises the line of an account about a thing. key is
// "notify." and what happened; args are for its sentence and hold nothing of
// what is private. Nobody hears of what they do themselves.
func Tell(tx *store.Tx, account string, about store.Ref, key string, args ...any) error {
	if account == "" || account == tx.Actor.ID {
		return nil
	}
	return tell(tx, line{account: account, about: about, key: key, args: args, n: 1})
}

// TellFollowers tells whoever follows the card of a thing, as often as each
// wants to hear of it.
func TellFollowers(tx *store.Tx, about store.Ref, key string, args ...any) error {
	list, err := matching(tx, target{Card, about.ID})
	if err != nil || len(list) == 0 {
		return err
	}
	c, err := listing.Known(tx, about.ID)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	for i := range list {
		f := &list[i]
		if f.account == tx.Actor.ID {
			continue
		}
		if may, err := mayHear(tx, &c, f.account); err != nil || !may {
			if err != nil {
				return err
			}
			continue
		}
		if err := deliver(tx, f, line{about: about, key: key, args: args}); err != nil {
			return err
		}
	}
	return nil
}

// line is a notice on its way.
type line struct {
	account string
	about   store.Ref
	key     string
	args    []any
	n       int
	why     *Follow
	print   any // of the card, or nil
}

func tell(tx *store.Tx, l line) error {
	args, err := json.Marshal(l.args)
	if err != nil {
		return err
	}
	var why any
	token := ""
	if l.why != nil {
		why, token = l.why.ID, tx.NewID()
	}
	_, err = tx.Exec(sqlTell, l.account, l.about.Module, l.about.ID, l.key, string(args), l.n, tx.Now.Unix(), why, token, l.print)
	return err
}

// deliver tells a follower at once, or puts the news by for the morning they
// want them gathered on.
func deliver(tx *store.Tx, f *Follow, l line) error {
	l.account, l.why, l.n = f.account, f, 1
	switch f.Often { //nolint:exhaustive // at once is what follows
	case Never:
		return nil
	case Daily, Weekly:
		_, err := tx.Exec(sqlWait, l.account, l.about.Module, l.about.ID, f.ID, l.key, l.print, tx.Now.Unix())
		return err
	}
	unread, err := store.One(tx, store.Scan[int], sqlUnreadOf, f.ID, l.about.ID)
	if err != nil {
		return err
	}
	if unread >= apart {
		l = gathered(f, 1)
	}
	return tell(tx, l)
}

// gathered is one line for the news of a follow.
func gathered(f *Follow, n int) line {
	return line{account: f.account, about: f.ref(), key: "notify.gathered", n: n, why: f}
}

// Notices lists the lines of the acting account, the latest first, and those
// behind the first skip.
func Notices(tx *store.Tx, skip, limit int) ([]Notice, error) {
	list, err := store.All(tx, scanNotice, sqlNotices, tx.Actor.ID, limit, skip)
	for i := range list {
		list[i].age(tx.Now)
	}
	return list, err
}

// age takes off a link that is not valid any more.
func (n *Notice) age(now time.Time) {
	if n.Follow == nil || now.Sub(n.At) >= LinkValid {
		n.Token = ""
	}
}

// Unread counts the lines an account has not opened, for the head of each page.
func Unread(tx *store.Tx, account string) (int, error) {
	return store.One(tx, store.Scan[int], sqlUnread, account)
}

// Open is a line of the acting account, and marks it as read.
func Open(tx *store.Tx, id int64) (Notice, error) {
	n, err := store.One(tx, scanNotice, sqlNotice, id, tx.Actor.ID)
	if err != nil || n.Read {
		return n, err
	}
	_, err = tx.Exec(sqlRead, tx.Now.Unix(), id)
	return n, err
}

// Settle marks what an account was told of a thing as read: somebody has done
// what it asked for.
func Settle(tx *store.Tx, account string, about store.Ref, key string) error {
	_, err := tx.Exec(sqlSettle, tx.Now.Unix(), account, about.Module, about.ID, key)
	return err
}

// ReadAll marks all lines of the acting account as read.
func ReadAll(tx *store.Tx) error {
	_, err := tx.Exec(sqlReadAll, tx.Now.Unix(), tx.Actor.ID)
	return err
}
