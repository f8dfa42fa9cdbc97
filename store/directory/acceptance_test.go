package directory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	visitor = store.Actor{}
	eve     = store.Actor{ID: "eve", Role: store.Moderator}
	keeper  = store.Actor{ID: "keeper", Role: store.Operator}
)

// add puts an element into the directory for ana, and fails the test on an error.
func add(t testing.TB, db *store.DB, kind directory.Kind, name string, change ...func(*directory.Element)) directory.Element {
	t.Helper()
	e := directory.Element{Kind: kind, Name: name, Audience: listing.Public}
	for _, c := range change {
		c(&e)
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	return e
}

func do(t testing.TB, db *store.DB, who store.Actor, fn func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), fn)
}

func TestDI1_NearlyTheSameNameIsProposedAndNotRefused(t *testing.T) {
	db, _ := storetest.Open(t)
	there := listing.At(44.96, 1.91)
	add(t, db, directory.Org, "comite des fetes altillac", func(e *directory.Element) { e.Position = &there })
	add(t, db, directory.Org, "Comité de lecture")
	add(t, db, directory.Org, "Les Amis du moulin", func(e *directory.Element) { e.RNA = "W463001234" })
	far := listing.At(48, 2)
	for _, c := range []struct {
		name string
		at   *listing.Point
		rna  string
		want string
	}{
		{"Comité des Fêtes d'Altillac", nil, "", "comite des fetes altillac"},
		{"Comité des fête d’Altilac", nil, "", "comite des fetes altillac"},
		{"Association du comité des fêtes d'Altillac", &there, "", "comite des fetes altillac"},
		{"Comité des Fêtes d'Altillac", &far, "", ""},
		{"Comité des Fêtes de Biars", nil, "", ""},
		{"Comité", nil, "", ""},
		{"Amis de la meule", nil, "W463001234", "Les Amis du moulin"},
		{"Boulangerie", nil, "", ""},
	} {
		e := directory.Element{Kind: directory.Org, Name: c.name, Position: c.at, RNA: c.rna, Audience: listing.Public}
		storetest.Update(t, db, ana, func(tx *store.Tx) error {
			found, err := directory.Similar(tx, &e)
			names := ""
			for _, f := range found {
				names += f.Name
			}
			if names != c.want {
				t.Errorf("%s: proposed %q, want %q", c.name, names, c.want)
			}
			return err
		})
	}
	add(t, db, directory.Org, "Comité des Fêtes d'Altillac") // not refused
}

func TestDI5_RemindersGreyedArchived(t *testing.T) {
	db, clock := storetest.Open(t)
	clock.Set(time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC))
	e := add(t, db, directory.Org, "Amicale")
	var told []string
	job := directory.Tender(func(tx *store.Tx, account string, about store.Ref, key string, _ ...any) error {
		if account != ana.ID || about != e.Ref() || key == "" {
			t.Errorf("told %q about %v: %q", account, about, key)
		}
		told = append(told, tx.Now.Format("2006-01-02"))
		return nil
	})
	day := func(date string) (step directory.Step) {
		t.Helper()
		at, err := time.Parse("2006-01-02 15", date+" 09")
		if err != nil {
			t.Fatal(err)
		}
		for !clock.Now().After(at) { // the box runs every day
			if err := do(t, db, visitor, job.Run); err != nil {
				t.Fatal(err)
			}
			clock.Add(24 * time.Hour)
		}
		storetest.View(t, db, ana, func(tx *store.Tx) error {
			tx.Now = at
			steps, err := directory.Steps(tx, []string{e.ID})
			step = steps[e.ID]
			return err
		})
		return step
	}
	if step := day("2026-07-09"); step != directory.Fresh || len(told) != 0 {
		t.Errorf("before: %v, told %v", step, told)
	}
	if step := day("2026-09-03"); step != directory.Due {
		t.Errorf("on 3 September: %v", step)
	}
	if want := []string{"2026-07-10", "2026-07-24", "2026-08-07", "2026-08-21"}; !slices.Equal(told, want) {
		t.Errorf("reminded on %v, want %v", told, want)
	}
	if step := day("2026-09-04"); step != directory.Greyed {
		t.Errorf("on 4 September: %v", step)
	}
	if n := count(t, db, visitor); n != 1 {
		t.Error("greyed and not listed")
	}
	if step := day("2027-03-04"); step != directory.Archived || len(told) != 4 {
		t.Errorf("half a year later: %v, told %v", step, told)
	}
	if n := count(t, db, visitor); n != 0 {
		t.Error("archived and listed")
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		got, err := directory.Get(tx, e.ID) // its address stays
		if got.Name != "Amicale" || got.ArchivedAt.IsZero() {
			t.Errorf("got %+v", got)
		}
		if gone, err := directory.ArchivedOnes(tx); len(gone) != 1 || err != nil {
			t.Errorf("archived: %v, %v", gone, err)
		}
		return err
	})
	if err := do(t, db, bob, func(tx *store.Tx) error { return directory.Verify(tx, e.ID) }); store.KindOf(err) != store.Forbidden {
		t.Errorf("somebody else verified: %v", err)
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Verify(tx, e.ID) })
	if n := count(t, db, visitor); n != 1 {
		t.Error("verified and not listed")
	}
	if step := day(clock.Now().Format("2006-01-02")); step != directory.Fresh {
		t.Errorf("verified: %v", step)
	}
}

// TestABoxThatWasOffRemindsOnce: four reminders on one morning help nobody.
func TestABoxThatWasOffRemindsOnce(t *testing.T) {
	db, clock := storetest.Open(t)
	add(t, db, directory.Org, "Amicale")
	clock.Add(250 * 24 * time.Hour)
	told := 0
	job := directory.Tender(func(*store.Tx, string, store.Ref, string, ...any) error { told++; return nil })
	for range 3 {
		if err := do(t, db, visitor, job.Run); err != nil {
			t.Fatal(err)
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

func TestRuleAtTheEndOfAMonth(t *testing.T) {
	r := directory.Rule{Months: 6, Reminders: 1, Days: 14, ArchiveMonths: 6}
	at := time.Date(2026, 8, 31, 12, 0, 0, 0, time.UTC)
	if due := r.Due(at); due[0].Format("2006-01-02") != "2027-02-28" {
		t.Errorf("reminded on %v", due[0])
	}
	if none := (directory.Rule{Months: 1, Days: 14, ArchiveMonths: 1}); none.Greys(at).Format("2006-01-02") != "2026-09-30" {
		t.Errorf("without reminders greyed on %v", none.Greys(at))
	}
}

func TestDI7_NoCycles(t *testing.T) {
	db, _ := storetest.Open(t)
	at := listing.At(44.95, 1.9)
	hall := add(t, db, directory.Place, "Salle", func(e *directory.Element) { e.Position = &at })
	room := add(t, db, directory.Place, "Cuisine", func(e *directory.Element) { e.ParentID = hall.ID })
	cupboard := add(t, db, directory.Place, "Placard", func(e *directory.Element) { e.ParentID = room.ID })
	for _, parent := range []string{hall.ID, room.ID, cupboard.ID} {
		e := hall
		e.ParentID = parent
		if err := do(t, db, ana, func(tx *store.Tx) error { return directory.Edit(tx, &e) }); store.KindOf(err) != store.Invalid && store.KindOf(err) != store.Conflict {
			t.Errorf("the hall stands in %s: %v", parent, err)
		}
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, cupboard.Ref())
		if c.Position == nil || *c.Position != at {
			t.Errorf("the cupboard is at %v, want the hall's %v", c.Position, at)
		}
		above, err2 := directory.Ancestors(tx, &cupboard)
		if err2 != nil || len(above) != 2 || above[0].ID != hall.ID {
			t.Errorf("the cupboard stands in %v, %v", above, err2)
		}
		in, err3 := directory.Children(tx, hall.ID)
		if err3 != nil || len(in) != 1 || in[0].ID != room.ID {
			t.Errorf("in the hall: %v, %v", in, err3)
		}
		return err
	})
	moved := listing.At(44.99, 1.99)
	hall.Position = &moved
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Edit(tx, &hall) })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, cupboard.Ref())
		if c.Position == nil || *c.Position != moved {
			t.Error("the cupboard did not move with the hall")
		}
		return err
	})
	stranger := directory.Element{Kind: directory.Place, Name: "Buvette", ParentID: hall.ID, Audience: listing.Public}
	if err := do(t, db, bob, func(tx *store.Tx) error { return directory.Add(tx, &stranger) }); err == nil {
		t.Error("somebody hung a sign on another's house")
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Remove(tx, hall.ID) })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		got, err := directory.Get(tx, room.ID)
		if got.ParentID != "" {
			t.Error("in a hall that is gone")
		}
		return err
	})
}

func TestDI8_WhoLeavesLeavesTheCard(t *testing.T) {
	db, _ := storetest.Open(t)
	e := add(t, db, directory.Org, "Amicale", func(e *directory.Element) { e.Description = "Depuis 1908." })
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Personal.Erase(tx, ana.ID, store.EraseAll) })
	storetest.View(t, db, eve, func(tx *store.Tx) error {
		got, err := directory.Get(tx, e.ID)
		if got.Description != "Depuis 1908." || got.AuthorID != "" {
			t.Errorf("left %+v", got)
		}
		if may, err := got.MayChange(tx); !may || err != nil {
			t.Errorf("a moderator may not look after an orphan: %v", err)
		}
		return err
	})
}

// fields of a person, each for somebody else.
func listed(t *testing.T, db *store.DB) directory.Element {
	t.Helper()
	at := listing.At(44.96213, 1.91417)
	return add(t, db, directory.Person, "Ana Exemple", func(e *directory.Element) {
		e.Position, e.Street, e.Phone, e.Email, e.Website = &at, "3 rue du Four", "05 65 00 00 01", "ana@example.org", "https://ana.example.org"
		e.Tags = []string{"informatique"}
		e.ResidentsOnly, e.Withheld = []string{"phone"}, []string{"street", "email"}
	})
}

func TestEachFieldHasItsReaders(t *testing.T) {
	db, _ := storetest.Open(t, account.Personal, directory.Personal)
	e := listed(t, db)
	for _, c := range []struct {
		who                         store.Actor
		phone, email, street, place bool
	}{{visitor, false, false, false, true}, {bob, true, false, false, true}, {eve, true, false, false, true}, {ana, true, true, true, true}} {
		storetest.View(t, db, c.who, func(tx *store.Tx) error {
			got, err := directory.Get(tx, e.ID)
			if (got.Phone != "") != c.phone || (got.Email != "") != c.email || (got.Street != "") != c.street || (got.Position != nil) != c.place {
				t.Errorf("%q reads %+v", c.who.ID, got)
			}
			return err
		})
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, e.Ref())
		if err != nil {
			return err
		}
		body, err := listing.BodyOf(tx, c)
		if body["telephone"] != nil || body["email"] != nil || body["address"] != nil || body["url"] == nil {
			t.Errorf("the body says %v", body)
		}
		if c.Audience != listing.Here || c.Position == nil || *c.Position == listing.At(44.96213, 1.91417) {
			t.Errorf("card %+v: her house, or for neighbours", c)
		}
		return err
	})
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		out, err := directory.Personal.Export(tx, ana.ID)
		held, _ := out.(directory.Holding)
		wholes := held.Made
		if len(wholes) != 1 || wholes[0]["telephone"] == nil || wholes[0]["email"] == nil || wholes[0]["geo"] == nil {
			t.Errorf("she gets back %v", out)
		}
		return err
	})
	again := directory.Element{Kind: directory.Person, Name: "Ana encore"}
	if err := do(t, db, ana, func(tx *store.Tx) error { return directory.Add(tx, &again) }); store.KindOf(err) != store.Conflict {
		t.Errorf("a second card of one person: %v", err)
	}
	if err := do(t, db, eve, func(tx *store.Tx) error { return directory.Verify(tx, e.ID) }); store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator speaks for her: %v", err)
	}
}

func TestAnOperatorsQuestionsKeepTheirReaders(t *testing.T) {
	db, _ := storetest.Open(t)
	open, inner := category.Field{Set: category.Organisations, Label: "Livre à domicile", Kind: category.YesNo, Public: true}, category.Field{Set: category.Organisations, Label: "Code du portail", Kind: category.Text}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error {
		if err := category.AddField(tx, &open); err != nil {
			return err
		}
		return category.AddField(tx, &inner)
	})
	e := add(t, db, directory.Org, "Épicerie", func(e *directory.Element) {
		e.Category, e.Fields = "commerce", map[string]string{open.Key: category.Yes, inner.Key: "4711"}
	})
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		got, err := directory.Get(tx, e.ID)
		if got.Fields[open.Key] != category.Yes || got.Fields[inner.Key] != "" {
			t.Errorf("a visitor reads %v", got.Fields)
		}
		c, err2 := listing.ByRef(tx, e.Ref())
		if err2 != nil || !slices.Equal(c.Tags, []string{"commerce"}) {
			t.Errorf("card %+v, %v", c, err2)
		}
		res, err3 := listing.Find(tx, listing.Query{Tag: "Commerces", Q: "epicerie"})
		if err3 != nil || res.Total > 1 {
			t.Errorf("found %+v, %v", res, err3)
		}
		return err
	})
	storetest.Update(t, db, keeper, func(tx *store.Tx) error {
		if err := directory.Recategorise(tx, category.Organisations, "commerce", "artisan"); err != nil {
			return err
		}
		n, err := directory.CountCategory(tx, category.Organisations, "artisan")
		if n != 1 {
			t.Errorf("%d are artisans", n)
		}
		return err
	})
	bad := directory.Element{Kind: directory.Org, Name: "X", Category: "inconnue"}
	if err := do(t, db, ana, func(tx *store.Tx) error { return directory.Add(tx, &bad) }); store.KindOf(err) != store.Invalid {
		t.Errorf("a category nobody knows: %v", err)
	}
}

func TestWhatIsWritten(t *testing.T) {
	for field, e := range map[string]directory.Element{
		"name": {Name: " "}, "phone": {Phone: "appelez-moi"}, "email": {Email: "ana"}, "website": {Website: "javascript:alert(1)"},
		"capacity": {Capacity: -1}, "brief": {Brief: strings.Repeat("x", 161)}, "tags": {Tags: []string{"a,\n"}}, "kind": {Kind: "church"},
	} {
		if e.Kind == "" {
			e.Kind = directory.Org
		}
		if e.Name == "" {
			e.Name = "Amicale"
		}
		err, _ := e.Check().(store.Errors) //nolint:errorlint // Check returns it bare
		if len(err) != 1 || err[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	e := directory.Element{Kind: directory.Org, Name: "Amicale", Website: "amicale.example.org", Hours: "mardi 9h-12h", Phone: "+33 (0)5 65-00.00/01"}
	if err := e.Check(); err != nil || e.Website != "https://amicale.example.org" || e.Hours != "Tu 09:00-12:00" {
		t.Errorf("%+v: %v", e, err)
	}
}

func TestOrganisersAndPlaces(t *testing.T) {
	db, _ := storetest.Open(t)
	org, hall := add(t, db, directory.Org, "Amicale"), add(t, db, directory.Place, "Salle")
	event := store.Ref{Module: "agenda", ID: store.NewID()}
	if err := do(t, db, bob, func(tx *store.Tx) error { return directory.SetLink(tx, directory.Organiser, event, org.ID) }); store.KindOf(err) != store.Forbidden {
		t.Errorf("somebody else acts in its name: %v", err)
	}
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return directory.SetLink(tx, directory.Venue, event, hall.ID) })
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.SetLink(tx, directory.Organiser, event, org.ID) })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		things, err := directory.Things(tx, org.ID, directory.Organiser, "agenda")
		links, err2 := directory.Links(tx, event)
		if !slices.Equal(things, []string{event.ID}) || len(links) != 2 || err2 != nil {
			t.Errorf("%v, %v, %v", things, links, err2)
		}
		return err
	})
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.SetLink(tx, directory.Organiser, event, "") })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		links, err := directory.Links(tx, event)
		if len(links) != 1 || links[0].Role != directory.Venue {
			t.Errorf("left %v", links)
		}
		return err
	})
}

func count(t testing.TB, db *store.DB, who store.Actor) (n int64) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		n, err = listing.Count(tx, listing.Query{})
		return err
	})
	return n
}
