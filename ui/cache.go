package ui

import (
	"container/list"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Bounds of the page cache.
const (
	cacheBytes   = 8 << 20 // of compressed pages
	cacheEntry   = 1 << 20 // a larger page is not kept
	entryPrice   = 512     // what an entry costs beside its bytes
	maxLanguages = 256     // Accept-Language headers remembered
)

// pageCache keeps the pages that visitors without a session read, as the bytes
// that go out. A page stays right until the database changes or until the
// instant its handler named (FreshUntil), midnight at the latest: then it is
// rendered again when next asked for. Two requests for the same missing page
// render it once.
type pageCache struct {
	s *Server

	mu      sync.Mutex // guards all below
	pages   map[pageKey]*list.Element
	recent  *list.List // of *cachedPage, the most recently read first
	size    int
	flights map[pageKey]*flight
	accept  map[string]*locale // by Accept-Language
}

// pageKey tells apart what may look different to visitors.
type pageKey struct {
	tls                     bool // pages name the box's own address
	unsure                  bool // of the time: nothing has expired then, and pages say so
	host, lang, path, query string
}

// cachedPage is a page ready to go out.
type cachedPage struct {
	key     pageKey
	version uint64    // of the database before it was rendered
	until   time.Time // when it changes by itself
	gz      []byte
	kind    []string // Content-Type
	length  []string // Content-Length
	etag    []string
	more    []headerLine
}

// headerLine is a header the handler set itself.
type headerLine struct {
	name  string
	value []string
}

func newPageCache(s *Server) *pageCache {
	return &pageCache{
		s: s, pages: map[pageKey]*list.Element{}, recent: list.New(),
		flights: map[pageKey]*flight{}, accept: map[string]*locale{},
	}
}

// serve answers from the cache, or lets next render and keeps the page.
func (c *pageCache) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	key, ok := c.key(r)
	if !ok {
		next.ServeHTTP(w, r)
		return
	}
	version, now := c.s.db.Version(r.Context()), c.s.clock.Now()
	c.mu.Lock()
	if p := c.find(key, version, now); p != nil {
		c.mu.Unlock()
		p.write(w, r)
		return
	}
	if f, ok := c.flights[key]; ok {
		c.mu.Unlock()
		c.follow(f, w, r, next)
		return
	}
	f := &flight{done: make(chan struct{})}
	c.flights[key] = f
	c.mu.Unlock()

	lead := &leader{ResponseWriter: w, cache: c, key: key, version: version, flight: f}
	defer lead.land(nil)
	next.ServeHTTP(lead, r)
}

// key is the place of a request in the cache; ok is false for one that is
// never answered from it.
func (c *pageCache) key(r *http.Request) (key pageKey, ok bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return key, false
	}
	path := r.URL.Path
	if strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/photo/") || len(r.RequestURI) > maxURI {
		return key, false
	}
	if r.URL.RawPath != "" { // spelled so that the router reads another path than we do
		return key, false
	}
	query := r.URL.RawQuery
	if query != "" {
		if query, ok = normalQuery(query); !ok {
			return key, false
		}
	}
	var lang string
	if cookies := r.Header["Cookie"]; len(cookies) > 0 {
		if _, err := r.Cookie(c.s.cookie(sessionCookie)); err == nil {
			return key, false
		}
		if _, err := r.Cookie(c.s.cookie(noticeCookie)); err == nil {
			return key, false
		}
		lang = c.s.langs.choose(r).Lang
	} else {
		lang = c.language(r)
	}
	return pageKey{tls: r.TLS != nil, unsure: c.s.unsure(), host: r.Host, lang: lang, path: path, query: query}, true
}

// language is what the browser asks for; parsing the header costs more than
// sending a page, so the answer is remembered.
func (c *pageCache) language(r *http.Request) string {
	header := ""
	if h := r.Header["Accept-Language"]; len(h) > 0 {
		header = h[0]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.accept[header]
	if !ok {
		l = c.s.langs.accept(header)
		if len(c.accept) >= maxLanguages {
			clear(c.accept)
		}
		c.accept[header] = l
	}
	return l.Lang
}

// normalQuery sorts the filters and drops the empty ones, so that the same
// list has one place. ok is false when they hold a choice of language, which
// sets a cookie, or are not well formed.
func normalQuery(raw string) (query string, ok bool) {
	q, err := url.ParseQuery(raw)
	if err != nil || q.Has("lang") {
		return "", false
	}
	for name, values := range q {
		if strings.Join(values, "") == "" {
			delete(q, name)
		}
	}
	return q.Encode(), true
}

// find is the page of a key, when it is still right. c.mu is held.
func (c *pageCache) find(key pageKey, version uint64, now time.Time) *cachedPage {
	e, ok := c.pages[key]
	if !ok {
		return nil
	}
	p := e.Value.(*cachedPage)
	if p.version < version || !now.Before(p.until) {
		c.drop(e)
		return nil
	}
	c.recent.MoveToFront(e)
	return p
}

// keep adds a page and drops the ones read longest ago past the bound.
func (c *pageCache) keep(p *cachedPage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.pages[p.key]; ok {
		c.drop(e)
	}
	c.pages[p.key] = c.recent.PushFront(p)
	c.size += p.price()
	for c.size > cacheBytes {
		c.drop(c.recent.Back())
	}
}

func (c *pageCache) drop(e *list.Element) {
	p := c.recent.Remove(e).(*cachedPage)
	delete(c.pages, p.key)
	c.size -= p.price()
}

// price is what the page costs in memory, about.
func (p *cachedPage) price() int {
	return len(p.gz) + entryPrice + len(p.key.host) + len(p.key.path) + len(p.key.query)
}

var (
	noStore   = []string{"no-store"}
	noCache   = []string{"no-cache"} // keep, but ask whether it is still right
	varyPages = []string{"Accept-Encoding, Accept-Language, Cookie"}
)

// write sends the page as it lies there, or 304, or unpacked to the rare
// client that does not take gzip.
func (p *cachedPage) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Cache-Control"], h["Vary"], h["Etag"] = noCache, varyPages, p.etag
	for _, line := range p.more {
		h[line.name] = line.value
	}
	if match := r.Header["If-None-Match"]; len(match) > 0 && (match[0] == p.etag[0] || matches(match[0], p.etag[0])) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = p.kind
	body, length := p.gz, p.length
	if gz := r.Header["Accept-Encoding"]; len(gz) > 0 && (gz[0] == "gzip" || acceptsGzip(r)) {
		h["Content-Encoding"] = gzipCoding
	} else {
		plain, err := gunzip(p.gz)
		if err != nil { // our own bytes, in memory: cannot be
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		body, length = plain, []string{strconv.Itoa(len(plain))}
	}
	h["Content-Length"] = length
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // a visitor who left
}
