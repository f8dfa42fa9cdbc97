package moderation_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

// member makes an account as old as this and returns who acts for it.
func member(t *testing.T, db *store.DB, clock *storetest.Clock, login string, role store.Role, old time.Duration) store.Actor {
	t.Helper()
	clock.Add(-old)
	defer clock.Add(old)
	desk := account.NewDesk(db, account.Params{Memory: 8, Time: 1})
	p, _, err := desk.Add(store.As(t.Context(), store.Actor{ID: "ida", Role: store.Operator}), account.NewPerson{
		Login: login, Name: login, Role: role, Password: "quatre mots bien choisis", OnPaper: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return store.Actor{ID: p.ID, Role: role}
}

// withCharter publishes one, so that accounts can be made.
func withCharter(t *testing.T, db *store.DB) {
	t.Helper()
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		if _, err := account.BeginSetup(tx); err != nil {
			return err
		}
		return account.PublishCharter(tx, "# Article un\n"+strings.Repeat("Texte de la charte. ", 20))
	})
}

// withdraw stands in for a module's verb.
func withdraw(tx *store.Tx, id string) error {
	ref := store.Ref{Module: "agenda", ID: id}
	if !tx.VouchedFor(ref) {
		return errors.New("nobody vouched")
	}
	return listing.Withdraw(tx, ref)
}

func TestMD3_AYoungAccountsReportsWeighNothing(t *testing.T) {
	db, clock := storetest.Open(t, account.Personal)
	ref := thing(t, db)
	withCharter(t, db)
	for _, login := range []string{"neuf-un", "neuf-deux", "neuf-trois", "neuf-quatre", "neuf-cinq"} {
		report(t, db, ref, member(t, db, clock, login, store.Resident, 6*24*time.Hour), "insult", "")
	}
	if _, ok := hiding(t, db, ref); ok {
		t.Error("five young accounts hid it")
	}
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		open, err := moderation.Open(tx)
		if len(open) != 1 || len(open[0].Reports) != 5 || !open[0].Wave || !open[0].Reports[0].Light {
			t.Errorf("queue %+v", open)
		}
		return err
	})
	for _, login := range []string{"vieux-un", "vieux-deux", "vieux-trois"} {
		report(t, db, ref, member(t, db, clock, login, store.Resident, 7*24*time.Hour), "wrong", "")
	}
	if h, ok := hiding(t, db, ref); !ok || h.Reason != "wrong" {
		t.Errorf("three older ones: %+v %v; the reason is of those that weigh", h, ok)
	}
}

func TestMD3_WhoWasOftenWrongWeighsNothing(t *testing.T) {
	db, clock := storetest.Open(t)
	tom := resident("tom")
	for range 3 {
		ref := thing(t, db)
		report(t, db, ref, tom, "insult", "")
		storetest.Update(t, db, bob, func(tx *store.Tx) error { return moderation.Dismiss(tx, ref, lea.ID) })
	}
	light := func() bool {
		ref := thing(t, db)
		report(t, db, ref, tom, "insult", "")
		var out bool
		storetest.View(t, db, bob, func(tx *store.Tx) error {
			open, err := moderation.Open(tx)
			out = open[len(open)-1].Reports[0].Light
			return err
		})
		storetest.Update(t, db, bob, func(tx *store.Tx) error { return moderation.Hide(tx, ref, lea.ID, wrong) }) // founded
		return out
	}
	for i, want := range []bool{true, true, true, false} {
		if got := light(); got != want {
			t.Errorf("with %d founded: light = %v", i, got)
		}
		clock.Add(time.Second)
	}
	clock.Add(91 * 24 * time.Hour)
	if light() {
		t.Error("never forgotten")
	}
}

func TestMD3_AWaveIsAsManyAsHideWithinFiveMinutes(t *testing.T) {
	db, clock := storetest.Open(t)
	for _, c := range []struct {
		rule, reports int
		every         time.Duration
		want          bool
	}{
		{0, 5, 75 * time.Second, true},
		{0, 5, 76 * time.Second, false},
		{0, 4, time.Second, false},
		{3, 3, 150 * time.Second, true},
		{3, 3, 151 * time.Second, false},
		{1, 1, time.Second, false},
		{20, 5, time.Minute, true},
	} {
		storetest.Update(t, db, store.Actor{ID: "ida", Role: store.Operator}, func(tx *store.Tx) error {
			return moderation.SetRule(tx, moderation.Rule{Reports: c.rule})
		})
		ref := thing(t, db)
		for i := range c.reports {
			report(t, db, ref, resident("s"+string(rune('a'+i))), "over", "")
			clock.Add(c.every)
		}
		storetest.View(t, db, bob, func(tx *store.Tx) error {
			open, err := moderation.Open(tx)
			if got := open[len(open)-1]; got.Wave != c.want || len(got.Reports) != c.reports {
				t.Errorf("%+v: %+v", c, got)
			}
			return err
		})
	}
}

func TestMD4_StaffReadNamesAndNobodyChangesThem(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	hide(t, db, ana, ref)
	err := db.View(store.As(t.Context(), lea), func(tx *store.Tx) error {
		_, err := moderation.DecisionsBefore(tx, 0, 10)
		return err
	})
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident: %v", err)
	}
	read := func() (d moderation.Decision) {
		storetest.View(t, db, bob, func(tx *store.Tx) error {
			list, err := moderation.DecisionsBefore(tx, 0, 10)
			if err == nil && len(list) == 1 {
				d = list[0]
			}
			return err
		})
		return d
	}
	if d := read(); d.By != "ana" || d.Author != "lea" || d.Ref != ref || d.Act != "hide" {
		t.Errorf("staff read %+v", d)
	}
	for _, bad := range []string{
		"UPDATE moderation_decisions SET decided_by = 'bob'", "UPDATE moderation_decisions SET thing_id = ''",
		"DELETE FROM moderation_decisions", "UPDATE moderation_entries SET article = 'x'",
	} {
		if err := do(t, db, ana, func(tx *store.Tx) error { _, err := tx.Exec(bad); return err }); err == nil {
			t.Error(bad, "worked")
		}
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return moderation.Personal.Erase(tx, "ana", store.KeepUnnamed) })
	if d := read(); d.By != "" || d.Author != "lea" {
		t.Errorf("after she left: %+v", d)
	}
}

func TestMD4_TheLineNamesTheArticle(t *testing.T) {
	db, _ := storetest.Open(t, account.Personal)
	ref := thing(t, db)
	g := wrong
	g.Article = "Ce que l'on publie"
	wants(t, "no charter", do(t, db, ana, func(tx *store.Tx) error { return moderation.Hide(tx, ref, lea.ID, g) }), "err.moderation.article")
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		if _, err := account.BeginSetup(tx); err != nil {
			return err
		}
		if err := account.PublishCharter(tx, account.CharterTemplate("Valmorel-sur-Lère")); err != nil {
			return err
		}
		return moderation.Hide(tx, ref, lea.ID, g)
	})
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		lines, err := moderation.LogBefore(tx, 0, 10)
		if len(lines) != 1 || lines[0].Article != g.Article {
			t.Errorf("log %+v", lines)
		}
		return err
	})
}

func TestRemovalTakesTwo(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	ask := func(tx *store.Tx) error { return moderation.AskRemoval(tx, ref, lea.ID, wrong) }
	confirm := func(tx *store.Tx) error { return moderation.Confirm(tx, ref, lea.ID, withdraw) }
	wants(t, "nobody asked", do(t, db, bob, confirm), "err.moderation.decided")
	storetest.Update(t, db, ana, ask)
	if n := total(t, db, visitor); n != 0 {
		t.Error("not hidden meanwhile")
	}
	wants(t, "asked twice", do(t, db, bob, ask), "err.moderation.decided")
	wants(t, "alone", do(t, db, ana, confirm), "err.moderation.two")
	wants(t, "a resident", do(t, db, resident("tom"), confirm), "err.forbidden")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return moderation.AskAgain(tx, ref, lea.ID, "Non") })
	wants(t, "during an appeal", do(t, db, bob, confirm), "err.moderation.appeal_waits")
	a := appeals(t, db, bob)
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return moderation.Answer(tx, a[0].ID, lea.ID, false, "Si") })
	storetest.Update(t, db, bob, confirm)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		there, err := listing.Exists(tx, ref)
		r, ok, err2 := moderation.Removed(tx, ref.ID)
		lines, err3 := moderation.LogBefore(tx, 0, 1)
		if there || !ok || r.Cause.Reason != "wrong" || r.Author != "lea" || r.Kind != listing.KindEvent || len(lines) != 1 || lines[0].Act != "remove" {
			t.Errorf("there %v, trace %+v, log %+v", there, r, lines)
		}
		return errors.Join(err, err2, err3)
	})
	if keys := told(t, db, lea); len(keys) == 0 || keys[0] != "notify.moderation_removed" {
		t.Errorf("told %v", keys)
	}
}

func TestARemovalIsForgoneOrFallsAway(t *testing.T) {
	db, _ := storetest.Open(t)
	waiting := func() (n int) {
		storetest.View(t, db, bob, func(tx *store.Tx) error {
			load, err := moderation.LoadOf(tx)
			n = load.Removals
			return err
		})
		return n
	}
	for name, verb := range map[string]func(*store.Tx, store.Ref) error{
		"forgone":   func(tx *store.Tx, ref store.Ref) error { return moderation.Forgo(tx, ref, lea.ID) },
		"put back":  func(tx *store.Tx, ref store.Ref) error { return moderation.Show(tx, ref, lea.ID) },
		"withdrawn": listing.Withdraw,
	} {
		ref := thing(t, db)
		storetest.Update(t, db, ana, func(tx *store.Tx) error { return moderation.AskRemoval(tx, ref, lea.ID, wrong) })
		if n := waiting(); n != 1 {
			t.Errorf("%s: %d wait", name, n)
		}
		storetest.Update(t, db, bob, func(tx *store.Tx) error { return verb(tx, ref) })
		if n := waiting(); n != 0 {
			t.Errorf("%s: %d wait", name, n)
		}
	}
	ref := foreign(t, db)
	wants(t, "a neighbour's", do(t, db, ana, func(tx *store.Tx) error { return moderation.AskRemoval(tx, ref, "", wrong) }), "err.moderation.foreign")
}

func TestMD5_ASuspensionIsLoggedAppealedAndEndedByAnother(t *testing.T) {
	db, clock := storetest.Open(t, account.Personal)
	withCharter(t, db)
	tom := member(t, db, clock, "tom", store.Resident, 0)
	ref := store.Ref{Module: moderation.Person, ID: tom.ID}
	g := moderation.Cause{Reason: "insult", Text: "Propos blessants répétés.", Article: "Article un"}
	suspend := func(days int, g moderation.Cause) func(*store.Tx) error {
		return func(tx *store.Tx) error { return moderation.Suspend(tx, tom.ID, days, g) }
	}
	wants(t, "no words", do(t, db, ana, suspend(7, moderation.Cause{Reason: "insult"})), "err.moderation.words")
	wants(t, "no days", do(t, db, ana, suspend(0, g)), "err.account.suspend_until")
	wants(t, "for ever", do(t, db, ana, suspend(400, g)), "err.account.suspend_until")
	wants(t, "a resident", do(t, db, tom, suspend(7, g)), "err.forbidden")
	storetest.Update(t, db, ana, suspend(7, g))
	if keys := told(t, db, tom); len(keys) != 1 || keys[0] != "notify.moderation_suspended" {
		t.Errorf("told %v", keys)
	}
	storetest.Update(t, db, tom, func(tx *store.Tx) error { return moderation.AskAgain(tx, ref, tom.ID, "Pas moi") })
	a := appeals(t, db, ana)
	if len(a) != 1 || !a[0].Mine {
		t.Fatalf("%+v", a)
	}
	wants(t, "who decided", do(t, db, ana, func(tx *store.Tx) error { return moderation.Answer(tx, a[0].ID, "", true, "") }), "err.moderation.own")
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return moderation.Answer(tx, a[0].ID, "", true, "") })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		_, under, err := account.SuspensionOf(tx, tom.ID)
		lines, err2 := moderation.LogBefore(tx, 0, 10)
		if under || len(lines) != 2 || lines[0].Act != "appeal_undone" || lines[1].Act != "suspend" || lines[1].Article != "Article un" {
			t.Errorf("under way %v, log %+v", under, lines)
		}
		return errors.Join(err, err2)
	})
}

func TestMD7_IllegalContentIsSealedAndThenDeleted(t *testing.T) {
	db, clock := storetest.Open(t, account.Personal)
	home := listing.At(44.9, 1.9)
	words, err := account.NewDesk(db, account.Params{Memory: 8, Time: 1}).Found(t.Context(), account.Founding{
		Commune: listing.Commune{INSEE: "46999", Name: "Valmorel-sur-Lère", Position: &home}, At: home, Name: "Valmorel-sur-Lère",
		Publisher: account.Publisher{
			Name: "Commune", Address: "Le bourg", Phone: "05 00 00 00 00", Director: "La maire",
			Host: "Commune", HostAddress: "Le bourg", HostPhone: "05 00 00 00 00",
		},
		Charter:  account.CharterTemplate("Valmorel-sur-Lère"),
		Operator: account.NewPerson{Login: "ida", Name: "Ida", Role: store.Operator, Password: "quatre mots bien choisis"}, CardID: store.NewID(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ida, ref, secret := store.Actor{ID: "ida", Role: store.Operator}, thing(t, db), "ce qui est interdit"
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		kept, err := moderation.Seal(tx, ref, listing.KindEvent, []byte(secret))
		if !kept {
			t.Error("not sealed")
		}
		return err
	})
	var list []moderation.Sealing
	storetest.View(t, db, ida, func(tx *store.Tx) (err error) {
		list, err = moderation.Sealings(tx)
		raw, err2 := store.All(tx, store.Scan[string], "SELECT CAST(sealed AS TEXT) FROM moderation_sealings")
		if len(raw) != 1 || strings.Contains(raw[0], "interdit") {
			t.Error("kept in clear")
		}
		return errors.Join(err, err2)
	})
	if len(list) != 1 || list[0].Until.Sub(list[0].At) != moderation.SealedFor {
		t.Fatalf("%+v", list)
	}
	open := func(who store.Actor, words []string) (out []byte, err error) {
		err = do(t, db, who, func(tx *store.Tx) (err error) {
			out, err = moderation.Unseal(tx, list[0].ID, strings.Join(words, " "))
			return err
		})
		return out, err
	}
	_, err = open(ida, account.NewSeed().Words())
	wants(t, "another sheet", err, "err.account.seed_other")
	_, err = open(ana, words)
	wants(t, "a moderator", err, "err.forbidden")
	if out, err := open(ida, words); err != nil || string(out) != secret {
		t.Errorf("opened %q %v", out, err)
	}
	clock.Add(moderation.SealedFor - time.Second)
	for i, want := range []int{1, 0} {
		storetest.Update(t, db, ida, func(tx *store.Tx) error {
			for _, j := range moderation.Jobs {
				if err := j.Run(tx); err != nil {
					return err
				}
			}
			left, err := moderation.Sealings(tx)
			if len(left) != want {
				t.Errorf("%d: %d left", i, len(left))
			}
			return err
		})
		clock.Add(time.Second)
	}
}

func TestMD7_WithoutAKeyNothingIsSealed(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		kept, err := moderation.Seal(tx, ref, listing.KindEvent, []byte("x"))
		if kept {
			t.Error("sealed for nobody")
		}
		return err
	})
}
