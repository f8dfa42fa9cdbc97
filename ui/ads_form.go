package ui

import (
	"net/url"
	"slices"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// adFormPage asks what somebody wants to do, then for the ad; the last step
// shows what will be public before it is.
type adFormPage struct {
	page
	Form       *form
	Action     string
	Verbs      []kindChoice // when it is yet to be said what is done
	Verb       ads.Verb
	Word       string // the verb, in words
	Steps      []stepView
	Categories []choice
	Fields     []category.Field
	Pers       []choice // nil where a price is for the whole
	Seen       []choice // who may see it
	Names      []choice // in whose name it is published; nil without a choice
	Map        *mapView // to point at the place
	Preview    *adPage
	Wider      *widerView          // more people would see it than until now
	Album      *albumView          // of an ad that exists
	Days       int                 // it will stand
	Cautions   []category.Category // which categories ask for care
}

// MayPrice tells whether to ask for a price; MustPrice, whether to insist.
func (p *adFormPage) MayPrice() bool  { may, _ := p.Verb.Priced(); return may }
func (p *adFormPage) MustPrice() bool { _, must := p.Verb.Priced(); return must }

// adForm prepares the form for a verb; is is the ad as it stands, nil for a new
// one.
func (r *request) adForm(key string, f *form, is *ads.Ad) (*adFormPage, error) {
	id := ""
	if is != nil {
		id = is.ID
	}
	names, err := r.namesFor(f, adRef(id))
	if err != nil {
		return nil, err
	}
	p := &adFormPage{page: r.page(key), Form: f, Action: r.Request().URL.Path, Names: names, Verb: ads.Verb(f.text("verb"))}
	p.Section = "annonces"
	f.findContacts("title", "text", "place")
	if !p.Verb.Known() {
		p.Verb = ads.Sell
	}
	p.Word = r.T("ads.do." + string(p.Verb))
	p.steps(1)
	if p.Verb == ads.Rent || p.Verb == ads.Job {
		p.Pers = []choice{{Value: "", Label: r.T("ads.per.all")}}
		for _, per := range ads.Pers {
			p.Pers = append(p.Pers, choice{Value: string(per), Label: r.T("ads.per." + string(per))})
		}
	}
	if p.Seen, err = r.seenChoices(f); err != nil {
		return nil, err
	}
	err = r.View(func(tx *store.Tx) error { return r.adChoices(tx, p, is) })
	return p, err
}

func (p *adFormPage) steps(now int) {
	p.Steps = nil
	for i, key := range []string{"ads.step.what", "ads.step.write", "ads.step.check"} {
		p.Steps = append(p.Steps, stepView{p.T(key), i == now})
	}
}

// adChoices are what the box offers to choose from.
func (r *request) adChoices(tx *store.Tx, p *adFormPage, is *ads.Ad) error {
	active, err := category.Of(tx, category.Ads)
	if err != nil {
		return err
	}
	var has category.Category
	if is != nil {
		if has, err = category.Get(tx, category.Ads, is.Category); err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
	}
	for _, c := range active {
		if c.Warning != "" {
			p.Cautions = append(p.Cautions, c)
		}
	}
	p.Categories = append([]choice{{Value: "", Label: r.T("ads.category.choose")}}, categoryChoices(active, has)...)
	if p.Fields, err = category.FieldsOf(tx, category.Ads); err != nil {
		return err
	}
	home, err := listing.HomeOf(tx)
	if err != nil {
		return err
	}
	p.Map = r.pickMap("position", home.Position)
	rule, err := ads.RuleOf(tx)
	p.Days = rule.Days
	return err
}

// adOf reads an ad as it was typed. Faults of single fields are noted on the
// form; the ad's own rules come with its Check.
func (p *adFormPage) adOf(home *listing.Point) ads.Ad {
	f := p.Form
	a := ads.Ad{
		Verb: p.Verb, Title: f.text("title"), Text: f.lines("text"), Category: f.text("category"), Fields: f.customValues(p.Fields),
		Place: f.text("place"), Position: f.position("position", home),
	}
	a.Audience, a.Group = f.audience()
	if !offered(p.Seen, orWord(f.text("audience"), seenByAll)) {
		f.fault("audience", "err.listing.group")
	}
	f.findContacts("title", "text", "place")
	a.Masked = f.masked()
	if p.MayPrice() {
		a.Price = f.price()
		a.Per = ads.Per(f.text("per"))
	}
	return a
}

// formOfAd writes an ad into a form.
func (r *request) formOfAd(a *ads.Ad, fields []category.Field) *form {
	f := r.emptyForm("verb", string(a.Verb), "title", a.Title, "text", a.Text, "category", a.Category, "place", a.Place,
		"per", string(a.Per))
	f.setAudience(a.Audience, a.Group)
	if may, _ := a.Verb.Priced(); may && a.Price != nil {
		f.values.Set("price", r.priceTyped(a.Price))
	}
	if a.Position != nil {
		f.values.Set("position", r.coordinates(*a.Position))
	}
	f.setMasked(a.Masked)
	f.setCustom(fields, a.Fields)
	return f
}

// adNew asks what somebody wants to do, then for the rest.
func (s *Server) adNew(r *request) error {
	verb := ads.Verb(r.QueryParam("verbe"))
	if !verb.Known() {
		p := &adFormPage{page: r.page("ads.new.title"), Verbs: r.verbChoices()}
		p.Section = "annonces"
		p.steps(0)
		return r.Render("ads/verbs", p)
	}
	f := r.emptyForm("verb", string(verb), "audience", seenByAll, "organisation", r.QueryParam("organisation"))
	f.forGroup(r.QueryParam("group"))
	p, err := r.adForm("ads.new.title", f, nil)
	if err != nil {
		return err
	}
	return r.Render("ads/form", p)
}

// verbChoices are what somebody may want to do. A ride is kept by mutual aid.
func (r *request) verbChoices() []kindChoice {
	list := make([]kindChoice, 0, len(ads.Verbs)+1)
	organisation, group := r.QueryParam("organisation"), r.QueryParam("group")
	for _, v := range ads.Verbs {
		href := "/annonces/nouvelle?verbe=" + string(v)
		if organisation != "" {
			href += "&organisation=" + organisation
		}
		if group != "" {
			href += "&group=" + url.QueryEscape(group)
		}
		list = append(list, kindChoice{href, verbIcons[v], r.T("ads.do." + string(v)), r.T("ads.do." + string(v) + "_help")})
	}
	if r.s.has(rideNew) && !r.isOff(rideNew) {
		list = append(list, kindChoice{rideNew + "?sorte=ride", "car", r.T("ads.do.ride"), r.T("ads.do.ride_help")})
	}
	return list
}

// rideNew is the form on which a seat in a car is offered or asked for.
const rideNew = "/entraide/nouvelle"

// adPublish takes an ad through its steps and publishes it.
func (s *Server) adPublish(r *request) error {
	return r.writeAd("ads.new.title", nil, func(f *form, a *ads.Ad) error {
		err := r.Update(func(tx *store.Tx) error {
			if err := ads.Publish(tx, a); err != nil {
				return err
			}
			return f.standFor(tx, a.Ref(), a.Title)
		})
		if err != nil {
			return err
		}
		if a.State == ads.Waiting {
			return r.Redirect("/annonces/"+a.ID+"/photos", "ads.waits")
		}
		return r.Redirect("/annonces/"+a.ID+"/photos", "ads.published")
	})
}

// adEdit is the form of an ad as it stands.
func (s *Server) adEdit(r *request) error {
	var a ads.Ad
	var fields []category.Field
	var album *albumView
	err := r.View(func(tx *store.Tx) (err error) {
		if a, err = ownAd(tx, r.Param("id")); err != nil {
			return err
		}
		if fields, err = category.FieldsOf(tx, category.Ads); err != nil {
			return err
		}
		album, err = r.albumOf(tx, adsGallery, a.ID, r.emptyForm())
		return err
	})
	if err != nil {
		return err
	}
	if v := ads.Verb(r.QueryParam("verbe")); v.Known() {
		a.Verb = v
	}
	p, err := r.adForm("ads.edit.title", r.formOfAd(&a, fields), &a)
	if err != nil {
		return err
	}
	p.Album = album
	return r.Render("ads/form", p)
}

// adChange stores an ad as it was changed.
func (s *Server) adChange(r *request) error {
	var was ads.Ad
	err := r.View(func(tx *store.Tx) (err error) {
		was, err = ownAd(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	return r.writeAd("ads.edit.title", &was, func(f *form, a *ads.Ad) error {
		err := r.onAd(a.ID, directory.ActChange, func(tx *store.Tx) error {
			if err := ads.Edit(tx, a); err != nil {
				return err
			}
			return f.standFor(tx, a.Ref(), a.Title)
		})
		if err != nil {
			return err
		}
		if a.State == ads.Waiting {
			return r.Redirect("/annonces/"+a.ID, "ads.waits")
		}
		return r.Redirect("/annonces/"+a.ID, "ads.changed")
	})
}

// writeAd takes an ad through its steps: refused with its faults, shown as it
// will be, or stored by save.
func (r *request) writeAd(title string, was *ads.Ad, save func(*form, *ads.Ad) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.adForm(title, f, was)
	if err != nil {
		return err
	}
	if f.text("do") == "edit" {
		return r.Render("ads/form", p)
	}
	a, err := r.typedAd(p, was)
	if err != nil {
		return err
	}
	if !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("ads/form", p)
	}
	if p.Wider, err = r.widening(f, adRef(r.Param("id")), a.Audience, a.Group); err != nil {
		return err
	}
	if f.text("do") == "publish" && f.ok() {
		if err := save(f, a); !f.refuse(err) {
			return err
		}
		return r.RenderForm("ads/form", p)
	}
	p.steps(2)
	if !f.ok() { // more people would see it, and nobody said yes
		return r.RenderForm("ads/preview", p)
	}
	return r.Render("ads/preview", p)
}

// typedAd reads the ad and checks it, and shows it as it will be: all that
// needs the database, in one look.
func (r *request) typedAd(p *adFormPage, was *ads.Ad) (*ads.Ad, error) {
	var a ads.Ad
	name := p.Form.chosenName(p.Names)
	err := r.View(func(tx *store.Tx) error {
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		a = p.adOf(home.Position)
		had := ""
		if was != nil {
			a.ID, had = was.ID, was.Category
			a.Fields = category.Over(was.Fields, a.Fields)
		}
		a.Exact = name.Value != ""
		if err := a.CheckIn(tx, had); err != nil && !p.Form.refuse(err) {
			return err
		}
		p.Verb = a.Verb // a price may have changed it
		p.Preview = &adPage{page: p.page, Ad: a}
		if name.Value != "" {
			p.Preview.For = &standView{elementHref(name.Value), r.Typo(name.Label)}
		}
		if err := r.describeAd(tx, p.Preview); err != nil {
			return err
		}
		p.Preview.OnMap = ""
		return nil
	})
	return &a, err
}

// Fresh tells whether the optional part of the form may stay closed.
func (p *adFormPage) Fresh() bool {
	f := p.Form
	return !slices.ContainsFunc([]string{"place", "position"}, f.has) && f.forAll() && f.ok()
}
