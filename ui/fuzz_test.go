package ui

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzRequest sends whatever a hostile client may: no request may make the box
// fail, and no answer may lack its policy.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		question,
		"POST /etat/bouton HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\nduree=court",
		"POST /etat/bouton HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 4\r\n\r\n--x\r",
		"GET /aide?lang=en&q=%ff HTTP/1.1\r\nHost: [::1]:80\r\nCookie: copi=x; copi_avis=e30; copi_langue=zz\r\n\r\n",
		"HEAD //aide/../%2e%2e/ HTTP/1.0\r\nHost: copi.local\r\nIf-None-Match: \"\"\r\n\r\n",
		"GET http://copi.local/static/copi.css HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0, *\r\n\r\n",
	} {
		f.Add(seed)
	}
	b := newBox(f)
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return // net/http answers these itself
		}
		r.RemoteAddr = "192.0.2.1:4000"
		w := httptest.NewRecorder()
		b.Handler().ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%d\n%s", w.Code, b.log)
		}
		if w.Header().Get("Content-Security-Policy") == "" {
			t.Error("an answer without a policy")
		}
	})
}

// FuzzTypography: only spaces and apostrophes change.
func FuzzTypography(f *testing.F) {
	for _, seed := range []string{"Bonjour !", "« oui »", "l'heure : 12:30", "a ? b ; c", " :\n"} {
		f.Add(seed)
	}
	bare := strings.NewReplacer(" ", "", nbsp, "", thin, "", "’", "'")
	f.Fuzz(func(t *testing.T, text string) {
		once := typography("fr", text)
		if bare.Replace(once) != bare.Replace(text) {
			t.Errorf("%q became %q", text, once)
		}
	})
}

// FuzzMessage: a sentence without values is itself, braces and all.
func FuzzMessage(f *testing.F) {
	f.Add("a {b} c {")
	f.Fuzz(func(t *testing.T, text string) {
		var back strings.Builder
		for i, piece := range parseMessage(text) {
			if i%2 == 1 {
				piece = "{" + piece + "}"
			}
			back.WriteString(piece)
		}
		if back.String() != text {
			t.Errorf("%q became %q", text, back.String())
		}
	})
}
