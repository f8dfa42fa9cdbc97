package peer

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
)

// run leads one pairing over stream s to its end. The stream is closed or
// reset when it returns.
func (ps *pairings) run(ctx context.Context, p *pairing, s network.Stream) {
	defer p.cancel()
	stop := context.AfterFunc(ctx, func() { _ = s.Reset() })
	defer stop()
	t := &talk{ps: ps, p: p, s: s, in: bufio.NewReader(s), sums: newComparison(!p.inbound, ps.self, p.peer)}
	err := t.lead(ctx)
	if err == nil || errors.Is(err, errProof) { // the other is to hear why
		_ = s.Close()
	} else {
		ps.move(p, lost)
		_ = s.Reset()
	}
	ps.log.Info("pairing ended", "peer", p.Peer, "inbound", p.inbound, "state", string(p.State), "err", err)
}

// talk is the conversation of one pairing.
type talk struct {
	ps    *pairings
	p     *pairing
	s     network.Stream
	in    *bufio.Reader
	sums  *comparison
	hello *wire.PairHello // the other's, checked

	proof *wire.Secret // that the other has proved; nil: digits are compared
}

// errOver ends a talk whose pairing is over for a reason that is no fault.
var errOver = errors.New("pairing over")

// lead takes a pairing from the introductions to the link.
func (t *talk) lead(ctx context.Context) error {
	if err := t.inTime(ctx, t.sendHello, t.readHello); err != nil {
		return err
	}
	if t.proof != nil {
		return t.inTime(ctx, t.settle)
	}
	if err := t.inTime(ctx, t.sendReveal, t.readReveal); err != nil {
		return err
	}
	t.ps.move(t.p, theirReveal)
	return t.compare(ctx)
}

// inTime does what needs no person. The caller speaks first each time; nobody's
// number leaves before the other's promise is here.
func (t *talk) inTime(ctx context.Context, steps ...func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, exchangeIn)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = t.s.Reset() })
	defer stop()
	if !t.sums.initiator {
		slices.Reverse(steps)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (t *talk) sendHello(ctx context.Context) error {
	hello, err := t.ps.intro(ctx)
	if err != nil {
		return err
	}
	t.sums.ourOrigin = hello.Origin
	hello.Version, hello.Promise = 1, t.sums.promise()
	secret := t.proof // the caller has proved it
	if t.sums.initiator {
		secret = t.p.aim.secret
	}
	if secret != nil {
		hello.Proof = secret.Proof(t.sums.initiator, string(t.sums.self), string(t.sums.other))
	}
	return wire.WriteFrame(t.s, hello)
}

// readHello takes the other's introduction: the key of its connection must be
// the one its origin's statements name last.
func (t *talk) readHello(context.Context) error {
	m, err := t.read()
	if err != nil {
		return err
	}
	if no, ok := m.(*wire.PairAnswer); ok { // before the introductions it can only be a no
		t.ps.because(t.p, obstacles[no.Answer])
		t.ps.move(t.p, theirNo)
		return errOver
	}
	hello, ok := m.(*wire.PairHello)
	if !ok {
		return fmt.Errorf("%w: an introduction was expected", wire.ErrForm)
	}
	if err := t.checkProof(hello); err != nil {
		return err
	}
	epoch, err := wire.VerifyEpochs(hello.Origin, hello.Epochs)
	if err != nil {
		return err
	}
	if err := speaksFor(t.p.peer, epoch); err != nil {
		return err
	}
	t.hello, t.sums.theirOrigin, t.sums.theirPromise = hello, hello.Origin, hello.Promise
	if t.proof != nil {
		t.ps.move(t.p, theirProof)
	} else {
		t.ps.move(t.p, theirHello)
	}
	return nil
}

// speaksFor checks that the key of a connection is the one an origin names.
func speaksFor(id libp2p.ID, epoch *wire.Epoch) error {
	key, err := id.ExtractPublicKey()
	if err != nil {
		return err
	}
	raw, err := key.Raw()
	if err != nil {
		return err
	}
	if !bytes.Equal(raw, epoch.BoxKey[:]) {
		return fmt.Errorf("%w: the origin names another box key", wire.ErrSignature)
	}
	return nil
}

func (t *talk) sendReveal(context.Context) error {
	return wire.WriteFrame(t.s, &wire.PairReveal{Number: t.sums.number})
}

func (t *talk) readReveal(context.Context) error {
	m, err := t.read()
	if err != nil {
		return err
	}
	reveal, ok := m.(*wire.PairReveal)
	if !ok {
		return fmt.Errorf("%w: a number was expected", wire.ErrForm)
	}
	digits, err := t.sums.reveal(reveal.Number)
	if err != nil {
		return err
	}
	t.ps.show(t.p, printable(t.hello.Name, 80), digits)
	return nil
}

// compare waits for the two people.
func (t *talk) compare(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	heard, lostLine := t.listen(ctx)
	late := t.ps.clock.After(compareIn)
	for {
		var to stage
		var err error
		select {
		case yes := <-t.p.answers:
			to, err = t.ourAnswer(yes)
		case m := <-heard:
			to = t.theirAnswer(m)
		case err = <-lostLine:
			to = t.ps.move(t.p, lost)
		case <-late:
			_ = t.say(wire.PairNo)
			to = t.ps.move(t.p, timeout)
		}
		if to.over() {
			return t.end(ctx, to, err)
		}
	}
}

// end draws the consequence of the last stage.
func (t *talk) end(ctx context.Context, last stage, err error) error {
	if last == paired {
		return t.finish(context.WithoutCancel(ctx))
	}
	if last == refused {
		return nil
	}
	return errors.Join(errOver, err)
}

// listen reads on until the stream or ctx ends.
func (t *talk) listen(ctx context.Context) (<-chan wire.Message, <-chan error) {
	heard := make(chan wire.Message)
	ended := make(chan error, 1)
	go func() {
		for {
			m, err := t.read()
			if err != nil {
				ended <- err
				return
			}
			select {
			case heard <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	return heard, ended
}

// ourAnswer tells the other what our operator said.
func (t *talk) ourAnswer(yes bool) (stage, error) {
	if !yes {
		err := t.say(wire.PairNo)
		return t.ps.move(t.p, ourNo), err
	}
	if err := t.say(wire.PairYes); err != nil { // the other never heard our yes
		return t.ps.move(t.p, lost), err
	}
	return t.ps.move(t.p, ourYes), nil
}

// theirAnswer takes what the other's operator said; anything else now is out
// of place.
func (t *talk) theirAnswer(m wire.Message) stage {
	answer, ok := m.(*wire.PairAnswer)
	switch {
	case !ok:
		return t.ps.move(t.p, theirHello)
	case answer.Answer == wire.PairYes:
		return t.ps.move(t.p, theirYes)
	default:
		return t.ps.move(t.p, theirNo)
	}
}

// finish keeps the other box as a neighbour.
func (t *talk) finish(ctx context.Context) error {
	err := t.ps.keep(ctx, newLink{
		peer: t.p.peer, origin: t.hello.Origin, name: printable(t.hello.Name, 80), commune: t.hello.Commune,
		addrs: append(t.ps.where(t.s.Conn()), t.p.aim.names...),
	})
	t.ps.mu.Lock()
	defer t.ps.mu.Unlock()
	t.p.State = PairingDone
	if err != nil {
		t.p.State = PairingFailed
	}
	t.ps.shutDoorLocked() // it was opened for one
	return err
}

func (t *talk) say(answer uint64) error {
	return wire.WriteFrame(t.s, &wire.PairAnswer{Answer: answer})
}

func (t *talk) read() (wire.Message, error) { return wire.ReadFrame(t.in) }
