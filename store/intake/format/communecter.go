package format

import (
	"bufio"
	"encoding/json"
	"strings"
)

// element is a thing of a Communecter export: what its API answers, or a dump
// of its collections.
type element struct {
	ID          text            `json:"_id"`
	PlainID     text            `json:"id"`
	Collection  string          `json:"collection"`
	Type        text            `json:"type"`
	AtType      text            `json:"@type"`
	Name        text            `json:"name"`
	Short       text            `json:"shortDescription"`
	Description text            `json:"description"`
	Email       text            `json:"email"`
	Tags        words           `json:"tags"`
	Starts      text            `json:"startDate"`
	Ends        text            `json:"endDate"`
	URL         json.RawMessage `json:"url"`
	Telephone   json.RawMessage `json:"telephone"`
	Address     struct {
		Street text `json:"streetAddress"`
		Postal text `json:"postalCode"`
		City   text `json:"addressLocality"`
		INSEE  text `json:"codeInsee"`
	} `json:"address"`
	Geo struct {
		Lat text `json:"latitude"`
		Lon text `json:"longitude"`
	} `json:"geo"`
}

// collections are Communecter's kinds; what is not among them is not taken.
var collections = map[string]string{
	"organizations": KindOrg, "organization": KindOrg, "ngo": KindOrg, "localbusiness": KindOrg, "group": KindOrg,
	"governmentorganization": KindOrg, "cooperative": KindOrg,
	"projects": KindProject, "project": KindProject, "events": KindEvent, "event": KindEvent,
	"poi": KindPOI, "pois": KindPOI, "citizens": SomeOne, "citizen": SomeOne, "persons": SomeOne, "person": SomeOne, "people": SomeOne,
}

// readCommunecter reads an export: a list, or an object whose parts are lists
// or objects of things by id. Citizens are left out.
func readCommunecter(r *bufio.Reader, o *Options, v *Visitor) error {
	d := newValues(r)
	t, err := d.token()
	if err != nil {
		return err
	}
	found := 0
	take := func(kind, id string) error { found++; return takeElement(d, kind, id, o, v) }
	switch t {
	case json.Delim('['):
		err = d.list("", take)
	case json.Delim('{'):
		err = d.fields(func(name string) error { return d.part(name, take) })
	default:
		err = &Broken{Reason: NotThis, Detail: "Communecter"}
	}
	if err == nil && found == 0 {
		return &Broken{Reason: NotThis, Detail: "Communecter"}
	}
	return err
}

// list reads the things of the array just opened.
func (d *values) list(kind string, take func(kind, id string) error) error {
	for d.More() {
		if err := take(kind, ""); err != nil {
			return err
		}
	}
	_, err := d.token()
	return err
}

// part reads one part of the outermost object when it holds things.
func (d *values) part(name string, take func(kind, id string) error) error {
	kind := collections[strings.ToLower(name)]
	if kind == "" && name != "entities" && name != "results" && name != "data" && name != "elements" {
		return d.skip()
	}
	t, err := d.token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('['):
		return d.list(kind, take)
	case json.Delim('{'):
		return d.fields(func(id string) error { return take(kind, id) })
	}
	return nil
}

func takeElement(d *values, kind, id string, o *Options, v *Visitor) error {
	var e element
	bad, err := d.one(&e)
	if err != nil {
		return err
	}
	if bad {
		v.refuse(d.n, BadText, id)
		return nil
	}
	for _, word := range []string{e.Collection, string(e.AtType), string(e.Type)} {
		if k := collections[strings.ToLower(word)]; k != "" && kind == "" {
			kind = k
		}
	}
	switch kind {
	case SomeOne:
		v.Skip(SomeOne)
		return nil
	case "":
		v.Skip(NotShown)
		return nil
	}
	rec, reason := e.record(kind, o)
	rec.Line = d.n
	if rec.ID == "" {
		rec.ID = id
	}
	if reason != "" {
		v.refuse(d.n, reason, rec.Name)
		return nil
	}
	return v.Take(rec)
}

func (e *element) record(kind string, o *Options) (rec Record, reason string) {
	rec = Record{
		Kind: kind, ID: string(e.ID), Name: tidy(string(e.Name)), Brief: tidy(string(e.Short)), Text: lines(string(e.Description)),
		PostalCode: string(e.Address.Postal), City: tidy(string(e.Address.City)), INSEE: strings.ToUpper(string(e.Address.INSEE)),
		Email: mail(string(e.Email)), Website: e.website(), Phone: e.phone(), Tags: e.Tags, Street: tidy(string(e.Address.Street)),
	}
	if rec.ID == "" {
		rec.ID = string(e.PlainID)
	}
	if kind == KindOrg {
		switch strings.ToLower(string(e.Type)) {
		case "ngo":
			rec.Category = "association"
		case "localbusiness":
			rec.Category = "entreprise"
		case "governmentorganization":
			rec.Category = "service-public"
		case "cooperative":
			rec.Category = "cooperative"
		case "group":
			rec.Category = "groupe-informel"
		}
	}
	if !o.Streets && (kind == KindOrg || kind == KindProject) { // where its founder lives, often
		rec.Street = ""
	}
	if rec.Name == "" {
		return rec, NoName
	}
	if e.Geo.Lat != "" || e.Geo.Lon != "" {
		if rec.Lat, rec.Lon, rec.Placed = point(string(e.Geo.Lat), string(e.Geo.Lon)); !rec.Placed {
			return rec, BadPlace
		}
	}
	if kind == KindEvent {
		rec.Place = rec.City
		if rec.Street != "" {
			rec.Place = strings.TrimSuffix(rec.Street+", "+rec.City, ", ")
		}
		return rec, rec.instants(string(e.Starts), string(e.Ends), o)
	}
	return rec, ""
}

// website is the address of the thing's own site: the API gives an object of
// addresses, a dump a string.
func (e *element) website() string {
	var s text
	var m map[string]text
	if json.Unmarshal(e.URL, &m) == nil {
		return website(string(m["website"]))
	}
	if json.Unmarshal(e.URL, &s) == nil {
		return website(string(s))
	}
	return ""
}

// phone is the first number of a string, a list, or lists by kind.
func (e *element) phone() string {
	var by map[string]words
	if json.Unmarshal(e.Telephone, &by) == nil {
		for _, k := range []string{"fixe", "mobile"} {
			if len(by[k]) > 0 {
				return by[k][0]
			}
		}
		return ""
	}
	var list words
	if json.Unmarshal(e.Telephone, &list) == nil && len(list) > 0 {
		return list[0]
	}
	return ""
}
