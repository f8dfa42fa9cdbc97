package wire

import (
	"github.com/klauspost/compress/zstd"
)

// Record is a card's bytes and its signature, as they lie in a log.
type Record struct{ Card, Sig []byte }

// recordOverhead is what a record adds to its card in a batch, at most.
const recordOverhead = 3 + 2 + sigSize

// One coder of each kind serves the whole process; EncodeAll and DecodeAll may
// be called from any goroutine.
var (
	packer = func() *zstd.Encoder {
		w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(MaxFrame))
		if err != nil {
			panic(err) // the options are constants
		}
		return w
	}()
	unpacker = func() *zstd.Decoder {
		r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0),
			zstd.WithDecoderMaxWindow(MaxFrame), zstd.WithDecoderMaxMemory(MaxBatchBytes), zstd.WithDecodeAllCapLimit(true))
		if err != nil {
			panic(err) // the options are constants
		}
		return r
	}()
)

// PackRecords compresses records for a Batch: an array of card, signature,
// card, signature… It packs as many as fit and returns how many.
func PackRecords(records []Record) (packed []byte, n int) {
	size := 3
	for _, rec := range records {
		size += len(rec.Card) + recordOverhead
		if n == MaxBatchCards || size > MaxBatchBytes {
			break
		}
		n++
	}
	return packer.EncodeAll(joinRecords(records[:n]), nil), n
}

func joinRecords(records []Record) []byte {
	b := appendHead(nil, majorArray, uint64(2*len(records)))
	for _, rec := range records {
		b = appendBytes(appendBytes(b, rec.Card), rec.Sig)
	}
	return b
}

// UnpackRecords reads what PackRecords wrote. It refuses what would unpack to
// more than MaxBatchBytes, whatever its headers claim.
func UnpackRecords(packed []byte) ([]Record, error) {
	b, err := unpacker.DecodeAll(packed, make([]byte, 0, MaxBatchBytes))
	if err != nil {
		return nil, malformed("batch: %v", err)
	}
	return splitRecords(b)
}

func splitRecords(b []byte) ([]Record, error) {
	r := &reader{b: b}
	n := r.array(0, 2*MaxBatchCards)
	if n%2 != 0 {
		r.fail("card without signature")
	}
	records := make([]Record, n/2)
	for i := range records {
		records[i] = Record{Card: r.bytes(1, MaxCard), Sig: r.bytes(sigSize, sigSize)}
	}
	return records, r.end()
}
