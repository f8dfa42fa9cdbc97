package timebank_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// bookEnv makes this test binary a box that books batches, to be killed; its
// value is the database file. With bookStopEnv it stops inside a transaction.
const (
	bookEnv     = "COPI_TEST_BOOK"
	bookStopEnv = "COPI_TEST_BOOK_STOP"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(bookEnv); path != "" {
		if err := bookForTest(path, os.Getenv(bookStopEnv) != ""); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// bookForTest books one batch after the other and says of each that it is done.
func bookForTest(path string, stop bool) error {
	ctx := store.As(context.Background(), operator)
	db, err := store.Open(ctx, path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		return err
	}
	for n := int64(1); ; n++ {
		err := db.Update(ctx, func(tx *store.Tx) error {
			b, err := timebank.FindBatch(tx, n)
			if err != nil || !b.Open() {
				return err
			}
			if err := timebank.BookBatch(tx, n, true, b.Count); err != nil {
				return err
			}
			if stop {
				fmt.Println("inside")
				select {} // until it is killed
			}
			return nil
		})
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// piles makes a database with batches that wait to be booked, and closes it.
func piles(t *testing.T, batches int) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "copi.db")
	db, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	from, to := opened(t, db, ana), opened(t, db, bob)
	setRules(t, db, func(r *timebank.Rules) { r.Low, r.High = -600_000, 600_000 })
	for range batches {
		var slips []timebank.Slip
		for _, c := range printed(t, db, "", timebank.MaxSlips) {
			slips = append(slips, timebank.Slip{Paper: c.Key(), From: from, To: to, Minutes: 7, On: day()})
		}
		checked(t, db, slips)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// booking starts a process that books the batches of path.
func booking(t *testing.T, path string, stop bool) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), bookEnv+"="+path)
	if stop {
		cmd.Env = append(cmd.Env, bookStopEnv+"=1")
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// whole fails unless each batch is booked to its last line or not at all, and
// returns how many are.
func whole(t *testing.T, path string) (booked int) {
	t.Helper()
	db, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		batches, err := timebank.Batches(tx, 1000)
		if err != nil {
			return err
		}
		for _, b := range batches {
			if b, err = timebank.FindBatch(tx, b.N); err != nil {
				return err
			}
			lines := 0
			for _, s := range b.Slips {
				if s.Transfer != "" {
					lines++
				}
			}
			switch {
			case b.State == timebank.BatchBooked && lines == b.Count:
				booked++
			case b.State != timebank.BatchChecked || lines != 0:
				t.Errorf("batch %d is %s with %d of %d lines", b.N, b.State, lines, b.Count)
			}
		}
		to, err := timebank.Get(tx, numbersOf(t, tx)[1])
		if want := int64(booked) * 7 * timebank.MaxSlips; to.Balance != want {
			t.Errorf("%d minutes on the account, want %d", to.Balance, want)
		}
		if err != nil {
			return err
		}
		return timebank.Verify(tx)
	})
	return booked
}

// numbersOf are the accounts of ana and bob.
func numbersOf(t *testing.T, tx *store.Tx) (numbers [2]string) {
	t.Helper()
	for i, who := range []store.Actor{ana, bob} {
		a, ok, err := timebank.OfPerson(tx, who.ID)
		if err != nil || !ok {
			t.Fatal(who.ID, err)
		}
		numbers[i] = a.Number
	}
	return numbers
}

// TestTB7_KilledInTheMiddleOfABatchAllOrNone kills a process that books
// batches: once with every line written and nothing committed, and then again
// and again while it runs.
func TestTB7_KilledInTheMiddleOfABatchAllOrNone(t *testing.T) {
	const batches = 40
	path := piles(t, batches)

	cmd, out := booking(t, path, true)
	if !out.Scan() || out.Text() != "inside" {
		t.Fatalf("%q %v", out.Text(), out.Err())
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if n := whole(t, path); n != 0 {
		t.Fatalf("%d batches are booked that were never committed", n)
	}

	acked := 0
	for round := 0; acked < batches && round < 5; round++ {
		cmd, out := booking(t, path, false)
		for range 4 {
			if !out.Scan() {
				break
			}
			n, err := strconv.Atoi(strings.TrimSpace(out.Text()))
			if err != nil {
				t.Fatal(err)
			}
			acked = max(acked, n)
		}
		time.Sleep(time.Duration(round) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if n := whole(t, path); n < acked {
			t.Fatalf("%d batches are booked, %d were said to be", n, acked)
		}
	}
}
