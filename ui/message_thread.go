package ui

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/notify"
)

// otherName is how the person reads the other party's name. An event's page does
// not name who wrote it: they are the author until they choose to answer.
func (r *request) otherName(tx *store.Tx, t *message.Thread) (string, error) {
	if began := t.Mine == 0; began && namesNoAuthor(t.About, t.Other()) {
		if answered, err := t.Answered(tx); err != nil || !answered {
			return r.T("message.the_author"), err
		}
	}
	return r.partyName(tx, t.Other())
}

// namesNoAuthor tells whether the page of a thing does not name the person who
// answers for it.
func namesNoAuthor(about store.Ref, p message.Party) bool {
	return about.Module == agenda.Module && p.Account != ""
}

// unnamed keeps a block between two people from telling who answers for a thing
// that does not name them: it reads as if nobody did.
func unnamed(about store.Ref, to message.Party, err error) error {
	if e, ok := errors.AsType[*store.Error](err); ok && e.Kind == store.Conflict && namesNoAuthor(about, to) {
		return nobody()
	}
	return err
}

// messagePage is one thread, or a step that is taken from it: beginning it,
// throwing it away, blocking, reporting a message, deciding on a report.
type messagePage struct {
	page
	Form     *form
	ID       string
	With     string
	For      string    // the organisation the person writes for; empty for oneself
	Desk     bool      // it is asked as an official voice
	About    *wordLink // the thing; without address when it is gone
	Names    []choice  // in whose name a first message may be written; nil without a choice
	Messages []messageLine
	Earlier  string // address of the messages before
	Hindered string // why nothing can be written
	Blocking bool   // because the person blocks the other
	Answered bool   // the other has written
	Reasons  []choice
	Report   *reportedView
}

// messageLine is one message.
type messageLine struct {
	N     int
	Mine  bool
	Who   string
	Text  string
	Taken string // instead of the text
	At    time.Time
	Last  bool
	Named bool // the reported one
}

// Reportable tells whether a reader may report the message.
func (m messageLine) Reportable() bool { return !m.Mine && m.Taken == "" }

// messageThread shows one thread, its latest messages at the bottom, and marks
// it as read.
func (s *Server) messageThread(r *request) error {
	q := r.queryForm()
	before := q.int("avant")
	if !q.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("avant")}
	}
	p, t, err := r.messagePage(r.emptyForm(), before)
	if err != nil {
		return err
	}
	if t.Unread > 0 {
		err = r.Update(func(tx *store.Tx) (err error) {
			if err = t.Opened(tx); err == nil {
				p.Unread, err = notify.Unread(tx, r.actor.ID)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return r.Render("message/thread", p)
}

// messagePage reads the thread of the address: its messages before a number, or
// the last ones when that is 0.
func (r *request) messagePage(f *form, before int) (*messagePage, message.Thread, error) {
	p := &messagePage{page: r.page(""), Form: f, ID: r.Param("id")}
	var t message.Thread
	err := r.View(func(tx *store.Tx) (err error) {
		if t, err = message.Get(tx, p.ID); err != nil {
			return err
		}
		if err := r.describeThread(tx, p, &t); err != nil {
			return err
		}
		list, err := t.Messages(tx, before, messagesShown+1)
		if err != nil {
			return err
		}
		if len(list) > messagesShown {
			list = list[1:]
			p.Earlier = messagesPath + "/" + t.ID + "?avant=" + strconv.Itoa(list[0].N)
		}
		if p.Messages, err = r.messageLines(tx, list, t.Sides, t.Mine); err != nil {
			return err
		}
		err = t.Hindrance(tx)
		p.Hindered, p.Blocking, err = r.hindrance(err)
		return err
	})
	if n := len(p.Messages); n > 0 {
		p.Messages[n-1].Last = true
	}
	p.Title = capital(p.With)
	return p, t, err
}

// hindrance is why nothing can be written, in words; other errors pass.
func (r *request) hindrance(err error) (words string, blocking bool, rest error) {
	e, ok := errors.AsType[*store.Error](err)
	if !ok || e.Kind != store.Conflict && e.Kind != store.NotFound {
		return "", false, err
	}
	return r.T(e.Key, e.Args...), e.Key == "err.message.you_blocked", nil
}

// describeThread writes who it is with and what it is about.
func (r *request) describeThread(tx *store.Tx, p *messagePage, t *message.Thread) (err error) {
	if p.With, err = r.otherName(tx, t); err != nil {
		return err
	}
	if p.Answered, err = t.Answered(tx); err != nil {
		return err
	}
	if t.As().Element != "" {
		if p.For, err = r.partyName(tx, t.As()); err != nil {
			return err
		}
	}
	href, err := r.aboutHref(tx, t.About)
	p.About = &wordLink{href, r.threadTitle(t.Title)}
	return err
}

// aboutHref is the page of the thing a thread is about; empty when the person
// cannot see one.
func (r *request) aboutHref(tx *store.Tx, about store.Ref) (string, error) {
	if _, href, err := r.bookingTitle(tx, about); err != nil || href != "" {
		return href, err
	}
	c, err := listing.ByRef(tx, about)
	if err != nil {
		return "", notFoundIsNil(err)
	}
	return cardHref(c), nil
}

// messageLines writes messages as one side reads them; a side of -1 is a
// moderator's.
func (r *request) messageLines(tx *store.Tx, list []message.Message, sides [2]message.Party, mine int) ([]messageLine, error) {
	names := map[message.Message]string{} // by side and author
	var lines []messageLine
	for _, m := range list {
		key := message.Message{Side: m.Side, Author: m.Author}
		who, known := names[key]
		if !known {
			var err error
			if who, err = r.writerName(tx, m, sides[m.Side]); err != nil {
				return nil, err
			}
			names[key] = who
		}
		l := messageLine{N: m.N, Mine: m.Side == mine, Who: who, Text: r.Typo(m.Text), At: m.At}
		if l.Mine && m.Author == r.actor.ID {
			l.Who = r.T("message.you")
		}
		if m.Taken != "" {
			l.Taken = r.takenWords(m.Taken)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// writerName is who wrote a message: for an organisation, both names.
func (r *request) writerName(tx *store.Tx, m message.Message, side message.Party) (string, error) {
	who, err := r.partyName(tx, message.Party{Account: m.Author})
	if err != nil || side.Element == "" {
		return who, err
	}
	name, err := r.partyName(tx, side)
	if who == name { // an account of the organisation's own
		return who, err
	}
	return r.T("message.on_behalf", "who", who, "name", name), err
}

// takenWords says why a message is not there any more.
func (s *speech) takenWords(why string) string {
	if why == message.Erased {
		return s.T("message.erased")
	}
	reason, text := cutWord(why)
	return s.T("message.taken", "reason", s.reason(reason, text))
}

// messageWrite adds a message to a thread.
func (s *Server) messageWrite(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var t message.Thread
	err = r.Update(func(tx *store.Tx) (err error) {
		t, err = message.Write(tx, r.Param("id"), f.lines("text"))
		return err
	})
	if err == nil {
		return r.Redirect(threadHref(t.ID), "")
	}
	if store.KindOf(err) == store.Forbidden || store.KindOf(err) == store.NotFound {
		return err
	}
	p, _, perr := r.messagePage(f, 0)
	if perr != nil {
		return perr
	}
	return r.messageAgain(f, err, "message/thread", p)
}

// threadHref is a thread at its latest message.
func threadHref(id string) string { return messagesPath + "/" + id + "#dernier" }

// messageAgain shows a form again, with all that was typed.
func (r *request) messageAgain(f *form, err error, name string, data any) error {
	if store.KindOf(err) == store.Busy {
		return r.busyForm(f, err, name, data)
	}
	if f.refuse(err) {
		return r.RenderForm(name, data)
	}
	return err
}

// asChoices are in whose name the person may write: their own, or of an
// organisation they administer. Nil without a choice.
func (r *request) asChoices(tx *store.Tx) ([]choice, error) {
	elements, err := directory.InCharge(tx)
	if err != nil {
		return nil, err
	}
	elements = slices.DeleteFunc(elements, func(e directory.Element) bool { return e.Kind == directory.Person })
	if len(elements) == 0 {
		return nil, nil
	}
	me, err := account.ShownName(tx, r.actor.ID)
	if err != nil {
		return nil, err
	}
	list := []choice{{Value: asMyself, Label: me}}
	for i := range elements {
		list = append(list, choice{Value: elements[i].ID, Label: r.Typo(elements[i].Name)})
	}
	return list, nil
}
