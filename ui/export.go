package ui

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
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
	b, err := r.exportZip(parts)
	if err != nil {
		return err
	}
	name := "copi-" + r.me.Login + "-" + r.now.In(s.zone).Format("2006-01-02") + ".zip"
	r.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return r.Data(200, "application/zip", b)
}

func (r *request) exportZip(parts []account.Part) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	doc := exportDocument{speech: r.speech, Login: r.me.Login}
	for _, p := range parts {
		b, err := json.MarshalIndent(p.Data, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("export %s: %w", p.Module, err)
		}
		w, err := z.Create(p.Module + ".json")
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(b); err != nil {
			return nil, err
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			return nil, err
		}
		doc.Parts = append(doc.Parts, node{Key: r.exportName(p.Module, ""), Children: r.nodes(p.Module, v)})
	}
	w, err := z.Create("index.html")
	if err != nil {
		return nil, err
	}
	if err := exportTemplate.Execute(w, doc); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
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
// module without one is named by its JSON.
var exportNames = map[string]string{"account": "account.export.", "listing": "listing.export."}

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
