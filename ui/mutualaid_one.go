package ui

import (
	"net/url"
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/notify"
)

// matchesShown is how many cards that may answer stand on a favour's page.
const matchesShown = 6

// favourPage is one favour: as everybody reads it, with the form of a reply,
// with the replies for who answers for it, or as the form it is written in.
type favourPage struct {
	page
	Favour                      mutualaid.Favour
	Form                        *form
	Tab                         subject
	When                        string
	Price                       string
	Flag                        string
	Closed                      string // why nobody can reply any more
	Ends                        string // when it ends by itself; for who answers for it
	Author                      string // shown to who is signed in
	For                         *standView
	Left                        string // seats or persons
	Code                        string
	Address                     string
	Canonical                   string
	OnMap                       string
	Tags                        []wordLink
	Follow                      *followView
	Hidden                      *noticeView
	Audience                    string
	Suits                       string // when it suits
	Place, Destination, Carries string
	Text                        contactText // the description
	Mine                        bool
	CanReply                    bool
	SignIn                      string
	Write                       string     // where one writes to who answers for it
	Likes                       *likesView // nil where there are none to show
	Pending                     int        // replies that wait
	Urgent                      bool
	Matches                     []cardView
	Thanks                      []thanksView
	Reply                       *replyView // the reader's own
	Replies                     []replyView
	Names                       []choice // in whose name one may reply, or put in

	// Of the form; its second step shows what will be public before it is.
	Action string
	Head   string // of the second step
	Side   mutualaid.Side
	Ride   bool
	Steps  []stepView
	Seen   []choice
	New    bool
	Map    *mapView
}

// thanksView is what two people agreed to show.
type thanksView struct{ Asker, Helper, AskerName, HelperName string }

// favour shows one favour.
func (s *Server) favour(r *request) error { return s.showFavour(r, r.Param("id")) }

func (s *Server) showFavour(r *request, id string) error {
	p, err := r.favourPage(id, r.emptyForm())
	if store.KindOf(err) == store.NotFound {
		return r.toService(id, err)
	}
	if err != nil {
		return err
	}
	p.sameCard(p.Favour.ID, false)
	return r.Render("mutualaid/favour", p)
}

// favourPage reads a favour with all that stands on its page.
func (r *request) favourPage(id string, f *form) (*favourPage, error) {
	p := &favourPage{page: r.page(""), Form: f}
	p.Section = "entraide"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Favour, err = mutualaid.Get(tx, id); err != nil {
			return err
		}
		p.Mine = p.Favour.MayChange(tx)
		if err := r.favourPeople(tx, p); err != nil {
			return err
		}
		if err := r.favourAround(tx, p); err != nil {
			return err
		}
		p.Hidden, err = r.hiddenNotice(tx, p.Favour.Ref())
		return err
	})
	if err != nil {
		return nil, err
	}
	r.describeFavour(p)
	return p, nil
}

// favourPeople looks up who asks, who replied, and what they agreed to show.
func (r *request) favourPeople(tx *store.Tx, p *favourPage) error {
	f := &p.Favour
	e, stands, err := directory.InWhoseName(tx, f.Ref())
	if err != nil {
		return err
	}
	switch {
	case stands && !f.Bare:
		p.For = r.standOf(e)
	case r.actor.ID != "" && f.AuthorID != "":
		if p.Author, err = account.ShownName(tx, f.AuthorID); err != nil {
			return err
		}
	}
	if p.Mine {
		if p.Pending, err = f.Waiting(tx); err != nil {
			return err
		}
	}
	taken, err := f.Taken(tx)
	if err != nil {
		return err
	}
	if f.IsOpen() && f.Places > 1 {
		p.Left = r.T("mutualaid.left."+placesWord(f.Sort), "n", f.Places-taken)
	}
	if y, ok, err := mutualaid.MyReply(tx, f.ID); err != nil {
		return err
	} else if ok {
		v := r.replyView(&y, false)
		if v.Write, err = r.threadOf(tx, &y); err != nil {
			return err
		}
		if v.Pay, err = r.payOf(tx, f, &y, false); err != nil {
			return err
		}
		p.Reply = &v
	}
	thanks, err := mutualaid.ThanksOf(tx, f)
	for _, t := range thanks {
		v := thanksView{r.Typo(t.AskerWord), r.Typo(t.HelperWord), t.Asker, t.Helper}
		if r.actor.ID == "" { // visitors read the words alone
			v.AskerName, v.HelperName = "", ""
		}
		p.Thanks = append(p.Thanks, v)
	}
	return err
}

// placesWord tells seats from persons.
func placesWord(s mutualaid.Sort) string {
	if s == mutualaid.Ride {
		return "seats"
	}
	return "persons"
}

// favourAround looks up the card, and the cards that may answer.
func (r *request) favourAround(tx *store.Tx, p *favourPage) error {
	f := &p.Favour
	if c, err := listing.ByRef(tx, f.Ref()); err == nil {
		p.Code = c.Code
		if f.IsOpen() {
			if p.Follow, err = r.follow(tx, notify.Card, c.Ref.ID, c.Title); err != nil {
				return err
			}
		}
	}
	if !f.IsOpen() {
		return nil
	}
	if err := r.touch(tx, f.Ref(), &p.Likes, &p.Write); err != nil {
		return err
	}
	r.FreshUntil(f.ExpiresAt)
	urgent, err := r.urgentOnes(tx)
	if err != nil {
		return err
	}
	p.Urgent = urgent[f.ID]
	cards, err := mutualaid.Matches(tx, f, matchesShown)
	if err != nil {
		return err
	}
	if err := r.findCovers(tx, cards); err != nil {
		return err
	}
	for _, c := range cards {
		p.Matches = append(p.Matches, r.card(c, false).within())
	}
	return r.freshUntilListsChange(tx)
}

// describeFavour writes the words of a favour's page.
func (r *request) describeFavour(p *favourPage) {
	f := &p.Favour
	p.Title, p.Tab, p.Audience = r.shownLine(f.Title, f.Masked), r.subjectOf(f.Kind()), r.audience(f.Audience)
	p.Suits, p.Text = r.shownLine(f.Availability, f.Masked), r.shownText(f.Description, f.Masked, f.Title, f.Availability, f.Place, f.Destination, f.Carries)
	p.Place, p.Destination, p.Carries = r.shownLine(f.Place, f.Masked), r.shownLine(f.Destination, f.Masked), r.shownLine(f.Carries, f.Masked)
	if f.Dated() {
		c := listing.Card{StartsAt: f.StartsAt, EndsAt: f.EndsAt, AllDay: f.AllDay}
		p.When = r.When(f.StartsAt, lastMoment(c), f.AllDay)
	}
	if f.Minutes > 0 {
		p.Price = r.Minutes(f.Minutes)
	}
	switch {
	case p.Urgent:
		p.Flag = r.T("mutualaid.urgent.flag")
	case f.State == mutualaid.Settled:
		p.Flag, p.Closed = r.T("mutualaid.state.settled_flag"), r.T("mutualaid.state.settled")
	case f.State == mutualaid.Over:
		p.Flag, p.Closed = r.T("mutualaid.state.over_flag"), r.T("mutualaid.state.over")
	}
	if p.Mine && f.IsOpen() {
		p.Ends = r.T("mutualaid.ends", "day", r.endOf(f))
	}
	p.Canonical, p.OnMap, p.Tags = "/entraide/"+f.ID, onMap(f.Position), tagLinks(f.Tags)
	if p.Code != "" {
		p.Address = r.Request().Host + "/" + p.Code
	}
	p.CanReply = f.IsOpen() && !p.Mine && (p.Reply == nil || p.Reply.State == string(mutualaid.Withdrawn))
	if p.CanReply && r.actor.ID == "" {
		p.SignIn = "/connexion?vers=" + url.QueryEscape(p.Canonical+"/repondre")
	}
}

// endOf is when a favour ends by itself: the last day of one with a date, the
// moment of a ride.
func (r *request) endOf(f *mutualaid.Favour) string {
	if f.Sort == mutualaid.Ride {
		return r.DayTime(f.ExpiresAt)
	}
	return r.Day(f.ExpiresAt.Add(-1))
}

// replyView is one reply.
type replyView struct {
	ID     string
	State  string
	Word   string // the state in words
	Who    string
	Text   string
	Places string
	Since  string
	Asked  bool // it waits, or can be chosen still
	Chosen bool
	Pay    string // address to settle it in hours; empty without
	Write  string // address of the messages; empty without
	Thank  *form
	Action string // of the word of thanks
}

// replyView writes a reply in words; asker tells whether it is for who put the
// favour.
func (r *request) replyView(y *mutualaid.Reply, asker bool) replyView {
	side := "helper"
	if asker {
		side = "asker"
	}
	v := replyView{
		ID: y.ID, State: string(y.State), Word: r.T("mutualaid.reply." + side + "_" + string(y.State)), Text: r.Typo(y.Text), Since: r.Since(y.CreatedAt),
		Chosen: y.State == mutualaid.Chosen, Asked: y.State != mutualaid.Chosen && y.State != mutualaid.Withdrawn,
	}
	if y.Places > 1 {
		v.Places = r.T("mutualaid.reply.places", "n", y.Places)
	}
	if v.Chosen {
		word, agrees := y.HelperWord, y.HelperAgrees
		if asker {
			word, agrees = y.AskerWord, y.AskerAgrees
		}
		v.Thank = r.emptyForm("word", word, "agrees", map[bool]string{true: "1"}[agrees])
		v.Action = "/entraide/" + y.FavourID + "/merci/" + y.ID
	}
	return v
}

// WordField and AgreesField are the form of a word of thanks.
func (v replyView) WordField() field {
	return v.Thank.Area("word", "mutualaid.thanks.word").Optional().Max(mutualaid.MaxWord).Tall(2).On(v.ID)
}

// AgreesField says that both words may be shown.
func (v replyView) AgreesField() field {
	return v.Thank.Tick("agrees", "mutualaid.thanks.agrees").On(v.ID)
}

// favourMark closes, opens, renews, calms or removes a favour.
func (s *Server) favourMark(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, to, told := r.Param("id"), "/entraide/"+r.Param("id"), "mutualaid.mark."+f.text("do")
	verb := map[string]func(*store.Tx, string) error{
		"settle": mutualaid.Settle, "reopen": mutualaid.Reopen, "renew": mutualaid.Renew, "calm": mutualaid.Calm, "remove": mutualaid.Remove,
	}[f.text("do")]
	if verb == nil {
		return errBadText
	}
	if f.text("do") == "remove" {
		to = "/entraide/miennes"
	}
	err = r.Update(func(tx *store.Tx) error { return verb(tx, id) })
	if f.refuse(err) {
		p, err := r.favourPage(id, f)
		if err != nil {
			return err
		}
		return r.RenderForm("mutualaid/favour", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(to, told)
}

// favourLine is a favour, or a reply to one, in a list of one's own.
type favourLine struct {
	Href, Title string
	Tab         subject
	State       string
	When        string
	Renew       string // address that gives it its time again
	Waiting     string
	Closed      bool
}

// favoursShown is how many of one's own a page lists.
const favoursShown = 200

// favoursMine lists what a person put in and what they replied to.
func (s *Server) favoursMine(r *request) error {
	p := &aidPage{page: r.page("mutualaid.mine.title")}
	err := r.View(func(tx *store.Tx) error {
		list, err := mutualaid.Of(tx, favoursShown)
		if err != nil {
			return err
		}
		for i := range list {
			l, err := r.favourLine(tx, &list[i])
			if err != nil {
				return err
			}
			p.Mine = append(p.Mine, l)
		}
		replies, err := mutualaid.MyReplies(tx, favoursShown)
		for i := range replies {
			if err != nil {
				return err
			}
			var f mutualaid.Favour
			if f, err = mutualaid.Get(tx, replies[i].FavourID); err != nil {
				return err
			}
			p.Replies = append(p.Replies, favourLine{
				Href: "/entraide/" + f.ID, Title: r.Typo(f.Title), Tab: r.subjectOf(f.Kind()), When: r.favourWhen(&f),
				State: r.T("mutualaid.reply.helper_" + string(replies[i].State)),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("mutualaid/mine", p)
}

func (r *request) favourWhen(f *mutualaid.Favour) string {
	if !f.Dated() {
		return ""
	}
	return r.When(f.StartsAt, lastMoment(listing.Card{StartsAt: f.StartsAt, EndsAt: f.EndsAt, AllDay: f.AllDay}), f.AllDay)
}

// favourLine writes a favour of one's own.
func (r *request) favourLine(tx *store.Tx, f *mutualaid.Favour) (favourLine, error) {
	l := favourLine{Href: "/entraide/" + f.ID, Title: r.Typo(f.Title), Tab: r.subjectOf(f.Kind()), When: r.favourWhen(f), Closed: !f.IsOpen()}
	switch f.State {
	case mutualaid.Open:
		l.State = r.T("mutualaid.ends", "day", r.endOf(f))
	case mutualaid.Settled:
		l.State = r.T("mutualaid.state.settled_short")
	case mutualaid.Over:
		l.State = r.T("mutualaid.state.over_short")
	}
	if !f.Dated() && f.State != mutualaid.Settled {
		l.Renew = l.Href + "/etat"
	}
	n, err := f.Waiting(tx)
	if n > 0 {
		l.Waiting = r.T("mutualaid.replies.waiting", "n", n)
	}
	return l, err
}

// seats is a number typed for a number of places.
func seats(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
