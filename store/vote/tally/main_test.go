package tally

import (
	"flag"
	"os"
	"testing"
)

// TestMain has properties tried on more than rapid's hundred heaps of ballots;
// -rapid.checks still says otherwise.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "1000"); err != nil {
		panic(err)
	}
	flag.Parse()
	os.Exit(m.Run())
}
