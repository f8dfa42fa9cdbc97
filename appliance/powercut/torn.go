//go:build linux && powercut

package powercut

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Torn is a directory of which a cut leaves any part of what was not synced, in
// any order, sector by sector: as a card that was writing when it lost its
// power. The program that mounts it is .ci/torn.
type Torn struct {
	Dir              string
	program, backing string
	keeps            string // "random", or "dropped": nothing unsynced is left
	daemon           *exec.Cmd
	in               io.WriteCloser
	out              *bufio.Reader
}

// NewTorn mounts a directory below dir with the program of that name.
func NewTorn(ctx context.Context, program, dir, keeps string) (*Torn, error) {
	t := &Torn{Dir: filepath.Join(dir, "mnt"), program: program, backing: filepath.Join(dir, "backing"), keeps: keeps}
	if err := errors.Join(os.Mkdir(t.Dir, 0o700), os.Mkdir(t.backing, 0o700)); err != nil {
		return nil, err
	}
	return t, t.mount(ctx)
}

func (t *Torn) mount(ctx context.Context) (err error) {
	t.daemon = exec.CommandContext(context.WithoutCancel(ctx), t.program, t.keeps, t.backing, t.Dir)
	t.daemon.Stderr = os.Stderr
	if t.in, err = t.daemon.StdinPipe(); err != nil {
		return err
	}
	out, err := t.daemon.StdoutPipe()
	if err != nil {
		return err
	}
	t.out = bufio.NewReader(out)
	if err := t.daemon.Start(); err != nil {
		return err
	}
	return t.hear("ready")
}

func (t *Torn) hear(word string) error {
	line, err := t.out.ReadString('\n')
	if err == nil && strings.TrimSpace(line) != word {
		err = fmt.Errorf("said %q, not %q", line, word)
	}
	return err
}

// Cut tears what was not synced. From then on every use of the directory fails.
func (t *Torn) Cut() error {
	if _, err := io.WriteString(t.in, "cut\n"); err != nil {
		return err
	}
	return t.hear("cut")
}

// Recover mounts the directory again with what is left of it.
func (t *Torn) Recover(ctx context.Context) error {
	if err := t.Unmount(ctx); err != nil {
		return err
	}
	return t.mount(ctx)
}

// Unmount ends the program that mounts it.
func (t *Torn) Unmount(context.Context) error {
	return errors.Join(t.in.Close(), t.daemon.Wait())
}
