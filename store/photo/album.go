package photo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"

	"copi.local/store"
	"copi.local/store/durable"
	"copi.local/store/photo/picture"
)

// fullShare is the free share of the SD card below which no photo is taken:
// what is left is for words (DO-6).
const fullShare = 0.05

// Space tells how much of the card is free, in bytes.
type Space func(dir string) (free, total int64, err error)

// Album is the photos' files in the data directory. It is safe for concurrent
// use; there must be one for a database.
type Album struct {
	db    *store.DB
	dir   string // made with the first photo
	space Space
	turn  chan struct{} // held while a photo is drawn: one at a time bounds the memory

	create func(dir, pattern string) (written, error) // os.CreateTemp

	mu   sync.Mutex     // guards held, and the removal of files
	held map[string]int // hashes about to be spoken of by a transaction
}

// written is a file being written; in tests the card may get full under it.
type written interface {
	io.WriteCloser
	Sync() error
	Name() string
}

// NewAlbum keeps the photos beside the database. space may be nil.
func NewAlbum(db *store.DB, space Space) *Album {
	if space == nil {
		space = durable.Room
	}
	return &Album{
		db: db, dir: filepath.Join(filepath.Dir(db.Path()), "photos"), space: space,
		create: func(dir, pattern string) (written, error) { return os.CreateTemp(dir, pattern) },
		turn:   make(chan struct{}, 1), held: map[string]int{},
	}
}

// Room fails with kind Busy when the card is nearly full.
func (a *Album) Room() error {
	free, total, err := a.space(filepath.Dir(a.dir))
	if err != nil {
		return err
	}
	if float64(free) < fullShare*float64(total) {
		return errFull
	}
	return nil
}

var errFull = store.E(store.Busy, "err.photo.card_full").At("photo")

// full gives a card without room its sentence; other errors pass.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return errFull.Because(err)
	}
	return err
}

// Receive writes what somebody sends to a file that has no name any more, so
// that nothing of it stays behind whatever happens: a picture waits its turn on
// the card and not in memory. The caller closes it.
func (a *Album) Receive(r io.Reader) (_ *os.File, err error) {
	if err := a.Room(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(a.dir, 0o700); err != nil {
		return nil, full(err)
	}
	f, err := os.CreateTemp(a.dir, incoming)
	if err != nil {
		return nil, full(err)
	}
	err = remove(f.Name())
	if err == nil {
		err = receive(f, r)
	}
	if err != nil {
		return nil, errors.Join(full(err), f.Close())
	}
	return f, nil
}

func receive(f *os.File, r io.Reader) error {
	n, err := io.Copy(f, io.LimitReader(r, picture.MaxBytes+1))
	if err != nil {
		return err
	}
	if n > picture.MaxBytes {
		return store.E(store.Invalid, "err.photo.large", "max", picture.MaxBytes>>20).At("photo")
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// Keep draws a photo anew, writes it to the card, and calls attach, which opens
// the transaction that speaks of it. Callers wait for each other while drawing.
// When attach fails, the files go again unless something else uses them.
func (a *Album) Keep(ctx context.Context, f io.ReadSeeker, attach func(File) error) error {
	p, err := a.draw(ctx, f)
	if err != nil {
		return err
	}
	sum, thumb := sha256.Sum256(p.Large.JPEG), sha256.Sum256(p.Thumb.JPEG)
	file := File{
		Hash: hex.EncodeToString(sum[:]), ThumbHash: hex.EncodeToString(thumb[:]), Bytes: int64(len(p.Large.JPEG)), ThumbBytes: int64(len(p.Thumb.JPEG)),
		Width: p.Large.Width, Height: p.Large.Height, ThumbWidth: p.Thumb.Width, ThumbHeight: p.Thumb.Height,
	}
	a.hold(file.Hash, 1)
	err = a.write(file.Hash, p)
	if err == nil {
		err = attach(file)
	}
	a.hold(file.Hash, -1)
	if err != nil {
		return errors.Join(err, a.tidy(context.WithoutCancel(ctx), file.Hash))
	}
	return nil
}

// draw waits for its turn.
func (a *Album) draw(ctx context.Context, f io.ReadSeeker) (picture.Picture, error) {
	select {
	case a.turn <- struct{}{}:
	case <-ctx.Done():
		return picture.Picture{}, store.E(store.Busy, "err.busy").Because(ctx.Err())
	}
	defer func() { <-a.turn }()
	p, err := picture.Make(f)
	runtime.GC() // or the pixels of this one lie beside those of the next
	return p, sentence(err)
}

// sentence says what is wrong with a picture.
func sentence(err error) error {
	for cause, key := range map[error]string{
		picture.ErrHEIC: "err.photo.heic", picture.ErrKind: "err.photo.kind", picture.ErrPixels: "err.photo.pixels",
		picture.ErrCost: "err.photo.cost", picture.ErrCut: "err.photo.cut", picture.ErrBroken: "err.photo.broken",
	} {
		if errors.Is(err, cause) {
			return store.E(store.Invalid, key, "jpeg", picture.MaxPixels/1_000_000, "flat", picture.MaxPixelsFlat/1_000_000).At("photo").Because(err)
		}
	}
	return err
}

// hold keeps the files of a hash from being swept, or lets go of them.
func (a *Album) hold(hash string, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held[hash] += n; a.held[hash] == 0 {
		delete(a.held, hash)
	}
}

// Path is where a picture lies.
func (a *Album) path(hash string, thumb bool) string {
	name := hash + ".jpg"
	if thumb {
		name = hash + ".320.jpg"
	}
	return filepath.Join(a.dir, hash[:2], name)
}

// Open opens the file of a photo, whoever asks: rights are Seen's. It fails
// with kind NotFound when it is gone.
func (a *Album) Open(f File, thumb bool) (*os.File, error) {
	file, err := os.Open(a.path(f.Hash, thumb))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.E(store.NotFound, "err.not_found").Because(err)
	}
	return file, err
}

// write makes both files durable, unless they are there.
func (a *Album) write(hash string, p picture.Picture) error {
	if err := a.Room(); err != nil {
		return err
	}
	dir := filepath.Dir(a.path(hash, false))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return full(err)
	}
	for path, content := range map[string][]byte{a.path(hash, false): p.Large.JPEG, a.path(hash, true): p.Thumb.JPEG} {
		if err := a.durable(path, content); err != nil {
			return full(fmt.Errorf("write photo: %w", err))
		}
	}
	if err := durable.Sync(dir, a.dir, filepath.Dir(a.dir)); err != nil { // the names, too
		return full(fmt.Errorf("write photo: %w", err))
	}
	return nil
}

// durable writes a file under another name first, so that there is never half
// of it under its own. What is there already is the same: its name says so.
func (a *Album) durable(path string, content []byte) error {
	if info, err := os.Stat(path); err == nil && info.Size() == int64(len(content)) {
		return nil
	}
	f, err := a.create(filepath.Dir(path), unfinished)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
