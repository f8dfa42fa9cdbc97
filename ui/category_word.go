package ui

import (
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/category"
)

// wordPage is one category.
type wordPage struct {
	formPage
	Set    categorySet
	Word   category.Category
	Things int
	Others []choice // it can be merged into
	Into   *category.Category
}

// Icons are the pictures to choose from.
func (p *wordPage) Icons() []string { return categoryIcons }

// Vets tells whether the category can ask something of its things.
func (p *wordPage) Vets() bool { return p.box.sorted[p.Set.Set].vets }

// Href is the category's own page.
func (p *wordPage) Href() string { return p.Set.Href() + "/mot/" + p.Word.Key }

func (r *request) wordPage(f *form) (*wordPage, error) {
	set, err := r.categorySet()
	if err != nil {
		return nil, err
	}
	p := &wordPage{formPage: r.formPage("", f), Set: set}
	err = r.View(func(tx *store.Tx) error {
		list, err := category.All(tx, set.Set)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(c category.Category) bool { return c.Key == r.Param("key") })
		if i < 0 {
			return errNoPage
		}
		p.Word = list[i]
		for _, c := range list {
			if c.Key != p.Word.Key && !c.Retired {
				p.Others = append(p.Others, choice{Value: c.Key, Label: c.Name})
			}
		}
		p.Things, err = r.s.countOf(tx, set.Set, p.Word.Key)
		return err
	})
	p.Title = r.Typo(p.Word.Name)
	return p, err
}

func (s *Server) category(r *request) error {
	f := r.emptyForm()
	p, err := r.wordPage(f)
	if err != nil {
		return err
	}
	f.word(&p.Word)
	return r.Render("category/word", p)
}

// word fills the form of a category with what it is, save what was typed.
func (f *form) word(c *category.Category) {
	if !f.has("name") {
		f.values.Set("name", c.Name)
		f.values.Set("icon", c.Icon)
	}
	if f.text("do") != "caution" {
		f.values.Set("warning", c.Warning)
		f.values.Del("vetted")
		if c.Vetted {
			f.values.Set("vetted", "1")
		}
	}
}

// categoryChange renames a category, retires it or takes it back, or says what
// it asks of its things.
func (s *Server) categoryChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.wordPage(f)
	if err != nil {
		return err
	}
	set, key, done := p.Set.Set, p.Word.Key, "category.renamed"
	err = r.Update(func(tx *store.Tx) error {
		switch f.text("do") {
		case "retire":
			done = "category.retired"
			return category.Retire(tx, set, key)
		case "restore":
			done = "category.restored"
			return category.Restore(tx, set, key)
		case "caution":
			done = "category.cautioned"
			return category.Caution(tx, set, key, f.lines("warning"), f.has("vetted"))
		default:
			if err := category.Rename(tx, set, key, f.text("name"), f.icon()); err != nil {
				return err
			}
			return s.recategorise(tx, set, key, key)
		}
	})
	if err != nil {
		f.word(&p.Word)
		return r.again(f, err, "category/word", p)
	}
	return r.Redirect(p.Set.Href()+"#mots", done)
}

// categoryMergeForm asks into which other one, then shows what would move.
func (s *Server) categoryMergeForm(r *request) error {
	f := r.queryForm()
	p, err := r.wordPage(f)
	if err != nil {
		return err
	}
	if err := r.mergeInto(p, f.text("into")); err != nil {
		return err
	}
	p.Title = r.T("category.merge.title", "name", p.Word.Name)
	return r.Render("category/merge", p)
}

// mergeInto finds the category another is to go into.
func (r *request) mergeInto(p *wordPage, key string) error {
	if !slices.ContainsFunc(p.Others, func(c choice) bool { return c.Value == key }) {
		return nil
	}
	return r.View(func(tx *store.Tx) error {
		c, err := category.Get(tx, p.Set.Set, key)
		p.Into = &c
		return err
	})
}

// categoryMerge moves everything from one category into another, at once or
// not at all.
func (s *Server) categoryMerge(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.wordPage(f)
	if err != nil {
		return err
	}
	p.Title = r.T("category.merge.title", "name", p.Word.Name)
	set, from, into := p.Set.Set, p.Word.Key, f.text("into")
	if err := r.mergeInto(p, into); err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		things, err := s.thingsOf(tx, set, from)
		if err != nil {
			return err
		}
		if err := category.Merge(tx, set, from, into, things); err != nil {
			return err
		}
		return s.recategorise(tx, set, from, into)
	})
	if err != nil {
		return r.again(f, err, "category/merge", p)
	}
	return r.Redirect(p.Set.Href(), "category.merged", "n", p.Things, "name", p.Word.Name)
}

// categoryUnmerge takes a merge back: what it moved and nobody sorted anew
// since has its category again.
func (s *Server) categoryUnmerge(r *request) error {
	set, err := r.categorySet()
	if err != nil {
		return err
	}
	assign := s.sorted[set.Set].assign
	id, err := strconv.ParseInt(r.Param("id"), 10, 64)
	if err != nil || assign == nil {
		return errNoPage
	}
	n := 0
	err = r.Update(func(tx *store.Tx) error {
		m, err := category.Unmerge(tx, set.Set, id)
		if err != nil {
			return err
		}
		into, err := category.Get(tx, set.Set, m.Into)
		if err != nil {
			return err
		}
		there, err := s.thingsOf(tx, set.Set, into.Key)
		if err != nil {
			return err
		}
		for _, thing := range m.Things {
			if !slices.Contains(there, thing) {
				continue
			}
			if err := assign(tx, set.Set, thing, m.From); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if store.KindOf(err) == store.Conflict {
		f := r.emptyForm()
		p, perr := r.setPage(f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "category/set", p)
	}
	if err != nil {
		return err
	}
	return r.Redirect(set.Href(), "category.unmerged", "n", n)
}
