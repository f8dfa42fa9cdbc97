package ui

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/moderation"
)

// stillOpen are the forms of somebody who may not act: to leave, to come back,
// and what concerns nobody but themselves.
var stillOpen = []string{
	signInPath, "/deconnexion", acceptPath, "/compte/partir", newPasswordPath, "/compte/sessions", "/compte/codes",
	resumePath, majorityPath, rescuePath, "/recuperation/code", "/recuperation/feuille", "/recuperation/attente",
	"/avis", "/avis/suivis/:id", "/ne-plus-suivre/:token", "/recours/:module/:id",
}

// mayAct fails for a form of somebody who may not act at present, with the
// sentence that says why.
func (r *request) mayAct(rt route) error {
	if rt.method == GET || slices.Contains(stillOpen, rt.path) {
		return nil
	}
	return r.me.Standing.Err()
}

// StandingTold is what somebody reads on every page while they may not act, or
// soon will not.
func (p *page) StandingTold() *noticeView {
	if hasPrefix(p.path, []string{acceptPath, majorityPath, newPasswordPath}) {
		return nil
	}
	s := p.Me.Standing
	switch s.Bar {
	case account.BarSuspended:
		return &noticeView{
			Kind: "attention", Text: p.T("account.standing.suspended", "until", s.Until, "reason", s.Reason),
			Href: appealHref(store.Ref{Module: moderation.Person, ID: p.Me.Actor.ID}), Action: p.T("moderation.appeal.go"),
		}
	case account.BarParent:
		n := &noticeView{Kind: "attention", Text: p.T("account.standing.parent"), Href: majorityPath, Action: p.T("minor.how")}
		if s.Alone {
			n.Text, n.Action = p.T("account.standing.alone"), p.T("minor.confirm")
		}
		return n
	case account.BarCharter:
		return &noticeView{
			Kind: "attention", Text: p.T("account.standing.charter"), Href: acceptPath, Action: p.T("account.standing.read"),
		}
	case account.NotBarred:
	}
	if s.CharterDue.IsZero() {
		return nil
	}
	return &noticeView{
		Kind: "attention", Text: p.T("account.standing.charter_due", "day", p.Day(s.CharterDue.Add(-time.Second))),
		Href: acceptPath, Action: p.T("account.standing.read"),
	}
}
