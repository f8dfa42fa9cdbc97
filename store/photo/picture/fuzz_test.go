package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"testing"
)

func FuzzOrientation(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		mark := []byte("II*\x00")
		if order == binary.AppendByteOrder(binary.BigEndian) {
			mark = []byte("MM\x00*")
		}
		b := order.AppendUint16(order.AppendUint32(mark, 8), 1)
		b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tagOrientation), typeShort), 1)
		f.Add(order.AppendUint16(order.AppendUint16(b, 6), 0))
	}
	f.Add([]byte("\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1MiHEmiafMiHBheic"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o := orientation(b); o < 0 || o > 8 {
			t.Errorf("orientation %d", o)
		}
		_ = exifOrientation(append(append([]byte{}, exifMark...), b...))
	})
}

// FuzzInspect: whatever the head of a file says, what passes costs no more than
// the bound, and the decoder finds the size that was checked.
func FuzzInspect(f *testing.F) {
	var j, p bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 9, 7))
	if err := jpeg.Encode(&j, img, nil); err != nil {
		f.Fatal(err)
	}
	if err := png.Encode(&p, img); err != nil {
		f.Fatal(err)
	}
	f.Add(j.Bytes())
	f.Add(p.Bytes())
	f.Add([]byte("RIFF\x22\x00\x00\x00WEBPVP8 \x16\x00\x00\x000\x01\x00\x9d\x01*\x01\x00\x01\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := Inspect(bytes.NewReader(b))
		if err != nil {
			return
		}
		if h.Cost > maxCost || h.Width*h.Height > MaxPixels || h.Orientation < 1 || h.Orientation > 8 {
			t.Errorf("%+v", h)
		}
		if h.Width*h.Height > 1<<16 {
			return // the fuzzer's time is for heads
		}
		if made, err := Make(bytes.NewReader(b)); err == nil && made.Large.Width > LargeSide {
			t.Errorf("%+v", made.Large)
		}
	})
}
