package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/contact"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// quotedLength is how much of a post that is answered stands above the answer,
// in characters.
const quotedLength = 120

// postView is one post.
type postView struct {
	ID       string
	N        int
	Who      string
	At       time.Time
	Parts    []postPart
	Edited   string   // when, in words; empty without a mark
	Gone     string   // why there are no words
	Why      string   // why it is hidden; for who still reads it
	Appeal   wordLink // where its author asks for a second opinion; empty for others
	Quote    *citedView
	Poll     *pollView
	Reported string // for who moderates
	New      bool   // not read yet

	Mine, Editable, History, Reportable, Keeps bool

	Decide string // address on which its reader decides about it; empty for who does not
	Reply  string // address of the form that answers it; empty where none can

	author string
}

// With is the post with the words of its page, for the part "post-links".
func (v postView) With(p *topicPage) postLinks { return postLinks{v, &p.page} }

// postLinks are what a reader can do with a post.
type postLinks struct {
	postView
	*page
}

// To names the post, for who does not see it.
func (v postLinks) To() string { return v.T("discussion.of", "who", v.Who, "when", v.DayTime(v.At)) }

// Asked is the post's quick question with its form.
func (v postView) Asked(f *form) pollForm { return pollForm{v.Poll, f} }

// pollForm is a quick question, and what was typed on its page.
type pollForm struct {
	*pollView
	*form
}

// Field are the options to choose from.
func (q pollForm) Field() field {
	var list []choice
	for _, o := range q.Options {
		list = append(list, choice{Value: strconv.Itoa(o.N), Label: o.Text, Chosen: o.Mine})
	}
	return q.Radio("option", "discussion.poll.option").Of(list).On(q.ID)
}

// postPart is a piece of a post; a name somebody is called by stands out.
type postPart struct {
	Text string
	Name bool
}

// citedView is the beginning of the post another answers.
type citedView struct {
	Href, Who, Extract string
	N                  int
}

// pollView is a quick question.
type pollView struct {
	ID      string
	Options []pollOption
	Voters  int
	Count   string // "2 votants"
	Until   string
	Open    bool // the reader may answer
	Picked  bool
}

// pollOption is one answer to it.
type pollOption struct {
	N, Votes int
	Text     string
	Count    string // in words
	Mine     bool
}

// people writes names once for a page.
type people map[string]string

// name is how a person is written, also one who has left.
func (l people) name(r *request, tx *store.Tx, id string) (string, error) {
	if name, known := l[id]; known {
		return name, nil
	}
	name, err := account.ShownName(tx, id)
	if name == "" {
		name = r.T("discussion.gone")
	}
	l[id] = r.Typo(name)
	return l[id], err
}

// postViews writes the posts about a thing with the numbers from to until. t is
// the topic they stand in, nil for another thing.
func (r *request) postViews(tx *store.Tx, t *discussion.Topic, about store.Ref, from, until int) ([]postView, error) {
	posts, err := discussion.Posts(tx, about, from, until, t != nil && t.Keeps)
	if err != nil {
		return nil, err
	}
	names := people{}
	views := make([]postView, len(posts))
	for i := range posts {
		p := &posts[i]
		v := r.postView(p, t)
		if v.Who, err = names.name(r, tx, p.AuthorID); err != nil {
			return nil, err
		}
		if p.Quoted > 0 && p.Taken == discussion.There {
			if v.Quote, err = r.quoteIn(tx, posts, p.About, p.Quoted, names); err != nil {
				return nil, err
			}
		}
		if v.Mine && v.Why != "" {
			n := noticeView{Text: v.Why}
			if err := r.addAppeal(tx, &n, p.Ref(), &p.Why); err != nil {
				return nil, err
			}
			v.Why, v.Appeal = n.Text, wordLink{n.Href, n.Action}
		}
		views[i] = v
	}
	return views, nil
}

// postView writes all of a post but the names.
func (r *request) postView(p *discussion.Post, t *discussion.Topic) postView {
	v := postView{
		ID: p.ID, N: p.N, At: p.At, Parts: r.postParts(p), Gone: r.goneWords(p),
		author: p.AuthorID, Mine: r.actor.ID != "" && p.AuthorID == r.actor.ID, Poll: r.pollView(p, t),
	}
	there := p.Taken == discussion.There
	if p.Hidden && v.Gone == "" {
		v.Why = r.hidingWords(&p.Why)
	}
	if !p.EditedAt.IsZero() && v.Gone == "" {
		v.Edited = r.T("discussion.edited", "when", r.DayTime(p.EditedAt))
		v.History = v.Mine || t != nil && t.Belongs || t == nil && r.actor.Can(store.Resident)
	}
	if p.Reported > 0 {
		v.Reported = r.T("discussion.reported", "n", p.Reported)
	}
	v.Reportable = there && !v.Mine && !p.Hidden && r.actor.Can(store.Resident)
	v.Keeps = there && !v.Mine && t != nil && t.Keeps
	switch {
	case there && !v.Mine && r.actor.Can(store.Moderator):
		v.Decide = judgeHref(p.Ref())
	case v.Keeps:
		v.Decide = postPath + "/" + p.ID + "/masquer"
	}
	if t == nil && v.Reportable {
		v.Reply = commentsPath + "/" + p.About.ID + "?repondre=" + strconv.Itoa(p.N) + "#ecrire"
	}
	if t != nil {
		v.New = t.New > 0 && p.N >= t.New && !v.Mine
		if t.Takes() && there && !p.Hidden {
			v.Reply = topicsPath + "/" + t.ID + "?repondre=" + strconv.Itoa(p.N) + "#ecrire"
		}
	}
	v.Mine = v.Mine && there
	v.Editable = v.Mine && (t == nil || t.Member)
	return v
}

// goneWords say why a post has no words for its reader; empty when it has.
func (r *request) goneWords(p *discussion.Post) string {
	switch {
	case p.Taken != discussion.There:
		return r.T("discussion.taken." + string(p.Taken))
	case p.Hidden && p.Text == "":
		return r.hidingWords(&p.Why)
	}
	return ""
}

// hidingWords say who hid a post, when and why.
func (r *request) hidingWords(h *moderation.Hiding) string {
	key := "discussion.hidden_box"
	switch {
	case h.Pending:
		return r.T("moderation.pending_why_message", "reason", r.reason(string(h.Reason), h.Text))
	case h.InPlace:
		key = "discussion.hidden_group"
	}
	return r.T(key, "when", r.DayTime(h.At), "reason", r.reason(string(h.Reason), h.Text))
}

// postParts cuts a post at the names in it.
func (r *request) postParts(p *discussion.Post) []postPart {
	var parts []postPart
	from := 0
	for _, m := range p.Mentions {
		if m.Starts < from || m.Ends > len(p.Text) {
			continue
		}
		if m.Starts > from {
			parts = append(parts, postPart{Text: r.openTo(p.Text[from:m.Starts])})
		}
		parts = append(parts, postPart{r.Typo(p.Text[m.Starts:m.Ends]), true})
		from = m.Ends
	}
	if from < len(p.Text) {
		parts = append(parts, postPart{Text: r.openTo(p.Text[from:])})
	}
	return parts
}

// openTo is a piece of a post as the reader may see it: a visitor reads that a
// telephone number or an address is left out (PA-3).
func (r *request) openTo(text string) string {
	if !r.actor.Can(store.Resident) {
		text = contact.Mask(text, r.T("contact.reserved"))
	}
	return r.Typo(text)
}

// quoteIn is the beginning of a post that is answered, which mostly stands on
// the same page.
func (r *request) quoteIn(tx *store.Tx, posts []discussion.Post, about store.Ref, n int, names people) (*citedView, error) {
	i := n - posts[0].N
	if i < 0 || i >= len(posts) || posts[i].N != n {
		return r.quote(tx, about, n)
	}
	who, err := names.name(r, tx, posts[i].AuthorID)
	return r.cited(&posts[i], who), err
}

// quote is the beginning of any post about a thing; nil when there is none.
func (r *request) quote(tx *store.Tx, about store.Ref, n int) (*citedView, error) {
	list, err := discussion.Posts(tx, about, n, n, false)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	who, err := people{}.name(r, tx, list[0].AuthorID)
	return r.cited(&list[0], who), err
}

// aboutPost is the page on which a post stands.
func aboutPost(p *discussion.Post) string {
	if p.About.Module == discussion.Module {
		return topicHref(p.About.ID, p.N)
	}
	return commentHref(p.About.ID, p.N)
}

func (r *request) cited(p *discussion.Post, who string) *citedView {
	v := &citedView{Who: who, N: p.N, Extract: r.goneWords(p)}
	if v.Extract == "" {
		v.Extract = r.openTo(listing.Clip(p.Text, quotedLength))
	}
	v.Href = aboutPost(p)
	return v
}

// pollView writes a quick question; of nobody's answers there is no bar (FO-9).
func (r *request) pollView(p *discussion.Post, t *discussion.Topic) *pollView {
	q := p.Poll
	if q == nil {
		return nil
	}
	v := &pollView{
		ID: p.ID, Voters: q.Voters, Count: r.T("discussion.poll.voters", "n", q.Voters), Picked: q.Mine > 0,
		Open: q.Open && t != nil && t.Member && !p.Hidden,
	}
	key := "discussion.poll.ended"
	if q.Open {
		key = "discussion.poll.until"
		r.FreshUntil(q.Until)
	}
	v.Until = r.T(key, "when", r.DayTime(q.Until))
	for i, text := range q.Options {
		v.Options = append(v.Options, pollOption{i + 1, q.Counts[i], r.openTo(text), r.T("discussion.poll.votes", "n", q.Counts[i]), q.Mine == i+1})
	}
	return v
}

// namesIn lists those who wrote on a page, as they are named in a post.
func namesIn(posts []postView) string {
	var list []string
	for i := range posts {
		if name := "@" + posts[i].Who; posts[i].author != "" && !posts[i].Mine && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}
