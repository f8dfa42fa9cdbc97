package ui

import (
	"io"
	"net/http"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

const vcardType = "text/vcard; charset=utf-8"

// contactKinds are the kinds of cards that stand in an address book, and what
// vCard calls them.
var contactKinds = map[string]string{
	listing.KindOrg: "org", listing.KindProject: "org", listing.KindPlace: "location", listing.KindPerson: "individual",
}

// addressBook is the directory for a phone's address book, whole (IO-7).
func (s *Server) addressBook(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if q.Kind == "" && len(q.Kinds) == 0 {
		q.Kinds = []string{listing.KindOrg, listing.KindPlace, listing.KindPerson, listing.KindProject}
	}
	return r.whole(vcardType, func(w io.Writer) error {
		l := linker{request: r, communes: map[string]string{}}
		return r.everyCardOf(q, func(tx *store.Tx, c listing.Card) error {
			if contactKinds[c.Kind] == "" {
				return nil
			}
			text, err := l.contact(tx, c)
			if err == nil {
				_, err = io.WriteString(w, text)
			}
			return err
		})
	})
}

// cardContact is one entry of it.
func (s *Server) cardContact(r *request) error {
	var text string
	err := r.View(func(tx *store.Tx) error {
		c, err := listing.ByID(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if contactKinds[c.Kind] == "" {
			return store.E(store.NotFound, "err.not_found")
		}
		l := linker{request: r, communes: map[string]string{}}
		text, err = l.contact(tx, c)
		return err
	})
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="contact.vcf"`)
	return r.Data(http.StatusOK, vcardType, []byte(text))
}

// contact is a card as a vCard (RFC 6350), with what its body says: what only
// residents see is not in there.
func (l *linker) contact(tx *store.Tx, c listing.Card) (string, error) {
	body, err := listing.BodyOf(tx, c)
	if err != nil {
		return "", err
	}
	town, err := l.commune(tx, c.Commune)
	if err != nil {
		return "", err
	}
	v := &folded{}
	v.line("BEGIN", "VCARD")
	v.line("VERSION", "4.0")
	v.line("KIND", contactKinds[c.Kind])
	v.line("UID;VALUE=text", atomID(c.Ref.ID))
	v.text("FN", c.Title)
	if contactKinds[c.Kind] == "org" {
		v.text("ORG", c.Title)
	}
	v.optional("TEL;VALUE=text", body["telephone"])
	v.optional("EMAIL", body["email"])
	if website, ok := body["url"].(string); ok {
		v.line("URL", printable(strings.ReplaceAll(website, "\n", "")))
	}
	v.address(body, town)
	if c.Position != nil {
		lat, lon := c.Position.Degrees()
		v.line("GEO", "geo:"+formatFloat(lat)+","+formatFloat(lon))
	}
	note := c.Summary
	if text, ok := body["description"].(string); ok {
		note = text
	}
	v.optional("NOTE", note)
	v.list("CATEGORIES", c.Tags)
	for _, image := range l.images(body) {
		v.line("PHOTO;MEDIATYPE="+photo.Type, image["contentUrl"].(string))
	}
	v.line("SOURCE", l.base()+cardHref(c))
	v.line("REV", utcStamp(c.UpdatedAt))
	v.line("END", "VCARD")
	return v.b.String(), nil
}

// address writes street, town and country; vCard has seven parts.
func (f *folded) address(body listing.Body, town string) {
	given, _ := body["address"].(map[string]any)
	street, _ := given["streetAddress"].(string)
	if street == "" && town == "" {
		return
	}
	part := func(s string) string { return escapeText.Replace(printable(s)) }
	f.line("ADR", ";;"+part(street)+";"+part(town)+";;;France")
}
