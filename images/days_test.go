package images

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheLastCodeOnTheConsoleCounts(t *testing.T) {
	console := "[  1.0] copi: pages: http://localhost:80\n[  1.1] copi: set-up code: AAAA-2222\n[ 9.1] copi: set-up code: K7QM-3FXD\n"
	if code, err := setUpCode(console); err != nil || code != "K7QM-3FXD" {
		t.Errorf("read %q, %v", code, err)
	}
	if code, err := setUpCode("[  1.0] Run /gokrazy/init as init process"); err == nil {
		t.Errorf("read %q before any was shown", code)
	}
}

func TestTheSheetIsReadBackByNumber(t *testing.T) {
	var list strings.Builder
	for i := range sheetWords {
		fmt.Fprintf(&list, "<li>mot%d</li>", i+1)
	}
	sheet := `<main><ol><li>Commune</li></ol><ol>` + list.String() + `</ol><form>
		<label for="a">Mot n° 7</label><input id="a" name="first"><label for="b">Mot n° 24</label><input id="b" name="second">`
	if first, second, err := wordsAskedFor(sheet); err != nil || first != "mot7" || second != "mot24" {
		t.Errorf("read back %q and %q, %v", first, second, err)
	}
	if _, _, err := wordsAskedFor(strings.Replace(sheet, "n° 24", "n° 25", 1)); err == nil {
		t.Error("a word that is not on the sheet was read back")
	}
}

// TestWhatIsLostIsMissed: the trial must fail on a box that forgot the event,
// that signed its operator out, or that wants to be set up again.
func TestWhatIsLostIsMissed(t *testing.T) {
	sound := map[string]int{"/agenda/x": 200, "/agenda": 200, "/api/v1/listings": 200, "/admin": 200, "/installation": 404}
	for path, status := range map[string]int{
		"": 0, "/agenda/x": 404, "/agenda": 500, "/api/v1/listings": 204, "/admin": 403, "/installation": 200,
	} {
		box := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			code := sound[r.URL.Path]
			if r.URL.Path == path {
				code = status
			}
			w.WriteHeader(code)
			if code == http.StatusOK {
				_, _ = w.Write([]byte(eventTitle))
			}
		}))
		v := newVisitor(box.Listener.Addr().String(), nil)
		if err := stillThere(t.Context(), v, v, "/agenda/x"); (err == nil) != (path == "") {
			t.Errorf("%s answers %d: %v", path, status, err)
		}
		box.Close()
	}
}
