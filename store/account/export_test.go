package account

import "testing"

// HashesOf counts the hashes a desk computed.
func HashesOf(d *Desk) int64 { return d.hash.count.Load() }

// TrackedBy counts what a desk remembers of faults.
func TrackedBy(d *Desk) int { return len(d.limit.wrong) + len(d.limit.sources) }

// LongestTracked is the length of the longest name a desk remembers.
func LongestTracked(d *Desk) (n int) {
	for key := range d.limit.wrong {
		n = max(n, len(key[0]))
	}
	return n
}

// SetTracked lowers the bound of what desks remember, for one test.
func SetTracked(t *testing.T, n int) {
	was := maxTracked
	maxTracked = n
	t.Cleanup(func() { maxTracked = was })
}

// TooObvious is the rule against passwords everyone tries.
func TooObvious(password string, own ...string) bool { return tooObvious(password, own) }
