package ui

import (
	"net/url"

	"copi.local/store"
	"copi.local/store/account"
)

// page is what every page has; typed pages embed it:
//
//	type agendaPage struct {
//		page
//		Events []listing.Card
//	}
//
// Its exported methods, and those of its localizer, are for the templates.
type page struct {
	localizer
	Title      string
	Section    string // which door of the village it belongs to: "agenda"
	Me         account.Session
	Unread     int    // notices
	Todo       int    // what waits for the person
	Notice     string // shown once, after a form
	Village    string // the commune's name; empty before the set-up
	Version    string
	Unsure     bool        // of the time of day
	Alternates []alternate // the same for programs, named in the head
	box        *Server
	path       string
	query      url.Values
	off        []string    // modules that are switched off
	said       **topicPage // comments on the thing of the page; see request.say
}

// page starts a page with the title of key, which may be empty when the title
// is the page's own affair. It must be called outside of View
// and Update: it reads what stands on every page.
func (r *request) page(key string) page {
	r.outside()
	p := page{
		localizer: r.localizer, Me: r.me, Unread: r.unread, Version: r.s.opt.Version,
		Village: r.s.village(r.context()), box: r.s, Unsure: r.s.unsure(),
		path: r.Request().URL.Path, query: r.QueryParams(), Notice: r.takeNotice(),
		off: r.off.Switches, said: &r.said, Todo: r.duties(),
	}
	if key != "" {
		p.Title = r.T(key)
	}
	return p
}

// alternate is what a page holds, in a form for programs.
type alternate struct{ Type, Href string }

// sameCard names the files of one card; contact tells whether it stands in an
// address book.
func (p *page) sameCard(id string, contact bool) {
	p.Alternates = append(p.Alternates, alternate{linkedType, "/fiche/" + id + "/donnees.jsonld"})
	if contact {
		p.Alternates = append(p.Alternates, alternate{"text/vcard", "/fiche/" + id + "/contact.vcf"})
	}
}

// sameList names the files of a list, its feed first; query begins with a question mark.
func (p *page) sameList(feed, query string) {
	p.Alternates = append(p.Alternates, alternate{"application/atom+xml", feed + query})
	if feed == "/agenda.atom" {
		p.Alternates = append(p.Alternates, alternate{"text/calendar", "/agenda.ics" + query})
		return
	}
	for _, file := range []alternate{{linkedType, "/fiches.jsonld"}, {"application/geo+json", "/fiches.geojson"}} {
		p.Alternates = append(p.Alternates, alternate{file.Type, file.Href + query})
	}
}

// SignedIn tells whether an account looks at the page.
func (p *page) SignedIn() bool { return p.Me.Actor.ID != "" }

// Moderates tells whether to show what moderators see.
func (p *page) Moderates() bool { return p.Me.Actor.Can(store.Moderator) }

// Operates tells whether to show what operators see.
func (p *page) Operates() bool { return p.Me.Actor.Can(store.Operator) }

// Here is the page's own address, with its filters.
func (p *page) Here() string { return p.with("", "") }

// In is this page's address in another language.
func (p *page) In(lang string) string { return p.with("lang", lang) }

// With is this page's address with one filter changed, from the first line on.
func (p *page) With(name, value string) string { return p.with(name, value) }

func (p *page) with(name, value string) string {
	q := url.Values{}
	for k, v := range p.query {
		if k != "lang" && k != name && k != "cursor" {
			q[k] = v
		}
	}
	if name != "" && value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return p.path
	}
	return p.path + "?" + q.Encode()
}

// Languages lists the languages the box speaks, for the foot of the page.
func (p *page) Languages() []choice {
	list := make([]choice, len(p.all))
	for i, l := range p.all {
		list[i] = choice{Value: l.Lang, Label: l.name}
	}
	return list
}
