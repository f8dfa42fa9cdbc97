// Command pack writes what people read (templates, sentences, help) as one
// compressed file, for the binary of a small machine: see ui/source_packed.go.
package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"

	"copi.local/ui/internal/squeeze"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes the files below the named directories to out. The files lie plain
// in an archive that is compressed as a whole: they are much alike, and half as
// large so as each on its own. The same files give the same bytes.
func run(out string, dirs []string) error {
	root := os.DirFS(".")
	var plain bytes.Buffer
	archive := zip.NewWriter(&plain)
	for _, dir := range dirs {
		err := fs.WalkDir(root, dir, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return add(archive, root, file)
		})
		if err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	gz, err := squeeze.Gzip(plain.Bytes())
	if err != nil {
		return err
	}
	return os.WriteFile(out, gz, 0o600) //nolint:gosec // the Makefile says where
}

func add(archive *zip.Writer, root fs.FS, file string) error {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return err
	}
	w, err := archive.CreateHeader(&zip.FileHeader{Name: file, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
