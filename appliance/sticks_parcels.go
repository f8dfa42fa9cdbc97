package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"copi.local/appliance/backup"
	"copi.local/peer"
	"copi.local/peer/bundle"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/durable"
	"copi.local/ui"
)

// maxParcels bounds how many files of a kind are read on a stick, and maxStranger how many strangers' bundles
// are kept to be looked at.
const (
	maxParcels  = 20
	maxStranger = 3
)

// courier exchanges bundles by sticks.
type courier struct {
	node *peer.Node
	db   *store.DB
}

// exchange exchanges bundles by an open stick. What linked boxes made is taken, as
// what they send over the network is; what another box made waits for somebody to
// look at it. Ours is written last, with what was just taken.
func (c courier) exchange(ctx context.Context, root string) (out ui.StickParcels) {
	var faults []error
	for _, file := range parcelsOn(root) {
		if err := c.parcel(ctx, file, &out); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", filepath.Base(file), err))
		}
	}
	err := c.leaveParcel(ctx, filepath.Join(root, stickDir))
	out.Made = err == nil
	out.Fault = errors.Join(append(faults, err)...)
	return out
}

// parcelsOn lists the bundles on a stick.
func parcelsOn(root string) []string { return filesOn(root, ".copi") }

// filesOn lists the files of a kind on a stick: where boxes write them, and where
// people do.
func filesOn(root, ext string) (files []string) {
	for _, dir := range []string{filepath.Join(root, stickDir), root} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // what cannot be read brings nothing
		}
		for _, e := range entries {
			if e.Type().IsRegular() && strings.EqualFold(filepath.Ext(e.Name()), ext) && len(files) < maxParcels {
				files = append(files, filepath.Join(dir, e.Name()))
			}
		}
	}
	return files
}

// parcel takes one bundle, or leaves it to be looked at.
func (c courier) parcel(ctx context.Context, file string, out *ui.StickParcels) error {
	f, err := openPlain(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	name, err := c.node.ReceiveBundle(ctx, io.LimitReader(f, bundle.MaxSize+1))
	if sentenceIs(err, "err.neighbour.bundle_own") {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := c.node.LookBundle(ctx, name, false)
	if err != nil {
		return errors.Join(err, c.node.DropBundle(name))
	}
	if !b.Linked {
		return c.park(name, b.Name, out)
	}
	if b, err = c.node.TakeBundle(ctx, name, false); err != nil {
		return err
	}
	out.Taken++
	for _, p := range b.Parts {
		if p.State == peer.PartTaken {
			out.Changes += p.New + p.Changed + p.Gone
		}
	}
	return nil
}

// park leaves a stranger's bundle on the page of bundles; what it has no room for
// stays on the stick.
func (c courier) park(name, from string, out *ui.StickParcels) error {
	if len(out.Waiting) >= maxStranger {
		return c.node.DropBundle(name)
	}
	out.Waiting = append(out.Waiting, from)
	return nil
}

// leaveParcel writes a bundle for anybody, in the place of the one before.
func (c courier) leaveParcel(ctx context.Context, dir string) error {
	digits, err := c.node.Digits(ctx)
	if err != nil || digits == "" { // nothing was ever published
		return err
	}
	var box account.Box
	err = c.db.View(ctx, func(tx *store.Tx) (err error) {
		box, err = account.BoxOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	f, err := c.node.MakeBundle(ctx, "", false, bundle.SmallPictures)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it has no name any more
	to := filepath.Join(dir, "colis-"+backup.Slug(box.Commune)+"-"+digits[:5]+".copi")
	if err := replaceable(to); err != nil {
		return err
	}
	return durable.Write(to, 0o600, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}
