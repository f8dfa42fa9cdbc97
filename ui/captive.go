package ui

import (
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"copi.local/store/hotspot"
)

// Phones that join the box's own Wi-Fi look for the internet and are shown a
// welcome instead (FRONT §5). Once somebody went on from it, their phone is told
// what it wants to hear, so that it stays: 12 hours, by address.

const (
	welcomePath = "/bienvenue"
	welcomeHost = "copi.lan"
	welcomedFor = 12 * time.Hour
	maxWelcomed = 256 // phones remembered; more than addresses there are
)

// arrivals remembers which phones went on from the welcome.
type arrivals struct {
	running func() time.Duration // of the box; see store.Clock

	mu    sync.Mutex // guards until
	until map[string]time.Duration
}

func newArrivals(running func() time.Duration) *arrivals {
	return &arrivals{running: running, until: map[string]time.Duration{}}
}

// holds tells whether a phone went on.
func (a *arrivals) holds(phone string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.running() < a.until[phone]
}

// add remembers a phone; the one that came first makes room.
func (a *arrivals) add(phone string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, known := a.until[phone]; !known && len(a.until) >= maxWelcomed {
		first := ""
		for p, until := range a.until {
			if first == "" || until < a.until[first] {
				first = p
			}
		}
		delete(a.until, first)
	}
	a.until[phone] = a.running() + welcomedFor
}

// phoneOf names the phone of the box's own Wi-Fi a request comes from; empty for
// one that comes by another way.
func (s *Server) phoneOf(r *http.Request) string {
	if s.opt.Hotspot == nil {
		return ""
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return s.opt.Hotspot.Phone(from.Addr())
}

// captive answers what phones of the box's own Wi-Fi look for the internet by,
// and nothing else: false leaves a request to the pages, which know none of
// these names. It reads no cookie and no database.
func (s *Server) captive(w http.ResponseWriter, r *http.Request) bool {
	name, port := r.Host, ""
	if h, p, err := net.SplitHostPort(r.Host); err == nil {
		name, port = h, ":"+p
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	if s.opt.Hotspot == nil || !hotspot.IsProbe(name) || r.Method != GET && r.Method != http.MethodHead || !s.opt.Hotspot.Portal() {
		return false
	}
	phone := s.phoneOf(r)
	if phone == "" {
		return false
	}
	h := w.Header()
	h["Cache-Control"] = noStore
	box := "http://" + welcomeHost + port
	if !s.arrived.holds(phone) {
		h.Set("Location", box+welcomePath)
		w.WriteHeader(http.StatusFound)
		return true
	}
	a, ok := hotspot.Success(name, r.URL.Path)
	if !ok {
		return false
	}
	if a.Status == http.StatusFound {
		h.Set("Location", box+"/")
	}
	if a.Type != "" {
		h.Set("Content-Type", a.Type)
	}
	w.WriteHeader(a.Status)
	if r.Method == GET {
		_, _ = w.Write([]byte(a.Body)) // the phone went away
	}
	return true
}

func (s *Server) captiveRoutes() []route {
	return []route{
		{GET, welcomePath, public, s.welcome},
		{POST, welcomePath, public, s.welcomeOn},
	}
}

// welcomeStyle is the style sheet within the welcome, and the policy that lets it
// be there: the page is one request, in a window of the phone's that may keep
// nothing.
type welcomeStyle struct {
	tag    trusted
	policy []string
}

func newWelcomeStyle(a *assets) (w welcomeStyle, err error) {
	css, err := a.plain("welcome.css")
	if err != nil {
		return w, err
	}
	sum := sha256.Sum256(css)
	hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	return welcomeStyle{inlineStyle(css), []string{strings.Replace(csp, "style-src 'self'", "style-src "+hash, 1)}}, nil
}

// welcomePage says what this Wi-Fi is.
type welcomePage struct {
	page
	Style   trusted
	Address string // to type
	Numeric string // for a phone that knows no names
	QR      qrCode
	On      bool // the reader is on the Wi-Fi
	Done    bool // and pressed the button
}

func (s *Server) welcome(r *request) error {
	r.Uncached() // it depends on the phone
	p := &welcomePage{page: r.page("hotspot.welcome.title"), Style: s.welcomed.tag, Address: welcomeHost + r.port()}
	if phone := s.phoneOf(r.Request()); phone != "" {
		p.On, p.Done = true, s.arrived.holds(phone)
		p.Numeric = "http://" + s.opt.Hotspot.Address().String() + r.port()
	}
	var err error
	if p.QR, err = newQR("http://" + p.Address + "/"); err != nil {
		return err
	}
	h := r.Response().Header()
	h["Content-Security-Policy"] = s.welcomed.policy
	h["Cache-Control"] = noStore
	return r.RenderPiece("hotspot/welcome", p)
}

// welcomeOn lets the phone believe that all is well from now on.
func (s *Server) welcomeOn(r *request) error {
	phone := s.phoneOf(r.Request())
	if phone == "" {
		return r.Redirect("/", "")
	}
	s.arrived.add(phone)
	return r.Redirect(welcomePath, "")
}
