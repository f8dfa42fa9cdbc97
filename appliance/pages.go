package appliance

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"copi.local/ui"
)

// address is what to open in a browser on this machine.
func address(listener net.Listener) string {
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if ip := net.ParseIP(host); err == nil && (ip == nil || ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// pagesWithin is how long requests under way may take when the pages stop: less
// than a part may, so that a slow phone does not make the box look stuck.
const pagesWithin = 3 * time.Second

// servePages answers requests until ctx ends.
func servePages(ctx context.Context, pages *ui.Server, listener net.Listener) error {
	return serveUntil(ctx, pages.HTTPServer(), ui.Fair(listener))
}

// serveUntil runs a server until ctx ends, then lets requests under way finish,
// and drops those that do not.
func serveUntil(ctx context.Context, srv *http.Server, listener net.Listener) error {
	stopped := make(chan error, 1)
	go func() { // ends with ctx
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), pagesWithin)
		defer cancel()
		err := srv.Shutdown(grace)
		if err != nil {
			err = errors.Join(err, srv.Close())
		}
		stopped <- err
	}()
	if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
