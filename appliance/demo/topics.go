package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/group"
)

// said is a post of a topic, so long ago; its number is its place in the list.
type said struct {
	by     int
	ago    time.Duration
	text   string
	quoted int
	picks  []int // of who answered its quick question, from odette on; 0: did not
}

// talked is a topic of a group.
type talked struct {
	title   string
	sort    discussion.Sort
	pinned  bool
	closed  bool
	options []string // of the first post's quick question
	days    int      // until when it is asked
	posts   []said
}

// woodcutters are a group that talks.
var woodcutters = group.Group{
	Name: "Les affouagistes", Theme: "nature", Reading: group.ToEverybody, Seen: group.ToResidents, Joining: group.Free,
	Purpose: "La coupe de bois de la commune : qui vient, quand, avec quel outil, et le partage des lots.",
}

// talkedOf is what they talk about.
var talkedOf = []talked{
	{title: "Le vieux châtaignier", sort: discussion.Discussion, closed: true, posts: []said{
		{by: jeanne, ago: 40 * day, text: "Est-ce qu'on le garde ? Il donne encore, et les enfants y grimpent."},
		{by: karim, ago: 39 * day, text: "Il est hors de la coupe, personne n'y touche."},
		{by: jeanne, ago: 39*day - time.Hour, text: "Merci !", quoted: 2},
	}},
	{title: "Tirage des lots le premier dimanche", sort: discussion.Announcement, pinned: true, posts: []said{
		{by: karim, ago: 9 * day, text: "Le tirage des lots a lieu à la mairie, à 10 h. Chaque foyer inscrit tire un numéro. Apportez de quoi marquer vos arbres."},
	}},
	{title: "Quel jour pour ouvrir le chemin ?", sort: discussion.Discussion, options: []string{"Samedi matin", "Samedi après-midi", "Dimanche matin"}, days: 6, posts: []said{
		{by: karim, ago: 4 * day, text: "Il faut débroussailler le chemin du haut avant la coupe. Une matinée suffit à six.", picks: []int{1, 1, 3, 1}},
		{by: paul, ago: 4*day - 2*time.Hour, text: "J'apporte la tronçonneuse, il me manque de l'huile de chaîne."},
		{by: jeanne, ago: 3 * day, text: "@Paul Delbreil, j'en ai un bidon entier.", quoted: 2},
		{by: odette, ago: 30 * time.Hour, text: "Je fais la soupe. Dites-moi combien vous serez."},
		{by: paul, ago: 26 * time.Hour, text: "Cinq, peut-être six.", quoted: 4},
	}},
}

// topics are a group and what it talks about.
func (f *filler) topics(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		now := tx.Now
		defer func() { tx.Now = now }()
		g := woodcutters
		g.ID = f.id()
		tx.Now = now.Add(-60 * day)
		f.act(tx, karim)
		if err := group.Begin(tx, &g, ""); err != nil {
			return err
		}
		for who := odette; who <= paul; who++ {
			if who == karim {
				continue
			}
			f.act(tx, who)
			if err := group.Join(tx, g.ID, ""); err != nil {
				return err
			}
		}
		for i := range talkedOf {
			if err := f.talked(tx, g.ID, now, &talkedOf[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// talked writes one topic, with its answers.
func (f *filler) talked(tx *store.Tx, in string, now time.Time, n *talked) error {
	t := discussion.Topic{ID: f.id(), Group: in, Sort: n.sort, Title: n.title}
	for i, s := range n.posts {
		tx.Now = now.Add(-s.ago)
		f.act(tx, s.by)
		d := discussion.Draft{Text: s.text, Quoted: s.quoted}
		if i > 0 {
			if _, err := discussion.Reply(tx, t.ID, d); err != nil {
				return err
			}
			continue
		}
		if len(n.options) > 0 {
			d.Poll = &discussion.Poll{Options: n.options, Until: now.AddDate(0, 0, n.days).Truncate(time.Hour)}
		}
		if err := discussion.Begin(tx, &t, d); err != nil {
			return err
		}
		if err := f.picks(tx, &t, s.picks); err != nil {
			return err
		}
	}
	tx.Now = now.Add(-n.posts[len(n.posts)-1].ago)
	f.act(tx, karim)
	if n.pinned {
		if err := discussion.Pin(tx, t.ID, true); err != nil {
			return err
		}
	}
	return discussion.Close(tx, t.ID, n.closed)
}

// picks answers a topic's quick question.
func (f *filler) picks(tx *store.Tx, t *discussion.Topic, picks []int) error {
	if len(picks) == 0 {
		return nil
	}
	first, err := discussion.Posts(tx, t.Ref(), 1, 1, false)
	if err != nil {
		return err
	}
	for i, option := range picks {
		f.act(tx, odette+i)
		if err := discussion.Pick(tx, first[0].ID, option); err != nil {
			return err
		}
	}
	return nil
}
