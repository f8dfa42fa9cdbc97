package backup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"copi.local/store"
)

// How many generations are kept, and of what share of the card (OPERATIONS.md
// §1.2).
const (
	daily, weekly = 7, 4
	onStick       = 5
	quotaShare    = 0.10
	quotaLeast    = 256 << 20 // bytes
	leastKept     = 2         // generations, whatever the quota
)

// suffixes of what lies beside a backup: one being written, and the photos of
// one that are kept beside it.
const (
	partSuffix = ".part"
	poolSuffix = ".photos"
	poolName   = "pool"
)

// Shelf is a directory of backups: on the card, or on a stick.
type Shelf struct {
	dir  string
	keep func([]Named) []Named  // of one box, newest first
	mine func(path string) bool // of this box, nil: all are
	disk disk
}

// OnCard is where the nightly backups of a data directory lie.
func OnCard(data string) *Shelf {
	return &Shelf{dir: filepath.Join(data, "backups"), keep: generations}
}

// OnStick keeps the last five backups of a box in a directory. Two communes may
// have one name: what the box's keys do not open as its own is not its to
// remove.
func OnStick(dir, box string, scalars [][]byte) *Shelf {
	return &Shelf{
		dir: dir, keep: func(list []Named) []Named { return list[:min(len(list), onStick)] },
		mine: func(path string) bool {
			f, err := os.Open(path)
			if err != nil {
				return false
			}
			defer func() { _ = f.Close() }() // it was only read
			a, err := Peek(context.Background(), f, scalars)
			return err == nil && a.Box == box
		},
	}
}

// Dir is the directory.
func (s *Shelf) Dir() string { return s.dir }

// List lists the backups, newest first; none when the directory is missing.
func (s *Shelf) List() (list []Named, err error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if n, ok := ParseName(e.Name()); ok && e.Type().IsRegular() {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b Named) int {
		if a.N != b.N {
			return int(min(max(b.N-a.N, -1), 1))
		}
		return strings.Compare(a.File, b.File)
	})
	return list, err
}

// Open opens a backup by its name; kind NotFound without one.
func (s *Shelf) Open(name string) (*os.File, error) {
	if n, ok := ParseName(name); !ok || n.File != name {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	f, err := os.Open(filepath.Join(s.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.E(store.NotFound, "err.not_found").Because(err)
	}
	return f, err
}

// Lock makes sure that one backup is made at a time, whichever process makes
// it; it fails with kind Busy while another is. What an interrupted one left is
// taken away.
func (s *Shelf) Lock() (unlock func(), err error) {
	if err := s.disk.mkdir(s.dir); err != nil {
		return nil, full(err)
	}
	f, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, full(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(store.E(store.Busy, "err.backup.busy").Because(err), f.Close())
	}
	if err := s.clean(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil // it was only locked
}

// clean takes away what is no backup and never will be one.
func (s *Shelf) clean() error {
	entries, err := os.ReadDir(s.dir)
	for _, e := range entries {
		whole, isPart := strings.CutSuffix(e.Name(), partSuffix)
		_, named := ParseName(whole)
		if strings.HasPrefix(e.Name(), workPrefix) && e.IsDir() || isPart && named {
			err = errors.Join(err, s.disk.remove(filepath.Join(s.dir, e.Name())))
		}
	}
	return err
}

// Next is the number of the next backup: after all that lie here and after at
// least that many.
func (s *Shelf) Next(after int64) (int64, error) {
	list, err := s.List()
	for _, n := range list {
		after = max(after, n.N)
	}
	return after + 1, err
}

// Keep writes a prepared backup here, reads it again from the card or stick,
// and only then gives it its name and lets older generations go. work is where
// the database may lie while it is looked at. Whatever fails, the backups that
// were here still are.
func (s *Shelf) Keep(ctx context.Context, p *Prepared, scalars [][]byte, work string) (file string, err error) {
	if err := s.disk.mkdir(s.dir); err != nil {
		return "", full(err)
	}
	if err := s.room(p); err != nil {
		return "", err
	}
	name := p.About.FileName()
	beside := func() error {
		if !p.src.Pool {
			return nil
		}
		return s.pool(p, name)
	}
	if err := s.disk.file(ctx, p, filepath.Join(s.dir, name), scalars, work, beside); err != nil {
		return "", err
	}
	return name, full(s.Prune())
}

// File writes a prepared backup to a path where there is none, as Keep does.
func File(ctx context.Context, p *Prepared, path string, scalars [][]byte, work string) error {
	if exists(path) {
		return store.E(store.Conflict, "err.backup.exists", "file", path)
	}
	if err := need(filepath.Dir(path), p.Size); err != nil {
		return err
	}
	return disk{}.file(ctx, p, path, scalars, work, func() error { return nil })
}

// file writes a backup beside its place, reads it again, does what has to be
// done beside it, and gives it its name.
func (d disk) file(ctx context.Context, p *Prepared, path string, scalars [][]byte, work string, beside func() error) error {
	part := path + partSuffix
	err := d.remove(part)
	if err == nil {
		err = d.write(ctx, p, part)
	}
	if err == nil {
		err = again(ctx, part, scalars, work)
	}
	if err == nil {
		err = beside()
	}
	if err == nil {
		err = d.rename(part, path)
	}
	if err != nil {
		_ = d.remove(part) // the next one takes away what cannot be now
	}
	return full(err)
}

// room looks for space: of the card with something to spare, and it is not the
// backups that fill it up. Old generations beyond the quota go first.
func (s *Shelf) room(p *Prepared) error {
	err := need(s.dir, p.Size)
	if store.KindOf(err) != store.Busy {
		return err
	}
	if fault := s.Prune(); fault != nil {
		return fault
	}
	return need(s.dir, p.Size)
}

func (d disk) write(ctx context.Context, p *Prepared, part string) error {
	f, err := d.create(part)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(struct{ io.Writer }{f}, 256<<10)
	err = p.WriteTo(ctx, out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.finish(); err != nil {
		return err
	}
	return d.syncDirs(filepath.Dir(part))
}

// again reads a file from the card, not from memory, as far as the machine
// does that for us.
func again(ctx context.Context, path string, scalars [][]byte, work string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	forget(f)
	_, err = Verify(ctx, f, scalars, work)
	if err = errors.Join(err, f.Close()); err != nil && store.KindOf(err) == store.Invalid {
		return store.E(store.Internal, "err.backup.reread").Because(err)
	}
	return err
}

// pool gives the photos of a backup a second name, so that they stay when their
// last use goes: it costs no room until then.
func (s *Shelf) pool(p *Prepared, name string) error {
	made := map[string]bool{}
	for _, photo := range p.pool {
		to := filepath.Join(s.dir, poolName, filepath.FromSlash(photo))
		if dir := filepath.Dir(to); !made[dir] {
			if err := s.disk.mkdir(dir); err != nil {
				return err
			}
			made[dir] = true
		}
		err := s.disk.link(filepath.Join(p.src.Dir, filepath.FromSlash(photo)), to)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // its last use went meanwhile
			return err
		}
	}
	list := filepath.Join(s.dir, name+poolSuffix)
	if err := s.disk.remove(list); err != nil {
		return err
	}
	f, err := s.disk.create(list)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, strings.Join(p.pool, "\n"))
	return errors.Join(err, f.finish())
}

// Prune lets go what is beyond the generations and the quota. The backups of
// another box are never touched, nor what is no backup.
func (s *Shelf) Prune() error {
	list, err := s.List()
	if err != nil {
		return err
	}
	if s.mine != nil {
		list = slices.DeleteFunc(list, func(n Named) bool { return !s.mine(filepath.Join(s.dir, n.File)) })
	}
	quota, err := s.quota()
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for i, n := range s.keep(list) {
		info, err := os.Stat(filepath.Join(s.dir, n.File))
		if err != nil {
			return err
		}
		if quota -= info.Size(); quota >= 0 || i < leastKept {
			kept[n.File] = true
		}
	}
	for _, n := range list {
		if !kept[n.File] {
			if err := s.disk.remove(filepath.Join(s.dir, n.File)); err != nil {
				return err
			}
		}
	}
	return s.prunePool(kept)
}

// quota is how many bytes backups may take here.
func (s *Shelf) quota() (int64, error) {
	_, total, err := Free(s.dir)
	return max(int64(quotaShare*float64(total)), quotaLeast), err
}

// prunePool lets go the photos that no backup left here names.
func (s *Shelf) prunePool(kept map[string]bool) error {
	named := map[string]bool{}
	lists, err := filepath.Glob(filepath.Join(s.dir, "*"+poolSuffix))
	if err != nil {
		return err
	}
	for _, list := range lists {
		if !kept[strings.TrimSuffix(filepath.Base(list), poolSuffix)] {
			if err := s.disk.remove(list); err != nil {
				return err
			}
			continue
		}
		text, err := os.ReadFile(list)
		if err != nil {
			return err
		}
		for name := range strings.Lines(string(text)) {
			named[strings.TrimSuffix(name, "\n")] = true
		}
	}
	pool := filepath.Join(s.dir, poolName)
	return filepath.WalkDir(pool, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		if rel, err := filepath.Rel(pool, path); err != nil || named[filepath.ToSlash(rel)] {
			return err
		}
		return s.disk.remove(path)
	})
}

// generations are those kept on the card: the last one of each of the last
// seven days, and of each of the last four weeks. The newest is always among
// them, whatever the clock said when they were made.
func generations(list []Named) (kept []Named) {
	days, weeks := map[time.Time]bool{}, map[string]bool{}
	for _, n := range list {
		year, week := n.Day.ISOWeek()
		of := fmt.Sprint(year, "-", week)
		newDay, newWeek := !days[n.Day] && len(days) < daily, !weeks[of] && len(weeks) < weekly
		if newDay {
			days[n.Day] = true
		}
		if newWeek {
			weeks[of] = true
		}
		if newDay || newWeek {
			kept = append(kept, n)
		}
	}
	return kept
}
