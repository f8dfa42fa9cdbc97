package stick

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"copi.local/store"
)

// machine is a tree as the kernel shows it.
type machine struct {
	*testing.T
	*Linux
	root string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	root := t.TempDir()
	m := &machine{T: t, root: root, Linux: &Linux{
		sys: filepath.Join(root, "sys"), dev: filepath.Join(root, "dev"), mountinfo: filepath.Join(root, "mountinfo"), mayMount: true,
	}}
	m.file("mountinfo", "")
	m.plug("mmcblk0", "platform/soc/mmc0", 64<<20, "179:0")
	return m
}

func (m *machine) file(name, text string) {
	m.Helper()
	path := filepath.Join(m.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		m.Fatal(err)
	}
}

// plug adds a disk of so many sectors.
func (m *machine) plug(name, bus string, sectors int, number string) {
	m.Helper()
	at := "sys/devices/" + bus + "/block/" + name
	m.volume(at, sectors, number)
	m.file(at+"/diskseq", "7\n")
	m.file(at+"/ro", "0\n")
	m.file(at+"/device/model", "Flash Disk      \n")
	link := filepath.Join(m.root, "sys/block", name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(link), 0o700), os.Symlink("../devices/"+bus+"/block/"+name, link)); err != nil {
		m.Fatal(err)
	}
}

// part adds a partition to sda.
func (m *machine) part(name string, sectors int, number string, first []byte) {
	m.Helper()
	m.volume(usbSda+"/"+name, sectors, number)
	m.file(usbSda+"/"+name+"/partition", "1\n")
	m.file("dev/"+name, string(first))
}

func (m *machine) volume(at string, sectors int, number string) {
	m.Helper()
	m.file(at+"/size", strconv.Itoa(sectors)+"\n")
	m.file(at+"/dev", number+"\n")
}

const (
	usb    = "platform/soc/3f980000.usb/usb1/1-1/1-1.2/1-1.2:1.0/host0/target0:0:0/0:0:0:0"
	usbSda = "sys/devices/" + usb + "/block/sda"
)

// begins are the first bytes of each file system.
func begins(kind Kind) []byte {
	b := make([]byte, probed)
	binary.LittleEndian.PutUint16(b[510:], 0xAA55)
	switch kind {
	case FAT:
		copy(b[71:], "VILLAGE    FAT32   ")
	case ExFAT:
		copy(b[3:], "EXFAT   ")
	case NTFS:
		copy(b[3:], "NTFS    ")
	case Ext4:
		binary.LittleEndian.PutUint16(b[0x438:], 0xEF53)
		copy(b[0x478:], "mairie")
	case Unknown:
	}
	return b
}

func keyOf(err error) string {
	if e, ok := errors.AsType[*store.Error](err); ok {
		return e.Key
	}
	return ""
}

// TestWhichStickIsIn goes through what people plug in.
func TestWhichStickIsIn(t *testing.T) {
	for name, c := range map[string]struct {
		set   func(*machine)
		in    bool
		fault string
		kind  Kind
		label string
	}{
		"nothing":         {func(*machine) {}, false, "", "", ""},
		"FAT":             {func(m *machine) { m.part("sda1", 4000, "8:1", begins(FAT)) }, true, "", FAT, "VILLAGE"},
		"exFAT":           {func(m *machine) { m.part("sda1", 4000, "8:1", begins(ExFAT)) }, true, "", ExFAT, "Flash Disk"},
		"ext4":            {func(m *machine) { m.part("sda1", 4000, "8:1", begins(Ext4)) }, true, "", Ext4, "mairie"},
		"NTFS":            {func(m *machine) { m.part("sda1", 4000, "8:1", begins(NTFS)) }, true, "err.backup.ntfs", NTFS, "Flash Disk"},
		"never formatted": {func(m *machine) { m.part("sda1", 4000, "8:1", begins(Unknown)) }, true, "err.stick.format", Unknown, "Flash Disk"},
		"dead":            {func(m *machine) { m.part("sda1", 4000, "8:1", []byte("short")) }, true, "err.backup.stick_unreadable", Unknown, "Flash Disk"},
		"the larger of two": {func(m *machine) {
			m.part("sda1", 400, "8:1", begins(Ext4))
			m.part("sda2", 4000, "8:2", begins(FAT))
		}, true, "", FAT, "VILLAGE"},
		"the one that can be used": {func(m *machine) {
			m.part("sda1", 400, "8:1", begins(FAT))
			m.part("sda2", 4000, "8:2", begins(NTFS))
		}, true, "", FAT, "VILLAGE"},
		"without partitions": {func(m *machine) { m.file("dev/sda", string(begins(FAT))) }, true, "", FAT, "VILLAGE"},
		"locked": {func(m *machine) {
			m.part("sda1", 4000, "8:1", begins(FAT))
			m.file(usbSda+"/ro", "1\n")
		}, true, "err.backup.stick_locked", FAT, "VILLAGE"},
		"a reader without a card": {func(m *machine) { m.volume(usbSda, 0, "8:0") }, false, "", "", ""},
		"the disk of the system": {func(m *machine) {
			m.part("sda1", 4000, "8:1", begins(FAT))
			m.part("sda2", 4000, "8:2", begins(Ext4))
			m.file("mountinfo", "30 1 8:2 / /perm rw,relatime - ext4 /dev/sda2 rw\n")
		}, false, "", "", ""},
		"mounted by the desktop": {func(m *machine) {
			m.part("sda1", 4000, "8:1", begins(FAT))
			m.file("mountinfo", `60 1 8:1 / /media/odette/MA\040CLE rw,nosuid shared:9 - vfat /dev/sda1 rw`+"\n")
		}, true, "", FAT, "Flash Disk"},
		"NTFS, mounted": {func(m *machine) {
			m.part("sda1", 4000, "8:1", begins(NTFS))
			m.file("mountinfo", "60 1 8:1 / /mnt rw - ntfs3 /dev/sda1 rw\n")
		}, true, "err.backup.ntfs", NTFS, "Flash Disk"},
		"nobody may mount it": {func(m *machine) {
			m.part("sda1", 4000, "8:1", begins(FAT))
			m.mayMount = false
		}, true, "err.stick.not_mounted", Unknown, "Flash Disk"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			if name != "nothing" {
				m.plug("sda", usb, 8000, "8:0")
			}
			c.set(m)
			s, in := m.Find()
			if in != c.in || keyOf(s.Fault) != c.fault || s.Kind != c.kind || s.Name != c.label {
				t.Errorf("found %+v, %t", s, in)
			}
			if again, still := m.Find(); still != in || !again.Same(s) {
				t.Errorf("looked at again: %+v, %t", again, still)
			}
		})
	}
}

func TestAMountWithASpaceIsFoundWhereItIs(t *testing.T) {
	m := newMachine(t)
	m.plug("sda", usb, 8000, "8:0")
	m.part("sda1", 4000, "8:1", begins(FAT))
	m.file("mountinfo", `60 1 8:1 / /media/odette/MA\040CLE rw - vfat /dev/sda1 rw`+"\n")
	if s, _ := m.Find(); s.dir != "/media/odette/MA CLE" {
		t.Errorf("at %q", s.dir)
	}
}

// TestAStickIsSeenToGo, and another one under the same name is another.
func TestAStickIsSeenToGo(t *testing.T) {
	m := newMachine(t)
	m.plug("sda", usb, 8000, "8:0")
	m.part("sda1", 4000, "8:1", begins(FAT))
	was, _ := m.Find()
	m.file(usbSda+"/diskseq", "8\n")
	if now, in := m.Find(); !in || now.Same(was) || now.ID == was.ID {
		t.Errorf("another stick: %+v", now)
	}
	if err := os.Remove(filepath.Join(m.root, "sys/block/sda")); err != nil {
		t.Fatal(err)
	}
	if s, in := m.Find(); in {
		t.Errorf("still there: %+v", s)
	}
}

func TestFaultsAreSentences(t *testing.T) {
	for err, want := range map[error]string{
		syscall.ENODEV: "err.stick.removed", syscall.EROFS: "err.backup.stick_locked", syscall.EACCES: "err.stick.rights",
		syscall.EFBIG: "err.stick.large", syscall.EIO: "err.backup.stick_unreadable",
		store.E(store.Busy, "err.backup.full"): "err.backup.full",
	} {
		if got := keyOf(Fault(&os.PathError{Path: "/mnt/COPI", Err: err}, "/mnt", false)); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
		if got := keyOf(Fault(err, "/mnt", true)); got != "err.stick.removed" {
			t.Errorf("%v of one that is gone: %s", err, got)
		}
	}
	if got := keyOf(Fault(&os.PathError{Path: "/perm/box.key", Err: syscall.EROFS}, "/mnt", false)); got != "err.stick.box" {
		t.Errorf("a fault of the card: %s", got)
	}
	if Fault(nil, "", true) != nil {
		t.Error("a fault where there is none")
	}
}

// TestADirectoryStandsForAStick as long as it is there.
func TestADirectoryStandsForAStick(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cle")
	m := Folder(dir)
	if _, in := m.Find(); in {
		t.Error("plugged in before it is there")
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s, in := m.Find()
	if !in || s.Name != "cle" || s.Size == 0 || s.Fault != nil {
		t.Fatalf("%+v, %t", s, in)
	}
	o, err := m.Open(s, true)
	if err != nil || o.Dir != dir || errors.Join(o.Again(), o.Close()) != nil {
		t.Errorf("opened: %+v, %v", o, err)
	}
	if err := os.Rename(dir, dir+".gone"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Open(s, true); keyOf(err) != "err.stick.removed" {
		t.Errorf("pulled out: %v", err)
	}
}

// FuzzProbe: a stick is a stranger's.
func FuzzProbe(f *testing.F) {
	for _, kind := range []Kind{FAT, ExFAT, Ext4, NTFS, Unknown} {
		f.Add(begins(kind))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		kind, label, err := probe(bytes.NewReader(b))
		if err == nil && len(b) < probed || strings.ContainsAny(label, "\n\x00\x1b") {
			t.Errorf("%q, %q, %v of %d bytes", kind, label, err, len(b))
		}
	})
}
