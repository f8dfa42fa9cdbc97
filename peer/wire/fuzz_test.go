package wire

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// strict is the library at its strictest: whatever our reader accepts, it must
// accept too.
var strict = func() cbor.DecMode {
	m, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return m
}()

func seed(f *testing.F) {
	f.Helper()
	for _, v := range vectors(f) {
		f.Add(v.Bytes)
	}
	f.Add([]byte{})
	f.Add([]byte{0xa1, 0x01, 0xfb, 0, 0, 0, 0, 0, 0, 0, 0})             // a float
	f.Add([]byte{0xbf, 0x01, 0x02, 0xff})                               // indefinite
	f.Add([]byte{0xa2, 0x02, 0x01, 0x01, 0x01})                         // keys out of order
	f.Add([]byte{0xa1, 0x18, 0x01, 0x01})                               // a number longer than needed
	f.Add(bytes.Repeat([]byte{0x81}, 12))                               // deep
	f.Add([]byte{0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) // endless
}

// roundTrip fails unless what was decoded encodes to the same bytes.
func roundTrip(t *testing.T, in []byte, encode func() ([]byte, error)) {
	t.Helper()
	out, err := encode()
	if err != nil {
		t.Fatalf("decoded, but does not encode: %v\n%x", err, in)
	}
	if !bytes.Equal(in, out) {
		t.Fatalf("two forms of one value:\n%x\n%x", in, out)
	}
	if err := strict.Wellformed(in); err != nil {
		t.Fatalf("the library refuses %x: %v", in, err)
	}
}

func FuzzCard(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := DecodeCard(b); err == nil {
			roundTrip(t, b, c.Encode)
		}
	})
}

func FuzzHead(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := DecodeHead(b); err == nil {
			roundTrip(t, b, h.Encode)
		}
	})
}

func FuzzEpoch(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := DecodeEpoch(b); err == nil {
			roundTrip(t, b, e.Encode)
		}
	})
}

// FuzzBody: what is accepted decodes, and encodes to something accepted.
func FuzzBody(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if CheckBody(b) != nil {
			return
		}
		if err := strict.Wellformed(b); err != nil {
			t.Fatalf("the library refuses %x: %v", b, err)
		}
		body, err := DecodeBody(b)
		if err != nil {
			return // a map whose keys a Go map cannot hold
		}
		out, err := EncodeBody(body)
		if err != nil || !bytes.Equal(b, out) {
			t.Fatalf("two forms of one body: %v\n%x\n%x", err, b, out)
		}
	})
}

// FuzzInvite: an invitation may carry keys we do not know; what we write comes
// back the same.
func FuzzInvite(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		i, err := DecodeInvite(b)
		if err != nil {
			return
		}
		if err := strict.Wellformed(b); err != nil {
			t.Fatalf("the library refuses %x: %v", b, err)
		}
		if len(i.Addresses) > MaxInviteAddresses {
			t.Fatalf("%d addresses", len(i.Addresses))
		}
		one, err := i.Encode()
		if err != nil {
			t.Fatalf("decoded, but does not encode: %v\n%x", err, b)
		}
		again, err := DecodeInvite(one)
		if err != nil {
			t.Fatal(err)
		}
		if two, err := again.Encode(); err != nil || !bytes.Equal(one, two) {
			t.Fatalf("two forms of one invitation: %v\n%x\n%x", err, one, two)
		}
	})
}

// FuzzMessage: a message may carry keys we do not know, so only what we write
// must come back the same.
func FuzzMessage(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if _, unknown := m.(*Unknown); err != nil || unknown {
			return
		}
		one, err := Encode(m)
		if err != nil {
			t.Fatalf("decoded, but does not encode: %v\n%x", err, b)
		}
		again, err := Decode(one)
		if err != nil {
			t.Fatal(err)
		}
		if two, err := Encode(again); err != nil || !bytes.Equal(one, two) {
			t.Fatalf("two forms of one message: %v\n%x\n%x", err, one, two)
		}
	})
}

func FuzzRecords(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if records, err := splitRecords(b); err == nil {
			roundTrip(t, b, func() ([]byte, error) { return joinRecords(records), nil })
		}
		if records, err := UnpackRecords(b); err == nil && len(records) > MaxBatchCards {
			t.Fatalf("%d cards of a batch", len(records))
		}
	})
}

// FuzzBundle: a bundle is read to its end without a panic, in frames of bounded
// size; the seeds' own is right, and what is not signed by its maker is not.
func FuzzBundle(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewBundleReader(bytes.NewReader(b))
		for err == nil {
			var m Message
			if m, err = r.Next(); err != nil {
				break
			}
			if bodies, ok := m.(*Bodies); ok {
				if list, err := bodies.Unpack(); err == nil && len(list) > MaxBatchCards {
					t.Fatalf("%d bodies in a frame", len(list))
				}
			}
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, ErrForm) && !errors.Is(err, ErrSignature) {
			t.Fatalf("an error nobody can explain: %v", err)
		}
	})
}
