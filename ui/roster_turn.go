package ui

import (
	"errors"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/mutualaid"
)

// readShift fills the page with the shift of the address.
func (r *request) readShift(p *rosterPage) error {
	return r.readRoster(p, func(tx *store.Tx, one *mutualaid.Roster) error {
		s, err := one.Shift(tx, r.Param("date"))
		if err != nil {
			return err
		}
		v, err := r.shiftView(tx, one, &s)
		if err != nil {
			return err
		}
		p.Shift = &v
		if p.Plans && len(p.Form.values) == 0 {
			p.Form.values.Set("places", strconv.Itoa(s.Places))
			p.Form.values.Set("note", s.Note)
			if s.Cancelled {
				p.Form.values.Set("cancelled", "1")
			}
		}
		if s.At.After(r.now) {
			r.FreshUntil(s.At)
		}
		if v.Mine == nil || v.Mine.Proposed != "" {
			return nil
		}
		p.To, err = r.companions(tx, one, &s)
		return err
	})
}

// The values of the list of people a turn is proposed to.
const (
	toAll    = "all"
	toPerson = "person:"
	toTurn   = "turn:"
)

// companions are to whom the reader may propose their turn: everybody, one of
// the others of the roster, or one of them against a turn of theirs.
func (r *request) companions(tx *store.Tx, one *mutualaid.Roster, s *mutualaid.Shift) ([]choice, error) {
	list := []choice{{Value: toAll, Label: r.T("roster.swap.to_all")}}
	others, err := mutualaid.Companions(tx, one.ID)
	if err != nil {
		return nil, err
	}
	theirs, err := mutualaid.TurnsToCome(tx, one.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range others {
		if s.TurnOf(a) != nil {
			continue
		}
		name, err := account.ShownName(tx, a)
		if err != nil {
			return nil, err
		}
		if name == "" {
			continue
		}
		list = append(list, choice{Value: toPerson + a, Label: name})
		for _, t := range theirs {
			if t.AccountID == a {
				list = append(list, choice{Value: toTurn + t.ID, Label: r.T("roster.swap.to_turn", "name", name, "day", r.Day(t.At))})
			}
		}
	}
	return list, nil
}

// shift is one shift: who comes, and what the reader can do about it.
func (s *Server) shift(r *request) error {
	p := &rosterPage{page: r.page(""), Form: r.emptyForm()}
	if err := r.readShift(p); err != nil {
		return err
	}
	return r.Render("roster/shift", p)
}

// shiftDo is what a reader does about a shift, by the form's button.
func (s *Server) shiftDo(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	do, told := f.text("do"), ""
	err = r.Update(func(tx *store.Tx) (err error) {
		told, err = r.doTurn(tx, f, do)
		return err
	})
	if !f.refuse(err) {
		if err != nil {
			return err
		}
		return r.Redirect(rostersPath+"/"+r.Param("id")+"/"+r.Param("date"), told)
	}
	p := &rosterPage{page: r.page(""), Form: f}
	if e, ok := errors.AsType[*store.Error](err); ok && e.Key == mutualaid.Overlap {
		p.Again = do
	}
	if err := r.readShift(p); err != nil {
		return err
	}
	return r.RenderForm("roster/shift", p)
}

// doTurn runs the verb of a button and answers the sentence to show after it.
func (r *request) doTurn(tx *store.Tx, f *form, do string) (told string, err error) {
	turn, anyway := f.text("turn"), f.has("anyway")
	switch do {
	case "take":
		_, err = mutualaid.TakeTurn(tx, r.Param("id"), r.Param("date"), anyway)
		return "roster.taken", err
	case "leave":
		return "roster.left", mutualaid.LeaveTurn(tx, turn)
	case "offer":
		to, against := cutOffer(f.text("to"))
		return "roster.swap.done", mutualaid.OfferTurn(tx, turn, to, against)
	case "keep":
		return "roster.swap.kept", mutualaid.KeepTurn(tx, turn)
	case "accept":
		return "roster.swap.accepted", mutualaid.AcceptTurn(tx, turn, anyway)
	case "refuse":
		return "roster.swap.refused", mutualaid.RefuseTurn(tx, turn)
	}
	return "", errBadText
}

// cutOffer reads to whom a turn is proposed, and for which of theirs.
func cutOffer(value string) (to, against string) {
	if id, ok := strings.CutPrefix(value, toPerson); ok {
		return id, ""
	}
	if id, ok := strings.CutPrefix(value, toTurn); ok {
		return "", id
	}
	return "", ""
}

// shiftChange is what who plans the roster says of one shift, or the person
// they take off it.
func (s *Server) shiftChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	told, places := "roster.shift.changed", f.int("places")
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if err := directory.Vouch(tx, rosterRef(r.Param("id"))); err != nil {
				return err
			}
			if turn := f.text("strike"); turn != "" {
				told = "roster.shift.struck"
				return mutualaid.StrikeTurn(tx, turn)
			}
			return mutualaid.ChangeShift(tx, r.Param("id"), r.Param("date"), places, f.has("cancelled"), f.text("note"))
		})
	}
	if f.refuse(err) || !f.ok() {
		p := &rosterPage{page: r.page(""), Form: f}
		if err := r.readShift(p); err != nil {
			return err
		}
		return r.RenderForm("roster/shift", p)
	}
	if err != nil {
		return err
	}
	return r.Redirect(rostersPath+"/"+r.Param("id")+"/"+r.Param("date"), told)
}
