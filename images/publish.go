package images

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Packed is an image as people download it.
type Packed struct {
	File         string // compressed
	Size, Whole  int64  // bytes of it, and of the card it becomes
	Sum, SumOfIt string // SHA-256 of the card, and of the file, in hexadecimal
}

// Pack compresses an image into the file to, with gzip: every imager reads it.
// The same image gives the same bytes. On an error there is no such file.
func Pack(ctx context.Context, image, to string) (p Packed, err error) {
	in, err := os.Open(image)
	if err != nil {
		return p, err
	}
	defer func() { _ = in.Close() }() // only read
	partial := to + ".partial"
	out, err := os.Create(partial)
	if err != nil {
		return p, err
	}
	defer func() { _ = os.Remove(partial) }() // nothing to remove after the rename
	if p, err = compress(ctx, in, out); err != nil {
		return p, errors.Join(err, out.Close())
	}
	p.File = to
	return p, errors.Join(out.Close(), os.Rename(partial, to))
}

// compress compresses in into out, and counts both.
func compress(ctx context.Context, in io.Reader, out io.Writer) (p Packed, err error) {
	file, card := sha256.New(), sha256.New()
	counted := &counter{to: io.MultiWriter(out, file)}
	z, err := gzip.NewWriterLevel(counted, gzip.BestCompression)
	if err != nil {
		return p, err
	}
	p.Whole, err = io.Copy(io.MultiWriter(z, card), &heeding{ctx, in})
	if err = errors.Join(err, z.Close()); err != nil {
		return p, err
	}
	p.Size, p.Sum, p.SumOfIt = counted.n, hex.EncodeToString(card.Sum(nil)), hex.EncodeToString(file.Sum(nil))
	return p, nil
}

// counter counts what is written.
type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// heeding is a reader that ends when whoever asked has gone.
type heeding struct {
	ctx context.Context //nolint:containedctx // of one copy
	in  io.Reader
}

func (h *heeding) Read(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.in.Read(p)
}

// models are the boards the image is for, as Raspberry Pi Imager names them.
var models = []string{"pi3-64bit", "pi4-64bit", "pi5-64bit"}

// icon is the board of the box, drawn: Imager wants one.
const icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40'%3E%3Crect width='40' height='40' rx='8' fill='%23215f3c'/%3E%3Cpath d='M8 20 20 9l12 11M12 18v13h16V18' fill='none' stroke='%23fff' stroke-width='3'/%3E%3C/svg%3E"

// imagerList is what Raspberry Pi Imager reads of a *.rpi-imager-manifest: its
// own list of systems (raspberrypi/rpi-imager, doc/json-schema).
type imagerList struct {
	Systems []imagerSystem `json:"os_list"`
}

type imagerSystem struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Icon        string   `json:"icon"`
	URL         string   `json:"url"`
	Whole       int64    `json:"extract_size"`
	Sum         string   `json:"extract_sha256"`
	Size        int64    `json:"image_download_size"`
	SumOfIt     string   `json:"image_download_sha256"`
	Released    string   `json:"release_date"`
	Init        string   `json:"init_format"` // how Imager may customise it
	Devices     []string `json:"devices"`
}

// Manifest writes what Raspberry Pi Imager opens at a double click: the packed
// image at the address url, or where it lies now when that is empty.
func Manifest(p Packed, version, url string, released time.Time) ([]byte, error) {
	if url == "" {
		abs, err := filepath.Abs(p.File)
		if err != nil {
			return nil, err
		}
		url = "file://" + filepath.ToSlash(abs)
	}
	b, err := json.MarshalIndent(imagerList{[]imagerSystem{{
		Name: "CoPi " + version, Description: fmt.Sprintf("Le réseau citoyen de la commune, sans internet (%d Mo)", p.Size/1e6),
		Icon: icon, URL: url, Whole: p.Whole, Sum: p.Sum, Size: p.Size, SumOfIt: p.SumOfIt,
		Released: released.UTC().Format(time.DateOnly), Init: "none", Devices: models,
	}}}, "", "  ")
	return append(b, '\n'), err
}
