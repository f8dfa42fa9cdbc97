package install

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// machine is an invented machine in a directory.
type machine struct {
	*Installer
	said  *bytes.Buffer
	calls []string
	fails string // a call that fails
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{said: new(bytes.Buffer)}
	root := t.TempDir()
	self := filepath.Join(t.TempDir(), "copi-arm64")
	if err := errors.Join(os.MkdirAll(filepath.Join(root, "run/systemd/system"), 0o700), os.WriteFile(self, []byte("program"), 0o600)); err != nil {
		t.Fatal(err)
	}
	m.Installer = &Installer{
		Out: m.said, root: root, self: self,
		run: func(_ context.Context, name string, args ...string) (string, error) {
			call := name + " " + strings.ReplaceAll(strings.Join(args, " "), root, "")
			m.calls = append(m.calls, call)
			if call == m.fails {
				return "", errors.New("no such luck")
			}
			return "", nil
		},
		find: func(name string) (int, int, error) {
			if name != account {
				return 0, 0, errors.New("nobody of that name")
			}
			return os.Getuid(), os.Getgid(), nil
		},
		free: func(context.Context, string) error { return nil },
	}
	return m
}

func (m *machine) text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(m.root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (m *machine) has(path string) bool {
	_, err := os.Stat(filepath.Join(m.root, path))
	return err == nil
}

func TestInstall(t *testing.T) {
	m := newMachine(t)
	s, err := m.Install(t.Context(), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if s != usual {
		t.Errorf("settings %+v, want the usual ones", s)
	}
	if got := m.text(t, program); got != "program" {
		t.Errorf("the program is %q", got)
	}
	if info, err := os.Stat(filepath.Join(m.root, Data)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("data directory %v, %v; only its owner may read it", info, err)
	}
	want := []string{"systemd-sysusers " + users, "systemctl daemon-reload", "systemctl enable copi.service", "systemctl restart copi.service"}
	if !slices.Equal(m.calls, want) {
		t.Errorf("ran %q, want %q", m.calls, want)
	}
	if unit := m.text(t, unitFile); !strings.Contains(unit, "serve --data /var/lib/copi --http :80 --peer :4001 --hostname copi\n") {
		t.Errorf("the service is\n%s", unit)
	}
}

// TestInstallAgainKeepsSettings: a newer program replaces the older, and nobody
// has to know what was typed years ago.
func TestInstallAgainKeepsSettings(t *testing.T) {
	m := newMachine(t)
	if _, err := m.Install(t.Context(), Settings{HTTP: ":8080", Data: "/srv/copi"}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.self, []byte("newer"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.free = func(context.Context, string) error { return errors.New("the older program has it") }
	s, err := m.Install(t.Context(), Settings{Hostname: "mairie"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Settings{Data: "/srv/copi", HTTP: ":8080", Peer: ":4001", Hostname: "mairie"}); s != want {
		t.Errorf("settings %+v, want %+v", s, want)
	}
	if got := m.text(t, program); got != "newer" {
		t.Errorf("the program is %q", got)
	}
}

// TestInstallOfItself: the program in its place installs itself anew.
func TestInstallOfItself(t *testing.T) {
	m := newMachine(t)
	if _, err := m.Install(t.Context(), Settings{}); err != nil {
		t.Fatal(err)
	}
	m.self = filepath.Join(m.root, program)
	if _, err := m.Install(t.Context(), Settings{}); err != nil {
		t.Fatal(err)
	}
	if got := m.text(t, program); got != "program" {
		t.Errorf("the program is %q", got)
	}
}

func TestInstallRefusesBeforeItChanges(t *testing.T) {
	for name, c := range map[string]struct {
		with Settings
		on   func(m *machine)
		says string
	}{
		"not root":             {on: func(m *machine) { m.uid = 1000 }, says: "sudo"},
		"no systemd":           {on: func(m *machine) { _ = os.Remove(filepath.Join(m.root, "run/systemd/system")) }, says: "copi serve"},
		"port taken":           {on: func(m *machine) { m.free = func(context.Context, string) error { return errors.New("taken") } }, says: "--http"},
		"data in a home":       {with: Settings{Data: "/home/odette/copi"}, says: Data},
		"data of the system":   {with: Settings{Data: "/var/lib"}, says: "belongs to the system"},
		"data not from root":   {with: Settings{Data: "copi"}, says: "from the root"},
		"data with two lines":  {with: Settings{Data: "/srv/copi\nUser=root"}, says: "from the root"},
		"data that climbs":     {with: Settings{Data: "/srv/../etc"}, says: "from the root"},
		"address without port": {with: Settings{HTTP: "localhost"}, says: ":80"},
		"address with a space": {with: Settings{Peer: ":4001 --gpio none"}, says: ":80"},
		"name with a dot":      {with: Settings{Hostname: "copi.local"}, says: "hyphens"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			if c.on != nil {
				c.on(m)
			}
			if _, err := m.Install(t.Context(), c.with); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want a line with %q", err, c.says)
			}
			if len(m.calls) > 0 || m.has(program) || m.has("etc") || m.has("var") {
				t.Errorf("changed something: %q", m.calls)
			}
		})
	}
}

// TestInstallLeavesNothingHalfDone: a service that does not start is taken away
// again, but not one that ran before.
func TestInstallLeavesNothingHalfDone(t *testing.T) {
	m := newMachine(t)
	m.fails = "systemctl restart copi.service"
	if _, err := m.Install(t.Context(), Settings{}); err == nil {
		t.Fatal("installed")
	}
	for _, path := range []string{program, unitFile, users} {
		if m.has(path) {
			t.Errorf("%s is left", path)
		}
	}
	m.fails = ""
	if _, err := m.Install(t.Context(), Settings{}); err != nil {
		t.Fatal(err)
	}
	m.fails = "systemctl restart copi.service"
	if _, err := m.Install(t.Context(), Settings{}); err == nil {
		t.Fatal("installed")
	}
	if !m.has(unitFile) || !m.has(program) {
		t.Error("the box that was there is gone")
	}
}

func TestRemoveKeepsTheData(t *testing.T) {
	m := newMachine(t)
	if err := m.Remove(t.Context()); err == nil {
		t.Error("removed what is not there")
	}
	if _, err := m.Install(t.Context(), Settings{}); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(Data, "copi.db")
	if err := os.WriteFile(filepath.Join(m.root, kept), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := m.Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m.has(unitFile) || m.has(program) || !m.has(kept) {
		t.Error("service, program gone and data kept: not so")
	}
	if !strings.Contains(m.said.String(), Data) {
		t.Errorf("said %q, not where the data stay", m.said)
	}
}

// TestUnitOfBoard: where the board's lines have a group, the service is in it.
func TestUnitOfBoard(t *testing.T) {
	m := newMachine(t)
	find := m.find
	m.find = func(name string) (int, int, error) {
		if name == gpioGroup {
			return 0, 997, nil
		}
		return find(name)
	}
	if _, err := m.Install(t.Context(), Settings{}); err != nil {
		t.Fatal(err)
	}
	if unit := m.text(t, unitFile); !strings.Contains(unit, "SupplementaryGroups=gpio\n") {
		t.Errorf("the service is\n%s", unit)
	}
}
