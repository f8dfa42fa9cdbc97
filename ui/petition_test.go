package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/petition"
	"copi.local/store/storetest"
)

// petitions puts a petition by lea in.
func (b *box) petitions(title string, change ...func(*petition.Petition)) petition.Petition {
	b.t.Helper()
	p := petition.Petition{
		Title: title, Text: "Nous demandons un passage piéton.", Addressee: "La mairie", Purpose: "Soutenir cette demande.",
		Share: 1000, Electors: 412, KeepMonths: 3, EndsAt: storetest.Now.AddDate(0, 2, 0),
	}
	for _, c := range change {
		c(&p)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return petition.Add(tx, &p, "") })
	return p
}

// petitionTyped is a form as a person fills it in.
func petitionTyped(more ...string) url.Values {
	f := url.Values{
		"title": {"Un passage piéton"}, "addressee": {"La mairie"}, "text": {"Nous demandons un passage."}, "aim": {"share"}, "share": {"10"},
		"electors": {"412"}, "purpose": {"Soutenir la demande."}, "keep": {"3"}, "ends": {"2027-01-31"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

// signing is a signature as a person fills it in.
func signing(name, born string, more ...string) url.Values {
	f := url.Values{"name": {name}, "birth_year": {born}, "commune": {"Bretenoux"}, "who": {"2"}, "agrees": {"1"}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func init() {
	of := func(suffix string) func(*box) string { // one is enough: nobody has more than a few
		return func(b *box) string {
			var mine []petition.Petition
			storetest.View(b.t, b.db, lea, func(tx *store.Tx) (err error) {
				mine, err = petition.Of(tx, 1)
				return err
			})
			if len(mine) == 0 {
				mine = append(mine, b.petitions("Un passage piéton"))
			}
			return "/petitions/" + mine[0].ID + suffix
		}
	}
	own := func(suffix string, form url.Values) sample {
		return sample{path: of(suffix), form: form, as: "resident:lea"}
	}
	sheet := url.Values{"sheet": {"1"}, "name-1": {"Odette Faure"}, "birth_year-1": {"1940"}, "who-1": {"1"}, "commune": {"Biars"}}
	for name, s := range map[string]sample{
		"GET /petitions":                 at("/petitions"),
		"GET /petitions/closes":          at("/petitions/closes"),
		"GET /petitions/nouvelle":        at("/petitions/nouvelle"),
		"POST /petitions/nouvelle":       {path: at("/petitions/nouvelle").path, form: petitionTyped()},
		"GET /petitions/:id":             {path: of("")},
		"GET /petitions/:id/affiche":     {path: of("/affiche")},
		"GET /petitions/:id/feuille":     {path: of("/feuille")},
		"GET /petitions/:id/signer":      {path: of("/signer")},
		"POST /petitions/:id/signer":     {path: of("/signer"), form: signing("Tom Vabre", "1951")},
		"POST /petitions/:id/retirer":    {path: of("/retirer")},
		"GET /petitions/:id/modifier":    own("/modifier", nil),
		"POST /petitions/:id/modifier":   own("/modifier", petitionTyped()),
		"POST /petitions/:id/etat":       own("/etat", url.Values{"do": {"deposit"}}),
		"GET /petitions/:id/reponse":     own("/reponse", nil),
		"POST /petitions/:id/reponse":    own("/reponse", url.Values{"answer": {"Oui"}}),
		"GET /petitions/:id/saisie":      own("/saisie", nil),
		"POST /petitions/:id/saisie":     own("/saisie", sheet),
		"GET /petitions/:id/signatures":  own("/signatures", nil),
		"POST /petitions/:id/signatures": own("/signatures", nil),
		"POST /petitions/:id/export":     own("/export", nil),
	} {
		samples[name] = s
	}
}

func TestPT1_FortyOneOf42IsNotReachedAndNothingIsVerified(t *testing.T) {
	b := newBox(t)
	to := b.sends("resident:lea", "/petitions/nouvelle", petitionTyped())
	holds(t, "an empty one", b.get(to), "0 signature sur 42", "10\u00a0% de 412", "il manque 42")
	for n := range 5 { // five sheets: 8, 8, 8, 8, 9
		form := url.Values{"sheet": {string(rune('1' + n))}, "commune": {"Bretenoux"}}
		for i := range 8 + n/4 {
			at := string(rune('1' + i))
			form.Set("name-"+at, "Personne "+string(rune('A'+n))+string(rune('A'+i)))
			form.Set("birth_year-"+at, "1950")
			form.Set("who-"+at, "1")
		}
		b.sends("resident:lea", to+"/saisie", form)
	}
	holds(t, "one is missing", b.get(to), "41 signatures sur 42", "Objectif non atteint\u00a0: il manque 1 signature", `max="42" value="41"`,
		"Inscrits sur la liste électorale", "rien n’est vérifié")
	b.sends("resident:tom", to+"/signer", signing("Tom Vabre", "1951"))
	holds(t, "reached", b.get(to), "42 signatures sur 42", "Objectif atteint")
	holds(t, "the list", b.get("/petitions"), "42 signatures sur 42", "31\u00a0janvier")
}

func TestPT2_AlreadyCountedIsSaidWhenASheetIsTyped(t *testing.T) {
	b := newBox(t)
	to := "/petitions/" + b.petitions("Un passage piéton").ID
	b.sends("resident:tom", to+"/signer", signing("Marie Durand", "1950"))
	form := url.Values{
		"sheet": {"1"}, "commune": {"Bretenoux"}, "name-1": {"DURAND Marie"}, "birth_year-1": {"1950"}, "who-1": {"1"},
		"name-2": {"Marie Durand"}, "birth_year-2": {"1981"}, "who-2": {"2"},
	}
	w := b.ask(POST, to+"/saisie", "operator", form)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("the desk types a sheet: %d\n%s", w.Code, w.Body)
	}
	holds(t, "two people", b.get(to), "2 signatures sur 42")
	bad := b.ask(POST, to+"/saisie", "resident:lea", url.Values{"sheet": {"2"}, "name-3": {"Paul Maury"}, "birth_year-3": {"mille"}, "who-3": {"3"}})
	if bad.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a bad line: %d", bad.Code)
	}
	holds(t, "what was typed stays", bad.Body.String(), `value="Paul Maury"`, `value="mille"`, "#f-birth_year-3")
	holds(t, "nothing of it is stored", b.get(to), "2 signatures sur 42")
}

func TestPT3_NoPageFeedOrFileSaysWhoSigned(t *testing.T) {
	b := newBox(t)
	p := b.petitions("Un passage piéton")
	to := "/petitions/" + p.ID
	b.sends("resident:tom", to+"/signer", signing("Tomcanari Vabre", "1913", "contact", "canari@example.org"))
	b.sends("resident:zoe", to+"/signer", signing("Zoe Visible", "1917", "shown", "1"))
	for _, who := range []string{"", "resident:ana", "moderator", "operator"} {
		page := b.readAs(who, to)
		holds(t, "the page for "+who, page, "Zoe Visible", "2 signatures")
		lacks(t, "the page for "+who, page, "canari", "1913", "1917")
	}
	for _, path := range []string{
		"/petitions", "/fiches.atom?kind=petition", "/fiches.csv", "/fiches.geojson", "/api/v1/listings?kind=petition", "/api/v1/listings/" + p.ID,
		"/fiche/" + p.ID + "/donnees.jsonld", "/recherche?q=passage", to + "/affiche",
	} {
		lacks(t, path, b.get(path), "canari", "Visible", "1913", "1917")
	}
	holds(t, "the API", b.get("/api/v1/listings/"+p.ID), `"userInteractionCount":2`, "Nous demandons un passage")
	for _, path := range []string{"/signatures", "/modifier"} {
		if w := b.ask(GET, to+path, "operator", nil); w.Code != http.StatusForbidden {
			t.Errorf("%s as an operator: %d", path, w.Code)
		}
	}
}

func TestPT4_TheFileNamesTheDayItHasToGo(t *testing.T) {
	b := newBox(t)
	p := b.petitions("=Un passage piéton")
	to := "/petitions/" + p.ID
	b.sends("resident:tom", to+"/signer", signing("Tom Vabre", "1913", "contact", "+33 6 00"))
	w := b.ask(POST, to+"/export", "resident:lea", url.Values{})
	day := p.KeptUntil().In(time.UTC).Format("2006-01-02")
	if got := w.Header().Get("Content-Disposition"); w.Code != http.StatusOK || !strings.Contains(got, "a-effacer-"+day) {
		t.Errorf("%d, %s, want %s", w.Code, got, day)
	}
	holds(t, "the file", w.Body.String(), "À effacer avant le", "Tom Vabre;Bretenoux;Habitants;en ligne", "Soutenir cette demande.")
	lacks(t, "the file", w.Body.String(), "1913", "\n=", ";+33", "tom\r")
	holds(t, "it is noted", b.readAs("resident:lea", to+"/signatures"), "Copies emportées", "1 personnes, à effacer avant le")
}

func TestPT5_ToTheDepositAndBack(t *testing.T) {
	b := newBox(t)
	to := "/petitions/" + b.petitions("Un passage piéton").ID
	b.sends("resident:tom", to+"/signer", signing("Tom Vabre", "1951"))
	b.sends("resident:zoe", to+"/signer", signing("Zoe Ganier", "1962"))
	holds(t, "her page", b.readAs("resident:zoe", to), "Vous avez signé", "Retirer ma signature", "Modifier ma signature")
	b.sends("resident:zoe", to+"/retirer", nil)
	holds(t, "before", b.get(to), "1 signature sur 42")
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"deposit"}})
	b.sends("resident:tom", to+"/retirer", nil)
	page := b.get(to)
	holds(t, "after", page, "1 signature sur 42", "REMISE", "1 personne a retiré sa signature")
	lacks(t, "after", page, "/signer")
	late := b.ask(POST, to+"/signer", "resident:ana", signing("Ana Bru", "1970"))
	if late.Code != http.StatusUnprocessableEntity {
		t.Errorf("signing after: %d", late.Code)
	}
}

func TestPT7_TheHelpSaysWhatALegalRequestNeeds(t *testing.T) {
	b := newBox(t)
	holds(t, "the help", b.get("/aide/petitions"), "L1112-16", "un dixième", "par trimestre", "prochaine")
	to := "/petitions/" + b.petitions("Un passage piéton").ID
	holds(t, "the sheet", b.readAs("resident:lea", to+"/feuille"), "Un passage piéton", "Né(e) en", "Les signatures sont effacées au plus tard", "Nom public")
	holds(t, "the form", b.readAs("resident:lea", "/petitions/nouvelle"), "/aide/petitions")
}

func TestPT8_TheAnswerIsPublishedAndThePetitionClosed(t *testing.T) {
	b := newBox(t)
	to := "/petitions/" + b.petitions("Un passage piéton").ID
	b.sends("resident:tom", to+"/signer", signing("Tom Vabre", "1951"))
	empty := b.ask(POST, to+"/reponse", "operator", url.Values{"answer": {" "}})
	if empty.Code != http.StatusUnprocessableEntity {
		t.Errorf("an empty answer: %d", empty.Code)
	}
	b.sends("operator", to+"/reponse", url.Values{"answer": {"Le passage est voté."}})
	holds(t, "the page", b.get(to), "Le passage est voté.", "par les responsables de la boîte", "CLOSE")
	holds(t, "his notices", b.readAs("resident:tom", "/avis"), "La réponse est publiée", "Un passage piéton")
	holds(t, "the past", b.get("/petitions/closes"), "Un passage piéton", "Réponse publiée")
	holds(t, "the file of signatures", b.ask(POST, to+"/export", "resident:lea", nil).Body.String(), "La réponse", ";Le passage est voté.\r\n", "Tom Vabre")
}

func TestPetitionFormKeepsWhatWasTyped(t *testing.T) {
	b := newBox(t)
	for field, form := range map[string]url.Values{
		"share": petitionTyped("share", "beaucoup"), "electors": petitionTyped("electors", "0"), "goal": petitionTyped("aim", "number", "goal", "x"),
		"text": petitionTyped("text", ""), "ends": petitionTyped("ends", "2020-01-01"), "keep": petitionTyped("keep", "40"),
	} {
		w := b.ask(POST, "/petitions/nouvelle", "resident:lea", form)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", field, w.Code)
		}
		holds(t, field, w.Body.String(), "#f-"+field, `value="Un passage piéton"`)
	}
	p := b.petitions("Un banc")
	b.sends("resident:tom", "/petitions/"+p.ID+"/signer", signing("Tom Vabre", "1951"))
	page := b.readAs("resident:lea", "/petitions/"+p.ID+"/modifier")
	holds(t, "signed", page, "il ne change plus", `name="ends"`)
	lacks(t, "signed", page, `name="text"`)
	b.sends("resident:lea", "/petitions/"+p.ID+"/modifier", url.Values{"ends": {"2027-03-01"}})
	holds(t, "put off", b.get("/petitions/"+p.ID), "1er\u00a0mars")
	if w := b.ask(POST, "/petitions/"+p.ID+"/modifier", "resident:lea", url.Values{"ends": {"2027-01-01"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("brought forward: %d", w.Code)
	}
}
