package wire

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// EncodeBody writes what stands behind a card: a map with schema.org property
// names. Values are what encoding/json reads and writes; as the wire has no
// floats, a number with decimals travels as its text, a time as RFC 3339.
func EncodeBody(body map[string]any) ([]byte, error) {
	b, err := encMode.Marshal(plain(body))
	if err != nil {
		return nil, malformed("body: %v", err)
	}
	return b, CheckBody(b)
}

// CheckBody tells whether b is a body document: its size, its form, and names
// as keys.
func CheckBody(b []byte) error {
	if len(b) > MaxBody {
		return malformed("body of %d bytes", len(b))
	}
	r := &reader{b: b}
	r.pairs(func(key []byte) {
		k := reader{b: key}
		if major, _ := k.head(); major != majorText {
			r.fail("body with a key that is not a name")
		}
		r.raw()
	})
	return r.end()
}

// DecodeBody reads a body document.
func DecodeBody(b []byte) (map[string]any, error) {
	if err := CheckBody(b); err != nil {
		return nil, err
	}
	var body map[string]any
	if err := decMode.Unmarshal(b, &body); err != nil {
		return nil, malformed("body: %v", err)
	}
	return body, nil
}

// plain replaces values the wire does not have.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = plain(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = plain(value)
		}
		return out
	case float64:
		return plainFloat(v)
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n
		}
		return v.String()
	case time.Time:
		return v.Format(time.RFC3339)
	default:
		return v
	}
}

// plainFloat is the number JSON read as a float: whole ones are whole again.
func plainFloat(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
