package stick

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"copi.local/store/durable"
)

// Folder is a directory that stands for a stick, on a PC: it is plugged in as
// long as it is there.
type Folder string

var _ Machine = Folder("")

// Find tells whether the directory is there.
func (d Folder) Find() (Stick, bool) {
	info, err := os.Stat(string(d))
	if err != nil || !info.IsDir() {
		return Stick{}, false
	}
	s := Stick{Name: filepath.Base(string(d)), dir: string(d)}
	if at, ok := info.Sys().(*syscall.Stat_t); ok { // another directory under the name is another stick
		s.ID = fmt.Sprintf("folder-%d", at.Ino)
	}
	_, s.Size, err = durable.Room(s.dir)
	s.Fault = Fault(err, "", false)
	return s, true
}

// Open gives the directory.
func (d Folder) Open(s Stick, _ bool) (*Opened, error) {
	if _, ok := d.Find(); !ok {
		return nil, errRemoved
	}
	through := func() error { return Fault(syncAt(s.dir), s.dir, false) }
	return &Opened{Dir: s.dir, Again: through, Close: through}, nil
}
