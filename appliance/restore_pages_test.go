package appliance

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"copi.local/appliance/demo"
	"copi.local/store"
	"copi.local/store/account"
)

const (
	restorePage = "/admin/sauvegardes/remettre"
	setupPage   = "/installation/sauvegarde"
)

// running is a box that serves in this process.
type running struct {
	*testing.T
	dir, url string
	stop     func()
}

func run(t *testing.T, dir string, change ...func(*Config)) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	out, in := io.Pipe()
	ended := make(chan error, 1)
	cfg := Config{Data: dir, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", GPIO: "none", Version: "test", Out: in, Err: io.Discard}
	for _, c := range change {
		c(&cfg)
	}
	go func() { // ends with stop
		err := Serve(ctx, cfg)
		_ = in.CloseWithError(fmt.Errorf("the box ended: %w", err))
		ended <- err
	}()
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // ends with the box
	b := &running{T: t, dir: dir, url: strings.TrimSpace(strings.TrimPrefix(line, "pages: "))}
	once := false
	b.stop = func() {
		if once {
			return
		}
		once = true
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(b.stop)
	return b
}

// visitor is somebody's browser.
type visitor struct {
	*running
	client *http.Client
}

func (b *running) browser() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	return &visitor{b, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what came back, its text without what only typography sees.
type answer struct {
	status      int
	to, refresh string
	text        string
	raw         []byte // as it came
}

func (v *visitor) do(req *http.Request, err error) answer {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
	req.Header.Set("Accept-Language", "fr")
	res, err := v.client.Do(req)
	if err != nil {
		v.Fatal(err)
	}
	return v.read(res)
}

func (v *visitor) read(res *http.Response) answer {
	v.Helper()
	text, err := io.ReadAll(res.Body)
	if fault := res.Body.Close(); err != nil || fault != nil {
		v.Fatal(err, fault)
	}
	words := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2019", "'", "&#39;", "'").Replace(string(text))
	return answer{res.StatusCode, res.Header.Get("Location"), res.Header.Get("Refresh"), words, text}
}

func (v *visitor) get(path string) answer {
	v.Helper()
	return v.do(http.NewRequestWithContext(v.Context(), http.MethodGet, v.url+path, nil))
}

func (v *visitor) post(path string, pairs ...string) answer {
	v.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	req, err := http.NewRequestWithContext(v.Context(), http.MethodPost, v.url+path, strings.NewReader(form.Encode()))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return v.do(req, err)
}

// send uploads a file.
func (v *visitor) send(page string, file []byte) answer {
	v.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "x.copibackup")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		v.Fatal(err)
	}
	req, err := http.NewRequestWithContext(v.Context(), http.MethodPost, v.url+page+"/fichier", &body)
	if err == nil {
		req.Header.Set("Content-Type", w.FormDataContentType())
	}
	return v.do(req, err)
}

// wait reads a page until it no longer comes again by itself.
func (v *visitor) wait(page string) answer {
	v.Helper()
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		a := v.get(page)
		if a.refresh == "" {
			return a
		}
		if time.Since(begun) > 3*time.Minute {
			v.Fatalf("%s waits for ever\n%s", page, a.text)
		}
	}
}

// says fails unless the answer has a status and sentences.
func (v *visitor) says(what string, a answer, status int, sentences ...string) {
	v.Helper()
	if a.status != status {
		v.Fatalf("%s: %d to %q\n%s", what, a.status, a.to, a.text)
	}
	for _, s := range sentences {
		if !strings.Contains(a.text, s) {
			v.Fatalf("%s does not say %q\n%s", what, s, a.text)
		}
	}
}

// signIn is an operator's browser.
func (b *running) signIn(p demo.Person) *visitor {
	b.Helper()
	v := b.browser()
	v.says("sign in", v.post("/connexion", "login", p.Login, "password", p.Password), http.StatusSeeOther)
	return v
}

var restoreID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// id is of the state that a page shows.
func (v *visitor) id(a answer) string {
	v.Helper()
	m := restoreID.FindStringSubmatch(a.text)
	if m == nil {
		v.Fatalf("no restore on the page\n%s", a.text)
	}
	return m[1]
}

// left fails when something of a restore lies in the data directory.
func (b *running) left(what string) {
	b.Helper()
	for _, name := range []string{"brought.copibackup", "restoring", "restored", "replacing"} {
		if _, err := os.Stat(filepath.Join(b.dir, name)); err == nil {
			b.Errorf("%s: %s is left", what, name)
		}
	}
}

func operatorOf(t *testing.T, v *demo.Village) demo.Person {
	t.Helper()
	for _, p := range v.People {
		if p.Role == store.Operator {
			return p
		}
	}
	t.Fatal("nobody keeps the box")
	return demo.Person{}
}

// stock keeps villages that several tests begin with: making one takes most of
// their time under the race detector. Tests here run one after the other.
var stock = struct {
	dir  string
	made map[uint64]*demo.Village
}{made: map[uint64]*demo.Village{}}

// fromStock copies the village of a seed to a directory of the test's own.
func fromStock(t *testing.T, seed uint64) (*demo.Village, string) {
	t.Helper()
	if stock.dir == "" {
		var err error
		if stock.dir, err = os.MkdirTemp("", "copi-villages-"); err != nil { //nolint:usetesting // of all tests; TestMain removes it
			t.Fatal(err)
		}
	}
	kept := filepath.Join(stock.dir, strconv.FormatUint(seed, 10))
	if stock.made[seed] == nil {
		made, err := Demo(t.Context(), DemoConfig{Data: kept, Listings: 12, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		stock.made[seed] = &made
	}
	dir := filepath.Join(t.TempDir(), "village")
	if err := os.CopyFS(dir, os.DirFS(kept)); err != nil {
		t.Fatal(err)
	}
	return stock.made[seed], dir
}

// backedUp is a village with a backup beside it, and the file's bytes.
func backedUp(t *testing.T, seed uint64) (village *demo.Village, dir string, file []byte) {
	t.Helper()
	village, dir = fromStock(t, seed)
	path := filepath.Join(t.TempDir(), "x.copibackup")
	if err := Backup(t.Context(), BackupConfig{Data: dir, File: path, Version: "test"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return village, dir, file
}

// TestABackupIsPutBackFromThePages goes the way of an operator with every
// mistake on it, beside a second one, and sees what is said afterwards (TB-11,
// VP-5).
func TestABackupIsPutBackFromThePages(t *testing.T) {
	village, dir, file := backedUp(t, 1)
	other, _, foreign := backedUp(t, 2)
	err := atRest(t, dir, func(tx *store.Tx) error {
		tx.Actor = store.Actor{Role: store.Operator}
		p, err := account.ByLogin(tx, "paul")
		if err != nil {
			return err
		}
		return account.Leave(tx, p.ID, store.EraseAll)
	})
	if err != nil {
		t.Fatal(err)
	}
	b := run(t, dir)
	keeper := operatorOf(t, village)
	v, second := b.signIn(keeper), b.signIn(keeper)
	v.says("backups", v.get("/admin/sauvegardes"), 200, restorePage)

	// What is no backup, or not a whole one, changes nothing and leaves nothing.
	v.says("no file", v.send(restorePage, nil), 422, "Choisissez le fichier")
	v.says("a letter", v.send(restorePage, []byte("Madame, Monsieur")), 422, "n'est pas une sauvegarde CoPi")
	b.left("a letter")
	v.says("half a backup", v.send(restorePage, file[:len(file)/2]), 303)
	v.says("half a backup", v.wait(restorePage), 200, "incomplet")
	b.left("half a backup")

	// Another commune's opens with its words and is refused.
	v.says("another's", v.send(restorePage, foreign), 303)
	a := v.wait(restorePage)
	v.says("another's", a, 200, "Une autre clé")
	v.says("words that are none", v.post(restorePage, "do", "open", "id", v.id(a), "words", "abaisser abaisser"), 422, "24")
	refused := v.post(restorePage, "do", "open", "id", v.id(a), "words", strings.Join(village.Recovery, " "))
	v.says("words of another sheet", refused, 422, "fermée par une autre clé")
	if strings.Contains(refused.text, strings.Join(village.Recovery, " ")) {
		t.Error("the words are repeated")
	}
	v.says("its words", v.post(restorePage, "do", "open", "id", v.id(a), "words", strings.ToUpper(strings.Join(other.Recovery, "\n"))), 303)
	v.says("another's", v.wait(restorePage), 200, "celle d'une autre boîte")
	b.left("another's")

	// Its own needs no words. Two operators see one restore.
	v.says("its own", v.send(restorePage, file), 303)
	a = v.wait(restorePage)
	v.says("its own", a, 200, "Saint-Aubrac", "Rien n'est encore changé", "annonce", "1 compte fermé depuis reste fermé")
	second.says("a second file", second.send(restorePage, file), 422, "déjà en train")
	second.says("the second gives up", second.post(restorePage, "do", "drop", "id", second.id(second.get(restorePage))), 303)
	b.left("given up")
	v.says("the first goes on", v.post(restorePage, "do", "go", "id", v.id(a), "current", keeper.Password), 422, "Quelqu'un a changé")

	// From the card, near the end of a vote, without the passphrase.
	v.says("make one", v.post("/admin/sauvegardes"), 303)
	m := regexp.MustCompile(`name="backup" value="([^"]+)"`).FindStringSubmatch(v.get(restorePage).text)
	if m == nil {
		t.Fatal("no backup of the card is listed")
	}
	v.says("none of that name", v.post(restorePage, "do", "choose", "backup", "../copi.db"), 404)
	v.says("from the card", v.post(restorePage, "do", "choose", "backup", m[1]), 303)
	a = v.wait(restorePage)
	v.says("from the card", a, 200, "Rien n'est encore changé")
	endVotes(t, dir, time.Now().Add(40*time.Minute))
	v.says("before a vote ends", v.post(restorePage, "do", "go", "id", v.id(a), "current", keeper.Password), 422, "Un vote se termine bientôt")
	endVotes(t, dir, time.Now().Add(90*24*time.Hour))
	v.says("another passphrase", v.post(restorePage, "do", "go", "id", v.id(a), "current", "pas la bonne du tout"), 422, "Remettre la boîte")
	v.says("give up", v.post(restorePage, "do", "drop", "id", v.id(a)), 303)
	b.left("given up")

	// And for good.
	v.says("its own again", v.send(restorePage, file), 303)
	a = v.wait(restorePage)
	going := v.post(restorePage, "do", "go", "id", v.id(a), "current", keeper.Password)
	v.says("going", going, 200, "La boîte revient")
	if going.refresh != "4; url=/" {
		t.Errorf("it comes again at %q", going.refresh)
	}
	v.says("home", v.wait("/"), 200, "La boîte a été restaurée le")
	b.left("put back")
	if a := v.get(restorePage); !strings.HasPrefix(a.to, "/connexion") {
		t.Errorf("the session goes on: %d to %q", a.status, a.to)
	}
	if v.post("/connexion", "login", "paul", "password", "x").status == 303 {
		t.Error("who left is back")
	}
	v = b.signIn(keeper)
	a = v.get(restorePage)
	v.says("afterwards", a, 200, "La boîte a été restaurée le", "1 compte fermé après la sauvegarde", "/heures/manques", "Données mises de côté")
	v.says("the operator's page", v.get("/admin"), 200, "voyez ce qui peut manquer")
	aside := regexp.MustCompile(`name="aside" value="(old-[^"]+)"`).FindStringSubmatch(a.text)
	if aside == nil {
		t.Fatalf("what was there is not listed\n%s", a.text)
	}
	v.says("delete it without", v.post("/admin/sauvegardes/anciennes", "aside", aside[1], "current", "pas la bonne du tout"), 422)
	v.says("delete something else", v.post("/admin/sauvegardes/anciennes", "aside", "photos", "current", keeper.Password), 404)
	if _, err := os.Stat(filepath.Join(dir, aside[1], "copi.db")); err != nil {
		t.Error(err)
	}
	v.says("delete it", v.post("/admin/sauvegardes/anciennes", "aside", aside[1], "current", keeper.Password), 303)
	if _, err := os.Stat(filepath.Join(dir, aside[1])); err == nil {
		t.Error("it is still there")
	}
}

// endVotes sets when the open votes of a village end, and makes one if there is
// none.
func endVotes(t *testing.T, dir string, at time.Time) {
	t.Helper()
	err := atRest(t, dir, func(tx *store.Tx) error {
		res, err := tx.Exec("UPDATE vote_proposals SET closes_at = ? WHERE state = 'vote'", at.Unix())
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("%d open votes in the village, %w", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestANewCardBecomesTheOldBox brings a backup at the set-up (BO-4): the words
// are asked for, nothing is asked twice, and what is interrupted leaves nothing.
func TestANewCardBecomesTheOldBox(t *testing.T) {
	village, dir, file := backedUp(t, 1)
	counts := countsOf(t, dir)
	blank := filepath.Join(t.TempDir(), "blank")
	b := run(t, blank)
	v := b.browser()
	if a := v.get(setupPage); a.status != 303 || a.to != "/installation" {
		t.Errorf("without the code: %d to %q", a.status, a.to)
	}
	if a := v.send(setupPage, file); a.status != 303 || a.to != "/installation" {
		t.Errorf("a file without the code: %d to %q", a.status, a.to)
	}
	b.left("without the code")
	prove(v)
	v.says("the first step", v.get("/installation/commune"), 200, setupPage)
	v.says("the page", v.get(setupPage), 200, "24 mots")
	v.says("the file", v.send(setupPage, file), 303)
	v.says("asked", v.get(setupPage), 200, "24 mots")

	// The power fails with the file on the card, then with all laid out.
	b.stop()
	b = run(t, blank)
	b.left("after a restart")
	v = b.browser()
	prove(v)
	open := func() answer {
		v.says("the file", v.send(setupPage, file), 303)
		v.says("the words", v.post(setupPage, "do", "open", "id", v.id(v.get(setupPage)), "words", strings.Join(village.Recovery, " ")), 303)
		return v.wait(setupPage)
	}
	v.says("laid out", open(), 200, "Saint-Aubrac", "Rien n'est encore changé")
	b.stop()
	b = run(t, blank)
	b.left("after another restart")
	v = b.browser()
	prove(v)
	a := open()
	if strings.Contains(a.text, "phrase de passe") {
		t.Error("a passphrase is asked of nobody")
	}
	v.says("going", v.post(setupPage, "do", "go", "id", v.id(a)), 200, "La boîte revient")
	v.says("home", v.wait("/"), 200, "Saint-Aubrac", "La boîte a été restaurée le")
	b.left("put back")
	b.signIn(operatorOf(t, village))
	b.stop()
	got := countsOf(t, blank)
	for _, table := range []string{"account_people", "ads_ads", "agenda_events", "directory_elements", "timebank_transfers"} {
		if got[table] != counts[table] {
			t.Errorf("%s has %d rows, had %d", table, got[table], counts[table])
		}
	}
}

// prove types the code of a new box.
func prove(v *visitor) {
	v.Helper()
	code, err := os.ReadFile(filepath.Join(v.dir, "setup-code"))
	if err != nil {
		v.Fatal(err)
	}
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) { // the box expects it a moment after its pages open
		a := v.post("/installation", "code", strings.TrimSpace(string(code)))
		if a.status == http.StatusSeeOther {
			return
		}
		if time.Since(begun) > time.Minute {
			v.Fatalf("the code: %d\n%s", a.status, a.text)
		}
	}
}

// TestARestoreThatFailsAtTheLastMomentChangesNothing damages what was laid out
// just before it is to be the box: the box goes on as it was, and says so.
func TestARestoreThatFailsAtTheLastMomentChangesNothing(t *testing.T) {
	village, dir, file := backedUp(t, 1)
	keeper := operatorOf(t, village)
	b := run(t, dir)
	v := b.signIn(keeper)
	v.says("no room for it", v.announce(1<<40), http.StatusServiceUnavailable, "pas assez de place")
	b.left("no room")
	v.says("the file", v.send(restorePage, file), 303)
	a := v.wait(restorePage)
	newer := append([]byte("SQLite format 3\x00"), bytes.Repeat([]byte{1}, 4096)...) // its version is 0x01010101
	if err := os.WriteFile(filepath.Join(dir, "restoring", "copi.db"), newer, 0o600); err != nil {
		t.Fatal(err)
	}
	v.says("going", v.post(restorePage, "do", "go", "id", v.id(a), "current", keeper.Password), 200, "La boîte revient")
	if a := v.wait("/"); a.status != 200 || strings.Contains(a.text, "La boîte a été restaurée") {
		t.Errorf("home: %d\n%s", a.status, a.text)
	}
	v.says("the page", v.get(restorePage), 200, "version plus récente", "Envoyer le fichier") // the session goes on
	b.left("failed")
	if found, err := filepath.Glob(filepath.Join(dir, "old-*")); err != nil || len(found) > 0 {
		t.Errorf("moved aside: %v, %v", found, err)
	}
	v.says("again", v.send(restorePage, file), 303)
	v.says("again", v.wait(restorePage), 200, "Rien n'est encore changé")
}

// announce says that so many bytes come, and sends an empty file.
func (v *visitor) announce(size int64) answer {
	v.Helper()
	head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
	end := "\r\n--x--\r\n"
	at, err := url.Parse(v.url)
	if err != nil {
		v.Fatal(err)
	}
	conn, err := new(net.Dialer).DialContext(v.Context(), "tcp", at.Host)
	if err != nil {
		v.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	req, err := http.NewRequestWithContext(v.Context(), http.MethodPost, v.url+restorePage+"/fichier", nil)
	if err != nil {
		v.Fatal(err)
	}
	var cookies []string
	for _, c := range v.client.Jar.Cookies(req.URL) {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	if _, err := fmt.Fprintf(conn, "POST %s/fichier HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept-Language: fr\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s%s",
		restorePage, at.Host, strings.Join(cookies, "; "), size, head, end); err != nil {
		v.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		v.Fatal(err)
	}
	return v.read(res)
}
