package ui

import (
	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// thingsOnPage is how many coming dates and ads the page of a group shows.
const thingsOnPage = 5

// groupAgenda is the coming dates of a group on its page, as far as the reader
// may see them, and where one has its agenda elsewhere: a calendar asks without
// signing in, so only that of a group everybody reads.
func (r *request) groupAgenda(tx *store.Tx, p *groupPage) (groupSection, error) {
	id := p.Group.ID
	v, err := r.groupThings(tx, p, "/agenda", listing.Query{Kind: listing.KindEvent, Order: listing.ByDate, Current: r.today()})
	if err != nil || v.Title == "" {
		return v, err
	}
	v.Title, v.None = r.T("listing.things.agenda"), orNone(v.None, r.T("listing.things.no_dates"))
	if len(v.Cards) > 0 {
		v.Actions = append(v.Actions, door{Href: "/agenda?current=yes&group=" + id, Icon: "calendar-days", Word: r.T("listing.things.whole_agenda")})
		if p.Group.Reading == group.ToEverybody {
			v.Actions = append(v.Actions, door{Href: "/agenda/partager?group=" + id, Icon: "download", Word: r.T("listing.things.calendar")})
		}
	}
	if v.None != "" {
		v.Actions = append(v.Actions, door{Href: "/agenda/nouveau?group=" + id, Icon: "calendar-plus", Word: r.T("listing.things.new_date")})
	}
	return v, nil
}

// groupAds is the newest ads of a group on its page.
func (r *request) groupAds(tx *store.Tx, p *groupPage) (groupSection, error) {
	id := p.Group.ID
	v, err := r.groupThings(tx, p, "/annonces", listing.Query{Kinds: adsKinds})
	if err != nil || v.Title == "" {
		return v, err
	}
	v.Title, v.None = r.T("listing.things.ads"), orNone(v.None, r.T("listing.things.no_ads"))
	if len(v.Cards) > 0 {
		v.Actions = append(v.Actions, door{Href: "/annonces?group=" + id, Icon: "tag", Word: r.T("listing.things.all_ads")})
	}
	if v.None != "" {
		v.Actions = append(v.Actions, door{Href: "/annonces/nouvelle?group=" + id, Icon: "plus", Word: r.T("listing.things.new_ad")})
	}
	return v, nil
}

// orNone is the sentence of an empty list, where there is anything to do about
// it.
func orNone(may, words string) string {
	if may == "" {
		return ""
	}
	return words
}

// groupThings reads the first cards of a list of a group. Its title is empty
// when the section is switched off; None is not when the reader may add to it.
func (r *request) groupThings(tx *store.Tx, p *groupPage, section string, q listing.Query) (v groupSection, err error) {
	if r.isOff(section) {
		return v, nil
	}
	v.Title = section
	q.Group, q.Limit = p.Group.ID, thingsOnPage
	res, err := listing.Find(tx, q)
	if err != nil {
		return v, err
	}
	if err := r.findCovers(tx, res.Cards); err != nil {
		return v, err
	}
	for _, c := range res.Cards {
		v.Cards = append(v.Cards, r.card(c, false).within())
	}
	if p.Belongs() && !p.Group.Closed() {
		v.None = section
	}
	return v, nil
}
