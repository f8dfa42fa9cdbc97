package images

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheBoxIsStartedAsAServer(t *testing.T) {
	b, err := config(Options{Version: "v1.2.3", Epoch: time.Unix(1780000000, 0), Flags: []string{"-tags=small"}})
	if err != nil {
		t.Fatal(err)
	}
	var c instance
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	box := c.PackageConfig[boxPackage]
	if want := []string{"serve", "--data", "/perm/copi", "--http", ":80", "--gpio", "auto"}; !slices.Equal(box.CommandLineFlags, want) {
		t.Errorf("copi %v", box.CommandLineFlags)
	}
	if !strings.HasSuffix(box.GoBuildFlags[0], " -X main.version=v1.2.3 -X main.built=1780000000") || box.GoBuildFlags[1] != "-tags=small" {
		t.Errorf("built with %v", box.GoBuildFlags)
	}
	if !c.Update.NoPassword || c.Update.HTTPPort == "80" {
		t.Errorf("gokrazy's own interface would be open to the village: %+v", c.Update)
	}
	for _, p := range c.GokrazyPackages {
		if strings.HasSuffix(p, "/ntp") || strings.HasSuffix(p, "/heartbeat") {
			t.Errorf("%s asks servers the operator did not choose", p)
		}
	}
}

// TestEverythingOnTheCardIsPinned: each package of the instance comes from a
// module the nested go.mod requires at one exact version.
func TestEverythingOnTheCardIsPinned(t *testing.T) {
	b, err := os.ReadFile("gokrazy/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	pinned := regexp.MustCompile(`(?m)^\t(\S+) v\S+`).FindAllStringSubmatch(string(b), -1)
	for _, pkg := range []string{kernelPackage, firmwarePackage, eepromPackage, dhcpPackage, randomPackage, toolsModule} {
		if !slices.ContainsFunc(pinned, func(m []string) bool { return pkg == m[1] || strings.HasPrefix(pkg, m[1]+"/") }) {
			t.Errorf("nothing pins %s", pkg)
		}
	}
	if strings.Contains(string(b), "replace") {
		t.Error("a replaced module is not the pinned one")
	}
}

// TestEditsHitTheirMark stands in for gok's sources: each edit applies where
// its text is, and a version of gok that lacks it, or has more, is refused.
func TestEditsHitTheirMark(t *testing.T) {
	for _, e := range sameBytes {
		if err := e.apply(source(t, e, e.count)); err != nil {
			t.Errorf("%s: %v", e.file, err)
		}
		for _, count := range []int{e.count - 1, e.count + 1} {
			if err := e.apply(source(t, e, count)); err == nil {
				t.Errorf("%s: %d times %q were taken for %d", e.file, count, e.old, e.count)
			}
		}
	}
}

// source is a tree with e's text count times.
func source(t *testing.T, e edit, count int) *os.Root {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(e.file)), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, e.file), []byte(strings.Repeat(e.old+"\n", count)))
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func TestNothingUnpinnedPasses(t *testing.T) {
	before := []byte("a v1 h1:x\nb v1 h1:y\n")
	if got := newLines(before, []byte("b v1 h1:y\na v1 h1:x\n")); len(got) != 0 {
		t.Errorf("the same sums in another order: %q", got)
	}
	if got := newLines(before, []byte("a v1 h1:x\nb v1 h1:y\nc v1 h1:z\n")); !slices.Equal(got, []string{"c v1 h1:z"}) {
		t.Errorf("a new sum: %q", got)
	}
}

func TestBuildRefusesAnotherDirectory(t *testing.T) {
	w := workbench{dir: t.TempDir()}
	if err := w.pin(t.Context(), Options{Source: t.TempDir()}); err == nil {
		t.Error("an empty directory was taken for this repository")
	}
}
