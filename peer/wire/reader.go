package wire

import (
	"bytes"
	"encoding/binary"
	"math"
	"sort"
	"unicode"
	"unicode/utf8"
)

// CBOR's major types (RFC 8949 §3.1).
const (
	majorUint = iota
	majorNegative
	majorBytes
	majorText
	majorArray
	majorMap
	majorTag
	majorSimple
)

// The three simple values we accept, as they lie in the input.
const (
	cborFalse = majorSimple<<5 | 20
	cborTrue  = majorSimple<<5 | 21
	cborNull  = majorSimple<<5 | 22
)

// reader reads one CBOR item after another and accepts the deterministic form
// only: shortest lengths, rising keys, no tags, no floats, at most eight
// levels. The first fault stays in err, and everything read after it is zero.
//
// It is written by hand since the library can neither refuse floats nor check
// the order of keys; a fuzz target compares the two.
type reader struct {
	b     []byte // what is left
	level int
	err   error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = malformed(format, args...)
	}
	r.b = nil
}

// end fails unless everything was read, and returns the first fault.
func (r *reader) end() error {
	if r.err == nil && len(r.b) > 0 {
		r.fail("%d bytes after the end", len(r.b))
	}
	return r.err
}

// head reads the first bytes of an item: its major type and its argument.
func (r *reader) head() (major byte, n uint64) {
	if len(r.b) == 0 {
		r.fail("cut short")
		return majorSimple, 0
	}
	major, info := r.b[0]>>5, r.b[0]&31
	if info < 24 {
		r.b = r.b[1:]
		return major, uint64(info)
	}
	width := 1 << (info - 24)
	if info > 27 || len(r.b) < 1+width {
		r.fail("length cut short or indefinite")
		return majorSimple, 0
	}
	var full [8]byte
	copy(full[8-width:], r.b[1:])
	n = binary.BigEndian.Uint64(full[:])
	r.b = r.b[1+width:]
	if n < 24 || width > 1 && n>>(4*width) == 0 {
		r.fail("number longer than needed")
	}
	return major, n
}

// want reads the head of an item that must be of one type, with an argument in
// a range.
func (r *reader) want(major byte, least, most uint64) uint64 {
	got, n := r.head()
	switch {
	case r.err != nil:
		return 0
	case got != major:
		r.fail("type %d instead of %d", got, major)
		return 0
	case n < least || n > most:
		r.fail("%d is not between %d and %d", n, least, most)
		return 0
	}
	return n
}

// uint reads a number between least and most.
func (r *reader) uint(least, most uint64) uint64 { return r.want(majorUint, least, most) }

// int reads a number between -most and most.
func (r *reader) int(most int64) int64 {
	major, n := r.head()
	if r.err == nil && (major > majorNegative || n > math.MaxInt64) {
		r.fail("not a small number")
	}
	v := int64(n & math.MaxInt64)
	if major == majorNegative {
		v = -1 - v
	}
	if r.err == nil && (v > most || v < -most) {
		r.fail("%d is beyond %d", v, most)
	}
	if r.err != nil {
		return 0
	}
	return v
}

// bool reads true: a false is written by leaving the key out.
func (r *reader) bool() bool {
	if len(r.b) == 0 || r.b[0] != cborTrue {
		r.fail("not true")
		return false
	}
	r.b = r.b[1:]
	return true
}

// bytes reads a byte string of a length in a range.
func (r *reader) bytes(least, most int) []byte {
	return r.take(r.want(majorBytes, uint64(least), uint64(most)))
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail("cut short")
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

// fixed reads a byte string of exactly the length of into.
func (r *reader) fixed(into []byte) { copy(into, r.bytes(len(into), len(into))) }

// text reads one line of text of 1 to chars characters and at most size bytes.
func (r *reader) text(chars, size int) string {
	b := r.take(r.want(majorText, 1, uint64(size)))
	if r.err == nil && (!utf8.Valid(b) || utf8.RuneCount(b) > chars || bytes.ContainsFunc(b, unicode.IsControl)) {
		r.fail("not a line of at most %d characters", chars)
	}
	if r.err != nil {
		return ""
	}
	return string(b)
}

// array reads the head of an array of least to most items; leave ends it.
func (r *reader) array(least, most int) int {
	r.enter()
	return int(r.want(majorArray, uint64(least), uint64(most)))
}

// list reads an array of 1 to most items.
func list[T any](r *reader, most int, one func(*reader) T) []T {
	items := make([]T, r.array(1, most))
	for i := range items {
		items[i] = one(r)
	}
	r.leave()
	return items
}

func readHash(r *reader) (h Hash) {
	r.fixed(h[:])
	return h
}

func (r *reader) enter() {
	if r.level++; r.level > maxLevels {
		r.fail("more than %d levels", maxLevels)
	}
}

func (r *reader) leave() { r.level-- }

// fields reads a map. It calls field at each key that is a number; field reads
// the value and returns true, or returns false when it does not know the key.
// What nobody knows is returned as it was.
func (r *reader) fields(field func(key uint64) bool) (unknown Extra) {
	r.pairs(func(key []byte) {
		k := reader{b: key}
		if major, n := k.head(); major == majorUint && field(n) {
			return
		}
		unknown = append(unknown, pair{key, r.raw()})
	})
	return unknown
}

// pairs reads a map, calling value at each value with the key's bytes.
func (r *reader) pairs(value func(key []byte)) {
	r.enter()
	n := r.want(majorMap, 0, uint64(len(r.b)))
	var last []byte
	for range n {
		key := r.raw()
		if r.err == nil && last != nil && bytes.Compare(last, key) >= 0 {
			r.fail("keys not in order")
		}
		if r.err != nil {
			return
		}
		value(key)
		last = key
	}
	r.leave()
}

// raw checks one item of any kind and returns its bytes.
func (r *reader) raw() []byte {
	from := r.b
	r.skip()
	if r.err != nil {
		return nil
	}
	n := len(from) - len(r.b)
	return from[:n:n]
}

func (r *reader) skip() {
	if len(r.b) > 0 && (r.b[0] == cborFalse || r.b[0] == cborTrue || r.b[0] == cborNull) {
		r.b = r.b[1:]
		return
	}
	from := r.b
	switch major, n := r.head(); major {
	case majorUint, majorNegative:
	case majorBytes:
		r.take(n)
	case majorText:
		if !utf8.Valid(r.take(n)) {
			r.fail("not UTF-8")
		}
	case majorArray:
		r.enter()
		for i := uint64(0); i < n && r.err == nil; i++ {
			r.skip()
		}
		r.leave()
	case majorMap:
		r.b = from
		r.pairs(func([]byte) { r.skip() })
	default:
		r.fail("a tag, a float or a simple value")
	}
}

// Extra is the pairs of a map that its decoder did not know.
type Extra []pair

type pair struct{ key, value []byte } // encoded

// merge writes the map b again with the extra pairs in their places.
func (e Extra) merge(b []byte) ([]byte, error) {
	all := append(Extra{}, e...)
	r := reader{b: b}
	r.pairs(func(key []byte) { all = append(all, pair{key, r.raw()}) })
	if err := r.end(); err != nil {
		return nil, err
	}
	sort.Slice(all, func(i, j int) bool { return bytes.Compare(all[i].key, all[j].key) < 0 })
	out := appendHead(nil, majorMap, uint64(len(all)))
	for _, p := range all {
		out = append(append(out, p.key...), p.value...)
	}
	return out, nil
}

// appendHead writes the first bytes of an item in the shortest form.
func appendHead(b []byte, major byte, n uint64) []byte {
	t := major << 5
	switch {
	case n < 24:
		return append(b, t|byte(n))
	case n <= math.MaxUint8:
		return append(b, t|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, t|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, t|26), uint32(n))
	default:
		return binary.BigEndian.AppendUint64(append(b, t|27), n)
	}
}

// appendBytes writes a byte string.
func appendBytes(b, s []byte) []byte {
	return append(appendHead(b, majorBytes, uint64(len(s))), s...)
}
