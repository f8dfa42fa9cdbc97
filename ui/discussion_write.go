package ui

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/listing"
)

// saidView is what a post said until it was changed.
type saidView struct{ Until, Text string }

// topicFormPage is the form of a new topic in the group of the address.
func (r *request) topicFormPage(f *form) (*topicPage, error) {
	id := r.Param("id")
	p := &topicPage{page: r.page("discussion.new.title"), Form: f, Action: r.Request().URL.Path}
	p.Section = "groupes"
	err := r.View(func(tx *store.Tx) error {
		at, err := discussion.PlaceOf(tx, id)
		if err != nil {
			return err
		}
		if !at.Writes {
			return store.E(store.Forbidden, "err.discussion.not_member")
		}
		p.Group = wordLink{"/groupes/" + id, r.Typo(at.Name)}
		if at.Keeps {
			p.Sorts = []choice{
				{Value: string(discussion.Discussion), Label: r.T("discussion.sort.discussion")},
				{Value: string(discussion.Announcement), Label: r.T("discussion.sort.announcement")},
			}
		}
		reading, err := listing.Reading(tx, id)
		p.Audience = r.topicAudience(reading, p.Group.Word)
		return err
	})
	return p, err
}

// PollOpen tells whether a question was begun, so that its part of the form is
// not to be closed.
func (p *topicPage) PollOpen() bool { return p.Form.has("options") || p.Form.has("until") }

// topicNew is an empty form.
func (s *Server) topicNew(r *request) error {
	p, err := r.topicFormPage(r.emptyForm("sort", string(discussion.Discussion)))
	if err != nil {
		return err
	}
	return r.Render("discussion/new", p)
}

// draftOf reads what was written, with its quick question.
func draftOf(f *form) discussion.Draft {
	d := discussion.Draft{Text: f.lines("text"), Quoted: f.int("quoted")}
	options := strings.Split(f.lines("options"), "\n")
	if !f.has("options") && !f.has("until") {
		return d
	}
	d.Poll = &discussion.Poll{Options: options, Until: f.moment("until", "until_time")}
	if !f.has("until_time") && !d.Poll.Until.IsZero() {
		d.Poll.Until = d.Poll.Until.AddDate(0, 0, 1).Add(-time.Minute) // the whole day
	}
	return d
}

// topicBegin opens a topic.
func (s *Server) topicBegin(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.topicFormPage(f)
	if err != nil {
		return err
	}
	t := discussion.Topic{Group: r.Param("id"), Sort: discussion.Sort(f.text("sort")), Title: f.text("title")}
	if p.Sorts == nil {
		t.Sort = discussion.Discussion
	}
	d := draftOf(f)
	if !f.ok() {
		return r.RenderForm("discussion/new", p)
	}
	err = r.Update(func(tx *store.Tx) error { return discussion.Begin(tx, &t, d) })
	if err == nil {
		return r.Redirect(topicsPath+"/"+t.ID, "discussion.begun")
	}
	return r.messageAgain(f, err, "discussion/new", p)
}

// topicReply adds a post to a topic.
func (s *Server) topicReply(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, d := r.Param("id"), draftOf(f)
	if !f.ok() {
		return r.replyAgain(f, nil, id, 0)
	}
	var post discussion.Post
	err = r.Update(func(tx *store.Tx) (err error) {
		post, err = discussion.Reply(tx, id, d)
		return err
	})
	if err == nil {
		return r.Redirect(topicHref(id, post.N), "")
	}
	if kind := store.KindOf(err); kind == store.Forbidden || kind == store.NotFound || kind == store.Unauthenticated {
		return err
	}
	return r.replyAgain(f, err, id, d.Quoted)
}

// replyAgain shows a topic's last page with what was typed and what is wrong
// with it.
func (r *request) replyAgain(f *form, fault error, id string, quoting int) error {
	number := 1
	err := r.View(func(tx *store.Tx) error {
		t, err := discussion.Get(tx, id)
		number = postPage(t.Posts)
		return err
	})
	if err != nil {
		return err
	}
	p, err := r.topicPage(id, number, quoting, f)
	if err != nil {
		return err
	}
	if fault == nil {
		return r.RenderForm("discussion/topic", p)
	}
	return r.messageAgain(f, fault, "discussion/topic", p)
}

// postStep is a step taken from a post: it shows the post, and leads back to
// it. may tells who may take the step.
func (r *request) postStep(title string, f *form, may func(p *postView, t *discussion.Topic) bool) (*topicPage, error) {
	p := &topicPage{page: r.page(title), Form: f, Action: r.Request().URL.Path}
	p.Section = "groupes"
	err := r.View(func(tx *store.Tx) error {
		post, t, err := discussion.One(tx, r.Param("id"))
		if err != nil {
			return err
		}
		views, err := r.postViews(tx, t, post.About, post.N, post.N)
		if err != nil {
			return err
		}
		if len(views) == 0 || !may(&views[0], t) {
			return store.E(store.Forbidden, "err.forbidden")
		}
		p.Posts, p.Back = views, aboutPost(&post)
		if t != nil {
			p.Topic = *t
			if post.N == 1 && !f.has("title") {
				f.values.Set("title", t.Title)
			}
		} else {
			p.Section = ""
		}
		if !f.has("text") {
			f.values.Set("text", post.Text)
		}
		return nil
	})
	return p, err
}

func isMine(p *postView, _ *discussion.Topic) bool { return p.Mine }

func isEditable(p *postView, _ *discussion.Topic) bool { return p.Editable }

// TopicTitle is the title of the topic a step is taken in.
func (p *topicPage) TopicTitle() string { return p.speech().topicTitle(p.Topic.Title) }

// IsHidden and IsReported are of the post a step is taken from.
func (p *topicPage) IsHidden() bool { return len(p.Posts) == 1 && p.Posts[0].Why != "" }

// IsReported tells whether somebody asked a moderator to read the post.
func (p *topicPage) IsReported() bool {
	return len(p.Posts) == 1 && p.Posts[0].Reported != ""
}

// First tells whether the step is taken from the post that begins a topic.
func (p *topicPage) First() bool { return p.Topic.ID != "" && len(p.Posts) > 0 && p.Posts[0].N == 1 }

// postEditForm is the form of the actor's post.
func (s *Server) postEditForm(r *request) error {
	p, err := r.postStep("discussion.edit.title", r.emptyForm(), isEditable)
	if err != nil {
		return err
	}
	return r.Render("discussion/edit", p)
}

// postEdit changes it, and with the first one the title of its topic.
func (s *Server) postEdit(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	text, title := f.lines("text"), f.text("title")
	p, err := r.postStep("discussion.edit.title", f, isEditable)
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		if p.First() && f.has("title") {
			if err := discussion.Retitle(tx, p.Topic.ID, title); err != nil {
				return err
			}
		}
		_, err := discussion.Edit(tx, r.Param("id"), text)
		return err
	})
	if err == nil {
		return r.Redirect(p.Back, "discussion.edited_told")
	}
	f.values.Set("text", text)
	return r.messageAgain(f, err, "discussion/edit", p)
}

// postTakeForm asks before a post is taken away.
func (s *Server) postTakeForm(r *request) error {
	p, err := r.postStep("discussion.take.title", r.emptyForm(), isMine)
	if err != nil {
		return err
	}
	return r.Render("discussion/take", p)
}

// postTake takes it away.
func (s *Server) postTake(r *request) error {
	p, err := r.postStep("discussion.take.title", r.emptyForm(), isMine)
	if err != nil {
		return err
	}
	gone := false
	err = r.Update(func(tx *store.Tx) (err error) {
		gone, err = discussion.Withdraw(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	if gone {
		return r.Redirect(topicsPath+"/groupe/"+p.Topic.Group, "discussion.take.whole")
	}
	return r.Redirect(p.Back, "discussion.take.done")
}

// postHistory shows what a post said before.
func (s *Server) postHistory(r *request) error {
	p, err := r.postStep("discussion.history.title", r.emptyForm(), func(p *postView, _ *discussion.Topic) bool { return p.History })
	if err != nil {
		return err
	}
	err = r.View(func(tx *store.Tx) error {
		list, err := discussion.History(tx, r.Param("id"))
		for _, s := range list {
			p.Before = append(p.Before, saidView{r.T("discussion.history.until", "when", r.DayTime(s.Until)), r.Typo(s.Text)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("discussion/history", p)
}

// postPick answers a quick question.
func (s *Server) postPick(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	option := f.int("option")
	if f.text("do") == "none" {
		option = 0
	} else if option == 0 {
		f.fault("option", "err.discussion.pick")
	}
	id := r.Param("id")
	var post discussion.Post
	err = r.View(func(tx *store.Tx) (err error) {
		post, _, err = discussion.One(tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return discussion.Pick(tx, id, option) })
		if err == nil {
			return r.Redirect(topicHref(post.About.ID, post.N), "discussion.poll.picked")
		}
		if !f.refuse(err) {
			return err
		}
	}
	p, err := r.topicPage(post.About.ID, postPage(post.N), 0, f)
	if err != nil {
		return err
	}
	return r.RenderForm("discussion/topic", p)
}
