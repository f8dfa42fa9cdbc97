package ui

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/moderation"
)

// appealHref is the page on which an author asks for a second opinion.
func appealHref(ref store.Ref) string { return "/recours/" + ref.Module + "/" + ref.ID }

// writerOf is the account that wrote a thing of this box, whoever may see it;
// of a suspension the account it is about. The actor is vouched for when they
// answer for the organisation in whose name the thing stands.
func writerOf(tx *store.Tx, ref store.Ref) (string, error) {
	if ref.Module == moderation.Person {
		return ref.ID, nil
	}
	author := modules[ref.Module].author
	if author == nil {
		return "", store.E(store.NotFound, "err.not_found")
	}
	if err := directory.Vouch(tx, ref); err != nil {
		return "", err
	}
	return author(tx, ref.ID)
}

// hiddenNotice tells whoever may read a hidden thing that it is, why, and its
// author how to ask for a second opinion; nil when it is not hidden.
func (r *request) hiddenNotice(tx *store.Tx, ref store.Ref) (*noticeView, error) {
	h, hidden, err := moderation.HiddenWhy(tx, ref)
	if err != nil || !hidden {
		return nil, err
	}
	why, err := r.hiddenWhy(tx, ref)
	if err != nil {
		return nil, err
	}
	n := &noticeView{Kind: "attention", Text: r.T(r.of("moderation.is_hidden", messageKind(ref)), "reason", why)}
	return n, r.addAppeal(tx, n, ref, &h)
}

// addAppeal tells the author how to ask for a second opinion, or what became of
// it.
func (r *request) addAppeal(tx *store.Tx, n *noticeView, ref store.Ref, h *moderation.Hiding) error {
	author, err := writerOf(tx, ref)
	if err != nil || h.Pending || r.actor.ID == "" || author != r.actor.ID && !tx.VouchedFor(ref) {
		return err
	}
	a, asked, err := moderation.AppealOf(tx, ref)
	switch {
	case err != nil:
	case !asked:
		n.Href, n.Action = appealHref(ref), r.T("moderation.appeal.go")
	case !a.Done:
		n.Text += " " + r.T("moderation.appeal.waits")
	default:
		n.Text += " " + r.T("moderation.appeal.kept_told", "answer", a.Answer)
	}
	return err
}

// appealPage asks for a second opinion, or shows one that is asked for.
type appealPage struct {
	formPage
	contentView // for a moderator
	Ref         store.Ref
	Why         string // the decision, in words
	Asked       *moderation.Appeal
	Held        bool   // of what was not published
	Name        string // of who is suspended, for moderators
	Back        string
	Reasons     []choice
}

func (r *request) appealPage(f *form) (*appealPage, error) {
	ref := store.Ref{Module: r.Param("module"), ID: r.Param("id")}
	p := &appealPage{formPage: r.formPage("moderation.appeal.title", f), Ref: ref, Back: thingHref(ref)}
	err := r.View(func(tx *store.Tx) error {
		author, err := writerOf(tx, ref)
		if err != nil {
			return err
		}
		if author != r.actor.ID && !tx.VouchedFor(ref) {
			return store.E(store.NotFound, "err.not_found")
		}
		if err := r.appealWhy(tx, p); err != nil {
			return err
		}
		a, asked, err := moderation.AppealOf(tx, ref)
		if asked {
			p.Asked = &a
		}
		return err
	})
	if ref.Module == moderation.Person {
		p.Back = accountPath
	}
	return p, err
}

// appealWhy is what was decided, and why.
func (r *request) appealWhy(tx *store.Tx, p *appealPage) error {
	if p.Ref.Module == moderation.Person {
		s, under, err := account.SuspensionOf(tx, p.Ref.ID)
		if err == nil && under {
			p.Why = r.T("moderation.suspended_until", "until", s.Until) + " " + s.Reason
		}
		return err
	}
	h, held, err := moderation.HeldOf(tx, p.Ref)
	if err != nil {
		return err
	}
	if held && (h.Refused || h.Appeal != "") {
		p.Held, p.Why = true, r.reason(string(h.Reason), h.ReasonText)
		if h.Appeal != "" {
			p.Asked = &moderation.Appeal{Text: h.Appeal, Done: h.Refused, Answer: p.Why}
		}
		return nil
	}
	p.Why, err = r.hiddenWhy(tx, p.Ref)
	return err
}

// appealForm asks what the author has to say.
func (s *Server) appealForm(r *request) error {
	p, err := r.appealPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/appeal", p)
}

// appeal puts it before another moderator.
func (s *Server) appeal(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.appealPage(f)
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		author, err := writerOf(tx, p.Ref)
		if err != nil {
			return err
		}
		if p.Held {
			return moderation.HoldAgain(tx, p.Ref, author, f.lines("text"))
		}
		return moderation.AskAgain(tx, p.Ref, author, f.lines("text"))
	})
	if err != nil {
		return r.again(f, err, "moderation/appeal", p)
	}
	return r.Redirect(p.Back, "moderation.appeal.sent")
}

// proposeAgain puts a refused proposal before another moderator, for whoever
// has the address of its page.
func (s *Server) proposeAgain(r *request) error {
	r.Uncached()
	f, err := r.form()
	if err != nil {
		return err
	}
	code := r.Param("code")
	err = r.Update(func(tx *store.Tx) error {
		return moderation.ProposeAgain(tx, code, f.lines("text"), r.sender())
	})
	if err == nil {
		return r.Redirect("/proposer/suivi/"+code, "moderation.appeal.sent")
	}
	p, perr := r.followPage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "moderation/follow", p)
}

// appealRow is one appeal in the queue.
type appealRow struct {
	moderation.Appeal
	Title string
}

func (r *request) addAppeals(tx *store.Tx, p *queuePage) error {
	list, err := moderation.Appeals(tx)
	for _, a := range list {
		row := appealRow{Appeal: a, Title: r.T("moderation.appeal.of_suspension")}
		if a.Ref.Module != moderation.Person {
			c, err := moderation.Find(tx, a.Ref)
			if store.KindOf(err) == store.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			row.Title = r.contentTitle(&c)
		}
		p.Appeals = append(p.Appeals, row)
	}
	return err
}

// opinionPage is an appeal as a moderator reads it.
func (r *request) opinionPage(f *form) (*appealPage, error) {
	p := &appealPage{formPage: r.formPage("moderation.opinion.title", f)}
	err := r.View(func(tx *store.Tx) error {
		a, err := moderation.GetAppeal(tx, r.Param("id"))
		if err != nil {
			return err
		}
		p.Asked, p.Ref = &a, a.Ref
		if a.Ref.Module == moderation.Person {
			if p.Name, err = account.ShownName(tx, a.Ref.ID); err != nil {
				return err
			}
			return r.appealWhy(tx, p)
		}
		c, err := moderation.Find(tx, a.Ref)
		if err != nil {
			return err
		}
		if err := r.showContent(tx, &p.contentView, &c, true); err != nil {
			return err
		}
		p.Why, err = r.hiddenWhy(tx, a.Ref)
		return err
	})
	return p, err
}

// opinionForm shows what somebody asks a second opinion about.
func (s *Server) opinionForm(r *request) error {
	p, err := r.opinionPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/opinion", p)
}

// opinion gives it.
func (s *Server) opinion(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.opinionPage(f)
	if err != nil {
		return err
	}
	undo := f.text("do") == "undo"
	err = r.Update(func(tx *store.Tx) error {
		author, err := writerOf(tx, p.Ref)
		if err != nil {
			return err
		}
		return moderation.Answer(tx, p.Asked.ID, author, undo, f.lines("text"))
	})
	if err != nil {
		return r.again(f, err, "moderation/opinion", p)
	}
	if undo {
		return r.Redirect("/moderation", "moderation.opinion.undone")
	}
	return r.Redirect("/moderation", "moderation.opinion.kept")
}
