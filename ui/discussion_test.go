package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// inGroup makes a group kept by lea to which tom belongs; it is read by
// everybody unless changed.
func (b *box) inGroup(change ...func(*group.Group)) group.Group {
	b.t.Helper()
	g := group.Group{Name: "Les affouagistes", Purpose: "Le bois", Theme: "nature", Reading: group.ToEverybody, Seen: group.ToEverybody, Joining: group.Free}
	for _, c := range change {
		c(&g)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return group.Begin(tx, &g, "") })
	b.as("tom", func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	return g
}

func closedGroup(g *group.Group) { g.Reading, g.Name = group.ToMembers, "La cave" }

// oneGroup and oneTopic are the same whenever a sample asks for them: nobody may
// begin many in an hour. tom speaks, lea keeps the group.
func (b *box) oneGroup() (id string) {
	b.t.Helper()
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) error {
		list, err := group.Mine(tx)
		if len(list) > 0 {
			id = list[0].ID
		}
		return err
	})
	if id == "" {
		id = b.inGroup().ID
	}
	return id
}

func (b *box) oneTopic() (t discussion.Topic) {
	b.t.Helper()
	in := b.oneGroup()
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) error {
		list, err := discussion.InGroup(tx, in, 0, 1)
		if len(list) > 0 {
			t = list[0]
		}
		return err
	})
	if t.ID == "" {
		t = b.speaks("tom", in, "Le bois", withPoll(b))
	}
	return t
}

// speaks opens a discussion in a group as an account.
func (b *box) speaks(account, in, title string, change ...func(*discussion.Topic, *discussion.Draft)) discussion.Topic {
	b.t.Helper()
	t := discussion.Topic{Group: in, Sort: discussion.Discussion, Title: title}
	d := discussion.Draft{Text: "Premier mot"}
	for _, c := range change {
		c(&t, &d)
	}
	b.as(account, func(tx *store.Tx) error { return discussion.Begin(tx, &t, d) })
	return t
}

func (b *box) answers(account, topic, text string) (p discussion.Post) {
	b.t.Helper()
	b.as(account, func(tx *store.Tx) (err error) {
		p, err = discussion.Reply(tx, topic, discussion.Draft{Text: text})
		return err
	})
	return p
}

// firstPost is the id of the post a topic begins with.
func (b *box) firstPost(t discussion.Topic) (id string) {
	b.t.Helper()
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) error {
		list, err := discussion.Posts(tx, t.Ref(), 1, 1, false)
		id = list[0].ID
		return err
	})
	return id
}

func withPoll(b *box) func(*discussion.Topic, *discussion.Draft) {
	return func(_ *discussion.Topic, d *discussion.Draft) {
		d.Poll = &discussion.Poll{Options: []string{"Samedi", "Dimanche"}, Until: b.clock.Now().Add(48 * time.Hour)}
	}
}

func init() {
	list := func(tail string) func(*box) string {
		return func(b *box) string { return "/sujets/groupe/" + b.oneGroup() + tail }
	}
	topic := func(tail string) func(*box) string {
		return func(b *box) string { return "/sujets/" + b.oneTopic().ID + tail }
	}
	post := func(tail string) func(*box) string {
		return func(b *box) string {
			return "/sujets/message/" + b.firstPost(b.oneTopic()) + tail
		}
	}
	edited := func(b *box) string {
		id := b.firstPost(b.oneTopic())
		b.clock.Add(time.Hour)
		b.as("tom", func(tx *store.Tx) error { _, err := discussion.Edit(tx, id, "Autrement dit"); return err })
		return "/sujets/message/" + id + "/avant"
	}
	words := url.Values{"title": {"Un titre"}, "text": {"Des mots"}, "sort": {"discussion"}}
	for name, s := range map[string]sample{
		"GET /groupes/:id/sujets/:sujet": {path: func(b *box) string {
			return "/groupes/" + b.oneGroup() + "/sujets/" + b.oneTopic().ID
		}},
		"GET /sujets/groupe/:id":            {path: list("")},
		"GET /sujets/groupe/:id/nouveau":    {path: list("/nouveau"), as: "resident:tom"},
		"POST /sujets/groupe/:id/nouveau":   {path: list("/nouveau"), as: "resident:tom", form: words},
		"GET /sujets/:id":                   {path: topic("")},
		"POST /sujets/:id":                  {path: topic(""), as: "resident:tom", form: words},
		"GET /sujets/:id/fil.atom":          {path: topic("/fil.atom")},
		"GET /sujets/:id/gerer":             {path: topic("/gerer"), as: "resident:lea"},
		"POST /sujets/:id/gerer":            {path: topic("/gerer"), as: "resident:lea", form: url.Values{"do": {"pin"}}},
		"GET /sujets/message/:id/modifier":  {path: post("/modifier"), as: "resident:tom"},
		"POST /sujets/message/:id/modifier": {path: post("/modifier"), as: "resident:tom", form: words},
		"GET /sujets/message/:id/retirer":   {path: post("/retirer"), as: "resident:tom"},
		"POST /sujets/message/:id/retirer":  {path: post("/retirer"), as: "resident:tom"},
		"GET /sujets/message/:id/avant":     {path: edited, as: "resident:tom"},
		"POST /sujets/message/:id/choisir":  {path: post("/choisir"), as: "resident:tom", form: url.Values{"option": {"1"}}},
		"GET /sujets/message/:id":           {path: post("")},
		"GET /sujets/message/:id/masquer":   {path: post("/masquer"), as: "resident:lea"},
		"POST /sujets/message/:id/masquer":  {path: post("/masquer"), as: "resident:lea", form: url.Values{"do": {"hide"}, "reason": {"insult"}}},
		"POST /moderation/nom/:module/:id":  at("/moderation/nom/post/0123456789abcdef"),
		"GET /nouveautes":                   at("/nouveautes"),
		"POST /nouveautes":                  at("/nouveautes"),
	} {
		samples[name] = s
	}
}

func TestATopicIsBegunAnsweredAndRead(t *testing.T) {
	b := newBox(t)
	g := b.inGroup()
	at := b.sends("resident:tom", "/sujets/groupe/"+g.ID+"/nouveau", url.Values{"title": {"Coupe de bois"}, "text": {"Rendez-vous samedi\nau lavoir"}})
	page := b.french(at, "")
	holds(t, "a visitor", page, "Coupe de bois", "Rendez-vous samedi\nau lavoir", "Visible par", "Se connecter", "Membre parti", "0 réponse")
	lacks(t, "a visitor", page, "<textarea", "NOUVEAU", "Signaler")
	page = b.french(at, "resident:lea")
	holds(t, "a member", page, "NOUVEAU", "<textarea", "Répondre")
	lacks(t, "once read", b.french(at, "resident:lea"), "NOUVEAU")
	if to := b.sends("resident:lea", at, url.Values{"text": {"J'y serai"}, "quoted": {"1"}}); !strings.HasSuffix(to, "#m2") {
		t.Errorf("a reply leads to %s", to)
	}
	holds(t, "the reply", b.french(at, ""), "J’y serai", "<blockquote", `id="m2"`, "1 réponse")
	holds(t, "the list", b.french("/sujets/groupe/"+g.ID, ""), "Coupe de bois", "1 sujet")
	holds(t, "a search", b.french("/recherche?q=lavoir", ""), "Coupe de bois")
	w := b.ask(POST, at, "resident:lea", url.Values{"text": {" "}}, french1)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without words: %d", w.Code)
	}
	holds(t, "without words", w.Body.String(), "Écrivez votre message.")
	w = b.ask(POST, "/sujets/groupe/"+g.ID+"/nouveau", "resident:tom", url.Values{"text": {"gardé"}, "options": {"une seule"}}, french1)
	holds(t, "a topic without title", w.Body.String(), "gardé", "une seule", "Proposez de 2 à 10 réponses")
}

// FO-7: the old address of a moved topic.
func TestFO7_TheOldAddressLeadsThoseWhoMayThere(t *testing.T) {
	b := newBox(t)
	open, closed := b.inGroup(), b.inGroup(closedGroup)
	topic := b.speaks("tom", open.ID, "Le puits")
	old, code := "/groupes/"+open.ID+"/sujets/"+topic.ID, ""
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, topic.Ref())
		code = "/" + c.Code
		return err
	})
	if to := b.sends("resident:lea", "/sujets/"+topic.ID+"/gerer", url.Values{"do": {"move"}, "group": {closed.ID}}); to != "/sujets/"+topic.ID {
		t.Errorf("moved to %s", to)
	}
	for _, c := range []struct {
		who  string
		want int
	}{{"", 404}, {"resident:other", 404}, {"moderator", 404}, {"resident:tom", 303}, {"resident:lea", 303}} {
		if w := b.ask(GET, old, c.who, nil); w.Code != c.want || c.want == 303 && w.Header().Get("Location") != "/sujets/"+topic.ID {
			t.Errorf("%q: %d %s", c.who, w.Code, w.Header().Get("Location"))
		}
		want := 404
		if c.want == 303 {
			want = 200
		}
		for _, page := range []string{"/sujets/" + topic.ID, code} {
			if w := b.ask(GET, page, c.who, nil); w.Code != want && w.Code != c.want {
				t.Errorf("%q reads %s: %d", c.who, page, w.Code)
			}
		}
	}
	for _, page := range []string{"/recherche?q=puits", "/fiches.atom", "/api/v1/listings", "/fiches.csv"} {
		lacks(t, page, b.get(page), "Le puits")
	}
	if w := b.ask(GET, "/sujets/"+topic.ID+"/fil.atom", "resident:tom", nil); w.Code != 404 {
		t.Errorf("its feed, for a member: %d", w.Code)
	}
}

// FO-8: back after two years, one page by module.
func TestFO8_WhatIsNewFitsOnePage(t *testing.T) {
	b := newBox(t)
	b.readAs("resident:lea", "/nouveautes")
	b.clock.Add(2 * 365 * 24 * time.Hour)
	g := b.inGroup()
	for i := range 30 {
		b.clock.Add(10 * time.Minute)
		b.speaks("tom", g.ID, fmt.Sprintf("Sujet %d", i))
		b.asks(fmt.Sprintf("Armoire %d", i))
	}
	page := b.french("/nouveautes", "resident:lea")
	holds(t, "the page", page, "Depuis votre dernière visite", "30 messages non lus dans vos groupes", "Sujet 29", "Et 25 autres sujets", "30 nouveautés", "Armoire 29")
	lacks(t, "the page", page, "Sujet 3<", "Armoire 26")
	if len(page) > 30_000 {
		t.Errorf("%d bytes", len(page))
	}
	b.sends("resident:lea", "/nouveautes", nil)
	holds(t, "after all is read", b.french("/nouveautes", "resident:lea"), "Rien de nouveau")
}

// FO-9: a poll nobody voted in.
func TestFO9_APollWithoutALastDayIsAskedForIt(t *testing.T) {
	b := newBox(t)
	to := "/sujets/groupe/" + b.inGroup().ID + "/nouveau"
	w := b.ask(POST, to, "resident:tom", url.Values{"sort": {"discussion"}, "title": {"Quand ?"}, "text": {"Dites."}, "options": {"Matin\nSoir"}}, french1)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", w.Code)
	}
	holdsWords(t, "the form again", w.Body.String(), "Un sondage a un dernier jour : écrivez-le.", "Matin")
	lacks(t, "the form again", w.Body.String(), "plus tard que maintenant")
}

func TestFO9_APollWithoutVotersHasNoBar(t *testing.T) {
	b := newBox(t)
	topic := b.speaks("tom", b.inGroup().ID, "Quand ?", withPoll(b))
	at, post := "/sujets/"+topic.ID, "/sujets/message/"+b.firstPost(topic)+"/choisir"
	for _, c := range []struct {
		who, option, want string
		bar               bool
	}{{"", "", "0 votant", false}, {"resident:tom", "1", "1 votant", true}, {"resident:lea", "2", "2 votants", true}} {
		if c.who != "" {
			b.sends(c.who, post, url.Values{"option": {c.option}})
		}
		page := b.french(at, "")
		holds(t, c.want, page, c.want)
		lacks(t, c.want, page, "NaN", "\u00a0%", "\u202f%")
		if strings.Contains(page, "<progress") != c.bar || !c.bar && strings.Contains(page, "0 votants") {
			t.Errorf("%s: bar %v", c.want, !c.bar)
		}
	}
	holds(t, "one's own", b.french(at, "resident:lea"), "votre réponse")
	if w := b.ask(POST, post, "resident:lea", url.Values{}, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choisissez une des réponses") {
		t.Errorf("without a choice: %d", w.Code)
	}
}

// FO-6 on the page.
func TestFO6_TheMarkAndTheEarlierText(t *testing.T) {
	b := newBox(t)
	topic := b.speaks("tom", b.inGroup().ID, "Le bois")
	id := b.firstPost(topic)
	b.clock.Add(time.Hour)
	b.sends("resident:tom", "/sujets/message/"+id+"/modifier", url.Values{"title": {"Le bois sec"}, "text": {"Autrement dit"}})
	page := b.french("/sujets/"+topic.ID, "")
	holds(t, "a visitor", page, "Modifié le", "Autrement dit", "Le bois sec")
	lacks(t, "a visitor", page, "/avant")
	before := "/sujets/message/" + id + "/avant"
	holds(t, "a member", b.french("/sujets/"+topic.ID, "resident:lea"), before)
	holds(t, "what it said", b.french(before, "resident:lea"), "Premier mot", "Autrement dit")
}

// FO-1: authors are named as they write, nobody else is.
func TestFO1_TheFeedAndThePageNameNobodySilent(t *testing.T) {
	b := newBox(t)
	_, silent := b.account("Silvain Tacite")
	_, author := b.account("Paule Parle")
	g := b.inGroup(func(g *group.Group) { g.Seen = group.ToKeepers })
	for _, who := range []string{silent, author} {
		b.as(who, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	}
	topic := b.speaks(author, g.ID, "Les chemins")
	b.answers("tom", topic.ID, "Bien dit @Paule Parle")
	for _, page := range []string{"/sujets/" + topic.ID, "/sujets/" + topic.ID + "/fil.atom"} {
		text := b.french(page, "")
		holds(t, page, text, "Paule Parle")
		lacks(t, page, text, "Silvain")
	}
	holds(t, "a name stands out", b.french("/sujets/"+topic.ID, ""), "<strong>@Paule Parle</strong>")
}

func TestAReportedPostIsDecidedOn(t *testing.T) {
	b := newBox(t)
	topic := b.speaks("lea", b.inGroup(closedGroup).ID, "Entre nous")
	p := b.answers("tom", topic.ID, "Gros mots")
	b.sends("resident:lea", "/signaler/"+p.ID, url.Values{"reason": {"insult"}})
	page := b.french("/moderation", "moderator")
	holds(t, "the queue", page, "1 contenu signalé", "Entre nous")
	lacks(t, "the queue", page, "Gros mots")
	judge := "/moderation/fiche/" + p.ID
	holds(t, "the post", b.french(judge, "moderator"), "Gros mots")
	w := b.ask(POST, judge, "moderator", url.Values{"do": {"hide"}, "reason": {"other"}}, french1)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without words for an other reason: %d", w.Code)
	}
	b.sends("moderator", judge, url.Values{"do": {"hide"}, "reason": {"insult"}})
	holds(t, "its author", b.french("/sujets/"+topic.ID, "resident:tom"), "Masqué par la modération de la boîte", "Gros mots")
	b.as("zoe", func(tx *store.Tx) error { return group.Join(tx, topic.Group, "") })
	page = b.french("/sujets/"+topic.ID, "resident:zoe")
	holds(t, "a member", page, "Masqué par la modération de la boîte")
	lacks(t, "a member", page, "Gros mots")
	holds(t, "the public log", b.french("/moderation/journal", ""), "Message masqué.")
}

func TestALongTopicIsReadInPages(t *testing.T) {
	b := newBox(t)
	topic := b.speaks("tom", b.inGroup().ID, "Long")
	for i := 2; i <= 2*postsShown+1; i++ {
		b.clock.Add(2 * time.Minute)
		b.answers("tom", topic.ID, fmt.Sprintf("Mot %d.", i))
	}
	at := "/sujets/" + topic.ID
	page := b.french(at, "resident:lea")
	holds(t, "the first page", page, "Mot 40.", "?page=2", "?page=3", "Dernière page")
	lacks(t, "the first page", page, "Mot 41.")
	page = b.french("/sujets/groupe/"+topic.Group, "resident:lea")
	holds(t, "the list", page, at+"?page=2#m41", "41 messages non lus")
	holds(t, "the last page", b.french(at+"?page=3", ""), "Mot 81.")
	for _, bad := range []string{"?page=4", "?page=-1"} {
		if w := b.ask(GET, at+bad, "", nil); w.Code != 404 && bad == "?page=4" {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
	feed := b.get(at + "/fil.atom")
	if n := strings.Count(feed, "<entry>"); n != feedPosts || !strings.Contains(feed, `rel="next"`) {
		t.Errorf("%d entries", n)
	}
}

// FO-4: a group that everybody read becomes secret.
func TestFO4_TopicsOfAGroupThatClosesLeaveEveryList(t *testing.T) {
	b := newBox(t)
	g := b.inGroup()
	topic := b.speaks("tom", g.ID, "Le puits")
	at := "/sujets/" + topic.ID
	public := []string{"/recherche?q=puits", "/fiches.atom", "/api/v1/listings", "/fiches.csv", "/groupes/" + g.ID}
	for _, page := range public {
		holds(t, page, b.get(page), "Le puits")
	}
	holds(t, "its feed", b.get(at+"/fil.atom"), "Premier mot")
	g.Reading, g.Joining = group.ToMembers, group.Invited
	b.as("lea", func(tx *store.Tx) error { return group.Edit(tx, &g, "") })
	for _, page := range public[:4] {
		lacks(t, page, b.get(page), "Le puits", "Premier mot")
	}
	for _, page := range []string{at, at + "/fil.atom", "/sujets/groupe/" + g.ID, "/groupes/" + g.ID} {
		for _, who := range []string{"", "resident:other", "moderator"} {
			if w := b.ask(GET, page, who, nil); w.Code != http.StatusNotFound {
				t.Errorf("%q reads %s: %d", who, page, w.Code)
			}
		}
	}
	holds(t, "a member", b.french(at, "resident:tom"), "Premier mot", "les membres du groupe")
}

// VP-1: names of who left, in the words of others.
func TestVP1_AModeratorLooksAtPostsThatNameWhoLeft(t *testing.T) {
	b := newBox(t)
	_, ana := b.account("Ana Partie")
	g := b.inGroup()
	b.as(ana, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	topic := b.speaks(ana, g.ID, "Souvenirs")
	named := b.answers("tom", topic.ID, "Merci @Ana Partie pour la soupe")
	storetest.Update(t, b.db, store.Actor{ID: ana, Role: store.Resident}, func(tx *store.Tx) error {
		return discussion.Personal.Erase(tx, ana, store.KeepUnnamed)
	})
	holds(t, "the topic", b.french("/sujets/"+topic.ID, ""), "Membre parti", "Premier mot")
	holds(t, "the queue", b.french("/moderation", "moderator"), "1 texte où figure peut-être le nom", "pour la soupe")
	b.sends("moderator", "/moderation/nom/post/"+named.ID, nil)
	lacks(t, "after a look", b.french("/moderation", "moderator"), "pour la soupe")
}

// PA-3: a telephone number in a post.
func TestPA3_AVisitorReadsNoTelephoneNumberInAPost(t *testing.T) {
	b := newBox(t)
	topic := b.speaks("tom", b.inGroup().ID, "Le tracteur", func(t *discussion.Topic, d *discussion.Draft) {
		withPoll(b)(t, d)
		d.Text, d.Poll.Options[0] = "Appelez le 06 12 34 56 78 ce soir", "Appeler le 06 11 22 33 44"
	})
	b.as("lea", func(tx *store.Tx) error {
		_, err := discussion.Reply(tx, topic.ID, discussion.Draft{Text: "Moi au 06 98 76 54 32", Quoted: 1})
		return err
	})
	at := "/sujets/" + topic.ID
	for _, out := range []string{b.french(at, ""), b.get(at + "/fil.atom"), b.get("/fiches.atom"), b.get("/api/v1/listings"), b.everywhere(topic.ID)} {
		lacks(t, "a visitor", strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(out), "34 56", "76 54", "22 33")
	}
	holds(t, "a resident", strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(b.french(at, "resident:other")), "06 12 34 56 78", "06 11 22 33 44", "06 98 76 54 32")
}

func TestWithItsGroupWhatWasSaidGoes(t *testing.T) {
	b := newBox(t)
	g := b.inGroup()
	topic := b.speaks("tom", g.ID, "Le puits")
	b.as("lea", func(tx *store.Tx) error { return group.Close(tx, g.ID) })
	b.clock.Add(group.RemoveAfter)
	b.as("lea", func(tx *store.Tx) error { return group.Remove(tx, g.ID, forgetGroup) })
	if w := b.ask(GET, "/sujets/"+topic.ID, "resident:tom", nil); w.Code != http.StatusNotFound {
		t.Errorf("its topic: %d", w.Code)
	}
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT (SELECT count(*) FROM discussion_posts) + (SELECT count(*) FROM discussion_topics)`)
		if n != 0 {
			t.Errorf("%d rows are left", n)
		}
		return err
	})
}

// TestAGroupThatAsksForAPauseSaysSo before and after one writes, and keeps what
// was typed.
func TestAGroupThatAsksForAPauseSaysSo(t *testing.T) {
	b := newBox(t)
	g := b.inGroup()
	form := url.Values{
		"name": {g.Name}, "purpose": {g.Purpose}, "theme": {g.Theme}, "reading": {string(g.Reading)}, "seen": {string(g.Seen)},
		"joining": {string(g.Joining)}, "pause": {"60"},
	}
	b.post("/groupes/"+g.ID+"/modifier", "resident:lea", http.StatusSeeOther, form)
	has(t, b.ask(GET, "/groupes/"+g.ID+"/modifier", "resident:lea", nil).Body.String(), `value="60" selected`)
	topic := b.speaks("tom", g.ID, "Le bois")
	at := "/sujets/" + topic.ID
	holdsWords(t, "a member", b.french(at, "resident:tom"), "on attend entre deux messages : 1 heure")
	lacks(t, "a keeper", b.french(at, "resident:lea"), "on attend entre")
	b.clock.Add(59*time.Minute + 30*time.Second)
	w := b.ask(POST, at, "resident:tom", url.Values{"text": {"Encore un mot"}})
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d", w.Code)
	}
	holdsWords(t, "too soon", w.Body.String(), "encore 1 minute.", "Encore un mot")
}
