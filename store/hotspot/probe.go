package hotspot

import "net/http"

// Answer is what a phone takes for the internet. The one with status 302 leads to
// the box: Windows opens that address for a person.
type Answer struct {
	Status int
	Type   string // Content-Type; empty without body
	Body   string
}

var (
	nothing   = Answer{Status: http.StatusNoContent}
	appleBody = Answer{http.StatusOK, "text/html", "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"}
	firefox   = Answer{http.StatusOK, "text/html", `<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>`}
	online    = plain("NetworkManager is online\n")
)

func plain(body string) Answer { return Answer{http.StatusOK, "text/plain", body} }

// anywhere stands for the addresses of a name that are not listed.
const anywhere = ""

// probes lists by which questions phones and computers look for the internet
// (FRONT §5): the name, the addresses on it, and what they take for "it is
// there". A name that is also a site people know has no answer for the rest.
var probes = map[string]map[string]Answer{
	"connectivitycheck.gstatic.com":          {anywhere: nothing}, // Android
	"connectivitycheck.android.com":          {anywhere: nothing},
	"clients3.google.com":                    {"/generate_204": nothing},
	"play.googleapis.com":                    {"/generate_204": nothing},
	"www.google.com":                         {"/gen_204": nothing, "/generate_204": nothing},
	"connectivitycheck.platform.hicloud.com": {anywhere: nothing}, // Huawei
	"connect.rom.miui.com":                   {anywhere: nothing}, // Xiaomi
	"captive.apple.com":                      {anywhere: appleBody},
	"www.apple.com":                          {"/library/test/success.html": appleBody},
	"www.msftconnecttest.com":                {"/connecttest.txt": plain("Microsoft Connect Test"), "/redirect": {Status: http.StatusFound}},
	"www.msftncsi.com":                       {"/ncsi.txt": plain("Microsoft NCSI")},
	"detectportal.firefox.com":               {"/canonical.html": firefox, "/success.txt": plain("success\n")},
	"nmcheck.gnome.org":                      {anywhere: online},
	"networkcheck.kde.org":                   {anywhere: plain("OK\n")},
	"network-test.debian.org":                {"/nm": online},
}

// IsProbe tells whether phones look for the internet under a name, in lower
// case and without a dot at its end.
func IsProbe(name string) bool { return probes[name] != nil }

// Success is what a phone takes for the internet at an address of a name; ok is
// false where it does not ask.
func Success(name, path string) (a Answer, ok bool) {
	if a, ok = probes[name][path]; !ok {
		a, ok = probes[name][anywhere]
	}
	return a, ok
}
