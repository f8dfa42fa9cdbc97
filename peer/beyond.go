package peer

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// Bounds of what is remembered of questions: in memory, and not for long.
const (
	answerKept   = 10 * time.Minute // also that nothing was found (FE-6)
	silentFor    = 2 * time.Minute  // before a box that did not answer is asked again
	maxInquiries = 32
	maxFindings  = 100 // of one question
	newInquiries = 20  // questions a minute that nobody asked before
)

// AskState is what became of a question to one box.
type AskState string

// The states.
const (
	AskedAnswered AskState = "answered"
	AskedSilent   AskState = "silent"  // not reached, or no answer in time
	AskedBusy     AskState = "busy"    // it had enough questions for now
	AskedRefuses  AskState = "refuses" // its operators do not want to be searched
)

// AskedBox is a linked box that was asked.
type AskedBox struct {
	Name  string
	State AskState
}

// Finding is a card that a linked box found and this one does not carry. It is
// shown, never kept.
type Finding struct {
	Card   listing.Card // Origin is what the origin's signed profile says
	Hops   int          // of boxes from here: 1 is a linked box's own
	Via    string       // the linked box that told; empty when it is its own
	Text   []byte       // of its body as JSON; nil while that is not here
	TextAt time.Time    // when that came
	Lacks  bool         // it has a body that is not here

	peer    libp2p.ID
	seq     [2]uint64 // epoch, seq: the larger is the newer version
	body    wire.Hash
	bodyLen int64
}

// finding is what all cards of a Found have in common.
func finding(m *wire.Found, profile *wire.Card, link neighbour.Link) Finding {
	f := Finding{Hops: int(m.Hops) + 1, seq: [2]uint64{uint64(len(m.Epochs))}}
	if m.Origin != link.Origin {
		f.Via = link.Name
	}
	if id, err := libp2p.Decode(link.Peer); err == nil {
		f.peer = id
	}
	o := &listing.Origin{Key: m.Origin, SeenAt: time.Unix(0, 0).Add(-time.Duration(m.Age) * time.Minute)}
	if profile != nil {
		o.Name, o.Commune = listing.Plain(profile.Title), listing.Plain(profile.Commune)
		if at := profile.Position; at != nil {
			o.Position = &listing.Point{Lat: at.Lat, Lon: at.Lon}
		}
	}
	f.Card.Origin = o
	return f
}

// Answers is what linked boxes answered to a question.
type Answers struct {
	Found []Finding
	Asked []AskedBox
	More  bool      // somebody has more than this
	At    time.Time // of the asking: equal questions are asked once in ten minutes
}

// beyond is what was asked of linked boxes, in this run.
type beyond struct {
	within time.Duration // that a person waits

	mu     sync.Mutex // guards all below
	asked  map[string]*beyondSearch
	order  []string                    // its keys, the oldest first
	silent map[libp2p.ID]time.Duration // until when, in running time
	recent []time.Duration             // when the last new questions were asked
	texts  foundTexts
}

func newBeyond() *beyond {
	return &beyond{within: searchWithin, asked: map[string]*beyondSearch{}, silent: map[libp2p.ID]time.Duration{}}
}

// beyondSearch is one question, asked once for everybody.
type beyondSearch struct {
	done chan struct{} // closed when all below is set
	at   time.Duration // of running time
	Answers
}

// SearchBeyond asks linked boxes what they have, unless that was asked in the
// last ten minutes. It takes three seconds at most and fails with kind Invalid
// for a question that cannot travel, Busy when too many are asked.
func (n *Node) SearchBeyond(ctx context.Context, q Search) (Answers, error) {
	question, err := q.wire()
	if err != nil {
		return Answers{}, err
	}
	key, err := wire.Encode(question)
	if err != nil {
		return Answers{}, err
	}
	in, isNew, err := n.beyond.inquire(string(key), n.clock.Running())
	if err != nil {
		return Answers{}, err
	}
	if isNew {
		n.work.Go(func() { n.askBeyond(n.ctx, in, question) }) // others may wait for the same answer
	}
	select {
	case <-in.done:
	case <-ctx.Done():
		return Answers{}, ctx.Err()
	}
	out := in.Answers
	out.Found, err = n.allowed(ctx, in.Found)
	return out, err
}

// inquire finds the question among those asked lately, or begins it.
func (b *beyond) inquire(key string, now time.Duration) (*beyondSearch, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	if in := b.asked[key]; in != nil {
		return in, false, nil
	}
	b.recent = slices.DeleteFunc(b.recent, func(at time.Duration) bool { return now-at >= time.Minute })
	if len(b.recent) >= newInquiries {
		return nil, false, store.E(store.Busy, "err.neighbour.questions")
	}
	b.recent = append(b.recent, now)
	in := &beyondSearch{done: make(chan struct{}), at: now}
	b.asked[key], b.order = in, append(b.order, key)
	return in, true, nil
}

// forget drops answers that are old, and the oldest of too many.
func (b *beyond) forget(now time.Duration) {
	for len(b.order) > 0 && (len(b.order) >= maxInquiries || now-b.asked[b.order[0]].at >= answerKept) {
		delete(b.asked, b.order[0])
		b.order = b.order[1:]
	}
}

// askBeyond asks all boxes at once and gathers what comes in time.
func (n *Node) askBeyond(ctx context.Context, in *beyondSearch, q *wire.Search) {
	defer close(in.done)
	in.At = n.clock.Now()
	ctx, cancel := context.WithTimeout(ctx, n.beyond.within)
	defer cancel()
	links, ids, err := n.askable(ctx)
	if err == nil {
		err = n.db.View(ctx, func(tx *store.Tx) error {
			held, err := heldOrigins(tx)
			if len(held) > 0 {
				q.Without = held[:min(len(held), wire.MaxWithout)]
			}
			return err
		})
	}
	if err != nil {
		n.log.Error("nobody can be asked", "err", err)
		return
	}
	answers := make([]answer, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { answers[i] = n.consultOnce(ctx, id, links[i], q) })
	}
	wg.Wait()
	for i, a := range answers {
		in.Asked = append(in.Asked, AskedBox{Name: links[i].Name, State: a.state})
		in.More = in.More || a.more
		in.Found = merged(in.Found, a.found, in.At)
	}
	if len(in.Found) > maxFindings {
		in.Found, in.More = in.Found[:maxFindings], true
	}
}

// consultOnce leaves a box alone that did not answer a moment ago.
func (n *Node) consultOnce(ctx context.Context, id libp2p.ID, link neighbour.Link, q *wire.Search) answer {
	b := n.beyond
	b.mu.Lock()
	until, now := b.silent[id], n.clock.Running()
	b.mu.Unlock()
	if now < until {
		return answer{state: AskedSilent}
	}
	a := n.consult(ctx, id, link, q)
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.silent, id)
	if a.state == AskedSilent {
		b.silent[id] = now + silentFor
	}
	return a
}

// merged adds what another box found: of one card the newest version, from
// whoever is nearest to its origin. Ages count back from the asking.
func merged(all, more []Finding, at time.Time) []Finding {
	for _, f := range more {
		age := time.Unix(0, 0).Sub(f.Card.Origin.SeenAt)
		f.Card.Origin.SeenAt = at.Add(-age)
		i := slices.IndexFunc(all, func(g Finding) bool {
			return g.Card.Ref.ID == f.Card.Ref.ID && g.Card.Origin.Key == f.Card.Origin.Key
		})
		switch {
		case i < 0:
			all = append(all, f)
		case slices.Compare(all[i].seq[:], f.seq[:]) < 0, all[i].seq == f.seq && f.Hops < all[i].Hops:
			all[i] = f
		}
	}
	return all
}

// allowed are the findings that may be shown here now: not of boxes kept out or
// carried, of no section that is switched off, nothing hidden here, nothing
// expired. The nearest first, then what is soonest.
func (n *Node) allowed(ctx context.Context, all []Finding) ([]Finding, error) {
	var out []Finding
	err := n.db.View(ctx, func(tx *store.Tx) error {
		out = nil
		unwanted, err := neighbour.Unwanted(tx)
		if err != nil {
			return err
		}
		held, err := heldOrigins(tx)
		if err != nil {
			return err
		}
		for _, o := range held {
			unwanted[o] = true
		}
		off, err := listing.OffOf(tx)
		if err != nil {
			return err
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		for _, f := range all {
			if unwanted[f.Card.Origin.Key] || slices.Contains(off.Kinds, f.Card.Kind) || f.over(tx) {
				continue
			}
			if hid, err := f.hidden(tx); err != nil || hid {
				if err != nil {
					return err
				}
				continue
			}
			out = append(out, n.beyond.texts.fill(f.measured(home)))
		}
		return nil
	})
	slices.SortStableFunc(out, byDistance)
	return out, err
}

// over tells whether the card has expired, as far as the clock can say.
func (f *Finding) over(tx *store.Tx) bool {
	return tx.ClockQuality().Sure() && !f.Card.ExpiresAt.IsZero() && !f.Card.ExpiresAt.After(tx.Now)
}

// hidden tells whether a moderator here hid this card, when it was carried or
// since.
func (f *Finding) hidden(tx *store.Tx) (bool, error) {
	id, err := store.ParseID(f.Card.Ref.ID)
	if err != nil {
		return true, nil //nolint:nilerr // without an id it has no page
	}
	return neighbour.IsHidden(tx, f.Card.Origin.Key, id)
}

// measured says how far the card is from this commune: the card's place, else
// its box's.
func (f Finding) measured(home listing.Home) Finding {
	at := f.Card.Position
	if f.Card.Roughly = at == nil; at == nil {
		at = f.Card.Origin.Position
	}
	if at != nil && home.Position != nil {
		km := home.Position.DistanceKM(*at)
		f.Card.DistanceKM, f.Card.Direction = &km, home.Position.Direction(*at)
	}
	return f
}

func byDistance(a, b Finding) int {
	far := func(f Finding) float64 {
		if f.Card.DistanceKM == nil {
			return math.Inf(1)
		}
		return *f.Card.DistanceKM
	}
	switch d := far(a) - far(b); {
	case d < 0:
		return -1
	case d > 0:
		return 1
	}
	return a.Card.StartsAt.Compare(b.Card.StartsAt)
}
