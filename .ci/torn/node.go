package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// node is a file or directory of the backing one.
type node struct {
	fs.LoopbackNode
	d *disk
}

// root is the backing directory itself.
func (d *disk) root(path string) (fs.InodeEmbedder, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return nil, err
	}
	of := &fs.LoopbackRoot{Path: path, Dev: uint64(st.Dev)}
	of.NewNode = func(r *fs.LoopbackRoot, _ *fs.Inode, _ string, _ *syscall.Stat_t) fs.InodeEmbedder {
		return &node{LoopbackNode: fs.LoopbackNode{RootData: r}, d: d}
	}
	of.RootNode = of.NewNode(of, nil, "", &st)
	return of.RootNode, nil
}

func (n *node) path() string { return filepath.Join(n.RootData.Path, n.Path(n.Root())) }

// Open opens a file of the backing directory.
func (n *node) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	if n.d.off() {
		return nil, 0, syscall.EIO
	}
	f, ff, errno := n.LoopbackNode.Open(ctx, flags)
	return n.d.wrap(f), ff, errno
}

// Create makes a file in the backing directory.
func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	if n.d.off() {
		return nil, nil, 0, syscall.EIO
	}
	child, f, ff, errno := n.LoopbackNode.Create(ctx, name, flags, mode, out)
	return child, n.d.wrap(f), ff, errno
}

// Setattr may cut a file short.
func (n *node) Setattr(ctx context.Context, h fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	do := func() syscall.Errno { return n.LoopbackNode.Setattr(ctx, h, in, out) }
	size, resized := in.GetSize()
	if !resized {
		if n.d.off() {
			return syscall.EIO
		}
		return do()
	}
	f, err := os.OpenFile(n.path(), os.O_RDWR, 0)
	if err != nil {
		return fs.ToErrno(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return fs.ToErrno(err)
	}
	return n.d.change(int(f.Fd()), int64(size), max(0, info.Size()-int64(size)), do)
}

// Unlink, Rename, Mkdir and Mknod last at once: a file system keeps its names in
// a log of its own.
func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	if n.d.off() {
		return syscall.EIO
	}
	return n.LoopbackNode.Unlink(ctx, name)
}

// Rename gives a file another name.
func (n *node) Rename(ctx context.Context, name string, to fs.InodeEmbedder, as string, flags uint32) syscall.Errno {
	if n.d.off() {
		return syscall.EIO
	}
	return n.LoopbackNode.Rename(ctx, name, to, as, flags)
}

// Mkdir makes a directory.
func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	if n.d.off() {
		return nil, syscall.EIO
	}
	return n.LoopbackNode.Mkdir(ctx, name, mode, out)
}

// CopyFileRange is left out: who wants it writes instead.
func (n *node) CopyFileRange(context.Context, fs.FileHandle, uint64, *fs.Inode, fs.FileHandle, uint64, uint64, uint64) (uint32, syscall.Errno) {
	return 0, syscall.EOPNOTSUPP
}

// file is an open file. It offers no more than it names: what the kernel did
// past it could not be undone.
type file struct {
	in *fs.LoopbackFile
	d  *disk
}

func (d *disk) wrap(h fs.FileHandle) fs.FileHandle {
	if in, ok := h.(*fs.LoopbackFile); ok {
		return &file{in, d}
	}
	return h
}

func (f *file) fd() int {
	fd, _ := f.in.PassthroughFd()
	return fd
}

// Read reads what was written, synced or not.
func (f *file) Read(ctx context.Context, b []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	if f.d.off() {
		return nil, syscall.EIO
	}
	return f.in.Read(ctx, b, off)
}

func (f *file) Write(ctx context.Context, b []byte, off int64) (n uint32, errno syscall.Errno) {
	errno = f.d.change(f.fd(), off, int64(len(b)), func() (e syscall.Errno) {
		n, e = f.in.Write(ctx, b, off)
		return e
	})
	return n, errno
}

// Fsync makes what was written last. The backing file needs no syncing: only
// this program dies, not the machine.
func (f *file) Fsync(context.Context, uint32) syscall.Errno { return f.d.sync(f.fd()) }

func (f *file) Flush(ctx context.Context) syscall.Errno { return f.in.Flush(ctx) }

func (f *file) Release(ctx context.Context) syscall.Errno { return f.in.Release(ctx) }

func (f *file) Getattr(ctx context.Context, out *fuse.AttrOut) syscall.Errno {
	return f.in.Getattr(ctx, out)
}

func (f *file) Setattr(ctx context.Context, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	return f.in.Setattr(ctx, in, out)
}

func (f *file) Lseek(ctx context.Context, off uint64, whence uint32) (uint64, syscall.Errno) {
	return f.in.Lseek(ctx, off, whence)
}
