package ui

import (
	"net/url"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// elementPage is one element of the directory: for an organisation, its small
// site; and its poster on paper.
type elementPage struct {
	page
	Element  directory.Element
	Brief    string
	Text     contactText // the description
	Tab      subject
	Above    []wordLink // what it stands in, the outermost first
	Hours    *hoursView
	Answers  []answerView
	Marks    []wordLink // its tags
	Inner    []string   // what only residents see of it, in words
	Own      []string   // what nobody else sees of it, in words; for whoever answers for it
	Below    []belowView
	Events   []cardView
	Journal  groupSection // the latest of what it writes; without cards and None: left out
	Photos   []photoView
	Address  string // short address to write down
	QR       *qrCode
	Verified string
	Step     directory.Step
	Source   string // of an import nobody has claimed

	Mine, MayVerify bool
	Hidden          *noticeView // why, for whoever answers for it and moderators
	Audience        string
	Canonical       string
	Follow          *followView
	Likes           *likesView
	Write           string // where one writes to whoever answers for it
	Roster          rosterView
	Correct         string // where one proposes a correction; empty where somebody answers for it
}

// belowView is what stands in an element, of one kind.
type belowView struct {
	Word, Icon string
	Links      []belowLink
}

type belowLink struct{ Href, Word, More string }

// element shows one element.
func (s *Server) element(r *request) error { return s.showElement(r, r.Param("id")) }

func (s *Server) showElement(r *request, id string) error {
	p := &elementPage{page: r.page("")}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Element, err = directory.Get(tx, id); err != nil {
			return err
		}
		if err := r.describeElement(tx, p); err != nil {
			return err
		}
		if err := r.elementNow(tx, p); err != nil {
			return err
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	if p.Address != "" {
		code, err := newQR(r.base() + "/" + strings.TrimPrefix(p.Address, r.Request().Host+"/"))
		if err != nil {
			return err
		}
		p.QR = &code
	}
	p.sameCard(id, true)
	return r.Render("directory/element", p)
}

// elementNow adds what a stored element has and one being written has not.
func (r *request) elementNow(tx *store.Tx, p *elementPage) error {
	e := &p.Element
	p.Canonical = thingHref(e.Ref())
	if c, err := listing.ByRef(tx, e.Ref()); err == nil && c.Code != "" {
		p.Address = r.Request().Host + "/" + c.Code
		if err := r.touch(tx, c.Ref, &p.Likes, &p.Write); err != nil {
			return err
		}
		if p.Follow, err = r.follow(tx, notify.Card, c.Ref.ID, c.Title); err != nil {
			return err
		}
	}
	var err error
	if p.Hidden, err = r.hiddenNotice(tx, e.Ref()); err != nil {
		return err
	}
	if p.Mine, err = e.MayChange(tx); err != nil {
		return err
	}
	if p.MayVerify, err = e.MayVerify(tx); err != nil {
		return err
	}
	if err := r.elementFreshness(tx, p); err != nil {
		return err
	}
	if p.Photos, err = photosOf(tx, e.Ref()); err != nil {
		return err
	}
	if p.Roster, err = r.rosterOf(tx, e); err != nil {
		return err
	}
	if err := r.elementBelow(tx, p); err != nil {
		return err
	}
	if e.Kind != directory.Person {
		if p.Journal, err = r.journalSection(tx, &discussion.Entry{Element: e.ID}); err != nil {
			return err
		}
	}
	return r.elementEvents(tx, p)
}

func (r *request) elementFreshness(tx *store.Tx, p *elementPage) error {
	e := &p.Element
	rule, err := directory.RuleOf(tx)
	if err != nil {
		return err
	}
	p.Step, _ = rule.At(e.VerifiedAt, r.now)
	if !e.ArchivedAt.IsZero() {
		p.Step = directory.Archived
	}
	p.Verified = r.T("directory.verified", "day", r.Day(e.VerifiedAt))
	if !e.Claimed && e.Source.Name != "" {
		p.Source = r.T("directory.source", "source", strings.ToUpper(e.Source.Name), "day", r.Day(e.Source.At))
	}
	kept, err := e.Kept(tx)
	if !kept {
		p.Correct = p.Canonical + "/corriger"
	}
	return err
}

// Old tells whether nobody has looked at the element for long.
func (p *elementPage) Old() bool { return p.Step >= directory.Greyed }

// Gone tells whether it has left the lists.
func (p *elementPage) Gone() bool { return p.Step == directory.Archived }

// elementBelow lists what stands in the element: rooms, projects, sections.
func (r *request) elementBelow(tx *store.Tx, p *elementPage) error {
	list, err := directory.Children(tx, p.Element.ID)
	if err != nil {
		return err
	}
	for _, kind := range directory.Kinds {
		sub := r.subjectOf(kind.Card())
		b := belowView{Word: r.T("directory.below." + string(kind)), Icon: sub.Icon}
		if kind == directory.Place && p.Element.Kind == directory.Place {
			b.Word = r.T("directory.below.rooms")
		}
		for _, c := range list {
			if c.Kind == kind {
				b.Links = append(b.Links, belowLink{thingHref(c.Ref()), r.Typo(c.Name), r.Typo(c.Brief)})
			}
		}
		if len(b.Links) > 0 {
			p.Below = append(p.Below, b)
		}
	}
	return nil
}

// elementEvents are the next events it organises or houses.
func (r *request) elementEvents(tx *store.Tx, p *elementPage) error {
	ids, err := directory.Related(tx, p.Element.ID)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return nil
	}
	const next = 6
	res, err := listing.Find(tx, listing.Query{Kind: listing.KindEvent, IDs: ids, From: r.now, Limit: next})
	if err != nil {
		return err
	}
	for _, c := range res.Cards {
		p.Events = append(p.Events, r.card(c, false))
	}
	return nil
}

// describeElement writes the words of an element's page, of one being written
// too.
func (r *request) describeElement(tx *store.Tx, p *elementPage) error {
	e := &p.Element
	p.Title, p.Audience = r.Typo(e.Name), r.audience(e.Audience)
	masked := slices.Contains(e.ResidentsOnly, directory.Contacts)
	p.Brief, p.Text = r.shownLine(e.Brief, masked), r.shownText(e.Description, masked, e.Brief)
	if masked && !r.actor.Can(store.Resident) {
		p.Text.SignIn = r.signInHere()
	}
	p.Tab = r.subjectOf(e.Kind.Card())
	if e.Kind == directory.POI {
		p.Tab.Word = r.T("directory.kind.poi")
	}
	if e.Category != "" && e.Kind != directory.Person {
		c, err := category.Get(tx, e.Kind.Set(), e.Category)
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		if err == nil {
			p.Tab.Icon, p.Tab.Word = c.Icon, r.Typo(capital(c.Name))
		}
	}
	above, err := directory.Ancestors(tx, e)
	if err != nil {
		return err
	}
	for _, a := range above {
		p.Above = append(p.Above, wordLink{thingHref(a.Ref()), r.Typo(a.Name)})
	}
	if e.Hours != "" {
		h := r.hoursOf(e.Hours)
		p.Hours = &h
	}
	if e.Kind != directory.Person {
		fields, err := category.FieldsOf(tx, e.Kind.Set())
		if err != nil {
			return err
		}
		p.Answers = r.answers(category.Shown(fields, e.Fields, !r.actor.Can(store.Resident)))
	}
	for _, t := range e.Tags {
		p.Marks = append(p.Marks, wordLink{"/recherche?tag=" + url.QueryEscape(t), t})
	}
	r.elementReaders(p)
	return nil
}

// elementReaders says what of the element not everybody reads, to those who do.
func (r *request) elementReaders(p *elementPage) {
	e := &p.Element
	filled := map[string]bool{
		"phone": e.Phone != "", "email": e.Email != "", "street": e.Street != "", "website": e.Website != "", "position": e.Position != nil,
	}
	for _, f := range directory.Private {
		word := strings.ToLower(r.T("directory.form." + f))
		switch {
		case !filled[f]:
		case slices.Contains(e.Withheld, f):
			p.Own = append(p.Own, word)
		case slices.Contains(e.ResidentsOnly, f):
			p.Inner = append(p.Inner, word)
		}
	}
}

// InnerWords and OwnWords are those lists in words.
func (p *elementPage) InnerWords() string { return p.speech().enumerate(p.Inner) }

// OwnWords see InnerWords.
func (p *elementPage) OwnWords() string { return p.speech().enumerate(p.Own) }

// Tel is a telephone number for a link.
func (p *elementPage) Tel() string {
	return strings.Map(func(c rune) rune {
		if c == '+' || (c >= '0' && c <= '9') {
			return c
		}
		return -1
	}, strings.ReplaceAll(p.Element.Phone, "(0)", ""))
}

// Reachable tells whether one may call or write somewhere.
func (p *elementPage) Reachable() bool {
	return p.Element.Phone != "" || p.Element.Email != "" || p.Element.Website != ""
}

// Where is the position for a link to a map.
func (p *elementPage) Where() string {
	if p.Element.Position == nil {
		return ""
	}
	lat, lon := p.Element.Position.Degrees()
	return formatFloat(lat) + "," + formatFloat(lon)
}

// placed says in whose name an event stands, and that it is at the place of the
// directory it names.
func (f *form) placed(tx *store.Tx, e *agenda.Event) error {
	if err := f.stand(tx, e); err != nil {
		return err
	}
	return directory.AtPlace(tx, e.Ref(), e.Place)
}

// placeHref is the page of the place a thing is at, of those the actor may see.
func placeHref(tx *store.Tx, about store.Ref) (string, error) {
	links, err := directory.Links(tx, about)
	for _, l := range links {
		if l.Role != directory.Venue {
			continue
		}
		e, err := directory.Get(tx, l.Element)
		if store.KindOf(err) == store.NotFound {
			return "", nil
		}
		return thingHref(e.Ref()), err
	}
	return "", err
}
