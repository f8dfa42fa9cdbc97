package ui

import (
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// passage is a heading, a paragraph or a list of a text that people of the
// village write: plain lines, no markup but "# " and "- ".
type passage struct {
	Heading string
	Text    string
	Items   []string
}

// passages cuts such a text.
func passages(text string) []passage {
	var out []passage
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			out = append(out, passage{Text: strings.Join(lines, " ")})
			lines = nil
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		heading, isHeading := strings.CutPrefix(line, "# ")
		item, isItem := strings.CutPrefix(line, "- ")
		switch {
		case line == "":
			flush()
		case isHeading:
			flush()
			out = append(out, passage{Heading: heading})
		case isItem:
			flush()
			if n := len(out); n > 0 && out[n-1].Items != nil {
				out[n-1].Items = append(out[n-1].Items, item)
			} else {
				out = append(out, passage{Items: []string{item}})
			}
		default:
			lines = append(lines, line)
		}
	}
	flush()
	return out
}

func (r *request) charterInForce() (c account.Charter, err error) {
	err = r.View(func(tx *store.Tx) (err error) {
		c, err = account.CharterOf(tx)
		return err
	})
	if store.KindOf(err) == store.NotFound {
		err = nil // the page says that there is none yet
	}
	return c, err
}

type charterPage struct {
	page
	Charter     []passage
	Version     int
	PublishedAt time.Time
}

func (s *Server) charter(r *request) error {
	c, err := r.charterInForce()
	if err != nil {
		return err
	}
	return r.Render("account/charter", &charterPage{
		page: r.page("account.charter.title"), Charter: passages(c.Body), Version: c.Version, PublishedAt: c.PublishedAt,
	})
}

type legalPage struct {
	page
	Box account.Box
}

// boxCard is where the box's own card leads: who keeps it and who publishes.
func (s *Server) boxCard(r *request) error {
	return r.View(func(tx *store.Tx) error {
		b, err := account.BoxOf(tx)
		switch {
		case err != nil:
			return err
		case b.CardID != r.Param("id"):
			return errNoPage
		default:
			return r.Redirect("/mentions-legales", "")
		}
	})
}

// Credits are the sources of the data that come with the box.
func (p *legalPage) Credits() string { return listing.TerritoryCredits }

func (s *Server) legalNotice(r *request) error {
	p := &legalPage{page: r.page("account.legal.title")}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Box, err = account.BoxOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("account/legal", p)
}

// actsShown is how many lines of the public log a page shows.
const actsShown = 50

type actsPage struct {
	page
	Entries []account.Entry
	Older   int64 // the line to go on from; 0 at the end
}

// Act says what a line records.
func (p *actsPage) Act(a account.Act) string { return p.T("account.act." + string(a)) }

func (s *Server) publicLog(r *request) error {
	p := &actsPage{page: r.page("account.log.title")}
	before, err := strconv.ParseInt(r.QueryParam("avant"), 10, 64)
	if err != nil && r.QueryParam("avant") != "" {
		return errBadAddress
	}
	err = r.View(func(tx *store.Tx) (err error) {
		p.Entries, err = account.LogBefore(tx, before, actsShown)
		return err
	})
	if err != nil {
		return err
	}
	if n := len(p.Entries); n == actsShown && p.Entries[n-1].N > 1 {
		p.Older = p.Entries[n-1].N
	}
	return r.Render("account/log", p)
}

type acceptPage struct {
	formPage
	Charter []passage
}

func (s *Server) acceptForm(r *request) error {
	return s.showAccept(r, r.emptyForm("vers", r.QueryParam("vers")), nil)
}

func (s *Server) showAccept(r *request, f *form, fault error) error {
	c, err := r.charterInForce()
	if err != nil {
		return err
	}
	p := &acceptPage{formPage: r.formPage("account.accept.title", f), Charter: passages(c.Body)}
	if fault != nil {
		return r.again(f, fault, "account/accept", p)
	}
	return r.Render("account/accept", p)
}

func (s *Server) accept(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if !f.has("charter") {
		return s.showAccept(r, f, store.E(store.Invalid, "err.account.charter_needed").At("charter"))
	}
	if err := r.Update(account.Accept); err != nil {
		return err
	}
	return r.Redirect(f.text("vers"), "account.accept.done")
}
