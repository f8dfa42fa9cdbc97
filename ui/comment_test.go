package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// remarks writes a comment on a thing as an account.
func (b *box) remarks(account string, ref store.Ref, text string) (p discussion.Post) {
	b.t.Helper()
	b.as(account, func(tx *store.Tx) (err error) {
		p, err = discussion.Comment(tx, ref, discussion.Draft{Text: text}, nil)
		return err
	})
	return p
}

func init() {
	at := func(tail string) func(*box) string {
		return func(b *box) string { return "/commentaires/" + b.sell("Vélo").ID + tail }
	}
	for name, s := range map[string]sample{
		"GET /commentaires.atom":         {path: func(*box) string { return "/commentaires.atom" }},
		"GET /commentaires/:id":          {path: at("")},
		"POST /commentaires/:id":         {path: at(""), form: url.Values{"text": {"Joli"}}},
		"GET /commentaires/:id/fil.atom": {path: at("/fil.atom")},
		"POST /commentaires/:id/clore":   {path: at("/clore"), as: "resident:lea", form: url.Values{"do": {"close"}}},
		"POST /commentaires/:id/voix": {path: func(b *box) string {
			e := directory.Element{Kind: directory.Org, Name: "Mairie", Audience: listing.Public}
			storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &e) })
			return "/commentaires/" + e.ID + "/voix"
		}, form: url.Values{"do": {"official"}}},
	} {
		samples[name] = s
	}
}

func TestAThingIsCommentedOnBelowIt(t *testing.T) {
	b := newBox(t)
	ad := b.sell("Vélo")
	page, at := "/annonces/"+ad.ID, "/commentaires/"+ad.ID
	holds(t, "a visitor", b.french(page, ""), "Aucun commentaire", "Se connecter")
	b.sends("resident:tom", at, url.Values{"text": {"Encore là ?"}})
	for _, where := range []string{page, at, at + "/fil.atom", "/commentaires.atom"} {
		text := b.french(where, "")
		holds(t, where, text, "Encore là")
		lacks(t, where, text, "Signaler<span", "<textarea")
	}
	answer := b.french(at+"?repondre=1", "resident:lea")
	holds(t, "an answer", answer, "<blockquote", `name="quoted" value="1"`)
	b.sends("resident:lea", at, url.Values{"text": {"Oui"}, "quoted": {"1"}})
	holds(t, "both", b.french(page, "resident:lea"), "Oui", "<blockquote", "Fermer les commentaires")
	holds(t, "who answers for it is told", b.french("/avis", "resident:lea"), "commente ce que vous avez publié")
	w := b.ask(POST, at, "resident:tom", url.Values{"text": {" "}}, french1)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Écrivez votre message") {
		t.Errorf("nothing: %d", w.Code)
	}
}

func TestClosedCommentsStayAndTakeNoMore(t *testing.T) {
	b := newBox(t)
	ad := b.sell("Vélo")
	at := "/commentaires/" + ad.ID
	b.remarks("tom", ad.Ref(), "Encore là ?")
	if w := b.ask(POST, at+"/clore", "resident:tom", url.Values{"do": {"close"}}); w.Code != http.StatusForbidden {
		t.Errorf("anybody closes them: %d", w.Code)
	}
	b.sends("resident:lea", at+"/clore", url.Values{"do": {"close"}})
	page := b.french("/annonces/"+ad.ID, "resident:tom")
	holds(t, "closed", page, "Encore là", "Les commentaires sont fermés")
	lacks(t, "closed", page, "<textarea")
	w := b.ask(POST, at, "resident:tom", url.Values{"text": {"Trop tard"}}, french1)
	if w.Code == http.StatusSeeOther || !strings.Contains(w.Body.String(), "fermés") {
		t.Errorf("one more: %d", w.Code)
	}
	b.sends("resident:lea", at+"/clore", url.Values{"do": {"open"}})
	holds(t, "open", b.french("/annonces/"+ad.ID, "resident:tom"), "Publier le commentaire")
}

// A comment has the steps of any post, and leads back to where it stands.
func TestACommentIsChangedReportedAndHidden(t *testing.T) {
	b := newBox(t)
	ad := b.sell("Vélo")
	p := b.remarks("tom", ad.Ref(), "Sale vendeuse")
	b.clock.Add(time.Hour)
	b.sends("resident:tom", "/sujets/message/"+p.ID+"/modifier", url.Values{"text": {"Vilaine vendeuse"}})
	holds(t, "its history", b.french("/sujets/message/"+p.ID+"/avant", "resident:lea"), "Sale vendeuse", "/commentaires/"+ad.ID+"#m1")
	b.sends("resident:lea", "/signaler/"+p.ID, url.Values{"reason": {"insult"}})
	holdsWords(t, "the queue", b.french("/moderation", "moderator"), "1 contenu signalé", "Commentaire sur « Vélo »")
	b.sends("moderator", "/moderation/fiche/"+p.ID, url.Values{"do": {"hide"}, "reason": {"insult"}})
	for _, where := range []string{"/annonces/" + ad.ID, "/commentaires/" + ad.ID, "/commentaires/" + ad.ID + "/fil.atom", "/commentaires.atom"} {
		lacks(t, where, b.french(where, ""), "vendeuse")
	}
	holds(t, "its author", b.french("/annonces/"+ad.ID, "resident:tom"), "Vilaine vendeuse", "Masqué par la modération")
}

func TestManyCommentsAreReadInPages(t *testing.T) {
	b := newBox(t)
	ad := b.sell("Vélo")
	for i := 1; i <= postsShown+1; i++ {
		b.clock.Add(2 * time.Minute)
		b.remarks("tom", ad.Ref(), "Mot "+strings.Repeat("x", i)+".")
	}
	page := b.french("/annonces/"+ad.ID, "")
	holds(t, "below", page, "Mot "+strings.Repeat("x", postsShown+1)+".", "Lire les 41 commentaires")
	lacks(t, "below", page, "Mot xxx.")
	at := "/commentaires/" + ad.ID
	holds(t, "first", b.french(at, ""), "Mot xxx.", at+"?page=2")
	holds(t, "last", b.french(at+"?page=2", ""), "Mot "+strings.Repeat("x", postsShown+1)+".")
	if w := b.ask(GET, at+"?page=3", "", nil); w.Code != http.StatusNotFound {
		t.Errorf("past the last: %d", w.Code)
	}
}

func TestWhatIsNotPublicHasNoComments(t *testing.T) {
	b := newBox(t)
	topic := b.speaks("tom", b.inGroup().ID, "Le bois")
	for _, ref := range []store.Ref{topic.Ref(), {Module: "group", ID: topic.Group}} {
		if w := b.ask(GET, "/commentaires/"+ref.ID, "resident:lea", nil); w.Code != http.StatusNotFound {
			t.Errorf("%v: %d", ref, w.Code)
		}
	}
	lacks(t, "a topic", b.french("/sujets/"+topic.ID, "resident:tom"), `id="commentaires"`)
}

// FO-5: no field to reply, no reactions, and a way to ask in private.
func TestFO5_TheTownHallIsAskedInPrivate(t *testing.T) {
	b := newBox(t)
	hall := directory.Element{Kind: directory.Org, Name: "Mairie d'Altillac", Audience: listing.Public}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &hall) })
	ad := b.sell("Arrêté du maire")
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return directory.Stand(tx, hall.ID, ad.Ref(), ad.Title) })
	at := "/commentaires/" + hall.ID + "/voix"
	holds(t, "an operator", b.french("/annuaire/"+hall.ID, "operator"), "En faire une voix officielle")
	if w := b.ask(POST, at, "moderator", url.Values{"do": {"official"}}); w.Code != http.StatusForbidden {
		t.Errorf("a moderator: %d", w.Code)
	}
	b.sends("operator", at, url.Values{"do": {"official"}})
	for _, where := range []string{"/annuaire/" + hall.ID, "/annonces/" + ad.ID} {
		page := b.french(where, "resident:tom")
		holds(t, where, page, "publie ici sans commentaires", "Poser une question", "/messages/nouveau/directory/"+hall.ID)
		lacks(t, where, page, "Publier le commentaire", `id="aimer"`)
		holds(t, where, b.french(where, ""), "Poser une question")
	}
	if w := b.ask(POST, "/aimer/"+ad.ID, "resident:tom", url.Values{}); w.Code != http.StatusNotFound {
		t.Errorf("a like: %d", w.Code)
	}
	w := b.ask(POST, "/commentaires/"+ad.ID, "resident:tom", url.Values{"text": {"Pourquoi ?"}}, french1)
	if w.Code == http.StatusSeeOther || !strings.Contains(w.Body.String(), "en privé") {
		t.Errorf("a comment: %d", w.Code)
	}
	b.sends("operator", at, url.Values{"do": {"unofficial"}})
	holds(t, "no more", b.french("/annonces/"+ad.ID, "resident:tom"), "Publier le commentaire")
}

// FO-5: the question comes to the desk of the operators, stands in their list of
// what is to be done, and is answered there.
func TestFO5_TheOperatorsAnswerForTheTownHall(t *testing.T) {
	b := newBox(t)
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO account_people (id, login, name, name_folded, hamlet, role, created_at) VALUES ('operator', 'operator', 'Claire', 'claire', '', 3, 0)`)
		return err
	})
	hall := directory.Element{Kind: directory.Org, Name: "Mairie d'Altillac", Audience: listing.Public}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &hall) })
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return directory.Personal.Erase(tx, "lea", store.KeepUnnamed) })
	lacks(t, "nobody answers", b.french("/annuaire/"+hall.ID, "resident:tom"), "/messages/nouveau/")
	b.sends("operator", "/commentaires/"+hall.ID+"/voix", url.Values{"do": {"official"}})
	at := "/messages/nouveau/directory/" + hall.ID
	holds(t, "the page", b.french("/annuaire/"+hall.ID, "resident:tom"), at)
	lacks(t, "of the operator", b.french("/annuaire/"+hall.ID, "operator"), at)
	holds(t, "the form", b.french(at, "resident:tom"), "Poser une question", "celles qui gèrent la boîte")
	if w := b.ask(POST, at, "resident:tom", url.Values{"text": {""}}, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "celles qui gèrent la boîte") {
		t.Errorf("nothing asked: %d", w.Code)
	}
	b.sends("resident:tom", at, url.Values{"text": {"Quand ouvre le secrétariat ?"}})
	todo := b.french(todoPath, "operator")
	holds(t, "to be done", todo, "attend une réponse. Question posée à", "Mairie d", `href="/messages/`)
	lacks(t, "to be done by a moderator", b.french(todoPath, "moderator"), "Question posée à")
	i := strings.Index(todo, `href="/messages/`) + len(`href="`)
	thread, _, _ := strings.Cut(todo[i:], "#")
	holds(t, "the question", b.french(thread, "operator"), "Quand ouvre le secrétariat")
	b.sends("operator", thread, url.Values{"text": {"Le mardi matin."}})
	holds(t, "the answer", b.french(thread, "resident:tom"), "Le mardi matin.", "Mairie d")
	lacks(t, "done", b.french(todoPath, "operator"), "Question posée à")
}
