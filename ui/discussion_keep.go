package ui

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// topicKeepPage is what who moderates a group does with a topic.
func (r *request) topicKeepPage(f *form) (*topicPage, error) {
	p := &topicPage{page: r.page("discussion.keep.title"), Form: f, Action: r.Request().URL.Path}
	p.Section = "groupes"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Topic, err = discussion.Get(tx, r.Param("id")); err != nil {
			return err
		}
		if !p.Topic.Keeps {
			return store.E(store.Forbidden, "err.forbidden")
		}
		p.Back = topicsPath + "/" + p.Topic.ID
		p.Groups, err = r.movable(tx, &p.Topic)
		return err
	})
	return p, err
}

// movable are the groups a topic may be moved into.
func (r *request) movable(tx *store.Tx, t *discussion.Topic) ([]choice, error) {
	ids, err := listing.GroupsOf(tx, r.actor.ID)
	if err != nil {
		return nil, err
	}
	var list []choice
	for _, id := range ids {
		at, err := discussion.PlaceOf(tx, id)
		if err != nil {
			if notFoundIsNil(err) == nil {
				continue
			}
			return nil, err
		}
		if id != t.Group && at.Writes && (t.Sort != discussion.Announcement || at.Keeps) {
			list = append(list, choice{Value: id, Label: r.Typo(at.Name)})
		}
	}
	slices.SortFunc(list, func(a, b choice) int { return strings.Compare(listing.Fold(a.Label), listing.Fold(b.Label)) })
	return list, nil
}

// topicKeepForm shows what can be done.
func (s *Server) topicKeepForm(r *request) error {
	p, err := r.topicKeepPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("discussion/keep", p)
}

// topicKeep pins, closes or moves a topic, or takes that back.
func (s *Server) topicKeep(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.topicKeepPage(f)
	if err != nil {
		return err
	}
	id, do := p.Topic.ID, f.text("do")
	verb := map[string]func(*store.Tx) error{
		"pin":   func(tx *store.Tx) error { return discussion.Pin(tx, id, true) },
		"unpin": func(tx *store.Tx) error { return discussion.Pin(tx, id, false) },
		"close": func(tx *store.Tx) error { return discussion.Close(tx, id, true) },
		"open":  func(tx *store.Tx) error { return discussion.Close(tx, id, false) },
		"move":  func(tx *store.Tx) error { return discussion.Move(tx, id, f.text("group")) },
	}[do]
	if verb == nil {
		return errBadText
	}
	if err := r.Update(verb); f.refuse(err) {
		return r.RenderForm("discussion/keep", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(p.Back, "discussion.keep."+do+"_done")
}

// postReportForm asks why a moderator is to read a post.
func (s *Server) postReportForm(r *request) error {
	p, err := r.postReportPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("discussion/report", p)
}

func (r *request) postReportPage(f *form) (*topicPage, error) {
	words := f.lines("text")
	p, err := r.postStep("discussion.report.title", f, func(*postView, *discussion.Topic) bool { return true })
	if err != nil {
		return nil, err
	}
	if !p.Posts[0].Reportable {
		return nil, errNoPage
	}
	f.values.Set("text", words)
	p.Reasons = r.reasons(discussion.Complaints)
	return p, nil
}

// postReport asks the moderators to read it.
func (s *Server) postReport(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.postReportPage(f)
	if err != nil {
		return err
	}
	first := false
	err = r.Update(func(tx *store.Tx) (err error) {
		first, err = discussion.File(tx, r.Param("id"), moderation.Reason(f.text("reason")), f.lines("text"))
		return err
	})
	switch {
	case err != nil:
		return r.messageAgain(f, err, "discussion/report", p)
	case !first:
		return r.Redirect(p.Back, "moderation.report.again")
	}
	return r.Redirect(p.Back, "moderation.reported")
}

// postHidePage is what who moderates the group does with a post.
func (r *request) postHidePage(f *form) (*topicPage, error) {
	words := f.lines("text")
	p, err := r.postStep("discussion.hide.title", f, func(p *postView, _ *discussion.Topic) bool { return p.Keeps })
	if err != nil {
		return nil, err
	}
	f.values.Set("text", words)
	p.Reasons = r.reasons(discussion.Complaints)
	return p, nil
}

// postHideForm asks why a post is to be hidden, or shows why it is.
func (s *Server) postHideForm(r *request) error {
	p, err := r.postHidePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("discussion/hide", p)
}

// postHide hides a post, shows it again, or leaves it as it stands.
func (s *Server) postHide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.postHidePage(f)
	if err != nil {
		return err
	}
	done, err := r.judge(f)
	if err != nil {
		return r.messageAgain(f, err, "discussion/hide", p)
	}
	return r.Redirect(p.Back, done)
}

// judge does what a moderator decided about the post of the address.
func (r *request) judge(f *form) (done string, err error) {
	id := r.Param("id")
	err = r.Update(func(tx *store.Tx) error {
		switch f.text("do") {
		case "show":
			done = "moderation.shown"
			return discussion.Show(tx, id)
		case "keep":
			done = "discussion.judged.kept"
			return discussion.Dismiss(tx, id)
		case "hide":
			done = "moderation.hidden"
			return discussion.Hide(tx, id, moderation.Reason(f.text("reason")), f.lines("text"))
		}
		return errBadText
	})
	return done, err
}

// postReports are the posts whose reports wait for a moderator, without their
// words.
type postReportLine struct {
	ID, Title, Why string
	Own            bool
}

func (r *request) postReports(tx *store.Tx) ([]postReportLine, error) {
	list, err := discussion.Reported(tx)
	lines := make([]postReportLine, len(list))
	for i := range list {
		c := &list[i]
		lines[i] = postReportLine{c.Post.ID, r.topicTitle(c.Title), r.reason(string(c.Reports[0].Reason), c.Reports[0].Text), c.Own}
	}
	return lines, err
}

// namedPosts are the posts in which the name of somebody who left may stand.
func (r *request) namedPosts(tx *store.Tx) ([]postReportLine, error) {
	list, err := discussion.Named(tx)
	lines := make([]postReportLine, len(list))
	for i := range list {
		lines[i] = postReportLine{ID: list[i].ID, Why: r.Typo(listing.Clip(list[i].Text, quotedLength))}
	}
	return lines, err
}

// postJudgePage is a reported post among those around it, or a hidden one.
func (r *request) postJudgePage(f *form) (*topicPage, error) {
	p := &topicPage{page: r.page("discussion.judge.title"), Form: f, Action: r.Request().URL.Path, Back: "/moderation", Reasons: r.reasons(discussion.Complaints)}
	id := r.Param("id")
	err := r.View(func(tx *store.Tx) error {
		c, err := discussion.Read(tx, id)
		if err != nil {
			return err
		}
		p.Group.Word = r.topicTitle(c.Title)
		for _, rep := range c.Reports {
			p.Whys = append(p.Whys, r.reason(string(rep.Reason), rep.Text))
		}
		names := people{}
		for i := range c.Around {
			v := r.postView(&c.Around[i], nil)
			if v.Who, err = names.name(r, tx, c.Around[i].AuthorID); err != nil {
				return err
			}
			v.New, v.Reportable = v.ID == id, false
			p.Posts = append(p.Posts, v)
		}
		return nil
	})
	return p, err
}

// postJudgeForm shows it to a moderator of the box.
func (s *Server) postJudgeForm(r *request) error {
	p, err := r.postJudgePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("discussion/judge", p)
}

// postJudge hides it or leaves it.
func (s *Server) postJudge(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.postJudgePage(f)
	if err != nil {
		return err
	}
	done, err := r.judge(f)
	if err != nil {
		return r.messageAgain(f, err, "discussion/judge", p)
	}
	return r.Redirect("/moderation", done)
}

// postLooked says that a moderator looked at a post that may name somebody who
// left.
func (s *Server) postLooked(r *request) error {
	if err := r.Update(func(tx *store.Tx) error { return discussion.Looked(tx, r.Param("id")) }); err != nil {
		return err
	}
	return r.Redirect("/moderation", "discussion.named.done")
}
