package account

import (
	"math"
	"sync"
	"time"

	"copi.local/store"
)

// How guessing is slowed down (OPERATIONS.md §2.2). Nothing here locks an
// account: a lock would let a neighbour silence somebody.
const (
	freeTries   = 5                // wrong passwords without waiting, per account and source
	longestWait = 15 * time.Minute // 2, 4, 8, … seconds up to this
	triesHourly = 30               // wrong passwords an hour from one source
	newHourly   = 5                // accounts an hour from one source
	codesHourly = 10               // wrong one-time codes an hour from one source
	guessHourly = 20               // wrong codes of other modules an hour from one source
	hashBurst   = 60               // hashes in a row, for everybody together
	hashRate    = 4.0              // and then a second
)

// maxTracked bounds the entries remembered of each kind; a test lowers it.
var maxTracked = 10_000

// limiter remembers recent faults, in memory: a restart forgives.
type limiter struct {
	clock store.Clock

	mu      sync.Mutex // guards all below
	wrong   map[[2]string]fault
	sources map[[2]string]bucket // by kind and source
	hashes  bucket
}

type fault struct {
	count int
	until time.Time // not before
}

// bucket is a token bucket: used tokens flow back with time.
type bucket struct {
	used float64
	at   time.Time
}

func newLimiter(clock store.Clock) *limiter {
	return &limiter{clock: clock, wrong: map[[2]string]fault{}, sources: map[[2]string]bucket{}}
}

// tooSoon is the answer of every limit; it names the wait, not the reason, so
// that it says nothing about whether an account exists.
func tooSoon(wait time.Duration) error {
	return store.E(store.Busy, "err.account.wait", "seconds", int(math.Ceil(wait.Seconds())))
}

// guess asks leave to try a password for login from source. The try counts as
// wrong until passed takes it back, so that many at once gain nothing.
func (l *limiter) guess(login, source string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if f := l.wrong[[2]string{login, source}]; now.Before(f.until) {
		return tooSoon(f.until.Sub(now))
	}
	if wait := l.sources[[2]string{"login", source}].wait(now, triesHourly, perHour(triesHourly)); wait > 0 {
		return tooSoon(wait)
	}
	if err := l.hash(now); err != nil {
		return err
	}
	l.wrongAt([2]string{login, source}, now)
	l.spend("login", source, now, perHour(triesHourly))
	return nil
}

// wrongAt counts a wrong password and sets the wait before the next.
func (l *limiter) wrongAt(key [2]string, now time.Time) {
	f := l.wrong[key]
	if now.Sub(f.until) > time.Hour {
		f = fault{} // long forgotten
	}
	f.count++
	f.until = now
	if over := f.count - freeTries; over >= 0 {
		f.until = now.Add(min(longestWait, time.Second<<min(over+1, 20)))
	}
	makeRoom(l.wrong, key, func(f fault) bool { return now.Sub(f.until) > time.Hour })
	l.wrong[key] = f
}

// passed forgets the wrong passwords of login from source, and the try just
// counted.
func (l *limiter) passed(login, source string) {
	l.giveBack("login", source)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.wrong, [2]string{login, source})
}

// take asks leave for one act of a kind from source, so many an hour, and
// counts it.
func (l *limiter) take(kind, source string, hourly int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if wait := l.sources[[2]string{kind, source}].wait(now, float64(hourly), perHour(hourly)); wait > 0 {
		return tooSoon(wait)
	}
	if err := l.hash(now); err != nil {
		return err
	}
	l.spend(kind, source, now, perHour(hourly))
	return nil
}

// giveBack takes back the last act of a kind from source: it was no guess.
func (l *limiter) giveBack(kind, source string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := [2]string{kind, source}
	if b, ok := l.sources[key]; ok {
		b.used = max(0, b.used-1)
		l.sources[key] = b
	}
}

// count asks leave for one act of a kind from source that costs no hash, and
// counts it.
func (l *limiter) count(kind, source string, hourly int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if wait := l.sources[[2]string{kind, source}].wait(now, float64(hourly), perHour(hourly)); wait > 0 {
		return tooSoon(wait)
	}
	l.spend(kind, source, now, perHour(hourly))
	return nil
}

// hash takes a token of the bucket everybody shares.
func (l *limiter) hash(now time.Time) error {
	if wait := l.hashes.wait(now, hashBurst, hashRate); wait > 0 {
		return tooSoon(wait)
	}
	l.hashes = l.hashes.spend(now, hashRate)
	return nil
}

func (l *limiter) spend(kind, source string, now time.Time, rate float64) {
	key := [2]string{kind, source}
	makeRoom(l.sources, key, func(b bucket) bool { return now.Sub(b.at) > time.Hour })
	l.sources[key] = l.sources[key].spend(now, rate)
}

func perHour(n int) float64 { return float64(n) / time.Hour.Seconds() }

func (b bucket) level(now time.Time, rate float64) float64 {
	return max(0, b.used-now.Sub(b.at).Seconds()*rate)
}

// wait is how long until one more fits into size.
func (b bucket) wait(now time.Time, size, rate float64) time.Duration {
	over := b.level(now, rate) + 1 - size
	if over <= 1e-9 {
		return 0
	}
	return time.Duration(over / rate * float64(time.Second))
}

func (b bucket) spend(now time.Time, rate float64) bucket {
	return bucket{used: b.level(now, rate) + 1, at: now}
}

// makeRoom keeps a map bounded: what is old goes first, then anything.
func makeRoom[V any](m map[[2]string]V, key [2]string, old func(V) bool) {
	if _, ok := m[key]; ok || len(m) < maxTracked {
		return
	}
	for k, v := range m {
		if old(v) {
			delete(m, k)
		}
	}
	for k := range m {
		if len(m) < maxTracked {
			return
		}
		delete(m, k)
	}
}
