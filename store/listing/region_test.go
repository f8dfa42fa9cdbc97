package listing

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// regionWords are what the cards of a region talk about, the commonest first.
var regionWords = strings.Fields(`loto bal marché concert fête école vélo chorale randonnée atelier tondeuse jardin bois pain
	théâtre foire brocante tracteur échelle remorque poules miel couture cuisine lecture cinéma pétanque danse yoga musique
	piano guitare accordéon belote tarot repas banquet méchoui feu bûcher kermesse carnaval vendange châtaigne noix cèpe
	fraise safran truffe agneau veau fromage cabécou cidre vin apéritif conférence histoire patrimoine moulin lavoir église
	chapelle château grotte gouffre rivière pêche canoë baignade plage camping gîte refuge location covoiturage navette
	déménagement ménage repassage courses lessive garde enfants bébé crèche cantine devoirs soutien anglais occitan
	informatique ordinateur téléphone imprimante papiers mairie cadastre permis élection budget réunion assemblée débat
	compost broyeur débroussailleuse tronçonneuse perceuse ponceuse bétonnière échafaudage peinture plomberie électricité
	maçonnerie charpente toiture isolation chaudière poêle granulés stère fagot foin paille fumier semences plants arbres`)

// regionCommunes is how many boxes a region has.
const regionCommunes = 500

// fillRegion puts n cards of every kind: one in a hundred this box's, the
// others of the communes around, as neighbours tell them.
func fillRegion(t testing.TB, db *store.DB, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(46, 19))
	origins := make([]int64, regionCommunes)
	for done := 0; done < n; done += 1000 {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			if done == 0 {
				if err := settleRegion(tx, r, origins); err != nil {
					return err
				}
			}
			from := r.IntN(regionCommunes)
			var foreign []Card
			for i := done; i < min(done+1000, n); i++ {
				c := regionCard(r, i)
				if i%100 == 0 {
					if err := Put(tx, c, Body{"description": c.Summary}); err != nil {
						return err
					}
					continue
				}
				c.Commune = fmt.Sprintf("x-%d", from)
				foreign = append(foreign, c)
			}
			return PutForeign(tx, origins[from], foreign)
		})
	}
}

func settleRegion(tx *store.Tx, r *rand.Rand, origins []int64) (err error) {
	at := At(44.92, 1.84)
	if err := SetHome(tx, Home{Commune: "46038", Name: "Bretenoux", Position: &at}); err != nil {
		return err
	}
	for i := range origins {
		at := At(44+2*r.Float64(), 1+2*r.Float64())
		o := Origin{Key: [32]byte{1, byte(i), byte(i >> 8)}, Name: fmt.Sprintf("Commune %d", i), Commune: fmt.Sprintf("x-%d", i), Position: &at, SeenAt: tx.Now}
		if origins[i], err = SetOrigin(tx, o); err != nil {
			return err
		}
	}
	return nil
}

// regionCard is the i-th card: words as uneven as people's, the commonest in
// one card of six.
func regionCard(r *rand.Rand, i int) Card {
	word := func() string {
		return regionWords[int(float64(len(regionWords))*r.Float64()*r.Float64()*r.Float64())]
	}
	at := At(44+2*r.Float64(), 1+2*r.Float64())
	kinds := []string{KindEvent, KindEvent, KindOffer, KindOffer, KindNeed, KindPlace, KindOrg, KindProject, KindNotice}
	c := Card{
		Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: kinds[r.IntN(len(kinds))], Audience: Public, Position: &at,
		Title:   fmt.Sprintf("Grand %s, %s et %s n° %d", word(), word(), word(), i),
		Summary: "Salle des fêtes. Buvette et repas sur place, entrée libre.", Tags: []string{word(), word()},
	}
	if c.Kind == KindEvent {
		c.StartsAt = storetest.Now.Add(time.Duration(r.IntN(26280)-8760) * time.Hour)
		c.EndsAt = c.StartsAt.Add(2 * time.Hour)
	}
	return c
}
