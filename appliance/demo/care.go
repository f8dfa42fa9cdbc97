package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// careful are the ads of which somebody takes care: one with a number for
// registered people, one that is read before it is shown, one that several
// people reported. The number is of those kept for fiction.
var careful = []struct {
	ads.Ad
	by       string
	age      int // days
	reported moderation.Reason
}{
	{Ad: ads.Ad{
		Verb: ads.Sell, Category: "jardin", Title: "Tondeuse à main, lames affûtées", Price: euros(25), Masked: true,
		Text: "Silencieuse, pour un petit jardin. Appeler le 06 39 98 12 34 après 18 h, ou écrire par la boîte.",
	}, by: "karim", age: 2},
	{Ad: ads.Ad{
		Verb: ads.Give, Category: "animaux", Title: "Deux chatons tigrés",
		Text: "Nés à la ferme, dix semaines, habitués aux enfants et aux poules.",
	}, by: "jeanne", age: 1},
	{Ad: ads.Ad{
		Verb: ads.Sell, Category: "maison", Title: "Volets sur mesure, devis gratuit", Price: euros(150),
		Text: "Pose comprise, cinquante modèles, remise de saison.",
	}, by: "paul", age: 3, reported: "advertising"},
}

// reporters are the visitors who reported it, by where they read it: what an
// account reports in its first week hides nothing.
var reporters = []moderation.Source{"192.0.2.11", "192.0.2.12", "192.0.2.13"}

// care puts them in.
func (f *filler) care(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		was := *tx
		defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
		for _, n := range careful {
			tx.Now = f.now.AddDate(0, 0, -n.age).Truncate(time.Minute)
			a := n.Ad
			a.ID, a.Audience = f.id(), listing.Public
			if err := f.as(tx, n.by, func() error { return ads.Publish(tx, &a) }); err != nil {
				return err
			}
			if n.reported == "" {
				continue
			}
			for i, from := range reporters {
				tx.Now = f.now.Add(time.Duration(i-20) * time.Hour).Truncate(time.Minute)
				tx.Actor = store.Actor{}
				if _, err := moderation.File(tx, a.Ref(), a.AuthorID, n.reported, "", from); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
