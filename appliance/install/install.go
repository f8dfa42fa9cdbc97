// Package install makes a box of a machine that runs Debian, Raspberry Pi OS or
// another Linux with systemd: the program in its place, a user of its own, and
// a hardened service that starts with the machine.
//
// What is installed is four files and a directory: the program
// (/usr/local/bin/copi), who it runs as (/etc/sysusers.d/copi.conf), the
// service (/etc/systemd/system/copi.service), the link that starts it at boot,
// and the data. Remove takes away all but the user and the data.
package install

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"copi.local/store/durable"
)

// Places of what is installed.
const (
	Data     = "/var/lib/copi" // where the data are unless somebody says otherwise
	program  = "/usr/local/bin/copi"
	account  = "copi"
	users    = "/etc/sysusers.d/copi.conf"
	unitFile = "/etc/systemd/system/copi.service"
	service  = "copi.service"
)

// Installer installs a box on a machine. Its zero value is not usable; see New.
type Installer struct {
	Out io.Writer // told what is done, a line each

	root string // before every path; a test's directory
	uid  int    // of who installs
	self string // the program that runs now
	run  func(ctx context.Context, name string, args ...string) (string, error)
	find func(name string) (uid, gid int, err error)
	free func(ctx context.Context, address string) error
}

// New is an installer for this machine.
func New(out io.Writer) (*Installer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("which file this program is: %w", err)
	}
	return &Installer{Out: out, uid: os.Geteuid(), self: self, run: run, find: find, free: listenable}, nil
}

// Install installs the box, or a newer program over an older one, whose
// settings stay where s leaves them empty. It fails before it changes anything
// when it is not root's, when there is no systemd, when a setting is wrong or
// when another program has the address of the pages; what it fails at later is
// undone, except that a program it has replaced stays replaced.
func (i *Installer) Install(ctx context.Context, s Settings) (Settings, error) {
	if err := i.mayInstall(); err != nil {
		return s, err
	}
	before, installed, err := i.installed()
	if err != nil {
		return s, err
	}
	s = s.or(before).or(usual)
	if err := s.check(); err != nil {
		return s, err
	}
	if !installed {
		if err := i.free(ctx, s.HTTP); err != nil {
			return s, fmt.Errorf("another program has the address of the pages, %s; choose one with --http: %w", s.HTTP, err)
		}
	}
	if err := i.place(ctx, s); err != nil {
		if installed {
			return s, err
		}
		return s, errors.Join(err, i.takeAway(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (i *Installer) mayInstall() error {
	if i.uid != 0 {
		return errors.New("to install needs root: write sudo before it")
	}
	if _, err := os.Stat(i.at("/run/systemd/system")); err != nil {
		return errors.New("systemd does not run this machine; start the box with copi serve instead")
	}
	return nil
}

// place puts everything where it belongs and starts the service.
func (i *Installer) place(ctx context.Context, s Settings) error {
	if err := i.placeProgram(); err != nil {
		return err
	}
	if err := i.write(users, 0o644, strings.NewReader("u "+account+" - \"CoPi box\" "+s.Data+"\n")); err != nil {
		return err
	}
	if _, err := i.run(ctx, "systemd-sysusers", i.at(users)); err != nil {
		return err
	}
	if err := i.placeData(s.Data); err != nil {
		return err
	}
	groups := []string{}
	if _, _, err := i.find(gpioGroup); err == nil {
		groups = append(groups, gpioGroup)
	}
	if err := i.write(unitFile, 0o644, strings.NewReader(unit(s, groups))); err != nil {
		return err
	}
	for _, args := range [][]string{{"daemon-reload"}, {"enable", service}, {"restart", service}} {
		if _, err := i.run(ctx, "systemctl", args...); err != nil {
			return err
		}
	}
	i.say("the service %s runs and starts with the machine", service)
	return nil
}

// placeProgram copies this program to its place, unless it is there.
func (i *Installer) placeProgram() error {
	to := i.at(program)
	if same(i.self, to) {
		return nil
	}
	from, err := os.Open(i.self)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	if err := i.write(program, 0o755, from); err != nil {
		return err
	}
	i.say("the program is %s", program)
	return nil
}

// placeData makes the data directory, or takes over one that somebody began
// under another name: all in it becomes the service's.
func (i *Installer) placeData(dir string) error {
	uid, gid, err := i.find(account)
	if err != nil {
		return fmt.Errorf("the user %s: %w", account, err)
	}
	if err := os.MkdirAll(i.at(dir), 0o700); err != nil {
		return err
	}
	if err := give(i.at(dir), uid, gid); err != nil {
		return err
	}
	i.say("the data are in %s", dir)
	return nil
}

// give makes a directory and all in it somebody's; nothing a link in it points
// to outside.
func give(dir string, uid, gid int) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	err = fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(path, uid, gid)
	})
	return errors.Join(err, root.Close())
}

// Remove ends the service and takes the program away. The data stay, and the
// user they belong to.
func (i *Installer) Remove(ctx context.Context) error {
	if err := i.mayInstall(); err != nil {
		return err
	}
	s, installed, err := i.installed()
	if err != nil {
		return err
	}
	if !installed {
		return errors.New("no box is installed here")
	}
	if err := i.takeAway(ctx); err != nil {
		return err
	}
	i.say("the service is gone; the data stay in %s", s.Data)
	return nil
}

// takeAway undoes place, of which any part may not have been done.
func (i *Installer) takeAway(ctx context.Context) error {
	_, _ = i.run(ctx, "systemctl", "disable", "--now", service) // there may be none
	var errs []error
	for _, path := range []string{unitFile, users, program} {
		if err := os.Remove(i.at(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	if _, err := i.run(ctx, "systemctl", "daemon-reload"); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// installed reads the settings of the box that is installed.
func (i *Installer) installed() (s Settings, ok bool, err error) {
	text, err := os.ReadFile(i.at(unitFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, false, nil
	}
	if err != nil {
		return s, false, err
	}
	return settingsOf(string(text)), true, nil
}

func (i *Installer) at(path string) string { return filepath.Join(i.root, path) }

// write puts a file of the system where it belongs.
func (i *Installer) write(path string, mode fs.FileMode, from io.Reader) error {
	to := i.at(path)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // everybody may read what is there
		return err
	}
	return durable.Write(to, mode, func(w io.Writer) error { _, err := io.Copy(w, from); return err })
}

func (i *Installer) say(format string, a ...any) { _, _ = fmt.Fprintf(i.Out, format+"\n", a...) }

// same tells whether two names are one file.
func same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// run runs a program of the system; its error says what the program said.
func run(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput() //nolint:gosec // programs named in this package, by their names
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}

// find is the number of a user and its group, or of a group of that name.
func find(name string) (uid, gid int, err error) {
	if u, err := user.Lookup(name); err == nil {
		uid, errU := strconv.Atoi(u.Uid)
		gid, errG := strconv.Atoi(u.Gid)
		return uid, gid, errors.Join(errU, errG)
	}
	g, err := user.LookupGroup(name)
	if err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(g.Gid)
	return 0, gid, err
}

// listenable fails when a program listens at an address already.
func listenable(ctx context.Context, address string) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, unix.EADDRINUSE) {
		return err
	}
	if err != nil {
		return fmt.Errorf("the address %s: %w", address, err)
	}
	return l.Close()
}
