package appliance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"time"

	"copi.local/peer"
	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/durable"
)

// controlBundles adds what is asked about bundles. Nothing of it is hurried:
// sticks are slow, and so is the check of a large bundle.
func controlBundles(mux *http.ServeMux, node *peer.Node) {
	handle := func(what string, do http.HandlerFunc) {
		mux.HandleFunc("POST /bundle/"+what, func(w http.ResponseWriter, r *http.Request) {
			rc := http.NewResponseController(w)
			_ = rc.SetReadDeadline(time.Time{})  // a server's connection can
			_ = rc.SetWriteDeadline(time.Time{}) // as above
			do(w, r)
		})
	}
	handle("make", func(w http.ResponseWriter, r *http.Request) { controlMake(node, w, r) })
	handle("receive", func(w http.ResponseWriter, r *http.Request) { controlReceive(node, w, r) })
	handle("take", asked(func(ctx context.Context, q controlRequest) (controlAnswer, error) {
		b, err := node.TakeBundle(ctx, q.Name, q.Accept)
		return controlAnswer{Bundle: b}, err
	}).answer)
	handle("drop", asked(func(_ context.Context, q controlRequest) (controlAnswer, error) {
		return controlAnswer{}, node.DropBundle(q.Name)
	}).answer)
}

// controlMake answers the command line with a bundle, or with why not.
func controlMake(node *peer.Node, w http.ResponseWriter, r *http.Request) {
	q, ok := readRequest(w, r)
	if !ok {
		return
	}
	f, err := controlBundle(r.Context(), node, q)
	if err != nil {
		w.WriteHeader(http.StatusConflict)
		writeAnswer(w, controlAnswer{}, err)
		return
	}
	defer func() { _ = f.Close() }() // it has no name any more
	http.ServeContent(w, r, "", time.Time{}, f)
}

func controlBundle(ctx context.Context, node *peer.Node, q controlRequest) (*os.File, error) {
	pictures, err := bundle.ParsePictures(q.Pics)
	if err != nil {
		return nil, err
	}
	return node.MakeBundle(ctx, q.For, q.Whole, pictures)
}

// controlReceive takes a bundle from the command line and says what is in it,
// its maker accepted.
func controlReceive(node *peer.Node, w http.ResponseWriter, r *http.Request) {
	var a controlAnswer
	var err error
	if a.Name, err = node.ReceiveBundle(r.Context(), r.Body); err == nil {
		a.Bundle, err = node.LookBundle(r.Context(), a.Name, true)
	}
	writeAnswer(w, a, err)
}

// BundleOrder says what a bundle is to hold.
type BundleOrder struct {
	For      string // the linked box that will read it; empty: anybody
	Whole    bool   // also what that box said it has
	Pictures string // none, small, all
}

// BundleExport writes a bundle of the running box to file: for the linked box
// that is named, what it lacks; for anybody when that is empty, everything. An
// older bundle there is replaced once the new one is whole, anything else is
// left as it is.
func BundleExport(ctx context.Context, dir, file string, order BundleOrder, out io.Writer) error {
	if err := replaceable(file); err != nil {
		return err
	}
	body, err := json.Marshal(controlRequest{For: order.For, Whole: order.Whole, Pics: order.Pictures})
	if err != nil {
		return err
	}
	var size int64
	err = converse(ctx, dir, "/bundle/make", bytes.NewReader(body), func(res *http.Response) error {
		if res.StatusCode != http.StatusOK {
			_, err := readAnswer(res.Body)
			return err
		}
		return durable.Write(file, 0o600, func(w io.Writer) (err error) { // a stick pulled too early has the old one or none
			size, err = io.Copy(w, res.Body)
			return err
		})
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %d bytes\n", file, size)
	return err
}

// replaceable fails when something other than a bundle lies at file.
func replaceable(file string) error {
	f, err := openPlain(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	magic := make([]byte, len(wire.BundleMagic))
	_, err = io.ReadFull(f, magic)
	if err := f.Close(); err != nil {
		return err
	}
	if err != nil || string(magic) != wire.BundleMagic {
		return fmt.Errorf("%s is there and is not a bundle: it stays as it is", file)
	}
	return nil
}

// openPlain opens an ordinary file: not a link, a device or a pipe that a stick
// might hold under a harmless name.
func openPlain(file string) (*os.File, error) {
	named, err := os.Lstat(file)
	if err != nil {
		return nil, err
	}
	if !named.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not an ordinary file", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(named, opened) {
		err = fmt.Errorf("%s was exchanged meanwhile", file)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// BundleImport shows what a bundle would change on the running box, asks on in
// whether to take it ("yes" on a line of its own), and takes it.
func BundleImport(ctx context.Context, dir, file string, in io.Reader, out io.Writer) error {
	f, err := openPlain(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	if info, err := f.Stat(); err != nil {
		return err
	} else if info.Size() > bundle.MaxSize { // before it is sent
		return store.E(store.Invalid, "err.neighbour.bundle_large", "mb", bundle.MaxSize>>20)
	}
	a, err := send(ctx, dir, "/bundle/receive", f)
	if err != nil {
		return err
	}
	yes, err := showBundle(a.Bundle, in, out)
	if err != nil {
		return err
	}
	if !yes {
		_, err := control(ctx, dir, "/bundle/drop", controlRequest{Name: a.Name})
		return err
	}
	a, err = patiently(ctx, dir, "/bundle/take", controlRequest{Name: a.Name, Accept: !a.Bundle.Linked})
	if err != nil {
		return err
	}
	return listParts(a.Bundle, "taken: ", out)
}

// showBundle shows what a bundle would change and asks whether to take it.
func showBundle(b *peer.Bundle, in io.Reader, out io.Writer) (yes bool, err error) {
	made := time.Unix(int64(b.Made.Day)*86400, 0).UTC().Format(time.DateOnly)
	if _, err := fmt.Fprintf(out, "made by %s on %s\n", b.Name, made); err != nil {
		return false, err
	}
	if err := listParts(b, "", out); err != nil {
		return false, err
	}
	question := "Take it? yes or no: "
	if !b.Linked {
		d := b.Digits
		question = fmt.Sprintf("%s %s %s %s\nThe same twenty digits on the other box (%s)? yes links the two and takes the bundle; no: ",
			d[:5], d[5:10], d[10:15], d[15:], b.Name)
	}
	return ask(question, in, out)
}

// listParts writes a line for each origin of a bundle.
func listParts(b *peer.Bundle, before string, out io.Writer) error {
	for _, p := range b.Parts {
		name := p.Name
		if name == "" {
			name = p.Origin.String()[:12]
		}
		words := string(p.State)
		if p.State == peer.PartTaken {
			words = fmt.Sprintf("%d new, %d changed, %d withdrawn", p.New, p.Changed, p.Gone)
		}
		if _, err := fmt.Fprintf(out, "%s%s\t%s\n", before, name, words); err != nil {
			return err
		}
	}
	if p := b.Pictures; p.Pictures > 0 {
		_, err := fmt.Fprintf(out, "%spictures\t%d, %.1f MB\n", before, p.Pictures, float64(p.Bytes)/1e6)
		return err
	}
	return nil
}
