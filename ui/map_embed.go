package ui

import (
	"html"
	"net/http"
	"strings"
)

// embedPath is where pieces for other web sites are: minimal pages without
// cookie or session, which any site may put into a frame. They show only what
// may leave the box.
const embedPath = "/integration/"

// isEmbed tells whether the request is for such a piece.
func isEmbed(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, embedPath) }

// embedCSP is the policy of other pages, but for who may frame it.
var embedHeaders = map[string][]string{
	"Content-Security-Policy":      {strings.Replace(csp, "frame-ancestors 'none'", "frame-ancestors *", 1)},
	"Cross-Origin-Resource-Policy": {"cross-origin"},
}

// embedPage is what every piece for another site has. Its links open the box
// in the whole window.
type embedPage struct {
	*speech
	Title, Note string
	Village     string
	Whole       string // the same on the box
	mapBody
	Days []dayView
}

func (r *request) embed(title string) *embedPage {
	for name, value := range embedHeaders {
		r.Response().Header()[name] = value
	}
	return &embedPage{speech: r.speech, Title: title, Village: r.s.village(r.context())}
}

// embedCode is what somebody copies into another site.
func embedCode(address, title string) string {
	return `<iframe src="` + html.EscapeString(address) + `" title="` + html.EscapeString(title) +
		`" width="100%" height="640" loading="lazy" style="border:0"></iframe>`
}

// embedMap is a map for another site: a saved one, or that of filters.
func (s *Server) embedMap(r *request) error {
	ask := mapAsk{filters: r.mapFilters(), cursor: r.QueryParam("cursor"), chosen: r.filtered(), path: r.Request().URL.Path, leaves: true}
	p := r.embed(r.T("map.title"))
	p.Whole = "/carte?" + ask.filters.Encode()
	if r.Param("slug") != "" {
		m, err := r.savedBySlug()
		if err != nil {
			return err
		}
		ask.saved, ask.chosen, ask.filters = &m, true, mergedFilters(m, r.QueryParams())
		ask.filters.Del("cursor")
		p.Title, p.Note, p.Whole = r.Typo(m.Title), m.Note, "/carte/"+m.Slug
	}
	q, err := r.mapQuery(ask)
	if err != nil {
		return err
	}
	if err := r.fillMap(&p.mapBody, q, ask); err != nil {
		return err
	}
	return r.render(http.StatusOK, "map/embed", framed("embed", "map/embed"), p)
}
