package ui

import (
	"bytes"
	"net/http"
	"strings"
)

// The page that everybody finds while the box changes under it: no database, no
// session, nothing but a sentence. It comes again by itself.

// How soon it does, in seconds: where somebody was, or at the home page, which
// is there whatever the box has become.
const (
	backSoon = "4"
	homeSoon = "4; url=/"
)

// meanwhilePage says that the box comes back.
type meanwhilePage struct {
	*speech
	Title, Village string
}

func meanwhileOf(s *speech) *meanwhilePage {
	return &meanwhilePage{speech: s, Title: s.T("restore.waiting")}
}

// Waiting answers every request with the page that waits, also once the database
// is closed.
func (s *Server) Waiting() http.Handler {
	pages := map[*locale][]byte{}
	for _, lang := range s.langs.list {
		var buf bytes.Buffer
		p := meanwhileOf(&speech{localizer{locale: lang, zone: s.zone, now: s.clock.Now()}})
		if err := s.pages.set.ExecuteTemplate(&buf, framed("embed", "backup/waiting"), p); err != nil {
			s.log.Error("page that waits", "err", err) // its words are in the header
		}
		pages[lang] = buf.Bytes()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for name, value := range securityHeaders {
			h[name] = value
		}
		if f, ok := s.assets.byPath[r.URL.Path]; ok {
			_ = f.serve(w, r) // the phone went away
			return
		}
		h["Content-Type"], h["Cache-Control"] = []string{htmlType}, noStore
		h.Set("Retry-After", backSoon)
		h.Set("Refresh", backSoon)
		if r.Method != GET || hasPrefix(r.URL.Path, []string{setupPath, backupsPath, safePath}) {
			h.Set("Refresh", homeSoon)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		if r.Method != http.MethodHead && !strings.HasPrefix(r.URL.Path, "/healthz") {
			_, _ = w.Write(pages[s.langs.choose(r)]) // as above
		}
	})
}
