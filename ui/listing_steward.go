package ui

import (
	"net/url"

	"copi.local/store"
	"copi.local/store/listing"
)

// similarShown bounds the proposals on the steward's page: after some merges
// the others look different.
const similarShown = 20

// stewardPage proposes tags to merge (SEEDS 43, idea 37).
type stewardPage struct {
	page
	Form    *form
	Similar []similarView
	Tags    []facetLink // the commonest, each with its page
}

// similarView is two tags that may be one, and what one tap would do.
type similarView struct {
	A, B      string
	Why       string
	Text      string
	Backwards string // the preview of the other way round
}

// steward shows which tags look like one.
func (s *Server) steward(r *request) error {
	p := &stewardPage{page: r.page("listing.tags.steward"), Form: r.queryForm()}
	err := r.View(func(tx *store.Tx) error {
		similar, err := listing.Similar(tx, similarShown)
		if err != nil {
			return err
		}
		for _, pair := range similar {
			p.Similar = append(p.Similar, similarView{
				A: pair.A.Name, B: pair.B.Name, Why: r.T("listing.tags.why." + string(pair.Why)),
				Text:      r.T("listing.tags.preview", "n", pair.A.N, "from", pair.A.Name, "into", pair.B.Name),
				Backwards: mergeHref(pair.B.Name, pair.A.Name),
			})
		}
		tags, err := listing.Tags(tx, "", tagsShown)
		for _, t := range tags {
			p.Tags = append(p.Tags, facetLink{tagPage(t.Name), t.Name, t.N})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("listing/steward", p)
}

func mergeHref(from, into string) string {
	return stewardPath + "/reunir?" + url.Values{"from": {from}, "into": {into}}.Encode()
}

func tagPage(name string) string { return stewardPath + "/mot/" + url.PathEscape(listing.TagKey(name)) }

// mergePage is a merge before it is done.
type mergePage struct {
	page
	Form       *form
	From, Into listing.Tag
	Spellings  []string // that come along
	Text       string
}

// mergePage says what merging the tags of a form would do; the form says what
// is wrong with them.
func (r *request) mergePage(f *form) (*mergePage, error) {
	p := &mergePage{page: r.page("listing.tags.merge"), Form: f}
	if f.text("from") == "" || f.text("into") == "" {
		return p, nil
	}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.From, p.Spellings, err = listing.TagOf(tx, f.text("from")); err != nil {
			return err
		}
		if p.Into, _, err = listing.TagOf(tx, f.text("into")); err != nil {
			return err
		}
		return listing.CheckMerge(tx, f.text("from"), f.text("into"))
	})
	if f.refuse(err) {
		return p, nil
	}
	p.Text = r.T("listing.tags.preview", "n", p.From.N, "from", p.From.Name, "into", p.Into.Name)
	return p, err
}

// mergeForm asks which tags to merge, then shows what that would do.
func (s *Server) mergeForm(r *request) error {
	p, err := r.mergePage(r.queryForm())
	if err != nil {
		return err
	}
	if !p.Form.ok() {
		return r.RenderForm("listing/merge", p)
	}
	return r.Render("listing/merge", p)
}

// merge merges two tags, or remembers that they are two.
func (s *Server) merge(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	from, into := f.text("from"), f.text("into")
	if f.text("do") == "apart" {
		err = r.Update(func(tx *store.Tx) error { return listing.KeepApart(tx, from, into) })
	} else {
		err = r.Update(func(tx *store.Tx) error {
			_, err := listing.Merge(tx, from, into)
			return err
		})
	}
	if f.refuse(err) {
		p, err := r.mergePage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("listing/merge", p)
	} else if err != nil {
		return err
	}
	if f.text("do") == "apart" {
		return r.Redirect(stewardPath, "listing.tags.noted_apart")
	}
	return r.Redirect(stewardPath, "listing.tags.done", "from", from, "into", into)
}

// tagPageView is one tag for its stewards.
type tagPageView struct {
	page
	Form      *form
	Tag       listing.Tag
	Spellings []string
	Cards     string // the search for them
}

func (r *request) tagPage(f *form) (*tagPageView, error) {
	p := &tagPageView{page: r.page(""), Form: f}
	spelling, err := url.PathUnescape(r.Param("tag"))
	if err != nil || listing.TagKey(spelling) == "" {
		return nil, errNoPage
	}
	err = r.View(func(tx *store.Tx) (err error) {
		p.Tag, p.Spellings, err = listing.TagOf(tx, spelling)
		return err
	})
	p.Title, p.Cards = r.T("listing.tags.one", "tag", p.Tag.Name), tagHref(p.Tag.Name)
	return p, err
}

// tagForm shows a tag with its spellings.
func (s *Server) tagForm(r *request) error {
	p, err := r.tagPage(r.emptyForm())
	if err != nil {
		return err
	}
	p.Form.values.Set("name", p.Tag.Name)
	return r.Render("listing/tag", p)
}

// tagChange gives a tag another name or one more spelling.
func (s *Server) tagChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.tagPage(f)
	if err != nil {
		return err
	}
	done := "listing.tags.name_kept"
	err = r.Update(func(tx *store.Tx) error {
		if f.text("do") == "alias" {
			done = "listing.tags.alias_kept"
			return listing.Alias(tx, p.Tag.Name, f.text("alias"))
		}
		return listing.Rename(tx, p.Tag.Name, f.text("name"))
	})
	if f.refuse(err) {
		return r.RenderForm("listing/tag", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(tagPage(p.Tag.Key), done)
}
