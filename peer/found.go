package peer

import (
	"context"
	"sync"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// maxTexts is how many bodies of findings are remembered, in memory.
const maxTexts = 64

// foundTexts are bodies of findings that somebody asked for, as JSON.
type foundTexts struct {
	mu    sync.Mutex // guards all below
	of    map[wire.Hash]textAt
	order []wire.Hash // the oldest first
}

type textAt struct {
	plain []byte
	at    time.Time
}

// fill gives a finding its text, when it is here.
func (t *foundTexts) fill(f Finding) Finding {
	t.mu.Lock()
	defer t.mu.Unlock()
	got, ok := t.of[f.body]
	f.Text, f.TextAt, f.Lacks = got.plain, got.at, !ok && f.body != (wire.Hash{})
	return f
}

func (t *foundTexts) keep(hash wire.Hash, plain []byte, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.of[hash]; !ok {
		t.order = append(t.order, hash)
	}
	if t.of == nil {
		t.of = map[wire.Hash]textAt{}
	}
	t.of[hash] = textAt{plain, at}
	for len(t.order) > maxTexts {
		delete(t.of, t.order[0])
		t.order = t.order[1:]
	}
}

// FoundBeyond is a card that a question of the last ten minutes found, by its
// origin in hexadecimal and its id; kind NotFound when none did, or it may not be
// shown here any more.
func (n *Node) FoundBeyond(ctx context.Context, origin, id string) (Finding, error) {
	key, err := originKey(origin)
	if err != nil {
		return Finding{}, err
	}
	f, ok := n.beyond.finding(key, id, n.clock.Running())
	if !ok {
		return f, store.E(store.NotFound, "err.not_found")
	}
	list, err := n.allowed(ctx, []Finding{f})
	if err == nil && len(list) == 0 {
		err = store.E(store.NotFound, "err.not_found")
	}
	if err != nil {
		return Finding{}, err
	}
	return list[0], nil
}

// finding looks a card up among the answers of the last ten minutes, the newest
// first.
func (b *beyond) finding(origin wire.Hash, id string, now time.Duration) (Finding, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	for i := len(b.order) - 1; i >= 0; i-- {
		in := b.asked[b.order[i]]
		select {
		case <-in.done:
		default:
			continue
		}
		for _, f := range in.Found {
			if f.Card.Origin.Key == origin && f.Card.Ref.ID == id {
				return f, true
			}
		}
	}
	return Finding{}, false
}

// named is the name of an origin that a question found.
func (b *beyond) named(origin wire.Hash) (string, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, in := range b.asked {
		select {
		case <-in.done:
		default:
			continue
		}
		for _, f := range in.Found {
			if f.Card.Origin.Key == origin {
				return f.Card.Origin.Name, true
			}
		}
	}
	return "", false
}

// FetchFound brings the text behind such a card, from the box that told of it,
// which may ask on. It takes three seconds at most and fails with kind Busy when
// the text cannot be had now.
func (n *Node) FetchFound(ctx context.Context, origin, id string) error {
	f, err := n.FoundBeyond(ctx, origin, id)
	if err != nil || !f.Lacks {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, n.beyond.within)
	defer cancel()
	select {
	case n.fetches <- struct{}{}:
		defer func() { <-n.fetches }()
	default:
		return store.E(store.Busy, "err.neighbour.not_fetched")
	}
	body := neighbour.Mention{Role: neighbour.RoleBody, Hash: f.body, Bytes: f.bodyLen}
	got := []neighbour.Copy{}
	_, err = n.askKeeping(ctx, f.peer, []neighbour.Mention{body}, wire.MaxTTL, func(_ context.Context, list []neighbour.Copy) error {
		got = append(got, list...)
		return nil
	})
	if len(got) == 0 {
		return store.E(store.Busy, "err.neighbour.not_fetched").Because(err)
	}
	n.beyond.texts.keep(f.body, got[0].Plain, n.clock.Now())
	return nil
}

// HideFound keeps such a card from being shown here again.
func (n *Node) HideFound(ctx context.Context, origin, id string) error {
	f, err := n.FoundBeyond(ctx, origin, id)
	if err != nil {
		return err
	}
	raw, err := store.ParseID(id)
	if err != nil {
		return err
	}
	return n.db.Update(ctx, func(tx *store.Tx) error { return neighbour.Hide(tx, f.Card.Origin.Key, raw) })
}

// AnswersSearch tells whether linked boxes may search here.
func (n *Node) AnswersSearch(ctx context.Context) (on bool, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) (err error) {
		on, err = neighbour.Answers(tx)
		return err
	})
	return on, err
}

// SetAnswersSearch lets linked boxes search here, or no longer.
func (n *Node) SetAnswersSearch(ctx context.Context, on bool) error {
	return n.db.Update(ctx, func(tx *store.Tx) error { return neighbour.SetAnswers(tx, on) })
}
