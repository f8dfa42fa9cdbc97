package ui

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// behindView is what stands behind a neighbour's card, as far as it is here.
type behindView struct {
	*speech
	Text   string // the description
	Facts  []behindFact
	Photos []photoView
	From   string // whom it was received from, and when; empty while the text is not here
	Ask    string // what is not here yet; empty when everything is, or nothing can be asked for
	Button string
	Action string
}

// behindFact is one line of what a neighbour says of a thing.
type behindFact struct{ Icon, Label, Text, Href string }

// behind reads what stands behind a neighbour's card.
func (r *request) behind(tx *store.Tx, c listing.Card) (*behindView, error) {
	b, err := behindCard(tx, c)
	if err != nil || len(b.Named) == 0 {
		return nil, err
	}
	v := &behindView{speech: r.speech, Action: "/fiche/" + c.Ref.ID + "/chercher"}
	if b.Body != nil {
		v.From = r.T("neighbour.behind.received", "box", r.T("listing.foreign.box", "of", r.Of(c.Origin.Name)), "ago", r.Ago(b.Body.FetchedAt))
		var body listing.Body
		if json.Unmarshal(b.Body.Plain, &body) == nil { // a body no page can read has no words
			v.Text, v.Facts = bodyText(body, "description"), r.behindFacts(body)
		}
	}
	v.Photos = behindPhotos(c.Ref.ID, b)
	if r.s.opt.Neighbours != nil {
		v.ask(b)
	}
	return v, nil
}

// behindCard finds what a card names; nothing for a card whose box is unknown
// to the exchange.
func behindCard(tx *store.Tx, c listing.Card) (neighbour.Behind, error) {
	id, err := store.ParseID(c.Ref.ID)
	if err != nil || c.Origin == nil {
		return neighbour.Behind{}, store.E(store.NotFound, "err.not_found").Because(err)
	}
	b, err := neighbour.BehindOf(tx, c.Origin.Key, id)
	if store.KindOf(err) == store.NotFound {
		return neighbour.Behind{}, nil
	}
	return b, err
}

// ask says what is not here, and offers to fetch it.
func (v *behindView) ask(b neighbour.Behind) {
	switch {
	case b.Body == nil:
		v.Ask, v.Button = v.T("neighbour.behind.no_text"), v.T("neighbour.behind.get_text")
	case b.Lacks(neighbour.RolePicture) > 0:
		v.Ask = v.T("neighbour.behind.no_photos", "n", b.Lacks(neighbour.RolePicture))
		v.Button = v.T("neighbour.behind.get_photos")
	}
}

// behindPhotos are the pictures that are here: the small one leads to the large
// one once that is here too.
func behindPhotos(id string, b neighbour.Behind) []photoView {
	var out []photoView
	for _, large := range b.Named {
		if large.Role != neighbour.RolePicture {
			continue
		}
		small := large
		for _, m := range b.Named {
			if m.Role == neighbour.RoleThumb && m.Place == large.Place && b.Has(m) {
				small = m
			}
		}
		if !b.Has(large) {
			large = small
		}
		if !b.Has(large) {
			continue
		}
		at := func(m neighbour.Mention) string { return foreignPicture(id, m.Hash) }
		out = append(out, photoView{
			Large: at(large), Thumb: at(small), Alt: large.Alt, TWidth: max(1, small.Width), THeight: max(1, small.Height),
		})
	}
	return out
}

// findForeignCovers looks up the small pictures of neighbours' cards for a list,
// those that are here: nothing is fetched because somebody looks at a list.
func (r *request) findForeignCovers(tx *store.Tx, cards []listing.Card) error {
	if r.s.opt.Neighbours == nil {
		return nil // nobody to give the files
	}
	covers, err := neighbour.Covers(tx, cards)
	for id, c := range covers {
		if r.others == nil {
			r.others = map[string]photoView{}
		}
		name := store.FormatID(id)
		r.others[name] = photoView{Thumb: foreignPicture(name, c.Hash), TWidth: max(1, c.Width), THeight: max(1, c.Height)}
	}
	return err
}

// foreignCover is the small picture of a neighbour's card; nil when none is here.
func (r *request) foreignCover(c listing.Card) *photoView {
	if v, ok := r.others[c.Ref.ID]; ok {
		return &v
	}
	return nil
}

// foreignPicture is the address of a neighbour's picture.
func foreignPicture(card string, h neighbour.Hash) string {
	return "/fiche/" + card + "/photo/" + hashName(h)
}

// foreignFetch asks the other box for what is not here, at the wish of a
// reader.
func (s *Server) foreignFetch(r *request) error {
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	page := "/fiche/" + r.Param("id")
	err = others.Fetch(r.context(), r.Param("id"))
	var busy *store.Error
	if store.KindOf(err) == store.Busy && errors.As(err, &busy) {
		return r.Redirect(page, busy.Key)
	} else if err != nil {
		return err
	}
	return r.Redirect(page, "neighbour.behind.came")
}

// foreignTypes are the pictures shown of other boxes: what their first bytes
// say they are, whatever the box said.
var foreignTypes = []string{"image/jpeg", "image/png", "image/webp"}

// foreignPhoto sends a neighbour's picture to who may see a card that names it.
func (s *Server) foreignPhoto(r *request) error {
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	var held neighbour.Copy
	var role neighbour.Role
	err = r.View(func(tx *store.Tx) error {
		c, err := listing.ByID(tx, r.Param("id"))
		if err != nil {
			return err
		}
		b, err := behindCard(tx, c)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(b.Named, func(m neighbour.Mention) bool {
			return m.Role != neighbour.RoleBody && hashName(m.Hash) == r.Param("hash")
		}); i >= 0 && b.Has(b.Named[i]) {
			held, role = b.Here[b.Named[i].Hash], b.Named[i].Role
			return nil
		}
		return store.E(store.NotFound, "err.not_found")
	})
	if err != nil {
		return err
	}
	if err := r.lookedAt(held, role); err != nil {
		return err
	}
	file, err := others.Picture(held.Hash)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	start := make([]byte, 512) // what http.DetectContentType looks at
	n, err := io.ReadFull(file, start)
	if err != nil && n == 0 {
		return err
	}
	kind := http.DetectContentType(start[:n])
	if !slices.Contains(foreignTypes, kind) {
		return store.E(store.NotFound, "err.not_found")
	}
	h := r.Response().Header()
	h["Content-Type"], h["Cache-Control"] = []string{kind}, revalidate
	h["Etag"] = []string{`"` + hashName(held.Hash)[:20] + `"`}
	http.ServeContent(r.Response(), r.Request(), "", time.Time{}, file)
	return nil
}

// lookedAt notes that somebody looked at a picture, once a day: what nobody
// looks at goes. Small ones are noted once a week: a list shows many at once,
// and each note is a write.
func (r *request) lookedAt(c neighbour.Copy, role neighbour.Role) error {
	every := 24 * time.Hour
	if role == neighbour.RoleThumb {
		every *= 7
	}
	if r.now.Sub(c.UsedAt) < every {
		return nil
	}
	return r.Update(func(tx *store.Tx) error { return neighbour.Looked(tx, c) })
}

// maxBodyText bounds a line of what a neighbour says, in characters; its
// description may fill the body.
const maxBodyText = 2000

// bodyText is a text at a path of a body, without what disturbs a page.
func bodyText(body map[string]any, path ...string) string {
	for _, name := range path[:len(path)-1] {
		body, _ = body[name].(map[string]any)
	}
	switch v := body[path[len(path)-1]].(type) {
	case string:
		return strings.TrimSpace(listing.Plain(v))
	case float64: // JSON's only number; bodies have whole ones
		if v >= 0 && v < 1<<53 {
			return formatFloat(v)
		}
	case []any:
		return bodyList(v)
	}
	return ""
}

// bodyList is a list of texts, or of things with names, on one line.
func bodyList(list []any) string {
	var out []string
	for _, item := range list {
		thing, ok := item.(map[string]any)
		if !ok {
			thing = map[string]any{"name": item}
		}
		name, value := bodyString(thing["name"]), bodyString(thing["value"])
		switch {
		case name == "":
		case value != "":
			out = append(out, name+nbsp+": "+value)
		default:
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

func bodyString(v any) string {
	text, _ := v.(string)
	return strings.TrimSpace(listing.Plain(text))
}

// behindLines are what the pages of all kinds of things say, where their boxes
// put it (each module's body).
var behindLines = []struct {
	icon, label string
	path        []string
}{
	{"map-pin", "neighbour.behind.place", []string{"location", "name"}},
	{"map-pin", "neighbour.behind.place", []string{"availableAtOrFrom", "name"}},
	{"map-pin", "neighbour.behind.address", []string{"address", "streetAddress"}},
	{"map-pin", "neighbour.behind.in", []string{"containedInPlace", "name"}},
	{"users", "neighbour.behind.organizer", []string{"organizer", "name"}},
	{"users", "neighbour.behind.parent", []string{"parentOrganization", "name"}},
	{"users", "neighbour.behind.recipient", []string{"recipient", "name"}},
	{"users", "neighbour.behind.supports", []string{"interactionStatistic", "userInteractionCount"}},
	{"users", "neighbour.behind.capacity", []string{"maximumAttendeeCapacity"}},
	{"info", "neighbour.behind.reason", []string{"cancellationReason"}},
	{"info", "neighbour.behind.choices", []string{"itemListElement"}},
	{"info", "neighbour.behind.equipment", []string{"amenityFeature"}},
	{"info", "neighbour.behind.more", []string{"additionalProperty"}},
	{"info", "neighbour.behind.access", []string{"accessibilitySummary"}},
	{"clock", "neighbour.behind.hours", []string{"openingHours"}},
	{"info", "neighbour.behind.contact", []string{"contactPoint", "description"}},
	{"info", "neighbour.behind.phone", []string{"telephone"}},
	{"info", "neighbour.behind.email", []string{"email"}},
	{"info", "neighbour.behind.answer", []string{"comment", "text"}},
}

// behindFacts are the lines a body has something for.
func (r *request) behindFacts(body listing.Body) []behindFact {
	var out []behindFact
	if how := r.repeatsHow(body); how != "" {
		out = append(out, behindFact{Icon: "clock", Label: r.T("neighbour.behind.repeats"), Text: how})
	}
	for _, line := range behindLines {
		if text := listing.Shorten(bodyText(body, line.path...), maxBodyText); text != "" {
			out = append(out, behindFact{Icon: line.icon, Label: r.T(line.label), Text: text})
		}
	}
	if web := webAddress(bodyText(body, "url")); web != "" {
		out = append(out, behindFact{Icon: "info", Label: r.T("neighbour.behind.web"), Text: web, Href: web})
	}
	return out
}

// webAddress is text if it leads to a page and nowhere else.
func webAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxBodyText || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// hashName is a hash as addresses have it.
func hashName(h neighbour.Hash) string { return hex.EncodeToString(h[:]) }
