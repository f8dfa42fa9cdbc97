package picture

import (
	"bufio"
	"encoding/binary"
	"io"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	markSOF0 = 0xc0 // baseline
	markSOF1 = 0xc1 // extended
	markSOF2 = 0xc2 // progressive
	markRST0 = 0xd0
	markRST7 = 0xd7
	markEOI  = 0xd9
	markSOS  = 0xda
	markAPP1 = 0xe1
)

// maxBefore bounds what stands before the pixels: profiles, thumbnails, the
// notes of the camera. A file that says nothing else is no photo.
const maxBefore = 4 << 20

// readJPEG walks through the segments before the pixels, in the way image/jpeg
// does, for the size, the kind of coding and the orientation. A progressive
// picture is kept whole as coefficients while it is decoded: four bytes a
// sample, which a small box cannot give to a large one.
func (h *Head) readJPEG(f io.Reader) error {
	r := bufio.NewReader(io.LimitReader(f, maxBefore))
	if _, err := r.Discard(2); err != nil {
		return err
	}
	for {
		marker, err := nextMarker(r)
		if err != nil {
			return err
		}
		switch {
		case marker == 0, markRST0 <= marker && marker <= markRST7:
			continue
		case marker == markEOI, marker == markSOS:
			return nil // check refuses one that named no size
		}
		body, err := segment(r)
		if err != nil {
			return err
		}
		switch marker {
		case markSOF0, markSOF1, markSOF2:
			if h.Width != 0 || !h.frame(body, marker == markSOF2) {
				return ErrBroken
			}
		case markAPP1:
			if o := exifOrientation(body); o != 0 && h.Orientation == 1 {
				h.Orientation = o
			}
		}
	}
}

// nextMarker skips what is between segments.
func nextMarker(r *bufio.Reader) (byte, error) {
	var b byte
	var err error
	for b != 0xff {
		if b, err = r.ReadByte(); err != nil {
			return 0, err
		}
	}
	for b == 0xff {
		if b, err = r.ReadByte(); err != nil {
			return 0, err
		}
	}
	return b, nil
}

// segment reads one segment; its length counts itself and has 16 bits.
func segment(r *bufio.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(length[:])) - 2
	if n < 0 {
		return nil, ErrBroken
	}
	body := make([]byte, n)
	_, err := io.ReadFull(r, body)
	return body, err
}

// frame reads a start-of-frame segment; false when it cannot be one.
func (h *Head) frame(b []byte, progressive bool) bool {
	if len(b) < 6 {
		return false
	}
	height, width, n := int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:])), int(b[5])
	if n < 1 || n > 4 || len(b) != 6+3*n {
		return false
	}
	var most [2]int
	for i := range n {
		across, down := int(b[7+3*i]>>4), int(b[7+3*i]&15)
		if across < 1 || across > 4 || down < 1 || down > 4 {
			return false
		}
		most[0], most[1] = max(most[0], across), max(most[1], down)
	}
	h.Width, h.Height = width, height
	pixels := int64(width) * int64(height)
	for i := range n {
		across, down := int64(b[7+3*i]>>4), int64(b[7+3*i]&15)
		samples := pixels * across * down / int64(most[0]*most[1])
		h.Cost += samples
		if progressive {
			h.Cost += 4 * samples
		}
	}
	if n == 4 {
		h.Cost += 4 * pixels // black is mixed in last
	}
	return true
}
