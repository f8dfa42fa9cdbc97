package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/agenda"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/petition"
	"copi.local/store/vote"
)

// mairie is the operator's place among the people; the others have theirs in
// votes.go.
const mairie = 0

// civic is what the village asks for and answers: petitions, ideas addressed to
// the mairie, comments, decisions of moderators somebody appeals against, and a
// question the mairie has not answered yet.
func (f *filler) civic(ctx context.Context) error {
	for _, part := range []func(*store.Tx) error{f.petitions, f.ideas, f.comments, f.appeals, f.voice} {
		err := f.db.Update(ctx, func(tx *store.Tx) error {
			was := *tx
			defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
			return part(tx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ago is an instant so many days before the village was made.
func (f *filler) ago(days int) time.Time {
	return f.now.Add(-time.Duration(days) * day).Truncate(time.Minute)
}

// paperSheet is a sheet that lay at the grocery; its first line signed on the web
// too, and counts once.
var paperSheet = map[int]petition.Signature{
	1: {Name: "Vialas Odette", BirthYear: 1951, Commune: communeName, Who: petition.Elector, Shown: true},
	2: {Name: "Marcel Teulière", BirthYear: 1944, Commune: communeName, Who: petition.Elector, Shown: true},
	3: {Name: "Inès Bruguière", BirthYear: 2012, Commune: communeName, Who: petition.Inhabitant},
	4: {Name: "Rosa Ferran", BirthYear: 1978, Commune: "Valmorel-sur-Lère", Who: petition.Other, Shown: true},
	5: {Name: "Hugo Ferran", BirthYear: 1980, Commune: "Valmorel-sur-Lère", Who: petition.Other},
}

// petitions are one that runs, signed on the web and on paper, and one the
// mairie answered.
func (f *filler) petitions(tx *store.Tx) error {
	tx.Now = f.ago(16)
	runs := petition.Petition{
		ID: f.id(), Title: "Un passage piéton devant l'école", Addressee: "La mairie de " + communeName, Tags: []string{"école", "route"},
		Text:    "La route du moulin se traverse sans marquage, à l'heure des cars. Nous demandons un passage piéton et une zone à 30 devant l'école.",
		Purpose: "Remettre cette demande au conseil municipal.", Share: 1000, Electors: 412, KeepMonths: 3,
		EndsAt: f.midnight(45),
	}
	f.act(tx, jeanne)
	if err := petition.Add(tx, &runs, ""); err != nil {
		return err
	}
	for _, s := range []struct{ who, born int }{{jeanne, 1990}, {odette, 1951}, {karim, 1983}, {paul, 1979}} {
		tx.Now = tx.Now.Add(26 * time.Hour)
		if err := f.signs(tx, runs.ID, s.who, s.born); err != nil {
			return err
		}
	}
	f.act(tx, jeanne)
	if _, _, err := petition.TypeSheet(tx, runs.ID, 1, paperSheet); err != nil {
		return err
	}
	return f.answered(tx)
}

// signs signs a petition as one of the people; every second one with their name
// shown.
func (f *filler) signs(tx *store.Tx, id string, who, born int) error {
	f.act(tx, who)
	return petition.Sign(tx, &petition.Signature{
		PetitionID: id, Name: f.people[who].Name, BirthYear: born, Commune: communeName, Who: petition.Elector, Shown: who%2 == 0,
	}, true)
}

// answered is a petition that was handed over and has the mairie's answer.
func (f *filler) answered(tx *store.Tx) error {
	tx.Now = f.ago(80)
	p := petition.Petition{
		ID: f.id(), Title: "Garder la boîte à livres sous la halle", Addressee: "La mairie de " + communeName, Tags: []string{"lecture"},
		Text:    "La boîte à livres doit partir au dépôt pendant les travaux de la halle. Nous demandons qu'elle reste au bourg.",
		Purpose: "Remettre cette demande à la mairie.", Goal: 3, KeepMonths: 6, EndsAt: f.midnight(-40),
	}
	f.act(tx, paul)
	if err := petition.Add(tx, &p, ""); err != nil {
		return err
	}
	for _, s := range []struct{ who, born int }{{paul, 1979}, {odette, 1951}, {jeanne, 1990}} {
		if err := f.signs(tx, p.ID, s.who, s.born); err != nil {
			return err
		}
	}
	tx.Now = f.ago(38)
	f.act(tx, paul)
	if err := petition.Deposit(tx, p.ID); err != nil {
		return err
	}
	tx.Now = f.ago(25)
	f.act(tx, mairie)
	return petition.Reply(tx, p.ID, "La boîte à livres attendra la fin des travaux devant l'école, sous le préau. Merci aux trois signataires.")
}

// midnight is the one at the beginning of the day so many days from now.
func (f *filler) midnight(days int) time.Time {
	y, m, d := f.now.In(f.zone).AddDate(0, 0, days).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, f.zone)
}

// ideas are addressed to the mairie: one it took up and follows, one it is late
// with.
func (f *filler) ideas(tx *store.Tx) error {
	for _, n := range []struct {
		by, age     int
		title, text string
		answer      string
	}{
		{
			odette, 50, "Un composteur au cimetière", "Les fleurs fanées partent aujourd'hui aux ordures. Un composteur et un panneau suffiraient.",
			"Le composteur est commandé. Il sera posé par l'équipe technique avant la Toussaint.",
		},
		{paul, 36, "Ouvrir les toilettes de la halle le dimanche", "Les jours de marché, elles ferment à midi alors que les gens restent manger.", ""},
	} {
		p := vote.Proposal{ID: f.id(), Title: n.title, Text: n.text, Audience: listing.Public}
		tx.Now = f.ago(n.age)
		f.act(tx, n.by)
		if err := vote.Propose(tx, &p); err != nil {
			return err
		}
		if err := vote.Address(tx, p.ID); err != nil {
			return err
		}
		tx.Now = tx.Now.Add(2 * day)
		f.act(tx, jeanne)
		if err := vote.Support(tx, p.ID, true); err != nil {
			return err
		}
		tx.Now = tx.Now.Add(7 * day)
		f.act(tx, mairie)
		if n.answer == "" {
			if err := vote.Study(tx, p.ID); err != nil {
				return err
			}
			continue
		}
		if err := vote.Respond(tx, p.ID, vote.TakenUp, n.answer); err != nil {
			return err
		}
	}
	return nil
}

// comments are said about an event and an ad.
func (f *filler) comments(tx *store.Tx) error {
	tx.Now = f.ago(4)
	e := f.evening("Soupe d'hiver et veillée", 12, 19)
	e.Organiser, e.Place = "Amis du moulin", "Moulin de la Lère"
	f.act(tx, comite)
	if err := agenda.Schedule(tx, e); err != nil {
		return err
	}
	f.act(tx, karim)
	a := ads.Ad{ID: f.id(), Verb: ads.Give, Category: "jardin", Title: "Feuilles mortes pour paillis", Text: "Six grands sacs, à prendre devant la grange.", Place: "Le Bourg", Audience: listing.Public}
	if err := ads.Publish(tx, &a); err != nil {
		return err
	}
	for _, c := range []struct {
		about  store.Ref
		by, to int
		text   string
	}{
		{e.Ref(), jeanne, comite, "Faut-il apporter son bol ?"},
		{e.Ref(), comite, comite, "Oui, bol et cuillère. Le pain est offert."},
		{a.Ref(), paul, karim, "J'en prends deux sacs samedi matin, si c'est possible."},
		{a.Ref(), karim, karim, "Entendu, ils sont derrière la porte."},
	} {
		tx.Now = tx.Now.Add(5 * time.Hour)
		f.act(tx, c.by)
		var answering []string
		if c.by != c.to {
			answering = []string{f.people[c.to].id}
		}
		if _, err := discussion.Comment(tx, c.about, discussion.Draft{Text: c.text}, answering); err != nil {
			return err
		}
	}
	return nil
}

// appeals are decisions somebody asked a second opinion on: one was taken back,
// one waits.
func (f *filler) appeals(tx *store.Tx) error {
	for _, n := range []struct {
		by, age     int
		title, text string
		cause       moderation.Cause
		asks        string
		answer      string
	}{
		{
			jeanne, 9, "Poules réformées à adopter", "Douze poules, deux par foyer, à venir chercher en cage.",
			moderation.Cause{Reason: "advertising"},
			"Je ne suis pas éleveuse : elles viennent de mon poulailler.",
			"C'est exact : l'annonce est d'une particulière, elle revient.",
		},
		{
			comite, 2, "Stand de tir à l'arc à louer", "Cinq cibles, filets, pour vos fêtes. Tarif sur demande.",
			moderation.Cause{Reason: "advertising", Text: "Location par une entreprise, sous le nom du comité."},
			"Le matériel est bien celui du comité, prêté contre participation.", "",
		},
	} {
		tx.Now = f.ago(n.age)
		f.act(tx, n.by)
		a := ads.Ad{ID: f.id(), Verb: ads.Give, Category: "maison", Title: n.title, Text: n.text, Place: "Le Bourg", Audience: listing.Public}
		if err := ads.Publish(tx, &a); err != nil {
			return err
		}
		author := f.people[n.by].id
		tx.Now = tx.Now.Add(5 * time.Hour)
		f.act(tx, odette)
		if err := moderation.Hide(tx, a.Ref(), author, n.cause); err != nil {
			return err
		}
		tx.Now = tx.Now.Add(3 * time.Hour)
		f.act(tx, n.by)
		if err := moderation.AskAgain(tx, a.Ref(), author, n.asks); err != nil {
			return err
		}
		if n.answer == "" {
			continue
		}
		f.act(tx, karim)
		waiting, err := moderation.Appeals(tx)
		if err != nil {
			return err
		}
		for _, w := range waiting {
			if w.Ref == a.Ref() {
				err = moderation.Answer(tx, w.ID, author, true, n.answer)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// asked is a question to the mairie, which people do not comment on but ask.
var asked = []line{
	{jeanne, 2 * day, "Bonjour, la salle de la mairie est-elle accessible avec une poussette ? Merci."},
}

// voice has the mairie speak officially; a question waits on its desk.
func (f *filler) voice(tx *store.Tx) error {
	hall := f.entries["Commune"]
	f.act(tx, mairie)
	tx.Now = f.ago(30)
	if err := discussion.MakeOfficial(tx, hall.ID, true); err != nil {
		return err
	}
	tx.Now = f.now
	_, err := f.talk(tx, hall, asked)
	return err
}
