package directory

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/listing"
)

// Check tells what is wrong with the element as written, and writes it as it
// is kept: hours in the words of OpenStreetMap where they are understood, an
// address of a site with its scheme.
func (e *Element) Check() error {
	e.tidy()
	var bad store.Errors
	if !slices.Contains(Kinds, e.Kind) {
		bad.Add(store.E(store.Invalid, "err.directory.kind").At("kind"))
	}
	bad.Add(e.checkName())
	for _, f := range []struct {
		field, value string
		most         int
	}{
		{"brief", e.Brief, MaxBrief},
		{"description", e.Description, MaxDescription},
		{"street", e.Street, MaxLine},
		{"hours", e.Hours, MaxText},
		{"access", e.Access, MaxText},
		{"equipment", strings.Join(e.Equipment, "\n"), MaxText},
		{"register", e.Register, MaxLine},
	} {
		bad.Add(listing.CheckText(f.field, f.value, f.most))
	}
	bad.Add(e.checkPhone())
	bad.Add(e.checkEmail())
	bad.Add(e.checkWebsite())
	if err := bad.Take(e.checkNumbers()); err != nil {
		return err
	}
	bad.Add(listing.CheckTags(e.Tags))
	if e.Category != "" && len(e.Tags) >= listing.MaxTags {
		bad.Add(store.E(store.Invalid, "err.listing.tags_many", "max", listing.MaxTags-1).At("tags"))
	}
	if e.Capacity < 0 || e.Capacity > 1_000_000 {
		bad.Add(store.E(store.Invalid, "err.directory.capacity").At("capacity"))
	}
	return bad.OrNil()
}

// CheckIn is Check, and whether the category and the answers to the operator's
// questions are such as the box has. was is the element as it stands; nil for
// a new one.
func (e *Element) CheckIn(tx *store.Tx, was *Element) error {
	var bad store.Errors
	if err := bad.Take(e.Check()); err != nil {
		return err
	}
	if e.Kind == Person {
		e.Category, e.Fields = "", nil
		return bad.OrNil()
	}
	if e.Category != "" {
		had := ""
		if was != nil {
			had = was.Category
		}
		c, err := category.Active(tx, e.Kind.Set(), e.Category, had)
		if err := bad.Take(err); err != nil {
			return err
		}
		if err == nil {
			e.Category = c.Key
		}
	}
	fields, err := category.CheckValues(tx, e.Kind.Set(), e.Fields)
	if err := bad.Take(err); err != nil {
		return err
	}
	e.Fields = fields
	if was == nil || was.ParentID != e.ParentID {
		if err := bad.Take(e.checkParent(tx)); err != nil {
			return err
		}
	}
	return bad.OrNil()
}

// tidy writes the element as it is kept.
func (e *Element) tidy() {
	if e.Kind == Person {
		e.ParentID = ""
		if e.Audience == listing.Public {
			e.Audience = listing.Here
		}
	}
	if s := e.Website; s != "" && !strings.Contains(s, "://") && strings.Contains(s, ".") {
		e.Website = "https://" + s
	}
	if h, ok := ParseHours(e.Hours); ok {
		e.Hours = h.String()
	}
	e.ResidentsOnly = known(e.ResidentsOnly)
	e.Withheld = known(e.Withheld)
}

// known keeps the names of fields that can be kept from somebody, each once.
func known(fields []string) []string {
	var kept []string
	for _, f := range fields {
		if _, custom := cutField(f); (custom || f == Contacts || slices.Contains(Private, f)) && !slices.Contains(kept, f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// cutField is the key of a custom field.
func cutField(field string) (key string, ok bool) { return strings.CutPrefix(field, FieldPrefix) }

func (e *Element) checkName() *store.Error {
	fault := listing.CheckTitle(e.Name)
	if fault != nil {
		if fault.Key == "err.listing.title_empty" {
			fault = store.E(store.Invalid, "err.directory.name_empty")
		}
		return fault.At("name")
	}
	return nil
}

// checkNumbers writes the numbers of the registers as they are kept.
func (e *Element) checkNumbers() error {
	var bad store.Errors
	rna, err := NormalizeRNA(e.RNA)
	if err := bad.Take(err); err != nil {
		return err
	}
	siret, _, err := NormalizeSIRET(e.SIRET)
	if err := bad.Take(err); err != nil {
		return err
	}
	if bad == nil {
		e.RNA, e.SIRET = rna, siret
	}
	return bad.OrNil()
}

func (e *Element) checkPhone() *store.Error {
	digits := 0
	for _, r := range e.Phone {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" +.-/()", r) && r != '\u00a0' && r != '\u202f':
			return store.E(store.Invalid, "err.directory.phone").At("phone")
		}
	}
	if e.Phone != "" && (digits < 2 || digits > 20) {
		return store.E(store.Invalid, "err.directory.phone").At("phone")
	}
	return nil
}

func (e *Element) checkEmail() *store.Error {
	if e.Email == "" {
		return nil
	}
	a, err := mail.ParseAddress(e.Email)
	if err != nil || a.Address != e.Email || len(e.Email) > MaxLine {
		return store.E(store.Invalid, "err.directory.email").At("email")
	}
	return nil
}

func (e *Element) checkWebsite() *store.Error {
	if e.Website == "" {
		return nil
	}
	u, err := url.Parse(e.Website)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || len(e.Website) > MaxAddress ||
		strings.ContainsAny(e.Website, " \n\t\"<>") {
		return store.E(store.Invalid, "err.directory.website").At("website")
	}
	return nil
}
