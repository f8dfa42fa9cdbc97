package appliance

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"copi.local/store/storetest"
	"copi.local/ui"
)

// village is a training village of a test, its port free a moment ago.
func village(t *testing.T, dir string) *training {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat(filepath.Join(dir, trainingMark))
	return &training{
		dir: dir, host: "127.0.0.1", port: port, clock: storetest.NewClock(), log: slog.New(slog.DiscardHandler),
		hostNames: func() []string { return nil }, wake: make(chan struct{}, 1), on: err == nil,
	}
}

// until waits for something to be so, a minute at most.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for range 1200 {
		if so() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal(what)
}

func TestTheTrainingVillageOpensStaysClearsAndCloses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "training")
	run := func(v *training) (stop func()) {
		ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
		done := make(chan error, 1)
		go func() { done <- v.Run(ctx) }() // ends with stop
		return func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	v := village(t, dir)
	stop := run(v)
	page := func() string {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+v.State().Port+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", "fr")
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			return ""
		}
		defer func() { _ = w.Body.Close() }()
		text, err := io.ReadAll(w.Body)
		if err != nil {
			return ""
		}
		return string(text)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) || page() != "" {
		t.Error("something is there while it is off")
	}
	if err := v.Switch(true); err != nil {
		t.Fatal(err)
	}
	until(t, "does not open", func() bool { return v.State().Stage == ui.TrainingOpen })
	if text := page(); !strings.Contains(text, "tout est inventé") {
		t.Errorf("the page\n%s", text)
	}
	stop()
	v = village(t, dir)
	stop = run(v)
	until(t, "does not open again after a restart", func() bool { return v.State().Stage == ui.TrainingOpen })
	left := filepath.Join(dir, "left")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	v.Reset()
	until(t, "is not cleared", func() bool { _, err := os.Stat(left); return err != nil && v.State().Stage == ui.TrainingOpen })
	if err := v.Switch(false); err != nil {
		t.Fatal(err)
	}
	until(t, "does not close", func() bool { return page() == "" })
	if s := v.State(); s.On || s.Stage != "" {
		t.Errorf("closed: %+v", s)
	}
	stop()
}

func TestATakenPortIsSaid(t *testing.T) {
	v := village(t, filepath.Join(t.TempDir(), "training"))
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(v.host, v.State().Port))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- v.Run(ctx) }() // ends with cancel
	if err := v.Switch(true); err != nil {
		t.Fatal(err)
	}
	until(t, "not said", func() bool { return v.State().Stage == ui.TrainingFails })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
