// Package discussion keeps what people say: topics in groups, and posts.
//
// A topic is of one group and of one sort: a discussion, which whoever belongs
// to the group answers, or an announcement of those who keep it, which nobody
// answers. It is read as its group is. Its first post says what it is about, the
// others follow in order; one may point at another that it answers.
//
// A post is about a thing: a topic, or any public thing of another module, where
// it is a comment (Thread). Whoever answers for the thing closes its comments;
// what an official element publishes takes none. Nobody changes another's words.
// An author changes their own: in the first minutes without a mark, afterwards
// what it said before stays for those who read it. What is taken away leaves its
// place. Moderators, of the box or of the group, decide about a post as they do
// about a thing with a card: package moderation finds it by its ref.
//
// An entry is a short dated text in the journal of an organisation or of a
// group, by who answers for it. It is a thing with a card of its own, of the kind
// notice, which neighbours have always known, and not another sort of topic: a
// topic is read as its group is and has no audience of its own, an organisation
// has no group, and posts about a topic are its members' and not comments. With
// a card it gets comments, reports, hiding, second opinions, search and feeds as
// every public thing does; only its words and what they were are kept here. An
// organisation's stands in its name (directory.Stand), a group's belongs to it
// (listing.Card.Group). Refs to it are of Journal, so that comments on it are of
// another thing than a topic.
//
// How far somebody has read is theirs to know alone.
package discussion

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// Module names this package in refs: the ref of a topic.
const Module = "discussion"

// Limits.
const (
	MaxText    = 5000 // of a post, in characters
	PerHour    = 60   // posts of one account, and changes of them that are kept
	NewPerHour = 10   // topics one account begins
	MinOptions = 2    // of a poll
	MaxOptions = 10
	MaxOption  = 80 // characters
)

// How long things last.
const (
	Grace     = 5 * time.Minute      // a post is changed without a mark (FO-6)
	PollAhead = 366 * 24 * time.Hour // the furthest end of a poll
	twice     = time.Minute          // the same words again are one post: somebody tapped twice
	absence   = 12 * time.Hour       // a look at what is new after that is another visit
)

// Sort is what a topic is.
type Sort string

// The sorts.
const (
	Discussion   Sort = "discussion"
	Announcement Sort = "announcement" // by who keeps the group; nobody replies
)

// Topic is something a group talks about.
type Topic struct {
	ID        string
	Group     string // id
	GroupName string
	Sort      Sort
	Title     string // empty when its author left and took it along
	AuthorID  string // empty after they left
	Pinned    bool
	ClosedAt  time.Time // zero while it takes replies
	CreatedAt time.Time
	LastAt    time.Time // of its latest post
	Posts     int       // how many there are; also the number of the last

	Read    int  // the last post the actor has read
	Unread  int  // posts of others after it, in a group the actor belongs to
	New     int  // number of the first of these; 0 without any
	Belongs bool // the actor belongs to its group
	Member  bool // they do, and that is not closed
	Keeps   bool // the actor moderates it
}

// Ref points at the topic.
func (t *Topic) Ref() store.Ref { return store.Ref{Module: Module, ID: t.ID} }

// Closed tells whether it takes no replies any more.
func (t *Topic) Closed() bool { return !t.ClosedAt.IsZero() }

// Takes tells whether the actor may reply.
func (t *Topic) Takes() bool { return t.Member && t.Sort == Discussion && !t.Closed() }

// Post is what somebody said about a thing.
type Post struct {
	ID       string
	About    store.Ref
	N        int    // its number among the posts about the thing, from 1
	AuthorID string // empty after they left
	Text     string // empty once it was taken away, and of a hidden one for most
	Quoted   int    // number of the post it answers; 0 for none
	At       time.Time
	EditedAt time.Time // zero: never, or in the first minutes
	Taken    Taken
	Hidden   bool
	Why      moderation.Hiding // of a hidden one, where posts are listed
	Mentions []Mention
	Poll     *Poll // nil without one
	Reported int   // open reports; filled for those who moderate
}

// Taken tells who took a post away.
type Taken string

// Who did.
const (
	There    Taken = ""
	ByAuthor Taken = "author"
	Erased   Taken = "erased" // its author left and took it along (VP-2)

	ByModerator Taken = "moderator" // two of them, for good
)

// Draft is a post as it is written.
type Draft struct {
	Text   string
	Quoted int
	Poll   *Poll
}

// Complaints are the reasons to report or hide a post, in the order they are
// shown.
var Complaints = []moderation.Reason{"off_topic", "insult", "advertising", "personal", "illegal", "other"}

// check tells what is wrong with what was written, and tidies it.
func (d *Draft) check(tx *store.Tx) error {
	var bad store.Errors
	d.Text = strings.TrimSpace(d.Text)
	if d.Text == "" {
		bad.Add(store.E(store.Invalid, "err.discussion.empty").At("text"))
	}
	bad.Add(listing.CheckText("text", d.Text, MaxText))
	if d.Poll != nil {
		bad.Add(d.Poll.check(tx))
	}
	return bad.OrNil()
}

func notFound() error { return store.E(store.NotFound, "err.not_found") }
