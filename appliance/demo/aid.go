package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
)

// favour is something of the invented village's mutual aid, put in so many days
// ago, for a day so many days from now.
type favour struct {
	mutualaid.Favour
	by      string // login
	of      string // organisation in whose name it stands
	age     int
	in      int // days; 0: no date
	hour    int // 0: the whole day
	minute  int
	inside  bool // for residents only
	replies []replied
}

// replied is an answer to it, an hour after the one before.
type replied struct {
	by     string
	text   string
	seats  int
	chosen bool
	thanks [2]string // of who asked, and of who helped; both agree
}

// favours are what people of the village ask of each other and offer each other.
var favours = []favour{
	{Favour: mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Hand, Title: "Porter une armoire au premier étage", Place: "Rue du Couvent", Places: 1}, by: "odette", age: 14, replies: []replied{
		{by: "karim", text: "J'ai un diable et une heure demain matin.", seats: 1, chosen: true, thanks: [2]string{"L'armoire est en haut, le mur est intact. Merci !", "Et le café était bon."}},
		{by: "paul", text: "Je peux samedi.", seats: 1},
	}},
	{Favour: mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Ride, Place: "Saint-Aubrac-sur-Lère", Destination: "Valmorel-sur-Lère", Description: "Rendez-vous chez le médecin à 15 h. Retour vers 16 h 30 si possible.", Places: 1}, by: "odette", age: 2, in: 5, hour: 14, minute: 15, replies: []replied{
		{by: "paul", text: "Je descends ce jour-là, je peux vous ramener aussi.", seats: 1},
		{by: "jeanne", text: "Je peux l'aller, pas le retour.", seats: 1},
	}},
	{Favour: mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Hand, Title: "Rentrer quatre stères de bois", Description: "Le bois est devant le portail. On fait la chaîne, une soupe attend à la fin.", Tags: []string{"bois"}, Place: "Le Bourg", Places: 4, Minutes: 120}, by: "jeanne", age: 4, in: 6, replies: []replied{
		{by: "karim", text: "Présent, avec ma brouette.", seats: 1, chosen: true},
		{by: "comite", text: "Nous venons à deux.", seats: 2},
	}},
	{Favour: mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Skill, Title: "Un robinet qui goutte", Tags: []string{"plombier"}, Availability: "le soir après 18 h", Place: "École", Places: 1, Minutes: 60}, by: "jeanne", age: 3},
	{Favour: mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Goods, Title: "Une pompe pour vider ma cave", Description: "Trente centimètres d'eau depuis cette nuit.", Place: "Bas du Bourg", Places: 1, Urgent: true}, by: "paul"},
	{Favour: mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Skill, Title: "Aide aux devoirs de sixième, en maths", Tags: []string{"école"}, Availability: "le mercredi de 14 h à 16 h", Place: "Salle de la mairie", Minor: true, Adult: "Jeanne Rouquié", Places: 2}, by: "jeanne", of: "Les Amis du moulin", age: 9},
	{Favour: mutualaid.Favour{Side: mutualaid.Help, Sort: mutualaid.Skill, Title: "Petite plomberie", Description: "Joints, siphons, chasses d'eau. Pas de chaudière.", Tags: []string{"plomberie", "bricolage"}, Availability: "en semaine, le soir", Minutes: 60}, by: "karim", age: 30},
	{Favour: mutualaid.Favour{Side: mutualaid.Help, Sort: mutualaid.Hand, Title: "Tondre ou débroussailler un petit terrain", Tags: []string{"jardin"}, Availability: "le samedi", Minutes: 90}, by: "paul", age: 21},
	{Favour: mutualaid.Favour{Side: mutualaid.Help, Sort: mutualaid.Goods, Title: "Trente chaises et six tables", Description: "À prendre le vendredi, à rendre le lundi, propres.", Tags: []string{"fête"}, Place: "Salle des fêtes"}, by: "comite", of: "Comité des fêtes", age: 12, replies: []replied{
		{by: "paul", text: "Pour l'anniversaire de ma mère, quinze chaises suffisent.", seats: 1, chosen: true},
	}},
	{Favour: mutualaid.Favour{Side: mutualaid.Help, Sort: mutualaid.Space, Title: "Un coin de grange pour l'hiver", Description: "Au sec, pour une caravane ou une remorque.", Place: "Combelongue"}, by: "paul", age: 17},
	{Favour: mutualaid.Favour{Side: mutualaid.Help, Sort: mutualaid.Skill, Title: "Remplir des papiers et des dossiers en ligne", Tags: []string{"numérique", "papiers"}, Availability: "le mardi matin"}, by: "odette", age: 8, inside: true},
	{Favour: mutualaid.Favour{Side: mutualaid.Help, Sort: mutualaid.Ride, Place: "Saint-Aubrac-sur-Lère", Destination: "Valmorel-sur-Lère", Carries: "du pain, des médicaments", Description: "Je fais le marché et je rentre à midi.", Places: 3}, by: "jeanne", age: 1, in: 2, hour: 8, minute: 30, replies: []replied{
		{by: "odette", text: "Une place pour moi, merci.", seats: 1, chosen: true},
	}},
}

// aid puts them in, as people did some days ago.
func (f *filler) aid(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		was := *tx
		defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
		if err := f.as(tx, "odette", func() error { return listing.Alias(tx, "plomberie", "plombier") }); err != nil {
			return err
		}
		for i := range favours {
			tx.Now = f.now.AddDate(0, 0, -favours[i].age).Add(-4 * time.Hour).Truncate(time.Minute)
			if err := f.favour(tx, favours[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// favour puts one in, with its replies.
func (f *filler) favour(tx *store.Tx, n favour) error {
	v := n.Favour
	v.ID, v.Zone = f.id(), f.zone.String()
	if v.Audience = listing.Public; n.inside {
		v.Audience = listing.Members
	}
	if n.in > 0 {
		v.Starts = calendar.WallOf(f.now.In(f.zone)).Midnight().AddDays(n.in)
		v.Starts.Hour, v.Starts.Minute, v.AllDay = n.hour, n.minute, n.hour == 0
	}
	if err := f.as(tx, n.by, func() error { return mutualaid.Add(tx, &v, f.entries[n.of].ID) }); err != nil {
		return err
	}
	for _, y := range n.replies {
		tx.Now = tx.Now.Add(time.Hour)
		if err := f.replied(tx, v.ID, y); err != nil {
			return err
		}
	}
	for _, y := range n.replies {
		if err := f.decided(tx, &n, v.ID, y); err != nil {
			return err
		}
	}
	return nil
}

// replied answers a favour.
func (f *filler) replied(tx *store.Tx, id string, y replied) error {
	return f.as(tx, y.by, func() error {
		return mutualaid.Answer(tx, &mutualaid.Reply{FavourID: id, Text: y.text, Places: y.seats})
	})
}

// decided chooses a reply, and lets the two thank each other.
func (f *filler) decided(tx *store.Tx, n *favour, id string, y replied) error {
	if !y.chosen {
		return nil
	}
	var reply string
	err := f.as(tx, n.by, func() error {
		list, err := mutualaid.Replies(tx, id)
		if err != nil {
			return err
		}
		who, _ := f.person(y.by)
		for _, r := range list {
			if r.AuthorID == who.id {
				reply = r.ID
			}
		}
		return mutualaid.Choose(tx, id, reply)
	})
	if err != nil || y.thanks[0] == "" {
		return err
	}
	for i, who := range []string{n.by, y.by} {
		if err := f.as(tx, who, func() error { return mutualaid.Thank(tx, id, reply, y.thanks[i], true) }); err != nil {
			return err
		}
	}
	return nil
}
