package tally

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anyBallot draws a ballot the rule allows.
func anyBallot(t *rapid.T, r Rule) Ballot {
	switch rapid.IntRange(0, 19).Draw(t, "kind") {
	case 0:
		return Ballot{Blank: true}
	case 1:
		return Ballot{Spoilt: true}
	}
	low, high := 0, 1
	switch r.Method {
	case Majority, NoCandidate, Advice:
		return r.Pick(rapid.IntRange(0, r.Options-1).Draw(t, "option"))
	case Schulze, Runoff, STV:
		return anyRanks(t, r)
	case Judgment:
		high = r.Grades - 1
	case Score:
		high = r.MaxScore
	case Dots:
		high = r.Dots / r.Options
	case Date:
		high = CanCome
	case Consent:
		high = noAnswers - 1
	default: // approval: 0 or 1
	}
	b := Ballot{Values: rapid.SliceOfN(rapid.IntRange(low, high), r.Options, r.Options).Draw(t, "values")}
	if r.Check(b) != nil {
		return Ballot{Blank: true}
	}
	return b
}

func anyRanks(t *rapid.T, r Rule) Ballot {
	order := rapid.Permutation(upTo(r.Options)).Draw(t, "order")
	b := Ballot{Values: make([]int, r.Options)}
	ranked := r.Options
	if r.Truncated {
		ranked = rapid.IntRange(1, r.Options).Draw(t, "ranked")
	}
	for i, o := range order[:ranked] {
		b.Values[o] = i + 1
		if r.Equal && i > 0 && rapid.Bool().Draw(t, "equal") {
			b.Values[o] = b.Values[order[i-1]]
		}
	}
	return r.Tidy(b)
}

func upTo(n int) (out []int) {
	for i := range n {
		out = append(out, i)
	}
	return out
}

func anyBallots(t *rapid.T, r Rule, most int) []Ballot {
	n := rapid.IntRange(1, most).Draw(t, "ballots")
	out := make([]Ballot, n)
	for i := range out {
		out[i] = anyBallot(t, r)
	}
	return out
}

// said leaves out blank and spoilt ballots.
func said(ballots []Ballot) []Ballot {
	return slices.DeleteFunc(slices.Clone(ballots), func(b Ballot) bool { return b.Blank || b.Spoilt })
}

// drawFor is any order of options.
func drawFor(t *rapid.T, options int) Draw {
	return Draw{Order: rapid.Permutation(upTo(options)).Draw(t, "draw")}
}

func ranked(t *rapid.T, m Method) Rule {
	r := Rule{Method: m, Options: rapid.IntRange(1, 5).Draw(t, "options"), Truncated: rapid.Bool().Draw(t, "truncated")}
	if m == Schulze {
		r.Equal = rapid.Bool().Draw(t, "equal ranks")
	}
	if m == STV {
		r.Seats = rapid.IntRange(1, r.Options).Draw(t, "seats")
	}
	return r
}

// TestSchulzeIsItsDefinition compares with every path walked, and with who wins
// all duels.
func TestSchulzeIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ranked(t, Schulze)
		ballots := said(anyBallots(t, r, 14))
		if len(ballots) == 0 {
			return
		}
		got, err := Count(r, 20, 0, ballots, Draw{})
		if err != nil {
			t.Fatal(err)
		}
		want := slowPaths(r.Options, ballots)
		place := places(got.Order, r.Options)
		for a := range r.Options {
			unbeaten := true
			for b := range r.Options {
				if got.Table.Paths[a][b] != want[a][b] {
					t.Fatalf("path %d to %d: %d, by definition %d", a, b, got.Table.Paths[a][b], want[a][b])
				}
				if want[a][b] > want[b][a] && place[a] >= place[b] {
					t.Fatalf("%d beats %d and is not before it: %v", a, b, got.Order)
				}
				unbeaten = unbeaten && want[a][b] >= want[b][a]
			}
			if unbeaten != (place[a] == 0) {
				t.Fatalf("%d unbeaten: %v, order %v", a, unbeaten, got.Order)
			}
		}
		if c := got.Condorcet; c != nil && !slices.Equal(got.Winners, []int{*c}) {
			t.Fatalf("%d wins all duels, elected are %v", *c, got.Winners)
		}
	})
}

// TestSTVIsItsDefinition compares with a count of one ballot at a time, adds up
// the votes of every round, and looks for groups of voters who agree on a group
// of options: as many of those are elected as there are quotas of such voters.
func TestSTVIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ranked(t, STV)
		ballots := said(anyBallots(t, r, 14))
		if len(ballots) == 0 {
			return
		}
		draw := drawFor(t, r.Options)
		got, err := Count(r, 20, 0, ballots, draw)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := draw.places(r.Options)
		winners, want := slices.Sorted(slices.Values(got.Winners)), slices.Sorted(slices.Values(slowSTV(r.Options, r.Seats, ballots, at)))
		if !slices.Equal(winners, want) || len(winners) != r.Seats {
			t.Fatalf("%v, one at a time %v; %+v", winners, want, got.Table)
		}
		for _, round := range got.Table.Rounds {
			if all := addUp(append(slices.Clone(round.Votes), round.Exhausted)); all.Cmp(whole(len(ballots))) != 0 {
				t.Fatalf("%s votes of %d ballots: %+v", all, len(ballots), round)
			}
		}
		solid(t, r, ballots, got)
	})
}

func addUp(votes []Fraction) *big.Rat {
	all := new(big.Rat)
	for _, v := range votes {
		if n, ok := new(big.Rat).SetString(string(v)); ok {
			all.Add(all, n)
		}
	}
	return all
}

// solid checks every group of options for voters who put it before all others.
func solid(t *rapid.T, r Rule, ballots []Ballot, got Result) {
	for group := 1; group < 1<<r.Options; group++ {
		voters, members, elected := 0, 0, 0
		for _, b := range ballots {
			if putsFirst(b, group) {
				voters++
			}
		}
		for o := range r.Options {
			if group>>o&1 == 1 {
				members++
				if slices.Contains(got.Winners, o) {
					elected++
				}
			}
		}
		if due := min(voters/got.Table.Quota, members); elected < due {
			t.Fatalf("%d voters put %b first, %d of them elected, due %d: %v", voters, group, elected, due, got.Winners)
		}
	}
}

func putsFirst(b Ballot, group int) bool {
	in, others := 0, 1<<30
	for o, place := range slowPlaces(b) {
		if group>>o&1 == 1 {
			in = max(in, place)
		} else {
			others = min(others, place)
		}
	}
	return in < others
}

// TestRunoffIsItsDefinition compares with a count down to the last one.
func TestRunoffIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ranked(t, Runoff)
		ballots := said(anyBallots(t, r, 14))
		if len(ballots) == 0 {
			return
		}
		draw := drawFor(t, r.Options)
		got, err := Count(r, 20, 0, ballots, draw)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := draw.places(r.Options)
		if want := slowRunoff(r.Options, ballots, at); !slices.Equal(got.Winners, []int{want}) {
			t.Fatalf("%v, one at a time %d; %+v", got.Winners, want, got.Table)
		}
	})
}

// TestCountsKnowNoNames: with the ballots in another order nothing changes, and
// with the options in another order everything moves with them. Nothing is
// won by coming first, in the urn or in the list.
func TestCountsKnowNoNames(t *testing.T) {
	for _, r := range everyRule() {
		t.Run(string(r.Method)+r.Variant, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				ballots := anyBallots(t, r, 9)
				draw := Draw{}
				if rapid.Bool().Draw(t, "drawn") {
					draw = drawFor(t, r.Options)
				}
				first := countJSON(t, r, ballots, draw)
				if again := countJSON(t, r, rapid.Permutation(ballots).Draw(t, "shuffled"), draw); again != first {
					t.Fatalf("%s\n%s", first, again)
				}
				if forAndAgainst := r.Method == Majority && r.Variant == ""; forAndAgainst || r.Method == Consent {
					return
				}
				to := rapid.Permutation(upTo(r.Options)).Draw(t, "renamed")
				a, _ := Count(r, 12, 0, ballots, draw)
				b, err := Count(r, 12, 0, renamed(ballots, to), Draw{Order: mapped(draw.Order, to)})
				if err != nil {
					t.Fatal(err)
				}
				if a.Outcome != b.Outcome || !slices.Equal(inOrder(mapped(a.Winners, to)), inOrder(b.Winners)) ||
					!slices.Equal(inOrder(mapped(a.Tied, to)), inOrder(b.Tied)) || len(a.Order) != len(b.Order) {
					t.Fatalf("%+v\n%+v", a, b)
				}
				for i, group := range a.Order {
					if !slices.Equal(inOrder(mapped(group, to)), inOrder(b.Order[i])) {
						t.Fatalf("%v, renamed %v: %v", a.Order, to, b.Order)
					}
				}
			})
		})
	}
}

func countJSON(t *rapid.T, r Rule, ballots []Ballot, draw Draw) string {
	got, err := Count(r, 12, 0, ballots, draw)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func renamed(ballots []Ballot, to []int) []Ballot {
	out := slices.Clone(ballots)
	for i, b := range out {
		if b.Values == nil {
			continue
		}
		out[i].Values = make([]int, len(b.Values))
		for o, v := range b.Values {
			out[i].Values[to[o]] = v
		}
	}
	return out
}

func mapped(options, to []int) (out []int) {
	for _, o := range options {
		out = append(out, to[o])
	}
	return out
}

func inOrder(options []int) []int { return slices.Sorted(slices.Values(options)) }
