package peer

import (
	"strings"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// seeks is SearchBeyond that must not fail.
func (b *testBox) seeks(words string) Answers {
	b.t.Helper()
	a, err := b.SearchBeyond(b.t.Context(), Search{Words: words})
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

// afresh forgets what was asked, so that the next question goes out.
func (b *testBox) afresh() { b.clock.Add(answerKept) }

// threeBoxes are three in a row: c is linked with b alone, b with both; c carries
// nothing of a, for which nobody vouches.
func threeBoxes(t *testing.T) (a, b, c *testBox, id string) {
	t.Helper()
	a, b, c = newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newTestBox(t, "Biars")
	link(t, a, b)
	link(t, b, c)
	id = store.NewID()
	a.put(id, "Tondeuse à prêter", func(card *listing.Card) {
		card.Kind, card.StartsAt, card.EndsAt = listing.KindOffer, time.Time{}, time.Time{}
		card.Position = &listing.Point{Lat: 44_50000, Lon: 1_80000}
	})
	b.put(store.NewID(), "Tondeuse d’Altillac")
	soon(t, 3*time.Second, "both cards, where they are carried", func() bool {
		return len(b.shown("tondeuse")) == 2 && len(c.shown("tondeuse")) == 1
	})
	return a, b, c, id
}

// Who looks for something that is not carried here asks the linked boxes: what
// they know is shown with where it comes from and how, and nothing of it is kept.
// What is carried already is not told again.
func TestASearchGoesBeyondWhatIsCarried(t *testing.T) {
	_, _, c, id := threeBoxes(t)
	got := c.seeks("tondeuse")
	if len(got.Found) != 1 || len(got.Asked) != 1 || got.Asked[0] != (AskedBox{"Altillac", AskedAnswered}) || got.More {
		t.Fatalf("%+v", got)
	}
	f := got.Found[0]
	if f.Card.Title != "Tondeuse à prêter" || f.Card.Ref.ID != id || f.Card.Origin.Name != "Cajarc" || f.Card.Commune != "46045" ||
		f.Hops != 2 || f.Via != "Altillac" || f.Card.DistanceKM == nil || *f.Card.DistanceKM < 40 || !f.Lacks {
		t.Errorf("%+v of %+v", f, f.Card.Origin)
	}
	if len(c.shown("tondeuse")) != 1 {
		t.Error("what was found is in the listing")
	}
	storetest.View(t, c.db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := neighbour.LogOf(tx, f.Card.Origin.Key); store.KindOf(err) != store.NotFound {
			t.Errorf("its box is held: %v", err)
		}
		return nil
	})
	for words, n := range map[string]int{"perceuse": 0, "prêter": 1, "TONDEUSES": 1} {
		if got := c.seeks(words); len(got.Found) != n {
			t.Errorf("%s: %d found", words, len(got.Found))
		}
	}
	if got, err := c.SearchBeyond(t.Context(), Search{Words: "tondeuse", Kinds: []string{listing.KindNeed}}); err != nil || len(got.Found) != 0 {
		t.Errorf("of another kind: %+v, %v", got, err)
	}
	far := &listing.Point{Lat: 48_00000, Lon: 1_80000}
	if got, err := c.SearchBeyond(t.Context(), Search{Words: "tondeuse", Near: far, RadiusKM: 20}); err != nil || len(got.Found) != 0 {
		t.Errorf("elsewhere: %+v, %v", got, err)
	}
}

// Its text comes from the box that told of it, when somebody asks for it, and is
// remembered for the next reader, not kept.
func TestTheTextOfAFindingComesWhenAsked(t *testing.T) {
	_, _, c, id := threeBoxes(t)
	f := c.seeks("tondeuse").Found[0]
	origin := f.Card.Origin
	key := wire.Hash(origin.Key).String()
	if err := c.FetchFound(t.Context(), key, id); err != nil {
		t.Fatal(err)
	}
	got, err := c.FoundBeyond(t.Context(), key, id)
	if err != nil || !strings.Contains(string(got.Text), "Venez nombreux.") || got.Lacks {
		t.Fatalf("%s, lacks %v: %v", got.Text, got.Lacks, err)
	}
	if _, err := c.FoundBeyond(t.Context(), key, store.NewID()); store.KindOf(err) != store.NotFound {
		t.Errorf("a card nobody found: %v", err)
	}
	c.afresh()
	if _, err := c.FoundBeyond(t.Context(), key, id); store.KindOf(err) != store.NotFound {
		t.Errorf("ten minutes later it is still remembered: %v", err)
	}
}

// Equal questions are asked once in ten minutes, also those that found nothing
// and by many at the same time; so many new ones a minute, and no more.
func TestEqualQuestionsAreAskedOnce(t *testing.T) {
	_, b, c, _ := threeBoxes(t)
	asked := func() time.Duration {
		p := b.shareOf(c.id.id).questions
		p.turn <- struct{}{}
		defer func() { <-p.turn }()
		return time.Duration(p.owed)
	}
	done := make(chan error, 20)
	for range 20 {
		go func() {
			_, err := c.SearchBeyond(t.Context(), Search{Words: "rien de tel"})
			done <- err
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if asked() != answerLeast {
		t.Fatalf("%v of work for twenty equal questions", asked())
	}
	c.afresh()
	if c.seeks("rien de tel"); asked() != 2*answerLeast {
		t.Errorf("ten minutes later: %v of work", asked())
	}
	c.clock.Add(time.Minute)
	for i := range newInquiries {
		c.seeks("mot " + string(rune('a'+i)))
	}
	if _, err := c.SearchBeyond(t.Context(), Search{Words: "encore un"}); store.KindOf(err) != store.Busy {
		t.Errorf("one more than a minute has room for: %v", err)
	}
	if _, err := c.SearchBeyond(t.Context(), Search{}); store.KindOf(err) != store.Invalid {
		t.Errorf("a question about nothing: %v", err)
	}
}

// A link has its share of work; operators may close the door to all; what is
// hidden or kept out here is not shown, whatever others found.
func TestWhoMaySearchAndWhatIsShown(t *testing.T) {
	a, b, c, id := threeBoxes(t)
	state := func() AskState {
		c.afresh()
		return c.seeks("tondeuse").Asked[0].State
	}
	b.shareOf(c.id.id).questions.charge(int64(answerWork))
	if got := state(); got != AskedBusy {
		t.Errorf("beyond its share it is answered %s", got)
	}
	b.clock.Add(time.Minute)
	if got := state(); got != AskedAnswered {
		t.Errorf("a minute later it is answered %s", got)
	}
	if err := b.SetAnswersSearch(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if got := state(); got != AskedRefuses {
		t.Errorf("with the door shut it is answered %s", got)
	}
	if err := b.SetAnswersSearch(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	c.afresh()
	f := c.seeks("tondeuse").Found[0]
	raw, err := store.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, c.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.Hide(tx, f.Card.Origin.Key, raw) })
	if got := c.seeks("tondeuse"); len(got.Found) != 0 {
		t.Errorf("hidden here, and shown: %+v", got.Found)
	}
	other := store.NewID()
	a.put(other, "Tondeuse de plus")
	soon(t, 2*time.Second, "the second", func() bool { return len(b.shown("plus")) == 1 })
	c.afresh()
	if got := c.seeks("tondeuse"); len(got.Found) != 1 || got.Found[0].Card.Ref.ID != other {
		t.Fatalf("%+v", got.Found)
	}
	if err := c.ShutOut(t.Context(), wire.Hash(f.Card.Origin.Key).String(), false); err != nil {
		t.Fatal(err)
	}
	if got := c.seeks("tondeuse"); len(got.Found) != 0 {
		t.Errorf("its box is kept out, and it is shown: %+v", got.Found)
	}
}

// A box that is off costs a reader three seconds at most, and the next ones
// nothing for a while (FE-5).
func TestASilentBoxIsLeftAlone(t *testing.T) {
	_, b, c, _ := threeBoxes(t)
	b.kill()
	eventually(t, "the link is down", func() bool { return !c.isOpen(b.id.id) })
	begun := time.Now()
	if got := c.seeks("tondeuse"); got.Asked[0].State != AskedSilent || len(got.Found) != 0 {
		t.Errorf("%+v", got)
	}
	if took := time.Since(begun); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	if until := c.beyond.silent[b.id.id]; until <= c.clock.Running() {
		t.Error("it is asked again at once")
	}
}
