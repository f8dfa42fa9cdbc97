package ui

import (
	"net/url"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// The form of an element is written in three steps, checked on a fourth, and
// all at once when it exists already. What was typed goes from step to step in
// the form itself.
const (
	stepWhat = iota + 1
	stepWhere
	stepMore
	stepAll // of an element that exists
)

// stepOf is the step a field stands on; others stand on the last one.
var stepOf = map[string]int{
	"name": stepWhat, "category": stepWhat, "brief": stepWhat, "description": stepWhat, "tags": stepWhat, "parent": stepWhat, "kind": stepWhat,
	"street": stepWhere, "place": stepWhere, "place_sure": stepWhere, "position": stepWhere, "phone": stepWhere, "email": stepWhere, "website": stepWhere,
	"residents": stepWhere, "seen_phone": stepWhere, "seen_email": stepWhere, "seen_street": stepWhere, "seen_website": stepWhere, "seen_position": stepWhere,
}

func stepFor(field string) int {
	if n := stepOf[field]; n != 0 {
		return n
	}
	return stepMore
}

// elementFormPage is the form of an element.
type elementFormPage struct {
	page
	Form       *form
	Action     string
	Kind       directory.Kind
	Kinds      []kindChoice // when it is yet to be chosen
	Step       int
	Proposal   bool   // by a visitor
	Correction string // the name of what a visitor corrects
	Steps      []stepView
	Categories []choice
	Parents    []choice
	Fields     []category.Field
	Seen       []choice // who may see it
	Readers    []choice // of one field of a person
	Private    []choice // fields for residents only
	pick       *mapView // to point at the place
	Preview    *elementPage
	Same       []elementSame // perhaps what is being written
}

// kindChoice is one kind of element to begin with.
type kindChoice struct{ Href, Icon, Word, Help string }

// elementSame is an element that is perhaps the same.
type elementSame struct {
	Href, Name, More string
}

// Map is the map to point at the place on, where the place is asked for.
func (p *elementFormPage) Map() *mapView {
	if !p.On(stepWhere) {
		return nil
	}
	return p.pick
}

// Doubt asks to look again at a number that only La Poste's branches have:
// theirs do not keep the rule a slip of the pen is found by (DI-3).
func (p *elementFormPage) Doubt() *noticeView {
	if _, doubt, err := directory.NormalizeSIRET(p.Form.text("siret")); err != nil || !doubt {
		return nil
	}
	return &noticeView{Kind: "attention", Text: p.T("directory.siret_doubt")}
}

// On tells whether a step is drawn.
func (p *elementFormPage) On(step int) bool { return p.Step == step || p.Step == stepAll }

// Is tells whether the element is of one of some kinds.
func (p *elementFormPage) Is(kinds ...string) bool { return slices.Contains(kinds, string(p.Kind)) }

// Carried are the values of the steps that are not drawn.
func (p *elementFormPage) Carried() []pair {
	return slices.DeleteFunc(p.Form.Hidden(), func(v pair) bool {
		return v.Name == "step" || p.On(stepFor(v.Name)) && v.Name != "kind" && v.Name != "another"
	})
}

// All are the values of all steps, for the page that shows them.
func (p *elementFormPage) All() []pair { return p.Form.Hidden() }

// elementForm prepares the form of a kind of element; is is the element as it
// stands, nil for a new one.
func (r *request) elementForm(tx *store.Tx, start page, f *form, kind directory.Kind, is *directory.Element) (*elementFormPage, error) {
	if f != nil { // filledForm writes its own
		f.findContacts("brief", "description")
	}
	p := &elementFormPage{page: start, Form: f, Action: r.Request().URL.Path, Kind: kind, Step: stepWhat}
	p.Section = "annuaire"
	if is != nil {
		p.Step = stepAll
	}
	p.Seen = []choice{{Value: "public", Label: r.T("listing.audience.public")}, {Value: "members", Label: r.T("listing.audience.members")}}
	if kind == directory.Person {
		p.Seen[0].Label = r.T("listing.audience.here")
	}
	for _, who := range []string{"all", "residents", "nobody"} {
		p.Readers = append(p.Readers, choice{Value: who, Label: r.T("directory.seen." + who)})
	}
	for _, field := range directory.Private {
		p.Private = append(p.Private, choice{Value: field, Label: r.T("directory.form." + field)})
	}
	home, err := listing.HomeOf(tx)
	if err != nil {
		return nil, err
	}
	p.pick = r.pickMap("place", home.Position)
	if kind == directory.Person {
		return p, nil
	}
	active, err := category.Of(tx, kind.Set())
	if err != nil {
		return nil, err
	}
	var has category.Category
	if is != nil && is.Category != "" {
		if has, err = category.Get(tx, kind.Set(), is.Category); err != nil && store.KindOf(err) != store.NotFound {
			return nil, err
		}
	}
	p.Categories = append([]choice{{Value: "", Label: r.T("directory.form.choose")}}, categoryChoices(active, has)...)
	if p.Fields, err = category.FieldsOf(tx, kind.Set()); err != nil {
		return nil, err
	}
	return p, r.elementParents(tx, p, is)
}

// elementParents are what the element may stand in: what the person answers
// for, and what it stands in now.
func (r *request) elementParents(tx *store.Tx, p *elementFormPage, is *directory.Element) error {
	if !r.actor.Can(store.Resident) {
		return nil
	}
	list, err := directory.InCharge(tx)
	if err != nil {
		return err
	}
	if is != nil && is.ParentID != "" {
		parent, err := directory.Get(tx, is.ParentID)
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		if err == nil && !slices.ContainsFunc(list, func(e directory.Element) bool { return e.ID == parent.ID }) {
			list = append(list, parent)
		}
	}
	for _, e := range list {
		if e.Kind != directory.Person && (is == nil || e.ID != is.ID) {
			p.Parents = append(p.Parents, choice{Value: e.ID, Label: r.Typo(e.Name)})
		}
	}
	if p.Parents != nil {
		p.Parents = append([]choice{{Value: "", Label: r.T("directory.form.no_parent")}}, p.Parents...)
	}
	return nil
}

// steps says where one is.
func (p *elementFormPage) steps(now int) {
	words := []string{"directory.step.what", "directory.step.where", "directory.step.more", "directory.step.check"}
	if p.Step == stepAll {
		words, now = words[2:], max(1, now-2)
		words[0] = "directory.step.change"
	}
	p.Steps = nil
	for i, key := range words {
		p.Steps = append(p.Steps, stepView{p.T(key), i+1 == now})
	}
}

// elementOf reads an element as it was typed.
func elementOf(f *form, kind directory.Kind, fields []category.Field, home *listing.Point) (e directory.Element) {
	e = directory.Element{
		Kind: kind, Category: f.text("category"), Name: f.text("name"), Brief: f.text("brief"), Description: f.lines("description"),
		Street: f.text("street"), Phone: f.text("phone"), Email: f.text("email"), Website: f.text("website"),
		Hours: f.lines("hours"), Access: f.lines("access"), Capacity: f.int("capacity"), Equipment: linesOf(f.lines("equipment")),
		RNA: f.text("rna"), SIRET: f.text("siret"), Register: f.text("register"), Tags: tagsOf(f.text("tags")),
		Fields: f.customValues(fields), ParentID: f.text("parent"), Audience: listing.Public, Position: f.position("place", home),
	}
	if f.text("audience") == "members" {
		e.Audience = listing.Members
	}
	f.findContacts("brief", "description")
	if f.masked() {
		defer func() { e.ResidentsOnly = append(e.ResidentsOnly, directory.Contacts) }()
	}
	if kind != directory.Person {
		e.ResidentsOnly = slices.DeleteFunc(slices.Clone(f.values["residents"]), func(s string) bool { return s == directory.Contacts })
		if (kind == directory.Org || kind == directory.Place || kind == directory.POI) && e.Category == "" {
			f.fault("category", "err.category.choose")
		}
		return e
	}
	for _, field := range directory.Private {
		switch f.text("seen_" + field) {
		case "all":
		case "nobody":
			e.Withheld = append(e.Withheld, field)
		default: // the narrower one, where nothing was chosen
			e.ResidentsOnly = append(e.ResidentsOnly, field)
		}
	}
	return e
}

// linesOf are the lines of a text that say something.
func linesOf(s string) []string {
	var list []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// elementValues writes an element into a form.
func (r *request) elementValues(e *directory.Element, fields []category.Field) *form {
	f := r.emptyForm("kind", string(e.Kind), "category", e.Category, "name", e.Name, "brief", e.Brief, "description", e.Description,
		"street", e.Street, "phone", e.Phone, "email", e.Email, "website", e.Website, "access", e.Access,
		"equipment", strings.Join(e.Equipment, "\n"), "rna", e.RNA, "siret", e.SIRET, "register", e.Register,
		"tags", strings.Join(e.Tags, ", "), "parent", e.ParentID, "audience", "public", "hours", r.hoursTyped(e.Hours))
	if e.Audience == listing.Members {
		f.values.Set("audience", "members")
	}
	if e.Capacity > 0 {
		f.values.Set("capacity", r.plainNumber(float64(e.Capacity)))
	}
	if e.Position != nil {
		f.values.Set("place", r.coordinates(*e.Position))
	}
	f.values["residents"] = slices.Clone(e.ResidentsOnly)
	f.setMasked(slices.Contains(e.ResidentsOnly, directory.Contacts))
	for _, field := range directory.Private {
		who := "all"
		switch {
		case slices.Contains(e.Withheld, field):
			who = "nobody"
		case slices.Contains(e.ResidentsOnly, field):
			who = "residents"
		}
		f.values.Set("seen_"+field, who)
	}
	f.setCustom(fields, e.Fields)
	return f
}

// hoursTyped are opening hours as a person would type them.
func (s *speech) hoursTyped(text string) string {
	h, ok := directory.ParseHours(text)
	if !ok || s.Lang != "fr" {
		return text
	}
	lines := make([]string, len(h.Rules))
	for i, rule := range h.Rules {
		lines[i] = s.ruleDays(rule) + " : " + s.ruleTimes(rule)
	}
	if typed := strings.Join(lines, "\n"); same(typed, h) {
		return typed
	}
	return text
}

// same tells whether a text means some opening hours.
func same(text string, h directory.Hours) bool {
	again, ok := directory.ParseHours(text)
	return ok && again.String() == h.String()
}

// newElementForm is an empty form, with what the address already says.
func (r *request) newElementForm(kind directory.Kind) *form {
	f := r.emptyForm("kind", string(kind), "audience", "public", "parent", r.QueryParam("dans"))
	for _, field := range directory.Private {
		f.values.Set("seen_"+field, "residents")
	}
	return f
}

// kindOf is the kind that was chosen; empty for none.
func kindOf(s string) directory.Kind {
	if k := directory.Kind(s); slices.Contains(directory.Kinds, k) {
		return k
	}
	return ""
}

// kindsPage asks what the new element is.
func (r *request) kindsPage(title, path string, with url.Values) *elementFormPage {
	p := &elementFormPage{page: r.page(title), Action: path}
	p.Section = "annuaire"
	for _, k := range directory.Kinds {
		if k == directory.Person && !r.actor.Can(store.Resident) {
			continue
		}
		icon := r.subjectOf(k.Card()).Icon
		if k == directory.POI {
			icon = "signpost"
		}
		p.Kinds = append(p.Kinds, kindChoice{path + "?" + changed(with, "kind", string(k)).Encode(), icon, r.T("directory.kind." + string(k)), r.T("directory.kind." + string(k) + "_help")})
	}
	return p
}
