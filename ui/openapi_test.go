package ui

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
)

// description is the document as a program reads it.
type description struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct {
		Schemas map[string]struct {
			Required   []string
			Properties map[string]any
		}
	}
}

type operation struct {
	OperationID, Summary string
	Parameters           []struct {
		Name, In string
		Required bool
		Schema   object
	}
	Responses map[string]struct {
		Description *string
		Content     map[string]any
	}
}

func (b *box) description() (doc description) {
	b.t.Helper()
	if err := json.Unmarshal([]byte(b.get("/api/v1/openapi.json")), &doc); err != nil {
		b.t.Fatal(err)
	}
	return doc
}

// forPrograms tells whether a route is for programs: the API, the health, and
// every address that is a file.
func forPrograms(r Route) bool {
	return r.Method == GET && r.Right == "public" &&
		r.Path != "/robots.txt" && // has a standard of its own (RFC 9309)
		(strings.HasPrefix(r.Path, "/api/") || r.Path == "/healthz" || path.Ext(r.Path) != "" || strings.HasPrefix(r.Path, "/photo/"))
}

// TestOpenAPIDescribesEveryAddressForPrograms and nothing else, with what such
// a document must have.
func TestOpenAPIDescribesEveryAddressForPrograms(t *testing.T) {
	b := newBox(t)
	doc := b.description()
	inPath := regexp.MustCompile(`\{(\w+)\}`)
	described, names := map[string]operation{}, map[string]string{}
	for address, methods := range doc.Paths {
		op, ok := methods["get"]
		if !ok || len(methods) != 1 || op.OperationID == "" || op.Summary == "" || names[op.OperationID] != "" {
			t.Errorf("%s: %+v; its name is also that of %q", address, methods, names[op.OperationID])
		}
		names[op.OperationID] = address
		described[inPath.ReplaceAllString(address, ":$1")] = op
		var want, got []string
		for _, m := range inPath.FindAllStringSubmatch(address, -1) {
			want = append(want, m[1])
		}
		for _, p := range op.Parameters {
			if p.In == "path" {
				got = append(got, p.Name)
			}
			if p.Name == "" || p.Schema == nil || (p.In != "query" && p.In != "path") || p.Required != (p.In == "path") {
				t.Errorf("%s: parameter %+v", address, p)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: describes %v of its path", address, got)
		}
		for status, answer := range op.Responses {
			if answer.Description == nil || !regexp.MustCompile(`^[2345]\d\d$`).MatchString(status) {
				t.Errorf("%s: answer %s %+v", address, status, answer)
			}
		}
		if _, ok := op.Responses["200"]; !ok {
			t.Errorf("%s never answers", address)
		}
	}
	for _, r := range b.Routes() {
		if _, ok := described[r.Path]; !ok && forPrograms(r) {
			t.Errorf("%s is not described", r.Path)
		}
		delete(described, r.Path)
	}
	for address := range described {
		t.Errorf("%s is described and does not exist", address)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Errorf("openapi %q", doc.OpenAPI)
	}
	for _, m := range regexp.MustCompile(`"\$ref":"#/components/schemas/(\w+)"`).FindAllStringSubmatch(b.get("/api/v1/openapi.json"), -1) {
		if _, ok := doc.Components.Schemas[m[1]]; !ok {
			t.Errorf("no schema %s", m[1])
		}
	}
}

// TestEveryFilterIsDescribedAndTaken: each filter stands in the description of
// every list, and each list answers to a value of it.
func TestEveryFilterIsDescribedAndTaken(t *testing.T) {
	b := newBox(t)
	b.home()
	values := map[string]string{
		"q": "loto", "kind": "event", "tag": "bal", "also": "bal", "commune": "46038", "zone": "0123456789abcdef", "origin": "own", "near": "45,2", "radius_km": "10",
		"pop_max": "900", "from": "2026-11-21", "to": "2026-11-22", "order": "date", "box": "44,1,45,2", "placed": "yes", "current": "yes", "element": store.NewID(), "group": store.NewID(),
		"limit": "10", "zoom": "9", "public": "yes", "saved": "absente",
	}
	ofOne := []string{"limit", "zoom", "public", "saved"} // list alone
	for address, methods := range b.description().Paths {
		var names []string
		for _, p := range methods["get"].Parameters {
			if p.In != "query" || p.Name == "cursor" {
				continue
			}
			names = append(names, p.Name)
			value, ok := values[p.Name]
			if !ok {
				t.Errorf("%s: the test knows no %s", address, p.Name)
			}
			q := url.Values{p.Name: {value}, "from": {"2026-11-20"}}
			w := b.ask(GET, address+"?"+q.Encode(), "", nil)
			if w.Code != http.StatusOK && (p.Name != "saved" || w.Code != http.StatusNotFound) { // there is no such map
				t.Errorf("%s?%s=%s: %d\n%s", address, p.Name, value, w.Code, w.Body)
			}
		}
		if len(names) == 0 {
			continue
		}
		for _, name := range filterNames {
			if !slices.Contains(names, name) {
				t.Errorf("%s: %s is not described", address, name)
			}
		}
	}
	for name := range maps.Keys(values) {
		if !slices.Contains(ofOne, name) && !slices.Contains(filterNames, name) {
			t.Errorf("%s is no filter any more", name)
		}
	}
}

// TestItemsAreAsDescribed holds an answer against its schema.
func TestItemsAreAsDescribed(t *testing.T) {
	b := village(t)
	item := b.description().Components.Schemas["Item"]
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal([]byte(b.get("/api/v1/listings?near=45,2")), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Items) == 0 {
		t.Fatal("nothing to compare")
	}
	for _, i := range list.Items {
		for _, name := range item.Required {
			if _, ok := i[name]; !ok {
				t.Errorf("an item lacks %s", name)
			}
		}
		for name := range i {
			if _, ok := item.Properties[name]; !ok {
				t.Errorf("an item has %s, which is not described", name)
			}
		}
	}
}
