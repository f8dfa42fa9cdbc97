package images

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// writeImage writes a new image: the table, the boot files and the first root.
// The second root stays empty until the first update; nothing may switch to it
// before. The file is sparse.
func writeImage(name string, layout Layout, boot, root string) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Truncate(layout.Size); err != nil {
		return err
	}
	if _, err := f.WriteAt(layout.Head(), 0); err != nil {
		return err
	}
	tail := layout.Tail()
	if _, err := f.WriteAt(tail, layout.Size-int64(len(tail))); err != nil {
		return err
	}
	if err := writePartition(f, layout.Partitions[Boot], boot); err != nil {
		return err
	}
	return writePartition(f, layout.Partitions[RootA], root)
}

// writePartition writes the file system in the file name to p.
func writePartition(f *os.File, p Partition, name string) error {
	src, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }() // only read
	info, err := src.Stat()
	if err != nil {
		return err
	}
	if info.Size() > p.Size {
		return fmt.Errorf("%s needs %d bytes, its partition has %d", p.Name, info.Size(), p.Size)
	}
	return copySparse(f, p.Start, src)
}

// copySparse copies src to dst from offset at on, and skips each MiB of zeros:
// dst is new and holds zeros there.
func copySparse(dst io.WriterAt, at int64, src io.Reader) error {
	buf, zero := make([]byte, mib), make([]byte, mib)
	for {
		n, err := io.ReadFull(src, buf)
		if !bytes.Equal(buf[:n], zero[:n]) {
			if _, err := dst.WriteAt(buf[:n], at); err != nil {
				return err
			}
		}
		at += int64(n)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}
