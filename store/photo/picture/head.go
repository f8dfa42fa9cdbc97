package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// Format is a kind of file the box takes.
type Format uint8

// The formats.
const (
	Unknown Format = iota
	JPEG
	PNG
	WebP
)

// Head is what a file says of itself before a pixel is decoded.
type Head struct {
	Format        Format
	Width, Height int
	Orientation   int   // of EXIF, 1 to 8
	Cost          int64 // bytes of memory decoding takes, about
}

// sniffed is how many bytes tell a format.
const sniffed = 512

// Sniff tells a format by the first bytes of a file; its name and what the
// browser says of it count for nothing.
func Sniff(b []byte) (Format, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return JPEG, nil
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return PNG, nil
	case len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return WebP, nil
	case len(b) >= 12 && string(b[4:8]) == "ftyp" && isHEIF(b[8:]):
		return Unknown, ErrHEIC
	default:
		return Unknown, ErrKind
	}
}

// isHEIF looks for a brand of still pictures among those a file names.
func isHEIF(brands []byte) bool {
	for len(brands) >= 4 {
		switch string(brands[:4]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
			return true
		}
		brands = brands[4:]
	}
	return false
}

// Inspect reads the head of a file and refuses one that is not a picture, or
// that would cost too much. It leaves f somewhere in the file.
func Inspect(f io.ReadSeeker) (*Head, error) {
	first := make([]byte, sniffed)
	n, err := io.ReadFull(f, first)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	format, err := Sniff(first[:n])
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	h := &Head{Format: format, Orientation: 1}
	switch format {
	case JPEG:
		err = h.readJPEG(f)
	case PNG:
		err = h.readPNG(f, first[:n])
	default:
		err = h.readWebP(f)
	}
	if err != nil {
		return nil, fault(err)
	}
	return h, h.check()
}

// check holds the head against the bounds.
func (h *Head) check() error {
	most := MaxPixels
	if h.Format != JPEG {
		most = MaxPixelsFlat
	}
	switch {
	case h.Width <= 0 || h.Height <= 0:
		return ErrBroken
	case h.Width > maxSide || h.Height > maxSide || h.Width*h.Height > most:
		return ErrPixels
	case h.Cost > maxCost:
		return ErrCost
	}
	return nil
}

// interlaced is where a PNG says whether its rows come in seven passes.
const interlaced = 28

func (h *Head) readPNG(f io.ReadSeeker, first []byte) error {
	c, err := png.DecodeConfig(f)
	if err != nil {
		return err
	}
	h.size(c, 4)
	switch c.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		h.Cost *= 2
	case color.GrayModel:
		h.Cost /= 4
	case color.Gray16Model:
		h.Cost /= 2
	}
	if len(first) > interlaced && first[interlaced] != 0 {
		h.Cost += h.Cost / 2 // each pass is a picture of its own
	}
	return h.orientPNG(f)
}

func (h *Head) readWebP(f io.ReadSeeker) error {
	c, err := webp.DecodeConfig(f)
	if err != nil {
		return err
	}
	h.size(c, 4)
	if c.ColorModel == color.NYCbCrAModel { // its transparency is decoded as a picture
		h.Cost += h.Cost
	}
	return h.orientWebP(f)
}

// size takes over what a decoder says, at so many bytes a pixel. What the
// product of two large sides does to 64 bits check sees first.
func (h *Head) size(c image.Config, bytesPerPixel int64) {
	h.Width, h.Height = c.Width, c.Height
	h.Cost = int64(c.Width) * int64(c.Height) * bytesPerPixel
}
