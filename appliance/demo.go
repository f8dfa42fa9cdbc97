package appliance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"copi.local/appliance/clock"
	"copi.local/appliance/demo"
	"copi.local/store"
	"copi.local/store/durable"
)

// DemoConfig says where to put an invented village, and which.
type DemoConfig struct {
	Data     string
	Listings int
	Seed     uint64
	Now      time.Time // the village's time; zero is the machine's
}

// Demo makes a box with an invented village in a directory that holds none. On
// failure it leaves no box behind.
func Demo(ctx context.Context, cfg DemoConfig) (v demo.Village, err error) {
	dir, err := openDataDir(cfg.Data)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, dir.close()) }()
	path := database(cfg.Data)
	if _, err := os.Stat(path); err == nil {
		return v, fmt.Errorf("%s holds a box already: choose another directory", cfg.Data)
	}
	var c store.Clock = stillClock(cfg.Now)
	if cfg.Now.IsZero() {
		c = clock.New(clock.Options{System: true, Log: slog.New(slog.DiscardHandler)})
	}
	// A half-made village lost to a power cut is no loss; the whole one is synced
	// once, at the end.
	db, err := store.Open(ctx, path, store.Options{
		Clock: c, Personal: personal, Synchronous: "OFF", NewID: demo.IDs(cfg.Seed),
	})
	if err != nil {
		return v, err
	}
	v, err = demo.Fill(ctx, db, demo.Options{Listings: cfg.Listings, Seed: cfg.Seed})
	if err = errors.Join(err, db.Close(), durable.Sync(path, cfg.Data)); err != nil {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(path + suffix) // what is not there needs no removing
		}
	}
	return v, err
}

// stillClock stands at one instant, so that a village can be made again.
type stillClock time.Time

// Now is the instant.
func (c stillClock) Now() time.Time { return time.Time(c) }

// Quality is confirmed: whoever gave the instant meant it.
func (c stillClock) Quality() store.ClockQuality { return store.ClockConfirmed }

// Running is nothing: the village is made at once.
func (c stillClock) Running() time.Duration { return 0 }

// After never comes: nothing waits while a village is made.
func (c stillClock) After(time.Duration) <-chan time.Time { return nil }
