package appliance

import (
	"context"
	"errors"
	"net"
	"net/http"

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

// servePages answers requests until ctx ends, then lets those under way finish.
func servePages(ctx context.Context, pages *ui.Server, listener net.Listener) error {
	srv := pages.HTTPServer()
	stopped := make(chan error, 1)
	go func() { // ends with ctx
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		stopped <- srv.Shutdown(grace)
	}()
	if err := srv.Serve(ui.Fair(listener)); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
