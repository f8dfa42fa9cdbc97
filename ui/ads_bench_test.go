package ui

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// manyAds is how many ads the box of this benchmark holds, each with a photo.
const manyAds = 20_000

var adsFile filled

func fillAds(b *testing.B) *store.DB {
	b.Helper()
	x := newBox(b)
	x.home()
	for from := 0; from < manyAds; from += 1000 {
		storetest.Update(b, x.db, mo, func(tx *store.Tx) error { return fillThousandAds(tx, from) })
	}
	return x.db
}

// fillThousandAds publishes a thousand ads of ten people, with every verb and
// eight categories, and hangs a photo on each.
func fillThousandAds(tx *store.Tx, from int) error {
	sorts := []string{"maison", "jardin", "bois", "velos", "livres", "enfants", "bricolage", "produits"}
	for i := from; i < from+1000; i++ {
		tx.Actor = store.Actor{ID: fmt.Sprintf("person%d", i/ads.MaxLive), Role: store.Resident}
		a := ads.Ad{
			Verb: ads.Verbs[i%len(ads.Verbs)], Category: sorts[i/7%len(sorts)], Title: fmt.Sprintf("Chose numéro %d", i),
			Text: "En bon état, à venir chercher le soir ou le samedi matin.", Price: &listing.Price{Amount: int64(i), Unit: "EUR"}, Audience: listing.Public,
		}
		if err := ads.Publish(tx, &a); err != nil {
			return err
		}
		hash := fmt.Sprintf("%064x", i)
		if _, err := tx.Exec(`INSERT INTO photo_files (hash, bytes, thumb_bytes, width, height, thumb_width, thumb_height, uses, created_at) VALUES (?, 90000, 9000, 1280, 960, 320, 240, 1, 0)`, hash); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO photo_uses (id, module, thing_id, hash, position, alt, author_id, created_at) VALUES (?, 'ads', ?, ?, 0, 'Photo', '', 0)`, tx.NewID(), a.ID, hash); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkAds shows a list of 20,000 ads with their thumbnails: rendered anew
// for each request, as after a commit, again for somebody with an account, whose
// pages no cache keeps, within a section, and from the page cache. It
// stands beside the barest statements that read what the page shows (its fifty
// rows, their photos, and how many there are of each verb and category), and
// beside a bare handler that sends the same bytes. "×" is how many times the CPU
// of the bare one, all measured in turns of one run.
func BenchmarkAds(b *testing.B) {
	x := adsFile.box(b, fillAds)
	var body []byte
	ask := func(address string, cookies ...*http.Cookie) {
		r := httptest.NewRequestWithContext(b.Context(), GET, address, nil)
		r.Host = "copi.local"
		r.Header.Set("Accept-Encoding", "gzip")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		if x.Handler().ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
		body = w.Body.Bytes()
	}
	ask("/annonces")
	handler := bareEcho(body)
	send := func() {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(b.Context(), GET, "/aide", nil))
	}
	resident := &http.Cookie{Name: sessionCookie, Value: "resident"}
	took := map[string]time.Duration{}
	cpu := func(name string, do func()) {
		begun := processorTime(b)
		do()
		took[name] += processorTime(b) - begun
	}
	n := max(b.N, 20)
	for i := range n {
		limit := fmt.Sprintf("limit=%d", 50+i%50) // another address each time, and nearly the same page
		cpu("list", func() { bareAds(b, x, sqlBareAds) })
		cpu("counts", func() { bareAds(b, x, sqlBareDoors) })
		x.doorsOf.known = nil // as after a commit
		ask("/annonces?limit=49", resident)
		cpu("whole", func() { ask("/annonces?" + limit) })
		cpu("again", func() { ask("/annonces?"+limit, resident) })
		cpu("section", func() { ask("/annonces?tag=velos&also=" + url.QueryEscape("à vendre") + "&" + limit) })
		cpu("cached", func() {
			for range 20 {
				ask("/annonces")
			}
		})
		cpu("bare", func() {
			for range 20 {
				send()
			}
		})
	}
	b.ReportMetric(0, "ns/op") // says nothing here
	for _, name := range []string{"whole", "again", "section", "list", "counts"} {
		b.ReportMetric(float64(took[name].Microseconds())/float64(n), name+"-µs")
	}
	b.ReportMetric(float64(took["whole"])/float64(took["list"]+took["counts"]), "whole:bare")
	b.ReportMetric(float64(took["again"])/float64(took["list"]), "again:list")
	b.ReportMetric(float64(took["cached"])/float64(took["bare"]), "cached:bare")
	b.ReportMetric(float64(len(body)), "B/page")
}

// What a page of ads shows, as barely as it can be read: its rows with their
// photos, and how many there are of each verb and category.
const (
	sqlBareAds = `SELECT c.id, c.code, c.title, c.summary, c.tags, c.price, c.price_unit, p.hash FROM listing_cards c
		LEFT JOIN photo_uses p ON p.thing_id = c.id AND p.position = 0
		WHERE +c.kind IN ('offer', 'wanted') AND c.seen_by <= 0 AND c.expires_at > ? ORDER BY c.card_id DESC LIMIT 50`
	sqlBareDoors = `SELECT t.tag, count(*), 0, 0, 0, 0, 0, 0 FROM listing_card_tags t JOIN listing_cards c USING (card_id)
		WHERE +c.kind IN ('offer', 'wanted') AND c.seen_by <= 0 AND c.expires_at > ? GROUP BY t.tag`
)

// bareAds reads the rows of one of them.
func bareAds(b *testing.B, x *box, query string) {
	storetest.View(b, x.db, store.Actor{}, func(tx *store.Tx) error {
		_, err := store.All(tx, func(r store.Row) (v [8]any, err error) {
			return v, r.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7])
		}, query, tx.Now.Unix())
		return err
	})
}
