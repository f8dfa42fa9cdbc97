package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/message"
	"copi.local/store/reaction"
)

// line is one message of a conversation, so long ago.
type line struct {
	by   int
	ago  time.Duration
	text string
}

const day = 24 * time.Hour

// chairs is asked of the committee: whoever administers it answers.
var chairs = []line{
	{paul, 5*day + 3*time.Hour, "Bonjour, prêtez-vous vos chaises pour un anniversaire, samedi en huit ?\nIl m'en faudrait trente."},
	{comite, 4*day + 20*time.Hour, "Bonjour Paul, oui : elles sont dans le garage derrière la salle. Passez prendre la clé à la buvette."},
	{paul, 4*day + 18*time.Hour, "Merci beaucoup ! Je les rapporte le dimanche soir."},
	{jeanne, 26 * time.Hour, "N'oubliez pas le diable, il est resté dans votre grange."},
}

// snack is somebody's question about an afternoon for children.
var snack = []line{
	{odette, 3 * day, "Peut-on venir avec des enfants ? Les miens ont six et neuf ans."},
	{comite, 2 * day, "Bien sûr, il y a un goûter à 16 h."},
}

// rude is reported.
var rude = []line{
	{paul, 30 * time.Hour, "Bonjour, la répétition de jeudi est-elle maintenue ?"},
	{paul, 29 * time.Hour, "Vous pourriez répondre, bande de fainéants !"},
}

// talks are conversations, one of them reported, and a few who like an event.
func (f *filler) talks(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		now := tx.Now
		fetes, moulin := f.entries["Comité des fêtes"], f.entries["Les Amis du moulin"]
		if _, err := f.talk(tx, fetes, chairs); err != nil {
			return err
		}
		if _, err := f.talk(tx, fetes, snack); err != nil {
			return err
		}
		id, err := f.talk(tx, moulin, rude)
		if err != nil {
			return err
		}
		tx.Now = now.Add(-5 * time.Hour)
		f.act(tx, jeanne)
		if _, err := message.File(tx, id, 2, "insult", ""); err != nil {
			return err
		}
		for i, e := range f.some {
			for who := odette; who < paul-i; who++ {
				f.act(tx, who)
				if err := reaction.Like(tx, e.Ref()); err != nil {
					return err
				}
			}
		}
		tx.Now = now
		return nil
	})
}

// talk writes a conversation between one of folk and an organisation.
func (f *filler) talk(tx *store.Tx, e directory.Element, lines []line) (id string, err error) {
	now, first := tx.Now, lines[0].by
	defer func() { tx.Now = now }()
	for _, l := range lines {
		f.act(tx, l.by)
		tx.Now = now.Add(-l.ago)
		if id != "" {
			if _, err = message.Write(tx, id, l.text); err != nil {
				return id, err
			}
			continue
		}
		me := message.Party{Account: f.people[first].id}
		t, err := message.Open(tx, e.Ref(), e.Name, message.Party{Element: e.ID}, me, l.text)
		if err != nil {
			return "", err
		}
		id = t.ID
	}
	return id, nil
}
