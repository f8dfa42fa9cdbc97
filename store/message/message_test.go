package message_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/moderation"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

var (
	ana  = store.Actor{ID: "ana", Role: store.Resident}
	bob  = store.Actor{ID: "bob", Role: store.Resident}
	zoe  = store.Actor{ID: "zoe", Role: store.Resident}
	mod  = store.Actor{ID: "mod", Role: store.Moderator}
	head = store.Actor{ID: "head", Role: store.Operator}
)

// bike is what they write about.
var bike = store.Ref{Module: "ads", ID: "0123456789abcdef"}

// person is the party of an actor.
func person(a store.Actor) message.Party { return message.Party{Account: a.ID} }

type village struct {
	*store.DB
	t     testing.TB
	clock *storetest.Clock
}

func newVillage(t testing.TB) *village {
	t.Helper()
	db, clock := storetest.Open(t, message.Personal, notify.Personal, directory.Personal, moderation.Personal)
	v := &village{db, t, clock}
	v.update(ana, func(tx *store.Tx) error {
		return listing.Put(tx, listing.Card{Ref: bike, Kind: listing.KindOffer, Title: "Vélo", Audience: listing.Public}, nil)
	})
	return v
}

func (v *village) update(as store.Actor, fn func(*store.Tx) error) {
	v.t.Helper()
	storetest.Update(v.t, v.DB, as, fn)
}

func (v *village) try(as store.Actor, fn func(*store.Tx) error) error {
	v.t.Helper()
	return v.Update(store.As(v.t.Context(), as), fn)
}

// open writes as somebody to a party about the bike.
func (v *village) open(from store.Actor, to message.Party, text string) (t message.Thread, err error) {
	v.t.Helper()
	err = v.try(from, func(tx *store.Tx) (err error) {
		t, err = message.Open(tx, bike, "Vélo", to, person(from), text)
		return err
	})
	return t, err
}

// begin is open, and must not fail.
func (v *village) begin(from store.Actor, to message.Party, text string) string {
	v.t.Helper()
	t, err := v.open(from, to, text)
	if err != nil {
		v.t.Fatal(err)
	}
	return t.ID
}

func (v *village) write(from store.Actor, id, text string) error {
	v.t.Helper()
	return v.try(from, func(tx *store.Tx) error {
		_, err := message.Write(tx, id, text)
		return err
	})
}

// read is what somebody reads of a thread; the words of the error otherwise.
func (v *village) read(who store.Actor, id string) string {
	v.t.Helper()
	var lines []string
	err := v.View(store.As(v.t.Context(), who), func(tx *store.Tx) error {
		t, err := message.Get(tx, id)
		if err != nil {
			return err
		}
		list, err := t.Messages(tx, 0, 100)
		for _, m := range list {
			lines = append(lines, m.Text+m.Taken)
		}
		return err
	})
	if err != nil {
		return store.KindOf(err).String()
	}
	return strings.Join(lines, " / ")
}

func (v *village) want(what, got, want string) {
	v.t.Helper()
	if got != want {
		v.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func (v *village) wantKey(what string, err error, key string) {
	v.t.Helper()
	e, ok := errors.AsType[*store.Error](err)
	if !ok || e.Key != key {
		v.t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// mine lists what somebody has: how many threads, how many messages unread.
func (v *village) mine(who store.Actor) string {
	v.t.Helper()
	var out string
	storetest.View(v.t, v.DB, who, func(tx *store.Tx) error {
		list, err := message.Mine(tx, 0, 50)
		unread := 0
		for _, t := range list {
			unread += t.Unread
		}
		n, err2 := notify.Unread(tx, who.ID)
		out = fmt.Sprintf("%d threads, %d unread, %d notices", len(list), unread, n)
		return errors.Join(err, err2)
	})
	return out
}

// committee is an organisation of some administrators.
func (v *village) committee(admins ...store.Actor) message.Party {
	v.t.Helper()
	e := directory.Element{Kind: directory.Org, Name: "Comité des fêtes", Audience: listing.Public}
	v.update(admins[0], func(tx *store.Tx) error { return directory.Add(tx, &e) })
	for _, a := range admins[1:] {
		v.update(a, func(tx *store.Tx) error { return directory.Ask(tx, e.ID, "") })
		v.update(admins[0], func(tx *store.Tx) error {
			return errors.Join(directory.Admit(tx, e.ID, a.ID), directory.Promote(tx, e.ID, a.ID))
		})
	}
	return message.Party{Element: e.ID}
}

func TestTwoWriteEachOtherAboutAThing(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "  Encore là ?\n")
	v.want("she has one", v.mine(ana), "1 threads, 1 unread, 1 notices")
	v.want("he has read his own", v.mine(bob), "1 threads, 0 unread, 0 notices")
	if again := v.begin(bob, person(ana), "Je peux venir samedi."); again != id {
		t.Error("a second thread about the same thing")
	}
	v.want("counted", v.mine(ana), "1 threads, 2 unread, 1 notices")
	v.update(ana, func(tx *store.Tx) error {
		th, err := message.Get(tx, id)
		if err != nil {
			return err
		}
		if th.Other() != person(bob) || th.As() != person(ana) || th.Unread != 2 {
			t.Errorf("%+v", th)
		}
		return th.Opened(tx)
	})
	v.want("read", v.mine(ana), "1 threads, 0 unread, 0 notices")
	if err := v.write(ana, id, "Oui, samedi."); err != nil {
		t.Fatal(err)
	}
	v.want("the order", v.read(bob, id), "Encore là ? / Je peux venir samedi. / Oui, samedi.")
	v.want("his turn", v.mine(bob), "1 threads, 1 unread, 1 notices")
	if hers := v.begin(ana, person(bob), "À samedi"); hers != id {
		t.Error("two threads of the same two about the same thing")
	}
}

func TestNobodyElseReadsAWord(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "Mon code est 4812")
	for _, who := range []store.Actor{{}, zoe, mod, head} {
		v.want("read by "+who.ID, v.read(who, id), "not found")
		if err := v.write(who, id, "Moi aussi"); store.KindOf(err) != store.NotFound {
			t.Errorf("%s writes: %v", who.ID, err)
		}
		for name, do := range map[string]func(*store.Tx) error{
			"deletes": func(tx *store.Tx) error { return message.Delete(tx, id) },
			"blocks":  func(tx *store.Tx) error { return message.Block(tx, id) },
			"reports": func(tx *store.Tx) error { _, err := message.File(tx, id, 1, "insult", ""); return err },
		} {
			if err := v.try(who, do); store.KindOf(err) != store.NotFound {
				t.Errorf("%s %s: %v", who.ID, name, err)
			}
		}
	}
	v.want("still two", v.mine(zoe)+", "+v.mine(mod), "0 threads, 0 unread, 0 notices, 0 threads, 0 unread, 0 notices")
}

// TestNO4_ANoticeHasNoWordOfAMessage: nor has any table but the module's own.
func TestNO4_ANoticeHasNoWordOfAMessage(t *testing.T) {
	v := newVillage(t)
	v.begin(bob, person(ana), "rendez-vous chez Margot")
	storetest.View(t, v.DB, ana, func(tx *store.Tx) error {
		tables, err := store.All(tx, store.Scan[string], `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name <> 'message_messages'`)
		if err != nil {
			return err
		}
		for _, table := range tables {
			columns, err := store.All(tx, store.Scan[string], `SELECT name FROM pragma_table_info(?)`, table)
			if err != nil {
				return err
			}
			for _, c := range columns {
				n, err := store.One(tx, store.Scan[int], fmt.Sprintf(`SELECT count(*) FROM %q WHERE instr(CAST(%q AS TEXT), 'Margot') > 0`, table, c))
				if err != nil || n > 0 {
					t.Errorf("%s.%s: %d rows, %v", table, c, n, err)
				}
			}
		}
		list, err := notify.Notices(tx, 0, 10)
		if len(list) != 1 || list[0].Key != "notify.message_new" || len(list[0].Args) != 0 {
			t.Errorf("%+v", list)
		}
		return err
	})
}

func TestEN8_AllAdministratorsReadAndAnswer(t *testing.T) {
	v := newVillage(t)
	fetes := v.committee(ana, zoe)
	id := v.begin(bob, fetes, "Prêtez-vous vos chaises ?")
	for _, who := range []store.Actor{ana, zoe} {
		v.want(who.ID+" reads", v.read(who, id), "Prêtez-vous vos chaises ?")
		if !strings.HasPrefix(v.mine(who), "1 threads, 1 unread") {
			t.Errorf("%s has %s", who.ID, v.mine(who))
		}
	}
	if err := v.write(zoe, id, "Oui, trente."); err != nil {
		t.Fatal(err)
	}
	v.want("her colleague too", v.read(ana, id), "Prêtez-vous vos chaises ? / Oui, trente.")
	v.update(bob, func(tx *store.Tx) error {
		th, err := message.Get(tx, id)
		name, err2 := th.Other().Name(tx)
		v.want("whom he writes to", name, "Comité des fêtes")
		return errors.Join(err, err2)
	})
	v.wantKey("to her own organisation", func() error { _, err := v.open(zoe, fetes, "Moi"); return err }(), "err.message.self")
	v.update(ana, func(tx *store.Tx) error { return directory.Demote(tx, fetes.Element, zoe.ID) })
	v.want("no administrator any more", v.read(zoe, id), "not found")
	v.want("nor in her list", strings.Split(v.mine(zoe), ",")[0], "0 threads")
	// An organisation writes, and is answered as one.
	err := v.try(ana, func(tx *store.Tx) error {
		_, err := message.Open(tx, bike, "Vélo", person(zoe), fetes, "Bonjour Zoé")
		return err
	})
	if err != nil {
		t.Error(err)
	}
	err = v.try(bob, func(tx *store.Tx) error {
		_, err := message.Open(tx, bike, "Vélo", person(zoe), fetes, "Je suis le comité")
		return err
	})
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("in the name of others: %v", err)
	}
}

func TestMD6_ABlockedPersonIsToldOneThing(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "Bonjour")
	v.update(ana, func(tx *store.Tx) error { return message.Block(tx, id) })
	v.wantKey("he writes", v.write(bob, id, "Allô ?"), "err.message.not_received")
	_, err := v.open(bob, person(ana), "Allô ?")
	v.wantKey("he begins", err, "err.message.not_received")
	v.want("he was told nothing", v.mine(bob), "1 threads, 0 unread, 0 notices")
	v.wantKey("she unblocks first", v.write(ana, id, "Oui ?"), "err.message.you_blocked")
	// Not through an organisation either.
	fetes := v.committee(bob)
	err = v.try(bob, func(tx *store.Tx) error {
		_, err := message.Open(tx, bike, "Vélo", person(ana), fetes, "Le comité écrit")
		return err
	})
	v.wantKey("in another name", err, "err.message.not_received")
	storetest.View(t, v.DB, bob, func(tx *store.Tx) error {
		list, err := message.Blockings(tx)
		if len(list) != 0 {
			t.Errorf("he sees %+v", list)
		}
		return err
	})
	v.update(ana, func(tx *store.Tx) error {
		list, err := message.Blockings(tx)
		if err != nil || len(list) != 1 || list[0].Of != person(bob) {
			t.Fatalf("%+v %v", list, err)
		}
		return message.Unblock(tx, list[0].By, list[0].Of)
	})
	if err := v.write(bob, id, "Merci"); err != nil {
		t.Error(err)
	}
	if err := v.try(bob, func(tx *store.Tx) error { return message.Unblock(tx, person(ana), person(bob)) }); store.KindOf(err) != store.Forbidden {
		t.Errorf("he unblocks himself: %v", err)
	}
}

func TestWhoNeverWroteIsNotNamed(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "Qui êtes-vous ?")
	v.wantKey("blocked", v.try(bob, func(tx *store.Tx) error { return message.Block(tx, id) }), "err.message.block_early")
	storetest.View(t, v.DB, bob, func(tx *store.Tx) error {
		data, err := message.Personal.Export(tx, bob.ID)
		if h, ok := data.(message.Holding); !ok || h.Threads[0].With != "" {
			t.Errorf("%+v", data)
		}
		return err
	})
}

func TestWordsAndHowManyAreBounded(t *testing.T) {
	v := newVillage(t)
	_, err := v.open(bob, person(ana), "  ")
	v.wantKey("nothing", err, "err.message.empty")
	_, err = v.open(bob, person(ana), strings.Repeat("é", message.MaxText+1))
	if store.KindOf(err) != store.Invalid {
		t.Errorf("too long: %v", err)
	}
	_, err = v.open(bob, person(bob), "Moi")
	v.wantKey("to himself", err, "err.message.self")
	_, err = v.open(bob, message.Party{}, "Personne")
	v.wantKey("to nobody", err, "err.message.nobody")
	_, err = v.open(store.Actor{}, person(ana), "Visiteur")
	if store.KindOf(err) != store.Unauthenticated {
		t.Errorf("a visitor: %v", err)
	}
	id := v.begin(bob, person(ana), strings.Repeat("é", message.MaxText))
	if err := v.write(bob, id, "Deux fois"); err != nil {
		t.Fatal(err)
	}
	if err := v.write(bob, id, "Deux fois"); err != nil || strings.Count(v.read(ana, id), "Deux fois") != 1 {
		t.Errorf("tapped twice: %v", err)
	}
	for i := range message.PerHour - 2 {
		if err := v.write(bob, id, fmt.Sprint(i)); err != nil {
			t.Fatal(i, err)
		}
	}
	v.wantKey("one too many", v.write(bob, id, "Encore"), "err.message.many")
	v.clock.Add(time.Hour + time.Second)
	if err := v.write(bob, id, "Encore"); err != nil {
		t.Error(err)
	}
	for i := range message.NewPerHour {
		if _, err := v.open(zoe, message.Party{Account: fmt.Sprint("p", i)}, "Bonjour"); err != nil {
			t.Fatal(i, err)
		}
	}
	_, err = v.open(zoe, person(ana), "Bonjour")
	v.wantKey("a letter to everybody", err, "err.message.many_new")
}

func TestAThreadClosesWithItsThing(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "Bonjour")
	v.update(ana, func(tx *store.Tx) error { return listing.Withdraw(tx, bike) })
	v.clock.Add(message.Grace - time.Minute)
	if err := v.write(ana, id, "Vous venez le chercher ?"); err != nil {
		t.Errorf("while it is handed over: %v", err)
	}
	v.clock.Add(message.Grace + time.Minute)
	v.wantKey("long after", v.write(bob, id, "Alors ?"), "err.message.closed")
	v.want("still to be read", v.read(bob, id), "Bonjour / Vous venez le chercher ?")
	v.update(ana, func(tx *store.Tx) error {
		return listing.Put(tx, listing.Card{Ref: bike, Kind: listing.KindOffer, Title: "Vélo", Audience: listing.Public}, nil)
	})
	if err := v.write(bob, id, "De retour ?"); err != nil {
		t.Errorf("PA-5: put back, it keeps its thread: %v", err)
	}
}

// TestWhatIsReportedWaitsForItsAnswer: also when both threw it away, or left;
// then it goes.
// rows fails unless a table has so many.
// TestMD2_AModeratorLeavesTheirOwnToAnother: also one who answers for a party.
// nowhere fails when a column of a table is an account.

func TestWhatAReporterWroteGoesWithThem(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "Méchant")
	v.update(ana, func(tx *store.Tx) error {
		_, err := message.File(tx, id, 1, "other", "Il sait que je suis enceinte")
		return err
	})
	v.update(head, func(tx *store.Tx) error { return message.Personal.Erase(tx, ana.ID, store.EraseAll) })
	storetest.View(t, v.DB, mod, func(tx *store.Tx) error {
		list, err := message.Reports(tx)
		for _, r := range list {
			if r.Text != "" {
				t.Errorf("reporter's words stay: %q", r.Text)
			}
		}
		return err
	})
}

func TestTheSameWordsAfterThrowingAwayAreWritten(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "Bonjour")
	v.update(bob, func(tx *store.Tx) error { return message.Delete(tx, id) })
	again := v.begin(bob, person(ana), "Bonjour")
	storetest.View(t, v.DB, bob, func(tx *store.Tx) error {
		if _, err := message.Get(tx, again); err != nil {
			t.Errorf("sent, and there is no thread: %v", err)
		}
		return nil
	})
}

func TestATitleThatNamesWhoLeftGoes(t *testing.T) {
	v := newVillage(t)
	e := directory.Element{Kind: directory.Person, Name: "Jeanne Testard", Audience: listing.Here}
	v.update(ana, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	ref := store.Ref{Module: directory.Module, ID: e.ID}
	v.update(bob, func(tx *store.Tx) error {
		_, err := message.Open(tx, ref, e.Name, person(ana), person(bob), "Bonjour")
		return err
	})
	v.update(head, func(tx *store.Tx) error {
		if err := message.Personal.Erase(tx, ana.ID, store.EraseAll); err != nil {
			return err
		}
		return directory.Personal.Erase(tx, ana.ID, store.EraseAll)
	})
	storetest.View(t, v.DB, bob, func(tx *store.Tx) error {
		list, err := message.Mine(tx, 0, 9)
		for _, th := range list {
			if strings.Contains(th.Title, "Jeanne") {
				t.Errorf("the name of who left stays as a title: %q", th.Title)
			}
		}
		return err
	})
}
