package ui

import (
	"slices"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/directory"
)

// standView is the organisation in whose name a thing stands.
type standView struct{ Href, Name string }

func (s *speech) standOf(e directory.Element) *standView {
	return &standView{elementHref(e.ID), s.Typo(e.Name)}
}

// eventRef points at the event of an address.
func eventRef(id string) store.Ref { return store.Ref{Module: agenda.Module, ID: id} }

// nameChoices are in whose name the acting person may publish an event.
func (r *request) nameChoices(f *form) ([]choice, error) {
	return r.namesFor(f, eventRef(r.Param("id")))
}

// namesFor are in whose name the acting person may publish a thing, their own
// first; nil when there is no choice. Of a thing that exists the present name
// stays among them, and is the form's value until somebody chooses.
func (r *request) namesFor(f *form, ref store.Ref) ([]choice, error) {
	if r.actor.ID == "" {
		return nil, nil
	}
	var elements []directory.Element
	err := r.View(func(tx *store.Tx) (err error) {
		if elements, err = directory.InCharge(tx); err != nil {
			return err
		}
		elements = slices.DeleteFunc(elements, func(e directory.Element) bool { return e.Kind == directory.Person })
		if ref.ID == "" {
			return nil
		}
		now, ok, err := directory.InWhoseName(tx, ref)
		if err != nil || !ok {
			return err
		}
		if _, sent := f.values["organisation"]; !sent {
			f.values.Set("organisation", now.ID)
		}
		if !slices.ContainsFunc(elements, func(e directory.Element) bool { return e.ID == now.ID }) {
			elements = append(elements, now)
		}
		return nil
	})
	if err != nil || len(elements) == 0 {
		return nil, err
	}
	list := []choice{{Value: "", Label: r.T("stand.myself")}}
	for _, e := range elements {
		list = append(list, choice{Value: e.ID, Label: e.Name})
	}
	return list, nil
}

// chooseName writes the chosen organisation into an event that names no
// organiser, so that neighbours read it too; a name that is not the person's
// to use is a fault.
func (p *eventFormPage) chooseName(e *agenda.Event) *standView {
	name := p.Form.chosenName(p.Names)
	if name.Value == "" {
		return nil
	}
	if e.Organiser == "" {
		e.Organiser = name.Label
	}
	return &standView{elementHref(name.Value), p.Typo(name.Label)}
}

// chosenName is the organisation chosen in a form, the zero choice for none; a
// name that is not the person's to use is a fault.
func (f *form) chosenName(names []choice) choice {
	id := f.text("organisation")
	if id == "" {
		return choice{}
	}
	i := slices.IndexFunc(names, func(c choice) bool { return c.Value == id })
	if i < 0 {
		f.fault("organisation", "err.stand.not_yours")
		return choice{}
	}
	return names[i]
}

// stand puts an event in the name chosen in its form.
func (f *form) stand(tx *store.Tx, e *agenda.Event) error { return f.standFor(tx, e.Ref(), e.Title) }

// standFor puts a thing in the name chosen in its form.
func (f *form) standFor(tx *store.Tx, ref store.Ref, title string) error {
	if _, sent := f.values["organisation"]; !sent {
		return nil
	}
	return directory.Stand(tx, f.text("organisation"), ref, title)
}

// onEvent changes an event for its author, or for an administrator of the
// organisation in whose name it stands, and records who did it.
func (r *request) onEvent(id, act string, do func(*store.Tx) error) error {
	ref := eventRef(id)
	return r.Update(func(tx *store.Tx) error {
		if err := directory.Vouch(tx, ref); err != nil {
			return err
		}
		e, err := agenda.Own(tx, id)
		if err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		if err := directory.Did(tx, act, ref, e.Title); err != nil || act != directory.ActRemove {
			return err
		}
		return directory.Unlink(tx, ref)
	})
}

// notTheirs makes a fault of the form of an organisation the actor may not
// speak for.
func (f *form) notTheirs(err error) error {
	if store.KindOf(err) != store.Forbidden {
		return err
	}
	f.fault("organisation", "err.stand.not_yours")
	return nil
}
