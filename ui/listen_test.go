package ui

import (
	"errors"
	"net"
	"testing"
)

// queue is a listener that hands out connections of given addresses.
type queue struct {
	net.Listener
	from []string
}

func (q *queue) Accept() (net.Conn, error) {
	if len(q.from) == 0 {
		return nil, net.ErrClosed
	}
	who := q.from[0]
	q.from = q.from[1:]
	return &knock{from: who}, nil
}

type knock struct {
	net.Conn
	from string
}

func (k *knock) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(k.from), Port: 4000} }
func (*knock) Close() error           { return nil }

func TestNoAddressHoldsMoreThanItsShare(t *testing.T) {
	q := &queue{}
	l := Fair(q)
	accept := func(who string, n int) (conns []net.Conn) {
		for range n {
			q.from = append(q.from, who)
		}
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return conns
			}
			conns = append(conns, c)
		}
	}
	greedy := accept("192.0.2.1", 50)
	if len(greedy) != perAddress {
		t.Errorf("one address holds %d connections", len(greedy))
	}
	if n := len(accept("192.0.2.2", 5)); n != 5 {
		t.Errorf("another address gets %d of 5", n)
	}
	if n := len(accept("127.0.0.1", 50)); n != 50 {
		t.Errorf("loopback gets %d of 50", n)
	}
	for range 3 {
		_ = greedy[0].Close() // closing again gives nothing back
	}
	if n := len(accept("192.0.2.1", 5)); n != 1 {
		t.Errorf("after one was closed, %d more are taken", n)
	}
}
