package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/calendar"
)

// hallTerms are those of the large hall, as many town halls have them.
var hallTerms = booking.Terms{
	Hours: "Mo-Su 08:00-02:00", Notice: 3, Ahead: 365, Longest: 72, Crowd: true, SameDay: true,
	Classes: []booking.Class{
		{Key: "c1", Name: "Association de la commune"}, {Key: "c2", Name: "Habitant"}, {Key: "c3", Name: "Hors commune"},
	},
	Quotas: []booking.Quota{{Class: "c2", Times: 4, Per: booking.PerYear}},
	Packages: []booking.Package{
		{Key: "p1", Name: "Week-end", Days: [7]bool{5: true}, From: 8 * 60, Until: (2*24 + 8) * 60},
	},
	Prices: []booking.Price{
		{Unit: booking.ByHour, Cents: 15_00},
		{Unit: booking.ByDay, Cents: 90_00},
		{Unit: booking.ByPackage, Package: "p1", Cents: 180_00},
		{Class: "c1", Unit: booking.ByDay, Cents: 0},
		{Class: "c3", Unit: booking.ByDay, Cents: 160_00},
		{Class: "c3", Unit: booking.ByPackage, Package: "p1", Cents: 320_00},
	},
	Deposit: 500_00, Documents: []string{"Attestation d'assurance"},
	Fees:      []booking.FeeStep{{Days: 30, Percent: 50}, {Days: 7, Percent: 100}},
	Questions: []booking.Question{{Key: "q1", Label: "Aurez-vous besoin de la cuisine ?", Choices: []string{"oui", "non"}}},
	Rules: "La salle est rendue propre, tables et chaises rangées.\nLa musique s'arrête à 2 h.\n" +
		"Les poubelles sont sorties, les lumières et le chauffage éteints.",
}

// rooms of the village; parts are names from before.
var rooms = []struct {
	booking.Resource
	parts []string
	terms booking.Terms
}{
	{Resource: booking.Resource{
		Name: "Grande salle", Site: "Salle des fêtes", Description: "Parquet, scène et rideaux.\nDonne sur la place par deux portes.", Capacity: 180,
		Equipment: []string{"Scène", "Sonorisation", "25 tables", "150 chaises"}, Before: 30 * time.Minute, After: time.Hour, Validated: true,
	}, terms: hallTerms},
	{Resource: booking.Resource{
		Name: "Petite salle", Site: "Salle des fêtes", Description: "Derrière la cloison mobile, avec l'évier.", Capacity: 40,
		Equipment: []string{"Évier", "8 tables", "40 chaises"}, After: 30 * time.Minute,
	}, terms: booking.Terms{Hours: "Mo-Su 08:00-23:00", Ahead: 180}},
	{Resource: booking.Resource{
		Name: "Salle entière", Site: "Salle des fêtes", Description: "La cloison ouverte : les deux salles en une.", Capacity: 220, After: time.Hour, Validated: true,
	}, parts: []string{"Grande salle", "Petite salle"}, terms: hallTerms},
	{Resource: booking.Resource{
		Kind: booking.Good, Name: "Tables pliantes", Site: "Salle des fêtes", Description: "Deux mètres sur 75 cm. À prendre et à rendre le matin.", Stock: 20,
	}, terms: booking.Terms{Prices: []booking.Price{{Unit: booking.ByDay, Cents: 1_00}}, Deposit: 50_00}},
	{Resource: booking.Resource{
		Kind: booking.Good, Name: "Broyeur de végétaux", Site: "Salle de la mairie", Description: "Se tire derrière une voiture. Branches de 8 cm au plus.", Stock: 1,
	}, terms: booking.Terms{Deposit: 200_00, Rules: "Lunettes et gants sont obligatoires."}},
}

// reserved is one booking: in so many days, from an hour to another.
type reserved struct {
	room, title, by, class, pack string
	day, from, until             int // hours; until beyond 24 is a later day
	days                         int // of whole days; 0: hours
	people, units                int
	private                      bool
	granted                      bool
	steps                        []booking.Done
}

var bookings = []reserved{
	{room: "Grande salle", title: "Loto du comité des fêtes", by: "comite", class: "c1", day: 6, from: 18, until: 25, people: 120, granted: true},
	{room: "Grande salle", title: "Anniversaire", by: "paul", class: "c2", day: 13, from: 12, until: 24, people: 60, private: true, granted: true, steps: []booking.Done{
		{Step: booking.DocumentIn, Item: "Attestation d'assurance"},
		{Step: booking.DepositIn, Cents: 500_00, Note: "Chèque"},
	}},
	{room: "Grande salle", title: "Repas de famille", by: "jeanne", class: "c2", day: 20, from: 10, until: 22, people: 45, private: true},
	{room: "Petite salle", title: "Répétition de la chorale", by: "karim", day: 1, from: 20, until: 22, people: 18},
	{room: "Petite salle", title: "Répétition de la chorale", by: "karim", day: 8, from: 20, until: 22, people: 18},
	{room: "Petite salle", title: "Aide aux devoirs", by: "jeanne", day: 0, from: 17, until: 18},
	{room: "Salle entière", title: "Vœux de la commune", by: "mairie", day: 44, from: 17, until: 21, people: 200},
	{room: "Tables pliantes", title: "Marché de l'école", by: "karim", day: 4, days: 2, units: 8},
	{room: "Broyeur de végétaux", title: "Taille des haies", by: "paul", day: -5, days: 3, units: 1, steps: []booking.Done{{Step: booking.KeyOut}}},
	{room: "Broyeur de végétaux", title: "Chantier au verger", by: "jeanne", day: 3, days: 2, units: 1},
}

// rooms puts what can be booked in, and who has it when.
func (f *filler) rooms(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		was := *tx
		defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
		ids := map[string]string{}
		for _, n := range rooms {
			r := n.Resource
			r.ID, r.Who, r.Zone = f.id(), booking.Residents, f.zone.String()
			if r.Kind == "" {
				r.Kind = booking.Room
			}
			for _, part := range n.parts {
				r.Parts = append(r.Parts, ids[part])
			}
			tx.Now = f.now.AddDate(0, -2, 0).Truncate(time.Minute)
			if err := f.as(tx, "mairie", func() error { return f.open(tx, &r, &n.terms) }); err != nil {
				return err
			}
			ids[r.Name] = r.ID
		}
		for i := range bookings {
			if err := f.reserve(tx, &bookings[i], ids); err != nil {
				return err
			}
		}
		tx.Actor, tx.Now = store.Actor{}, f.now
		return booking.Report(tx, ids["Petite salle"], "light", "Le néon au-dessus de l'évier clignote.")
	})
}

// open adds a room with its terms; Odette answers for it, beside the town hall.
func (f *filler) open(tx *store.Tx, r *booking.Resource, t *booking.Terms) error {
	if err := booking.Create(tx, r); err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return err
	}
	if err := booking.SetTerms(tx, r.ID, t.String()); err != nil {
		return err
	}
	odette, _ := f.person("odette")
	return booking.SetManager(tx, r.ID, odette.id, true)
}

// as does something in the name of a person.
func (f *filler) as(tx *store.Tx, login string, do func() error) error {
	who, _ := f.person(login)
	tx.Actor = store.Actor{ID: who.id, Role: who.Role}
	return do()
}

// reserve asks for a room some weeks ago, and answers.
func (f *filler) reserve(tx *store.Tx, n *reserved, ids map[string]string) error {
	day := calendar.WallOf(f.now.In(f.zone)).Midnight().AddDays(n.day)
	b := booking.Booking{
		ID: f.id(), Title: n.title, Private: n.private, People: n.people, Units: max(1, n.units), Class: n.class, Package: n.pack,
		Accepted: true, Slot: booking.Slot{Resource: ids[n.room], AllDay: n.days > 0},
	}
	b.Starts, b.Ends = day.Later(time.Duration(n.from)*time.Hour), day.Later(time.Duration(n.until)*time.Hour)
	if n.days > 0 {
		b.Starts, b.Ends = day, day.AddDays(n.days)
	}
	tx.Now = f.now.AddDate(0, 0, min(n.day, 0)-9).Truncate(time.Minute)
	if err := f.as(tx, n.by, func() error { return booking.Request(tx, &b, booking.Way{}) }); err != nil {
		return err
	}
	return f.as(tx, "odette", func() error {
		tx.Now = tx.Now.Add(26 * time.Hour)
		if n.granted {
			if err := booking.Approve(tx, b.ID, ""); err != nil {
				return err
			}
		}
		for _, d := range n.steps {
			tx.Now = tx.Now.Add(time.Hour)
			if err := booking.Do(tx, b.ID, d); err != nil {
				return err
			}
		}
		return nil
	})
}
