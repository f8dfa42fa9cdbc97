package peer

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// Bounds of asking linked boxes (FE-5, FE-6).
const (
	searchWithin = 3 * time.Second // that a person waits, whoever does not answer
	maxAsked     = 8               // boxes
	maxHeard     = 1 << 20         // bytes of one answer
	maxStrange   = 16              // frames of an answer that this version does not know
)

// Search is what somebody looks for beyond the cards that are here. All that
// is said must hold; a question needs words, a kind, a circle or a time.
type Search struct {
	Words    string
	Kinds    []string
	Near     *listing.Point
	RadiusKM float64
	From, To time.Time
}

// wire is the question as it travels, but for the origins left out.
func (q *Search) wire() (*wire.Search, error) {
	out := &wire.Search{Words: printable(q.Words, 200), Kinds: q.Kinds, Limit: wire.MaxFound}
	if q.Near != nil && q.RadiusKM > 0 {
		out.Around = &wire.Around{Lat: q.Near.Lat, Lon: q.Near.Lon, KM: uint64(min(wire.MaxKM, max(1, q.RadiusKM+0.5)))}
	}
	if !q.From.IsZero() || !q.To.IsZero() {
		span := wire.Forever(earliest)
		if !q.From.IsZero() {
			span.Start = max(earliest, floorDiv(q.From.Unix(), 60))
		}
		if !q.To.IsZero() {
			span.End = max(span.Start, floorDiv(q.To.Unix(), 60))
		}
		out.When = span
	}
	if _, err := wire.Encode(out); err != nil {
		return nil, store.E(store.Invalid, "err.neighbour.question").Because(err)
	}
	return out, nil
}

// askable are the linked boxes to ask: those with an open session first.
func (n *Node) askable(ctx context.Context) ([]neighbour.Link, []libp2p.ID, error) {
	links, err := n.links(ctx)
	if err != nil {
		return nil, nil, err
	}
	var ids []libp2p.ID
	for id := range links {
		if n.gate.isLinked(id) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b libp2p.ID) int {
		if open := n.isOpen(a); open != n.isOpen(b) {
			if open {
				return -1
			}
			return 1
		}
		return cmp.Compare(a, b)
	})
	ids = ids[:min(len(ids), maxAsked)]
	out := make([]neighbour.Link, len(ids))
	for i, id := range ids {
		out[i] = links[id]
	}
	return out, ids, nil
}

// answer is what one linked box found.
type answer struct {
	state AskState
	found []Finding
	more  bool
}

// consult asks one linked box. Whoever cannot be reached, or has had enough, is
// no fault; whoever forges is shut out.
func (n *Node) consult(ctx context.Context, id libp2p.ID, link neighbour.Link, q *wire.Search) answer {
	addrs, err := n.whereIs(ctx, id)
	if err != nil {
		return answer{state: AskedSilent}
	}
	s, err := n.open(ctx, id, addrs, searchProtocol)
	if err != nil {
		return answer{state: AskedSilent}
	}
	stop := context.AfterFunc(ctx, func() { _ = s.Reset() })
	defer stop()
	out, err := n.converse(ctx, s, link, q)
	if err == nil {
		_ = s.Close()
		return out
	}
	_ = s.Reset()
	if Judge(err) == Suspend && ctx.Err() == nil {
		n.judge(id, "searching", len(out.found), err)
	} else {
		n.log.Debug("a search was not answered", "peer", id.String(), "err", err)
	}
	return answer{state: AskedSilent}
}

// converse asks the question and reads the answer, frame by frame.
func (n *Node) converse(ctx context.Context, s network.Stream, link neighbour.Link, q *wire.Search) (answer, error) {
	out := answer{state: AskedAnswered}
	if err := sendWithin(ctx, s, q); err != nil {
		return out, err
	}
	_ = s.CloseWrite()
	in := bufio.NewReader(io.LimitReader(s, maxHeard))
	heard := &listener{asked: q, link: link, seen: map[wire.Hash]bool{}}
	for strange := 0; strange <= maxStrange; {
		m, err := wire.ReadFrame(in)
		if err != nil {
			return out, err
		}
		switch m := m.(type) {
		case *wire.Found:
			if err := heard.take(m); err != nil {
				return out, err
			}
			out.found = heard.found
		case *wire.FoundAll:
			out.more = m.More
			return out, nil
		case *wire.Bye:
			if out.state = AskedBusy; m.Code == wire.ByeRefused {
				out.state = AskedRefuses
			}
			return out, nil
		case *wire.Unknown:
			strange++
		default:
			return out, outOfPlace(m)
		}
	}
	return out, broken("an answer of frames nobody knows")
}

// listener gathers one answer and believes nothing that does not prove itself.
type listener struct {
	asked      *wire.Search
	link       neighbour.Link
	seen       map[wire.Hash]bool // origins told of
	cards      uint64
	statements int
	found      []Finding
}

// take checks what was found of one origin.
func (l *listener) take(m *wire.Found) error {
	l.cards += uint64(len(m.Cards))
	l.statements += len(m.Epochs)
	switch {
	case l.seen[m.Origin]:
		return broken("an origin found twice")
	case slices.Contains(l.asked.Without, m.Origin):
		return broken("found what was not asked for")
	case l.cards > l.asked.Limit || l.statements > wire.MaxStatements:
		return broken("an answer longer than was asked for")
	}
	l.seen[m.Origin] = true
	cards, profile, err := m.Verify()
	if err != nil {
		return forged(err)
	}
	from := finding(m, profile, l.link)
	for _, c := range cards {
		if len(l.asked.Kinds) > 0 && !slices.Contains(l.asked.Kinds, c.Kind) {
			return broken("found another kind than was asked for")
		}
		f, origin := from, from.Card.Origin
		var ok bool
		if f.Card, ok = listingCard(c); !ok {
			continue // not for people, or beyond what a page can show
		}
		own := *origin // each its own: ages are counted later
		f.Card.Origin, f.seq[1] = &own, c.Seq
		if f.Card.Commune == "" && profile != nil {
			f.Card.Commune = listing.Plain(profile.Commune)
		}
		f.body, f.bodyLen = c.Body, int64(c.BodyLen)
		l.found = append(l.found, f)
	}
	return nil
}
