package format

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Limits of JSON files.
const (
	maxValue = 1 << 20 // bytes of one thing
	maxDepth = 40      // of things within things
)

// values reads JSON thing by thing, and refuses to hold a longer one.
type values struct {
	*json.Decoder

	r *bounded
	n int // things so far
}

// bounded is a reader that fails when a decoder pulls more than one thing's
// worth through it.
type bounded struct {
	r          io.Reader
	read, most int64
}

var errHuge = errors.New("one thing is too long")

// Read reads up to the bound.
func (b *bounded) Read(p []byte) (int, error) {
	if b.read >= b.most {
		return 0, errHuge
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.most-b.read)])
	b.read += int64(n)
	return n, err
}

func newValues(r *bufio.Reader) *values {
	b := &bounded{r: r, most: maxValue}
	return &values{Decoder: json.NewDecoder(b), r: b}
}

// renew allows the next thing its length.
func (d *values) renew() { d.r.most = d.InputOffset() + maxValue }

// token is the next token of the structure around things.
func (d *values) token() (json.Token, error) {
	d.renew()
	t, err := d.Token()
	return t, d.fault(err)
}

// one decodes one whole value. A value that is well-formed and of another
// shape is not the file's end: bad is true then.
func (d *values) one(into any) (bad bool, err error) {
	d.renew()
	d.n++
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return false, d.fault(err)
	}
	if depth(raw) > maxDepth {
		return true, nil
	}
	return json.Unmarshal(raw, into) != nil, nil
}

// depth is how deep a well-formed value is nested.
func depth(raw []byte) (most int) {
	n, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			n++
			most = max(most, n)
		case c == '}' || c == ']':
			n--
		}
	}
	return most
}

// skip passes over one value of any kind, token by token.
func (d *values) skip() error {
	for n := 0; ; {
		t, err := d.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			if n++; n > maxDepth {
				return &Broken{d.n, Deep, ""}
			}
		case json.Delim('}'), json.Delim(']'):
			n--
		}
		if n == 0 {
			return nil
		}
	}
}

// fault makes a Broken of what the decoder says.
func (d *values) fault(err error) error {
	syntax, bad := errors.AsType[*json.SyntaxError](err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errHuge):
		return &Broken{d.n, HugeThing, ""}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Broken{d.n, Cut, ""}
	case bad && strings.Contains(syntax.Error(), "depth"):
		return &Broken{d.n, Deep, ""}
	case bad && strings.Contains(syntax.Error(), "unexpected end"):
		return &Broken{d.n, Cut, ""}
	case bad:
		return &Broken{d.n, Markup, ""}
	}
	return err
}

// fields calls fn with each name of the object just opened; fn must read the
// value.
func (d *values) fields(fn func(name string) error) error {
	for d.More() {
		t, err := d.token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok {
			return &Broken{d.n, Markup, ""}
		}
		if err := fn(name); err != nil {
			return err
		}
	}
	_, err := d.token() // its end
	return err
}

// text is a JSON value that programs write as a string, a number or null.
type text string

// UnmarshalJSON takes what it finds; what is neither is empty.
func (t *text) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	switch v := v.(type) {
	case string:
		*t = text(v)
	case float64:
		*t = text(strconv.FormatFloat(v, 'f', -1, 64))
	case map[string]any: // {"$id": …} of MongoDB
		for _, k := range []string{"$id", "$oid"} {
			if s, ok := v[k].(string); ok {
				*t = text(s)
			}
		}
	}
	return nil
}

// words is a JSON value that is a list of strings, or one string.
type words []string

// UnmarshalJSON takes what it finds; what is neither is empty.
func (w *words) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	switch v := v.(type) {
	case string:
		*w = tags(v)
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok {
				*w = append(*w, tags(s)...)
			}
		}
	}
	return nil
}
