package appliance

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"copi.local/appliance/backup"
	"copi.local/appliance/panel"
	"copi.local/appliance/stick"
	"copi.local/store"
	"copi.local/store/storetest"
)

// port is where a test plugs sticks in. Each is a directory; closed tells how
// often one was closed.
type port struct {
	mu     sync.Mutex
	stick  stick.Stick
	in     bool
	dir    string
	again  func() error // instead of mounting again
	closed int
}

func (p *port) Find() (stick.Stick, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stick, p.in
}

func (p *port) Open(s stick.Stick, _ bool) (*stick.Opened, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.Fault != nil {
		return nil, s.Fault
	}
	again := func() error { return nil }
	if p.again != nil {
		again = p.again
	}
	return &stick.Opened{Dir: p.dir, Again: again, Close: func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.closed++
		return nil
	}}, nil
}

func (p *port) plug(s stick.Stick, dir string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stick, p.in, p.dir = s, true, dir
}

func (p *port) pull() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in = false
}

// otherStorage is a directory on another storage than the test's data.
func otherStorage(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "copi-stick-") //nolint:usetesting // on another storage
	if err != nil {
		t.Skip("no second storage on this machine: ", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// desk is a village at rest with a port for sticks and an LED.
type desk struct {
	*testing.T
	*sticks
	port *port
	mu   sync.Mutex
	lit  panel.Conditions
}

func newDesk(t *testing.T, seed uint64) *desk {
	t.Helper()
	_, dir := fromStock(t, seed)
	db, c, err := openAtRest(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := &desk{T: t, port: &port{}}
	v := &vault{dir: dir, version: "test", db: db, clock: c}
	d.sticks = newSticks(d.port, v, slog.New(slog.DiscardHandler), func(which, hold panel.Conditions) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.lit = d.lit&^which | hold&which
	})
	d.ready.Store(true)
	return d
}

// says asserts what the LED says.
func (d *desk) says(what, code string) {
	d.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if got := panel.Pattern(d.lit).Code; got != code {
		d.Errorf("%s: the LED says %s, want %s", what, got, code)
	}
}

// press presses the button and does what it asks for.
func (d *desk) press(what string, taken bool) {
	d.Helper()
	if got := d.Press(); got != taken {
		d.Errorf("%s: the stick takes the press: %t", what, got)
	}
	select {
	case o := <-d.asked:
		d.obey(d.Context(), o)
		d.look(d.Context())
	default:
	}
}

func (d *desk) faultIs(what, key string) {
	d.Helper()
	fault := d.State().Fault
	if key == "" && fault != nil || key != "" && !sentenceIs(fault, key) {
		d.Errorf("%s: %v, want %s", what, fault, key)
	}
}

// names lists the backups of a stick that read well.
func (d *desk) good(dir string) (names []string) {
	d.Helper()
	own, err := d.ownBox(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	list, err := backup.OnStick(filepath.Join(dir, stickDir), own.card, own.scalars).List()
	if err != nil {
		d.Fatal(err)
	}
	for _, n := range list {
		f, err := os.Open(filepath.Join(dir, stickDir, n.File))
		if err != nil {
			d.Fatal(err)
		}
		if _, err := backup.Verify(d.Context(), f, own.scalars, d.TempDir()); err != nil {
			d.Errorf("%s: %v", n.File, err)
		}
		_ = f.Close()
		names = append(names, n.File)
	}
	return names
}

// TestBO4_APressMakesABackup goes the way of somebody with a good stick.
func TestBO4_APressMakesABackup(t *testing.T) {
	d, dir := newDesk(t, 1), otherStorage(t)
	d.press("no stick", false)
	d.port.plug(stick.Stick{ID: "a", Name: "VILLAGE", Kind: stick.FAT, Size: 8e9}, dir)
	d.look(t.Context())
	d.says("plugged in", "ready")
	if s := d.State(); s.ID != "a" || s.Name != "VILLAGE" || s.Free == 0 || len(s.Files) != 0 || s.Fault != nil {
		t.Errorf("plugged in: %+v", s)
	}
	d.press("a good stick", true)
	d.says("done", "backup_done")
	if s := d.State(); len(s.Files) != 1 || !s.Files[0].Own || s.DoneAt.IsZero() || s.Copies || s.Fault != nil {
		t.Errorf("done: %+v", s)
	}
	if s, err := d.vault.state(); err != nil || s.OutAt.IsZero() {
		t.Errorf("it is remembered: %+v, %v", s, err)
	}
	if len(d.good(dir)) != 1 {
		t.Error("not one good backup")
	}
	if d.port.closed != 2 {
		t.Errorf("closed %d times", d.port.closed)
	}
	d.press("a second press", false)
	d.says("a second press", "backup_done")
	d.port.pull()
	d.look(t.Context())
	d.says("pulled out", "ready")
	if s := d.State(); s.ID != "" || s.Fault != nil {
		t.Errorf("pulled out: %+v", s)
	}
}

// TestBO4_WhatGoesWrongWithAStick: five flashes, a sentence, and the generation
// before is intact and reads well.
func TestBO4_WhatGoesWrongWithAStick(t *testing.T) {
	for name, c := range map[string]struct {
		again func(*desk) error // after the backup was written
		want  string
	}{
		"full": {func(d *desk) error {
			return &os.PathError{Op: "write", Path: d.port.dir + "/COPI", Err: syscall.ENOSPC}
		}, "err.backup.full"},
		"unreadable":      {func(d *desk) error { return &os.PathError{Op: "read", Path: d.port.dir + "/COPI", Err: syscall.EIO} }, "err.backup.stick_unreadable"},
		"locked":          {func(d *desk) error { return &os.PathError{Op: "open", Path: d.port.dir + "/COPI", Err: syscall.EROFS} }, "err.backup.stick_locked"},
		"larger than FAT": {func(d *desk) error { return &os.PathError{Op: "write", Path: d.port.dir + "/COPI", Err: syscall.EFBIG} }, "err.stick.large"},
		"pulled out": {func(d *desk) error {
			d.port.pull()
			return &os.PathError{Op: "read", Path: d.port.dir + "/COPI", Err: syscall.EIO}
		}, "err.stick.removed"},
		"fake": {func(d *desk) error { // what was written is not there
			parts, err := filepath.Glob(filepath.Join(d.port.dir, stickDir, "*.part"))
			if err != nil || len(parts) != 1 {
				return errors.Join(err, errors.New("no part"))
			}
			return os.Truncate(parts[0], 3000)
		}, "err.backup.reread"},
	} {
		t.Run(name, func(t *testing.T) {
			d, dir := newDesk(t, 1), otherStorage(t)
			d.port.plug(stick.Stick{ID: "a"}, dir)
			d.look(t.Context())
			d.press("before", true)
			before := d.good(dir)
			d.port.pull()
			d.look(t.Context())

			d.port.plug(stick.Stick{ID: "b"}, dir)
			d.port.again = func() error { return c.again(d) }
			d.look(t.Context())
			d.press(name, true)
			d.says(name, "stick_trouble")
			d.faultIs(name, c.want)
			if now := d.good(dir); !slices.Equal(now, before) {
				t.Errorf("the stick holds %v, before %v", now, before)
			}
			d.port.pull()
			d.look(t.Context())
			if name == "pulled out" {
				d.says("still told", "stick_trouble")
				d.faultIs("still told", c.want)
				d.press("seen", false)
				d.says("seen", "ready")
			} else {
				d.says("taken out", "ready")
			}
			d.port.again = nil
			d.port.plug(stick.Stick{ID: "c"}, dir)
			d.look(t.Context())
			d.says("plugged in again", "ready")
			d.press("once more", true)
			d.says("once more", "backup_done")
			if now := d.good(dir); len(now) != 2 {
				t.Errorf("the stick holds %v", now)
			}
		})
	}
}

// TestAStickThatCannotBeUsed says why at the press, and on the page before it.
func TestAStickThatCannotBeUsed(t *testing.T) {
	d := newDesk(t, 1)
	d.port.plug(stick.Stick{ID: "a", Kind: stick.NTFS, Fault: store.E(store.Invalid, "err.backup.ntfs")}, "")
	d.look(t.Context())
	d.says("plugged in", "ready")
	d.faultIs("plugged in", "err.backup.ntfs")
	d.press("NTFS", true)
	d.says("NTFS", "stick_trouble")
	d.faultIs("NTFS", "err.backup.ntfs")

	d.port.plug(stick.Stick{ID: "b"}, d.vault.dir) // a mount that is none
	d.look(t.Context())
	d.press("the card itself", true)
	d.faultIs("the card itself", "err.backup.same_card")

	dir := otherStorage(t)
	if err := os.Symlink("/tmp", filepath.Join(dir, stickDir)); err != nil {
		t.Fatal(err)
	}
	d.port.plug(stick.Stick{ID: "c"}, dir)
	d.look(t.Context())
	d.press("a link", true)
	d.faultIs("a link", "err.stick.format")
}

// TestBO4_AnotherBoxsStick is asked about, and then holds both.
func TestBO4_AnotherBoxsStick(t *testing.T) {
	d, dir := newDesk(t, 1), otherStorage(t)
	theirs := filepath.Join(dir, stickDir, "copi-gramat-2026-01-02-7.copibackup")
	if err := errors.Join(os.Mkdir(filepath.Dir(theirs), 0o700), os.WriteFile(theirs, []byte("theirs"), 0o600)); err != nil {
		t.Fatal(err)
	}
	d.port.plug(stick.Stick{ID: "a"}, dir)
	d.look(t.Context())
	s := d.State()
	if foreign := s.Foreign(); !slices.Equal(foreign, []string{"gramat"}) {
		t.Errorf("whose it is: %v", foreign)
	}
	d.press("once", true)
	d.says("once", "stick_trouble")
	d.faultIs("once", "err.stick.other")
	if files, err := os.ReadDir(filepath.Dir(theirs)); err != nil || len(files) != 1 {
		t.Errorf("it was written to: %v, %v", files, err)
	}
	d.press("twice", true)
	d.says("twice", "backup_done")
	if text, err := os.ReadFile(theirs); err != nil || string(text) != "theirs" {
		t.Errorf("theirs: %q, %v", text, err)
	}
	s = d.State()
	if len(s.Files) != 2 || s.Foreign() != nil {
		t.Errorf("then: %+v", s)
	}
}

// TestAStickWithoutASetUpBoxIsNotWrittenTo: the press is for the code then.
func TestAStickWithoutASetUpBoxIsNotWrittenTo(t *testing.T) {
	d := newDesk(t, 1)
	d.ready.Store(false)
	d.port.plug(stick.Stick{ID: "a"}, otherStorage(t))
	d.look(t.Context())
	d.press("not set up", false)
	if err := d.Copy("a", false); !sentenceIs(err, "err.backup.not_set_up") {
		t.Errorf("from a page: %v", err)
	}
	if err := d.Copy("b", false); !sentenceIs(err, "err.stick.changed") {
		t.Errorf("another stick: %v", err)
	}
}

// TestOnlyBackupsOfAStickAreRestored, and nothing a link leads to.
func TestOnlyBackupsOfAStickAreRestored(t *testing.T) {
	d, dir := newDesk(t, 1), otherStorage(t)
	var got []byte
	d.receive = func(_ context.Context, file io.Reader, _ int64) (err error) {
		got, err = io.ReadAll(file)
		return err
	}
	const name = "copi-x-2026-01-02-7.copibackup"
	linked := "copi-x-2026-01-02-8.copibackup"
	err := errors.Join(os.WriteFile(filepath.Join(dir, name), []byte("sealed"), 0o600), os.Symlink("/etc/passwd", filepath.Join(dir, linked)))
	if err != nil {
		t.Fatal(err)
	}
	d.port.plug(stick.Stick{ID: "a"}, dir)
	d.look(t.Context())
	if err := d.Restore(t.Context(), "a", name); err != nil || string(got) != "sealed" {
		t.Errorf("%q, %v", got, err)
	}
	got = nil
	for _, path := range []string{linked, "../" + name, "/etc/passwd", "COPI/" + name, "other/" + name, ""} {
		if err := d.Restore(t.Context(), "a", path); err == nil || got != nil {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if err := d.Restore(t.Context(), "b", name); !sentenceIs(err, "err.stick.changed") {
		t.Errorf("another stick: %v", err)
	}
}

// TestAnUpdateOnAStickIsGivenToTheUpdater, found where people put it, and what it
// says of it is told.
func TestAnUpdateOnAStickIsGivenToTheUpdater(t *testing.T) {
	d, dir := newDesk(t, 1), otherStorage(t)
	if err := d.Update(t.Context(), "a", "x.copiupdate"); store.KindOf(err) != store.NotFound {
		t.Errorf("a box that takes none: %v", err)
	}
	said := error(nil)
	var got []byte
	d.update = func(_ context.Context, file io.Reader) (err error) {
		got, err = io.ReadAll(file)
		return errors.Join(err, said)
	}
	err := errors.Join(os.Mkdir(filepath.Join(dir, "COPI"), 0o700), os.WriteFile(filepath.Join(dir, "COPI", "copi-1.4.0.copiupdate"), []byte("signed"), 0o600),
		os.WriteFile(filepath.Join(dir, "NEW.COPIUPDATE"), []byte("new"), 0o600), os.WriteFile(filepath.Join(dir, "photo.jpg"), nil, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	d.port.plug(stick.Stick{ID: "a"}, dir)
	d.look(t.Context())
	if list := d.State().Updates; !slices.Equal(list, []string{"COPI/copi-1.4.0.copiupdate", "NEW.COPIUPDATE"}) {
		t.Errorf("found %q", list)
	}
	if err := d.Update(t.Context(), "a", "COPI/copi-1.4.0.copiupdate"); err != nil || string(got) != "signed" {
		t.Errorf("%q, %v", got, err)
	}
	said = store.E(store.Invalid, "err.update.signature").At("file")
	if err := d.Update(t.Context(), "a", "NEW.COPIUPDATE"); !sentenceIs(err, "err.update.signature") {
		t.Errorf("a stranger's: %v", err)
	}
	got = nil
	for _, path := range []string{"photo.jpg", "../x.copiupdate", "other/copi-1.4.0.copiupdate"} {
		if err := d.Update(t.Context(), "a", path); err == nil || got != nil {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
}

// TestABoxThatShowsACopyGivesItToAStick, from a card that does not write (BO-2).
func TestABoxThatShowsACopyGivesItToAStick(t *testing.T) {
	dir, _ := savedVillage(t)
	before := tree(t, dir)
	db, c, err := openSafeCopy(t.Context(), dir, store.Storage, storetest.NewClock(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "copi-safe") // as in memory
	if err := errors.Join(db.Close(), os.Rename(c.dir, moved)); err != nil {
		t.Fatal(err)
	}
	c.dir = moved
	if db, err = c.open(t.Context(), storetest.NewClock()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(db.Close(), c.drop()) }()
	p, out := &port{}, otherStorage(t)
	v := &vault{dir: dir, version: "test", db: db, clock: storetest.NewClock(), aside: c.dir, asOf: c.at}
	s := newSticks(p, v, slog.New(slog.DiscardHandler), func(panel.Conditions, panel.Conditions) {})
	s.ready.Store(true)
	p.plug(stick.Stick{ID: "a"}, out)
	d := &desk{T: t, sticks: s, port: p}
	d.look(t.Context())
	d.press("in safe mode", true)
	d.faultIs("in safe mode", "")
	if len(d.good(out)) != 1 {
		t.Error("no good backup")
	}
	if after := tree(t, dir); !slices.Equal(before, after) {
		t.Errorf("the card was written to:\n%v\nwas\n%v", after, before)
	}
}

// tree lists what lies in a directory, with sizes and times.
func tree(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			list = append(list, path+" "+info.ModTime().String())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestAStickCarriesABoxToABlankCard: the pages of a box in use copy to a stick;
// those of a new card put back what lies on it, with the same counts.
func TestAStickCarriesABoxToABlankCard(t *testing.T) {
	village, dir := fromStock(t, 1)
	cle := filepath.Join(t.TempDir(), "cle")
	if err := os.Mkdir(cle, 0o700); err != nil {
		t.Fatal(err)
	}
	with := func(cfg *Config) { cfg.Stick = cle }
	counts := countsOf(t, dir)
	b := run(t, dir, with)
	v := b.signIn(operatorOf(t, village))
	page := v.until("the stick is seen", "/admin/sauvegardes", "Copier maintenant sur la clé")
	m := regexp.MustCompile(`name="stick" value="([^"]+)"`).FindStringSubmatch(page.text)
	if m == nil {
		t.Fatalf("no stick\n%s", page.text)
	}
	v.says("copy", v.post("/admin/sauvegardes/cle", "stick", m[1]), 303)
	v.until("it is done", "/admin/sauvegardes", "Vous pouvez retirer la clé")
	if parcels, err := filepath.Glob(filepath.Join(cle, stickDir, "colis-*.copi")); err != nil || len(parcels) != 1 {
		t.Errorf("bundles on the stick: %v, %v", parcels, err)
	}
	b.stop()

	blank := filepath.Join(t.TempDir(), "blank")
	nb := run(t, blank, with)
	nv := nb.browser()
	prove(nv)
	page = nv.until("the stick is seen", setupPage, "Depuis la clé USB")
	m = regexp.MustCompile(`name="stick" value="([^"]+)"`).FindStringSubmatch(page.text)
	file := regexp.MustCompile(`name="backup" value="([^"]+)"`).FindStringSubmatch(page.text)
	if m == nil || file == nil {
		t.Fatalf("no backup\n%s", page.text)
	}
	nv.says("choose", nv.post(setupPage, "do", "stick", "stick", m[1], "backup", file[1]), 303)
	a := nv.wait(setupPage)
	nv.says("words are asked", a, 200, "24 mots")
	nv.says("words", nv.post(setupPage, "do", "open", "id", nv.id(a), "words", strings.Join(village.Recovery, " ")), 303)
	a = nv.wait(setupPage)
	nv.says("what it holds", a, 200, "Saint-Aubrac")
	nv.says("go", nv.post(setupPage, "do", "go", "id", nv.id(a)), 200)
	nv.says("home", nv.wait("/"), 200, "Saint-Aubrac")
	nb.stop()
	after := countsOf(t, blank)
	for _, table := range []string{"account_people", "agenda_events", "ads_ads", "directory_elements", "timebank_transfers", "photo_photos"} {
		if counts[table] != after[table] {
			t.Errorf("%s: %d rows, before %d", table, after[table], counts[table])
		}
	}
}

// until asks for a page until it says something.
func (v *visitor) until(what, page, says string) answer {
	v.Helper()
	for range 300 {
		if a := v.get(page); strings.Contains(a.text, says) {
			return a
		}
		time.Sleep(200 * time.Millisecond)
	}
	v.Fatalf("%s: %s never says %q\n%s", what, page, says, v.get(page).text)
	return answer{}
}

// TestADamagedBoxGivesAwayWhatItShows, to whoever stands at it: as a download and
// to a stick.
func TestADamagedBoxGivesAwayWhatItShows(t *testing.T) {
	dir, _ := savedVillage(t)
	spoil(t, dir)
	cle := filepath.Join(t.TempDir(), "cle")
	if err := os.Mkdir(cle, 0o700); err != nil {
		t.Fatal(err)
	}
	b := run(t, dir, func(cfg *Config) { cfg.Stick = cle })
	v := b.browser()
	for _, path := range []string{"/secours/telecharger", "/secours/cle"} {
		if a := v.post(path); a.to != "/secours" {
			t.Errorf("%s without the code: %d to %q", path, a.status, a.to)
		}
	}
	v.code()
	page := v.until("the stick is seen", "/secours", "Copier maintenant sur la clé")
	v.says("the page", page, 200, "Sauver ce qui reste", "Choisir une sauvegarde")
	file := filepath.Join(t.TempDir(), "x.copibackup")
	a := v.post("/secours/telecharger")
	if err := os.WriteFile(file, a.raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := VerifyBackup(t.Context(), dir, file, "", io.Discard); a.status != 200 || err != nil {
		t.Errorf("downloaded: %d, %v", a.status, err)
	}
	m := regexp.MustCompile(`name="stick" value="([^"]+)"`).FindStringSubmatch(page.text)
	v.says("copy", v.post("/secours/cle", "stick", m[1]), 303)
	v.until("it is done", "/secours", "Vous pouvez retirer la clé")
	files, err := filepath.Glob(filepath.Join(cle, stickDir, "*.copibackup"))
	if err != nil || len(files) != 1 {
		t.Fatalf("on the stick: %v, %v", files, err)
	}
	if err := VerifyBackup(t.Context(), dir, files[0], "", io.Discard); err != nil {
		t.Error(err)
	}
}

// TestAStickGoesFromVillageToVillage: a press leaves a bundle and reads those of
// others. An unknown box's waits for somebody to compare digits; once the two are
// linked, it is taken.
func TestAStickGoesFromVillageToVillage(t *testing.T) {
	cle := filepath.Join(t.TempDir(), "cle")
	if err := os.Mkdir(cle, 0o700); err != nil {
		t.Fatal(err)
	}
	with := func(cfg *Config) { cfg.Stick = cle }
	theirs, there := fromStock(t, 2)
	b := run(t, there, with)
	b.signIn(operatorOf(t, theirs)).copies()
	b.stop()
	if err := os.WriteFile(filepath.Join(cle, "vacances.copi"), []byte("COPI1\nhalf"), 0o600); err != nil {
		t.Fatal(err)
	}

	ours, here := fromStock(t, 1)
	v := run(t, here, with).signIn(operatorOf(t, ours))
	page := v.until("the stick is seen", "/admin/sauvegardes", "peut servir aussi")
	v.says("not asked", v.post("/admin/sauvegardes/cle", "stick", stickOf(page)), 422, "Rien n'y a été écrit")
	v.says("the page", v.copies("other", "1"), 200, "attend que quelqu'un le regarde", "Une partie de l'échange", "Le colis pour les boîtes voisines")
	m := regexp.MustCompile(`href="(/voisins/colis/[0-9a-f]{32})"`).FindStringSubmatch(v.get("/voisins/colis").text)
	if m == nil {
		t.Fatal("nothing waits")
	}
	v.says("accept", v.post(m[1], "do", "take", "accept", "1"), 303)
	page = v.copies()
	v.says("of a linked box", page, 200, "1 colis d'une boîte reliée a été repris")
	if strings.Contains(page.text, "attend que quelqu'un") {
		t.Error("it waits again")
	}
}

// stickOf is the stick a page shows.
func stickOf(a answer) string {
	m := regexp.MustCompile(`name="stick" value="([^"]+)"`).FindStringSubmatch(a.text)
	if m == nil {
		return ""
	}
	return m[1]
}

// copies makes a backup to the stick that is in, and gives the page of how it went.
func (v *visitor) copies(pairs ...string) answer {
	v.Helper()
	page := v.until("the stick is seen", "/admin/sauvegardes", "Copier maintenant sur la clé")
	v.says("copy", v.post("/admin/sauvegardes/cle", append(pairs, "stick", stickOf(page))...), 303)
	return v.wait("/admin/sauvegardes")
}
