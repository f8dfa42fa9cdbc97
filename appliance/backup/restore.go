package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A restore is everything or nothing. The backup is laid out in stageDir and
// changed there into what the box will open; one rename to readyDir decides.
// What remains is done by Finish, at once or at the next start: what was there
// moves aside into old-<date>, a second rename to movingDir says that all of it
// has, and what was restored takes its place. Each step can be done again.
const (
	stageDir  = "restoring"
	readyDir  = "restored"
	movingDir = "replacing"
	asideFile = ".aside" // in it: the name of the directory for what was there
)

// ownFiles move aside at every restore, whatever the backup holds: the database
// with all that speaks of its rows.
var ownFiles = []string{databaseName + "-wal", databaseName + "-shm", databaseName, "photos", "imports", "bundles", "setup-code", keyName + ".next"}

// Staged is a backup laid out in the data directory, not yet in place.
type Staged struct {
	About   About
	Missing int // photos that lie neither in the backup nor on the card

	data string
	disk disk
}

// Database is the restored database, to be opened and changed before Commit.
func (s *Staged) Database() string { return filepath.Join(s.data, stageDir, databaseName) }

// Stage lays a backup out in a data directory, beside what is there, and checks
// it as Verify does. At most one can be under way: what an earlier one left is
// taken away. On failure nothing is left.
func Stage(ctx context.Context, r io.Reader, scalars [][]byte, data string, now time.Time) (*Staged, error) {
	return stage(ctx, r, scalars, data, now, disk{})
}

func stage(ctx context.Context, r io.Reader, scalars [][]byte, data string, now time.Time, d disk) (*Staged, error) {
	s := &Staged{data: data, disk: d}
	if err := s.Drop(); err != nil {
		return nil, err
	}
	if err := s.lay(ctx, r, scalars, now); err != nil {
		return nil, errors.Join(full(err), s.Drop())
	}
	return s, nil
}

// Drop takes what was laid out away.
func (s *Staged) Drop() error { return s.disk.remove(filepath.Join(s.data, stageDir)) }

func (s *Staged) path(name string) string {
	return filepath.Join(s.data, stageDir, filepath.FromSlash(name))
}

func (s *Staged) lay(ctx context.Context, r io.Reader, scalars [][]byte, now time.Time) error {
	in, err := open(ctx, r, scalars)
	if err != nil {
		return err
	}
	defer in.close()
	s.About = in.about
	if err := need(s.data, in.about.Bytes); err != nil {
		return err
	}
	if err := s.disk.mkdir(s.path("")); err != nil {
		return err
	}
	if err := in.through(ctx, s.sink, s.Database()); err != nil {
		return err
	}
	if err := s.photos(in.contents.Pool); err != nil {
		return err
	}
	return s.noteAside(now)
}

// sink lays one file out, durably.
func (s *Staged) sink(name string) (io.Writer, func() error, error) {
	path := s.path(name)
	if err := s.disk.mkdir(filepath.Dir(path)); err != nil {
		return nil, nil, err
	}
	f, err := s.disk.create(path)
	if err != nil {
		return nil, nil, err
	}
	return f, f.finish, nil
}

// photos takes those that the backup left on the card.
func (s *Staged) photos(names []string) error {
	for _, name := range names {
		if !photoName.MatchString(name) {
			return errDamaged.Because(fmt.Errorf("photo %q", name))
		}
		if err := s.disk.mkdir(filepath.Dir(s.path(name))); err != nil {
			return err
		}
		found := false
		for _, from := range []string{filepath.Join(s.data, filepath.FromSlash(name)), filepath.Join(OnCard(s.data).dir, poolName, filepath.FromSlash(name))} {
			err := s.disk.link(from, s.path(name))
			if found = err == nil; found {
				break
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		if !found {
			s.Missing++
		}
	}
	return nil
}

// noteAside chooses where what is there now will go.
func (s *Staged) noteAside(now time.Time) error {
	name := "old-" + now.UTC().Format(time.DateOnly)
	for n := 2; ; n++ {
		if _, err := os.Lstat(filepath.Join(s.data, name)); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return err
		}
		name = fmt.Sprintf("old-%s-%d", now.UTC().Format(time.DateOnly), n)
	}
	f, err := s.disk.create(s.path(asideFile))
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, name)
	return errors.Join(err, f.finish())
}

// Commit decides: from here on the box that Finish leaves is the restored one.
// The caller has closed the database and whoever runs on the directory stops.
// erased is how many accounts of the backup were closed since.
func (s *Staged) Commit(erased int) error {
	if err := s.note(erased); err != nil {
		return full(err)
	}
	dirs, err := dirsIn(s.path(""))
	if err != nil {
		return err
	}
	if err := s.disk.syncDirs(dirs...); err != nil {
		return full(err)
	}
	return full(s.disk.rename(s.path(""), filepath.Join(s.data, readyDir)))
}

// dirsIn lists a directory and those below it, the deepest first.
func dirsIn(dir string) (dirs []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	slices.Reverse(dirs)
	return dirs, err
}

// Finish ends a restore that was decided, and forgets one that was not, and the
// file that was brought for it. It is
// called by whoever holds the data directory, before anything there is opened.
// It tells where what was there before lies now; empty when nothing was
// restored.
func Finish(data string) (aside string, err error) { return finish(data, disk{}) }

func finish(data string, d disk) (aside string, err error) {
	if err := d.remove(brought(data)); err != nil {
		return "", err
	}
	ready, moving := filepath.Join(data, readyDir), filepath.Join(data, movingDir)
	switch isReady, isMoving := exists(ready), exists(moving); {
	case isMoving:
		if aside, err = asideOf(moving); err != nil {
			return "", err
		}
	case isReady:
		if aside, err = asideOf(ready); err != nil {
			return "", err
		}
		if err := moveAside(data, filepath.Join(data, aside), ready, d); err != nil {
			return "", err
		}
		if err := d.rename(ready, moving); err != nil {
			return "", err
		}
	default:
		if exists(filepath.Join(data, stageDir)) {
			return "", d.remove(filepath.Join(data, stageDir))
		}
		return "", nil
	}
	return aside, moveIn(data, moving, d)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func asideOf(dir string) (string, error) {
	name, err := os.ReadFile(filepath.Join(dir, asideFile))
	if err == nil && (!strings.HasPrefix(string(name), "old-") || strings.ContainsAny(string(name), `/\`)) {
		err = fmt.Errorf("%s: %q is no name for what is moved aside", dir, name)
	}
	return string(name), err
}

// moveAside moves what belongs to the box that was, and what has the same name
// as something restored.
func moveAside(data, aside, ready string, d disk) error {
	if err := d.mkdir(aside); err != nil {
		return err
	}
	names, err := toMove(data, ready)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !exists(filepath.Join(data, name)) {
			continue
		}
		if err := d.rename(filepath.Join(data, name), filepath.Join(aside, name)); err != nil {
			return err
		}
	}
	return nil
}

// toMove lists what moveAside moves: all of a box that is given up.
func toMove(data, ready string) (names []string, err error) {
	if exists(filepath.Join(ready, givenUpFile)) {
		return allOf(data)
	}
	names = slices.Clone(ownFiles)
	entries, err := os.ReadDir(ready)
	for _, e := range entries {
		if e.Name() != asideFile && !slices.Contains(names, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// moveIn puts what was restored in its place.
func moveIn(data, moving string, d disk) error {
	entries, err := os.ReadDir(moving)
	if err != nil {
		return err
	}
	for _, e := range entries {
		to := data
		switch e.Name() {
		case asideFile:
			continue
		case givenUpFile: // it marks what was there
			aside, err := asideOf(moving)
			if err != nil {
				return err
			}
			to = filepath.Join(data, aside)
		}
		if err := d.rename(filepath.Join(moving, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	if err := d.remove(moving); err != nil {
		return err
	}
	return d.syncDirs(data)
}
