package main

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"

	"copi.local/appliance/update"
	"copi.local/cmd/internal/cli"
)

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	notImage := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(notImage, []byte("not a card"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1780000000")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--help"}, cli.Done, ""},
		{[]string{}, cli.Usage, "copi-image: "},
		{[]string{"burn"}, cli.Usage, "burn"},
		{[]string{"build", "--source", dir, "--out", filepath.Join(dir, "x.img"), "--size", "1000"}, cli.Failed, "an image needs at least"},
		{[]string{"publish", "--image", filepath.Join(dir, "missing.img")}, cli.Usage, "missing.img"},
		{[]string{"key"}, cli.Usage, "--out"},
		{[]string{"key", "--out", dir}, cli.Usage, "passphrase"},
		{[]string{"update"}, cli.Usage, "--secret"},
		{[]string{"update", "--notes", "Rien.", "--secret", notImage}, cli.Usage, "passphrase"},
		{[]string{"test", "--image", filepath.Join(dir, "missing.img")}, cli.Usage, "missing.img"},
	} {
		var said bytes.Buffer
		if code := copiImage().Execute(t.Context(), c.args, cli.Streams{In: strings.NewReader(""), Out: io.Discard, Err: &said}, error.Error); code != c.code || !strings.Contains(said.String(), c.says) {
			t.Errorf("copi-image %v: exit %d, %q", c.args, code, said.String())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "x.img")); err == nil {
		t.Error("a failed build left something behind")
	}
}

func TestTheImagesTimeIsTheSources(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1780000000")
	if at, err := sourceDate(t.Context(), "."); err != nil || !at.Equal(time.Unix(1780000000, 0)) {
		t.Errorf("%v, %v", at, err)
	}
	for _, wrong := range []string{"yesterday", "-5", "1e9"} {
		t.Setenv("SOURCE_DATE_EPOCH", wrong)
		if _, err := sourceDate(t.Context(), "."); err == nil {
			t.Errorf("%q was taken for a time", wrong)
		}
	}
	t.Setenv("SOURCE_DATE_EPOCH", "")
	if _, err := sourceDate(t.Context(), t.TempDir()); err == nil {
		t.Error("a directory outside git has no time")
	}
}

// TestAnUpdateIsPackedAsBoxesReadIt: what packUpdate writes is taken by a box
// that knows the key, whole.
func TestAnUpdateIsPackedAsBoxesReadIt(t *testing.T) {
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := update.ParseKeys(strings.Join(keyLines("# in use\nuntrusted comment: minisign public key\n"+public.String()+"\n\n"), " "))
	if err != nil || len(keys) != 1 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	dir := t.TempDir()
	root, file := filepath.Join(dir, "root.img"), filepath.Join(dir, "out", "x.copiupdate")
	if err := os.WriteFile(root, bytes.Repeat([]byte("root"), 1024), 0o600); err != nil {
		t.Fatal(err)
	}
	m := update.Manifest{Version: "1.4.0", Built: 1780000000, Board: update.BoardPi, Kernel: "6.12", Format: 64, Opens: 63, Notes: update.Notes{FR: "Rien."}}
	if err := packUpdate(m, private, root, file); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	got, rest, err := keys.Open(in)
	if err != nil || got.Size != 4096 {
		t.Fatalf("%+v, %v", got, err)
	}
	if b, err := io.ReadAll(rest); err != nil || !bytes.Equal(b, bytes.Repeat([]byte("root"), 1024)) {
		t.Errorf("%d bytes of the root, %v", len(b), err)
	}
}
