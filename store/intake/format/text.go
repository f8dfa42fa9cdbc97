package format

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// wide tells whether a text begins as UTF-16 does.
func wide(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// fromUTF16 reads what spreadsheets call Unicode text.
func fromUTF16(r io.Reader) io.Reader {
	return transform.NewReader(r, utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM).NewDecoder())
}

// latin reads bytes as Windows-1252, of which Latin-1 is a part.
func latin(b []byte) string {
	s, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "")
	}
	return string(s)
}

// tidy is a text on one line: composed, one space between words, without what
// only disturbs.
func tidy(s string) string { return strings.Join(strings.Fields(plain(s)), " ") }

// lines is a text of several lines.
func lines(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.TrimSpace(plain(s))
}

// plain is s composed, without control characters but line ends and tabs.
func plain(s string) string {
	if isASCII(s) {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' {
			return -1
		}
		return r
	}, s))
}

// isASCII tells whether s is letters that need no care, the most of a register.
func isASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

// fold is s as headings are compared: lower case, no accents, one space for
// all that is neither letter nor digit.
func fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.M, r):
		case r == 'œ':
			b.WriteString("oe")
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = true
		default:
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// clip cuts s to at most n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// degrees reads a coordinate with a decimal point or comma.
func degrees(s string, most float64) (float64, bool) {
	s = strings.TrimSuffix(strings.ReplaceAll(strings.TrimSpace(s), ",", "."), "°")
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && v >= -most && v <= most // not NaN either
}

// point reads latitude and longitude; ok is false when they are no position,
// or the middle of the ocean that programs write for none.
func point(lat, lon string) (la, lo float64, ok bool) {
	la, ok1 := degrees(lat, 90)
	lo, ok2 := degrees(lon, 180)
	return la, lo, ok1 && ok2 && (la != 0 || lo != 0)
}

// pair reads both of one cell, "44.93, 1.84" and "44,93 ; 1,84".
func pair(s string) (lat, lon string) {
	s = strings.Trim(strings.TrimSpace(s), "()[]")
	for _, sep := range []string{";", ", ", " "} {
		if a, b, ok := strings.Cut(s, sep); ok {
			return a, b
		}
	}
	if strings.Count(s, ",") == 1 {
		lat, lon, _ = strings.Cut(s, ",")
	}
	return lat, lon
}

// day is a day as registers write it, 2006-01-02; empty for none, which they
// write as the first day of the first year.
func day(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "T")
	for _, layout := range []string{"2006-01-02", "02/01/2006", "2/1/2006", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1 {
			return t.Format("2006-01-02")
		}
	}
	return ""
}

// website is an address of the web, with its scheme; empty when it is none.
func website(s string) string {
	s = strings.TrimSpace(s)
	low := strings.ToLower(s)
	switch {
	case s == "" || strings.ContainsAny(s, " \t\n\"<>\\") || !strings.Contains(s, "."):
		return ""
	case strings.HasPrefix(low, "http://"), strings.HasPrefix(low, "https://"):
		return s
	case strings.Contains(low, ":"), strings.Contains(s, "@"):
		return ""
	}
	return "http://" + s
}

// mail is an e-mail address, empty when it is none.
func mail(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "mailto:")
	name, host, ok := strings.Cut(s, "@")
	if !ok || name == "" || !strings.Contains(host, ".") || strings.ContainsAny(s, " \t\n\"<>,;:\\") {
		return ""
	}
	return s
}

// tags are the words of a list.
func tags(s string) []string {
	var out []string
	for t := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' }) {
		if t = tidy(strings.TrimLeft(strings.TrimSpace(t), "#")); t != "" {
			out = append(out, t)
		}
	}
	return out
}
