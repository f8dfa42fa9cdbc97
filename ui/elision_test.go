package ui

import "testing"

func TestOfAPlace(t *testing.T) {
	b := newBox(t)
	fr, en := &speech{localizer{locale: b.langs.byLang["fr"]}}, &speech{localizer{locale: b.langs.byLang["en"]}}
	for place, want := range map[string]string{
		"Altillac": "d’Altillac", "Cajarc": "de Cajarc", "Le Havre": "du Havre", "Les Arcs": "des Arcs",
		"L'Hôpital": "de L'Hôpital", "La Haye": "de La Haye", "Épinal": "d’Épinal", "Hautefort": "d’Hautefort", "": "de ",
	} {
		if got := fr.Of(place); got != want {
			t.Errorf("Of(%q) = %q, want %q", place, got, want)
		}
	}
	if got := en.Of("Cajarc"); got != "of Cajarc" {
		t.Errorf("in English: %q", got)
	}
}
