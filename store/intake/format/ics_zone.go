package format

import (
	"fmt"
	"strings"
	"time"

	"copi.local/store/calendar"
)

// zones finds the zones a calendar speaks of.
type zones struct {
	home    *time.Location // of the village, and of what names none
	known   map[string]*time.Location
	written map[string]*writtenZone
}

// maxZones bounds how many zones of one file are remembered.
const maxZones = 200

func newZones(home *time.Location) *zones {
	return &zones{home: home, known: map[string]*time.Location{}, written: map[string]*writtenZone{}}
}

// floating is the zone of times without one, where the calendar says which.
func (z *zones) floating(name string) {
	if zone := byName(strings.TrimSpace(name)); zone != nil {
		z.home = zone
	}
}

func (z *zones) add(w *writtenZone) {
	if len(z.written) < maxZones {
		z.written[w.name] = w
	}
}

// named is the zone with a name: the IANA's, whatever stands before it; one of
// Windows; one that does what the file says the name does. A zone nobody knows
// is the village's.
func (z *zones) named(name string) *time.Location {
	if name == "" {
		return z.home
	}
	if zone, ok := z.known[name]; ok {
		return zone
	}
	zone := byName(name)
	if w := z.written[name]; zone == nil && w != nil {
		if zone = byName(w.alias); zone == nil {
			zone = w.alike(z.home)
		}
	}
	if zone == nil {
		zone = z.home
	}
	if len(z.known) < maxZones {
		z.known[name] = zone
	}
	return zone
}

// byName knows zones by the IANA's names and by those of Windows; nil for
// others.
func byName(name string) *time.Location {
	if iana, ok := windows[strings.ToUpper(strings.TrimSuffix(name, " 1"))]; ok {
		name = iana
	}
	for _, s := range []string{name, ianaCase(name)} {
		for s != "" { // /freeassociation.sourceforge.net/Europe/Paris
			if zone, err := locate(s); err == nil {
				return zone
			}
			_, s, _ = strings.Cut(s, "/")
		}
	}
	return nil
}

// locate loads a zone by its name, never the machine's own.
func locate(name string) (*time.Location, error) {
	if len(name) > 64 {
		return nil, fmt.Errorf("no zone: %.64q", name)
	}
	return calendar.Location(name)
}

// ianaCase writes EUROPE/PARIS as the IANA does.
func ianaCase(s string) string {
	b := []byte(strings.ToLower(s))
	up := true
	for i, c := range b {
		if up && c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
		up = c == '/' || c == '_' || c == '-'
	}
	return strings.NewReplacer("Utc", "UTC", "Gmt", "GMT").Replace(string(b))
}

// windows are zones by the names of Windows, which its programs write where a
// name of the IANA should stand: those of France, its neighbours and the other
// places people travel to. Source: Unicode CLDR, windowsZones.
var windows = map[string]string{
	"ROMANCE STANDARD TIME": paris, "W. EUROPE STANDARD TIME": paris, "CENTRAL EUROPE STANDARD TIME": paris,
	"CENTRAL EUROPEAN STANDARD TIME": paris, "GMT STANDARD TIME": "Europe/London", "GREENWICH STANDARD TIME": "Atlantic/Reykjavik",
	"E. EUROPE STANDARD TIME": "Europe/Chisinau", "FLE STANDARD TIME": "Europe/Kiev", "GTB STANDARD TIME": "Europe/Bucharest",
	"TURKEY STANDARD TIME": "Europe/Istanbul", "RUSSIAN STANDARD TIME": "Europe/Moscow", "AZORES STANDARD TIME": "Atlantic/Azores",
	"SAINT PIERRE STANDARD TIME": "America/Miquelon", "SA EASTERN STANDARD TIME": "America/Cayenne", "SA WESTERN STANDARD TIME": "America/Martinique",
	"MAURITIUS STANDARD TIME": "Indian/Reunion", "E. AFRICA STANDARD TIME": "Indian/Mayotte", "CENTRAL PACIFIC STANDARD TIME": "Pacific/Noumea",
	"HAWAIIAN STANDARD TIME": "Pacific/Tahiti", "MARQUESAS STANDARD TIME": "Pacific/Marquesas", "UTC-09": "Pacific/Gambier", "UTC+12": "Pacific/Wallis",
	"MOROCCO STANDARD TIME": "Africa/Casablanca", "W. CENTRAL AFRICA STANDARD TIME": "Africa/Algiers", "SOUTH AFRICA STANDARD TIME": "Africa/Johannesburg",
	"EASTERN STANDARD TIME": "America/New_York", "CENTRAL STANDARD TIME": "America/Chicago", "MOUNTAIN STANDARD TIME": "America/Denver",
	"PACIFIC STANDARD TIME": "America/Los_Angeles", "ATLANTIC STANDARD TIME": "America/Halifax", "NEWFOUNDLAND STANDARD TIME": "America/St_Johns",
	"E. SOUTH AMERICA STANDARD TIME": "America/Sao_Paulo", "ISRAEL STANDARD TIME": "Asia/Jerusalem", "INDIA STANDARD TIME": "Asia/Calcutta",
	"CHINA STANDARD TIME": "Asia/Shanghai", "TOKYO STANDARD TIME": "Asia/Tokyo", "AUS EASTERN STANDARD TIME": "Australia/Sydney", "UTC": "UTC",
	"COORDINATED UNIVERSAL TIME": "UTC", "Z": "UTC",
}

// likely are zones a zone of a file without a known name is compared with, the
// likeliest first.
var likely = []string{
	paris, "America/Miquelon", "America/Cayenne", "America/Martinique", "Indian/Reunion", "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti",
	"Pacific/Marquesas", "Pacific/Gambier", "Pacific/Wallis", "Europe/London", "Europe/Bucharest", "Europe/Moscow", "UTC", "Africa/Algiers",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Halifax", "Asia/Calcutta", "Asia/Tokyo", "Australia/Sydney",
}

// writtenZone is what a VTIMEZONE says: the offsets in force, the latest of
// those written.
type writtenZone struct {
	name, alias      string
	part             *observance // the one being read
	daylight         bool        // it is of summer
	standard, summer observance
}

// observance is STANDARD or DAYLIGHT.
type observance struct {
	begins string // 20060102T150405
	offset int    // seconds
	known  bool
}

func (w *writtenZone) begin(part string) { w.part, w.daylight = &observance{}, part == "DAYLIGHT" }

func (w *writtenZone) end() {
	was := &w.standard
	if w.daylight {
		was = &w.summer
	}
	if w.part != nil && w.part.known && w.part.begins >= was.begins {
		*was = *w.part
	}
	w.part = nil
}

func (w *writtenZone) property(p property) {
	value := strings.TrimSpace(p.value)
	switch {
	case p.name == "TZID":
		w.name = value
	case p.name == "X-LIC-LOCATION":
		w.alias = value
	case w.part == nil:
	case p.name == "DTSTART":
		w.part.begins = value
	case p.name == "TZOFFSETTO":
		if t, err := time.Parse("-0700", value); err == nil {
			_, w.part.offset = t.Zone()
			w.part.known = true
		}
	}
}

// alike is a zone that keeps the same offsets in winter and summer: the
// village's, one of the likely ones, one that never changes; else nil.
func (w *writtenZone) alike(home *time.Location) *time.Location {
	if !w.standard.known {
		return nil
	}
	winter, summer := w.standard.offset, w.standard.offset
	if w.summer.known {
		summer = w.summer.offset
	}
	zones := []*time.Location{home}
	for _, name := range likely {
		if zone, err := locate(name); err == nil {
			zones = append(zones, zone)
		}
	}
	for _, zone := range zones {
		_, jan := time.Date(2026, time.January, 15, 0, 0, 0, 0, zone).Zone()
		_, jul := time.Date(2026, time.July, 15, 0, 0, 0, 0, zone).Zone()
		if jan == winter && jul == summer || jul == winter && jan == summer {
			return zone
		}
	}
	if hours := winter / 3600; winter%3600 == 0 && winter == summer {
		zone, err := locate(fmt.Sprintf("Etc/GMT%+d", -hours))
		if err == nil {
			return zone
		}
	}
	return nil
}
