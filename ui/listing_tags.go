package ui

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/listing"
)

// tagRoutes are the words people find cards by, and their stewards.
func (s *Server) tagRoutes() []route {
	return []route{
		{GET, "/etiquettes", public, s.tags},
		{GET, "/etiquettes/journal", public, s.tagLog},
		{POST, "/etiquettes/journal/:n", moderator, s.tagUndo},
		{GET, "/admin/etiquettes", moderator, s.steward},
		{GET, "/admin/etiquettes/reunir", moderator, s.mergeForm},
		{POST, "/admin/etiquettes/reunir", moderator, s.merge},
		{GET, "/admin/etiquettes/mot/:tag", moderator, s.tagForm},
		{POST, "/admin/etiquettes/mot/:tag", moderator, s.tagChange},
	}
}

const (
	tagLogPath  = "/etiquettes/journal"
	stewardPath = "/admin/etiquettes"

	tagsShown = 150 // on a page without letters to choose from
	tagLines  = 50  // of the log on a page
)

func tagHref(name string) string { return "/recherche?tag=" + url.QueryEscape(name) }

// toCanonical sends an address with another spelling of a tag to the one of the
// tag itself; done is false where there is nothing to do. Not for ever: a merge
// can be taken back.
func (r *request) toCanonical(q listing.Query) (done bool, err error) {
	if q.Tag == "" {
		return false, nil
	}
	var name string
	err = r.View(func(tx *store.Tx) error {
		key, err := listing.CanonicalTag(tx, q.Tag)
		if err != nil || key == listing.TagKey(q.Tag) {
			return err
		}
		if n, err := listing.Count(tx, listing.Query{Tag: key}); err != nil || n == 0 {
			return err // a tag of cards one may not see is not told
		}
		name, err = listing.TagName(tx, key)
		return err
	})
	if err != nil || name == "" || listing.TagKey(name) == listing.TagKey(q.Tag) {
		return false, err
	}
	v := url.Values{}
	for k, values := range r.QueryParams() {
		v[k] = values
	}
	v.Set("tag", name)
	return true, r.Context.Redirect(http.StatusFound, r.Request().URL.Path+"?"+v.Encode())
}

// tagsPage is every tag, from A to Z.
type tagsPage struct {
	page
	Letters []facetLink // where there are many
	Groups  []tagGroup
	Total   int
	Common  bool // only the commonest are shown
}

type tagGroup struct {
	Letter string
	Tags   []facetLink
}

// tags lists the tags of what one may see, with how many cards each finds.
func (s *Server) tags(r *request) error {
	p := &tagsPage{page: r.page("listing.tags.title")}
	letter := listing.Fold(r.QueryParam("lettre"))
	if utf8.RuneCountInString(letter) > 1 {
		return &badAddress{store.E(store.Invalid, "err.listing.letter").At("lettre")}
	}
	err := r.View(func(tx *store.Tx) error {
		counts, err := listing.TagLetters(tx)
		if err != nil {
			return err
		}
		for _, c := range counts {
			p.Total += int(c.N)
			p.Letters = append(p.Letters, facetLink{"/etiquettes?lettre=" + url.QueryEscape(c.Name), strings.ToUpper(c.Name), c.N})
		}
		limit := 0
		switch {
		case p.Total <= tagsShown:
			p.Letters = nil
		case letter == "":
			limit, p.Common = tagsShown, true
		}
		tags, err := listing.Tags(tx, letter, limit)
		if err != nil {
			return err
		}
		p.Groups = r.byLetter(tags)
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	return r.Render("listing/tags", p)
}

// byLetter puts tags under their first letters.
func (r *request) byLetter(tags []listing.Tag) []tagGroup {
	var groups []tagGroup
	for _, t := range tags {
		first, _ := utf8.DecodeRuneInString(t.Key)
		letter := strings.ToUpper(string(first))
		if n := len(groups); n == 0 || groups[n-1].Letter != letter {
			groups = append(groups, tagGroup{Letter: letter})
		}
		last := &groups[len(groups)-1]
		last.Tags = append(last.Tags, facetLink{tagHref(t.Name), t.Name, t.N})
	}
	return groups
}

// tagLogPage is what was done to tags, the newest first.
type tagLogPage struct {
	page
	Lines []tagLine
	Next  int64
}

type tagLine struct {
	listing.TagAct
	Text string
}

// tagLog is the public log of the stewards: no names (RE-2).
func (s *Server) tagLog(r *request) error {
	f := r.queryForm()
	before := int64(f.int("avant"))
	if !f.ok() || before < 0 {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("avant")}
	}
	p := &tagLogPage{page: r.page("listing.tags.log")}
	err := r.View(func(tx *store.Tx) error {
		acts, err := listing.TagLog(tx, before, tagLines+1)
		if len(acts) > tagLines {
			acts = acts[:tagLines]
			p.Next = acts[tagLines-1].N
		}
		for _, a := range acts {
			p.Lines = append(p.Lines, tagLine{a, r.tagAct(a)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("listing/tag_log", p)
}

// tagAct says what a steward did.
func (s *speech) tagAct(a listing.TagAct) string {
	switch a.Act {
	case listing.ActMerge:
		return s.T("listing.tags.merged", "n", a.Cards, "from", a.Spelling, "into", a.Tag)
	case listing.ActRename:
		return s.T("listing.tags.renamed", "from", a.Spelling, "into", a.Tag)
	default:
		return s.T("listing.tags.kept_apart", "from", a.Spelling, "into", a.Tag)
	}
}

// tagUndo takes an act back.
func (s *Server) tagUndo(r *request) error {
	n, err := strconv.ParseInt(r.Param("n"), 10, 64)
	if err != nil {
		return errNoPage
	}
	if err := r.Update(func(tx *store.Tx) error { return listing.Undo(tx, n) }); err != nil {
		return err
	}
	return r.Redirect(tagLogPath, "listing.tags.undone")
}

// tagLinks are the tags of a card as links.
func tagLinks(tags []string) []wordLink {
	var list []wordLink
	for _, t := range tags {
		list = append(list, wordLink{tagHref(t), t})
	}
	return list
}
