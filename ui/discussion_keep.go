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
	done := ""
	err = r.Update(func(tx *store.Tx) error {
		c, err := moderation.Find(tx, store.Ref{Module: discussion.PostModule, ID: r.Param("id")})
		if err != nil {
			return err
		}
		done, err = r.judge(tx, &c, f)
		return err
	})
	if err != nil {
		return r.messageAgain(f, err, "discussion/hide", p)
	}
	return r.Redirect(p.Back, done)
}

// post leads to where a single post stands: a moderator of the box who does not
// belong there to what they decide about, its author to what became of it.
func (s *Server) post(r *request) error {
	to := ""
	err := r.View(func(tx *store.Tx) error {
		p, err := discussion.Judged(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if p.Taken != discussion.There {
			return store.E(store.NotFound, "err.not_found")
		}
		to = aboutPost(&p)
		_, _, err = discussion.One(tx, p.ID)
		switch {
		case store.KindOf(err) != store.NotFound:
			return err
		case p.AuthorID == r.actor.ID:
			to = appealHref(p.Ref())
		default:
			to = judgeHref(p.Ref())
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Redirect(to, "")
}
