package ui

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// helpTexts are the pages under /aide, by language and name. The first line of
// a file is its title ("# Lire la lumière"); the file named index leads to the
// others.
type helpTexts map[string]map[string]helpText

type helpText struct {
	Name, Title string
	Body        trusted
}

// loadHelp renders help/<lang>/<name>.md.
func loadHelp() (helpTexts, error) {
	source, err := sourceFiles()
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(source, "help/*/*.md")
	if err != nil {
		return nil, err
	}
	h := helpTexts{}
	for _, file := range files {
		b, err := fs.ReadFile(source, file)
		if err != nil {
			return nil, err
		}
		heading, body, _ := strings.Cut(string(b), "\n")
		title, ok := strings.CutPrefix(heading, "# ")
		if !ok {
			return nil, fmt.Errorf("%s: the first line must be its title, after \"# \"", file)
		}
		lang, name := path.Base(path.Dir(file)), strings.TrimSuffix(path.Base(file), ".md")
		if h[lang] == nil {
			h[lang] = map[string]helpText{}
		}
		html, err := markdown(typography(lang, body))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		h[lang][name] = helpText{name, typography(lang, title), html}
	}
	return h, nil
}

// find is a help page in the locale's language, or in French.
func (h helpTexts) find(l *locale, name string) (helpText, string, bool) {
	for ; l != nil; l = l.fallback {
		if t, ok := h[l.Lang][name]; ok {
			return t, l.Lang, true
		}
	}
	return helpText{}, "", false
}

// list is every page but the index, by title, each in the locale's language or
// French.
func (h helpTexts) list(l *locale) []helpText {
	var list []helpText
	for name := range h[reference] {
		if t, _, ok := h.find(l, name); ok && name != "index" {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b helpText) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (s *Server) helpRoutes() []route {
	return []route{
		{GET, "/aide", public, s.helpPage},
		{GET, "/aide/:page", public, s.helpPage},
	}
}

type helpView struct {
	page
	Text     helpText
	TextLang string // French where nobody translated it
	Others   []helpText
}

func (s *Server) helpPage(r *request) error {
	name := r.Param("page")
	if name == "" {
		name = "index"
	}
	text, lang, ok := s.help.find(r.locale, name)
	if !ok {
		return errNoPage
	}
	p := &helpView{page: r.page(""), Text: text, TextLang: lang, Others: s.help.list(r.locale)}
	p.Title = text.Title
	return r.Render("core/help", p)
}
