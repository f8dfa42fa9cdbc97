package demo

import (
	"context"
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// notice is an ad of the invented village, published so many days ago.
type notice struct {
	ads.Ad
	by     string // login
	of     string // organisation in whose name it stands
	age    int
	state  ads.State
	inside bool // for residents only
}

func euros(n int64) *listing.Price      { return &listing.Price{Amount: n * 100, Unit: "EUR"} }
func minutes(n int64) *listing.Price    { return &listing.Price{Amount: n, Unit: "min"} }
func priced(unit string) *listing.Price { return &listing.Price{Unit: unit} }

// notices are what people of the village give, sell, lend, let, swap and look
// for. One ends soon, one is over, one is gone.
var notices = []notice{
	{Ad: ads.Ad{Verb: ads.Sell, Category: "bois", Title: "Bois de chauffage, chêne sec", Text: "Coupé il y a deux ans, en 50 cm. À prendre sur place, je peux aider à charger.", Place: "Combelongue", Price: euros(65)}, by: "paul", age: 3},
	{Ad: ads.Ad{Verb: ads.Give, Category: "jardin", Title: "Plants de framboisiers", Text: "Une vingtaine de pieds à arracher soi-même. Apporter sa bêche et un seau.", Place: "Le Bourg"}, by: "jeanne", age: 1},
	{Ad: ads.Ad{Verb: ads.Give, Category: "maison", Title: "Armoire en noyer, à démonter", Text: "Deux portes, 1,90 m de haut. Il faut être deux et une remorque.", Place: "Rue du Couvent"}, by: "odette", age: 12, state: ads.Reserved},
	{Ad: ads.Ad{Verb: ads.Lend, Category: "bricolage", Title: "Remorque de 500 kg", Text: "Bâche et roue de secours. La prévenir deux jours avant, la rendre vide.", Place: "Le Bourg"}, by: "karim", age: 20},
	{Ad: ads.Ad{Verb: ads.Lend, Category: "cuisine", Title: "Presse à pommes et broyeur", Text: "Avec deux bonbonnes. Prêtée par les Amis du moulin à qui la rend propre.", Place: "Moulin de la Lère"}, by: "jeanne", of: "Les Amis du moulin", age: 6},
	{Ad: ads.Ad{Verb: ads.Rent, Category: "logement", Title: "Deux-pièces au-dessus de l'épicerie", Text: "Cuisine équipée, poêle à bois, petit balcon. Libre au premier du mois.", Place: "Place du Foirail", Price: euros(390), Per: ads.PerMonth}, by: "karim", of: "Épicerie de la halle", age: 9},
	{Ad: ads.Ad{Verb: ads.Rent, Category: "agricole", Title: "Fendeuse à bois", Text: "Sur prise de force, 12 tonnes. Caution demandée.", Place: "Combelongue", Price: euros(40), Per: ads.PerDay}, by: "paul", of: "Ferme de Combelongue", age: 28},
	{Ad: ads.Ad{Verb: ads.Seek, Category: "vehicules", Title: "Cherche petite voiture pour l'hiver", Text: "À louer ou à emprunter de novembre à mars, pour aller travailler à la ville."}, by: "jeanne", age: 5},
	{Ad: ads.Ad{Verb: ads.Seek, Category: "musique", Title: "Cherche accordéon diatonique", Text: "D'occasion, même fatigué, pour débuter.", Price: priced("ask")}, by: "paul", age: 15},
	{Ad: ads.Ad{Verb: ads.Swap, Category: "produits", Title: "Miel de châtaignier contre fromage", Text: "Trois pots de 500 g. Un chèvre par pot me va très bien.", Place: "Le Bourg"}, by: "odette", age: 2},
	{Ad: ads.Ad{Verb: ads.Job, Category: "travail", Title: "Aide à la traite, deux mois", Text: "Du lundi au samedi, de 6 h à 9 h. On apprend sur place, logement possible.", Place: "Combelongue", Price: euros(12), Per: ads.PerHour}, by: "paul", of: "Ferme de Combelongue", age: 8},
	{Ad: ads.Ad{Verb: ads.Sell, Category: "velos", Title: "Vélo de ville, cadre bas", Text: "Pneus neufs, panier, éclairage. Freins à régler.", Place: "École", Price: minutes(180)}, by: "jeanne", age: 4},
	{Ad: ads.Ad{Verb: ads.Sell, Category: "enfants", Title: "Poussette et lit pliant", Text: "Ont servi à un seul enfant. Le tout ensemble.", Price: euros(35)}, by: "jeanne", age: 7, inside: true},
	{Ad: ads.Ad{Verb: ads.Give, Category: "livres", Title: "Trois cartons de romans policiers", Text: "À prendre en bloc, avant le dépôt à la boîte à livres.", Place: "Salle de la mairie"}, by: "odette", age: 18, state: ads.Gone},
	{Ad: ads.Ad{Verb: ads.Sell, Category: "maison", Title: "Tables de la salle des fêtes", Text: "Les anciennes, en bois, 2,20 m. Par lot de quatre.", Place: "Salle des fêtes", Price: euros(80)}, by: "comite", of: "Comité des fêtes", age: 40},
}

// ads puts them in, as their authors did some days ago, and lets the box do
// what time asks for.
func (f *filler) ads(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		was := *tx
		defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
		oldest := slices.SortedStableFunc(slices.Values(notices), func(a, b notice) int { return b.age - a.age })
		for _, n := range oldest {
			tx.Now = f.now.AddDate(0, 0, -n.age).Truncate(time.Minute)
			if err := f.as(tx, n.by, func() error { return f.advertise(tx, &n) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// advertise publishes one ad and says where it stands.
func (f *filler) advertise(tx *store.Tx, n *notice) error {
	a := n.Ad
	a.ID = f.id()
	if !n.inside {
		a.Audience = listing.Public
	}
	if n.of != "" {
		at := f.around(listing.At(homeLat, homeLon), 2)
		a.Position, a.Exact = &at, true
	}
	if err := ads.Publish(tx, &a); err != nil {
		return err
	}
	if n.of != "" {
		if err := directory.Stand(tx, f.entries[n.of].ID, a.Ref(), a.Title); err != nil {
			return err
		}
	}
	if a.State == ads.Waiting { // its category is read first, and somebody has
		return f.as(tx, "odette", func() error { return ads.Accept(tx, a.ID) })
	}
	if n.state == "" {
		return nil
	}
	tx.Now = tx.Now.Add(26 * time.Hour)
	return ads.Mark(tx, a.ID, n.state)
}
