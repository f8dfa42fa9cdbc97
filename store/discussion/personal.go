package discussion

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// Personal is what the module holds about persons: what they said and when they
// read it.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{
		"discussion_topics", "discussion_posts", "discussion_mentions", "discussion_reads", "discussion_visits",
		"discussion_picks", "discussion_entries",
	},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Said     []Exported `json:"said,omitempty"`
	Journal  []Exported `json:"journal,omitempty"`   // entries; about is their title
	Answers  []Answer   `json:"answers,omitempty"`   // to quick questions
	Named    int        `json:"named,omitempty"`     // posts of others that name the person
	LookedAt *time.Time `json:"looked_at,omitempty"` // at what is new
	Read     []Marked   `json:"read,omitempty"`
}

// Exported is a post as its author gets it back.
type Exported struct {
	About  string    `json:"about"` // title of the thing; empty when it is gone
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
	Before []string  `json:"before,omitempty"` // what it said earlier
	Asked  []string  `json:"asked,omitempty"`  // options of a quick question
}

// Answer is what somebody picked.
type Answer struct {
	About string `json:"about"`
	Pick  string `json:"pick"`
}

// Marked is how far somebody has read.
type Marked struct {
	Topic string `json:"topic"`
	N     int    `json:"n"`
}

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	posts, err := store.All(tx, scanPost, sqlPostsOf, account)
	if err != nil {
		return nil, err
	}
	for i := range posts {
		e, err := posts[i].export(tx)
		if err != nil {
			return nil, err
		}
		h.Said = append(h.Said, e)
	}
	if h.Journal, err = exportEntries(tx, account); err != nil {
		return nil, err
	}
	if h.Answers, err = store.All(tx, scanAnswer, sqlPicksOf, account); err != nil {
		return nil, err
	}
	if h.Read, err = store.All(tx, scanMarked, sqlReadsOf, account); err != nil {
		return nil, err
	}
	if h.Named, err = store.One(tx, store.Scan[int], sqlNamedIn, account); err != nil {
		return nil, err
	}
	v, err := store.One(tx, scanVisit, sqlVisit, account)
	if err == nil {
		h.LookedAt = &v.seen
	} else if store.KindOf(err) != store.NotFound {
		return nil, err
	}
	if len(h.Said)+len(h.Journal)+len(h.Answers)+len(h.Read)+h.Named == 0 && h.LookedAt == nil {
		return nil, nil
	}
	return h, nil
}

func (p *Post) export(tx *store.Tx) (e Exported, err error) {
	e.Text, e.At = p.Text, p.At
	if e.About, err = titleOf(tx, p.About); err != nil {
		return e, err
	}
	before, err := store.All(tx, scanSaid, sqlHistory, p.ID)
	if err != nil {
		return e, err
	}
	for _, s := range before {
		e.Before = append(e.Before, s.Text)
	}
	e.Asked, err = store.All(tx, store.Scan[string], sqlOptionsOf, p.ID)
	return e, err
}

func exportEntries(tx *store.Tx, account string) (out []Exported, err error) {
	list, err := store.All(tx, scanEntry, sqlEntriesBy, account)
	for i := range list {
		e := &list[i]
		before, err := store.All(tx, scanSaid, sqlEntryHistory, e.ID)
		if err != nil {
			return nil, err
		}
		x := Exported{About: e.Title, Text: e.Text, At: e.At}
		for _, s := range before {
			x.Before = append(x.Before, s.Text)
		}
		out = append(out, x)
	}
	return out, err
}

// erase takes a person's name off what they said, or the words too; the order of
// the posts stays (VP-1, VP-2). Posts of others that may name them are listed to
// a moderator.
func erase(tx *store.Tx, id string, how store.Erasure) error {
	if err := listNamed(tx, id); err != nil {
		return err
	}
	if how == store.EraseAll {
		if err := eraseWords(tx, id); err != nil {
			return err
		}
	}
	for _, s := range []string{
		sqlCountGone, sqlErasePicks, sqlEraseMentions, sqlEraseReads, sqlEraseVisit, sqlUnnamePosts, sqlUnnameTopics, sqlUnnameEntries,
	} {
		if _, err := tx.Exec(s, id); err != nil {
			return err
		}
	}
	return nil
}

// listNamed puts before moderators what others wrote that names an account, or
// holds its name.
func listNamed(tx *store.Tx, id string) error {
	mentions, err := store.All(tx, store.Scan[string], sqlMentionedIn, id)
	if err != nil {
		return err
	}
	for _, post := range mentions {
		if err := moderation.MayName(tx, store.Ref{Module: PostModule, ID: post}); err != nil {
			return err
		}
	}
	p, err := account.ByID(tx, id)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	name := account.Fold(p.Name)
	if err != nil || name == "" {
		return err
	}
	if err := listHolding(tx, PostModule, sqlTextsOfOthers, id, name); err != nil {
		return err
	}
	return listHolding(tx, Journal, sqlEntriesOfOthers, id, name)
}

// listHolding does it for the texts a statement finds that hold a folded name.
// SQLite knows no accents: those that hold one of the name's letters in any case
// are too many to tell apart there.
func listHolding(tx *store.Tx, module, statement, id, name string) error {
	type text struct{ id, text string }
	list, err := store.All(tx, func(r store.Row) (t text, err error) {
		err = r.Scan(&t.id, &t.text)
		return t, err
	}, statement, id)
	if err != nil {
		return err
	}
	for _, t := range list {
		if !strings.Contains(account.Fold(t.text), name) {
			continue
		}
		if err := moderation.MayName(tx, store.Ref{Module: module, ID: t.id}); err != nil {
			return err
		}
	}
	return nil
}

// eraseWords takes a person's words away. Of their topics the ones nobody else
// wrote in go whole; the others keep their places without a title.
func eraseWords(tx *store.Tx, id string) error {
	if err := dropAll(tx, listing.Erase, sqlEntriesBy, id); err != nil {
		return err
	}
	for _, s := range []string{sqlEraseEdits, sqlEraseNamesIn, sqlErasePolls, sqlErasePosts} {
		if _, err := tx.Exec(s, id); err != nil {
			return err
		}
	}
	topics, err := store.All(tx, scanTopic, sqlTopicsOf, id)
	if err != nil {
		return err
	}
	for i := range topics {
		t := &topics[i]
		others, err := store.One(tx, store.Scan[bool], sqlOthers, Module, t.ID, id)
		if err != nil {
			return err
		}
		if !others {
			if err := t.drop(tx, listing.Erase); err != nil {
				return err
			}
			continue
		}
		if _, err := tx.Exec(sqlRetitle, "", t.ID); err != nil {
			return err
		}
		if err := listing.Erase(tx, t.Ref()); err != nil {
			return err
		}
	}
	return nil
}
