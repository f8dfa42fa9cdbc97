package appliance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"time"

	"copi.local/appliance/clock"
	"copi.local/appliance/hotspot"
	"copi.local/appliance/mdns"
	"copi.local/appliance/panel"
	"copi.local/peer"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/ads"
	"copi.local/store/agenda"
	"copi.local/store/assembly"
	"copi.local/store/booking"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/intake"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/moderation"
	"copi.local/store/mutualaid"
	"copi.local/store/neighbour"
	"copi.local/store/notify"
	"copi.local/store/petition"
	"copi.local/store/photo"
	"copi.local/store/reaction"
	"copi.local/store/timebank"
	"copi.local/store/vote"
	"copi.local/ui"
)

// personal lists what each module stores about persons.
var personal = []store.Personal{
	account.Personal,
	listing.Personal,
	ads.Personal,
	agenda.Personal,
	booking.Personal,
	directory.Personal,
	moderation.Personal,
	notify.Personal,
	photo.Personal,
	intake.Personal,
	message.Personal,
	reaction.Personal,
	mutualaid.Personal,
	petition.Personal,
	timebank.Personal,
	group.Personal,
	discussion.Personal,
	vote.Personal,
	assembly.Personal,
}

// jobs lists what each module does by itself, now and then.
var jobs = slices.Concat(listing.Jobs, account.Jobs, moderation.Jobs, agenda.Jobs, booking.Jobs, ads.Jobs, message.Jobs, reaction.Jobs, mutualaid.Jobs, petition.Jobs, timebank.Jobs, group.Jobs, discussion.Jobs, assembly.Jobs, vote.Jobs, []store.Job{directory.Tender(notify.Tell)}, notify.Jobs(
	notify.Source{Module: agenda.Module, Author: agenda.AuthorOf, Related: concerned(agenda.Module)},
	notify.Source{Module: ads.Module, Author: ads.AuthorOf, Related: concerned(ads.Module)},
	notify.Source{Module: booking.Module, Author: booking.AuthorOf},
	notify.Source{Module: directory.Module, Author: directory.AuthorOf},
	notify.Source{Module: vote.Module, Author: vote.AuthorOf},
	notify.Source{Module: mutualaid.Module, Author: mutualaid.AuthorOf, Related: concerned(mutualaid.Module)},
	notify.Source{Module: discussion.Journal, Author: discussion.EntryAuthorOf, Related: concerned(discussion.Journal)},
	notify.Source{Module: petition.Module, Author: petition.AuthorOf, Related: concerned(petition.Module)},
))

// concerned finds whose followers hear of a new thing of a module: those of the
// organisation that gives it, and of the place where it is.
func concerned(module string) func(*store.Tx, string) ([]string, error) {
	return func(tx *store.Tx, id string) (elements []string, err error) {
		links, err := directory.Links(tx, store.Ref{Module: module, ID: id})
		for _, l := range links {
			if l.Confirmed {
				elements = append(elements, l.Element)
			}
		}
		return elements, err
	}
}

// box is a box put together, not yet running.
type box struct {
	cfg    Config
	log    *slog.Logger
	clock  *clock.Clock
	db     *store.DB
	front  *front
	health *health
	pages  *ui.Server
	album  *photo.Album
	super  *supervisor
	vault  *vault

	life context.Context //nolint:containedctx // of this box, until stop
	stop func()

	copy     *safeCopy // what it shows while its data cannot be used; nil of a box that is well
	restorer *restorer
	sticks   *sticks
	training *training // nil where the pages have no port
	runner   *store.Runner

	node      *peer.Node // nil when the box is to have no neighbours
	wifi      *hotspot.Hotspot
	announcer *mdns.Announcer // nil when the box is not to be announced
	httpPort  int
	announced string // the name and origin announced last

	known, ready bool          // whether the box is set up, as watch found last
	reminded     time.Duration // when the set-up code was written last, in elapsed time
}

// assemble makes the parts, the lower ones first. stop ends the box cleanly.
func assemble(ctx context.Context, cfg Config, listener net.Listener, stop func()) (*box, error) {
	b, ring, quiet := newBox(cfg)
	var err error
	b.db, err = store.Open(ctx, database(cfg.Data), store.Options{
		Clock: b.clock, Personal: personal, Synchronous: cfg.Synchronous,
	})
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		func() error { return b.db.CheckPages(ctx) },
		func() error { return b.notBefore(ctx) },
		func() error { return reapply(ctx, b.db, cfg.Data, quiet) },
		func() error { return b.db.Update(ctx, timebank.Audit) },
		func() error { return b.assembleRest(ctx, listener, quiet, ring, stop) },
	} {
		if err := step(); err != nil { // what follows would write to data that cannot be used
			return nil, errors.Join(err, b.close(), b.front.release())
		}
	}
	return b, nil
}

// newBox is a box with a clock; quiet is its log until the terminal is known.
func newBox(cfg Config) (b *box, ring *logRing, quiet *slog.Logger) {
	ring = new(logRing)
	quiet = slog.New(slog.NewTextHandler(ring, nil))
	b = &box{cfg: cfg, clock: clock.New(clock.Options{
		File: clockFile(cfg.Data), Built: cfg.Built, System: keepsTime(), Log: quiet,
	})}
	return b, ring, quiet
}

// useFront writes the log where the front leaves room for it, and watches the
// parts.
func (b *box) useFront(f *front, ring *logRing) {
	b.front = f
	b.log = slog.New(slog.NewMultiHandler(slog.NewTextHandler(ring, nil),
		slog.NewTextHandler(f.stderr(b.cfg.Err), &slog.HandlerOptions{Level: slog.LevelWarn})))
	b.super = &supervisor{log: b.log, clock: b.clock}
}

// useDatabase makes what keeps photos and backups of the open database; stop
// ends the box for a restore.
func (b *box) useDatabase(stop func()) {
	b.album = photo.NewAlbum(b.db, nil)
	b.vault = &vault{dir: b.cfg.Data, version: b.cfg.Version, db: b.db, clock: b.clock}
	b.restorer = newRestorer(b.vault, b.log, func(busy panel.Conditions) { b.front.set(panel.Busy, busy) }, stop)
	b.sticks = newSticks(stickMachine(b.cfg), b.vault, b.log, b.front.set)
	b.sticks.receive, b.front.stick = b.restorer.Receive, b.sticks.Press
}

// notBefore raises the clock to the newest thing this box stored: a power cut
// loses the last quarter of an hour of a clock without battery. The same goes
// for how long the box has run.
func (b *box) notBefore(ctx context.Context) error {
	return b.db.View(ctx, func(tx *store.Tx) error {
		for _, latest := range []func(*store.Tx) (time.Time, error){listing.Latest, account.Latest} {
			at, err := latest(tx)
			if err != nil {
				return err
			}
			b.clock.Raise(at)
		}
		ran, err := neighbour.HasRun(tx)
		b.clock.HasRun(ran)
		return err
	})
}

// assembleRest makes what stands on the open database.
func (b *box) assembleRest(ctx context.Context, listener net.Listener, quiet *slog.Logger, ring *logRing, stop func()) error {
	ready, err := isReady(ctx, b.db)
	if err != nil {
		return err
	}
	f, err := openFront(b.cfg, b.clock, quiet, ready, stop)
	if err != nil {
		return errors.Join(err, f.release())
	}
	b.useFront(f, ring)
	if b.runner, err = store.NewRunner(b.db, jobs, b.log); err != nil {
		return err
	}
	b.health = &health{
		db: b.db, clock: b.clock, dir: b.cfg.Data, parts: b.super.failures, network: localAddresses, faults: b.runner.Faults,
		holidayFault: useHolidays(b.cfg.Data), program: Program{b.cfg.Version, b.cfg.Built}, machine: thisMachine,
	}
	if fault := b.health.holidayFault; fault != nil {
		b.log.Warn("school holidays", "file", holidaysFile, "err", fault)
	}
	b.useDatabase(stop)
	if b.node, err = newNode(ctx, b.cfg, b.db, b.log, b.album); err != nil {
		return err
	}
	if b.node != nil {
		b.sticks.exchange = courier{b.node, b.db}.exchange
	}
	b.sticks.ready.Store(ready)
	if err := b.assemblePages(listener, ring); err != nil { //nolint:contextcheck // each request brings its own
		return errors.Join(err, b.closeNode())
	}
	return nil
}

// close ends what stands below the parts.
func (b *box) close() error { return errors.Join(b.db.Close(), b.copy.drop()) }

// closeNode gives the neighbours' port back when the box does not run.
func (b *box) closeNode() error {
	if b.node == nil {
		return nil
	}
	return b.node.Close()
}

// assemblePages makes what people meet: the name on the network, the pages.
func (b *box) assemblePages(listener net.Listener, ring *logRing) (err error) {
	if err := b.newAnnouncer(listener); err != nil {
		return err
	}
	names := &names{clock: b.clock, host: b.host}
	b.newWifi(names)
	b.health.wifi = wifiView{b.wifi}.Check
	opt := ui.Options{
		DB: b.db, Clock: b.clock, Log: b.log, Version: b.cfg.Version,
		HostNames: names.List, Journal: ring.Lines, Locales: filepath.Join(b.cfg.Data, "locales"), Basemaps: b.cfg.Data, Imports: imports(b.cfg.Data),
		Photos: b.album, Presence: b.front.presence, Panel: b.front.view(), Health: b.health, Report: b.health.report, Timekeeper: b.clock, Backups: backupsView{b.vault}, Restorer: b.restorer, Stick: b.sticks, Hotspot: wifiView{b.wifi},
	}
	if b.node != nil {
		opt.Neighbours = neighbours{b.node}
	}
	if u, err := b.newUpdater(); err != nil {
		b.log.Error("updates", "err", err)
	} else if u != nil {
		opt.Updater, b.sticks.update = u, u.Receive
	}
	if b.training = b.newTraining(listener, names.List); b.training != nil {
		opt.Training = b.training
	}
	b.pages, err = ui.New(opt)
	return err
}

// run starts the parts in order and stops them in reverse when ctx ends: the
// pages stop before what they write to.
func (b *box) run(ctx context.Context, listener net.Listener) error {
	if _, err := fmt.Fprintf(b.cfg.Out, "pages: %s\n", address(listener)); err != nil {
		return err
	}
	if b.copy != nil {
		return b.super.run(ctx, b.safeParts(listener))
	}
	parts := append([]part{{name: "clock", run: b.clock.Run}}, b.front.parts()...)
	if b.announcer != nil {
		parts = append(parts, part{name: "mdns", run: b.announcer.Run})
	}
	parts = append(parts, part{name: "wifi", run: b.wifi.Run})
	if b.node != nil {
		parts = append(parts, part{name: "neighbours", vital: true, run: b.node.Run},
			part{name: "control", run: func(ctx context.Context) error { return serveControl(ctx, b.cfg.Data, b.node) }})
	}
	if b.training != nil {
		parts = append(parts, part{name: "training", run: b.training.Run})
	}
	parts = append(parts,
		part{name: "alive", vital: true, run: b.newAlive(listener).Run},
		part{name: "jobs", run: b.runner.Run},
		part{name: "watch", run: b.watch},
		part{name: "backups", run: b.nightly},
		part{name: "restore", run: b.restorer.Run},
		part{name: "stick", run: b.sticks.Run},
		part{name: "memory", run: b.giveBack},
		part{name: "photos", run: b.album.Run},
		part{name: "pages", vital: true, run: func(ctx context.Context) error { return servePages(ctx, b.pages, listener) }})
	return b.super.run(ctx, parts)
}
