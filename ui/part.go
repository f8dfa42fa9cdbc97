package ui

import (
	"time"

	"copi.local/store/listing"
)

// The parts are pieces of pages that look the same everywhere, one template
// each in templates/part/. A part is given a small struct of finished words
// (below), so it needs nothing of the page around it:
//
//	{{template "cards" .Found}}            a list of cards ([]cardView)
//	{{template "card" .One}}               one
//	{{template "days" .Days}}              cards under their days ([]dayView)
//	{{template "date" .Date}}              a date block (dateView)
//	{{template "photos" .Photos}}          what a thing looks like ([]photoView)
//	{{template "album" .Album}}            the form that changes it (*albumView)
//	{{template "notice" .Told}}            a sentence and one action (noticeView)
//	{{template "empty" .Nothing}}          what will be here, what to do now (noticeView)
//	{{template "audience" .Audience}}      who sees this (a sentence)
//	{{template "pager" .Pager}}            the pages before and after, in words (pagerView)
//	{{template "steps" .Steps}}            where one is in a long form ([]stepView)
//	{{template "icon" "printer"}}          one of ui/static/vendor/lucide
//	{{template "map-pick" .}}              a map to point at the place of a field (mapView)
//
// Fields are in field.go, the summary of faults in part/faults.html.

// wordLink is a word that leads somewhere.
type wordLink struct{ Href, Word string }

// cardView is a card as lists show it: the whole of it is one link.
type cardView struct {
	Href, Title string
	Level       int // of its heading; 3 under a day's heading, 2 else
	Subject     subject
	Date        *dateView // nil under a day's heading
	When        string
	Price       string
	More        string // a summary, or where
	Flag        string // "ANNULÉ", "REPORTÉ"
	Off         bool   // it will not take place
	Old         bool   // nobody has looked at it for long
	Origin      string // "boîte d'Altillac, vue il y a 3 jours"; empty for this box
	Distance    string
	Programme   string     // "3 dates : 10, 11 et 13 juillet"; empty without one
	Photo       *photoView // nil without one
	Also        *alsoView  // nil when no other box has it too
}

// Line is what stands under the title: when (unless said above it), how much,
// how far.
func (v cardView) Line() []string {
	var line []string
	if v.When != "" && (v.Level == 2 || v.Date != nil) {
		line = append(line, v.When)
	}
	for _, part := range []string{v.Programme, v.Price, v.Distance} {
		if part != "" {
			line = append(line, part)
		}
	}
	return line
}

// subject is a coloured tab: never the colour alone, always icon and word.
type subject struct{ Colour, Icon, Word string }

// dateView is a date block.
type dateView struct {
	Machine             string // for <time datetime>
	Weekday, Day, Month string
	Until               string // "jusqu'au 16 mars"; empty for one day
	Colour              string
}

// dayView is a day of a list by days, with its cards.
type dayView struct {
	dateView
	Near  string // "aujourd'hui", "demain"; empty further away
	Cards []cardView
	None  string // the sentence of a day without any
}

// noticeView is something the box says, with at most one thing to do.
type noticeView struct {
	Kind         string // "" information, "success", "attention", "alarm"
	Text         string
	Href, Action string
}

// Icon is the notice's picture.
func (n noticeView) Icon() string {
	switch n.Kind {
	case "success":
		return "circle-check"
	case "attention":
		return "triangle-alert"
	case "alarm":
		return "octagon-alert"
	default:
		return "info"
	}
}

// pagerView leads to the pages before and after, in words; empty addresses
// show nothing.
type pagerView struct{ Before, After, BeforeWord, AfterWord string }

// stepView is one step of a long form.
type stepView struct {
	Word    string
	Current bool
}

// subjects are the tabs by kind of card; what we do not know yet is a plain
// notice.
var subjects = map[string]subject{
	listing.KindEvent:    {"agenda", "calendar-days", "ui.subject.agenda"},
	listing.KindOffer:    {"ads", "tag", "ui.subject.ads"},
	listing.KindWanted:   {"ads", "search", "ui.subject.wanted"},
	listing.KindNeed:     {"aid", "hand-heart", "ui.subject.need"},
	listing.KindHelp:     {"aid", "hand-helping", "ui.subject.help"},
	listing.KindRide:     {"aid", "car", "ui.subject.ride"},
	listing.KindPlace:    {"rooms", "map-pin", "ui.subject.places"},
	listing.KindOrg:      {"people", "contact", "ui.subject.directory"},
	listing.KindProject:  {"groups", "users", "ui.subject.projects"},
	listing.KindGroup:    {"groups", "users-round", "ui.subject.groups"},
	listing.KindPerson:   {"people", "user-round", "ui.subject.persons"},
	listing.KindTopic:    {"groups", "scroll-text", "ui.subject.topics"},
	listing.KindNotice:   {"people", "megaphone", "ui.subject.notices"},
	listing.KindPetition: {"votes", "signature", "ui.subject.petitions"},
	listing.KindDecision: {"votes", "vote", "ui.subject.decisions"},
}

// subjectOf is the tab of a kind of card.
func (s *speech) subjectOf(kind string) subject {
	sub, ok := subjects[kind]
	if !ok {
		sub = subjects[listing.KindNotice]
	}
	sub.Word = s.T(sub.Word)
	return sub
}

// card is a card for a list. Under the heading of a day only its hours are
// said; elsewhere it carries its date block.
func (s *speech) card(c listing.Card, underDay bool) cardView {
	v := cardView{
		Href: cardHref(c), Title: s.Typo(c.Title), Level: 2, Subject: s.subjectOf(c.Kind),
		More: s.Typo(c.Summary), Price: s.price(c.Price), Off: c.Cancelled || c.Postponed, Flag: s.flag(c),
	}
	if !c.StartsAt.IsZero() {
		if underDay {
			v.When = s.hours(c)
		} else {
			v.When = s.When(c.StartsAt, lastMoment(c), c.AllDay)
			v.Date = s.dateBlock(c)
		}
	}
	if underDay {
		v.Level = 3
	}
	if c.Origin != nil {
		v.Origin = s.T("ui.card.origin", "of", s.Of(c.Origin.Name), "ago", s.Ago(c.Origin.SeenAt))
		if c.Origin.Stale {
			v.Origin = s.T("ui.card.stale", "of", s.Of(c.Origin.Name), "ago", s.Ago(c.Origin.SeenAt))
		}
	}
	v.Also = s.also(c)
	if c.DistanceKM != nil {
		v.Distance = s.Away(*c.DistanceKM, c.Direction)
		if c.Roughly {
			v.Distance = s.T("ui.distance.roughly", "distance", v.Distance)
		}
	}
	return v
}

// within is the card under a heading of a section of its page.
func (v cardView) within() cardView {
	v.Level = 3
	return v
}

// bearing adds a direction to a distance: "à 3 km au nord-est".
func (s *localizer) bearing(distance, direction string) string {
	if direction == "" {
		return distance
	}
	return s.T("ui.bearing."+direction, "distance", distance)
}

// lastMoment is a card's end as people say it: the last day of an all-day
// event, not the midnight after it; zero when it only starts.
func lastMoment(c listing.Card) time.Time {
	switch {
	case !c.EndsAt.After(c.StartsAt):
		return time.Time{}
	case c.AllDay:
		return c.EndsAt.Add(-time.Second)
	default:
		return c.EndsAt
	}
}

// hours says when on a day that is already named.
func (s *speech) hours(c listing.Card) string {
	end := lastMoment(c)
	switch {
	case !end.IsZero() && end.Sub(c.StartsAt) > 24*time.Hour:
		return s.T("ui.date.until", "day", s.ShortDay(end))
	case c.AllDay:
		return s.T("ui.card.all_day")
	case end.IsZero():
		return s.Hour(c.StartsAt)
	default:
		return s.T("ui.card.hours", "from", s.Hour(c.StartsAt), "to", s.Hour(end))
	}
}

// dateBlock is the date block of a card.
func (s *speech) dateBlock(c listing.Card) *dateView {
	d := s.dateOf(c.StartsAt)
	d.Colour = subjects[c.Kind].Colour
	if end := lastMoment(c); !end.IsZero() && end.Sub(c.StartsAt) > 24*time.Hour {
		d.Until = s.T("ui.date.until", "day", s.ShortDay(end))
	}
	return &d
}

func (s *speech) dateOf(t time.Time) dateView {
	return dateView{
		Machine: s.local(t).Format("2006-01-02"),
		Weekday: s.Weekday(t), Day: s.MonthDay(t), Month: s.Month(t),
	}
}

// day is the head of one day of a list, without cards yet.
func (s *speech) day(t time.Time) dayView {
	d := dayView{dateView: s.dateOf(t)}
	d.Colour = "agenda"
	if n := daysBetween(s.Now(), s.local(t)); n == 0 || n == 1 {
		d.Near = s.NearDay(t)
	}
	return d
}

// cardHref is the page of the thing behind a card: the short address people
// write down for our own, the copy's page for a neighbour's.
func cardHref(c listing.Card) string {
	switch {
	case c.Origin != nil:
		return "/fiche/" + c.Ref.ID
	case c.Code != "":
		return "/" + c.Code
	default:
		return thingHref(c.Ref)
	}
}
