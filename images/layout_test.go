package images

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/diskfs/go-diskfs/partition/gpt"
	"github.com/diskfs/go-diskfs/partition/mbr"

	"github.com/diskfs/go-diskfs/backend/file"
)

func TestPartitionsFollowEachOtherAndFit(t *testing.T) {
	for _, size := range []int64{MinSize, MinSize + 512, DefaultSize, 7_948_206_080, 64 << 30, 3 << 40} {
		l := layout(t, size)
		at := int64(bootAt)
		for _, p := range l.Partitions {
			if p.Start != at || p.Size <= 0 || p.Start%block != 0 || p.Size%block != 0 {
				t.Errorf("%d bytes: %s starts at %d with %d bytes; it should start at %d", size, p.Name, p.Start, p.Size, at)
			}
			at += p.Size
		}
		if free := size - tail - at; free < 0 || free >= block {
			t.Errorf("%d bytes: %d are left before the second table", size, free)
		}
	}
}

func TestRefusesImpossibleSizes(t *testing.T) {
	for _, size := range []int64{-1, 0, MinSize - 512, DefaultSize + 1} {
		if _, err := NewLayout(size); err == nil {
			t.Errorf("a card of %d bytes was laid out", size)
		}
	}
}

// TestIdentifiersAreGokrazys: init finds /perm, and the kernel its root, by
// identifiers gok derives from the host's name. This is the one of "copi".
func TestIdentifiersAreGokrazys(t *testing.T) {
	if got := layout(t, DefaultSize).Partitions[Boot].ID; got != "60c24cc1-f3f9-427a-8199-f56303740001" {
		t.Errorf("the boot partition is %s", got)
	}
}

func TestTableReadsBack(t *testing.T) {
	want := layout(t, DefaultSize)
	got, err := ReadLayout(card(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != want.ID || got.Size != want.Size || got.Signature != want.Signature || len(got.Partitions) != 4 {
		t.Errorf("read %+v, wrote %+v", got, want)
	}
	for i, p := range got.Partitions {
		if p != want.Partitions[i] {
			t.Errorf("read %+v, wrote %+v", p, want.Partitions[i])
		}
	}
}

func TestOnlyTheDataPartitionCarriesTheFirstFlashMark(t *testing.T) {
	for i, p := range layout(t, DefaultSize).Partitions {
		if marked := p.Attributes&FirstFlash != 0; marked != (i == Perm) {
			t.Errorf("%s marked: %v", p.Name, marked)
		}
	}
}

func TestDamagedTablesAreRefused(t *testing.T) {
	l := layout(t, DefaultSize)
	for name, at := range map[string]int64{
		"first header": 512 + 20, "first entries": 1024 + 130, "second header": l.Size - 500, "second entries": l.Size - tail + 3,
	} {
		f := card(t, l)
		if _, err := f.WriteAt([]byte{0xff}, at); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadLayout(f); err == nil {
			t.Errorf("%s damaged: nothing noticed", name)
		}
	}
}

// TestStrangersReadTheTables reads both tables with another implementation.
func TestStrangersReadTheTables(t *testing.T) {
	l := layout(t, DefaultSize)
	f := file.New(card(t, l), true)
	table, err := gpt.Read(f, 512, 512)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range l.Partitions {
		got := table.Partitions[i]
		if int64(got.Start)*512 != want.Start || int64(got.Size) != want.Size || got.Name != want.Name || got.Attributes != want.Attributes {
			t.Errorf("read %+v, wrote %+v", got, want)
		}
	}
	old, err := mbr.Read(f, 512, 512)
	if err != nil {
		t.Fatal(err)
	}
	if p := old.Partitions[0]; !p.Bootable || p.Type != mbr.Fat32LBA || int64(p.Start)*512 != bootAt || int64(p.Size)*512 != bootSize {
		t.Errorf("the Pi's firmware would read %+v", p)
	}
	if p := old.Partitions[1]; p.Type != mbr.GPTProtective || p.Start != 1 {
		t.Errorf("Linux would read %+v, not the GUID table", p)
	}
}

func TestWriterPutsFileSystemsInTheirPlaces(t *testing.T) {
	dir := t.TempDir()
	boot, root, out := filepath.Join(dir, "boot"), filepath.Join(dir, "root"), filepath.Join(dir, "out.img")
	bootBytes := append(make([]byte, 2*mib), "the end of boot"...) // a hole first
	rootBytes := bytes.Repeat([]byte("root"), 300_000)
	write(t, boot, bootBytes)
	write(t, root, rootBytes)
	l := layout(t, DefaultSize)
	if err := writeImage(out, l, boot, root); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if got, err := ReadLayout(f); err != nil || len(got.Partitions) != 4 {
		t.Errorf("the image's table: %+v, %v", got, err)
	}
	for p, want := range map[int][]byte{Boot: bootBytes, RootA: rootBytes, RootB: make([]byte, mib)} {
		got := make([]byte, len(want))
		if _, err := f.ReadAt(got, l.Partitions[p].Start); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s does not hold what was written (%v)", l.Partitions[p].Name, err)
		}
	}
}

func TestWriterRefusesWhatDoesNotFit(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big")
	write(t, big, nil)
	if err := os.Truncate(big, rootSize+1); err != nil {
		t.Fatal(err)
	}
	small := filepath.Join(dir, "small")
	write(t, small, []byte("boot"))
	if err := writeImage(filepath.Join(dir, "out.img"), layout(t, DefaultSize), small, big); err == nil {
		t.Error("a root of 500 MiB and a byte was written")
	}
}

func layout(t *testing.T, size int64) Layout {
	t.Helper()
	l, err := NewLayout(size)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// card is a sparse file with the tables of l.
func card(t *testing.T, l Layout) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "card.img"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if err := f.Truncate(l.Size); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(l.Head(), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(l.Tail(), l.Size-tail); err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
