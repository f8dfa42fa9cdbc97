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
}

func (r *request) hidePage(f *form) (*hidePage, listing.Card, error) {
	p := &hidePage{page: r.page("moderation.hide.title"), Form: f, Reasons: r.reasons(moderation.Complaints)}
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
		p.Why, err = r.hiddenWhy(tx, c.Ref)
		return err
	})
	p.Card, p.Hidden = r.card(c, false), c.Hidden
	return p, c, err
}

// hideForm asks why a thing is to be hidden, or shows why it is.
func (s *Server) hideForm(r *request) error {
	p, _, err := r.hidePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/hide", p)
}

// hide hides a thing, puts it back, or closes the reports about it.
func (s *Server) hide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, c, err := r.hidePage(f)
	if err != nil {
		return err
	}
	done := "moderation.hidden"
	err = r.Update(func(tx *store.Tx) error {
		author, err := authorOf(tx, c)
		if err != nil {
			return err
		}
		switch f.text("do") {
		case "show":
			done = "moderation.shown"
			return moderation.Show(tx, c.Ref, author)
		case "dismiss":
			done = "moderation.dismissed"
			return moderation.Dismiss(tx, c.Ref, author)
		default:
			return moderation.Hide(tx, c.Ref, author, moderation.Reason(f.text("reason")), f.lines("text"))
		}
	})
	if f.refuse(err) {
		return r.RenderForm("moderation/hide", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/moderation", done)
}
