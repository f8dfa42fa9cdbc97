package appliance

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// workAsOwner makes a command that root gives make its files as the user whose
// box it is: the service of copi install could not open root's. What root may
// read and write stays so, a stick or a file in somebody's home. Of anybody
// else, and of a directory that is root's or not there yet, it changes nothing.
func workAsOwner(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	owner, ok := ownerOf(dir)
	if !ok || owner.Uid == 0 {
		return nil
	}
	if err := makeFilesAs(uintptr(owner.Uid), uintptr(owner.Gid)); err != nil {
		return fmt.Errorf("work in %s as its owner: %w; give the command as that user", dir, err)
	}
	return nil
}

// ownerOf is who owns a file; of one that cannot be looked at, whoever opens it
// next says why.
func ownerOf(path string) (*syscall.Stat_t, bool) {
	info, err := os.Stat(path) //nolint:gosec // the operator names it
	if err != nil {
		return nil, false
	}
	of, ok := info.Sys().(*syscall.Stat_t)
	return of, ok
}

// makeFilesAs sets who files are opened and made as, on every thread of the
// process, and takes back the rights the kernel takes away with that
// (capabilities(7), "Effect of user ID changes on capabilities").
func makeFilesAs(uid, gid uintptr) error {
	for _, call := range []struct{ trap, id uintptr }{{unix.SYS_SETFSGID, gid}, {unix.SYS_SETFSUID, uid}} {
		if _, _, e := syscall.AllThreadsSyscall(call.trap, call.id, 0, 0); e != 0 {
			return e
		}
		// It tells nothing but who was before: asked with nobody, who is now.
		if now, _, _ := syscall.AllThreadsSyscall(call.trap, ^uintptr(0), 0, 0); now != call.id {
			return syscall.EPERM
		}
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var caps [2]unix.CapUserData
	if err := unix.Capget(&head, &caps[0]); err != nil {
		return err
	}
	for i := range caps {
		caps[i].Effective = caps[i].Permitted
	}
	//nolint:gosec // the kernel reads what these point to during the call
	if _, _, e := syscall.AllThreadsSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&caps[0])), 0); e != 0 {
		return e
	}
	return nil
}
