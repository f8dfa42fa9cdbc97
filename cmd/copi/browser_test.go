package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts' browser: it reads pages, signs in, and posts forms.

// visitor is the browser of one script.
type visitor struct {
	client *http.Client
	base   string // of the box signed in to
}

type visitorKey struct{}

func newVisitor(env *testscript.Env) error {
	jar, err := cookiejar.New(nil)
	env.Values[visitorKey{}] = &visitor{client: &http.Client{
		Jar: jar, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return err
}

// signIn opens a session: signin BASE LOGIN PASSWORD.
func signIn(ts *testscript.TestScript, _ bool, args []string) {
	v := ts.Value(visitorKey{}).(*visitor)
	v.base = args[0]
	v.post(ts, "/connexion", url.Values{"login": {args[1]}, "password": {args[2]}})
}

// post sends a form to the box signed in to, and puts the address of the thing
// it made or changed into LOCATION: post PATH NAME=VALUE…
func post(ts *testscript.TestScript, _ bool, args []string) {
	form := url.Values{}
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		form.Add(name, value)
	}
	v := ts.Value(visitorKey{}).(*visitor)
	if to := v.post(ts, args[0], form); strings.Count(to, "/") > 1 {
		ts.Setenv("LOCATION", to)
	}
}

// post fails unless the form is answered 303; it returns where to.
func (v *visitor) post(ts *testscript.TestScript, path string, form url.Values) string {
	resp, err := v.client.PostForm(v.base+path, form)
	ts.Check(err)
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusSeeOther {
		body, _ := io.ReadAll(resp.Body)
		ts.Fatalf("POST %s: %s\n%s", path, resp.Status, body)
	}
	return resp.Header.Get("Location")
}

// within reads an address again and again until each text is in the answer:
// within DURATION URL TEXT…
func within(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		body := read(ts, args[1])
		if !slices.ContainsFunc(args[2:], func(text string) bool { return !strings.Contains(body, text) }) {
			ts.Logf("after %v", time.Since(begin).Round(time.Millisecond))
			return
		}
		if time.Since(begin) > limit {
			ts.Fatalf("%s: not within %v\n%s", args[1], limit, body)
		}
	}
}

// ready waits until a box answers: ready PORT.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	for range 200 {
		resp, err := http.Get("http://127.0.0.1:" + args[0] + "/healthz")
		if err == nil {
			_ = resp.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("no box answers on port %s", args[0])
}

// get reads an address and fails unless each text given is in the answer:
// get URL TEXT…; ! get fails when one is.
func get(ts *testscript.TestScript, neg bool, args []string) {
	body := read(ts, args[0])
	for _, text := range args[1:] {
		if strings.Contains(body, text) == neg {
			ts.Fatalf("%s: %q in the answer: %v\n%s", args[0], text, neg, body)
		}
	}
}

// read is an answer to a visitor who is not signed in.
func read(ts *testscript.TestScript, from string) string {
	resp, err := http.Get(from)
	ts.Check(err)
	body, err := io.ReadAll(resp.Body)
	ts.Check(errors.Join(err, resp.Body.Close()))
	return string(body)
}
