package ui

import (
	"context"
	"time"
)

// LinkCodes is the linking of boxes by a code that one operator shows another.
type LinkCodes interface {
	// Invite makes a code, good once and for ten minutes, in place of the one
	// before; at is where the other box can call this one from far away, or "".
	// It fails with kind Invalid or Conflict at the field "at".
	Invite(ctx context.Context, at string) error
	// Withdraw takes the code back.
	Withdraw()
	// Invitation is the code shown now, if there is one.
	Invitation() (LinkCode, bool)
	// ReadCode tells who another's code is of. It fails with kind Invalid or
	// Conflict at the field "c".
	ReadCode(code string) (Inviter, error)
	// Accept links with the box whose code this is; what follows is in Links. It
	// fails with kind Invalid or Conflict at the field "c".
	Accept(ctx context.Context, code string) error
	// AcceptShort is Accept with what people type. It fails with kind Invalid or
	// Conflict at the fields "address" and "code".
	AcceptShort(ctx context.Context, address, code string) error
}

// LinkCode is the code this box shows.
type LinkCode struct {
	Code      string        // for machines
	Short     string        // for people, who type an address beside it
	Addresses []string      // of this box, the best first
	Left      time.Duration // how long it is good for
}

// Inviter is who a code says it is of.
type Inviter struct {
	Name   string // of the commune; not sure before the boxes are linked
	Linked bool   // already
}

// joinAt is where the other operator's phone finds their own box: every box
// answers to this name on its own network.
const joinAt = "http://copi.local" + joinPath + "?c="

// codeView is a code as it is shown.
type codeView struct {
	LinkCode
	QR   qrCode
	Text string // the same, to be sent
}

// Minutes is how long the code is good for, of the last one begun too.
func (v *codeView) Minutes() int { return int((v.Left + time.Minute - 1) / time.Minute) }

// shownCode is the code shown now; nil when there is none.
func shownCode(others LinkCodes) (*codeView, error) {
	code, ok := others.Invitation()
	if !ok {
		return nil, nil
	}
	v := &codeView{LinkCode: code, Text: joinAt + code.Code}
	var err error
	v.QR, err = newQR(v.Text)
	return v, err
}

// linkInvite makes a code, or takes it back.
func (s *Server) linkInvite(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	if f.text("do") == "withdraw" {
		others.Withdraw()
		return r.Redirect(linkPath, "neighbour.code.withdrawn")
	}
	if err := others.Invite(r.context(), f.text("at")); f.refuse(err) {
		return r.RenderForm("neighbour/link", r.linkPage(others, f))
	} else if err != nil {
		return err
	}
	return r.Redirect(followPath, "")
}

// joinPage asks whether to link with the box of a code, or for a code.
type joinPage struct {
	formPage
	Code string // that was read; empty: it is asked for
	Who  Inviter
}

func (r *request) joinPage(f *form) *joinPage {
	r.Uncached()
	r.Response().Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	return &joinPage{formPage: r.formPage("neighbour.code.have", f)}
}

// read reads the code of the form, if it has one.
func (p *joinPage) read(others LinkCodes) error {
	code := p.Form.text("c")
	if code == "" {
		return nil
	}
	who, err := others.ReadCode(code)
	if err != nil {
		return err
	}
	p.Code, p.Who = code, who
	p.Title = p.T("neighbour.code.ask_unnamed")
	if who.Name != "" {
		p.Title = p.T("neighbour.code.ask", "of", p.Of(who.Name))
	}
	return nil
}

// joinForm is where a QR code leads. It does nothing but ask.
func (s *Server) joinForm(r *request) error {
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	p := r.joinPage(r.queryForm())
	if err := p.read(others); p.Form.refuse(err) {
		return r.RenderForm("neighbour/join", p)
	} else if err != nil {
		return err
	}
	return r.Render("neighbour/join", p)
}

// join links with the box of a code that was scanned, or typed.
func (s *Server) join(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	p := r.joinPage(f)
	if err = p.read(others); err == nil {
		if p.Code != "" {
			err = others.Accept(r.context(), p.Code)
		} else {
			err = others.AcceptShort(r.context(), f.text("address"), f.text("code"))
		}
	}
	if err != nil {
		return r.again(f, err, "neighbour/join", p)
	}
	return r.Redirect(followPath, "")
}
