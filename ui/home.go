package ui

import (
	"net/url"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

func (s *Server) homeRoutes() []route {
	return []route{{GET, "/", public, s.home}}
}

// What the home page shows: enough to be useful in ten seconds, no more.
const (
	homeDays   = 4 // today and the next three
	homeEvents = 60
	homeNew    = 6
	homeDoors  = 6
)

// homePage is "Aujourd'hui".
type homePage struct {
	page
	Alerts  []noticeView
	Votes   []voteLine // under way
	Today   string
	Ongoing []cardView
	Days    []dayView
	More    bool // there are more events in these days than shown
	New     []cardView
	Doors   []door
	Paths   []door // what else there is, as words

	Territory string // where the page looks, in words; empty for everywhere
	Further   []further
}

// door is one of the large doors of the home page.
type door struct{ Href, Icon, Word, Colour string }

// home is useful to somebody without an account who has ten seconds.
func (s *Server) home(r *request) error {
	p := &homePage{page: r.page("")}
	p.Title, p.Today = p.Village, r.Day(r.now)
	if p.Title == "" {
		p.Title = r.T("ui.nameless")
	}
	p.Doors, p.Paths = p.doors(), p.paths()
	err := r.View(func(tx *store.Tx) error {
		if err := r.homeAlerts(tx, p); err != nil {
			return err
		}
		if err := r.homeAgenda(tx, p); err != nil {
			return err
		}
		var err error
		if p.Votes, err = r.openVotes(tx); err != nil {
			return err
		}
		if err := r.homeNews(tx, p); err != nil {
			return err
		}
		if err := r.homeAround(tx, p); err != nil {
			return err
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	return r.Render("listing/home", p)
}

// urgentShown is how many urgent needs stand on the home page.
const urgentShown = 5

// homeAlerts tells everybody what is urgent, and a moderator that somebody
// waits for an answer.
func (r *request) homeAlerts(tx *store.Tx, p *homePage) (err error) {
	if p.Alerts, err = r.aidAlerts(tx, urgentShown); err != nil {
		return err
	}
	told, err := r.restoredAlert(tx)
	if err != nil {
		return err
	}
	p.Alerts = append(p.Alerts, told...)
	if owed, err := r.overdue(tx); err != nil {
		return err
	} else if n := len(owed); n > 0 {
		p.Alerts = append(p.Alerts, noticeView{Kind: "attention", Text: r.T("vote.ask.overdue", "n", n), Href: votePath, Action: r.T("vote.ask.see")})
	}
	if !r.actor.Can(store.Moderator) {
		return nil
	}
	n, err := moderatorsLoad(tx)
	if err == nil && n > 0 {
		p.Alerts = append(p.Alerts, noticeView{
			Kind: "attention", Text: r.T("moderation.waiting", "n", n), Href: "/moderation", Action: r.T("moderation.see"),
		})
	}
	return err
}

// homeAgenda fills today and the next days.
func (r *request) homeAgenda(tx *store.Tx, p *homePage) error {
	from := r.today()
	q := listing.Query{Kind: listing.KindEvent, From: from, To: from.AddDate(0, 0, homeDays), Limit: homeEvents}
	if err := fromHome(tx, &q); err != nil {
		return err
	}
	if err := inTerritory(tx, &q); err != nil {
		return err
	}
	res, err := listing.Dates(tx, q)
	if err != nil {
		return err
	}
	if err := r.findCovers(tx, res.Cards); err != nil {
		return err
	}
	distances(res.Cards, false)
	p.More = res.Next != ""
	p.Ongoing, p.Days = r.byDay(res.Cards, from)
	p.Days = r.everyDay(p.Days, from, homeDays)
	return nil
}

// homeAround says where the page looked, and what lies further.
func (r *request) homeAround(tx *store.Tx, p *homePage) (err error) {
	if p.Territory, err = r.territoryWords(tx); err != nil || p.Territory == "" {
		return err
	}
	from := r.today()
	p.Further, err = r.further(tx, listing.Query{Kind: listing.KindEvent, From: from}, "/agenda", url.Values{"from": {from.Format("2006-01-02")}})
	return err
}

// everyDay adds the days on which nothing happens: people look for today.
func (r *request) everyDay(days []dayView, from time.Time, n int) []dayView {
	all := make([]dayView, n)
	for i := range all {
		all[i] = r.day(from.AddDate(0, 0, i))
		all[i].None = r.T("listing.home.nothing")
		for _, d := range days {
			if d.Machine == all[i].Machine {
				all[i].Cards = d.Cards
			}
		}
	}
	return all
}

// homeNews fills what came within the week and was not said above.
func (r *request) homeNews(tx *store.Tx, p *homePage) error {
	q := listing.Query{Limit: 5 * homeNew} // among them what came late and is over
	if err := fromHome(tx, &q); err != nil {
		return err
	}
	if err := inTerritory(tx, &q); err != nil {
		return err
	}
	res, err := listing.Find(tx, q)
	if err != nil {
		return err
	}
	if err := r.findCovers(tx, res.Cards); err != nil {
		return err
	}
	distances(res.Cards, false)
	for _, c := range res.Cards {
		over := !c.StartsAt.IsZero() && c.EndsAt.Before(r.now)
		if !over && len(p.New) < homeNew && r.now.Sub(c.CreatedAt) < 7*24*time.Hour {
			p.New = append(p.New, r.card(c, false))
		}
	}
	return nil
}

// doors are the six main doors, those of them that lead somewhere.
func (p *page) doors() []door {
	var list []door
	for _, d := range []door{
		{"/agenda", "calendar-days", "ui.subject.agenda", "agenda"},
		{"/annonces", "tag", "ui.subject.ads", "ads"},
		{"/entraide", "hand-heart", "ui.subject.aid", "aid"},
		{"/salles", "door-open", "listing.door.rooms", "rooms"},
		{"/decisions", "vote", "listing.door.votes", "votes"},
		{"/annuaire", "book-user", "ui.subject.directory", "people"},
		{"/recherche", "search", "ui.tab.search", "rooms"},
		{"/proposer", "plus", "ui.tab.propose", "aid"},
		{"/voisins", "house-wifi", "ui.foot.neighbours", "groups"},
		{"/charte", "scroll-text", "ui.foot.charter", "votes"},
		{"/aide", "circle-question-mark", "ui.help", "people"},
	} {
		if p.Has(d.Href) && len(list) < homeDoors {
			d.Word = p.T(d.Word)
			list = append(list, d)
		}
	}
	return list
}

// paths are the other sections, those of them that lead somewhere.
func (p *page) paths() []door {
	var list []door
	for _, d := range []door{
		{Href: "/groupes", Word: "listing.door.groups"},
		{Href: "/petitions", Word: "ui.subject.petitions"},
		{Href: "/heures", Word: "timebank.title"},
		{Href: "/voisins", Word: "ui.foot.neighbours"},
	} {
		if p.Has(d.Href) {
			d.Word = p.T(d.Word)
			list = append(list, d)
		}
	}
	return list
}
