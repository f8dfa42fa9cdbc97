// Package appliance makes one box of its parts: it starts them in order, keeps
// them running, stops them in reverse, and watches their health. What the
// parts do is theirs: pages are ui's, neighbours peer's, data the store's.
package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
)

// Config is how a box is started. Data and HTTP are needed, the rest has a
// working zero value.
type Config struct {
	Data     string // data directory, made when missing
	HTTP     string // address of the pages, "host:port"
	Peer     string // address for neighbouring boxes; empty for none
	Hostname string // name on the local network, before .local
	MDNS     bool   // announce the box on the local network
	GPIO     string // LED and button: auto, none or sim
	Version  string

	In       io.Reader
	Out, Err io.Writer
}

// OneLine is err as one line for a terminal.
func OneLine(err error) string {
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// Serve runs a box until ctx ends. It fails before it has changed anything
// when the port is taken, the directory cannot be written to, or the database
// was written by a newer program.
func Serve(ctx context.Context, cfg Config) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.HTTP)
	if err != nil {
		return fmt.Errorf("pages: %w", err)
	}
	defer func() { _ = listener.Close() }()
	dir, err := openDataDir(cfg.Data)
	if err != nil {
		return err
	}
	defer func() { _ = dir.close() }()
	log := slog.New(slog.NewTextHandler(cfg.Err, nil))
	log.Info("pages ready", "addr", listener.Addr().String())
	srv := &http.Server{Handler: http.NotFoundHandler()} //nolint:gosec // replaced by ui's server
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
