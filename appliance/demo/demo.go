// Package demo fills a box with an invented village: people, a directory, events past and
// to come, rooms and who has them, ads, mutual aid, proposals that wait, a report, and cards of two neighbouring boxes.
//
// Nobody and no place in it exists. The same seed, size and time make the same
// listings, to the letter, so that benchmarks and bug reports can name them.
// Everything goes through the modules' verbs, as if people had typed it.
package demo

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// Options says which village to make. The zero value is the usual one.
type Options struct {
	Listings int    // 0 is 200
	Seed     uint64 // 0 is 1
}

// Village is what was made.
type Village struct {
	Name     string
	Listings int
	People   []Person
	Recovery []string // words of the recovery sheet
}

// Person is one of the six, with the password to sign in.
type Person struct {
	Login, Name, Password string
	Role                  store.Role
	id                    string
}

// batch is how many listings share a transaction.
const batch = 1000

// foreignShare is one neighbour's card among so many.
const foreignShare = 6

// Fill makes the village in an empty database, as of the database's clock.
func Fill(ctx context.Context, db *store.DB, opt Options) (Village, error) {
	if opt.Listings == 0 {
		opt.Listings = 200
	}
	if opt.Seed == 0 {
		opt.Seed = 1
	}
	f := &filler{
		rand: rand.New(rand.NewPCG(opt.Seed, uint64(opt.Listings))), //nolint:gosec // a village that can be made again
		db:   db, now: db.Clock().Now(), size: opt.Listings,
		boxID: newID(rand.New(rand.NewPCG(opt.Seed, uint64(opt.Listings)+1))), //nolint:gosec // as above; no draw of the others moves
	}
	var err error
	if f.zone, err = time.LoadLocation(agenda.Paris); err != nil {
		return Village{}, err
	}
	v := Village{Name: communeName, Listings: opt.Listings}
	if v.People, v.Recovery, err = f.found(ctx); err != nil {
		return v, err
	}
	f.people = v.People
	for _, step := range []func(context.Context) error{
		f.directory,
		f.listings,
		f.members,
		f.life,
		f.queue,
		f.rooms,
		f.ads,
		f.care,
		f.talks,
		f.tours,
		f.aid,
		f.hours,
		f.charter,
		f.topics,
		f.votes,
		f.shared,
		f.groups,
		f.civic,
		f.assemblies,
		f.elections,
		f.desk,
		f.journals,
	} {
		if err := step(ctx); err != nil {
			return v, err
		}
	}
	return v, nil
}

type filler struct {
	rand   *rand.Rand
	db     *store.DB
	zone   *time.Location
	now    time.Time
	size   int
	boxID  string // of the box's own card: the short codes of the others depend on it
	people []Person
	some   []agenda.Event // a few to cancel and report

	entries map[string]directory.Element // by name
}

// found sets the box up and adds the other five people.
func (f *filler) found(ctx context.Context) ([]Person, []string, error) {
	desk := account.NewDesk(f.db, account.Recommended)
	people := append([]Person(nil), folk...)
	home := listing.At(homeLat, homeLon)
	words, err := desk.Found(ctx, account.Founding{
		Commune: listing.Commune{INSEE: communeCode, Name: communeName, Position: &home}, At: home,
		Name: communeName, Publisher: publisher, Charter: account.CharterTemplate(communeName),
		Operator: people[0].new(), CardID: f.boxID,
	})
	if err != nil {
		return nil, nil, err
	}
	asOperator := store.As(ctx, store.Actor{Role: store.Operator})
	for i := range people {
		p := &people[i]
		if i > 0 {
			made, _, err := desk.Add(asOperator, p.new())
			if err != nil {
				return nil, nil, err
			}
			p.id = made.ID
			continue
		}
		err := f.db.View(ctx, func(tx *store.Tx) error {
			made, err := account.ByLogin(tx, p.Login)
			p.id = made.ID
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return people, words, nil
}

func (p Person) new() account.NewPerson {
	return account.NewPerson{Login: p.Login, Name: p.Name, Role: p.Role, Password: p.Password, OnPaper: true}
}

// listings writes the events, own and neighbours', in batches.
func (f *filler) listings(ctx context.Context) error {
	for done := 0; done < f.size; done += batch {
		n := min(batch, f.size-done)
		err := f.db.Update(ctx, func(tx *store.Tx) error { return f.some1000(tx, done, n) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) some1000(tx *store.Tx, from, n int) error {
	origins, err := f.neighbours(tx)
	if err != nil {
		return err
	}
	foreign := map[int64][]listing.Card{}
	for i := from; i < from+n; i++ {
		if i%foreignShare == foreignShare-1 {
			o := f.rand.IntN(len(origins))
			foreign[origins[o]] = append(foreign[origins[o]], f.foreignCard(neighbourPlaces[o]))
			continue
		}
		if err := f.event(tx, i); err != nil {
			return err
		}
	}
	for _, o := range origins { // in their order: card numbers follow from it
		if err := listing.PutForeign(tx, o, foreign[o]); err != nil {
			return err
		}
	}
	return nil
}

// event schedules one event, as its author did some weeks ago.
func (f *filler) event(tx *store.Tx, i int) error {
	who := f.people[1+f.rand.IntN(len(f.people)-1)]
	e := f.plan(i)
	posted := f.now.Add(-time.Duration(f.size-i) * 21 * 24 * time.Hour / time.Duration(f.size)).Truncate(time.Minute)
	was := *tx
	defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
	tx.Now, tx.Actor = posted, store.Actor{ID: who.id, Role: who.Role}
	if err := agenda.Schedule(tx, &e); err != nil {
		return err
	}
	if err := f.placed(tx, e.Ref(), e.Organiser, e.Place); err != nil {
		return err
	}
	if i%17 == 5 { // some do not take place
		tx.Now = posted.Add(time.Hour)
		if err := agenda.Cancel(tx, e.ID, pick(f.rand, cancellations)); err != nil {
			return err
		}
	}
	if len(f.some) < 3 && e.StartsAt.After(f.now) && e.Audience == listing.Public {
		f.some = append(f.some, e)
	}
	return nil
}

// plan invents an event. The first ones fall on today and the days after, so
// that the home page has something to say.
func (f *filler) plan(i int) agenda.Event {
	a := pick(f.rand, activities)
	day := f.rand.IntN(140) - 50
	if i < 8 {
		day = i / 2
	}
	if f.size > 5000 {
		day = f.rand.IntN(1400) - 500
	}
	start := f.now.In(f.zone).AddDate(0, 0, day)
	e := agenda.Event{
		ID: f.id(), Title: a.title, Description: a.text, Place: pick(f.rand, places), Organiser: pick(f.rand, organisers),
		Contact: pick(f.rand, contacts), Tags: a.tags, Audience: listing.Public, AllDay: a.hours == 0,
		Starts: calendar.Wall{Year: start.Year(), Month: start.Month(), Day: start.Day()},
	}
	if f.rand.IntN(3) > 0 {
		e.Title += " " + pick(f.rand, details)
	}
	if f.rand.IntN(12) == 0 {
		e.Audience = listing.Members
	}
	p := f.around(listing.At(homeLat, homeLon), 3)
	e.Position = &p
	if e.AllDay {
		e.Ends = e.Starts.AddDays(1 + f.rand.IntN(3))
		return e
	}
	e.Starts.Hour, e.Starts.Minute = a.hour, 30*f.rand.IntN(2)
	if f.rand.IntN(3) > 0 {
		e.Ends = e.Starts.Later(time.Duration(a.hours) * time.Hour)
	}
	return e
}

// around is a point within so many kilometres of p.
func (f *filler) around(p listing.Point, km float64) listing.Point {
	spread := func() int32 { return int32((f.rand.Float64()*2 - 1) * km / 111 * 100_000) }
	return listing.Point{Lat: p.Lat + spread(), Lon: p.Lon + spread()}
}

func (f *filler) id() string { return newID(f.rand) }

// IDs makes the ids of the village's box, for store.Options.NewID: with them
// the same seed makes the same box.
func IDs(seed uint64) func() string {
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a village that can be made again
	return func() string { return newID(r) }
}

func newID(r *rand.Rand) string {
	var b [store.IDBytes]byte
	for i := range b {
		b[i] = byte(r.UintN(256))
	}
	return store.FormatID(b)
}

// neighbours are the two boxes this one knows.
func (f *filler) neighbours(tx *store.Tx) (ids []int64, err error) {
	for i, n := range neighbourPlaces {
		at := n.at
		id, err := listing.SetOrigin(tx, listing.Origin{
			Key: [32]byte{0xde, 0x30, byte(i + 1)}, Name: n.name, Commune: n.code, Position: &at,
			SeenAt: f.now.Add(-time.Duration(1+i*27) * time.Hour),
		})
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (f *filler) foreignCard(from neighbourPlace) listing.Card {
	e := f.plan(1 << 20)
	p := f.around(from.at, 4)
	c := listing.Card{
		Ref: e.Ref(), Kind: listing.KindEvent, Title: e.Title, Tags: e.Tags, Commune: from.code, Position: &p,
		AllDay: e.AllDay, UpdatedAt: f.now.Add(-time.Duration(f.rand.IntN(500)) * time.Hour),
	}
	if f.rand.IntN(4) == 0 {
		t := pick(f.rand, things)
		c.Kind, c.Title, c.Tags, c.Price, c.AllDay = t.kind, t.title, t.tags, t.price, false
		return c
	}
	if e.Check() == nil {
		c.StartsAt, c.EndsAt = e.StartsAt, e.EndsAt
	}
	return c
}

// queue leaves two proposals and a report to the moderators.
func (f *filler) queue(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		tx.Actor = store.Actor{}
		for i, p := range proposals {
			day := f.now.In(f.zone).AddDate(0, 0, 9+i).Format("2006-01-02")
			form := url.Values{
				"title": {p.title}, "starts": {day}, "starts_time": {p.time}, "place": {pick(f.rand, places)},
				"description": {p.text}, "contact": {pick(f.rand, contacts)},
			}
			payload, err := json.Marshal(form)
			if err != nil {
				return err
			}
			_, err = moderation.Propose(tx, &moderation.Proposal{Module: agenda.Module, Title: p.title, Payload: payload}, "demo")
			if err != nil {
				return err
			}
		}
		for _, e := range f.some[:min(1, len(f.some))] {
			if _, err := moderation.File(tx, e.Ref(), "", "wrong", "L'heure n'est pas celle de l'affiche.", "demo"); err != nil {
				return err
			}
		}
		return nil
	})
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
