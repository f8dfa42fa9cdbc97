package discussion

import (
	"slices"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/notify"
)

// around is how many posts before and after a reported one a moderator of the
// box reads where they do not belong.
const around = 3

// Acts of the public log; their kind is Module.
const (
	actHide = "post_hidden"
	actShow = "post_shown"
	actKeep = "post_kept"
)

// What people are told of.
const (
	toldHidden  = "notify.discussion_hidden"
	toldShown   = "notify.discussion_shown"
	toldDecided = "notify.discussion_decided"
	toldLeft    = "notify.discussion_left"
)

// Complaint is what people reported about a post, together.
type Complaint struct {
	Post    Post // of a list without its words
	Title   string
	Own     bool // the acting moderator wrote or reported it, and must leave it to another
	Reports []moderation.Report
	Around  []Post // with the reported one; of one complaint only
}

// File asks the moderators to read a post of somebody else, once for each
// person. It returns false when they had asked already. From then on, and until
// somebody decides, moderators of the box read it and what stands around it,
// also where they do not belong.
func File(tx *store.Tx, id string, reason moderation.Reason, text string) (bool, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return false, err
	}
	p, _, err := read(tx, id)
	if err != nil {
		return false, err
	}
	if p.AuthorID == tx.Actor.ID || p.Taken != There || p.Hidden != nil {
		return false, notFound()
	}
	if err := moderation.CheckReason(Complaints, reason, text); err != nil {
		return false, err
	}
	_, err = tx.Exec(sqlReport, tx.NewID(), p.ID, reason, text, tx.Actor.ID, tx.Now.Unix())
	if store.IsUnique(err) {
		return false, nil
	}
	return err == nil, err
}

// Waiting counts the posts with reports nobody has decided on, for everybody.
func Waiting(tx *store.Tx) (int, error) { return store.One(tx, store.Scan[int], sqlReportedCount) }

// Reported lists them, the longest waiting first, without a word of any post.
func Reported(tx *store.Tx) ([]Complaint, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	posts, err := store.All(tx, scanPost, sqlReported)
	if err != nil {
		return nil, err
	}
	var list []Complaint
	for _, p := range posts {
		c, err := complaint(tx, p)
		if err != nil {
			return nil, err
		}
		c.Post.Text = ""
		list = append(list, c)
	}
	return list, nil
}

func complaint(tx *store.Tx, p Post) (c Complaint, err error) {
	c.Post = p
	if c.Title, err = titleOf(tx, p.About); err != nil {
		return c, err
	}
	if c.Reports, err = store.All(tx, scanReport, sqlReports, p.ID); err != nil {
		return c, err
	}
	c.Own, err = own(tx, &p)
	return c, err
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

// own tells whether the actor wrote the post, or reported it.
func own(tx *store.Tx, p *Post) (bool, error) {
	if p.AuthorID != "" && p.AuthorID == tx.Actor.ID {
		return true, nil
	}
	return store.One(tx, store.Scan[bool], sqlReportedBy, p.ID, tx.Actor.ID)
}

// Read is a reported post among the few around it, as a moderator of the box
// reads them. It fails with kind NotFound once somebody has decided, and with
// kind Forbidden for who wrote or reported it (MD-2).
func Read(tx *store.Tx, id string) (Complaint, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return Complaint{}, err
	}
	p, err := store.One(tx, scanPost, sqlPost, id)
	if err != nil {
		return Complaint{}, err
	}
	c, err := complaint(tx, p)
	switch {
	case err != nil:
		return c, err
	case len(c.Reports) == 0:
		return Complaint{}, notFound()
	case c.Own:
		return Complaint{}, store.E(store.Forbidden, "err.moderation.own")
	}
	c.Around, err = store.All(tx, scanPost, sqlPosts, p.About.Module, p.About.ID, p.N-around, p.N+around)
	since := c.Reports[0].At
	c.Around = slices.DeleteFunc(c.Around, func(o Post) bool { return o.At.After(since) })
	for i := range c.Around {
		c.Around[i].Mentions = nil
	}
	return c, err
}

// judged is a post the actor may decide on: as a moderator of its group, or of
// the box where they read it or somebody reported it.
func judged(tx *store.Tx, id string) (p Post, inBox bool, err error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return p, false, err
	}
	p, t, err := read(tx, id)
	switch {
	case err == nil && t != nil && t.Keeps:
	case store.KindOf(err) == store.NotFound && tx.Actor.Can(store.Moderator):
		inBox = true
		if p, err = store.One(tx, scanPost, sqlPost, id); err != nil {
			return p, inBox, err
		}
		if n, err := store.One(tx, store.Scan[int], sqlReportsOfPost, id); err != nil {
			return p, inBox, err
		} else if n == 0 && (p.Hidden == nil || !p.Hidden.InBox) {
			return Post{}, inBox, notFound()
		}
	case err != nil:
		return p, false, err
	case tx.Actor.Can(store.Moderator):
		inBox = true
	default:
		return p, false, store.E(store.Forbidden, "err.forbidden")
	}
	if p.Taken != There {
		return p, inBox, notFound()
	}
	mine, err := own(tx, &p)
	if err == nil && mine {
		err = store.E(store.Forbidden, "err.moderation.own")
	}
	return p, inBox, err
}

// Hide takes the words of a post away from everybody but its author and those
// who moderate, with a reason its author reads, and closes the reports about it.
// With its first post a topic is hidden.
func Hide(tx *store.Tx, id string, reason moderation.Reason, text string) error {
	p, inBox, err := judged(tx, id)
	if err != nil || p.Hidden != nil {
		return err
	}
	if err := moderation.CheckReason(Complaints, reason, text); err != nil {
		return err
	}
	whose := "group"
	if inBox {
		whose = "box"
	}
	if _, err := tx.Exec(sqlHide, tx.Now.Unix(), tx.Actor.ID, whose, reason, text, p.ID); err != nil {
		return err
	}
	if err := p.hideTopic(tx, true); err != nil {
		return err
	}
	if err := notify.Tell(tx, p.AuthorID, p.About, toldHidden); err != nil {
		return err
	}
	if err := p.decide(tx, toldDecided); err != nil {
		return err
	}
	return moderation.Note(tx, actHide, Module, reason)
}

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

// Show gives a hidden post its words back. What a moderator of the box hid, only
// one of them shows.
func Show(tx *store.Tx, id string) error {
	p, inBox, err := judged(tx, id)
	if err != nil || p.Hidden == nil {
		return err
	}
	if p.Hidden.InBox && !inBox && !tx.Actor.Can(store.Moderator) {
		return store.E(store.Forbidden, "err.discussion.box_hid")
	}
	if _, err := tx.Exec(sqlShow, p.ID); err != nil {
		return err
	}
	if err := p.hideTopic(tx, false); err != nil {
		return err
	}
	if err := notify.Tell(tx, p.AuthorID, p.About, toldShown); err != nil {
		return err
	}
	return moderation.Note(tx, actShow, Module, "")
}

// Dismiss answers the reports about a post: it stays.
func Dismiss(tx *store.Tx, id string) error {
	p, _, err := judged(tx, id)
	if err != nil {
		return err
	}
	if err := p.decide(tx, toldLeft); err != nil {
		return err
	}
	return moderation.Note(tx, actKeep, Module, "")
}

// decide closes the reports about a post and tells those who made them.
func (p *Post) decide(tx *store.Tx, told string) error {
	who, err := store.All(tx, store.Scan[string], sqlReporters, p.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDecide, tx.Now.Unix(), tx.Actor.ID, p.ID); err != nil {
		return err
	}
	for _, account := range who {
		if err := notify.Tell(tx, account, p.About, told); err != nil {
			return err
		}
	}
	return nil
}

// Named lists the posts in which the name of somebody who left may still stand,
// for a moderator (VP-1).
func Named(tx *store.Tx) ([]Post, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	return store.All(tx, scanPost, sqlNamed)
}

// Looked says that a moderator looked at such a post.
func Looked(tx *store.Tx, id string) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	_, err := tx.Exec(sqlDropNamed, id)
	return err
}
