// Command lean lets the linker leave out the methods nobody calls: half of the
// binary. Templates name methods in text, so the standard library finds them by
// reflection (reflect.Value.MethodByName), and a program that does that keeps
// every exported method of every type in it.
//
// It writes a table of the methods our templates name, in Go, and copies of
// three files of the standard library in which that table is asked instead:
// `go build -overlay` takes them in the places of the originals. On standard
// output come the flags to build with: the given tags alone when the standard
// library is not the one it knows; then the binary is whole, and large.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: lean TAGS TABLE DIRECTORY")
		os.Exit(2)
	}
	overlay, err := run(os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, "lean: the binary stays large:", err)
		_, _ = fmt.Fprintf(os.Stdout, "-tags=%s\n", os.Args[1])
		return
	}
	_, _ = fmt.Fprintf(os.Stdout, "-tags=%s,lean -overlay=%s\n", os.Args[1], overlay)
}

// run writes the table and, into a directory of its own, the overlay. One that begins with _ is no package.
func run(table, dir string) (overlay string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	names, err := named("templates")
	if err != nil {
		return "", err
	}
	text, err := tableOf(names)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(table, text, 0o600); err != nil { //nolint:gosec // the Makefile says where
		return "", err
	}
	return writeOverlay(dir)
}
