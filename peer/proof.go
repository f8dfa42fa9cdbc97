package peer

import (
	"context"

	"copi.local/peer/wire"
)

// obstacles are the answers that say why there will be no pairing.
var obstacles = map[uint64]Obstacle{wire.PairBusy: ObstacleBusy, wire.PairCode: ObstacleCode}

// checkProof looks at what an introduction proves, before anything else in it
// is believed. Who calls with a code takes nothing but the proof of it for an
// answer: a box that cannot give one is not the box that showed the code.
func (t *talk) checkProof(hello *wire.PairHello) error {
	if !t.sums.initiator {
		secret, err := t.ps.entitled(t.p, hello.Proof)
		if err != nil {
			_ = t.say(wire.PairCode)
			t.ps.because(t.p, ObstacleCode)
			t.ps.move(t.p, theirFalse)
		}
		t.proof = secret
		return err
	}
	aim := t.p.aim
	if aim.secret == nil {
		return nil
	}
	if !proves(aim.secret, hello.Proof, false, t.sums.other, t.sums.self) || aim.origin != (wire.Hash{}) && aim.origin != hello.Origin {
		t.ps.because(t.p, ObstacleOther)
		t.ps.move(t.p, theirFalse)
		return errProof
	}
	t.proof = aim.secret
	return nil
}

// settle links two boxes that have proved the code to each other: nobody is
// asked. Who called says yes; who showed the code keeps the link and says yes
// too.
func (t *talk) settle(ctx context.Context) error {
	t.ps.show(t.p, printable(t.hello.Name, 80), "")
	if t.sums.initiator {
		if to, err := t.ourAnswer(true); err != nil {
			return t.end(ctx, to, err)
		}
	}
	m, err := t.read()
	var to stage
	if err != nil {
		to = t.ps.move(t.p, lost)
	} else {
		to = t.theirAnswer(m)
	}
	if err := t.end(ctx, to, err); err != nil || t.sums.initiator {
		return err
	}
	return t.say(wire.PairYes)
}
