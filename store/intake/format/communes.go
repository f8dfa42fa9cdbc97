package format

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// CommunePlace is the position of a commune.
type CommunePlace struct {
	INSEE    string
	Lat, Lon float64
}

// Places reads positions of communes: what geo.api.gouv.fr answers to
// communes?fields=centre (JSON), or La Poste's hexasmal table.
func Places(r io.Reader, take func(CommunePlace) error, refuse func(Fault)) error {
	br, err := open(r)
	if err != nil {
		return err
	}
	head, _ := br.Peek(headSize / 4) // a shorter file gives what it has
	if b := bytes.TrimSpace(head); len(b) > 0 && (b[0] == '[' || b[0] == '{') {
		return jsonPlaces(newValues(br), take, refuse)
	}
	return tablePlaces(newRows(br), take, refuse)
}

func jsonPlaces(d *values, take func(CommunePlace) error, refuse func(Fault)) error {
	t, err := d.token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return &Broken{Reason: NotThis, Detail: "geo.api.gouv.fr"}
	}
	found := false
	for d.More() {
		var c struct {
			Code   string `json:"code"`
			Centre *struct {
				Coordinates []float64 `json:"coordinates"`
			} `json:"centre"`
		}
		bad, err := d.one(&c)
		if err != nil {
			return err
		}
		if bad || c.Centre == nil || len(c.Centre.Coordinates) != 2 || !isINSEE(c.Code) {
			refuse(Fault{d.n, BadPlace, clip(c.Code, 20)})
			continue
		}
		lat, lon, ok := point(number(c.Centre.Coordinates[1]), number(c.Centre.Coordinates[0]))
		if !ok {
			refuse(Fault{d.n, BadPlace, c.Code})
			continue
		}
		found = true
		if err := take(CommunePlace{strings.ToUpper(c.Code), lat, lon}); err != nil {
			return err
		}
	}
	if _, err := d.token(); err != nil {
		return err
	}
	if !found {
		return &Broken{Reason: NotThis, Detail: "geo.api.gouv.fr"}
	}
	return nil
}

// tablePlaces reads hexasmal, whose columns have had several names; a commune
// with several postal codes has a line for each, and the first is taken.
func tablePlaces(t *rows, take func(CommunePlace) error, refuse func(Fault)) error {
	names, _, err := t.heading()
	if err != nil {
		return err
	}
	cols := columns{}
	for i, n := range names {
		n = fold(n)
		switch {
		case strings.Contains(n, "insee"):
			cols["insee"] = i
		case strings.Contains(n, "gps") || n == "geopoint" || strings.HasPrefix(n, "geo point"):
			cols["gps"] = i
		}
	}
	if len(cols) != 2 {
		return &Broken{t.line, NoColumns, "code_commune_insee, coordonnees_gps"}
	}
	seen := map[string]bool{}
	v := Visitor{Refuse: refuse}
	return t.each(cols, &v, func(line int, r row) error {
		code := strings.ToUpper(r.get("insee"))
		if len(code) == 4 { // a spreadsheet took the zero off
			code = "0" + code
		}
		a, b := pair(r.get("gps"))
		lat, lon, ok := point(a, b)
		switch {
		case !isINSEE(code) || !ok:
			refuse(Fault{line, BadPlace, clip(code+" "+r.get("gps"), 60)})
		case !seen[code]:
			seen[code] = true
			return take(CommunePlace{code, lat, lon})
		}
		return nil
	})
}

// isINSEE tells whether s can be the code of a commune.
func isINSEE(s string) bool {
	if len(s) != 5 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > '9' {
			if i != 1 || c != 'A' && c != 'B' && c != 'a' && c != 'b' {
				return false
			}
		}
	}
	return true
}

// Detect tells which format a file has, by its beginning; empty when it cannot.
func Detect(r io.Reader) (Format, error) {
	br, err := open(r)
	if err != nil {
		return "", err
	}
	head, err := br.Peek(headSize / 4)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return detect(br, head)
}

func detect(br *bufio.Reader, head []byte) (Format, error) {
	low := bytes.ToLower(bytes.TrimSpace(head))
	has := func(s string) bool { return bytes.Contains(low, []byte(s)) }
	switch {
	case bytes.HasPrefix(low, []byte("begin:vcard")):
		return VCard, nil
	case bytes.HasPrefix(low, []byte("begin:vcalendar")):
		return ICS, nil
	case len(low) > 0 && low[0] == '<':
		switch {
		case has("<osm"):
			return OSM, nil
		case has("<kml"):
			return "", &Broken{Reason: KML}
		}
		return "", &Broken{Reason: NotThis, Detail: "XML"}
	case len(low) > 0 && (low[0] == '{' || low[0] == '['):
		switch {
		case has(`"featurecollection"`):
			return GeoJSON, nil
		case low[0] == '[' && has(`"centre"`):
			return Communes, nil
		}
		return Communecter, nil
	}
	_, cols, err := newRows(br).heading()
	if err != nil {
		return "", err
	}
	is := func(names ...string) bool {
		for _, n := range names {
			if _, ok := cols[n]; !ok {
				return false
			}
		}
		return true
	}
	switch {
	case is("id", "titre", "objet", "position"):
		return RNA, nil
	case is("siret", "nic") || is("siret", "etatadministratifetablissement"):
		return SIRENE, nil
	case is("code_commune_insee", "coordonnees_gps") || is("#code_commune_insee"):
		return Communes, nil
	}
	return CSV, nil
}
