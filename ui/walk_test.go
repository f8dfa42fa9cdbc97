package ui

import (
	"flag"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// sample is how to call one route in the walk: module page tests add theirs
// to samples in an init function.
type sample struct {
	path func(b *box) string // an address the route answers; may prepare the box
	form url.Values          // of a POST
	as   string              // who owns the thing, for right owner: a token of roleSession
}

// samples has one entry for every route, by "METHOD /path".
var samples = map[string]sample{
	"GET /static/*":     {path: func(b *box) string { return b.assets.names["copi.css"] }},
	"GET /aide":         at("/aide"),
	"GET /aide/:page":   at("/aide/lumiere"),
	"GET /etat":         at("/etat"),
	"POST /etat/bouton": at("/etat/bouton"),
	"GET /healthz":      at("/healthz"),
	"GET /admin":        at("/admin"),
}

// at is a sample of a fixed address.
func at(path string) sample { return sample{path: func(*box) string { return path }} }

// TestEveryRouteKeepsItsRight calls every registered route as everybody there
// is, and fails on a route without a sample or with another answer than its
// right promises.
func TestEveryRouteKeepsItsRight(t *testing.T) {
	if testing.Short() {
		t.Skip("one request at a time: the race detector has nothing to find, and takes 20 minutes")
	}
	for _, r := range newBox(t).Routes() {
		name := r.Method + " " + r.Path
		t.Run(name, func(t *testing.T) {
			sm, ok := samples[name]
			if !ok {
				t.Fatal("no sample: add one to samples in the module's page test")
			}
			var b *box
			var path string
			for _, who := range []string{"", "resident", "moderator", "operator", "owner", "resident:other"} {
				if b == nil {
					b = newBox(t)
					path = sm.path(b)
				}
				if got := walk(t, b, r, path, sm, who); r.Method == POST && got != "refused" && got != "sign in" {
					b = nil // it was changed: the next caller has another
				}
			}
		})
	}
}

// walk calls a route as somebody and is the verdict that was met.
func walk(t *testing.T, b *box, r Route, path string, sm sample, who string) string {
	t.Helper()
	token := who
	if who == "owner" {
		if r.Right != "owner" && r.Right != "caretaker" {
			return "refused" // such a route has no owner
		}
		token = sm.as
	}
	form := sm.form
	if r.Method == POST && form == nil {
		form = url.Values{}
	}
	w := b.ask(r.Method, path, token, form)
	got := verdict(w.Code, w.Header().Get("Location"))
	if want := expected(r.Right, who); got != want {
		t.Errorf("as %q: %s (%d), want %s\n%s", who, got, w.Code, want, b.log)
	}
	return got
}

// verdict sums an answer up.
func verdict(status int, location string) string {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusSeeOther && strings.HasPrefix(location, "/connexion"):
		return "sign in"
	case status == http.StatusForbidden, status == http.StatusNotFound:
		return "refused"
	case status >= http.StatusInternalServerError:
		return "broken"
	default:
		return "answered"
	}
}

// expected is the verdict that who must meet at a right.
func expected(right, who string) string {
	need := map[string]int{"public": 0, "presence": 0, "resident": 1, "owner": 1, "caretaker": 1, "moderator": 2, "operator": 3}
	has := map[string]int{"": 0, "resident": 1, "resident:other": 1, "owner": 1, "moderator": 2, "operator": 3}[who]
	switch {
	case right == "loopback":
		return "refused" // the walk does not come from the box itself
	case has == 0 && need[right] > 0:
		return "sign in"
	case right == "caretaker":
		if who == "owner" || who == "operator" {
			return "answered"
		}
		return "refused"
	case right == "owner" && who != "owner", has < need[right]:
		return "refused"
	default:
		return "answered"
	}
}

func TestARouteMustSayWhoMayCallIt(t *testing.T) {
	b := newBox(t)
	for _, bad := range []route{
		{GET, "/x", denied, b.status},
		{GET, "/x", right(99), b.status},
		{GET, "/x", public, nil},
	} {
		if err := b.register([][]route{{bad}}); err == nil {
			t.Errorf("%+v was registered", bad)
		}
	}
	if err := b.register([][]route{{{GET, "/x", public, b.status}, {GET, "/x", operator, b.status}}}); err == nil {
		t.Error("a route was registered twice")
	}
}

// update rewrites testdata/public_routes.txt: go test ./ui -run Public -update.
var update = flag.Bool("update", false, "rewrite the list of public routes")

// TestPublicRoutesAreTheListedOnes makes a route that becomes public a change
// somebody sees: the list is read at every review.
func TestPublicRoutesAreTheListedOnes(t *testing.T) {
	const file = "testdata/public_routes.txt"
	var lines []string
	for _, r := range newBox(t).Routes() {
		if r.Right == "public" || r.Right == "presence" {
			lines = append(lines, r.Right+" "+r.Method+" "+r.Path)
		}
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the routes open to everybody are not those of %s. They are now:\n%s", file, got)
	}
}
