package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/listing"
)

// told is an entry in the journal of an organisation, so long ago.
type told struct {
	of       string
	by       int
	ago      time.Duration
	title    string
	text     string
	audience listing.Audience
	free     bool
	remark   string // a comment of odette's; empty for none
}

// toldOf is what an association tells.
var toldOf = []told{
	{
		of: "Les Amis du moulin", by: jeanne, ago: 12 * day, title: "La roue tourne de nouveau", audience: listing.Public, free: true,
		text:   "Après trois ans de chantier, la roue a fait son premier tour samedi, sous les yeux des enfants de l'école.\n\nMerci à ceux qui ont porté les vingt-quatre aubes une par une. La farine suivra au printemps.",
		remark: "Nous y étions avec mes petits-enfants. Quel bruit, et quelle joie !",
	},
	{
		of: "Les Amis du moulin", by: jeanne, ago: 3 * day, title: "Il reste deux places pour la taille de pierre", audience: listing.Members,
		text: "Le chantier de samedi commence à 9 h au moulin. Prenez des gants, on fournit les masques et le repas.",
	},
}

// journals are what associations tell.
func (f *filler) journals(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		now := tx.Now
		defer func() { tx.Now = now }()
		for i := range toldOf {
			n := &toldOf[i]
			tx.Now = now.Add(-n.ago)
			f.act(tx, n.by)
			e := discussion.Entry{ID: f.id(), Element: f.entries[n.of].ID, Title: n.title, Text: n.text, Audience: n.audience, Free: n.free}
			if err := discussion.PublishEntry(tx, &e); err != nil {
				return err
			}
			if n.remark == "" {
				continue
			}
			tx.Now = tx.Now.Add(5 * time.Hour)
			f.act(tx, odette)
			if _, err := discussion.Comment(tx, e.Ref(), discussion.Draft{Text: n.remark}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}
