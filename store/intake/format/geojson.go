package format

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// feature is a thing of a GeoJSON file.
type feature struct {
	Type     string `json:"type"`
	ID       text   `json:"id"`
	Geometry *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
	Properties map[string]text `json:"properties"`
}

// readGeoJSON reads a collection of features. A point is longitude first (RFC
// 7946 §3.1.1), and so are the corners of other shapes, whose middle is taken.
func readGeoJSON(r *bufio.Reader, o *Options, v *Visitor) error {
	head, _ := r.Peek(headSize / 4) // a shorter file gives what it has
	if trimmed := bytes.TrimSpace(head); len(trimmed) == 0 || trimmed[0] != '{' {
		if bytes.Contains(bytes.ToLower(head), []byte("<kml")) {
			return &Broken{Reason: KML}
		}
		return &Broken{Reason: NotThis, Detail: "GeoJSON"}
	}
	d := newValues(r)
	if _, err := d.token(); err != nil {
		return err
	}
	found := false
	err := d.fields(func(name string) error {
		if name != "features" {
			return d.skip()
		}
		found = true
		t, err := d.token()
		if err != nil {
			return err
		}
		if t != json.Delim('[') {
			return &Broken{Reason: NotThis, Detail: "GeoJSON"}
		}
		for d.More() {
			if err := takeFeature(d, o, v); err != nil {
				return err
			}
		}
		_, err = d.token()
		return err
	})
	if err == nil && !found {
		return &Broken{Reason: NotThis, Detail: "GeoJSON"}
	}
	return err
}

func takeFeature(d *values, o *Options, v *Visitor) error {
	var f feature
	bad, err := d.one(&f)
	if err != nil {
		return err
	}
	if bad || f.Type != "Feature" {
		v.refuse(d.n, BadShape, f.Type)
		return nil
	}
	rec, reason := f.record(o)
	rec.Line = d.n
	if reason != "" {
		v.refuse(d.n, reason, rec.Name)
		return nil
	}
	return v.Take(rec)
}

// record is a feature as a thing, or why it is refused.
func (f *feature) record(o *Options) (rec Record, reason string) {
	props := make(map[string]string, len(f.Properties))
	for k, val := range f.Properties {
		props[strings.ToLower(k)] = string(val)
	}
	get := func(names ...string) string {
		for _, n := range names {
			if props[n] != "" {
				return props[n]
			}
		}
		return ""
	}
	rec = Record{
		ID: string(f.ID), Kind: kindWords[fold(get("kind"))], Name: tidy(get("name", "nom", "title", "titre")),
		Category: get("category", "categorie", "catégorie"), Brief: tidy(get("brief", "summary", "resume", "résumé")), Text: lines(get("description")),
		Street: tidy(get("street", "adresse", "address")), PostalCode: get("postcode", "code_postal", "cp"),
		City: tidy(get("city", "commune", "ville")), INSEE: strings.ToUpper(get("code_insee", "insee", "commune_insee")),
		Phone: tidy(get("phone", "telephone", "tel")), Email: mail(get("email", "mail")),
		Website: website(get("website", "url", "site")), Hours: tidy(get("opening_hours", "horaires")), Tags: tags(get("tags")),
	}
	if rec.ID == "" {
		rec.ID = get("@id", "id")
	}
	if place := placeOf(props); place.kind != "" { // an export of OpenStreetMap
		if rec.Kind == "" {
			rec.Kind = place.kind
		}
		if rec.Category == "" {
			rec.Category = place.category
		}
		if rec.Name == "" && place.kind == KindPOI {
			rec.Name = place.name
		}
	}
	if rec.Kind == "" {
		rec.Kind = o.kind()
	}
	if rec.Kind == KindEvent {
		rec.Kind = KindPlace
	}
	if !o.Streets && (rec.Kind == KindOrg || rec.Kind == KindProject) {
		rec.Street = ""
	}
	if rec.Name == "" {
		return rec, NoName
	}
	if f.Geometry == nil {
		return rec, BadShape
	}
	return rec, rec.middle(f.Geometry.Coordinates)
}

// middle puts the thing at the middle of the positions of its shape.
func (r *Record) middle(coordinates json.RawMessage) (reason string) {
	var v any
	if json.Unmarshal(coordinates, &v) != nil {
		return BadShape
	}
	var south, north, west, east float64
	n, bad := 0, false
	eachPosition(v, func(lon, lat float64) {
		if _, _, ok := point(number(lat), number(lon)); !ok {
			bad = true
			return
		}
		if n == 0 {
			south, north, west, east = lat, lat, lon, lon
		}
		south, north, west, east = min(south, lat), max(north, lat), min(west, lon), max(east, lon)
		n++
	})
	if bad {
		return BadPlace
	}
	if n == 0 {
		return BadShape
	}
	r.Lat, r.Lon, r.Placed = (south+north)/2, (west+east)/2, true
	return ""
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// eachPosition finds the positions in nested arrays.
func eachPosition(v any, fn func(lon, lat float64)) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return
	}
	if lon, ok := list[0].(float64); ok {
		if len(list) > 1 {
			if lat, ok := list[1].(float64); ok {
				fn(lon, lat)
			}
		}
		return
	}
	for _, e := range list {
		eachPosition(e, fn)
	}
}
