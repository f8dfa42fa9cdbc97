package ui

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/discussion"
	"copi.local/store/listing"
)

// How much of each part the page of what is new shows, and how far it counts.
const (
	sinceShown  = 3
	sinceCounts = listing.MaxLimit
)

// sinceParts are the parts of the village, in the order of the page of what is
// new.
var sinceParts = []struct {
	kinds      []string
	href, word string
}{
	{[]string{listing.KindEvent}, "/agenda", "ui.subject.agenda"},
	{[]string{listing.KindOffer, listing.KindWanted}, "/annonces", "ui.subject.ads"},
	{[]string{listing.KindNeed, listing.KindHelp, listing.KindRide}, "/entraide", "ui.subject.aid"},
	{[]string{listing.KindDecision}, "/decisions", "discussion.since.decisions"},
	{[]string{listing.KindPetition}, "/petitions", "discussion.since.petitions"},
	{[]string{listing.KindGroup}, "/groupes", "discussion.since.groups"},
	{[]string{listing.KindNotice}, "/recherche?kind=notice", "ui.subject.notices"},
	{[]string{listing.KindOrg, listing.KindProject, listing.KindPlace}, "/annuaire", "ui.subject.directory"},
}

// sincePart is what is new in one part of the village.
type sincePart struct {
	Href, Word, Count string
	Cards             []cardView
}

// since is one page of what came since somebody looked, by part of the village
// (FO-8).
func (s *Server) since(r *request) error {
	p := &topicsPage{page: r.page("discussion.since.title")}
	old := false
	err := r.View(func(tx *store.Tx) (err error) {
		var at time.Time
		if at, old, err = discussion.Since(tx); err != nil {
			return err
		}
		p.Lead = r.T("discussion.since.lead", "when", r.DayTime(at))
		list, topics, posts, err := discussion.Unread(tx, topicsAround)
		if err != nil {
			return err
		}
		if !r.isOff(topicsPath) {
			for i := range list {
				card := r.topicCard(&list[i], 3)
				card.More = r.Typo(list[i].GroupName) + " · " + card.More
				p.Topics = append(p.Topics, card)
			}
			p.Count = r.T("discussion.since.unread", "n", posts)
			if topics > len(list) {
				p.More = r.T("discussion.since.more", "n", topics-len(list))
			}
		}
		return r.sinceCards(tx, p, at)
	})
	if err != nil {
		return err
	}
	if old {
		if err := r.Update(discussion.Look); err != nil {
			return err
		}
	}
	if len(p.Topics)+len(p.Parts) == 0 {
		p.Empty = &noticeView{Text: r.T("discussion.since.none"), Href: "/", Action: r.T("ui.tab.today")}
	}
	return r.Render("discussion/since", p)
}

// sinceCards fills what is new among this box's cards.
func (r *request) sinceCards(tx *store.Tx, p *topicsPage, at time.Time) error {
	for _, part := range sinceParts {
		res, err := listing.Find(tx, listing.Query{Kinds: part.kinds, Origin: listing.FromHere, Order: listing.Newest, Limit: sinceCounts})
		if err != nil {
			return err
		}
		n := 0
		for n < len(res.Cards) && res.Cards[n].CreatedAt.After(at) {
			n++
		}
		if n == 0 {
			continue
		}
		v := sincePart{Href: part.href, Word: r.T(part.word), Count: r.T("discussion.since.count", "n", n)}
		if n == sinceCounts {
			v.Count = r.T("discussion.since.many", "n", n)
		}
		shown := res.Cards[:min(n, sinceShown)]
		if err := r.findCovers(tx, shown); err != nil {
			return err
		}
		for _, c := range shown {
			v.Cards = append(v.Cards, r.card(c, false).within())
		}
		p.Parts = append(p.Parts, v)
	}
	return nil
}

// sinceRead says that everything is read.
func (s *Server) sinceRead(r *request) error {
	if err := r.Update(discussion.MarkAll); err != nil {
		return err
	}
	return r.Redirect("/nouveautes", "discussion.since.read")
}

// feedPosts is how many posts a page of a topic's feed has.
const feedPosts = 50

// topicFeed is a topic that everybody reads as a feed: its posts, the latest
// first, in pages (RFC 5005).
func (s *Server) topicFeed(r *request) error {
	q := r.queryForm()
	before := q.int("avant")
	if !q.ok() || before < 0 {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("avant")}
	}
	feed := atomFeed{Lang: r.Lang, Author: atomAuthor{r.s.village(r.context())}}
	self := r.base() + r.Request().URL.Path
	err := r.View(func(tx *store.Tx) error {
		t, err := discussion.Get(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if reading, err := listing.Reading(tx, t.Group); err != nil || reading != listing.Public {
			if err == nil {
				err = store.E(store.NotFound, "err.not_found")
			}
			return err
		}
		if before == 0 {
			before = t.Posts + 1
		}
		feed.ID, feed.Title = atomID(t.ID+"/fil"), printable(r.topicTitle(t.Title))
		from := max(1, before-feedPosts)
		if from > 1 {
			feed.Links = append(feed.Links, atomLink{Rel: "next", Href: self + "?avant=" + strconv.Itoa(from)})
		}
		return r.feedPosts(tx, &feed, &t, from, before-1)
	})
	if err != nil {
		return err
	}
	return r.sendFeed(&feed, topicsPath+"/"+r.Param("id"))
}

// sendFeed answers with a feed of what stands at href.
func (r *request) sendFeed(feed *atomFeed, href string) error {
	feed.Links = append(feed.Links,
		atomLink{Rel: "alternate", Href: r.base() + href, Type: "text/html"},
		atomLink{Rel: "self", Href: r.base() + r.Request().URL.RequestURI(), Type: "application/atom+xml"})
	out, err := xml.Marshal(feed)
	if err != nil {
		return err
	}
	return r.Data(http.StatusOK, atomType, append([]byte(xml.Header), out...))
}

// feedPosts writes the posts of a feed that are there, as a visitor reads them.
func (r *request) feedPosts(tx *store.Tx, feed *atomFeed, t *discussion.Topic, from, until int) error {
	posts, err := discussion.Posts(tx, t.Ref(), from, until, false)
	if err != nil {
		return err
	}
	slices.Reverse(posts)
	return r.feedOf(tx, feed, t.CreatedAt, posts, func(*discussion.Post) (string, error) { return r.topicTitle(t.Title), nil })
}

// feedOf writes the posts that are there into a feed, in their order; began is
// when it is as of without any.
func (r *request) feedOf(tx *store.Tx, feed *atomFeed, began time.Time, posts []discussion.Post, title func(*discussion.Post) (string, error)) error {
	updated := began
	for i := range posts {
		p := &posts[i]
		if p.Taken != discussion.There || p.Hidden {
			continue
		}
		at := p.At
		if p.EditedAt.After(at) {
			at = p.EditedAt
		}
		if at.After(updated) {
			updated = at
		}
		who, err := account.ShownName(tx, p.AuthorID)
		if err != nil {
			return err
		}
		if who == "" {
			who = r.T("discussion.gone")
		}
		about, err := title(p)
		if err != nil {
			return err
		}
		feed.Entries = append(feed.Entries, atomEntry{
			ID: atomID(p.ID), Title: printable(r.T("discussion.feed.entry", "who", who, "title", about)), Published: r.Machine(p.At), Updated: r.Machine(at),
			Link: atomLink{Rel: "alternate", Href: r.base() + aboutPost(p)}, Summary: printable(discussion.Open(p.Text)),
		})
	}
	feed.Updated = r.Machine(updated)
	return nil
}
