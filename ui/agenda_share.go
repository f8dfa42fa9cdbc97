package ui

import (
	"net/http"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// agendaSharePage says how to have an agenda elsewhere: in a phone's calendar,
// on another web site, in a reader of feeds.
type agendaSharePage struct {
	page
	Words string // the filters in words
	Query string
	ICal  string         // address of the calendar
	Phone trustedAddress // the same as calendars subscribe to it
	Embed string         // code for another site
	Back  string
}

// passing are filters of a moment: what is followed goes on.
var passing = []string{"from", "to", "current", "order"}

// agendaShare is that page, for the agenda of any filters.
func (s *Server) agendaShare(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	filters := r.sameFilters()
	p := &agendaSharePage{page: r.page("agenda.share.title"), Back: "/agenda"}
	if len(filters) > 0 {
		p.Back += "?" + filters.Encode()
	}
	for _, name := range passing {
		filters.Del(name)
	}
	q.Kind, q.From, q.To, q.Current, q.Order = listing.KindEvent, time.Time{}, time.Time{}, time.Time{}, ""
	err = r.View(func(tx *store.Tx) error {
		named, err := r.places(tx, q, nil)
		p.Words = r.filterWords(q, named)
		return err
	})
	if err != nil {
		return err
	}
	if len(filters) > 0 {
		p.Query = "?" + filters.Encode()
	}
	p.ICal = r.base() + "/agenda.ics" + p.Query
	p.Phone = subscription(r.base(), "/agenda.ics"+p.Query)
	p.Embed = embedCode(r.base()+embedPath+"agenda"+p.Query, r.T("agenda.of", "of", r.Of(s.village(r.context()))))
	return r.Render("agenda/share", p)
}

// embedAgenda is the coming events for another site.
func (s *Server) embedAgenda(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	v := filtersOf(r.QueryParams())
	if q.From.IsZero() && q.To.IsZero() {
		q.From = r.today()
		v.Set("from", q.From.Format("2006-01-02"))
	}
	q.Kind, q.Limit, q.Leaves = listing.KindEvent, mapList, true
	p := r.embed(r.T("agenda.of", "of", r.Of(s.village(r.context()))))
	p.Whole = "/agenda?" + v.Encode()
	var res listing.Result
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		if res, err = listing.Dates(tx, q); err != nil {
			return err
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	distances(res.Cards, r.asksDistance())
	p.Counted = mapCount{speech: r.speech, Total: res.Total}
	p.Cards, p.Days = r.byDay(res.Cards, q.From)
	p.Pager = r.pager(r.QueryParams(), q.Cursor, res.Next, "agenda.next")
	if res.Total == 0 {
		p.Empty = &noticeView{Text: r.T("agenda.empty")}
	}
	return r.render(http.StatusOK, "map/embed", framed("embed", "map/embed"), p)
}
