package wire

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
)

// BundleMagic begins a bundle: a file that carries logs from box to box
// (PROTOCOL.md §11). What follows are frames as on a stream: a BundleHeader,
// then for each origin a Want (where its part begins), Batches, a Tip and the
// Bodies behind its cards, then the pictures that bodies name as Blobs, the
// small ones first, then a BundleEnd and not a byte more. A reader steps over
// frames it does not know.
const BundleMagic = "COPI1\n"

// ErrNoBundle is wrapped when a file is something else.
var ErrNoBundle = errors.New("not a bundle")

// ErrShort is wrapped when a bundle ends before its BundleEnd.
var ErrShort = errors.New("cut short")

// BundleHeader tells who made a bundle, for whom, and what its maker holds.
type BundleHeader struct {
	Version uint64        `cbor:"1,keyasint"` // 1
	Origin  Hash          `cbor:"2,keyasint"` // of the producer
	Epochs  []SignedEpoch `cbor:"3,keyasint"` // of the producer, from E(1) on: the last one's key signs
	Name    string        `cbor:"4,keyasint"` // of the producer's commune, as it says
	Haves   []HaveEntry   `cbor:"5,keyasint"` // the have-vector: what the producer holds, its own log at 0 hops
	For     Hash          `cbor:"6,keyasint,omitzero"`
	Made    Date          `cbor:"7,keyasint"`
}

func (*BundleHeader) number() uint64 { return 48 }

func (m *BundleHeader) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		m.Version = r.uint(1, maxNumber)
	case 2:
		r.fixed(m.Origin[:])
	case 3:
		m.Epochs = list(r, MaxEpochs, readSignedEpoch)
	case 4:
		m.Name = r.text(80, 320)
	case 5:
		m.Haves = readHaves(r)
	case 6:
		r.fixed(m.For[:])
	case 7:
		r.array(2, 2)
		m.Made = Date{Day: r.uint(0, maxDay), Quality: r.uint(0, 255)}
		r.leave()
	default:
		return false
	}
	return true
}

// check holds the have-vector to one entry an origin, and the producer's own
// log, which it has, to 0 hops.
func (m *BundleHeader) check() error {
	if m.Version == 0 || m.Origin == (Hash{}) || m.Epochs == nil || m.Name == "" {
		return malformed("bundle without version, producer or name")
	}
	seen := make(map[Hash]bool, len(m.Haves))
	for _, e := range m.Haves {
		if seen[e.Origin] || (e.Hops == 0) != (e.Origin == m.Origin) {
			return malformed("have-vector with an origin twice, or with another's log as its own")
		}
		seen[e.Origin] = true
	}
	if !seen[m.Origin] {
		return malformed("have-vector without the producer")
	}
	return nil
}

// Has finds an origin in the have-vector.
func (m *BundleHeader) Has(origin Hash) (HaveEntry, bool) {
	for _, e := range m.Haves {
		if e.Origin == origin {
			return e, true
		}
	}
	return HaveEntry{}, false
}

// Bodies carries body documents, as PackBodies packs them. Each is found again
// by its hash, which a card names.
type Bodies struct {
	Zstd []byte `cbor:"1,keyasint"`
}

func (*Bodies) number() uint64 { return 49 }

func (m *Bodies) field(r *reader, key uint64) bool {
	if key == 1 {
		m.Zstd = r.bytes(1, MaxFrame)
	}
	return key == 1
}

func (m *Bodies) check() error {
	if m.Zstd == nil {
		return malformed("bodies without bodies")
	}
	return nil
}

// PackBodies compresses bodies: an array of byte strings. It packs as many as
// fit and returns how many.
func PackBodies(bodies [][]byte) (m *Bodies, n int) {
	size := 3
	for _, body := range bodies {
		if size += len(body) + 3; n == MaxBatchCards || size > MaxBatchBytes {
			break
		}
		n++
	}
	b := appendHead(nil, majorArray, uint64(n))
	for _, body := range bodies[:n] {
		b = appendBytes(b, body)
	}
	return &Bodies{Zstd: packer.EncodeAll(b, nil)}, n
}

// Unpack reads what PackBodies wrote, at most MaxBatchBytes. Whether they are
// body documents is for CheckBody to say.
func (m *Bodies) Unpack() ([][]byte, error) {
	b, err := unpacker.DecodeAll(m.Zstd, make([]byte, 0, MaxBatchBytes))
	if err != nil {
		return nil, malformed("bodies: %v", err)
	}
	r := &reader{b: b}
	bodies := make([][]byte, r.array(1, MaxBatchCards))
	for i := range bodies {
		bodies[i] = r.bytes(1, MaxBody)
	}
	return bodies, r.end()
}

// Blob is the next bytes of a picture in a bundle, as a Piece is on a stream. It
// has a number of its own so that a reader from before pictures steps over it.
type Blob struct{ Piece }

func (*Blob) number() uint64 { return 51 }

// BundleEnd ends a bundle: the producer's signature over the SHA-256 of all
// bytes before its frame.
type BundleEnd struct {
	Sig []byte `cbor:"1,keyasint"`
}

func (*BundleEnd) number() uint64 { return 50 }

func (m *BundleEnd) field(r *reader, key uint64) bool {
	if key == 1 {
		m.Sig = r.bytes(sigSize, sigSize)
	}
	return key == 1
}

func (m *BundleEnd) check() error {
	if m.Sig == nil {
		return malformed("end of a bundle without its signature")
	}
	return nil
}

func bundleMessage(sum []byte) []byte { return signed("copi-bundle-v1", sum) }

// BundleWriter writes a bundle frame by frame.
type BundleWriter struct {
	w   io.Writer
	sum hash.Hash
}

// NewBundleWriter begins a bundle with its header.
func NewBundleWriter(w io.Writer, h *BundleHeader) (*BundleWriter, error) {
	b := &BundleWriter{sum: sha256.New()}
	b.w = io.MultiWriter(w, b.sum)
	if _, err := io.WriteString(b.w, BundleMagic); err != nil {
		return nil, err
	}
	return b, b.Write(h)
}

// Write adds a frame.
func (b *BundleWriter) Write(m Message) error { return WriteFrame(b.w, m) }

// End signs what was written with the producer's box key.
func (b *BundleWriter) End(key ed25519.PrivateKey) error {
	return b.Write(&BundleEnd{Sig: ed25519.Sign(key, bundleMessage(b.sum.Sum(nil)))})
}

// BundleReader reads a bundle frame by frame, holding one at a time.
type BundleReader struct {
	Header *BundleHeader
	r      *bufio.Reader
	sum    hash.Hash
	key    Hash // of the producer's last epoch
}

// NewBundleReader reads the header and checks who it says made the bundle. It
// fails with ErrNoBundle for another file, ErrShort for one that ends here,
// ErrSignature when the producer's statements are not its own.
func NewBundleReader(in io.Reader) (*BundleReader, error) {
	b := &BundleReader{r: bufio.NewReader(in), sum: sha256.New()}
	magic := make([]byte, len(BundleMagic))
	if _, err := io.ReadFull(b.r, magic); err != nil && !isEnd(err) {
		return nil, err
	}
	if !bytes.Equal(magic, []byte(BundleMagic)) {
		return nil, errors.Join(ErrNoBundle, malformed("no bundle"))
	}
	b.sum.Write(magic)
	m, err := b.Next()
	if err != nil {
		return nil, err
	}
	header, ok := m.(*BundleHeader)
	if !ok {
		return nil, malformed("bundle without a header")
	}
	epoch, err := VerifyEpochs(header.Origin, header.Epochs)
	if err != nil {
		return nil, err
	}
	b.Header, b.key = header, epoch.BoxKey
	return b, nil
}

// Next reads the next message. It answers io.EOF once the end was read and its
// signature is right: only then is what came before what the producer wrote.
func (b *BundleReader) Next() (Message, error) {
	raw, err := readRaw(b.r)
	if isEnd(err) {
		return nil, errors.Join(ErrShort, malformed("bundle without its end"))
	}
	if err != nil {
		return nil, err
	}
	m, err := Decode(raw)
	if err != nil {
		return nil, err
	}
	end, ok := m.(*BundleEnd)
	if !ok {
		b.sum.Write(binary.AppendUvarint(nil, uint64(len(raw)))) // a length has one form
		b.sum.Write(raw)
		return m, nil
	}
	if err := verify(b.key[:], bundleMessage(b.sum.Sum(nil)), end.Sig); err != nil {
		return nil, err
	}
	if _, err := b.r.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, malformed("bytes after the end of a bundle"))
	}
	return nil, io.EOF
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
