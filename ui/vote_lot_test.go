package ui

import (
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"copi.local/store/vote/tally"
)

func TestSO1_ALotFromTheFormToTheReserve(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	to := b.sends("resident:lea", "/decisions/nouvelle", url.Values{
		"sorte": {"sortition"}, "title": {"Deux personnes pour la commission"}, "text": {"Une réunion par mois."}, "audience": {"public"},
	})
	holds(t, "the rule's form", b.readAs("resident:lea", to+"/regle"), `name="seats"`, "Jour du tirage")
	b.sends("operator", to+"/regle", ruleForm("sortition", "seats", "2"))
	holdsWords(t, "the rule in words", b.readAs("operator", to), "Tirage au sort de 2 personnes", "Figer la liste")
	b.sends("operator", to+"/etat", url.Values{"do": {"announce"}})

	page := b.get(to)
	holdsWords(t, "announced", page, "le tirage est annoncé", "Avant cette heure", tally.RollHash([]string{"m01", "m02", "m03", "m04", "m05"}), "seq -f")
	lacks(t, "to a visitor", page, "m01 · ", "La graine", "Votre numéro")
	holdsWords(t, "to who is on it", b.readAs("resident:tom", to), "Votre numéro : m0", "Les numéros et les noms")
	lacks(t, "before its time", b.readAs("resident:lea", to), "La graine")
	w := b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"draw"}, "seed": {"loto 7"}, "drawn": {"Devant le bureau."}}, french1)
	holdsWords(t, "drawn before its time", w.Body.String(), "attendez l’heure annoncée")

	b.clock.Set(b.seen(to).ClosesAt.Add(time.Minute))
	holdsWords(t, "what waits", b.readAs("resident:lea", "/a-faire"), "tiriez au sort : Deux personnes")
	w = b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"draw"}, "seed": {"l'urne 7"}, "drawn": {""}}, french1)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "urne 7") {
		t.Errorf("what was typed is lost: %d", w.Code)
	}
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"draw"}, "seed": {"l'urne 7"}, "drawn": {"Devant le bureau."}})
	order := tally.Sortition("l'urne 7", []string{"m01", "m02", "m03", "m04", "m05"})
	page = b.readAs("resident:lea", to)
	holdsWords(t, "drawn", page, "Le tirage est fait", "Tirés au sort : "+order[0]+" et "+order[1], order[0]+" · ", "Noter un refus", "graine : l&#39;urne 7")
	file := b.get(to + "/proces-verbal.json")
	if _, err := tally.Recount([]byte(file)); err != nil {
		t.Error(err)
	}
	holdsWords(t, "the minutes", b.get(to+"/proces-verbal"), "sans nom. Chacun peut tirer de nouveau", "Liste figée le", "19 h, devant témoins", "Devant le bureau.")
	drawsAgain(t, page, order)
	b.sends("resident:lea", to, url.Values{"do": {"decline_seat"}, "number": {order[0]}})
	holdsWords(t, "declined", b.get(to), "Tirés au sort : "+order[1]+" et "+order[2], "a refusé")
}

// drawsAgain runs the command the page shows.
func drawsAgain(t *testing.T, page string, order []string) {
	t.Helper()
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Log("no sha256sum here")
		return
	}
	_, rest, _ := strings.Cut(page, `<p class="code">for n in`)
	command, _, _ := strings.Cut(rest, "</p>")
	command = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&gt;", ">", "&amp;", "&").Replace("for n in" + command)
	out, err := exec.CommandContext(t.Context(), "sh", "-c", command).Output()
	var got []string
	for line := range strings.Lines(string(out)) {
		got = append(got, strings.Fields(line)[1])
	}
	if err != nil || strings.Join(got, " ") != strings.Join(order, " ") {
		t.Errorf("%s\ngives %v (%v), want %v", command, got, err, order)
	}
}
