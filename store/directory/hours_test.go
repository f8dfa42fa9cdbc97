package directory_test

import (
	"reflect"
	"testing"
	"time"

	"copi.local/store/directory"
)

func TestHoursAreUnderstood(t *testing.T) {
	for written, want := range map[string]string{
		"Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off": "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off",
		"24/7":   "24/7",
		"24h/24": "24/7",
		"du lundi au vendredi de 9 h à 12 h et de 14 h à 18 h 30": "Mo-Fr 09:00-12:00,14:00-18:30",
		"Mardi et jeudi : 14h-17h, samedi 9h30-12h":               "Tu,Th 14:00-17:00, Sa 09:30-12:00",
		"lundi 9h-12h / 14h-18h\nmardi 9h-12h":                    "Mo 09:00-12:00,14:00-18:00; Tu 09:00-12:00",
		"tous les jours 8h00–20h00":                               "Mo-Su 08:00-20:00",
		"Fr,Sa 22:00-02:00":                                       "Fr,Sa 22:00-02:00",
		"1er samedi 10h-12h":                                      "Sa[1] 10:00-12:00",
		"Sa[-1] 10:00-12:00":                                      "Sa[-1] 10:00-12:00",
		"Apr-Sep Mo-Su 10:00-19:00; Oct-Mar Sa,Su 14:00-17:00":    "Apr-Sep Mo-Su 10:00-19:00; Oct-Mar Sa,Su 14:00-17:00",
		"d'avril à septembre, lundi 9h-12h":                       "",
		"d'avril à septembre lundi 9h-12h":                        "Apr-Sep Mo 09:00-12:00",
		"mar. 9h-12h":                                             "Tu 09:00-12:00",
		"Mar-May Mo 09:00-12:00":                                  "Mar-May Mo 09:00-12:00",
		"Mo-We 09:00-12:00, Th 10:00-11:00":                       "Mo-We 09:00-12:00, Th 10:00-11:00",
		"Mo-Su,PH 07:00-13:00":                                    "Mo-Su,PH 07:00-13:00",
		"9h-12h":                                                  "Mo-Su 09:00-12:00",
		"lundi 9h 12h":                                            "",
		"sur rendez-vous":                                         "",
		"lundi sauf vacances 9h-12h":                              "",
		"Mo 09:00-12:00; 14:00-18:00":                             "",
		"lundi 9h-12h sur rendez-vous":                            "",
		"le matin":                                                "",
		"Mo 09:00+":                                               "",
		"Mo-Fr 25:99-26:00":                                       "",
		"":                                                        "",
		"lundi":                                                   "",
		"fermé":                                                   "",
		"Mo[0] 09:00-10:00":                                       "",
		"12/2026":                                                 "",
	} {
		h, ok := directory.ParseHours(written)
		if ok != (want != "") || (ok && h.String() != want) {
			t.Errorf("%q: understood %v as %q, want %q", written, ok, h, want)
		}
	}
}

func TestOpenNow(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		hours, at string
		open      bool
		next      string
	}{
		{"Mo-Fr 09:00-12:00,14:00-18:00; PH off", "2026-11-23T10:00", true, "2026-11-23T12:00"},
		{"Mo-Fr 09:00-12:00,14:00-18:00; PH off", "2026-11-23T12:00", false, "2026-11-23T14:00"},
		{"Mo-Fr 09:00-12:00,14:00-18:00; PH off", "2026-11-21T10:00", false, "2026-11-23T09:00"},
		{"Mo-Fr 09:00-12:00; PH off", "2026-11-11T10:00", false, "2026-11-12T09:00"}, // a Wednesday, and the armistice
		{"Mo-Fr 09:00-12:00; PH off", "2026-05-14T10:00", false, "2026-05-15T09:00"}, // Ascension
		{"Fr 22:00-02:00", "2026-11-21T01:30", true, "2026-11-21T02:00"},
		{"Fr 22:00-02:00", "2026-11-20T01:30", false, "2026-11-20T22:00"},
		{"24/7", "2026-01-01T00:00", true, ""},
		{"Sa[1] 10:00-12:00", "2026-11-07T10:00", true, "2026-11-07T12:00"},
		{"Sa[1] 10:00-12:00", "2026-11-14T10:00", false, ""},
		{"Sa[-1] 10:00-12:00", "2026-11-28T10:00", true, "2026-11-28T12:00"},
		{"Oct-Mar Sa 14:00-17:00", "2026-01-03T15:00", true, "2026-01-03T17:00"},
		{"Apr-Sep Sa 14:00-17:00", "2026-01-03T15:00", false, ""},
		{"Mo-Fr 09:00-12:00, We 15:00-16:00", "2026-11-25T09:30", true, "2026-11-25T12:00"},
		{"Mo-Fr 09:00-12:00; We 15:00-16:00", "2026-11-25T09:30", false, "2026-11-25T15:00"},
		{"Su 02:00-04:00", "2026-03-29T03:30", true, "2026-03-29T04:00"}, // the night that skips an hour
	} {
		h, ok := directory.ParseHours(c.hours)
		if !ok {
			t.Fatalf("%q is not understood", c.hours)
		}
		at, err := time.ParseInLocation("2006-01-02T15:04", c.at, paris)
		if err != nil {
			t.Fatal(err)
		}
		next := ""
		if n := h.NextChange(at); !n.IsZero() {
			next = n.Format("2006-01-02T15:04")
		}
		if h.Open(at) != c.open || next != c.next {
			t.Errorf("%s at %s: open %v until %s, want %v until %s", c.hours, c.at, h.Open(at), next, c.open, c.next)
		}
	}
}

func TestHolidays(t *testing.T) {
	for _, day := range []string{"2026-01-01", "2026-04-06", "2026-05-25", "2026-07-14", "2027-03-29", "2024-05-09"} {
		at, err := time.Parse("2006-01-02", day)
		if err != nil || !directory.Holiday(at) || directory.Holiday(at.AddDate(0, 0, 2)) {
			t.Errorf("%s, %v", day, err)
		}
	}
}

func FuzzParseHours(f *testing.F) {
	for _, s := range []string{"Mo-Fr 09:00-12:00; PH off", "du lundi au jeudi 9h-12h", "1er samedi 10h-12h", "Oct-Mar Sa 14:00-17:00", "24/7", "’é["} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, ok := directory.ParseHours(s)
		if !ok {
			return
		}
		again, ok := directory.ParseHours(h.String())
		if !ok || !reflect.DeepEqual(again, h) {
			t.Errorf("%q is %q, which is %q (%v)", s, h, again, ok)
		}
		h.Open(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	})
}
