//go:build image

package images

import (
	"crypto/sha256"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTwoBuildsAreAlike builds the image from this directory and from a copy of
// it elsewhere, and wants the same bytes.
func TestTwoBuildsAreAlike(t *testing.T) {
	here := build(t, "..")
	if there := build(t, copyOfSources(t)); here != there {
		t.Error("the same sources gave two images")
	}
}

// build builds an image and gives its hash.
func build(t *testing.T, source string) [sha256.Size]byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "copi.img")
	err := Build(t.Context(), Options{
		Source: source, Out: out, Size: MinSize, Epoch: time.Unix(1780000000, 0), Version: "test",
		Progress: func(step string) { t.Log(step) },
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// copyOfSources copies what git knows of this repository.
func copyOfSources(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = ".."
	list, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.Trim(string(list), "\x00"), "\x00") {
		b, err := os.ReadFile(filepath.Join("..", name))
		if os.IsNotExist(err) {
			continue // removed, not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to, name), b)
	}
	return to
}
