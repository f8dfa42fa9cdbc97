package petition_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/petition"
	"copi.local/store/storetest"
)

var (
	visitor  = store.Actor{}
	lea      = store.Actor{ID: "lea", Role: store.Resident}
	tom      = store.Actor{ID: "tom", Role: store.Resident}
	zoe      = store.Actor{ID: "zoe", Role: store.Resident}
	operator = store.Actor{ID: "mairie", Role: store.Operator}
)

// text is a petition that a test completes.
func text(change ...func(*petition.Petition)) petition.Petition {
	p := petition.Petition{
		Title: "Un passage piéton devant l'école", Text: "Nous demandons un passage piéton.", Addressee: "La mairie",
		Purpose: "Soutenir cette demande.", Goal: 42, KeepMonths: 3, EndsAt: storetest.Now.AddDate(0, 2, 0),
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

func tenPercent(p *petition.Petition) { p.Goal, p.Share, p.Electors = 0, 1000, 412 }

func add(t testing.TB, db *store.DB, change ...func(*petition.Petition)) petition.Petition {
	t.Helper()
	p := text(change...)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return petition.Add(tx, &p, "") })
	return p
}

func get(t testing.TB, db *store.DB, id string) (p petition.Petition, tally petition.Tally) {
	t.Helper()
	storetest.View(t, db, visitor, func(tx *store.Tx) (err error) {
		if p, err = petition.Get(tx, id); err != nil {
			return err
		}
		tally, err = p.Tally(tx)
		return err
	})
	return p, tally
}

// try runs a verb as somebody and returns its error.
func try(t testing.TB, db *store.DB, who store.Actor, do func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), do)
}

// wants fails unless err, or one of its faults, has the key; empty is success.
func wants(t testing.TB, what string, err error, key string) {
	t.Helper()
	if key == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	many, _ := errors.AsType[store.Errors](err)
	if e, ok := errors.AsType[*store.Error](err); ok {
		many = append(many, e)
	}
	if !slices.ContainsFunc(many, func(e *store.Error) bool { return e.Key == key }) {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// sign signs on the web as an account of the same name.
func sign(t testing.TB, db *store.DB, id, name string, born int, change ...func(*petition.Signature)) {
	t.Helper()
	s := petition.Signature{PetitionID: id, Name: name, BirthYear: born, Commune: "Bretenoux", Who: petition.Inhabitant}
	for _, c := range change {
		c(&s)
	}
	who := store.Actor{ID: strings.ToLower(strings.Fields(name)[0]), Role: store.Resident}
	storetest.Update(t, db, who, func(tx *store.Tx) error { return petition.Sign(tx, &s, true) })
}

// sheet types lines of a sheet as its organiser.
func sheet(t testing.TB, db *store.DB, id string, lines ...petition.Signature) (added, known int) {
	t.Helper()
	typed := map[int]petition.Signature{}
	for i, l := range lines {
		typed[i+1] = l
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) (err error) {
		added, known, err = petition.TypeSheet(tx, id, 1, typed)
		return err
	})
	return added, known
}

func line(name string, born int, commune string, who petition.Who) petition.Signature {
	return petition.Signature{Name: name, BirthYear: born, Commune: commune, Who: who}
}

// told lists the keys of an account's notices.
func told(t testing.TB, db *store.DB, who store.Actor) (keys []string) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 50)
		for _, n := range list {
			if n.N > 1 {
				t.Errorf("%s was told %d times of %s", who.ID, n.N, n.Key)
			}
			keys = append(keys, strings.TrimPrefix(n.Key, "notify.petition_"))
		}
		return err
	})
	return keys
}

// run runs the module's jobs once.
func run(t testing.TB, db *store.DB) {
	t.Helper()
	runner, err := store.NewRunner(db, petition.Jobs, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		if more, err = runner.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if faults := runner.Faults(); len(faults) > 0 {
		t.Fatal(faults)
	}
}

func TestPT1_TenPercentOf412Is42AndFortyOneIsNotEnough(t *testing.T) {
	for _, c := range []struct{ share, electors, want int }{
		{1000, 412, 42}, {1000, 410, 41}, {1000, 1, 1}, {1, 412, 1}, {10000, 412, 412}, {1250, 8, 1}, {1250, 9, 2}, {2000, 5, 1}, {3333, 3, 1},
	} {
		if got := (&petition.Petition{Share: c.share, Electors: c.electors}).Target(); got != c.want {
			t.Errorf("%d hundredths of a percent of %d: %d, want %d", c.share, c.electors, got, c.want)
		}
	}
	db, _ := storetest.Open(t)
	p := add(t, db, tenPercent)
	var lines []petition.Signature
	for i := range 41 {
		who := petition.Elector
		if i%2 == 0 {
			who = petition.Inhabitant
		}
		lines = append(lines, line("Personne "+string(rune('A'+i%26)), 1930+i, "Bretenoux", who))
	}
	sheet(t, db, p.ID, lines...)
	is, tally := get(t, db, p.ID)
	if is.Target() != 42 || is.Counted(tally) != 41 || tally != (petition.Tally{Electors: 20, Inhabitants: 21}) {
		t.Errorf("%d of %d, %+v", is.Counted(tally), is.Target(), tally)
	}
	if got := told(t, db, lea); len(got) != 0 {
		t.Errorf("told %v before the goal", got)
	}
	sign(t, db, p.ID, "Zoe Ganier", 1990)
	if got := told(t, db, lea); !slices.Equal(got, []string{"goal"}) {
		t.Errorf("told %v at the goal", got)
	}
	electors := add(t, db, tenPercent, func(p *petition.Petition) { p.OnlyElectors = true })
	sheet(t, db, electors.ID, lines...)
	if is, tally = get(t, db, electors.ID); is.Counted(tally) != 20 {
		t.Errorf("%d electors count, want 20", is.Counted(tally))
	}
}

func TestPT2_OnePersonCountsOnceAndNamesakesTwice(t *testing.T) {
	db, _ := storetest.Open(t)
	p := add(t, db)
	sign(t, db, p.ID, "Marie Durand", 1950, func(s *petition.Signature) { s.Commune = "Saint-Céré" })
	added, known := sheet(t, db, p.ID,
		line("DURAND Marie", 1950, "St Cere", petition.Elector),
		line("Marie Durand", 1981, "Saint-Céré", petition.Elector),
		line("marie  durand", 1981, "saint céré", petition.Elector),
		line("Marie Durand", 1950, "Biars", petition.Other))
	if added != 2 || known != 2 {
		t.Errorf("added %d, known %d; want 2 and 2", added, known)
	}
	if _, tally := get(t, db, p.ID); tally.Total() != 3 {
		t.Errorf("%+v, want three people", tally)
	}
	// On paper first, then on the web: nobody who signs learns whether somebody
	// of that name did.
	sign(t, db, p.ID, "Tom Durand", 1981, func(s *petition.Signature) { s.Name, s.Commune = "Marie Durand", "Saint Céré" })
	if _, tally := get(t, db, p.ID); tally.Total() != 3 {
		t.Errorf("%+v after the web, want three people", tally)
	}
	sign(t, db, p.ID, "Marie Durand", 1950, func(s *petition.Signature) { s.Commune, s.Who = "Saint-Céré", petition.Elector })
	if _, tally := get(t, db, p.ID); tally != (petition.Tally{Electors: 2, Others: 1}) {
		t.Errorf("%+v after she corrected hers", tally)
	}
}

func TestPT3_TheCardSaysTheTextAndTheCountAndNobody(t *testing.T) {
	db, _ := storetest.Open(t)
	p := add(t, db)
	sign(t, db, p.ID, "Tomcanari Vabre", 1951, func(s *petition.Signature) { s.Contact = "canari@example.org" })
	sign(t, db, p.ID, "Zoe Visible", 1962, func(s *petition.Signature) { s.Shown = true })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, p.Ref())
		if err != nil {
			return err
		}
		b, err := listing.BodyOf(tx, c)
		if err != nil {
			return err
		}
		all, err := json.Marshal([]any{c, b})
		if err != nil {
			return err
		}
		for _, secret := range []string{"canari", "Vabre", "1951", "1962", "Visible"} {
			if strings.Contains(string(all), secret) {
				t.Errorf("the card says %s: %s", secret, all)
			}
		}
		for _, public := range []string{"un passage piéton", `"userInteractionCount":2`} {
			if !strings.Contains(string(all), public) {
				t.Errorf("the card does not say %s: %s", public, all)
			}
		}
		names, _, err := p.Names(tx, 0, 10)
		if !slices.Equal(names, []string{"Zoe Visible"}) {
			t.Errorf("named: %v", names)
		}
		return err
	})
	wants(t, "somebody else reads who signed", try(t, db, tom, func(tx *store.Tx) error {
		_, _, err := petition.Signatures(tx, p.ID, 0, 10)
		return err
	}), "err.forbidden")
	wants(t, "an operator reads who signed", try(t, db, operator, func(tx *store.Tx) error {
		_, _, err := petition.Signatures(tx, p.ID, 0, 10)
		return err
	}), "err.forbidden")
}

func TestPT3_WhoWantsNoNameShownOnTheWebIsNotNamedForAnEarlierSheet(t *testing.T) {
	db, _ := storetest.Open(t)
	p := add(t, db)
	shown := func(s *petition.Signature) { s.Shown = true }
	typed := line("VABRE Tom", 1951, "Bretenoux", petition.Inhabitant)
	shown(&typed)
	sheet(t, db, p.ID, typed)
	named := func(want ...string) {
		t.Helper()
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			names, _, err := p.Names(tx, 0, 10)
			if !slices.Equal(names, want) {
				t.Errorf("named: %q, want %q", names, want)
			}
			return err
		})
	}
	named("VABRE Tom")
	sign(t, db, p.ID, "Tom Vabre", 1951)
	sign(t, db, p.ID, "Zoe Ganier", 1962, shown)
	named("Zoe Ganier")
	sign(t, db, p.ID, "Tom Vabre", 1951, shown)
	named("Zoe Ganier", "Tom Vabre")
}

func TestPT4_TheOrganisersFileIsLoggedRemindedOfAndPurged(t *testing.T) {
	db, clock := storetest.Open(t)
	p := add(t, db)
	sign(t, db, p.ID, "Tom Vabre", 1951, func(s *petition.Signature) { s.Contact = "06 00 00 00 01" })
	sheet(t, db, p.ID, line("Jeanne Rouquié", 1944, "Biars", petition.Other))
	take := func(who store.Actor) (list []petition.Signature, err error) {
		err = try(t, db, who, func(tx *store.Tx) (err error) {
			_, list, err = petition.Take(tx, p.ID)
			return err
		})
		return list, err
	}
	_, err := take(operator)
	wants(t, "an operator takes the file", err, "err.forbidden")
	list, err := take(lea)
	wants(t, "the organiser takes the file", err, "")
	if len(list) != 2 {
		t.Fatalf("%d lines", len(list))
	}
	for _, s := range list {
		if s.BirthYear != 0 || s.AccountID != "" || s.TypedBy != "" {
			t.Errorf("the file has %+v", s)
		}
	}
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		files, err := petition.Exports(tx, p.ID)
		if len(files) != 1 || files[0].AccountID != "lea" || files[0].People != 2 || !files[0].Until.Equal(p.KeptUntil()) {
			t.Errorf("recorded: %+v", files)
		}
		return err
	})
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return petition.Close(tx, p.ID) })
	closed := clock.Now()
	clock.Set(closed.AddDate(0, 3, 0).Add(-time.Second))
	run(t, db)
	if is, _ := get(t, db, p.ID); is.Purged {
		t.Error("purged a second too soon")
	}
	clock.Set(closed.AddDate(0, 3, 0))
	clock.SetQuality(store.ClockHinted)
	run(t, db)
	if is, _ := get(t, db, p.ID); is.Purged {
		t.Error("purged while the time is unsure")
	}
	clock.SetQuality(store.ClockConfirmed)
	clock.Add(25 * time.Hour)
	run(t, db)
	is, tally := get(t, db, p.ID)
	if !is.Purged || tally != (petition.Tally{Inhabitants: 1, Others: 1}) {
		t.Errorf("purged %v, figure %+v", is.Purged, tally)
	}
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		if _, signed, err := petition.Mine(tx, p.ID); signed || err != nil {
			t.Error("a signature is still there", err)
		}
		return nil
	})
	_, err = take(lea)
	wants(t, "a file after the purge", err, "err.petition.purged")
	if got := told(t, db, lea); !slices.Contains(got, "file") {
		t.Errorf("told %v, want the file among them", got)
	}
}

func TestPT5_TakenBackBeforeAndAfterTheDeposit(t *testing.T) {
	db, _ := storetest.Open(t)
	p := add(t, db)
	sign(t, db, p.ID, "Tom Vabre", 1951)
	sign(t, db, p.ID, "Zoe Ganier", 1962)
	undo := func(who store.Actor) {
		t.Helper()
		storetest.Update(t, db, who, func(tx *store.Tx) error { return petition.Unsign(tx, p.ID) })
	}
	undo(tom)
	undo(tom) // again is nothing
	if is, tally := get(t, db, p.ID); tally.Total() != 1 || is.Withdrawn != 0 {
		t.Errorf("before: %+v, %d withdrawn", tally, is.Withdrawn)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return petition.Deposit(tx, p.ID) })
	undo(zoe)
	if is, tally := get(t, db, p.ID); tally.Total() != 1 || is.Withdrawn != 1 {
		t.Errorf("after: %+v, %d withdrawn; want the figure, with a note", tally, is.Withdrawn)
	}
	storetest.View(t, db, zoe, func(tx *store.Tx) error {
		if _, signed, err := petition.Mine(tx, p.ID); signed || err != nil {
			t.Error("her row is still there", err)
		}
		return nil
	})
	late := petition.Signature{PetitionID: p.ID, Name: "Tom Vabre", BirthYear: 1951, Commune: "Biars", Who: petition.Other}
	wants(t, "signing after the deposit", try(t, db, tom, func(tx *store.Tx) error { return petition.Sign(tx, &late, true) }), "err.petition.not_open")
	wants(t, "typing after the deposit", try(t, db, lea, func(tx *store.Tx) error {
		_, _, err := petition.TypeSheet(tx, p.ID, 1, map[int]petition.Signature{1: late})
		return err
	}), "err.petition.deposited")
	wants(t, "a second deposit", try(t, db, lea, func(tx *store.Tx) error { return petition.Deposit(tx, p.ID) }), "err.petition.deposited")
}

func TestWhoTakesASignatureBackHidesNoEnd(t *testing.T) {
	db, clock := storetest.Open(t)
	p := add(t, db)
	sign(t, db, p.ID, "Tom Vabre", 1951)
	sign(t, db, p.ID, "Zoe Ganier", 1962)
	clock.Set(p.EndsAt)
	storetest.Update(t, db, zoe, func(tx *store.Tx) error { return petition.Unsign(tx, p.ID) })
	run(t, db)
	if got := told(t, db, lea); !slices.Contains(got, "over") {
		t.Errorf("who organises is told %q, and not that signing is over", got)
	}
	if is, tally := get(t, db, p.ID); is.State != petition.Over || tally.Total() != 1 {
		t.Errorf("%s, %d signed", is.State, tally.Total())
	}
}

func TestPT6_AChildAForeignerAndANeighbourSign(t *testing.T) {
	db, _ := storetest.Open(t)
	p := add(t, db)
	added, _ := sheet(t, db, p.ID,
		line("Léo, douze ans", storetest.Now.Year()-12, "Bretenoux", petition.Inhabitant),
		line("Wanda Nowak", 1988, "Bretenoux", petition.Inhabitant),
		line("Paul Maury", 1960, "Altillac", petition.Other),
		line("Odette Faure", 1940, "Bretenoux", petition.Elector))
	if _, tally := get(t, db, p.ID); added != 4 || tally != (petition.Tally{Electors: 1, Inhabitants: 2, Others: 1}) {
		t.Errorf("added %d, %+v", added, tally)
	}
}

func TestPT8_TheAnswerClosesAndTellsOnce(t *testing.T) {
	db, _ := storetest.Open(t)
	p := add(t, db)
	sign(t, db, p.ID, "Tom Vabre", 1951)
	answer := func(who store.Actor, words string) error {
		return try(t, db, who, func(tx *store.Tx) error { return petition.Reply(tx, p.ID, words) })
	}
	wants(t, "a signatory answers", answer(tom, "Non"), "err.forbidden")
	wants(t, "an empty answer", answer(operator, "  "), "err.petition.answer_empty")
	wants(t, "the mairie answers", answer(operator, "Le passage est voté."), "")
	wants(t, "a word is mended", answer(operator, "Le passage piéton est voté."), "")
	wants(t, "the organiser mends the mairie's words", answer(lea, "Ils ont cédé."), "err.forbidden")
	is, _ := get(t, db, p.ID)
	if is.State != petition.Closed || is.Answer != "Le passage piéton est voté." || !is.Official {
		t.Errorf("%s, %q, official %v", is.State, is.Answer, is.Official)
	}
	if got := told(t, db, tom); !slices.Equal(got, []string{"answered"}) {
		t.Errorf("the signatory was told %v", got)
	}
}

// The answer travels with the petition, says whose it is, and is in what its
// author takes away.
func TestPT8_TheAnswerIsInTheCardAndTheExport(t *testing.T) {
	db, clock := storetest.Open(t)
	p := add(t, db)
	texts := func() (card, mine string) {
		storetest.View(t, db, lea, func(tx *store.Tx) error {
			c, err := listing.ByRef(tx, p.Ref())
			if err != nil {
				return err
			}
			body, err := listing.BodyOf(tx, c)
			if err != nil {
				return err
			}
			own, err := petition.Personal.Export(tx, lea.ID)
			if err != nil {
				return err
			}
			one, err1 := json.Marshal(body)
			two, err2 := json.Marshal(own)
			card, mine = string(one), string(two)
			return errors.Join(err1, err2)
		})
		return card, mine
	}
	if card, _ := texts(); strings.Contains(card, "Answer") {
		t.Errorf("before the answer: %s", card)
	}
	at := clock.Now().UTC().Format("2006-01-02T15:04:05Z")
	wants(t, "the mairie answers", try(t, db, operator, func(tx *store.Tx) error { return petition.Reply(tx, p.ID, "Le passage est voté.") }), "")
	clock.Add(time.Hour)
	wants(t, "a word is mended", try(t, db, operator, func(tx *store.Tx) error { return petition.Reply(tx, p.ID, "Le passage piéton est voté.") }), "")
	want := `"comment":{"@type":"Answer","author":{"@type":"Organization","name":"` + p.Addressee + `"},"dateCreated":"` + at + `","text":"Le passage piéton est voté."}`
	card, mine := texts()
	for name, text := range map[string]string{"card": card, "export": mine} {
		if !strings.Contains(text, want) {
			t.Errorf("the %s says %s, want %s", name, text, want)
		}
	}
}

func TestWhatSomebodySignedStaysAsItIs(t *testing.T) {
	db, _ := storetest.Open(t)
	p := add(t, db)
	edit := func(change func(*petition.Petition)) error {
		v := p
		change(&v)
		return try(t, db, lea, func(tx *store.Tx) error { return petition.Edit(tx, &v, "") })
	}
	wants(t, "before", edit(func(v *petition.Petition) { v.Text = "Deux passages." }), "")
	p, _ = get(t, db, p.ID)
	sign(t, db, p.ID, "Tom Vabre", 1951)
	wants(t, "the text after", edit(func(v *petition.Petition) { v.Text = "Trois passages." }), "err.petition.signed")
	wants(t, "an earlier day", edit(func(v *petition.Petition) { v.EndsAt = v.EndsAt.AddDate(0, 0, -1) }), "err.petition.shorter")
	wants(t, "a later day", edit(func(v *petition.Petition) { v.EndsAt = v.EndsAt.AddDate(0, 1, 0) }), "")
	wants(t, "removing it", try(t, db, lea, func(tx *store.Tx) error { return petition.Remove(tx, p.ID) }), "err.petition.signed_remove")
}

func TestNothingIsKeptForEver(t *testing.T) {
	db, clock := storetest.Open(t)
	p := add(t, db)
	sign(t, db, p.ID, "Tom Vabre", 1951)
	clock.Set(p.EndsAt)
	if is, _ := get(t, db, p.ID); is.IsOpen() {
		t.Error("still open on the last midnight")
	}
	run(t, db)
	if got := told(t, db, lea); !slices.Equal(got, []string{"over"}) {
		t.Errorf("told %v", got)
	}
	clock.Add(petition.Unclosed)
	run(t, db)
	is, _ := get(t, db, p.ID)
	if is.State != petition.Closed || is.PurgeAt.After(p.KeptUntil()) {
		t.Errorf("%s, purged at %s, promised %s", is.State, is.PurgeAt, p.KeptUntil())
	}
	clock.Set(p.KeptUntil())
	run(t, db)
	if is, _ = get(t, db, p.ID); !is.Purged {
		t.Error("the signatures are still there on the promised day")
	}
}

func TestBadSheetsAndSignaturesSayWhere(t *testing.T) {
	db, _ := storetest.Open(t)
	p := add(t, db)
	err := try(t, db, lea, func(tx *store.Tx) error {
		_, _, err := petition.TypeSheet(tx, p.ID, 0, map[int]petition.Signature{
			2: line("", 1950, "Biars", petition.Other), 3: line("Paul Maury", 1850, "", 7), 4: line("Odette Faure", 1940, "Biars", petition.Elector),
		})
		return err
	})
	many, _ := errors.AsType[store.Errors](err)
	var at []string
	for _, e := range many {
		at = append(at, e.Field)
	}
	if want := []string{"sheet", "name-2", "birth_year-3", "commune-3", "who-3"}; !slices.Equal(at, want) {
		t.Errorf("faults at %v, want %v", at, want)
	}
	if _, tally := get(t, db, p.ID); tally.Total() != 0 {
		t.Error("half a sheet was stored")
	}
	s := petition.Signature{PetitionID: p.ID, Name: "…", BirthYear: 3000, Commune: " ", Who: 0}
	err = try(t, db, tom, func(tx *store.Tx) error { return petition.Sign(tx, &s, false) })
	for _, key := range []string{"name_empty", "birth_year", "commune_empty", "who", "agrees"} {
		wants(t, "a bad signature", err, "err.petition."+key)
	}
	wants(t, "a visitor signs", try(t, db, visitor, func(tx *store.Tx) error { return petition.Sign(tx, &s, true) }), "err.sign_in")
}

func TestAPetitionSaysWhatIsWrongWithIt(t *testing.T) {
	db, _ := storetest.Open(t)
	for key, change := range map[string]func(*petition.Petition){
		"err.listing.title_empty":      func(p *petition.Petition) { p.Title = " " },
		"err.petition.text_empty":      func(p *petition.Petition) { p.Text = "" },
		"err.petition.addressee_empty": func(p *petition.Petition) { p.Addressee = "" },
		"err.petition.purpose_empty":   func(p *petition.Petition) { p.Purpose = "" },
		"err.petition.goal":            func(p *petition.Petition) { p.Goal = petition.MaxGoal + 1 },
		"err.petition.goal_twice":      func(p *petition.Petition) { p.Share, p.Electors = 1000, 100 },
		"err.petition.share":           func(p *petition.Petition) { p.Goal, p.Share = 0, petition.MaxShare+1 },
		"err.petition.electors":        func(p *petition.Petition) { p.Goal, p.Share = 0, 1000 },
		"err.petition.keep":            func(p *petition.Petition) { p.KeepMonths = 0 },
		"err.petition.ends_empty":      func(p *petition.Petition) { p.EndsAt = time.Time{} },
		"err.petition.ends_past":       func(p *petition.Petition) { p.EndsAt = storetest.Now },
		"err.petition.ends_far":        func(p *petition.Petition) { p.EndsAt = storetest.Now.AddDate(1, 0, 2) },
	} {
		p := text(change)
		wants(t, key, try(t, db, lea, func(tx *store.Tx) error { return petition.Add(tx, &p, "") }), key)
	}
	for range petition.MaxOpen {
		add(t, db)
	}
	p := text()
	wants(t, "one too many", try(t, db, lea, func(tx *store.Tx) error { return petition.Add(tx, &p, "") }), "err.petition.many")
}

func TestVP4_WhoHoldsAPetitionHandsItOverBeforeLeaving(t *testing.T) {
	db, _ := storetest.Open(t, account.Personal, petition.Personal)
	p := add(t, db)
	q := add(t, db, func(p *petition.Petition) { p.Title = "Sans signature" })
	blocks := func() (bad store.Errors) {
		storetest.View(t, db, lea, func(tx *store.Tx) (err error) {
			bad, err = petition.Personal.Blocks(tx, "lea")
			return err
		})
		return bad
	}
	if got := blocks(); len(got) != 0 {
		t.Errorf("blocked without a signature: %v", got)
	}
	sign(t, db, p.ID, "Tom Vabre", 1951)
	sign(t, db, p.ID, "Zoe Ganier", 1962)
	wants(t, "with signatures", blocks().OrNil(), "err.petition.leaving")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return petition.Close(tx, p.ID) })
	if got := blocks(); len(got) != 0 {
		t.Errorf("blocked when closed: %v", got)
	}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		if err := petition.Personal.Erase(tx, "tom", store.KeepUnnamed); err != nil {
			return err
		}
		return petition.Personal.Erase(tx, "lea", store.KeepUnnamed)
	})
	is, tally := get(t, db, p.ID)
	if is.AuthorID != "" || is.Withdrawn != 1 || tally.Total() != 2 {
		t.Errorf("author %q, %d withdrawn, %+v", is.AuthorID, is.Withdrawn, tally)
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		if _, err := petition.Get(tx, q.ID); store.KindOf(err) != store.NotFound {
			t.Errorf("what nobody signed is still there: %v", err)
		}
		for _, who := range []string{"tom", "lea"} {
			if held, err := petition.Personal.Export(tx, who); held != nil || err != nil {
				t.Errorf("of %s there is still %v, %v", who, held, err)
			}
		}
		held, err := petition.Personal.Export(tx, "zoe")
		all, _ := json.Marshal(held)
		if !strings.Contains(string(all), "1962") || !strings.Contains(string(all), "passage piéton") {
			t.Errorf("Zoe gets back %s", all)
		}
		return err
	})
}
