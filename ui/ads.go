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

func (s *Server) adsRoutes() []route {
	return slices.Concat([]route{
		{GET, "/annonces", public, s.ads},
		{GET, "/annonces/nouvelle", resident, s.adNew},
		{POST, "/annonces/nouvelle", resident, s.adPublish},
		{GET, "/annonces/miennes", resident, s.adsMine},
		{GET, "/annonces/:id", public, s.ad},
		{GET, "/annonces/:id/modifier", owner, s.adEdit},
		{POST, "/annonces/:id/modifier", owner, s.adChange},
		{GET, "/annonces/:id/feuille", owner, s.adSheet},
		{POST, "/annonces/:id/etat", owner, s.adMark},
		{POST, "/annonces/:id/prolonger", owner, s.adRenew},
		{GET, "/annonces/:id/supprimer", owner, s.adRemoveForm},
		{POST, "/annonces/:id/supprimer", owner, s.adRemove},
		{GET, "/admin/annonces", operator, s.adsRule},
		{POST, "/admin/annonces", operator, s.adsRuleSet},
	}, s.photoPages(adsGallery))
}

// adRef points at the ad of an address.
func adRef(id string) store.Ref { return store.Ref{Module: ads.Module, ID: id} }

var adsGallery = gallery{
	module: ads.Module, base: "/annonces", section: "annonces",
	own: func(tx *store.Tx, id string) (string, error) {
		a, err := ownAd(tx, id)
		return a.Title, err
	},
	changed: ads.Reread,
}

// ownAd is an ad for its author, or for an administrator of the organisation
// in whose name it stands.
func ownAd(tx *store.Tx, id string) (ads.Ad, error) {
	if err := directory.Vouch(tx, adRef(id)); err != nil {
		return ads.Ad{}, err
	}
	return ads.Own(tx, id)
}

// adsKinds are the kinds of cards the list of ads shows: a seat in a car is one,
// although mutual aid keeps it.
var adsKinds = []string{listing.KindOffer, listing.KindWanted, listing.KindRide}

// verbIcons are the pictures of what is done.
var verbIcons = map[ads.Verb]string{
	ads.Give: "hand-helping", ads.Sell: "tag", ads.Lend: "handshake", ads.Rent: "key-round", ads.Swap: "repeat", ads.Job: "wrench", ads.Seek: "search",
}

// adsPage is the list of ads: doors by what is done, words by category.
type adsPage struct {
	page
	listSides
	Form       *form
	Words      string
	Total      int64
	Doors      []countedDoor
	Categories []categoryLink
	Cards      []cardView
	Pager      pagerView
	Empty      *noticeView
	Radii      []choice
	Orders     []choice
	Order      string
	Query      string
	Follow     *followView
}

// ads lists what is offered and looked for, the newest first unless asked
// otherwise.
func (s *Server) ads(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if done, err := r.toCanonical(q); done || err != nil {
		return err
	}
	p := &adsPage{page: r.page("ads.title"), Form: r.queryForm()}
	if q.Kind == "" && q.Kinds == nil {
		q.Kinds = adsKinds
	}
	if q.Order == listing.ByDefault && !r.filtered() {
		q.Order = listing.Newest
	}
	var res listing.Result
	version := s.db.Version(r.context())
	err = r.View(func(tx *store.Tx) (err error) {
		if err = fromHome(tx, &q); err != nil {
			return err
		}
		if res, err = listing.Find(tx, q); err != nil {
			return err
		}
		if p.Cards, err = r.adCards(tx, res.Cards); err != nil {
			return err
		}
		if err := r.adDoors(tx, p, q, version); err != nil {
			return err
		}
		if p.Follow, err = r.followSearch(tx, q); err != nil {
			return err
		}
		p.listSides, err = r.sidesOf(tx, q, "/annonces")
		return err
	})
	if err != nil {
		return err
	}
	p.Total = res.Total
	r.adsWords(p, q)
	p.Pager = r.pager(r.QueryParams(), q.Cursor, res.Next, "ads.next")
	if res.Total == 0 {
		p.Empty = &noticeView{Text: r.T("ads.empty"), Href: "/annonces/nouvelle", Action: r.T("ads.new.go")}
	}
	return r.Render("ads/list", p)
}

// adCards makes the list: each card says what is done in the place of its kind.
func (r *request) adCards(tx *store.Tx, cards []listing.Card) ([]cardView, error) {
	if err := r.findCovers(tx, cards); err != nil {
		return nil, err
	}
	distances(cards, r.asksDistance())
	views := make([]cardView, len(cards))
	for i, c := range cards {
		views[i] = r.card(c, false)
		if v := verbOf(c); v != "" {
			views[i].Subject.Icon, views[i].Subject.Word = verbIcons[v], r.T("ads.verb."+string(v))
		}
	}
	return views, nil
}

// verbOf is what the tags of a card say is done; empty when they do not.
func verbOf(c listing.Card) ads.Verb {
	if c.Kind != listing.KindOffer && c.Kind != listing.KindWanted {
		return ""
	}
	for _, t := range c.Tags {
		for _, v := range ads.Verbs {
			if listing.TagKey(t) == listing.TagKey(v.Tag()) {
				return v
			}
		}
	}
	return ""
}

// adDoors are what may be done, and the categories, each with its number. The
// verb is the tag `also`, the category the tag `tag`, so that both can be asked
// for at once, of neighbours' ads as well.
func (r *request) adDoors(tx *store.Tx, p *adsPage, q listing.Query, version uint64) error {
	bare := q
	bare.Tag, bare.Tags, bare.Also, bare.Kind, bare.Kinds = "", nil, "", "", adsKinds
	all, err := r.s.countDoors(tx, bare, r.today(), version)
	if err != nil {
		return err
	}
	n, kinds := all.byTag, all.byKind
	here := without(r.QueryParams(), "cursor", "kind", "also")
	for _, v := range ads.Verbs {
		d := countedDoor{door: door{"", verbIcons[v], r.T("ads.verb." + string(v)), "ads"}, N: n[listing.TagKey(v.Tag())]}
		d.Current = listing.TagKey(q.Also) == listing.TagKey(v.Tag())
		d.Href = "/annonces?" + changed(here, "also", v.Tag()).Encode()
		if d.Current {
			d.Href = "/annonces?" + here.Encode()
		}
		if d.N > 0 || d.Current {
			p.Doors = append(p.Doors, d)
		}
	}
	if rides := kinds[listing.KindRide]; rides > 0 || q.Kind == listing.KindRide {
		ride := r.subjectOf(listing.KindRide)
		p.Doors = append(p.Doors, countedDoor{
			door: door{"/annonces?" + changed(without(here, "tag"), "kind", listing.KindRide).Encode(), ride.Icon, ride.Word, ride.Colour},
			N:    rides, Current: q.Kind == listing.KindRide,
		})
	}
	if q.Also != "" || q.Kind != "" {
		bare.Also, bare.Kind = q.Also, q.Kind
		if q.Kind != "" {
			bare.Kinds = nil
		}
		if all, err = r.s.countDoors(tx, bare, r.today(), version); err != nil {
			return err
		}
	}
	return r.adCategories(tx, p, q, all.byTag)
}

func (r *request) adCategories(tx *store.Tx, p *adsPage, q listing.Query, n map[string]int64) error {
	list, err := category.All(tx, category.Ads)
	here := without(r.QueryParams(), "cursor", "tag")
	for _, c := range list {
		key := listing.TagKey(c.Name)
		link := categoryLink{Icon: c.Icon, Word: c.Name, N: n[key], On: q.Tag != "" && key == listing.TagKey(q.Tag)}
		if link.N == 0 && !link.On {
			continue
		}
		link.Href = "/annonces?" + changed(here, "tag", c.Name).Encode()
		if link.On {
			link.Href = "/annonces?" + here.Encode()
		}
		p.Categories = append(p.Categories, link)
	}
	return err
}

// adsWords says what the list shows and in which order.
func (r *request) adsWords(p *adsPage, q listing.Query) {
	said := q
	said.Kinds = nil
	p.Words, p.Radii = r.filterWords(said, p.named), r.radii()
	p.Orders = []choice{{Value: "newest", Label: r.T("listing.order.newest")}, {Value: "near", Label: r.T("listing.order.near")}, {Value: "own", Label: r.T("listing.order.own")}}
	p.Order = orderWord(p.Orders, q.Order)
	v := without(r.QueryParams(), "cursor")
	if q.Kinds != nil {
		v["kind"] = slices.Clone(q.Kinds)
	}
	p.Query = "?" + v.Encode()
	p.sameList("/fiches.atom", p.Query)
}

// Carried takes the doors that are chosen over the form of the filters.
func (p *adsPage) Carried() []pair {
	var list []pair
	for _, name := range []string{"kind", "also", "group"} {
		if v := p.query.Get(name); v != "" {
			list = append(list, pair{name, v})
		}
	}
	return list
}

// Sort is the category that is chosen, in words.
func (p *adsPage) Sort() string {
	for _, c := range p.Categories {
		if c.On {
			return p.Typo(c.Word)
		}
	}
	return p.T("ads.category.any")
}

// Sorts are the categories in the form of the filters.
func (p *adsPage) Sorts() []choice {
	list := []choice{{Value: "", Label: p.T("ads.category.any")}}
	for _, c := range p.Categories {
		list = append(list, choice{Value: c.Word, Label: c.Word})
	}
	return list
}

// findAds looks up what lists say of own ads beyond their cards. It belongs in
// the transaction that found the cards.
func (r *request) findAds(tx *store.Tx, cards []listing.Card) error {
	var ids []string
	for i := range cards {
		if cards[i].Origin == nil && cards[i].Ref.Module == ads.Module {
			ids = append(ids, cards[i].Ref.ID)
		}
	}
	if ids == nil {
		return nil
	}
	found, err := ads.Among(tx, ids)
	if r.adsOf == nil {
		r.adsOf = found
		return err
	}
	for id, a := range found {
		r.adsOf[id] = a
	}
	return err
}

// markAd writes on a card what findAds found.
func (r *request) markAd(v *cardView, c listing.Card) {
	a, ok := r.adsOf[c.Ref.ID]
	if !ok || c.Origin != nil {
		return
	}
	v.Price = r.adPriceWords(&a)
	if a.State == ads.Reserved {
		v.Flag = r.T("ads.flag.reserved")
	}
}

// adPriceWords is a price with what it is for: « 15 € par jour ».
func (s *speech) adPriceWords(a *ads.Ad) string {
	words := s.price(a.Price)
	if words != "" && a.Per != "" {
		words = s.T("ads.per_price."+string(a.Per), "price", words)
	}
	return words
}

// adsQuery is the list of ads with a category and a verb.
func adsQuery(category string, v ads.Verb) string {
	q := url.Values{}
	if category != "" {
		q.Set("tag", category)
	}
	if v != "" {
		q.Set("also", v.Tag())
	}
	return "/annonces?" + q.Encode()
}
