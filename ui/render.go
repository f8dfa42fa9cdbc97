package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:templates
var templateFiles embed.FS

// templates is one parsed set per page, by "<module>/<name>". Each is the
// layout, every part, the module's own shared pieces (files whose name begins
// with an underscore) and the page, which defines "main".
type templates map[string]*template.Template

// parseTemplates parses everything, so that a mistake stops the start.
func parseTemplates(a *assets) (templates, error) {
	base := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"asset": a.name})
	base, err := base.ParseFS(templateFiles, "templates/layout/*.html", "templates/part/*.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templateFiles, "templates/*/*.html")
	if err != nil {
		return nil, err
	}
	set := templates{}
	for _, file := range files {
		dir, name := path.Base(path.Dir(file)), path.Base(file)
		if dir == "layout" || dir == "part" || strings.HasPrefix(name, "_") {
			continue
		}
		t, err := base.Clone()
		if err != nil {
			return nil, err
		}
		shared, err := fs.Glob(templateFiles, "templates/"+dir+"/_*.html")
		if err != nil {
			return nil, err
		}
		if t, err = t.ParseFS(templateFiles, append(shared, file)...); err != nil {
			return nil, err
		}
		if t.Lookup("main") == nil {
			return nil, fmt.Errorf("%s defines no \"main\"", file)
		}
		set[dir+"/"+strings.TrimSuffix(name, ".html")] = t
	}
	return set, nil
}

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
	return r.render(http.StatusOK, name, "main", data)
}

// RenderStatus renders into a buffer first: a page that fails half-way is an
// error page, not half a page.
func (r *request) RenderStatus(status int, name string, data any) error {
	return r.render(status, name, "layout", data)
}

// render executes one of the templates of a page's set.
func (r *request) render(status int, name, of string, data any) error {
	t, ok := r.s.pages[name]
	if !ok {
		return fmt.Errorf("no template %q", name)
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := t.ExecuteTemplate(buf, of, data); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	body, err := r.s.scale.weigh(name, buf.Bytes())
	if err != nil {
		return err
	}
	return r.Data(status, htmlType, body)
}
