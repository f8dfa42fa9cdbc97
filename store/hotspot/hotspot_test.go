package hotspot_test

import (
	"net/http"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/hotspot"
	"copi.local/store/storetest"
)

var good = hotspot.Settings{Mode: hotspot.Portal, SSID: "CoPi Saint-Aubin", Passphrase: "noix-cerise-pont", Channel: 6, Country: "FR"}

func TestTheWifiIsOffUntilAnOperatorWantsIt(t *testing.T) {
	db, _ := storetest.Open(t)
	of := func() (s hotspot.Settings) {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
			s, err = hotspot.Of(tx)
			return err
		})
		return s
	}
	if s := of(); s.On() || s.SSID != "" || s.Check() != nil {
		t.Errorf("a new box: %+v", s)
	}
	set := func(role store.Role, s hotspot.Settings) error {
		return db.Update(store.As(t.Context(), store.Actor{ID: "a", Role: role}), func(tx *store.Tx) error { return hotspot.Set(tx, s) })
	}
	if err := set(store.Moderator, good); store.KindOf(err) != store.Forbidden || of().On() {
		t.Errorf("a moderator: %v", err)
	}
	if err := set(store.Operator, good); err != nil || of() != good {
		t.Errorf("an operator: %v, %+v", err, of())
	}
	if err := set(store.Operator, hotspot.Settings{Mode: "both", Channel: 6, Country: "FR"}); store.KindOf(err) != store.Invalid || of() != good {
		t.Errorf("what is no mode: %v", err)
	}
}

func TestWhatAWifiTakes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*hotspot.Settings)
		field  string
	}{
		"good":                {func(*hotspot.Settings) {}, ""},
		"32 bytes of name":    {func(s *hotspot.Settings) { s.SSID = strings.Repeat("é", 16) }, ""},
		"34 bytes of name":    {func(s *hotspot.Settings) { s.SSID = strings.Repeat("é", 17) }, "ssid"},
		"no name":             {func(s *hotspot.Settings) { s.SSID = "" }, "ssid"},
		"no name while off":   {func(s *hotspot.Settings) { s.Mode, s.SSID, s.Passphrase = hotspot.Off, "", "" }, ""},
		"a line of settings":  {func(s *hotspot.Settings) { s.SSID = "a\nbridge=br0" }, "ssid"},
		"7 characters":        {func(s *hotspot.Settings) { s.Passphrase = "1234567" }, "passphrase"},
		"8 characters":        {func(s *hotspot.Settings) { s.Passphrase = "12345678" }, ""},
		"63 characters":       {func(s *hotspot.Settings) { s.Passphrase = strings.Repeat("x", 63) }, ""},
		"64 characters":       {func(s *hotspot.Settings) { s.Passphrase = strings.Repeat("x", 64) }, "passphrase"},
		"accents":             {func(s *hotspot.Settings) { s.Passphrase = "été-à-la-mer" }, "passphrase"},
		"a line beside":       {func(s *hotspot.Settings) { s.Passphrase = "12345678\nwpa=0" }, "passphrase"},
		"short while off":     {func(s *hotspot.Settings) { s.Mode, s.Passphrase = hotspot.Off, "x" }, "passphrase"},
		"channel 14":          {func(s *hotspot.Settings) { s.Channel = 14 }, "channel"},
		"country in words":    {func(s *hotspot.Settings) { s.Country = "France" }, "country"},
		"country as settings": {func(s *hotspot.Settings) { s.Country = "F\n" }, "country"},
		"no mode":             {func(s *hotspot.Settings) { s.Mode = "" }, "mode"},
	} {
		s := good
		c.change(&s)
		err := s.Check()
		many, _ := err.(store.Errors) //nolint:errorlint // as it was made
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.field != "" && (len(many) != 1 || many[0].Field != c.field):
			t.Errorf("%s: %v, want a fault of %s", name, err, c.field)
		}
	}
}

func TestNamesAndCodes(t *testing.T) {
	for commune, want := range map[string]string{
		"Saint-Aubin": "CoPi Saint-Aubin", "": "CoPi",
		"Saint-Remy-en-Bouzemont-Saint-Genest": "CoPi Saint-Remy-en-Bouzemont-Sai", strings.Repeat("é", 20): "CoPi " + strings.Repeat("é", 13),
	} {
		if got := hotspot.NameFor(commune); got != want || len(got) > hotspot.MaxSSID {
			t.Errorf("%s: %q", commune, got)
		}
	}
	s := hotspot.Settings{SSID: `L'été; "ici", c:\`, Passphrase: `a;b:c,d"e\`}
	if got, want := s.Join(), `WIFI:T:WPA;S:L'été\; \"ici\"\, c\:\\;P:a\;b\:c\,d\"e\\;;`; got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

// The table of FRONT §5.
func TestWhatPhonesTakeForTheInternet(t *testing.T) {
	for _, c := range []struct {
		name, path string
		status     int
		body       string
	}{
		{"connectivitycheck.gstatic.com", "/generate_204", http.StatusNoContent, ""},
		{"clients3.google.com", "/generate_204", http.StatusNoContent, ""},
		{"www.google.com", "/gen_204", http.StatusNoContent, ""},
		{"captive.apple.com", "/hotspot-detect.html", http.StatusOK, "<BODY>Success</BODY>"},
		{"www.apple.com", "/library/test/success.html", http.StatusOK, "<BODY>Success</BODY>"},
		{"www.msftconnecttest.com", "/connecttest.txt", http.StatusOK, "Microsoft Connect Test"},
		{"www.msftconnecttest.com", "/redirect", http.StatusFound, ""},
		{"www.msftncsi.com", "/ncsi.txt", http.StatusOK, "Microsoft NCSI"},
		{"detectportal.firefox.com", "/success.txt", http.StatusOK, "success\n"},
		{"detectportal.firefox.com", "/canonical.html", http.StatusOK, "support.mozilla.org"},
		{"nmcheck.gnome.org", "/check_network_status.txt", http.StatusOK, "NetworkManager is online"},
	} {
		a, ok := hotspot.Success(c.name, c.path)
		if !hotspot.IsProbe(c.name) || !ok || a.Status != c.status || !strings.Contains(a.Body, c.body) || (a.Type == "") != (a.Body == "") {
			t.Errorf("%s%s: %+v", c.name, c.path, a)
		}
	}
	for _, elsewhere := range []string{"google.com", "www.apple.com.", "copi.lan", ""} {
		if hotspot.IsProbe(elsewhere) {
			t.Errorf("%q is one", elsewhere)
		}
	}
	if _, ok := hotspot.Success("www.google.com", "/search"); ok {
		t.Error("a search finds the internet")
	}
}
