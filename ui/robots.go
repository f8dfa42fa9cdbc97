package ui

import "net/http"

// crawled is what programs that collect the web may read (RFC 9309), of a box
// that the web reaches: lists of events and what the commune says of itself.
// Nothing that names persons or leads to their pages: what is written here is
// for the village, and whoever closes an account must not stay elsewhere.
const crawled = `User-agent: *
Allow: /$
Allow: /agenda$
Allow: /agenda.ics$
Allow: /agenda.atom$
Allow: /territoire$
Allow: /charte$
Allow: /aide
Allow: /static/
Disallow: /
`

// uncrawled keeps everything to itself: what is invented.
const uncrawled = "User-agent: *\nDisallow: /\n"

// robots says what programs that collect the web may read.
func (s *Server) robots(r *request) error {
	text := crawled
	if len(s.opt.Trainees) > 0 {
		text = uncrawled
	}
	return r.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}
