package clock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"copi.local/store/durable"
)

// saveEvery is how often the floor is written: the only thing an idle box
// writes to its SD card.
const saveEvery = 15 * time.Minute

// maxRan bounds the running time that is believed, a century: a Duration holds
// three.
const maxRan = 100 * 365 * 24 * time.Hour

// Run saves the floor every 15 minutes and once more when ctx ends. A failed
// write is logged and tried again at the next turn.
func (c *Clock) Run(ctx context.Context) error {
	for {
		if err := c.Save(); err != nil {
			c.log.Error("clock floor not saved", "err", err)
		}
		select {
		case <-ctx.Done():
			return c.Save()
		case <-c.After(saveEvery):
		}
	}
}

// Save makes the present reading the floor of the next start. When it
// returns nil the floor survives a power cut.
func (c *Clock) Save() error {
	c.mu.Lock()
	now, floor := c.now().Truncate(time.Second), c.floor
	ran := c.ran + c.lastAt
	c.mu.Unlock()
	if c.file == "" || !now.After(floor) {
		return nil
	}
	if err := durable.WriteBytes(c.file, format(now, ran)); err != nil {
		return fmt.Errorf("clock floor: %w", err)
	}
	c.mu.Lock()
	c.floor = later(c.floor, now)
	c.mu.Unlock()
	return nil
}

// format writes the floor as unix seconds, the running time in seconds, and
// their checksum, so that a damaged sector cannot send the box into the future.
func format(t time.Time, ran time.Duration) []byte {
	return signed(fmt.Sprint(t.Unix(), int64(ran/time.Second)))
}

// signed is a line with its checksum.
func signed(line string) []byte {
	return fmt.Appendf(nil, "%s %08x\n", line, crc32.ChecksumIEEE([]byte(line)))
}

// load reads the floor and the running time; no file is zero and no error. A
// file from before running time was counted has the floor alone.
func load(file string) (floor time.Time, ran time.Duration, err error) {
	if file == "" {
		return floor, 0, nil
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return floor, 0, nil
	}
	if err != nil {
		return floor, 0, err
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	fields := strings.Fields(string(line))
	if len(fields) < 2 || len(fields) > 3 || string(signed(strings.Join(fields[:len(fields)-1], " "))) != string(data) {
		return floor, 0, fmt.Errorf("%s: damaged", filepath.Base(file))
	}
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err == nil && len(fields) == 3 {
		var n int64
		n, err = strconv.ParseInt(fields[1], 10, 64)
		ran = min(time.Duration(n), maxRan/time.Second) * time.Second
	}
	if err != nil || ran < 0 {
		return floor, 0, fmt.Errorf("%s: damaged", filepath.Base(file))
	}
	return time.Unix(seconds, 0), ran, nil
}
