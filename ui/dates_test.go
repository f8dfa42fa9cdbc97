package ui

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// plain shows the special spaces as ordinary ones, to keep tables readable.
func plain(s string) string {
	return strings.NewReplacer(nbsp, " ", thin, " ").Replace(s)
}

func paris(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestDatesAsFrenchReadersExpect(t *testing.T) {
	fr, en := spoken(t, "fr"), spoken(t, "en")
	at := func(s string) time.Time { return paris(t, s) }
	tests := []struct{ got, want string }{
		{fr.DayTime(at("2026-03-14 20:00")), "samedi 14 mars à 20 h"},
		{fr.Day(at("2026-05-01 00:00")), "vendredi 1er mai"},
		{fr.ShortDay(at("2027-08-01 00:00")), "1er août 2027"},
		{fr.Day(at("2027-01-02 00:00")), "samedi 2 janvier 2027"},
		{fr.Hour(at("2026-03-14 18:30")), "18 h 30"},
		{fr.Hour(at("2026-03-14 00:05")), "0 h 05"},
		{fr.NearDay(at("2026-11-21 23:59")), "aujourd’hui"},
		{fr.NearDay(at("2026-11-22 00:00")), "demain"},
		{fr.NearDay(at("2026-11-20 23:59")), "hier"},
		{fr.NearDay(at("2026-11-23 00:00")), "lundi 23 novembre"},
		{fr.When(at("2026-11-22 20:00"), time.Time{}, false), "demain à 20 h"},
		{fr.When(at("2026-12-05 20:00"), at("2026-12-05 23:30"), false), "samedi 5 décembre de 20 h à 23 h 30"},
		{fr.When(at("2026-12-05 21:00"), at("2026-12-06 02:00"), false), "samedi 5 décembre de 21 h à 2 h"},
		{fr.When(at("2026-12-05 10:00"), at("2026-12-06 18:00"), false), "du samedi 5 décembre à 10 h au dimanche 6 décembre à 18 h"},
		{fr.When(at("2026-12-05 00:00"), at("2026-12-05 00:00"), true), "samedi 5 décembre"},
		{fr.When(at("2026-12-05 00:00"), at("2026-12-06 00:00"), true), "du samedi 5 décembre au dimanche 6 décembre"},
		{fr.When(at("2026-12-05 00:00"), time.Time{}, true), "samedi 5 décembre"},
		{fr.Weekday(at("2026-11-22 12:00")), "dimanche"},
		{fr.MonthDay(at("2026-05-01 12:00")), "1er"},
		{fr.MonthDay(at("2026-05-02 12:00")), "2"},
		{fr.Month(at("2026-08-02 12:00")), "août"},
		{en.DayTime(at("2026-03-14 20:00")), "Saturday 14 March at 8 pm"},
		{en.Hour(at("2026-03-14 18:30")), "6:30 pm"},
		{en.NearDay(at("2026-11-22 00:00")), "tomorrow"},
		{en.When(at("2026-12-05 20:00"), at("2026-12-05 23:30"), false), "Saturday 5 December from 8 pm to 11:30 pm"},
	}
	for _, tt := range tests {
		if plain(tt.got) != tt.want {
			t.Errorf("%q, want %q", plain(tt.got), tt.want)
		}
	}
	if got := fr.Day(at("2026-03-14 20:00")); !strings.Contains(got, "14"+nbsp+"mars") {
		t.Errorf("%q may wrap between day and month", got)
	}
}

// TestNoDateIsAFraction: never 14/03, in any of a year's days.
func TestNoDateIsAFraction(t *testing.T) {
	fr, en := spoken(t, "fr"), spoken(t, "en")
	digits := regexp.MustCompile(`\d/\d|\d-\d`)
	for day := range 366 {
		at := paris(t, "2026-01-01 18:30").AddDate(0, 0, day)
		for _, s := range []*speech{fr, en} {
			for _, text := range []string{s.Day(at), s.ShortDay(at), s.DayTime(at), s.NearDay(at), s.When(at, at.Add(48*time.Hour), false)} {
				if digits.MatchString(text) || strings.Contains(text, "%!") {
					t.Fatalf("%q", text)
				}
			}
		}
	}
}

func TestAges(t *testing.T) {
	s := spoken(t, "fr")
	at := func(d string) string { return plain(s.Ago(paris(t, d))) }
	for _, tt := range []struct{ got, want string }{
		{at("2026-11-21 08:00"), "aujourd’hui"},
		{at("2026-11-22 08:00"), "aujourd’hui"}, // a clock that was ahead
		{at("2026-11-20 23:59"), "hier"},
		{at("2026-11-18 10:00"), "il y a 3 jours"},
		{at("2026-11-01 10:00"), "il y a 2 semaines"},
		{at("2026-07-21 10:00"), "il y a 4 mois"},
		{at("2024-11-01 10:00"), "il y a 2 ans"},
		{plain(s.Since(s.now.Add(-30 * time.Second))), "à l’instant"},
		{plain(s.Since(s.now.Add(-time.Minute))), "il y a 1 minute"},
		{plain(s.Since(s.now.Add(-3 * time.Hour))), "il y a 3 heures"},
		{plain(s.Since(s.now.Add(-72 * time.Hour))), "il y a 3 jours"},
		{s.Duration(45 * time.Minute), "45 minutes"},
		{s.Duration(time.Minute), "1 minute"},
		{s.Duration(2 * time.Hour), "2 heures"},
		{plain(s.Duration(90 * time.Minute)), "1 h 30"},
		{plain(s.Duration(65 * time.Minute)), "1 h 05"},
		{s.Duration(72 * time.Hour), "3 jours"},
		{plain(s.Distance(6200)), "à 6 km"},
		{plain(s.Distance(300)), "à moins de 1 km"},
		{plain(s.Bytes(3_400_000)), "3,4 Mo"},
		{plain(s.Bytes(1)), "1 ko"},
		{plain(s.T("health.space.low", "free", Bytes(75_600_000_000))), "La carte SD se remplit : il reste 75,6 Go."},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestTypography(t *testing.T) {
	for in, want := range map[string]string{
		"Exposants dès 6 h, jusqu'à 18 h 30": "Exposants dès 6\u00a0h, jusqu’à 18\u00a0h\u00a030",
		"Bonjour !":                          "Bonjour\u202f!",
		"Quoi ? Rien ; non !":                "Quoi\u202f? Rien\u202f; non\u202f!",
		"Il dit : « oui »":                   "Il dit\u00a0: «\u202foui\u202f»",
		"https://exemple.fr à 12:30":         "https://exemple.fr à 12:30",
		"l'heure d'été":                      "l’heure d’été",
		"aujourd'hui":                        "aujourd’hui",
		"'cité'":                             "'cité'",
		"sans rien":                          "sans rien",
		"a?b=1;c":                            "a?b=1;c",
	} {
		if got := typography("fr", in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if got := typography("en", in); got != in {
			t.Errorf("in English %q became %q", in, got)
		}
		if got := typography("fr", want); got != want {
			t.Errorf("%q twice: %q", want, got)
		}
	}
}
