package mutualaid_test

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/mutualaid"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

// The phrases of the two referents.
const (
	firstPhrase  = "le lavoir coule encore"
	secondPhrase = "trois noyers sur la route"
)

// alone is who the tests look after; nobody of that name is elsewhere.
var alone = mutualaid.Isolated{
	Name: "Zéphyrine Quatrefages", Address: "Lieu-dit Puechgrand", Phone: "05 65 00 11 22", Trusted: "Sa nièce Ondine, 06 00 11 22 33",
	Needs: "Entend mal, ne conduit plus",
}

// watchBox is a box whose file a test can look into, with people who have
// accounts: an operator and three residents.
type watchBox struct {
	t       *testing.T
	db      *store.DB
	clock   *storetest.Clock
	desk    *account.Desk
	path    string
	op      store.Actor
	readers []store.Actor // two of them, and a third person
}

func newWatchBox(t *testing.T) *watchBox {
	t.Helper()
	b := &watchBox{t: t, clock: storetest.NewClock(), path: filepath.Join(t.TempDir(), "copi.db")}
	var err error
	if b.db, err = store.Open(t.Context(), b.path, store.Options{Clock: b.clock, Personal: []store.Personal{account.Personal, mutualaid.Personal}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.db.Close() }) // a test may have closed it
	b.desk = account.NewDesk(b.db, account.Params{Memory: 8, Time: 1})
	add := func(login string, role store.Role) store.Actor {
		p, _, err := b.desk.Add(store.As(t.Context(), store.Actor{Role: store.Operator}),
			account.NewPerson{Login: login, Name: login, Role: role, Password: "un long mot pour " + login})
		if err != nil {
			t.Fatal(err)
		}
		return store.Actor{ID: p.ID, Role: role}
	}
	b.op = add("secretariat", store.Operator)
	for _, login := range []string{"premiere", "seconde", "tierce"} {
		b.readers = append(b.readers, add(login, store.Resident))
	}
	return b
}

// phrase lets a referent choose one.
func (b *watchBox) phrase(who store.Actor, phrase string) error {
	b.t.Helper()
	keys, err := mutualaid.NewKeys(b.t.Context(), b.desk, phrase)
	if err != nil {
		b.t.Fatal(err)
	}
	return act(b.t, b.db, who, func(tx *store.Tx) error { return mutualaid.SetKeys(tx, keys) })
}

// ready names the two and lets them choose their phrases.
func (b *watchBox) ready() {
	b.t.Helper()
	for i, phrase := range []string{firstPhrase, secondPhrase} {
		storetest.Update(b.t, b.db, b.op, func(tx *store.Tx) error { return mutualaid.NameReferent(tx, i+1, b.readers[i].ID) })
		if err := b.phrase(b.readers[i], phrase); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *watchBox) add(p mutualaid.Isolated) (e mutualaid.Entry) {
	b.t.Helper()
	storetest.Update(b.t, b.db, b.op, func(tx *store.Tx) (err error) {
		e, err = mutualaid.AddIsolated(tx, p)
		return err
	})
	return e
}

// open reads the list as a referent does.
func (b *watchBox) open(who store.Actor, phrase string) (list []mutualaid.Opened, missing int, err error) {
	b.t.Helper()
	var closed string
	if err := act(b.t, b.db, who, func(tx *store.Tx) (err error) { closed, err = mutualaid.MyKeys(tx); return err }); err != nil {
		return nil, 0, err
	}
	private, err := b.desk.Reopen(b.t.Context(), who.ID, "192.0.2.1", closed, phrase)
	if err != nil {
		return nil, 0, err
	}
	err = act(b.t, b.db, who, func(tx *store.Tx) (err error) { list, missing, err = mutualaid.OpenList(tx, private); return err })
	return list, missing, err
}

// prints counts prints in the public log.
func (b *watchBox) prints() (n int) {
	b.t.Helper()
	storetest.View(b.t, b.db, b.op, func(tx *store.Tx) error {
		log, err := account.LogBefore(tx, 0, 100)
		for _, e := range log {
			if e.Act == account.ActIsolatedPrinted {
				n++
			}
		}
		return err
	})
	return n
}

func TestEN7_OnlyTheTwoReferentsReadTheList(t *testing.T) {
	b := newWatchBox(t)
	err := act(t, b.db, b.op, func(tx *store.Tx) error { _, err := mutualaid.AddIsolated(tx, alone); return err })
	wantKey(t, "before there are referents", err, store.Conflict, "err.isolated.no_readers")
	b.ready()
	entry := b.add(alone)
	for i, phrase := range []string{firstPhrase, secondPhrase} {
		list, missing, err := b.open(b.readers[i], phrase)
		if err != nil || len(list) != 1 || missing != 0 || list[0].Isolated != alone || list[0].Number != entry.Number {
			t.Errorf("referent %d reads %+v, %d missing, %v", i+1, list, missing, err)
		}
	}
	if got := b.prints(); got != 2 {
		t.Errorf("the log has %d prints of 2", got)
	}
	if _, _, err := b.open(b.readers[0], secondPhrase); store.KindOf(err) != store.Invalid {
		t.Errorf("with the other's phrase: %v", err)
	}
	for name, who := range map[string]store.Actor{"the secretary": b.op, "a resident": b.readers[2]} {
		if _, _, err := b.open(who, firstPhrase); store.KindOf(err) != store.Forbidden {
			t.Errorf("%s opens the list: %v", name, err)
		}
	}
	err = act(t, b.db, b.readers[2], func(tx *store.Tx) error { _, err := mutualaid.Entries(tx); return err })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident counts the list: %v", err)
	}
	if got := b.prints(); got != 2 {
		t.Errorf("the log has %d prints of 2 after tries", got)
	}
}

// TestEN7_NothingOfItIsInTheFileInClear looks into the raw bytes: the database,
// its log, and a copy of it as a backup has.
func TestEN7_NothingOfItIsInTheFileInClear(t *testing.T) {
	b := newWatchBox(t)
	b.ready()
	entry := b.add(alone)
	if _, _, err := b.open(b.readers[0], firstPhrase); err != nil {
		t.Fatal(err)
	}
	look := func(when string) {
		t.Helper()
		files, err := filepath.Glob(b.path + "*")
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		written := false // what is to be found is
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			written = written || bytes.Contains(raw, []byte(entry.ID))
			for _, word := range []string{"Quatrefages", "quatrefages", "Puechgrand", "05 65 00", "Ondine", "Entend mal", firstPhrase, secondPhrase} {
				if bytes.Contains(raw, []byte(word)) {
					t.Errorf("%s: %s has %q in clear", when, filepath.Base(f), word)
				}
			}
		}
		if !written {
			t.Errorf("%s: the entry itself is in no file", when)
		}
	}
	look("while it is open")
	if err := b.db.Close(); err != nil {
		t.Fatal(err)
	}
	look("closed")
}

func TestEN7_SealedTextsAreOfOneLength(t *testing.T) {
	b := newWatchBox(t)
	b.ready()
	short := b.add(mutualaid.Isolated{Name: "A", Address: "B"})
	long := b.add(alone)
	storetest.View(t, b.db, b.op, func(tx *store.Tx) error {
		lengths := map[string]int{}
		for _, id := range []string{short.ID, long.ID} {
			n, err := store.One(tx, store.Scan[int], "SELECT length(sealed) FROM mutualaid_sealed WHERE isolated_id = ? AND seat = 1", id)
			if err != nil {
				return err
			}
			lengths[id] = n
		}
		if lengths[short.ID] != lengths[long.ID] {
			t.Errorf("lengths tell of persons: %v", lengths)
		}
		return nil
	})
}

// TestEN7_NobodyIsSeatedBehindTheOthersBack: who begins again with another
// phrase gets all of the list at the other's next opening, who hears of it.
func TestEN7_NobodyIsSeatedBehindTheOthersBack(t *testing.T) {
	b := newWatchBox(t)
	b.ready()
	b.add(alone)
	again := func() (n int) { // times the first referent heard of the other
		storetest.View(t, b.db, b.readers[0], func(tx *store.Tx) error {
			list, err := notify.Notices(tx, 0, 50)
			for _, told := range list {
				if told.Key == "notify.isolated_other" {
					n += told.N
				}
			}
			return err
		})
		return n
	}
	named := again()
	if err := b.phrase(b.readers[1], secondPhrase+" encore"); err != nil {
		t.Fatal(err)
	}
	if named == 0 || again() != named+1 {
		t.Errorf("heard %d times, then %d; want of the naming, and once of the new phrase", named, again())
	}
	storetest.View(t, b.db, b.op, func(tx *store.Tx) error {
		log, err := account.LogBefore(tx, 0, 100)
		if !slices.ContainsFunc(log, func(e account.Entry) bool { return e.Act == account.ActIsolatedKey }) {
			t.Error("the public log does not say so")
		}
		return err
	})
}

func TestAReferentIsReplaced(t *testing.T) {
	b := newWatchBox(t)
	b.ready()
	b.add(alone)
	third := b.readers[2]
	name := func(who store.Actor) error {
		return act(t, b.db, b.op, func(tx *store.Tx) error { return mutualaid.NameReferent(tx, 2, who.ID) })
	}
	wantKey(t, "one person twice", name(b.readers[0]), store.Invalid, "err.isolated.both")
	if err := name(third); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.open(b.readers[1], secondPhrase); store.KindOf(err) != store.Forbidden {
		t.Errorf("who was replaced still reads: %v", err)
	}
	if got := told(t, b.db, b.readers[0]); !slices.Contains(got, "notify.isolated_other") {
		t.Errorf("the one who stays hears %v", got)
	}
	if err := b.phrase(third, "une phrase toute neuve"); err != nil {
		t.Fatal(err)
	}
	list, missing, err := b.open(third, "une phrase toute neuve")
	if err != nil || len(list) != 0 || missing != 1 {
		t.Errorf("before the other opened it: %v, %d missing, %v", list, missing, err)
	}
	wantKey(t, "the first forgets their phrase while alone", b.phrase(b.readers[0], "encore une autre phrase"), store.Conflict, "err.isolated.last_reader")
	if _, _, err := b.open(b.readers[0], firstPhrase); err != nil {
		t.Fatal(err)
	}
	list, missing, err = b.open(third, "une phrase toute neuve")
	if err != nil || len(list) != 1 || missing != 0 || list[0].Isolated != alone {
		t.Errorf("after the other opened it: %v, %d missing, %v", list, missing, err)
	}
	if err := b.phrase(b.readers[0], "encore une autre phrase"); err != nil {
		t.Errorf("a forgotten phrase begins anew when the other reads all: %v", err)
	}
}

func TestAReferentChangesTheirPhrase(t *testing.T) {
	b := newWatchBox(t)
	b.ready()
	b.add(alone)
	who, next := b.readers[0], "une phrase plus facile à retenir"
	var closed string
	storetest.View(t, b.db, who, func(tx *store.Tx) (err error) { closed, err = mutualaid.MyKeys(tx); return err })
	private, err := b.desk.Reopen(t.Context(), who.ID, "192.0.2.1", closed, firstPhrase)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := b.desk.Close(t.Context(), next, private)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, b.db, who, func(tx *store.Tx) error { return mutualaid.Rephrase(tx, closed, fresh) })
	if list, _, err := b.open(who, next); err != nil || len(list) != 1 {
		t.Errorf("with the new phrase: %v %v", list, err)
	}
	if _, _, err := b.open(who, firstPhrase); store.KindOf(err) != store.Invalid {
		t.Errorf("with the old one: %v", err)
	}
}

func TestConsentIsAskedForAgainAndEnds(t *testing.T) {
	b := newWatchBox(t)
	b.ready()
	b.add(alone)
	kept := b.add(mutualaid.Isolated{Name: "Autre personne", Address: "Le Bourg"})
	runner, err := store.NewRunner(b.db, mutualaid.Jobs, quiet())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after int // days
		told  string
		left  int
	}{{330, "", 2}, {335, "isolated_renew", 2}, {454, "isolated_renew", 2}, {456, "isolated_renew", 1}} {
		b.clock.Set(storetest.Now.AddDate(0, 0, c.after))
		if c.after == 454 {
			storetest.Update(t, b.db, b.op, func(tx *store.Tx) error { return mutualaid.RenewIsolated(tx, kept.ID) })
		}
		if _, err := runner.RunDue(t.Context()); err != nil || len(runner.Faults()) > 0 {
			t.Fatal(err, runner.Faults())
		}
		var left []mutualaid.Entry
		storetest.View(t, b.db, b.op, func(tx *store.Tx) (err error) { left, err = mutualaid.Entries(tx); return err })
		reader := cmp.Or(c.told, "isolated_named") // one line for each thing: the last word is read
		if got := heard(t, b.db, b.op); got != c.told || len(left) != c.left || heard(t, b.db, b.readers[1]) != reader {
			t.Errorf("after %d days: told %q, %d left; want %q, %d", c.after, got, len(left), c.told, c.left)
		}
	}
}

func TestAPersonLeavesTheListAtOnce(t *testing.T) {
	b := newWatchBox(t)
	b.ready()
	entry := b.add(alone)
	err := act(t, b.db, b.readers[2], func(tx *store.Tx) error { return mutualaid.RemoveIsolated(tx, entry.ID) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident removes: %v", err)
	}
	storetest.Update(t, b.db, b.op, func(tx *store.Tx) error { return mutualaid.RemoveIsolated(tx, entry.ID) })
	if list, missing, err := b.open(b.readers[0], firstPhrase); err != nil || len(list)+missing != 0 {
		t.Errorf("after it: %v, %d missing, %v", list, missing, err)
	}
}

func TestAReferentWhoLeavesReadsNoMore(t *testing.T) {
	b := newWatchBox(t)
	b.ready()
	b.add(alone)
	for i := range 2 {
		storetest.Update(t, b.db, b.readers[i], func(tx *store.Tx) error { return account.Leave(tx, b.readers[i].ID, store.KeepUnnamed) })
	}
	storetest.View(t, b.db, b.op, func(tx *store.Tx) error {
		list, err := mutualaid.Entries(tx)
		if len(list) != 1 || !list[0].Lost {
			t.Errorf("what nobody can read any more: %+v", list)
		}
		who, err2 := mutualaid.Referents(tx)
		if len(who) != 0 {
			t.Errorf("referents who left: %+v", who)
		}
		_ = err2
		return err
	})
}
