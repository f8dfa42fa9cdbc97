package peer

import (
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store/listing"
)

// TestCardsOfAHostileNeighbour: what is well-formed on the wire and would still
// break a page or everybody's calendar is left out; the card stays.
func TestCardsOfAHostileNeighbour(t *testing.T) {
	const lastMinute = 4_223_371_679 // of the year 9999, which the wire allows
	base := wire.Card{ID: wire.ID{1}, Seq: 7, Kind: "event", Title: "Bal", When: &wire.Span{Start: 29_000_000, End: 29_000_060}}
	for name, tt := range map[string]struct {
		change func(*wire.Card)
		holds  func(listing.Card) bool
	}{
		"plain":       {func(*wire.Card) {}, func(c listing.Card) bool { return c.Title == "Bal" && c.StartsAt.Year() == 2025 }},
		"year 9999":   {func(c *wire.Card) { c.When = &wire.Span{Start: lastMinute, End: lastMinute} }, undated},
		"year -6000":  {func(c *wire.Card) { c.When = &wire.Span{Start: -lastMinute, End: -lastMinute} }, undated},
		"for ever":    {func(c *wire.Card) { c.When = &wire.Span{Start: 29_000_000, End: lastMinute} }, undated},
		"long":        {func(c *wire.Card) { c.When.End += 2_000_000 }, func(c listing.Card) bool { return c.EndsAt.Sub(c.StartsAt) == listing.MaxSpan }},
		"turned text": {func(c *wire.Card) { c.Title = "Bal\u202e lab" }, func(c listing.Card) bool { return c.Title == "Bal lab" }},
		"tags": {func(c *wire.Card) { c.Tags = []string{"\u202evélo", "\u200b", "f\u00eate"} }, func(c listing.Card) bool {
			return len(c.Tags) == 2 && c.Tags[0] == "vélo"
		}},
		"dear": {func(c *wire.Card) { c.Price = &wire.Price{Amount: 1 << 61, Unit: "min"} }, func(c listing.Card) bool { return c.Price == nil }},
		"paid": {func(c *wire.Card) { c.Price = &wire.Price{Amount: -1 << 61, Unit: "EUR"} }, func(c listing.Card) bool { return c.Price == nil }},
		"ours": {func(c *wire.Card) { c.Kind = "agenda" }, func(c listing.Card) bool { return c.Ref.Module == listing.Neighbour }},
		"no end in time": {func(c *wire.Card) { c.Expiry = 2_932_896 }, func(c listing.Card) bool {
			return c.ExpiresAt.Sub(time.Unix(0, 0)) > 0 && c.ExpiresAt.Year() >= 9999
		}},
	} {
		c := base
		when := *base.When
		c.When = &when
		tt.change(&c)
		b, err := c.Encode()
		if err != nil {
			t.Fatalf("%s: the wire refuses it: %v", name, err)
		}
		got, err := wire.DecodeCard(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if out, ok := listingCard(got); !ok || !tt.holds(out) {
			t.Errorf("%s: kept %v as %+v", name, ok, out)
		}
	}
	nobody := base
	nobody.Title = "\u202e\u200b\u2066"
	if out, ok := listingCard(&nobody); ok {
		t.Errorf("a title nobody sees is listed: %+v", out)
	}
}

func undated(c listing.Card) bool { return c.StartsAt.IsZero() && c.EndsAt.IsZero() }
