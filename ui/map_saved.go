package ui

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// savedMapsPage lists the maps people made.
type savedMapsPage struct {
	page
	Maps []savedLine
}

// savedLine is a map in their list.
type savedLine struct{ Href, Title, Note string }

// savedMaps lists the maps people made.
func (s *Server) savedMaps(r *request) error {
	p := &savedMapsPage{page: r.page("map.saved.title")}
	p.Section = "carte"
	err := r.View(func(tx *store.Tx) error {
		maps, err := listing.SavedMaps(tx)
		for _, m := range maps {
			p.Maps = append(p.Maps, savedLine{"/carte/" + m.Slug, r.Typo(m.Title), r.Typo(listing.Clip(m.Note, 160))})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("map/list", p)
}

// savedMapPage is a map somebody made.
type savedMapPage struct {
	page
	Saved   listing.SavedMap
	Mine    bool   // may change it
	Other   bool   // an operator's: may take it down
	Address string // short address to write down
	Embed   string // HTML to copy into another site
	mapBody
}

// savedBySlug is the saved map of the address.
func (r *request) savedBySlug() (m listing.SavedMap, err error) {
	err = r.View(func(tx *store.Tx) error {
		m, err = listing.MapBySlug(tx, r.Param("slug"))
		return err
	})
	return m, err
}

// savedMap shows a map somebody made.
func (s *Server) savedMap(r *request) error {
	m, err := r.savedBySlug()
	if err != nil {
		return err
	}
	return r.showSaved(m)
}

func (r *request) showSaved(m listing.SavedMap) error {
	ask := mapAsk{filters: mergedFilters(m, r.QueryParams()), cursor: r.QueryParam("cursor"), chosen: true, path: "/carte/" + m.Slug, saved: &m}
	ask.filters.Del("cursor")
	q, err := r.mapQuery(ask)
	if err != nil {
		return err
	}
	p := &savedMapPage{page: r.page(""), Saved: m, Mine: m.MayChange(r.actor)}
	p.Other = !p.Mine && m.MayRemove(r.actor)
	p.Section, p.Title = "carte", r.Typo(m.Title)
	if err := r.fillMap(&p.mapBody, q, ask); err != nil {
		return err
	}
	p.Address = r.Request().Host + "/" + m.Code
	p.Embed = embedCode(r.base()+"/integration/carte/"+m.Slug, m.Title)
	return r.Render("map/saved", p)
}

// mapFormPage is the form of a saved map.
type mapFormPage struct {
	page
	Form    *form
	Action  string
	Kinds   []choice
	Colours []choice
	Zones   []choice
	Radii   []choice
	Past    []choice
	Views   []choice
	Scales  []choice
	Kept    []pair
	Rows    []string // numbers of the lines for tags
	Back    string
}

// formFilters are the filters a saved map's form has fields for.
var formFilters = []string{"q", "kind", "tag", "zone", "radius_km", "current", "box", "placed"}

func (r *request) mapForm(key string, f *form, kept []pair) (*mapFormPage, error) {
	p := &mapFormPage{page: r.page(key), Form: f, Action: r.Request().URL.Path, Kept: kept, Back: "/cartes"}
	p.Section = "carte"
	p.Kinds, p.Radii, p.Past = r.kinds()[1:], r.radii(), r.pasts()
	for _, c := range listing.MapColours {
		p.Colours = append(p.Colours, choice{Value: c, Label: r.T("map.colour." + c)})
	}
	for i := range listing.MaxMapTags {
		p.Rows = append(p.Rows, strconv.Itoa(i+1))
	}
	p.Views = []choice{{Value: "all", Label: r.T("map.view.all")}, {Value: "home", Label: r.T("map.view.home")}}
	if f.has("lat") {
		p.Views = append(p.Views, choice{Value: "there", Label: r.T("map.view.there")})
	}
	scales := []string{"16", "14", "12", "10", "8"}
	for _, z := range scales {
		p.Scales = append(p.Scales, choice{Value: z, Label: r.T("map.scale." + z)})
	}
	if z := f.text("zoom"); z != "" && !slices.Contains(scales, z) && f.has("lat") {
		p.Scales = append([]choice{{Value: z, Label: r.T("map.scale.there")}}, p.Scales...)
	}
	err := r.View(func(tx *store.Tx) error {
		zones, err := listing.Zones(tx)
		if len(zones) > 0 {
			p.Zones = []choice{{Value: "", Label: r.T("listing.radius.any")}}
		}
		for _, z := range zones {
			p.Zones = append(p.Zones, choice{Value: z.ID, Label: z.Name})
		}
		return err
	})
	return p, err
}

// mapNew is the form of a new map, with the filters and the place of the map
// somebody looked at.
func (s *Server) mapNew(r *request) error {
	v := r.QueryParams()
	f := r.emptyForm("view", "all", "zoom", "12", "current", "yes")
	r.fillMapForm(f, filtersOf(v))
	if v.Get("lat") != "" && v.Get("lon") != "" {
		f.values.Set("lat", v.Get("lat"))
		f.values.Set("lon", v.Get("lon"))
		f.values.Set("view", "there")
		f.values.Set("zoom", strconv.Itoa(atMost(v.Get("zoom"), listing.MaxZoom, villageZoom)))
	}
	p, err := r.mapForm("map.new.title", f, kept(v, formFilters...))
	if err != nil {
		return err
	}
	return r.Render("map/form", p)
}

// fillMapForm writes filters into the form's fields, tags one a line with a
// colour each.
func (r *request) fillMapForm(f *form, v url.Values) {
	for _, name := range []string{"q", "kind", "zone", "radius_km", "current"} {
		if len(v[name]) > 0 {
			f.values[name] = v[name]
		}
	}
	_, tags := oneOrSeveral(append(strings.Split(strings.Join(v["tag"], ","), ","), " "))
	one, _ := oneOrSeveral(strings.Split(strings.Join(v["tag"], ","), ","))
	if one != "" {
		tags = []string{one}
	}
	for i, c := range listing.MapColours[:listing.MaxMapTags] {
		n := strconv.Itoa(i + 1)
		f.values.Set("colour"+n, c)
		if i < len(tags) {
			f.values.Set("tag"+n, tags[i])
		}
	}
}

// mapOf reads a saved map as it was typed.
func (r *request) mapOf(f *form) (listing.SavedMap, []pair) {
	m := listing.SavedMap{Title: f.text("title"), Note: f.lines("note")}
	v := url.Values{}
	for _, name := range filterNames {
		if name == "tag" || name == "box" || name == "placed" || name == "order" {
			continue
		}
		for _, value := range f.values[name] {
			if value != "" {
				v.Add(name, value)
			}
		}
	}
	hidden := kept(v, formFilters...)
	for i := range listing.MaxMapTags {
		n := strconv.Itoa(i + 1)
		if t := strings.TrimSpace(strings.TrimLeft(f.text("tag"+n), "#")); t != "" {
			colour := f.text("colour" + n)
			if colour == "" {
				colour = listing.MapColours[i]
			}
			m.Colours = append(m.Colours, listing.TagColour{Tag: t, Colour: colour})
			v.Add("tag", t)
		}
	}
	if _, err := r.parseFilters(v); f.refuse(err) {
		f.Faults = onePerField(f.Faults)
	}
	m.Filters = v.Encode()
	m.Zoom = atMost(f.text("zoom"), listing.MaxZoom, villageZoom)
	if f.text("view") == "there" {
		lat, err1 := strconv.ParseFloat(f.text("lat"), 64)
		lon, err2 := strconv.ParseFloat(f.text("lon"), 64)
		if err1 != nil || err2 != nil || lat < -90 || lat > 90 || lon < -180 || lon > 180 || lat != lat || lon != lon {
			f.fault("view", "err.listing.position")
		} else {
			at := listing.At(lat, lon)
			m.At = &at
		}
	}
	return m, hidden
}

// writeMap stores a map as it was typed, or shows the form again.
func (r *request) writeMap(title string, save func(*store.Tx, *listing.SavedMap) error, notice string) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	m, hidden := r.mapOf(f)
	p, err := r.mapForm(title, f, hidden)
	if err != nil {
		return err
	}
	if f.refuse(m.Check()) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("map/form", p)
	}
	err = r.Update(func(tx *store.Tx) error {
		if f.text("view") == "home" {
			home, err := listing.HomeOf(tx)
			if err != nil {
				return err
			}
			m.At = home.Position
		}
		return save(tx, &m)
	})
	if store.KindOf(err) == store.Busy {
		return r.busyForm(f, err, "map/form", p)
	}
	if f.refuse(err) {
		return r.RenderForm("map/form", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/carte/"+m.Slug, notice)
}

// mapSave adds a map.
func (s *Server) mapSave(r *request) error {
	return r.writeMap("map.new.title", listing.SaveMap, "map.saved.done")
}

// ownMap is the map of the address, for somebody who may change it.
func (r *request) ownMap() (listing.SavedMap, error) {
	m, err := r.savedBySlug()
	if err == nil && !m.MayChange(r.actor) {
		return m, store.E(store.Forbidden, "err.forbidden")
	}
	return m, err
}

// mapEdit is the form of a map as it stands.
func (s *Server) mapEdit(r *request) error {
	m, err := r.ownMap()
	if err != nil {
		return err
	}
	v, err := url.ParseQuery(m.Filters)
	if err != nil {
		return err
	}
	f := r.emptyForm("title", m.Title, "note", m.Note, "view", "all", "zoom", strconv.Itoa(m.Zoom), "current", "no")
	r.fillMapForm(f, v)
	for i, c := range m.Colours {
		f.values.Set("colour"+strconv.Itoa(i+1), c.Colour)
	}
	if m.At != nil {
		lat, lon := m.At.Degrees()
		f.values.Set("view", "there")
		f.values.Set("lat", formatFloat(lat))
		f.values.Set("lon", formatFloat(lon))
	}
	p, err := r.mapForm("map.edit.title", f, kept(v, formFilters...))
	if err != nil {
		return err
	}
	p.Back = "/carte/" + m.Slug
	return r.Render("map/form", p)
}

// mapChange stores a map as it was changed.
func (s *Server) mapChange(r *request) error {
	was, err := r.ownMap()
	if err != nil {
		return err
	}
	return r.writeMap("map.edit.title", func(tx *store.Tx, m *listing.SavedMap) error {
		m.Slug = was.Slug
		return listing.ChangeMap(tx, m)
	}, "map.saved.changed")
}

// mapRemove takes one's own map away.
func (s *Server) mapRemove(r *request) error {
	m, err := r.ownMap()
	if err != nil {
		return err
	}
	if err := r.Update(func(tx *store.Tx) error { return listing.RemoveMap(tx, m.Slug) }); err != nil {
		return err
	}
	return r.Redirect("/cartes", "map.saved.removed")
}

// mapTakeDown takes somebody else's map away, with a line in the public log.
func (s *Server) mapTakeDown(r *request) error {
	slug := r.Param("slug")
	err := r.Update(func(tx *store.Tx) error {
		if err := listing.RemoveMap(tx, slug); err != nil {
			return err
		}
		return account.Log(tx, account.ActMapRemoved)
	})
	if err != nil {
		return err
	}
	return r.Redirect("/cartes", "map.saved.removed")
}
