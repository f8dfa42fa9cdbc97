// Package squeeze compresses the files that pages load, always to the same
// bytes for the same file. It is apart from package ui so that the command
// that writes them and the test that checks them agree.
package squeeze

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// Source tells whether a file under static is only what another is made of:
// single icons, and the list of vendored files. Pages never load it.
func Source(name string) bool {
	name = filepath.ToSlash(name)
	return strings.Contains(name, "vendor/lucide/") || filepath.Base(name) == "vendor.json"
}

// Worth tells whether a file of this name gets smaller by compression.
func Worth(name string) bool {
	if Source(name) {
		return false
	}
	switch filepath.Ext(name) {
	case ".css", ".js", ".svg", ".json", ".topojson", ".txt", ".map", ".webmanifest":
		return true
	default:
		return false
	}
}

// Gunzip is what Gzip compressed.
func Gunzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Gzip compresses as well as it can; the header carries no name and no time.
func Gzip(plain []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
