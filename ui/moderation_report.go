package ui

import (
	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/moderation"
	"copi.local/store/notify"
)

type reportPage struct {
	formPage
	contentView
	Reasons []choice
	Back    string
}

func (r *request) reportPage(f *form) (*reportPage, error) {
	p := &reportPage{formPage: r.formPage("", f)}
	err := r.View(func(tx *store.Tx) error {
		c, err := contentAt(tx, r.Param("code"))
		if err != nil {
			return err
		}
		p.Reasons, p.Title = r.reasons(moderation.ReasonsFor(c.Ref)), r.T(r.of("moderation.report.title", c.Kind))
		if p.Back, err = r.contentHref(tx, &c); err != nil {
			return err
		}
		return r.showContent(tx, &p.contentView, &c, false)
	})
	return p, err
}

func (r *request) reasons(list []moderation.Reason) []choice {
	out := make([]choice, len(list))
	for i, reason := range list {
		out[i] = choice{Value: string(reason), Label: r.T("moderation.reason." + string(reason))}
	}
	return out
}

// reportForm asks what is wrong with a thing.
func (s *Server) reportForm(r *request) error {
	p, err := r.reportPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/report", p)
}

// report tells the moderators.
func (s *Server) report(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.reportPage(f)
	if err != nil {
		return err
	}
	first, gone := false, false
	err = r.Update(func(tx *store.Tx) (err error) {
		first, gone, err = r.file(tx, &p.Content, f)
		return err
	})
	kind := p.Content.Kind
	switch {
	case store.KindOf(err) == store.Busy:
		return r.busyForm(f, err, "moderation/report", p)
	case err != nil:
		return r.again(f, err, "moderation/report", p)
	case gone && p.Card != nil:
		return r.Redirect("/", "moderation.reported_hidden")
	case gone:
		return r.Redirect(p.Back, r.of("moderation.reported_hidden", kind))
	case !first:
		return r.Redirect(p.Back, r.of("moderation.report.again", kind))
	}
	return r.Redirect(p.Back, "moderation.reported")
}

// file stores a report. gone tells that with it the content is hidden for the
// time being, which also those are told who answer for it.
func (r *request) file(tx *store.Tx, c *moderation.Content, f *form) (first, gone bool, err error) {
	author, err := authorOf(tx, c)
	if err != nil {
		return false, false, err
	}
	keepers, err := keepersOf(tx, c) // before it is hidden from who reports it
	if err != nil {
		return false, false, err
	}
	first, err = moderation.File(tx, c.Ref, author, moderation.Reason(f.text("reason")), f.lines("text"), r.sender())
	if err != nil {
		return false, false, err
	}
	if _, gone, err = moderation.HiddenWhy(tx, c.Ref); err != nil || !gone || c.Hidden {
		return first, gone, err
	}
	for _, account := range keepers {
		if err := notify.Tell(tx, account, c.Ref, "notify.moderation_pending"); err != nil {
			return first, gone, err
		}
	}
	return first, gone, nil
}

// keepersOf are the accounts that answer for the organisation in whose name a
// thing stands, and of an element of the directory those who answer for it:
// they are told what its author is told.
func keepersOf(tx *store.Tx, c *moderation.Content) ([]string, error) {
	if c.Foreign {
		return nil, nil
	}
	if c.Ref.Module == directory.Module {
		e, err := directory.Get(tx, c.Ref.ID)
		if err != nil {
			return nil, err
		}
		return e.Keepers(tx)
	}
	e, ok, err := directory.InWhoseName(tx, c.Ref)
	if err != nil || !ok {
		return nil, err
	}
	return e.Keepers(tx)
}

type hidePage struct {
	formPage
	contentView
	Hidden  bool
	Pending bool // by its reports alone
	Why     string
	Reasons []choice

	Articles  []choice // of the charter; empty without one
	Removable bool     // it can be taken away for good
	Removal   *moderation.Removal
	Confirms  bool   // the reader may take it away now
	Shown     string // see store.Shown
	Author    string // account; empty for nobody on this box, or oneself
}

func (r *request) hidePage(f *form) (*hidePage, error) {
	p := &hidePage{formPage: r.formPage("", f)}
	err := r.View(func(tx *store.Tx) error {
		c, err := contentAt(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if err := r.showContent(tx, &p.contentView, &c, true); err != nil {
			return err
		}
		h, _, err := moderation.HiddenWhy(tx, c.Ref)
		if err != nil {
			return err
		}
		p.Hidden, p.Pending, p.Reasons = c.Hidden, h.Pending, r.reasons(moderation.ReasonsFor(c.Ref))
		if p.Why, err = r.hiddenWhy(tx, c.Ref); err != nil {
			return err
		}
		return r.hideMore(tx, p, &c)
	})
	p.Title = p.Say(p.title())
	return p, err
}

// Say is a sentence as it is said of the content.
func (p *reportPage) Say(key string) string { return p.T(p.speech().of(key, p.Content.Kind)) }

// Say is a sentence as it is said of the content.
func (p *hidePage) Say(key string, args ...any) string {
	return p.T(p.speech().of(key, p.Content.Kind), args...)
}

// About is what a single post is about; empty for other contents.
func (p *hidePage) About() string {
	if p.Posts == nil {
		return ""
	}
	return p.T("moderation.in."+p.Content.Kind, "title", p.speech().topicTitle(p.Content.Title))
}

// title is the key of what the page does with the card as it stands.
func (p *hidePage) title() string {
	switch {
	case p.Removal != nil:
		return "moderation.hide.asked"
	case p.Pending || !p.Hidden && len(p.Whys) > 0:
		return "moderation.hide.reported"
	case p.Hidden:
		return "moderation.hide.again"
	}
	return "moderation.hide.title"
}

// hideMore finds what else can be done: rest it on an article, take it away for
// good, suspend who wrote it.
func (r *request) hideMore(tx *store.Tx, p *hidePage, c *moderation.Content) (err error) {
	if p.Articles, err = r.articles(tx); err != nil {
		return err
	}
	if p.Author, err = authorOf(tx, c); err != nil {
		return err
	}
	if p.Author == r.actor.ID {
		p.Author = ""
	}
	p.Removable = !c.Foreign && modules[c.Ref.Module].remove != nil
	removal, asked, err := moderation.RemovalOf(tx, c.Ref)
	if asked {
		p.Removal, p.Confirms = &removal, removal.MayConfirm(tx)
	}
	if err != nil {
		return err
	}
	_, read, err := saidOf(tx, c)
	if err != nil {
		return err
	}
	p.Shown, err = store.Shown(read)
	return err
}

// hideForm asks why a content is to be hidden, or shows why it is.
func (s *Server) hideForm(r *request) error {
	p, err := r.hidePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/hide", p)
}

// hide hides a content, puts it back, closes the reports about it, or takes it
// away for good with another moderator.
func (s *Server) hide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.hidePage(f)
	if err != nil {
		return err
	}
	done := ""
	err = r.Update(func(tx *store.Tx) (err error) {
		done, err = r.judge(tx, &p.Content, f)
		return err
	})
	if err != nil {
		return r.again(f, err, "moderation/hide", p)
	}
	return r.Redirect("/moderation", done)
}
