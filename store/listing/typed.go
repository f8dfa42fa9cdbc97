package listing

import (
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"copi.local/store"
)

// maxTyped bounds the text a position is read from: a link to a map is the
// longest anybody pastes.
const maxTyped = 2000

// ParsePoint reads a position as people write or paste it: latitude first, in
// degrees with a point or a comma ("44.90, 1.85", "44,90 1,85"), in degrees,
// minutes and seconds with the winds in French or English ("44°54'00\"N
// 1°51'O"), a geo: address (RFC 5870), or a link to OpenStreetMap, Google Maps
// or another map that says where it looks.
func ParsePoint(s string) (Point, error) {
	bad := store.E(store.Invalid, "err.listing.typed").At("position")
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxTyped {
		return Point{}, bad
	}
	lat, lon, ok := fromAddress(s)
	if !ok {
		lat, lon, ok = fromDegrees(s)
	}
	if !ok {
		lat, lon, ok = fromWinds(s)
	}
	if !ok || math.Abs(lat) > 90 && math.Abs(lon) > 90 || math.Abs(lat) > 180 || math.Abs(lon) > 180 {
		return Point{}, bad
	}
	if math.Abs(lat) > 90 { // cannot be a latitude: the two are inverted beyond doubt
		lat, lon = lon, lat
	}
	return At(lat, lon), nil
}

// linkPatterns find "lat,lon" in links, the most exact first: the pin before
// the middle of the view.
var linkPatterns = []*regexp.Regexp{
	regexp.MustCompile(`!3d(-?\d+(?:\.\d+)?)!4d(-?\d+(?:\.\d+)?)`),                                                 // Google, a pin
	regexp.MustCompile(`[?&]mlat=(-?\d+(?:\.\d+)?)&mlon=(-?\d+(?:\.\d+)?)`),                                        // OpenStreetMap, a pin
	regexp.MustCompile(`[?&](?:q|ll|query|daddr|destination|center)=(?:loc:)?(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)`), // Google, Apple
	regexp.MustCompile(`@(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)`),                                                     // Google, the view
	regexp.MustCompile(`#(?:map=)?\d+(?:\.\d+)?/(-?\d+(?:\.\d+)?)/(-?\d+(?:\.\d+)?)`),                              // OpenStreetMap, umap, the view
	regexp.MustCompile(`[?&]lat=(-?\d+(?:\.\d+)?)&(?:lon|lng)=(-?\d+(?:\.\d+)?)`),
	regexp.MustCompile(`^geo:(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)`),
}

// fromAddress reads a geo: address or a link.
func fromAddress(s string) (lat, lon float64, ok bool) {
	if !strings.HasPrefix(s, "geo:") && !strings.Contains(s, "://") {
		return 0, 0, false
	}
	if plain, err := url.QueryUnescape(strings.ReplaceAll(s, "+", "%2B")); err == nil {
		s = plain
	}
	if strings.HasPrefix(s, "geo:0,0?") { // Android's way to say "look for"
		s = "?" + strings.TrimPrefix(s, "geo:0,0?")
	}
	for _, pattern := range linkPatterns {
		if m := pattern.FindStringSubmatch(s); m != nil {
			return pair(m[1], m[2])
		}
	}
	return 0, 0, false
}

// degreePattern is two numbers; what stands between tells a decimal comma from
// one that separates.
var (
	pointDegrees = regexp.MustCompile(`^\(?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*(?:[,;/\s]\s*)\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*\)?$`)
	commaDegrees = regexp.MustCompile(`^\(?\s*([+-]?\d{1,3},\d+)\s*°?\s*(?:[,;/\s]\s*)\s*([+-]?\d{1,3},\d+)\s*°?\s*\)?$`)
)

func fromDegrees(s string) (lat, lon float64, ok bool) {
	s = strings.NewReplacer("\u2212", "-", "\u00a0", " ", "\u202f", " ").Replace(s)
	for _, pattern := range []*regexp.Regexp{pointDegrees, commaDegrees} {
		if m := pattern.FindStringSubmatch(s); m != nil {
			return pair(strings.ReplaceAll(m[1], ",", "."), strings.ReplaceAll(m[2], ",", "."))
		}
	}
	return 0, 0, false
}

// windDegrees is one coordinate with its wind before it or after it.
var (
	angle      = `(\d{1,3}(?:[.,]\d+)?)(?:\s*[°º\s]\s*(\d{1,2}(?:[.,]\d+)?))?(?:\s*['’′\s]\s*(\d{1,2}(?:[.,]\d+)?))?\s*[°º'’′"”″]{0,2}`
	windBefore = regexp.MustCompile(`^\s*([NSEWO])\s*` + angle + `\s*[,;/]?`)
	windAfter  = regexp.MustCompile(`^\s*` + angle + `\s*([NSEWO])\s*[,;/]?`)
)

// words a wind is written with; O is the French west.
var winded = strings.NewReplacer("NORTH", "N", "NORD", "N", "SOUTH", "S", "SUD", "S", "EAST", "E", "EST", "E", "WEST", "W", "OUEST", "W",
	"LATITUDE", "", "LONGITUDE", "", "LAT", "", "LON", "", "\u00a0", " ", "\u202f", " ", "DEG", "°", ":", " ")

func fromWinds(s string) (lat, lon float64, ok bool) {
	s = winded.Replace(strings.ToUpper(s))
	var found [2]struct {
		value float64
		wind  rune
	}
	for i := range found {
		var wind string
		var angles []string
		if m := windBefore.FindStringSubmatch(s); m != nil {
			wind, angles, s = m[1], m[2:5], s[len(m[0]):]
		} else if m := windAfter.FindStringSubmatch(s); m != nil {
			wind, angles, s = m[4], m[1:4], s[len(m[0]):]
		} else {
			return 0, 0, false
		}
		var parts [3]float64
		for j, text := range angles {
			if text != "" {
				parts[j], _ = strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64) // the pattern lets no other text in
			}
		}
		if parts[1] >= 60 || parts[2] >= 60 {
			return 0, 0, false
		}
		found[i].value, found[i].wind = parts[0]+parts[1]/60+parts[2]/3600, rune(wind[0])
	}
	if strings.TrimSpace(s) != "" {
		return 0, 0, false
	}
	if strings.ContainsRune("EWO", found[0].wind) {
		found[0], found[1] = found[1], found[0]
	}
	if !strings.ContainsRune("NS", found[0].wind) || !strings.ContainsRune("EWO", found[1].wind) {
		return 0, 0, false
	}
	if found[0].wind == 'S' {
		found[0].value = -found[0].value
	}
	if found[1].wind != 'E' {
		found[1].value = -found[1].value
	}
	return found[0].value, found[1].value, true
}

func pair(a, b string) (lat, lon float64, ok bool) {
	lat, err1 := strconv.ParseFloat(a, 64)
	lon, err2 := strconv.ParseFloat(b, 64)
	return lat, lon, err1 == nil && err2 == nil
}
