package peer

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// The protocol without bytes, disks or boxes: an origin, honest relays and lying
// ones, and what PROTOCOL.md §§3, 4 and 9 say they do. It is quick enough for
// thousands of histories, and shows of each rule that histories go wrong
// without it. The real code is put to the same test in model_test.go.

// rule is one that a mutant leaves out.
type rule string

const (
	ruleFloor    rule = "a sender begins anew where tombstones are forgotten"
	ruleForget   rule = "a receiver forgets tombstones up to the floor"
	ruleDigest   rule = "cards must add up to the head"
	ruleJump     rule = "numbers are skipped after a power cut"
	ruleBlame    rule = "only who fed a relist alone is blamed"
	ruleRising   rule = "numbers rise from batch to batch"
	ruleRelist   rule = "another epoch is taken anew"
	ruleOlder    rule = "an older head is refused"
	ruleDistrust rule = "what did not add up is taken anew next time"
)

var rules = []rule{ruleFloor, ruleForget, ruleDigest, ruleJump, ruleBlame, ruleRising, ruleRelist, ruleOlder, ruleDistrust}

// entry is a card as the digest knows it; text 0 is a tombstone.
type modelCard struct{ seq, text int }

// modelHead is what an origin signed: a number, and the cards it sums up.
type modelHead struct {
	epoch, seq, floor int
	cards             map[int]modelCard
}

func (h *modelHead) newer(o *modelHead) bool {
	return o == nil || h.epoch > o.epoch || h.epoch == o.epoch && h.seq > o.seq
}

// several is no node: more than one session fed a staging.
const several = -2

// modelNode is a relay, or the origin.
type modelNode struct {
	head    *modelHead // the last it holds; nil: none
	staging map[int]modelCard
	upto    int
	epoch   int  // of the staging
	relist  bool // the staging is one
	from    int  // who alone fed it, or several
	anew    bool // the last pull did not add up
	lies    string
}

// modelWorld is one history.
type modelWorld struct {
	r       *rand.Rand
	without rule
	origin  modelNode
	relays  []modelNode
	next    int // number of the origin's next card
	text    int
	copy    *modelHead
	copyAt  int
	lost    bool         // a power cut took what was told
	old     []*modelHead // heads that liars may show again
}

// check is a violation of what must always hold.
type violation string

func fail(format string, args ...any) { panic(violation(fmt.Sprintf(format, args...))) }

// modelHistory plays one history and tells what went wrong in it.
func modelHistory(seed uint64, without rule) (wrong string) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case violation:
			wrong = string(v)
		default:
			panic(v)
		}
	}()
	w := &modelWorld{r: rand.New(rand.NewPCG(seed, 1)), without: without, next: 1, relays: make([]modelNode, 6)} // a history must come again
	w.relays[1].lies, w.relays[3].lies = "omit", "stale"
	if seed%4 == 0 {
		w.relays[1].lies = "repeat"
	}
	w.sign(map[int]modelCard{}, 1, 0)
	for range 60 {
		w.step()
	}
	w.converge()
	return ""
}

// sign makes a head over the cards.
func (w *modelWorld) sign(cards map[int]modelCard, epoch, floor int) {
	w.origin.head = &modelHead{epoch: epoch, seq: w.next, floor: floor, cards: cards}
	w.next++
	w.old = append(w.old, w.origin.head)
}

func (w *modelWorld) step() {
	h := w.origin.head
	cards := maps.Clone(h.cards)
	set := func(id, text int) {
		cards[id] = modelCard{w.next, text}
		w.next++
	}
	switch n := w.r.IntN(20); {
	case n < 5: // new or changed
		for range 1 + w.r.IntN(3) {
			w.text++
			set(w.r.IntN(12), w.text)
		}
		w.sign(cards, h.epoch, h.floor)
	case n < 7: // withdrawn
		if id := w.r.IntN(12); cards[id].text > 0 {
			set(id, 0)
			w.sign(cards, h.epoch, h.floor)
		}
	case n == 7: // tombstones up to some number are forgotten
		floor := h.floor + w.r.IntN(h.seq-h.floor+1)
		maps.DeleteFunc(cards, func(_ int, c modelCard) bool { return c.text == 0 && c.seq <= floor })
		w.sign(cards, h.epoch, floor)
	case n == 8:
		w.copy, w.copyAt = h, w.next
	case n == 9 && w.copy != nil && w.copy.epoch == h.epoch:
		w.powerCut()
	case n == 10: // restored: a new epoch of the live cards
		w.next, w.copy = 1, nil
		cards = map[int]modelCard{}
		for _, id := range slices.Sorted(maps.Keys(h.cards)) {
			if c := h.cards[id]; c.text > 0 && w.r.IntN(4) > 0 {
				set(id, c.text)
			}
		}
		w.sign(cards, h.epoch+1, 0)
	default:
		w.pull(w.r.IntN(len(w.relays)), w.r.IntN(len(w.relays)+1)-1, w.r.IntN(4))
	}
}

// powerCut puts the origin back to its copy.
func (w *modelWorld) powerCut() {
	w.lost = w.lost || w.copy != w.origin.head
	w.origin.head, w.next, w.copy = w.copy, w.copyAt, nil
	if w.without != ruleJump {
		w.next += 1000
	}
	w.sign(maps.Clone(w.origin.head.cards), w.origin.head.epoch, w.origin.head.floor)
}

func (w *modelWorld) node(i int) *modelNode {
	if i < 0 {
		return &w.origin
	}
	return &w.relays[i]
}

// pull brings a relay up to another node, cut after some batches; 0 is never.
func (w *modelWorld) pull(to, from, cut int) {
	b, s := &w.relays[to], w.node(from)
	if to == from || s.head == nil {
		return
	}
	if b.head != nil && b.head.epoch == s.head.epoch && b.head.seq == s.head.seq {
		if b.head != s.head {
			fail("two heads of one number, though there is one origin")
		}
		return
	}
	if !s.head.newer(b.head) && s.lies == "" {
		return
	}
	fresh := b.staging == nil && s.lies == ""
	head, after := s.head, b.begin(s.head, from, w.without)
	for n := 1; ; n++ {
		if after < head.floor && after > 0 && w.without != ruleFloor && !b.relist {
			after = 0
			b.restart(head.epoch, from)
		}
		ids := w.batch(s, head, after)
		if !b.stage(head, ids, &after, w.without, s.lies == "repeat") {
			return // a rule was broken: this session is over
		}
		if n > 60 {
			fail("a pull without end")
		}
		if n == cut {
			return
		}
		if len(ids) < 2 {
			break
		}
	}
	w.finish(b, s, from, fresh)
}

// begin sets where a pull begins.
func (b *modelNode) begin(h *modelHead, from int, without rule) (after int) {
	if b.staging != nil && b.epoch == h.epoch && b.upto <= h.seq {
		b.from = several // another session, if not another node
		return b.upto
	}
	if b.head == nil || b.anew || b.head.epoch != h.epoch && without != ruleRelist {
		b.restart(h.epoch, from)
		return 0
	}
	b.staging, b.epoch, b.relist, b.from, b.upto = map[int]modelCard{}, h.epoch, false, from, b.head.seq
	if b.head.epoch != h.epoch {
		b.upto = 0
	}
	return b.upto
}

func (b *modelNode) restart(epoch, from int) {
	b.staging, b.epoch, b.relist, b.from, b.upto = map[int]modelCard{}, epoch, true, from, 0
}

// batch is the next two cards of a head after a number, by id.
func (w *modelWorld) batch(s *modelNode, h *modelHead, after int) []int {
	ids := slices.DeleteFunc(slices.Collect(maps.Keys(h.cards)), func(id int) bool { return h.cards[id].seq <= after })
	slices.SortFunc(ids, func(x, y int) int { return h.cards[x].seq - h.cards[y].seq })
	ids = ids[:min(2, len(ids))]
	if s.lies == "omit" && len(ids) == 2 && w.r.IntN(3) == 0 {
		ids[0] = ids[1]
	}
	return ids
}

// stage takes a batch; a liar that repeats never gets on.
func (b *modelNode) stage(h *modelHead, ids []int, after *int, without rule, repeat bool) bool {
	before := *after
	for _, id := range ids {
		c := h.cards[id]
		b.staging[id] = c
		*after = max(*after, c.seq)
	}
	if repeat && len(ids) == 2 {
		if *after = before; without != ruleRising {
			b.staging = nil
			return false
		}
	}
	b.upto = *after
	return true
}

// finish compares with the head, and swaps.
func (w *modelWorld) finish(b, s *modelNode, from int, fresh bool) {
	head := s.head
	if s.lies == "stale" && len(w.old) > 0 && w.r.IntN(2) == 0 {
		head = w.old[w.r.IntN(len(w.old))]
	}
	if !head.newer(b.head) && w.without != ruleOlder {
		b.staging = nil
		return
	}
	candidate := map[int]modelCard{}
	if !b.relist && b.head != nil {
		maps.Copy(candidate, b.head.cards)
	}
	maps.Copy(candidate, b.staging)
	if w.without != ruleForget {
		maps.DeleteFunc(candidate, func(_ int, c modelCard) bool { return c.text == 0 && c.seq <= head.floor })
	}
	adds, alone := maps.Equal(candidate, head.cards), b.relist && b.from == from
	b.staging = nil
	if !adds && w.without != ruleDigest {
		if (alone || w.without == ruleBlame) && s.lies == "" {
			fail("an honest node is blamed")
		}
		if fresh && !w.lost && !b.anew {
			fail("an honest pull in one go does not add up")
		}
		b.anew = w.without != ruleDistrust
		return
	}
	if b.head != nil && !head.newer(b.head) && head != b.head {
		fail("a node went back")
	}
	b.head, b.anew = head, false
	if !adds {
		fail("a node shows what its origin never signed")
	}
}

// converge pulls from the origin until all agree: a relist at most is needed.
func (w *modelWorld) converge() {
	for range 3 {
		for i := range w.relays {
			w.pull(i, -1, 0)
		}
	}
	for i := range w.relays {
		if w.relays[i].head != w.origin.head {
			fail("relay %d stays behind", i)
		}
	}
}

// TestRules: under the rules nothing goes wrong in any history; without any one
// of them something does.
func TestRules(t *testing.T) {
	const histories = 3000
	for seed := range uint64(histories) {
		if wrong := modelHistory(seed, ""); wrong != "" {
			t.Fatalf("history %d: %s", seed, wrong)
		}
	}
	t.Logf("%d histories of 60 steps: nothing went wrong", histories)
	for _, without := range rules {
		seed, wrong := uint64(0), ""
		for ; seed < histories && wrong == ""; seed++ {
			wrong = modelHistory(seed, without)
		}
		if wrong == "" {
			t.Errorf("the mutant survives that has no rule that %s", without)
			continue
		}
		t.Logf("without the rule that %s: history %d: %s", without, seed-1, wrong)
	}
}
