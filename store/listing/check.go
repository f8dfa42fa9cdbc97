package listing

import (
	"strings"
	"unicode/utf8"

	"copi.local/store"
)

var units = map[string]bool{"EUR": true, "min": true, "free": true, "swap": true, "ask": true}

// Check tells whether the card fits the wire and can be indexed. Modules check
// their own forms first; a fault found here is a fault of the module, or of a
// neighbour.
func (c *Card) Check() error {
	var bad store.Errors
	if _, err := store.ParseID(c.Ref.ID); err != nil || c.Ref.Module == "" {
		bad.Add(store.E(store.Invalid, "err.listing.ref"))
	}
	if c.Kind == "" || len(c.Kind) > MaxKind {
		bad.Add(store.E(store.Invalid, "err.listing.kind").At("kind"))
	}
	bad.Add(CheckTitle(c.Title))
	bad.Add(CheckTags(c.Tags))
	if len(c.Commune) > MaxCommune || !utf8.ValidString(c.Commune) {
		bad.Add(store.E(store.Invalid, "err.listing.commune").At("commune"))
	}
	if c.Position != nil && !c.Position.valid() {
		bad.Add(store.E(store.Invalid, "err.listing.position").At("position"))
	}
	if c.Audience > Group || c.Audience == Group && c.Group == "" {
		bad.Add(store.E(store.Invalid, "err.listing.group").At("audience"))
	}
	bad.Add(c.checkDates())
	if c.Price != nil && !units[c.Price.Unit] {
		bad.Add(store.E(store.Invalid, "err.listing.price").At("price"))
	}
	return bad.OrNil()
}

func (c *Card) checkDates() *store.Error {
	if c.StartsAt.IsZero() {
		if !c.EndsAt.IsZero() {
			return store.E(store.Invalid, "err.listing.dates").At("starts")
		}
		return nil
	}
	if c.EndsAt.IsZero() {
		return nil
	}
	if d := c.EndsAt.Sub(c.StartsAt); d < 0 || d > MaxSpan {
		return store.E(store.Invalid, "err.listing.dates").At("ends")
	}
	return nil
}

// CheckTitle tells whether s can be the title of a card.
func CheckTitle(s string) *store.Error {
	switch {
	case blank(s):
		return store.E(store.Invalid, "err.listing.title_empty").At("title")
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return store.E(store.Invalid, "err.listing.text").At("title")
	case utf8.RuneCountInString(s) > MaxTitle || len(s) > MaxTitleBytes:
		return store.E(store.Invalid, "err.listing.title_long", "max", MaxTitle).At("title")
	}
	return nil
}

// CheckText tells whether what was typed into a field is text of at most so
// many characters. Any module asks it, so that people read one sentence.
func CheckText(field, s string, most int) *store.Error {
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return store.E(store.Invalid, "err.listing.text").At(field)
	case utf8.RuneCountInString(s) > most:
		return store.E(store.Invalid, "err.listing.long", "max", most).At(field)
	}
	return nil
}

// CheckTags tells whether a card can bear tags.
func CheckTags(tags []string) *store.Error {
	if len(tags) > MaxTags {
		return store.E(store.Invalid, "err.listing.tags_many", "max", MaxTags).At("tags")
	}
	all := 0
	for _, t := range tags {
		all += len(t)
		switch {
		case !utf8.ValidString(t) || strings.ContainsAny(t, "\x00\n") || TagKey(t) == "":
			return store.E(store.Invalid, "err.listing.tag", "tag", t).At("tags")
		case utf8.RuneCountInString(t) > MaxTag:
			return store.E(store.Invalid, "err.listing.tag_long", "tag", t, "max", MaxTag).At("tags")
		}
	}
	if all > MaxTagBytes {
		return store.E(store.Invalid, "err.listing.tags_long").At("tags")
	}
	return nil
}

// Clip cuts s to at most max characters at the end of a word, with an
// ellipsis where it was cut; for summaries.
func Clip(s string, max int) string {
	return Shorten(strings.Join(strings.Fields(s), " "), max)
}

// Shorten is Clip for a text whose lines stay as they are.
func Shorten(s string, max int) string {
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	s = string([]rune(s)[:max-1])
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:.") + "…"
}
