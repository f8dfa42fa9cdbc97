package mutualaid_test

import (
	"log/slog"
)

// quiet is a log nobody reads.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
