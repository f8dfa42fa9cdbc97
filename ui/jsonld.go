package ui

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

const linkedType = "application/ld+json"

// linkedContext is what the names in a document mean. Programs know it by its
// address and need not load it, which a box could not.
const linkedContext = "https://schema.org"

// cardGraph is every card as schema.org writes it, for search engines and
// other villages' programs (IO-5).
func (s *Server) cardGraph(r *request) error {
	return r.whole(linkedType, func(w io.Writer) error {
		return jsonArray(w, `{"@context":"`+linkedContext+`","@graph":[`, "]}", func(each func(any) error) error {
			l := linker{request: r, communes: map[string]string{}}
			return r.everyCard(func(tx *store.Tx, c listing.Card) error {
				o, err := l.card(tx, c)
				if err != nil {
					return err
				}
				return each(o)
			})
		})
	})
}

// cardLinked is one card so; its page links to it, since pages carry no inline
// script.
func (s *Server) cardLinked(r *request) error {
	var o object
	err := r.View(func(tx *store.Tx) error {
		c, err := listing.ByID(tx, r.Param("id"))
		if err != nil {
			return err
		}
		l := linker{request: r, communes: map[string]string{}}
		o, err = l.card(tx, c)
		return err
	})
	if err != nil {
		return err
	}
	o["@context"] = linkedContext
	b, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return r.Data(http.StatusOK, linkedType, b)
}

// linker writes cards as things of schema.org. What a card's body says beyond
// the vocabulary, or at a place the vocabulary does not have it, is put where
// it belongs or left out: the body itself is in the API.
type linker struct {
	*request
	communes map[string]string // names by code
}

// linkedKinds are the types of kinds of cards; anything else is a text.
var linkedKinds = map[string]string{
	listing.KindEvent: "Event", listing.KindOffer: "Offer", listing.KindWanted: "Demand", listing.KindNeed: "Demand", listing.KindHelp: "Offer", listing.KindPlace: "Place",
	listing.KindOrg: "Organization", listing.KindProject: "Project", listing.KindPerson: "Person",
}

func (l *linker) card(tx *store.Tx, c listing.Card) (object, error) {
	body, err := listing.BodyOf(tx, c)
	if err != nil {
		return nil, err
	}
	town, err := l.commune(tx, c.Commune)
	if err != nil {
		return nil, err
	}
	kind, ok := linkedKinds[c.Kind]
	if !ok {
		kind = "CreativeWork"
	}
	o := object{"@type": kind, "@id": atomID(c.Ref.ID), "url": l.base() + cardHref(c), "name": c.Title}
	if c.Summary != "" {
		o["description"] = c.Summary
	}
	pick(o, body, "description", "disambiguatingDescription", "identifier")
	if website, ok := body["url"].(string); ok {
		o["sameAs"] = website
	}
	if images := l.images(body); len(images) > 0 {
		o["image"] = images
	}
	at := l.place(c, body, town)
	switch kind {
	case "Event":
		l.event(o, c, body, at)
	case "Place":
		l.site(o, body, at)
	case "Organization", "Project":
		pick(o, body, "telephone", "email", "parentOrganization")
		place(o, "location", at)
	case "Person":
		pick(o, body, "telephone", "email")
		maps.Copy(o, within(at, "address"))
	case "Offer", "Demand":
		l.offer(o, c, body, at)
	default:
		o["dateModified"] = l.Machine(c.UpdatedAt)
	}
	if c.Origin != nil { // who says so, of any type of thing
		o["subjectOf"] = l.copied(c)
	}
	if len(c.Tags) > 0 && kind != "Offer" && kind != "Demand" && kind != "Person" { // which have no keywords
		o["keywords"] = c.Tags
	}
	return o, nil
}

// pick copies properties that mean the same in both.
func pick(o object, body listing.Body, names ...string) {
	for _, name := range names {
		if v, ok := body[name]; ok {
			o[name] = v
		}
	}
}

// within is the part of a place under some names.
func within(at object, names ...string) object {
	out := object{}
	for _, name := range names {
		if v, ok := at[name]; ok {
			out[name] = v
		}
	}
	return out
}

// place puts a place under a name, unless nothing is known of it.
func place(o object, name string, at object) {
	if len(at) > 1 {
		o[name] = at
	}
}

// place is where a thing is, and what there is.
func (l *linker) place(c listing.Card, body listing.Body, town string) object {
	at := object{"@type": "Place"}
	address := object{"@type": "PostalAddress"}
	if given, ok := body["address"].(map[string]any); ok {
		maps.Copy(address, given)
	}
	if town != "" {
		address["addressLocality"] = town
	}
	if len(address) > 1 {
		address["addressCountry"] = "FR"
		at["address"] = address
	}
	if c.Position != nil {
		lat, lon := c.Position.Degrees()
		at["geo"] = object{"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
	}
	pick(at, body, "maximumAttendeeCapacity", "amenityFeature")
	if hours, ok := body["openingHours"]; ok {
		at["@type"], at["openingHours"] = "CivicStructure", hours // a plain Place has none
	}
	more, _ := body["additionalProperty"].([]any)
	if access, ok := body["accessibilitySummary"]; ok {
		more = append(slices.Clone(more), property(l.T("listing.linked.access"), access))
	}
	if len(more) > 0 {
		at["additionalProperty"] = more
	}
	return at
}

func property(name string, value any) object {
	return object{"@type": "PropertyValue", "name": name, "value": value}
}

// site is a place as a thing of its own.
func (l *linker) site(o object, body listing.Body, at object) {
	maps.Copy(o, at)
	pick(o, body, "telephone", "containedInPlace")
	if mail, ok := body["email"]; ok { // a place of the vocabulary has no e-mail
		more, _ := o["additionalProperty"].([]any)
		o["additionalProperty"] = append(slices.Clone(more), property("email", mail))
	}
}

// event adds when, where, who, and whether it takes place.
func (l *linker) event(o object, c listing.Card, body listing.Body, at object) {
	if !c.StartsAt.IsZero() {
		o["startDate"] = l.linkedMoment(c.StartsAt, c.AllDay)
	}
	if last := lastMoment(c); !last.IsZero() {
		o["endDate"] = l.linkedMoment(last, c.AllDay)
	}
	o["eventStatus"] = linkedStatus(c, body)
	pick(o, body, "previousStartDate")
	if schedule := linkedSchedule(body); schedule != nil {
		o["eventSchedule"] = schedule
	}
	if where, ok := body["location"].(map[string]any); ok {
		at["name"] = where["name"]
	}
	place(o, "location", at)
	organizer := object{"@type": "Organization"}
	if who, ok := body["organizer"].(map[string]any); ok {
		organizer["name"] = who["name"]
	}
	if contact, ok := body["contactPoint"]; ok { // an event of the vocabulary has none
		organizer["contactPoint"] = contact
	}
	place(o, "organizer", organizer)
	if c.Price != nil {
		offer := object{"@type": "Offer"}
		l.price(offer, c)
		place(o, "offers", offer)
	}
}

func (l *linker) linkedMoment(t time.Time, day bool) string {
	if day {
		return l.local(t).Format("2006-01-02")
	}
	return l.Machine(t)
}

// offer adds what is given or looked for, for how much, until when.
func (l *linker) offer(o object, c listing.Card, body listing.Body, at object) {
	o["itemOffered"] = object{"@type": "Product", "name": c.Title}
	l.price(o, c)
	pick(o, body, "availability", "category")
	if !c.ExpiresAt.IsZero() {
		o["validThrough"] = l.Machine(c.ExpiresAt)
	}
	place(o, "availableAtOrFrom", within(at, "@type", "address", "geo"))
}

// price is an amount of money, where there is one; hours and barter have no
// word in the vocabulary.
func (l *linker) price(o object, c listing.Card) {
	if c.Price == nil {
		return
	}
	switch c.Price.Unit {
	case "EUR":
		o["price"], o["priceCurrency"] = float64(c.Price.Amount)/100, "EUR"
	case "free":
		o["price"], o["priceCurrency"] = 0, "EUR"
	}
}

// images are the photos, at the box's own address.
func (l *linker) images(body listing.Body) []object {
	var out []object
	list, _ := body["image"].([]any)
	for _, v := range list {
		m, _ := v.(map[string]any)
		hash, ok := m["hash"].(string)
		if !ok {
			continue
		}
		image := object{"@type": "ImageObject", "contentUrl": l.base() + "/photo/" + hash, "encodingFormat": photo.Type}
		if alt, _ := m["alt"].(string); alt != "" {
			image["caption"] = alt
		}
		out = append(out, image)
	}
	return out
}

// commune is the name of a code, looked up once.
func (l *linker) commune(tx *store.Tx, code string) (string, error) {
	if name, ok := l.communes[code]; ok || code == "" {
		return name, nil
	}
	areas, err := listing.Areas(tx, []string{code})
	l.communes[code] = areas[code].Name
	return areas[code].Name, err
}

// copied is the page on the box a neighbour's card comes from: who published it.
func (l *linker) copied(c listing.Card) object {
	publisher := object{"@type": "Organization", "@id": atomID("box/" + listing.OriginName(c.Origin)), "name": l.boxOf(c.Origin)}
	page := object{"@type": "WebPage", "publisher": publisher, "dateModified": l.Machine(c.UpdatedAt)}
	if c.Origin.Web != "" {
		publisher["url"], page["url"] = c.Origin.Web, c.Origin.Web+"/fiche/"+c.Ref.ID
	}
	return page
}
