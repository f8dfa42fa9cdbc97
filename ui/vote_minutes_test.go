package ui

import (
	"bytes"
	"compress/zlib"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// TestDE12_TheSheetSaysWhatThePageSays: every sentence of the page stands in
// the PDF, whatever the method, and whenever it is asked for the bytes are the
// same.
func TestDE12_TheSheetSaysWhatThePageSays(t *testing.T) {
	for name, rule := range map[string]vote.Rule{
		"judgment": {Rule: tally.Rule{Method: tally.Judgment, Grades: 5}, Departures: vote.Kept},
		"schulze":  {Rule: tally.Rule{Method: tally.Schulze, Truncated: true}, Secret: true, Departures: vote.Kept},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t)
			p := b.opens(rule, "Œuvre d'Élise", "Le pré de L'Haÿ", "Lavoir (à refaire) : 12 €")
			b.votes("tom", p, tally.Ballot{Values: []int{1, 2, 3}})
			b.votes("zoe", p, tally.Ballot{Values: []int{1, 3, 2}})
			b.ends(p)
			to := "/decisions/" + p.ID
			b.sends("operator", to+"/etat", url.Values{"do": {"follow"}, "step": {"Demander un devis"}, "carrier": {"Les Amis du four"}, "due": {"2027-01-15"}})
			sheet := sheetText(t, []byte(b.get(to+"/proces-verbal.pdf")))
			said := pageWords(b.get(to + "/proces-verbal"))
			if len(said) < 20 {
				t.Fatalf("the page says %d things: %q", len(said), said)
			}
			for _, s := range said {
				if !strings.Contains(sheet, s) {
					t.Errorf("not in the sheet: %q", s)
				}
			}
			first := b.get(to + "/proces-verbal.pdf")
			b.clock.Set(b.clock.Now().Add(500 * 24 * time.Hour))
			if b.get(to+"/proces-verbal.pdf") != first {
				t.Error("a year later the bytes are others")
			}
		})
	}
}

func TestDE12_TheSheetIsAFileOfItsOwnName(t *testing.T) {
	b := newBox(t)
	p := b.opens(majorityRule(secretRule))
	if w := b.ask(GET, "/decisions/"+p.ID+"/proces-verbal.pdf", "operator", nil); w.Code != http.StatusNotFound {
		t.Errorf("before the end: %d", w.Code)
	}
	b.ends(p)
	w := b.ask(GET, "/decisions/"+p.ID+"/proces-verbal.pdf", "", nil)
	day := p.ClosesAt.In(b.zone).Format("2006-01-02")
	want := `attachment; filename="proces-verbal-un-four-a-pain-` + day + `.pdf"`
	if got := w.Header().Get("Content-Disposition"); got != want || w.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("%s, %s; want %s", got, w.Header().Get("Content-Type"), want)
	}
}

// What stood with objections and reserves, and a second round, are in the sheet
// too.
func TestDE12_TheSheetHasTheReasons(t *testing.T) {
	b := newBox(t)
	p := b.opens(vote.Rule{Rule: tally.Rule{Method: tally.Consent}, Departures: vote.Kept})
	b.votes("tom", p, tally.Ballot{Values: []int{tally.Objects}}, "Risque pour l'eau (la source).")
	b.votes("zoe", p, tally.Ballot{Values: []int{1}}, "Pas en été.")
	b.ends(p)
	to := "/decisions/" + p.ID
	sheet := sheetText(t, []byte(b.get(to+"/proces-verbal.pdf?tour=1")))
	holds(t, "the sheet", sheet, "Objections et réserves", "Risque pour l’eau (la source).", "Pas en été.")
	for _, s := range pageWords(b.get(to + "/proces-verbal?tour=1")) {
		if !strings.Contains(sheet, s) {
			t.Errorf("not in the sheet: %q", s)
		}
	}
}

// A text of many pages, with signs the font does not have, is written whole.
func TestDE12_ALongTextHasItsPages(t *testing.T) {
	b := newBox(t)
	p := b.proposes()
	storetest.Update(t, b.db, returning, func(tx *store.Tx) error {
		v, err := vote.Get(tx, p.ID)
		if err != nil {
			return err
		}
		shown, err := store.Shown(v.Words())
		v.Title, v.Text = "Le chemin d'Ňová, {pages}", strings.Repeat("Le chemin du bas est à refaire avant l'hiver. ", 200)+"Fin du texte 🌳"
		if err != nil {
			return err
		}
		return vote.Edit(tx, &v, shown)
	})
	storetest.Update(t, b.db, returning, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: majorityRule(), Closes: wallOf(b.clock.Now().Add(24*time.Hour).In(b.zone), 12*time.Hour)})
	})
	storetest.Update(t, b.db, returning, func(tx *store.Tx) (err error) {
		if err := vote.Start(tx, p.ID, ""); err != nil {
			return err
		}
		p, err = vote.Get(tx, p.ID)
		return err
	})
	b.ends(p)
	sheet := sheetText(t, []byte(b.get("/decisions/"+p.ID+"/proces-verbal.pdf")))
	holds(t, "the sheet", sheet, "Nová, {pages}", "Fin du texte ?", "point d’interrogation", "page 1 sur 3", "page 3 sur 3")
}

// pageWords are the sentences of a page of minutes.
func pageWords(page string) (list []string) {
	_, page, _ = strings.Cut(page, "<h1>")
	page, _, _ = strings.Cut(page, "</main>")
	page, _, _ = strings.Cut(page, `<p class="actions">`)
	for _, s := range regexp.MustCompile(`<[^>]*>|\n`).Split(page, -1) {
		if s = evened(html.UnescapeString(s)); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// evened has one sort of space and no line end.
func evened(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)), " ")
}

// sheetText is the text of a PDF of ours.
func sheetText(t *testing.T, file []byte) string {
	t.Helper()
	var words strings.Builder
	signs := charmap.Windows1252.NewDecoder()
	unescape := strings.NewReplacer(`\(`, "(", `\)`, ")", `\\`, `\`, `\r`, "\r")
	for _, part := range regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`).FindAllSubmatch(file, -1) {
		z, err := zlib.NewReader(bytes.NewReader(part[1]))
		if err != nil {
			continue
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?s)\(((?:[^()\\]|\\.)*)\) ?Tj`).FindAllSubmatch(text, -1) {
			s, err := signs.String(unescape.Replace(string(m[1])))
			if err != nil {
				t.Fatal(err)
			}
			words.WriteString(s + " ")
		}
	}
	return evened(words.String())
}
