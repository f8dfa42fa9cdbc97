package images

import (
	"os"
	"slices"
	"testing"
)

func TestOnlyTheDataPartitionGrows(t *testing.T) {
	l := layout(t, DefaultSize)
	for _, size := range []int64{DefaultSize, DefaultSize + 511, 7_948_206_080, 64 << 30} {
		grown, err := l.Grown(size)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(grown.Partitions[:Perm], l.Partitions[:Perm]) {
			t.Errorf("%d bytes: %+v moved", size, grown.Partitions)
		}
		p := grown.Partitions[Perm]
		if free := size - (p.Start + p.Size); p.Start != l.Partitions[Perm].Start || free < tail || free >= tail+block+sector {
			t.Errorf("%d bytes: /perm at %d with %d leaves %d", size, p.Start, p.Size, free)
		}
		if !grown.FirstStart() || grown.Settled().FirstStart() || !grown.FirstStart() {
			t.Error("the mark goes with Settled, and only in its result")
		}
	}
}

func TestForeignCardsAreNotGrown(t *testing.T) {
	l := layout(t, DefaultSize)
	if _, err := l.Grown(l.Size - 512); err == nil {
		t.Error("a card smaller than its table was grown")
	}
	for name, change := range map[string]func([]Partition){
		"another name":     func(p []Partition) { p[Perm].Name = "home" },
		"a moved root":     func(p []Partition) { p[RootB].Start += mib },
		"a smaller root":   func(p []Partition) { p[RootA].Size -= mib },
		"another identity": func(p []Partition) { p[Boot].ID = typeEFI },
	} {
		other := l
		other.Partitions = slices.Clone(l.Partitions)
		change(other.Partitions)
		if _, err := other.Grown(l.Size * 2); err == nil {
			t.Errorf("%s: grown", name)
		}
	}
	if _, err := (Layout{Size: l.Size}).Grown(l.Size * 2); err == nil {
		t.Error("a card without partitions was grown")
	}
}

// cutCard is a card whose power fails before the nth write or sync.
type cutCard struct {
	*os.File
	left int
}

func (c *cutCard) WriteAt(b []byte, at int64) (int, error) {
	if c.left--; c.left < 0 {
		return 0, os.ErrDeadlineExceeded
	}
	return c.File.WriteAt(b, at)
}

func (c *cutCard) Sync() error {
	if c.left--; c.left < 0 {
		return os.ErrDeadlineExceeded
	}
	return nil
}

// TestPowerCutsWhileGrowing: whichever step is the last, the first table is
// whole, it is the old one or the new one, and growing again succeeds.
func TestPowerCutsWhileGrowing(t *testing.T) {
	l := layout(t, DefaultSize)
	const larger = DefaultSize * 2
	want, err := l.Grown(larger)
	if err != nil {
		t.Fatal(err)
	}
	for steps := range 5 {
		f := card(t, l)
		if err := f.Truncate(larger); err != nil {
			t.Fatal(err)
		}
		if err := want.WriteTables(&cutCard{f, steps}); (err == nil) != (steps == 4) {
			t.Fatalf("%d steps: %v", steps, err)
		}
		got, err := ReadLayout(f)
		if err != nil || (got.Size != l.Size && got.Size != larger) || !got.FirstStart() {
			t.Errorf("cut after %d steps: %+v, %v", steps, got, err)
		}
		again, err := got.Grown(larger)
		if err != nil || !slices.Equal(again.Partitions, want.Partitions) {
			t.Errorf("cut after %d steps, grown again: %+v, %v", steps, again, err)
		}
	}
}

// TestTheTrialNoticesACardThatDidNotGrow: the check of the QEMU trial must fail
// on a card as flashed.
func TestTheTrialNoticesACardThatDidNotGrow(t *testing.T) {
	flashed := trial{card: card(t, layout(t, DefaultSize)).Name()}
	if err := flashed.grown(); err == nil {
		t.Error("a card as flashed passed for grown")
	}
}
