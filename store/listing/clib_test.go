package listing

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"copi.local/store"
	"copi.local/store/storetest"
)

// clibStep is a statement and the parameters of each time it is run, as
// .ci/clib reads it.
type clibStep struct {
	SQL  string
	Args [][]any
}

type clibCase struct {
	Name  string
	Steps []clibStep
}

type clibAnswer struct {
	Name           string
	Version        string
	Rows           int64
	Mean, P50, P95 float64
}

// BenchmarkBesideC searches 100,000 cards of 500 communes, the newest first and
// the best first, and has SQLite's own C library run the same statements on the
// same file, prepared and warm as well. "find:C" is how many times its
// processor time a whole Find takes. COPI_CLIB names the program of .ci/clib,
// which `make bench` builds.
func BenchmarkBesideC(b *testing.B) {
	program := os.Getenv("COPI_CLIB")
	if program == "" {
		b.Skip("COPI_CLIB names no program: make bench builds it")
	}
	made, _ := storetest.Open(b)
	fillRegion(b, made, 100_000)
	path := filepath.Join(b.TempDir(), "region.db")
	if err := made.CopyTo(b.Context(), path); err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	queries := []struct {
		name string
		q    Query
	}{
		{"newest rare", Query{Q: "safran"}},
		{"newest common", Query{Q: "tondeuse"}},
		{"newest commonest", Query{Q: "loto"}},
		{"newest two words", Query{Q: "loto tondeuse"}},
		{"ranked rare", Query{Q: "safran", Order: Best}},
		{"ranked common", Query{Q: "tondeuse", Order: Best}},
		{"ranked commonest", Query{Q: "loto", Order: Best}},
		{"ranked two words", Query{Q: "loto tondeuse", Order: Best}},
	}
	var cases []clibCase
	for _, c := range queries {
		cases = append(cases, clibCase{c.name, steps(b, db, c.q)})
	}
	answers := runC(b, program, path, cases)
	for i, c := range queries {
		b.Run(c.name, func(b *testing.B) {
			ours := spentFinding(b, db, c.q)
			theirs := answers[i]
			b.ReportMetric(0, "ns/op") // says nothing here
			b.ReportMetric(mean(ours)/theirs.Mean, "find:C")
			b.ReportMetric(ours[len(ours)/2], "p50-µs")
			b.ReportMetric(ours[len(ours)*95/100], "p95-µs")
			b.ReportMetric(theirs.P50, "C-p50-µs")
			b.ReportMetric(theirs.P95, "C-p95-µs")
		})
	}
}

// steps are the statements a Find of q runs where nothing has expired, with
// their parameters.
func steps(b *testing.B, db *store.DB, q Query) (out []clibStep) {
	b.Helper()
	storetest.View(b, db, store.Actor{}, func(tx *store.Tx) error {
		s, err := newSearch(tx, q)
		if err != nil {
			return err
		}
		if s.SortedBy() == Best {
			query, args := s.rankedStatement(math.MaxInt64)
			rows, err := s.ranked(tx, math.MaxInt64)
			if err != nil {
				return err
			}
			rows = rows[:min(len(rows), s.limit()+1)]
			query2, args2 := byRows(rows)
			out = append(out, clibStep{query, [][]any{args}}, clibStep{query2, [][]any{args2}})
		} else {
			query, args := s.statement()
			out = append(out, clibStep{query, [][]any{append(args, s.limit()+1)}})
		}
		out = append(out, clibStep{sqlCountWords, [][]any{{s.match}}}, clibStep{sqlAnyExpired, [][]any{{expiry(tx)}}})
		return nil
	})
	return out
}

func runC(b *testing.B, program, path string, cases []clibCase) (answers []clibAnswer) {
	b.Helper()
	in, err := json.Marshal(cases)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), program, path)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(cases) {
		b.Fatalf("%v: %s", err, out)
	}
	return answers
}

// spentFinding is the processor time of a hundred warm turns in microseconds,
// the least first: all of the process's, the garbage collector's too.
func spentFinding(b *testing.B, db *store.DB, q Query) (spent []float64) {
	b.Helper()
	storetest.View(b, db, store.Actor{}, func(tx *store.Tx) error {
		const warm, turns = 10, 100
		for turn := range warm + turns {
			begun := processor(b)
			if _, err := Find(tx, q); err != nil {
				return err
			}
			if turn >= warm {
				spent = append(spent, float64((processor(b)-begun).Nanoseconds())/1000)
			}
		}
		return nil
	})
	slices.Sort(spent)
	return spent
}

func processor(b *testing.B) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}

func mean(of []float64) (m float64) {
	for _, v := range of {
		m += v / float64(len(of))
	}
	return m
}
