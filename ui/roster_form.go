package ui

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/mutualaid"
)

// rosterForm is the form of a roster.
func (r *request) rosterForm(key string, f *form) (*rosterPage, error) {
	p := &rosterPage{page: r.page(key), Form: f, Seen: r.rosterSeen()}
	p.Section = "entraide"
	var err error
	if p.Repeat, err = r.repeatFields(f); err != nil {
		return p, err
	}
	if r.Param("id") == "" {
		p.Names, err = r.nameChoices(f)
		if err == nil {
			err = r.View(func(tx *store.Tx) (err error) {
				p.MayPlan, err = r.whoPlans(tx)
				return err
			})
		}
		if !r.actor.Can(store.Operator) && len(p.Names) > 0 {
			p.Names = p.Names[1:] // not in one's own name: a roster is the village's
		}
		return p, err
	}
	p.MayPlan = true
	err = r.readRoster(p, func(*store.Tx, *mutualaid.Roster) error { return nil })
	p.Title = r.T(key)
	return p, err
}

// rosterOf reads a roster as it was typed.
func rosterOf(f *form) mutualaid.Roster {
	one := mutualaid.Roster{
		Title: f.text("title"), Text: f.lines("text"), Place: f.text("place"), Places: f.int("places"),
		Zone: f.zone.String(), Audience: f.audienceOf(),
	}
	day := f.date("starts")
	from, ok := f.clock("starts_time")
	if !ok && f.text("starts_time") == "" {
		f.fault("starts_time", "err.agenda.time_empty")
	}
	until, ok := f.clock("ends_time")
	if !ok && f.text("ends_time") == "" {
		f.fault("ends_time", "err.agenda.time_empty")
	}
	if until <= from {
		until += 24 * time.Hour
	}
	one.Starts, one.Lasts = wallOf(day, from), int((until-from)/time.Minute)
	e := asEvent(&one)
	f.repeat(&e)
	one.Rule, one.Skip = e.Rule, e.Skip
	return one
}

// formOfRoster writes a roster into a form.
func (r *request) formOfRoster(one *mutualaid.Roster) *form {
	ends := one.Starts.Later(time.Duration(one.Lasts) * time.Minute)
	f := r.emptyForm("title", one.Title, "text", one.Text, "place", one.Place, "places", strconv.Itoa(one.Places),
		"starts", dayOf(one.Starts), "starts_time", hourOf(one.Starts), "ends_time", hourOf(ends), "audience", audienceWord(one.Audience))
	e := asEvent(one)
	f.setRepeat(&e)
	return f
}

// rosterNew is an empty form: from next Saturday, every week.
func (s *Server) rosterNew(r *request) error {
	day := r.today()
	for day.Weekday() != time.Saturday || !day.After(r.now) {
		day = day.AddDate(0, 0, 1)
	}
	p, err := r.rosterForm("roster.new", r.emptyForm("places", "2", "audience", "public", "starts", dayOf(calendar.WallOf(day)),
		"repeat", "weekly", "repeat_days", "SA", "organisation", r.QueryParam("organisation")))
	if err != nil {
		return err
	}
	return r.Render("roster/form", p)
}

// rosterPlan stores a new roster, in the name of the organisation that was
// chosen.
func (s *Server) rosterPlan(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	one := rosterOf(f)
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return r.planRoster(tx, f.text("organisation"), &one) })
	}
	err = f.notTheirs(err)
	if f.refuse(err) || !f.ok() {
		return r.rosterFaults("roster.new", f)
	}
	if err != nil {
		return err
	}
	return r.Redirect(rostersPath+"/"+one.ID, "roster.planned")
}

// rosterFaults is the form again, with what is wrong.
func (r *request) rosterFaults(key string, f *form) error {
	f.Faults = onePerField(f.Faults)
	p, err := r.rosterForm(key, f)
	if err != nil {
		return err
	}
	return r.RenderForm("roster/form", p)
}

// planRoster plans a roster; an administrator of an organisation may in its
// name.
func (r *request) planRoster(tx *store.Tx, organisation string, one *mutualaid.Roster) error {
	one.ID = tx.NewID()
	if organisation != "" {
		admin, err := directory.IsAdmin(tx, organisation, r.actor.ID)
		if err != nil {
			return err
		}
		if !admin {
			return store.E(store.Forbidden, "err.forbidden")
		}
		tx.Entrust(one.Ref())
	}
	if err := mutualaid.PlanRoster(tx, one); err != nil {
		return err
	}
	return directory.Stand(tx, organisation, one.Ref(), one.Title)
}

// rosterEdit is the form of a roster as it stands.
func (s *Server) rosterEdit(r *request) error {
	var one mutualaid.Roster
	err := r.View(func(tx *store.Tx) (err error) {
		if err = directory.Vouch(tx, rosterRef(r.Param("id"))); err != nil {
			return err
		}
		one, err = mutualaid.OwnRoster(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	p, err := r.rosterForm("roster.edit", r.formOfRoster(&one))
	if err != nil {
		return err
	}
	return r.Render("roster/form", p)
}

// rosterChange stores a roster as it was changed.
func (s *Server) rosterChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	one := rosterOf(f)
	one.ID = r.Param("id")
	err = r.onRoster(directory.ActChange, func(tx *store.Tx) error {
		if !f.ok() {
			_, err := mutualaid.OwnRoster(tx, one.ID)
			return err
		}
		return mutualaid.EditRoster(tx, &one)
	})
	if f.refuse(err) || err == nil && !f.ok() {
		return r.rosterFaults("roster.edit", f)
	}
	if err != nil {
		return err
	}
	return r.Redirect(rostersPath+"/"+one.ID, "roster.changed")
}

// onRoster changes a roster for its author, or for who answers for the
// organisation in whose name it stands, and records who did it.
func (r *request) onRoster(act string, do func(*store.Tx) error) error {
	return r.Update(func(tx *store.Tx) error {
		ref := rosterRef(r.Param("id"))
		if err := directory.Vouch(tx, ref); err != nil {
			return err
		}
		one, err := mutualaid.OwnRoster(tx, ref.ID)
		if err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		if err := directory.Did(tx, act, ref, one.Title); err != nil || act != directory.ActRemove {
			return err
		}
		return directory.Unlink(tx, ref)
	})
}

// rosterClose closes a roster, opens it again, or takes it away.
func (s *Server) rosterClose(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, to, told, act := r.Param("id"), rostersPath+"/"+r.Param("id"), "roster.is_open", directory.ActRestore
	do := func(tx *store.Tx) error { return mutualaid.CloseRoster(tx, id, false) }
	switch f.text("do") {
	case "close":
		told, act = "roster.is_closed", directory.ActCancel
		do = func(tx *store.Tx) error { return mutualaid.CloseRoster(tx, id, true) }
	case "remove":
		to, told, act = rostersPath, "roster.removed", directory.ActRemove
		do = func(tx *store.Tx) error { return mutualaid.RemoveRoster(tx, id) }
	}
	if err := r.onRoster(act, do); err != nil {
		return err
	}
	return r.Redirect(to, told)
}
