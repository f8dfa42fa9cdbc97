package ui

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// mixed fills a box with cards of every kind, from here and from three
// neighbours.
func (b *box) mixed(r *rand.Rand, n int) {
	b.t.Helper()
	words := strings.Fields("loto bal marché concert fête école vélo tondeuse")
	kinds := []string{listing.KindEvent, listing.KindEvent, listing.KindOffer, listing.KindPlace, listing.KindOrg}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		at := listing.At(44.9, 1.85)
		if err := listing.SetHome(tx, listing.Home{Commune: "46038", Name: "Bretenoux", Position: &at}); err != nil {
			return err
		}
		for i := range n {
			p := listing.At(44.7+0.5*r.Float64(), 1.6+0.5*r.Float64())
			c := listing.Card{
				Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: kinds[r.IntN(len(kinds))], Audience: listing.Public,
				Title: fmt.Sprintf("Grand %s et %s %d", words[r.IntN(len(words))], words[r.IntN(len(words))], i),
				Tags:  []string{words[r.IntN(len(words))]}, Commune: fmt.Sprint(46000 + r.IntN(4)),
			}
			if r.IntN(4) > 0 {
				c.Position = &p
			}
			if c.Kind == listing.KindEvent {
				c.StartsAt = tx.Now.AddDate(0, 0, r.IntN(60)-30)
			}
			if i%3 == 0 {
				if err := listing.Put(tx, c, nil); err != nil {
					return err
				}
				continue
			}
			key := byte(7 + i%3)
			origin, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{key}, Name: fmt.Sprint("Boîte ", key), Commune: fmt.Sprint(19000 + int(key)), SeenAt: tx.Now})
			if err != nil {
				return err
			}
			if err := listing.PutForeign(tx, origin, []listing.Card{c}); err != nil {
				return err
			}
		}
		return nil
	})
}

// someFilters is an address of filters.
func someFilters(r *rand.Rand) url.Values {
	v := url.Values{}
	pick := func(name string, values ...string) {
		if s := values[r.IntN(len(values))]; s != "" {
			v.Set(name, s)
		}
	}
	pick("q", "", "", "loto", "marche", "fete ecole", "tondeu", "grand")
	pick("kind", "", "", "event", "offer", "place")
	pick("tag", "", "", "", "", "bal", "#École")
	pick("commune", "", "", "", "", "", "46001")
	pick("origin", "", "", "own", "neighbours", "07"+strings.Repeat("0", 62), "08"+strings.Repeat("0", 62), strings.Repeat("0", 64))
	pick("radius_km", "", "", "", "10", "20", "40")
	pick("near", "", "", "44.95,1.9")
	pick("from", "", "", "", "", "2026-11-26", "2026-11-01")
	pick("to", "", "", "", "", "2026-12-10")
	return v
}

type listAnswer struct {
	Total int
	Next  *string
	Items []struct{ ID, URL, Kind string }
}

// everyPage reads the API to its end: ids and addresses of cards, and the total.
func (b *box) everyPage(v url.Values) (ids, paths []string, total int) {
	b.t.Helper()
	v = maps.Clone(v)
	v.Set("limit", "17")
	for {
		var page listAnswer
		if err := json.Unmarshal([]byte(b.get("/api/v1/listings?"+v.Encode())), &page); err != nil {
			b.t.Fatal(err)
		}
		total = page.Total
		for _, item := range page.Items {
			ids = append(ids, item.ID)
			paths = append(paths, strings.TrimPrefix(item.URL, "http://copi.local"))
		}
		if page.Next == nil {
			slices.Sort(ids)
			slices.Sort(paths)
			return ids, paths, total
		}
		v.Set("cursor", *page.Next)
	}
}

var (
	cardLink = regexp.MustCompile(`<h[23]><a href="([^"]+)"`)
	nextLink = regexp.MustCompile(`rel="next" href="([^"]+)"`)
	counted  = regexp.MustCompile(`class="count" role="status">([0-9\x{202f}]+)`)
)

// everyCardOf reads a list of pages to its end: the addresses of its cards.
func (b *box) everyCardOf(target string) (paths []string) {
	b.t.Helper()
	for target != "" {
		page := b.get(target)
		for _, m := range cardLink.FindAllStringSubmatch(page, -1) {
			paths = append(paths, m[1])
		}
		target = ""
		if m := nextLink.FindStringSubmatch(page); m != nil {
			target = html.UnescapeString(m[1])
		}
	}
	slices.Sort(paths)
	return paths
}

// The same filters give the same cards in every view: a hundred random ones.
func TestTheSameFiltersGiveTheSameCards(t *testing.T) {
	b := newBox(t)
	r := rand.New(rand.NewPCG(9, 2026))
	b.mixed(r, 400)
	found := 0
	for range 100 {
		v := someFilters(r)
		ids, paths, total := b.everyPage(v)
		found += len(ids)
		if len(ids) != total {
			t.Fatalf("%v: the API says %d and gives %d", v, total, len(ids))
		}
		list := maps.Clone(v)
		list.Set("order", []string{"own", "newest"}[r.IntN(2)])
		if got := b.everyCardOf("/recherche?" + list.Encode()); !slices.Equal(got, paths) {
			t.Fatalf("%v: the pages show %d, the API %d", v, len(got), len(paths))
		}
		if m := counted.FindStringSubmatch(b.get("/recherche?" + v.Encode())); m == nil || m[1] != fmt.Sprint(total) {
			t.Fatalf("%v: the page counts %v, the API %d", v, m, total)
		}
		b.sameInFiles(v, ids)
	}
	if found < 500 {
		t.Errorf("the filters found %d cards in all: they test nothing", found)
	}
}

// sameInFiles holds the table and the map against the ids of a set.
func (b *box) sameInFiles(v url.Values, want []string) {
	b.t.Helper()
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.get("/fiches.csv?"+v.Encode()), "\ufeff")))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		b.t.Fatal(err)
	}
	var table []string
	for _, row := range rows[1:] {
		table = append(table, row[0])
	}
	var shapes struct{ Features []struct{ ID string } }
	if err := json.Unmarshal([]byte(b.get("/fiches.geojson?"+v.Encode())), &shapes); err != nil {
		b.t.Fatal(err)
	}
	var placed []string
	for _, f := range shapes.Features {
		placed = append(placed, f.ID)
	}
	slices.Sort(table)
	slices.Sort(placed)
	if !slices.Equal(table, want) || !slices.Equal(placed, want) {
		b.t.Fatalf("%v: %d in the table, %d on the map, %d by the API", v, len(table), len(placed), len(want))
	}
}

var facet = regexp.MustCompile(`href="([^"]+)" rel="nofollow">[^<]*<span class="muted">\(([0-9]+)\)`)

// Every link that narrows a search says exactly how many cards lie behind it.
func TestFacetsCountWhatIsBehindThem(t *testing.T) {
	b := newBox(t)
	r := rand.New(rand.NewPCG(5, 43))
	b.mixed(r, 300)
	links := 0
	for range 25 {
		page := b.get("/recherche?" + someFilters(r).Encode())
		for _, m := range facet.FindAllStringSubmatch(page, -1) {
			links++
			behind := b.get(html.UnescapeString(m[1]))
			if n := counted.FindStringSubmatch(behind); n == nil || n[1] != m[2] {
				t.Errorf("%s promises %s and shows %v", m[1], m[2], n)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links: they test nothing", links)
	}
}

// A search without a kind shows every kind with its number, this box's cards
// before the neighbours'.
func TestASearchIsGroupedByKind(t *testing.T) {
	b := newBox(t)
	b.foreign("Loto d'Altillac")
	b.schedule("Loto de Bretenoux", "2027-03-01T20:00", "")
	page := b.get("/recherche?q=loto")
	own, other := strings.Index(page, "Loto de Bretenoux"), strings.Index(page, "Loto d’Altillac")
	if own < 0 || other < own {
		t.Errorf("own at %d, the neighbour's at %d", own, other)
	}
	if !strings.Contains(plainText(page), `Agenda <span class="muted">(2)`) {
		t.Errorf("no count beside the kind\n%s", plainText(page))
	}
	if !strings.Contains(plainText(page), "boîte d'Altillac, vue aujourd'hui") {
		t.Error("the neighbour's card does not say whence and how old (FE-5)")
	}
}
