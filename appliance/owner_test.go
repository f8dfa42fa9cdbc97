package appliance

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// ownedBy names the directory of the process that TestRootWorksAsOwner starts:
// who files are made as holds for a whole process.
const ownedBy = "COPI_TEST_OWNED"

// TestRootWorksAsOwner: what root makes in a box's directory is its owner's, and
// root still reads what is root's alone.
func TestRootWorksAsOwner(t *testing.T) {
	if dir := os.Getenv(ownedBy); dir != "" {
		makeOneAsOwner(t, dir)
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can give a directory away")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "roots"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRootWorksAsOwner$")
	child.Env = append(os.Environ(), ownedBy+"="+dir)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func makeOneAsOwner(t *testing.T, dir string) {
	t.Helper()
	if err := workAsOwner(dir); errors.Is(err, syscall.ENOTSUP) {
		t.Skip("a program with C in it cannot do this to all its threads; ours has none")
	} else if err != nil {
		t.Fatal(err)
	}
	for range 8 { // on other threads, too
		made := make(chan error)
		go func() {
			f, err := os.CreateTemp(dir, "made-*")
			if err == nil {
				err = f.Close()
			}
			made <- err
		}()
		if err := <-made; err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "made-*"))
	if err != nil || len(files) != 8 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		if of, ok := info.Sys().(*syscall.Stat_t); !ok || of.Uid != 65534 || of.Gid != 65534 {
			t.Errorf("%s belongs to %+v, want 65534", f, info.Sys())
		}
	}
	if _, err := os.ReadFile(filepath.Join(dir, "roots")); err != nil {
		t.Errorf("root cannot read its own file any more: %v", err)
	}
}
