package wire

// The messages of /copi/get/1.0.0 (PROTOCOL.md §5), in the frames of sync.
// Bytes are asked for by their SHA-256: bodies, and the files bodies name.

// Limits of /copi/get.
const (
	MaxBlob   = 2 << 20   // bytes of a file that a body names
	MaxHashes = 64        // asked for at once
	MaxTTL    = 2         // boxes a question may pass through
	MaxPiece  = 128 << 10 // bytes sent in one Piece: a frame has room for more
)

// Get asks for bytes by their hashes. They come in this order, each as Pieces
// or as a Miss. An offset asks for the rest of a single one. TTL allows a box
// that has not got them to ask its own neighbours, as often as it says.
type Get struct {
	Hashes []Hash `cbor:"1,keyasint"`
	Offset uint64 `cbor:"2,keyasint,omitzero"` // bytes already here, of the one hash
	TTL    uint64 `cbor:"3,keyasint,omitzero"` // 0 to 2
}

func (*Get) number() uint64 { return 32 }

func (m *Get) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		m.Hashes = list(r, MaxHashes, readHash)
	case 2:
		m.Offset = r.uint(1, MaxBlob)
	case 3:
		m.TTL = r.uint(1, MaxTTL)
	default:
		return false
	}
	return true
}

func (m *Get) check() error {
	switch {
	case len(m.Hashes) == 0:
		return malformed("get without hashes")
	case m.Offset > 0 && len(m.Hashes) > 1:
		return malformed("get of several with an offset")
	}
	return nil
}

// Piece is the next bytes of one hash. The last one ends at Total.
type Piece struct {
	Hash   Hash   `cbor:"1,keyasint"`
	Offset uint64 `cbor:"2,keyasint,omitzero"`
	Total  uint64 `cbor:"3,keyasint"` // bytes in all
	Bytes  []byte `cbor:"4,keyasint"`
}

func (*Piece) number() uint64 { return 33 }

func (m *Piece) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		r.fixed(m.Hash[:])
	case 2:
		m.Offset = r.uint(1, MaxBlob)
	case 3:
		m.Total = r.uint(1, MaxBlob)
	case 4:
		m.Bytes = r.bytes(1, MaxPiece)
	default:
		return false
	}
	return true
}

func (m *Piece) check() error {
	switch {
	case m.Hash == (Hash{}) || m.Total == 0 || m.Bytes == nil:
		return malformed("piece without a key it needs")
	case m.Offset+uint64(len(m.Bytes)) > m.Total:
		return malformed("piece beyond its end")
	}
	return nil
}

// Last tells whether nothing follows this piece.
func (m *Piece) Last() bool { return m.Offset+uint64(len(m.Bytes)) == m.Total }

// Miss tells that a box has not got the bytes of a hash, or shows them to
// nobody: the two are not told apart.
type Miss struct {
	Hash Hash `cbor:"1,keyasint"`
}

func (*Miss) number() uint64 { return 34 }

func (m *Miss) field(r *reader, key uint64) bool {
	if key != 1 {
		return false
	}
	r.fixed(m.Hash[:])
	return true
}

func (m *Miss) check() error {
	if m.Hash == (Hash{}) {
		return malformed("miss without a hash")
	}
	return nil
}
