package listing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// A hub carries many boxes whole (PROTOCOL.md §12).
const (
	hubBoxes = 100
	hubCards = 2000 // of each
)

// hub is a box with the cards of all of them, and a thousand own events: two in
// three are events, of which one in twenty is entered in two boxes.
func hub(b *testing.B) *store.DB {
	b.Helper()
	db, _ := storetest.Open(b)
	storetest.Update(b, db, store.Actor{}, func(tx *store.Tx) error {
		at := At(44.9, 1.9)
		return SetHome(tx, Home{Commune: "46029", Name: "Biars-sur-Cère", Position: &at})
	})
	fill(b, db, 1000)
	var spent time.Duration // of the processor
	for box := range hubBoxes {
		cards := make([]Card, hubCards)
		for i := range cards {
			cards[i] = hubCard(box, i)
		}
		storetest.Update(b, db, store.Actor{}, func(tx *store.Tx) error {
			key := [32]byte{1, byte(box)}
			origin, err := SetOrigin(tx, Origin{Key: key, Name: fmt.Sprint("Commune ", box), Commune: fmt.Sprintf("46%03d", box+1), SeenAt: tx.Now})
			if err != nil {
				return err
			}
			begun := processor(b)
			err = PutForeign(tx, origin, cards)
			spent += processor(b) - begun
			if err != nil {
				return err
			}
			return SetHops(tx, origin, 1+box%3)
		})
	}
	b.Logf("%d cards put, %v each", hubBoxes*hubCards, spent/(hubBoxes*hubCards))
	return db
}

// hubCard is the i-th card of a box.
func hubCard(box, i int) Card {
	words := strings.Fields("loto bal marché concert fête école vélo chorale randonnée atelier")
	at := At(44.2+float64(box%10)*0.15+float64(i%97)/2000, 1.2+float64(box/10)*0.15+float64(i%89)/2000)
	c := Card{
		Ref: store.Ref{ID: store.NewID()}, Kind: KindEvent, Position: &at, Commune: fmt.Sprintf("46%03d", box+1), UpdatedAt: storetest.Now,
		Title: fmt.Sprintf("%s %s à %d", words[i%10], words[i/10%10], box*hubCards+i), Tags: []string{words[i/100%10]},
	}
	if i%3 == 0 {
		c.Kind = []string{KindOffer, KindOrg, KindPlace}[i/3%3]
		return c
	}
	c.StartsAt = storetest.Now.Add(time.Duration((i*37+box)%9000-1000) * time.Hour)
	c.EndsAt = c.StartsAt.Add(2 * time.Hour)
	if i%20 == 1 { // the next box has it too
		c.Title, c.Commune, c.Position = fmt.Sprintf("%s des voisins %d", words[i%10], box/2*hubCards+i), fmt.Sprintf("46%03d", box/2+1), nil
		c.StartsAt = storetest.Now.Add(time.Duration(i%4000+24) * time.Hour)
		c.EndsAt = c.StartsAt.Add(2 * time.Hour)
	}
	return c
}

// BenchmarkHub reads what people open most on a hub.
func BenchmarkHub(b *testing.B) {
	db := hub(b)
	near := At(44.9, 1.9)
	agenda := Query{Kind: KindEvent, From: storetest.Now}
	storetest.View(b, db, store.Actor{}, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int64], "SELECT count(*) FROM listing_twins WHERE place > 0")
		b.Logf("%d cards stand behind others", n)
		return err
	})
	find := func(q Query) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			_, err := Find(tx, q)
			return err
		}
	}
	for _, c := range []struct {
		name string
		do   func(*store.Tx) error
	}{
		{"newest", find(Query{})},
		{"events", find(Query{Kind: KindEvent})},
		{"agenda", find(agenda)},
		{"agenda, a month", find(Query{Kind: KindEvent, From: storetest.Now, To: storetest.Now.AddDate(0, 1, 0)})},
		{"agenda, 20 km", find(Query{Kind: KindEvent, From: storetest.Now, Near: &near, RadiusKM: 20})},
		{"own first", find(Query{Order: OwnFirst})},
		{"neighbours", find(Query{Origin: FromNeighbours})},
		{"one box", find(Query{Origin: OriginName(&Origin{Key: [32]byte{1, 5}})})},
		{"commune", find(Query{Commune: "46006"})},
		{"words", find(Query{Q: "loto"})},
		{"best", find(Query{Q: "loto bal", Order: Best})},
		{"nearest", find(Query{Near: &near, Order: Nearest})},
		{"page only", func(tx *store.Tx) error { _, err := Page(tx, agenda); return err }},
		{"dates", func(tx *store.Tx) error { _, err := Dates(tx, agenda); return err }},
		{"glance", func(tx *store.Tx) error {
			_, err := Overview(tx, Query{Q: "loto", Near: &near}, Glance{Today: storetest.Now, Rings: []float64{5, 20, 50}, Cards: 3, Tags: 8})
			return err
		}},
		{"map, whole", func(tx *store.Tx) error { _, err := Clusters(tx, Query{}, World, 7); return err }},
		{"map, near", func(tx *store.Tx) error {
			_, err := Clusters(tx, Query{}, Box{South: near.Lat - 5000, North: near.Lat + 5000, West: near.Lon - 5000, East: near.Lon + 5000}, 13)
			return err
		}},
		{"next change", func(tx *store.Tx) error { _, err := NextChange(tx); return err }},
		{"all of it", func(tx *store.Tx) error { return Walk(tx, Query{}, func(Card) error { return nil }) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			storetest.View(b, db, store.Actor{}, func(tx *store.Tx) error {
				begun := processor(b)
				for b.Loop() {
					if err := c.do(tx); err != nil {
						return err
					}
				}
				b.ReportMetric(float64((processor(b)-begun).Microseconds())/float64(b.N), "cpu-µs/op")
				return nil
			})
		})
	}
}
