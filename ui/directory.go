package ui

import (
	"maps"
	"net/url"
	"slices"
	"unicode"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

func (s *Server) directoryRoutes() []route {
	return slices.Concat([]route{
		{GET, "/annuaire", public, s.directory},
		{GET, "/annuaire/nouveau", resident, s.elementNew},
		{POST, "/annuaire/nouveau", resident, s.elementAdd},
		{GET, "/annuaire/proposer", public, s.elementPropose},
		{POST, "/annuaire/proposer", public, s.elementProposed},
		{GET, "/annuaire/archives", public, s.directoryArchive},
		{GET, "/annuaire/tour", moderator, s.directoryTour},
		{GET, "/annuaire/:id", public, s.element},
		{GET, "/annuaire/:id/modifier", owner, s.elementEdit},
		{POST, "/annuaire/:id/modifier", owner, s.elementChange},
		{GET, "/annuaire/:id/corriger", public, s.elementPropose},
		{POST, "/annuaire/:id/corriger", public, s.elementProposed},
		{POST, "/annuaire/:id/verifier", owner, s.elementVerify},
		{GET, "/annuaire/:id/retirer", owner, s.elementRemoveForm},
		{POST, "/annuaire/:id/retirer", owner, s.elementRemove},
		{GET, "/admin/annuaire", operator, s.freshness},
		{POST, "/admin/annuaire", operator, s.freshnessSet},
	}, s.photoPages(directoryGallery))
}

var directoryGallery = gallery{
	module: directory.Module, base: "/annuaire", section: "annuaire",
	own: func(tx *store.Tx, id string) (string, error) {
		e, err := directory.Own(tx, id)
		return e.Name, err
	},
}

// directoryKinds are the kinds of cards a directory lists, in the order of its
// doors.
var directoryKinds = []string{listing.KindOrg, listing.KindPlace, listing.KindProject, listing.KindPerson}

// directoryPage is the directory: doors by kind, words by category, the list.
type directoryPage struct {
	page
	listSides
	Form       *form
	Words      string
	Total      int64
	Order      string
	Doors      []countedDoor
	Categories []categoryLink
	Cards      []cardView
	Pager      pagerView
	Empty      *noticeView
	Radii      []choice
	Kinds      []choice
	Orders     []choice
	Query      string
	Propose    string
}

// countedDoor is a door with how much is behind it.
type countedDoor struct {
	door
	N       int64
	Current bool
}

// categoryLink chooses a category, or takes the choice back.
type categoryLink struct {
	Href, Icon, Word string
	N                int64
	On               bool
}

// directory lists who and what there is, by name unless asked otherwise.
func (s *Server) directory(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if done, err := r.toCanonical(q); done || err != nil {
		return err
	}
	p := &directoryPage{page: r.page("directory.title"), Form: r.queryForm(), Propose: r.addHref()}
	if q.Kind == "" && q.Kinds == nil {
		q.Kinds = directoryKinds
	}
	if q.Order == listing.ByDefault {
		q.Order = listing.ByName
	}
	var res listing.Result
	err = r.View(func(tx *store.Tx) (err error) {
		if err = fromHome(tx, &q); err != nil {
			return err
		}
		if res, err = listing.Find(tx, q); err != nil {
			return err
		}
		if err := r.directoryCards(tx, p, res.Cards); err != nil {
			return err
		}
		if err := r.directoryDoors(tx, p, q); err != nil {
			return err
		}
		p.listSides, err = r.sidesOf(tx, q, "/annuaire")
		return err
	})
	if err != nil {
		return err
	}
	r.directoryWords(p, q)
	p.Total = res.Total
	p.Pager = r.pager(changed(r.QueryParams(), "order", string(q.Order)), q.Cursor, res.Next, "directory.next")
	if res.Total == 0 {
		p.Empty = &noticeView{Text: r.T("directory.empty"), Href: p.Propose, Action: r.T("directory.add")}
	}
	return r.Render("directory/list", p)
}

// addHref is where somebody adds an entry: at once with an account, else
// through a moderator.
func (r *request) addHref() string {
	if r.actor.Can(store.Resident) {
		return "/annuaire/nouveau"
	}
	return "/annuaire/proposer"
}

// directoryCards makes the list, greyed where nobody has looked for long.
func (r *request) directoryCards(tx *store.Tx, p *directoryPage, cards []listing.Card) error {
	if err := r.findCovers(tx, cards); err != nil {
		return err
	}
	distances(cards, r.asksDistance())
	var own []string
	for _, c := range cards {
		if c.Ref.Module == directory.Module {
			own = append(own, c.Ref.ID)
		}
	}
	icons, err := categoryIconsOf(tx)
	if err != nil {
		return err
	}
	steps, err := directory.Steps(tx, own)
	for _, c := range cards {
		v := r.card(c, false)
		if c.Ref.Module == directory.Module && steps[c.Ref.ID] >= directory.Greyed {
			v.Old, v.Flag = true, r.T("directory.old")
		}
		if len(c.Tags) > 0 && icons[listing.TagKey(c.Tags[0])] != "" {
			v.Subject.Word, v.Subject.Icon = r.Typo(capital(c.Tags[0])), icons[listing.TagKey(c.Tags[0])]
		}
		p.Cards = append(p.Cards, v)
	}
	return err
}

// categoryIconsOf are the pictures of the directory's categories, by the key of
// the tag that a card has of them.
func categoryIconsOf(tx *store.Tx) (map[string]string, error) {
	icons := map[string]string{}
	for _, set := range slices.Concat(setsOf[listing.KindOrg], setsOf[listing.KindProject], setsOf[listing.KindPlace]) {
		list, err := category.All(tx, set)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			icons[listing.TagKey(c.Name)] = c.Icon
		}
	}
	return icons, nil
}

// capital is s with a capital letter in front.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// directoryDoors are the kinds with their numbers, and the categories of the
// kind that is chosen.
func (r *request) directoryDoors(tx *store.Tx, p *directoryPage, q listing.Query) error {
	doors := q
	doors.Kind, doors.Kinds, doors.Tag, doors.Tags = "", directoryKinds, "", nil
	all, err := listing.Overview(tx, doors, listing.Glance{Today: r.today()})
	if err != nil {
		return err
	}
	v := r.QueryParams()
	for _, kind := range directoryKinds {
		sub := r.subjectOf(kind)
		d := countedDoor{door: door{"/annuaire?" + changed(without(v, "tag", "cursor"), "kind", kind).Encode(), sub.Icon, r.T("directory.door." + kind), sub.Colour}}
		for _, g := range all.Groups {
			if g.Kind == kind {
				d.N = g.N
			}
		}
		d.Current = q.Kind == kind
		if d.N > 0 || d.Current {
			p.Doors = append(p.Doors, d)
		}
	}
	return r.directoryCategories(tx, p, q)
}

// setsOf are the sets whose categories a kind of card has.
var setsOf = map[string][]string{
	listing.KindOrg:     {category.Organisations},
	listing.KindProject: {category.Projects},
	listing.KindPlace:   {category.Places, category.Points},
}

// maxTags is more tags than a kind has categories.
const maxTags = 500

func (r *request) directoryCategories(tx *store.Tx, p *directoryPage, q listing.Query) error {
	if setsOf[q.Kind] == nil {
		return nil
	}
	chosen := listing.TagKey(q.Tag)
	q.Tag, q.Tags = "", nil
	all, err := listing.Overview(tx, q, listing.Glance{Today: r.today(), Tags: maxTags})
	if err != nil {
		return err
	}
	n := map[string]int64{}
	for _, t := range all.Tags {
		n[t.Key] = t.N
	}
	v := r.QueryParams()
	for _, set := range setsOf[q.Kind] {
		list, err := category.All(tx, set)
		if err != nil {
			return err
		}
		for _, c := range list {
			key := listing.TagKey(c.Name)
			if n[key] == 0 && key != chosen {
				continue
			}
			link := categoryLink{Icon: c.Icon, Word: c.Name, N: n[key], On: key == chosen}
			link.Href = "/annuaire?" + changed(without(v, "cursor"), "tag", c.Name).Encode()
			if link.On {
				link.Href = "/annuaire?" + without(v, "cursor", "tag").Encode()
			}
			p.Categories = append(p.Categories, link)
		}
	}
	return nil
}

// without is an address's filters less some.
func without(v url.Values, names ...string) url.Values {
	w := maps.Clone(v)
	for _, name := range names {
		w.Del(name)
	}
	w.Del("lang")
	return w
}

// directoryWords says what the list shows and in which order.
func (r *request) directoryWords(p *directoryPage, q listing.Query) {
	p.Kinds = []choice{{Value: "", Label: r.T("listing.kind.any")}}
	for _, kind := range directoryKinds {
		p.Kinds = append(p.Kinds, choice{Value: kind, Label: r.T("directory.door." + kind)})
	}
	said := q
	said.Kind, said.Kinds = "", nil
	p.Words, p.Radii = r.filterWords(said, p.named), r.radii()
	switch all := p.Words == r.T("listing.words.all"); {
	case !slices.Contains(directoryKinds, q.Kind):
	case all:
		p.Words = r.T("directory.door." + q.Kind)
	default:
		p.Words = r.T("directory.door."+q.Kind) + " · " + p.Words
	}
	p.Form.values.Set("order", string(q.Order))
	p.Orders = []choice{{Value: "name", Label: r.T("directory.order.name")}, {Value: "near", Label: r.T("listing.order.near")}, {Value: "newest", Label: r.T("listing.order.newest")}}
	p.Order = orderWord(p.Orders, q.Order)
	v := without(r.QueryParams(), "cursor")
	if q.Kinds != nil {
		v["kind"] = q.Kinds
	}
	v.Set("order", string(q.Order))
	p.Query = "?" + v.Encode()
}
