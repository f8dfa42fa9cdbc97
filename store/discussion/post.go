package discussion

import (
	"time"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// What people are told of. None of it holds a word of the post.
const (
	toldReply   = "notify.discussion_reply"   // to who began the topic
	toldQuote   = "notify.discussion_quote"   // to who is answered
	toldMention = "notify.discussion_mention" // to who is named
	toldNews    = "notify.discussion_news"    // to who follows the topic
)

// Told are the keys of what somebody is told of who reads on: opening the topic
// settles them.
var Told = []string{toldReply, toldQuote, toldMention, toldNews}

// Reply adds a post to a topic. It fails with kind Forbidden for who does not
// belong to its group, with kind Conflict in one that takes no replies, and with
// kind Busy past PerHour and within the group's pause.
func Reply(tx *store.Tx, topic string, d Draft) (Post, error) {
	t, err := Get(tx, topic)
	if err != nil {
		return Post{}, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Post{}, err
	}
	switch {
	case t.Sort == Announcement:
		return Post{}, store.E(store.Conflict, "err.discussion.announcement")
	case t.Closed():
		return Post{}, store.E(store.Conflict, "err.discussion.closed")
	case !t.Member:
		return Post{}, store.E(store.Forbidden, "err.discussion.not_member")
	}
	if err := d.check(tx); err != nil {
		return Post{}, err
	}
	was := t.Posts
	p, err := write(tx, t.Ref(), t.Group, &d)
	if err != nil || p.N <= was { // the same words twice
		return p, err
	}
	if _, err := tx.Exec(sqlLast, tx.Now.Unix(), t.ID); err != nil {
		return p, err
	}
	if err := group.Stir(tx, t.Group); err != nil {
		return p, err
	}
	if err := t.MarkRead(tx, p.N); err != nil {
		return p, err
	}
	if err := tell(tx, t.AuthorID, t.Ref(), toldReply); err != nil {
		return p, err
	}
	return p, notify.TellFollowers(tx, t.Ref(), toldNews)
}

// write stores a post of the acting account about a thing, which is of a group
// or, with an empty one, of none. Its caller has looked whether they may write
// there, and what they wrote.
func write(tx *store.Tx, about store.Ref, in string, d *Draft) (Post, error) {
	last, err := store.One(tx, store.Scan[int], sqlLastN, about.Module, about.ID)
	if err != nil {
		return Post{}, err
	}
	if last > 0 {
		if p, err := post(tx, about, last); err != nil {
			return p, err
		} else if p.AuthorID == tx.Actor.ID && p.Text == d.Text && tx.Now.Sub(p.At) < twice {
			return p, nil
		}
	}
	n, err := store.One(tx, store.Scan[int], sqlWrittenSince, tx.Actor.ID, tx.Now.Add(-time.Hour).Unix())
	if err != nil {
		return Post{}, err
	}
	if n >= PerHour {
		return Post{}, store.E(store.Busy, "err.discussion.many", "n", PerHour)
	}
	if err := paced(tx, in); err != nil {
		return Post{}, err
	}
	if d.Quoted < 0 || d.Quoted > last {
		d.Quoted = 0
	}
	p := Post{ID: tx.NewID(), About: about, N: last + 1, AuthorID: tx.Actor.ID, Text: d.Text, Quoted: d.Quoted, At: tx.Now}
	if p.Mentions, err = mentions(tx, about, d.Text); err != nil {
		return p, err
	}
	if _, err := tx.Exec(sqlWrite, p.ID, about.Module, about.ID, p.N, p.AuthorID, p.Text, p.Quoted, tx.Now.Unix()); err != nil {
		return p, err
	}
	if err := p.ask(tx, d.Poll); err != nil {
		return p, err
	}
	if err := p.name(tx, nil); err != nil {
		return p, err
	}
	return p, p.answer(tx)
}

// answer tells whoever is answered.
func (p *Post) answer(tx *store.Tx) error {
	if p.Quoted == 0 {
		return nil
	}
	to, err := post(tx, p.About, p.Quoted)
	if err != nil {
		return err
	}
	return tell(tx, to.AuthorID, p.About, toldQuote)
}

// mine is a post of the actor that is there, with the topic it stands in; the
// topic is nil for a post about another thing.
func mine(tx *store.Tx, id string) (Post, *Topic, error) {
	p, t, err := read(tx, id)
	switch {
	case err != nil:
		return p, nil, err
	case tx.Actor.ID == "" || p.AuthorID != tx.Actor.ID:
		return p, nil, store.E(store.Forbidden, "err.forbidden")
	case p.Taken != There:
		return p, nil, notFound()
	}
	return p, t, nil
}

// Edit changes what the actor's post says. In its first minutes that leaves no
// mark, unless the clock is unsure; later what it said before is kept for those
// who read it (FO-6). A hidden post stays as the moderator read it. In a topic
// only who writes there changes anything: not somebody who was put out of the
// group, nor anybody once it is closed.
func Edit(tx *store.Tx, id, text string) (Post, error) {
	p, t, err := mine(tx, id)
	if err != nil {
		return p, err
	}
	switch {
	case p.Hidden:
		return p, store.E(store.Conflict, "err.discussion.hidden")
	case t != nil && !t.Member:
		return p, store.E(store.Forbidden, "err.discussion.not_member")
	}
	d := Draft{Text: text}
	if err := d.check(tx); err != nil {
		return p, err
	}
	if d.Text == p.Text {
		return p, nil
	}
	if age := tx.Now.Sub(p.At); age >= Grace || age < 0 || !tx.ClockQuality().Sure() {
		if err := p.keepText(tx); err != nil {
			return p, err
		}
	}
	before := p.Mentions
	p.Text = d.Text
	if p.Mentions, err = mentions(tx, p.About, p.Text); err != nil {
		return p, err
	}
	if _, err := tx.Exec(sqlEdit, p.Text, seconds(p.EditedAt), p.ID); err != nil {
		return p, err
	}
	if err := p.name(tx, before); err != nil {
		return p, err
	}
	if t != nil && p.N == 1 {
		err = t.putAgain(tx)
	}
	return p, err
}

// keepText keeps what the post says before it is changed, so many times an hour.
func (p *Post) keepText(tx *store.Tx) error {
	n, err := store.One(tx, store.Scan[int], sqlKeptSince, tx.Actor.ID, tx.Now.Add(-time.Hour).Unix())
	if err != nil {
		return err
	}
	if n >= PerHour {
		return store.E(store.Busy, "err.discussion.many", "n", PerHour)
	}
	p.EditedAt = tx.Now
	_, err = tx.Exec(sqlKeepText, p.ID, p.Text, tx.Now.Unix())
	return err
}

// paced fails with kind Busy for who wrote in a group less than its pause ago.
func paced(tx *store.Tx, in string) error {
	if in == "" {
		return nil
	}
	pause, err := group.PauseOf(tx, in)
	if err != nil || pause == 0 {
		return err
	}
	last, err := store.One(tx, store.Scan[*int64], sqlLastIn, tx.Actor.ID, tx.Now.Add(-pause).Unix(), in)
	if err != nil || last == nil {
		return err
	}
	wait := store.Instant(*last).Add(pause).Sub(tx.Now)
	return store.E(store.Busy, "err.discussion.slow", "n", int((wait+time.Minute-1)/time.Minute))
}

// Withdraw takes the actor's post away, with what it said before. Its place
// stays; a topic nobody else wrote in goes whole, and then gone is true.
func Withdraw(tx *store.Tx, id string) (gone bool, err error) {
	p, t, err := mine(tx, id)
	if err != nil {
		return false, err
	}
	return p.take(tx, t, ByAuthor)
}

// take takes the post away, for who did; t is the topic it stands in, nil for
// another thing.
func (p *Post) take(tx *store.Tx, t *Topic, who Taken) (gone bool, err error) {
	if t != nil && p.N == 1 {
		others, err := store.One(tx, store.Scan[bool], sqlOthers, Module, t.ID, p.AuthorID)
		if err != nil {
			return false, err
		}
		if !others {
			return true, t.drop(tx, listing.Withdraw)
		}
	}
	if _, err := tx.Exec(sqlTake, who, p.ID); err != nil {
		return false, err
	}
	for _, statement := range []string{sqlDropEdits, sqlDropMentions, sqlDropPoll} {
		if _, err := tx.Exec(statement, p.ID); err != nil {
			return false, err
		}
	}
	if t != nil && p.N == 1 {
		return false, t.putAgain(tx)
	}
	return false, nil
}

// seconds is an instant as a column that may be empty takes it.
func seconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}
