package booking_test

import (
	"errors"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/notify"
	"copi.local/store/photo"
	"copi.local/store/storetest"
)

// onTerms gives a room terms.
func onTerms(t testing.TB, db *store.DB, r booking.Resource, terms booking.Terms) {
	t.Helper()
	if err := terms.Check(); err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.SetTerms(tx, r.ID, terms.String()) })
}

// broken are the sentences a request was refused with.
func broken(err error) []string {
	many, _ := errors.AsType[store.Errors](err)
	var out []string
	for _, e := range many {
		out = append(out, strings.TrimPrefix(e.Key, "err.booking.terms."))
	}
	return out
}

func do(t testing.TB, db *store.DB, who store.Actor, id string, d booking.Done) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), func(tx *store.Tx) error { return booking.Do(tx, id, d) })
}

func done(t testing.TB, db *store.DB, id string, d booking.Done) {
	t.Helper()
	if err := do(t, db, keeper, id, d); err != nil {
		t.Fatal(err)
	}
}

func file(t testing.TB, db *store.DB, who store.Actor, id string) *booking.Handover {
	t.Helper()
	var h booking.Handover
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		h, err = booking.HandoverOf(tx, id)
		return err
	})
	return &h
}

// told are the keys of an account's notices.
func told(t testing.TB, db *store.DB, account string) (keys []string) {
	t.Helper()
	storetest.View(t, db, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 100)
		for _, n := range list {
			keys = append(keys, strings.TrimPrefix(n.Key, "notify.booking_"))
		}
		return err
	})
	slices.Sort(keys)
	return keys
}

func tick(t testing.TB, db *store.DB, name string) {
	t.Helper()
	for _, j := range booking.Jobs {
		if j.Name == name {
			storetest.Update(t, db, store.Actor{}, j.Run)
			return
		}
	}
	t.Fatalf("no job %s", name)
}

func TestSA4_ADerogationOfTheTownHallIsLogged(t *testing.T) {
	db, clock := storetest.Open(t)
	clock.Set(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	r := room(t, db, nil)
	onTerms(t, db, r, booking.Terms{Notice: 15})
	fine := request(t, r, "2026-03-16T09:00", "2026-03-16T11:00")
	ask(t, db, lea, &fine)
	soon := request(t, r, "2026-03-15T09:00", "2026-03-15T11:00")
	if err := try(t, db, lea, &soon, booking.Way{}); !slices.Equal(broken(err), []string{"notice"}) {
		t.Errorf("14 days: %v", err)
	}
	if err := try(t, db, lea, &soon, booking.Way{Derogation: "S'il vous plaît"}); store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident set a rule aside: %v", err)
	}
	if err := try(t, db, keeper, &soon, booking.Way{}); !slices.Equal(broken(err), []string{"notice"}) {
		t.Errorf("a manager without a reason: %v", err)
	}
	if err := try(t, db, keeper, &soon, booking.Way{Derogation: "Réunion publique"}); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, keeper, func(tx *store.Tx) error {
		list, err := booking.Derogations(tx, r.ID)
		if len(list) != 1 || list[0].Text != "Réunion publique" || list[0].Account != keeper.ID {
			t.Errorf("the log says %+v", list)
		}
		return err
	})
}

func TestSA9_TooManyPeopleWaitForTheTownHall(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, nil) // for 80, nobody has to answer
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	b.People = 95
	if err := try(t, db, lea, &b, booking.Way{}); !slices.Equal(broken(err), []string{"people"}) {
		t.Errorf("95 of 80: %v", err)
	}
	onTerms(t, db, r, booking.Terms{Crowd: true})
	ask(t, db, lea, &b)
	if b.State != booking.Asked {
		t.Errorf("95 of 80 are %s, want to be confirmed", b.State)
	}
	few := request(t, r, "2026-12-06T14:00", "2026-12-06T16:00")
	few.People = 60
	ask(t, db, lea, &few)
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		return booking.Reword(tx, few.ID, booking.Words{Title: "Répétition", People: 90})
	})
	if got := find(t, db, few.ID); few.State != booking.Approved || got.State != booking.Asked {
		t.Errorf("60 are %s, 90 later %s", few.State, got.State)
	}
}

func TestSA10_TheWeekendIsOnePackage(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	onTerms(t, db, r, booking.Terms{Packages: []booking.Package{weekend}})
	fete := request(t, r, "2026-12-05T08:00", "2026-12-07T08:00")
	fete.Package = "p1"
	ask(t, db, lea, &fete)
	again := fete
	again.ID = ""
	if err := try(t, db, tom, &again, booking.Way{}); store.KindOf(err) != store.Conflict {
		t.Errorf("a second package of the week-end: %v", err)
	}
	sunday := request(t, r, "2026-12-06T14:00", "2026-12-06T16:00")
	if got := proposed(t, try(t, db, tom, &sunday, booking.Way{})); got != "2026-12-07T08:00" {
		t.Errorf("the meeting on Sunday may be at %s", got)
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Refuse(tx, fete.ID, "Travaux") })
	ask(t, db, tom, &sunday)
	short := request(t, r, "2026-12-12T08:00", "2026-12-12T18:00")
	short.Package = "p1"
	if err := try(t, db, lea, &short, booking.Way{}); !slices.Equal(broken(err), []string{"package"}) {
		t.Errorf("a package cut short: %v", err)
	}
}

func TestSA8_OfTheSameDayTheClassDecides(t *testing.T) {
	db, clock := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	onTerms(t, db, r, booking.Terms{SameDay: true, Classes: []booking.Class{{Key: "c1", Name: "Association"}, {Key: "c2", Name: "Habitant"}}})
	first := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	first.Class = "c2"
	ask(t, db, tom, &first)
	second := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	second.Class = "c1"
	if err := try(t, db, lea, &second, booking.Way{Queue: true}); err != nil || second.State != booking.Queued {
		t.Fatalf("second %s, %v", second.State, err)
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Approve(tx, second.ID, "") })
	if a, b := find(t, db, second.ID).State, find(t, db, first.ID).State; a != booking.Approved || b != booking.Refused {
		t.Errorf("the association is %s, the resident %s", a, b)
	}
	if !slices.Contains(told(t, db, "tom"), "yielded") || !slices.Contains(told(t, db, "lea"), "approved") {
		t.Errorf("told %v and %v", told(t, db, "tom"), told(t, db, "lea"))
	}
	clock.Add(24 * time.Hour)
	same := request(t, r, "2026-12-12T14:00", "2026-12-12T16:00")
	same.Class = "c2"
	ask(t, db, tom, &same)
	late := request(t, r, "2026-12-12T14:00", "2026-12-12T16:00")
	late.Class = "c2"
	if err := try(t, db, lea, &late, booking.Way{Queue: true}); err != nil {
		t.Fatal(err)
	}
	err := db.Update(store.As(t.Context(), keeper), func(tx *store.Tx) error { return booking.Approve(tx, late.ID, "") })
	if store.KindOf(err) != store.Conflict {
		t.Errorf("of one class the first is the first: %v", err)
	}
}

func TestSA8_HoursThatComeFreeGoByDayThenByClass(t *testing.T) {
	db, clock := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	onTerms(t, db, r, booking.Terms{SameDay: true, Classes: []booking.Class{{Key: "c1", Name: "Association"}, {Key: "c2", Name: "Habitant"}}})
	queue := func(who store.Actor, class string) booking.Booking {
		b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
		b.Class = class
		if err := try(t, db, who, &b, booking.Way{Queue: true}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Minute)
		return b
	}
	first := queue(tom, "c2")
	resident, association := queue(lea, "c2"), queue(operator, "c1")
	clock.Add(24 * time.Hour)
	next := queue(operator, "c1") // a day too late to go first
	for _, want := range []booking.Booking{association, resident, next} {
		storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Refuse(tx, first.ID, "Travaux") })
		if got := find(t, db, want.ID); got.State != booking.Asked && got.State != booking.Approved {
			t.Fatalf("%s of %s is %s", got.Class, got.AuthorID, got.State)
		}
		first = want
	}
}

func TestSA11_TheKeyWaitsForTheCertificate(t *testing.T) {
	db, _ := storetest.Open(t, photo.Personal)
	r := room(t, db, nil)
	onTerms(t, db, r, booking.Terms{Documents: []string{"Attestation d'assurance"}, Deposit: 500_00})
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	ask(t, db, lea, &b)
	for name, d := range map[string]booking.Done{
		"the key before the certificate": {Step: booking.KeyOut},
		"back before out":                {Step: booking.KeyIn},
		"a deposit of nothing":           {Step: booking.DepositIn},
		"a deposit back":                 {Step: booking.DepositOut, Cents: 1},
		"another paper":                  {Step: booking.DocumentIn, Item: "Permis"},
		"no such step":                   {Step: "party"},
		"a state without words":          {Step: booking.StateOut},
		"no fee to waive":                {Step: booking.FeeWaived, Note: "x"},
	} {
		if err := do(t, db, keeper, b.ID, d); err == nil {
			t.Errorf("%s was ticked", name)
		}
	}
	if err := do(t, db, lea, b.ID, booking.Done{Step: booking.DocumentIn, Item: "Attestation d'assurance"}); store.KindOf(err) != store.Forbidden {
		t.Errorf("who asked ticked it: %v", err)
	}
	done(t, db, b.ID, booking.Done{Step: booking.DocumentIn, Item: "Attestation d'assurance"})
	done(t, db, b.ID, booking.Done{Step: booking.DepositIn, Cents: 500_00, Note: "Chèque"})
	done(t, db, b.ID, booking.Done{Step: booking.StateIn, Note: "Propre"})
	done(t, db, b.ID, booking.Done{Step: booking.KeyOut})
	err := db.Update(store.As(t.Context(), keeper), func(tx *store.Tx) error {
		return booking.Undo(tx, b.ID, booking.DocumentIn, "Attestation d'assurance")
	})
	if store.KindOf(err) != store.Conflict {
		t.Errorf("the certificate was taken back while the key is out: %v", err)
	}
	done(t, db, b.ID, booking.Done{Step: booking.KeyIn})
	done(t, db, b.ID, booking.Done{Step: booking.StateOut, Note: "Une vitre cassée"})
	if err := do(t, db, keeper, b.ID, booking.Done{Step: booking.DepositOut, Cents: 400_00}); err == nil {
		t.Error("a part of the deposit was kept without a reason")
	}
	done(t, db, b.ID, booking.Done{Step: booking.DepositOut, Cents: 400_00, Note: "La vitre"})
	if got := file(t, db, lea, b.ID).Done; len(got) != 7 {
		t.Errorf("who asked sees %+v", got)
	}
	err = db.View(store.As(t.Context(), tom), func(tx *store.Tx) error { _, err := booking.HandoverOf(tx, b.ID); return err })
	if store.KindOf(err) != store.NotFound {
		t.Errorf("another resident: %v", err)
	}
}

func TestSA11_PhotosOfTheStateAreForThoseConcerned(t *testing.T) {
	db, _ := storetest.Open(t, photo.Personal)
	r := room(t, db, nil)
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	ask(t, db, lea, &b)
	album, kept := photo.NewAlbum(db, func(string) (free, total int64, err error) { return 9 << 30, 16 << 30, nil }), photo.File{}
	err := album.Keep(t.Context(), strings.NewReader(picture(t)), func(f photo.File) error {
		kept = f
		return db.Update(store.As(t.Context(), keeper), func(tx *store.Tx) error {
			_, err := photo.Attach(tx, booking.StateRef(b.ID, booking.StateOut), f, "La vitre", false)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*store.Actor]bool{&lea: true, &keeper: true, &operator: true, &tom: false, &visitor: false} {
		storetest.View(t, db, *who, func(tx *store.Tx) error {
			if err := booking.VouchState(tx, booking.StateRef(b.ID, booking.StateOut)); err != nil {
				return err
			}
			if _, _, err := photo.Seen(tx, kept.Hash); (err == nil) != want {
				t.Errorf("%q sees it: %v", who.ID, err)
			}
			return nil
		})
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Personal.Erase(tx, lea.ID, store.EraseAll) })
	storetest.View(t, db, keeper, func(tx *store.Tx) error {
		list, err := photo.Of(tx, booking.StateRef(b.ID, booking.StateOut))
		if len(list) > 0 {
			t.Error("the photo outlived its booking")
		}
		return err
	})
}

func TestSA15_WhatIsNotBackIsOverdueTheDayAfter(t *testing.T) {
	db, clock := storetest.Open(t)
	clock.Set(time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC))
	r := room(t, db, func(r *booking.Resource) { r.Kind, r.Name, r.Stock = booking.Good, "Broyeur", 1 })
	loan := request(t, r, "2026-05-02T00:00", "2026-05-06T00:00")
	loan.AllDay = true
	ask(t, db, lea, &loan)
	done(t, db, loan.ID, booking.Done{Step: booking.KeyOut})
	next := request(t, r, "2026-05-07T00:00", "2026-05-09T00:00")
	next.AllDay = true
	ask(t, db, tom, &next)
	far := request(t, r, "2026-06-07T00:00", "2026-06-09T00:00")
	ask(t, db, tom, &far)

	clock.Set(time.Date(2026, 5, 5, 21, 59, 0, 0, time.UTC)) // 5 May, 23:59 in Paris
	tick(t, db, "booking loans")
	if file(t, db, lea, loan.ID).Late || len(told(t, db, "lea")) > 0 {
		t.Error("late on its last day")
	}
	clock.Set(time.Date(2026, 5, 5, 22, 0, 0, 0, time.UTC)) // 6 May
	for range 2 {                                           // telling twice is once
		tick(t, db, "booking loans")
	}
	if !file(t, db, lea, loan.ID).Late {
		t.Error("not late the day after")
	}
	for who, want := range map[string]string{"lea": "late", "keeper": "not_back", "tom": "threatened"} {
		if got := told(t, db, who); !slices.Equal(got, []string{want}) {
			t.Errorf("%s was told %v, want %s once", who, got, want)
		}
	}
	if got := find(t, db, next.ID); got.State != booking.Approved {
		t.Errorf("the next booking is %s", got.State)
	}
	threatened := func(b booking.Booking) (is bool) {
		storetest.View(t, db, tom, func(tx *store.Tx) (err error) {
			is, err = booking.Threatened(tx, &b)
			return err
		})
		return is
	}
	if !threatened(next) {
		t.Error("the next borrower is not warned on their page")
	}
	storetest.View(t, db, keeper, func(tx *store.Tx) error {
		list, err := booking.NotBack(tx, r.ID)
		if len(list) != 1 || list[0].ID != loan.ID {
			t.Errorf("not back: %+v", list)
		}
		return err
	})
	done(t, db, loan.ID, booking.Done{Step: booking.KeyIn})
	if threatened(next) || file(t, db, lea, loan.ID).Late {
		t.Error("it is back")
	}
}

func TestOfManyOnlyThoseShortAreWarned(t *testing.T) {
	db, clock := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Kind, r.Name, r.Stock = booking.Good, "Tables", 20 })
	loan := request(t, r, "2026-11-22T08:00", "2026-11-23T08:00")
	loan.Units = 8
	ask(t, db, lea, &loan)
	done(t, db, loan.ID, booking.Done{Step: booking.KeyOut})
	few := request(t, r, "2026-11-24T08:00", "2026-11-25T08:00")
	few.Units = 12
	ask(t, db, tom, &few)
	many := request(t, r, "2026-11-26T08:00", "2026-11-27T08:00")
	many.Units = 13
	ask(t, db, operator, &many)
	clock.Set(time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC))
	tick(t, db, "booking loans")
	if got := told(t, db, "tom"); len(got) > 0 {
		t.Errorf("12 of the 12 left: %v", got)
	}
	if got := told(t, db, "op"); !slices.Equal(got, []string{"threatened"}) {
		t.Errorf("13 of the 12 left: %v", got)
	}
}

func TestSA16_TheFeeOfACancelledBookingAndItsWaiver(t *testing.T) {
	db, clock := storetest.Open(t)
	clock.Set(time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC))
	r := room(t, db, nil)
	onTerms(t, db, r, booking.Terms{
		Prices: []booking.Price{{Unit: booking.ByDay, Cents: 80_00}}, Fees: []booking.FeeStep{{Days: 30, Percent: 50}},
	})
	b := request(t, r, "2026-06-14T20:00", "2026-06-14T23:00")
	ask(t, db, lea, &b)
	other := request(t, r, "2026-06-15T20:00", "2026-06-15T23:00")
	ask(t, db, lea, &other)
	thirty := time.Date(2026, 5, 15, 8, 0, 0, 0, time.UTC)
	if h := file(t, db, lea, b.ID); h.Fee(thirty) != 0 || h.Fee(thirty.AddDate(0, 0, 1)) != 40_00 {
		t.Errorf("30 days before %d, 29 days before %d", h.Fee(thirty), h.Fee(thirty.AddDate(0, 0, 1)))
	}
	clock.Set(time.Date(2026, 6, 2, 8, 0, 0, 0, time.UTC)) // 12 days before
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Cancel(tx, b.ID, "", false) })
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Cancel(tx, other.ID, "Chauffage en panne", false) })
	clock.Add(240 * time.Hour)
	if got := file(t, db, lea, b.ID).Fee(clock.Now()); got != 40_00 {
		t.Errorf("given up 12 days before: %d", got)
	}
	if got := file(t, db, lea, other.ID).Fee(clock.Now()); got != 0 {
		t.Errorf("cancelled by the town hall: %d", got)
	}
	if err := do(t, db, keeper, b.ID, booking.Done{Step: booking.FeeWaived}); err == nil {
		t.Error("waived without a reason")
	}
	done(t, db, b.ID, booking.Done{Step: booking.FeeWaived, Note: "Deuil"})
	if _, ok := file(t, db, lea, b.ID).Step(booking.FeeWaived, ""); !ok {
		t.Error("not waived")
	}
}

func TestAnAgreedPriceStandsInsteadOfTheTerms(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, nil)
	onTerms(t, db, r, booking.Terms{Prices: []booking.Price{{Unit: booking.ByHour, Cents: 10_00}}})
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	ask(t, db, lea, &b)
	if got, known := file(t, db, lea, b.ID).Price(); got != 20_00 || !known {
		t.Errorf("%d, %v", got, known)
	}
	done(t, db, b.ID, booking.Done{Step: booking.PriceAgreed, Cents: 0, Note: "Gratuit pour l'école"})
	if got, known := file(t, db, lea, b.ID).Price(); got != 0 || !known {
		t.Errorf("%d, %v", got, known)
	}
}

func TestAnswersAreKeptWithTheirQuestion(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, nil)
	terms := booking.Terms{Rules: "On range les chaises.", Questions: []booking.Question{{Key: "q1", Label: "Combien de tables ?", Required: true}}}
	onTerms(t, db, r, terms)
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	if err := try(t, db, lea, &b, booking.Way{}); !slices.Equal(broken(err), []string{"answer", "rules"}) {
		t.Errorf("nothing answered: %v", err)
	}
	b.Answers, b.Accepted = map[string]string{"q1": " 8 ", "q9": "?"}, true
	ask(t, db, lea, &b)
	terms.Questions[0].Label = "Tables"
	onTerms(t, db, r, terms)
	want := []booking.Answer{{Question: "q1", Label: "Combien de tables ?", Text: "8"}}
	if got := file(t, db, keeper, b.ID).Answers; !slices.Equal(got, want) {
		t.Errorf("answers %+v", got)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { // what was accepted stays accepted
		return booking.Move(tx, b.ID, slot(t, r, "2026-12-06T14:00", "2026-12-06T16:00"), false, "")
	})
	byHand := request(t, r, "2026-12-07T14:00", "2026-12-07T16:00")
	ask(t, db, keeper, &byHand)
}

func TestQuotasCountTheAskersBookingsOfTheRoom(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, nil)
	onTerms(t, db, r, booking.Terms{Quotas: []booking.Quota{{Times: 1, Per: booking.PerWeek}}})
	first := request(t, r, "2026-12-01T14:00", "2026-12-01T16:00")
	ask(t, db, lea, &first)
	second := request(t, r, "2026-12-06T14:00", "2026-12-06T16:00")
	if err := try(t, db, lea, &second, booking.Way{}); !slices.Equal(broken(err), []string{"times_week"}) {
		t.Errorf("a second in a week: %v", err)
	}
	ask(t, db, tom, &second)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { // itself does not count
		return booking.Move(tx, first.ID, slot(t, r, "2026-12-02T14:00", "2026-12-02T16:00"), false, "")
	})
}

func TestAFaultIsForTheManagersToRead(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, nil)
	report := func(who store.Actor, what booking.What, text string) error {
		return db.Update(store.As(t.Context(), who), func(tx *store.Tx) error { return booking.Report(tx, r.ID, what, text) })
	}
	if err := report(visitor, "heating", "Il fait 12 degrés"); err != nil {
		t.Fatal(err)
	}
	if err := report(tom, "heating", ""); store.KindOf(err) != store.Conflict {
		t.Errorf("told twice: %v", err)
	}
	if err := report(tom, "other", " "); store.KindOf(err) != store.Invalid {
		t.Errorf("something, but what: %v", err)
	}
	if err := report(tom, "ghost", ""); store.KindOf(err) != store.Invalid {
		t.Errorf("no such thing: %v", err)
	}
	if got := told(t, db, "keeper"); !slices.Equal(got, []string{"fault"}) {
		t.Errorf("the manager was told %v", got)
	}
	var id string
	for who, text := range map[*store.Actor]string{&visitor: "", &tom: "", &keeper: "Il fait 12 degrés"} {
		storetest.View(t, db, *who, func(tx *store.Tx) error {
			list, err := booking.Faults(tx, r.ID)
			if len(list) != 1 || list[0].Text != text {
				t.Errorf("%q reads %+v", who.ID, list)
			}
			id = list[0].ID
			return err
		})
	}
	if err := db.Update(store.As(t.Context(), tom), func(tx *store.Tx) error { return booking.Settle(tx, id) }); store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident mended it: %v", err)
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Settle(tx, id) })
	if err := report(tom, "heating", ""); err != nil {
		t.Errorf("it broke again: %v", err)
	}
}

// picture is a small picture.
func picture(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 32, 24))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
