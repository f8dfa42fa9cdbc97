package store_test

import (
	"testing"
	"time"

	"copi.local/store"
)

func TestNoInstantIsStoredAsZero(t *testing.T) {
	at := time.Date(2026, 3, 14, 9, 0, 0, 0, time.FixedZone("Paris", 3600))
	if got := store.Instant(store.Unix(at)); !got.Equal(at) || got.Location() != time.UTC {
		t.Errorf("%s comes back as %s", at, got)
	}
	if n := store.Unix(time.Time{}); n != 0 || !store.Instant(n).IsZero() {
		t.Errorf("none is stored as %d", n)
	}
}
