package booking_test

import (
	"errors"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	visitor  = store.Actor{}
	lea      = store.Actor{ID: "lea", Role: store.Resident}
	tom      = store.Actor{ID: "tom", Role: store.Resident}
	keeper   = store.Actor{ID: "keeper", Role: store.Resident} // manages rooms where a test says so
	operator = store.Actor{ID: "op", Role: store.Operator}
)

// wall reads "2026-12-05T14:00".
func wall(t testing.TB, s string) calendar.Wall {
	t.Helper()
	w, err := calendar.ParseWall(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// room makes a room that a test completes.
func room(t testing.TB, db *store.DB, change func(*booking.Resource)) booking.Resource {
	t.Helper()
	r := booking.Resource{Kind: booking.Room, Name: "Grande salle", Site: "Salle des fêtes", Capacity: 80, Who: booking.Residents}
	if change != nil {
		change(&r)
	}
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		if err := booking.Create(tx, &r); err != nil {
			return err
		}
		return booking.SetManager(tx, r.ID, keeper.ID, true)
	})
	return r
}

// request is a booking of a room; from and until are "2026-12-05T14:00".
func request(t testing.TB, r booking.Resource, from, until string) booking.Booking {
	t.Helper()
	return booking.Booking{Title: "Répétition", Slot: slot(t, r, from, until), Units: 1}
}

func slot(t testing.TB, r booking.Resource, from, until string) booking.Slot {
	t.Helper()
	return booking.Slot{Resource: r.ID, Starts: wall(t, from), Ends: wall(t, until)}
}

// try asks and gives the error back.
func try(t testing.TB, db *store.DB, who store.Actor, b *booking.Booking, way booking.Way) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), func(tx *store.Tx) error { return booking.Request(tx, b, way) })
}

func ask(t testing.TB, db *store.DB, who store.Actor, b *booking.Booking) {
	t.Helper()
	if err := try(t, db, who, b, booking.Way{}); err != nil {
		t.Fatal(err)
	}
}

func find(t testing.TB, db *store.DB, id string) (b booking.Booking) {
	t.Helper()
	storetest.View(t, db, operator, func(tx *store.Tx) (err error) {
		b, err = booking.Find(tx, id)
		return err
	})
	return b
}

func plan(t testing.TB, db *store.DB, who store.Actor, id, from, until string) (list []booking.Stretch) {
	t.Helper()
	zone, err := time.LoadLocation(booking.Paris)
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		got, _, _ := wall(t, s).In(zone, false)
		return got
	}
	storetest.View(t, db, who, func(tx *store.Tx) error {
		list, err = booking.Plan(tx, id, booking.Span{From: at(from), Until: at(until)})
		return err
	})
	return list
}

// proposed is the beginning of the next free hours of a refusal, in Paris.
func proposed(t testing.TB, err error) string {
	t.Helper()
	taken, ok := errors.AsType[*booking.Taken](err)
	if !ok || store.KindOf(err) != store.Conflict || !taken.Found {
		t.Fatalf("got %v, want a refusal with free hours", err)
	}
	zone, err := time.LoadLocation(booking.Paris)
	if err != nil {
		t.Fatal(err)
	}
	return calendar.WallOf(taken.Next.From.In(zone)).String()
}

func TestSA1_HalfOpenHours(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, nil)
	first := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	ask(t, db, lea, &first)
	after := request(t, r, "2026-12-05T15:59", "2026-12-05T16:30")
	if got := proposed(t, try(t, db, tom, &after, booking.Way{})); got != "2026-12-05T16:00" {
		t.Errorf("proposed %s", got)
	}
	next := request(t, r, "2026-12-05T16:00", "2026-12-05T18:00")
	ask(t, db, tom, &next)
}

func TestSA2_BuffersKeepOthersOut(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.After = 30 * time.Minute })
	first := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	ask(t, db, lea, &first)
	early := request(t, r, "2026-12-05T16:15", "2026-12-05T18:00")
	if got := proposed(t, try(t, db, tom, &early, booking.Way{})); got != "2026-12-05T16:30" {
		t.Errorf("proposed %s", got)
	}
	before := request(t, r, "2026-12-05T12:00", "2026-12-05T13:45")
	if err := try(t, db, tom, &before, booking.Way{}); store.KindOf(err) != store.Conflict {
		t.Errorf("no time to tidy up before the next: %v", err)
	}
	next := request(t, r, "2026-12-05T16:30", "2026-12-05T18:00")
	ask(t, db, tom, &next)
	list := plan(t, db, visitor, r.ID, "2026-12-05T00:00", "2026-12-06T00:00")
	if len(list) != 2 || list[0].Busy.Until.Sub(list[0].Until) != 30*time.Minute || list[0].Busy.From != list[0].From {
		t.Errorf("the plan shows %+v, want the buffer apart from the booking", list)
	}
}

func TestSA3_RealHoursOverAChangeOfTheClocks(t *testing.T) {
	for _, c := range []struct {
		from, until string
		hours       float64
	}{
		{"2026-10-24T22:00", "2026-10-25T06:00", 9},
		{"2026-03-28T22:00", "2026-03-29T06:00", 7},
		{"2026-10-24T08:00", "2026-10-26T08:00", 49},
		{"2026-03-28T08:00", "2026-03-30T08:00", 47},
	} {
		r := booking.Resource{Kind: booking.Room, ID: "r", Stock: 1, Zone: booking.Paris}
		b := request(t, r, c.from, c.until)
		if err := b.Check(&r); err != nil {
			t.Fatal(err)
		}
		if got := b.Span().Lasts().Hours(); got != c.hours {
			t.Errorf("%s to %s: %v h, want %v", c.from, c.until, got, c.hours)
		}
	}
}

func TestSA7_AMovedBookingWaitsAgainAndHoldsItsOldHours(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	ask(t, db, lea, &b)
	if b.State != booking.Asked || b.ExpiresAt.IsZero() {
		t.Fatalf("asked: %+v", b)
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Approve(tx, b.ID, "") })
	words := booking.Words{Title: "Répétition générale", People: 30}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Reword(tx, b.ID, words) })
	if got := find(t, db, b.ID); got.State != booking.Approved || got.Title != words.Title {
		t.Errorf("after a change of words: %+v", got)
	}
	to := slot(t, r, "2026-12-05T18:00", "2026-12-05T20:00")
	move := func(tx *store.Tx) error { return booking.Move(tx, b.ID, to, false, "") }
	storetest.Update(t, db, lea, move)
	if got := find(t, db, b.ID); got.State != booking.Asked || got.Was == nil {
		t.Fatalf("moved: %+v", got)
	}
	other := request(t, r, "2026-12-05T14:00", "2026-12-05T15:00")
	if err := try(t, db, tom, &other, booking.Way{}); store.KindOf(err) != store.Conflict {
		t.Errorf("the old hours are not held: %v", err)
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Refuse(tx, b.ID, "Salle en travaux le soir") })
	if got := find(t, db, b.ID); got.State != booking.Approved || got.Starts != wall(t, "2026-12-05T14:00") {
		t.Errorf("a change that is refused leaves the booking where it stood: %+v", got)
	}
	storetest.Update(t, db, lea, move)
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Approve(tx, b.ID, "") })
	if err := try(t, db, tom, &other, booking.Way{}); err != nil {
		t.Errorf("the old hours are not free after the answer: %v", err)
	}
}

func TestSA12_APrivateBookingIsOccupiedAndNothingMore(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, nil)
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	b.Title, b.Private, b.Publish = "Anniversaire de Zoé", true, true
	ask(t, db, lea, &b)
	for name, c := range map[string]struct {
		who   store.Actor
		knows bool
	}{"visitor": {visitor, false}, "resident": {tom, false}, "author": {lea, true}, "manager": {keeper, true}, "operator": {operator, true}} {
		list := plan(t, db, c.who, r.ID, "2026-12-05T00:00", "2026-12-06T00:00")
		if len(list) != 1 || (list[0].Title != "") != c.knows || (list[0].Booking != "") != c.knows {
			t.Errorf("%s sees %+v", name, list)
		}
		err := db.View(store.As(t.Context(), c.who), func(tx *store.Tx) error {
			_, err := booking.Find(tx, b.ID)
			return err
		})
		if (err == nil) != c.knows {
			t.Errorf("%s opens it: %v", name, err)
		}
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{Kind: listing.KindEvent})
		if res.Total != 0 {
			t.Error("a private booking became an event")
		}
		return err
	})
}

func TestSA14_AWholeAndItsPartsAreOneSpace(t *testing.T) {
	db, _ := storetest.Open(t)
	a := room(t, db, func(r *booking.Resource) { r.Name = "A" })
	b := room(t, db, func(r *booking.Resource) { r.Name = "B" })
	c := room(t, db, func(r *booking.Resource) { r.Name = "C" })
	ab := room(t, db, func(r *booking.Resource) { r.Name, r.Parts = "A + B", []string{a.ID, b.ID} })
	bc := room(t, db, func(r *booking.Resource) { r.Name, r.Parts = "B + C", []string{b.ID, c.ID} })
	day := 1
	for _, pair := range []struct {
		first, second booking.Resource
		clash         bool
	}{
		{ab, a, true}, {ab, b, true}, {a, ab, true}, {b, ab, true}, {ab, bc, true}, {a, b, false}, {ab, c, false}, {a, bc, false},
	} {
		at := calendar.Wall{Year: 2026, Month: time.December, Day: day, Hour: 14}
		day++
		one := booking.Booking{Title: "Bal", Slot: booking.Slot{Resource: pair.first.ID, Starts: at, Ends: at.Later(time.Hour)}}
		two := one
		two.Resource = pair.second.ID
		ask(t, db, lea, &one)
		if err := try(t, db, tom, &two, booking.Way{}); (store.KindOf(err) == store.Conflict) != pair.clash || err != nil && !pair.clash {
			t.Errorf("%s, then %s: %v", pair.first.Name, pair.second.Name, err)
		}
	}
	nested := booking.Resource{Kind: booking.Room, Name: "Tout", Who: booking.Residents, Parts: []string{ab.ID}}
	err := db.Update(store.As(t.Context(), operator), func(tx *store.Tx) error { return booking.Create(tx, &nested) })
	if store.KindOf(err) != store.Invalid {
		t.Errorf("a whole of wholes: %v", err)
	}
}

func TestGoodsAreLentWhileTheyLast(t *testing.T) {
	db, _ := storetest.Open(t)
	tables := room(t, db, func(r *booking.Resource) { r.Kind, r.Name, r.Stock = booking.Good, "Tables", 10 })
	take := func(n int, from, until string) error {
		b := request(t, tables, from, until)
		b.Units = n
		return try(t, db, lea, &b, booking.Way{})
	}
	for _, c := range []struct {
		n           int
		from, until string
		fits        bool
	}{
		{6, "2026-12-05T08:00", "2026-12-05T12:00", true},
		{4, "2026-12-05T10:00", "2026-12-05T14:00", true},
		{1, "2026-12-05T11:00", "2026-12-05T13:00", false},
		{6, "2026-12-05T12:00", "2026-12-05T20:00", true},
		{10, "2026-12-05T20:00", "2026-12-05T22:00", true},
		{11, "2026-12-06T20:00", "2026-12-06T22:00", false},
	} {
		if err := take(c.n, c.from, c.until); (err == nil) != c.fits {
			t.Errorf("%d from %s: %v", c.n, c.from, err)
		}
	}
}

func TestSA15_WholeDaysIncludeTheLast(t *testing.T) {
	r := booking.Resource{Kind: booking.Good, ID: "r", Stock: 1, Zone: booking.Paris}
	b := request(t, r, "2027-05-03T09:00", "2027-05-06T11:00")
	b.AllDay = true
	if err := b.Check(&r); err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2027, 5, 5, 22, 0, 0, 0, time.UTC); !b.EndsAt.Equal(want) || b.LastDay().Date() != "2027-05-05" {
		t.Errorf("ends %v, last day %s", b.EndsAt, b.LastDay().Date())
	}
}

func TestARequestExpires(t *testing.T) {
	db, clock := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	b := request(t, r, "2026-12-20T14:00", "2026-12-20T16:00")
	ask(t, db, lea, &b)
	waiting := request(t, r, "2026-12-20T15:00", "2026-12-20T17:00")
	if err := try(t, db, tom, &waiting, booking.Way{Queue: true}); err != nil || waiting.State != booking.Queued {
		t.Fatalf("queues: %v, %s", err, waiting.State)
	}
	run := func() {
		t.Helper()
		storetest.Update(t, db, store.Actor{}, booking.Jobs[0].Run)
	}
	clock.Add(9 * 24 * time.Hour)
	run()
	if got := find(t, db, b.ID).State; got != booking.Asked {
		t.Fatalf("after nine days: %s", got)
	}
	clock.Add(25 * time.Hour)
	run()
	if got := find(t, db, b.ID).State; got != booking.Expired {
		t.Errorf("after ten days: %s", got)
	}
	if got := find(t, db, waiting.ID).State; got != booking.Asked {
		t.Errorf("who waited is %s", got)
	}
}

func TestSA13_BookingAndEventAreOneAct(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	b := request(t, r, "2026-12-05T20:00", "2026-12-06T02:00")
	b.Title, b.Publish = "Bal", true
	ask(t, db, lea, &b)
	event := func() (e agenda.Event) {
		t.Helper()
		id := find(t, db, b.ID).EventID
		storetest.View(t, db, lea, func(tx *store.Tx) (err error) {
			e, err = agenda.Own(tx, id)
			return err
		})
		return e
	}
	if id := find(t, db, b.ID).EventID; id != "" {
		t.Fatal("published before anybody approved")
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Approve(tx, b.ID, "") })
	if e := event(); e.Starts != b.Starts || e.Ends != b.Ends || e.AuthorID != lea.ID || e.Title != "Bal" {
		t.Fatalf("the event is %+v", e)
	}
	to := slot(t, r, "2026-12-12T20:00", "2026-12-13T02:00")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Move(tx, b.ID, to, true, "") })
	if e := event(); e.Starts != b.Starts {
		t.Error("the event moved before the room was granted")
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Approve(tx, b.ID, "") })
	if e := event(); e.Starts != to.Starts {
		t.Error("the event did not follow")
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Cancel(tx, b.ID, "Malade", true) })
	if e := event(); e.Status != agenda.Cancelled {
		t.Error("the event was not cancelled with its room")
	}
}

func TestWhoMayAnswer(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	ask(t, db, lea, &b)
	for _, who := range []store.Actor{visitor, lea, tom} {
		err := db.Update(store.As(t.Context(), who), func(tx *store.Tx) error { return booking.Approve(tx, b.ID, "") })
		if k := store.KindOf(err); k != store.Forbidden && k != store.NotFound && k != store.Unauthenticated {
			t.Errorf("%q approved: %v", who.ID, err)
		}
	}
	err := db.Update(store.As(t.Context(), keeper), func(tx *store.Tx) error { return booking.Refuse(tx, b.ID, " ") })
	if store.KindOf(err) != store.Invalid {
		t.Errorf("refused without a reason: %v", err)
	}
}

func TestLeavingTakesTheNameOrTheBookings(t *testing.T) {
	for _, how := range []store.Erasure{store.KeepUnnamed, store.EraseAll} {
		db, _ := storetest.Open(t, booking.Personal)
		r := room(t, db, nil)
		b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
		ask(t, db, lea, &b)
		storetest.Update(t, db, lea, func(tx *store.Tx) error {
			if out, err := booking.Personal.Export(tx, lea.ID); err != nil || out == nil {
				t.Errorf("exported %v, %v", out, err)
			}
			return booking.Personal.Erase(tx, lea.ID, how)
		})
		storetest.View(t, db, operator, func(tx *store.Tx) error {
			n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM booking_bookings WHERE author_id = 'lea'")
			left, err2 := store.One(tx, store.Scan[int], "SELECT count(*) FROM booking_spans")
			if n != 0 || left != int(1-how) {
				t.Errorf("erasure %d leaves %d names, %d spans", how, n, left)
			}
			return errors.Join(err, err2)
		})
	}
}

// TestWhatIsProposedIsOpen: hours that are free but closed are no proposal.
func TestWhatIsProposedIsOpen(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Terms = (&booking.Terms{Hours: "Mo-Su 08:00-22:00"}).String() })
	first := request(t, r, "2026-12-05T14:00", "2026-12-05T20:30")
	ask(t, db, lea, &first)
	second := request(t, r, "2026-12-05T19:00", "2026-12-05T21:00")
	if got := proposed(t, try(t, db, tom, &second, booking.Way{})); got != "2026-12-06T08:00" {
		t.Errorf("proposed %s", got)
	}
}
