package slot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// card notes what it is told.
type card struct {
	switched, restarted int
	fails               error
}

func (c *card) Switch(context.Context) error {
	if c.fails == nil {
		c.switched++
	}
	return c.fails
}

func (c *card) Restart(context.Context) error { c.restarted++; return nil }

// start is one start of version 2, on trial, whose pages are well at the times
// that well says. It gives how long it took.
func start(t *testing.T, data string, c *card, well func(time.Duration) bool) (took time.Duration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		elapsed := func() time.Duration { return time.Since(began) }
		err = Probation{
			Data: data, Version: "2", Rules: Usual, Card: c,
			Well:    func(context.Context) bool { return well(elapsed()) },
			Elapsed: elapsed, Pause: func(context.Context) { time.Sleep(5 * time.Second) },
		}.Run(t.Context())
		took = elapsed()
	})
	return took, err
}

func always(time.Duration) bool { return true }
func never(time.Duration) bool  { return false }

func onTrial(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	if err := (Trial{Version: "2", From: "1"}).Write(data); err != nil {
		t.Fatal(err)
	}
	return data
}

func trial(t *testing.T, data string) Trial {
	t.Helper()
	got, err := ReadTrial(data)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAVersionThatDoesWellIsKept(t *testing.T) {
	data, c := onTrial(t), &card{}
	took, err := start(t, data, c, func(at time.Duration) bool { return at > 40*time.Second })
	if err != nil || took < 10*time.Minute || took > 11*time.Minute {
		t.Errorf("%v, %v", took, err)
	}
	if got := trial(t, data); got.Verdict != Kept || got.Starts != 1 || c.switched != 0 {
		t.Errorf("%+v, %+v", got, c)
	}
	if took, err := start(t, data, c, never); err != nil || took != 0 || c.switched != 0 {
		t.Errorf("a version that was kept is on trial again: %v, %v, %+v", took, err, c)
	}
}

func TestAVersionThatDoesBadlyIsLeft(t *testing.T) {
	for why, c := range map[string]struct {
		well func(time.Duration) bool
		took time.Duration
	}{
		WhySilent: {never, 5 * time.Minute},
		WhyUnwell: {func(at time.Duration) bool { return at%(8*time.Minute) > time.Minute }, time.Hour},
	} {
		data, on := onTrial(t), &card{}
		took, err := start(t, data, on, c.well)
		if err != nil || took < c.took || took > c.took+10*time.Second {
			t.Errorf("%s: %v, %v", why, took, err)
		}
		if got := trial(t, data); got.Verdict != Back || got.Why != why || on.switched != 1 || on.restarted != 1 {
			t.Errorf("%s: %+v, %+v", why, got, on)
		}
	}
}

// TestAVersionThatStartsAgainAndAgainIsLeft: each start ends in a crash of the
// machine, before anything is known.
func TestAVersionThatStartsAgainAndAgainIsLeft(t *testing.T) {
	data, c := onTrial(t), &card{}
	for range Usual.Starts {
		ctx, cancel := context.WithCancel(t.Context())
		err := Probation{
			Data: data, Version: "2", Rules: Usual, Card: c, Well: func(context.Context) bool { return true },
			Elapsed: func() time.Duration { return 0 }, Pause: func(context.Context) { cancel() },
		}.Run(ctx)
		if !errors.Is(err, context.Canceled) || c.switched != 0 {
			t.Fatalf("%v, %+v", err, c)
		}
	}
	took, err := start(t, data, c, always)
	if err != nil || took != 0 || c.switched != 1 || trial(t, data).Why != WhyStarts {
		t.Errorf("%v, %v, %+v, %+v", took, err, c, trial(t, data))
	}
}

// TestThePowerFailsOnTheWayBack: the verdict is written, the switch is not made.
func TestThePowerFailsOnTheWayBack(t *testing.T) {
	data, c := onTrial(t), &card{fails: errors.New("cut")}
	if _, err := start(t, data, c, never); err == nil {
		t.Error("a switch that fails is not told")
	}
	c.fails = nil
	if took, err := start(t, data, c, always); err != nil || took != 0 || c.switched != 1 || c.restarted != 1 {
		t.Errorf("%v, %v, %+v", took, err, c)
	}
}

func TestAStartWithNothingOnTrial(t *testing.T) {
	c := &card{}
	if took, err := start(t, t.TempDir(), c, never); err != nil || took != 0 {
		t.Errorf("no trial: %v, %v", took, err)
	}
	unnamed := t.TempDir()
	if err := (Probation{Data: unnamed, Rules: Usual, Card: c}).Run(t.Context()); err != nil || trial(t, unnamed) != (Trial{}) {
		t.Errorf("a version without a name is on trial: %v, %+v", err, trial(t, unnamed))
	}
	data := t.TempDir()
	if err := (Trial{Version: "3", From: "2"}).Write(data); err != nil { // this is the version before
		t.Fatal(err)
	}
	if took, err := start(t, data, c, never); err != nil || took != 0 || c.switched != 0 || trial(t, data).Starts != 0 {
		t.Errorf("the trial of another version: %v, %v, %+v", took, err, c)
	}
	if err := os.WriteFile(trialFile(data), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := start(t, data, c, never); err == nil || c.switched != 0 {
		t.Errorf("a torn note: %v, %+v", err, c)
	}
}

// TestTheIdleRootIsTheOtherOne reads directories as the kernel lays them out.
func TestTheIdleRootIsTheOtherOne(t *testing.T) {
	for _, c := range []struct {
		names []string
		runs  int
		want  string
	}{
		{[]string{"boot", "root-a", "root-b", "perm"}, 2, "/dev/part3"},
		{[]string{"boot", "root-a", "root-b", "perm"}, 3, "/dev/part2"},
		{[]string{"boot", "root-a", "root-b", "perm"}, 4, ""},
		{[]string{"boot", "root-a", "perm"}, 2, ""},
		{[]string{"EFI", "", "home"}, 2, ""},     // a PC
		{[]string{"EFI", "root", "swap"}, 2, ""}, // another
	} {
		devices, disk := t.TempDir(), filepath.Join(t.TempDir(), "mmcblk0")
		for i, name := range c.names {
			part := filepath.Join(disk, fmt.Sprintf("part%d", i+1))
			if err := os.MkdirAll(part, 0o700); err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprintf("DEVTYPE=partition\nPARTN=%d\n", i+1)
			if name != "" {
				text += "PARTNAME=" + name + "\n"
			}
			if err := os.WriteFile(filepath.Join(part, "uevent"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(filepath.Join(disk, fmt.Sprintf("part%d", c.runs)), filepath.Join(devices, numberOf(t, devices))); err != nil {
			t.Fatal(err)
		}
		got, err := idleRoot(devices, devices)
		if got != c.want || (c.want == "") != errors.Is(err, ErrNoCard) {
			t.Errorf("partition %d of %v runs: %q, %v", c.runs, c.names, got, err)
		}
	}
	if _, err := idleRoot(t.TempDir(), t.TempDir()); !errors.Is(err, ErrNoCard) {
		t.Errorf("a root on no card: %v", err)
	}
}

// numberOf is how the kernel calls the device a directory lies on.
func numberOf(t *testing.T, dir string) string {
	t.Helper()
	number, err := deviceNumber(dir)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// TestAPlaceIsWrittenAndReadAgain on a file, which forgets nothing.
func TestAPlaceIsWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "idle")
	if err := os.WriteFile(name, make([]byte, 3<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &Card{idle: name}
	root := bytes.Repeat([]byte("root"), 400<<10)
	n, err := c.Write(t.Context(), bytes.NewReader(root))
	if err != nil || n != int64(len(root)) {
		t.Fatalf("%d bytes, %v", n, err)
	}
	size, err := c.Size()
	got, _ := os.ReadFile(name)
	if err != nil || size != 3<<20 || !bytes.Equal(got[:n], root) {
		t.Errorf("%d bytes, %v", size, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Write(ctx, bytes.NewReader(root)); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone still writes: %v", err)
	}
}
