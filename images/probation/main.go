//go:build linux

// Command probation watches a version that was just switched to, from outside
// the box and with nothing of it but the file that says so: a version that does
// not start, or whose pages do not answer, or not for long, is left, and the
// card starts from the one before. The data stay as they are: older programs
// may go on with them, see store.Formats.
//
// Most starts find nothing on trial, and it ends at once.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"copi.local/appliance/slot"
)

// version is set by the linker: that of the image this program lies on.
var version = "development"

// exitForGood tells gokrazy not to start the program again.
const exitForGood = 125

// The box's own page about itself, how long it may take to answer, and how often
// it is asked.
const (
	healthPage = "http://127.0.0.1/healthz"
	patience   = 10 * time.Second
	every      = 5 * time.Second
)

func main() {
	data, rules := "", slot.Usual
	flag.StringVar(&data, "data", "/perm/copi", "data `directory` of the box")
	flag.DurationVar(&rules.First, "first", rules.First, "within which the pages must answer")
	flag.DurationVar(&rules.Hold, "hold", rules.Hold, "how long they must stay well")
	flag.DurationVar(&rules.Give, "give", rules.Give, "after which the version is given up")
	flag.Parse()
	card, err := slot.OpenCard()
	if err == nil {
		err = slot.Probation{Data: data, Version: version, Rules: rules, Card: card, Well: well, Elapsed: elapsed(), Pause: pause}.Run(context.Background())
	}
	if err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "probation: %v\n", err)
	}
	os.Exit(exitForGood)
}

// well asks the box how it is.
func well(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, healthPage, http.NoBody)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}

// elapsed measures from now on; it takes no part in corrections of the clock.
func elapsed() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}

func pause(context.Context) { time.Sleep(every) }
