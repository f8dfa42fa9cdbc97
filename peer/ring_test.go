package peer

import (
	"fmt"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// lies moves the box east, by about eight kilometres for each tenth of a
// degree, into a commune of its own.
func (b *testBox) lies(name string, tenths int) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "x-" + name, Name: name, Position: &listing.Point{Lat: 44e5, Lon: int32(2e5 + tenths*1e4)}})
	})
}

// says publishes a card of a kind with words of its own behind it.
func (b *testBox) says(kind string) (id string) {
	b.t.Helper()
	id = store.NewID()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Put(tx, listing.Card{
			Ref: store.Ref{Module: "agenda", ID: id}, Kind: kind, Title: "Carte " + id, Audience: listing.Public,
		}, listing.Body{"description": "Derrière " + id})
	})
	return id
}

// reaches sets how deep the box looks.
func (b *testBox) reaches(s neighbour.Scope) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.SetScope(tx, s) })
}

// atRest waits until the box shows a card and fetches nothing.
func (b *testBox) atRest(id string) {
	b.t.Helper()
	eventually(b.t, "the card is shown and nothing is on its way", func() bool {
		all, _ := b.behindOf(id)
		if err := b.fetchAhead(b.t.Context()); err != nil {
			b.t.Fatal(err)
		}
		b.ahead.mu.Lock()
		defer b.ahead.mu.Unlock()
		return len(all) > 0 && len(b.ahead.busy) == 0
	})
}

// fetchedAt is when each copy came.
func (b *testBox) fetchedAt() map[neighbour.Hash]time.Time {
	b.t.Helper()
	out := map[neighbour.Hash]time.Time{}
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		hashes, err := store.All(tx, func(r store.Row) (h neighbour.Hash, err error) {
			var raw []byte
			err = r.Scan(&raw)
			copy(h[:], raw)
			return h, err
		}, "SELECT hash FROM neighbour_copies")
		for _, h := range hashes {
			c, err := neighbour.CopyOf(tx, h)
			if err != nil {
				return err
			}
			out[h] = c.FetchedAt
		}
		return err
	})
	return out
}

// far is three boxes in a row, b vouching for a, which lies 80 km from both.
func far(t *testing.T, reach neighbour.Scope) (a, b, c *testBox) {
	t.Helper()
	a, b, c = newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newTestBox(t, "Gramat")
	a.lies("a", 10)
	b.lies("b", 1)
	c.lies("c", 0)
	c.reaches(reach)
	link(t, a, b)
	link(t, b, c)
	if err := b.Vouch(t.Context(), a.PeerID(), true); err != nil {
		t.Fatal(err)
	}
	return a, b, c
}

// What comes ahead follows the distance: of an origin that is carried without a
// link the words of the kinds the operators chose, within the radius; all words
// and small pictures of the own territory; nothing beyond. A change of mind is
// followed at once, and nothing comes twice.
func TestDistanceDecidesWhatComesAhead(t *testing.T) {
	a, b, c := far(t, neighbour.Scope{Radius: 100, Kinds: []string{listing.KindEvent}})
	event, offer := a.says(listing.KindEvent), a.says(listing.KindOffer)
	a.hang(event, 3)
	check := func(when, id string, body, thumb int) {
		t.Helper()
		if _, here := c.behindOf(id); here[neighbour.RoleBody] != body || here[neighbour.RoleThumb] != thumb || here[neighbour.RolePicture] != 0 {
			t.Errorf("%s: %v is here", when, here)
		}
	}
	has := func(id string, role neighbour.Role) {
		t.Helper()
		eventually(t, fmt.Sprint("what stands behind ", id, " comes"), func() bool { _, here := c.behindOf(id); return here[role] == 1 })
		c.atRest(id)
	}
	eventually(t, "the middle box has all of its linked one", func() bool {
		_, e := b.behindOf(event)
		_, o := b.behindOf(offer)
		return e[neighbour.RoleThumb] == 1 && o[neighbour.RoleBody] == 1
	})
	has(event, neighbour.RoleBody)
	c.atRest(offer)
	check("within the radius, a kind that was chosen", event, 1, 0)
	check("within the radius, another kind", offer, 0, 0)

	first := c.fetchedAt()
	c.clock.Add(time.Minute)
	c.reaches(neighbour.Scope{Radius: 100, Kinds: []string{listing.KindEvent, listing.KindOffer}})
	has(offer, neighbour.RoleBody)
	check("the kind was chosen", offer, 1, 0)
	check("its picture was not", event, 1, 0)

	c.reaches(neighbour.Scope{Radius: 100, Communes: []string{"x-a"}})
	has(event, neighbour.RoleThumb)
	check("of the territory", event, 1, 1)
	for h, at := range c.fetchedAt() {
		if was, ok := first[h]; ok && !was.Equal(at) {
			t.Errorf("%x was fetched at %v and again at %v", h[:4], was, at)
		}
	}

	storetest.Update(t, c.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.SetWish(tx, neighbour.Wish{Origin: a.origin(), Name: "a"}, true)
	})
	c.reaches(neighbour.Scope{Radius: 20, Kinds: []string{listing.KindEvent}})
	later := a.says(listing.KindEvent)
	c.atRest(later)
	check("beyond the radius, carried because it was named", later, 0, 0)
	if err := c.Fetch(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	check("asked for by a person", later, 1, 0)
}

// What the box between keeps none of comes through it all the same; a full cache
// takes nothing unasked.
func TestWhatComesAheadFromAfarIsBounded(t *testing.T) {
	a, b, c := far(t, neighbour.Scope{Radius: 100, Kinds: []string{listing.KindEvent}})
	b.maxCopies = 1 // all it fetches goes again
	event := a.says(listing.KindEvent)
	c.atRest(event)
	eventually(t, "the words came through the box between", func() bool {
		c.ahead.again()
		c.stir()
		_, here := c.behindOf(event)
		return here[neighbour.RoleBody] == 1
	})
	c.maxCopies = c.heldBytes()
	later := a.says(listing.KindEvent)
	c.atRest(later)
	if _, here := c.behindOf(later); len(here) != 0 {
		t.Errorf("the cache is full, and %v came", here)
	}
}
