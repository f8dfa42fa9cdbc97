package ui

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/photo"
)

// exportMine gives a person all that the box holds about them: one JSON file a
// module, and a page that reads them aloud.
func (s *Server) exportMine(r *request) error {
	var parts []account.Part
	err := r.View(func(tx *store.Tx) (err error) {
		parts, err = account.Export(tx)
		return err
	})
	if err != nil {
		return err
	}
	b, err := r.exportWords(parts)
	if err != nil {
		return err
	}
	name := "copi-" + r.me.Login + "-" + r.now.In(s.zone).Format("2006-01-02") + ".zip"
	h := r.Response().Header()
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h["Content-Type"], h["Cache-Control"] = []string{"application/zip"}, noStore
	z := zip.NewWriter(r.Response())
	for _, f := range b {
		w, err := z.Create(f.name)
		if err != nil {
			return err
		}
		if _, err := w.Write(f.content); err != nil {
			return err
		}
	}
	if err := s.exportPhotos(z, parts); err != nil {
		return err
	}
	return z.Close()
}

// exportPhotos adds the files that a part speaks of, one at a time: all of them
// are more than a box wants in memory. They are packed already.
func (s *Server) exportPhotos(z *zip.Writer, parts []account.Part) error {
	written := map[string]bool{}
	for _, p := range parts {
		list, _ := p.Data.([]photo.Holding)
		for _, h := range list {
			if written[h.File] {
				continue
			}
			written[h.File] = true
			if err := s.exportPhoto(z, h); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Server) exportPhoto(z *zip.Writer, h photo.Holding) error {
	f, err := s.album.Open(photo.File{Hash: h.Hash}, false)
	if store.KindOf(err) == store.NotFound {
		return nil // taken off while we wrote
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	w, err := z.CreateHeader(&zip.FileHeader{Name: h.File, Method: zip.Store, Modified: h.CreatedAt})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// exportFile is a file of the archive that is made in memory.
type exportFile struct {
	name    string
	content []byte
}

// exportWords makes the files of words, before anything is sent: an error is
// still a page then.
func (r *request) exportWords(parts []account.Part) ([]exportFile, error) {
	var files []exportFile
	doc := exportDocument{speech: r.speech, Login: r.me.Login}
	for _, p := range parts {
		b, err := json.MarshalIndent(p.Data, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("export %s: %w", p.Module, err)
		}
		files = append(files, exportFile{p.Module + ".json", b})
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			return nil, err
		}
		doc.Parts = append(doc.Parts, node{Key: r.exportName(p.Module, ""), Children: r.nodes(p.Module, v)})
	}
	var page bytes.Buffer
	if err := exportTemplate.Execute(&page, doc); err != nil {
		return nil, err
	}
	return append(files, exportFile{"index.html", page.Bytes()}), nil
}

// exportDocument is the page in the archive.
type exportDocument struct {
	*speech
	Login string
	Parts []node
}

// node is one value of an export, or a group of them.
type node struct {
	Key, Text string
	Children  []node
}

// nodes turns decoded JSON into lines to read; empty values are left out.
func (r *request) nodes(module string, v any) []node {
	switch v := v.(type) {
	case map[string]any:
		var list []node
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if children := r.nodes(module, v[key]); len(children) == 1 && children[0].Key == "" && children[0].Children == nil {
				list = append(list, node{Key: r.exportName(module, key), Text: children[0].Text})
			} else if len(children) > 0 {
				list = append(list, node{Key: r.exportName(module, key), Children: children})
			}
		}
		return list
	case []any:
		var list []node
		for _, item := range v {
			children := r.nodes(module, item)
			if len(children) == 1 && children[0].Key == "" {
				list = append(list, children[0])
			} else {
				list = append(list, node{Children: children})
			}
		}
		return list
	case nil:
		return nil
	case bool:
		if v {
			return []node{{Text: r.T("account.export.yes")}}
		}
		return []node{{Text: r.T("account.export.no")}}
	case float64:
		return []node{{Text: r.Number(v)}}
	default:
		if text := fmt.Sprint(v); text != "" {
			return []node{{Text: text}}
		}
		return nil
	}
}

// exportNames are the families of sentences that name what modules export; a
// field without one is named by its JSON.
var exportNames = map[string]string{
	"account": "account.export.", "listing": "listing.export.", "ads": "ads.export.", "agenda": "agenda.export.", "booking": "booking.export.", "directory": "directory.export.",
	"moderation": "moderation.export.", "mutualaid": "mutualaid.export.", "notify": "notify.export.", "photo": "photo.export.", "intake": "intake.export.",
}

// exportName is how a module, or one of its fields, is called.
func (r *request) exportName(module, field string) string {
	name := strings.ToLower(field)
	if field == "" {
		name = "title"
	}
	if family, ok := exportNames[module]; ok && r.has(family+name) {
		return r.T(family + name)
	}
	if field == "" {
		return module
	}
	return strings.ReplaceAll(field, "_", " ")
}

// exportTemplate is a page that stands alone: no style sheet, no address.
var exportTemplate = template.Must(template.New("export").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.T "account.export.page" "login" .Login}}</title></head>
<body>
<h1>{{.T "account.export.page" "login" .Login}}</h1>
<p>{{.T "account.export.made" "at" .Now}}</p>
{{range .Parts}}<h2>{{.Key}}</h2>
{{template "nodes" .Children}}{{end}}
</body>
</html>
{{define "nodes"}}<ul>{{range .}}<li>{{if .Key}}<strong>{{.Key}}</strong> {{end}}{{.Text}}{{if .Children}}
{{template "nodes" .Children}}{{end}}</li>
{{end}}</ul>{{end}}`))
