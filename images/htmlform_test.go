package images

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const aForm = `<title>x</title><form action="/recherche"><input name="title"></form>
<main><form method="post" action="?step=2">
<input type="hidden" name="token" value="abc">
<input type="text" name="title" value="as it was">
<textarea name="text">
typed before</textarea>
<select name="place"><option value="hall">Hall</option><option value="school" selected>School</option></select>
<select name="day"><option value="mon">Monday</option><option value="tue">Tuesday</option></select>
<input type="radio" name="audience" value="public"><input type="radio" name="audience" value="members" checked>
<input type="checkbox" name="charter" value="1"><input type="checkbox" name="news" value="1" checked>
<button name="send" value="1">Send</button>
</form></main>`

// TestAFormIsSentAsABrowserWould: what the page proposes stays, what was
// answered replaces it, what nobody ticked is not sent.
func TestAFormIsSentAsABrowserWould(t *testing.T) {
	var got url.Values
	box := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "copi.local" {
			t.Errorf("the box is called %s", r.Host)
		}
		if r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			got = r.Form
			return
		}
		_, _ = w.Write([]byte(aForm))
	}))
	defer box.Close()
	v := newVisitor(strings.TrimPrefix(box.URL, "http://"), nil)
	p, err := v.get(t.Context(), "/page")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.fill(t.Context(), p, "title", answer{"title", "Fête"}, answer{"charter", "1"}); err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"token": {"abc"}, "title": {"Fête"}, "text": {"typed before"}, "place": {"school"}, "day": {"mon"},
		"audience": {"members"}, "charter": {"1"}, "news": {"1"}, "step": {"2"},
	}
	if got.Encode() != want.Encode() {
		t.Errorf("sent %v, want %v", got, want)
	}
	if _, err := v.fill(t.Context(), p, "title", answer{"title", "x"}, answer{"no-such", "y"}); err == nil {
		t.Error("a field that is not there was filled")
	}
}

func TestARefusalTellsWhatThePageSays(t *testing.T) {
	box := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = w.Write([]byte(`<h1>Proposer</h1><p class="fault" id="x">Il manque  un titre.</p>`))
	}))
	defer box.Close()
	v := newVisitor(strings.TrimPrefix(box.URL, "http://"), nil)
	_, err := v.get(t.Context(), "/proposer")
	if err == nil || !strings.Contains(err.Error(), "422: Proposer; Il manque un titre.") {
		t.Errorf("got %v", err)
	}
}
