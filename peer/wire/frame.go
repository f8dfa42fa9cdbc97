package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// Message is a message of the sync, pair, get or search protocol (PROTOCOL.md §§5, 7).
type Message interface {
	number() uint64             // its type on the wire
	field(*reader, uint64) bool // reads the value of a key it knows
	check() error               // the rules between fields
}

// Unknown is a message of a type this version does not know; ignore it.
type Unknown struct{ Number uint64 }

func (u *Unknown) number() uint64           { return u.Number }
func (*Unknown) field(*reader, uint64) bool { return false }
func (*Unknown) check() error               { return nil }

// newMessage is an empty message of a type.
func newMessage(number uint64) Message {
	switch number {
	case 1:
		return new(Hello)
	case 2:
		return new(Have)
	case 3:
		return new(Want)
	case 4:
		return new(Batch)
	case 5:
		return new(Tip)
	case 6:
		return new(Trail)
	case 7:
		return new(Bye)
	case 16:
		return new(PairHello)
	case 17:
		return new(PairReveal)
	case 18:
		return new(PairAnswer)
	case 32:
		return new(Get)
	case 33:
		return new(Piece)
	case 34:
		return new(Miss)
	case 48:
		return new(BundleHeader)
	case 49:
		return new(Bodies)
	case 50:
		return new(BundleEnd)
	case 51:
		return new(Blob)
	case 64:
		return new(Search)
	case 65:
		return new(Found)
	case 66:
		return new(FoundAll)
	default:
		return &Unknown{Number: number}
	}
}

// Encode writes a message without its frame, or says which rule it breaks.
func Encode(m Message) ([]byte, error) {
	body, err := encMode.Marshal(m)
	if err != nil {
		return nil, err
	}
	b := appendHead(nil, majorMap, 1)
	b = append(appendHead(b, majorUint, m.number()), body...)
	if _, err := Decode(b); err != nil {
		return nil, err
	}
	return b, nil
}

// Decode reads what a frame holds: a map of one type to its body.
func Decode(b []byte) (Message, error) {
	if len(b) > MaxFrame {
		return nil, malformed("frame of %d bytes", len(b))
	}
	r := &reader{b: b}
	r.enter()
	r.want(majorMap, 1, 1)
	m := newMessage(r.uint(0, maxNumber))
	if u, ok := m.(*Unknown); ok {
		r.raw()
		return u, r.end()
	}
	r.fields(func(key uint64) bool { return m.field(r, key) })
	if err := r.end(); err != nil {
		return nil, err
	}
	return m, m.check()
}

// WriteFrame writes a message with its length before it, in one write.
func WriteFrame(w io.Writer, m Message) error {
	b, err := Encode(m)
	if err != nil {
		return err
	}
	frame := binary.AppendUvarint(make([]byte, 0, len(b)+binary.MaxVarintLen32), uint64(len(b)))
	_, err = w.Write(append(frame, b...))
	return err
}

// ReadFrame reads the next message. It answers io.EOF at the end of the
// stream, io.ErrUnexpectedEOF inside a frame, and never holds more than
// MaxFrame bytes.
func ReadFrame(r *bufio.Reader) (Message, error) {
	b, err := readRaw(r)
	if err != nil {
		return nil, err
	}
	return Decode(b)
}

// firstRoom is what is made ready for a frame before any of it came, in bytes.
const firstRoom = 4 << 10

// readRaw reads what the next frame holds.
func readRaw(r *bufio.Reader) ([]byte, error) {
	n, err := readLength(r)
	if err != nil {
		return nil, err
	}
	var b []byte
	for len(b) < n { // room comes with the bytes, not with the promise of them
		at := len(b)
		b = append(b, make([]byte, min(n-at, max(at, firstRoom)))...)
		if _, err := io.ReadFull(r, b[at:]); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return b, nil
}

// readLength reads an unsigned varint of at most three bytes: enough for
// MaxFrame.
func readLength(r io.ByteReader) (int, error) {
	var n int
	for shift := 0; shift < 21; shift += 7 {
		c, err := r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) && shift > 0 {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
		n |= int(c&0x7f) << shift
		if c < 0x80 {
			if n == 0 || n > MaxFrame || c == 0 && shift > 0 {
				return 0, malformed("frame of %d bytes", n)
			}
			return n, nil
		}
	}
	return 0, malformed("frame longer than %d bytes", MaxFrame)
}
