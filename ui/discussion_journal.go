package ui

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// journalPath is what organisations and groups write in their journals.
const journalPath = "/nouvelles"

func (s *Server) journalRoutes() []route {
	var list []route
	for _, of := range []string{"/annuaire/:id/nouvelles", "/groupes/:id/nouvelles"} {
		list = append(list,
			route{GET, of, public, s.journal},
			route{GET, of + "/fil.atom", public, s.journalFeed},
			route{GET, of + "/ecrire", owner, s.entryNew},
			route{POST, of + "/ecrire", owner, s.entryPublish})
	}
	list = append(list, s.photoPages(journalGallery)...)
	return append(list,
		route{GET, "/nouvelles/:id", public, s.entry},
		route{GET, "/nouvelles/:id/avant", resident, s.entryHistory},
		route{GET, "/nouvelles/:id/modifier", owner, s.entryEditForm},
		route{POST, "/nouvelles/:id/modifier", owner, s.entryEdit},
		route{GET, "/nouvelles/:id/retirer", owner, s.entryRemoveForm},
		route{POST, "/nouvelles/:id/retirer", owner, s.entryRemove})
}

var journalGallery = gallery{
	module: discussion.Journal, base: journalPath, section: "annuaire",
	own: func(tx *store.Tx, id string) (string, error) {
		e, err := discussion.OwnEntry(tx, id)
		return e.Title, err
	},
}

// entriesOnPage is how many of the latest entries stand on the page of what the
// journal is of.
const entriesOnPage = 3

// journalPage is a journal, one entry of it, or a step taken from there.
type journalPage struct {
	page
	around
	Form   *form
	Entry  discussion.Entry
	Tab    subject
	Of     wordLink // what the journal is of
	Action string
	Cards  []cardView
	New    string // address of the form; empty for who may not write
	Feed   string // empty where not everybody reads
	Pager  pagerView
	Empty  *noticeView

	Text    string
	Photos  []photoView
	Day     string
	Edited  string // when, in words; empty without a mark
	History string // address of what it said before
	Keeps   bool   // the reader answers for the journal
	Seen    []choice
	Wider   *widerView
	Before  []saidView
}

// journalHref is the address of the journal an entry is in.
func journalHref(e *discussion.Entry) string { return journalOf(e) + journalPath }

// journalOf is the page of what it is of.
func journalOf(e *discussion.Entry) string {
	if e.Group != "" {
		return groupHref(e.Group)
	}
	return elementHref(e.Element)
}

// inJournal is an entry of the journal of the address, to be written.
func (r *request) inJournal() (discussion.Entry, error) {
	if err := r.on(route{path: journalPath}); err != nil {
		return discussion.Entry{}, err
	}
	if strings.HasPrefix(r.Request().URL.Path, "/groupes/") {
		return discussion.Entry{Group: r.Param("id")}, nil
	}
	return discussion.Entry{Element: r.Param("id")}, nil
}

// journalPage begins a page about an entry or about the journal it is in. It
// fails with kind NotFound for a journal the reader may not know of.
func (r *request) journalPage(tx *store.Tx, p *journalPage) error {
	e := &p.Entry
	p.Section, p.Tab, p.Action = "annuaire", r.subjectOf(listing.KindNotice), r.Request().URL.Path
	if e.Group != "" {
		g, err := group.Get(tx, e.Group)
		if err != nil {
			return err
		}
		p.Section, p.Of = "groupes", wordLink{groupHref(g.ID), r.Typo(g.Name)}
		if g.Reading == group.ToEverybody {
			p.Feed = journalHref(e) + "/fil.atom"
		}
	} else {
		of, err := directory.Get(tx, e.Element)
		if err != nil {
			return err
		}
		if of.Kind == directory.Person {
			return store.E(store.NotFound, "err.not_found")
		}
		p.Of = wordLink{elementHref(of.ID), r.Typo(of.Name)}
		if of.Audience == listing.Public {
			p.Feed = journalHref(e) + "/fil.atom"
		}
	}
	_, err := e.Choices(tx)
	if err == nil {
		p.New = journalHref(e) + "/ecrire"
	} else if store.KindOf(err) != store.Forbidden {
		return err
	}
	p.Keeps, err = e.Keeps(tx)
	return err
}

// entryCards are the entries of a journal the reader may see, the latest first.
func (r *request) entryCards(tx *store.Tx, e *discussion.Entry, cursor string, limit, level int) (cards []cardView, next string, err error) {
	q, err := discussion.Entries(tx, e.Element, e.Group)
	if err != nil {
		return nil, "", err
	}
	if q.Cursor, q.Limit = cursor, limit; q.Check() != nil {
		return nil, "", &badAddress{q.Check()}
	}
	res, err := listing.Find(tx, q)
	if err != nil {
		return nil, "", err
	}
	if err := r.findCovers(tx, res.Cards); err != nil {
		return nil, "", err
	}
	for _, c := range res.Cards {
		v := r.card(c, false)
		v.Level, v.More = level, r.Day(c.CreatedAt)+" · "+v.More
		cards = append(cards, v)
	}
	return cards, res.Next, nil
}

// journal shows a journal.
func (s *Server) journal(r *request) error {
	e, err := r.inJournal()
	if err != nil {
		return err
	}
	p := &journalPage{page: r.page("discussion.journal.title"), Entry: e}
	cursor, next := r.QueryParam("cursor"), ""
	err = r.View(func(tx *store.Tx) (err error) {
		if err = r.readableJournal(tx, p); err != nil {
			return err
		}
		p.Cards, next, err = r.entryCards(tx, &e, cursor, topicsShown, 2)
		return err
	})
	if err != nil {
		return err
	}
	here := journalHref(&e)
	if next != "" {
		p.Pager.After, p.Pager.AfterWord = here+"?cursor="+next, r.T("discussion.journal.older")
	}
	if cursor != "" {
		p.Pager.Before, p.Pager.BeforeWord = here, r.T("discussion.journal.latest")
	}
	if len(p.Cards) == 0 {
		p.Empty = &noticeView{Text: r.T("discussion.journal.none"), Href: p.New, Action: r.T("discussion.journal.new")}
	}
	if p.Feed != "" {
		p.Alternates = append(p.Alternates, alternate{"application/atom+xml", p.Feed})
	}
	return r.Render("discussion/journal", p)
}

// readableJournal begins the page of a whole journal: of a group only for who
// reads what is written there.
func (r *request) readableJournal(tx *store.Tx, p *journalPage) error {
	if err := r.journalPage(tx, p); err != nil || p.Entry.Group == "" {
		return err
	}
	may, err := group.MayRead(tx, p.Entry.Group)
	if err == nil && !may {
		err = store.E(store.NotFound, "err.not_found")
	}
	return err
}

// journalFeed is the public entries of a journal as a feed, the latest first.
func (s *Server) journalFeed(r *request) error {
	e, err := r.inJournal()
	if err != nil {
		return err
	}
	p := &journalPage{Entry: e, page: r.page("discussion.journal.title")}
	feed := atomFeed{Lang: r.Lang, Author: atomAuthor{r.s.village(r.context())}}
	err = r.View(func(tx *store.Tx) error {
		if err := r.journalPage(tx, p); err != nil {
			return err
		}
		if p.Feed == "" {
			return store.E(store.NotFound, "err.not_found")
		}
		feed.ID, feed.Title = atomID(r.Param("id")+journalPath), printable(r.T("discussion.journal.of", "of", p.Of.Word))
		return r.fillJournal(tx, &feed, &e)
	})
	if err != nil {
		return err
	}
	return r.sendFeed(&feed, journalHref(&e))
}

// fillJournal writes the entries that may leave the box into a feed.
func (r *request) fillJournal(tx *store.Tx, feed *atomFeed, e *discussion.Entry) error {
	q, err := discussion.Entries(tx, e.Element, e.Group)
	if err != nil {
		return err
	}
	if q.Leaves, q.Cursor, q.Limit = true, r.QueryParam("cursor"), feedPosts; q.Check() != nil {
		return &badAddress{q.Check()}
	}
	res, err := listing.Find(tx, q)
	if err != nil {
		return err
	}
	if res.Next != "" {
		feed.Links = append(feed.Links, atomLink{Rel: "next", Href: r.base() + r.Request().URL.Path + "?cursor=" + res.Next})
	}
	updated := time.Unix(0, 0)
	for _, c := range res.Cards {
		entry, err := r.atomEntry(tx, c)
		if err != nil {
			return err
		}
		if c.UpdatedAt.After(updated) {
			updated = c.UpdatedAt
		}
		feed.Entries = append(feed.Entries, entry)
	}
	feed.Updated = r.Machine(updated)
	return r.freshUntilListsChange(tx)
}

// journalSection is the latest entries of a journal, on the page of what it is
// of.
func (r *request) journalSection(tx *store.Tx, e *discussion.Entry) (v groupSection, err error) {
	if r.isOff(journalPath) {
		return v, nil
	}
	v.Title = r.T("discussion.journal.title")
	if v.Cards, _, err = r.entryCards(tx, e, "", entriesOnPage, 3); err != nil {
		return v, err
	}
	if len(v.Cards) > 0 {
		v.Actions = append(v.Actions, door{Href: journalHref(e), Icon: "scroll-text", Word: r.T("discussion.journal.all")})
	}
	_, err = e.Choices(tx)
	if err == nil {
		v.None = r.T("discussion.journal.none")
		v.Actions = append(v.Actions, door{Href: journalHref(e) + "/ecrire", Icon: "plus", Word: r.T("discussion.journal.new")})
	} else if kind := store.KindOf(err); kind == store.Forbidden || kind == store.NotFound {
		err = nil
	}
	return v, err
}

// groupJournal is that of a group.
func (r *request) groupJournal(tx *store.Tx, p *groupPage) (groupSection, error) {
	return r.journalSection(tx, &discussion.Entry{Group: p.Group.ID})
}
