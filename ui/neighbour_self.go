package ui

import (
	"context"
	"crypto/ed25519"

	"copi.local/store"
	"copi.local/store/account"
)

// OwnBox is what the box knows of its own name among boxes: whether two might
// be speaking under it, and what an operator can say about that.
type OwnBox interface {
	// Question is what the box asks.
	Question(ctx context.Context) (OwnQuestion, error)
	// Continue answers that this box is the only one: moved, or restored.
	Continue(ctx context.Context) error
	// BeCopy answers that it is a copy, which takes a key of its own at its
	// next start.
	BeCopy(ctx context.Context) error
	// Repair gives the box a new key, by the key of the recovery sheet.
	Repair(ctx context.Context, recovery ed25519.PrivateKey) error
}

// OwnQuestion is what a box asks about itself.
type OwnQuestion struct {
	Doubt   string   // moved, older, fork, copy; empty: nothing
	Restart bool     // a new key waits for the next start
	From    string   // the commune whose box holds more of our listings
	Lost    []string // titles it holds that are not here, or newer
	More    int      // beyond Lost
	Gone    int      // listings here that were withdrawn since
}

// ownPath is the page of what the box asks about itself.
const ownPath = "/voisins/cette-boite"

// ownPage asks the operator, says what each answer does, and offers a new key.
type ownPage struct {
	formPage
	Asks OwnQuestion
}

// Waits tells whether the box waits for an answer, and publishes nothing.
func (p *ownPage) Waits() bool { return p.Asks.Doubt != "" && p.Asks.Doubt != "copy" }

// Fine tells that there is nothing to ask and nothing to wait for.
func (p *ownPage) Fine() bool { return p.Asks.Doubt == "" && !p.Asks.Restart }

// Next is what happens at the next start; nil for nothing.
func (p *ownPage) Next() *noticeView {
	if !p.Asks.Restart {
		return nil
	}
	return &noticeView{Kind: "attention", Text: p.T("neighbour.own.restart")}
}

func (r *request) ownPage(f *form) (*ownPage, error) {
	box, err := r.machineNeighbours()
	if err != nil {
		return nil, err
	}
	p := &ownPage{formPage: r.formPage("neighbour.own.title", f)}
	p.Asks, err = box.Question(r.context())
	return p, err
}

// ownBox shows what the box asks about itself.
func (s *Server) ownBox(r *request) error {
	r.Uncached() // the question comes from outside
	p, err := r.ownPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("neighbour/own", p)
}

// ownAnswer takes the operator's answer.
func (s *Server) ownAnswer(r *request) error {
	box, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	done := "neighbour.own.continues"
	switch f.text("answer") {
	case "continue":
		err = box.Continue(r.context())
	case "copy":
		done, err = "neighbour.own.is_copy", box.BeCopy(r.context())
	case "repair":
		done, err = "neighbour.own.repaired", r.repair(box, f.lines("words"))
	default:
		err = store.E(store.Invalid, "err.neighbour.no_answer").At("answer")
	}
	if err == nil {
		return r.Redirect(ownPath, done)
	}
	f.values.Del("words") // they open everything: never shown again
	p, fault := r.ownPage(f)
	if fault != nil {
		return fault
	}
	return r.again(f, err, "neighbour/own", p)
}

// repair gives the box a new key by the words of the sheet, which are kept
// nowhere.
func (r *request) repair(box OwnBox, words string) error {
	var key ed25519.PrivateKey
	err := r.View(func(tx *store.Tx) (err error) {
		key, err = account.RecoveryKey(tx, words)
		return err
	})
	if err != nil {
		return err
	}
	return box.Repair(r.context(), key)
}

// ownNotice is what the box tells its operator on the page of neighbours.
func (p *neighboursPage) ownNotice(r *request, box OwnBox) (*noticeView, error) {
	if !p.Operates() {
		return nil, nil
	}
	q, err := box.Question(r.context())
	switch {
	case err != nil || q.Doubt == "" && !q.Restart:
		return nil, err
	case q.Restart:
		return &noticeView{Kind: "attention", Text: r.T("neighbour.own.chore_restart"), Href: ownPath, Action: r.T("neighbour.chore.see")}, nil
	default:
		return &noticeView{Kind: "attention", Text: r.T("neighbour.own.chore"), Href: ownPath, Action: r.T("neighbour.own.answer")}, nil
	}
}

// ownChore is the question that waits for an operator's answer.
func (s *Server) ownChore(r *request) ([]task, error) {
	q, err := s.opt.Neighbours.Question(r.context())
	switch {
	case err != nil || q.Doubt == "" && !q.Restart:
		return nil, err
	case q.Restart:
		return []task{{Text: r.T("neighbour.own.chore_restart"), Action: r.T("neighbour.chore.see"), Href: ownPath}}, nil
	default:
		return []task{{Text: r.T("neighbour.own.chore"), Action: r.T("neighbour.own.answer"), Href: ownPath, Urgent: true}}, nil
	}
}
