package tally

import (
	"errors"
	"slices"
)

// Delegations says who passes their vote on to whom. It goes on from one to
// the next until it meets somebody who votes.
type Delegations map[string]string

// Resolve follows every delegation: holder names, for everybody whose vote
// counts, who casts it: oneself for those who vote. A vote that meets nobody
// who votes counts as an abstention and is not in holder. cycles are the
// delegations that go round, each as its members in the order they delegate,
// beginning with the smallest; none of them is resolved by itself, so they are
// shown to their members.
func (d Delegations) Resolve(votes map[string]bool) (holder map[string]string, cycles [][]string) {
	holder = map[string]string{}
	for id, voted := range votes {
		if voted {
			holder[id] = id
		}
	}
	for id := range d {
		trail, end := d.follow(id, votes)
		if votes[end] {
			holder[id] = end
			continue
		}
		if at := slices.Index(trail, end); at >= 0 && end == slices.Min(trail[at:]) && at == 0 {
			cycles = append(cycles, trail)
		}
	}
	slices.SortFunc(cycles, slices.Compare)
	return holder, cycles
}

// follow goes from id along delegations to who votes, or to the end, or to the
// first person met twice; trail is who was met on the way.
func (d Delegations) follow(id string, votes map[string]bool) (trail []string, end string) {
	for met := map[string]bool{}; !votes[id] && !met[id]; {
		met[id] = true
		trail = append(trail, id)
		next, ok := d[id]
		if !ok {
			break
		}
		id = next
	}
	return trail, id
}

// Carried counts the votes each voter casts, their own with them.
func Carried(holder map[string]string) map[string]int {
	out := map[string]int{}
	for _, by := range holder {
		out[by]++
	}
	return out
}

// Proxy is the power of its holder to vote at a meeting in the place of its
// giver.
type Proxy struct{ Giver, Holder string }

// What may be wrong with a proxy.
var (
	ErrProxySelf  = errors.New("tally: a proxy to oneself")
	ErrProxyGiven = errors.New("tally: a second proxy of the same person")
	ErrProxyMax   = errors.New("tally: more proxies than the statutes allow one person")
)

// Allowed says whether a further proxy may be taken in beside those given,
// where the statutes allow each person so many.
func (p Proxy) Allowed(given []Proxy, most int) error {
	if p.Giver == p.Holder {
		return ErrProxySelf
	}
	held := 0
	for _, g := range given {
		if g.Giver == p.Giver {
			return ErrProxyGiven
		}
		if g.Holder == p.Holder {
			held++
		}
	}
	if held >= most {
		return ErrProxyMax
	}
	return nil
}

// Why a proxy carries no vote.
const (
	ProxyCounts   = ""         // it does
	ProxyCameSelf = "came"     // who gave it came, or voted, after all
	ProxyNotThere = "no-voice" // who holds it does not vote, and may not pass it on
)

// Standing says whether the proxy carries a vote, given who votes in person: a
// proxy is not passed on with one's own, and one's own vote cancels it.
func (p Proxy) Standing(votes map[string]bool) string {
	switch {
	case votes[p.Giver]:
		return ProxyCameSelf
	case !votes[p.Holder]:
		return ProxyNotThere
	default:
		return ProxyCounts
	}
}
