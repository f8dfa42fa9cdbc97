package ui

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

// templates is all pages, parsed into one set: a layout or a part is in memory
// once, however many pages show it. A page's "main" is in the set under the
// page's name, "<module>/<file>", its "head" under that and headSuffix.
type templates struct {
	set   *template.Template
	pages map[string]bool
}

const headSuffix = "#head"

// The places of a layout that a page fills.
const (
	layoutHead = `{{block "head" .}}{{end}}`
	layoutMain = `{{template "main" .}}`
)

// parseTemplates parses everything, so that a mistake stops the start.
func parseTemplates(a *assets) (templates, error) {
	t := templates{
		set:   template.New("").Option("missingkey=error").Funcs(template.FuncMap{"asset": a.name}),
		pages: map[string]bool{},
	}
	source, err := sourceFiles()
	if err != nil {
		return t, err
	}
	files, err := fs.Glob(source, "templates/*/*.html")
	if err != nil {
		return t, err
	}
	defined, layouts, headed := map[string]string{}, []string{}, map[string]bool{}
	for _, file := range files {
		b, err := fs.ReadFile(source, file)
		if err != nil {
			return t, err
		}
		text, dir, name := string(b), path.Base(path.Dir(file)), strings.TrimSuffix(path.Base(file), ".html")
		switch {
		case dir == "layout":
			if text, err = cutLayout(name, text); err != nil {
				return t, err
			}
			layouts = append(layouts, name)
		case dir != "part" && !strings.HasPrefix(name, "_"):
			page := dir + "/" + name
			headed[page] = strings.Contains(text, `{{define "head"}}`)
			text = strings.NewReplacer(`{{define "main"}}`, `{{define "`+page+`"}}`,
				`{{define "head"}}`, `{{define "`+page+headSuffix+`"}}`).Replace(text)
			t.pages[page] = true
		}
		for _, m := range definition.FindAllStringSubmatch(text, -1) {
			if other, taken := defined[m[1]]; taken {
				return t, fmt.Errorf("%s and %s both define %q", other, file, m[1])
			}
			defined[m[1]] = file
		}
		if _, err := t.set.New(file).Parse(text); err != nil {
			return t, err
		}
	}
	return t, t.frame(layouts, defined, headed)
}

// definition finds what a file defines.
var definition = regexp.MustCompile(`{{define "([^"]+)"}}`)

// cutLayout makes three templates of a layout: before, between and after what
// a page fills in.
func cutLayout(name, text string) (string, error) {
	text = strings.Replace(text, `{{define "`+name+`"}}`, `{{define "`+name+`.1"}}`, 1)
	for i, place := range []string{layoutHead, layoutMain} {
		before, after, ok := strings.Cut(text, place)
		if !ok {
			return "", fmt.Errorf("layout %s has no %s", name, place)
		}
		text = fmt.Sprintf(`%s{{end}}{{define "%s.%d"}}%s`, before, name, i+2, after)
	}
	return text, nil
}

// frame puts every page into every layout.
func (t templates) frame(layouts []string, defined map[string]string, headed map[string]bool) error {
	for page := range t.pages {
		if defined[page] == "" {
			return fmt.Errorf("%s defines no \"main\"", page)
		}
		head := ""
		if headed[page] {
			head = fmt.Sprintf(`{{template %q .}}`, page+headSuffix)
		}
		for _, l := range layouts {
			text := fmt.Sprintf(`{{template "%[1]s.1" .}}%[2]s{{template "%[1]s.2" .}}{{template "%[3]s" .}}{{template "%[1]s.3" .}}`, l, head, page)
			if _, err := t.set.New(framed(l, page)).Parse(text); err != nil {
				return err
			}
		}
	}
	return nil
}

// framed is the name of a page within a layout.
func framed(layout, page string) string { return layout + ":" + page }

// buffers keeps page-sized buffers for the next page.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render answers 200 with a page: name is "<module>/<file>", data a pointer to
// a typed page.
func (r *request) Render(name string, data any) error {
	return r.RenderStatus(http.StatusOK, name, data)
}

// RenderForm answers 422 with the page of a form that was refused.
func (r *request) RenderForm(name string, data any) error {
	return r.RenderStatus(http.StatusUnprocessableEntity, name, data)
}

// RenderPiece answers 200 with a piece of a page, for a script that puts it in:
// the "main" of a template alone.
func (r *request) RenderPiece(name string, data any) error {
	return r.render(http.StatusOK, name, name, data)
}

// RenderStatus renders into a buffer first: a page that fails half-way is an
// error page, not half a page.
func (r *request) RenderStatus(status int, name string, data any) error {
	return r.render(status, name, framed("layout", name), data)
}

// render executes a template for the page of a name: the page within a layout,
// or a piece of it.
func (r *request) render(status int, name, piece string, data any) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := r.s.pages.set.ExecuteTemplate(buf, piece, data); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	body, err := r.s.scale.weigh(name, buf.Bytes())
	if err != nil {
		return err
	}
	return r.Data(status, htmlType, body)
}
