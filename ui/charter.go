package ui

import (
	"strconv"
	"strings"

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
	Entries []actLine
	Older   int64 // the line to go on from; 0 at the end
}

// actLine is a line of the public log, with the decision it follows.
type actLine struct {
	account.Entry
	Word        string // what it records
	Ground, See string // of the decision: its title and its page; empty when it is not for all to read
}

// actLines is the public log as it is read.
func (r *request) actLines(tx *store.Tx, entries []account.Entry) ([]actLine, error) {
	lines := make([]actLine, len(entries))
	for i, e := range entries {
		lines[i] = actLine{Entry: e, Word: r.T("account.act." + string(e.Act))}
		if e.Ground.ID == "" {
			continue
		}
		c, err := listing.ByRef(tx, e.Ground)
		switch {
		case err == nil:
			lines[i].Ground, lines[i].See = c.Title, thingHref(e.Ground)
		case store.KindOf(err) != store.NotFound:
			return nil, err
		}
	}
	return lines, nil
}

func (s *Server) publicLog(r *request) error {
	p := &actsPage{page: r.page("account.log.title")}
	before, err := strconv.ParseInt(r.QueryParam("avant"), 10, 64)
	if err != nil && r.QueryParam("avant") != "" {
		return errBadAddress
	}
	err = r.View(func(tx *store.Tx) error {
		entries, err := account.LogBefore(tx, before, actsShown)
		if err != nil {
			return err
		}
		p.Entries, err = r.actLines(tx, entries)
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
