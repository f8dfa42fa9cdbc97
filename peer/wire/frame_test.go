package wire

import (
	"bufio"
	"bytes"
	"runtime"
	"strings"
	"testing"
)

// Who says that a large frame comes and sends nothing takes no room for it.
func TestAPromisedFrameTakesNoRoom(t *testing.T) {
	const readers = 100
	promise := string([]byte{0xff, 0xff, 0x0f, 0xa1})
	before := allocated()
	for range readers {
		if _, err := ReadFrame(bufio.NewReaderSize(strings.NewReader(promise), 16)); err == nil {
			t.Fatal("a frame came out of nothing")
		}
	}
	if each := (allocated() - before) / readers; each > 4*firstRoom { // the race detector takes some too
		t.Errorf("%d bytes taken for each promise", each)
	}
}

// allocated is all that this program ever took, in bytes.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// However large a frame is, it is read whole.
func TestFramesOfAllSizesAreReadWhole(t *testing.T) {
	for _, size := range []int{1, firstRoom - 20, firstRoom, 3*firstRoom + 1, MaxPiece} {
		sent := &Piece{Hash: Hash{1}, Total: uint64(size), Bytes: bytes.Repeat([]byte{7}, size)}
		var b bytes.Buffer
		if err := WriteFrame(&b, sent); err != nil {
			t.Fatal(err)
		}
		m, err := ReadFrame(bufio.NewReader(&b))
		if got, ok := m.(*Piece); err != nil || !ok || !bytes.Equal(got.Bytes, sent.Bytes) {
			t.Errorf("%d bytes: %T, %v", size, m, err)
		}
	}
}
