package ui

import (
	"errors"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/message"
	"copi.local/store/mutualaid"
	"copi.local/store/timebank"
)

// replyPage is the page on which somebody replies, or reads their own reply.
func (r *request) replyPage(f *form) (*favourPage, error) {
	names, err := r.namesFor(f, store.Ref{})
	if err != nil {
		return nil, err
	}
	p, err := r.favourPage(r.Param("id"), f)
	if err != nil {
		return nil, err
	}
	p.Names = names
	if p.Mine {
		return p, store.E(store.Conflict, "err.mutualaid.own")
	}
	return p, nil
}

// favourAnswer is the form of a reply.
func (s *Server) favourAnswer(r *request) error {
	p, err := r.replyPage(r.emptyForm("places", "1"))
	if err != nil {
		if store.KindOf(err) == store.Conflict { // who answers for it reads the replies instead
			return r.Redirect("/entraide/"+r.Param("id")+"/reponses", "")
		}
		return err
	}
	return r.Render("mutualaid/reply", p)
}

// favourReply sends a reply, or takes it back.
func (s *Server) favourReply(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	to := "/entraide/" + r.Param("id")
	if f.text("do") == "withdraw" {
		if err := r.Update(func(tx *store.Tx) error { return mutualaid.Withdraw(tx, r.Param("id")) }); err != nil {
			return err
		}
		return r.Redirect(to, "mutualaid.reply.is_withdrawn")
	}
	y := mutualaid.Reply{FavourID: r.Param("id"), ElementID: f.text("organisation"), Text: f.lines("text"), Places: 1}
	if f.has("places") {
		y.Places = f.int("places")
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if err := mutualaid.Answer(tx, &y); err != nil {
				return err
			}
			return r.openThread(tx, &y)
		})
	}
	busy := store.KindOf(err) == store.Busy
	switch {
	case err == nil && f.ok():
		return r.Redirect(to, "mutualaid.reply.sent")
	case !busy && !f.refuse(err) && f.ok():
		return err
	}
	p, perr := r.replyPage(f)
	switch {
	case perr != nil && store.KindOf(perr) != store.Conflict:
		return perr
	case busy:
		return r.busyForm(f, err, "mutualaid/reply", p)
	default:
		return r.RenderForm("mutualaid/reply", p)
	}
}

// openThread begins the messages of who replies and who put the favour with the
// words of the reply: there the two go on. Who takes no messages from somebody
// takes no replies either.
func (r *request) openThread(tx *store.Tx, y *mutualaid.Reply) error {
	if r.isOff(messagesPath) {
		return nil
	}
	to, title, err := r.correspondentOf(tx, favourRef(y.FavourID))
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	as := message.Party{Account: r.actor.ID}
	if y.ElementID != "" {
		as = message.Party{Element: y.ElementID}
	}
	t, err := message.Open(tx, favourRef(y.FavourID), title, to, as, y.Text)
	if err != nil {
		return err
	}
	return y.Tie(tx, t.ID)
}

// payOf is the address where a favour is settled in hours between who put it
// and who was chosen: a need is paid for by who asked, an offer by who replied.
// It is empty for the other of the two, and where the one to be paid has no
// account of the time bank.
func (r *request) payOf(tx *store.Tx, f *mutualaid.Favour, y *mutualaid.Reply, asker bool) (string, error) {
	if y.State != mutualaid.Chosen || asker != (f.Side == mutualaid.Need) || r.isOff("/heures") {
		return "", nil
	}
	person, element := y.AuthorID, y.ElementID
	if !asker {
		e, stands, err := directory.InWhoseName(tx, f.Ref())
		if err != nil {
			return "", err
		}
		if person, element = f.AuthorID, ""; stands {
			element = e.ID
		}
	}
	find, of := timebank.OfPerson, person
	if element != "" {
		find, of = timebank.OfElement, element
	}
	a, ok, err := find(tx, of)
	if err != nil || !ok {
		return "", err
	}
	return r.payHref(a.Number, f.Minutes*int64(y.Places), f.Ref()), nil
}

// threadOf is the address of the messages of a reply; empty where the reader
// has none any more.
func (r *request) threadOf(tx *store.Tx, y *mutualaid.Reply) (string, error) {
	if y.ThreadID == "" || r.isOff(messagesPath) {
		return "", nil
	}
	t, err := message.Get(tx, y.ThreadID)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return threadHref(t.ID), err
}

// repliesPage is a favour with all its replies, for who answers for it.
func (r *request) repliesPage(f *form) (*favourPage, error) {
	p, err := r.favourPage(r.Param("id"), f)
	if err != nil {
		return nil, err
	}
	err = r.View(func(tx *store.Tx) error {
		list, err := mutualaid.Replies(tx, p.Favour.ID)
		for i := range list {
			if err != nil {
				return err
			}
			v := r.replyView(&list[i], true)
			if v.Who, err = list[i].Name(tx); err != nil {
				return err
			}
			if v.Who == "" {
				v.Who = r.T("mutualaid.reply.gone")
			}
			if v.Pay, err = r.payOf(tx, &p.Favour, &list[i], true); err != nil {
				return err
			}
			v.Write, err = r.threadOf(tx, &list[i])
			p.Replies = append(p.Replies, v)
		}
		return err
	})
	return p, err
}

// favourReplies lists the replies.
func (s *Server) favourReplies(r *request) error {
	p, err := r.repliesPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("mutualaid/replies", p)
}

// favourDecide chooses a reply, says no to it, or takes a choice back.
func (s *Server) favourDecide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, reply, do := r.Param("id"), r.Param("reponse"), f.text("do")
	verb := map[string]func(*store.Tx, string, string) error{
		"choose": mutualaid.Choose, "decline": mutualaid.Decline, "release": mutualaid.Release,
	}[do]
	if verb == nil {
		verb, do = mutualaid.Choose, "choose"
	}
	err = r.Update(func(tx *store.Tx) error { return verb(tx, id, reply) })
	if f.refuse(err) {
		p, err := r.repliesPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("mutualaid/replies", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/entraide/"+id+"/reponses", "mutualaid.replies.done_"+do)
}

// favourThank writes a word of thanks, by either of the two.
func (s *Server) favourThank(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, mine := r.Param("id"), false
	err = r.Update(func(tx *store.Tx) error {
		fav, err := mutualaid.Get(tx, id)
		if err != nil {
			return err
		}
		mine = fav.MayChange(tx)
		return mutualaid.Thank(tx, id, r.Param("reponse"), f.lines("word"), f.has("agrees"))
	})
	to := "/entraide/" + id
	if mine {
		to += "/reponses"
	}
	if e, ok := errors.AsType[*store.Error](err); ok && e.Kind == store.Invalid {
		return r.thankAgain(f, err, mine)
	}
	if err != nil {
		return err
	}
	return r.Redirect(to, "mutualaid.thanks.saved")
}

// thankAgain shows a word of thanks that was refused, as it was typed.
func (r *request) thankAgain(f *form, err error, asker bool) error {
	f.refuse(err)
	name, page := "mutualaid/favour", r.favourPageHere
	if asker {
		name, page = "mutualaid/replies", r.repliesPage
	}
	p, perr := page(f)
	if perr != nil {
		return perr
	}
	if p.Reply != nil && p.Reply.ID == r.Param("reponse") {
		p.Reply.Thank = f
	}
	for i := range p.Replies {
		if p.Replies[i].ID == r.Param("reponse") {
			p.Replies[i].Thank = f
		}
	}
	return r.RenderForm(name, p)
}

// favourPageHere is the page of the favour of the address.
func (r *request) favourPageHere(f *form) (*favourPage, error) {
	return r.favourPage(r.Param("id"), f)
}
