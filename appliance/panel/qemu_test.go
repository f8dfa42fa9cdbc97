//go:build qemu

// The GPIO lines as the kernel of the SD card has them: this test binary, built
// for arm64, is the only program of a machine in QEMU, whose power button is
// wired to a GPIO line. It needs Debian's qemu-system-arm and the module cache
// with the image's kernel, and fails without.

package panel

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3/gpioioctl"
)

// The lines of QEMU's "virt" machine: its power button, and one that is free.
const (
	virtChip   = "9030000.pl061"
	virtButton = 3
	virtLED    = 5
)

func init() {
	if os.Getpid() == 1 {
		guest()
	}
}

// guest is the whole user space of the machine. It tells on the console what
// the lines do, then switches the machine off.
func guest() {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, "copi: "+format+"\n", args...) }
	defer func() {
		say("over: %v", recover())
		unix.Sync()
		_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	}()
	for dir, kind := range map[string]string{"/dev": "devtmpfs", "/sys": "sysfs", "/proc": "proc"} {
		must(os.MkdirAll(dir, 0o755))
		if err := unix.Mount(kind, dir, kind, 0, ""); err != nil && err != unix.EBUSY {
			panic(err)
		}
	}
	// The kernel's own button driver holds the line until it is told to let go.
	must(os.WriteFile("/sys/bus/platform/drivers/gpio-keys/unbind", []byte("gpio-keys"), 0))
	_, err := driverreg.Init()
	must(err)
	for _, chip := range gpioioctl.Chips {
		say("chip %s, %d lines", chip.Label(), chip.LineCount())
		if chip.Label() != virtChip {
			continue
		}
		led := chip.ByNumber(virtLED)
		p, err := newPins(led, chip.ByNumber(virtButton), testClock())
		must(err)
		for _, on := range []bool{true, false, true} {
			must(p.Light(on))
			say("light %t reads %t", on, led.Func() == gpio.OUT_HIGH)
		}
		watchGuest(p, say)
		must(p.Close())
		say("dark %t", led.Read() == gpio.Low)
	}
}

// watchGuest tells seven levels of the button, then stops watching.
func watchGuest(p Lines, say func(string, ...any)) {
	ctx, cancel := context.WithCancel(context.Background())
	levels, before := 0, ""
	began := time.Now()
	must(p.Watch(ctx, func(down bool) {
		if now := fmt.Sprint(down); now != before {
			before = now
			say("down %t", down)
			if levels++; levels == 7 {
				began = time.Now()
				cancel()
			}
		}
	}))
	say("watch over in time %t", time.Since(began) < time.Second)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// cpio packs files for the kernel's first root, in its "newc" form.
func cpio(files map[string][]byte) []byte {
	var out bytes.Buffer
	pad := func() { out.Write(make([]byte, (4-out.Len()%4)%4)) }
	inode := 0
	add := func(name string, mode int, data []byte) {
		inode++
		fmt.Fprintf(&out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
			inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0)
		out.WriteString(name + "\x00")
		pad()
		out.Write(data)
		pad()
	}
	for name, data := range files {
		add(name, unix.S_IFREG|0o755, data)
	}
	add("TRAILER!!!", 0, nil)
	return out.Bytes()
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return strings.TrimSpace(string(out))
}

func TestLinesOfTheKernel(t *testing.T) {
	dir := t.TempDir()
	program, root, monitor := filepath.Join(dir, "init"), filepath.Join(dir, "root.cpio"), filepath.Join(dir, "monitor")
	output(t, "go", "test", "-c", "-tags", "qemu", "-o", program, ".")
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root, cpio(map[string][]byte{"init": data}), 0o600); err != nil {
		t.Fatal(err)
	}
	kernels, err := filepath.Glob(filepath.Join(output(t, "go", "env", "GOMODCACHE"), "github.com/gokrazy/kernel.rpi@*/vmlinuz"))
	if err != nil || len(kernels) == 0 {
		t.Fatal("the image's kernel is not in the module cache: make image fetches it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	vm := exec.CommandContext(ctx, "qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-m", "256", "-display", "none", "-nic", "none",
		"-serial", "stdio", "-monitor", "unix:"+monitor+",server,nowait",
		"-kernel", kernels[len(kernels)-1], "-initrd", root, "-append", "console=ttyAMA0 panic=-1 quiet")
	console, err := vm.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := vm.Start(); err != nil {
		t.Fatal(err)
	}
	told := listen(t, console, monitor)
	if err := vm.Wait(); err != nil {
		t.Errorf("machine: %v", err)
	}
	// The power button of this machine is high while pressed, ours low: at rest
	// it looks pressed, and each press of 100 ms like a release.
	want := `light true reads true
light false reads false
light true reads true
down true
down false
down true
down false
down true
down false
down true
watch over in time true
dark true
over: <nil>
`
	if told != want {
		t.Errorf("the machine told\n%swant\n%s", told, want)
	}
}

// listen gives what the guest tells, and presses its power button once
// whenever the button is at rest.
func listen(t *testing.T, console interface{ Read([]byte) (int, error) }, monitor string) string {
	t.Helper()
	var told, all strings.Builder
	lines := bufio.NewScanner(console)
	for lines.Scan() {
		all.WriteString(lines.Text() + "\n")
		line, ours := strings.CutPrefix(strings.TrimSpace(lines.Text()), "copi: ")
		if !ours || strings.HasPrefix(line, "chip ") {
			continue
		}
		told.WriteString(line + "\n")
		if line != "down true" {
			continue
		}
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "unix", monitor)
		if err != nil {
			continue // the machine is already going off
		}
		_, _ = conn.Write([]byte("system_powerdown\n"))
		time.Sleep(200 * ms) // the monitor obeys when it has read the line
		_ = conn.Close()
	}
	if told.Len() == 0 {
		t.Logf("console:\n%s", all.String())
	}
	return told.String()
}
