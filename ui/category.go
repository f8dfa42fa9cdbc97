package ui

import (
	"slices"

	"copi.local/store"
	"copi.local/store/category"
)

const categoriesPath = "/admin/categories"

func (s *Server) categoryRoutes() []route {
	return []route{
		{GET, categoriesPath, operator, s.categories},
		{GET, "/admin/categories/:set", operator, s.categorySetPage},
		{POST, "/admin/categories/:set", operator, s.categoryAdd},
		{POST, "/admin/categories/:set/ordre", operator, s.categoryMove},
		{GET, "/admin/categories/:set/mot/:key", operator, s.category},
		{POST, "/admin/categories/:set/mot/:key", operator, s.categoryChange},
		{GET, "/admin/categories/:set/mot/:key/fusionner", operator, s.categoryMergeForm},
		{POST, "/admin/categories/:set/mot/:key/fusionner", operator, s.categoryMerge},
		{POST, "/admin/categories/:set/fusions/:id/annuler", operator, s.categoryUnmerge},
		{GET, "/admin/categories/:set/champs", operator, s.categoryFieldNew},
		{POST, "/admin/categories/:set/champs", operator, s.categoryFieldAdd},
		{GET, "/admin/categories/:set/champs/:field", operator, s.categoryField},
		{POST, "/admin/categories/:set/champs/:field", operator, s.categoryFieldChange},
	}
}

type categoriesPage struct {
	page
	Sets []setView
}

// setView is one set among the others.
type setView struct {
	categorySet
	Name   string
	Words  int // categories to choose from
	Fields int
}

func (s *Server) categories(r *request) error {
	p := &categoriesPage{page: r.page("category.title")}
	err := r.View(func(tx *store.Tx) error {
		for _, set := range categorySets {
			words, err := category.Of(tx, set.Set)
			if err != nil {
				return err
			}
			fields, err := category.FieldsOf(tx, set.Set)
			if err != nil {
				return err
			}
			p.Sets = append(p.Sets, setView{set, r.T("category.set." + set.Slug), len(words), len(fields)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Render("category/sets", p)
}

// setPage is a set with all that can be done to it.
type setPage struct {
	formPage
	Set     categorySet
	Words   []wordView
	Retired []wordView
	Fields  []category.Field
	Old     []category.Field // retired
	Merges  []category.Merging
}

// Icons are the pictures to choose from.
func (p *setPage) Icons() []string { return categoryIcons }

// Undo tells whether merges of the set can be taken back.
func (p *setPage) Undo() bool { return p.box.sorted[p.Set.Set].assign != nil }

// wordView is one category of the list.
type wordView struct {
	category.Category
	Things      int
	First, Last bool
}

func (r *request) setPage(f *form) (*setPage, error) {
	set, err := r.categorySet()
	if err != nil {
		return nil, err
	}
	p := &setPage{formPage: r.formPage("category.set."+set.Slug, f), Set: set}
	err = r.View(func(tx *store.Tx) error {
		list, err := category.All(tx, set.Set)
		if err != nil {
			return err
		}
		for _, c := range list {
			n, err := r.s.countOf(tx, set.Set, c.Key)
			if err != nil {
				return err
			}
			w := wordView{Category: c, Things: n}
			if c.Retired {
				p.Retired = append(p.Retired, w)
			} else {
				p.Words = append(p.Words, w)
			}
		}
		fields, err := category.AllFields(tx, set.Set)
		for _, f := range fields {
			if f.Retired {
				p.Old = append(p.Old, f)
			} else {
				p.Fields = append(p.Fields, f)
			}
		}
		if err == nil {
			p.Merges, err = category.Merges(tx, set.Set)
		}
		return err
	})
	if n := len(p.Words); n > 0 {
		p.Words[0].First, p.Words[n-1].Last = true, true
	}
	return p, err
}

func (s *Server) categorySetPage(r *request) error {
	p, err := r.setPage(r.emptyForm("icon", "star"))
	if err != nil {
		return err
	}
	return r.Render("category/set", p)
}

// icon is the picture chosen in a form; a star when it is none of ours.
func (f *form) icon() string {
	if icon := f.text("icon"); slices.Contains(categoryIcons, icon) {
		return icon
	}
	return "star"
}

func (s *Server) categoryAdd(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.setPage(f)
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		return category.Add(tx, &category.Category{Set: p.Set.Set, Name: f.text("name"), Icon: f.icon()})
	})
	if err != nil {
		return r.again(f, err, "category/set", p)
	}
	return r.Redirect(p.Set.Href(), "category.added")
}

// categoryMove puts a category one place up or down.
func (s *Server) categoryMove(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	set, err := r.categorySet()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		list, err := category.Of(tx, set.Set)
		if err != nil {
			return err
		}
		keys := make([]string, len(list))
		for i, c := range list {
			keys[i] = c.Key
		}
		shift(keys, f.text("key"), f.text("do") == "up")
		return category.Reorder(tx, set.Set, keys)
	})
	if err != nil {
		return err
	}
	return r.Redirect(set.Href()+"#mots", "")
}

// shift puts a key of a list one place up or down; the first stays first, the
// last last.
func shift(keys []string, key string, up bool) {
	i := slices.Index(keys, key)
	j := i + 1
	if up {
		j = i - 1
	}
	if i >= 0 && j >= 0 && j < len(keys) {
		keys[i], keys[j] = keys[j], keys[i]
	}
}
