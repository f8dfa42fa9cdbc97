package appliance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"copi.local/store"
	"copi.local/ui"
)

// A box that hangs is worse than one that stops: init pings the watchdog of the
// machine whatever the box does, and only one that has ended is started again.
// So the box feels its own pulse.
const (
	beatEvery   = 30 * time.Second
	beatWithin  = 20 * time.Second // one beat; a large import may hold it up for longer
	deadAfter   = 10 * time.Minute // without one
	closeWithin = 30 * time.Second // how long a hanging box may take to end
)

// errHangs ends the box.
var errHangs = errors.New("the box hangs: nobody could write, or its pages did not answer, for ten minutes")

// alive ends the box once it has not done what it is there for in a long time.
type alive struct {
	clock store.Clock
	log   *slog.Logger
	beat  func(ctx context.Context) error // fails, or does not come back, when the box hangs
	exit  func(code int)
}

func (b *box) newAlive(listener net.Listener) *alive {
	return &alive{clock: b.clock, log: b.log, exit: os.Exit, beat: func(ctx context.Context) error {
		return errors.Join(b.db.Beat(ctx), pagesAnswer(ctx, listener.Addr()))
	}}
}

// Run feels the pulse until ctx ends. It fails when there has been none for
// deadAfter, and then ends the process even if what hangs cannot be closed.
func (a *alive) Run(ctx context.Context) error {
	for missed := time.Duration(0); ; {
		err := a.feel(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the box is being stopped
		}
		if err == nil {
			missed = 0
		} else if missed += beatEvery; missed >= deadAfter {
			a.log.Error("the box hangs", "err", err)
			go a.end()
			return errors.Join(errHangs, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.clock.After(beatEvery):
		}
	}
}

// feel waits for one beat, and no longer than it may take even when it does not
// heed its context: then it is left where it hangs.
func (a *alive) feel(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beatWithin)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- a.beat(ctx) }() // ends with what hangs
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// end ends the process when closing takes too long.
func (a *alive) end() {
	<-a.clock.After(closeWithin)
	a.exit(1)
}

// pagesAnswer tells whether the pages do, as a phone sees it.
func pagesAnswer(ctx context.Context, addr net.Addr) error {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, "http://"+net.JoinHostPort("localhost", port)+ui.PulsePath, http.NoBody)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, addr.String())
	}}}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("pages: %w", err)
	}
	return resp.Body.Close()
}
