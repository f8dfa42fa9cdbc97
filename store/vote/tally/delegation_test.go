package tally

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestDE11_DelegationWithACycle(t *testing.T) {
	d := Delegations{"B": "A", "C": "B", "D": "E", "E": "D", "F": "A"}
	holder, cycles := d.Resolve(map[string]bool{"A": true, "C": true})
	same(t, "votes", Carried(holder), map[string]int{"A": 3, "C": 1})
	same(t, "of A", []string{holder["A"], holder["B"], holder["F"]}, []string{"A", "A", "A"})
	same(t, "own vote", holder["C"], "C")
	same(t, "cycles", cycles, [][]string{{"D", "E"}})
	if _, ok := holder["D"]; ok {
		t.Error("a cycle was resolved")
	}
}

func TestDelegationsThatLeadNowhere(t *testing.T) {
	d := Delegations{"A": "B", "B": "C", "X": "X", "P": "Q", "Q": "R", "R": "Q"}
	holder, cycles := d.Resolve(map[string]bool{"C": false, "Z": true})
	same(t, "votes", Carried(holder), map[string]int{"Z": 1})
	same(t, "cycles", cycles, [][]string{{"Q", "R"}, {"X"}})
	holder, _ = d.Resolve(map[string]bool{"R": true})
	same(t, "broken by who votes", Carried(holder), map[string]int{"R": 3})
}

// TestNobodyVotesTwice: whatever the delegations, nobody's vote counts twice,
// who votes keeps their own, and cycles are met once.
func TestNobodyVotesTwice(t *testing.T) {
	people := []string{"a", "b", "c", "d", "e", "f", "g"}
	rapid.Check(t, func(t *rapid.T) {
		d, votes := Delegations{}, map[string]bool{}
		for _, p := range people {
			if to := rapid.IntRange(-1, len(people)-1).Draw(t, p); to >= 0 {
				d[p] = people[to]
			}
			votes[p] = rapid.Bool().Draw(t, "votes")
		}
		holder, cycles := d.Resolve(votes)
		if n := sum(slices.Collect(mapsValues(Carried(holder)))); n > len(people) {
			t.Fatalf("%d votes of %d people", n, len(people))
		}
		seen := map[string]bool{}
		for _, c := range cycles {
			for i, id := range c {
				if seen[id] || votes[id] || holder[id] != "" || d[id] != c[(i+1)%len(c)] {
					t.Fatalf("cycle %v", c)
				}
				seen[id] = true
			}
		}
		for _, p := range people {
			if votes[p] && holder[p] != p || !votes[holder[p]] && holder[p] != "" {
				t.Fatalf("%s is held by %s", p, holder[p])
			}
		}
	})
}

func mapsValues(m map[string]int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

func TestDE9_ProxiesAreNotPassedOn(t *testing.T) {
	var given []Proxy
	give := func(from, to string) error {
		p := Proxy{Giver: from, Holder: to}
		err := p.Allowed(given, 1)
		if err == nil {
			given = append(given, p)
		}
		return err
	}
	same(t, "Rose to Paul", give("Rose", "Paul"), nil)
	same(t, "Paul to Jean", give("Paul", "Jean"), nil)
	same(t, "a second to Paul", give("Luc", "Paul"), ErrProxyMax)
	same(t, "Rose again", give("Rose", "Luc"), ErrProxyGiven)
	same(t, "to oneself", give("Luc", "Luc"), ErrProxySelf)

	jean := map[string]bool{"Jean": true}
	same(t, "Rose's", given[0].Standing(jean), ProxyNotThere)
	same(t, "Paul's", given[1].Standing(jean), ProxyCounts)
	rose := map[string]bool{"Jean": true, "Rose": true}
	same(t, "Rose comes after all", given[0].Standing(rose), ProxyCameSelf)
}
