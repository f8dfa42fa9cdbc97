package photo

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	visitor = store.Actor{}
	lea     = store.Actor{ID: "lea", Role: store.Resident}
	tom     = store.Actor{ID: "tom", Role: store.Resident}
)

// shot is a JPEG of one grey, a file of its own for each.
func shot(t testing.TB, grey uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 400, 300))
	for i := range img.Pix {
		img.Pix[i] = grey
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func ref(id string) store.Ref { return store.Ref{Module: "agenda", ID: id} }

// thing puts a card of a thing and returns its ref.
func thing(t testing.TB, db *store.DB, audience listing.Audience) store.Ref {
	t.Helper()
	at := ref(store.NewID())
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		return listing.Put(tx, listing.Card{Ref: at, Kind: listing.KindEvent, Title: "Loto", Audience: audience}, listing.Body{"name": "Loto"})
	})
	return at
}

// hang keeps a photo and attaches it.
func hang(ctx context.Context, a *Album, at store.Ref, file []byte, who store.Actor) (p Photo, err error) {
	ctx = store.As(ctx, who)
	err = a.Keep(ctx, bytes.NewReader(file), func(f File) error {
		return a.db.Update(ctx, func(tx *store.Tx) (err error) {
			p, err = Attach(tx, at, f, "la salle", false)
			return err
		})
	})
	return p, err
}

func mustHang(t testing.TB, a *Album, at store.Ref, file []byte) Photo {
	t.Helper()
	p, err := hang(t.Context(), a, at, file, lea)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// files lists what lies in the album.
func files(t testing.TB, a *Album) (names []string) {
	t.Helper()
	err := filepath.WalkDir(a.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() {
			names = append(names, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestTheSamePhotoIsKeptOnceAndGoesWithItsLastUse(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	one, two := thing(t, db, listing.Public), thing(t, db, listing.Public)
	first := mustHang(t, a, one, shot(t, 10))
	second := mustHang(t, a, two, shot(t, 10))
	if first.Hash != second.Hash || len(files(t, a)) != 2 {
		t.Fatalf("kept as %v", files(t, a))
	}
	off := func(p Photo) {
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return Detach(tx, p.Ref, p.ID) })
		if err := a.removeUnused(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	off(first)
	if len(files(t, a)) != 2 {
		t.Fatal("gone while something still shows it")
	}
	off(second)
	if left := files(t, a); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	mustHang(t, a, one, shot(t, 10)) // and it may come back
	if len(files(t, a)) != 2 {
		t.Error("not kept again")
	}
}

// TestAPhotoComesBackBetweenFileAndRow: the files of an unused photo are
// removed, then its row; somebody hangs it anew in between.
func TestAPhotoComesBackBetweenFileAndRow(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	at := thing(t, db, listing.Public)
	p := mustHang(t, a, at, shot(t, 10))
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return Detach(tx, at, p.ID) })
	if err := a.tidy(t.Context(), p.Hash); err != nil {
		t.Fatal(err)
	}
	p = mustHang(t, a, at, shot(t, 10))
	if err := a.removeUnused(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.tidy(t.Context(), p.Hash); err != nil { // what removeUnused meant to do
		t.Fatal(err)
	}
	if f, err := a.Open(p.File, true); err != nil {
		t.Error("the photo that came back is gone", err)
	} else if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatARefusalLeavesBehind(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	boom := errors.New("the transaction fails")
	err := a.Keep(t.Context(), bytes.NewReader(shot(t, 1)), func(File) error { return boom })
	if !errors.Is(err, boom) || len(files(t, a)) != 0 {
		t.Errorf("%v; left %v", err, files(t, a))
	}
	at := thing(t, db, listing.Public)
	mustHang(t, a, at, shot(t, 2))
	if _, err := hang(t.Context(), a, at, shot(t, 2), lea); store.KindOf(err) != store.Conflict {
		t.Errorf("twice on one thing: %v", err)
	}
	if len(files(t, a)) != 2 {
		t.Error("refusing the second took the first away")
	}
	if _, err := a.Receive(bytes.NewReader(make([]byte, 12<<20+1))); store.KindOf(err) != store.Invalid {
		t.Errorf("more than 12 MB: %v", err)
	}
	if len(files(t, a)) != 2 {
		t.Errorf("receiving left %v", files(t, a))
	}
}

// TestASweepFindsWhatAPowerCutLeft: a file no row speaks of, half a file, a row
// whose files are to go; and it takes nothing else.
func TestASweepFindsWhatAPowerCutLeft(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	kept := mustHang(t, a, thing(t, db, listing.Public), shot(t, 3))
	gone := mustHang(t, a, thing(t, db, listing.Public), shot(t, 4))
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return Detach(tx, gone.Ref, gone.ID) })
	orphan := strings.Repeat("ab", 32)
	for _, path := range []string{a.path(orphan, false), a.path(orphan, true), filepath.Join(a.dir, "ab", "new-1"), filepath.Join(a.dir, "in-1"), filepath.Join(a.dir, "ab", "lisez-moi")} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.removeUnused(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"lisez-moi", kept.Hash + ".320.jpg", kept.Hash + ".jpg"}
	got := files(t, a)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("left %v, want %v", got, want)
	}
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM photo_files")
		if n != 1 {
			t.Errorf("%d rows", n)
		}
		return err
	})
}

func TestDO6_AFullCardRefusesPhotosAndKeepsWords(t *testing.T) {
	db, _ := storetest.Open(t)
	free := int64(60)
	a := NewAlbum(db, func(string) (int64, int64, error) { return free, 1000, nil })
	at := thing(t, db, listing.Public)
	mustHang(t, a, at, shot(t, 5))
	free = 49
	if _, err := hang(t.Context(), a, at, shot(t, 6), lea); !errors.Is(err, errFull) || store.KindOf(err) != store.Busy {
		t.Errorf("below five per cent: %v", err)
	}
	if _, err := a.Receive(bytes.NewReader(shot(t, 6))); !errors.Is(err, errFull) {
		t.Errorf("received: %v", err)
	}
	thing(t, db, listing.Public) // words go on
	free = 60
	for _, step := range []string{"write", "sync", "close"} {
		a.create = func(dir, pattern string) (written, error) { return newBrim(dir, pattern, step) }
		_, err := hang(t.Context(), a, at, shot(t, 7), lea)
		if e, ok := errors.AsType[*store.Error](err); !ok || e.Key != errFull.Key || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("no room to %s: %v", step, err)
		}
		if left := files(t, a); len(left) != 2 {
			t.Errorf("no room to %s left %v", step, left)
		}
	}
}

// brim is a file on a card that gets full at one step.
type brim struct {
	*os.File
	step string
}

func newBrim(dir, pattern, step string) (written, error) {
	f, err := os.CreateTemp(dir, pattern)
	return &brim{f, step}, err
}

func (b *brim) fail(step string, err error) error {
	if step == b.step {
		return &fs.PathError{Op: step, Path: b.Name(), Err: syscall.ENOSPC}
	}
	return err
}

func (b *brim) Write(p []byte) (int, error) {
	n, err := b.File.Write(p[:len(p)/2])
	if err := b.fail("write", err); err != nil {
		return n, err
	}
	m, err := b.File.Write(p[len(p)/2:])
	return n + m, err
}
func (b *brim) Sync() error  { return b.fail("sync", b.File.Sync()) }
func (b *brim) Close() error { return b.fail("close", b.File.Close()) }

func TestAPhotoIsSeenByWhoSeesTheThing(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	look := func(who store.Actor, hash string) (public bool, err error) {
		err = db.View(store.As(t.Context(), who), func(tx *store.Tx) (err error) {
			_, public, err = Seen(tx, hash)
			return err
		})
		return public, err
	}
	open := mustHang(t, a, thing(t, db, listing.Public), shot(t, 20))
	inner := mustHang(t, a, thing(t, db, listing.Members), shot(t, 21))
	both := mustHang(t, a, thing(t, db, listing.Members), shot(t, 20))
	hidden := mustHang(t, a, thing(t, db, listing.Public), shot(t, 22))
	mod := store.Actor{ID: "mod", Role: store.Moderator}
	storetest.Update(t, db, mod, func(tx *store.Tx) error { return listing.Hide(tx, hidden.Ref, true) })
	for _, c := range []struct {
		name   string
		who    store.Actor
		hash   string
		seen   bool
		public bool
	}{
		{"a visitor, a public thing's", visitor, open.Hash, true, true},
		{"a visitor, a residents' thing's", visitor, inner.Hash, false, false},
		{"a resident, a residents' thing's", tom, inner.Hash, true, false},
		{"a visitor, one of both", visitor, both.Hash, true, true},
		{"a visitor, a hidden thing's", visitor, hidden.Hash, false, false},
		{"another resident, a hidden thing's", tom, hidden.Hash, false, false},
		{"who hung it, a hidden thing's", lea, hidden.Hash, true, false},
		{"a moderator, a hidden thing's", mod, hidden.Hash, true, false},
		{"anybody, one that is not there", mod, strings.Repeat("0", 64), false, false},
		{"anybody, no name of a photo", mod, "../copi.db", false, false},
	} {
		public, err := look(c.who, c.hash)
		if seen := err == nil; seen != c.seen || public != c.public || (!seen && store.KindOf(err) != store.NotFound) {
			t.Errorf("%s: seen %v, public %v, %v", c.name, seen, public, err)
		}
	}
}

func TestWhoSeesNothingIsTold(t *testing.T) {
	for _, c := range []struct {
		alt        string
		decorative bool
		key        string
	}{
		{"la salle", false, ""},
		{"", true, ""},
		{"", false, "err.photo.alt_empty"},
		{"  ", false, "err.photo.alt_empty"},
		{"la salle", true, "err.photo.alt_both"},
		{strings.Repeat("é", 201), false, "err.photo.alt_long"},
		{strings.Repeat("é", 200), false, ""},
		{"a\x00", false, "err.listing.text"},
	} {
		bad := CheckAlt(c.alt, c.decorative)
		if got := key(bad); got != c.key {
			t.Errorf("%q, %v: %q, want %q", c.alt, c.decorative, got, c.key)
		}
	}
}

func key(e *store.Error) string {
	if e == nil {
		return ""
	}
	return e.Key
}

func TestQuotas(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	at := thing(t, db, listing.Public)
	for i := range MaxPerThing {
		mustHang(t, a, at, shot(t, uint8(i)))
	}
	refused := func(who store.Actor, at store.Ref, want string) {
		t.Helper()
		_, err := hang(t.Context(), a, at, shot(t, 99), who)
		if e, ok := errors.AsType[*store.Error](err); !ok || e.Key != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	refused(lea, at, "err.photo.enough")
	refused(visitor, thing(t, db, listing.Public), "err.sign_in")
	grow := func(n int64) {
		storetest.Update(t, db, lea, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE photo_files SET bytes = ?", n)
			return err
		})
	}
	grow(MaxPerson/MaxPerThing - 100)
	refused(lea, thing(t, db, listing.Public), "err.photo.quota_person")
	if _, err := hang(t.Context(), a, thing(t, db, listing.Public), shot(t, 98), tom); err != nil {
		t.Errorf("another person pays for her photos: %v", err)
	}
	grow(MaxBox / 4)
	refused(store.Actor{ID: "eva", Role: store.Resident}, thing(t, db, listing.Public), "err.photo.quota_box")
}

func TestTheCardTellsOfItsPhotos(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	at := thing(t, db, listing.Public)
	body := func() (body listing.Body, version int64) {
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			c, err := listing.ByRef(tx, at)
			if err != nil {
				return err
			}
			version = c.Version
			body, err = listing.BodyOf(tx, c)
			return err
		})
		return body, version
	}
	_, before := body()
	p, q := mustHang(t, a, at, shot(t, 1)), mustHang(t, a, at, shot(t, 2))
	b, after := body()
	list, _ := b["image"].([]any)
	if b["name"] != "Loto" || len(list) != 2 || after <= before {
		t.Fatalf("%v, version %d after %d", b, after, before)
	}
	first, _ := list[0].(map[string]any)
	if first["hash"] != p.Hash || first["len"] != float64(p.Bytes) || first["type"] != Type || first["alt"] != "la salle" || first["width"] != float64(p.Width) || len(first) != 7 {
		t.Errorf("the first is %v", first)
	}
	thumb, _ := first["thumb"].(map[string]any)
	if thumb["hash"] != p.ThumbHash || thumb["len"] != float64(p.ThumbBytes) || thumb["width"] != float64(p.ThumbWidth) {
		t.Errorf("its small picture is %v", thumb)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return Forward(tx, at, q.ID) })
	b, _ = body()
	if list, _ = b["image"].([]any); list[0].(map[string]any)["hash"] != q.Hash {
		t.Error("the order is not told")
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return errors.Join(Detach(tx, at, p.ID), Detach(tx, at, q.ID)) })
	if b, _ = body(); b["image"] != nil {
		t.Errorf("without photos: %v", b)
	}
}

// What an older program wrote has no hash for its small pictures: the next
// start works it out and tells the cards.
func TestSmallPicturesOfAnOlderProgramAreNamed(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	at := thing(t, db, listing.Public)
	p := mustHang(t, a, at, shot(t, 1))
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := tx.Exec(`UPDATE photo_files SET thumb_hash = ''`); err != nil {
			return err
		}
		return restate(tx, at)
	})
	if err := a.nameThumbs(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		hash, err := ByThumb(tx, p.ThumbHash)
		if err != nil || hash != p.Hash {
			t.Errorf("found %q, %v", hash, err)
		}
		c, err := listing.ByRef(tx, at)
		if err != nil {
			return err
		}
		body, err := listing.BodyOf(tx, c)
		list, _ := body["image"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["thumb"] == nil {
			t.Errorf("the card tells %v", list)
		}
		return err
	})
}

func TestListsShowTheFirst(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	one, none := thing(t, db, listing.Public), thing(t, db, listing.Public)
	mustHang(t, a, one, shot(t, 1))
	last := mustHang(t, a, one, shot(t, 2))
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return Forward(tx, one, last.ID) })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		covers, err := Covers(tx, []listing.Card{{Ref: one}, {Ref: none}, {Ref: one, Origin: &listing.Origin{}}})
		if len(covers) != 1 || covers[one].Hash != last.Hash {
			t.Errorf("covers are %v", covers)
		}
		return err
	})
}

// TestPositionsAndUsesStayInOrder plays random turns on the photos of two
// things and compares with a plain list.
func TestPositionsAndUsesStayInOrder(t *testing.T) {
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	shots := make([]File, 5)
	for i := range shots {
		err := a.Keep(t.Context(), bytes.NewReader(shot(t, uint8(10*i))), func(f File) error { shots[i] = f; return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		things := []store.Ref{ref(store.NewID()), ref(store.NewID())}
		model := map[store.Ref][]string{}
		for range rapid.IntRange(1, 25).Draw(rt, "turns") {
			at := rapid.SampledFrom(things).Draw(rt, "thing")
			storetest.Update(t, db, lea, func(tx *store.Tx) error { turn(rt, tx, at, shots, model); return nil })
		}
		storetest.Update(t, db, lea, func(tx *store.Tx) error {
			for _, at := range things {
				check(rt, tx, at, model[at])
			}
			wrong, err := store.One(tx, store.Scan[int],
				"SELECT count(*) FROM photo_files AS f WHERE uses <> (SELECT count(*) FROM photo_uses AS u WHERE u.hash = f.hash)")
			if wrong > 0 || err != nil {
				rt.Fatalf("%d files count their uses wrongly, %v", wrong, err)
			}
			return errors.Join(Drop(tx, things[0]), Drop(tx, things[1]))
		})
	})
}

// turn does one thing to the photos of at, in the database and in the model.
func turn(rt *rapid.T, tx *store.Tx, at store.Ref, shots []File, model map[store.Ref][]string) {
	list := model[at]
	hung, err := Of(tx, at)
	if err != nil {
		rt.Fatal(err)
	}
	what := rapid.IntRange(0, 2).Draw(rt, "what")
	if what == 0 || len(hung) == 0 {
		f := rapid.SampledFrom(shots).Draw(rt, "photo")
		_, err := Attach(tx, at, f, "la salle", false)
		switch known := slices.Contains(list, f.Hash); {
		case known && store.KindOf(err) != store.Conflict:
			rt.Fatalf("the same twice: %v", err)
		case !known && err != nil:
			rt.Fatal(err)
		case !known:
			model[at] = append(list, f.Hash)
		default:
			undo(rt, tx, f.Hash)
		}
		return
	}
	i := rapid.IntRange(0, len(hung)-1).Draw(rt, "which")
	if what == 1 {
		if err := Forward(tx, at, hung[i].ID); err != nil {
			rt.Fatal(err)
		}
		if i > 0 {
			list[i], list[i-1] = list[i-1], list[i]
		}
		return
	}
	if err := Detach(tx, at, hung[i].ID); err != nil {
		rt.Fatal(err)
	}
	model[at] = slices.Delete(list, i, i+1)
}

// undo takes back what a refused Attach wrote, as its transaction would.
func undo(rt *rapid.T, tx *store.Tx, hash string) {
	if _, err := tx.Exec(sqlUnuse, hash); err != nil {
		rt.Fatal(err)
	}
}

func check(rt *rapid.T, tx *store.Tx, at store.Ref, want []string) {
	photos, err := Of(tx, at)
	if err != nil || len(photos) != len(want) {
		rt.Fatalf("%d photos, want %d, %v", len(photos), len(want), err)
	}
	for i, p := range photos {
		if p.Position != i || p.Hash != want[i] {
			rt.Fatalf("at %d: position %d, %s, want %s", i, p.Position, p.Hash, want[i])
		}
	}
}

func TestLeavingTakesTheNameOrThePhotos(t *testing.T) {
	for _, how := range []store.Erasure{store.KeepUnnamed, store.EraseAll} {
		db, _ := storetest.Open(t, Personal)
		a := NewAlbum(db, nil)
		at := thing(t, db, listing.Public)
		p := mustHang(t, a, at, shot(t, 1))
		if _, err := hang(t.Context(), a, at, shot(t, 2), tom); err != nil {
			t.Fatal(err)
		}
		storetest.Update(t, db, lea, func(tx *store.Tx) error {
			out, err := Personal.Export(tx, lea.ID)
			if list, _ := out.([]Holding); err != nil || len(list) != 1 || list[0].Hash != p.Hash || list[0].Thing != at.String() {
				t.Errorf("exported %v, %v", out, err)
			}
			return Personal.Erase(tx, lea.ID, how)
		})
		storetest.View(t, db, tom, func(tx *store.Tx) error {
			photos, err := Of(tx, at)
			if want := 2 - int(how); len(photos) != want || photos[0].AuthorID == lea.ID || photos[0].Position != 0 {
				t.Errorf("erasure %d leaves %+v", how, photos)
			}
			return err
		})
	}
}

// TestNoQueryReadsEveryPhoto: each finds its rows by an index.
func TestNoQueryReadsEveryPhoto(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		for name, q := range map[string]struct {
			sql  string
			args []any
		}{
			"of": {sqlOf, []any{"a", "b"}}, "get": {sqlGet, []any{"a", "b", "c"}}, "uses": {sqlUses, []any{"a"}}, "by": {sqlBy, []any{"a"}},
			"covers": {sqlCovers, []any{"[]"}}, "unused": {sqlUnused, nil}, "bytes of": {sqlBytesOf, []any{"a"}}, "unname": {sqlUnname, []any{"a"}},
		} {
			plan, err := store.All(tx, func(r store.Row) (detail string, err error) {
				err = r.Scan(new(int), new(int), new(int), &detail)
				return detail, err
			}, "EXPLAIN QUERY PLAN "+q.sql, q.args...)
			if err != nil {
				return err
			}
			for _, step := range plan {
				if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "json_each") && !strings.Contains(step, "photo_files_unused") {
					t.Errorf("%s: %s", name, step)
				}
			}
		}
		return nil
	})
}
