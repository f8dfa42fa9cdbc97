package listing_test

import (
	"slices"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
)

func search(t *testing.T, q string) (names, codes []string, total int) {
	t.Helper()
	found, total, err := listing.SearchCommunes(q, 40)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found {
		names, codes = append(names, c.Name), append(codes, c.INSEE)
	}
	return names, codes, total
}

func TestMA5_AllCommunesOfASharedPostalCode(t *testing.T) {
	names, codes, total := search(t, "46130")
	// Sixteen share the postal code; Grézels has it as its INSEE code and comes
	// last.
	if total != 17 || total != len(names) || names[16] != "Grézels" {
		t.Fatalf("46130: %d of %d: %v", len(names), total, names)
	}
	for _, want := range []string{"Bretenoux", "Biars-sur-Cère", "Prudhomat"} {
		if !slices.Contains(names, want) {
			t.Errorf("46130 lacks %s: %v", want, names)
		}
	}
	for _, code := range codes[:16] { // each is told apart by its own code
		c, err := listing.CommuneByINSEE(code)
		if err != nil || c.INSEE != code || !slices.Contains(c.Postal, "46130") {
			t.Errorf("%s: %+v, %v", code, c, err)
		}
	}
}

func TestSearchCommunes(t *testing.T) {
	for _, c := range []struct{ q, first string }{
		{"bretenoux", "Bretenoux"},
		{"Biars sur cere", "Biars-sur-Cère"},
		{"ST CERE", "Saint-Céré"},
		{"beaulieu dord", "Beaulieu-sur-Dordogne"},
		{"l'abergement-clem", "L'Abergement-Clémenciat"},
		{"2a004", "Ajaccio"},
		{"Paris", "Paris"},
		{"46128", "Gramat"}, // nobody's postal code
	} {
		names, _, total := search(t, c.q)
		if len(names) == 0 || names[0] != c.first {
			t.Errorf("%q finds %d: %v, want %s first", c.q, total, names, c.first)
		}
	}
	for _, q := range []string{"", "  ", "99999", "zzzz", "46130 gramat", "%", "'"} {
		if names, _, total := search(t, q); total != 0 {
			t.Errorf("%q finds %v", q, names)
		}
	}
	if _, err := listing.CommuneByINSEE("00000"); store.KindOf(err) != store.NotFound {
		t.Errorf("no commune: %v", err)
	}
}

func TestCommunesAreAllThere(t *testing.T) {
	c, err := listing.CommuneByINSEE("46029")
	if err != nil || c.Department != "Lot" || c.Grouping == "" || c.Position == nil || c.Quality == listing.Nowhere {
		t.Errorf("%+v, %v", c, err)
	}
	_, _, total := search(t, "saint")
	if total < 4000 {
		t.Errorf("%d communes begin with Saint or have it in their name", total)
	}
}

func BenchmarkSearchCommunes(b *testing.B) {
	for b.Loop() {
		if _, _, err := listing.SearchCommunes("saint cere", 40); err != nil {
			b.Fatal(err)
		}
	}
}
