package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/petition"
)

// whoChoices are what somebody who signs may declare to be, in the words of a
// form.
func (s *speech) whoChoices(words string) []choice {
	var list []choice
	for _, w := range petition.Whos {
		n := strconv.Itoa(int(w))
		list = append(list, choice{Value: n, Label: s.T(words + n)})
	}
	return list
}

// petitionSignForm is where one signs, filled in with what the box knows, or
// with what was signed before.
func (s *Server) petitionSignForm(r *request) error {
	f := r.emptyForm()
	err := r.View(func(tx *store.Tx) error {
		mine, signed, err := petition.Mine(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if signed {
			f.values.Set("birth_year", strconv.Itoa(mine.BirthYear))
			f.values.Set("name", mine.Name)
			f.values.Set("commune", mine.Commune)
			f.values.Set("who", strconv.Itoa(int(mine.Who)))
			f.values.Set("contact", mine.Contact)
			if mine.Shown {
				f.values.Set("shown", "1")
			}
			return nil
		}
		me, err := account.ByID(tx, r.actor.ID)
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		home, err := listing.HomeOf(tx)
		f.values.Set("name", me.Name)
		f.values.Set("commune", home.Name)
		return err
	})
	if err != nil {
		return err
	}
	p, err := r.petitionSignPage(f)
	if err != nil {
		return err
	}
	return r.Render("petition/sign", p)
}

func (r *request) petitionSignPage(f *form) (*petitionPage, error) {
	p, err := r.petitionHere("petition.sign.title", f, petition.Get)
	p.Choices = r.whoChoices("petition.sign.who_")
	return p, err
}

// signatureOf reads a signature as it was typed; suffix tells the lines of a
// sheet apart.
func signatureOf(f *form, suffix string) petition.Signature {
	return petition.Signature{
		Name: f.text("name" + suffix), BirthYear: f.int("birth_year" + suffix), Commune: f.text("commune" + suffix),
		Who: petition.Who(f.int("who" + suffix)), Shown: f.has("shown" + suffix), Contact: f.text("contact" + suffix),
	}
}

// petitionSign signs.
func (s *Server) petitionSign(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	sig := signatureOf(f, "")
	sig.PetitionID = r.Param("id")
	err = r.Update(func(tx *store.Tx) error {
		err := petition.Sign(tx, &sig, f.has("agrees"))
		if err == nil && !f.ok() { // a number that is none
			return store.E(store.Invalid, "err.ui.number").At("birth_year")
		}
		return err
	})
	if f.refuse(err) {
		f.Faults = onePerField(f.Faults)
		p, err := r.petitionSignPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("petition/sign", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(petitionsPath+"/"+r.Param("id"), "petition.sign.done")
}

// petitionUnsign takes a signature back.
func (s *Server) petitionUnsign(r *request) error {
	err := r.Update(func(tx *store.Tx) error { return petition.Unsign(tx, r.Param("id")) })
	if err != nil {
		return err
	}
	return r.Redirect(petitionsPath+"/"+r.Param("id"), "petition.sign.undone")
}
