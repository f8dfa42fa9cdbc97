package wire

// Hello opens a stream, from both sides.
type Hello struct {
	Version  uint64   `cbor:"1,keyasint"` // 1
	Scope    Scope    `cbor:"2,keyasint"`
	Features []string `cbor:"3,keyasint,omitempty"`
	Feed     [8]byte  `cbor:"4,keyasint"`           // opener: the server's feed as last seen, or zero; server: its own
	Rev      uint64   `cbor:"5,keyasint"`           // opener: last rev seen of that feed; server: its newest
	Time     *Time    `cbor:"6,keyasint,omitempty"` // a hint for boxes without a clock
}

// Time is a clock reading, in seconds since 1970, and the clock's quality.
type Time struct {
	_             struct{} `cbor:",toarray"`
	Unix, Quality uint64
}

func (*Hello) number() uint64 { return 1 }

func (m *Hello) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		m.Version = r.uint(1, maxNumber)
	case 2:
		m.Scope = readScope(r)
	case 3:
		m.Features = list(r, 16, func(r *reader) string { return r.text(32, 32) })
	case 4:
		r.fixed(m.Feed[:])
	case 5:
		m.Rev = r.uint(0, maxNumber)
	case 6:
		r.array(2, 2)
		m.Time = &Time{Unix: r.uint(0, maxDay*86400), Quality: r.uint(0, 255)}
		r.leave()
	default:
		return false
	}
	return true
}

func (m *Hello) check() error {
	if m.Version == 0 || m.Scope.Hops == 0 {
		return malformed("hello without version or hops")
	}
	return nil
}

// Have tells what the server holds that is new since the opener's cursor. Rev
// is the cursor after these entries.
type Have struct {
	Rev     uint64      `cbor:"1,keyasint"`
	Entries []HaveEntry `cbor:"2,keyasint"`
}

// HaveEntry is how far the server's copy of an origin's log goes; hops is 0
// for its own.
type HaveEntry struct {
	_                struct{} `cbor:",toarray"`
	Origin           Hash
	Epoch, Seq, Hops uint64
}

func (*Have) number() uint64 { return 2 }

func (m *Have) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		m.Rev = r.uint(0, maxNumber)
	case 2:
		m.Entries = readHaves(r)
	default:
		return false
	}
	return true
}

func readHaves(r *reader) []HaveEntry {
	entries := make([]HaveEntry, r.array(0, MaxHave))
	for i := range entries {
		e := &entries[i]
		r.array(4, 4)
		r.fixed(e.Origin[:])
		e.Epoch, e.Seq, e.Hops = r.uint(1, maxNumber), r.uint(1, maxNumber), r.uint(0, 255)
		r.leave()
	}
	r.leave()
	return entries
}

func (m *Have) check() error {
	if m.Entries == nil {
		return malformed("have without entries")
	}
	return nil
}

// Want asks for an origin's cards after a seq. Relist asks for all of them:
// after is then how far an unfinished relist got.
type Want struct {
	Origin Hash   `cbor:"1,keyasint"`
	Epoch  uint64 `cbor:"2,keyasint"`
	After  uint64 `cbor:"3,keyasint"`
	Relist bool   `cbor:"4,keyasint,omitzero"`
}

func (*Want) number() uint64 { return 3 }

func (m *Want) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		r.fixed(m.Origin[:])
	case 2:
		m.Epoch = r.uint(1, maxNumber)
	case 3:
		m.After = r.uint(0, maxNumber)
	case 4:
		m.Relist = r.bool()
	default:
		return false
	}
	return true
}

func (m *Want) check() error { return checkLog("want", m.Origin, m.Epoch) }

// Batch carries the next cards of a log in the order of their seqs. Relist
// tells that it begins a relist: what was staged before it is forgotten. When
// More is false a Tip follows.
type Batch struct {
	Origin Hash   `cbor:"1,keyasint"`
	Epoch  uint64 `cbor:"2,keyasint"`
	UpTo   uint64 `cbor:"3,keyasint"` // every card up to this seq has been sent
	More   bool   `cbor:"4,keyasint,omitzero"`
	Zstd   []byte `cbor:"5,keyasint"` // as PackRecords makes it
	Relist bool   `cbor:"6,keyasint,omitzero"`
}

func (*Batch) number() uint64 { return 4 }

func (m *Batch) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		r.fixed(m.Origin[:])
	case 2:
		m.Epoch = r.uint(1, maxNumber)
	case 3:
		m.UpTo = r.uint(0, maxNumber)
	case 4:
		m.More = r.bool()
	case 5:
		m.Zstd = r.bytes(1, MaxFrame)
	case 6:
		m.Relist = r.bool()
	default:
		return false
	}
	return true
}

func (m *Batch) check() error {
	if m.Zstd == nil {
		return malformed("batch without cards")
	}
	return checkLog("batch", m.Origin, m.Epoch)
}

// Tip ends what a Want asked for: the origin's epoch statements from E(1) on,
// and the head the cards lead to, read together with the last batch.
type Tip struct {
	Origin Hash          `cbor:"1,keyasint"`
	Epochs []SignedEpoch `cbor:"2,keyasint"`
	Head   SignedHead    `cbor:"3,keyasint"`
}

func (*Tip) number() uint64 { return 5 }

func (m *Tip) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		r.fixed(m.Origin[:])
	case 2:
		m.Epochs = list(r, MaxEpochs, readSignedEpoch)
	case 3:
		m.Head = readSignedHead(r)
	default:
		return false
	}
	return true
}

func (m *Tip) check() error {
	if m.Origin == (Hash{}) || m.Epochs == nil || m.Head.Head == nil {
		return malformed("tip without epochs or head")
	}
	return nil
}

// Trail asks for the last heads of origins (each with none) and answers with
// them, newest first.
type Trail struct {
	Heads map[Hash][]SignedHead `cbor:"1,keyasint"`
}

func (*Trail) number() uint64 { return 6 }

// MaxTrails is how many origins one Trail speaks of.
const MaxTrails = 16

func (m *Trail) field(r *reader, key uint64) bool {
	if key != 1 {
		return false
	}
	m.Heads = make(map[Hash][]SignedHead)
	r.pairs(func(key []byte) {
		var origin Hash
		k := reader{b: key}
		k.fixed(origin[:])
		if k.err != nil || len(m.Heads) == MaxTrails {
			r.fail("trail of no origin or of too many")
		}
		heads := make([]SignedHead, r.array(0, MaxTrail))
		for i := range heads {
			heads[i] = readSignedHead(r)
		}
		r.leave()
		m.Heads[origin] = heads
	})
	return true
}

func (m *Trail) check() error {
	if m.Heads == nil {
		return malformed("trail without heads")
	}
	return nil
}

// Bye ends a stream and says why.
type Bye struct {
	Code  uint64 `cbor:"1,keyasint"`
	Text  string `cbor:"2,keyasint,omitzero"` // for the log, in English
	Retry uint64 `cbor:"3,keyasint,omitzero"` // seconds to wait before the next try
}

// Codes of a Bye.
const (
	ByeDone     = 1 + iota // nothing is wrong
	ByeBusy                // try later
	ByeRefused             // not paired, or outside what this box carries
	ByeProtocol            // the other side broke a rule
)

func (*Bye) number() uint64 { return 7 }

func (m *Bye) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		m.Code = r.uint(1, maxNumber)
	case 2:
		m.Text = r.text(200, 800)
	case 3:
		m.Retry = r.uint(1, 365*86400)
	default:
		return false
	}
	return true
}

func (m *Bye) check() error {
	if m.Code == 0 {
		return malformed("bye without a code")
	}
	return nil
}

func checkLog(what string, origin Hash, epoch uint64) error {
	if origin == (Hash{}) || epoch == 0 {
		return malformed("%s without origin or epoch", what)
	}
	return nil
}
