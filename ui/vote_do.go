package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// voteDo is what any resident does about a proposal, by the form's button.
func (s *Server) voteDo(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	verbs := map[string]func(*store.Tx) error{
		"support":      func(tx *store.Tx) error { return vote.Support(tx, id, true) },
		"unsupport":    func(tx *store.Tx) error { return vote.Support(tx, id, false) },
		"amend":        func(tx *store.Tx) error { return vote.Amend(tx, id, f.lines("amendment")) },
		"decline_seat": func(tx *store.Tx) error { return vote.Decline(tx, id, f.text("number")) },
		"lift":         func(tx *store.Tx) error { return vote.Lift(tx, id) },
	}
	return r.voteVerb(id, f, verbs)
}

// voteMark is what who answers for a proposal does.
func (s *Server) voteMark(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	verbs := map[string]func(*store.Tx) error{
		"discuss":  func(tx *store.Tx) error { return vote.Discuss(tx, id) },
		"amending": func(tx *store.Tx) error { return vote.OpenAmendments(tx, id, f.until()) },
		"open":     func(tx *store.Tx) error { return vote.Start(tx, id, f.text("shown")) },
		"address":  func(tx *store.Tx) error { return vote.Address(tx, id) },
		"study":    func(tx *store.Tx) error { return vote.Study(tx, id) },
		"respond": func(tx *store.Tx) error {
			return vote.Respond(tx, id, vote.Stand(f.text("stand")), f.lines("response"))
		},
		"announce": func(tx *store.Tx) error { return vote.Start(tx, id, f.text("shown")) },
		"cancel":   func(tx *store.Tx) error { return vote.Cancel(tx, id, f.lines("reason")) },
		"withdraw": func(tx *store.Tx) error { return vote.Withdraw(tx, id) },
		"take": func(tx *store.Tx) error {
			return vote.AnswerAmendment(tx, id, f.text("which"), vote.Taken, f.lines("answer"))
		},
		"decline": func(tx *store.Tx) error {
			return vote.AnswerAmendment(tx, id, f.text("which"), vote.Declined, f.lines("answer"))
		},
		"choose": func(tx *store.Tx) error { return vote.Choose(tx, id, f.picked("chosen"), f.lines("why")) },
		"put_forward": func(tx *store.Tx) error {
			return vote.PutForward(tx, id, f.text("person"), f.lines("why"), vote.Terms{Closes: f.closes(), Zone: f.zone.String()})
		},
		"changes": func(tx *store.Tx) error {
			return vote.ChangeNames(tx, id, vote.Terms{Closes: f.closes(), Zone: f.zone.String()})
		},
		"judge": func(tx *store.Tx) error { return vote.Judge(tx, id, f.text("which"), f.lines("answer")) },
		"draw":  func(tx *store.Tx) error { return vote.Draw(tx, id, tally.Draw{Seed: f.text("seed")}, f.lines("drawn")) },
		"resume": func(tx *store.Tx) error {
			return vote.Resume(tx, id, f.text("title"), f.lines("text"), vote.Terms{Rule: f.quorum(), Closes: f.closes(), Zone: f.zone.String()})
		},
		"follow": func(tx *store.Tx) error {
			return vote.Follow(tx, id, vote.Step{Text: f.lines("step"), Carrier: f.text("carrier"), Due: wallOf(f.date("due"), 0)})
		},
		"finish": func(tx *store.Tx) error { return vote.Finish(tx, id, f.text("which"), f.lines("done")) },
		"drop":   func(tx *store.Tx) error { return vote.Drop(tx, id, f.text("which")) },
	}
	return r.voteVerb(id, f, verbs)
}

// voteVerb runs what the form's button says; a fault shows the page again.
func (r *request) voteVerb(id string, f *form, verbs map[string]func(*store.Tx) error) error {
	do, ok := verbs[f.text("do")]
	if !ok {
		return errBadText
	}
	err := r.Update(func(tx *store.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		if !f.ok() {
			return store.E(store.Invalid, "err.vote.form")
		}
		return nil
	})
	if f.refuse(err) {
		f.Faults = onePerField(f.Faults)
		p, err := r.votePage(id, f)
		if err != nil {
			return err
		}
		return r.RenderForm("vote/vote", p)
	} else if err != nil {
		return err
	}
	if f.text("do") == "withdraw" {
		return r.Redirect(votePath, "vote.did.withdraw")
	}
	return r.Redirect(votePath+"/"+id, "vote.did."+f.text("do"))
}

// until is the end of the day amendments are taken to.
func (f *form) until() time.Time {
	day := f.date("until")
	if day.IsZero() {
		return day
	}
	return day.AddDate(0, 0, 1)
}

// closes is when a vote ends, on the wall.
func (f *form) closes() calendar.Wall {
	at, _ := f.clock("closes_time")
	return wallOf(f.date("closes"), at)
}
