package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/intake/format"
	"copi.local/store/listing"
)

// element is a thing of a file as the directory takes it.
func (p *pass) element(r *format.Record) (directory.Element, *format.Fault) {
	e := directory.Element{
		Kind: directory.Kind(r.Kind), Category: r.Category, Name: listing.Clip(r.Name, listing.MaxTitle),
		Brief: listing.Clip(r.Brief, directory.MaxBrief), Street: listing.Clip(r.Street, directory.MaxLine),
		Commune: r.INSEE, Website: r.Website, Email: r.Email, Hours: r.Hours, Audience: listing.Public, Tags: short(r.Tags),
	}
	fault := func(reason, detail string) *format.Fault {
		return &format.Fault{Line: r.Line, Reason: reason, Detail: listing.Clip(detail, 80)}
	}
	var err error
	if e.RNA, err = directory.NormalizeRNA(r.RNA); err != nil {
		return e, fault(format.BadRNA, r.RNA)
	}
	if e.SIRET, _, err = directory.NormalizeSIRET(r.SIRET); err != nil {
		return e, fault(format.BadSIRET, r.SIRET)
	}
	if r.Placed {
		if p.where.inverted(r) {
			return e, fault(format.Inverted, r.Name)
		}
		at := listing.At(r.Lat, r.Lon)
		e.Position = &at
	}
	var phone string
	e.Phone, phone = number(r.Phone)
	e.Description = paragraphs(r.Text, since(r.Since), phone, p.credit())
	if utf8.RuneCountInString(e.Description) > directory.MaxDescription {
		return e, fault(format.TooLong, r.Name)
	}
	e.Source.Name, e.Source.ID = p.source(r)
	if err := e.Check(); err != nil {
		return e, fault(format.Unwritten, faultOf(err))
	}
	return e, nil
}

// faultOf names the field the directory does not take.
func faultOf(err error) string {
	if many, ok := errors.AsType[store.Errors](err); ok && len(many) > 0 {
		return many[0].Field
	}
	return err.Error()
}

var osmID = regexp.MustCompile(`^(node|way|relation)/\d+$`)

// source is what a thing is known by when its file comes again. Registers and
// the map number things for the whole country; others are told apart by the
// label of their file, and what has no number is known by its name.
func (p *pass) source(r *format.Record) (name, id string) {
	f := p.run.Format
	switch {
	case f == format.RNA, f == format.SIRENE, f == format.OSM, f == format.Communecter:
		return string(f), r.ID
	case osmID.MatchString(r.ID):
		return string(format.OSM), r.ID
	}
	id = r.ID
	if id == "" {
		id = r.Kind + " " + listing.Fold(r.Name) + " " + r.INSEE
	}
	id = p.run.Choices.Label + "/" + id
	if len(id) > 200 {
		sum := sha256.Sum256([]byte(id))
		id = hex.EncodeToString(sum[:])
	}
	return string(f), id
}

// credit is what the licence of a file asks to stand beside the data.
func (p *pass) credit() string {
	if p.run.Format == format.OSM {
		return format.OSMCredit
	}
	return ""
}

// number is a telephone number as the directory takes it, or what else was in
// its place, which nobody should lose.
func number(s string) (phone, words string) {
	if s == "" {
		return "", ""
	}
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !strings.ContainsRune(" +.-/()", c):
			return "", "Téléphone : " + s
		}
	}
	if digits < 2 || digits > 20 {
		return "", "Téléphone : " + s
	}
	return s, ""
}

var months = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// since is a sentence for the day something was founded. It is data, in the
// language of the registers.
func since(day string) string {
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		return ""
	}
	d := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		d = "1er"
	}
	return "Depuis le " + d + " " + months[t.Month()-1] + " " + strconv.Itoa(t.Year()) + "."
}

func paragraphs(texts ...string) string {
	var kept []string
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return strings.Join(kept, "\n\n")
}

// short are tags a card can bear, with room for its category.
func short(tags []string) []string {
	var kept []string
	bytes := 0
	for _, t := range tags {
		if utf8.RuneCountInString(t) > listing.MaxTag || listing.TagKey(t) == "" || bytes+len(t) > listing.MaxTagBytes/2 {
			continue
		}
		if bytes += len(t); len(kept) < listing.MaxTags-2 {
			kept = append(kept, t)
		}
	}
	return kept
}

// sorts remembers categories asked for.
type sorts map[string]string

// sort gives an element a category the box has: by its key, or by its name as
// a table writes it. A word that is none is a tag.
func (s sorts) sort(tx *store.Tx, e *directory.Element) error {
	if e.Category == "" {
		return nil
	}
	ask := string(e.Kind) + " " + e.Category
	key, ok := s[ask]
	if !ok {
		c, err := category.Get(tx, e.Kind.Set(), e.Category)
		if store.KindOf(err) == store.NotFound {
			c, err = category.Known(tx, e.Kind.Set(), e.Category)
		}
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		if err == nil && !c.Retired {
			key = c.Key
		}
		if len(s) < 1000 {
			s[ask] = key
		}
	}
	if key == "" {
		e.Tags = short(append([]string{e.Category}, e.Tags...))
	}
	e.Category = key
	return nil
}
