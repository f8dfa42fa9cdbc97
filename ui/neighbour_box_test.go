package ui

import (
	"net/url"
	"strings"
	"testing"
)

// FE-9: a neighbour's card opens here; from it one goes on to the other box,
// once an operator noted where its pages are.
func TestFE9_ACardLeadsToItsOwnBox(t *testing.T) {
	b := newBox(t)
	id := b.foreign("Tondeuse à prêter")
	if page := plainText(b.get("/fiche/" + id)); !strings.Contains(page, "la mairie d'Altillac") || strings.Contains(page, "Voir chez") {
		t.Errorf("an unknown address: whom to ask is not said\n%s", page)
	}
	note := func(web string) int { return b.ask(POST, altillac, "operator", url.Values{"web": {web}}).Code }
	for _, bad := range []string{
		"javascript:alert(1)", "ftp://x", "http://", "http://a@b", "http://a/b", "http://a?b", "http://a#b", "http://a b", "//a",
		"http://" + strings.Repeat("a", 200), "data:text/html,x",
	} {
		if code := note(bad); code != 422 {
			t.Errorf("%q: %d", bad, code)
		}
	}
	for typed, want := range map[string]string{
		"altillac.local": "http://altillac.local", "http://192.168.1.30:8080/": "http://192.168.1.30:8080", "https://[fe80::1]": "https://[fe80::1]",
	} {
		if code := note(typed); code != 303 {
			t.Errorf("%q: %d", typed, code)
		}
		if page := b.get("/fiche/" + id); !strings.Contains(page, `href="`+want+"/fiche/"+id+`"`) {
			t.Errorf("%q makes no link to %s", typed, want)
		}
	}
	if code := note(""); code != 303 || strings.Contains(b.get("/fiche/"+id), "Voir chez") {
		t.Errorf("the address is not forgotten (%d)", code)
	}
	if w := b.ask(GET, "/voisins/"+strings.Repeat("ab", 32), "", nil); w.Code != 404 {
		t.Errorf("a box nobody knows: %d", w.Code)
	}
}
