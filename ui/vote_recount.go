package ui

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"strings"
)

func (s *Server) recountRoutes() []route {
	return []route{
		{GET, "/decisions/recompter.html", public, s.recountFile},
	}
}

// recountFile gives the page that counts a published vote again: one file to
// keep, with its script, its look and its words inside, that works from a disk
// and asks no box for anything. It is saved and never shown by the box, whose
// pages hold no such script.
func (s *Server) recountFile(r *request) error {
	script, err := s.assets.plain("recount.js")
	if err != nil {
		return err
	}
	look, err := s.assets.plain("recount.css")
	if err != nil {
		return err
	}
	words := r.recountWords()
	inScript, err := json.Marshal(words) // its < and > are escaped
	if err != nil {
		return err
	}
	var b bytes.Buffer
	text := func(key string) string { return html.EscapeString(words[key]) }
	b.WriteString(`<!doctype html><html lang="` + html.EscapeString(r.Lang) + `"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width,initial-scale=1"><title>` + text("title") + `</title><style>`)
	b.Write(look)
	b.WriteString(`</style></head><body><main><h1>` + text("title") + `</h1><p>` + text("lead") + `</p><noscript><p>` +
		text("script") + `</p></noscript></main><script>globalThis.copiWords = `)
	b.Write(inScript)
	b.WriteString(";</script><script>")
	b.Write(script)
	b.WriteString("</script></body></html>\n")
	r.Response().Header().Set("Content-Disposition", `attachment; filename="recompter.html"`)
	return r.Data(http.StatusOK, htmlType, b.Bytes())
}

// recountWords are the sentences of that page, without what all their keys
// begin with. Their placeholders stay: the page fills them in.
func (r *request) recountWords() map[string]string {
	const family = "vote.recount."
	words := map[string]string{}
	for l := r.locale; l != nil; l = l.fallback {
		for key := range l.sentences() {
			if name, ok := strings.CutPrefix(key, family); ok && words[name] == "" {
				words[name] = r.T(key, "name", "{name}", "names", "{names}", "number", "{number}", "quota", "{quota}", "value", "{value}")
			}
		}
	}
	return words
}
