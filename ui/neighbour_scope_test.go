package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// outsider makes a box known that lies outside.
func (b *box) outsider() neighbour.Hash {
	o := neighbour.Outsider{Origin: neighbour.Hash{42}, Name: "Vierzon", Cards: 412}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.SetOutside(tx, o) })
	return o.Origin
}

// scope is what is kept of the operators' choice.
func (b *box) scope() (s neighbour.Scope, steps uint64) {
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		if s, err = neighbour.ScopeOf(tx); err != nil {
			return err
		}
		p, err := neighbour.PublisherOf(tx)
		steps = p.HopLimit
		return err
	})
	return s, steps
}

func TestOperatorsSayHowFar(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	good := url.Values{"steps": {"5"}, "radius": {"80"}, "hub": {"departments"}, "departments": {"46, 2a"}, "kind": {"event", "notice"}}
	if w := b.ask(POST, scopePath, "operator", good); w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, plainText(w.Body.String()))
	}
	s, steps := b.scope()
	if steps != 5 || s.Radius != 80 || !s.Hub || strings.Join(s.Departments, " ") != "46 2A" || strings.Join(s.Kinds, " ") != "event notice" {
		t.Errorf("kept: %+v, %d steps", s, steps)
	}
	page := b.ask(GET, scopePath, "operator", nil).Body.String()
	for _, want := range []string{`<option value="5" selected>`, `<option value="80" selected>`, `value="departments" checked`, `name="kind" value="notice" checked`, `value="46 2A"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	for field, bad := range map[string][]string{"steps": {"", "0", "9", "x"}, "radius": {"", "-1", "501", "x"}, "departments": {"", "99", "Lot"}, "territory": {"zone:rien"}, "kind": {"rien", "person"}} {
		for _, value := range bad {
			form := url.Values{"steps": {"5"}, "radius": {"80"}, "hub": {"departments"}, "departments": {"46"}}
			form.Set(field, value)
			if w := b.ask(POST, scopePath, "operator", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "f-"+field+"-fault") {
				t.Errorf("%s %q: %d", field, value, w.Code)
			}
		}
	}
	if again, _ := b.scope(); again.Radius != 80 || len(again.Departments) != 2 {
		t.Errorf("a refused form changed what is kept: %+v", again)
	}
}

// What would go is said first, and goes once the operator is sure.
func TestWhatWouldLeaveIsSaidFirst(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	a, far := neighbour.Hash{1}, neighbour.Hash{2}
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		if err := listing.SetHome(tx, listing.Home{Commune: "46128", Name: "Gramat", Position: &listing.Point{Lat: 44e5, Lon: 2e5}}); err != nil {
			return err
		}
		if err := neighbour.SaveLink(tx, neighbour.Link{Peer: "a", Origin: a, Name: "Cajarc", State: neighbour.Paired}); err != nil {
			return err
		}
		l, err := neighbour.AddLog(tx, a, false)
		if err != nil {
			return err
		}
		if _, err := neighbour.SetClaims(tx, l, nil, nil, []neighbour.Claim{{ID: neighbour.ID{1}, Kind: neighbour.Vouch, About: far}}); err != nil {
			return err
		}
		if err := neighbour.Reckon(tx); err != nil {
			return err
		}
		if l, err = neighbour.AddLog(tx, far, false); err != nil {
			return err
		}
		l.Epoch, l.Seq, l.Head = 1, 1, neighbour.Head{Bytes: []byte("head"), Sig: []byte("sig")}
		if l.Listed, err = listing.SetOrigin(tx, listing.Origin{Key: far, Name: "Figeac", Commune: "46102", Position: &listing.Point{Lat: 44e5, Lon: 25e4}}); err != nil {
			return err
		}
		return neighbour.SetHead(tx, &l)
	})
	form := url.Values{"steps": {"3"}, "radius": {"20"}, "hub": {"no"}}
	w := b.ask(POST, scopePath, "operator", form)
	if page := plainText(w.Body.String()); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, "1 boîte quitterait la vôtre") {
		t.Fatalf("%d:\n%s", w.Code, page)
	}
	form.Set("sure", "1")
	if w := b.ask(POST, scopePath, "operator", form); w.Code != http.StatusSeeOther {
		t.Fatalf("sure: %d", w.Code)
	}
	page := plainText(b.ask(GET, scopePath, "operator", nil).Body.String())
	if !strings.Contains(page, "Boîtes trop loin") || !strings.Contains(page, "Figeac") {
		t.Errorf("what went is not shown:\n%s", page)
	}
	w = b.ask(POST, scopePath+"/"+originHex(far), "operator", url.Values{"do": {"want"}})
	if page := plainText(b.ask(GET, scopePath, "operator", nil).Body.String()); w.Code != http.StatusSeeOther || !strings.Contains(page, "où qu'elles soient") {
		t.Errorf("%d, named and not shown:\n%s", w.Code, page)
	}
	if w := b.ask(POST, scopePath+"/00", "operator", url.Values{"do": {"want"}}); w.Code != http.StatusNotFound {
		t.Errorf("a box nobody knows: %d", w.Code)
	}
}
