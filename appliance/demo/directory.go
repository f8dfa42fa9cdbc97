package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// entry is something of the invented village's directory. Whoever it is put in
// by answers for it; without anybody it waits to be claimed.
type entry struct {
	kind                 directory.Kind
	category, name       string
	brief, text          string
	street, phone, hours string
	access, parent       string // parent: a name from before
	by                   string // login
	equipment, tags      []string
	capacity             int
	age                  int // days since somebody last looked
	residents, withheld  []string
	website, email       string
}

// directory puts the village's entries in, and remembers them by name: events
// say where they are and who gives them.
func (f *filler) directory(ctx context.Context) error {
	f.entries = map[string]directory.Element{}
	return f.db.Update(ctx, func(tx *store.Tx) error {
		was := *tx
		defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
		for _, n := range entries {
			if err := f.enter(tx, n); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *filler) enter(tx *store.Tx, n entry) error {
	at := f.around(listing.At(homeLat, homeLon), 1.2)
	e := directory.Element{
		ID: f.id(), Kind: n.kind, Category: n.category, Name: n.name, Brief: n.brief, Description: n.text, Street: n.street,
		Phone: n.phone, Email: n.email, Website: n.website, Hours: n.hours, Access: n.access, Equipment: n.equipment, Tags: n.tags,
		Capacity: n.capacity, ResidentsOnly: n.residents, Withheld: n.withheld, Audience: listing.Public, Position: &at,
	}
	if n.parent != "" {
		e.ParentID, e.Position = f.entries[n.parent].ID, nil
	}
	tx.Now = f.now.Add(-time.Duration(max(n.age, 1)) * 24 * time.Hour).Truncate(time.Minute)
	put := directory.Add
	who, known := f.person(n.by)
	if !known {
		who, _ = f.person("odette")
		put = directory.Accept
	}
	tx.Actor = store.Actor{ID: who.id, Role: who.Role}
	if err := put(tx, &e); err != nil {
		return err
	}
	f.entries[e.Name] = e
	return nil
}

func (f *filler) person(login string) (Person, bool) {
	for _, p := range f.people {
		if p.Login == login {
			return p, true
		}
	}
	return Person{}, false
}

// placed says of an event who gives it and where it is, as its author would.
func (f *filler) placed(tx *store.Tx, about store.Ref, organiser, place string) error {
	was := tx.Actor
	defer func() { tx.Actor = was }()
	for _, l := range []struct{ role, name string }{{directory.Organiser, organiser}, {directory.Venue, place}} {
		e, known := f.entries[l.name]
		if !known || e.AuthorID == "" {
			continue
		}
		tx.Actor = store.Actor{ID: e.AuthorID, Role: store.Resident}
		if err := directory.SetLink(tx, l.role, about, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// entries are all invented; parents come before what is in them.
var entries = []entry{
	{
		kind: directory.Org, category: "collectivite", name: "Commune", brief: "La mairie, ses agents et ses élus", by: "mairie",
		text: "Démarches, état civil, location des salles.\nLa maire reçoit le samedi matin sur rendez-vous.", street: "1 place du Foirail", phone: "05 00 00 00 00",
		hours: "Mo,We 09:00-12:00; Fr 13:30-17:00", access: "Rampe à gauche du perron.", email: "mairie@saint-aubrac.example", website: "https://saint-aubrac.example",
	},
	{
		kind: directory.Org, category: "association", name: "Comité des fêtes", brief: "Fête d'août, lotos, vide-greniers", by: "comite",
		text: "Tout le monde est bienvenu, même une heure le soir de la fête. Réunion le premier lundi du mois.", street: "Salle des fêtes", phone: "05 00 00 00 01", tags: []string{"fête"},
	},
	{kind: directory.Org, category: "association", name: "Amicale laïque", brief: "Sorties, cantine et goûters de l'école", by: "jeanne", text: "Depuis 1931, avec les parents et les enseignants.", street: "École", tags: []string{"enfants"}},
	{kind: directory.Org, category: "association", name: "Les Amis du moulin", brief: "On répare la roue, on moud du blé", by: "jeanne", text: "Visites le dernier dimanche du mois. Chantiers ouverts de mars à octobre.", street: "Moulin de la Lère", hours: "Mar-Oct Su[-1] 14:00-18:00", tags: []string{"patrimoine"}},
	{kind: directory.Org, category: "association", name: "Foyer rural", brief: "Gym, couture, jeux, bibliothèque", by: "jeanne", text: "Vingt activités, cotisation de 15 € par famille.", street: "Rue du Couvent", hours: "We 14:00-18:00", tags: []string{"sport", "culture"}},
	{kind: directory.Org, category: "association", name: "Club des aînés", brief: "Belote, sorties, repas", by: "odette", text: "Le jeudi après-midi, avec les cartes et le café.", street: "Salle de la mairie", hours: "Th 14:00-18:00", age: 320},
	{kind: directory.Org, category: "association", name: "Lère en chœur", brief: "Chorale sans savoir lire la musique", by: "jeanne", street: "Église", hours: "Tu 20:00-22:00", tags: []string{"chant"}},
	{
		kind: directory.Org, category: "commerce", name: "Épicerie de la halle", brief: "Pain, légumes, journaux ; livre à domicile le jeudi", by: "karim", street: "Place du Foirail", phone: "05 00 00 00 02",
		hours: "Tu-Sa 07:30-12:30,15:30-19:00; Su 08:00-12:30", text: "Dépôt de pain, fromages de la vallée, gaz. Les commandes du mercredi sont livrées le jeudi dans les hameaux.", tags: []string{"livraison"},
	},
	{kind: directory.Org, category: "ferme", name: "Ferme de Combelongue", brief: "Fromages de chèvre, à la ferme et au marché", by: "paul", street: "Combelongue", phone: "05 00 00 00 03", hours: "Mo-Sa 17:00-19:00", tags: []string{"fromage"}},
	{kind: directory.Org, category: "artisan", name: "Menuiserie Delbreil", brief: "Portes, volets, escaliers", by: "paul", street: "Route de Puy-Lérac", phone: "05 00 00 00 04", hours: "sur rendez-vous"},
	{kind: directory.Org, category: "sante", name: "Cabinet infirmier", brief: "Soins à domicile, permanence le matin", by: "", street: "Rue du Couvent", phone: "05 00 00 00 05", hours: "Mo-Fr 08:00-09:00"},
	{kind: directory.Org, category: "enseignement", name: "École publique", brief: "De la maternelle au CM2, 48 élèves", by: "mairie", street: "Rue du Couvent", phone: "05 00 00 00 06", hours: "Mo,Tu,Th,Fr 08:30-12:00,13:30-16:30"},

	{
		kind: directory.Place, category: "salle", name: "Salle des fêtes", brief: "200 personnes, cuisine, scène", by: "mairie", street: "Rue du Stade", capacity: 200,
		access: "De plain-pied. La clé est à la mairie.", equipment: []string{"Cuisine", "Scène", "40 tables", "Sonorisation"}, text: "Se réserve à la mairie, gratuite pour les associations.",
	},
	{kind: directory.Place, category: "salle", name: "Grande salle", brief: "Scène et parquet", by: "mairie", parent: "Salle des fêtes", capacity: 180},
	{kind: directory.Place, category: "salle", name: "Cuisine", brief: "Four, plaques, chambre froide", by: "mairie", parent: "Salle des fêtes", capacity: 10, equipment: []string{"Four", "Lave-vaisselle"}},
	{kind: directory.Place, category: "mairie", name: "Salle de la mairie", brief: "Réunions jusqu'à 30 personnes", by: "mairie", street: "1 place du Foirail", capacity: 30, equipment: []string{"Vidéoprojecteur"}},
	{kind: directory.Place, category: "marche", name: "Sous la halle", brief: "Marché le dimanche matin", by: "mairie", street: "Place du Foirail", hours: "Su 08:00-12:30"},
	{kind: directory.Place, category: "bibliotheque", name: "Bibliothèque", brief: "Prêt gratuit, coin des enfants", by: "jeanne", street: "Rue du Couvent", hours: "We 14:00-18:00; Sa 10:00-12:00", parent: ""},
	{kind: directory.Place, category: "ecole", name: "École", by: "mairie", street: "Rue du Couvent"},
	{kind: directory.Place, category: "lieu-de-culte", name: "Église", brief: "Clocher du XIIe siècle", by: "mairie", street: "Place de l'Église", age: 310},
	{kind: directory.Place, category: "terrain", name: "Stade", brief: "Terrain de football et vestiaires", by: "mairie", street: "Rue du Stade"},
	{kind: directory.Place, category: "terrain", name: "Boulodrome", brief: "Huit pistes, éclairé", by: "comite", street: "Place du Foirail"},
	{kind: directory.Place, category: "patrimoine", name: "Moulin de la Lère", brief: "Moulin à eau, en restauration", by: "paul", street: "Chemin du Moulin"},
	{kind: directory.Place, category: "parc", name: "Pré de la Fontaine", brief: "Au bord de l'eau, tables à l'ombre", by: "mairie"},
	{kind: directory.Place, category: "tiers-lieu", name: "Grange de Combelongue", brief: "Concerts et ateliers", by: "paul", street: "Combelongue", capacity: 80},

	{kind: directory.POI, category: "defibrillateur", name: "Défibrillateur de la mairie", brief: "À droite de la porte, accessible jour et nuit", by: "mairie", street: "1 place du Foirail", hours: "24/7"},
	{kind: directory.POI, category: "defibrillateur", name: "Défibrillateur du stade", brief: "Dans le couloir des vestiaires", by: "mairie", street: "Rue du Stade", parent: "Stade"},
	{kind: directory.POI, category: "point-d-eau", name: "Fontaine du Foirail", brief: "Eau potable", street: "Place du Foirail"},
	{kind: directory.POI, category: "boite-a-livres", name: "Boîte à livres du lavoir", brief: "On prend, on dépose", street: "Chemin du Lavoir"},
	{kind: directory.POI, category: "composteur", name: "Composteur du jardin partagé", brief: "Ouvert à tous, mode d'emploi sur place", by: "jeanne"},
	{kind: directory.POI, category: "point-de-tri", name: "Colonnes de tri du stade", brief: "Verre, papier, emballages", by: "mairie", street: "Rue du Stade"},
	{kind: directory.POI, category: "table", name: "Tables de la Fontaine", brief: "Quatre tables, barbecue interdit l'été", parent: "Pré de la Fontaine", by: "mairie"},
	{kind: directory.POI, category: "sentier", name: "Sentier des quatre hameaux", brief: "Balisé en jaune, 12 km, départ du Foirail", by: "comite"},
	{kind: directory.POI, category: "four-a-pain", name: "Four à pain de Combelongue", brief: "Allumé le premier samedi du mois", by: "paul", street: "Combelongue"},
	{kind: directory.POI, category: "borne-de-recharge", name: "Borne de la place", brief: "Deux prises, 22 kW", by: "mairie", street: "Place du Foirail", hours: "24/7"},

	{kind: directory.Project, category: "alimentation", name: "Jardin partagé", brief: "Trente parcelles et un verger", by: "jeanne", parent: "Foyer rural", text: "Une parcelle se libère presque chaque printemps. Chantier commun le dernier samedi du mois."},
	{kind: directory.Project, category: "culture", name: "La roue tournera", brief: "Remettre le moulin en marche pour 2028", by: "jeanne", parent: "Les Amis du moulin"},
	{kind: directory.Project, category: "mobilite", name: "Covoiturage du mercredi", brief: "Trois voitures vers le marché de Valmorel", by: "karim", text: "Départ à 8 h devant l'épicerie, retour à midi."},

	{kind: directory.Person, name: "Jeanne Rouquié", brief: "Je taille et je greffe les arbres fruitiers", by: "jeanne", tags: []string{"jardin", "greffe"}, phone: "05 00 00 00 07", residents: []string{"phone"}},
	{
		kind: directory.Person, name: "Karim Lascombe", brief: "Aide pour l'ordinateur et le téléphone", by: "karim", tags: []string{"informatique", "entraide"}, phone: "05 00 00 00 08", email: "karim@saint-aubrac.example",
		residents: []string{"phone"}, withheld: []string{"email"},
	},
}
