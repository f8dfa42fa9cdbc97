package appliance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"

	"copi.local/ui"
)

// ExportConfig says which box to export, and where to.
type ExportConfig struct {
	Data string
	To   string // a directory that does not exist yet, or is empty
	Host string // name and port the files' links lead to
}

// Export writes everything the box publishes to files, the same ones a visitor
// downloads, and returns their names. The directory appears whole or not at
// all. The box may be running.
func Export(ctx context.Context, cfg ExportConfig) (names []string, err error) {
	if err := mayFill(cfg.To); err != nil {
		return nil, err
	}
	db, clock, err := openAtRest(ctx, cfg.Data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	name := cfg.Host
	if host, _, err := net.SplitHostPort(cfg.Host); err == nil {
		name = host
	}
	pages, err := ui.New(ui.Options{ //nolint:contextcheck // each request brings its own
		DB: db, Clock: clock, Log: slog.New(slog.DiscardHandler), Locales: filepath.Join(cfg.Data, "locales"),
		HostNames: func() []string { return []string{name} },
	})
	if err != nil {
		return nil, err
	}
	part := filepath.Clean(cfg.To) + ".part"
	defer func() { _ = os.RemoveAll(part) }()        // after the renaming there is none
	if err := os.MkdirAll(part, 0o755); err != nil { //nolint:gosec // what everybody may read
		return nil, err
	}
	for _, address := range pages.Publications() {
		if err := download(ctx, pages.Handler(), cfg.Host, address, part); err != nil {
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		names = append(names, path.Base(address))
	}
	if err := os.Remove(cfg.To); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return names, os.Rename(part, cfg.To)
}

// mayFill fails unless nothing would be lost by writing a directory.
func mayFill(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty: choose another directory", dir)
	}
	return nil
}

// download asks the box's own pages for an address and keeps the answer.
func download(ctx context.Context, h http.Handler, host, address, dir string) error {
	f, err := os.Create(filepath.Join(dir, path.Base(address)))
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+address, http.NoBody)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	req.RequestURI = address
	w := &fileAnswer{File: f, header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(w, req)
	if err := errors.Join(w.err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if w.status != http.StatusOK {
		return fmt.Errorf("the box answers %d", w.status)
	}
	return nil
}

// fileAnswer is an http.ResponseWriter that writes to a file.
type fileAnswer struct {
	*os.File
	header http.Header
	status int
	err    error // of the first write that failed: the handler may not tell
}

// Header is the answer's header.
func (w *fileAnswer) Header() http.Header { return w.header }

// WriteHeader keeps the status.
func (w *fileAnswer) WriteHeader(status int) { w.status = status }

// Write writes to the file.
func (w *fileAnswer) Write(b []byte) (int, error) {
	n, err := w.File.Write(b)
	if err != nil && w.err == nil {
		w.err = err
	}
	return n, err
}
