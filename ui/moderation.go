package ui

import (
	"encoding/json"
	"errors"
	"net/url"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/moderation"
)

func (s *Server) moderationRoutes() []route {
	return []route{
		{GET, "/proposer", public, s.proposeForm},
		{POST, "/proposer", public, s.propose},
		{GET, "/proposer/suivi/:code", public, s.proposalFollow},
		{POST, "/proposer/suivi/:code", public, s.proposeAgain},
		{GET, "/signaler/:code", public, s.reportForm},
		{POST, "/signaler/:code", public, s.report},
		{GET, "/moderation", moderator, s.queue},
		{GET, "/moderation/proposition/:id", moderator, s.proposal},
		{POST, "/moderation/proposition/:id", moderator, s.proposalDecide},
		{GET, "/moderation/fiche/:id", moderator, s.hideForm},
		{POST, "/moderation/fiche/:id", moderator, s.hide},
		{GET, "/moderation/attente/:module/:id", moderator, s.held},
		{POST, "/moderation/attente/:module/:id", moderator, s.heldDecide},
		{POST, "/moderation/nom/:module/:id", moderator, s.nameLooked},
		{GET, "/moderation/journal", public, s.moderationLog},
		{GET, "/moderation/registre", moderator, s.moderationRegister},
		{GET, "/recours/:module/:id", owner, s.appealForm},
		{POST, "/recours/:module/:id", owner, s.appeal},
		{GET, "/moderation/recours/:id", moderator, s.opinionForm},
		{POST, "/moderation/recours/:id", moderator, s.opinion},
		{GET, "/moderation/personne/:id", moderator, s.suspendForm},
		{POST, "/moderation/personne/:id", moderator, s.suspend},
		{GET, "/admin/scelles", operator, s.seals},
		{POST, "/admin/scelles", operator, s.sealKeep},
		{POST, "/admin/scelles/:id", operator, s.sealOpen},
		{GET, "/admin/moderation", operator, s.moderationRule},
		{POST, "/admin/moderation", operator, s.moderationRuleSet},
	}
}

// proposeForm lets a visitor propose an event; a resident posts it at once.
func (s *Server) proposeForm(r *request) error {
	if r.actor.Can(store.Resident) {
		return r.Redirect("/agenda/nouveau", "")
	}
	p, err := r.eventForm("moderation.propose.title", r.emptyForm())
	if err != nil {
		return err
	}
	p.Proposal = true
	return r.Render("agenda/form", p)
}

// propose queues a visitor's event. The form itself is what is kept, so that
// the moderator corrects it in the same fields.
func (s *Server) propose(r *request) error {
	return r.writeEvent("moderation.propose.title", true, func(f *form, e *agenda.Event) error {
		f.values.Del("do")
		f.values.Del("audience")
		f.values.Del("programme") // only its owner adds to a programme
		payload, err := json.Marshal(f.values)
		if err != nil {
			return err
		}
		var code string
		err = r.Update(func(tx *store.Tx) (err error) {
			code, err = moderation.Propose(tx, &moderation.Proposal{Module: agenda.Module, Title: e.Title, Payload: payload}, r.sender())
			return err
		})
		if err != nil {
			return err
		}
		return r.Redirect("/proposer/suivi/"+code, "moderation.proposed")
	})
}

// busyForm shows a form that has to wait, with all that was typed.
func (r *request) busyForm(f *form, err error, name string, data any) error {
	e, ok := errors.AsType[*store.Error](err)
	if !ok {
		return err
	}
	f.fault(e.Field, e.Key, e.Args...)
	r.Response().Header().Set("Retry-After", "3600")
	return r.RenderStatus(statusOf(store.Busy), name, data)
}

type followProposalPage struct {
	formPage
	Proposal moderation.Proposal
	Code     string
	Address  string
	Reason   string
	Href     string // of what it became
}

// proposalFollow is the private page of a proposal.
func (s *Server) proposalFollow(r *request) error {
	r.Uncached()
	p, err := r.followPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/follow", p)
}

func (r *request) followPage(f *form) (*followProposalPage, error) {
	p := &followProposalPage{formPage: r.formPage("moderation.follow.title", f), Code: r.Param("code")}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Proposal, err = moderation.Follow(tx, p.Code)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Address = r.Request().Host + "/proposer/suivi/" + p.Code
	switch p.Proposal.State {
	case moderation.Refused:
		p.Reason = r.reason(string(p.Proposal.Reason), p.Proposal.ReasonText)
	case moderation.Accepted:
		p.Href = thingHref(store.Ref{Module: p.Proposal.Module, ID: p.Proposal.ThingID})
	case moderation.Waiting:
	}
	return p, nil
}

// queuePage is what waits for a moderator.
type queuePage struct {
	page
	Proposals []moderation.Proposal
	Held      []waitingView
	Claims    []directory.Claim
	Reported  []complaintView
	Messages  []messageReportLine
	Named     []nameLine
	Hidden    []cardView
	Appeals   []appealRow
	Removals  []cardView // that wait for a second moderator
}

// complaintView is one reported thing.
type complaintView struct {
	Card    cardView
	ID      string
	Reasons []string
	Mine    bool
	Pending string // that it is hidden meanwhile
	Wave    bool   // reports that came together
}

// queue lists what waits, the longest first.
func (s *Server) queue(r *request) error {
	p := &queuePage{page: r.page("moderation.title")}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Proposals, err = moderation.Queue(tx); err != nil {
			return err
		}
		if p.Claims, err = directory.Claims(tx); err != nil {
			return err
		}
		if p.Messages, err = r.messageReports(tx); err != nil {
			return err
		}
		if p.Named, err = r.namedThings(tx); err != nil {
			return err
		}
		if err := r.addHeld(tx, p); err != nil {
			return err
		}
		open, err := moderation.Open(tx)
		if err != nil {
			return err
		}
		for _, c := range open {
			if err := r.addComplaint(tx, p, c); err != nil {
				return err
			}
		}
		if err := r.addAppeals(tx, p); err != nil {
			return err
		}
		return r.addHidden(tx, p)
	})
	if err != nil {
		return err
	}
	return r.Render("moderation/queue", p)
}

func (r *request) addComplaint(tx *store.Tx, p *queuePage, c moderation.Complaint) error {
	what, err := moderation.Find(tx, c.Ref)
	if err != nil {
		return notFoundIsNil(err) // withdrawn meanwhile
	}
	author, err := authorOf(tx, &what)
	if err != nil {
		return err
	}
	v := complaintView{ID: c.Ref.ID, Mine: c.Mine || author == r.actor.ID, Wave: c.Wave}
	if c.Pending {
		v.Pending = r.T(r.of("moderation.pending", what.Kind))
	}
	if v.Card, err = r.contentCard(tx, &what); err != nil {
		return err
	}
	v.Card.Href = judgeHref(c.Ref)
	for i := range c.Reports {
		v.Reasons = append(v.Reasons, r.reportWords(&c.Reports[i]))
	}
	p.Reported = append(p.Reported, v)
	return nil
}

// judgeHref is the page on which a moderator of the box decides about a content.
func judgeHref(ref store.Ref) string { return "/moderation/fiche/" + ref.ID }

func (r *request) addHidden(tx *store.Tx, p *queuePage) error {
	refs, err := moderation.HiddenThings(tx)
	for _, ref := range refs {
		c, err := moderation.Find(tx, ref)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		v, err := r.contentCard(tx, &c)
		if err != nil {
			return err
		}
		v.Href = judgeHref(ref)
		_, asked, err := moderation.RemovalOf(tx, ref)
		if err != nil {
			return err
		}
		if asked {
			p.Removals = append(p.Removals, v)
			continue
		}
		p.Hidden = append(p.Hidden, v)
	}
	return err
}

// nameLine is a content in which the name of somebody who left may stand.
type nameLine struct{ Href, Title, Words, Done string }

func (r *request) namedThings(tx *store.Tx) (lines []nameLine, err error) {
	refs, err := moderation.Named(tx)
	for _, ref := range refs {
		c, err := moderation.Find(tx, ref)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		body, _, err := saidOf(tx, &c)
		if err != nil {
			return nil, err
		}
		text, _ := body["text"].(string)
		if text == "" {
			text, _ = body["description"].(string)
		}
		lines = append(lines, nameLine{
			thingHref(ref), r.contentTitle(&c), r.Typo(listing.Clip(text, quotedLength)), "/moderation/nom/" + ref.Module + "/" + ref.ID,
		})
	}
	return lines, err
}

// nameLooked says that a moderator looked at one.
func (s *Server) nameLooked(r *request) error {
	ref := store.Ref{Module: r.Param("module"), ID: r.Param("id")}
	if err := r.Update(func(tx *store.Tx) error { return moderation.Looked(tx, ref) }); err != nil {
		return err
	}
	return r.Redirect("/moderation", "moderation.named.done")
}

type proposalPage struct {
	page
	Proposal moderation.Proposal
	Preview  *eventPage   // of an event
	Element  *elementPage // of an element of the directory
	Form     *form
	Reasons  []choice
}

// proposalPage is a proposal as it would look, with what publishes it.
func (r *request) proposalPage(f *form) (*proposalPage, func(*store.Tx) (store.Ref, error), error) {
	p := &proposalPage{page: r.page("moderation.proposal.title"), Form: f, Reasons: r.reasons(moderation.Refusals)}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Proposal, err = moderation.Get(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	values := url.Values{}
	if err := json.Unmarshal(p.Proposal.Payload, &values); err != nil {
		return nil, nil, err
	}
	typed := r.emptyForm()
	typed.values = values
	if p.Proposal.Module == directory.Module {
		shown, e, err := r.proposedElement(typed, p.page)
		p.Element = shown
		return p, func(tx *store.Tx) (store.Ref, error) { return acceptElement(tx, e) }, err
	}
	e := eventOf(typed)
	if err := e.Check(); err != nil {
		return nil, nil, err
	}
	p.Preview = &eventPage{page: p.page, Event: e}
	r.describeEvent(p.Preview)
	return p, func(tx *store.Tx) (store.Ref, error) {
		if err := agenda.Accept(tx, &e); err != nil {
			return store.Ref{}, err
		}
		return e.Ref(), directory.AtPlace(tx, e.Ref(), e.Place)
	}, nil
}

// proposal shows what a visitor proposes.
func (s *Server) proposal(r *request) error {
	p, _, err := r.proposalPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/proposal", p)
}

// proposalDecide publishes a proposal or refuses it with a reason.
func (s *Server) proposalDecide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, publish, err := r.proposalPage(f)
	if err != nil {
		return err
	}
	if f.text("do") == "accept" {
		var made store.Ref
		err = r.Update(func(tx *store.Tx) (err error) {
			if made, err = publish(tx); err != nil {
				return err
			}
			return moderation.Accept(tx, p.Proposal.ID, made)
		})
		if err == nil {
			return r.Redirect(thingHref(made), "moderation.accepted")
		}
	} else {
		err = r.Update(func(tx *store.Tx) error {
			return moderation.Refuse(tx, p.Proposal.ID, moderation.Reason(f.text("reason")), f.lines("text"))
		})
		if err == nil {
			return r.Redirect("/moderation", "moderation.refused")
		}
	}
	if f.refuse(err) {
		return r.RenderForm("moderation/proposal", p)
	}
	return err
}

// sender is where an anonymous act comes from, for the limits.
func (r *request) sender() moderation.Source { return moderation.Source(r.source()) }

// moderatorsLoad is how many answers moderators owe.
func moderatorsLoad(tx *store.Tx) (int, error) {
	load, err := moderation.LoadOf(tx)
	if err != nil {
		return 0, err
	}
	claims, err := directory.ClaimsWaiting(tx)
	if err != nil {
		return 0, err
	}
	messages, err := message.Waiting(tx)
	if err != nil {
		return 0, err
	}
	return load.Sum() + claims + messages, err
}

// moderationChores tells an operator that somebody waits for an answer.
func (s *Server) moderationChores(r *request) ([]task, error) {
	n := 0
	err := r.View(func(tx *store.Tx) (err error) {
		n, err = moderatorsLoad(tx)
		return err
	})
	if err != nil || n == 0 {
		return nil, err
	}
	return []task{{Text: r.T("moderation.waiting", "n", n), Action: r.T("moderation.see"), Href: "/moderation"}}, nil
}
