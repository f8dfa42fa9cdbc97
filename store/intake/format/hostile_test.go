package format_test

import (
	"archive/zip"
	"bytes"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"copi.local/store/intake/format"
)

// TestFilesThatAreRefused: each with its reason, at once.
func TestFilesThatAreRefused(t *testing.T) {
	deep := strings.Repeat("[", 20_000)
	cut, _, _ := strings.Cut(extract, "townhall")
	for name, c := range map[string]struct {
		f          format.Format
		text, want string
	}{
		"zip bomb":                {format.CSV, bomb(t), format.Archive},
		"gzip":                    {format.RNA, "\x1f\x8b\x08", format.Archive},
		"old Excel":               {format.CSV, "\xd0\xcf\x11\xe0\xa1", format.Workbook},
		"picture":                 {format.CSV, "\x89PNG\x00\x00", format.NotText},
		"empty":                   {format.CSV, "  \n", format.Empty},
		"KML as GeoJSON":          {format.GeoJSON, `<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"></kml>`, format.KML},
		"KML as OSM":              {format.OSM, `<?xml version="1.0"?><kml></kml>`, format.KML},
		"JSON as OSM":             {format.OSM, `{"elements":[]}`, format.NotThis},
		"OSM cut":                 {format.OSM, extract[:len(extract)-120], format.Cut},
		"OSM cut in a tag":        {format.OSM, cut, format.Cut},
		"GeoJSON cut":             {format.GeoJSON, `{"type":"FeatureCollection","features":[{"type":"Feature","geometry"`, format.Cut},
		"JSON nested deep":        {format.GeoJSON, `{"a":` + deep, format.Deep},
		"feature nested deep":     {format.GeoJSON, `{"features":[{"a":` + deep, format.Deep},
		"communecter deep":        {format.Communecter, `{"entities":{"a":{"b":` + deep, format.Deep},
		"XML nested deep":         {format.OSM, "<osm>" + strings.Repeat("<node>", 50), format.Deep},
		"XML entities":            {format.OSM, `<!DOCTYPE osm [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><osm><node id="1"><tag k="name" v="&b;"/></node></osm>`, format.Entities},
		"unknown entity":          {format.OSM, `<osm><node id="1"><tag k="name" v="&b;"/></node></osm>`, format.Entities},
		"XML badly formed":        {format.OSM, `<osm><node id=></node></osm>`, format.Markup},
		"calendar nested deep":    {format.ICS, "BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:X\n", 100), format.Deep},
		"calendar cut":            {format.ICS, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n", format.Cut},
		"no calendar":             {format.ICS, "Nom;Ville\n", format.NotThis},
		"no card":                 {format.VCard, "Nom;Ville\n", format.NotThis},
		"other table as RNA":      {format.RNA, "Nom;Ville\n", format.NoColumns},
		"table without name":      {format.CSV, "a;b\nc;d\n", format.NoColumns},
		"quote that never closes": {format.CSV, "nom;ville\n\"Le Four;Girac\n" + strings.Repeat("x;y\n", 100_000), format.RowLong},
		"quote open at the end":   {format.CSV, "nom;ville\n\"Le Four", format.Cut},
		"unknown format":          {"docx", "a", format.NotThis},
	} {
		if got := broken(t, read(c.f, c.text, format.Options{}).err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// bomb is a small archive of a large file.
func bomb(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("a.csv")
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// endless is a file of so many bytes that never lies anywhere: a head, and a
// line again and again.
type endless struct {
	head, line string
	left       int
	at         string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && e.left > 0 {
		if e.at == "" {
			if e.at, e.head = e.head, ""; e.at == "" {
				e.at = e.line
			}
		}
		c := copy(p[n:], e.at[:min(len(e.at), e.left)])
		e.at, n, e.left = e.at[c:], n+c, e.left-c
	}
	return n, nil
}

// TestAGigabyteInBoundedMemory reads files of a gigabyte (of 100 MB with
// -short): rows, a row without end, a string without end, a line without end.
func TestAGigabyteInBoundedMemory(t *testing.T) {
	size := 1 << 30
	if testing.Short() {
		size = 100 << 20
	}
	long := strings.Repeat("lorem ipsum ", 5000)
	for _, c := range []struct {
		name string
		f    format.Format
		file *endless
		want string
	}{
		{"rows", format.CSV, &endless{head: "nom;description;cp;ville\n", line: "Le Four;" + long + ";46130;Girac\n"}, ""},
		{"a row without end", format.CSV, &endless{head: "nom;ville\n", line: long}, format.RowLong},
		{"a quote without end", format.RNA, &endless{head: "id;titre;position\n\"W1", line: "\n" + long}, format.RowLong},
		{"a JSON string without end", format.GeoJSON, &endless{head: `{"features":[{"type":"`, line: long}, format.HugeThing},
		{"a JSON key without end", format.GeoJSON, &endless{head: `{"`, line: long}, format.HugeThing},
		{"an attribute without end", format.OSM, &endless{head: `<osm><node id="`, line: long}, format.HugeThing},
		{"a directive without end", format.OSM, &endless{head: `<!DOCTYPE `, line: long}, format.HugeThing},
		{"a card line without end", format.VCard, &endless{head: "BEGIN:VCARD\nNOTE:", line: long}, format.Cut},
	} {
		c.file.left = size
		taken := 0
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		peak := uint64(0)
		err := format.Read(c.f, c.file, format.Options{}, format.Visitor{
			Take: func(format.Record) error {
				if taken++; taken%2000 == 1 {
					runtime.ReadMemStats(&now)
					peak = max(peak, now.HeapAlloc)
				}
				return nil
			},
			Refuse: func(format.Fault) {}, Skip: func(string) {},
		})
		runtime.ReadMemStats(&now)
		peak = max(peak, now.HeapAlloc)
		if got := broken(t, err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if c.want == "" && taken != size/(len(c.file.line)) && taken < 100 {
			t.Errorf("%s: took %d", c.name, taken)
		}
		if peak > before.HeapAlloc+48<<20 {
			t.Errorf("%s: %s MB in memory", c.name, strconv.FormatUint(peak>>20, 10))
		}
	}
}
