package appliance

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"copi.local/appliance/panel"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// savedVillage is a village at rest with one backup on its card, and the browser
// of the operator who made it, still signed in.
func savedVillage(t *testing.T) (dir string, operator *visitor) {
	t.Helper()
	village, dir := fromStock(t, 1)
	b := run(t, dir)
	operator = b.signIn(operatorOf(t, village))
	operator.says("make a backup", operator.post("/admin/sauvegardes"), 303)
	b.stop()
	return dir, operator
}

// spoil writes over the middle of the database.
func spoil(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(database(dir))
	if err != nil {
		t.Fatal(err)
	}
	for i := 8 << 10; i < len(text)-4096; i += 16 << 10 {
		copy(text[i:], bytes.Repeat([]byte("?!"), 2048))
	}
	if err := os.WriteFile(database(dir), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// code proves that somebody stands at a box without an LED.
func (v *visitor) code() {
	v.Helper()
	code, err := panel.SetupCode(v.dir)
	if err != nil {
		v.Fatal(err)
	}
	v.says("a wrong code", v.post("/secours", "code", "AAAA-AAAA"), 422, "code")
	v.says("the code", v.post("/secours", "code", code), 303)
}

// TestDamagedDataAreShownAsTheyWereAndPutBack goes from a spoilt database, over a
// box that shows its last backup and takes nothing, to the box as it was.
func TestDamagedDataAreShownAsTheyWereAndPutBack(t *testing.T) {
	dir, operator := savedVillage(t)
	spoil(t, dir)
	if _, _, err := openAtRest(t.Context(), dir); err == nil || !strings.Contains(OneLine(err), "open its pages") {
		t.Errorf("a command says %v", err)
	}
	spoilt, err := os.ReadFile(database(dir))
	if err != nil {
		t.Fatal(err)
	}
	b := run(t, dir)
	v := b.browser()
	home := v.get("/")
	v.says("home", home, 200, "La boîte est en secours", "Rien ne peut être enregistré", "Saint-Aubrac")
	if log := v.get("/journal"); log.status != 200 || strings.Contains(home.text+log.text, "est restaurée") || strings.Contains(home.text, "a été restaurée") {
		t.Error("a copy is said to be the box put back")
	}
	v.says("a list", v.get("/annonces"), 200, "La boîte est en secours")
	if m := regexp.MustCompile(`src="(/photo/[^"]+)"`).FindStringSubmatch(home.text); m != nil {
		v.says("a photo", v.get(m[1]), 200)
	}
	v.says("health", v.get("/healthz"), 503, `"data"`)
	v.says("why", v.get("/secours"), 200, "abîmées", "devant la boîte", "Rien n'a été effacé")
	for _, path := range []string{"/connexion", "/annonces", "/recuperation", "/installation", "/api/v1/listings"} {
		v.says("a form sent to "+path, v.post(path, "login", "mairie", "password", "x"), 503, "en secours")
	}
	v.says("sign in", v.get("/connexion"), 503, "abîmées")
	v.says("the API", v.get("/api/v1/listings"), 200, "items")
	operator.running = b
	if a := operator.get("/admin/personnes"); !strings.HasPrefix(a.to, "/connexion") {
		t.Errorf("who was signed in when the backup was made reads what operators do: %d to %q", a.status, a.to)
	}
	if a := v.get("/secours/sauvegarde"); a.to != "/secours" {
		t.Errorf("anybody may put a backup back: %d to %q", a.status, a.to)
	}
	if now, err := os.ReadFile(database(dir)); err != nil || !bytes.Equal(now, spoilt) {
		t.Errorf("the data were changed: %v", err)
	}

	v.code()
	a := v.get("/secours/sauvegarde")
	v.says("backups", a, 200, "mis de côté")
	m := regexp.MustCompile(`name="backup" value="([^"]+)"`).FindStringSubmatch(a.text)
	if m == nil {
		t.Fatalf("no backup is offered\n%s", a.text)
	}
	v.says("choose", v.post("/secours/sauvegarde", "do", "choose", "backup", m[1]), 303)
	a = v.wait("/secours/sauvegarde")
	v.says("what it holds", a, 200, "Saint-Aubrac", "Rien n'est encore changé")
	v.says("go", v.post("/secours/sauvegarde", "do", "go", "id", v.id(a)), 200, "La boîte revient")
	back := v.wait("/")
	v.says("home", back, 200, "La boîte a été restaurée le")
	if strings.Contains(back.text, "en secours") {
		t.Error("still in safe mode")
	}
	v.says("health", v.get("/healthz"), 200, "ok")
	v.says("why", v.get("/secours"), 404)
	b.left("put back")
	if _, err := os.Stat(filepath.Join(dir, safeDir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copy is left: %v", err)
	}
}

// TestALostDatabaseIsNoNewBox: what lies around it tells that a box was here,
// even when nothing can be shown.
func TestALostDatabaseIsNoNewBox(t *testing.T) {
	for name, lose := range map[string]func(dir string) error{
		"gone":  func(dir string) error { return os.Remove(database(dir)) },
		"empty": func(dir string) error { return os.Truncate(database(dir), 0) },
		"and backups": func(dir string) error {
			return errors.Join(os.Remove(database(dir)), os.RemoveAll(filepath.Join(dir, "backups")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "gone" {
				t.Skip("one request at a time: nothing for the race detector")
			}
			dir, _ := savedVillage(t)
			if err := lose(dir); err != nil {
				t.Fatal(err)
			}
			b := run(t, dir)
			v := b.browser()
			v.says("why", v.get("/secours"), 200, "ont disparu")
			if name == "and backups" {
				for _, path := range []string{"/", "/agenda", "/installation", "/admin"} {
					v.says(path, v.get(path), 503, "ont disparu")
				}
				return
			}
			v.says("home", v.get("/"), 200, "La boîte est en secours", "Saint-Aubrac")
		})
	}
}

// TestANewerDatabaseIsShown: who went back to an older program is told so.
func TestANewerDatabaseIsShown(t *testing.T) {
	dir, _ := savedVillage(t)
	f, err := os.OpenFile(database(dir), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(binary.BigEndian.AppendUint32(nil, 9999), 60)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	newer, err := os.ReadFile(database(dir))
	if err != nil {
		t.Fatal(err)
	}
	v := run(t, dir).browser()
	v.says("home", v.get("/"), 200, "La boîte est en secours")
	if now, err := os.ReadFile(database(dir)); err != nil || !bytes.Equal(now, newer) {
		t.Errorf("the newer data were changed: %v", err)
	}
	if _, err := os.Stat(database(dir) + "-wal"); err == nil {
		t.Error("the newer data were opened")
	}
	a := v.get("/secours")
	v.says("why", a, 200, "plus ancien que les données", "ses données sont intactes")
	if strings.Contains(a.text, `action="/secours"`) {
		t.Error("a backup is offered, though nothing is lost")
	}
	v.says("the code", v.post("/secours", "code", "AAAA-AAAA"), 404)
	v.says("a restore", v.get("/secours/sauvegarde"), 404)
}

// TestACardThatDoesNotWriteShowsWhatItHolds: the data themselves, not a backup.
func TestACardThatDoesNotWriteShowsWhatItHolds(t *testing.T) {
	dir, _ := savedVillage(t)
	err := atRest(t, dir, func(tx *store.Tx) error {
		box, err := account.BoxOf(tx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE account_boxes SET name = ?`, box.Name+" d’après")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	full := fmt.Errorf("data directory: %w", &os.PathError{Op: "open", Path: "copi.lock", Err: syscall.EROFS})
	if why := troubleOf(dir, full); why != store.Storage {
		t.Fatalf("%q", why)
	}
	db, c, err := openSafeCopy(t.Context(), dir, store.Storage, storetest.NewClock(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(db.Close(), c.drop()) }()
	err = db.View(t.Context(), func(tx *store.Tx) error {
		box, err := account.BoxOf(tx)
		if err == nil && !strings.HasSuffix(box.Name, " d’après") {
			err = fmt.Errorf("shows %q", box.Name)
		}
		return err
	})
	if err != nil || c.at.IsZero() {
		t.Error(err, c.at)
	}
}

// TestWhatIsNoTroubleOfTheData: a mistake in how the program was started ends it.
func TestWhatIsNoTroubleOfTheData(t *testing.T) {
	dir := t.TempDir()
	for name, err := range map[string]error{
		"no error": nil, "no box here": syscall.ENOSPC, "another box": errors.New("another box runs on it"), "stopped": context.Canceled,
	} {
		if why := troubleOf(dir, err); why != store.NoTrouble {
			t.Errorf("%s: %q", name, why)
		}
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := Serve(t.Context(), Config{Data: filepath.Join(file, "box"), HTTP: "127.0.0.1:0", GPIO: "none", Out: io.Discard, Err: io.Discard})
	if !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("a directory that cannot be: %v", err)
	}
}

// TestACardThatIsNotThereIsNoNewBox: on the image the data directory lies on a
// partition that may not mount, and what is below it does not write.
func TestACardThatIsNotThereIsNoNewBox(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "perm", "copi")
	cause := fmt.Errorf("data directory: %w", &os.PathError{Op: "mkdir", Path: dir, Err: syscall.EROFS})
	if why := troubleOf(dir, cause); why != store.Storage {
		t.Fatalf("%q", why)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { // ends with stop
		ended <- lives(ctx, Config{Data: dir, HTTP: "127.0.0.1:0", GPIO: "none", Version: "test", Out: io.Discard, Err: io.Discard}, listener, cause)
	}()
	v := (&running{T: t, dir: dir, url: address(listener)}).browser()
	for _, path := range []string{"/", "/installation"} {
		v.says(path, v.get(path), 503, "n'accepte plus d'écriture")
	}
	v.says("the code", v.post("/secours", "code", "1234"), 404)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
