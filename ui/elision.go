package ui

import (
	"strings"
	"unicode/utf8"
)

// Of is "of" a place as the language writes it: « d’Altillac », « de Cajarc »,
// « du Havre », « des Arcs », "of Cajarc". An h is taken as mute, as in most
// names of communes.
func (s *localizer) Of(place string) string {
	if s.Lang != "fr" {
		return "of " + place
	}
	if rest, ok := strings.CutPrefix(place, "Le "); ok {
		return "du " + rest
	}
	if rest, ok := strings.CutPrefix(place, "Les "); ok {
		return "des " + rest
	}
	first, _ := utf8.DecodeRuneInString(place)
	if strings.ContainsRune("AEIOUYHÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ", first) && !strings.HasPrefix(place, "Ye") {
		return "d’" + place
	}
	return "de " + place
}
