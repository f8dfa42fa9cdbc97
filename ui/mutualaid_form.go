package ui

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
)

// sideNamed and sortNamed read an address or a form; empty for none.
func sideNamed(s string) mutualaid.Side {
	if side := mutualaid.Side(s); side == mutualaid.Need || side == mutualaid.Help {
		return side
	}
	return ""
}

func sortNamed(s string) mutualaid.Sort {
	if sort := mutualaid.Sort(s); slices.Contains(mutualaid.Sorts, sort) {
		return sort
	}
	return ""
}

// favourForm is the page of a form with a side and a sort.
func (r *request) favourForm(f *form) (*favourPage, error) {
	names, err := r.namesFor(f, favourRef(r.Param("id")))
	if err != nil {
		return nil, err
	}
	p := &favourPage{Action: r.Request().URL.Path, Side: sideNamed(f.text("side")), Ride: sortNamed(f.text("sort")) == mutualaid.Ride}
	title := "mutualaid.edit.title"
	if p.New = r.Param("id") == ""; p.New {
		title = "mutualaid.new." + f.text("side") + "_" + f.text("sort")
	}
	p.page, p.Form, p.Names = r.page(title), f, names
	f.findContacts("title", "description", "availability", "place", "destination", "carries", "tags")
	p.Section = "entraide"
	p.Steps = []stepView{{r.T("agenda.form.step_write"), true}, {r.T("agenda.form.step_check"), false}}
	p.Seen = []choice{
		{Value: "public", Label: r.T("listing.audience.public")}, {Value: "members", Label: r.T("listing.audience.members")},
	}
	if p.Ride {
		return p, nil
	}
	return p, r.View(func(tx *store.Tx) error {
		home, err := listing.HomeOf(tx)
		p.Map = r.pickMap("position", home.Position)
		return err
	})
}

// Fresh tells whether nothing but the first values is in the optional part, so
// that it may stay closed.
func (p *favourPage) Fresh() bool {
	for _, name := range []string{"ends", "place", "position", "minutes", "tags", "minor", "adult", "carries"} {
		if p.Form.has(name) {
			return false
		}
	}
	return p.Form.text("audience") != "members" && p.Form.ok()
}

// favourOf reads a favour as it was typed.
func favourOf(f *form, home *listing.Point) mutualaid.Favour {
	v := mutualaid.Favour{
		Side: sideNamed(f.text("side")), Sort: sortNamed(f.text("sort")), Title: f.text("title"), Description: f.lines("description"),
		Tags: tagsOf(f.text("tags")), Place: f.text("place"), Destination: f.text("destination"), Carries: f.text("carries"),
		Availability: f.text("availability"), Places: f.int("places"), Minor: f.has("minor"), Adult: f.text("adult"),
		Zone: f.zone.String(), Audience: listing.Public, Urgent: f.has("urgent"),
	}
	if f.text("audience") == "members" {
		v.Audience = listing.Members
	}
	f.findContacts("title", "description", "availability", "place", "destination", "carries", "tags")
	v.Masked = f.masked()
	v.Minutes, _ = f.minutes("minutes")
	if v.Sort != mutualaid.Ride {
		v.Position = f.position("position", home)
	}
	f.favourTimes(&v)
	return v
}

// favourTimes reads when: never, a day, a time, or several days.
func (f *form) favourTimes(v *mutualaid.Favour) {
	day, last := f.date("starts"), f.date("ends")
	at, timed := f.clock("starts_time")
	v.Starts = wallOf(day, at)
	switch {
	case day.IsZero():
		if timed {
			f.fault("starts", "err.mutualaid.day_empty")
		}
		if !last.IsZero() {
			v.Ends = wallOf(last, 0)
		}
	case v.Sort == mutualaid.Ride:
		v.AllDay = !timed
	case !last.IsZero() && !last.Equal(day):
		if timed {
			f.fault("starts_time", "err.mutualaid.time_or_days")
		}
		v.AllDay, v.Ends = true, wallOf(last, 0).AddDays(1)
	default:
		v.AllDay = !timed
	}
}

// formOfFavour writes a favour into a form.
func (r *request) formOfFavour(v *mutualaid.Favour) *form {
	f := r.emptyForm("side", string(v.Side), "sort", string(v.Sort), "title", v.Title, "description", v.Description, "tags", strings.Join(v.Tags, ", "),
		"place", v.Place, "destination", v.Destination, "carries", v.Carries, "availability", v.Availability, "places", seats(v.Places),
		"adult", v.Adult, "audience", "public", "starts", dayOf(v.Starts))
	set := func(name, value string, on bool) {
		if on {
			f.values.Set(name, value)
		}
	}
	f.setMasked(v.Masked)
	set("minor", "1", v.Minor)
	set("urgent", "1", v.IsUrgent(r.now))
	set("audience", "members", v.Audience != listing.Public)
	set("minutes", r.minutesTyped(v.Minutes), v.Minutes > 0)
	if v.Dated() {
		set("starts_time", hourOf(v.Starts), !v.AllDay)
	} else {
		f.values.Del("starts")
	}
	if v.AllDay && v.LastDay() != v.Starts {
		set("ends", dayOf(v.LastDay()), true)
	}
	if v.Position != nil {
		f.values.Set("position", r.coordinates(*v.Position))
	}
	return f
}

// favourNew asks what to put in, then is an empty form.
func (s *Server) favourNew(r *request) error {
	side, sort := sideNamed(r.QueryParam("cote")), sortNamed(r.QueryParam("sorte"))
	if side == "" || sort == "" {
		return r.aidBegin(side, sort)
	}
	f := r.emptyForm("side", string(side), "sort", string(sort), "audience", "public", "organisation", r.QueryParam("organisation"))
	if side == mutualaid.Need || sort != mutualaid.Skill && sort != mutualaid.Space {
		f.values.Set("places", "1")
	}
	if sort == mutualaid.Ride && side == mutualaid.Help {
		f.values.Set("places", "3")
	}
	p, err := r.favourForm(f)
	if err != nil {
		return err
	}
	return r.Render("mutualaid/form", p)
}

// aidBegin asks what to put in; with a side or a sort in the address, only what
// goes with it.
func (r *request) aidBegin(side mutualaid.Side, sort mutualaid.Sort) error {
	p := &aidPage{page: r.page("mutualaid.new.title")}
	for _, s := range []mutualaid.Side{mutualaid.Need, mutualaid.Help} {
		if side != "" && s != side {
			continue
		}
		one := aidSide{Word: r.T("mutualaid.new." + string(s))}
		for _, k := range mutualaid.Sorts {
			if sort != "" && k != sort {
				continue
			}
			href := "/entraide/nouvelle?cote=" + string(s) + "&sorte=" + string(k)
			if id := r.QueryParam("organisation"); id != "" {
				href += "&organisation=" + id
			}
			key := "mutualaid.new." + string(s) + "_" + string(k)
			one.Doors = append(one.Doors, aidDoor{door: door{href, sortIcons[k], r.T(key), "aid"}, Help: r.T(key + "_eg")})
		}
		p.Begin = append(p.Begin, one)
	}
	return r.Render("mutualaid/begin", p)
}

// writeFavour takes a favour through its two steps: refused with its faults,
// shown as it will be, or stored by save.
func (r *request) writeFavour(save func(f *form, v *mutualaid.Favour) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if sideNamed(f.text("side")) == "" || sortNamed(f.text("sort")) == "" {
		return errBadText
	}
	p, err := r.favourForm(f)
	if err != nil {
		return err
	}
	if f.text("do") == "edit" {
		return r.Render("mutualaid/form", p)
	}
	var home *listing.Point
	err = r.View(func(tx *store.Tx) error {
		at, err := listing.HomeOf(tx)
		home = at.Position
		return err
	})
	if err != nil {
		return err
	}
	v := favourOf(f, home)
	name := f.chosenName(p.Names)
	if v.Minor && name.Value == "" {
		f.fault("organisation", "err.mutualaid.minor")
	}
	err = v.Check()
	if f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("mutualaid/form", p)
	} else if err != nil {
		return err
	}
	if f.text("do") == "publish" {
		if err := save(f, &v); !f.refuse(err) {
			return err
		}
		return r.RenderForm("mutualaid/form", p)
	}
	return r.previewFavour(p, v, name)
}

// previewFavour shows what will be public, and to whom.
func (r *request) previewFavour(p *favourPage, v mutualaid.Favour, name choice) error {
	p.Steps[0].Current, p.Steps[1].Current = false, true
	p.Head, p.Favour = p.Title, v
	p.Favour.State = mutualaid.Open
	r.describeFavour(p)
	p.CanReply = false
	if v.Urgent {
		p.Flag = r.T("mutualaid.urgent.flag")
	}
	if v.Places > 1 {
		p.Left = r.T("mutualaid.left."+placesWord(v.Sort), "n", v.Places)
	}
	if name.Value != "" {
		p.For = &standView{elementHref(name.Value), r.Typo(name.Label)}
	}
	return r.Render("mutualaid/preview", p)
}

// favourAdd publishes a favour.
func (s *Server) favourAdd(r *request) error {
	return r.writeFavour(func(f *form, v *mutualaid.Favour) error {
		err := r.Update(func(tx *store.Tx) error { return mutualaid.Add(tx, v, f.text("organisation")) })
		if err != nil {
			return err
		}
		return r.Redirect("/entraide/"+v.ID, "mutualaid.published")
	})
}

// favourEdit is the form of a favour as it stands.
func (s *Server) favourEdit(r *request) error {
	var v mutualaid.Favour
	err := r.View(func(tx *store.Tx) (err error) {
		v, err = mutualaid.Own(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	p, err := r.favourForm(r.formOfFavour(&v))
	if err != nil {
		return err
	}
	return r.Render("mutualaid/form", p)
}

// favourChange stores a favour as it was changed.
func (s *Server) favourChange(r *request) error {
	err := r.View(func(tx *store.Tx) error {
		_, err := mutualaid.Own(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	return r.writeFavour(func(f *form, v *mutualaid.Favour) error {
		v.ID = r.Param("id")
		if err := r.Update(func(tx *store.Tx) error { return mutualaid.Edit(tx, v, f.text("organisation")) }); err != nil {
			return err
		}
		return r.Redirect("/entraide/"+v.ID, "mutualaid.changed")
	})
}
