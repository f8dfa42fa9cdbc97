package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"copi.local/appliance/clock"
	"copi.local/store"
)

// How long a service that was started just now is waited for.
const (
	welcomeTries = 120
	welcomeEvery = 500 * time.Millisecond
)

// Welcome waits until the box in dir answers at the address of its pages, a
// minute at most, and writes where to open it and, before it is set up, the
// code that proves the operator.
func Welcome(ctx context.Context, dir, address string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, welcomeTries*welcomeEvery)
	defer cancel()
	wait := clock.New(clock.Options{File: clockFile(dir), System: true, Log: slog.New(slog.DiscardHandler)})
	if err := answers(ctx, wait, address); err != nil {
		return fmt.Errorf("the box does not answer at %s; journalctl -u copi says why: %w", address, err)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if port = ":" + port; port == ":80" {
		port = ""
	}
	where := append([]string{"copi.local"}, localAddresses()...)
	for _, name := range where {
		if ip := net.ParseIP(name); ip != nil && (ip.IsLinkLocalUnicast() || ip.To4() == nil) {
			continue // nobody types those
		}
		if _, err := fmt.Fprintf(out, "open http://%s%s/\n", name, port); err != nil {
			return err
		}
	}
	db, _, err := openAtRest(ctx, dir)
	if err != nil {
		return err
	}
	ready, err := isReady(ctx, db)
	if err := errors.Join(err, db.Close()); err != nil || ready {
		return err
	}
	if _, err := fmt.Fprint(out, "set-up code: "); err != nil {
		return err
	}
	return PrintSetupCode(ctx, dir, out)
}

// answers waits until the pages at an address are served, which is after the
// database was opened and brought up to date.
func answers(ctx context.Context, wait store.Clock, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if host == "" {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for range welcomeTries {
		var res *http.Response
		if res, err = client.Do(req); err == nil {
			return res.Body.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wait.After(welcomeEvery):
		}
	}
	return err
}
