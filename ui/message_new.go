package ui

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/booking"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/message"
)

// correspondent finds who answers for a thing, and its title. It fails with
// kind NotFound for a thing the person cannot see, or for which nobody answers.
type correspondent func(r *request, tx *store.Tx, id string) (message.Party, string, error)

// correspondents are those of modules that know better than authorOfCard: a
// module whose things are no cards, or whose author is not who answers, adds
// its line here.
func (s *Server) correspondents() map[string]correspondent {
	return map[string]correspondent{
		booking.Module:     bookingCorrespondent,
		discussion.Journal: entryCorrespondent,
		directory.Module:   elementCorrespondent,
	}
}

// correspondentOf finds who answers for a thing of any module.
func (r *request) correspondentOf(tx *store.Tx, ref store.Ref) (message.Party, string, error) {
	if find := r.s.correspondents()[ref.Module]; find != nil {
		return find(r, tx, ref.ID)
	}
	return authorOfCard(tx, ref)
}

// nobody is the answer for a thing nobody can be written about.
func nobody() error { return store.E(store.NotFound, "err.message.nobody") }

// authorOfCard is who answers for a thing with a card: the organisation in
// whose name it stands while somebody administers it, or its author.
func authorOfCard(tx *store.Tx, ref store.Ref) (to message.Party, title string, err error) {
	c, err := listing.ByRef(tx, ref)
	if err != nil {
		return to, "", err
	}
	if modules[ref.Module].author == nil || c.Origin != nil {
		return to, "", nobody()
	}
	e, stands, err := directory.InWhoseName(tx, ref)
	if err != nil {
		return to, "", err
	}
	if stands {
		admins, err := directory.AdminsOf(tx, e.ID)
		if err != nil || len(admins) > 0 {
			return message.Party{Element: e.ID}, c.Title, err
		}
	}
	author, err := modules[ref.Module].author(tx, ref.ID)
	if err == nil && author == "" {
		err = nobody()
	}
	return message.Party{Account: author}, c.Title, err
}

// elementCorrespondent is whoever answers for an element: its administrators
// together, or the person it is.
func elementCorrespondent(_ *request, tx *store.Tx, id string) (to message.Party, title string, err error) {
	e, err := directory.Get(tx, id)
	if err != nil {
		return to, "", err
	}
	if e.Kind == directory.Person {
		if e.AuthorID == "" {
			return to, "", nobody()
		}
		return message.Party{Account: e.AuthorID}, e.Name, nil
	}
	to = message.Party{Element: id}
	readers, err := to.Readers(tx)
	if err == nil && len(readers) == 0 {
		err = nobody()
	}
	return to, e.Name, err
}

// bookingCorrespondent is, of a booking, who asked for it for a manager, and a
// manager for who asked: the one who answered, or the first of the room. Of a
// room it is its first manager.
func bookingCorrespondent(r *request, tx *store.Tx, id string) (to message.Party, title string, err error) {
	b, err := booking.Find(tx, id)
	if store.KindOf(err) == store.NotFound {
		room, err := booking.Get(tx, id)
		if err != nil {
			return to, "", err
		}
		to, err = roomManager(tx, room.ID, "")
		return to, room.Name, err
	}
	if err != nil {
		return to, "", err
	}
	title, _, err = r.bookingTitle(tx, b.Ref())
	if err != nil {
		return to, "", err
	}
	if b.AuthorID != r.actor.ID {
		if b.AuthorID == "" {
			return to, "", nobody()
		}
		return message.Party{Account: b.AuthorID}, title, nil
	}
	to, err = roomManager(tx, b.Resource, b.AnsweredBy)
	return to, title, err
}

// roomManager is a manager of a room: the one given, the first named for it, or
// the first operator.
func roomManager(tx *store.Tx, room, given string) (message.Party, error) {
	if given != "" {
		return message.Party{Account: given}, nil
	}
	managers, err := booking.ManagersOf(tx, room)
	if err == nil && len(managers) == 0 {
		managers, err = account.Operators(tx)
	}
	if err == nil && len(managers) == 0 {
		err = nobody()
	}
	if err != nil {
		return message.Party{}, err
	}
	return message.Party{Account: managers[0]}, nil
}

// writeHref is the address where one writes to whoever answers for a thing;
// empty for oneself, where nobody answers, and while messages are switched off.
func (r *request) writeHref(tx *store.Tx, ref store.Ref) (string, error) {
	if r.isOff(messagesPath) {
		return "", nil
	}
	to, _, err := r.correspondentOf(tx, ref)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if mine, err := to.Mine(tx); err != nil || mine {
		return "", err
	}
	return messagesPath + "/nouveau/" + ref.Module + "/" + ref.ID, nil
}

// newMessage is the page of a first message about the thing of the address.
func (r *request) newMessage(f *form) (p *messagePage, to message.Party, title string, err error) {
	p = &messagePage{page: r.page("message.new"), Form: f}
	ref := store.Ref{Module: r.Param("module"), ID: r.Param("id")}
	err = r.View(func(tx *store.Tx) (err error) {
		if to, title, err = r.correspondentOf(tx, ref); err != nil {
			return err
		}
		if p.With = r.T("message.the_author"); !namesNoAuthor(ref, to) {
			if p.With, err = r.partyName(tx, to); err != nil {
				return err
			}
		}
		href, err := r.aboutHref(tx, ref)
		if err != nil {
			return err
		}
		p.About = &wordLink{href, r.Typo(title)}
		if p.Names, err = r.asChoices(tx); err != nil {
			return err
		}
		if p.Desk, err = to.IsDesk(tx); err != nil {
			return err
		}
		err = unnamed(ref, to, message.Hinders(tx, to, r.writesAs(f)))
		p.Hindered, p.Blocking, err = r.hindrance(err)
		return err
	})
	return p, to, title, err
}

// asMyself is what the form sends for who writes in their own name: a list that
// began with no value would make the browser insist on another.
const asMyself = "moi"

// writesAs is in whose name a first message is written.
func (r *request) writesAs(f *form) message.Party {
	if element := f.text("as"); element != "" && element != asMyself {
		return message.Party{Element: element}
	}
	return message.Party{Account: r.actor.ID}
}

// messageNew is an empty form.
func (s *Server) messageNew(r *request) error {
	p, _, _, err := r.newMessage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("message/new", p)
}

// messageOpen sends it.
func (s *Server) messageOpen(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, to, title, err := r.newMessage(f)
	if err != nil {
		return err
	}
	var t message.Thread
	err = r.Update(func(tx *store.Tx) (err error) {
		ref := store.Ref{Module: r.Param("module"), ID: r.Param("id")}
		t, err = message.Open(tx, ref, title, to, r.writesAs(f), f.lines("text"))
		return unnamed(ref, to, err)
	})
	if err != nil {
		return r.messageAgain(f, err, "message/new", p)
	}
	return r.Redirect(threadHref(t.ID), "message.sent")
}
