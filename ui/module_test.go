package ui

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/vote"
)

func init() {
	samples["GET /admin/rubriques"] = at("/admin/rubriques")
	samples["POST /admin/rubriques"] = sample{path: at("/admin/rubriques").path, form: url.Values{"module": {"agenda"}, "do": {"on"}}}
}

// turn switches a module.
func (b *box) turn(module, to string) {
	b.t.Helper()
	b.post("/admin/rubriques", "operator", http.StatusSeeOther, url.Values{"module": {module}, "do": {to}})
}

// TestAnOffModuleAnswersNobody walks every route as everybody with each module
// off: its own answer 404 with a sentence, all others as their right promises.
func TestAnOffModuleAnswersNobody(t *testing.T) {
	for _, m := range switchables {
		t.Run(m.Key, func(t *testing.T) {
			b := newBox(t)
			if !b.served(m) {
				t.Fatal("no pages")
			}
			paths := map[string]string{}
			for _, r := range b.Routes() {
				if sm, ok := samples[r.Method+" "+r.Path]; ok && moduleOf(r.Path) == m.Key {
					paths[r.Method+" "+r.Path] = sm.path(b)
				}
			}
			for _, p := range openOnes(t, b) { // else it may not be switched off
				b.post("/moderation/proposition/"+p, "moderator", http.StatusSeeOther, url.Values{"do": {"refuse"}, "reason": {"duplicate"}})
			}
			b.cancelVotes()
			b.turn(m.Key, "off")
			for _, r := range b.Routes() {
				name := r.Method + " " + r.Path
				path, own := paths[name]
				if !own {
					continue
				}
				for _, who := range []string{"", "resident", "moderator", "operator", "resident:lea"} {
					var form url.Values
					if r.Method == POST {
						form = samples[name].form
						if form == nil {
							form = url.Values{}
						}
					}
					w := b.ask(r.Method, path, who, form)
					if w.Code != http.StatusNotFound {
						t.Errorf("%s as %q: %d, want 404", name, who, w.Code)
					}
					if !strings.HasPrefix(path, "/api/") && !strings.Contains(w.Body.String(), "arrêtée sur cette boîte") {
						t.Errorf("%s as %q does not say why", name, who)
					}
				}
			}
			for _, page := range []string{"/", "/recherche", "/agenda", "/territoire", "/admin", "/statistiques", "/compte", "/aide"} {
				if m.has(page) {
					continue
				}
				body := b.ask(GET, page, "operator", nil).Body.String()
				for _, p := range m.paths {
					if strings.Contains(body, `href="`+p+`"`) || strings.Contains(body, `href="`+p+`?`) || strings.Contains(body, `href="`+p+`/`) {
						t.Errorf("%s leads to %s, which is off", page, p)
					}
				}
				for _, kind := range offOf([]string{m.Key}).Kinds {
					if strings.Contains(body, `<option value="`+kind+`"`) {
						t.Errorf("%s offers %s", page, kind)
					}
				}
			}
			hasNot(t, b.get("/api/v1/openapi.json"), `"`+m.paths[0]+`"`)
		})
	}
}

// openOnes are the ids of proposals that wait.
func openOnes(t *testing.T, b *box) (ids []string) {
	t.Helper()
	page := b.ask(GET, "/moderation", "moderator", nil).Body.String()
	for part := range strings.SplitSeq(page, `href="/moderation/proposition/`) {
		if id, _, ok := strings.Cut(part, `"`); ok && len(id) == 16 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// cancelVotes ends what is voted on, and what waits for its paper.
func (b *box) cancelVotes() {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{ID: "operator", Role: store.Operator}, func(tx *store.Tx) error {
		ids, err := store.All(tx, store.Scan[string], `SELECT id FROM vote_proposals WHERE state = 'vote'`)
		for _, id := range ids {
			err = errors.Join(err, vote.Cancel(tx, id, "essai"))
		}
		return err
	})
}

// TestBO9_OffAndOnAgainLosesNothing: cards leave every list, feed, calendar,
// count and the API with the switch, the page cache follows, and all of it is
// back afterwards.
func TestBO9_OffAndOnAgainLosesNothing(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto du village", "2026-11-28T20:00", "")
	b.foreign("Foire d'Altillac")
	lists := []string{"/", "/recherche?q=loto", "/agenda", "/agenda.ics?from=2026-01-01", "/agenda.atom", "/fiches.csv", "/fiches.geojson", "/api/v1/listings", "/" + b.code(e), "/agenda/" + e.ID}
	before := map[string]string{}
	for _, list := range lists {
		before[list] = b.get(list)
		has(t, before[list], "Loto du village")
	}
	b.turn("agenda", "off")
	for _, list := range lists {
		if w := b.ask(GET, list, "", nil); strings.Contains(w.Body.String(), "Loto du village") || strings.Contains(w.Body.String(), "Foire") {
			t.Errorf("%s still tells of it", list)
		}
	}
	has(t, b.get("/api/v1/listings"), `"total":0`)
	has(t, b.ask(GET, "/admin/rubriques", "operator", nil).Body.String(), "1 fiche de cette boîte", "Remettre en route")
	has(t, b.get("/journal"), "Une rubrique est arrêtée")
	b.turn("agenda", "on")
	for _, list := range lists {
		if list == "/agenda.atom" || strings.HasPrefix(list, "/agenda.ics") {
			has(t, b.get(list), "Loto du village")
		} else if got := b.get(list); got != before[list] {
			t.Errorf("%s is not as it was:\n%s", list, got)
		}
	}
}

// TestBO9_WhatIsOpenIsFinishedFirst: somebody waits for an answer.
func TestBO9_WhatIsOpenIsFinishedFirst(t *testing.T) {
	b := newBox(t)
	id, _ := b.proposed(aForm())
	page := b.post("/admin/rubriques", "operator", http.StatusUnprocessableEntity, url.Values{"module": {"agenda"}, "do": {"off"}})
	has(t, page, "1 proposition attend une réponse", "ne peut pas encore être arrêtée")
	has(t, b.get("/agenda"), "Agenda")
	b.post("/moderation/proposition/"+id, "moderator", http.StatusSeeOther, url.Values{"do": {"refuse"}, "reason": {"duplicate"}})
	b.turn("agenda", "off")
	if w := b.ask(POST, "/admin/rubriques", "operator", url.Values{"module": {"account"}, "do": {"off"}}); w.Code != http.StatusBadRequest {
		t.Errorf("what everything needs was switched off: %d", w.Code)
	}
}

// TestSwitchesFollowTheirNeeds: off takes along what cannot do without, on
// brings back what is needed.
func TestSwitchesFollowTheirNeeds(t *testing.T) {
	was := switchables
	defer func() { switchables = was }()
	switchables = []switchable{
		{Key: "base", kinds: []string{"place"}}, {Key: "middle", needs: []string{"base"}, kinds: []string{"place", "offer"}}, {Key: "top", needs: []string{"middle"}},
	}
	for _, c := range []struct {
		now  []string
		key  string
		off  bool
		want []string
	}{
		{nil, "base", true, []string{"base", "middle", "top"}},
		{nil, "middle", true, []string{"middle", "top"}},
		{[]string{"base", "middle", "top"}, "top", false, nil},
		{[]string{"base", "middle", "top"}, "base", false, []string{"middle", "top"}},
		{[]string{"top"}, "top", true, []string{"top"}},
	} {
		if got := switched(c.now, c.key, c.off); !slices.Equal(got, c.want) {
			t.Errorf("%v, %s off %v: %v, want %v", c.now, c.key, c.off, got, c.want)
		}
	}
	if off := offOf([]string{"middle"}); !slices.Equal(off.Kinds, []string{"offer"}) || !slices.Equal(off.Modules, []string{"middle"}) {
		t.Errorf("a shared kind: %+v", off)
	}
	if off := offOf([]string{"base", "middle"}); !slices.Equal(off.Kinds, []string{"place", "offer"}) || off.Modules != nil {
		t.Errorf("with its last module a kind goes: %+v", off)
	}
}
