package images

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// Identifiers of the data partition's file system, fixed so that two builds are
// alike. Every card has the same; a box never sees two.
const (
	permUUID     = "60c24cc1-f3f9-427a-8199-000000000004"
	permHashSeed = "60c24cc1-f3f9-427a-8199-0000000000aa"
)

// Build writes the image o.Out. It runs go and mkfs.ext4 and asks the module
// proxy for the pinned modules it does not have yet. On an error o.Out is as it
// was before.
func Build(ctx context.Context, o Options) error {
	layout, err := NewLayout(o.Size)
	if err != nil {
		return err
	}
	mkfs, err := findMkfs()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.Out), 0o750); err != nil {
		return err
	}
	return pack(ctx, o, func(w workbench, boot, root string) error {
		o.Progress("writing " + o.Out)
		partial := o.Out + ".partial"
		defer func() { _ = os.Remove(partial) }() // nothing to remove after the rename
		if err := writeImage(partial, layout, boot, root); err != nil {
			return err
		}
		if err := w.formatPerm(ctx, mkfs, partial, layout.Partitions[Perm]); err != nil {
			return err
		}
		return os.Rename(partial, o.Out)
	})
}

// Root builds the root file system alone, for an update, and hands it to use
// with the release of the kernel whose modules it holds. The file is gone
// afterwards.
func Root(ctx context.Context, o Options, use func(root, kernel string) error) error {
	kernel, err := kernelRelease(ctx, o.Source)
	if err != nil {
		return err
	}
	return pack(ctx, o, func(_ workbench, _, root string) error { return use(root, kernel) })
}

// pack builds the file systems and hands them to use.
func pack(ctx context.Context, o Options, use func(w workbench, boot, root string) error) error {
	dir, err := os.MkdirTemp("", "copi-image-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	o.Progress("building gok, the packing tool, from its pinned sources")
	w, err := newWorkbench(ctx, dir, o)
	if err != nil {
		return err
	}
	o.Progress("building the box, init and their file systems")
	boot, root, err := w.pack(ctx)
	if err != nil {
		return err
	}
	return use(w, boot, root)
}

// kernelRelease is what uname -r answers on the pinned kernel, by its modules.
func kernelRelease(ctx context.Context, source string) (string, error) {
	dir, err := moduleDir(ctx, filepath.Join(source, pinnedModule), kernelPackage)
	if err != nil {
		return "", err
	}
	found, err := filepath.Glob(filepath.Join(dir, "lib", "modules", "*"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("no modules in %s", kernelPackage)
	}
	return filepath.Base(found[0]), nil
}

// formatPerm makes the empty file system of the data partition, all of it now:
// nothing is left for the first boot to initialise. A fault found later makes it
// read-only instead of worse.
func (w workbench) formatPerm(ctx context.Context, mkfs, image string, p Partition) error {
	options := fmt.Sprintf("offset=%d,hash_seed=%s,lazy_itable_init=0,lazy_journal_init=0,nodiscard", p.Start, permHashSeed)
	_, err := w.run(ctx, "", mkfs, "-q", "-F", "-e", "remount-ro", "-L", p.Name, "-U", permUUID, "-E", options,
		image, strconv.FormatInt(p.Size/1024, 10)+"k")
	return err
}

// findMkfs finds mkfs.ext4; Debian keeps it out of a user's path.
func findMkfs() (string, error) {
	for _, name := range []string{"mkfs.ext4", "/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("mkfs.ext4 is missing: install e2fsprogs")
}
