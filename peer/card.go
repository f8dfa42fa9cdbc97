package peer

import (
	"strings"
	"time"
	"unicode"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
)

// unlisted are kinds that say something about boxes: searched by nobody.
var unlisted = map[string]bool{wire.KindProfile: true, "vouch": true, "label": true, wire.KindTerritory: true}

const day = 24 * 60 * 60 // seconds

// What a page and a calendar can show of a neighbour's numbers: calendars have
// years of four digits, in every zone, and no village charges a milliard.
const (
	earliest = -36_816_480     // minutes; the year 1900
	latest   = 4_207_593_600   // minutes; the year 9970
	dearest  = 100_000_000_000 // cents, or minutes
)

// wireCard is an own card as neighbours are to see it, without its number and
// body. commune is the profile's, which goes without saying. Nothing in it
// tells who wrote it.
func wireCard(c *listing.Card, id wire.ID, commune string) *wire.Card {
	out := &wire.Card{ID: id, Kind: c.Kind, Title: oneLine(c.Title), Flags: flags(c), Lang: "fr"}
	if c.Position != nil {
		out.Position = &wire.Point{Lat: c.Position.Lat, Lon: c.Position.Lon}
	}
	if !c.StartsAt.IsZero() {
		start, end := c.StartsAt.Unix(), max(c.StartsAt.Unix(), c.EndsAt.Unix())
		out.When = &wire.Span{Start: floorDiv(start, 60), End: floorDiv(end+59, 60)}
	}
	for _, tag := range c.Tags {
		out.Tags = append(out.Tags, oneLine(tag))
	}
	if c.Commune != commune {
		out.Commune = oneLine(c.Commune)
	}
	if !c.ExpiresAt.IsZero() {
		out.Expiry = uint64(max(1, floorDiv(c.ExpiresAt.Unix()-1, day)))
	}
	if c.Price != nil {
		out.Price = &wire.Price{Amount: c.Price.Amount, Unit: c.Price.Unit}
	}
	return out
}

// listingCard is a neighbour's card as the listing takes it; false when it is
// not for people or breaks a rule of the listing. What this version does not
// know of a card is left out, the card stays.
func listingCard(c *wire.Card) (listing.Card, bool) {
	out := listing.Card{
		Ref:  store.Ref{Module: listing.Neighbour, ID: store.FormatID(c.ID)},
		Kind: c.Kind, Title: listing.Plain(c.Title), Commune: listing.Plain(c.Commune), Audience: listing.Public, Version: int64(c.Seq),
		AllDay: c.Flags&wire.AllDay != 0, Cancelled: c.Flags&wire.Cancelled != 0,
		Recurring: c.Flags&wire.Recurring != 0, Postponed: c.Flags&wire.Postponed != 0,
	}
	if c.Position != nil {
		out.Position = &listing.Point{Lat: c.Position.Lat, Lon: c.Position.Lon}
	}
	if c.When != nil && earliest <= c.When.Start && c.When.End <= latest {
		out.StartsAt, out.EndsAt = time.Unix(c.When.Start*60, 0).UTC(), time.Unix(c.When.End*60, 0).UTC()
		if out.EndsAt.Sub(out.StartsAt) > listing.MaxSpan { // shown that long, as PutForeign does
			out.EndsAt = out.StartsAt.Add(listing.MaxSpan)
		}
	}
	for _, tag := range c.Tags {
		if tag = listing.Plain(tag); listing.TagKey(tag) != "" {
			out.Tags = append(out.Tags, tag)
		}
	}
	if c.Expiry != 0 {
		out.ExpiresAt = time.Unix(int64(c.Expiry+1)*day, 0).UTC()
	}
	if c.Price != nil && max(c.Price.Amount, -c.Price.Amount) <= dearest {
		switch c.Price.Unit {
		case "EUR", "min", "free", "swap", "ask":
			out.Price = &listing.Price{Amount: c.Price.Amount, Unit: c.Price.Unit}
		}
	}
	return out, !unlisted[c.Kind] && out.Check() == nil
}

func flags(c *listing.Card) (f uint64) {
	for i, on := range []bool{c.AllDay, c.Cancelled, c.Recurring, c.Postponed} {
		if on {
			f |= 1 << i
		}
	}
	return f
}

// oneLine writes s without control characters, which cards may not have.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}
