package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// Where EXIF keeps how the camera was held.
const (
	tagOrientation = 0x0112
	typeShort      = 3
	entrySize      = 12
)

var exifMark = []byte("Exif\x00\x00")

// exifOrientation is how a picture whose APP1 segment is b must be turned, 0
// when the segment does not say.
func exifOrientation(b []byte) int {
	tiff, ok := bytes.CutPrefix(b, exifMark)
	if !ok {
		return 0
	}
	return orientation(tiff)
}

// orientation reads the one entry we want of a TIFF directory, 1 to 8; 0 when
// there is none. Every offset comes from a stranger.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > uint64(len(tiff)) {
		return 0
	}
	n := int(order.Uint16(tiff[at:]))
	rest := tiff[at+2:]
	for range n {
		if len(rest) < entrySize {
			return 0
		}
		e := rest[:entrySize]
		rest = rest[entrySize:]
		if order.Uint16(e) != tagOrientation {
			continue
		}
		o := int(order.Uint16(e[8:]))
		if order.Uint16(e[2:]) != typeShort || order.Uint32(e[4:]) != 1 || o < 1 || o > 8 {
			return 0
		}
		return o
	}
	return 0
}

// Bounds of a walk through chunks.
const (
	maxChunks = 256
	maxExif   = 64 << 10
)

// orientPNG looks for EXIF before the pixels of a PNG.
func (h *Head) orientPNG(f io.ReadSeeker) error {
	if _, err := f.Seek(8, io.SeekStart); err != nil {
		return err
	}
	return h.orientChunks(f, func(b []byte) (string, int64, int64) {
		n := int64(binary.BigEndian.Uint32(b))
		return string(b[4:8]), n, n + 4 // its checksum
	}, "eXIf", "IDAT")
}

// orientWebP looks for EXIF anywhere in a WebP: it stands behind the pixels.
func (h *Head) orientWebP(f io.ReadSeeker) error {
	if _, err := f.Seek(12, io.SeekStart); err != nil {
		return err
	}
	return h.orientChunks(f, func(b []byte) (string, int64, int64) {
		n := int64(binary.LittleEndian.Uint32(b[4:]))
		return string(b[:4]), n, n + n&1 // padded
	}, "EXIF", "")
}

// orientChunks walks through chunks with a head of eight bytes, which parse
// reads as a name, a length and how far the next one is.
func (h *Head) orientChunks(f io.ReadSeeker, parse func([]byte) (string, int64, int64), want, stop string) error {
	var head [8]byte
	for range maxChunks {
		if _, err := io.ReadFull(f, head[:]); err != nil {
			return end(err)
		}
		name, n, next := parse(head[:])
		switch {
		case name == stop:
			return nil
		case name == want && n <= maxExif:
			b := make([]byte, n)
			if _, err := io.ReadFull(f, b); err != nil {
				return end(err)
			}
			if o := orientation(bytes.TrimPrefix(b, exifMark)); o != 0 {
				h.Orientation = o
			}
			return nil
		}
		if _, err := f.Seek(next, io.SeekCurrent); err != nil {
			return err
		}
	}
	return nil
}

// end is nil at the end of a file: whether the pixels are whole is the
// decoder's to say.
func end(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
