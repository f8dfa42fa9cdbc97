package discussion

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Poll is a quick question in a post: everybody who belongs there picks one of
// the options, and may change their mind until it ends. It decides nothing.
type Poll struct {
	Options []string
	Until   time.Time

	// Filled when read.
	Counts []int // one for each option
	Voters int
	Mine   int  // the option the actor picked, from 1; 0 for none
	Open   bool // it has not ended
}

// check tells what is wrong with a poll as written, and tidies its options.
func (p *Poll) check(tx *store.Tx) *store.Error {
	seen := map[string]bool{}
	var kept []string
	for _, o := range p.Options {
		o = strings.Join(strings.Fields(o), " ")
		if o == "" || seen[listing.Fold(o)] {
			continue
		}
		if bad := listing.CheckText("options", o, MaxOption); bad != nil {
			return bad
		}
		seen[listing.Fold(o)], kept = true, append(kept, o)
	}
	p.Options = kept
	switch {
	case len(kept) < MinOptions || len(kept) > MaxOptions:
		return store.E(store.Invalid, "err.discussion.options", "min", MinOptions, "max", MaxOptions).At("options")
	case p.Until.IsZero():
		return store.E(store.Invalid, "err.discussion.until_empty").At("until")
	case !p.Until.After(tx.Now) && tx.ClockQuality().Sure():
		return store.E(store.Invalid, "err.discussion.until").At("until")
	case p.Until.After(tx.Now.Add(PollAhead)) && tx.ClockQuality().Sure():
		return store.E(store.Invalid, "err.discussion.until_far").At("until")
	}
	return nil
}

// ask stores the question of a new post.
func (p *Post) ask(tx *store.Tx, q *Poll) error {
	if q == nil {
		return nil
	}
	if _, err := tx.Exec(sqlAsk, p.ID, q.Until.Unix()); err != nil {
		return err
	}
	for i, o := range q.Options {
		if _, err := tx.Exec(sqlOption, p.ID, i+1, o); err != nil {
			return err
		}
	}
	p.Poll = q
	return nil
}

// Pick answers the question of a post, or answers it anew. Option 0 takes the
// answer back. It fails with kind Conflict once the poll has ended; while the
// clock is unsure none ends.
func Pick(tx *store.Tx, id string, option int) error {
	p, t, err := One(tx, id)
	if err != nil {
		return err
	}
	switch {
	case p.Poll == nil || p.Hidden:
		return notFound()
	case t == nil || !t.Member:
		return store.E(store.Forbidden, "err.discussion.not_member")
	case !p.Poll.Open:
		return store.E(store.Conflict, "err.discussion.poll_over")
	case option < 0 || option > len(p.Poll.Options):
		return store.E(store.Invalid, "err.discussion.pick").At("option")
	}
	if _, err := tx.Exec(sqlUnpick, p.ID, tx.Actor.ID); err != nil || option == 0 {
		return err
	}
	_, err = tx.Exec(sqlPick, p.ID, tx.Actor.ID, option)
	return err
}

// findPolls fills the questions of posts.
func findPolls(tx *store.Tx, list []Post, about store.Ref, from, until int) error {
	rows, err := store.All(tx, scanOption, sqlPolls, about.Module, about.ID, from, until, tx.Actor.ID)
	if err != nil {
		return err
	}
	at := map[string]*Post{}
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	for _, o := range rows {
		p, ok := at[o.post]
		if !ok {
			continue
		}
		if p.Poll == nil {
			p.Poll = &Poll{Until: o.until, Open: !tx.ClockQuality().Sure() || tx.Now.Before(o.until)}
		}
		p.Poll.Options, p.Poll.Counts = append(p.Poll.Options, o.text), append(p.Poll.Counts, o.count)
		p.Poll.Voters += o.count
		if o.mine {
			p.Poll.Mine = len(p.Poll.Options)
		}
	}
	return nil
}

// option is one row of a poll.
type option struct {
	post, text string
	until      time.Time
	count      int
	mine       bool
}
