package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

// single is a single post by tom, and where it stands.
type single struct {
	name string
	post func(b *box) (id, page string)
}

// singles are a message of a group that only its members read, and a comment on
// what everybody does. lea keeps the group and sells the bicycle.
var singles = []single{
	{"Message dans « Entre nous »", func(b *box) (string, string) {
		topic := b.speaks("lea", b.inGroup(closedGroup).ID, "Entre nous")
		return b.answers("tom", topic.ID, "Mot du puits").ID, "/sujets/" + topic.ID
	}},
	{"Commentaire sur « Vélo »", func(b *box) (string, string) {
		ad := b.sell("Vélo")
		return b.remarks("tom", ad.Ref(), "Mot du puits").ID, "/annonces/" + ad.ID
	}},
}

// opinionOn is the page of the one second opinion that waits.
func (b *box) opinionOn() (path string) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{ID: "x", Role: store.Moderator}, func(tx *store.Tx) error {
		list, err := moderation.Appeals(tx)
		if len(list) == 1 {
			path = "/moderation/recours/" + list[0].ID
		}
		return err
	})
	return path
}

func TestMD1_ASinglePostGetsASecondOpinion(t *testing.T) {
	for _, c := range singles {
		b := newBox(t)
		id, page := c.post(b)
		judge, appeal := "/moderation/fiche/"+id, "/recours/post/"+id
		b.sends("resident:lea", "/signaler/"+id, url.Values{"reason": {"insult"}})
		queue := b.french("/moderation", "moderator:one")
		holdsWords(t, c.name, queue, c.name, judge)
		lacks(t, c.name, queue, "Mot du puits")
		holds(t, c.name, b.french(judge, "moderator:one"), "Décider d’un message signalé", "Mot du puits", "C’est blessant.")
		b.sends("moderator:one", judge, url.Values{"do": {"hide"}, "reason": {"insult"}, "text": {"Restez poli."}})
		for who, reads := range map[string]bool{"resident:tom": true, "resident:lea": false} {
			if got := strings.Contains(b.french(page, who), "Mot du puits"); got != reads && (who != "resident:lea" || page[:8] != "/sujets/") {
				t.Errorf("%s: %s reads it: %v", c.name, who, got)
			}
		}
		holds(t, c.name, b.french(page, "resident:tom"), appeal, "Restez poli.")
		lacks(t, c.name, b.french(page, "resident:lea"), appeal)
		holds(t, "who reported", b.french("/avis", "resident:lea"), "Ce que vous avez signalé est masqué")
		holds(t, "its author", b.french("/avis", "resident:tom"), "Votre message a été masqué")
		for _, who := range []string{"resident:lea", "resident:other", "moderator:one", "operator"} {
			if w := b.ask(POST, appeal, who, url.Values{"text": {"Si."}}); w.Code != http.StatusNotFound {
				t.Errorf("%s: %s asks: %d", c.name, who, w.Code)
			}
		}
		b.sends("resident:tom", appeal, url.Values{"text": {"C'était pour rire."}})
		opinion := b.opinionOn()
		if w := b.ask(POST, opinion, "moderator:one", url.Values{"do": {"undo"}}); w.Code != http.StatusForbidden {
			t.Errorf("%s: whoever decided answers: %d", c.name, w.Code)
		}
		if w := b.ask(POST, opinion, "resident:lea", url.Values{"do": {"undo"}}); w.Code != http.StatusForbidden && w.Code != http.StatusNotFound {
			t.Errorf("%s: a resident answers: %d", c.name, w.Code)
		}
		holds(t, c.name, b.french(opinion, "moderator:two"), "Mot du puits", "Restez poli.", "pour rire")
		b.sends("moderator:two", opinion, url.Values{"do": {"undo"}})
		holds(t, c.name, b.french(page, "resident:lea"), "Mot du puits")
		log := b.french("/moderation/journal", "")
		holds(t, c.name, log, "Message masqué.", "décision annulée")
		lacks(t, c.name, log, "Vélo", "Entre nous", "tom")
		holds(t, c.name, b.french("/moderation/registre", "moderator"), "Décision")
	}
}

func TestMD1_WhatTheGroupHidAnotherModeratorOfTheBoxLooksAt(t *testing.T) {
	b := newBox(t)
	id, page := singles[0].post(b)
	b.sends("resident:lea", "/sujets/message/"+id+"/masquer", url.Values{"do": {"hide"}, "reason": {"off_topic"}})
	holds(t, "its author", b.french(page, "resident:tom"), "Masqué par la modération du groupe", "/recours/post/"+id)
	if w := b.ask(GET, "/moderation/fiche/"+id, "moderator", nil); w.Code != http.StatusNotFound {
		t.Errorf("before anybody asks, the box reads it: %d", w.Code)
	}
	b.sends("resident:tom", "/recours/post/"+id, url.Values{"text": {"C'est le sujet."}})
	opinion := b.opinionOn()
	holds(t, "the box", b.french(opinion, "moderator"), "Mot du puits", "est le sujet.")
	b.sends("moderator", opinion, url.Values{"do": {"undo"}})
	lacks(t, "its author", b.french(page, "resident:tom"), "Masqué par")
	if w := b.ask(GET, "/moderation/fiche/"+id, "moderator", nil); w.Code != http.StatusNotFound {
		t.Errorf("afterwards the box reads it: %d", w.Code)
	}
}

func TestMD2_NobodyDecidesOnTheirOwnPost(t *testing.T) {
	b := newBox(t)
	ad := b.sell("Vélo")
	mine, reported := b.remarks("mod", ad.Ref(), "Le mien"), b.remarks("tom", ad.Ref(), "Le sien")
	b.sends("resident:lea", "/signaler/"+mine.ID, url.Values{"reason": {"insult"}})
	b.sends("moderator:mod", "/signaler/"+reported.ID, url.Values{"reason": {"insult"}})
	for _, p := range []discussion.Post{mine, reported} {
		for _, do := range []string{"hide", "dismiss", "remove"} {
			if w := b.ask(POST, "/moderation/fiche/"+p.ID, "moderator:mod", url.Values{"do": {do}, "reason": {"insult"}}); w.Code != http.StatusForbidden {
				t.Errorf("%s %q: %d", do, p.Text, w.Code)
			}
		}
	}
	if n := strings.Count(b.french("/moderation", "moderator:mod"), "Vous l’avez écrit ou signalé"); n != 2 {
		t.Errorf("the queue leaves %d to others", n)
	}
}

func TestMD7_ASinglePostIsSealedAndTakenAwayByTwo(t *testing.T) {
	for _, c := range singles {
		b := newBox(t)
		words := b.canSeal()
		id, page := c.post(b)
		judge, at := "/moderation/fiche/"+id, "/sujets/message/"+id
		b.sends("resident:lea", "/signaler/"+id, url.Values{"reason": {"illegal"}})
		b.sends("moderator", judge, url.Values{"do": {"hide"}, "reason": {"illegal"}})
		holdsWords(t, c.name, b.french("/moderation", "moderator:two"), "1 retrait définitif à confirmer", c.name)
		if w := b.ask(POST, judge, "moderator", url.Values{"do": {"confirm"}}); w.Code != http.StatusForbidden {
			t.Errorf("%s: alone: %d", c.name, w.Code)
		}
		if w := b.ask(POST, judge, "moderator:two", url.Values{"do": {"confirm"}, "shown": {"0123456789abcdef"}}); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: changed since: %d", c.name, w.Code)
		}
		b.sends("moderator:two", judge, url.Values{"do": {"confirm"}, "shown": {hiddenShown.FindStringSubmatch(b.french(judge, "moderator:two"))[1]}})
		for _, who := range []string{"resident:tom", "resident:lea"} {
			lacks(t, c.name, b.french(page, who), "Mot du puits")
		}
		holds(t, c.name, b.french(page, "resident:lea"), "Message retiré par la modération")
		w := b.ask(GET, at, "resident:tom", nil, french1)
		if w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "retiré ce contenu") {
			t.Errorf("%s: its address: %d", c.name, w.Code)
		}
		holds(t, "its author", b.french("/avis", "resident:tom"), "Votre message a été retiré pour de bon")
		holds(t, "the log", b.french("/moderation/journal", ""), "retiré pour de bon, à deux")
		seals := b.french("/admin/scelles", "operator")
		_, path, found := strings.Cut(seals, "/admin/scelles/")
		if !found {
			t.Fatalf("%s: nothing is sealed\n%s", c.name, seals)
		}
		path, _, _ = strings.Cut(path, `"`)
		opened := b.ask(POST, "/admin/scelles/"+path, "operator", url.Values{"words": {words}})
		holds(t, c.name, opened.Body.String(), "Mot du puits")
	}
}

func TestPA6_SeveralReportsHideASinglePostForTheTimeBeing(t *testing.T) {
	b := newBox(t)
	id, page := singles[1].post(b)
	b.reportedBy("/signaler/"+id, "resident:lea", "resident:ida", "resident:max")
	lacks(t, "others", b.french(page, ""), "Mot du puits")
	holds(t, "its author", b.french(page, "resident:tom"), "Mot du puits", "plusieurs personnes l’ont signalé")
	holds(t, "its author", b.french("/avis", "resident:tom"), "Plusieurs personnes ont signalé votre message")
	holds(t, "the queue", b.french("/moderation", "moderator"), "Masqué en attendant votre décision.")
	b.sends("moderator", "/moderation/fiche/"+id, url.Values{"do": {"dismiss"}})
	holds(t, "found wrong", b.french(page, ""), "Mot du puits")
	holds(t, "the log", b.french("/moderation/journal", ""), "Signalements clos, message gardé.", "Message masqué par ses signalements")
}

// Who reads a closed group's message, and by which address.
func TestVP8_ASingleMessageIsReadByNobodyElse(t *testing.T) {
	b := newBox(t)
	id, _ := singles[0].post(b)
	for _, at := range []string{"/sujets/message/" + id, "/signaler/" + id, "/moderation/fiche/" + id, "/recours/post/" + id} {
		for _, who := range []string{"resident:other", "moderator", "operator"} {
			if w := b.ask(GET, at, who, nil); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
				t.Errorf("%s reads %s: %d", who, at, w.Code)
			}
		}
	}
	if w := b.ask(GET, "/sujets/message/"+id, "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a visitor: %d", w.Code)
	}
	if to := b.ask(GET, "/sujets/message/"+id, "resident:lea", nil).Header().Get("Location"); !strings.HasSuffix(to, "#m2") {
		t.Errorf("a member is led to %q", to)
	}
}

// MD-6: tom blocked paul. Paul takes part in public threads; what he says there
// reaches tom by no mention.
func TestMD6_WhoIsBlockedTakesPartAndNamesNobody(t *testing.T) {
	b := newBox(t)
	tom, paul := b.known("Tom Lavoir"), b.known("Paul Muet")
	ad := b.sell("Vélo")
	in := b.inGroup().ID
	for _, who := range []string{tom, paul} {
		b.as(who, func(tx *store.Tx) error { return group.Join(tx, in, "") })
	}
	topic := b.speaks(tom, in, "Le lavoir")
	b.remarks(tom, ad.Ref(), "Il est à vous ?")
	var thread message.Thread
	b.as(paul, func(tx *store.Tx) (err error) {
		thread, err = message.Open(tx, ad.Ref(), ad.Title, message.Party{Account: tom}, message.Party{Account: paul}, "Réponds")
		return err
	})
	b.sends("resident:"+tom, "/messages/"+thread.ID+"/bloquer", url.Values{"do": {"block"}})
	b.sends("resident:"+tom, "/avis", nil)
	for page, text := range map[string]string{
		"/sujets/" + topic.ID:    "Oui @Tom Lavoir, ici",
		"/commentaires/" + ad.ID: "Non @Tom Lavoir, là",
	} {
		b.sends("resident:"+paul, page, url.Values{"text": {text}})
		holds(t, page, b.french(page, ""), strings.SplitN(text, " ", 2)[0], "Tom Lavoir")
	}
	lacks(t, "who blocked", b.french("/avis", "resident:"+tom), "Un message vous nomme")
	if w := b.ask(POST, "/messages/"+thread.ID, "resident:"+paul, url.Values{"text": {"Encore"}}); w.Code == http.StatusSeeOther {
		t.Error("writes to who blocked")
	}
	b.sends("resident:lea", "/commentaires/"+ad.ID, url.Values{"text": {"Bonjour @Tom Lavoir"}})
	holds(t, "by somebody else", b.french("/avis", "resident:"+tom), "Un message vous nomme")
}

// known is the account of a person.
func (b *box) known(name string) string {
	b.t.Helper()
	_, id := b.account(name)
	return id
}

func TestVP1_AModeratorLooksAtEntriesThatNameWhoLeft(t *testing.T) {
	b := newBox(t)
	ana := b.known("Ana Partie")
	open := b.writes("Merci à ana  partie")
	closed := b.writes("À huis clos", func(e *discussion.Entry) {
		e.Group, e.Audience, e.Text = b.inGroup(closedGroup).ID, listing.Group, "Ana Partie nous manque"
	})
	storetest.Update(t, b.db, store.Actor{ID: ana, Role: store.Resident}, func(tx *store.Tx) error {
		return discussion.Personal.Erase(tx, ana, store.KeepUnnamed)
	})
	page := b.french("/moderation", "moderator")
	holds(t, "the queue", page, "2 textes où figure", "/nouvelles/"+open.ID, "/nouvelles/"+closed.ID, "nous manque")
	for _, e := range []discussion.Entry{open, closed} {
		b.sends("moderator", "/moderation/nom/journal/"+e.ID, nil)
	}
	lacks(t, "after a look", b.french("/moderation", "moderator"), "où figure", "nous manque")
	storetest.View(t, b.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		if _, err := listing.ByRef(tx, closed.Ref()); store.KindOf(err) != store.NotFound {
			t.Errorf("after a look a moderator still reads the closed one: %v", err)
		}
		return nil
	})
}
