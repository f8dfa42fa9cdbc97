package backup

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"copi.local/store"
)

// Keep writes a prepared backup here, reads it again from the card or stick,
// and only then gives it its name and lets older generations go. work is where
// the database may lie while it is looked at. Whatever fails, the backups that
// were here still are.
func (s *Shelf) Keep(ctx context.Context, p *Prepared, scalars [][]byte, work string) (file string, err error) {
	if err := s.disk.mkdir(s.dir); err != nil {
		return "", full(err)
	}
	if s.mine != nil { // a stick, which no one locks: nobody else writes there now
		if err := s.clean(); err != nil {
			return "", err
		}
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
	if err == nil && d.again != nil {
		err = d.again()
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
