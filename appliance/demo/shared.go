package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// shared are the dates and the tool of the group that talks: some for its
// members alone, one for everybody.
func (f *filler) shared(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		was := *tx
		defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
		tx.Now = f.now.Add(-3 * day)
		f.act(tx, karim)
		mine, err := group.Mine(tx)
		if err != nil || len(mine) == 0 {
			return err
		}
		in := mine[0].ID
		for _, e := range []agenda.Event{
			{Title: "Débroussaillage du chemin du haut", Place: "Départ à la fontaine", Description: "Débroussailleuses et gants. Odette fait la soupe.", Audience: listing.Group, Starts: f.hour(9, 9)},
			{Title: "Tirage des lots de bois", Place: "Mairie", Description: "Chaque foyer inscrit tire un numéro. On peut venir voir.", Tags: []string{"affouage"}, Audience: listing.Public, Starts: f.hour(16, 10)},
		} {
			e.ID, e.Group = f.id(), in
			e.Ends = e.Starts.Later(3 * time.Hour)
			if err := agenda.Schedule(tx, &e); err != nil {
				return err
			}
		}
		f.act(tx, paul)
		tool := ads.Ad{
			ID: f.id(), Verb: ads.Lend, Category: "bricolage", Title: "Treuil forestier à main", Audience: listing.Group, Group: in,
			Text: "Avec deux élingues. Le rendre graissé, il dort dans ma grange.",
		}
		return ads.Publish(tx, &tool)
	})
}

// hour is a whole hour so many days from now.
func (f *filler) hour(days, hour int) calendar.Wall {
	w := calendar.WallOf(f.now.In(f.zone).AddDate(0, 0, days)).Midnight()
	w.Hour = hour
	return w
}
