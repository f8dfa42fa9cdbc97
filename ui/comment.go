package ui

import (
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/message"
)

// commentsPath is what people say about the public things of all modules.
const commentsPath = "/commentaires"

func (s *Server) commentRoutes() []route {
	return []route{
		{GET, "/commentaires.atom", public, s.commentsFeed},
		{GET, "/commentaires/:id", public, s.comments},
		{POST, "/commentaires/:id", resident, s.comment},
		{GET, "/commentaires/:id/fil.atom", public, s.commentFeed},
		{POST, "/commentaires/:id/clore", owner, s.commentsClose},
		{POST, "/commentaires/:id/voix", operator, s.commentsVoice},
	}
}

// commentsBelow is how many comments, the latest ones, stand below a thing.
const commentsBelow = 10

// commentHref is the page of a thing's comments on which one of them stands; 0
// is the first page.
func commentHref(id string, n int) string { return postHref(commentsPath+"/"+id, n) }

// answering are the accounts that answer for a thing.
func (r *request) answering(tx *store.Tx, ref store.Ref) ([]string, error) {
	if ref.Module == discussion.Journal {
		return discussion.Answering(tx, ref.ID)
	}
	to, _, err := r.correspondentOf(tx, ref)
	switch {
	case err != nil:
		return nil, notFoundIsNil(err)
	case to.Element != "":
		return directory.AdminsOf(tx, to.Element)
	}
	return []string{to.Account}, nil
}

// mayClose tells whether the actor may close the comments on a thing.
func (r *request) mayClose(tx *store.Tx, ref store.Ref) (bool, error) {
	if r.actor.ID == "" {
		return false, nil
	}
	if ref.Module == discussion.Journal {
		who, err := discussion.Answering(tx, ref.ID)
		return slices.Contains(who, r.actor.ID), err
	}
	to, _, err := r.correspondentOf(tx, ref)
	switch {
	case err != nil:
		return false, notFoundIsNil(err)
	case to.Element != "":
		return directory.IsAdmin(tx, to.Element, r.actor.ID)
	}
	return to == message.Party{Account: r.actor.ID}, nil
}

// say finds the comments that stand below a thing; the layout puts them there.
func (r *request) say(tx *store.Tx, ref store.Ref) error {
	if r.isOff(commentsPath) {
		return nil
	}
	t, err := discussion.About(tx, ref)
	if err != nil {
		return notFoundIsNil(err)
	}
	p := &topicPage{Form: r.emptyForm()}
	if err := r.commentsAround(tx, p, &t); err != nil {
		return err
	}
	if t.Official == nil {
		from := max(1, t.Last-commentsBelow+1)
		if p.Posts, err = r.postViews(tx, nil, ref, from, t.Last); err != nil {
			return err
		}
		if from > 1 {
			p.Pages = []wordLink{{p.Action, r.T("comment.all", "n", t.Count)}}
		}
		p.Names = namesIn(p.Posts)
	}
	r.said = p
	return nil
}

// commentsAround says what can be done about a thing's comments.
func (r *request) commentsAround(tx *store.Tx, p *topicPage, t *discussion.Thread) error {
	ref := t.Card.Ref
	p.Action = commentsPath + "/" + ref.ID
	p.Count, p.Feed = r.T("comment.none"), p.Action+"/fil.atom"
	if t.Count > 0 {
		p.Count = r.T("comment.count", "n", t.Count)
	}
	if ref.Module == directory.Module && r.actor.Can(store.Operator) {
		if p.Voice = "official"; t.Official != nil {
			p.Voice = "unofficial"
		}
	}
	switch {
	case t.Official != nil:
		return r.officialWords(tx, p, t)
	case !t.Takes():
		p.Why = r.T("comment.why.closed", "day", r.Day(t.ClosedAt))
	case r.actor.ID == "":
		p.Why, p.SignIn = r.T("comment.why.sign_in"), r.signInHere()
	case !r.actor.Can(store.Resident):
		p.Why = r.T("comment.why.resident")
	}
	may, err := r.mayClose(tx, ref)
	if may {
		p.Closing = "close"
		if !t.Takes() {
			p.Closing = "open"
		}
	}
	return err
}

// officialWords say that nobody comments there, and where to ask (FO-5).
func (r *request) officialWords(tx *store.Tx, p *topicPage, t *discussion.Thread) error {
	who := r.Typo(t.Official.Name)
	p.Why, p.Feed = r.T("comment.why.official", "who", who), ""
	write, err := r.writeHref(tx, t.Official.Ref())
	if write != "" {
		p.Ask = wordLink{write, r.T("comment.ask", "who", who)}
	}
	return err
}

// Comments are those below the thing of the page; nil where there are none.
func (p *page) Comments() *topicPage {
	if p.said == nil || *p.said == nil {
		return nil
	}
	t := *p.said
	t.page = *p
	return t
}

// commentsPage reads a page of the comments on the thing of the address; quoting
// is the number of the one an answer is being written to, 0 for none. Number 0 is
// the last page.
func (r *request) commentsPage(number, quoting int, f *form) (*topicPage, error) {
	p := &topicPage{page: r.page("comment.title"), Form: f}
	err := r.View(func(tx *store.Tx) error {
		c, err := listing.ByID(tx, r.Param("id"))
		if err != nil {
			return err
		}
		t, err := discussion.About(tx, c.Ref)
		if err != nil {
			return err
		}
		last := postPage(t.Last)
		if number == 0 {
			number = last
		}
		if number > last {
			return store.E(store.NotFound, "err.not_found")
		}
		p.Group = wordLink{cardHref(c), r.Typo(c.Title)}
		if err := r.commentsAround(tx, p, &t); err != nil || t.Official != nil {
			return err
		}
		from := (number-1)*postsShown + 1
		if p.Posts, err = r.postViews(tx, nil, c.Ref, from, from+postsShown-1); err != nil {
			return err
		}
		if quoting > 0 && t.Takes() {
			p.Quoting, err = r.quote(tx, c.Ref, quoting)
			f.values.Set("quoted", strconv.Itoa(quoting))
		}
		r.topicPager(p, number, last)
		p.Names = namesIn(p.Posts)
		return err
	})
	return p, err
}

// comments shows what is said about a thing.
func (s *Server) comments(r *request) error {
	q := r.queryForm()
	number, quoting := q.int("page"), q.int("repondre")
	if !q.ok() || number < 0 {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("page")}
	}
	if quoting > 0 && number == 0 {
		number = postPage(quoting)
	}
	p, err := r.commentsPage(max(1, number), quoting, r.emptyForm())
	if err != nil {
		return err
	}
	if p.Feed != "" {
		p.Alternates = append(p.Alternates, alternate{"application/atom+xml", p.Feed})
	}
	return r.Render("discussion/comments", p)
}

// comment adds one.
func (s *Server) comment(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	d := discussion.Draft{Text: f.lines("text"), Quoted: f.int("quoted")}
	if !f.ok() {
		return errBadText
	}
	var post discussion.Post
	err = r.Update(func(tx *store.Tx) error {
		c, err := listing.ByID(tx, r.Param("id"))
		if err != nil {
			return err
		}
		told, err := r.answering(tx, c.Ref)
		if err != nil {
			return err
		}
		post, err = discussion.Comment(tx, c.Ref, d, told)
		return err
	})
	if err == nil {
		return r.Redirect(commentHref(post.About.ID, post.N), "")
	}
	if kind := store.KindOf(err); kind == store.Forbidden || kind == store.NotFound || kind == store.Unauthenticated {
		return err
	}
	p, fault := r.commentsPage(0, d.Quoted, f)
	if fault != nil {
		return fault
	}
	return r.messageAgain(f, err, "discussion/comments", p)
}

// commentsClose ends the comments on a thing, or opens them again.
func (s *Server) commentsClose(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	do := f.text("do")
	told := map[string]string{"close": "comment.close_done", "open": "comment.open_done"}[do]
	if told == "" {
		return errBadText
	}
	err = r.Update(func(tx *store.Tx) error {
		c, err := listing.ByID(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if may, err := r.mayClose(tx, c.Ref); err != nil {
			return err
		} else if may {
			tx.Entrust(c.Ref)
		}
		return discussion.CloseComments(tx, c.Ref, do == "close")
	})
	if err != nil {
		return err
	}
	return r.Redirect(commentsPath+"/"+r.Param("id"), told)
}

// commentsVoice makes an element an official voice, or a voice like others.
func (s *Server) commentsVoice(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	do := f.text("do")
	told := map[string]string{"official": "comment.official_done", "unofficial": "comment.unofficial_done"}[do]
	if told == "" {
		return errBadText
	}
	err = r.Update(func(tx *store.Tx) error { return discussion.MakeOfficial(tx, r.Param("id"), do == "official") })
	if err != nil {
		return err
	}
	return r.Redirect(commentsPath+"/"+r.Param("id"), told)
}
