package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"copi.local/store"
)

// window is how far back the compressor looks, in bytes: what reading a backup
// costs in memory.
const window = 1 << 20

// Source is a box to be backed up.
type Source struct {
	DB    *store.DB
	Dir   string
	About About    // Format, Photos, Version, Database and Tables are filled in
	To    [][]byte // X25519 public keys that may read it; at least one
	Pool  bool     // photos stay beside it, on the same card
	Maps  bool     // with the operator's .pmtiles, which may be large

	disk disk
}

// Prepared is a backup about to be written. Close takes its copy of the
// database away.
type Prepared struct {
	About About
	Size  int64 // bytes it takes at most

	src   Source
	work  string
	files []string // names in the archive
	pool  []string
}

// Prepare copies the database into a new directory below work and looks at what
// else there is. It fails with kind Busy when there is no room for the copy.
func Prepare(ctx context.Context, src Source, work string) (p *Prepared, err error) {
	size, err := databaseSize(src.DB.Path())
	if err != nil {
		return nil, err
	}
	if len(src.To) == 0 {
		return nil, store.E(store.Conflict, "err.backup.no_key")
	}
	if err := src.disk.mkdir(work); err != nil {
		return nil, full(err)
	}
	if err := need(work, size); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(work, workPrefix)
	if err != nil {
		return nil, full(err)
	}
	p = &Prepared{About: src.About, src: src, work: dir}
	if err := p.look(ctx); err != nil {
		return nil, errors.Join(full(err), p.Close())
	}
	return p, nil
}

// workPrefix begins the names of directories for copies.
const workPrefix = "work-"

// databaseSize is how many bytes a copy of a database may take.
func databaseSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	size := info.Size()
	if wal, err := os.Stat(path + "-wal"); err == nil {
		size += wal.Size()
	}
	return size, nil
}

// Close takes the copy away.
func (p *Prepared) Close() error { return os.RemoveAll(p.work) }

func (p *Prepared) copied() string { return filepath.Join(p.work, databaseName) }

func (p *Prepared) look(ctx context.Context) error {
	if err := p.src.DB.CopyTo(ctx, p.copied()); err != nil {
		return err
	}
	found, err := store.Inspect(ctx, p.copied())
	if err != nil {
		return fmt.Errorf("the copy just made: %w", err)
	}
	info, err := os.Stat(p.copied())
	if err != nil {
		return err
	}
	a := &p.About
	a.Format, a.Version, a.Tables, a.Database, a.Pooled = Format, found.Version, found.Tables, info.Size(), p.src.Pool
	p.Size = info.Size() + maxAbout
	return p.list()
}

// list finds the files that go with the database.
func (p *Prepared) list() error {
	if _, err := os.Stat(filepath.Join(p.src.Dir, keyName)); err == nil {
		p.files = append(p.files, keyName)
	}
	for _, pattern := range []string{"school-holidays.csv", "locales/*/*.json", "*.pmtiles"} {
		found, err := filepath.Glob(filepath.Join(p.src.Dir, filepath.FromSlash(pattern)))
		if err != nil {
			return err
		}
		for _, path := range found {
			name, err := filepath.Rel(p.src.Dir, path)
			if err != nil {
				return err
			}
			name = filepath.ToSlash(name)
			if bound(name, &p.About) > 0 && (p.src.Maps || !strings.HasSuffix(name, ".pmtiles")) {
				p.files = append(p.files, name)
			}
		}
	}
	photos, err := photosIn(filepath.Join(p.src.Dir, "photos"))
	if err != nil {
		return err
	}
	for _, name := range photos {
		if !strings.HasSuffix(name, ".320.jpg") {
			p.About.Photos++
		}
	}
	if p.src.Pool {
		p.pool = photos
	} else {
		p.files = append(p.files, photos...)
	}
	return p.measure()
}

// measure adds up what the backup may take: nothing is counted on to shrink.
func (p *Prepared) measure() error {
	for _, name := range p.files {
		info, err := os.Stat(filepath.Join(p.src.Dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a photo whose last use went
		}
		if err != nil {
			return err
		}
		p.Size += info.Size() + 2048 // a header, and filling up
	}
	p.About.Bytes = p.Size
	p.Size += p.Size/1024 + int64(len(p.pool)+len(p.files))*128
	return nil
}

// photosIn lists the box's photos by their names in the archive.
func photosIn(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(filepath.Dir(dir), path)
		if name := filepath.ToSlash(rel); photoName.MatchString(name) {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

// WriteTo writes the backup. What w has when it fails is no backup.
func (p *Prepared) WriteTo(ctx context.Context, w io.Writer) error {
	sealed, err := encrypt(w, p.src.To)
	if err != nil {
		return err
	}
	packed, err := zstd.NewWriter(sealed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return err
	}
	a := &archive{Writer: tar.NewWriter(packed)}
	if err := p.archive(ctx, a); err != nil {
		return errors.Join(full(err), packed.Close()) // its goroutines; the file is no backup without its end
	}
	return full(errors.Join(a.Close(), packed.Close(), sealed.Close()))
}

func (p *Prepared) archive(ctx context.Context, a *archive) error {
	if err := a.json(aboutName, p.About); err != nil {
		return err
	}
	if err := a.file(ctx, databaseName, p.copied()); err != nil {
		return err
	}
	for _, name := range p.files {
		err := a.file(ctx, name, filepath.Join(p.src.Dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // its last use went while the copy was made
		}
		if err != nil {
			return err
		}
	}
	return a.json(contentsName, contents{Entries: a.entries, Pool: p.pool})
}

// archive writes entries and remembers them.
type archive struct {
	*tar.Writer
	entries []Entry
}

func (a *archive) json(name string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return a.add(name, int64(len(text)), strings.NewReader(string(text)))
}

func (a *archive) file(ctx context.Context, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return a.add(name, info.Size(), reading{ctx, f})
}

func (a *archive) add(name string, size int64, r io.Reader) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, Format: tar.FormatUSTAR}
	if size >= 8<<30 { // more than ustar can say
		h.Format = tar.FormatPAX
	}
	if err := a.WriteHeader(h); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(a, sum), r, size); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	a.entries = append(a.entries, Entry{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// reading stops when whoever waits has gone.
type reading struct {
	ctx context.Context //nolint:containedctx // of one call
	io.Reader
}

// Read reads unless nobody waits any more.
func (r reading) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}
