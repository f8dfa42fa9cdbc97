package ui

import (
	"net/url"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/contact"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/petition"
)

// petitionPage is one petition, as everybody reads it, as one of its forms or
// as a sheet of paper; and the lists of petitions.
type petitionPage struct {
	page
	listSides
	Form      *form
	Petition  petition.Petition
	Tally     petition.Tally
	Tab       subject
	Canonical string
	Hidden    string
	Flag      string
	Text      contactText
	Addressee string
	Count     string
	State     string
	Reached   string // whether the goal is
	Goal      string // in words
	Target    int
	Counted   int
	Share     []figure // the three counters
	Note      string   // what the figure does not say
	Kept      string   // until when the signatures are
	Author    string   // shown to who is signed in
	For       *standView
	Names     []string
	NamesSay  string
	Tags      []wordLink
	Code      string
	Address   string
	QR        *qrCode
	Follow    *followView
	Likes     *likesView
	Write     string // where one writes to who answers for it
	SignIn    string
	Mine      []petitionLine // of lists
	Signed    *petition.Signature
	Owns      bool // the reader answers for it
	Serves    bool // the reader may type sheets and publish an answer
	Deposits  bool // it can be handed over
	MayRemove bool

	// Of lists.
	Cards                      []cardView
	Total                      int64
	Words, Order, Query        string
	Radii, Orders              []choice
	Pager                      pagerView
	Empty                      *noticeView
	HasPast                    bool
	Action                     string
	Locked                     bool // somebody signed: only the day and the name may change
	Choices, NameChoices, Keep []choice
	Rows                       []batchRow
	Blank                      []struct{} // lines of a sheet
	Signatures                 []signatureView
	Files                      []string
}

// signatureView is one signature, for who answers for the petition.
type signatureView struct{ ID, Name, Commune, Who, How string }

// petition shows one petition.
func (s *Server) petition(r *request) error { return s.showPetition(r, r.Param("id")) }

func (s *Server) showPetition(r *request, id string) error {
	p, err := r.petitionPage(id, r.emptyForm())
	if err != nil {
		return err
	}
	p.sameCard(id, false)
	return r.Render("petition/petition", p)
}

// petitionPage reads a petition with all that stands on its page.
func (r *request) petitionPage(id string, f *form) (*petitionPage, error) {
	skip, err := r.skipped("noms")
	if err != nil {
		return nil, err
	}
	p := &petitionPage{page: r.page(""), Form: f}
	err = r.View(func(tx *store.Tx) (err error) {
		if err := r.readPetition(tx, p, id); err != nil {
			return err
		}
		var more bool
		if p.Names, more, err = p.Petition.Names(tx, skip, 2*petitionLines); err != nil {
			return err
		}
		p.Pager = r.paged("noms", skip, 2*petitionLines, more)
		if mine, signed, err := petition.Mine(tx, id); err != nil {
			return err
		} else if signed {
			p.Signed = &mine
		}
		if p.Owns {
			signed, err := p.Petition.Signed(tx)
			if err != nil {
				return err
			}
			p.MayRemove = !signed && p.Tally.Total() == 0
		}
		if p.Petition.IsOpen() {
			if p.Follow, err = r.follow(tx, notify.Card, id, p.Petition.Title); err != nil {
				return err
			}
		}
		if err := r.touch(tx, p.Petition.Ref(), &p.Likes, &p.Write); err != nil {
			return err
		}
		p.Hidden, err = r.hiddenWhy(tx, p.Petition.Ref())
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(p.Names) > 0 {
		p.NamesSay = r.T("petition.names")
	}
	if r.actor.ID == "" {
		p.SignIn = "/connexion?vers=" + url.QueryEscape(p.Canonical+"/signer")
	}
	return p, nil
}

// readPetition fills a page with a petition, as all of its pages need it.
func (r *request) readPetition(tx *store.Tx, p *petitionPage, id string) (err error) {
	if p.Petition, err = petition.Get(tx, id); err != nil {
		return err
	}
	v := &p.Petition
	p.Owns, p.Serves = v.MayChange(tx), v.MayServe(tx)
	if p.Tally, err = v.Tally(tx); err != nil {
		return err
	}
	e, stands, err := directory.InWhoseName(tx, v.Ref())
	if err != nil {
		return err
	}
	if stands {
		p.For = r.standOf(e)
	} else if r.actor.ID != "" && v.AuthorID != "" {
		if p.Author, err = account.ShownName(tx, v.AuthorID); err != nil {
			return err
		}
	}
	c, err := listing.ByRef(tx, v.Ref())
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	p.Code = c.Code
	r.describePetition(p)
	return nil
}

// describePetition writes the words of a petition's page.
func (r *request) describePetition(p *petitionPage) {
	v := &p.Petition
	p.Section, p.Title, p.Tab, p.Canonical = "petitions", r.shownLine(v.Title, v.Masked), r.subjectOf(listing.KindPetition), petitionsPath+"/"+v.ID
	p.Text, p.Addressee = r.shownText(v.Text, v.Masked, v.Title, v.Addressee), r.shownLine(v.Addressee, v.Masked)
	p.Count, p.State, p.Target, p.Counted = r.signedOf(v, p.Tally), r.petitionState(v), v.Target(), v.Counted(p.Tally)
	p.Tags, p.Deposits = tagLinks(v.Tags), !v.IsFrozen()
	p.Kept = r.T("petition.kept", "day", r.Day(v.KeptUntil()))
	if v.Purged {
		p.Kept = r.T("petition.purged", "day", r.Day(v.PurgeAt))
	}
	if v.Share > 0 {
		p.Goal = r.T("petition.goal_share", "share", r.amountTyped(int64(v.Share)), "electors", v.Electors, "n", p.Target)
	}
	if p.Target > 0 {
		p.Reached = r.T("petition.goal_missing", "n", p.Target-p.Counted)
		if p.Counted >= p.Target {
			p.Reached = r.T("petition.goal_reached")
		}
	}
	if v.Withdrawn > 0 {
		p.Note = r.T("petition.withdrawn", "n", v.Withdrawn)
	}
	p.Share = []figure{
		{Name: r.T("petition.who.1"), N: int64(p.Tally.Electors)},
		{Name: r.T("petition.who.2"), N: int64(p.Tally.Inhabitants)},
		{Name: r.T("petition.who.3"), N: int64(p.Tally.Others)},
	}
	if !v.IsOpen() {
		p.Flag = r.T("petition.flag." + string(v.State))
	}
	if p.Code != "" {
		p.Address = r.Request().Host + "/" + p.Code
	}
	if v.IsOpen() {
		r.FreshUntil(v.EndsAt)
	}
}

// petitionMark ends the signing, hands over, closes or removes a petition.
func (s *Server) petitionMark(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, do := r.Param("id"), f.text("do")
	verb := map[string]func(*store.Tx, string) error{
		"stop": petition.Stop, "deposit": petition.Deposit, "close": petition.Close, "remove": petition.Remove,
	}[do]
	if verb == nil {
		return errBadText
	}
	err = r.Update(func(tx *store.Tx) error { return verb(tx, id) })
	if f.refuse(err) {
		p, err := r.petitionPage(id, f)
		if err != nil {
			return err
		}
		return r.RenderForm("petition/petition", p)
	} else if err != nil {
		return err
	}
	if do == "remove" {
		return r.Redirect(petitionsPath, "petition.mark.remove")
	}
	return r.Redirect(petitionsPath+"/"+id, "petition.mark."+do)
}

// petitionHere reads the petition of the address for one of its forms, if fit
// lets the actor have it.
func (r *request) petitionHere(title string, f *form, fit func(*store.Tx, string) (petition.Petition, error)) (*petitionPage, error) {
	p := &petitionPage{page: r.page(""), Form: f}
	err := r.View(func(tx *store.Tx) error {
		if _, err := fit(tx, r.Param("id")); err != nil {
			return err
		}
		return r.readPetition(tx, p, r.Param("id"))
	})
	p.Action = r.Request().URL.Path
	if title != "" {
		p.NamesSay, p.Title = p.Title, r.T(title)
	}
	return p, err
}

// petitionAnswerForm is where the addressee's answer is written.
func (s *Server) petitionAnswerForm(r *request) error {
	p, err := r.petitionHere("petition.answer.title", r.emptyForm(), petition.Served)
	if err != nil {
		return err
	}
	p.Form.values.Set("answer", p.Petition.Answer)
	return r.Render("petition/answer", p)
}

// petitionAnswer publishes the answer and closes the petition.
func (s *Server) petitionAnswer(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	err = r.Update(func(tx *store.Tx) error { return petition.Reply(tx, id, f.lines("answer")) })
	if f.refuse(err) {
		p, err := r.petitionHere("petition.answer.title", f, petition.Served)
		if err != nil {
			return err
		}
		return r.RenderForm("petition/answer", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(petitionsPath+"/"+id, "petition.answer.done")
}

// petitionPoster is the petition for a notice board, with the code that leads
// to it.
func (s *Server) petitionPoster(r *request) error {
	p, err := r.petitionHere("", r.emptyForm(), petition.Get)
	if err != nil {
		return err
	}
	if err := p.onPaper(r, sheetLength); err != nil {
		return err
	}
	return r.Render("petition/poster", p)
}

// onPaper masks contacts, shortens the text and draws the code.
func (p *petitionPage) onPaper(r *request, most int) error {
	v := &p.Petition
	text := v.Text
	if v.Masked {
		text = contact.Mask(text, contact.Hidden)
	}
	p.Text = r.shownText(listing.Clip(text, most), false)
	if p.Address == "" {
		return nil
	}
	code, err := newQR(r.base() + "/" + strings.TrimPrefix(p.Address, r.Request().Host+"/"))
	p.QR = &code
	return err
}

// LastDay is a moment of the last day of signing.
func (p *petitionPage) LastDay() time.Time { return p.Petition.EndsAt.Add(-1) }
