package ui

import (
	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/notify"
)

type reportPage struct {
	page
	Form    *form
	Card    cardView
	Reasons []choice
}

func (r *request) reportPage(f *form) (*reportPage, listing.Card, error) {
	p := &reportPage{page: r.page("moderation.report.title"), Form: f, Reasons: r.reasons(moderation.Complaints)}
	c, err := r.cardOf(r.Param("code"))
	p.Card = r.card(c, false)
	return p, c, err
}

// cardOf is the card with a short code or an id.
func (r *request) cardOf(name string) (c listing.Card, err error) {
	err = r.View(func(tx *store.Tx) error {
		if _, ok := listing.ParseCode(name); ok {
			c, err = listing.ByCode(tx, name)
		} else {
			c, err = listing.ByID(tx, name)
		}
		return err
	})
	return c, err
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
	p, _, err := r.reportPage(r.emptyForm())
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
	p, c, err := r.reportPage(f)
	if err != nil {
		return err
	}
	first, gone := false, false
	err = r.Update(func(tx *store.Tx) error {
		author, err := authorOf(tx, c)
		if err != nil {
			return err
		}
		keepers, err := keepersOf(tx, c) // before it is hidden from who reports it
		if err != nil {
			return err
		}
		first, err = moderation.File(tx, c.Ref, author, moderation.Reason(f.text("reason")), f.lines("text"), r.sender())
		if err != nil {
			return err
		}
		if _, gone, err = moderation.HiddenWhy(tx, c.Ref); err != nil || !gone || c.Hidden {
			return err
		}
		for _, account := range keepers {
			if err := notify.Tell(tx, account, c.Ref, "notify.moderation_pending"); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case store.KindOf(err) == store.Busy:
		return r.busyForm(f, err, "moderation/report", p)
	case f.refuse(err):
		return r.RenderForm("moderation/report", p)
	case err != nil:
		return err
	case gone:
		return r.Redirect("/", "moderation.reported_hidden")
	case !first:
		return r.Redirect(cardHref(c), "moderation.report.again")
	}
	return r.Redirect(cardHref(c), "moderation.reported")
}

// keepersOf are the accounts that answer for the organisation in whose name a
// thing stands, and of an element of the directory those who answer for it:
// they are told what its author is told.
func keepersOf(tx *store.Tx, c listing.Card) ([]string, error) {
	if c.Origin != nil {
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
	page
	Form    *form
	Card    cardView
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

func (r *request) hidePage(f *form) (*hidePage, listing.Card, error) {
	p := &hidePage{page: r.page(""), Form: f, Reasons: r.reasons(moderation.Complaints)}
	c, err := r.cardOf(r.Param("id"))
	if err != nil {
		return nil, c, err
	}
	err = r.View(func(tx *store.Tx) error {
		h, _, err := moderation.HiddenWhy(tx, c.Ref)
		if err != nil {
			return err
		}
		p.Pending = h.Pending
		if p.Why, err = r.hiddenWhy(tx, c.Ref); err != nil {
			return err
		}
		return r.hideMore(tx, p, c)
	})
	p.Card, p.Hidden = r.card(c, false), c.Hidden
	p.Title = r.T(p.title())
	return p, c, err
}

// title is the key of what the page does with the card as it stands.
func (p *hidePage) title() string {
	switch {
	case p.Removal != nil:
		return "moderation.hide.asked"
	case p.Pending:
		return "moderation.hide.reported"
	case p.Hidden:
		return "moderation.hide.again"
	}
	return "moderation.hide.title"
}

// hideMore finds what else can be done: rest it on an article, take it away for
// good, suspend who wrote it.
func (r *request) hideMore(tx *store.Tx, p *hidePage, c listing.Card) (err error) {
	if p.Articles, err = r.articles(tx); err != nil {
		return err
	}
	if p.Author, err = authorOf(tx, c); err != nil {
		return err
	}
	if p.Author == r.actor.ID {
		p.Author = ""
	}
	p.Removable = c.Origin == nil && modules[c.Ref.Module].remove != nil
	removal, asked, err := moderation.RemovalOf(tx, c.Ref)
	if asked {
		p.Removal, p.Confirms = &removal, removal.MayConfirm(tx)
	}
	if err != nil {
		return err
	}
	words, err := readOf(tx, c)
	if err != nil {
		return err
	}
	p.Shown, err = store.Shown(words)
	return err
}

// hideForm asks why a thing is to be hidden, or shows why it is.
func (s *Server) hideForm(r *request) error {
	p, _, err := r.hidePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/hide", p)
}

// hide hides a thing, puts it back, closes the reports about it, or takes it
// away for good with another moderator.
func (s *Server) hide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, c, err := r.hidePage(f)
	if err != nil {
		return err
	}
	done := ""
	err = r.Update(func(tx *store.Tx) (err error) {
		done, err = r.judgeCard(tx, c, f)
		return err
	})
	if f.refuse(err) {
		return r.RenderForm("moderation/hide", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/moderation", done)
}
