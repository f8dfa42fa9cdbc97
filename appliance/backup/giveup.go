package backup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A box that is given up becomes a new one: everything of the old one moves
// aside, by the same steps as at a restore, and nothing takes its place. Who did
// it by mistake, or to the wrong box, has givenUpFor to bring it back; then it is
// deleted (OPERATIONS.md §1.2, factory reset).

// givenUpFile marks, among what is laid out and then in the directory aside, that
// all of a box was moved.
const givenUpFile = ".given-up"

const givenUpFor = 30 * 24 * time.Hour

// machineFiles are what a data directory holds of the machine and not of the box
// on it, by the beginning of their names.
var machineFiles = []string{"copi.lock", "clock", "update.json", "old-", "lost+found", readyDir, movingDir, stageDir}

// ofMachine tells whether a file stays when a box is given up.
func ofMachine(name string) bool {
	return strings.HasSuffix(name, ".pmtiles") || slices.ContainsFunc(machineFiles, func(begins string) bool { return strings.HasPrefix(name, begins) })
}

// GiveUp decides that the box in a data directory is given up: the next Finish
// leaves none. The caller has closed the database.
func GiveUp(data string, now time.Time) error { return giveUp(data, now, disk{}) }

func giveUp(data string, now time.Time, d disk) error {
	s := &Staged{data: data, disk: d}
	err := s.Drop()
	if err == nil {
		err = d.mkdir(s.path(""))
	}
	if err == nil {
		err = s.mark(givenUpFile)
	}
	if err == nil {
		err = s.noteAside(now)
	}
	if err == nil {
		err = d.syncDirs(s.path(""))
	}
	if err == nil {
		err = d.rename(s.path(""), filepath.Join(data, readyDir))
	}
	if err != nil {
		return errors.Join(full(err), s.Drop())
	}
	return nil
}

// mark makes an empty file among what is laid out.
func (s *Staged) mark(name string) error {
	f, err := s.disk.create(s.path(name))
	if err != nil {
		return err
	}
	return f.finish()
}

// allOf lists what belongs to the box in a data directory.
func allOf(data string) (names []string, err error) {
	entries, err := os.ReadDir(data)
	for _, e := range entries {
		if !ofMachine(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// DropGivenUp deletes boxes that were given up more than thirty days ago.
func DropGivenUp(data string, now time.Time) error {
	asides, err := Asides(data)
	for _, a := range asides {
		if _, fault := os.Lstat(filepath.Join(data, a.Name, givenUpFile)); errors.Is(fault, fs.ErrNotExist) || now.Sub(a.Day) < givenUpFor {
			continue
		}
		err = errors.Join(err, DropAside(data, a.Name))
	}
	return err
}
