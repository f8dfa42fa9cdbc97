package ui

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// manyPosts is how many replies the topic of this benchmark has.
const manyPosts = 2000

var topicFile filled

// fillTopic makes one topic of forty people, every third post of which answers
// another and every fifth names somebody.
func fillTopic(b *testing.B) *store.DB {
	b.Helper()
	x := newBox(b)
	x.home()
	names := make([]string, 40)
	ids := make([]string, len(names))
	g := group.Group{Name: "Le bois", Purpose: "Le bois", Theme: "nature", Reading: group.ToEverybody, Seen: group.ToEverybody, Joining: group.Free}
	storetest.Update(b, x.db, lea, func(tx *store.Tx) error {
		for i := range names {
			names[i], ids[i] = fmt.Sprintf("Personne Numéro %c%c", 'A'+i/26, 'A'+i%26), fmt.Sprintf("person%02d", i)
			if _, err := tx.Exec(`INSERT INTO account_people (id, login, name, name_folded, role, created_at) VALUES (?, ?, ?, ?, 1, 0)`, ids[i], ids[i], names[i], account.Fold(names[i])); err != nil {
				return err
			}
		}
		return group.Begin(tx, &g, "")
	})
	for _, id := range ids {
		x.as(id, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	}
	t := x.speaks(ids[0], g.ID, "Un long sujet")
	for from := 0; from < manyPosts; from += len(ids) {
		x.clock.Add(2 * time.Hour) // nobody may write many in one
		storetest.Update(b, x.db, lea, func(tx *store.Tx) error {
			for i, id := range ids {
				tx.Actor = store.Actor{ID: id, Role: store.Resident}
				d := discussion.Draft{Text: fmt.Sprintf("Message %d : on se retrouve samedi au lavoir, avec les gants et la remorque, et on partage la soupe après.", from+i)}
				if i%3 == 0 {
					d.Quoted = from + i
				}
				if i%5 == 0 {
					d.Text += " Merci @" + names[(i+1)%len(names)] + " !"
				}
				if _, err := discussion.Reply(tx, t.ID, d); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return x.db
}

// BenchmarkTopic reads a topic of 2,000 replies: each page rendered anew, again
// as somebody who belongs to the group reads it, whose pages no cache keeps, and
// from the page cache. It stands beside the barest statement that reads the rows
// of a page, and beside a bare handler that sends the same bytes; all measured in
// turns of one run.
func BenchmarkTopic(b *testing.B) {
	x := topicFile.box(b, fillTopic)
	var topic string
	storetest.View(b, x.db, store.Actor{}, func(tx *store.Tx) error {
		found, err := listing.Find(tx, listing.Query{Kind: listing.KindTopic})
		topic = "/sujets/" + found.Cards[0].Ref.ID
		return err
	})
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
			b.Fatal(address, w.Code)
		}
		body = w.Body.Bytes()
	}
	ask(topic)
	handler := bareEcho(body)
	member := &http.Cookie{Name: sessionCookie, Value: "resident:person07"}
	took := map[string]time.Duration{}
	cpu := func(name string, do func()) {
		begun := processorTime(b)
		do()
		took[name] += processorTime(b) - begun
	}
	pages := postPage(manyPosts)
	n := max(b.N, 20)
	for i := range n {
		page := i%pages + 1
		cpu("rows", func() { barePosts(b, x, page) })
		cpu("whole", func() { ask(fmt.Sprintf("%s?page=%d&n=%d", topic, page, i)) })
		cpu("member", func() { ask(fmt.Sprintf("%s?page=%d", topic, page), member) })
		ask(topic) // after the member's marker
		cpu("cached", func() {
			for range 20 {
				ask(topic)
			}
		})
		cpu("bare", func() {
			for range 20 {
				handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(b.Context(), GET, "/aide", nil))
			}
		})
	}
	b.ReportMetric(0, "ns/op") // says nothing here
	for _, name := range []string{"whole", "member", "rows"} {
		b.ReportMetric(float64(took[name].Microseconds())/float64(n), name+"-µs")
	}
	b.ReportMetric(float64(took["whole"])/float64(took["rows"]), "whole:rows")
	b.ReportMetric(float64(took["cached"])/float64(took["bare"]), "cached:bare")
	b.ReportMetric(float64(len(body)), "B/page")
}

// barePosts reads a page's rows with their authors' names.
func barePosts(b *testing.B, x *box, page int) {
	storetest.View(b, x.db, store.Actor{}, func(tx *store.Tx) error {
		_, err := store.All(tx, func(r store.Row) (v [5]any, err error) {
			return v, r.Scan(&v[0], &v[1], &v[2], &v[3], &v[4])
		}, `SELECT p.id, p.n, p.text, p.at, a.name FROM discussion_posts p JOIN account_people a ON a.id = p.author_id
			WHERE p.module = 'discussion' AND p.n BETWEEN ? AND ? ORDER BY p.n`, (page-1)*postsShown+1, page*postsShown)
		return err
	})
}
