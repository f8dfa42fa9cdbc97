package intake_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/intake"
	"copi.local/store/intake/format"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	operator = store.Actor{ID: "op", Role: store.Operator}
	lea      = store.Actor{ID: "lea", Role: store.Resident}
)

// box is a box of Girac with a desk.
type box struct {
	*intake.Desk
	t     *testing.T
	db    *store.DB
	clock *storetest.Clock
	dir   string
}

func open(t *testing.T) *box {
	t.Helper()
	db, clock := storetest.Open(t, intake.Personal, directory.Personal, agenda.Personal)
	at := listing.At(44.92, 1.83)
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "46123", Name: "Girac", Position: &at})
	})
	dir := filepath.Join(t.TempDir(), "imports")
	return &box{intake.NewDesk(db, dir), t, db, clock, dir}
}

// receive keeps a file and returns its run.
func (b *box) receive(name, text string) intake.Run {
	b.t.Helper()
	run, err := b.Receive(store.As(b.t.Context(), operator), name, "", strings.NewReader(text), 1<<20)
	if err != nil {
		b.t.Fatal(err)
	}
	return run
}

// bring receives a file, looks at it and writes it: both must tell the same.
func (b *box) bring(name, text string, choose ...func(*intake.Choices)) (intake.Run, intake.Report) {
	b.t.Helper()
	ctx := store.As(b.t.Context(), operator)
	run := b.receive(name, text)
	for _, c := range choose {
		c(&run.Choices)
	}
	if err := b.Choose(ctx, run.ID, run.Format, run.Choices); err != nil {
		b.t.Fatal(err)
	}
	preview, err := b.Preview(ctx, &run)
	if err != nil {
		b.t.Fatal(err)
	}
	b.clock.Add(1e9) // a second later
	report, err := b.Write(ctx, &run, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if preview.Counts != report.Counts {
		b.t.Errorf("%s: the preview said %+v, the import did %+v", name, preview.Counts, report.Counts)
	}
	var stored intake.Run
	storetest.View(b.t, b.db, operator, func(tx *store.Tx) (err error) {
		stored, err = intake.Get(tx, run.ID)
		return err
	})
	if stored.Counts != report.Counts || stored.State != intake.Done {
		b.t.Errorf("%s: the log says %+v, want %+v", name, stored, report.Counts)
	}
	if files, _ := os.ReadDir(b.dir); len(files) != 0 {
		b.t.Errorf("%s: %d files left", name, len(files))
	}
	return run, preview
}

// elements are all of the directory, by name.
func (b *box) elements() map[string]directory.Element {
	b.t.Helper()
	out := map[string]directory.Element{}
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{Limit: 100})
		if err != nil {
			return err
		}
		for _, c := range res.Cards {
			if c.Ref.Module == directory.Module {
				e, err := directory.Get(tx, c.Ref.ID)
				if err != nil {
					return err
				}
				if _, twice := out[e.Name]; twice {
					b.t.Errorf("%q is there twice", e.Name)
				}
				out[e.Name] = e
			}
		}
		return nil
	})
	return out
}

const rnaHead = "id;siret;titre;objet;adrs_numvoie;adrs_typevoie;adrs_libvoie;adrs_codeinsee;adrs_codepostal;adrs_libcommune;dir_civilite;adrg_libvoie;siteweb;position;date_creat\n"

// register is an invented RNA file: n good lines of Girac, with changes by line.
func register(n int, change map[int]string) string {
	var b strings.Builder
	b.WriteString(rnaHead)
	for i := 1; i <= n; i++ {
		if line, ok := change[i]; ok {
			b.WriteString(line + "\n")
			continue
		}
		fmt.Fprintf(&b, "W46300%04d;;ASSOCIATION EXEMPLE %d;animer le village;%d;RUE;DE CHEZ MOI;46123;46130;GIRAC;MME;RUE SECRETE;;A;2001-05-01\n", i, i, i)
	}
	return b.String()
}

// TestIO3_ThreeBadRowsOf120: 117 are imported after a preview, three are listed
// with their line and why; a second import makes no duplicate.
func TestIO3_ThreeBadRowsOf120(t *testing.T) {
	b := open(t)
	file := register(120, map[int]string{
		7:  "W46300;;TROP COURT;;;;;46123;46130;GIRAC;;;;A;",
		50: "W463000050;;;;;;;46123;46130;GIRAC;;;;A;",
		99: "W463000099;73282932000075;MAUVAIS SIRET;;;;;46123;46130;GIRAC;;;;A;",
	})
	_, report := b.bring("rna.csv", file)
	if want := (intake.Counts{Added: 117, Refused: 3}); report.Counts != want {
		t.Errorf("got %+v, want %+v", report.Counts, want)
	}
	for i, want := range []format.Fault{
		{Line: 8, Reason: format.BadRNA, Detail: "W46300"},
		{Line: 51, Reason: format.NoName, Detail: "W463000050"},
		{Line: 100, Reason: format.BadSIRET, Detail: "73282932000075"},
	} {
		if report.Faults[i] != want {
			t.Errorf("fault %v, want %v", report.Faults[i], want)
		}
	}
	_, report = b.bring("rna.csv", file)
	if want := (intake.Counts{Unchanged: 117, Refused: 3}); report.Counts != want {
		t.Errorf("again: %+v, want %+v", report.Counts, want)
	}
}

// TestDI4_CardsAreUnclaimedWithoutHomes: source and date are marked, nobody
// answers for the card, and no home address nor board member is anywhere on it.
func TestDI4_CardsAreUnclaimedWithoutHomes(t *testing.T) {
	b := open(t)
	run, _ := b.bring("rna.csv", register(1, nil))
	e := b.elements()["ASSOCIATION EXEMPLE 1"]
	if e.Claimed || e.AuthorID != "" || e.Source.Name != "rna" || e.Source.ID != "W463000001" || e.Source.Run != run.ID || e.Source.At.IsZero() {
		t.Errorf("got %+v", e)
	}
	if e.Street != "" || e.Position != nil || e.Commune != "46123" || e.RNA != "W463000001" {
		t.Errorf("got %+v", e)
	}
	if text := fmt.Sprintf("%+v", e); strings.Contains(text, "SECRETE") || strings.Contains(text, "CHEZ MOI") || strings.Contains(text, "MME") {
		t.Errorf("a person's home or title is on the card: %s", text)
	}
	b.bring("rna.csv", register(1, nil), func(c *intake.Choices) { c.Streets = true })
	if e := b.elements()["ASSOCIATION EXEMPLE 1"]; e.Street != "1 RUE DE CHEZ MOI" {
		t.Errorf("confirmed, and still without street: %q", e.Street)
	}
}

// TestOwnersKeepTheirWords: what was claimed or edited is not changed by the
// next import, the rest is; what is of another commune stays out.
func TestOwnersKeepTheirWords(t *testing.T) {
	b := open(t)
	b.bring("rna.csv", register(3, nil))
	all := b.elements()
	edited := all["ASSOCIATION EXEMPLE 1"]
	b.clock.Add(2e9)
	storetest.Update(t, b.db, operator, func(tx *store.Tx) error {
		edited.Description = "Nos mots"
		return directory.Edit(tx, &edited)
	})
	changed := strings.ReplaceAll(register(3, map[int]string{3: "W463009999;;AILLEURS;;;;;46128;46000;CAHORS;;;;A;"}), "animer le village", "fêter")
	_, report := b.bring("rna.csv", changed)
	if want := (intake.Counts{Kept: 1, Updated: 1, Skipped: 1}); report.Counts != want || report.Skips[format.Elsewhere] != 1 {
		t.Errorf("got %+v %v, want %+v", report.Counts, report.Skips, want)
	}
	all = b.elements()
	if all["ASSOCIATION EXEMPLE 1"].Description != "Nos mots" || !strings.HasPrefix(all["ASSOCIATION EXEMPLE 2"].Description, "fêter") || len(all) != 3 {
		t.Errorf("got %+v", all)
	}
}

// TestLookalikesAreShown: a name the directory has is told before anything is
// written; a number it has makes no second card.
func TestLookalikesAreShown(t *testing.T) {
	b := open(t)
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		e := directory.Element{Kind: directory.Org, Name: "Association exemplé 1", Audience: listing.Public}
		if err := directory.Add(tx, &e); err != nil {
			return err
		}
		e = directory.Element{Kind: directory.Org, Name: "Les Deux", RNA: "W463000002", Audience: listing.Public}
		return directory.Add(tx, &e)
	})
	_, report := b.bring("rna.csv", register(3, map[int]string{3: "W463000001;;ENCORE LA MEME;;;;;46123;46130;GIRAC;;;;A;"}))
	if want := (intake.Counts{Added: 1, Same: 1, Refused: 1}); report.Counts != want || report.Faults[0].Reason != format.Twice {
		t.Errorf("got %+v %v, want %+v", report.Counts, report.Faults, want)
	}
	if len(report.Twins) != 1 || report.Twins[0].Seen != "Association exemplé 1" {
		t.Errorf("twins %+v", report.Twins)
	}
}

// TestUndo: what an import made goes, but for what somebody took over.
func TestUndo(t *testing.T) {
	b := open(t)
	run, _ := b.bring("rna.csv", register(1200, nil))
	var kept directory.Element
	storetest.View(t, b.db, operator, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{Q: "exemple 77", Limit: 1})
		if err == nil {
			kept, err = directory.Get(tx, res.Cards[0].Ref.ID)
		}
		return err
	})
	b.clock.Add(2e9)
	storetest.Update(t, b.db, operator, func(tx *store.Tx) error { kept.Brief = "Ici"; return directory.Edit(tx, &kept) })
	n, err := b.Undo(store.As(t.Context(), operator), run.ID)
	if err != nil || n != 1199 {
		t.Errorf("removed %d, %v; want 1199", n, err)
	}
	storetest.View(t, b.db, operator, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{})
		got, err2 := intake.Get(tx, run.ID)
		if res.Total != 1 || got.State != intake.Undone || got.Removed != 1199 {
			t.Errorf("%d left, %+v", res.Total, got)
		}
		if err == nil {
			err = err2
		}
		return err
	})
	if _, err := b.Undo(t.Context(), run.ID); store.KindOf(err) != store.Unauthenticated {
		t.Errorf("a visitor undid: %v", err)
	}
}

// TestAnInterruptedImportGoesOn: stopped after each batch, it ends with every
// thing once and the counts of one that was not stopped.
func TestAnInterruptedImportGoesOn(t *testing.T) {
	b := open(t)
	ctx := store.As(t.Context(), operator)
	run := b.receive("rna.csv", register(2500, map[int]string{2400: "faux;;;;;;;;;;;;;A;"}))
	times := 0
	for run.State != intake.Done {
		if _, err := b.Write(ctx, &run, func() bool { return true }); err != nil {
			t.Fatal(err)
		}
		storetest.View(t, b.db, operator, func(tx *store.Tx) (err error) { // as another request finds it
			run, err = intake.Get(tx, run.ID)
			return err
		})
		if times++; times > 10 {
			t.Fatal("it never ends")
		}
		if run.State == intake.Writing {
			if err := b.Discard(ctx, run.ID); store.KindOf(err) != store.Conflict {
				t.Errorf("discarded half-way: %v", err)
			}
		}
	}
	if want := (intake.Counts{Added: 2499, Refused: 1}); run.Counts != want || times < 3 {
		t.Errorf("after %d times %+v, want %+v", times, run.Counts, want)
	}
}

func ics(sequence int, title string) string {
	return fmt.Sprintf("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:bal@exemple\r\nSEQUENCE:%d\r\nSUMMARY:%s\r\nDTSTART;TZID=Europe/Paris:20261205T200000\r\nLOCATION:Salle\r\nEND:VEVENT\r\n"+
		"BEGIN:VEVENT\r\nUID:marche@exemple\r\nSUMMARY:Marché\r\nDTSTART;VALUE=DATE:20261206\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", sequence, title)
}

// titles are the events in order of date.
func (b *box) titles() (out []agenda.Event) {
	storetest.View(b.t, b.db, operator, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{Kind: listing.KindEvent, Order: listing.ByDate, From: tx.Now})
		for _, c := range res.Cards {
			e, err := agenda.Get(tx, c.Ref.ID)
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		return err
	})
	return out
}

// TestAG16_ACalendarComesAgain: the same UID makes no second event, a higher
// SEQUENCE updates it, and what was edited here stays.
func TestAG16_ACalendarComesAgain(t *testing.T) {
	b := open(t)
	_, report := b.bring("gancio.ics", ics(0, "Bal"))
	if want := (intake.Counts{Added: 2}); report.Counts != want || report.Repeats != 1 {
		t.Errorf("first: %+v, %d repeat", report.Counts, report.Repeats)
	}
	if _, report = b.bring("autre nom.ics", ics(0, "Bal")); report.Counts != (intake.Counts{Unchanged: 2}) {
		t.Errorf("again: %+v", report.Counts)
	}
	if _, report = b.bring("gancio.ics", ics(1, "Grand bal")); report.Counts != (intake.Counts{Updated: 1, Unchanged: 1}) {
		t.Errorf("with sequence 1: %+v", report.Counts)
	}
	if _, report = b.bring("gancio.ics", ics(0, "Vieux bal")); report.Counts != (intake.Counts{Unchanged: 2}) {
		t.Errorf("an old copy: %+v", report.Counts)
	}
	events := b.titles()
	if len(events) != 2 || events[0].Title != "Grand bal" || events[0].AuthorID != "" || !events[1].AllDay {
		t.Fatalf("got %+v", events)
	}
	b.clock.Add(2e9)
	storetest.Update(t, b.db, operator, func(tx *store.Tx) error {
		e := events[0]
		e.Place = "Grange"
		return agenda.Edit(tx, &e)
	})
	run, report := b.bring("gancio.ics", ics(2, "Très grand bal"))
	if report.Counts != (intake.Counts{Kept: 1, Unchanged: 1}) {
		t.Errorf("after an edit here: %+v", report.Counts)
	}
	if events := b.titles(); events[0].Title != "Grand bal" || events[0].Place != "Grange" {
		t.Errorf("got %+v", events[0])
	}
	if n, err := b.Undo(store.As(t.Context(), operator), run.ID); n != 0 || err != nil {
		t.Errorf("the last run made nothing, and undoing removed %d, %v", n, err)
	}
}

// TestUndoEvents: events of a calendar go with its import.
func TestUndoEvents(t *testing.T) {
	b := open(t)
	run, _ := b.bring("gancio.ics", ics(0, "Bal"))
	if n, err := b.Undo(store.As(t.Context(), operator), run.ID); n != 2 || err != nil || len(b.titles()) != 0 {
		t.Errorf("removed %d, %v, %d left", n, err, len(b.titles()))
	}
	if _, report := b.bring("gancio.ics", ics(0, "Bal")); report.Counts != (intake.Counts{Added: 2}) {
		t.Errorf("brought again: %+v", report.Counts)
	}
}

// TestOurOwnCalendarComesHome: events exported here are not doubled.
func TestOurOwnCalendarComesHome(t *testing.T) {
	b := open(t)
	e := agenda.Event{Title: "Loto", Place: "Salle", Audience: listing.Public, Starts: calendar.Wall{Year: 2026, Month: 12, Day: 5, Hour: 20}}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return agenda.Schedule(tx, &e) })
	_, report := b.bring("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:"+e.UID()+"\nSUMMARY:Loto\nDTSTART:20261205T190000Z\nEND:VEVENT\nEND:VCALENDAR\n")
	if report.Counts != (intake.Counts{Kept: 1}) {
		t.Errorf("got %+v", report.Counts)
	}
}

func TestTablesKnowTheirThingsByLabelAndName(t *testing.T) {
	b := open(t)
	const file = "Nom;Catégorie;Téléphone;Latitude;Longitude\nLe Fournil;commerce;05 65 00 00 00 (matin);44,93;1,84\nLes Amis;amicale;;;\nÀ l'envers;;;1,84;44,93\n"
	_, report := b.bring("Liste mairie (2).csv", file)
	if report.Counts != (intake.Counts{Added: 2, Refused: 1}) || report.Faults[0].Reason != format.Inverted || report.Faults[0].Line != 4 {
		t.Errorf("got %+v %v", report.Counts, report.Faults)
	}
	all := b.elements()
	if e := all["Le Fournil"]; e.Category != "commerce" || e.Phone != "" || !strings.Contains(e.Description, "05 65 00 00 00 (matin)") || e.Position == nil {
		t.Errorf("got %+v", e)
	}
	if e := all["Les Amis"]; e.Category != "" || len(e.Tags) != 1 || e.Tags[0] != "amicale" {
		t.Errorf("got %+v", e)
	}
	if _, report = b.bring("Liste mairie.csv", file); report.Counts != (intake.Counts{Unchanged: 2, Refused: 1}) {
		t.Errorf("its next version: %+v", report.Counts)
	}
}

func TestFilesThatAreNotKept(t *testing.T) {
	b := open(t)
	ctx := store.As(t.Context(), operator)
	for name, c := range map[string]struct{ text, key string }{
		"archive": {"PK\x03\x04", "err.intake.file_archive"},
		"kml":     {"<?xml version='1.0'?><kml></kml>", "err.intake.file_kml"},
		"large":   {strings.Repeat("a;b\n", 1<<18), "err.intake.large"},
	} {
		_, err := b.Receive(ctx, name, "", strings.NewReader(c.text), 1<<19)
		if err == nil || !strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	if files, _ := os.ReadDir(b.dir); len(files) != 0 {
		t.Errorf("%d files left", len(files))
	}
	if _, err := b.Receive(store.As(t.Context(), lea), "a.csv", "", strings.NewReader("nom\na\n"), 1<<19); store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident: %v", err)
	}
	run := b.receive("a.csv", "nom\na\n")
	if err := b.Discard(ctx, run.ID); err != nil {
		t.Fatal(err)
	}
	if files, _ := os.ReadDir(b.dir); len(files) != 0 {
		t.Errorf("%d files left after discarding", len(files))
	}
	run = b.receive("a.csv", "nom\na\n")
	b.clock.Add(8 * 24 * 3600e9)
	b.receive("b.csv", "nom\nb\n") // sweeps
	storetest.View(t, b.db, operator, func(tx *store.Tx) error {
		if _, err := intake.Get(tx, run.ID); store.KindOf(err) != store.NotFound {
			t.Errorf("a file nobody looked at for a week: %v", err)
		}
		return nil
	})
}

func TestLeavingTakesTheNameOffTheLog(t *testing.T) {
	b := open(t)
	b.bring("rna.csv", register(1, nil))
	storetest.Update(t, b.db, operator, func(tx *store.Tx) error {
		if out, err := intake.Personal.Export(tx, "op"); out == nil || err != nil {
			t.Errorf("exported %v, %v", out, err)
		}
		if err := intake.Personal.Erase(tx, "op", store.KeepUnnamed); err != nil {
			return err
		}
		out, err := intake.Personal.Export(tx, "op")
		if out != nil {
			t.Errorf("still there: %v", out)
		}
		return err
	})
}

// TestIO9_WhateverTheSource: what comes from elsewhere bears where from and
// since when, and is nobody's.
func TestIO9_WhateverTheSource(t *testing.T) {
	for source, file := range map[string]string{
		"rna":         register(1, nil),
		"communecter": `{"entities":{"55e0":{"collection":"organizations","type":"NGO","name":"Les Jardiniers","address":{"streetAddress":"3 rue privée","codeInsee":"46123"}},"55e1":{"collection":"citizens","name":"Ana"}}}`,
		"osm":         `<osm><node id="4" lat="44.92" lon="1.83"><tag k="shop" v="bakery"/><tag k="name" v="Au Pain"/><tag k="opening_hours" v="quand il fait beau"/></node></osm>`,
		"vcard":       "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Épicerie\nEND:VCARD\n",
		"geojson":     `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1.83,44.92]},"properties":{"name":"Grange"}}]}`,
	} {
		b := open(t)
		run, report := b.bring("fichier", file)
		if report.Added != 1 {
			t.Errorf("%s: %+v %v", source, report.Counts, report.Faults)
			continue
		}
		for _, e := range b.elements() {
			if e.Source.Name != source || e.Source.Run != run.ID || !e.Source.At.Equal(b.clock.Now()) || e.Claimed || e.AuthorID != "" || e.Street != "" {
				t.Errorf("%s: %+v", source, e)
			}
			if source == "osm" && (!strings.Contains(e.Description, "ODbL") || e.Hours != "quand il fait beau" || e.Category != "commerce") {
				t.Errorf("%s: %+v", source, e)
			}
		}
	}
}

// TestTheTerritoryIsTaken: where the box looks first is what a file is cut to.
func TestTheTerritoryIsTaken(t *testing.T) {
	b := open(t)
	storetest.Update(t, b.db, operator, func(tx *store.Tx) error {
		z := listing.Zone{Name: "Rives", Kind: listing.ZoneOther, Communes: []string{"46123", "46128"}}
		if err := listing.MakeZone(tx, &z); err != nil {
			return err
		}
		if err := listing.AddCommunes(tx, z.ID, []string{"46123", "46128"}); err != nil {
			return err
		}
		return listing.SetTerritory(tx, listing.Territory{Zone: z.ID})
	})
	if got := b.receive("rna.csv", register(1, nil)).Choices.Communes; len(got) != 2 || got[0] != "46123" || got[1] != "46128" {
		t.Errorf("got %v", got)
	}
}

// TestPositionsOfCommunes: a file of them is read as any other.
func TestPositionsOfCommunes(t *testing.T) {
	b := open(t)
	run, report := b.bring("communes.json", `[{"code":"46123","centre":{"coordinates":[1.84,44.93]}},{"code":"46124"}]`)
	if run.Format != format.Communes || report.Counts != (intake.Counts{Added: 1, Refused: 1}) {
		t.Errorf("got %s %+v", run.Format, report.Counts)
	}
	c, err := listing.CommuneByINSEE("46123")
	if err != nil {
		t.Fatal(err)
	}
	storetest.View(t, b.db, operator, c.Improve)
	if *c.Position != listing.At(44.93, 1.84) {
		t.Errorf("at %v", *c.Position)
	}
	if _, err := b.Undo(store.As(t.Context(), operator), run.ID); store.KindOf(err) != store.Conflict {
		t.Errorf("undone: %v", err)
	}
}
