package ui

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func init() {
	samples["GET /decisions/recompter.html"] = at("/decisions/recompter.html")
}

// TestTheRecountPageNeedsNothingElse: it is saved, in the language of who asks,
// and loads nothing from anywhere.
func TestTheRecountPageNeedsNothingElse(t *testing.T) {
	b := newBox(t)
	w := b.ask(GET, "/decisions/recompter.html", "", nil)
	page := w.Body.String()
	if w.Code != 200 || w.Header().Get("Content-Disposition") != `attachment; filename="recompter.html"` {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if found := regexp.MustCompile(`(?i)\s(src|href)=|@import|url\(|fetch\(|XMLHttpRequest|https?://`).FindString(page); found != "" {
		t.Errorf("loads something: %q", found)
	}
	english := b.get("/decisions/recompter.html?lang=en")
	for _, want := range [][2]string{
		{page, `<html lang="fr">`},
		{page, "\"tied\":\"À égalité\u00a0: {names}.\""},
		{page, "copi-tally/1"},
		{page, "<h1>Recompter un vote</h1>"},
		{english, `<html lang="en">`},
		{english, "<h1>Count a vote again</h1>"},
	} {
		if !strings.Contains(want[0], want[1]) {
			t.Errorf("no %s", want[1])
		}
	}
	if n := strings.Count(page, "<script>"); n != 2 || strings.Count(page, "</script>") != n {
		t.Errorf("%d scripts", n)
	}
	if len(page) > 64<<10 {
		t.Errorf("%d bytes", len(page))
	}
}

// TestTheRecountPageHasItsWords: everything its script says has a sentence, and
// every sentence is said.
func TestTheRecountPageHasItsWords(t *testing.T) {
	script, err := os.ReadFile("static/recount.js")
	if err != nil {
		t.Fatal(err)
	}
	fr, _ := catalogueOf(t)
	said := map[string]bool{}
	for _, m := range regexp.MustCompile(`"([a-z_]+)"`).FindAllStringSubmatch(string(script), -1) {
		said[m[1]] = true
	}
	for key := range fr.sentences() {
		name, ours := strings.CutPrefix(key, "vote.recount.")
		if !ours || said[name] || name == "title" || name == "lead" || name == "script" {
			continue
		}
		family, _, _ := strings.Cut(name, "_")
		if !strings.Contains(string(script), "`"+family+"_${") {
			t.Errorf("the script never says %s", name)
		}
	}
	for _, m := range regexp.MustCompile(`\bsay\("([a-z_]+)"`).FindAllStringSubmatch(string(script), -1) {
		if _, ok := fr.sentences()["vote.recount."+m[1]]; !ok {
			t.Errorf("no sentence for %s", m[1])
		}
	}
}

// TestTheRecountPageKnowsEveryMethod: methods, variants and outcomes have a
// name there.
func TestTheRecountPageKnowsEveryMethod(t *testing.T) {
	fr, _ := catalogueOf(t)
	source, err := os.ReadFile("../store/vote/tally/tally.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +(Method|Outcome) += "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1) {
		key := "vote.recount." + strings.ToLower(m[1]) + "_" + strings.ReplaceAll(m[2], "-", "_")
		if _, ok := fr.sentences()[key]; !ok && m[2] != "sortition" {
			t.Errorf("no sentence for %s", key)
		}
	}
}
