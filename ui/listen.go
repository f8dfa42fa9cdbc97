package ui

import (
	"net"
	"sync"
)

// perAddress is how many connections one address may hold (OPERATIONS.md
// §2.2): a browser opens six, a household behind one router a few times that.
const perAddress = 20

// Fair is a listener that lets no address hold more connections than its
// share; those past it are closed at once. Loopback is not counted: behind a
// proxy on the box everybody has that address.
func Fair(l net.Listener) net.Listener {
	return &fair{Listener: l, held: map[string]int{}}
}

type fair struct {
	net.Listener

	mu   sync.Mutex // guards held
	held map[string]int
}

// Accept waits for a connection of an address that has not had its share.
func (f *fair) Accept() (net.Conn, error) {
	for {
		c, err := f.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr, ok := c.RemoteAddr().(*net.TCPAddr)
		if !ok || addr.IP.IsLoopback() {
			return c, nil
		}
		if who := addr.IP.String(); f.take(who) {
			return &fairConn{Conn: c, f: f, who: who}, nil
		}
		_ = c.Close() // nothing to say to it
	}
}

func (f *fair) take(who string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held[who] >= perAddress {
		return false
	}
	f.held[who]++
	return true
}

func (f *fair) give(who string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held[who]--; f.held[who] <= 0 {
		delete(f.held, who)
	}
}

// fairConn gives its share back when it is closed, once.
type fairConn struct {
	net.Conn
	f    *fair
	who  string
	once sync.Once
}

func (c *fairConn) Close() error {
	c.once.Do(func() { c.f.give(c.who) })
	return c.Conn.Close()
}
