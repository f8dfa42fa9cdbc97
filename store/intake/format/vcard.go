package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of cards and calendars.
const (
	maxLine    = 64 << 10  // unfolded, in bytes
	maxThing   = 256 << 10 // of one event as it lies in the file
	maxVFields = 300       // lines of one card
)

// folded reads the lines of vCard and iCalendar, unfolded.
type folded struct {
	r    *bufio.Reader
	line int // where the one read last begins
	next int
}

// read is the next line; io.EOF at the end. A line that is longer than it can
// be (a picture) is cut.
func (f *folded) read() (string, error) {
	var b []byte
	for f.line = f.next; ; {
		part, err := f.raw()
		if err != nil && len(part) == 0 {
			return "", err
		}
		f.next++
		if room := maxLine - len(b); room > 0 {
			b = append(b, part[:min(room, len(part))]...)
		}
		if c, err := f.r.Peek(1); err != nil || c[0] != ' ' && c[0] != '\t' {
			break
		}
		_, _ = f.r.Discard(1) // peeked: the fold
	}
	if !utf8.Valid(b) {
		return latin(b), nil
	}
	return string(b), nil
}

// raw is a line of the file without its end, cut where it is too long.
func (f *folded) raw() ([]byte, error) {
	var b []byte
	for {
		part, err := f.r.ReadSlice('\n')
		if room := maxLine - len(b); room > 0 {
			b = append(b, part[:min(room, len(part))]...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if len(part) > 0 || len(b) > 0 {
			return bytes.TrimRight(b, "\r\n"), nil
		}
		return nil, err
	}
}

// property is a line taken apart.
type property struct {
	name   string // upper case, without its group
	params string // upper case
	raw    string // parameters as written
	value  string
}

func parseProperty(line string) (p property, ok bool) {
	quoted := false
	for i, c := range line {
		if c == '"' {
			quoted = !quoted
		}
		if c == ':' && !quoted {
			name, params, _ := strings.Cut(line[:i], ";")
			if j := strings.LastIndexByte(name, '.'); j >= 0 {
				name = name[j+1:]
			}
			return property{strings.ToUpper(strings.TrimSpace(name)), strings.ToUpper(params), params, line[i+1:]}, true
		}
	}
	return property{}, false
}

var unescaper = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)

// readVCards reads address cards of organisations, versions 3 and 4. A card of
// a person is left out: nobody asked them.
func readVCards(r *bufio.Reader, o *Options, v *Visitor) error {
	f := &folded{r: r, next: 1}
	var card []property
	begun, first := false, true
	at := 0
	for {
		line, err := f.read()
		if errors.Is(err, io.EOF) {
			if begun {
				return &Broken{at, Cut, ""}
			}
			return nil
		}
		if err != nil {
			return err
		}
		p, ok := parseProperty(line)
		marker := ok && strings.EqualFold(strings.TrimSpace(p.value), "VCARD")
		switch {
		case first && (p.name != "BEGIN" || !marker) && strings.TrimSpace(line) != "":
			return &Broken{f.line, NotThis, "vCard"}
		case p.name == "BEGIN" && marker:
			card, begun, first, at = card[:0], true, false, f.line
		case p.name == "END" && marker && begun:
			begun = false
			if err := takeCard(card, at, o, v); err != nil {
				return err
			}
		case ok && begun && len(card) < maxVFields:
			card = append(card, p)
		}
	}
}

func takeCard(card []property, line int, o *Options, v *Visitor) error {
	rec, person, version := vcard(card, o)
	rec.Line = line
	switch {
	case version != "3.0" && version != "4.0":
		v.refuse(line, BadCard, version)
	case person:
		v.Skip(SomeOne)
	case rec.Name == "":
		v.refuse(line, NoName, "")
	default:
		return v.Take(rec)
	}
	return nil
}

// vcard is what a card says, and whether it is a person's.
func vcard(card []property, o *Options) (rec Record, person bool, version string) {
	rec.Kind = o.kind()
	kind, company, shown := "", "", ""
	for _, p := range card {
		text := unescaper.Replace(p.value)
		home := strings.Contains(p.params, "HOME")
		switch p.name {
		case "VERSION":
			version = strings.TrimSpace(text)
		case "KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS":
			kind = strings.ToLower(strings.TrimSpace(text))
		case "FN":
			shown = tidy(text)
		case "ORG":
			company, _, _ = strings.Cut(tidy(unescaper.Replace(firstPart(p.value))), "\n")
		case "UID":
			rec.ID = tidy(text)
		case "NOTE":
			rec.Text = lines(text)
		case "CATEGORIES":
			rec.Tags = tags(text)
		case "URL":
			rec.Website = website(text)
		case "EMAIL":
			if !home && rec.Email == "" {
				rec.Email = mail(text)
			}
		case "TEL":
			if !home && rec.Phone == "" {
				rec.Phone = tidy(strings.TrimPrefix(text, "tel:"))
			}
		case "GEO":
			rec.geo(text)
		case "ADR":
			if !home {
				rec.address(p.value, o.Streets || rec.Kind == KindPlace)
			}
		}
	}
	rec.Name = shown
	if rec.Name == "" {
		rec.Name = company
	}
	switch kind {
	case "org", "group", "company":
	case "location":
		rec.Kind = KindPlace
	default: // an address book says nothing of an organisation but its name twice
		person = company == "" || shown != "" && !strings.EqualFold(shown, company)
	}
	return rec, person, version
}

// firstPart is a structured value up to its first semicolon.
func firstPart(s string) string { return parts(s)[0] }

// parts splits a structured value at semicolons that are not escaped.
func parts(s string) []string {
	var out []string
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ';':
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

// geo reads "geo:44.93,1.84" and version 3's "44.93;1.84".
func (r *Record) geo(s string) {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "geo:"), ";u=")
	if lat, lon, ok := strings.Cut(strings.Replace(s, ";", ",", 1), ","); ok {
		r.Lat, r.Lon, r.Placed = point(lat, lon)
	}
}

// address reads a structured address: box, extension, street, locality,
// region, postal code, country.
func (r *Record) address(s string, street bool) {
	p := parts(s)
	get := func(i int) string {
		if i < len(p) {
			return tidy(unescaper.Replace(p[i]))
		}
		return ""
	}
	r.City, r.PostalCode = get(3), get(5)
	if street {
		r.Street = get(2)
	}
}
