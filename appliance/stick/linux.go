package stick

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// Linux finds sticks by the kernel's lists.
type Linux struct {
	sys, dev, mountinfo string
	mayMount            bool

	mu    sync.Mutex // guards the rest
	look  string     // what was seen last
	found Stick
	ok    bool
}

var _ Machine = (*Linux)(nil)

// OnLinux is the machine this process runs on.
func OnLinux() *Linux {
	return &Linux{sys: "/sys", dev: "/dev", mountinfo: "/proc/self/mountinfo", mayMount: os.Geteuid() == 0}
}

// Find tells which stick is plugged in: of several, the first that can be used.
func (m *Linux) Find() (Stick, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	disks, err := m.disks()
	if err != nil || len(disks) == 0 {
		m.look = ""
		return Stick{}, false
	}
	mounts, err := m.mounts()
	if err != nil {
		return Stick{}, false // without the list nobody knows which disk is the machine's own
	}
	look := fmt.Sprint(disks, mounts)
	if look == m.look {
		return m.found, m.ok
	}
	m.look, m.found, m.ok = look, Stick{}, false
	for _, d := range disks {
		s, ok := m.of(d, mounts)
		if !ok || m.ok && s.Fault != nil {
			continue
		}
		m.found, m.ok = s, true
		if s.Fault == nil {
			break
		}
	}
	if is(m.found.Fault, errUnreadable) { // a stick may need a moment
		m.look = ""
	}
	return m.found, m.ok
}

// mounts lists what others mounted.
func (m *Linux) mounts() ([]mount, error) {
	f, err := os.Open(m.mountinfo)
	if err != nil {
		return nil, err
	}
	list, err := readMounts(f)
	list = slices.DeleteFunc(list, func(at mount) bool { return m.ours(at.dir) })
	return list, errors.Join(err, f.Close())
}

// of is the stick a disk is; false for the machine's own disk. Of several
// partitions it is the largest that can be used.
func (m *Linux) of(d disk, mounts []mount) (s Stick, ok bool) {
	s = Stick{ID: d.name + "-" + d.seq, Name: word(filepath.Join(m.sys, "block", d.name), "device/model")}
	numbers := []string{word(filepath.Join(m.sys, "block", d.name), "dev")}
	for _, v := range d.parts {
		numbers = append(numbers, v.number)
	}
	for _, at := range mounts {
		if slices.Contains(numbers, at.device) && !forSticks(at.dir) {
			return Stick{}, false
		}
	}
	parts := slices.Clone(d.parts)
	slices.SortFunc(parts, func(a, b volume) int { return int(min(max(b.size-a.size, -1), 1)) })
	s.Fault = errFormat
	for _, v := range parts {
		one, fault := s, error(nil)
		one.Size = v.size
		if one.dir, one.Kind = mountedAt(v, mounts); one.dir == "" {
			fault = m.probe(v, &one)
		}
		if fault == nil {
			fault = usable(one.Kind, d.locked)
		}
		one.Fault = fault
		if fault == nil {
			return one, true
		}
		if is(s.Fault, errFormat) { // says less than any other
			s = one
		}
	}
	return s, true
}

// usable says why a file system cannot be used; nil if it can.
func usable(kind Kind, locked bool) error {
	switch {
	case kind == NTFS:
		return errNTFS
	case kind == Unknown:
		return errFormat
	case locked:
		return errLocked
	}
	return nil
}

// mountedAt is where somebody mounted a volume; empty: nowhere.
func mountedAt(v volume, mounts []mount) (dir string, kind Kind) {
	for _, at := range mounts {
		if at.device == v.number && forSticks(at.dir) {
			kind = Kind(at.kind)
			if kind == "ntfs3" {
				kind = NTFS
			}
			return at.dir, kind
		}
	}
	return "", Unknown
}

// probe looks at a volume that nobody has mounted.
func (m *Linux) probe(v volume, s *Stick) error {
	if !m.mayMount {
		return errNotMounted
	}
	s.device = filepath.Join(m.dev, v.name)
	f, err := os.Open(s.device)
	if err != nil {
		return errUnreadable.Because(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	kind, label, err := probe(f)
	if err != nil {
		return errUnreadable.Because(err)
	}
	s.Kind = kind
	if label != "" {
		s.Name = label
	}
	return nil
}

// placeName begins the names of directories this process mounts on.
const placeName = "copi-stick-"

func (m *Linux) ours(dir string) bool {
	ok, err := filepath.Match(filepath.Join(os.TempDir(), placeName+"*"), dir)
	return err == nil && ok
}

// Open mounts the stick, or uses the place where somebody did.
func (m *Linux) Open(s Stick, write bool) (*Opened, error) {
	if s.Fault != nil {
		return nil, s.Fault
	}
	if s.dir != "" {
		through := func() error { return Fault(syncAt(s.dir), s.dir, false) }
		return &Opened{Dir: s.dir, Again: through, Close: through}, nil
	}
	dir, err := os.MkdirTemp("", placeName)
	if err != nil {
		return nil, err
	}
	put := func() error { return mountFault(unix.Mount(s.device, dir, string(s.Kind), flagsOf(write), "")) }
	if err := put(); err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}
	return &Opened{
		Dir: dir,
		Again: func() error {
			if err := unix.Unmount(dir, 0); err != nil {
				return Fault(err, "", false)
			}
			return put()
		},
		Close: func() error { return take(dir) },
	}, nil
}

// flagsOf are how a stranger's file system is mounted (mount(2)).
func flagsOf(write bool) uintptr {
	flags := uintptr(unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME | unix.MS_NOSYMFOLLOW)
	if !write {
		flags |= unix.MS_RDONLY
	}
	return flags
}

// mountFault is the sentence of a mount that failed.
func mountFault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.EUCLEAN):
		return errUnreadable.Because(err)
	case errors.Is(err, unix.ENODEV): // this kernel does not know the file system
		return errFormat.Because(err)
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EROFS):
		return errLocked.Because(err)
	case errors.Is(err, unix.EPERM):
		return errNotMounted.Because(err)
	case errors.Is(err, unix.ENOENT):
		return errRemoved.Because(err)
	}
	return Fault(err, "", false)
}

// take unmounts; where a file is still open, as soon as it is closed.
func take(dir string) error {
	err := unix.Unmount(dir, 0)
	if errors.Is(err, unix.EBUSY) {
		err = unix.Unmount(dir, unix.MNT_DETACH)
	}
	if errors.Is(err, unix.EINVAL) { // mounting it again failed, and that was told
		err = nil
	}
	return errors.Join(err, os.Remove(dir))
}

// syncAt makes everything lie on the stick whose directory it is.
func syncAt(dir string) (err error) {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return unix.Syncfs(int(f.Fd()))
}
