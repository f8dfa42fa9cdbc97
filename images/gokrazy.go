package images

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// pinnedModule is the nested module, from the repository's root.
const pinnedModule = "images/gokrazy"

// toolsModule holds gok, which packs the file systems, and the EFI firmware the
// trial boots with.
const toolsModule = "github.com/gokrazy/tools"

// workbench is a directory in which gok packs one image:
//
//	gok             the tool
//	copi/           the instance, as gok wants it
//	    config.json
//	    builddir/   a copy of the pinned module, with the box and gok added
//	        box     a link to the repository: no path of this machine gets into a binary
//	        tools/  gok's sources, edited
type workbench struct {
	dir string
	env []string
}

// newWorkbench prepares dir, which exists and is empty, for o.
func newWorkbench(ctx context.Context, dir string, o Options) (workbench, error) {
	w := workbench{dir: dir, env: buildEnv(o)}
	for _, step := range []func(context.Context, Options) error{w.pin, w.addTools, w.addBox} {
		if err := step(ctx, o); err != nil {
			return w, err
		}
	}
	b, err := config(o)
	if err != nil {
		return w, err
	}
	return w, os.WriteFile(filepath.Join(dir, Name, "config.json"), b, 0o600)
}

// buildEnv is this process's environment, less what would change the bytes.
func buildEnv(o Options) []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		key, _, _ := strings.Cut(kv, "=")
		return slices.Contains([]string{"GOOS", "GOARCH", "GOFLAGS", "GOWORK", "CGO_ENABLED", "GOKRAZY_PARENT_DIR"}, key)
	})
	epoch := strconv.FormatInt(o.Epoch.Unix(), 10)
	return append(env,
		"CGO_ENABLED=0", "GOWORK=off", "GOTOOLCHAIN=local", "GOFLAGS=-trimpath -buildvcs=false",
		"SOURCE_DATE_EPOCH="+epoch, "E2FSPROGS_FAKE_TIME="+epoch) // gok edited; mkfs.ext4
}

func (w workbench) builddir() string { return filepath.Join(w.dir, Name, "builddir") }

// pin copies the pinned module. The sums of the box's own modules are added:
// they are pinned too, and then nothing else may be fetched.
func (w workbench) pin(_ context.Context, o Options) (err error) {
	if err := os.MkdirAll(w.builddir(), 0o700); err != nil {
		return err
	}
	dir, err := os.OpenRoot(w.builddir())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	mod, err := os.ReadFile(filepath.Join(o.Source, pinnedModule, "go.mod"))
	if err != nil {
		return fmt.Errorf("%s is not this repository: %w", o.Source, err)
	}
	pinned, err := os.ReadFile(filepath.Join(o.Source, pinnedModule, "go.sum"))
	if err != nil {
		return err
	}
	box, err := os.ReadFile(filepath.Join(o.Source, "go.sum"))
	if err != nil {
		return err
	}
	if err := dir.WriteFile("go.mod", mod, 0o600); err != nil {
		return err
	}
	return dir.WriteFile("go.sum", append(pinned, box...), 0o600)
}

// addTools puts gok's sources, edited, in the place of the published ones and
// builds gok.
func (w workbench) addTools(ctx context.Context, _ Options) error {
	from, err := moduleDir(ctx, w.builddir(), toolsModule)
	if err != nil {
		return err
	}
	if err := patchedTools(from, filepath.Join(w.builddir(), "tools")); err != nil {
		return err
	}
	if _, err := w.run(ctx, w.builddir(), "go", "mod", "edit", "-replace="+toolsModule+"=./tools"); err != nil {
		return err
	}
	_, err = w.run(ctx, w.builddir(), "go", "build", "-mod=mod", "-o", w.gok(), toolsModule+"/cmd/gok")
	return err
}

// addBox puts this repository in the module.
func (w workbench) addBox(ctx context.Context, o Options) error {
	source, err := filepath.Abs(o.Source)
	if err != nil {
		return err
	}
	if err := os.Symlink(source, filepath.Join(w.builddir(), "box")); err != nil {
		return err
	}
	absent, err := w.absent(ctx, source)
	if err != nil {
		return err
	}
	args := append([]string{"mod", "edit", "-require=copi.local@v0.0.0", "-replace=copi.local=./box"}, absent...)
	_, err = w.run(ctx, w.builddir(), "go", args...)
	return err
}

// absent are the modules the box leaves out (peer/absent), as arguments of go
// mod edit: the go command heeds the replacements of the main module only.
func (w workbench) absent(ctx context.Context, source string) (args []string, err error) {
	text, err := w.run(ctx, source, "go", "mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var mod struct {
		Replace []struct{ Old, New struct{ Path string } }
	}
	if err := json.Unmarshal([]byte(text), &mod); err != nil {
		return nil, err
	}
	for _, r := range mod.Replace {
		args = append(args, "-replace="+r.Old.Path+"=./"+path.Join("box", r.New.Path))
	}
	return args, nil
}

func (w workbench) gok() string { return filepath.Join(w.dir, "gok") }

// pack compiles everything and writes the boot and root file systems. It fails
// when the sums no longer are what they were: then something was fetched that
// nobody pinned.
func (w workbench) pack(ctx context.Context) (boot, root string, err error) {
	sumFile := filepath.Join(w.builddir(), "go.sum")
	before, err := os.ReadFile(sumFile)
	if err != nil {
		return "", "", err
	}
	boot, root = filepath.Join(w.dir, "boot.img"), filepath.Join(w.dir, "root.img")
	if _, err := w.run(ctx, w.dir, w.gok(), "--parent_dir", w.dir, "-i", Name, "overwrite", "--boot", boot, "--root", root); err != nil {
		return "", "", err
	}
	after, err := os.ReadFile(sumFile)
	if err != nil {
		return "", "", err
	}
	if added := newLines(before, after); len(added) > 0 {
		return "", "", fmt.Errorf("the build fetched what is not pinned: %s", strings.Join(added, ", "))
	}
	return boot, root, nil
}

// newLines lists the lines of after that before has not.
func newLines(before, after []byte) []string {
	known := strings.Split(string(before), "\n")
	return slices.DeleteFunc(strings.Split(string(after), "\n"), func(line string) bool {
		return slices.Contains(known, line)
	})
}

// moduleDir finds the sources of a module that dir's go.mod pins.
func moduleDir(ctx context.Context, dir, module string) (string, error) {
	w := workbench{env: append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")}
	if _, err := w.run(ctx, dir, "go", "mod", "download", module); err != nil {
		return "", err
	}
	return w.run(ctx, dir, "go", "list", "-m", "-f", "{{.Dir}}", module)
}

// run runs a program in dir and gives its output, or an error that ends with
// the last lines it said.
func (w workbench) run(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // programs and arguments of our own
	cmd.Dir, cmd.Env = dir, w.env
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return "", err
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), args[0], err, lastLines(said.String()+out.String(), 12))
	}
	return strings.TrimSpace(out.String()), nil
}

// lastLines is the end of a program's output.
func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
