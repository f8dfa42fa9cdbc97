package panel

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// How long the keys of the console hold the simulated button.
const (
	shortHold    = 200 * ms
	shutdownHold = 4 * time.Second
)

// keyHelp names the keys, on the line that draws the LED.
const keyHelp = "Entrée = bouton, h = appui long"

// Console draws a simulated LED on the last line of a terminal and makes two
// of its keys the button: Enter (or space) a short press, h held for 4 s,
// which stops the box. A terminal cannot tell when a key is released.
//
// What else is written to the terminal, such as the log, must pass through
// Write to stay off the LED's line.
type Console struct {
	in       *os.File
	terminal bool

	mu    sync.Mutex // guards the rest, and the terminal
	out   io.Writer
	lit   bool
	words string
	drawn bool
}

// NewConsole draws on out, if that is a terminal in front of somebody;
// otherwise it draws nothing and Write only passes on.
func NewConsole(in, out *os.File) *Console {
	return &Console{in: in, out: out, terminal: attended(out) && attended(in)}
}

// Light draws the LED; for NewSim.
func (c *Console) Light(lit bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lit = lit
	c.draw()
}

// Caption writes the state's words beside the LED; for Options.Caption.
func (c *Console) Caption(s State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.words = s.Words
	c.draw()
}

// draw repaints the line; c.mu is held. A terminal that is gone is no fault.
func (c *Console) draw() {
	if !c.terminal || c.words == "" {
		return
	}
	lamp := "○"
	if c.lit {
		lamp = "●"
	}
	_, _ = fmt.Fprintf(c.out, "\r\x1b[K%s %s  (%s)", lamp, c.words, keyHelp)
	c.drawn = true
}

// Write writes whole lines above the LED.
func (c *Console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.drawn {
		return c.out.Write(p)
	}
	c.erase()
	n, err := c.out.Write(p)
	if bytes.HasSuffix(p, []byte("\n")) {
		c.draw()
	}
	return n, err
}

// erase clears the LED's line; c.mu is held.
func (c *Console) erase() {
	if c.drawn {
		_, _ = io.WriteString(c.out, "\r\x1b[K")
		c.drawn = false
	}
}

// Keys calls press for each key until ctx ends, then gives the terminal back
// as it was. Without a terminal there are no keys; it only waits.
func (c *Console) Keys(ctx context.Context, press func(hold time.Duration)) error {
	if !c.terminal {
		<-ctx.Done()
		return nil
	}
	restore, err := keyByKey(c.in)
	if err != nil {
		return fmt.Errorf("console: %w", err)
	}
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.erase()
		c.words = "" // nothing is drawn any more
		restore()
	}()
	key := make([]byte, 1)
	for ctx.Err() == nil {
		if !readable(c.in, 200*ms) {
			continue
		}
		if n, err := c.in.Read(key); n == 0 || err != nil {
			<-ctx.Done() // the terminal is gone; the box goes on
			return nil
		}
		if hold, ok := holdOf(key[0]); ok {
			press(hold)
		}
	}
	return nil
}

// holdOf is how long a key holds the button.
func holdOf(key byte) (time.Duration, bool) {
	switch key {
	case '\r', '\n', ' ':
		return shortHold, true
	case 'h', 'H':
		return shutdownHold, true
	default:
		return 0, false
	}
}
