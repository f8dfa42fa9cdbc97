package ui

import (
	"strings"
	"testing"

	"copi.local/store/storetest"
)

// An operator reads how a link is; visitors see what they saw before.
func TestTheStateOfALink(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	box := &f.boxes[0]
	box.Since, box.Told, box.In, box.Out = storetest.Now, true, 12_300, 4_100_000
	ask := func(who string) string { return plain(b.ask(GET, "/voisins", who, nil).Body.String()) }
	says(t, ask("operator"), "Reliée depuis le", "Elle a toutes nos annonces.", "Échangé aujourd’hui : 13 ko reçus, 4,1 Mo envoyés.")
	box.Missing, box.Started = 3, true
	says(t, ask("operator"), "Il lui manque 3 changements", "depuis le démarrage") //nolint:misspell // French
	box.Told = false
	says(t, ask("operator"), "pas encore dit")
	for why, words := range map[string]string{
		"refused": "aucune boîte n’y tourne", "no_route": "rien ne mène d’ici", "timeout": "elle est éteinte",
		"key": "Une autre boîte répond", "kept_out": "ne laisse pas entrer la vôtre",
	} {
		box.Why = why
		says(t, ask("operator"), words)
		if page := ask(""); strings.Contains(page, words) || strings.Contains(page, "Échangé") || strings.Contains(page, "Reliée depuis") {
			t.Errorf("a visitor reads %q", words)
		}
		box.Connected = true
		if strings.Contains(ask("operator"), words) {
			t.Errorf("%s, of a box that answers", why)
		}
		box.Connected = false
	}
}
