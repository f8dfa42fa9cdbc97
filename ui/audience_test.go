package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// lea writes in the group, tom belongs to it, zoe does not; nor does the
// operator.
const (
	inGroup  = "resident:lea"
	alsoIn   = "resident:tom"
	outside  = "resident:zoe"
	operates = "operator"
)

// everyone who may ask for a page, and what they are to a group of Léa's.
var everyone = []string{"", outside, "moderator", operates, alsoIn, inGroup}

// belongs tells whether somebody is of the group of a test.
func belongs(who string) bool { return who == inGroup || who == alsoIn }

// groupEvent is an event of a group, by Léa.
func (b *box) groupEvent(of string, a listing.Audience, change ...func(*agenda.Event)) (e agenda.Event) {
	b.t.Helper()
	b.as("lea", func(tx *store.Tx) (err error) {
		e = agenda.Event{Title: "Chantier de la mare", Description: "Apporter une tronçonneuse.", Place: "Mare du haut", Tags: []string{"clairière"}, Audience: a, Group: of}
		if e.Starts, err = calendar.ParseWall("2026-12-05T09:00"); err != nil {
			return err
		}
		for _, c := range change {
			c(&e)
		}
		return agenda.Schedule(tx, &e)
	})
	return e
}

// groupAd is an ad of a group, by Léa.
func (b *box) groupAd(of string, a listing.Audience) ads.Ad {
	b.t.Helper()
	return b.sell("Tronçonneuse du groupe", func(ad *ads.Ad) { ad.Audience, ad.Group = a, of })
}

// lists are the pages and files in which something of a group might show.
var lists = []string{
	"/", "/agenda", "/agenda?from=2026-11-01", "/agenda/semaine?from=2026-12-01", "/agenda/mois?from=2026-12-01", "/agenda/jour?jour=2026-12-05", "/agenda/tout",
	"/annonces", "/annonces?kind=offer", "/carte", "/etiquettes", "/etiquettes/clairi%C3%A8re",
	"/agenda.ics", "/agenda.atom", "/fiches.atom", "/fiches.geojson", "/fiches.csv", "/fiches.jsonld", "/api/v1/listings", "/api/v1/map?zoom=9", "/integration/agenda",
	"/recherche?q=rien", "/annonces?group=0123456789abcdef", "/c/biars-sur-cere", "/statistiques", "/groupes",
}

// TestWhatIsForAGroupIsOnNoOtherPage reads every list as everyone, members too.
func TestWhatIsForAGroupIsOnNoOtherPage(t *testing.T) {
	b := newBox(t)
	b.home()
	id := b.grove(group.ToEverybody)
	e, a := b.groupEvent(id, listing.Group), b.groupAd(id, listing.Group)
	for _, who := range everyone {
		for _, target := range lists {
			w := b.ask(GET, target, who, nil)
			if w.Code != http.StatusOK && w.Code != http.StatusNotFound {
				t.Errorf("%s as %q: %d", target, who, w.Code)
			}
			for _, word := range []string{e.Title, a.Title, e.ID, a.ID, "tronçonneuse", "clairière"} {
				if strings.Contains(w.Body.String(), word) && !strings.Contains(target, url.QueryEscape(word)) {
					t.Errorf("%s as %q says %q", target, who, word)
				}
			}
		}
	}
}

// TestAThingOfAGroupByItsAddress: its pages, photos and files are for who
// belongs; to others there is nothing, whoever they are.
func TestAThingOfAGroupByItsAddress(t *testing.T) {
	b := newBox(t)
	id := b.grove(group.ToEverybody)
	e, a := b.groupEvent(id, listing.Group), b.groupAd(id, listing.Group)
	photo := b.hung(e, 7)
	for _, who := range everyone {
		want := http.StatusNotFound
		if belongs(who) {
			want = http.StatusOK
		}
		for _, target := range []string{
			"/agenda/" + e.ID, "/agenda/" + e.ID + "/calendrier.ics", "/annonces/" + a.ID, "/signaler/" + e.ID, "/api/v1/listings/" + e.ID,
			"/fiche/" + a.ID + "/donnees.jsonld",
		} {
			if w := b.ask(GET, target, who, nil); w.Code != want {
				t.Errorf("%s as %q: %d, want %d", target, who, w.Code, want)
			}
		}
		for _, size := range []string{"", "/vignette"} {
			if w := b.ask(GET, "/photo/"+photo.Hash+size, who, nil); w.Code != want || want == http.StatusOK && w.Header().Get("Cache-Control") != "private, no-cache" {
				t.Errorf("its photo as %q: %d, want %d", who, w.Code, want)
			}
		}
		if w := b.ask(GET, "/agenda/"+e.ID+"/modifier", who, nil); (w.Code == http.StatusOK) != (who == inGroup) {
			t.Errorf("the form as %q: %d", who, w.Code)
		}
	}
	page := b.french("/agenda/"+e.ID, alsoIn)
	holds(t, "its page", page, "les membres du groupe Les amis de la mare, et personne d’autre", `href="/groupes/`+id+`"`)
	holds(t, "the ad", b.french("/annonces/"+a.ID, alsoIn), "les membres du groupe Les amis de la mare", `href="/groupes/`+id+`"`)
}

// TestTheListsOfAGroup: the filter of a group is for each what they may see.
func TestTheListsOfAGroup(t *testing.T) {
	b := newBox(t)
	id := b.grove(group.ToEverybody)
	inside := b.groupEvent(id, listing.Group)
	open := b.groupEvent(id, listing.Public, func(e *agenda.Event) { e.Title = "Portes ouvertes" })
	residents := b.groupEvent(id, listing.Members, func(e *agenda.Event) { e.Title = "Assemblée" })
	a := b.groupAd(id, listing.Group)
	for _, who := range everyone {
		for _, target := range []string{"/agenda?group=", "/recherche?group=", "/agenda.ics?group=", "/fiches.csv?group=", "/api/v1/listings?group="} {
			page := b.ask(GET, target+id, who, nil).Body.String()
			for title, want := range map[string]bool{inside.Title: belongs(who), open.Title: true, residents.Title: who != ""} {
				if strings.Contains(page, title) != want {
					t.Errorf("%s as %q: %s is there: %v", target, who, title, !want)
				}
			}
		}
		ads := b.french("/annonces?group="+id, who)
		if strings.Contains(ads, a.ID) != belongs(who) {
			t.Errorf("the group's ads as %q", who)
		}
		count := "0 annonce"
		if belongs(who) {
			count = "1 annonce"
		}
		holds(t, "counted as "+who, ads, count)
	}
	holds(t, "the words of the filter", b.french("/agenda?group="+id, ""), "groupe Les amis de la mare")
	b.shut(id)
	for _, target := range []string{"/agenda?group=", "/agenda.ics?group=", "/api/v1/listings?group=", "/agenda/partager?group="} {
		page := b.ask(GET, target+id, outside, nil).Body.String()
		lacks(t, "a closed group by "+target, page, open.Title, "Les amis de la mare")
	}
	if w := b.ask(GET, "/agenda?group=forest", "", nil); w.Code != http.StatusBadRequest {
		t.Errorf("what is no group: %d", w.Code)
	}
}

// TestASearchLooksIntoOnesGroups and says so, for who belongs.
func TestASearchLooksIntoOnesGroups(t *testing.T) {
	b := newBox(t)
	id := b.grove(group.ToResidents)
	e := b.groupEvent(id, listing.Group)
	for _, who := range everyone {
		page := b.french("/recherche?q=tronconneuse", who)
		if !belongs(who) {
			lacks(t, "a search as "+who, page, "Dans vos groupes", e.ID)
			continue
		}
		holds(t, "a search as "+who, page, "Dans vos groupes", e.ID, "0 fiche")
		holds(t, "all of them", b.french("/recherche?q=tronconneuse&group=mine", who), e.ID, "1 fiche", "dans vos groupes")
	}
	lacks(t, "an empty search", b.french("/recherche", inGroup), "Dans vos groupes")
	lacks(t, "of a visitor", b.french("/recherche?group=mine", ""), e.ID)
}

// eventTyped is the form of an event for an audience.
func audienceTyped(do, audience string, more ...string) url.Values {
	f := url.Values{
		"do": {do}, "title": {"Chantier de la mare"}, "place": {"Mare du haut"}, "starts": {"05/12/2026"}, "starts_time": {"9 h"}, "audience": {audience},
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

// TestTheFormOffersOnesGroups: from the choice to what others see.
func TestTheFormOffersOnesGroups(t *testing.T) {
	b := newBox(t)
	id := b.grove(group.ToResidents)
	form := b.french("/agenda/nouveau?group="+id, inGroup)
	holds(t, "the form", form, `value="group.`+id+`" checked`, `value="members.`+id+`"`)
	lacks(t, "a group that residents read", form, `value="public.`+id)
	lacks(t, "who is outside", b.french("/agenda/nouveau?group="+id, outside), "."+id+`"`)
	holds(t, "the ad's verbs", b.french("/annonces/nouvelle?group="+id, inGroup), "group="+id)
	holds(t, "the ad's form", b.french("/annonces/nouvelle?verbe=give&group="+id, inGroup), `value="group.`+id+`" checked`)

	w := b.ask(POST, "/agenda/nouveau", outside, audienceTyped("publish", "group."+id))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("who is outside posts in the group: %d", w.Code)
	}
	holds(t, "and is told", w.Body.String(), "Choisissez un groupe dont vous êtes membre", "Chantier de la mare")
	preview := b.ask(POST, "/agenda/nouveau", inGroup, audienceTyped("preview", "group."+id)).Body.String()
	holds(t, "the preview", preview, "les membres du groupe Les amis de la mare, et personne d’autre")
	to := b.sends(inGroup, "/agenda/nouveau", audienceTyped("publish", "group."+id))
	if w := b.ask(GET, to, outside, nil); w.Code != http.StatusNotFound {
		t.Errorf("others read it: %d", w.Code)
	}
	holds(t, "as it is edited", b.french(to+"/modifier", inGroup), `value="group.`+id+`" checked`)
}

// TestWideningAsksFirst: what was for few is not opened by a slip; narrowing
// needs no yes and is done at once.
func TestWideningAsksFirst(t *testing.T) {
	b := newBox(t)
	id := b.grove(group.ToEverybody)
	e := b.groupEvent(id, listing.Group)
	edit := "/agenda/" + e.ID + "/modifier"
	preview := b.ask(POST, edit, inGroup, audienceTyped("preview", "public."+id)).Body.String()
	holds(t, "the preview", preview, "Plus de monde pourra le lire", "les membres du groupe", "aussi sur la page du groupe", `name="wider"`)
	w := b.ask(POST, edit, inGroup, audienceTyped("publish", "public."+id))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("opened without a yes: %d", w.Code)
	}
	holds(t, "and is asked", w.Body.String(), "Cochez la case", `name="wider"`, "Chantier de la mare")
	if w := b.ask(GET, "/agenda/"+e.ID, outside, nil); w.Code != http.StatusNotFound {
		t.Error("it was opened all the same")
	}
	b.sends(inGroup, edit, audienceTyped("publish", "public."+id, "wider", "1"))
	holds(t, "the agenda", b.get("/agenda?from=2026-12-01"), "Chantier de la mare")
	preview = b.ask(POST, edit, inGroup, audienceTyped("preview", "members")).Body.String()
	lacks(t, "a narrower one", preview, "Plus de monde")
	b.sends(inGroup, edit, audienceTyped("publish", "group."+id))
	code := b.code(e)
	lacks(t, "the agenda", b.get("/agenda?from=2026-12-01"), "Chantier de la mare")
	for _, who := range everyone {
		if w := b.ask(GET, "/"+code, who, nil); (w.Code == http.StatusNotFound) == belongs(who) {
			t.Errorf("its short code as %q: %d", who, w.Code)
		}
	}
	lacks(t, "the calendar", b.get("/agenda.ics"), "Chantier de la mare")

	a := b.groupAd(id, listing.Group)
	ad := url.Values{"do": {"publish"}, "verb": {"give"}, "title": {"Mobylette"}, "category": {a.Category}, "audience": {"members"}}
	if w := b.ask(POST, "/annonces/"+a.ID+"/modifier", inGroup, ad); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an ad opened without a yes: %d", w.Code)
	}
	ad.Set("wider", "1")
	b.sends(inGroup, "/annonces/"+a.ID+"/modifier", ad)
	if w := b.ask(GET, "/annonces/"+a.ID, outside, nil); w.Code != http.StatusOK {
		t.Errorf("opened with a yes: %d", w.Code)
	}
}

// TestModeratorsReadWhatIsReportedInAGroup, and nothing else of it: until they
// have decided, and afterwards what they hid.
func TestModeratorsReadWhatIsReportedInAGroup(t *testing.T) {
	b := newBox(t)
	id := b.grove(group.ToResidents)
	e, other := b.groupEvent(id, listing.Group), b.groupAd(id, listing.Group)
	read := func(step string, want int) {
		t.Helper()
		for _, target := range []string{"/agenda/" + e.ID, "/moderation/fiche/" + e.ID} {
			if w := b.ask(GET, target, "moderator", nil); w.Code != want {
				t.Errorf("%s: %s answers a moderator %d, want %d", step, target, w.Code, want)
			}
		}
		if w := b.ask(GET, "/annonces/"+other.ID, "moderator", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: a moderator reads the rest of the group", step)
		}
		if w := b.ask(GET, "/agenda/"+e.ID, outside, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: others read it", step)
		}
	}
	read("before", http.StatusNotFound)
	complain := url.Values{"reason": {"wrong"}, "text": {"Hors charte"}}
	b.sends(alsoIn, "/signaler/"+e.ID, complain)
	read("reported", http.StatusOK)
	holds(t, "the queue", b.french("/moderation", "moderator"), e.Title)
	lacks(t, "the agenda", b.french("/agenda?from=2026-12-01", "moderator"), e.Title)
	b.sends("moderator", "/moderation/fiche/"+e.ID, url.Values{"do": {"dismiss"}})
	read("dismissed", http.StatusNotFound)
	b.sends(inGroup, "/agenda/"+e.ID+"/modifier", audienceTyped("publish", "group."+id))
	b.sends("resident:tom", "/signaler/"+other.ID, complain)
	if w := b.ask(GET, "/annonces/"+other.ID, "moderator", nil); w.Code != http.StatusOK {
		t.Errorf("a reported ad answers a moderator %d", w.Code)
	}
	b.sends("moderator", "/moderation/fiche/"+other.ID, url.Values{"do": {"hide"}, "reason": {"wrong"}, "text": {"Hors charte"}})
	if w := b.ask(GET, "/annonces/"+other.ID, alsoIn, nil); w.Code != http.StatusNotFound {
		t.Errorf("members read what was hidden: %d", w.Code)
	}
	if w := b.ask(GET, "/annonces/"+other.ID, "moderator", nil); w.Code != http.StatusOK {
		t.Errorf("a moderator cannot read what one hid: %d", w.Code)
	}
}

// TestThePageOfAGroup shows its dates and ads to each as far as they may see
// them, and who belongs where to add one.
func TestThePageOfAGroup(t *testing.T) {
	b := newBox(t)
	id := b.grove(group.ToEverybody)
	empty := b.french("/groupes/"+id, inGroup)
	holds(t, "an empty one", empty, "Aucune date à venir", "Aucune annonce", "/agenda/nouveau?group="+id, "/annonces/nouvelle?group="+id)
	lacks(t, "an empty one, outside", b.french("/groupes/"+id, outside), "Aucune date à venir", "?group="+id)
	inside := b.groupEvent(id, listing.Group)
	open := b.groupEvent(id, listing.Public, func(e *agenda.Event) { e.Title = "Portes ouvertes" })
	ad := b.groupAd(id, listing.Members)
	for _, who := range everyone {
		page := b.french("/groupes/"+id, who)
		for title, want := range map[string]bool{inside.Title: belongs(who), open.Title: true, ad.Title: who != "", "/agenda/nouveau?group=" + id: belongs(who)} {
			if strings.Contains(page, title) != want {
				t.Errorf("as %q: %q is there: %v", who, title, !want)
			}
		}
		holds(t, "as "+who, page, "/agenda/partager?group="+id, "/agenda?current=yes&amp;group="+id)
	}
	b.turn("agenda", "off")
	lacks(t, "with the agenda off", b.french("/groupes/"+id, inGroup), "Agenda du groupe")
}

// TestNoRouteTellsOfAThingOfAGroup walks all there is under the address of an
// event and an ad, and what takes the id of a thing, as everyone who does not
// belong: there is nothing, or a visitor is asked to sign in.
func TestNoRouteTellsOfAThingOfAGroup(t *testing.T) {
	b := newBox(t)
	id := b.grove(group.ToEverybody)
	e, a := b.groupEvent(id, listing.Group), b.groupAd(id, listing.Group)
	fill := strings.NewReplacer(":date", "2026-12-05", ":photo", "x", ":code", e.ID, ":n", "1", ":hash", "x")
	walked := 0
	for _, rt := range b.Routes() {
		var paths []string
		for prefix, id := range map[string]string{"/agenda/:id": e.ID, "/annonces/:id": a.ID, "/signaler/:code": e.ID, "/fiche/:id": a.ID, "/aimer/:id": e.ID, "/api/v1/listings/:id": a.ID, "/moderation/fiche/:id": e.ID} {
			if rt.Path == prefix || strings.HasPrefix(rt.Path, prefix+"/") {
				paths = append(paths, fill.Replace(strings.Replace(strings.Replace(rt.Path, ":id", id, 1), ":code", id, 1)))
			}
		}
		if strings.HasPrefix(rt.Path, "/messages/nouveau/") {
			paths = []string{"/messages/nouveau/agenda/" + e.ID, "/messages/nouveau/ads/" + a.ID}
		}
		for _, path := range paths {
			walked++
			for _, who := range []string{"", outside, "moderator", operates} {
				var form url.Values
				if rt.Method == POST {
					form = url.Values{"do": {"like"}, "text": {"Bonjour"}, "reason": {"wrong"}, "what": {"card"}, "target": {e.ID}}
				}
				w := b.ask(rt.Method, path, who, form)
				signIn := who == "" && w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), signInPath)
				refused := w.Code == http.StatusForbidden && strings.HasPrefix(path, "/moderation/") || who == "" && w.Code == http.StatusUnauthorized
				if w.Code != http.StatusNotFound && !signIn && !refused {
					t.Errorf("%s %s as %q: %d", rt.Method, path, who, w.Code)
				}
				if body := w.Body.String(); strings.Contains(body, e.Title) || strings.Contains(body, a.Title) {
					t.Errorf("%s %s as %q names it", rt.Method, path, who)
				}
			}
		}
	}
	if walked < 30 {
		t.Errorf("only %d routes: it tests nothing", walked)
	}
}
