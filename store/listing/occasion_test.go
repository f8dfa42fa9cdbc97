package listing_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// weekly is a card with n dates of two hours, one a week from a first one.
func weekly(title string, first time.Time, n int) listing.Card {
	c := card(title)
	c.Kind = listing.KindEvent
	for i := range n {
		at := first.AddDate(0, 0, 7*i)
		c.Occasions = append(c.Occasions, listing.Occasion{StartsAt: at, EndsAt: at.Add(2 * time.Hour)})
	}
	return c
}

func TestARepeatingCardIsListedOnceAndDatedOften(t *testing.T) {
	db, _ := storetest.Open(t)
	c := weekly("Marché", storetest.Now.Add(-10*24*time.Hour), 6)
	c.Occasions[2].Cancelled, c.Occasions[3].Summary = true, "Sous la halle"
	put(t, db, c)
	month := listing.Query{Kind: listing.KindEvent, From: storetest.Now, To: storetest.Now.AddDate(0, 1, 0)}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		once, err := listing.Find(tx, month)
		if err != nil || len(once.Cards) != 1 || once.Total != 1 || !once.Cards[0].StartsAt.Equal(c.Occasions[2].StartsAt) {
			t.Errorf("found %+v, %v", once, err)
		}
		dates, err := listing.Dates(tx, month)
		if err != nil || len(dates.Cards) != 4 || dates.Total != 4 {
			t.Fatalf("dates %+v, %v", dates, err)
		}
		if !dates.Cards[0].Cancelled || dates.Cards[1].Cancelled || dates.Cards[1].Summary != "Sous la halle" {
			t.Errorf("dates %+v", dates.Cards)
		}
		byRef, err := listing.ByRef(tx, c.Ref)
		if err != nil || !byRef.Recurring || !byRef.StartsAt.Equal(c.Occasions[3].StartsAt) {
			t.Errorf("the card carries %v, %v: the next date that takes place", byRef.StartsAt, err)
		}
		all, err := listing.OccasionsOf(tx, c.Ref, time.Time{}, storetest.Now.AddDate(1, 0, 0))
		if len(all) != 6 || !all[2].Cancelled || all[3].Summary != "Sous la halle" {
			t.Errorf("occasions %+v", all)
		}
		return err
	})
}

// A cached list changes by itself when any date begins or ends.
func TestListsChangeWithEveryDate(t *testing.T) {
	db, clock := storetest.Open(t)
	c := weekly("Marché", storetest.Now.Add(-time.Hour), 2)
	put(t, db, c)
	for _, want := range []time.Time{c.Occasions[0].EndsAt, c.Occasions[1].StartsAt, c.Occasions[1].EndsAt, {}} {
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			got, err := listing.NextChange(tx)
			if !got.Equal(want) {
				t.Errorf("the next change is %v, want %v", got, want)
			}
			return err
		})
		if !want.IsZero() {
			clock.Set(want)
		}
	}
}

// The card's own date follows the time; neighbours hear of it, and calendars
// do not, for nothing changed.
func TestTheDateOfARepeatingCardFollowsTheTime(t *testing.T) {
	db, clock := storetest.Open(t)
	c := weekly("Marché", storetest.Now.Add(time.Hour), 3)
	c.Occasions[1].Cancelled = true
	put(t, db, c)
	read := func() (c2 listing.Card, rev int64) {
		storetest.View(t, db, visitor, func(tx *store.Tx) (err error) {
			if c2, err = listing.ByRef(tx, c.Ref); err == nil {
				rev, err = listing.Rev(tx)
			}
			return err
		})
		return c2, rev
	}
	was, before := read()
	roll := func() {
		storetest.Update(t, db, store.Actor{}, listing.Jobs[0].Run)
	}
	roll()
	if now, rev := read(); !now.StartsAt.Equal(c.Occasions[0].StartsAt) || rev != before {
		t.Errorf("%v rev %d before the date is over", now.StartsAt, rev)
	}
	clock.Add(4 * time.Hour)
	roll()
	now, rev := read()
	if !now.StartsAt.Equal(c.Occasions[2].StartsAt) || rev != before+1 || now.Version != was.Version {
		t.Errorf("%v rev %d version %d after it", now.StartsAt, rev, now.Version)
	}
	clock.Add(30 * 24 * time.Hour)
	roll()
	if now, again := read(); !now.StartsAt.Equal(c.Occasions[2].StartsAt) || again != rev {
		t.Errorf("%v rev %d after the last", now.StartsAt, again)
	}
}

func TestCardsWithTooManyOrDoubledDatesAreRefused(t *testing.T) {
	db, _ := storetest.Open(t)
	doubled := weekly("Marché", storetest.Now, 2)
	doubled.Occasions[1] = doubled.Occasions[0]
	for name, c := range map[string]listing.Card{"many": weekly("Marché", storetest.Now, listing.MaxOccasions+1), "doubled": doubled} {
		err := db.Update(store.As(t.Context(), resident), func(tx *store.Tx) error { return listing.Put(tx, c, nil) })
		if store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDatesAgreeWithAModel asks random questions of random cards and compares
// with the plainest reading of them, page by page.
func TestDatesAgreeWithAModel(t *testing.T) {
	db, _ := storetest.Open(t)
	rapid.Check(t, func(rt *rapid.T) {
		hour := rapid.IntRange(-400, 400)
		var cards []listing.Card
		for i := range rapid.IntRange(1, 8).Draw(rt, "cards") {
			c := card(fmt.Sprintf("C%d", i))
			c.Kind = rapid.SampledFrom([]string{listing.KindEvent, listing.KindOffer}).Draw(rt, "kind")
			for _, h := range rapid.SliceOfNDistinct(hour, 0, 6, rapid.ID[int]).Draw(rt, "hours") {
				at := storetest.Now.Add(time.Duration(h) * time.Hour)
				c.Occasions = append(c.Occasions, listing.Occasion{StartsAt: at, EndsAt: at.Add(time.Duration(rapid.IntRange(0, 30).Draw(rt, "lasts")) * time.Hour)})
			}
			if len(c.Occasions) == 1 {
				c.StartsAt, c.EndsAt, c.Occasions = c.Occasions[0].StartsAt, c.Occasions[0].EndsAt, nil
			}
			cards = append(cards, c)
		}
		put(t, db, cards...)
		defer storetest.Update(t, db, moderator, func(tx *store.Tx) error {
			for _, c := range cards {
				if err := listing.Withdraw(tx, c.Ref); err != nil {
					return err
				}
			}
			return nil
		})
		q := listing.Query{Limit: rapid.IntRange(1, 5).Draw(rt, "limit"), Order: rapid.SampledFrom([]listing.Order{listing.ByDate, listing.Newest, listing.ByName}).Draw(rt, "order")}
		if rapid.Bool().Draw(rt, "of a kind") {
			q.Kind = listing.KindEvent
		}
		if rapid.Bool().Draw(rt, "with from") {
			q.From = storetest.Now.Add(time.Duration(hour.Draw(rt, "from")) * time.Hour)
		}
		if rapid.Bool().Draw(rt, "with to") {
			q.To = q.From.Add(time.Duration(rapid.IntRange(0, 200).Draw(rt, "to")) * time.Hour)
			if q.From.IsZero() {
				q.To = storetest.Now.Add(time.Duration(hour.Draw(rt, "until")) * time.Hour)
			}
		}
		if q.From.IsZero() && q.To.IsZero() && rapid.Bool().Draw(rt, "current") {
			q.Current = storetest.Now.Add(time.Duration(hour.Draw(rt, "since")) * time.Hour)
		}
		once, every := model(cards, q)
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			compare(rt, "once", once, q.Order == listing.ByDate, q, func(q listing.Query) (listing.Result, error) { return listing.Find(tx, q) })
			compare(rt, "every date", every, true, q, func(q listing.Query) (listing.Result, error) { return listing.Dates(tx, q) })
			return nil
		})
	})
}

// model is what a query finds: cards at their first date, and every date.
func model(cards []listing.Card, q listing.Query) (once, every []string) {
	type row struct {
		at   time.Time
		n    int
		text string
	}
	var rows []row
	for n, c := range cards {
		dates := c.Occasions
		if len(dates) == 0 && !c.StartsAt.IsZero() {
			dates = []listing.Occasion{{StartsAt: c.StartsAt, EndsAt: c.EndsAt}}
		}
		if q.Kind != "" && c.Kind != q.Kind {
			continue
		}
		if len(dates) == 0 && q.From.IsZero() && q.To.IsZero() && q.Order != listing.ByDate {
			once = append(once, c.Title)
		}
		var here []row
		for _, o := range dates {
			if over := !q.Current.IsZero() && !o.EndsAt.After(q.Current) && o.StartsAt.Before(q.Current); over {
				continue
			}
			if (q.From.IsZero() || o.EndsAt.After(q.From) || !o.StartsAt.Before(q.From)) && (q.To.IsZero() || o.StartsAt.Before(q.To)) {
				here = append(here, row{o.StartsAt, n, c.Title + " " + o.StartsAt.UTC().Format(time.RFC3339)})
			}
		}
		if len(here) > 0 {
			once = append(once, c.Title)
		}
		rows = append(rows, here...)
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.n, b.n)) })
	for _, r := range rows {
		every = append(every, r.text)
	}
	return once, every
}

// compare reads all pages of a question and looks for the same set, total and
// order by date.
func compare(t *rapid.T, what string, want []string, dated bool, q listing.Query, find func(listing.Query) (listing.Result, error)) {
	var got []string
	var last time.Time
	for pages := 0; ; pages++ {
		res, err := find(q)
		if err != nil || pages > 60 {
			t.Fatalf("%s: page %d: %v", what, pages, err)
		}
		if res.Total != int64(len(want)) {
			t.Fatalf("%s %+v: total %d, want %d: %v", what, q, res.Total, len(want), want)
		}
		for _, c := range res.Cards {
			text := c.Title
			if what != "once" {
				text += " " + c.StartsAt.UTC().Format(time.RFC3339)
			}
			if dated && c.StartsAt.Before(last) {
				t.Fatalf("%s: %s comes after %v", what, text, last)
			}
			last = c.StartsAt
			got = append(got, text)
		}
		if q.Cursor = res.Next; q.Cursor == "" {
			break
		}
	}
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Fatalf("%s %+v: got %v, want %v", what, q, got, want)
	}
}
