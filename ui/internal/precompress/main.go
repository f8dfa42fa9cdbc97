// Command precompress writes a .gz beside every file of a directory that gets
// smaller by it. It is run by go generate when a file of ui/static changes; a
// test of package ui compares.
package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"copi.local/ui/internal/squeeze"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dir string) error {
	return filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !squeeze.Worth(file) {
			return err
		}
		plain, err := os.ReadFile(file) //nolint:gosec // the developer's own tree
		if err != nil {
			return err
		}
		gz, err := squeeze.Gzip(plain)
		if err != nil {
			return err
		}
		to := strings.TrimSuffix(file, "/") + ".gz"
		if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, gz) { //nolint:gosec // as above
			return nil
		}
		return os.WriteFile(to, gz, 0o644) //nolint:gosec // a public file of the repository
	})
}
