package ui

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

func (s *Server) graphRoutes() []route {
	return []route{
		{GET, "/annuaire/:id/liens", public, s.graph},
		{POST, "/annuaire/:id/partenaires", owner, s.partners},
	}
}

// graphNodes is how many things the drawing holds; the list below it has all.
const graphNodes = 60

// graphPage is an element and what is tied to it, drawn and as a list.
type graphPage struct {
	page
	Element  directory.Element
	Tab      subject
	Groups   []graphGroup
	Drawing  *graphDrawing
	Form     *form
	Admin    bool
	Partners []directory.Partnership // with those that wait, for administrators
}

// graphGroup is one way of being tied.
type graphGroup struct {
	Relation directory.Relation
	Word     string
	Links    []graphLink
	Past     int64
}

// graphLink is one thing that is tied.
type graphLink struct {
	ID, Href, Text, More string
	Short                string // More, in the drawing
	Colour               string
}

func (r *request) graphPage(f *form) (*graphPage, error) {
	p := &graphPage{page: r.page("graph.title"), Form: f}
	p.Section = "annuaire"
	var g directory.Graph
	err := r.View(func(tx *store.Tx) (err error) {
		if g, err = directory.GraphOf(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Admin, err = directory.IsAdmin(tx, g.Element.ID, r.actor.ID); err != nil || !p.Admin {
			return err
		}
		p.Partners, err = directory.Partners(tx, g.Element.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Element, p.Tab = g.Element, r.subjectOfElement(g.Element.Kind)
	for _, t := range g.Ties {
		p.Groups = append(p.Groups, r.graphGroup(t))
		for _, c := range t.Cards {
			if t.Relation == directory.InEvent {
				r.FreshUntil(c.EndsAt)
			}
		}
	}
	p.Drawing = r.draw(p, g.Between)
	return p, nil
}

func (r *request) graphGroup(t directory.Ties) graphGroup {
	group := graphGroup{Relation: t.Relation, Word: r.T("graph.relation." + string(t.Relation)), Past: t.Past}
	for _, c := range t.Cards {
		v := r.card(c, false)
		l := graphLink{ID: c.Ref.ID, Href: v.Href, Text: v.Title, Colour: v.Subject.Colour}
		if c.Kind == listing.KindEvent {
			l.More, l.Short = v.When, r.ShortDay(c.StartsAt)
			if v.Flag != "" {
				l.More, l.Short = v.Flag+" · "+l.More, v.Flag+" · "+l.Short
			}
		}
		group.Links = append(group.Links, l)
	}
	for _, m := range t.Members {
		group.Links = append(group.Links, graphLink{Text: m.Name, More: m.Label, Short: m.Label, Colour: "groups"})
	}
	return group
}

// Closed tells whether nothing is tied to the element.
func (p *graphPage) Closed() bool { return len(p.Groups) == 0 }

func (s *Server) graph(r *request) error {
	p, err := r.graphPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("member/graph", p)
}

// partners proposes a partnership, says yes or no to one, or ends it.
func (s *Server) partners(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, done := r.Param("id"), "partner.offered"
	err = r.Update(func(tx *store.Tx) error {
		switch f.text("do") {
		case "confirm":
			done = "partner.confirmed"
			return directory.Confirm(tx, id, f.text("other"))
		case "end":
			done = "partner.ended"
			return directory.EndPartnership(tx, id, f.text("other"))
		default:
			if err := directory.NeedAdmin(tx, id); err != nil {
				return err
			}
			other, err := elementCalled(tx, f.text("partner"))
			if err != nil {
				return err
			}
			return directory.Offer(tx, id, other)
		}
	})
	if err == nil {
		return r.Redirect(elementHref(id)+"/liens", done)
	}
	p, perr := r.graphPage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "member/graph", p)
}

// elementCalled is the element somebody means by a name, a short code, or an
// address copied from the browser.
func elementCalled(tx *store.Tx, said string) (string, error) {
	last := said[strings.LastIndexByte(said, '/')+1:]
	if _, err := store.ParseID(last); err == nil {
		return strings.ToLower(last), nil
	}
	if c, err := listing.ByCode(tx, last); err == nil && c.Ref.Module == directory.Module {
		return c.Ref.ID, nil
	}
	found, err := directory.Named(tx, said)
	switch {
	case err != nil:
		return "", err
	case len(found) == 1:
		return found[0].ID, nil
	case len(found) > 1:
		return "", store.E(store.Invalid, "err.partner.several").At("partner")
	default:
		return "", store.E(store.Invalid, "err.partner.unknown").At("partner")
	}
}

// graphDrawing is the graph as lines and boxes: what it is about on top, a trunk
// down the middle, the rest in two columns. It fits a phone as it is.
type graphDrawing struct {
	Width, Height int
	Ego           graphBox
	Heads         []graphText
	Boxes         []graphBox
	Lines         []graphLine
}

// graphBox is one thing in the drawing.
type graphBox struct {
	X, Y, Width, Height int
	Href, Colour        string
	Texts               []graphText
	Band                int // x of its coloured band
}

// graphText is a line of text at a place.
type graphText struct {
	X, Y  int
	Text  string
	Quiet bool
}

// graphLine ties two things; Loose is between two that are not the element itself.
type graphLine struct {
	Path  string
	Loose bool
}

// Measures of the drawing, in its own units: pixels on a phone.
const (
	graphWidth  = 360
	columnWidth = 155
	trunk       = graphWidth / 2
	lineHeight  = 16
	boxGap      = 8
	letters     = 20 // in a line of a box
)

// draw lays the graph out. The same graph gives the same drawing.
func (r *request) draw(p *graphPage, between [][2]string) *graphDrawing {
	d := &graphDrawing{Width: graphWidth}
	d.Ego = graphBox{X: 70, Y: 6, Width: 220, Colour: p.Tab.Colour, Band: 70}
	d.Ego.Height = d.Ego.write(wrap(p.Typo(p.Element.Name), letters+6), "")
	bottoms := [2]int{d.Ego.Y + d.Ego.Height + 10, d.Ego.Y + d.Ego.Height + 10}
	from := d.Ego.Y + d.Ego.Height
	at := map[string]graphBox{}
	for i, g := range quotas(p.Groups, graphNodes) {
		side := 0
		if bottoms[1] < bottoms[0] {
			side = 1
		}
		x := []int{6, graphWidth - 6 - columnWidth}[side]
		y := bottoms[side] + 22
		d.Heads = append(d.Heads, graphText{X: x, Y: y - 6, Text: g.Word})
		if cut := p.Groups[i].Len() - len(g.Links); cut > 0 {
			g.Links = append(g.Links, graphLink{Href: "#" + string(g.Relation), Text: r.T("graph.more", "n", cut), Colour: "people"})
		}
		for _, l := range g.Links {
			b := graphBox{X: x, Y: y, Width: columnWidth, Href: l.Href, Colour: l.Colour, Band: x}
			if side == 1 {
				b.Band = x + columnWidth - 4
			}
			b.Height = b.write(wrap(l.Text, letters), l.Short)
			d.Boxes = append(d.Boxes, b)
			d.Lines = append(d.Lines, graphLine{Path: branch(from, b.inner(), b.middle())})
			if l.ID != "" {
				at[l.ID] = b
			}
			y += b.Height + boxGap
		}
		bottoms[side] = y + 4
	}
	for _, pair := range between {
		a, one := at[pair[0]]
		b, two := at[pair[1]]
		if one && two {
			d.Lines = append(d.Lines, graphLine{Path: arc(a, b), Loose: true})
		}
	}
	d.Height = max(bottoms[0], bottoms[1])
	return d
}

// Len is how many links the group has.
func (g graphGroup) Len() int { return len(g.Links) }

// quotas cuts groups so that all together have at most so many links, the
// longest first.
func quotas(groups []graphGroup, most int) []graphGroup {
	limit, fits := most, func(limit int) bool {
		n := 0
		for _, g := range groups {
			n += min(g.Len(), limit)
		}
		return n <= most
	}
	for limit > 1 && !fits(limit) {
		limit--
	}
	cut := make([]graphGroup, len(groups))
	for i, g := range groups {
		cut[i] = g
		cut[i].Links = g.Links[:min(g.Len(), limit):min(g.Len(), limit)]
	}
	return cut
}

// write puts text into a box and returns its height.
func (b *graphBox) write(lines []string, more string) int {
	y := b.Y + 19
	for _, t := range lines {
		b.Texts = append(b.Texts, graphText{X: b.X + 10, Y: y, Text: t})
		y += lineHeight
	}
	if more != "" {
		for _, t := range wrap(more, letters+3) {
			b.Texts = append(b.Texts, graphText{X: b.X + 10, Y: y, Text: t, Quiet: true})
			y += lineHeight
		}
	}
	return y - b.Y - 7
}

func (b graphBox) middle() int { return b.Y + b.Height/2 }

// inner is the side of the box that faces the trunk.
func (b graphBox) inner() int {
	if b.X < trunk {
		return b.X + columnWidth
	}
	return b.X
}

// branch goes down the trunk and off to one side.
func branch(from, x, y int) string {
	bend := 8
	if x < trunk {
		bend = -8
	}
	return svgPath("M", trunk, from, "V", y-8, "Q", trunk, y, trunk+bend, y, "H", x)
}

// arc ties two boxes through the gap between the columns.
func arc(a, b graphBox) string {
	pull := 14
	if a.X > trunk {
		pull = -14
	}
	end := -14
	if b.X < trunk {
		end = 14
	}
	return svgPath("M", a.inner(), a.middle()+5, "C", a.inner()+pull, a.middle()+5, b.inner()+end, b.middle()-5, b.inner(), b.middle()-5)
}

// wrap cuts a text into at most two lines of so many letters.
func wrap(text string, most int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		n := len(lines)
		switch {
		case n > 0 && utf8.RuneCountInString(lines[n-1])+1+utf8.RuneCountInString(word) <= most:
			lines[n-1] += " " + word
		case n == 2:
			return []string{lines[0], clip(lines[1]+" "+word, most)}
		default:
			lines = append(lines, word)
		}
	}
	for i := range lines {
		lines[i] = clip(lines[i], most)
	}
	return lines
}

// clip cuts a line with an ellipsis.
func clip(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return strings.TrimRight(string(r[:most-1]), " ,.") + "…"
}

// svgPath writes a path from letters and numbers.
func svgPath(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		if n, ok := p.(int); ok {
			b.WriteString(strconv.Itoa(n) + " ")
		} else {
			fmt.Fprint(&b, p)
		}
	}
	return strings.TrimSpace(b.String())
}
