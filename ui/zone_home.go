package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// territoryPage sets where a box looks first.
type territoryPage struct {
	page
	Form    *form
	Choices []choice
}

// territoryChoices are the zones, the circles and everywhere.
func (r *request) territoryChoices() ([]choice, error) {
	list := []choice{{Value: "", Label: r.T("listing.territory.all")}}
	for _, km := range []int{5, 10, 20, 40} {
		list = append(list, choice{Value: strconv.Itoa(km), Label: r.T("listing.territory.around", "km", km)})
	}
	err := r.View(func(tx *store.Tx) error {
		zones, err := listing.Zones(tx)
		for _, z := range zones {
			list = append(list, choice{Value: "zone:" + z.ID, Label: r.T("listing.territory.zone", "name", r.Typo(z.Name)), Help: r.zoneKind(z.Kind)})
		}
		return err
	})
	return list, err
}

// territoryForm lets the operator choose where the box looks first.
func (s *Server) territoryForm(r *request) error {
	p := &territoryPage{page: r.page("listing.territory.title")}
	var t listing.Territory
	err := r.View(func(tx *store.Tx) (err error) { t, err = listing.TerritoryOf(tx); return err })
	if err != nil {
		return err
	}
	now := ""
	switch {
	case t.Zone != "":
		now = "zone:" + t.Zone
	case t.RadiusKM > 0:
		now = strconv.Itoa(t.RadiusKM)
	}
	p.Form = r.emptyForm("territory", now)
	if p.Choices, err = r.territoryChoices(); err != nil {
		return err
	}
	return r.Render("listing/territory", p)
}

// territorySet stores the choice.
func (s *Server) territorySet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var t listing.Territory
	chosen := f.text("territory")
	if id, ok := strings.CutPrefix(chosen, "zone:"); ok {
		t.Zone = id
	} else if chosen != "" {
		if t.RadiusKM, err = strconv.Atoi(chosen); err != nil {
			f.fault("territory", "err.listing.territory_km", "max", listing.MaxTerritoryKM)
		}
	}
	err = nil
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return listing.SetTerritory(tx, t) })
	}
	if f.refuse(err) || !f.ok() {
		p := &territoryPage{page: r.page("listing.territory.title"), Form: f}
		if p.Choices, err = r.territoryChoices(); err != nil {
			return err
		}
		for i := range f.Faults {
			f.Faults[i].Field = "territory"
		}
		return r.RenderForm("listing/territory", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/admin/territoire", "listing.territory.set")
}
