package ui

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// thin stands between thousands in French, where no line may break.
const thin = "\u202f"

// Number writes n with the language's marks: "1 234,5" or "1,234.5"; at most
// two decimals, none that are zero.
func (s *localizer) Number(n any) string {
	v, ok := number(n)
	if !ok {
		return ""
	}
	text := strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
	return s.marks(text)
}

// Money writes an amount in cents: "1 234,50 €" or "€1,234.50"; whole euros
// without cents.
func (s *speech) Money(cents int64) string {
	text := strconv.FormatFloat(float64(cents)/100, 'f', 2, 64)
	text = s.marks(strings.TrimSuffix(text, ".00"))
	if s.Lang == "en" {
		if rest, negative := strings.CutPrefix(text, "-"); negative {
			return "-€" + rest
		}
		return "€" + text
	}
	return text + nbsp + "€"
}

// marks puts the language's marks into a number written with a point.
func (s *localizer) marks(text string) string {
	thousands, point := thin, ","
	if s.Lang == "en" {
		thousands, point = ",", "."
	}
	sign := ""
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "-", rest
	}
	whole, decimals, _ := strings.Cut(text, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(thousands)
		}
		b.WriteRune(digit)
	}
	if decimals != "" {
		b.WriteString(point + decimals)
	}
	return b.String()
}

// Duration is "45 minutes", "2 heures", "1 h 30" or "3 jours".
func (s *localizer) Duration(d time.Duration) string {
	d = d.Round(time.Minute)
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case d < time.Hour:
		return s.T("ui.duration.minutes", "n", minutes)
	case d >= 48*time.Hour && minutes == 0 && hours%24 == 0:
		return s.T("ui.duration.days", "n", hours/24)
	case minutes == 0:
		return s.T("ui.duration.hours", "n", hours)
	default:
		return s.T("ui.duration.both", "hours", hours, "minutes", twoDigits(minutes))
	}
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Distance is "à 6 km", "à moins de 1 km", from metres.
func (s *localizer) Distance(metres float64) string {
	km := math.Round(metres / 1000)
	if km < 1 {
		return s.T("ui.distance.near")
	}
	return s.T("ui.distance.km", "n", int(km))
}

// Bytes is "12 ko" or "3,4 Mo".
func (s *localizer) Bytes(n int64) string {
	switch {
	case n < 1_000_000:
		return s.T("ui.bytes.kb", "n", (n+999)/1000)
	case n < 1_000_000_000:
		return s.T("ui.bytes.mb", "n", math.Round(float64(n)/100_000)/10)
	default:
		return s.T("ui.bytes.gb", "n", math.Round(float64(n)/100_000_000)/10)
	}
}
