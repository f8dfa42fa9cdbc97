package appliance

import (
	"bytes"
	"sync"
)

// ringLines is how many log lines the status page can show. They live in
// memory only: nothing is written to the card for a log.
const ringLines = 200

// logRing keeps the last lines of the log.
type logRing struct {
	mu    sync.Mutex // guards both
	lines [ringLines]string
	next  int
}

// Write takes one log line, as slog's handlers write them.
func (r *logRing) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines[r.next%ringLines] = string(bytes.TrimRight(line, "\n"))
	r.next++
	return len(line), nil
}

// Lines lists what is kept, oldest first.
func (r *logRing) Lines() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for i := max(0, r.next-ringLines); i < r.next; i++ {
		out = append(out, r.lines[i%ringLines])
	}
	return out
}
