package ui

import "net/http"

// flight is a page being rendered; those who want the same page wait for done.
type flight struct {
	done chan struct{}
	page *cachedPage // nil when it turned out not to be one to keep
}

// follow waits for the page another request renders. When it was not one to
// keep, the request goes its own way.
func (c *pageCache) follow(f *flight, w http.ResponseWriter, r *http.Request, next http.Handler) {
	select {
	case <-f.done:
	case <-r.Context().Done():
		return
	}
	if f.page != nil {
		f.page.write(w, r)
		return
	}
	next.ServeHTTP(w, r)
}

// leader is the answer to the request that renders for others. A first write
// that is not a page to keep sends the others their own way.
type leader struct {
	http.ResponseWriter
	cache   *pageCache
	key     pageKey
	version uint64
	flight  *flight
	landed  bool
}

// land ends the flight, once.
func (l *leader) land(p *cachedPage) {
	if l.landed {
		return
	}
	l.landed = true
	if p != nil {
		l.cache.keep(p)
	}
	l.cache.mu.Lock()
	delete(l.cache.flights, l.key)
	l.cache.mu.Unlock()
	l.flight.page = p
	close(l.flight.done)
}

func (l *leader) WriteHeader(status int) {
	l.land(nil)
	l.ResponseWriter.WriteHeader(status)
}

func (l *leader) Write(b []byte) (int, error) {
	l.land(nil)
	return l.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (l *leader) Unwrap() http.ResponseWriter { return l.ResponseWriter }
