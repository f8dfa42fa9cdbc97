package ui

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/ads"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/notify"
	"copi.local/store/timebank"
)

// adPage is one ad, its poster on paper, and what its author may do with it.
type adPage struct {
	page
	Ad        ads.Ad
	Place     string
	Text      contactText
	Tab       subject // what is done
	Flag      string  // "RÉSERVÉ", "PARTI"
	Price     string
	Sort      *wordLink // its category
	Answers   []answerView
	For       *standView // in whose name it stands
	Author    string     // for residents
	Photos    []photoView
	Audience  string
	Group     *wordLink   // whose page it stands on as well; nil without one
	Ends      string      // until when it stands, in words
	Told      *noticeView // that it is not there any more, or waits
	Hidden    *noticeView // why, for who answers for it and moderators
	Mine      bool
	CanRenew  bool
	NoRenewal string // why it cannot be prolonged now; for who answers for it
	Canonical string
	OnMap     string
	Address   string // short address to write down
	QR        *qrCode
	Follow    *followView
	Likes     *likesView
	Write     string // where one writes to whoever answers for it
	Pay       string // where one pays it in hours; empty where that cannot be
	Alike     string // more of the kind
	Caution   string // what its category asks
	Vetted    bool   // a moderator reads it first
	Offer     string // of the sheet: what may be printed with it
	Phone     string // of the sheet: to be printed
	Form      *form  // of the sheet
	Standing  string // on the page of one's own ads: until when it stands, or stood
}

// ad shows one ad.
func (s *Server) ad(r *request) error { return s.showAd(r, r.Param("id")) }

func (s *Server) showAd(r *request, id string) error {
	p := &adPage{page: r.page("")}
	p.Section = "annonces"
	err := r.View(func(tx *store.Tx) (err error) {
		if err = directory.Vouch(tx, adRef(id)); err != nil {
			return err
		}
		if p.Ad, err = ads.Get(tx, id); err != nil {
			return err
		}
		p.Mine = p.Ad.Mine(tx)
		if err := r.describeAd(tx, p); err != nil {
			return err
		}
		return r.adNow(tx, p)
	})
	if err != nil {
		return err
	}
	if p.Address != "" {
		if err := p.drawQR(r); err != nil {
			return err
		}
	}
	r.FreshUntil(p.Ad.ExpiresAt)
	p.sameCard(id, false)
	return r.Render("ads/ad", p)
}

// describeAd writes the words of an ad that stands, or of one being written.
func (r *request) describeAd(tx *store.Tx, p *adPage) error {
	a := &p.Ad
	p.Title, p.Price = r.shownLine(a.Title, a.Masked), r.adPriceWords(a)
	p.Place = r.shownLine(a.Place, a.Masked)
	p.Tab = r.subjectOf(a.Kind())
	p.Tab.Icon, p.Tab.Word = verbIcons[a.Verb], r.T("ads.verb."+string(a.Verb))
	p.OnMap = onMap(a.Position)
	var err error
	if p.Audience, p.Group, err = r.audienceOf(tx, a.Audience, a.Group); err != nil {
		return err
	}
	c, err := category.Get(tx, category.Ads, a.Category)
	if err == nil {
		p.Sort = &wordLink{adsQuery(c.Name, ""), r.Typo(c.Name)}
		p.Alike = adsQuery(c.Name, a.Verb)
		p.Caution, p.Vetted = r.Typo(c.Warning), c.Vetted
	} else if store.KindOf(err) != store.NotFound {
		return err
	}
	fields, err := category.FieldsOf(tx, category.Ads)
	p.Answers = r.answers(category.Shown(fields, a.Fields, !r.actor.Can(store.Resident)))
	lines := []string{a.Title, a.Place}
	for i, answer := range p.Answers {
		lines = append(lines, answer.Text)
		p.Answers[i].Text = r.shownLine(answer.Text, a.Masked)
	}
	p.Text = r.shownText(a.Text, a.Masked, lines...)
	return err
}

// adNow adds what a stored ad has and one being written has not.
func (r *request) adNow(tx *store.Tx, p *adPage) error {
	a := &p.Ad
	p.Canonical = thingHref(a.Ref())
	if a.State != ads.Available {
		p.Flag = r.T("ads.flag." + string(a.State))
	}
	p.Ends = r.T("ads.until", "day", r.Day(a.ExpiresAt))
	var err error
	if p.Hidden, err = r.hiddenNotice(tx, a.Ref()); err != nil {
		return err
	}
	if err := r.adHeld(tx, p); err != nil {
		return err
	}
	if a.Past() && !p.Mine {
		p.Told = &noticeView{Text: r.T("ads.past"), Href: p.Alike, Action: r.T("ads.alike")}
		return nil
	}
	if err := r.adPeople(tx, p); err != nil {
		return err
	}
	if p.Photos, err = photosOf(tx, a.Ref()); err != nil {
		return err
	}
	if c, err := listing.ByRef(tx, a.Ref()); err == nil {
		if c.Code != "" {
			p.Address = r.Request().Host + "/" + c.Code
		}
		if err := r.touch(tx, c.Ref, &p.Likes, &p.Write); err != nil {
			return err
		}
		if p.Follow, err = r.follow(tx, notify.Card, c.Ref.ID, c.Title); err != nil {
			return err
		}
	}
	return r.adRenewal(tx, p)
}

// adHeld says that an ad waits for a moderator, or that one said no.
func (r *request) adHeld(tx *store.Tx, p *adPage) error {
	h, ok, err := moderation.HeldOf(tx, p.Ad.Ref())
	switch {
	case err != nil || !ok:
		return err
	case h.Refused:
		p.Told = &noticeView{Kind: "attention", Text: r.T("ads.refused_told", "reason", r.reason(string(h.Reason), h.ReasonText))}
		if p.Mine && h.Appeal == "" {
			p.Told.Href, p.Told.Action = appealHref(p.Ad.Ref()), r.T("moderation.appeal.go")
		}
	case r.actor.Can(store.Moderator):
		p.Told = &noticeView{Text: r.T("ads.waits_told"), Href: heldHref(p.Ad.Ref()), Action: r.T("moderation.read")}
	default:
		p.Told = &noticeView{Text: r.T("ads.waits_told")}
	}
	return nil
}

// adPeople is who publishes an ad: an organisation for everybody, a person for
// residents.
func (r *request) adPeople(tx *store.Tx, p *adPage) error {
	e, ok, err := directory.InWhoseName(tx, p.Ad.Ref())
	if err != nil {
		return err
	}
	if err := r.adPay(tx, p, e.ID); err != nil {
		return err
	}
	if ok {
		p.For = r.standOf(e)
		return nil
	}
	if p.Ad.AuthorID != "" && r.actor.Can(store.Resident) {
		p.Author, err = account.ShownName(tx, p.Ad.AuthorID)
	}
	return err
}

// adPay finds where an ad priced in hours is paid: to the account of the
// organisation, or of its author, for a resident who is neither.
func (r *request) adPay(tx *store.Tx, p *adPage, element string) error {
	a := &p.Ad
	if a.Price == nil || a.Price.Unit != "min" || (a.Verb != ads.Sell && a.Verb != ads.Rent) || p.Mine || !r.actor.Can(store.Resident) {
		return nil
	}
	to, ok, err := timebank.OfElement(tx, element)
	if err == nil && element == "" {
		to, ok, err = timebank.OfPerson(tx, a.AuthorID)
	}
	if ok {
		p.Pay = r.payHref(to.Number, a.Price.Amount, a.Ref())
	}
	return err
}

// adRenewal says to who answers for an ad what can be done about its end.
func (r *request) adRenewal(tx *store.Tx, p *adPage) error {
	if !p.Mine {
		return nil
	}
	switch p.Ad.State {
	case ads.Over:
		p.Told = &noticeView{Kind: "attention", Text: r.T("ads.over_told", "day", r.Day(p.Ad.EndedAt))}
	case ads.Gone:
		p.Told = &noticeView{Text: r.T("ads.gone_told", "day", r.Day(p.Ad.EndedAt))}
	case ads.Waiting, ads.Available, ads.Reserved:
	}
	if p.Ad.State == ads.Gone {
		return nil
	}
	bad, err := p.Ad.Renewable(tx)
	if err != nil {
		return err
	}
	p.CanRenew = bad == nil
	if bad != nil && bad.Key != "err.ads.early" {
		p.NoRenewal = r.T(bad.Key, bad.Args...)
	}
	return nil
}

// adTitle is what a notice calls an ad that has no card any more; empty for who
// may not know of it.
func adTitle(tx *store.Tx, id string) (string, error) {
	if err := directory.Vouch(tx, adRef(id)); err != nil {
		return "", err
	}
	a, err := ads.Get(tx, id)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return a.Title, err
}

// onAd changes an ad for its author, or for an administrator of the
// organisation in whose name it stands, and records who did it.
func (r *request) onAd(id, act string, do func(*store.Tx) error) error {
	return r.Update(func(tx *store.Tx) error {
		a, err := ownAd(tx, id)
		if err != nil {
			return err
		}
		if err := directory.Did(tx, act, adRef(id), a.Title); err != nil {
			return err
		}
		return do(tx)
	})
}

// backTo is where a button of an ad leads: to the list it stood on, or the ad.
func (r *request) backTo(f *form, id string) string {
	if f.text("de") == "miennes" {
		return "/annonces/miennes"
	}
	return "/annonces/" + id
}

// adMark says that an ad is reserved, gone, or there again.
func (s *Server) adMark(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, to := r.Param("id"), ads.State(f.text("etat"))
	act := directory.ActChange
	if to == ads.Gone {
		act = directory.ActCancel
	}
	err = r.onAd(id, act, func(tx *store.Tx) error { return ads.Mark(tx, id, to) })
	if err != nil {
		return err
	}
	return r.Redirect(r.backTo(f, id), "ads.marked."+string(to))
}

// adRenew prolongs an ad: one tap.
func (s *Server) adRenew(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	var a ads.Ad
	err = r.onAd(id, directory.ActRestore, func(tx *store.Tx) (err error) {
		if err = ads.Renew(tx, id); err != nil {
			return err
		}
		a, err = ads.Own(tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return r.Redirect(r.backTo(f, id), "ads.renewed", "day", r.Day(a.ExpiresAt))
}

// adRemoveForm asks whether the ad is to go, with the gentler ways.
func (s *Server) adRemoveForm(r *request) error {
	p := &adPage{page: r.page("ads.remove.title")}
	p.Section = "annonces"
	err := r.View(func(tx *store.Tx) (err error) {
		p.Ad, err = ownAd(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	p.Canonical = thingHref(p.Ad.Ref())
	return r.Render("ads/remove", p)
}

// adRemove takes the ad away for good.
func (s *Server) adRemove(r *request) error {
	id := r.Param("id")
	if err := r.onAd(id, directory.ActRemove, func(tx *store.Tx) error { return ads.Remove(tx, id) }); err != nil {
		return err
	}
	return r.Redirect("/annonces/miennes", "ads.removed")
}
