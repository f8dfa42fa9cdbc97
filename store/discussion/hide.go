package discussion

import (
	"slices"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// PostModule names single posts and comments in refs. They have no card;
// moderators find them on their own shelf.
const PostModule = "post"

// around is how many posts before and after a reported one a moderator of the
// box reads where they do not belong.
const around = 3

// What the public log calls a post.
const (
	KindPost    = "post"    // in a topic
	KindComment = "comment" // on any other thing
)

func init() { moderation.Keep(PostModule, posts{}) }

// Ref points at the post.
func (p *Post) Ref() store.Ref { return store.Ref{Module: PostModule, ID: p.ID} }

// posts is where moderators find single posts and comments.
type posts struct{}

// Find is a post for who may read where it stands. A moderator of the box finds
// one in any group while it concerns them.
func (posts) Find(tx *store.Tx, ref store.Ref) (c moderation.Content, err error) {
	p, t, err := read(tx, ref.ID)
	if store.KindOf(err) == store.NotFound && tx.Actor.Can(store.Moderator) {
		p, err = concerning(tx, ref)
	}
	if err == nil && p.Taken != There {
		err = notFound()
	}
	if err != nil {
		return c, err
	}
	c = moderation.Content{Ref: ref, Kind: KindComment, Hidden: p.Hidden}
	if p.About.Module == Module {
		c.Kind, c.Keeps = KindPost, t != nil && t.Keeps && !tx.Actor.Can(store.Moderator)
	}
	c.Title, err = titleOf(tx, p.About)
	return c, err
}

// concerning is a post that moderators of the box have to do with.
func concerning(tx *store.Tx, ref store.Ref) (Post, error) {
	if concerns, err := moderation.Concerns(tx, ref); err != nil || !concerns {
		if err == nil {
			err = notFound()
		}
		return Post{}, err
	}
	return store.One(tx, scanPost, sqlPost, ref.ID)
}

// Exists tells whether the post has its words still.
func (posts) Exists(tx *store.Tx, ref store.Ref) (bool, error) {
	p, err := store.One(tx, scanPost, sqlPost, ref.ID)
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	return p.Taken == There, err
}

// Hide takes the words of a post away from everybody but its author and those
// who moderate. With its first post a topic is hidden.
func (posts) Hide(tx *store.Tx, ref store.Ref, hidden bool) error {
	p, err := store.One(tx, scanPost, sqlPost, ref.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlHide, hidden, ref.ID); err != nil {
		return err
	}
	return p.hideTopic(tx, hidden)
}

// Examine has nothing to do: Find asks each time.
func (posts) Examine(*store.Tx, store.Ref, bool) error { return nil }

// Reasons are Complaints.
func (posts) Reasons() []moderation.Reason { return Complaints }

// hideTopic hides or shows a topic's card with its first post. A topic that was
// hidden for itself stays hidden.
func (p *Post) hideTopic(tx *store.Tx, hidden bool) error {
	if p.N != 1 || p.About.Module != Module {
		return nil
	}
	if _, whole, err := moderation.HiddenWhy(tx, p.About); err != nil || whole && !hidden {
		return err
	}
	err := listing.Hide(tx, p.About, hidden)
	if store.KindOf(err) == store.NotFound { // its title is gone, and its card with it
		err = nil
	}
	return err
}

// titleOf is the title of what a post is about, whoever asks; empty when it is
// gone.
func titleOf(tx *store.Tx, about store.Ref) (string, error) {
	if about.Module == Module {
		t, err := topic(tx, about.ID)
		return t.Title, err
	}
	c, err := listing.Known(tx, about.ID)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return c.Title, err
}

// PostAuthorOf is the account that wrote a post; empty after they left.
func PostAuthorOf(tx *store.Tx, id string) (string, error) {
	p, err := store.One(tx, scanPost, sqlPost, id)
	return p.AuthorID, err
}

// PostTitle is the title of what a post is about, for who may read it there. Its
// author who may not any more reads how it begins; others get nothing.
func PostTitle(tx *store.Tx, id string) (string, error) {
	p, err := Judged(tx, id)
	if err != nil || p.Taken != There {
		if store.KindOf(err) == store.NotFound {
			err = nil
		}
		return "", err
	}
	c, err := posts{}.Find(tx, p.Ref())
	if store.KindOf(err) == store.NotFound {
		return listing.Clip(p.Text, summaryLength), nil
	}
	return c.Title, err
}

// Judged is a post whole, for its author, for who may read where it stands, and
// for a moderator of the box whom it concerns.
func Judged(tx *store.Tx, id string) (Post, error) {
	p, err := store.One(tx, scanPost, sqlPost, id)
	if err != nil {
		return p, err
	}
	if p.AuthorID != "" && p.AuthorID == tx.Actor.ID {
		return p, nil
	}
	if _, err := (posts{}).Find(tx, p.Ref()); err != nil {
		return Post{}, err
	}
	return p, nil
}

// Around is a post among the few around it, as they stood when somebody reported
// it, for a moderator of the box. Without a report it is the post alone.
func Around(tx *store.Tx, id string) ([]Post, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	p, err := Judged(tx, id)
	if err != nil {
		return nil, err
	}
	reports, err := moderation.ReportsOf(tx, p.Ref())
	if err != nil {
		return nil, err
	}
	list := []Post{p}
	if len(reports) > 0 {
		if list, err = store.All(tx, scanPost, sqlPosts, p.About.Module, p.About.ID, p.N-around, p.N+around); err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(o Post) bool { return o.At.After(reports[0].At) })
	}
	return list, explain(tx, list)
}

// DiscardPost takes a post away for good, once moderators have decided so
// (store.Tx.Entrust). Its place stays.
func DiscardPost(tx *store.Tx, id string) error {
	p, err := store.One(tx, scanPost, sqlPost, id)
	switch {
	case err != nil:
		return err
	case p.Taken != There:
		return notFound()
	case !tx.VouchedFor(p.Ref()):
		return store.E(store.Forbidden, "err.forbidden")
	}
	var t *Topic
	if p.About.Module == Module {
		of, err := topic(tx, p.About.ID)
		if err != nil {
			return err
		}
		t = &of
	}
	_, err = p.take(tx, t, ByModerator)
	return err
}
