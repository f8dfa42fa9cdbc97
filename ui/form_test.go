package ui

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
)

// posted is what a handler found in a form.
type posted struct {
	text, lines string
	n           int
	when        time.Time
	ok          bool
	faults      []fault
	calls       int
}

// formBox has a page that reads a form.
func formBox(t *testing.T) (*box, *posted) {
	t.Helper()
	b, got := newBox(t), &posted{}
	b.add(POST, "/essai", func(r *request) error {
		f, err := r.form()
		if err != nil {
			return err
		}
		got.calls++
		got.text, got.lines, got.n = f.text("text"), f.lines("text"), f.int("n")
		got.when = f.moment("day", "hour")
		got.ok, got.faults = f.ok(), f.Faults
		return r.Redirect("/aide", "")
	})
	return b, got
}

func TestFormReadsWhatPeopleType(t *testing.T) {
	b, got := formBox(t)
	b.ask(POST, "/essai", "", url.Values{
		"text": {"  Fe\u0302te  du\r\nvillage "}, "n": {"1 234"}, "day": {"2026-03-14"}, "hour": {"20:30"},
	})
	if got.text != "F\u00eate du village" {
		t.Errorf("text %q", got.text)
	}
	if got.lines != "F\u00eate  du\nvillage" {
		t.Errorf("lines %q", got.lines)
	}
	want := time.Date(2026, 3, 14, 19, 30, 0, 0, time.UTC) // 20:30 in Paris
	if got.n != 1234 || !got.when.Equal(want) || !got.ok {
		t.Errorf("%+v", got)
	}
}

func TestFormDatesAndTimes(t *testing.T) {
	tests := []struct{ day, hour, want string }{
		{"2026-03-14", "18:30", "2026-03-14T18:30:00+01:00"},
		{"14/03/2026", "18h30", "2026-03-14T18:30:00+01:00"},
		{"14/3/2026", "18 h", "2026-03-14T18:00:00+01:00"},
		{"1.7.2026", "", "2026-07-01T00:00:00+02:00"},
		{"2026-07-01", "18:30:00", "2026-07-01T18:30:00+02:00"},
		{"2026-03-29", "02:30", "2026-03-29T03:30:00+02:00"}, // the hour that spring skips
		{"2026-10-25", "03:00", "2026-10-25T03:00:00+01:00"},
		{"31/02/2026", "18:00", "err.ui.date"},
		{"demain", "18:00", "err.ui.date"},
		{"2026-03-14", "25:00", "err.ui.time"},
		{"2026-03-14", "18:75", "err.ui.time"},
		{"2026-03-14", "tard", "err.ui.time"},
		{"", "18:00", ""},
	}
	for _, tt := range tests {
		b, got := formBox(t)
		b.ask(POST, "/essai", "", url.Values{"day": {tt.day}, "hour": {tt.hour}})
		switch {
		case strings.HasPrefix(tt.want, "err."):
			want := (&speech{localizer{locale: b.langs.byLang["fr"]}}).T(tt.want)
			if len(got.faults) != 1 || got.faults[0].Text != want {
				t.Errorf("%q %q: faults %v, want %q", tt.day, tt.hour, got.faults, want)
			}
		case tt.want == "":
			if !got.when.IsZero() || !got.ok {
				t.Errorf("%q %q: %v %v", tt.day, tt.hour, got.when, got.faults)
			}
		default:
			if s := got.when.Format(time.RFC3339); s != tt.want || !got.ok {
				t.Errorf("%q %q: %s %v, want %s", tt.day, tt.hour, s, got.faults, tt.want)
			}
		}
	}
}

func TestFormsThatAreRefusedWhole(t *testing.T) {
	kind := func(s string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Content-Type", s) }
	}
	tests := []struct {
		name, body string
		change     func(*http.Request)
		status     int
	}{
		{"NUL byte", "text=a%00b", nil, 400},
		{"invalid UTF-8", "text=f%EAte", nil, 400},
		{"NUL in a name", "te%00xt=a", nil, 400},
		{"bad escape", "text=%zz", nil, 400},
		{"another charset", "text=f%EAte", kind("application/x-www-form-urlencoded; charset=iso-8859-1"), 400},
		{"another type", `{"text":"a"}`, kind("application/json"), 400},
		{"no type", "text=a", kind(""), 400},
		{"too large", "text=" + strings.Repeat("a", maxForm), nil, 413},
		{"too large, length hidden", "text=" + strings.Repeat("a", maxForm), func(r *http.Request) { r.ContentLength = -1 }, 413},
		{"UTF-8 said aloud", "text=f%C3%AAte", kind("application/x-www-form-urlencoded; charset=UTF-8"), 303},
		{"multipart", "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nf\u00eate\r\n--x--\r\n", kind("multipart/form-data; boundary=x"), 303},
		{"multipart NUL", "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na\x00\r\n--x--\r\n", kind("multipart/form-data; boundary=x"), 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, got := formBox(t)
			w := b.askBody("/essai", tt.body, tt.change)
			if w.Code != tt.status {
				t.Fatalf("%d, want %d\n%s", w.Code, tt.status, w.Body)
			}
			if refused := tt.status != 303; refused != (got.calls == 0) {
				t.Errorf("the handler went on %d times", got.calls)
			}
			if tt.status == 303 && got.text != "f\u00eate" {
				t.Errorf("text %q", got.text)
			}
			if tt.status != 303 && !strings.Contains(w.Body.String(), "Rien n’a été enregistré") {
				t.Errorf("the page does not say that nothing was stored:\n%s", w.Body)
			}
		})
	}
}

func TestFormTellsFaultsApart(t *testing.T) {
	b := newBox(t)
	f := &form{speech: &speech{localizer{locale: b.langs.byLang["fr"]}}, values: url.Values{}}
	if f.refuse(nil) || f.refuse(errors.New("x")) || f.refuse(store.E(store.Forbidden, "err.forbidden")) || !f.ok() {
		t.Error("took an error that is not the form's")
	}
	err := store.Errors{store.E(store.Invalid, "err.ui.date").At("day"), store.E(store.Invalid, "err.ui.time").At("hour")}
	if !f.refuse(err) || len(f.Faults) != 2 || f.Faults[0].Field != "day" || f.Faults[1].Field != "hour" {
		t.Errorf("faults %v", f.Faults)
	}
	if fd := f.Day("day", "ui.home"); fd.Fault != f.Faults[0].Text || !strings.Contains(fd.DescribedBy(), "f-day-fault") {
		t.Errorf("field %+v", fd)
	}
}

// TestAListWithValuesIsNotInsistedOn: HTML lets a list be required only when
// its first choice is empty.
func TestAListWithValuesIsNotInsistedOn(t *testing.T) {
	b := newBox(t)
	f := &form{speech: &speech{localizer{locale: b.langs.byLang["fr"]}}, values: url.Values{}}
	for first, insists := range map[string]bool{"a": false, "": true} {
		if got := f.Select("kind", "ui.home").Of([]choice{{Value: first, Label: "A"}}).Demands(); got != insists {
			t.Errorf("a list that begins with %q: insists %v", first, got)
		}
	}
	if !f.Text("title", "ui.home").Demands() || f.Text("title", "ui.home").Optional().Demands() {
		t.Error("a text field insists as it says")
	}
}

func TestFieldsKeepWhatWasTyped(t *testing.T) {
	b := newBox(t)
	f := &form{speech: &speech{localizer{locale: b.langs.byLang["fr"]}}, values: url.Values{
		"title": {`<b>"Fête"</b>`}, "secret": {"hunter2 hunter2"}, "kind": {"b"}, "tags": {"a", "c"},
	}}
	f.fault("title", "err.ui.number")
	choices := []choice{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}, {Value: "c", Label: "C"}}
	var out strings.Builder
	t0 := b.pages.set
	for _, fd := range []field{
		f.Text("title", "ui.home").Max(80), f.Area("title", "ui.home").Optional(), f.Secret("secret", "ui.home").For("new-password"),
		f.Radio("kind", "ui.home").Of(choices), f.Ticks("tags", "ui.home").Of(choices), f.Select("kind", "ui.home").Of(choices), f.Tick("kind", "ui.home"),
	} {
		if err := t0.ExecuteTemplate(&out, "field", fd); err != nil {
			t.Fatal(err)
		}
	}
	if err := t0.ExecuteTemplate(&out, "faults", f); err != nil {
		t.Fatal(err)
	}
	html := out.String()
	for _, want := range []string{
		`value="&lt;b&gt;&#34;Fête&#34;&lt;/b&gt;"`, `href="#f-title"`, `id="f-title"`, `maxlength="80"`,
		`autocomplete="new-password"`, "facultatif", `aria-invalid="true"`, "Un point est à corriger",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in:\n%s", want, html)
		}
	}
	if strings.Contains(html, "hunter2") {
		t.Error("a password went back to the page")
	}
	if n := strings.Count(html, " checked"); n != 4 { // b; a and c; the box
		t.Errorf("%d choices are ticked, want 4", n)
	}
}
