package ui

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/listing"
)

func init() {
	samples["GET /statistiques"] = at("/statistiques")
	samples["GET /statistiques.csv"] = at("/statistiques.csv")
}

// settle adds n accounts of a role.
func (b *box) settle(role store.Role, n int) {
	b.t.Helper()
	for range n {
		login := "p" + strings.ToLower(store.NewID())
		_, _, err := b.desk.Add(store.As(b.t.Context(), store.Actor{ID: "o", Role: store.Operator}), account.NewPerson{Login: login, Name: login, Role: role})
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// TestStatisticsAddUp: every table is of what a visitor sees, and the table
// for a spreadsheet says the same.
func TestStatisticsAddUp(t *testing.T) {
	b := newBox(t)
	b.home()
	for i := range 3 {
		b.schedule(fmt.Sprintf("Loto %d", i), "2026-12-05T20:00", "")
	}
	b.schedule("Réunion des habitants", "2026-12-06T20:00", "", func(e *agenda.Event) { e.Audience = listing.Members })
	b.foreign("Foire d'Altillac")
	for _, who := range []string{"", "resident", "operator"} {
		page := b.ask(GET, "/statistiques", who, nil).Body.String()
		has(t, page, "4 fiches", "Biars-sur-Cère", "Altillac", "décembre 2026", "moins de 5", "1 fiche</td>")
		hasNot(t, page, "5 fiches")
	}
	rows, err := csv.NewReader(strings.NewReader(strings.ReplaceAll(strings.TrimPrefix(b.get("/statistiques.csv"), "\ufeff"), ";", ","))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]int{}
	for _, row := range rows[1:] {
		n := 0
		_, _ = fmt.Sscan(row[2], &n)
		sums[row[0]] += n
	}
	for table, want := range map[string]int{"kinds": 4, "communes": 4, "published": 3, "ahead": 4, "boxes": 1} {
		if sums[table] != want {
			t.Errorf("%s sums to %d, want %d: %v", table, sums[table], want, rows)
		}
	}
}

// TestFewPersonsAreNotCounted: neither they nor, through the others, their
// number.
func TestFewPersonsAreNotCounted(t *testing.T) {
	b := newBox(t)
	roles := []string{"Habitant ou habitante", "Modération", "Responsable de la boîte"}
	for _, c := range []struct {
		role     store.Role
		more     int
		total    string // empty: fewer than five
		detailed bool
	}{
		{store.Resident, 4, "", false},
		{store.Resident, 3, "7 personnes", true},
		{store.Moderator, 2, "9 personnes", false},
		{store.Moderator, 3, "12 personnes", true},
		{store.Operator, 1, "13 personnes", false},
		{store.Operator, 4, "17 personnes", true},
	} {
		b.settle(c.role, c.more)
		page := b.get("/statistiques")
		if c.total == "" {
			has(t, page, "moins de 5")
			hasNot(t, mainOf(page), roles...)
			continue
		}
		has(t, page, c.total)
		if c.detailed {
			has(t, page, roles[0])
			hasNot(t, mainOf(page), "Le détail par rôle")
		} else {
			has(t, page, "Le détail par rôle")
			hasNot(t, mainOf(page), roles...)
			hasNot(t, b.get("/statistiques.csv"), "roles;")
		}
	}
}

func TestStatisticsFollowTheSwitches(t *testing.T) {
	b := newBox(t)
	b.schedule("Loto", "2026-12-05T20:00", "")
	b.turn("agenda", "off")
	page := b.get("/statistiques")
	has(t, page, "0 fiche")
	hasNot(t, page, "/agenda?from")
	b.turn("statistics", "off")
	if w := b.ask(GET, "/statistiques", "", nil); w.Code != http.StatusNotFound {
		t.Errorf("statistics off: %d", w.Code)
	}
}
