// Package ui is the box's web pages: one echo server, one file per module of
// the store, html/template pages that need no script.
//
// A request passes, from the outside in: the security headers, the page cache
// (cache.go), the list of host names the box answers to (guard.go), the
// cross-origin protection, echo's router, the right its route declares
// (route.go), and a thin handler that opens a View or an Update, calls a verb
// of a module and renders a typed page (page.go, render.go) or returns an
// error, which errors.go turns into an answer. Everything shown to people comes
// from the catalogues in locales/ (locale.go).
//
// To add a page: a line in the module's table of routes (and the table in
// tables below), a handler, a typed page that embeds page, a template
// templates/<module>/<name>.html that defines "main", its sentences in
// locales/fr/<module>.json and locales/en/<module>.json, and in the module's
// page test a sample for the walk of rights (walk_test.go):
//
//	func (s *Server) agendaRoutes() []route {
//		return []route{{GET, "/agenda/:id", public, s.event}}
//	}
//
//	type eventPage struct {
//		page
//		Event agenda.Event
//	}
//
//	func (s *Server) event(r *request) error {
//		p := &eventPage{page: r.page("agenda.title")}
//		err := r.View(func(tx *store.Tx) (err error) {
//			p.Event, err = agenda.Get(tx, r.Param("id"))
//			return err
//		})
//		if err != nil {
//			return err
//		}
//		r.FreshUntil(p.Event.EndsAt) // then the page says it is over
//		return r.Render("agenda/event", p)
//	}
//
// A form is read with r.form, drawn with {{template "field" …}} (field.go),
// refused with r.RenderForm and ends with r.Redirect; form.refuse has the
// pattern.
//
// The package knows nothing of libp2p, LEDs or backups: what it needs of the
// machine it asks through the small interfaces in machine.go.
package ui

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/photo"
)

// Options is what a Server needs. DB, Clock and Log must be set; the machine's
// parts may be nil where a box has none.
type Options struct {
	DB    *store.DB
	Clock store.Clock
	Log   *slog.Logger

	Presence   Presence
	Timekeeper Timekeeper
	Panel      Panel
	Health     Health
	Neighbours Neighbours
	Hotspot    Hotspot
	Backups    Backups
	Restorer   Restorer
	Updater    Updater
	Stick      Stick
	Safe       *Safe // why a copy is shown; nil of a box that is well

	Report    func(context.Context, io.Writer) error // the health as a text without personal data; nil where there is none
	Journal   func() []string                        // the last lines of the log, oldest first, for operators; may be nil
	HostNames func() []string                        // names and addresses the box answers to, without port; loopback always passes
	Photos    *photo.Album                           // nil makes one beside the database
	Locales   string                                 // directory whose <lang>/<module>.json files override the built-in sentences; may be empty or missing
	Zone      *time.Location                         // of the village; nil is Europe/Paris
	Imports   string                                 // directory where files an operator sends wait; empty: the pages take none
	Basemaps  string                                 // directory where an operator may put a .pmtiles file; may be empty
	Version   string                                 // of the program, shown at the foot of pages

	Training Training  // the village beside this one in which people practise; nil where there can be none
	Trainees []Trainee // of a village that is itself one to practise in; empty of a real one
}

// Server answers the box's HTTP requests. It is safe for concurrent use.
type Server struct {
	parts // what is the same in every box

	opt     Options
	db      *store.DB
	clock   store.Clock
	log     *slog.Logger
	zone    *time.Location
	auth    authenticator
	desk    *account.Desk
	opened  atomic.Bool // the box is set up; it never closes again
	once    *shelf
	sorted  map[string]categoryOwner // by set
	album   *photo.Album
	uploads chan struct{} // held by each form with a file while it is sent
	wholes  chan struct{} // held by each long file made on demand
	waits   atomic.Pointer[knownWait]
	echo    *echo.Echo
	handler http.Handler
	routes  []route
	langs   *catalogue
	cache   *pageCache
	scale   scale
	name    atomic.Pointer[named]
	arrived *arrivals // phones that went on from the welcome of the Wi-Fi
	boot    string    // tells starts apart: db.Version begins anew

	switched atomic.Pointer[switches]
	todos    dutyCounts
	doorsOf  doorCounts
}

// New parses every template and sentence and registers every route, so that a
// mistake in one of them is found at start and not by a visitor.
func New(opt Options) (*Server, error) {
	s := &Server{opt: opt, db: opt.DB, clock: opt.Clock, log: opt.Log, zone: opt.Zone, auth: account.Authenticate, boot: store.NewID()}
	s.desk, s.once = account.NewDesk(opt.DB, account.Recommended), newShelf(opt.Clock)
	s.arrived = newArrivals(opt.Clock.Running)
	s.sorted = categoryOwners()
	s.album, s.uploads = opt.Photos, make(chan struct{}, uploadsAtAll)
	s.wholes = make(chan struct{}, wholesAtOnce)
	if s.album == nil {
		s.album = photo.NewAlbum(opt.DB, nil)
	}
	var err error
	if s.zone == nil {
		if s.zone, err = time.LoadLocation("Europe/Paris"); err != nil {
			return nil, err
		}
	}
	if s.langs, err = sentences(opt.Locales); err != nil {
		return nil, err
	}
	if s.parts, err = builtInParts(); err != nil {
		return nil, err
	}
	s.scale = newScale(s.assets)
	s.cache = newPageCache(s)
	if err := s.register(s.tables()); err != nil {
		return nil, err
	}
	s.handler = s.protect()
	return s, nil
}

// parts is what is built into the program: it never changes once loaded.
type parts struct {
	assets   *assets
	pages    templates
	help     helpTexts
	welcomed welcomeStyle
}

// builtInParts loads them once a process: tests start hundreds of boxes.
var builtInParts = sync.OnceValues(func() (p parts, err error) {
	if p.assets, err = loadAssets(); err != nil {
		return p, err
	}
	if p.pages, err = parseTemplates(p.assets); err != nil {
		return p, err
	}
	if p.welcomed, err = newWelcomeStyle(p.assets); err != nil {
		return p, err
	}
	p.help, err = loadHelp()
	return p, err
})

// sentences is the catalogue with those of a directory over it.
func sentences(dir string) (*catalogue, error) {
	if dir == "" {
		return builtIn()
	}
	return loadCatalogue(dir)
}

// tables lists the routes of every module: a module adds its line here.
func (s *Server) tables() [][]route {
	return [][]route{
		s.coreRoutes(),
		s.helpRoutes(),
		s.statusRoutes(),
		s.adminRoutes(), s.publisherRoutes(),
		s.intakeRoutes(),
		s.backupRoutes(), s.restoreRoutes(),
		s.moduleRoutes(),
		s.trainingRoutes(),
		s.clockRoutes(),
		s.hotspotRoutes(), s.captiveRoutes(),
		s.setupRoutes(), s.setupRestoreRoutes(), s.safeRoutes(),
		s.accountRoutes(),
		s.peopleRoutes(),
		s.categoryRoutes(),
		s.notifyRoutes(),
		s.messageRoutes(),
		s.reactionRoutes(),
		s.discussionRoutes(),
		s.commentRoutes(),
		s.journalRoutes(),
		s.rescueRoutes(), s.successionRoutes(), s.updateRoutes(),
		s.neighbourRoutes(),
		s.bundleRoutes(),
		s.homeRoutes(),
		s.rosterRoutes(),
		s.choreRoutes(),
		s.isolatedRoutes(),
		s.agendaRoutes(),
		s.adsRoutes(),
		s.bookingRoutes(),
		s.bookingTermsRoutes(),
		s.bookingHandoverRoutes(),
		s.bookingDoorRoutes(),
		s.timebankRoutes(), s.paperRoutes(),
		s.charterRoutes(), s.minorRoutes(), s.textRoutes(),
		s.zoneRoutes(),
		s.statisticsRoutes(),
		s.directoryRoutes(),
		s.groupRoutes(),
		s.groupManageRoutes(),
		s.groupLeagueRoutes(),
		s.groupInvitationRoutes(),
		s.mutualaidRoutes(),
		s.petitionRoutes(), s.todoRoutes(),
		s.assemblyRoutes(),
		s.recountRoutes(),
		s.voteRoutes(),
		s.photoRoutes(),
		s.memberRoutes(),
		s.invitationRoutes(),
		s.claimRoutes(),
		s.graphRoutes(),
		s.moderationRoutes(),
		s.mapRoutes(),
		s.feedRoutes(),
		s.apiRoutes(),
		s.tagRoutes(),
		s.beyondRoutes(),
		s.listingRoutes(), // last: short codes stand at the root
	}
}

// Handler answers all requests of the box.
func (s *Server) Handler() http.Handler { return s.handler }

// Limits of a connection (OPERATIONS.md §2.2): a slow or silent client must
// not hold one of the few a small box has.
const (
	headerTimeout  = 5 * time.Second
	readTimeout    = 15 * time.Second
	writeTimeout   = 30 * time.Second
	idleTimeout    = 60 * time.Second
	maxHeaderBytes = 16 << 10
)

// HTTPServer is an http.Server with the box's limits, for the caller's
// listeners.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes - 4096, // net/http adds 4096 of its own
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}
