package ui

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"

	"copi.local/store"
)

// Bounds of files made on demand.
const (
	wholeInMemory = 1 << 20 // above it the file is made on the card
	wholesAtOnce  = 2       // files on the card being made or sent
	wholeTime     = 10 * time.Minute
)

// whole answers with a file that fill writes, however long it gets, in bounded
// memory. A short one is sent like a page: packed, kept for the next visitor,
// with 304 to who has it. A long one is packed into a file without a name
// first, so that a slow phone does not hold the database's view open; a visitor
// who has it, and asks before anything in the box changed, gets 304 at once.
func (r *request) whole(kind string, fill func(io.Writer) error) (err error) {
	o := &outflow{r: r}
	if o.etag, err = r.validator(); err != nil {
		return err
	}
	if o.etag != "" && matches(r.Request().Header.Get("If-None-Match"), o.etag) {
		h := r.Response().Header()
		h["Etag"], h["Cache-Control"], h["Vary"] = []string{o.etag}, noCache, varyPages
		r.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if err := fill(o); err != nil {
		return err
	}
	if o.file == nil {
		return r.Data(http.StatusOK, kind, o.short.Bytes())
	}
	return o.send(kind)
}

// outflow is such a file.
type outflow struct {
	r     *request
	etag  string // of a long file; empty for whom nothing is kept
	short bytes.Buffer
	file  *os.File // nil while it is short
	pack  *gzip.Writer
}

// Write adds to the file.
func (o *outflow) Write(p []byte) (int, error) {
	if o.file == nil && o.short.Len()+len(p) <= wholeInMemory {
		return o.short.Write(p)
	}
	if o.file == nil {
		if err := o.spill(); err != nil {
			return 0, err
		}
	}
	if o.pack != nil {
		return o.pack.Write(p)
	}
	return o.file.Write(p)
}

// spill goes on in a file.
func (o *outflow) spill() (err error) {
	select {
	case o.r.s.wholes <- struct{}{}:
	default:
		return store.E(store.Busy, "err.busy")
	}
	if o.file, err = os.CreateTemp(filepath.Dir(o.r.s.db.Path()), "out-*"); err != nil {
		<-o.r.s.wholes
		return err
	}
	if err := os.Remove(o.file.Name()); err != nil {
		return err
	}
	if acceptsGzip(o.r.Request()) {
		o.pack = gzip.NewWriter(o.file)
	}
	_, err = o.Write(o.short.Bytes())
	o.short = bytes.Buffer{}
	return err
}

func (o *outflow) send(kind string) error {
	h := o.r.Response().Header()
	h["Content-Type"], h["Cache-Control"], h["Vary"] = []string{kind}, noStore, varyPages
	if o.etag != "" {
		h["Etag"], h["Cache-Control"] = []string{o.etag}, noCache
	}
	if o.pack != nil {
		if err := o.pack.Close(); err != nil {
			return err
		}
		h["Content-Encoding"] = gzipCoding
	}
	size, err := o.file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := o.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	h["Content-Length"] = []string{strconv.FormatInt(size, 10)}
	o.r.Response().WriteHeader(http.StatusOK)
	if o.r.Request().Method == http.MethodHead {
		return nil
	}
	defer o.r.patience(wholeTime)()
	_, err = io.Copy(o.r.Response(), o.file)
	return err
}

func (o *outflow) close() error {
	if o.file == nil {
		return nil
	}
	<-o.r.s.wholes
	return o.file.Close() // its end: it has no name
}
