package listing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// around is a box with two neighbours, the second one nearer, to which a test
// adds events.
type around struct {
	*testing.T
	db   *store.DB
	a, b int64 // two links away, linked
}

func newRegion(t *testing.T) *around {
	t.Helper()
	g := &around{T: t}
	g.db, _ = storetest.Open(t)
	g.update(func(tx *store.Tx) (err error) {
		if err := listing.SetHome(tx, listing.Home{Commune: "46029", Name: "Biars-sur-Cère"}); err != nil {
			return err
		}
		if g.a, err = g.box(tx, 1, "Altillac", 2); err != nil {
			return err
		}
		g.b, err = g.box(tx, 2, "Bretenoux", 1)
		return err
	})
	return g
}

func (g *around) box(tx *store.Tx, key byte, name string, hops int) (int64, error) {
	o, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{key}, Name: name, Commune: "46999"})
	if err != nil {
		return 0, err
	}
	return o, listing.SetHops(tx, o, hops)
}

func (g *around) update(fn func(*store.Tx) error) {
	g.Helper()
	storetest.Update(g.T, g.db, moderator, fn)
}

// party is an event tomorrow at 20:00 with a place in the village.
func party(title string) listing.Card {
	at := listing.At(44.93, 1.85)
	return listing.Card{
		Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindEvent, Title: title, Audience: listing.Public,
		Commune: "46029", Position: &at, StartsAt: storetest.Now.Truncate(time.Hour).Add(26 * time.Hour),
	}
}

// put stores a card of a box, 0 for this one, and returns its id.
func (g *around) put(origin int64, c listing.Card) string {
	g.Helper()
	g.update(func(tx *store.Tx) error {
		if origin == 0 {
			return listing.Put(tx, c, nil)
		}
		return listing.PutForeign(tx, origin, []listing.Card{c})
	})
	return c.Ref.ID
}

// shown is what q lists: for each card its box and those its twins are of, in
// the list's order, read page by page of one card. It fails unless the total and
// the count say the same.
func (g *around) shown(q listing.Query) string {
	g.Helper()
	var out []string
	storetest.View(g.T, g.db, store.Actor{}, func(tx *store.Tx) error {
		q.Limit = 1
		n, err := listing.Count(tx, q)
		for more := true; more && err == nil; more = q.Cursor != "" {
			var res listing.Result
			if res, err = listing.Find(tx, q); res.Total != n {
				g.Errorf("a total of %d, a count of %d", res.Total, n)
			}
			for _, c := range res.Cards {
				out = append(out, boxesOf(c))
			}
			q.Cursor = res.Next
		}
		if int(n) != len(out) {
			g.Errorf("a count of %d for %q", n, out)
		}
		return err
	})
	return strings.Join(out, " ")
}

func boxesOf(c listing.Card) string {
	name := func(c *listing.Card) string {
		if c.Origin == nil {
			return "own"
		}
		return c.Origin.Name
	}
	text := name(&c)
	for i := range c.Also {
		text += "+" + name(&c.Also[i])
	}
	return text
}

func (g *around) shows(want string, q listing.Query) {
	g.Helper()
	if got := g.shown(q); got != want {
		g.Errorf("shown %q, want %q", got, want)
	}
}

func TestAnEventOfThreeBoxesIsShownOnce(t *testing.T) {
	g := newRegion(t)
	// as they come: the farthest first, the own one last
	id := g.put(g.a, party("Fête de la châtaigne"))
	g.shows("Altillac", listing.Query{})
	g.put(g.b, party("Fête de la chataigne !"))
	g.shows("Bretenoux+Altillac", listing.Query{})
	own := party("Fête de la châtaigne")
	g.put(0, own)
	for name, q := range map[string]listing.Query{
		"newest": {}, "events": {Kind: listing.KindEvent}, "agenda": {Kind: listing.KindEvent, From: storetest.Now}, "names": {Order: listing.ByName},
		"words": {Q: "châtaigne"}, "best": {Q: "châtaigne", Order: listing.Best}, "own first": {Order: listing.OwnFirst},
		"near": {Near: own.Position, Order: listing.Nearest}, "around": {Near: own.Position, RadiusKM: 5}, "kinds": {Kinds: []string{listing.KindEvent, listing.KindOrg}},
		"commune": {Commune: "46029"}, "current": {Current: storetest.Now}, "placed": {Placed: listing.WithPlace},
	} {
		if got := g.shown(q); got != "own+Bretenoux+Altillac" {
			t.Errorf("%s: %q", name, got)
		}
	}
	// whoever asks for a box alone, or for all but this one, sees theirs
	g.shows("Bretenoux+own+Altillac", listing.Query{Origin: listing.FromNeighbours})
	g.shows("Altillac+own+Bretenoux", listing.Query{Origin: listing.OriginName(&listing.Origin{Key: [32]byte{1}})})
	g.shows("own+Bretenoux+Altillac", listing.Query{Origin: listing.FromHere})

	storetest.View(t, g.db, store.Actor{}, func(tx *store.Tx) error {
		c, err := listing.ByID(tx, id) // the other stays where it was
		if got := boxesOf(c); got != "Altillac+own+Bretenoux" {
			t.Errorf("its page names %q", got)
		}
		if err != nil {
			return err
		}
		v, err := listing.Clusters(tx, listing.Query{}, listing.World, 10)
		if v.Inside != 1 || len(v.Pins) != 1 || boxesOf(v.Pins[0]) != "own+Bretenoux+Altillac" {
			t.Errorf("on the map: %d, %d pins", v.Inside, len(v.Pins))
		}
		if err != nil {
			return err
		}
		f, err := listing.Overview(tx, listing.Query{Q: "châtaigne"}, listing.Glance{Cards: 3})
		if f.Total != 1 || f.Own != 1 || len(f.Groups) != 1 || boxesOf(f.Groups[0].Cards[0]) != "own+Bretenoux+Altillac" {
			t.Errorf("at a glance: %+v", f)
		}
		return err
	})
}

// TestATwinComesBack: whatever takes the card out of sight that was shown brings
// the next one back, and the other way round.
func TestATwinComesBack(t *testing.T) {
	g := newRegion(t)
	own, near := party("Loto"), party("Loto")
	g.put(g.a, party("Loto"))
	g.put(g.b, near)
	g.put(0, own)
	hide := func(c listing.Card, module string, hidden bool) {
		g.update(func(tx *store.Tx) error { return listing.Hide(tx, store.Ref{Module: module, ID: c.Ref.ID}, hidden) })
	}
	hide(own, "agenda", true)
	g.shows("Bretenoux+Altillac", listing.Query{})
	hide(near, listing.Neighbour, true)
	g.shows("Altillac", listing.Query{})
	hide(own, "agenda", false)
	g.shows("own+Altillac", listing.Query{})
	hide(near, listing.Neighbour, false)
	g.shows("own+Bretenoux+Altillac", listing.Query{})

	members := own
	members.Audience = listing.Members // visitors do not see it; the others are as public as before
	g.put(0, members)
	g.shows("Bretenoux+Altillac", listing.Query{})
	g.put(0, own)

	soon := own
	soon.ExpiresAt = storetest.Now.Add(-time.Minute)
	g.put(0, soon)
	g.shows("Bretenoux+Altillac", listing.Query{})
	g.put(0, own)

	g.update(func(tx *store.Tx) error { return listing.SetHops(tx, g.a, 1) }) // as near: the smaller id
	if got, want := g.shown(listing.Query{Origin: listing.FromNeighbours}), "own"; strings.Count(got, "+") != 2 || !strings.Contains(got, want) {
		t.Errorf("two as near: %q", got)
	}
	g.update(func(tx *store.Tx) error { return listing.SetHops(tx, g.a, 2) })

	g.update(func(tx *store.Tx) error { return listing.Withdraw(tx, own.Ref) })
	g.shows("Bretenoux+Altillac", listing.Query{})
	g.update(func(tx *store.Tx) error {
		id, err := store.ParseID(near.Ref.ID)
		if err != nil {
			return err
		}
		return listing.DropForeign(tx, g.b, [][store.IDBytes]byte{id})
	})
	g.shows("Altillac", listing.Query{})
	g.put(0, own)
	g.update(func(tx *store.Tx) error { return listing.DropOrigin(tx, g.a) })
	g.shows("own", listing.Query{})
}

// TestWhatIsTheSameEvent: near misses stand for themselves.
func TestWhatIsTheSameEvent(t *testing.T) {
	near, far := listing.At(44.9335, 1.8525), listing.At(44.95, 1.85)
	for name, c := range map[string]struct {
		title  string
		change func(*listing.Card)
		want   bool
	}{
		"same":                {"Concert de printemps", nil, true},
		"capitals, accents":   {"CONCERT DE PRINTEMPS.", nil, true},
		"a slip":              {"Concert de printenps", nil, true},
		"two slips":           {"Conecrt de printemp", nil, true},
		"three slips":         {"Conecrt de prinemp", nil, false},
		"another word":        {"Concert de l'été", nil, false},
		"one word more":       {"Grand concert de printemps", nil, false},
		"another hour":        {"Concert de printemps", func(c *listing.Card) { c.StartsAt = c.StartsAt.Add(time.Hour) }, false},
		"another minute":      {"Concert de printemps", func(c *listing.Card) { c.StartsAt = c.StartsAt.Add(-time.Minute) }, false},
		"another end":         {"Concert de printemps", func(c *listing.Card) { c.EndsAt = c.StartsAt.Add(5 * time.Hour) }, true},
		"400 m away":          {"Concert de printemps", func(c *listing.Card) { c.Position, c.Commune = &near, "19007" }, true},
		"2 km away":           {"Concert de printemps", func(c *listing.Card) { c.Position = &far }, false},
		"no place, commune":   {"Concert de printemps", func(c *listing.Card) { c.Position = nil }, true},
		"no place, elsewhere": {"Concert de printemps", func(c *listing.Card) { c.Position, c.Commune = nil, "19007" }, false},
		"cancelled there":     {"Concert de printemps", func(c *listing.Card) { c.Cancelled = true }, false},
		"all day there":       {"Concert de printemps", func(c *listing.Card) { c.AllDay = true }, false},
		"not an event":        {"Concert de printemps", func(c *listing.Card) { c.Kind = listing.KindNotice }, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := newRegion(t)
			g.put(0, party("Concert de printemps"))
			other := party(c.title)
			if c.change != nil {
				c.change(&other)
			}
			g.put(g.a, other)
			want := 2
			if c.want {
				want = 1
			}
			if got := strings.Fields(g.shown(listing.Query{})); len(got) != want {
				t.Errorf("shown %q", got)
			}
			// what was one event is no longer when one of them changes
			other.Title = "Tout autre chose"
			g.put(g.a, other)
			if got := strings.Fields(g.shown(listing.Query{})); len(got) != 2 {
				t.Errorf("after a change: %q", got)
			}
		})
	}
	for _, titles := range [][2]string{{"Loto 1", "Loto 2"}, {"Match équipe A", "Match équipe B"}, {"Bal du 13 juillet", "Bal du 14 juillet"}, {"!", "?"}} {
		g := newRegion(t)
		g.put(0, party(titles[0]))
		g.put(g.a, party(titles[1]))
		if got := strings.Fields(g.shown(listing.Query{})); len(got) != 2 {
			t.Errorf("%q: %q", titles, got)
		}
	}
	g := newRegion(t) // two cards of one box are two events
	g.put(g.a, party("Loto"))
	g.put(g.a, party("Loto"))
	g.shows("Altillac Altillac", listing.Query{})
}

// TestAllDayTwins: days are days wherever their midnight is.
func TestAllDayTwins(t *testing.T) {
	g := newRegion(t)
	own, other, next := party("Vide-grenier"), party("Vide grenier"), party("Vide-grenier")
	midnight := time.Date(2026, 12, 5, 23, 0, 0, 0, time.UTC) // in France the 6th begins
	for c, at := range map[*listing.Card]time.Time{&own: midnight, &other: midnight.Add(time.Hour), &next: midnight.AddDate(0, 0, 1)} {
		c.AllDay, c.StartsAt, c.EndsAt = true, at, at.AddDate(0, 0, 1)
	}
	g.put(0, own)
	g.put(g.a, other)
	g.put(g.b, next)
	g.shows("own+Altillac Bretenoux", listing.Query{Kind: listing.KindEvent, From: midnight})
}

// TestATwinOfASeries: a neighbour's card knows one date of what repeats; the own
// series stands for it on that date, and names it there alone.
func TestATwinOfASeries(t *testing.T) {
	g := newRegion(t)
	own, other := party("Marché"), party("Marché")
	for week := range 3 {
		own.Occasions = append(own.Occasions, listing.Occasion{StartsAt: own.StartsAt.AddDate(0, 0, 7*week)})
	}
	other.Recurring, other.StartsAt = true, other.StartsAt.AddDate(0, 0, 7)
	g.put(g.a, other)
	g.put(0, own)
	agenda := listing.Query{Kind: listing.KindEvent, From: storetest.Now}
	g.shows("own+Altillac", agenda)
	dates := func() string {
		var out []string
		storetest.View(t, g.db, store.Actor{}, func(tx *store.Tx) error {
			res, err := listing.Dates(tx, agenda)
			for _, c := range res.Cards {
				out = append(out, boxesOf(c))
			}
			if int(res.Total) != len(out) {
				t.Errorf("a total of %d for %q", res.Total, out)
			}
			return err
		})
		return strings.Join(out, " ")
	}
	if got := dates(); got != "own own+Altillac own" {
		t.Errorf("dates: %q", got)
	}
	own.Occasions[1].Cancelled = true // here only: both say what they know
	g.put(0, own)
	if got := dates(); got != "own own Altillac own" && got != "own Altillac own own" {
		t.Errorf("dates, one cancelled here: %q", got)
	}
	own.Occasions = own.Occasions[:1]
	g.put(0, own)
	if got := dates(); got != "own Altillac" {
		t.Errorf("dates, fewer: %q", got)
	}
}

// TestTwinsDoNotDependOnTheOrder: cards that come in any order, one by one or
// together, and the job that compares what was there before, make the same
// twins.
func TestTwinsDoNotDependOnTheOrder(t *testing.T) {
	var cards []listing.Card
	var boxes []int
	for i := range 40 {
		c := party([]string{"Concert de printemps", "Concert de printenps", "Conecrt de printemps", "Loto du foyer", "Bal"}[i%5])
		at := listing.At(44.93+float64(i%3)*0.003, 1.85)
		c.Position, c.StartsAt = &at, c.StartsAt.Add(time.Duration(i%2)*time.Hour)
		cards, boxes = append(cards, c), append(boxes, i%4)
	}
	var first string
	for run := range 4 {
		g := newRegion(t)
		var third int64
		g.update(func(tx *store.Tx) (err error) {
			third, err = g.box(tx, 3, "Girac", 1)
			return err
		})
		origins := []int64{0, g.a, g.b, third}
		order := make([]int, len(cards))
		for i := range order {
			order[i] = (i*7 + run*11) % len(cards)
		}
		if run == 1 {
			slices.Reverse(order)
		}
		if run == 2 {
			for box, origin := range origins {
				g.update(func(tx *store.Tx) error {
					var all []listing.Card
					for _, i := range order {
						if boxes[i] == box && origin > 0 {
							all = append(all, cards[i])
						} else if boxes[i] == box {
							if err := listing.Put(tx, cards[i], nil); err != nil {
								return err
							}
						}
					}
					if origin == 0 {
						return nil
					}
					return listing.PutForeign(tx, origin, all)
				})
			}
		} else {
			for _, i := range order {
				g.put(origins[boxes[i]], cards[i])
			}
		}
		if run == 3 { // as a file of an older program: nothing compared yet
			g.update(func(tx *store.Tx) error {
				_, err := tx.Exec("DELETE FROM listing_twins")
				return err
			})
			g.update(func(tx *store.Tx) error { // the box's place is told again
				return listing.SetHome(tx, listing.Home{Commune: "46030", Name: "Ailleurs"})
			})
			g.update(func(tx *store.Tx) error {
				for _, j := range listing.Jobs {
					if err := j.Run(tx); err != nil {
						return err
					}
				}
				return nil
			})
		}
		got := g.pairs()
		if first == "" {
			first = got
		}
		if got == "" || got != first {
			t.Errorf("run %d:\n%s\nwant\n%s", run, got, first)
		}
	}
}

// pairs are the twins as they are stored, by the ids of their cards.
func (g *around) pairs() (out string) {
	storetest.View(g.T, g.db, store.Actor{}, func(tx *store.Tx) error {
		rows, err := store.All(tx, func(r store.Row) (line string, err error) {
			var moment, place int64
			var lead, id string
			err = r.Scan(&moment, &lead, &place, &id)
			return fmt.Sprintln(moment, lead, place, id), err
		}, `SELECT w.moment, l.id, w.place, c.id FROM listing_twins w JOIN listing_cards l ON l.card_id = w.lead_id
			JOIN listing_cards c ON c.card_id = w.card_id ORDER BY 1, 2, 3`)
		out = strings.Join(rows, "")
		return err
	})
	return out
}
