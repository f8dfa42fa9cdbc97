package ui

import (
	"net/http"
	"strings"
	"testing"

	"copi.local/store"
)

func TestTransactionsDoNotNest(t *testing.T) {
	b := newBox(t)
	nothing := func(*store.Tx) error { return nil }
	nests := map[string]func(*request) error{
		"/vue":  func(r *request) error { return r.View(func(*store.Tx) error { return r.View(nothing) }) },
		"/acte": func(r *request) error { return r.Update(func(*store.Tx) error { return r.View(nothing) }) },
		"/page": func(r *request) error { return r.View(func(*store.Tx) error { r.page("ui.home"); return nil }) },
	}
	for path, do := range nests {
		b.add(GET, path, do)
		if w := b.ask(GET, path, "", nil); w.Code != http.StatusInternalServerError || !strings.Contains(b.log.String(), "within a transaction") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	b.add(GET, "/suite", func(r *request) error {
		if err := r.View(nothing); err != nil {
			return err
		}
		if err := r.Update(nothing); err != nil {
			return err
		}
		return r.Render("core/error", &errorPage{page: r.page("ui.home")})
	})
	b.get("/suite")
}

func TestTransactionsActForWhoAsks(t *testing.T) {
	b := newBox(t)
	var who []store.Actor
	b.add(GET, "/essai", func(r *request) error {
		note := func(tx *store.Tx) error { who = append(who, tx.Actor); return nil }
		if err := r.View(note); err != nil {
			return err
		}
		if err := r.Update(note); err != nil {
			return err
		}
		return r.Redirect("/aide", "")
	})
	b.ask(GET, "/essai", "moderator:m1", nil)
	b.ask(GET, "/essai", "", nil)
	want := store.Actor{ID: "m1", Role: store.Moderator}
	if len(who) != 4 || who[0] != want || who[1] != want || who[2] != (store.Actor{}) || who[3] != (store.Actor{}) {
		t.Errorf("%+v", who)
	}
}
