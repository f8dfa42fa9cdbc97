package mutualaid_test

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

var (
	visitor   = store.Actor{}
	lea       = store.Actor{ID: "lea", Role: store.Resident}
	tom       = store.Actor{ID: "tom", Role: store.Resident}
	zoe       = store.Actor{ID: "zoe", Role: store.Resident}
	ana       = store.Actor{ID: "ana", Role: store.Resident}
	moderator = store.Actor{ID: "mod", Role: store.Moderator}
)

func wall(t testing.TB, s string) calendar.Wall {
	t.Helper()
	w, err := calendar.ParseWall(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// need is one that a test completes.
func need(title string, change ...func(*mutualaid.Favour)) mutualaid.Favour {
	f := mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Hand, Title: title, Places: 1, Audience: listing.Public}
	for _, c := range change {
		c(&f)
	}
	return f
}

func help(title string, tags ...string) mutualaid.Favour {
	return mutualaid.Favour{Side: mutualaid.Help, Sort: mutualaid.Skill, Title: title, Tags: tags, Audience: listing.Public}
}

func starting(t testing.TB, at string) func(*mutualaid.Favour) {
	w := wall(t, at)
	return func(f *mutualaid.Favour) { f.Starts = w }
}

func urgent(f *mutualaid.Favour) { f.Urgent = true }

func add(t testing.TB, db *store.DB, who store.Actor, f mutualaid.Favour) mutualaid.Favour {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) error { return mutualaid.Add(tx, &f, "") })
	return f
}

// try runs a verb as somebody and returns its error.
func try(t testing.TB, db *store.DB, who store.Actor, do func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), do)
}

// wants fails unless err, or one of its faults, has the key; empty is success.
func wants(t testing.TB, what string, err error, key string) {
	t.Helper()
	if key == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	many, _ := errors.AsType[store.Errors](err)
	if e, ok := errors.AsType[*store.Error](err); ok {
		many = append(many, e)
	}
	if !slices.ContainsFunc(many, func(e *store.Error) bool { return e.Key == key }) {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

func answer(t testing.TB, db *store.DB, who store.Actor, favour string, places int) mutualaid.Reply {
	t.Helper()
	y := mutualaid.Reply{FavourID: favour, Text: "Je peux, " + who.ID, Places: places}
	storetest.Update(t, db, who, func(tx *store.Tx) error { return mutualaid.Answer(tx, &y) })
	return y
}

func get(t testing.TB, db *store.DB, who store.Actor, id string) (f mutualaid.Favour) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		f, err = mutualaid.Get(tx, id)
		return err
	})
	return f
}

func isOpen(f mutualaid.Favour) bool { return f.IsOpen() }

// listed tells whether a visitor finds the favour in a list.
func listed(t testing.TB, db *store.DB, id string) (is bool) {
	t.Helper()
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{IDs: []string{id}})
		is = len(res.Cards) > 0
		return err
	})
	return is
}

// told lists the keys of an account's notices, the latest first.
func told(t testing.TB, db *store.DB, who store.Actor) (keys []string) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 50)
		for _, n := range list {
			keys = append(keys, strings.TrimPrefix(n.Key, "notify.mutualaid_"))
		}
		return err
	})
	return keys
}

func replyOf(t testing.TB, db *store.DB, who store.Actor, favour string) (y mutualaid.Reply) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		y, _, err = mutualaid.MyReply(tx, favour)
		return err
	})
	return y
}

// run runs the module's jobs once.
func run(t testing.TB, db *store.DB) {
	t.Helper()
	runner, err := store.NewRunner(db, mutualaid.Jobs, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runner.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if faults := runner.Faults(); len(faults) > 0 {
		t.Fatal(faults)
	}
}

func TestEN1_OneOfThreeIsChosenAndTheOthersAreToldKindly(t *testing.T) {
	db, _ := storetest.Open(t, account.Personal, mutualaid.Personal)
	f := add(t, db, lea, need("Conduire à Saint-Céré", starting(t, "2026-11-26T14:00")))
	y := answer(t, db, tom, f.ID, 1)
	answer(t, db, zoe, f.ID, 1)
	answer(t, db, ana, f.ID, 1)
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		list, err := mutualaid.Replies(tx, f.ID)
		if len(list) != 3 {
			t.Errorf("the author sees %d replies, want 3", len(list))
		}
		return err
	})
	wants(t, "a helper reads the others", try(t, db, zoe, func(tx *store.Tx) error {
		_, err := mutualaid.Replies(tx, f.ID)
		return err
	}), "err.forbidden")
	choose := func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) }
	wants(t, "a helper chooses", try(t, db, tom, choose), "err.forbidden")
	wants(t, "the author chooses", try(t, db, lea, choose), "")
	if got := get(t, db, lea, f.ID); got.State != mutualaid.Settled || listed(t, db, f.ID) {
		t.Errorf("the need is %s, in lists: %v; want it closed", got.State, listed(t, db, f.ID))
	}
	if got := told(t, db, tom); !slices.Equal(got, []string{"chosen"}) {
		t.Errorf("tom was told %v", got)
	}
	for _, who := range []store.Actor{zoe, ana} {
		if got := told(t, db, who); !slices.Equal(got, []string{"passed"}) {
			t.Errorf("%s was told %v", who.ID, got)
		}
	}
	wants(t, "a fourth replies", try(t, db, moderator, func(tx *store.Tx) error {
		return mutualaid.Answer(tx, &mutualaid.Reply{FavourID: f.ID, Text: "Moi aussi", Places: 1})
	}), "err.mutualaid.closed")

	thank := func(who store.Actor, word string, agrees bool) {
		t.Helper()
		wants(t, "thanks", try(t, db, who, func(tx *store.Tx) error { return mutualaid.Thank(tx, f.ID, y.ID, word, agrees) }), "")
	}
	shown := func() (list []mutualaid.Thanks) {
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			f, err := mutualaid.Get(tx, f.ID)
			if err != nil {
				return err
			}
			list, err = mutualaid.ThanksOf(tx, &f)
			return err
		})
		return list
	}
	thank(lea, "Merci Tom !", true)
	if len(shown()) != 0 {
		t.Error("a word is shown that the other did not agree to")
	}
	thank(tom, "Avec plaisir.", true)
	if got := shown(); len(got) != 1 || got[0].AskerWord != "Merci Tom !" || got[0].HelperWord != "Avec plaisir." {
		t.Errorf("shown: %+v", got)
	}
	thank(tom, "Avec plaisir.", false)
	if len(shown()) != 0 {
		t.Error("a word is shown that the other does not agree to any more")
	}
	wants(t, "who was not chosen", try(t, db, zoe, func(tx *store.Tx) error { return mutualaid.Thank(tx, f.ID, y.ID, "x", true) }), "err.not_found")
}

func TestEN1_AChoiceThatComesToNothingOpensTheNeedAgain(t *testing.T) {
	db, _ := storetest.Open(t)
	f := add(t, db, lea, need("Porter une armoire"))
	y := answer(t, db, tom, f.ID, 1)
	answer(t, db, zoe, f.ID, 1)
	choose := func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) }
	wants(t, "choose", try(t, db, lea, choose), "")
	wants(t, "withdraw", try(t, db, tom, func(tx *store.Tx) error { return mutualaid.Withdraw(tx, f.ID) }), "")
	if got := get(t, db, visitor, f.ID); !got.IsOpen() || got.Bare || !listed(t, db, f.ID) {
		t.Errorf("after the helper withdrew: %+v", got)
	}
	if got := replyOf(t, db, zoe, f.ID); got.State != mutualaid.Offered {
		t.Errorf("who was passed over is %s", got.State)
	}
	if got := told(t, db, zoe); got[0] != "reopened" {
		t.Errorf("who was passed over was told %v", got)
	}
	if got := told(t, db, lea); !slices.Contains(got, "withdrawn") {
		t.Errorf("the author was told %v", got)
	}
	wants(t, "choose who withdrew", try(t, db, lea, choose), "err.mutualaid.reply_withdrawn")
	again := answer(t, db, tom, f.ID, 1)
	if again.ID != y.ID {
		t.Error("a reply after a withdrawal is another one")
	}
	wants(t, "choose", try(t, db, lea, choose), "")
	wants(t, "release", try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Release(tx, f.ID, y.ID) }), "")
	if !isOpen(get(t, db, visitor, f.ID)) || told(t, db, tom)[0] != "released" {
		t.Errorf("after the author released: tom was told %v", told(t, db, tom))
	}
}

func TestEN2_ADatedNeedIsGoneTheNextDay(t *testing.T) {
	db, clock := storetest.Open(t)
	timed := add(t, db, lea, need("Conduire à Saint-Céré", starting(t, "2026-11-23T14:00")))
	day := add(t, db, lea, need("Rentrer du bois", starting(t, "2026-11-23T00:00"), func(f *mutualaid.Favour) { f.AllDay = true }))
	undated := add(t, db, lea, need("Un peu de lecture"))
	clock.Set(time.Date(2026, 11, 23, 22, 59, 0, 0, time.UTC)) // 23:59 in the village
	run(t, db)
	for _, f := range []mutualaid.Favour{timed, day, undated} {
		if !listed(t, db, f.ID) {
			t.Errorf("%s is gone on its day", f.Title)
		}
	}
	clock.Add(time.Minute)
	for _, f := range []mutualaid.Favour{timed, day} {
		if listed(t, db, f.ID) {
			t.Errorf("%s is still there the next day, before any job", f.Title)
		}
	}
	run(t, db)
	got := get(t, db, visitor, timed.ID)
	if got.State != mutualaid.Over || !got.Bare || got.AuthorID != "" || got.Title == "" {
		t.Errorf("what is over reads %+v", got)
	}
	if !listed(t, db, undated.ID) {
		t.Error("what has no date is gone")
	}
	wants(t, "a need of yesterday", try(t, db, lea, func(tx *store.Tx) error {
		f := need("Hier", starting(t, "2026-11-22T14:00"))
		return mutualaid.Add(tx, &f, "")
	}), "err.mutualaid.past")
}

func TestEN2_WithoutADateItEndsAfterSixtyDaysUnlessRenewed(t *testing.T) {
	db, clock := storetest.Open(t)
	f := add(t, db, lea, need("Un peu de lecture"))
	clock.Add(57*24*time.Hour - time.Second)
	run(t, db)
	if len(told(t, db, lea)) != 0 {
		t.Error("warned too early")
	}
	clock.Add(7 * time.Hour)
	run(t, db)
	run(t, db)
	if got := told(t, db, lea); !slices.Equal(got, []string{"ends"}) {
		t.Errorf("warned: %v", got)
	}
	wants(t, "renew", try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Renew(tx, f.ID) }), "")
	clock.Add(59 * 24 * time.Hour)
	if !listed(t, db, f.ID) {
		t.Error("gone though renewed")
	}
	clock.Add(2 * 24 * time.Hour)
	run(t, db)
	if listed(t, db, f.ID) || get(t, db, lea, f.ID).State != mutualaid.Over {
		t.Error("still there after sixty days")
	}
	wants(t, "renew what is over", try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Renew(tx, f.ID) }), "")
	if !listed(t, db, f.ID) {
		t.Error("renewed and not there")
	}
	clock.Add(61 * 24 * time.Hour)
	run(t, db)
	clock.Add(mutualaid.Kept)
	run(t, db)
	wants(t, "a year after its end", try(t, db, lea, func(tx *store.Tx) error {
		_, err := mutualaid.Get(tx, f.ID)
		return err
	}), "err.not_found")
}

func TestEN2_NothingEndsWhileTheClockIsUnsure(t *testing.T) {
	db, clock := storetest.Open(t)
	f := add(t, db, lea, need("Conduire", starting(t, "2026-11-23T14:00")))
	gone := add(t, db, lea, need("Fait"))
	wants(t, "settle", try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Settle(tx, gone.ID) }), "")
	clock.Add(30 * 24 * time.Hour)
	clock.SetQuality(store.ClockHinted)
	run(t, db)
	if !listed(t, db, f.ID) || !isOpen(get(t, db, visitor, f.ID)) {
		t.Error("it ended by a clock that is not sure")
	}
	if listed(t, db, gone.ID) {
		t.Error("what is settled is listed again by a clock that is not sure")
	}
}

func TestEN3_PlombierFindsPlomberieThroughItsAlias(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Alias(tx, "Plomberie", "plombier") })
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		home := listing.At(44.9, 1.85)
		return listing.SetHome(tx, listing.Home{Commune: "46001", Name: "Ici", Position: &home})
	})
	at := func(lat float64) func(*mutualaid.Favour) {
		p := listing.At(lat, 1.85)
		return func(f *mutualaid.Favour) { f.Position = &p }
	}
	asked := need("Un robinet qui fuit", starting(t, "2026-11-26T14:00"), func(f *mutualaid.Favour) { f.Tags, f.Sort = []string{"plombier"}, mutualaid.Skill }, at(44.9))
	asked = add(t, db, lea, asked)
	offer := func(who store.Actor, title string, tags []string, change ...func(*mutualaid.Favour)) mutualaid.Favour {
		f := help(title, tags...)
		for _, c := range change {
			c(&f)
		}
		return add(t, db, who, f)
	}
	far := offer(tom, "Plomberie", []string{"Plomberie"}, at(45.05))
	near := offer(zoe, "Petits travaux", []string{"Plomberie"}, at(44.91))
	offer(ana, "Cours de piano", []string{"musique"}, at(44.9))
	offer(ana, "Plomberie au loin", []string{"Plomberie"}, at(46.5))
	offer(ana, "Plomberie en janvier", []string{"Plomberie"}, at(44.9), starting(t, "2027-01-10T14:00"))
	offer(lea, "Ma propre offre", []string{"Plomberie"}, at(44.9))
	bare := offer(tom, "Bricoleur", nil, at(44.95))
	matches := func(f *mutualaid.Favour) (ids []string) {
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			cards, err := mutualaid.Matches(tx, f, 10)
			for _, c := range cards {
				ids = append(ids, c.Ref.ID)
				if c.DistanceKM == nil {
					t.Errorf("%s has no distance", c.Title)
				}
			}
			return err
		})
		return ids
	}
	if got, want := matches(&asked), []string{near.ID, bare.ID, far.ID}; !slices.Equal(got, want) {
		t.Errorf("may answer: %v, want the nearest first: %v", got, want)
	}
	if got := matches(&near); !slices.Equal(got, []string{asked.ID}) {
		t.Errorf("whom the offer may help: %v", got)
	}
	run(t, db)
	run(t, db)
	for who, n := range map[string]int{"lea": 1, "zoe": 1} {
		got := told(t, db, store.Actor{ID: who, Role: store.Resident})
		if !slices.Contains(got, "match") || len(got) > n+1 {
			t.Errorf("%s was told %v", who, got)
		}
	}
}

func TestEN3_RidesOfOneDayToOnePlaceMeet(t *testing.T) {
	db, _ := storetest.Open(t)
	ride := func(who store.Actor, side mutualaid.Side, to, at string) mutualaid.Favour {
		f := mutualaid.Favour{Side: side, Sort: mutualaid.Ride, Place: "Montvallon", Destination: to, Starts: wall(t, at), Places: 3, Audience: listing.Public}
		return add(t, db, who, f)
	}
	asked := ride(lea, mutualaid.Need, "Saint-Céré", "2026-11-26T14:00")
	want := ride(tom, mutualaid.Help, "saint cere", "2026-11-26T09:00")
	ride(tom, mutualaid.Help, "Figeac", "2026-11-26T14:00")
	ride(tom, mutualaid.Help, "Saint-Céré", "2026-11-28T14:00")
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		cards, err := mutualaid.Matches(tx, &asked, 10)
		if len(cards) != 1 || cards[0].Ref.ID != want.ID {
			t.Errorf("rides that meet: %+v", cards)
		}
		return err
	})
}

func TestEN4_OneUrgentNeedAtATimeUntilAnsweredOr48Hours(t *testing.T) {
	db, clock := storetest.Open(t)
	alerts := func() (titles []string) {
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			list, err := mutualaid.Alerts(tx)
			for _, f := range list {
				titles = append(titles, f.Title)
			}
			return err
		})
		return titles
	}
	first := add(t, db, lea, need("Une pompe, la cave est inondée", urgent))
	second := func(tx *store.Tx) error {
		f := need("Encore urgent", urgent)
		return mutualaid.Add(tx, &f, "")
	}
	wants(t, "a second urgent need", try(t, db, lea, second), "err.mutualaid.urgent_one")
	wants(t, "somebody else's", try(t, db, tom, second), "")
	if got := alerts(); len(got) != 2 {
		t.Fatalf("alerts: %v", got)
	}
	answer(t, db, zoe, first.ID, 1)
	if got := alerts(); !slices.Equal(got, []string{"Encore urgent"}) {
		t.Errorf("alerts after an answer: %v", got)
	}
	wants(t, "the answer is taken back", try(t, db, zoe, func(tx *store.Tx) error { return mutualaid.Withdraw(tx, first.ID) }), "")
	if got := alerts(); len(got) != 2 {
		t.Errorf("alerts without an answer: %v", got)
	}
	clock.Add(24 * time.Hour)
	first.Description, first.Urgent = "Elle est petite.", true
	wants(t, "edited", try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Edit(tx, &first, "") }), "")
	clock.Add(24*time.Hour + time.Second)
	if got := alerts(); len(got) != 0 {
		t.Errorf("alerts after 48 hours: %v", got)
	}
	wants(t, "another after 48 hours", try(t, db, lea, second), "")
	wants(t, "hidden", try(t, db, moderator, func(tx *store.Tx) error {
		var all []mutualaid.Favour
		all, err := mutualaid.Alerts(tx)
		for i := range all {
			err = errors.Join(err, listing.Hide(tx, all[i].Ref(), true))
		}
		return err
	}), "")
	if got := alerts(); len(got) != 0 {
		t.Errorf("a hidden need is among the alerts: %v", got)
	}
}

// association adds one by ana, with tom as its second administrator.
func association(t testing.TB, db *store.DB) string {
	t.Helper()
	e := directory.Element{Kind: directory.Org, Name: "Comité des fêtes", Audience: listing.Public}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	for _, step := range []struct {
		who store.Actor
		do  func(*store.Tx) error
	}{
		{tom, func(tx *store.Tx) error { return directory.Ask(tx, e.ID, "Bonjour") }},
		{ana, func(tx *store.Tx) error { return directory.Admit(tx, e.ID, "tom") }},
		{ana, func(tx *store.Tx) error { return directory.Promote(tx, e.ID, "tom") }},
	} {
		storetest.Update(t, db, step.who, step.do)
	}
	return e.ID
}

func TestEN6_AMinorOnlyThroughAnOrganisationWithAResponsibleAdult(t *testing.T) {
	db, _ := storetest.Open(t)
	org := association(t, db)
	put := func(who store.Actor, adult, element string) error {
		return try(t, db, who, func(tx *store.Tx) error {
			f := need("Aide aux devoirs", func(f *mutualaid.Favour) { f.Minor, f.Adult = true, adult })
			return mutualaid.Add(tx, &f, element)
		})
	}
	wants(t, "in one's own name", put(lea, "Lea", ""), "err.mutualaid.minor")
	wants(t, "without an adult", put(ana, "", org), "err.mutualaid.adult")
	wants(t, "in a name that is not theirs", put(lea, "Lea", org), "err.forbidden")
	wants(t, "by the organisation", put(ana, "Odette Faure", org), "")
}

func TestEN8_AnAssociationOffersItsChairsAndBothAdministratorsAnswer(t *testing.T) {
	db, _ := storetest.Open(t)
	org := association(t, db)
	f := mutualaid.Favour{Side: mutualaid.Help, Sort: mutualaid.Goods, Title: "Trente chaises", Audience: listing.Public}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return mutualaid.Add(tx, &f, org) })
	y := answer(t, db, lea, f.ID, 1)
	for _, who := range []store.Actor{ana, tom} {
		if got := told(t, db, who); !slices.Contains(got, "reply") {
			t.Errorf("%s was told %v", who.ID, got)
		}
		storetest.View(t, db, who, func(tx *store.Tx) error {
			list, err := mutualaid.Replies(tx, f.ID)
			if len(list) != 1 || list[0].Text == "" {
				t.Errorf("%s reads %+v", who.ID, list)
			}
			return err
		})
	}
	wants(t, "tom chooses, who did not write it", try(t, db, tom, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) }), "")
	if !isOpen(get(t, db, visitor, f.ID)) {
		t.Error("an offer without a limit closed")
	}
	wants(t, "zoe", try(t, db, zoe, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) }), "err.forbidden")
}

func TestARideClosesWhenItsSeatsAreGivenAndEndsAtDeparture(t *testing.T) {
	db, clock := storetest.Open(t)
	f := add(t, db, lea, mutualaid.Favour{
		Side: mutualaid.Help, Sort: mutualaid.Ride, Place: "Montvallon", Destination: "Saint-Céré", Starts: wall(t, "2026-11-26T14:00"),
		Places: 3, Carries: "du pain", Audience: listing.Public,
	})
	if f.Title != "Montvallon → Saint-Céré" {
		t.Errorf("title %q", f.Title)
	}
	two, one, more := answer(t, db, tom, f.ID, 2), answer(t, db, zoe, f.ID, 1), answer(t, db, ana, f.ID, 2)
	choose := func(y mutualaid.Reply) error {
		return try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) })
	}
	wants(t, "two seats", choose(two), "")
	wants(t, "two more", choose(more), "err.mutualaid.full")
	if !isOpen(get(t, db, visitor, f.ID)) {
		t.Error("closed with a seat left")
	}
	wants(t, "the last", choose(one), "")
	if got := get(t, db, lea, f.ID).State; got != mutualaid.Settled {
		t.Errorf("full, and %s", got)
	}
	clock.Set(time.Date(2026, 11, 26, 13, 0, 0, 0, time.UTC))
	wants(t, "withdraw at departure", try(t, db, zoe, func(tx *store.Tx) error { return mutualaid.Withdraw(tx, f.ID) }), "")
	if isOpen(get(t, db, lea, f.ID)) {
		t.Error("open again after it left")
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	ride := func(f *mutualaid.Favour) { f.Sort, f.Side = mutualaid.Ride, mutualaid.Help }
	for name, c := range map[string]struct {
		change func(*mutualaid.Favour)
		key    string
	}{
		"no title":            {func(f *mutualaid.Favour) { f.Title = " " }, "err.listing.title_empty"},
		"no side":             {func(f *mutualaid.Favour) { f.Side = "" }, "err.mutualaid.side"},
		"no sort":             {func(f *mutualaid.Favour) { f.Sort = "magic" }, "err.mutualaid.sort"},
		"long":                {func(f *mutualaid.Favour) { f.Description = strings.Repeat("a", mutualaid.MaxDescription+1) }, "err.listing.long"},
		"minutes":             {func(f *mutualaid.Favour) { f.Minutes = mutualaid.MaxMinutes + 1 }, "err.mutualaid.minutes"},
		"negative minutes":    {func(f *mutualaid.Favour) { f.Minutes = -1 }, "err.mutualaid.minutes"},
		"places":              {func(f *mutualaid.Favour) { f.Places = 100 }, "err.mutualaid.places"},
		"urgent help":         {func(f *mutualaid.Favour) { f.Side, f.Urgent = mutualaid.Help, true }, "err.mutualaid.urgent_need"},
		"eight tags":          {func(f *mutualaid.Favour) { f.Tags = strings.Fields("a b c d e f g h") }, "err.listing.tags_many"},
		"an end alone":        {func(f *mutualaid.Favour) { f.Ends = wall(t, "2026-11-26T14:00") }, "err.agenda.starts_empty"},
		"ends before":         {func(f *mutualaid.Favour) { f.Starts, f.Ends = wall(t, "2026-11-26T14:00"), wall(t, "2026-11-26T13:00") }, "err.agenda.ends_before"},
		"an hour there isn't": {func(f *mutualaid.Favour) { f.Starts = wall(t, "2027-03-28T02:30") }, "err.agenda.skipped_hour"},
		"a ride from nowhere": {ride, "err.mutualaid.from_empty"},
		"a ride to nowhere":   {func(f *mutualaid.Favour) { ride(f); f.Place = "Ici" }, "err.mutualaid.to_empty"},
		"a ride at no time":   {func(f *mutualaid.Favour) { ride(f); f.Place, f.Destination = "Ici", "Là" }, "err.mutualaid.departure"},
		"a ride without seats": {func(f *mutualaid.Favour) {
			ride(f)
			f.Place, f.Destination, f.Starts, f.Places = "Ici", "Là", wall(t, "2026-11-26T14:00"), 0
		}, "err.mutualaid.seats"},
	} {
		f := need("Un besoin", c.change)
		wants(t, name, f.Check(), c.key)
	}
}

func TestMembersOnlyStaysHere(t *testing.T) {
	db, _ := storetest.Open(t)
	f := add(t, db, lea, need("Entre nous", func(f *mutualaid.Favour) { f.Audience = listing.Members }))
	wants(t, "a visitor", try(t, db, visitor, func(tx *store.Tx) error {
		_, err := mutualaid.Get(tx, f.ID)
		return err
	}), "err.not_found")
	wants(t, "a resident", try(t, db, tom, func(tx *store.Tx) error {
		_, err := mutualaid.Get(tx, f.ID)
		return err
	}), "")
	wants(t, "an answer to oneself", try(t, db, lea, func(tx *store.Tx) error {
		return mutualaid.Answer(tx, &mutualaid.Reply{FavourID: f.ID, Text: "x", Places: 1})
	}), "err.mutualaid.own")
	answer(t, db, tom, f.ID, 1)
	wants(t, "twice", try(t, db, tom, func(tx *store.Tx) error {
		return mutualaid.Answer(tx, &mutualaid.Reply{FavourID: f.ID, Text: "x", Places: 1})
	}), "err.mutualaid.replied")
}

func TestAHiddenNeedStaysHiddenWhenItIsSettledAndReopened(t *testing.T) {
	db, _ := storetest.Open(t)
	f := add(t, db, lea, need("À cacher"))
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Hide(tx, f.Ref(), true) })
	wants(t, "settle", try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Settle(tx, f.ID) }), "")
	wants(t, "reopen", try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Reopen(tx, f.ID) }), "")
	wants(t, "a visitor", try(t, db, visitor, func(tx *store.Tx) error {
		_, err := mutualaid.Get(tx, f.ID)
		return err
	}), "err.not_found")
	if listed(t, db, f.ID) {
		t.Error("listed again")
	}
}
