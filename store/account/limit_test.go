package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// waitOf is the seconds an answer asks to wait; 0 for another answer.
func waitOf(err error) int {
	if e, ok := errors.AsType[*store.Error](err); ok && e.Key == "err.account.wait" {
		return e.Args[1].(int)
	}
	return 0
}

func TestAC10_WrongPasswordsSlowDownAndNeverLock(t *testing.T) {
	_, desk, clock := open(t)
	register(t, desk, ana())
	for i := range 5 {
		if _, err := signIn(desk, "ana", "wrong wrong", "phone"); waitOf(err) != 0 {
			t.Fatalf("try %d is slowed down", i+1)
		}
	}
	var waits []int
	for range 5 {
		_, err := signIn(desk, "ana", good, "phone") // even the right one, now
		wait := waitOf(err)
		waits = append(waits, wait)
		clock.Add(time.Duration(wait) * time.Second)
		if _, err := signIn(desk, "ana", "wrong wrong", "phone"); waitOf(err) != 0 {
			t.Fatalf("still slowed down after %d s", wait)
		}
	}
	if got := fmt.Sprint(waits); got != "[2 4 8 16 32]" {
		t.Errorf("waits %s, want doubling", got)
	}
	if _, err := signIn(desk, "ana", good, "another phone"); err != nil {
		t.Errorf("another source is kept out: %v", err)
	}
	clock.Add(15 * time.Minute)
	if _, err := signIn(desk, "ana", good, "phone"); err != nil {
		t.Errorf("kept out for more than a quarter of an hour: %v", err)
	}
}

func TestAC10_UnknownLoginIsTheSameAnswerAndWork(t *testing.T) {
	_, desk, _ := open(t)
	register(t, desk, ana())
	type answer struct {
		err    string
		hashes int64
	}
	try := func(login string, n int) (a answer) {
		before := account.HashesOf(desk)
		_, err := signIn(desk, login, "wrong wrong", fmt.Sprint("phone of ", login))
		return answer{err.Error(), account.HashesOf(desk) - before}
	}
	for n := range 8 { // also where the slowing down begins
		known, unknown := try("ana", n), try("nobody", n)
		if known != unknown {
			t.Errorf("try %d: known %+v, unknown %+v", n+1, known, unknown)
		}
		if n == 0 && known.hashes != 1 {
			t.Errorf("%d hashes for one try", known.hashes)
		}
	}
}

func TestManyGuessesAtOnceGainNothing(t *testing.T) {
	_, desk, _ := open(t)
	register(t, desk, ana())
	before := account.HashesOf(desk)
	results := make(chan error)
	for range 50 {
		go func() {
			_, err := signIn(desk, "ana", "wrong wrong", "phone")
			results <- err
		}()
	}
	for range 50 {
		<-results
	}
	if n := account.HashesOf(desk) - before; n > 5 {
		t.Errorf("%d guesses were tried, want at most 5", n)
	}
}

func TestGuessesFromOneSourceAreBounded(t *testing.T) {
	_, desk, clock := open(t)
	tried := 0
	for i := range 60 {
		clock.Add(time.Second)
		if _, err := signIn(desk, fmt.Sprint("person", i), "wrong wrong", "phone"); waitOf(err) == 0 {
			tried++
		}
	}
	if tried < 30 || tried > 31 {
		t.Errorf("%d names tried in a minute, want 30", tried)
	}
}

func TestLimitsForgetInsteadOfGrowing(t *testing.T) {
	_, desk, clock := open(t)
	for i := range 3000 {
		_, _ = signIn(desk, "ana", "wrong wrong", fmt.Sprint("source ", i))
		clock.Add(5 * time.Second)
	}
	if n := account.TrackedBy(desk); n > 3000*2 {
		t.Errorf("%d entries", n)
	}
	_, _ = signIn(desk, strings.Repeat("a", 60_000), "wrong wrong", "verbose")
	if n := account.LongestTracked(desk); n > 100 {
		t.Errorf("a name of %d bytes is remembered", n)
	}
	account.SetTracked(t, 100)
	for i := range 300 {
		_, _ = signIn(desk, "ana", "wrong wrong", fmt.Sprint("late source ", i))
		clock.Add(time.Second)
	}
	if n := account.TrackedBy(desk); n > 200 {
		t.Errorf("%d entries kept, want 200 at most", n)
	}
}
