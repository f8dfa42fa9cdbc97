package ui

import (
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/reaction"
)

// likePath is where somebody likes a thing, and chooses to see no reactions.
const likePath = "/aimer"

func (s *Server) reactionRoutes() []route {
	return []route{
		{GET, likePath, resident, s.likesForm},
		{POST, likePath, resident, s.likesChoose},
		{POST, "/aimer/:id", resident, s.like},
	}
}

// likesView is the part "likes": how many like a thing, and the button.
type likesView struct {
	Href  string // of the button; empty for a visitor
	Mine  bool
	Count string // in words; empty for nobody
	Word  string // of the button
}

// likes are the reactions to a thing; nil where there are none to show.
func (r *request) likes(tx *store.Tx, ref store.Ref) (*likesView, error) {
	if r.isOff(likePath) {
		return nil, nil
	}
	c, ok, err := reaction.Of(tx, ref)
	if err != nil || !ok || c.N == 0 && r.actor.ID == "" {
		return nil, err
	}
	v := &likesView{Mine: c.Mine, Word: r.T("reaction.like")}
	if c.N > 0 {
		v.Count = r.T("reaction.count", "n", c.N)
	}
	if r.actor.Can(store.Resident) {
		v.Href = likePath + "/" + ref.ID
	}
	if c.Mine {
		v.Word = r.T("reaction.unlike")
	}
	return v, nil
}

// touch finds what one can do about a thing beside reading it: comment on it,
// like it, write to whoever answers for it.
func (r *request) touch(tx *store.Tx, ref store.Ref, likes **likesView, write *string) (err error) {
	if err := r.say(tx, ref); err != nil {
		return err
	}
	if *likes, err = r.likes(tx, ref); err != nil {
		return err
	}
	*write, err = r.writeHref(tx, ref)
	return err
}

// like likes a thing, or takes it back.
func (s *Server) like(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var c listing.Card
	err = r.Update(func(tx *store.Tx) (err error) {
		if c, err = listing.ByID(tx, r.Param("id")); err != nil {
			return err
		}
		if f.text("do") == "unlike" {
			return reaction.Unlike(tx, c.Ref)
		}
		return reaction.Like(tx, c.Ref)
	})
	if err != nil {
		return err
	}
	return r.Redirect(cardHref(c)+"#aimer", "")
}

// likesPage is where somebody chooses whether to see reactions.
type likesPage struct {
	page
	Form *form
}

// likesForm shows the choice.
func (s *Server) likesForm(r *request) error {
	p := &likesPage{page: r.page("reaction.title"), Form: r.emptyForm()}
	err := r.View(func(tx *store.Tx) error {
		hidden, err := reaction.Hidden(tx)
		if !hidden {
			p.Form.values.Set("show", "1")
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("reaction/choice", p)
}

// likesChoose keeps it.
func (s *Server) likesChoose(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if err := r.Update(func(tx *store.Tx) error { return reaction.Hide(tx, !f.has("show")) }); err != nil {
		return err
	}
	return r.Redirect(likePath, "reaction.chosen")
}
