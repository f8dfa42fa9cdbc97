package update_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"

	"copi.local/appliance/update"
	"copi.local/store"
)

// maker makes updates, signed by the first of its keys.
type maker struct {
	private minisign.PrivateKey
	keys    update.Keys
}

func newMaker(t *testing.T) maker {
	t.Helper()
	other, _, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := update.ParseKeys(other.String() + " " + public.String() + "\n")
	if err != nil || len(keys) != 2 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	return maker{private, keys}
}

// root is a root file system of some size.
func root() []byte { return bytes.Repeat([]byte("squashfs"), 3<<17) }

func manifest(root []byte) update.Manifest {
	sum := sha256.Sum256(root)
	return update.Manifest{
		Version: "1.4.0", Built: 1790000000, Board: update.BoardPi, Kernel: "6.12.47-v8", Format: 70, Opens: 63,
		Size: int64(len(root)), SHA256: hex.EncodeToString(sum[:]), Notes: update.Notes{FR: "Les salles se louent à l’heure.", EN: "Rooms by the hour."},
	}
}

func (m maker) pack(t *testing.T, about update.Manifest, root []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := update.Pack(&b, about, m.private, bytes.NewReader(root)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var box = update.Box{Version: "1.3.0", Built: time.Unix(1780000000, 0), Kernel: "6.12.47-v8", Format: 66}

// place is an idle place in memory.
type place struct {
	room     int64
	has      []byte
	forgets  bool // what it keeps is not what it was given
	breaks   error
	writings int
}

func (p *place) Size() (int64, error) { return p.room, nil }

func (p *place) Write(_ context.Context, root io.Reader) (int64, error) {
	p.writings++
	b, err := io.ReadAll(root)
	if p.breaks != nil {
		return 0, p.breaks
	}
	p.has = b
	if p.forgets {
		p.has[len(b)/2] ^= 1
	}
	return int64(len(b)), err
}

func (p *place) Read(context.Context) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(append(p.has, "what lay there before"...))), nil
}

func take(t *testing.T, m maker, file []byte, p *place) (update.Manifest, error) {
	t.Helper()
	return update.Take(t.Context(), m.keys, box, bytes.NewReader(file), p, func(*update.Manifest) error { return nil }, func(int64) {})
}

func sentence(err error) string {
	if e, ok := errors.AsType[*store.Error](err); ok {
		return e.Key
	}
	return ""
}

func TestAnUpdateIsWrittenAndReadAgain(t *testing.T) {
	m, p := newMaker(t), &place{room: 500 << 20}
	about, whole := manifest(root()), root()
	var begun string
	var last int64
	got, err := update.Take(t.Context(), m.keys, box, bytes.NewReader(m.pack(t, about, whole)), p,
		func(m *update.Manifest) error { begun = m.Version; return nil }, func(n int64) { last = n })
	if err != nil || got != about || !bytes.Equal(p.has, whole) {
		t.Fatalf("%+v, %d bytes, %v", got, len(p.has), err)
	}
	if begun != "1.4.0" || last != about.Size {
		t.Errorf("told of %q and %d bytes", begun, last)
	}
	if got.NotesIn("en") != "Rooms by the hour." || got.NotesIn("fr") != "Les salles se louent à l’heure." || got.NotesIn("oc") != got.Notes.FR {
		t.Error("the notes are not in the language asked for")
	}
}

// TestAnUpdateOfAStrangerIsNotTaken: nothing is written of one that is not
// signed, or is signed and not for this box.
func TestAnUpdateOfAStrangerIsNotTaken(t *testing.T) {
	m, stranger := newMaker(t), newMaker(t)
	whole := root()
	change := func(do func(*update.Manifest)) []byte {
		about := manifest(whole)
		do(&about)
		return m.pack(t, about, whole)
	}
	good := m.pack(t, manifest(whole), whole)
	for want, file := range map[string][]byte{
		"err.update.form":      []byte("PK\x03\x04 not an update at all"),
		"err.update.signature": stranger.pack(t, manifest(whole), whole),
		"err.update.board":     change(func(m *update.Manifest) { m.Board = "pc-amd64" }),
		"err.update.same":      change(func(m *update.Manifest) { m.Version = box.Version }),
		"err.update.older":     change(func(m *update.Manifest) { m.Built = box.Built.Unix() }),
		"err.update.kernel":    change(func(m *update.Manifest) { m.Kernel = "6.18.0-v8" }),
		"err.update.steps":     change(func(m *update.Manifest) { m.Opens = 67 }),
		"err.update.half":      good[:200],
	} {
		p := &place{room: 500 << 20}
		if _, err := take(t, m, file, p); sentence(err) != want {
			t.Errorf("%s: %v", want, err)
		}
		if p.writings != 0 {
			t.Errorf("%s: the place was written to", want)
		}
	}
	forged := bytes.Replace(good, []byte(`"version":"1.4.0"`), []byte(`"version":"1.5.0"`), 1)
	if _, err := take(t, m, forged, &place{room: 500 << 20}); sentence(err) != "err.update.signature" {
		t.Errorf("a manifest changed by hand: %v", err)
	}
	if _, err := take(t, m, good, &place{room: 1 << 20}); sentence(err) != "err.update.large" {
		t.Errorf("a card too small: %v", err)
	}
	if _, err := take(t, maker{}, good, &place{room: 500 << 20}); sentence(err) != "err.update.signature" {
		t.Errorf("a box without keys: %v", err)
	}
}

func TestAnUpdateThatWasHurtIsNotTaken(t *testing.T) {
	m, whole := newMaker(t), root()
	good := m.pack(t, manifest(whole), whole)
	damaged := bytes.Clone(good)
	damaged[len(damaged)-1000] ^= 1
	for want, c := range map[string]struct {
		file []byte
		p    *place
	}{
		"err.update.damaged": {damaged, &place{}},
		"err.update.half":    {good[:len(good)-1000], &place{}},
		"err.update.card":    {good, &place{forgets: true}},
	} {
		c.p.room = 500 << 20
		if _, err := take(t, m, c.file, c.p); sentence(err) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := take(t, m, good, &place{room: 500 << 20, breaks: errors.New("I/O error")}); sentence(err) != "err.update.card" {
		t.Errorf("a card that fails: %v", err)
	}
	p := &place{room: 500 << 20}
	torn := io.MultiReader(bytes.NewReader(good[:len(good)/2]), broken{})
	if _, err := update.Take(t.Context(), m.keys, box, torn, p, func(*update.Manifest) error { return nil }, func(int64) {}); sentence(err) != "err.update.half" {
		t.Errorf("a phone that goes: %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestWhatIsAfterTheRootIsNotWritten(t *testing.T) {
	m, whole, p := newMaker(t), root(), &place{room: 500 << 20}
	if _, err := take(t, m, append(m.pack(t, manifest(whole), whole), "more"...), p); err != nil || len(p.has) != len(whole) {
		t.Errorf("%d bytes, %v", len(p.has), err)
	}
}

func TestPackRefusesWhatNoBoxWouldTake(t *testing.T) {
	m, whole := newMaker(t), root()
	for name, do := range map[string]func(*update.Manifest){
		"no version":    func(m *update.Manifest) { m.Version = "" },
		"spaces":        func(m *update.Manifest) { m.Version = "1 4" },
		"no build":      func(m *update.Manifest) { m.Built = 0 },
		"opens later":   func(m *update.Manifest) { m.Opens = m.Format + 1 },
		"no kernel":     func(m *update.Manifest) { m.Kernel = "" },
		"half a sector": func(m *update.Manifest) { m.Size-- },
		"other size":    func(m *update.Manifest) { m.Size += 512 },
		"a novel":       func(m *update.Manifest) { m.Notes.FR = strings.Repeat("é", 1001) },
	} {
		about := manifest(whole)
		do(&about)
		if err := update.Pack(io.Discard, about, m.private, bytes.NewReader(whole)); err == nil {
			t.Errorf("%s: packed", name)
		}
	}
	if _, err := update.ParseKeys("RWQnotakey"); err == nil {
		t.Error("a word was taken for a key")
	}
}

// FuzzOpen: whatever comes, it ends with a manifest that was signed or an error
// of kind Invalid.
func FuzzOpen(f *testing.F) {
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if err := update.Pack(&b, manifest(root()), private, bytes.NewReader(root())); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes()[:1<<10])
	f.Add([]byte("CoPi update 1\n{}\n\n\n\n\n"))
	f.Add([]byte("CoPi update 1\n" + strings.Repeat("x", 9<<10)))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, rest, err := update.Keys{public}.Open(bytes.NewReader(file))
		if err == nil && (m.Version != "1.4.0" || rest == nil) || err != nil && store.KindOf(err) != store.Invalid {
			t.Errorf("%+v, %v", m, err)
		}
	})
}
