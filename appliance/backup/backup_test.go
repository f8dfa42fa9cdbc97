package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"copi.local/store"
	"copi.local/store/storetest"
)

// village is a box small enough to be backed up thousands of times.
type village struct {
	*testing.T
	data   string
	db     *store.DB
	clock  *storetest.Clock
	scalar []byte
	n      int64
}

func newVillage(t *testing.T) *village {
	db, clock := storetest.Open(t)
	v := &village{T: t, data: filepath.Dir(db.Path()), db: db, clock: clock, scalar: bytes.Repeat([]byte{7}, 32)}
	v.say("before")
	v.file("box.key", "a key")
	v.file("school-holidays.csv", "dates")
	v.file("locales/fr/agenda.json", "{}")
	v.file("secrets.txt", "not the box's")
	v.file(photo('a'), "a picture")
	v.file(photo('b'), "another")
	return v
}

func photo(c byte) string {
	h := strings.Repeat(string(c), 64)
	return "photos/" + h[:2] + "/" + h + ".jpg"
}

func (v *village) file(name, text string) {
	v.Helper()
	path := filepath.Join(v.data, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		v.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		v.Fatal(err)
	}
}

// say writes a row that a restored database is known by.
func (v *village) say(word string) {
	v.Helper()
	storetest.Update(v, v.db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT OR REPLACE INTO store_jobs (name, due_at) VALUES (?, 1)", word)
		return err
	})
}

func (v *village) said(path string) []string {
	v.Helper()
	db, err := store.Open(v.Context(), path, store.Options{Clock: v.clock})
	if err != nil {
		v.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var words []string
	storetest.View(v, db, store.Actor{}, func(tx *store.Tx) (err error) {
		words, err = store.All(tx, store.Scan[string], "SELECT name FROM store_jobs ORDER BY name")
		return err
	})
	return words
}

func (v *village) source(pool bool, d disk) Source {
	v.Helper()
	public, err := Public(v.scalar)
	if err != nil {
		v.Fatal(err)
	}
	v.n++
	return Source{
		DB: v.db, Dir: v.data, To: [][]byte{public}, Pool: pool, disk: d,
		About: About{Program: "test", Box: "card-1", Commune: "Saint-Éloi", Name: "La boîte", MadeAt: v.clock.Now(), Clock: 2, N: v.n},
	}
}

func (v *village) prepare(pool bool, d disk) *Prepared {
	v.Helper()
	p, err := Prepare(v.Context(), v.source(pool, d), filepath.Join(v.data, "backups"))
	if err != nil {
		v.Fatal(err)
	}
	v.Cleanup(func() { _ = p.Close() })
	return p
}

func (v *village) bytes() []byte {
	v.Helper()
	var b bytes.Buffer
	if err := v.prepare(false, disk{}).WriteTo(v.Context(), &b); err != nil {
		v.Fatal(err)
	}
	return b.Bytes()
}

func (v *village) verify(b []byte) (About, error) {
	return Verify(v.Context(), bytes.NewReader(b), [][]byte{v.scalar}, filepath.Join(v.data, "work"))
}

func keyOf(err error) string {
	if e, ok := errors.AsType[*store.Error](err); ok {
		return e.Key
	}
	return fmt.Sprint(err)
}

func TestABackupHoldsWhatTheBoxHolds(t *testing.T) {
	v := newVillage(t)
	b := v.bytes()
	about, err := v.verify(b)
	if err != nil {
		t.Fatal(err)
	}
	if about.Photos != 2 || about.Commune != "Saint-Éloi" || about.Tables["store_jobs"] != 1 || about.FileName() != "copi-saint-eloi-"+v.clock.Now().Format(time.DateOnly)+"-1.copibackup" {
		t.Errorf("it says %+v, %s", about, about.FileName())
	}
	if peeked, err := Peek(t.Context(), bytes.NewReader(b), [][]byte{v.scalar}); err != nil || peeked.Box != "card-1" || peeked.Rows() != about.Rows() {
		t.Errorf("Peek = %+v, %v", peeked, err)
	}
	v.say("after")
	v.file("box.key", "another key")
	staged, err := Stage(t.Context(), bytes.NewReader(b), [][]byte{v.scalar}, v.data, v.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"box.key": "a key", photo('a'): "a picture", photo('b'): "another", "school-holidays.csv": "dates", "locales/fr/agenda.json": "{}"} {
		if got, err := os.ReadFile(staged.path(name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if exists(staged.path("secrets.txt")) {
		t.Error("a file that is not the box's travels")
	}
	if got := v.said(staged.Database()); !slices.Equal(got, []string{"before"}) {
		t.Errorf("the database says %v", got)
	}
}

// The public tools read a backup: the identity is written as they read it.
func TestTheSheetsIdentityIsAges(t *testing.T) {
	v := newVillage(t)
	id, err := age.ParseX25519Identity(Identity(v.scalar))
	if err != nil {
		t.Fatal(err)
	}
	public, err := Public(v.scalar)
	if err != nil {
		t.Fatal(err)
	}
	if got := bech32("age", public); got != id.Recipient().String() {
		t.Errorf("recipient %s, age says %s", got, id.Recipient())
	}
	if _, err := age.Decrypt(bytes.NewReader(v.bytes()), id); err != nil {
		t.Error(err)
	}
}

func TestADamagedBackupIsRefusedInOneSentence(t *testing.T) {
	v := newVillage(t)
	b := v.bytes()
	step := max(1, len(b)/40)
	for at := 0; at < len(b); at += step {
		bad := bytes.Clone(b)
		bad[at] ^= 0x40
		_, err := v.verify(bad)
		switch key := keyOf(err); key {
		case "err.backup.damaged", "err.backup.cut", "err.backup.foreign", "err.backup.key":
		default:
			t.Fatalf("byte %d of %d damaged: %s", at, len(b), key)
		}
		if _, err := v.verify(b[:at]); keyOf(err) != "err.backup.cut" {
			t.Fatalf("cut after byte %d of %d: %v", at, len(b), err)
		}
	}
	if _, err := v.verify(append(bytes.Clone(b), 'x')); err == nil {
		t.Error("a byte too many is not noticed")
	}
	for want, text := range map[string]string{"err.backup.foreign": "SQLite format 3, and more", "err.backup.cut": "age-encryption.org"} {
		if _, err := v.verify([]byte(text)); keyOf(err) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := Verify(t.Context(), bytes.NewReader(b), [][]byte{bytes.Repeat([]byte{8}, 32)}, t.TempDir()); keyOf(err) != "err.backup.key" {
		t.Errorf("with another key: %v", err)
	}
	if _, err := Verify(t.Context(), bytes.NewReader(b), nil, t.TempDir()); keyOf(err) != "err.backup.key" {
		t.Errorf("without a key: %v", err)
	}
}

// forge writes a backup of the given entries with a right key.
func (v *village) forge(entries ...[2]string) []byte {
	v.Helper()
	p := v.prepare(false, disk{})
	var b bytes.Buffer
	if err := forged(&b, p.src.To, entries); err != nil {
		v.Fatal(err)
	}
	return b.Bytes()
}

func TestABackupThatLiesIsRefused(t *testing.T) {
	v := newVillage(t)
	p := v.prepare(false, disk{})
	about := func(change func(*About)) string {
		a := p.About
		change(&a)
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	whole, err := os.ReadFile(p.copied())
	if err != nil {
		t.Fatal(err)
	}
	db := string(whole)
	same := func(*About) {}
	for name, c := range map[string]struct {
		want    string
		entries [][2]string
	}{
		"newer":       {"err.backup.newer", [][2]string{{aboutName, about(func(a *About) { a.Format = Format + 1 })}}},
		"newer data":  {"err.backup.newer", [][2]string{{aboutName, about(same)}, {databaseName, db[:60] + "\x01\x01\x01\x01" + db[64:]}, {contentsName, ""}}},
		"no contents": {"err.backup.cut", [][2]string{{aboutName, about(same)}, {databaseName, db}}},
		"path":        {"err.backup.damaged", [][2]string{{aboutName, about(same)}, {"../../etc/passwd", "x"}}},
		"other file":  {"err.backup.damaged", [][2]string{{aboutName, about(same)}, {"clock", "x"}}},
		"large":       {"err.backup.damaged", [][2]string{{aboutName, about(func(a *About) { a.Database = 10 })}, {databaseName, db}}},
		"unlisted":    {"err.backup.damaged", [][2]string{{aboutName, about(same)}, {databaseName, db}, {contentsName, "{}"}}},
		"counts":      {"err.backup.damaged", [][2]string{{aboutName, about(func(a *About) { a.Tables = nil })}, {databaseName, db}, {contentsName, ""}}},
		"no database": {"err.backup.damaged", [][2]string{{aboutName, about(same)}, {contentsName, ""}}},
		"no SQLite":   {"err.database_unsound", [][2]string{{aboutName, about(same)}, {databaseName, strings.Repeat("no", 3000)}, {contentsName, ""}}},
	} {
		if _, err := v.verify(v.forge(c.entries...)); keyOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// cutAt is a card that stops working at its n-th change.
func cutAt(n int, err error) disk {
	writes := map[string]int{} // the third write to a file is as the second
	return disk{step: func(op, path string) error {
		if op == "write" {
			if writes[path]++; writes[path] > 2 && n > 0 {
				return nil
			}
		}
		if n--; n < 0 {
			return err
		}
		return nil
	}}
}

var errPower = errors.New("the power fails")

// Whatever change of the card fails, and with it all that come after, the
// backup that was there is whole and the next one succeeds.
func TestAnInterruptedBackupLeavesTheOneBefore(t *testing.T) {
	for name, fault := range map[string]error{"power": errPower, "full": syscall.ENOSPC} {
		v := newVillage(t)
		shelf := OnCard(v.data)
		first, err := shelf.Keep(t.Context(), v.prepare(true, disk{}), [][]byte{v.scalar}, shelf.Dir())
		if err != nil {
			t.Fatal(err)
		}
		v.clock.Add(24 * time.Hour)
		p := v.prepare(true, disk{})
		for n := 0; ; n++ {
			broken := *shelf
			broken.disk = cutAt(n, fault)
			_, err := broken.Keep(t.Context(), p, [][]byte{v.scalar}, shelf.Dir())
			if err == nil {
				if n < 8 {
					t.Fatalf("%s: only %d changes were tried", name, n)
				}
				break
			}
			if name == "full" && keyOf(err) != "err.backup.full" {
				t.Fatalf("full at change %d: %v", n, err)
			}
			list, err := shelf.List()
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range list {
				v.good(shelf, one.File)
			}
			if list[len(list)-1].File != first {
				t.Fatalf("%s at change %d: left are %v", name, n, list)
			}
		}
		unlock, err := shelf.Lock()
		if err != nil {
			t.Fatal(err)
		}
		unlock()
		if left, _ := filepath.Glob(filepath.Join(shelf.Dir(), "*"+partSuffix)); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func (v *village) good(shelf *Shelf, name string) {
	v.Helper()
	f, err := shelf.Open(name)
	if err != nil {
		v.Fatal(err)
	}
	_, err = Verify(v.Context(), f, [][]byte{v.scalar}, filepath.Join(v.data, "work"))
	if err := errors.Join(err, f.Close()); err != nil {
		v.Fatalf("%s: %v", name, err)
	}
}

// Whatever change of the card fails during a restore, the next start finds the
// box as it was or as it was backed up, whole, and what was there aside.
func TestAnInterruptedRestoreIsAllOrNothing(t *testing.T) {
	before, after := 0, 0
	v := newVillage(t)
	b := v.bytes()
	v.say("later")
	v.file("imports/one.csv", "waits")
	if err := v.db.Close(); err != nil {
		t.Fatal(err)
	}
	was := v.data
	for n := 0; ; n++ {
		v.data = filepath.Join(t.TempDir(), fmt.Sprint(n))
		if err := os.CopyFS(v.data, os.DirFS(was)); err != nil {
			t.Fatal(err)
		}
		err := v.restore(b, cutAt(n, errPower))
		cut := errors.Is(err, errPower)
		if err != nil && !cut {
			t.Fatal(err)
		}
		aside, err := v.start(n)
		if err != nil {
			t.Fatalf("start after a cut at change %d: %v", n, err)
		}
		words := v.said(filepath.Join(v.data, databaseName))
		switch {
		case slices.Equal(words, []string{"before", "later"}) && cut && aside == "":
			before++
		case slices.Equal(words, []string{"before"}):
			after++
			v.aside()
		default:
			t.Fatalf("cut at change %d: the database says %v, aside %q", n, words, aside)
		}
		for name, want := range map[string]string{"box.key": "a key", photo('a'): "a picture", photo('b'): "another"} {
			if got, err := os.ReadFile(filepath.Join(v.data, name)); err != nil || string(got) != want {
				t.Fatalf("cut at change %d: %s holds %q, %v", n, name, got, err)
			}
		}
		for _, dir := range []string{stageDir, readyDir, movingDir} {
			if exists(filepath.Join(v.data, dir)) {
				t.Fatalf("cut at change %d: %s is left", n, dir)
			}
		}
		if !cut {
			break
		}
		if err := os.RemoveAll(v.data); err != nil {
			t.Fatal(err)
		}
	}
	if before < 5 || after < 5 {
		t.Errorf("%d cuts left the old box, %d the new one: too few to tell", before, after)
	}
}

func (v *village) restore(b []byte, d disk) error {
	staged, err := stage(v.Context(), bytes.NewReader(b), [][]byte{v.scalar}, v.data, v.clock.Now(), d)
	if err != nil {
		return err
	}
	if err := staged.Commit(0); err != nil {
		return err
	}
	_, err = finish(v.data, d)
	return err
}

// start begins again until the power stays, failing at every change once more.
func (v *village) start(n int) (aside string, err error) {
	if aside, err = finish(v.data, cutAt(n%5, errPower)); errors.Is(err, errPower) {
		aside, err = Finish(v.data)
	}
	return aside, err
}

// aside checks that what was there before is whole where it was moved.
func (v *village) aside() {
	v.Helper()
	dirs, err := filepath.Glob(filepath.Join(v.data, "old-*"))
	if err != nil || len(dirs) != 1 {
		v.Fatalf("aside: %v, %v", dirs, err)
	}
	if got := v.said(filepath.Join(dirs[0], databaseName)); !slices.Equal(got, []string{"before", "later"}) {
		v.Fatalf("aside the database says %v", got)
	}
	for name, want := range map[string]string{"imports/one.csv": "waits", photo('a'): "a picture", "box.key": "a key"} {
		if got, err := os.ReadFile(filepath.Join(dirs[0], name)); err != nil || string(got) != want {
			v.Fatalf("aside %s holds %q, %v", name, got, err)
		}
	}
}

func TestPhotosStayBesideTheBackupsOfTheCard(t *testing.T) {
	v := newVillage(t)
	shelf := OnCard(v.data)
	name, err := shelf.Keep(t.Context(), v.prepare(true, disk{}), [][]byte{v.scalar}, shelf.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(v.data, photo('a'))); err != nil { // its last use went
		t.Fatal(err)
	}
	f, err := shelf.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	staged, err := Stage(t.Context(), f, [][]byte{v.scalar}, v.data, v.clock.Now())
	if err != nil || staged.Missing != 0 {
		t.Fatal(staged, err)
	}
	if got, err := os.ReadFile(staged.path(photo('a'))); err != nil || string(got) != "a picture" {
		t.Errorf("the photo holds %q, %v", got, err)
	}
	if err := os.Remove(filepath.Join(shelf.Dir(), name)); err != nil {
		t.Fatal(err)
	}
	if err := shelf.Prune(); err != nil {
		t.Fatal(err)
	}
	var left []string
	_ = filepath.WalkDir(filepath.Join(shelf.Dir(), poolName), func(path string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			left = append(left, path)
		}
		return nil
	})
	if len(left) > 0 {
		t.Errorf("photos of no backup are left: %v", left)
	}
}

func TestGenerations(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var list []Named // newest first, two a day for sixty days
	for n := int64(120); n > 0; n-- {
		list = append(list, Named{N: n, Day: day.AddDate(0, 0, int(n-1)/2)})
	}
	var days []int
	for _, n := range generations(list) {
		days = append(days, int(n.N))
	}
	// The last seven days, and the last day of each of the three weeks before.
	if want := []int{120, 118, 116, 114, 112, 110, 108, 100, 86}; !slices.Equal(days, want) {
		t.Errorf("kept are %v, want %v", days, want)
	}
	// A clock that went wild keeps the newest.
	wild := []Named{{N: 3, Day: day}, {N: 2, Day: day.AddDate(-10, 0, 0)}, {N: 1, Day: day.AddDate(10, 0, 0)}}
	if got := generations(wild); len(got) != 3 || got[0].N != 3 {
		t.Errorf("kept are %v", got)
	}
}

func TestAStickKeepsFiveOfItsOwnAndAllOfOthers(t *testing.T) {
	v := newVillage(t)
	dir := t.TempDir()
	// Another box of a commune of the same name, and the owner's own papers.
	others := []string{"copi-saint-eloi-2020-01-01-1.copibackup", "copi-loin-2020-01-01-2.copibackup", "vacances.jpg"}
	for _, name := range others {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("not ours"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stick := OnStick(dir, "card-1", [][]byte{v.scalar})
	for range onStick + 2 {
		n, err := stick.Next(v.n)
		if err != nil {
			t.Fatal(err)
		}
		v.n = n - 1
		if _, err := stick.Keep(t.Context(), v.prepare(false, disk{}), [][]byte{v.scalar}, t.TempDir()); err != nil {
			t.Fatal(err)
		}
	}
	list, err := stick.List()
	if err != nil || len(list) != onStick+2 {
		t.Errorf("on the stick are %v, %v", list, err)
	}
	for _, name := range others {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != "not ours" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

func TestOneBackupAtATime(t *testing.T) {
	shelf := OnCard(t.TempDir())
	unlock, err := shelf.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.Lock(); keyOf(err) != "err.backup.busy" {
		t.Errorf("a second one: %v", err)
	}
	unlock()
	if unlock, err = shelf.Lock(); err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestWhatASticksFileSystemMayBe(t *testing.T) {
	for name, c := range map[string]struct {
		kind, flags uint64
		want        string
	}{"FAT": {0x4d44, 0, "<nil>"}, "exFAT": {0x2011bab0, 0, "<nil>"}, "NTFS": {ntfs3, 0, "err.backup.ntfs"}, "locked": {0x4d44, 1, "err.backup.stick_locked"}} {
		if err := gradeKind(c.kind, c.flags); keyOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	if err := CheckStick(dir, dir); keyOf(err) != "err.backup.same_card" {
		t.Errorf("the card itself: %v", err)
	}
	if err := CheckStick(dir, filepath.Join(dir, "none")); keyOf(err) != "err.backup.no_stick" {
		t.Errorf("no stick: %v", err)
	}
}

func TestABackupThatIsNotWaitedForStops(t *testing.T) {
	v := newVillage(t)
	ctx, cancel := context.WithCancel(t.Context())
	p := v.prepare(false, disk{})
	cancel()
	if err := p.WriteTo(ctx, new(bytes.Buffer)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"Saint-Aubrac-sur-Lère": "saint-aubrac-sur-lere", "L’Œuf d'Or !": "l-oeuf-d-or", "": "boite", "Ÿ": "y"} {
		if got := Slug(name); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
	}
	if _, ok := ParseName("copi-x-2026-13-01-1.copibackup"); ok {
		t.Error("a month too many")
	}
}
