package ui

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// question is what a phone sends for a page.
const question = "GET /aide HTTP/1.1\r\nHost: copi.local\r\n" +
	"User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8\r\n" +
	"Accept-Language: fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7\r\nAccept-Encoding: gzip, deflate\r\n\r\n"

// bareEcho is an echo server with one handler that sends bytes.
func bareEcho(body []byte) http.Handler {
	e := echo.New()
	e.GET("/aide", func(c echo.Context) error {
		c.Response().Header().Set("Content-Encoding", "gzip")
		c.Response().Header().Set("Content-Length", strconv.Itoa(len(body)))
		return c.Blob(http.StatusOK, "text/html; charset=utf-8", body)
	})
	return e
}

// BenchmarkCachedPage compares a page from the cache with a bare echo handler
// that sends the same bytes, over real connections: "×bare" is how many times
// the time of the bare one it takes, both measured in turns of one run.
func BenchmarkCachedPage(b *testing.B) {
	x := newBox(b)
	body := x.ask(GET, "/aide", "", nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") }).Body.Bytes()
	ours, bare := dial(b, x.Handler()), dial(b, bareEcho(body))
	const turn = 500
	var took [2]time.Duration
	for range max(b.N/turn, 4) {
		for i, c := range []*client{ours, bare} {
			begun := time.Now()
			for range turn {
				c.ask(b, question)
			}
			took[i] += time.Since(begun)
		}
	}
	b.ReportMetric(float64(took[0])/float64(took[1]), "×bare")
	b.ReportMetric(float64(len(body)), "B/page")
}

// BenchmarkUncachedPage is the same page rendered each time.
func BenchmarkUncachedPage(b *testing.B) {
	x := newBox(b)
	r := httptest.NewRequestWithContext(b.Context(), GET, "/aide?lang=fr", nil)
	r.Host = "copi.local"
	r.Header.Set("Accept-Encoding", "gzip")
	b.ReportAllocs()
	for b.Loop() {
		x.Handler().ServeHTTP(httptest.NewRecorder(), r)
	}
}

// BenchmarkCacheAlone leaves the network out: what the cache itself costs.
func BenchmarkCacheAlone(b *testing.B) {
	x := newBox(b)
	for _, bb := range []struct {
		name string
		h    http.Handler
	}{{"copi", x.Handler()}, {"bare", bareEcho(make([]byte, 2000))}} {
		b.Run(bb.name, func(b *testing.B) {
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(question)))
			if err != nil {
				b.Fatal(err)
			}
			w := &sink{h: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.h)
				bb.h.ServeHTTP(w, r)
			}
		})
	}
}

// sink is an answer nobody reads.
type sink struct{ h http.Header }

func (s *sink) Header() http.Header         { return s.h }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}

// client is one connection that costs little itself.
type client struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(b *testing.B, h http.Handler) *client {
	b.Helper()
	srv := httptest.NewServer(h)
	b.Cleanup(srv.Close)
	conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", srv.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	return &client{conn, bufio.NewReader(conn)}
}

func (c *client) ask(b *testing.B, q string) {
	if _, err := io.WriteString(c.conn, q); err != nil {
		b.Fatal(err)
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		if len(line) <= 2 {
			break
		}
		if n, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			_, _ = fmt.Sscanf(n, "%d", &length)
		}
	}
	if length < 0 {
		b.Fatal("an answer without its length")
	}
	if _, err := c.in.Discard(length); err != nil {
		b.Fatal(err)
	}
}
