// Package picture turns what people send as a photo into the two JPEGs a box
// keeps: one of 1280 pixels for a page, one of 320 for a list.
//
// It trusts nothing: a file is known by its first bytes, its size is bounded
// before a pixel is decoded, and what comes out is drawn anew, so that
// positions, names of cameras and whatever hung behind the picture are gone.
// It is a leaf that imports nothing of ours, so that its decoders can be
// fuzzed fast, and it works in bounded memory: the decoded picture is reduced
// row by row and never copied whole.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"

	"golang.org/x/image/webp"
)

// Sizes of what is kept, in pixels of the longer side.
const (
	LargeSide = 1280
	ThumbSide = 320
)

// Bounds of what is taken.
const (
	MaxBytes      = 12 << 20 // of a file
	MaxPixels     = 20_000_000
	MaxPixelsFlat = 12_000_000 // PNG and WebP, which decode to more
	maxSide       = 30_000
	maxCost       = 96 << 20 // bytes of memory a decoder may take
)

// Qualities of JPEG: what a photo needs on a phone, and no more.
const (
	largeQuality = 78
	thumbQuality = 70
)

// What can be wrong with a file.
var (
	ErrHEIC   = errors.New("picture: HEIC or AVIF")            // what some phones make
	ErrKind   = errors.New("picture: not a JPEG, PNG or WebP") // SVG, GIF, PDF, …
	ErrPixels = errors.New("picture: too many pixels")
	ErrCost   = errors.New("picture: takes too much memory to decode") // progressive, 16 bits
	ErrCut    = errors.New("picture: ends too early")
	ErrBroken = errors.New("picture: cannot be read")
)

// Rendition is one JPEG to keep.
type Rendition struct {
	JPEG          []byte
	Width, Height int
}

// Picture is a photo as a box keeps it.
type Picture struct{ Large, Thumb Rendition }

// Make reads a file and draws it anew in both sizes, upright.
func Make(f io.ReadSeeker) (Picture, error) {
	h, err := Inspect(f)
	if err != nil {
		return Picture{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Picture{}, err
	}
	whole := &watched{Reader: f}
	img, err := h.decode(whole)
	if err != nil && whole.ended {
		err = io.ErrUnexpectedEOF // decoders have many words for it
	}
	if err != nil {
		return Picture{}, fault(err)
	}
	if img.Bounds().Dx() != h.Width || img.Bounds().Dy() != h.Height {
		return Picture{}, ErrBroken
	}
	large := reduced(img, LargeSide)
	img = nil //nolint:wastedassign // the decoded pixels may be collected from here on
	large = upright(large, h.Orientation)
	var p Picture
	if p.Large, err = encode(large, largeQuality); err != nil {
		return Picture{}, err
	}
	p.Thumb, err = encode(reduced(large, ThumbSide), thumbQuality)
	return p, err
}

func (h *Head) decode(r io.Reader) (image.Image, error) {
	switch h.Format {
	case JPEG:
		return jpeg.Decode(r)
	case PNG:
		return png.Decode(r)
	case WebP:
		return webp.Decode(r)
	default:
		return nil, ErrKind
	}
}

// watched notes whether somebody wanted to read past the end.
type watched struct {
	io.Reader
	ended bool
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	w.ended = w.ended || errors.Is(err, io.EOF)
	return n, err
}

// fault tells a file that was cut from one that is damaged. An error of reading
// itself, of the card say, stays what it is.
func fault(err error) error {
	var disk *fs.PathError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return ErrCut
	case errors.Is(err, ErrBroken), errors.As(err, &disk):
		return err
	default:
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
}

func encode(img *image.YCbCr, quality int) (Rendition, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return Rendition{}, err
	}
	return Rendition{JPEG: b.Bytes(), Width: img.Rect.Dx(), Height: img.Rect.Dy()}, nil
}
