// Command torn mounts a directory whose power can be cut: what was written and
// not synced is then torn, sector by sector (OPERATIONS.md §3.2, method B). It
// models a card that keeps what it was told to flush and, of the rest, any part
// in any order; names are kept as they were at the cut. It serves tests only and
// needs root.
//
//	torn dropped|random BACKING MOUNT
//
// It says "ready" when the directory is mounted and "cut" when it has torn what
// was told "cut" on its input; the end of its input ends it.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "torn:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 || args[0] != "dropped" && args[0] != "random" {
		return errors.New("usage: torn dropped|random BACKING MOUNT")
	}
	keeps := func() bool { return false }
	if args[0] == "random" {
		keeps = func() bool { return rand.IntN(2) == 0 }
	}
	d := &disk{keeps: keeps, files: map[uint64]*unsynced{}}
	root, err := d.root(args[1])
	if err != nil {
		return err
	}
	server, err := fs.Mount(args[2], root, &fs.Options{MountOptions: fuse.MountOptions{
		DirectMount: true, FsName: "torn", Name: "torn", DisableXAttrs: true,
	}})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if in.Text() != "cut" {
			return errors.New("cut is all it knows")
		}
		if err := d.cut(); err != nil {
			return err
		}
		fmt.Println("cut")
	}
	if err := server.Unmount(); err != nil { // somebody is still in it
		return syscall.Unmount(args[2], syscall.MNT_DETACH)
	}
	return nil
}
