package images

import (
	"errors"
	"fmt"
	"io"
)

// Grown is the layout with its data partition as large as a card of size bytes
// allows. Everything else stays where it is, and so does the first-flash mark:
// Settled takes it off once the file system has grown too.
func (l Layout) Grown(size int64) (Layout, error) {
	size -= size % sector
	if size < l.Size {
		return Layout{}, fmt.Errorf("a card of %d bytes is smaller than its table says", size)
	}
	grown, err := NewLayout(size)
	if err != nil {
		return Layout{}, err
	}
	if len(l.Partitions) != len(grown.Partitions) {
		return Layout{}, errNotOurs
	}
	for i, p := range l.Partitions {
		g := grown.Partitions[i]
		if p.Name != g.Name || p.ID != g.ID || p.Start != g.Start || p.Size > g.Size || (i != Perm && p.Size != g.Size) {
			return Layout{}, errNotOurs
		}
		grown.Partitions[i].Attributes = p.Attributes
	}
	return grown, nil
}

var errNotOurs = errors.New("the card is not laid out as this image is")

// FirstStart tells whether the card's data partition still is as flashed.
func (l Layout) FirstStart() bool {
	return len(l.Partitions) > Perm && l.Partitions[Perm].Attributes&FirstFlash != 0
}

// Settled is the layout without the first-flash mark.
func (l Layout) Settled() Layout {
	partitions := append([]Partition{}, l.Partitions...)
	partitions[Perm].Attributes &^= FirstFlash
	l.Partitions = partitions
	return l
}

// syncer is a card that can be written durably.
type syncer interface {
	io.WriterAt
	Sync() error
}

// WriteTables writes both copies of the table, the one at the end first: at
// every moment one of the two is whole. The old table stays as it is.
func (l Layout) WriteTables(card syncer) error {
	end := l.Tail()
	if _, err := card.WriteAt(end, l.Size-int64(len(end))); err != nil {
		return err
	}
	if err := card.Sync(); err != nil {
		return err
	}
	if _, err := card.WriteAt(l.Head()[sector:], sector); err != nil {
		return err
	}
	return card.Sync()
}
