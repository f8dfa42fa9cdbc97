// Command precompress binds the icons into their sprite and writes a .gz beside
// every file of a directory that gets smaller by it. It is run by go generate
// when a file of ui/static changes; a test of package ui compares.
package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"

	"copi.local/ui/internal/sprite"
	"copi.local/ui/internal/squeeze"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	icons, err := sprite.Build(root.FS(), "vendor/lucide")
	if err != nil {
		return err
	}
	if err := root.WriteFile("icons.svg", icons, 0o644); err != nil {
		return err
	}
	return fs.WalkDir(root.FS(), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !squeeze.Worth(file) {
			return err
		}
		plain, err := root.ReadFile(file)
		if err != nil {
			return err
		}
		gz, err := squeeze.Gzip(plain)
		if err != nil {
			return err
		}
		if old, err := root.ReadFile(file + ".gz"); err == nil && bytes.Equal(old, gz) {
			return nil
		}
		return root.WriteFile(file+".gz", gz, 0o644)
	})
}
