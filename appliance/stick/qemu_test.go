//go:build qemu

// Sticks as the kernel of the SD card has them: this test binary, built for
// arm64, is the only program of a machine in QEMU, into which sticks with real
// file systems are plugged and pulled out again. It needs Debian's
// qemu-system-arm, dosfstools, exfatprogs, e2fsprogs and ntfs-3g, and the module
// cache with the image's kernel, and fails without.

package stick

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// plugged are the sticks, in their order.
var plugged = []struct {
	name   string
	format []string // a command that takes the file as its last argument
	size   int64
	locked bool
	told   string
}{
	{name: "fat", format: []string{"mkfs.vfat", "-F", "32", "-n", "VILLAGE"}, size: 64 << 20, told: `vfat "VILLAGE" <nil>, again whole`},
	{name: "exfat", format: []string{"mkfs.exfat"}, size: 64 << 20, told: `exfat "QEMU HARDDISK" <nil>, again whole`},
	{name: "ext4", format: []string{"mkfs.ext4", "-q", "-L", "mairie"}, size: 64 << 20, told: `ext4 "mairie" <nil>, again whole`},
	{name: "ntfs", format: []string{"mkfs.ntfs", "-q", "-F", "-f"}, size: 64 << 20, told: `ntfs "QEMU HARDDISK" err.backup.ntfs`},
	{name: "blank", size: 16 << 20, told: `"QEMU HARDDISK" err.stick.format`},
	{name: "locked", format: []string{"mkfs.vfat", "-F", "32", "-n", "SERRURE"}, size: 64 << 20, locked: true, told: `vfat "SERRURE" err.backup.stick_locked`},
	{name: "full", format: []string{"mkfs.vfat", "-n", "PLEINE"}, size: 2 << 20, told: `vfat "PLEINE" <nil>, no space left on device`},
	{name: "early", format: []string{"mkfs.vfat", "-F", "32", "-n", "TROPTOT"}, size: 64 << 20, told: `vfat "TROPTOT" <nil>, err.stick.removed`},
}

func init() {
	if os.Getpid() == 1 {
		guest()
	}
}

// guest is the whole user space of the machine. It tells on the console what it
// finds, then switches the machine off.
func guest() {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, "copi: "+format+"\n", args...) }
	defer func() {
		say("over: %v", recover())
		unix.Sync()
		_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	}()
	for dir, kind := range map[string]string{"/dev": "devtmpfs", "/sys": "sysfs", "/proc": "proc", "/tmp": "tmpfs"} {
		must(os.MkdirAll(dir, 0o755))
		if err := unix.Mount(kind, dir, kind, 0, ""); err != nil && err != unix.EBUSY {
			panic(err)
		}
	}
	m := OnLinux()
	for _, p := range plugged {
		say("wants %s", p.name)
		s := waitFor(m, true)
		say("found %s", strings.TrimSpace(fmt.Sprintf("%s %q %s", s.Kind, strings.Join(strings.Fields(s.Name), " "), sentence(s.Fault))+used(m, s, p.name, say)))
		say("done %s", p.name)
		waitFor(m, false)
	}
	left, err := filepath.Glob("/tmp/*")
	must(err)
	say("left %v", left)
}

// sentence is the key of an error.
func sentence(err error) string {
	if key := keyOf(err); key != "" {
		return key
	}
	return fmt.Sprint(err)
}

// waitFor waits until a stick is in, read or not, or out.
func waitFor(m *Linux, in bool) Stick {
	for range 600 {
		if s, now := m.Find(); now == in && (!in || !is(s.Fault, errUnreadable)) {
			return s
		}
		time.Sleep(100 * time.Millisecond)
	}
	panic(fmt.Sprintf("no stick in: %t for a minute", in))
}

// used writes to a stick that can be used and reads it again.
func used(m *Linux, s Stick, name string, say func(string, ...any)) string {
	if s.Fault != nil {
		return ""
	}
	o, err := m.Open(s, true)
	if err != nil {
		return ", not opened: " + sentence(err)
	}
	err = write(o, name, say)
	_, in := m.Find()
	for i := 0; name == "early" && in && i < 100; i++ { // the kernel tells a moment later
		time.Sleep(100 * time.Millisecond)
		_, in = m.Find()
	}
	if fault := o.Close(); fault != nil && name != "early" {
		return fmt.Sprintf(", not closed: %v", fault)
	}
	if errors.Is(err, unix.ENOSPC) {
		return ", no space left on device"
	}
	if err != nil {
		return ", " + sentence(Fault(err, o.Dir, !in))
	}
	return ", again whole"
}

// write writes 8 MB as a backup is written; to the stick that is pulled out early,
// until it fails.
func write(o *Opened, name string, say func(string, ...any)) error {
	dir := filepath.Join(o.Dir, "COPI")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	block := bytes.Repeat([]byte("CoPi "), 200_000)
	path := filepath.Join(dir, "copi-x-2026-01-01-1.copibackup")
	for n := range 100 {
		f, err := os.Create(path + ".part")
		if err != nil {
			return err
		}
		for range 8 {
			_, fault := f.Write(block)
			err = errors.Join(err, fault)
		}
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
		if name != "early" {
			break
		}
		if n == 0 {
			say("done early") // the host pulls it out
		}
	}
	if err := os.Rename(path+".part", path); err != nil {
		return err
	}
	if err := errors.Join(syncAt(dir), o.Again()); err != nil {
		return err
	}
	got, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(got, bytes.Repeat(block, 8)) {
		err = errors.New("other bytes than were written")
	}
	return err
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// cpio packs a program as the kernel's first root, in its "newc" form.
func cpio(program []byte) []byte {
	var out bytes.Buffer
	pad := func() { out.Write(make([]byte, (4-out.Len()%4)%4)) }
	add := func(inode int, name string, mode int, data []byte) {
		fmt.Fprintf(&out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
			inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0)
		out.WriteString(name + "\x00")
		pad()
		out.Write(data)
		pad()
	}
	add(1, "init", unix.S_IFREG|0o755, program)
	add(2, "TRAILER!!!", 0, nil)
	return out.Bytes()
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0", "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return strings.TrimSpace(string(out))
}

// makeSticks makes the files behind the sticks, and how QEMU is told of them.
func makeSticks(t *testing.T, dir string) (drives []string) {
	t.Helper()
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	for _, p := range plugged {
		file := filepath.Join(dir, p.name+".img")
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Truncate(file, p.size)); err != nil {
			t.Fatal(err)
		}
		if p.format != nil {
			output(t, p.format[0], append(p.format[1:], file)...)
		}
		drive := "if=none,format=raw,id=" + p.name + ",file=" + file
		if p.locked {
			drive += ",readonly=on"
		}
		drives = append(drives, "-drive", drive)
	}
	return drives
}

func TestSticksOfTheKernel(t *testing.T) {
	dir := t.TempDir()
	program, root, monitor := filepath.Join(dir, "init"), filepath.Join(dir, "root.cpio"), filepath.Join(dir, "monitor")
	output(t, "go", "test", "-c", "-tags", "qemu", "-o", program, ".")
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root, cpio(data), 0o600); err != nil {
		t.Fatal(err)
	}
	kernels, err := filepath.Glob(filepath.Join(output(t, "go", "env", "GOMODCACHE"), "github.com/gokrazy/kernel.rpi@*/vmlinuz"))
	if err != nil || len(kernels) == 0 {
		t.Fatal("the image's kernel is not in the module cache: make image fetches it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	args := append([]string{
		"-M", "virt", "-cpu", "cortex-a72", "-m", "384", "-display", "none", "-nic", "none",
		"-serial", "stdio", "-monitor", "unix:" + monitor + ",server,nowait", "-device", "qemu-xhci,id=usb",
		"-kernel", kernels[len(kernels)-1], "-initrd", root, "-append", "console=ttyAMA0 panic=-1 quiet",
	}, makeSticks(t, dir)...)
	vm := exec.CommandContext(ctx, "qemu-system-aarch64", args...)
	console, err := vm.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	vm.Stderr = os.Stderr
	if err := vm.Start(); err != nil {
		t.Fatal(err)
	}
	told := attend(t, console, monitor)
	if err := vm.Wait(); err != nil {
		t.Errorf("machine: %v", err)
	}
	want := ""
	for _, p := range plugged {
		want += "found " + p.told + "\n"
	}
	want += "left []\nover: <nil>\n"
	if told != want {
		t.Errorf("the machine told\n%swant\n%s", told, want)
	}
}

// attend plugs in what the guest wants and pulls out what it is done with, and
// gives the rest of what it tells.
func attend(t *testing.T, console interface{ Read([]byte) (int, error) }, monitor string) string {
	t.Helper()
	var told, all strings.Builder
	ask := func(line string) {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "unix", monitor)
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = conn.Write([]byte(line + "\n"))
		time.Sleep(200 * time.Millisecond) // the monitor obeys when it has read the line
		_ = conn.Close()
	}
	pulled := map[string]bool{}
	lines := bufio.NewScanner(console)
	for lines.Scan() {
		all.WriteString(lines.Text() + "\n")
		line, ours := strings.CutPrefix(strings.TrimSpace(lines.Text()), "copi: ")
		if !ours {
			continue
		}
		if name, ok := strings.CutPrefix(line, "wants "); ok {
			ask("device_add usb-storage,bus=usb.0,drive=" + name + ",id=stick-" + name)
		} else if name, ok := strings.CutPrefix(line, "done "); ok {
			if !pulled[name] {
				ask("device_del stick-" + name)
			}
			pulled[name] = true
		} else {
			told.WriteString(line + "\n")
		}
	}
	if !strings.Contains(told.String(), "over: <nil>") {
		t.Logf("console:\n%s", all.String())
	}
	return told.String()
}
