package clock

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// saveEvery is how often the floor is written: the only thing an idle box
// writes to its SD card.
const saveEvery = 15 * time.Minute

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
	c.mu.Unlock()
	if c.file == "" || !now.After(floor) {
		return nil
	}
	if err := writeDurable(c.file, format(now)); err != nil {
		return fmt.Errorf("clock floor: %w", err)
	}
	c.mu.Lock()
	c.floor = later(c.floor, now)
	c.mu.Unlock()
	return nil
}

// format writes the floor as unix seconds and their checksum, so that a
// damaged sector cannot send the box into the future.
func format(t time.Time) []byte {
	seconds := fmt.Sprint(t.Unix())
	return fmt.Appendf(nil, "%s %08x\n", seconds, crc32.ChecksumIEEE([]byte(seconds)))
}

// load reads the floor; no file is the zero time and no error.
func load(file string) (time.Time, error) {
	if file == "" {
		return time.Time{}, nil
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	var seconds int64
	var sum uint32
	if _, err := fmt.Sscanf(string(data), "%d %x\n", &seconds, &sum); err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	t := time.Unix(seconds, 0)
	if string(format(t)) != string(data) {
		return time.Time{}, fmt.Errorf("%s: wrong checksum", filepath.Base(file))
	}
	return t, nil
}

// writeDurable replaces file as a whole: after a power cut it holds either
// the old bytes or the new.
func writeDurable(file string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return err
	}
	return syncDir(filepath.Dir(file))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
