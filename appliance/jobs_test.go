package appliance

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/ui"
)

func TestTheBoxsOwnJobsRunOnAnEmptyBox(t *testing.T) {
	db, _ := storetest.Open(t, personal...)
	r, err := store.NewRunner(db, jobs, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		if more, err = r.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if faults := r.Faults(); len(faults) > 0 {
		t.Errorf("fail on a box nobody has used: %+v", faults)
	}
}

func TestAFailingJobShowsInTheHealthOfTheBox(t *testing.T) {
	db, clock := storetest.Open(t)
	r, err := store.NewRunner(db, []store.Job{
		{Name: "agenda.remind", Every: time.Hour, Run: func(*store.Tx) error { return errors.New("no ink left") }},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	h := &health{db: db, clock: clock, dir: t.TempDir()}
	lines := func() string {
		var out bytes.Buffer
		if err := writeTree(&out, h.Check(t.Context())); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got := lines(); !strings.Contains(got, "go well") {
		t.Errorf("before:\n%s", got)
	}
	if _, err := r.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, faults := range []func() []store.JobFault{nil, r.Faults} { // copi doctor, and the running box
		h.faults = faults
		if got := lines(); !strings.Contains(got, "agenda.remind. [no ink left]") {
			t.Errorf("it is not told:\n%s", got)
		}
		if got := h.Check(t.Context()).Worst(); got == ui.Broken {
			t.Error("a job that is tried again breaks the box")
		}
	}
}
