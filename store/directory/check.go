package directory

import (
	"strings"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/listing"
)

// Check tells what is wrong with the element as written.
func (e *Element) Check() error {
	var bad store.Errors
	switch e.Kind {
	case Org, Project, Place, POI, Person:
	default:
		bad.Add(store.E(store.Invalid, "err.directory.kind").At("kind"))
	}
	if fault := listing.CheckTitle(e.Name); fault != nil {
		bad.Add(fault.At("name"))
	}
	for _, f := range []struct {
		field, value string
		most         int
	}{
		{"brief", e.Brief, MaxBrief},
		{"description", e.Description, MaxDescription},
		{"street", e.Street, MaxLine},
		{"phone", e.Phone, MaxLine},
		{"email", e.Email, MaxLine},
		{"website", e.Website, MaxLine},
		{"hours", e.Hours, MaxText},
		{"access", e.Access, MaxText},
		{"equipment", strings.Join(e.Equipment, "\n"), MaxText},
		{"register", e.Register, MaxLine},
	} {
		bad.Add(checkLength(f.field, f.value, f.most))
	}
	bad.Add(listing.CheckTags(e.cardTags()))
	if e.Capacity < 0 || e.Capacity > 1_000_000 {
		bad.Add(store.E(store.Invalid, "err.directory.capacity").At("capacity"))
	}
	if e.Kind == Person && e.Audience == listing.Public {
		e.Audience = listing.Here
	}
	return bad.OrNil()
}

func checkLength(field, s string, most int) *store.Error {
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return store.E(store.Invalid, "err.listing.text").At(field)
	case utf8.RuneCountInString(s) > most:
		return store.E(store.Invalid, "err.directory.long", "max", most).At(field)
	}
	return nil
}
