// Package appliance makes one box of its parts: it starts them in order, keeps
// them running, stops them in reverse, and watches their health. What the
// parts do is theirs: pages are ui's, neighbours peer's, data the store's.
package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/ui"
)

// Config is how a box is started. Data and HTTP are needed, the rest has a
// working zero value.
type Config struct {
	Data     string // data directory, made when missing
	HTTP     string // address of the pages, "host:port"
	Peer     string // address for neighbouring boxes; empty for none
	Hostname string // name on the local network, before .local
	MDNS     bool   // announce the box on the local network
	Wifi     string // interface of the box's own Wi-Fi: auto, none or a name
	GPIO     string // LED and button: auto, none or sim
	Stick    string // a directory that stands for a USB stick; empty: what is plugged in
	Version  string
	Built    time.Time // zero when unknown

	UpdateKeys string // public keys whose updates the box takes, parted by spaces; see package update

	In       io.Reader
	Out, Err io.Writer

	// Synchronous weakens commits for the power-cut test; see store.Options.
	Synchronous string
}

// gcPercent trades a little CPU for memory: the smallest board has 512 MB, and
// a box's live heap is small, so that collecting it twice as often costs little.
const gcPercent = 40

// OneLine is err as one line for a terminal: in words where it has some.
func OneLine(err error) string {
	if sentence, ok := ui.Explain("en", err); ok {
		return sentence
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// Serve runs a box until ctx ends. It fails before it has changed anything
// when the port is taken, or another box runs on the directory. A box whose data
// cannot be used is served as it was last kept, see safe.go.
func Serve(ctx context.Context, cfg Config) (err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.HTTP)
	if err != nil {
		return fmt.Errorf("pages: %w", err)
	}
	defer func() { _ = listener.Close() }() // the page server has closed it already
	if err := freePort(ctx, cfg.Peer); err != nil {
		return fmt.Errorf("neighbours: %w", err)
	}
	dir, fault := openDataDir(cfg.Data)
	if fault != nil && troubleOf(cfg.Data, fault) == store.NoTrouble {
		return fault
	}
	defer func() { err = errors.Join(err, dir.close()) }()
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	}
	return lives(ctx, cfg, listener, fault)
}
