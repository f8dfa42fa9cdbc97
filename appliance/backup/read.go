package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"copi.local/store"
)

// Peek reads what a backup says of itself and not more. scalars are the X25519
// private keys to try.
func Peek(ctx context.Context, r io.Reader, scalars [][]byte) (About, error) {
	in, err := open(ctx, r, scalars)
	if err != nil {
		return About{}, err
	}
	defer in.close()
	return in.about, nil
}

// Verify reads a backup through: every byte, every hash, the database opened,
// checked and counted. work is a directory where the database may lie for that
// time. The error is one sentence about the file.
func Verify(ctx context.Context, r io.Reader, scalars [][]byte, work string) (a About, err error) {
	if err := os.MkdirAll(work, 0o700); err != nil {
		return a, full(err)
	}
	dir, err := os.MkdirTemp(work, workPrefix)
	if err != nil {
		return a, full(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return Database(ctx, r, scalars, filepath.Join(dir, databaseName))
}

// Database reads a backup through as Verify does, and leaves its database at
// path, where nothing may lie yet.
func Database(ctx context.Context, r io.Reader, scalars [][]byte, path string) (About, error) {
	in, err := open(ctx, r, scalars)
	if err != nil {
		return About{}, err
	}
	defer in.close()
	if err := need(filepath.Dir(path), in.about.Database); err != nil {
		return in.about, err
	}
	return in.about, in.through(ctx, func(name string) (io.Writer, func() error, error) {
		if name != databaseName {
			return io.Discard, func() error { return nil }, nil
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, err
		}
		return f, f.Close, nil
	}, path)
}

// reader is a backup being read.
type reader struct {
	about    About
	end      *ending
	packed   *zstd.Decoder
	tar      *tar.Reader
	entries  []Entry
	contents contents
	whole    bool // contents.json was read
}

// ending notices that the file itself ended: damage beyond it is a cut.
type ending struct {
	ctx context.Context //nolint:containedctx // of one call
	r   io.Reader
	eof bool
	err error // of the card or stick, not of what it holds
}

// Read reads, and remembers how it ended.
func (e *ending) Read(b []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		e.err = err
		return 0, err
	}
	n, err := e.r.Read(b)
	switch {
	case errors.Is(err, io.EOF):
		e.eof = true
	case err != nil:
		e.err = err
	}
	return n, err
}

// ageBegins is the first line of every age file.
const ageBegins = "age-encryption.org/v1\n"

func open(ctx context.Context, r io.Reader, scalars [][]byte) (*reader, error) {
	in := &reader{end: &ending{ctx: ctx, r: r}}
	buffered := bufio.NewReaderSize(in.end, 64<<10)
	if first, err := buffered.Peek(len(ageBegins)); string(first) != ageBegins {
		switch {
		case in.end.err != nil:
			return nil, in.end.err
		case err != nil && strings.HasPrefix(ageBegins, string(first)):
			return nil, errCut.Because(err)
		}
		return nil, errForeign
	}
	plain, err := decrypt(buffered, scalars)
	if err != nil {
		return nil, in.fault(err)
	}
	in.packed, err = zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return nil, in.fault(err)
	}
	in.tar = tar.NewReader(in.packed)
	if err := in.readAbout(); err != nil {
		in.close()
		return nil, in.fault(err)
	}
	return in, nil
}

func (in *reader) close() { in.packed.Close() }

// fault is the sentence of what went wrong while reading.
func (in *reader) fault(err error) error {
	var said *store.Error
	var where writing
	switch {
	case err == nil:
		return nil
	case errors.As(err, &where):
		return full(where.error)
	case in.end.err != nil:
		return in.end.err
	case errors.As(err, &said):
		return err
	case in.end.eof:
		return errCut.Because(err)
	default:
		return errDamaged.Because(err)
	}
}

func (in *reader) readAbout() error {
	h, err := in.next()
	if err != nil {
		return err
	}
	if h.Name != aboutName || h.Size > maxAbout {
		return errDamaged.Because(fmt.Errorf("begins with %q", h.Name))
	}
	text, err := in.small(h)
	if err != nil {
		return err
	}
	var form struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &form); err != nil {
		return err
	}
	if form.Format > Format {
		return errNewer.Because(fmt.Errorf("format %d", form.Format))
	}
	if err := json.Unmarshal(text, &in.about); err != nil {
		return err
	}
	if in.about.Format < 1 || in.about.Database <= 0 || in.about.Box == "" {
		return errDamaged.Because(errors.New("says nothing of itself"))
	}
	return nil
}

// next is the header of the next file; only plain files may be there.
func (in *reader) next() (*tar.Header, error) {
	h, err := in.tar.Next()
	if err == nil && h.Typeflag != tar.TypeReg {
		err = errDamaged.Because(fmt.Errorf("%s: type %c", h.Name, h.Typeflag))
	}
	return h, err
}

// small reads a file whose size was looked at into memory, and remembers it.
func (in *reader) small(h *tar.Header) ([]byte, error) {
	text := make([]byte, h.Size)
	if _, err := io.ReadFull(in.tar, text); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	in.entries = append(in.entries, Entry{Name: h.Name, Size: h.Size, SHA256: hex.EncodeToString(sum[:])})
	return text, nil
}

// sink says where a file of the archive goes, and ends it.
type sink func(name string) (w io.Writer, end func() error, err error)

// through reads everything, compares it with what the backup says of itself,
// and looks at the database, which the sink wrote to path.
func (in *reader) through(ctx context.Context, to sink, path string) error {
	for !in.whole {
		if err := in.one(to); err != nil {
			return in.fault(err)
		}
	}
	if _, err := in.tar.Next(); !errors.Is(err, io.EOF) {
		return in.fault(errors.Join(errors.New("more than its contents"), err))
	}
	if _, err := io.Copy(io.Discard, in.packed); err != nil { // to the end of the file, where its last seal is
		return in.fault(err)
	}
	if err := in.compare(); err != nil {
		return errDamaged.Because(err)
	}
	found, err := store.Inspect(ctx, path)
	if said, ok := errors.AsType[*store.Error](err); ok && said.Kind == store.Conflict { // it speaks of this box, not of a file
		return errNewer.Because(err)
	}
	if err != nil {
		return err
	}
	if found.Version != in.about.Version || !maps.Equal(found.Tables, in.about.Tables) {
		return errDamaged.Because(errors.New("the database holds other counts than those written beside it"))
	}
	return nil
}

func (in *reader) one(to sink) error {
	h, err := in.next()
	if errors.Is(err, io.EOF) {
		return errCut.Because(errors.New("no contents"))
	}
	if err != nil {
		return err
	}
	if h.Name == contentsName {
		if h.Size > maxContents {
			return errDamaged.Because(fmt.Errorf("contents of %d bytes", h.Size))
		}
		text := make([]byte, h.Size)
		if _, err := io.ReadFull(in.tar, text); err != nil {
			return err
		}
		in.whole = true
		return json.Unmarshal(text, &in.contents)
	}
	if limit := bound(h.Name, &in.about); h.Size < 0 || limit == 0 || h.Size > limit {
		return errDamaged.Because(fmt.Errorf("%q of %d bytes has no business here", h.Name, h.Size))
	}
	w, end, err := to(h.Name)
	if err != nil {
		return writing{err}
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(faulty{w}, sum), in.tar)
	in.entries = append(in.entries, Entry{Name: h.Name, Size: h.Size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	if fault := end(); fault != nil && err == nil {
		err = writing{fault}
	}
	return err
}

// compare matches what was read with the backup's own list, name by name.
func (in *reader) compare() error {
	if len(in.entries) != len(in.contents.Entries) {
		return fmt.Errorf("%d files, %d listed", len(in.entries), len(in.contents.Entries))
	}
	seen := map[string]bool{}
	for i, e := range in.entries {
		if e != in.contents.Entries[i] || seen[e.Name] {
			return fmt.Errorf("%s is not as listed", e.Name)
		}
		seen[e.Name] = true
	}
	if !seen[databaseName] {
		return errors.New("no database")
	}
	return nil
}

// writing is an error of where a backup is read to, not of the backup.
type writing struct{ error }

// Unwrap is the error itself.
func (w writing) Unwrap() error { return w.error }

// faulty marks errors of writing.
type faulty struct{ io.Writer }

// Write writes and marks what went wrong.
func (f faulty) Write(b []byte) (int, error) {
	n, err := f.Writer.Write(b)
	if err != nil {
		err = writing{err}
	}
	return n, err
}
