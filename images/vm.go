package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bootWithin is how long a box may take from power to its first page. It takes
// 7 seconds alone on a machine of 2026, several times that beside other work.
const bootWithin = 3 * time.Minute

// vm is a card in a machine of QEMU: "virt" with EFI firmware, which starts the
// card's own boot loader, kernel and root as they are. It is alone: no packet
// leaves it but the answers to the two forwarded ports.
type vm struct {
	cmd    *exec.Cmd
	serial string        // file of the console's output
	web    string        // address of the box's port 80
	admin  string        // address of the port of gokrazy's own interface
	gone   chan struct{} // closed once QEMU has ended
	said   bytes.Buffer  // what QEMU itself says; read after gone
}

// boot starts the card. The caller pulls the plug in the end.
func boot(ctx context.Context, card, firmware string) (*vm, error) {
	qemu, err := exec.LookPath("qemu-system-aarch64")
	if err != nil {
		return nil, errors.New("qemu-system-aarch64 is missing: install qemu-system-arm")
	}
	ports, err := freePorts(ctx, 2)
	if err != nil {
		return nil, err
	}
	m := &vm{serial: card + ".serial", web: ports[0], admin: ports[1], gone: make(chan struct{})}
	m.cmd = exec.CommandContext(ctx, qemu, //nolint:gosec // a program of the machine, arguments of our own
		"-M", "virt", "-cpu", "cortex-a72", "-smp", "2", "-m", "1024", "-display", "none", "-monitor", "none",
		"-rtc", "base=1970-01-01T00:00:00", // a Pi has no clock that runs without power
		"-no-reboot", // a panic ends the trial instead of trying again
		"-serial", "file:"+m.serial, "-bios", firmware,
		"-drive", "file="+card+",if=none,id=card,format=raw", "-device", "virtio-blk-pci,drive=card,bootindex=0",
		"-netdev", "user,id=cable,restrict=on,hostfwd=tcp:"+m.web+"-:80,hostfwd=tcp:"+m.admin+"-:1080",
		"-device", "virtio-net-pci,netdev=cable,romfile=")
	m.cmd.Stdout, m.cmd.Stderr = &m.said, &m.said
	if err := m.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { // ends with QEMU
		_ = m.cmd.Wait() // it is always killed
		close(m.gone)
	}()
	return m, nil
}

// pullPlug ends the machine at once, as a power cut does: kill -9.
func (m *vm) pullPlug() {
	_ = m.cmd.Process.Kill() // an error means it has ended already
	<-m.gone
}

// await calls try until it succeeds. It gives up when the machine ends or after
// bootWithin, and then tells the end of the console's output.
func (m *vm) await(ctx context.Context, what string, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, bootWithin)
	defer cancel()
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		pause, stop := context.WithTimeout(ctx, 300*time.Millisecond)
		select {
		case <-pause.Done():
		case <-m.gone:
		}
		stop()
		if ctx.Err() != nil || m.ended() {
			return fmt.Errorf("%s: %w; the console's last lines:\n%s%s", what, err, lastLines(m.console(), 15), m.lastWords())
		}
	}
}

func (m *vm) ended() bool {
	select {
	case <-m.gone:
		return true
	default:
		return false
	}
}

// lastWords is why QEMU ended by itself, if it has.
func (m *vm) lastWords() string {
	if !m.ended() {
		return ""
	}
	return "\nQEMU has ended: " + strings.TrimSpace(m.said.String())
}

// console is what the box has shown on its serial line so far.
func (m *vm) console() string {
	b, err := os.ReadFile(m.serial)
	if err != nil {
		return "" // nothing yet
	}
	return strings.ReplaceAll(string(b), "\r", "")
}

// freePorts finds free ports of the loopback interface.
func freePorts(ctx context.Context, n int) ([]string, error) {
	var out []string
	for range n {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }() // kept until all are found, so that they differ
		out = append(out, l.Addr().String())
	}
	return out, nil
}

// efiFirmware finds the EFI firmware that comes with the pinned tools.
func efiFirmware(ctx context.Context, source string) (string, error) {
	dir, err := moduleDir(ctx, filepath.Join(source, pinnedModule), toolsModule)
	if err != nil {
		return "", err
	}
	found, err := filepath.Glob(filepath.Join(dir, "third_party", "edk2-*", "QEMU_EFI.fd"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("no EFI firmware in %s", toolsModule)
	}
	return found[0], nil
}
