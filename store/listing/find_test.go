package listing_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

func TestRE1_SpellingsOfATagAreOne(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("A", "insoumises"), card("B", "insoumis"), card("C", "Insoumis"), card("D", "insoumis·e"), card("E", "autre"))
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		for _, alias := range []string{"insoumise", "insoumises", "insoumis·e", "Insoumis"} {
			if err := listing.Alias(tx, "insoumis", alias); err != nil {
				return err
			}
		}
		return nil
	})
	put(t, db, card("F", "#insoumise"))
	want := []string{"F", "D", "C", "B", "A"}
	for _, s := range []string{"insoumis", "insoumise", "insoumises", "insoumis·e", "Insoumis", "INSOUMIS"} {
		for _, q := range []listing.Query{{Tag: s}, {Tag: "#" + s}, {Q: s}, {Q: "#" + s}} {
			if got := titles(find(t, db, visitor, q)); !slices.Equal(got, want) {
				t.Errorf("%+v: %v, want %v", q, got, want)
			}
		}
	}
}

func TestAliasOfAnAliasIsFlattened(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("A", "bicyclette"), card("B", "biclou"))
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		if err := listing.Alias(tx, "vélo", "bicyclette"); err != nil {
			return err
		}
		return listing.Alias(tx, "bicyclette", "biclou")
	})
	if got := titles(find(t, db, visitor, listing.Query{Tag: "velo"})); len(got) != 2 {
		t.Errorf("vélo finds %v", got)
	}
	err := db.Update(store.As(t.Context(), moderator), func(tx *store.Tx) error { return listing.Alias(tx, "train", "vélo") })
	if store.KindOf(err) != store.Conflict {
		t.Errorf("a tag with spellings of its own became an alias: %v", err)
	}
	err = db.Update(store.As(t.Context(), resident), func(tx *store.Tx) error { return listing.Alias(tx, "train", "rail") })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident made an alias: %v", err)
	}
}

func TestRE4_FoldedSearch(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("Marché de Biars-sur-Cère"), card("L’Œuvre d’art"), card("École ouverte"), card("Les chevaux"), card("Randonnées d'été"))
	for q, want := range map[string]string{
		"biars sur cere": "Marché de Biars-sur-Cère", "oeuvre": "L’Œuvre d’art", "ecole": "École ouverte", "l oeuvre d art": "L’Œuvre d’art",
		"BIARS": "Marché de Biars-sur-Cère", "l'œuvre": "L’Œuvre d’art", "cheval": "Les chevaux", "randonnée": "Randonnées d'été",
		"éco": "École ouverte", "marches biars": "Marché de Biars-sur-Cère", "un marché à Biars": "Marché de Biars-sur-Cère",
	} {
		if got := titles(find(t, db, visitor, listing.Query{Q: q})); !slices.Equal(got, []string{want}) {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}

func TestRE6_VisitorsLearnNothingOfMembersPages(t *testing.T) {
	db, _ := storetest.Open(t)
	secret := card("Trésorerie du palindrome")
	secret.Audience = listing.Members
	hidden := card("Insulte masquée")
	put(t, db, secret, hidden, card("Public"))
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Hide(tx, hidden.Ref, true) })
	for _, q := range []string{"palindrome", "masquee", "zorglub", "0members0", "0hidden0", "0kind0event"} {
		if res := find(t, db, visitor, listing.Query{Q: q}); res.Total != 0 || len(res.Cards) != 0 {
			t.Errorf("a visitor finds %q: %+v", q, res)
		}
	}
	if res := find(t, db, resident, listing.Query{Q: "palindrome"}); res.Total != 1 {
		t.Errorf("a resident finds %d", res.Total)
	}
	for who, want := range map[store.Actor]int64{visitor: 1, resident: 2, moderator: 2} {
		for _, q := range []listing.Query{{}, {Kind: listing.KindEvent}} {
			if res := find(t, db, who, q); res.Total != want || int64(len(res.Cards)) != want {
				t.Errorf("%v: total %d, %d cards, want %d", who.Role, res.Total, len(res.Cards), want)
			}
		}
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		for _, c := range []listing.Card{secret, hidden} {
			if _, err := listing.ByRef(tx, c.Ref); store.KindOf(err) != store.NotFound {
				t.Errorf("a visitor read %q: %v", c.Title, err)
			}
		}
		return nil
	})
}

func TestRE8_NothingTypedIsAnOperator(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("Loto near the church"), card("Bal"))
	for q, want := range map[string]int64{
		`"`: 0, "*": 0, "NEAR": 1, "NEAR(loto bal)": 0, "%": 0, "loto OR bal": 0, "loto NOT church": 0, "title:loto": 0, "-loto": 1,
		strings.Repeat("loto ", 2000): 1, "loto\x00": 1, "(((": 0, "lo*": 1, "\xff": 0,
	} {
		if res := find(t, db, visitor, listing.Query{Q: q}); res.Total != want || int64(len(res.Cards)) != want {
			t.Errorf("%.20q: %d found, want %d", q, res.Total, want)
		}
	}
}

func TestExpiredCardsGoWhenTheClockIsSure(t *testing.T) {
	db, clock := storetest.Open(t)
	c := card("Annonce")
	c.ExpiresAt = storetest.Now.Add(time.Hour)
	put(t, db, c)
	clock.Add(2 * time.Hour)
	for _, q := range []listing.Query{{}, {Q: "annonce"}, {Kind: listing.KindEvent}} {
		if res := find(t, db, visitor, q); res.Total != 0 || len(res.Cards) != 0 {
			t.Errorf("%+v: still there: %+v", q, res)
		}
	}
	clock.SetQuality(store.ClockHinted)
	if res := find(t, db, visitor, listing.Query{}); res.Total != 1 {
		t.Error("expired by a clock nobody trusts")
	}
}

func TestNearIsACircle(t *testing.T) {
	db, _ := storetest.Open(t)
	here := listing.At(44.96, 1.91)
	for _, km := range []float64{1, 4.9, 5.1, 30} {
		c := card(fmt.Sprint(km))
		p := listing.At(44.96+km/111.195, 1.91)
		c.Position = &p
		put(t, db, c)
	}
	res := find(t, db, visitor, listing.Query{Near: &here, RadiusKM: 5})
	if got := titles(res); !slices.Equal(got, []string{"4.9", "1"}) || res.Total != 2 {
		t.Errorf("within 5 km: %v", got)
	}
	if d := *res.Cards[0].DistanceKM; d < 4.85 || d > 4.95 {
		t.Errorf("distance %v", d)
	}
}

// some fills a box with cards of all sorts, all from one seed.
func some(t testing.TB, db *store.DB, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("loto bal marché concert fête école vélo chorale randonnée atelier")
	kinds := []string{listing.KindEvent, listing.KindEvent, listing.KindOffer, listing.KindNotice}
	for done := 0; done < n; done += 1000 {
		storetest.Update(t, db, moderator, func(tx *store.Tx) error {
			for range min(1000, n-done) {
				c := card(words[r.IntN(len(words))]+" "+words[r.IntN(len(words))], words[r.IntN(len(words))])
				c.Kind = kinds[r.IntN(len(kinds))]
				if c.Kind == listing.KindEvent {
					c.StartsAt = storetest.Now.Add(time.Duration(r.IntN(2000)-1000) * time.Hour)
					c.EndsAt = c.StartsAt.Add(time.Duration(r.IntN(60)) * time.Hour)
				}
				if r.IntN(3) > 0 {
					p := listing.At(44.5+r.Float64(), 1.5+r.Float64())
					c.Position = &p
				}
				if r.IntN(10) == 0 {
					c.Audience = listing.Members
				}
				if err := listing.Put(tx, c, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// TestPagesAreTheWholeSet compares, under random filters, all pages one after
// the other with the total and with what a plain loop over all cards finds.
func TestPagesAreTheWholeSet(t *testing.T) {
	db, _ := storetest.Open(t)
	some(t, db, 400)
	var all []listing.Card
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		return listing.Walk(tx, listing.Query{}, func(c listing.Card) error { all = append(all, c); return nil })
	})
	rapid.Check(t, func(t *rapid.T) {
		q := listing.Query{
			Q:     rapid.SampledFrom([]string{"", "loto", "marche", "veloo", "fete ecole", "ra"}).Draw(t, "q"),
			Kind:  rapid.SampledFrom([]string{"", "event", "offer", "none"}).Draw(t, "kind"),
			Tag:   rapid.SampledFrom([]string{"", "bal", "#École"}).Draw(t, "tag"),
			Limit: rapid.IntRange(1, 60).Draw(t, "limit"),
		}
		if rapid.Bool().Draw(t, "near") {
			p := listing.At(45, 2)
			q.Near, q.RadiusKM = &p, rapid.Float64Range(1, 80).Draw(t, "km")
		}
		if rapid.Bool().Draw(t, "dated") {
			q.From = storetest.Now.Add(time.Duration(rapid.IntRange(-900, 900).Draw(t, "from")) * time.Hour)
			if rapid.Bool().Draw(t, "bounded") {
				q.To = q.From.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "hours")) * time.Hour)
			}
		}
		if q.Q != "" && rapid.Bool().Draw(t, "best") {
			q.Order = listing.Best
		}
		got, total := pages(t, db, q)
		want := 0
		for _, c := range all {
			if fits(c, q) {
				want++
				if !got[c.Ref.ID] {
					t.Fatalf("%+v misses %q", q, c.Title)
				}
			}
		}
		if len(got) != want || total != int64(want) {
			t.Fatalf("%+v: %d on pages, total %d, want %d", q, len(got), total, want)
		}
	})
}

// pages reads every page of q and fails on a card seen twice.
func pages(t *rapid.T, db *store.DB, q listing.Query) (ids map[string]bool, total int64) {
	ids = map[string]bool{}
	err := db.View(t.Context(), func(tx *store.Tx) error {
		for {
			res, err := listing.Find(tx, q)
			if err != nil {
				return err
			}
			total = res.Total
			for _, c := range res.Cards {
				if ids[c.Ref.ID] {
					t.Fatalf("%q on two pages of %+v", c.Title, q)
				}
				ids[c.Ref.ID] = true
			}
			if q.Cursor = res.Next; q.Cursor == "" {
				return nil
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids, total
}

// fits says in Go what Find says in SQL.
func fits(c listing.Card, q listing.Query) bool {
	text := " " + listing.Fold(c.Title+" "+strings.Join(c.Tags, " "))
	for i, w := range strings.Fields(q.Q) {
		end := " "
		if i == len(strings.Fields(q.Q))-1 {
			end = ""
		}
		if !strings.Contains(text+" ", " "+w+end) {
			return false
		}
	}
	switch {
	case q.Kind != "" && c.Kind != q.Kind:
	case q.Tag != "" && listing.TagKey(c.Tags[0]) != listing.TagKey(q.Tag):
	case q.RadiusKM > 0 && (c.Position == nil || q.Near.DistanceKM(*c.Position) > q.RadiusKM):
	case !q.From.IsZero() && (c.StartsAt.IsZero() || (!c.EndsAt.After(q.From) && c.StartsAt.Before(q.From))):
	case !q.To.IsZero() && !c.StartsAt.Before(q.To):
	default:
		return true
	}
	return false
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := listing.Fold(s)
		if twice := listing.Fold(once); twice != once {
			t.Fatalf("%q folds to %q, then to %q", s, once, twice)
		}
	})
}

func TestClipKeepsWholeWords(t *testing.T) {
	for in, want := range map[string]string{
		"court": "court", "une phrase   assez longue": "une phrase…", "sansaucuneespacedutout": "sansaucuneesp…",
	} {
		if got := listing.Clip(in, 14); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzQuery searches for anything at all: never an error, never a card that is
// not for visitors.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{`"`, "NEAR(a b, 5)", "title:x AND y*", "l'œuvre d'art", "0members0", "\x00", "é·e·s"} {
		f.Add(s)
	}
	db, _ := storetest.Open(f)
	secret := card("Secret des membres")
	secret.Audience = listing.Members
	put(f, db, secret, card("Loto"))
	f.Fuzz(func(t *testing.T, q string) {
		for _, order := range []listing.Order{listing.ByDefault, listing.Best} {
			if q == "" {
				return
			}
			res := find(t, db, visitor, listing.Query{Q: q, Order: order})
			if int64(len(res.Cards)) != res.Total || slices.Contains(titles(res), secret.Title) {
				t.Errorf("%q: %+v", q, res)
			}
		}
	})
}

// TestByName: a dictionary's order, by pages, whatever the accents.
func TestByName(t *testing.T) {
	db, _ := storetest.Open(t)
	want := []string{"Âne du moulin", "Atelier", "cote", "coté", "Côte", "Côté", "École", "épicerie", "Œuvres", "Zoo"}
	for _, i := range []int{9, 4, 2, 0, 7, 5, 1, 8, 3, 6} {
		c := card(want[i])
		c.Kind = []string{listing.KindOrg, listing.KindPlace}[i%2]
		put(t, db, c)
	}
	put(t, db, card("Bal"))
	q := listing.Query{Kinds: []string{listing.KindOrg, listing.KindPlace}, Order: listing.ByName, Limit: 3}
	var got []string
	for {
		res := find(t, db, visitor, q)
		if res.Total != int64(len(want)) {
			t.Fatalf("total %d, want %d", res.Total, len(want))
		}
		got = append(got, titles(res)...)
		if q.Cursor = res.Next; q.Cursor == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	q = listing.Query{Kinds: []string{listing.KindOrg}, Q: "cote", Order: listing.ByName}
	if res := find(t, db, visitor, q); res.Total != 2 || !slices.Equal(titles(res), []string{"cote", "Côte"}) {
		t.Errorf("words and kinds: %d, %v", res.Total, titles(res))
	}
}

// TestOnlyTheseIDs: a list of own things is filtered like any other.
func TestOnlyTheseIDs(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b, c := card("Bal"), card("Loto"), card("Foire")
	put(t, db, a, b, c)
	if res := find(t, db, visitor, listing.Query{IDs: []string{a.Ref.ID, c.Ref.ID}, Q: "bal"}); res.Total != 1 || res.Cards[0].Title != "Bal" {
		t.Errorf("got %v", titles(res))
	}
	if res := find(t, db, visitor, listing.Query{IDs: []string{}}); res.Total != 0 {
		t.Errorf("none of none: %v", titles(res))
	}
}
