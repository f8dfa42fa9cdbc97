package discussion

import (
	"time"

	"copi.local/store"
	"copi.local/store/contact"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// summaryLength is how much of the first post a card carries, in characters.
const summaryLength = 160

// Begin opens a topic in a group with its first post, on behalf of the acting
// account, and gives it an id unless it brings one. An announcement is for who
// moderates the group.
func Begin(tx *store.Tx, t *Topic, d Draft) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	p, err := PlaceOf(tx, t.Group)
	if err != nil {
		return err
	}
	if !p.Writes || t.Sort == Announcement && !p.Keeps {
		return store.E(store.Forbidden, "err.discussion.not_member")
	}
	if err := t.check(tx, &d); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlBegunSince, tx.Actor.ID, tx.Now.Add(-time.Hour).Unix())
	if err != nil {
		return err
	}
	if n >= NewPerHour {
		return store.E(store.Busy, "err.discussion.many_new", "n", NewPerHour)
	}
	if t.ID == "" {
		t.ID = tx.NewID()
	}
	t.AuthorID, t.CreatedAt, t.LastAt, t.GroupName = tx.Actor.ID, tx.Now, tx.Now, p.Name
	if _, err := tx.Exec(sqlBegin, t.ID, t.Group, t.Sort, t.Title, t.AuthorID, tx.Now.Unix()); err != nil {
		return err
	}
	d.Quoted = 0
	if _, err := write(tx, t.Ref(), t.Group, &d); err != nil {
		return err
	}
	t.Posts, t.Read = 1, 1
	if err := group.Stir(tx, t.Group); err != nil {
		return err
	}
	return t.put(tx, d.Text)
}

// check tells what is wrong with a new topic.
func (t *Topic) check(tx *store.Tx, d *Draft) error {
	var bad store.Errors
	if t.Sort != Discussion && t.Sort != Announcement {
		bad.Add(store.E(store.Invalid, "err.discussion.sort").At("sort"))
	}
	bad.Add(listing.CheckTitle(t.Title))
	if err := bad.Take(d.check(tx)); err != nil {
		return err
	}
	return bad.OrNil()
}

// put writes the topic's card: its first post is the body. Nobody is named, and
// contacts in their words are for registered people only (PA-3).
func (t *Topic) put(tx *store.Tx, text string) error {
	title, text := Open(t.Title), Open(text)
	return listing.Put(tx, listing.Card{
		Ref: t.Ref(), Kind: listing.KindTopic, Title: title, Summary: listing.Clip(text, summaryLength),
		Group: t.Group, Audience: listing.Public, // as its group is read
	}, listing.Body{"@type": "DiscussionForumPosting", "name": title, "description": text})
}

// Open is a text as everybody may read it: without telephone numbers and
// addresses, which nobody is asked about here.
func Open(text string) string { return contact.Mask(text, contact.Hidden) }

// putAgain writes the card as topic and first post stand. Without words there
// is none. What a moderator hid stays hidden, whatever its author writes.
func (t *Topic) putAgain(tx *store.Tx) error {
	first, err := post(tx, t.Ref(), 1)
	if err != nil {
		return err
	}
	if t.Title == "" || first.Taken != There {
		return listing.Withdraw(tx, t.Ref())
	}
	if err := t.put(tx, first.Text); err != nil || !first.Hidden {
		return err
	}
	return listing.Hide(tx, t.Ref(), true)
}

// kept is a topic the actor moderates.
func kept(tx *store.Tx, id string) (Topic, error) {
	t, err := Get(tx, id)
	if err == nil && !t.Keeps {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return t, err
}

// Pin puts a topic before the others of its group, or back among them.
func Pin(tx *store.Tx, id string, pinned bool) error {
	if _, err := kept(tx, id); err != nil {
		return err
	}
	_, err := tx.Exec(sqlPin, pinned, id)
	return err
}

// Close ends the replies to a topic, or opens it again. Its words stay.
func Close(tx *store.Tx, id string, closed bool) error {
	t, err := kept(tx, id)
	if err != nil || t.Closed() == closed {
		return err
	}
	var at any
	if closed {
		at = tx.Now.Unix()
	}
	_, err = tx.Exec(sqlClose, at, id)
	return err
}

// Move puts a topic into another group, whose members the actor belongs to. From
// then on it is read as that group is (FO-7).
func Move(tx *store.Tx, id, into string) error {
	t, err := kept(tx, id)
	if err != nil || t.Group == into {
		return err
	}
	to, err := PlaceOf(tx, into)
	if store.KindOf(err) == store.NotFound {
		return store.E(store.Invalid, "err.discussion.move").At("group")
	}
	if err != nil {
		return err
	}
	if !to.Writes || t.Sort == Announcement && !to.Keeps {
		return store.E(store.Invalid, "err.discussion.move").At("group")
	}
	if _, err := tx.Exec(sqlMove, to.ID, id); err != nil {
		return err
	}
	t.Group = to.ID
	return t.putAgain(tx)
}

// Retitle changes a topic's title, for its author while they write there.
func Retitle(tx *store.Tx, id, title string) error {
	t, err := Get(tx, id)
	if err != nil {
		return err
	}
	switch {
	case t.AuthorID == "" || t.AuthorID != tx.Actor.ID:
		return store.E(store.Forbidden, "err.forbidden")
	case !t.Member:
		return store.E(store.Forbidden, "err.discussion.not_member")
	}
	if bad := listing.CheckTitle(title); bad != nil {
		return bad
	}
	if title == t.Title {
		return nil
	}
	if _, err := tx.Exec(sqlRetitle, title, id); err != nil {
		return err
	}
	t.Title = title
	return t.putAgain(tx)
}

// drop deletes a topic with all its posts.
func (t *Topic) drop(tx *store.Tx, forget func(*store.Tx, store.Ref) error) error {
	for _, statement := range []string{sqlDropPosts, sqlDropTopic} {
		if _, err := tx.Exec(statement, t.ID); err != nil {
			return err
		}
	}
	return forget(tx, t.Ref())
}

// Discard takes a topic away with all that was said in it, once moderators have
// decided so (store.Tx.Entrust).
func Discard(tx *store.Tx, id string) error {
	t, err := topic(tx, id)
	if err != nil {
		return err
	}
	if !tx.VouchedFor(t.Ref()) {
		return store.E(store.Forbidden, "err.forbidden")
	}
	return t.drop(tx, listing.Withdraw)
}

// DropGroup deletes all that was said in a group that is no more. Package group
// may not know this one: who removes a group hands it over.
func DropGroup(tx *store.Tx, id string) error {
	list, err := store.All(tx, scanTopic, sqlAllOfGroup, id)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].drop(tx, listing.Withdraw); err != nil {
			return err
		}
	}
	return dropAll(tx, listing.Withdraw, sqlEntriesOfGroup, id)
}
