package ads_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/category"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

var (
	lea     = store.Actor{ID: "lea", Role: store.Resident}
	paul    = store.Actor{ID: "paul", Role: store.Resident}
	mo      = store.Actor{ID: "mo", Role: store.Moderator}
	keeper  = store.Actor{ID: "keeper", Role: store.Operator}
	visitor = store.Actor{}
)

const day = 24 * time.Hour

func bike() ads.Ad {
	return ads.Ad{
		Verb: ads.Sell, Title: "Vélo de course", Text: "Roues neuves.", Category: "velos", Place: "Le Bourg",
		Price: &listing.Price{Amount: 4500, Unit: "EUR"}, Audience: listing.Public,
	}
}

// village is a box with one ad of Léa's.
func village(t *testing.T) (*store.DB, *storetest.Clock, ads.Ad) {
	t.Helper()
	db, clock := storetest.Open(t, ads.Personal)
	a := bike()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	return db, clock, a
}

// as runs fn for an actor and gives its error.
func as(t *testing.T, db *store.DB, who store.Actor, fn func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), fn)
}

// get is the ad as somebody reads it; the kind of the error where they do not.
func get(t *testing.T, db *store.DB, who store.Actor, id string) (a ads.Ad, kind store.Kind) {
	t.Helper()
	err := as(t, db, who, func(tx *store.Tx) (err error) {
		a, err = ads.Get(tx, id)
		return err
	})
	if err != nil {
		return a, store.KindOf(err)
	}
	return a, store.Internal
}

// listed tells whether somebody finds it.
func listed(t *testing.T, db *store.DB, who store.Actor, a *ads.Ad) (found bool) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		for _, q := range []listing.Query{{Kind: a.Kind()}, {Q: "vélo"}} {
			res, err := listing.Find(tx, q)
			if err != nil {
				return err
			}
			found = slices.ContainsFunc(res.Cards, func(c listing.Card) bool { return c.Ref == a.Ref() })
		}
		return nil
	})
	return found
}

// run runs the module's jobs until nothing is left to do.
func run(t *testing.T, db *store.DB) {
	t.Helper()
	for _, j := range ads.Jobs {
		for {
			var more error
			err := as(t, db, visitor, func(tx *store.Tx) error {
				more = nil
				if err := j.Run(tx); errors.Is(err, store.ErrMore) {
					more = err
				} else if err != nil && err.Error()[:5] != "again" {
					return err
				}
				return nil
			})
			if err != nil {
				t.Fatal(j.Name, err)
			}
			if more == nil {
				break
			}
		}
	}
}

// told are the keys of what an account has not read yet.
func told(t *testing.T, db *store.DB, who store.Actor) (keys []string) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 50)
		for _, n := range list {
			if !n.Read {
				keys = append(keys, n.Key)
			}
		}
		return err
	})
	slices.Sort(keys)
	return keys
}

func key(err error) string {
	if e, ok := errors.AsType[*store.Error](err); ok {
		return e.Key
	}
	return ""
}

func TestPA1_AnAdEndsWarnsAndIsProlonged(t *testing.T) {
	db, clock, a := village(t)
	if want := storetest.Now.AddDate(0, 0, 30); !a.ExpiresAt.Equal(want) {
		t.Fatalf("ends %v, want %v", a.ExpiresAt, want)
	}
	renew := func() error {
		return as(t, db, lea, func(tx *store.Tx) error { return ads.Renew(tx, a.ID) })
	}
	if got := key(renew()); got != "err.ads.early" {
		t.Errorf("prolonged on the first day: %q", got)
	}
	clock.Set(a.ExpiresAt.Add(-3*day - time.Minute))
	run(t, db)
	if got := told(t, db, lea); got != nil {
		t.Errorf("told %v before the third day", got)
	}
	clock.Set(a.ExpiresAt.Add(-3 * day))
	run(t, db)
	run(t, db) // once is enough
	if got := told(t, db, lea); !slices.Equal(got, []string{ads.EndsSoon}) {
		t.Errorf("told %v", got)
	}
	for n := 1; n <= 3; n++ {
		if err := renew(); err != nil {
			t.Fatal("renewal", n, err)
		}
		if got := told(t, db, lea); got != nil {
			t.Errorf("a warning that was followed stays: %v", got)
		}
		a, _ = get(t, db, lea, a.ID)
		if want := clock.Now().AddDate(0, 0, 30); !a.ExpiresAt.Equal(want) || a.Renewals != n {
			t.Fatalf("after renewal %d: ends %v, %d renewals", n, a.ExpiresAt, a.Renewals)
		}
		clock.Set(a.ExpiresAt.Add(-day))
	}
	if got := key(renew()); got != "err.ads.renewals" {
		t.Errorf("a fourth time without a change: %q", got)
	}
	if err := as(t, db, lea, func(tx *store.Tx) error { a.Text = "Roues neuves, freins réglés."; return ads.Edit(tx, &a) }); err != nil {
		t.Fatal(err)
	}
	if err := renew(); err != nil {
		t.Errorf("after a change of its words: %v", err)
	}
	a, _ = get(t, db, lea, a.ID)
	clock.Set(a.ExpiresAt)
	if listed(t, db, visitor, &a) {
		t.Error("an ad whose time has passed is listed before the job ran")
	}
	run(t, db)
	if got, _ := get(t, db, lea, a.ID); got.State != ads.Over || listed(t, db, visitor, &a) {
		t.Errorf("after its time it is %s", got.State)
	}
	if got := told(t, db, lea); !slices.Contains(got, ads.Ended) {
		t.Errorf("told %v at the end", got)
	}
	if err := renew(); err != nil {
		t.Fatal(err)
	}
	if !listed(t, db, visitor, &a) {
		t.Error("an ad that came back is in no list")
	}
}

func TestPA1_TheRuleIsTheOperators(t *testing.T) {
	db, clock, _ := village(t)
	set := func(who store.Actor, r ads.Rule) error {
		return as(t, db, who, func(tx *store.Tx) error { return ads.SetRule(tx, r) })
	}
	if err := set(mo, ads.Rule{Days: 60, Renewals: 1}); store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator sets the rule: %v", err)
	}
	for _, r := range []ads.Rule{{Days: 6}, {Days: 366}, {Days: 30, Renewals: -1}, {Days: 30, Renewals: 53}} {
		if _, ok := errors.AsType[store.Errors](set(keeper, r)); !ok {
			t.Errorf("%+v was taken", r)
		}
	}
	if err := set(keeper, ads.Rule{Days: 60, Renewals: 0}); err != nil {
		t.Fatal(err)
	}
	a := bike()
	storetest.Update(t, db, paul, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	if got := a.ExpiresAt.Sub(clock.Now()); got != 60*day {
		t.Errorf("stands for %v", got)
	}
	clock.Set(a.ExpiresAt.Add(-day))
	err := as(t, db, paul, func(tx *store.Tx) error { return ads.Renew(tx, a.ID) })
	if key(err) != "err.ads.renewals_none" {
		t.Errorf("no renewals are allowed, and: %v", err)
	}
}

func TestNothingEndsWhileTheClockIsUnsure(t *testing.T) {
	db, clock, a := village(t)
	clock.SetQuality(store.ClockHinted)
	clock.Set(a.ExpiresAt.Add(400 * day))
	for _, j := range ads.Jobs {
		if !j.Expires {
			t.Errorf("%s runs while the clock is unsure", j.Name)
		}
	}
	if got, _ := get(t, db, visitor, a.ID); got.Text == "" || !listed(t, db, visitor, &a) {
		t.Error("an ad ended by a clock nobody trusts")
	}
}

func TestPA5_ReservedComesBackAndGoneLeavesAPage(t *testing.T) {
	db, clock, a := village(t)
	mark := func(to ads.State) {
		t.Helper()
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, to) })
	}
	mark(ads.Reserved)
	if !listed(t, db, visitor, &a) {
		t.Error("a reserved ad is in no list")
	}
	clock.Add(5 * day)
	mark(ads.Available)
	got, _ := get(t, db, visitor, a.ID)
	if !got.CreatedAt.Equal(a.CreatedAt) || !got.ExpiresAt.Equal(a.ExpiresAt) || got.Renewals != 0 {
		t.Errorf("back with other dates: %+v", got)
	}
	code := codeOf(t, db, &a)
	mark(ads.Gone)
	if listed(t, db, lea, &a) {
		t.Error("what is gone is listed")
	}
	got, _ = get(t, db, visitor, a.ID)
	if got.Title != a.Title || got.Text+got.Place+got.AuthorID != "" || got.Price != nil || got.Position != nil {
		t.Errorf("a stranger reads %+v", got)
	}
	if mine, _ := get(t, db, lea, a.ID); mine.Text != a.Text {
		t.Error("its author has lost the text")
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		id, err := listing.Withdrawn(tx, code)
		if id != a.ID || err != nil {
			t.Errorf("its short code leads to %q, %v", id, err)
		}
		return nil
	})
	if err := as(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &a) }); key(err) != "err.ads.gone" {
		t.Errorf("what is gone was edited: %v", err)
	}
	mark(ads.Available)
	if again := codeOf(t, db, &a); again != code {
		t.Errorf("back under the code %s, it was %s", again, code)
	}
	if back, _ := get(t, db, visitor, a.ID); !back.ExpiresAt.Equal(a.ExpiresAt) || back.Text != a.Text {
		t.Errorf("back as %+v", back)
	}
}

func codeOf(t *testing.T, db *store.DB, a *ads.Ad) (code string) {
	t.Helper()
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, a.Ref())
		code = c.Code
		return err
	})
	return code
}

func TestPA5_BackAfterItsTimeCountsAsARenewal(t *testing.T) {
	db, clock, a := village(t)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Gone) })
	clock.Set(a.ExpiresAt.Add(day))
	run(t, db)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Available) })
	if got, _ := get(t, db, visitor, a.ID); got.Text == "" {
		t.Errorf("a stranger reads %+v", got)
	}
	if mine, _ := get(t, db, lea, a.ID); mine.Renewals != 1 || !mine.ExpiresAt.After(clock.Now()) {
		t.Errorf("back after its time: %+v", mine)
	}
}

func TestWhatAModeratorHidDoesNotComeBackToLight(t *testing.T) {
	db, _, a := village(t)
	storetest.Update(t, db, mo, func(tx *store.Tx) error { return listing.Hide(tx, a.Ref(), true) })
	for _, to := range []ads.State{ads.Gone, ads.Available} {
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, to) })
		if _, kind := get(t, db, visitor, a.ID); kind != store.NotFound || listed(t, db, paul, &a) {
			t.Errorf("hidden and %s: %v", to, kind)
		}
	}
	if _, kind := get(t, db, lea, a.ID); kind != store.Internal {
		t.Error("its author does not find it")
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	db, _, a := village(t)
	for who, want := range map[store.Actor]store.Kind{visitor: store.Unauthenticated, paul: store.Forbidden, mo: store.Forbidden, keeper: store.Forbidden} {
		for name, do := range map[string]func(*store.Tx) error{
			"edit":   func(tx *store.Tx) error { b := a; return ads.Edit(tx, &b) },
			"mark":   func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Gone) },
			"renew":  func(tx *store.Tx) error { return ads.Renew(tx, a.ID) },
			"remove": func(tx *store.Tx) error { return ads.Remove(tx, a.ID) },
		} {
			if err := as(t, db, who, do); store.KindOf(err) != want {
				t.Errorf("%s as %q: %v", name, who.ID, err)
			}
		}
	}
	b := bike()
	if err := as(t, db, visitor, func(tx *store.Tx) error { return ads.Publish(tx, &b) }); store.KindOf(err) != store.Unauthenticated {
		t.Errorf("a visitor published: %v", err)
	}
	for _, who := range []store.Actor{lea, paul} { // who answers for the organisation it stands for
		storetest.Update(t, db, who, func(tx *store.Tx) error {
			tx.Entrust(a.Ref())
			return ads.Mark(tx, a.ID, ads.Reserved)
		})
	}
}

func TestAnAdForResidentsIsTheirsAlone(t *testing.T) {
	db, _ := storetest.Open(t)
	a := bike()
	a.Audience = listing.Members
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	for _, state := range []ads.State{ads.Available, ads.Reserved, ads.Gone} {
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, state) })
		if _, kind := get(t, db, visitor, a.ID); kind != store.NotFound {
			t.Errorf("a visitor reads it when %s", state)
		}
		if _, kind := get(t, db, paul, a.ID); kind != store.Internal {
			t.Errorf("a resident does not read it when %s", state)
		}
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		changes, err := listing.Changes(tx, 0, 50)
		if len(changes) > 0 {
			t.Errorf("neighbours hear of it: %+v", changes)
		}
		return err
	})
}

func TestPA2_VerbAndPriceAgree(t *testing.T) {
	eur := func(n int64) *listing.Price { return &listing.Price{Amount: n, Unit: "EUR"} }
	unit := func(u string) *listing.Price { return &listing.Price{Unit: u} }
	for name, c := range map[string]struct {
		verb  ads.Verb
		price *listing.Price
		per   ads.Per

		wantVerb  ads.Verb
		wantPrice *listing.Price
		wantPer   ads.Per
		fault     string
	}{
		"a gift has no price":          {ads.Give, eur(500), "", ads.Give, unit("free"), "", ""},
		"sold for nothing is given":    {ads.Sell, unit("free"), "", ads.Give, unit("free"), "", ""},
		"let for nothing is lent":      {ads.Rent, unit("free"), ads.PerDay, ads.Lend, unit("free"), "", ""},
		"sold against a thing":         {ads.Sell, unit("swap"), "", ads.Swap, unit("swap"), "", ""},
		"sold":                         {ads.Sell, eur(1250), ads.PerDay, ads.Sell, eur(1250), "", ""},
		"to be discussed":              {ads.Sell, unit("ask"), "", ads.Sell, unit("ask"), "", ""},
		"let by the day":               {ads.Rent, eur(1500), ads.PerDay, ads.Rent, eur(1500), ads.PerDay, ""},
		"paid in hours":                {ads.Sell, &listing.Price{Amount: 120, Unit: "min"}, "", ads.Sell, &listing.Price{Amount: 120, Unit: "min"}, "", ""},
		"looked for without a price":   {ads.Seek, nil, "", ads.Seek, nil, "", ""},
		"work without a wage":          {ads.Job, nil, ads.PerHour, ads.Job, nil, "", ""},
		"sold without a price":         {ads.Sell, nil, "", ads.Sell, nil, "", "err.ads.price_empty"},
		"less than nothing":            {ads.Sell, eur(-1), "", ads.Sell, eur(-1), "", "err.ads.price"},
		"let by the moon":              {ads.Rent, eur(1), "moon", ads.Rent, eur(1), "moon", "err.ads.per"},
		"something that is not a verb": {"steal", nil, "", "steal", nil, "", "err.ads.verb"},
	} {
		a := bike()
		a.Verb, a.Price, a.Per = c.verb, c.price, c.per
		err := a.Check()
		got := ""
		if many, ok := errors.AsType[store.Errors](err); ok {
			got = many[0].Key
		}
		if got != c.fault || a.Verb != c.wantVerb || a.Per != c.wantPer || (a.Price == nil) != (c.wantPrice == nil) || a.Price != nil && *a.Price != *c.wantPrice {
			t.Errorf("%s: %q %v %+v %q", name, got, a.Verb, a.Price, a.Per)
		}
	}
}

func TestTheCardSaysWhatAndHow(t *testing.T) {
	db, _, a := village(t)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, a.Ref())
		if err != nil {
			return err
		}
		if c.Kind != listing.KindOffer || !slices.Equal(c.Tags, []string{"vélos", "à vendre"}) || c.Price.Amount != 4500 || !c.ExpiresAt.Equal(a.ExpiresAt) {
			t.Errorf("%+v", c)
		}
		res, err := listing.Find(tx, listing.Query{Tag: "velos", Also: "A vendre"})
		if len(res.Cards) != 1 || res.Total != 1 {
			t.Errorf("both tags find %d", res.Total)
		}
		if n, _ := listing.Count(tx, listing.Query{Tag: "velos", Also: "à donner"}); n != 0 {
			t.Errorf("another verb finds %d", n)
		}
		return err
	})
}

func TestFaultsOfAForm(t *testing.T) {
	db, _ := storetest.Open(t)
	for name, c := range map[string]struct {
		change func(*ads.Ad)
		field  string
	}{
		"no title":            {func(a *ads.Ad) { a.Title = " " }, "title"},
		"no category":         {func(a *ads.Ad) { a.Category = "" }, "category"},
		"an unknown category": {func(a *ads.Ad) { a.Category = "licornes" }, "category"},
		"a long text":         {func(a *ads.Ad) { a.Text = string(make([]rune, ads.MaxText+1)) }, "text"},
		"a long place":        {func(a *ads.Ad) { a.Place = string(make([]rune, ads.MaxPlace+1)) }, "place"},
	} {
		a := bike()
		c.change(&a)
		err := as(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
		if many, ok := errors.AsType[store.Errors](err); !ok || many[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAHomeIsASquare(t *testing.T) {
	db, _ := storetest.Open(t)
	at := listing.At(44.91234, 1.84321)
	publish := func(exact bool) ads.Ad {
		a := bike()
		p := at
		a.Position, a.Exact = &p, exact
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
		return a
	}
	a, b := publish(false), publish(true)
	if *a.Position == at || a.Position.DistanceKM(at) > 1 {
		t.Errorf("a person's place is kept as %v", a.Position)
	}
	if *b.Position != at {
		t.Error("an organisation's place was moved")
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { c := b; c.Exact = false; return ads.Edit(tx, &c) })
	if got, _ := get(t, db, lea, b.ID); *got.Position != at {
		t.Error("an edit that leaves the place alone moved it")
	}
}

func TestAYearAfterItsEndItIsDeleted(t *testing.T) {
	db, clock, a := village(t)
	clock.Set(a.ExpiresAt)
	run(t, db)
	clock.Set(a.ExpiresAt.AddDate(0, 12, -1))
	run(t, db)
	if _, kind := get(t, db, visitor, a.ID); kind != store.Internal {
		t.Fatal("deleted before the year was over")
	}
	clock.Set(a.ExpiresAt.AddDate(0, 12, 0))
	run(t, db)
	if _, kind := get(t, db, lea, a.ID); kind != store.NotFound {
		t.Error("kept for more than a year")
	}
}

func TestAnEndedAdIsEditedBackIntoTheLists(t *testing.T) {
	db, clock, a := village(t)
	clock.Set(a.ExpiresAt)
	run(t, db)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &a) })
	got, _ := get(t, db, visitor, a.ID)
	if got.State != ads.Available || got.ExpiresAt.Sub(clock.Now()) != 30*day || !listed(t, db, visitor, &got) {
		t.Errorf("%+v", got)
	}
}

func TestPA8_AdsGoWithTheirAuthor(t *testing.T) {
	for _, how := range []store.Erasure{store.KeepUnnamed, store.EraseAll} {
		db, _, a := village(t)
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Personal.Erase(tx, lea.ID, how) })
		if _, kind := get(t, db, keeper, a.ID); kind != store.NotFound || listed(t, db, keeper, &a) {
			t.Errorf("%v: the ad is still there", how)
		}
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			changes, err := listing.Changes(tx, 0, 50)
			if len(changes) != 1 || !changes[0].Gone || !changes[0].Erased {
				t.Errorf("%v: neighbours hear %+v", how, changes)
			}
			return err
		})
	}
}

func TestExportGivesBackWhatWasWritten(t *testing.T) {
	db, _, _ := village(t)
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		out, err := ads.Personal.Export(tx, lea.ID)
		text, _ := json.Marshal(out)
		for _, want := range []string{"Vélo de course", "Roues neuves.", `"amount":4500`, `"state":"available"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s is not in %s", want, text)
			}
		}
		if none, _ := ads.Personal.Export(tx, paul.ID); none != nil {
			t.Errorf("Paul gets %v", none)
		}
		return err
	})
}

func TestNobodyFillsTheBoardAlone(t *testing.T) {
	db, _ := storetest.Open(t)
	var last error
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		for range ads.MaxLive + 1 {
			a := bike()
			last = ads.Publish(tx, &a)
		}
		return nil
	})
	if key(last) != "err.ads.many" {
		t.Errorf("one more than the limit: %v", last)
	}
}

func TestACategoryThatMergesTakesItsAdsAlong(t *testing.T) {
	db, _, a := village(t)
	storetest.Update(t, db, keeper, func(tx *store.Tx) error {
		ids, err := ads.InCategory(tx, category.Ads, "velos")
		if err != nil {
			return err
		}
		if n, _ := ads.CountCategory(tx, category.Ads, "velos"); n != 1 || len(ids) != 1 {
			t.Errorf("%d ads, %v", n, ids)
		}
		if err := category.Merge(tx, category.Ads, "velos", "sport", ids); err != nil {
			return err
		}
		return ads.Recategorise(tx, category.Ads, "velos", "sport")
	})
	got, _ := get(t, db, visitor, a.ID)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, a.Ref())
		if got.Category != "sport" || c.Tags[0] != "sport et loisirs" || !got.ExpiresAt.Equal(a.ExpiresAt) {
			t.Errorf("%+v %v", got, c.Tags)
		}
		return err
	})
}

var update = flag.Bool("update", false, "write testdata anew; never for an example that has left the house")

// TestTheBodyIsReadForEver holds the wire form of an ad against an example.
func TestTheBodyIsReadForEver(t *testing.T) {
	db, _ := storetest.Open(t)
	a := bike()
	a.Verb, a.Per, a.Title = ads.Rent, ads.PerDay, "Broyeur de végétaux"
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		if err := ads.Publish(tx, &a); err != nil {
			return err
		}
		return ads.Mark(tx, a.ID, ads.Reserved)
	})
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, a.Ref())
		if err != nil {
			return err
		}
		body, err := listing.BodyOf(tx, c)
		if err != nil {
			return err
		}
		got, _ := json.MarshalIndent(body, "", "  ")
		const file = "testdata/rent.json"
		if *update {
			if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if string(got)+"\n" != string(want) {
			t.Errorf("the body is now\n%s", got)
		}
		return err
	})
}
