package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
		{[]string{"test", "--image", filepath.Join(dir, "missing.img")}, cli.Usage, "missing.img"},
	} {
		var said bytes.Buffer
		if code := copiImage().Execute(t.Context(), c.args, cli.Streams{Out: io.Discard, Err: &said}, error.Error); code != c.code || !strings.Contains(said.String(), c.says) {
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
