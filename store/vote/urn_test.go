package vote_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// counted is a village whose ids are numbers, so that two of them can be
// compared byte for byte.
func counted(t *testing.T, people int) (*village, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copi.db")
	if err := os.WriteFile(path, empty(t), 0o600); err != nil {
		t.Fatal(err)
	}
	n := 0
	clock := storetest.NewClock()
	db, err := store.Open(t.Context(), path, store.Options{Clock: clock, NewID: func() string {
		n++
		return fmt.Sprintf("%016d", n)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	v := &village{DB: db, t: t, clock: clock}
	v.update(store.Actor{}, func(tx *store.Tx) error {
		for i := range people {
			v.people = append(v.people, store.Actor{ID: fmt.Sprintf("v%02d", i+1), Role: store.Resident})
			if err := v.settle(tx, v.people[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return v, path
}

// empty is a migrated file, always the same one: the migrations draw a number.
func empty(t *testing.T) []byte {
	t.Helper()
	made.Do(func() {
		path := filepath.Join(t.TempDir(), "empty.db")
		db, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		made.file = file(t, path)
	})
	return made.file
}

var made struct {
	sync.Once
	file []byte
}

func file(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSE1_SecretByStructure holds the same vote many times: the same people
// vote and the urn ends with the same ballots, but who chose what, in what
// order and when is drawn anew each time. The file, its log, its copy and the
// file after the count must be the same byte for byte: then nothing in them, no
// row, no free page, no place in a page, tells who chose what or who came when.
func TestSE1_SecretByStructure(t *testing.T) {
	heaps := map[string][]tally.Ballot{
		"majority": slices.Concat(slices.Repeat([]tally.Ballot{pour}, 7), slices.Repeat([]tally.Ballot{contre}, 3), []tally.Ballot{blanc, nul}),
		"judgment": nil, // each ballot differs, also in length
	}
	for i := range 12 {
		heaps["judgment"] = append(heaps["judgment"], tally.Ballot{Values: []int{i%6 - 1, i % 5, (i + i/5) % 5}})
	}
	rules := map[string]vote.Rule{
		"majority": rule(simple, secret),
		"judgment": rule(tally.Rule{Method: tally.Judgment, Grades: 5, Missing: tally.MissingWorst}, secret),
	}
	choices := map[string][]string{"judgment": {"Aire", "Four", "Verger"}}
	for name := range heaps {
		t.Run(name, func(t *testing.T) {
			var first [4][]byte
			for world := range 4 {
				got := secretVote(t, rand.New(rand.NewPCG(7, uint64(world))), rules[name], choices[name], heaps[name])
				if world == 0 {
					first = got
					continue
				}
				for i, what := range []string{"the open file", "its log", "its copy", "the closed file"} {
					if at := differ(first[i], got[i]); at >= 0 {
						t.Errorf("%s differs at byte %d (page %d): it tells how it came about:\n%q\n%q", what, at, at/4096+1,
							first[i][max(0, at-60):min(len(first[i]), at+60)], got[i][max(0, at-60):min(len(got[i]), at+60)])
					}
				}
			}
			if len(first[1]) != 0 {
				t.Errorf("the log holds %d bytes", len(first[1]))
			}
			for _, line := range []string{`[1,0]`, `"blank"`, `[-1,0`} {
				if bytes.Contains(first[2], []byte(`{"values":`+line)) || bytes.Contains(first[2], []byte(`{`+line)) {
					t.Errorf("a copy holds a ballot: %s", line)
				}
			}
		})
	}
}

// secretVote holds the vote with the heap dealt out at random, and returns the
// open file, its log, a copy of it, and the file after the count.
func secretVote(t *testing.T, lot *rand.Rand, r vote.Rule, choices []string, heap []tally.Ballot) (out [4][]byte) {
	v, path := counted(t, len(heap)+3)
	p := v.open(r, choices...)
	ballots, order := slices.Clone(heap), lot.Perm(len(heap))
	lot.Shuffle(len(ballots), func(i, j int) { ballots[i], ballots[j] = ballots[j], ballots[i] })
	for i, who := range order {
		v.clock.Set(p.OpenedAt.Add(time.Duration(i)*time.Hour + time.Duration(lot.IntN(3600))*time.Second))
		v.mustCast(v.people[who], p, ballots[i])
		if n := len(file(t, path+"-wal")); n != 0 {
			t.Fatalf("after a ballot the log holds %d bytes", n)
		}
	}
	out[0], out[1] = file(t, path), file(t, path+"-wal")
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := v.CopyTo(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	out[2] = file(t, copied)
	v.close(p)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	out[3] = file(t, path)
	return out
}

// differ is the first byte that differs; -1 when none does.
func differ(a, b []byte) int {
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return -1
}

// TestSE1_NothingOfAnEarlierUrnIsLeft looks for ballots in the bytes of the file
// after the urn was emptied: there are those of the minutes, and no others.
func TestSE1_NothingOfAnEarlierUrnIsLeft(t *testing.T) {
	v, path := counted(t, 40)
	p := v.open(rule(tally.Rule{Method: tally.Score, MaxScore: 1000}, secret), "Aire", "Four")
	for i, who := range v.people {
		v.mustCast(who, p, tally.Ballot{Values: []int{100 + i, 999 - i}})
	}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Cancel(tx, p.ID, "Erreur dans le texte.") })
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file(t, path), []byte(`{"values":[`)) {
		t.Error("ballots of a cancelled vote are still in the file")
	}
}

func TestSE1_ACopyHasNeitherUrnNorMarks(t *testing.T) {
	v, _ := counted(t, 5)
	p := v.open(rule(simple, secret, func(r *vote.Rule) { r.QuorumNum, r.QuorumDen = 1, 2 }))
	v.mustCast(v.people[0], p, pour)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := v.CopyTo(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), copied, store.Options{Clock: v.clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	back := &village{DB: db, t: t, clock: v.clock, people: v.people}
	state := func() (s string) {
		back.view(store.Actor{}, func(tx *store.Tx) (err error) {
			s, err = store.One(tx, store.Scan[string], `SELECT c.version || ' ' || c.updated_at || ' ' || p.updated_at
				FROM listing_cards c JOIN vote_proposals p ON p.id = c.id WHERE p.id = ?`, p.ID)
			return err
		})
		return s
	}
	before := state()
	v.clock.Add(time.Hour)
	back.mustCast(v.people[0], p, contre) // voted before the copy, and has to again
	if after := state(); after != before {
		t.Errorf("the card says when the first voted again: %s, then %s", before, after)
	}
	refused(t, "twice", back.cast(v.people[0], p, pour), "err.vote.voted")
	if !back.get(p.ID).Restarted {
		t.Error("nobody is told that the vote began again")
	}
	if got := back.close(p); got.Result.Voters != 1 || !got.Restarted {
		t.Errorf("%s", got.File)
	}
	back.update(keeper, func(tx *store.Tx) error {
		return vote.Resume(tx, p.ID, p.Title, p.Text, vote.Terms{Closes: back.wall(24 * time.Hour)})
	})
	if back.get(p.ID).Restarted {
		t.Error("the next round, whose urn was never lost, says that it began again")
	}
}

func TestSE1_TheLogIsEmptiedWhenReadersAreGone(t *testing.T) {
	v, path := counted(t, 5)
	p := v.open(rule(simple, secret))
	reading, read := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		v.view(store.Actor{}, func(tx *store.Tx) error {
			_, err := vote.OpenCount(tx)
			close(reading)
			<-read
			return err
		})
	})
	<-reading
	v.mustCast(v.people[0], p, pour)
	if len(file(t, path+"-wal")) == 0 {
		t.Fatal("the log was emptied under a reader")
	}
	close(read)
	wg.Wait()
	v.update(keeper, func(*store.Tx) error { return nil })
	if n := len(file(t, path+"-wal")); n != 0 {
		t.Errorf("the log still holds %d bytes", n)
	}
}

func TestSE2_NothingTellsThatSomebodyVoted(t *testing.T) {
	v := newVillage(t, 6)
	p := v.open(rule(simple, secret))
	state := func() (s string) {
		v.view(store.Actor{}, func(tx *store.Tx) error {
			for _, q := range []string{
				`SELECT count(*) || ' notices' FROM notify_notices`, `SELECT version || ' ' || updated_at FROM listing_cards WHERE id = '` + p.ID + `'`,
				`SELECT group_concat(account_id || how) FROM vote_roll`, `SELECT updated_at FROM vote_proposals`,
			} {
				one, err := store.One(tx, store.Scan[string], q)
				if err != nil {
					return err
				}
				s += one + "\n"
			}
			return nil
		})
		return s
	}
	before := state()
	v.clock.Add(time.Hour)
	v.mustCast(v.people[2], p, pour)
	if after := state(); after != before {
		t.Errorf("before:\n%safter:\n%s", before, after)
	}
	v.view(v.people[1], func(tx *store.Tx) error {
		roll, err := p.Roll(tx)
		for _, e := range roll {
			if e.How != "" {
				t.Errorf("the roll says that %s voted", e.AccountID)
			}
		}
		return err
	})
	v.clock.Set(p.ClosesAt.Add(-time.Hour))
	v.run()
	told := map[string]int{}
	v.view(store.Actor{}, func(tx *store.Tx) error {
		list, err := store.All(tx, store.Scan[string], `SELECT account_id FROM notify_notices WHERE key = 'notify.vote_soon'`)
		for _, a := range list {
			told[a]++
		}
		return err
	})
	if told[v.people[2].ID] != told[v.people[1].ID] {
		t.Errorf("who has voted is told other things than who has not: %v", told)
	}
}

func TestSE3_ResultsAreHiddenUntilTheEnd(t *testing.T) {
	v := newVillage(t, 6)
	for name, r := range map[string]vote.Rule{"secret": rule(simple, secret), "named": rule(simple)} {
		p := v.open(r)
		v.mustCast(v.people[1], p, pour)
		v.view(v.people[0], func(tx *store.Tx) error {
			_, err := p.SoFar(tx)
			refused(t, name+" so far", err, "err.vote.hidden")
			if list, err := p.Ballots(tx); err != nil || len(list) > 0 {
				t.Errorf("%s: ballots %v %v", name, list, err)
			}
			if n, err := p.Voters(tx); n != 1 || err != nil {
				t.Errorf("%s: %d voters %v", name, n, err)
			}
			list, err := p.Results(tx)
			if len(list) > 0 {
				t.Errorf("%s: results %v", name, list)
			}
			return err
		})
	}
	err := v.try(keeper, func(tx *store.Tx) error {
		p := v.propose2(tx)
		return vote.Prepare(tx, p, vote.Terms{Rule: rule(simple, secret, func(r *vote.Rule) { r.Visible = true }), Closes: v.wall(time.Hour)})
	})
	refused(t, "secret and to be read before the end", err, "err.vote.secret_visible")
}

// propose2 is an idea within a transaction.
func (v *village) propose2(tx *store.Tx) string {
	p := vote.Proposal{Title: "Une fontaine", Text: "Près du lavoir."}
	if err := vote.Propose(tx, &p); err != nil {
		v.t.Fatal(err)
	}
	return p.ID
}

// TestTwoLastVotesAtTheClosingInstant lets all of a village vote at once while
// the clock passes the end: what was acknowledged is counted, nothing else is,
// whoever came first.
func TestTwoLastVotesAtTheClosingInstant(t *testing.T) {
	for _, r := range []vote.Rule{rule(simple, secret), rule(simple)} {
		v := newVillage(t, 24)
		p := v.open(r)
		v.clock.Set(p.ClosesAt.Add(-time.Second))
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		for i, who := range v.people {
			wg.Go(func() {
				if i%8 == 4 {
					v.clock.Add(300 * time.Millisecond)
				}
				if i == 20 {
					v.clock.Set(p.ClosesAt)
					v.run()
				}
				err := v.cast(who, p, []tally.Ballot{pour, contre}[i%2])
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					taken++
				case store.KindOf(err) != store.Conflict:
					t.Errorf("%s: %v", who.ID, err)
				}
			})
		}
		wg.Wait()
		got := v.close(p)
		if got.Result.Voters != taken || len(got.Ballots) != taken {
			t.Errorf("%d acknowledged, %d counted", taken, got.Result.Voters)
		}
		voted := 0
		v.view(keeper, func(tx *store.Tx) error {
			roll, err := p.Roll(tx)
			for _, e := range roll {
				if e.How != "" {
					voted++
				}
			}
			return err
		})
		if voted != taken {
			t.Errorf("%d on the roll, %d in the urn", voted, taken)
		}
	}
}
