package ui

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/notify"
)

func (s *Server) notifyRoutes() []route {
	return []route{
		{GET, "/avis", resident, s.notices},
		{POST, "/avis", resident, s.noticesRead},
		{GET, "/avis/:id", owner, s.noticeOpen},
		{GET, "/avis/suivis", resident, s.follows},
		{POST, "/avis/suivis/:id", owner, s.followChange},
		{GET, "/suivre/:what/:target", resident, s.followForm},
		{POST, "/suivre", resident, s.followStart},
		{GET, "/ne-plus-suivre/:token", public, s.unfollowForm},
		{POST, "/ne-plus-suivre/:token", public, s.unfollow},
	}
}

// noticesShown is how many lines a page has.
const noticesShown = 50

// noticesPage is what the box tells somebody.
type noticesPage struct {
	page
	Lines []noticeLine
	Pager pagerView
}

// noticeLine is one notice in words.
type noticeLine struct {
	ID      int64
	Subject *subject // of the thing's card
	Title   string   // of the thing, as its reader may see it
	Text    string   // what happened
	At      time.Time
	Read    bool
	Why     string // what they follow
	Stop    string // address that ends that, also without signing in
}

// notices lists them, the latest first.
func (s *Server) notices(r *request) error {
	f := r.queryForm()
	skip := max(0, f.int("a_partir"))
	if !f.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("a_partir")}
	}
	p := &noticesPage{page: r.page("notify.title")}
	err := r.View(func(tx *store.Tx) error {
		list, err := notify.Notices(tx, skip, noticesShown+1)
		if err != nil {
			return err
		}
		if len(list) > noticesShown {
			list = list[:noticesShown]
			p.Pager.After, p.Pager.AfterWord = "/avis?a_partir="+strconv.Itoa(skip+noticesShown), r.T("notify.older")
		}
		for _, n := range list {
			line, err := r.noticeLine(tx, n)
			if err != nil {
				return err
			}
			p.Lines = append(p.Lines, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if skip > 0 {
		p.Pager.Before, p.Pager.BeforeWord = "/avis", r.T("notify.latest")
	}
	return r.Render("notify/list", p)
}

// noticeLine writes a notice's words. The thing is read now, as the reader may
// see it.
func (r *request) noticeLine(tx *store.Tx, n notify.Notice) (noticeLine, error) {
	line := noticeLine{ID: n.ID, At: n.At, Read: n.Read, Text: r.noticeText(n)}
	if n.Follow != nil {
		name, err := r.followName(tx, *n.Follow)
		if err != nil {
			return line, err
		}
		line.Why = name
		if n.Token != "" {
			line.Stop = "/ne-plus-suivre/" + n.Token
		}
	}
	if n.About.Module == notify.Module {
		line.Title = line.Why
		return line, nil
	}
	if n.About.Module == message.Module {
		title, _, err := r.messageTitle(tx, n.About)
		if title == "" {
			title = r.T("message.notice_gone")
		}
		tab := subject{"", "mail", r.T("message.tab")}
		line.Subject, line.Title = &tab, title
		return line, err
	}
	if title, href, err := r.bookingTitle(tx, n.About); err != nil || href != "" {
		tab := subject{"rooms", "door-open", r.T("booking.tab")}
		line.Subject, line.Title = &tab, title
		return line, err
	}
	if title, href, err := r.timebankTitle(tx, n.About); err != nil || href != "" {
		tab := subject{"hours", "hourglass", r.T("timebank.title")}
		line.Subject, line.Title = &tab, title
		return line, err
	}
	if title, href := r.isolatedTitle(n.About); href != "" {
		line.Title = title
		return line, nil
	}
	c, err := listing.ByRef(tx, n.About)
	if store.KindOf(err) == store.NotFound {
		title, err := pastTitle(tx, n.About)
		if line.Title = r.Typo(title); title == "" {
			line.Title = r.T("notify.gone")
		}
		return line, err
	}
	if err != nil {
		return line, err
	}
	tab := r.subjectOf(c.Kind)
	line.Subject, line.Title = &tab, r.Typo(c.Title)
	return line, nil
}

// noticeText says what happened; of a sentence this box has not, that
// something did.
func (r *request) noticeText(n notify.Notice) string {
	if n.Key == "notify.gathered" {
		return r.T(n.Key, "n", n.N)
	}
	text := r.T("notify.changed")
	if r.has(n.Key) {
		text = r.T(r.of(n.Key, messageKind(n.About)), r.daysInWords(n.Args)...)
	}
	if n.N > 1 {
		text += " · " + r.T("notify.gathered", "n", n.N)
	}
	return text
}

// daysInWords writes the days among the values of a sentence, "2026-03-14", as
// people say them.
func (r *request) daysInWords(args []any) []any {
	out := slices.Clone(args)
	for i := 1; i < len(out); i += 2 {
		text, ok := out[i].(string)
		if day, err := time.ParseInLocation(time.DateOnly, text, r.zone); ok && err == nil {
			out[i] = r.Day(day)
		}
	}
	return out
}

// noticesRead marks all as read.
func (s *Server) noticesRead(r *request) error {
	if err := r.Update(notify.ReadAll); err != nil {
		return err
	}
	return r.Redirect("/avis", "notify.all_read")
}

// noticeOpen leads to the thing, and marks its line as read.
func (s *Server) noticeOpen(r *request) error {
	id, err := strconv.ParseInt(r.Param("id"), 10, 64)
	if err != nil {
		return errNoPage
	}
	to, told := "/avis", "notify.gone_told"
	err = r.Update(func(tx *store.Tx) error {
		n, err := notify.Open(tx, id)
		if err != nil {
			return err
		}
		if n.About.Module == notify.Module {
			if n.Follow != nil {
				to, told = followHref(*n.Follow), ""
			}
			return nil
		}
		if _, href, err := r.messageTitle(tx, n.About); err != nil || href != "" {
			to, told = href, ""
			return err
		}
		if _, href, err := r.bookingTitle(tx, n.About); err != nil || href != "" {
			to, told = href, ""
			return err
		}
		if _, href, err := r.timebankTitle(tx, n.About); err != nil || href != "" {
			to, told = href, ""
			return err
		}
		if _, href := r.isolatedTitle(n.About); href != "" {
			to, told = href, ""
			return nil
		}
		c, err := listing.ByRef(tx, n.About)
		if err == nil {
			to, told = cardHref(c), ""
		} else if store.KindOf(err) == store.NotFound {
			var title string
			if title, err = pastTitle(tx, n.About); title != "" {
				to, told = thingHref(n.About), ""
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Redirect(to, told)
}

// followHref is the page of what is followed.
func followHref(f notify.Follow) string {
	switch f.What {
	case notify.Tag:
		return "/recherche?tag=" + url.QueryEscape(f.Name)
	case notify.Zone:
		return zonePath(f.Target)
	case notify.Commune:
		return "/recherche?commune=" + url.QueryEscape(f.Target)
	case notify.Card:
	}
	return "/fiche/" + url.PathEscape(f.Target)
}
