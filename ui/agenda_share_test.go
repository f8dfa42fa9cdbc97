package ui

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"copi.local/store/agenda"
)

func init() {
	samples["GET /agenda/partager"] = at("/agenda/partager?tag=loto")
}

// TestAnAgendaIsFollowedElsewhere: of any filters, without the days somebody
// looked at; what the other site and the calendar get is what the page says.
func TestAnAgendaIsFollowedElsewhere(t *testing.T) {
	b := newBox(t)
	tagged := func(e *agenda.Event) { e.Tags = []string{"loto"} }
	b.schedule("Loto", "2026-11-28T20:00", "", tagged)
	b.schedule("Bal", "2026-11-28T21:00", "")
	list := html.UnescapeString(b.get("/agenda?tag=loto&from=2026-11-28"))
	m := regexp.MustCompile(`href="(/agenda/partager[^"]+)"`).FindStringSubmatch(list)
	if m == nil {
		t.Fatal("the agenda does not lead there")
	}
	page := html.UnescapeString(b.get(m[1]))
	for _, want := range []string{
		"webcal://copi.local/agenda.ics?tag=loto\"", ">http://copi.local/agenda.ics?tag=loto</textarea>",
		"http://copi.local/integration/agenda?tag=loto\" title=", "/agenda.atom?tag=loto\"", "/fiches.jsonld?tag=loto&kind=event",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	for _, path := range []string{"/integration/agenda?tag=loto", "/agenda.ics?tag=loto"} {
		if out := b.get(path); !strings.Contains(out, "Loto") || strings.Contains(out, "Bal") {
			t.Errorf("%s:\n%s", path, out)
		}
	}
	if whole := html.UnescapeString(b.get("/agenda/partager")); !strings.Contains(whole, ">http://copi.local/agenda.ics</textarea>") || !strings.Contains(whole, "/fiches.jsonld?kind=event") {
		t.Errorf("the whole agenda:\n%s", whole)
	}
}
