package appliance

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"copi.local/peer"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// controlFile is the socket in the data directory over which the command line
// speaks to a running box. Whoever may open it owns the data anyway.
const controlFile = "copi.sock"

// controlTimeout bounds one question of the command line.
const controlTimeout = 15 * time.Second

// controlPath is the socket's place. The system takes about 100 bytes, so a
// long one is reached through the open directory.
func controlPath(dir string) (path string, done func(), err error) {
	path = filepath.Join(dir, controlFile)
	if len(path) < 100 {
		return path, func() {}, nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", d.Fd(), controlFile), func() { _ = d.Close() }, nil
}

// serveControl answers the command line until ctx ends.
func serveControl(ctx context.Context, dir string, node *peer.Node) error {
	path, done, err := controlPath(dir)
	if err != nil {
		return err
	}
	defer done()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a box that was killed
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return errors.Join(err, l.Close())
	}
	srv := &http.Server{Handler: controlHandler(node), ReadTimeout: controlTimeout, WriteTimeout: controlTimeout}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// controlRequest is what the command line asks.
type controlRequest struct {
	Address string `json:"address,omitempty"` // of the box to pair with
	ID      string `json:"id,omitempty"`      // of a pairing
	Same    bool   `json:"same,omitempty"`

	For    string `json:"for,omitempty"`      // whom a bundle is for; empty: anybody
	Whole  bool   `json:"whole,omitempty"`    // a bundle holds everything
	Pics   string `json:"pictures,omitempty"` // in a bundle: none, small, all
	Name   string `json:"name,omitempty"`     // of a bundle that waits
	Accept bool   `json:"accept,omitempty"`   // its maker's digits were compared
}

// controlAnswer is what the box answers; Fault is empty when it did as asked.
type controlAnswer struct {
	Fault    string         `json:"fault,omitempty"`
	Pairings []peer.Pairing `json:"pairings,omitempty"`
	Called   int            `json:"called,omitempty"`
	Name     string         `json:"name,omitempty"` // of a bundle that was received
	Bundle   *peer.Bundle   `json:"bundle,omitempty"`
}

// asked is what the box does when the command line asks it.
type asked func(context.Context, controlRequest) (controlAnswer, error)

func (do asked) answer(w http.ResponseWriter, r *http.Request) {
	q, ok := readRequest(w, r)
	if !ok {
		return
	}
	a, err := do(r.Context(), q)
	writeAnswer(w, a, err)
}

// readRequest reads what the command line asks, or answers that it cannot.
func readRequest(w http.ResponseWriter, r *http.Request) (q controlRequest, ok bool) {
	if err := json.NewDecoder(io.LimitReader(r.Body, 4096)).Decode(&q); err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return q, false
	}
	return q, true
}

// writeAnswer answers the command line, with what went wrong if err is one.
func writeAnswer(w io.Writer, a controlAnswer, err error) {
	if err != nil {
		a.Fault = OneLine(err)
	}
	_ = json.NewEncoder(w).Encode(a)
}

func controlHandler(node *peer.Node) http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, do asked) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { do.answer(w, r) })
	}
	handle("/wait", func(context.Context, controlRequest) (controlAnswer, error) {
		node.OpenDoor()
		return controlAnswer{}, nil
	})
	handle("/pair", func(ctx context.Context, q controlRequest) (controlAnswer, error) {
		_, err := node.StartPairing(ctx, q.Address)
		return controlAnswer{}, err
	})
	handle("/pairings", func(context.Context, controlRequest) (controlAnswer, error) {
		return controlAnswer{Pairings: node.Pairings()}, nil
	})
	handle("/answer", func(_ context.Context, q controlRequest) (controlAnswer, error) {
		if q.Same {
			return controlAnswer{}, node.Confirm(q.ID)
		}
		return controlAnswer{}, node.Refuse(q.ID)
	})
	handle("/sync", func(context.Context, controlRequest) (controlAnswer, error) {
		return controlAnswer{Called: node.CallAll()}, nil
	})
	controlBundles(mux, node)
	return mux
}

// control asks the box that runs on dir.
func control(ctx context.Context, dir, what string, q controlRequest) (a controlAnswer, err error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	return patiently(ctx, dir, what, q)
}

// patiently asks without a limit of time.
func patiently(ctx context.Context, dir, what string, q controlRequest) (controlAnswer, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return controlAnswer{}, err
	}
	return send(ctx, dir, what, bytes.NewReader(body))
}

// send sends a body and reads the answer.
func send(ctx context.Context, dir, what string, body io.Reader) (a controlAnswer, err error) {
	err = converse(ctx, dir, what, body, func(res *http.Response) error {
		a, err = readAnswer(res.Body)
		return err
	})
	return a, err
}

// readAnswer reads what the box answers; its fault is the error.
func readAnswer(r io.Reader) (a controlAnswer, err error) {
	if err := json.NewDecoder(r).Decode(&a); err != nil {
		return a, err
	}
	if a.Fault != "" {
		return a, errors.New(a.Fault)
	}
	return a, nil
}

// converse sends body to the box that runs on dir and lets take read what it
// answers, until ctx ends.
func converse(ctx context.Context, dir, what string, body io.Reader, take func(*http.Response) error) error {
	path, done, err := controlPath(dir)
	if err != nil {
		return err
	}
	defer done()
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://box"+what, body)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if _, unreached := errors.AsType[*net.OpError](err); unreached || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no box with neighbours runs on %s: start one with copi serve", dir)
	}
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	return take(res)
}

// PeerID writes the box's key, which neighbours know it by.
func PeerID(dir string, out io.Writer) error {
	if err := needDatabase(dir); err != nil {
		return err
	}
	id, err := peer.LoadIdentity(dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, id.PeerID())
	return err
}

// PeerList writes one line for each linked box: key, state, last contact, name.
func PeerList(ctx context.Context, dir string, out io.Writer) error {
	db, _, err := openAtRest(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var links []neighbour.Link
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		links, err = neighbour.Links(tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range links {
		contact := "never"
		if !l.ContactAt.IsZero() {
			contact = l.ContactAt.UTC().Format(time.RFC3339)
		}
		if _, err := fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", l.Peer, l.State, contact, l.Name); err != nil {
			return err
		}
	}
	return nil
}

// PeerSync calls every linked box now.
func PeerSync(ctx context.Context, dir string, out io.Writer) error {
	a, err := control(ctx, dir, "/sync", controlRequest{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d called\n", a.Called)
	return err
}

// PeerPair links the running box with the one at address, or with one that
// calls when address is empty. It shows the six digits and reads from in
// whether they are the same: "yes" on a line of its own.
func PeerPair(ctx context.Context, dir, address string, in io.Reader, out io.Writer) error {
	before, err := control(ctx, dir, "/pairings", controlRequest{})
	if err != nil {
		return err
	}
	what := "/pair"
	if address == "" {
		what = "/wait"
	}
	if _, err := control(ctx, dir, what, controlRequest{Address: address}); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, p := range before.Pairings {
		known[p.ID] = true
	}
	asked := false
	for {
		a, err := control(ctx, dir, "/pairings", controlRequest{})
		if err != nil {
			return err
		}
		p, ok := newest(a.Pairings, known)
		switch {
		case !ok, p.State == peer.PairingCalling, p.State == peer.PairingWaiting, asked && p.State == peer.PairingCompare:
		case p.State == peer.PairingCompare:
			asked = true
			same, err := compare(p, in, out)
			if err != nil {
				return err
			}
			if _, err := control(ctx, dir, "/answer", controlRequest{ID: p.ID, Same: same}); err != nil {
				return err
			}
			continue
		case p.State == peer.PairingDone:
			_, err := fmt.Fprintf(out, "linked with %s\n", p.Name)
			return err
		default:
			return store.E(store.Conflict, "neighbour.link."+string(p.State))
		}
		if err := shortPause(ctx); err != nil {
			return err
		}
	}
}

// newest is the newest pairing that began after known was made.
func newest(list []peer.Pairing, known map[string]bool) (peer.Pairing, bool) {
	for _, p := range list {
		if !known[p.ID] {
			return p, true
		}
	}
	return peer.Pairing{}, false
}

// compare asks the person at the terminal.
func compare(p peer.Pairing, in io.Reader, out io.Writer) (bool, error) {
	return ask(fmt.Sprintf("%s %s\nThe same six digits on the other box (%s)? yes or no: ", p.Digits[:3], p.Digits[3:], p.Name), in, out)
}

// ask asks the person at the terminal: "yes" on a line of its own is yes.
func ask(question string, in io.Reader, out io.Writer) (bool, error) {
	if _, err := io.WriteString(out, question); err != nil {
		return false, err
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return strings.EqualFold(strings.TrimSpace(line), "yes"), nil
}

// askEvery is how often the command line looks how far a pairing is.
const askEvery = 200 * time.Millisecond

// shortPause waits on elapsed time.
func shortPause(ctx context.Context) error {
	wait, cancel := context.WithTimeout(ctx, askEvery)
	defer cancel()
	<-wait.Done()
	return ctx.Err()
}
