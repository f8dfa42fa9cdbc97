package peer

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// invite makes a box show a code.
func (b *testBox) invite() Invitation {
	b.t.Helper()
	if err := b.Invite(b.t.Context(), ""); err != nil {
		b.t.Fatal(err)
	}
	i, ok := b.Invitation()
	if !ok {
		b.t.Fatal("no code is shown")
	}
	return i
}

// isLinkedWith tells whether a box keeps a link with another's key and origin.
func (b *testBox) isLinkedWith(other *testBox) bool {
	b.t.Helper()
	links, err := b.Links(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	own, err := other.introduce(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, l := range links {
		if l.Peer == other.PeerID() && l.Origin == own.Origin {
			return true
		}
	}
	return false
}

// forge is a code as it is shown, with something changed.
func forge(t *testing.T, code string, change func(*wire.Invite)) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	i, err := wire.DecodeInvite(b)
	if err != nil {
		t.Fatal(err)
	}
	change(i)
	if b, err = i.Encode(); err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func TestTwoBoxesPairByCode(t *testing.T) {
	for name, accept := range map[string]func(a, b *testBox, i Invitation) error{
		"scanned": func(a, b *testBox, i Invitation) error {
			who, err := a.ReadCode("http://copi.local/voisins/lier?c=" + i.Code)
			if err != nil || who != (Inviter{Name: "Altillac"}) {
				t.Errorf("the code is of %+v, %v", who, err)
			}
			_, err = a.Accept(t.Context(), i.Code)
			return err
		},
		"typed": func(a, b *testBox, i Invitation) error {
			_, err := a.AcceptShort(t.Context(), i.Addresses[0], strings.ToLower(i.Short))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
			if err := accept(a, b, b.invite()); err != nil {
				t.Fatal(err)
			}
			pa, pb := a.await(PairingDone), b.await(PairingDone)
			if pa.Digits+pb.Digits != "" || pa.Name != "Altillac" || pb.Name != "Cajarc" {
				t.Errorf("%+v and %+v", pa, pb)
			}
			if !a.isLinkedWith(b) || !b.isLinkedWith(a) {
				t.Error("the link is not mutual")
			}
			if _, ok := b.Invitation(); ok || b.DoorOpen() {
				t.Error("the code is still shown")
			}
			if _, err := a.Accept(t.Context(), b.invite().Code); store.KindOf(err) != store.Conflict {
				t.Errorf("linked twice: %v", err)
			}
		})
	}
}

// A code serves once, for ten minutes, until the next or until it is taken
// back: who comes with it otherwise is told.
func TestACodeThatIsOver(t *testing.T) {
	third := newTestBox(t, "Figeac")
	for name, spoil := range map[string]func(t *testing.T, b *testBox, i Invitation){
		"used by another box": func(t *testing.T, b *testBox, i Invitation) {
			c := newTestBox(t, "Gramat")
			if _, err := c.Accept(t.Context(), i.Code); err != nil {
				t.Fatal(err)
			}
			b.await(PairingDone)
			b.OpenDoor()
		},
		"ten minutes old": func(t *testing.T, b *testBox, _ Invitation) { b.clock.Add(inviteFor) },
		"a newer one":     func(t *testing.T, b *testBox, _ Invitation) { b.invite() },
		"taken back":      func(t *testing.T, b *testBox, _ Invitation) { b.Withdraw(); b.OpenDoor() },
	} {
		t.Run(name, func(t *testing.T) {
			b := newTestBox(t, "Altillac")
			i := b.invite()
			spoil(t, b, i)
			id, err := third.Accept(t.Context(), i.Code)
			if err != nil {
				t.Fatal(err)
			}
			eventually(t, "refused", func() bool { return third.Pairings()[0].State == PairingRefused })
			if p := third.Pairings()[0]; p.ID != id || p.Why != ObstacleCode {
				t.Errorf("%+v", p)
			}
			if third.isLinkedWith(b) || b.isLinkedWith(third) {
				t.Error("linked all the same")
			}
		})
	}
	t.Run("and nobody is let in", func(t *testing.T) {
		b := newTestBox(t, "Altillac")
		i := b.invite()
		b.Withdraw()
		_, err := third.Accept(t.Context(), i.Code)
		wantKey(t, "called", err, "err.neighbour.code_over")
	})
}

// Who knows the addresses and the key, but not the secret, uses up its tries;
// the operator has to show a new code.
func TestAnEavesdropperHasThreeTries(t *testing.T) {
	b := newTestBox(t, "Altillac")
	i := b.invite()
	for try := range maxTries {
		c := newTestBox(t, "Figeac")
		code := forge(t, i.Code, func(i *wire.Invite) { i.Secret[try] ^= 1 })
		if try == 1 { // no code at all
			if _, err := c.StartPairing(t.Context(), i.Addresses[0]); err != nil {
				t.Fatal(err)
			}
		} else if _, err := c.Accept(t.Context(), code); err != nil {
			t.Fatal(err)
		}
		if p := c.await(PairingRefused); p.Why != ObstacleCode || p.Digits != "" {
			t.Errorf("try %d: %+v", try, p)
		}
		if p := b.await(PairingFailed); p.Why != ObstacleCode || p.Name != "" || p.Digits != "" {
			t.Errorf("try %d, as the operator sees it: %+v", try, p)
		}
		if b.isLinkedWith(c) {
			t.Error("linked without the secret")
		}
		eventually(t, "the try is over", func() bool { return b.underWay() == 0 })
	}
	if _, ok := b.Invitation(); ok || b.DoorOpen() {
		t.Error("the code is still shown")
	}
}

// underWay counts pairings.
func (b *testBox) underWay() (n int) {
	b.pairs.mu.Lock()
	defer b.pairs.mu.Unlock()
	for _, p := range b.pairs.byID {
		if !p.stage.over() {
			n++
		}
	}
	return n
}

func TestTheKeyAtTheAddressMustBeTheCodes(t *testing.T) {
	a, b, c := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newTestBox(t, "Figeac")
	c.OpenDoor()
	code := forge(t, b.invite().Code, func(i *wire.Invite) { i.Addresses = c.Addrs()[:1] })
	_, err := a.Accept(t.Context(), code)
	wantKey(t, "called", err, "err.neighbour.code_other_key")
	code = forge(t, b.invite().Code, func(i *wire.Invite) { i.Addresses = []string{"127.0.0.1:1"} })
	_, err = a.Accept(t.Context(), code)
	wantKey(t, "called", err, "err.neighbour.unreachable")
	// A box that answers with the right key for another origin.
	code = forge(t, b.invite().Code, func(i *wire.Invite) { i.Origin[0] ^= 1 })
	if _, err = a.Accept(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	if p := a.await(PairingFailed); p.Why != ObstacleOther || a.isLinkedWith(b) {
		t.Errorf("%+v", p)
	}
}

// Where an address alone is typed, whoever answers there must know the secret:
// digits are no way out.
func TestAThiefOfTheAddressCannotAnswer(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	i := b.invite()
	for name, answer := range map[string]func(s *stranger, caller *wire.PairHello) wire.Hash{
		"no proof":               func(*stranger, *wire.PairHello) wire.Hash { return wire.Hash{} },
		"the caller's own proof": func(_ *stranger, h *wire.PairHello) wire.Hash { return h.Proof },
		"a proof of another secret": func(s *stranger, _ *wire.PairHello) wire.Hash {
			return wire.Secret{9}.Proof(false, string(s.id.id), string(a.id.id))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStranger(t)
			s.host.SetStreamHandler(pairProtocol, func(stream network.Stream) {
				got := say(stream, 1)
				if len(got) == 1 {
					hello := s.hello(wire.Hash{1})
					hello.Proof = answer(s, got[0].(*wire.PairHello))
					say(stream, 1, hello)
				}
				_ = stream.Reset()
			})
			at, err := hostPort(s.host.Addrs()[0])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.AcceptShort(t.Context(), at, i.Short); err != nil {
				t.Fatal(err)
			}
			if p := a.await(PairingFailed); p.Why != ObstacleOther || p.Name+p.Digits != "" {
				t.Errorf("%+v", p)
			}
			if links, err := a.Links(context.Background()); err != nil || len(links) > 0 {
				t.Errorf("linked: %+v, %v", links, err)
			}
		})
	}
}

// A proof is for two keys and one direction; heard by a third box it is worth
// nothing.
func TestAProofIsNotReplayed(t *testing.T) {
	b := newTestBox(t, "Altillac")
	i := b.invite()
	secret, err := parseShort(i.Short)
	if err != nil {
		t.Fatal(err)
	}
	honest := newStranger(t)
	self := string(b.id.id)
	for name, proof := range map[string]func(s *stranger) wire.Hash{
		"of another caller": func(*stranger) wire.Hash { return secret.Proof(true, string(honest.id.id), self) },
		"of the other role": func(s *stranger) wire.Hash { return secret.Proof(false, string(s.id.id), self) },
		"for another box":   func(s *stranger) wire.Hash { return secret.Proof(true, string(s.id.id), string(honest.id.id)) },
		"sent back":         func(s *stranger) wire.Hash { return secret.Proof(false, self, string(s.id.id)) },
	} {
		t.Run(name, func(t *testing.T) {
			b.pairs.mu.Lock()
			b.pairs.tries = 0
			b.pairs.mu.Unlock()
			s := newStranger(t)
			stream, err := s.open(b, pairProtocol)
			if err != nil {
				t.Fatal(err)
			}
			hello := s.hello(wire.Hash{1})
			hello.Proof = proof(s)
			got := say(stream, 2, hello, &wire.PairAnswer{Answer: wire.PairYes})
			if len(got) != 1 {
				t.Fatalf("%d answers", len(got))
			}
			if no, ok := got[0].(*wire.PairAnswer); !ok || no.Answer != wire.PairCode {
				t.Errorf("%+v", got[0])
			}
			eventually(t, "the try is over", func() bool { return b.underWay() == 0 })
		})
	}
	// The same words with the right proof are let in.
	stream, err := honest.open(b, pairProtocol)
	if err != nil {
		t.Fatal(err)
	}
	hello := honest.hello(wire.Hash{1})
	hello.Proof = secret.Proof(true, string(honest.id.id), self)
	got := say(stream, 2, hello, &wire.PairAnswer{Answer: wire.PairYes})
	if len(got) != 2 {
		t.Fatalf("%d answers", len(got))
	}
	theirs, ok := got[0].(*wire.PairHello)
	if !ok || theirs.Proof != secret.Proof(false, self, string(honest.id.id)) {
		t.Errorf("%+v", got[0])
	}
	if yes, ok := got[1].(*wire.PairAnswer); !ok || yes.Answer != wire.PairYes {
		t.Errorf("%+v", got[1])
	}
}

// Who proved a code and lost the line may come again; nobody else.
func TestACodeIsOneBoxs(t *testing.T) {
	b := newTestBox(t, "Altillac")
	secret, err := parseShort(b.invite().Short)
	if err != nil {
		t.Fatal(err)
	}
	call := func(s *stranger) wire.Message {
		stream, err := s.open(b, pairProtocol)
		if err != nil {
			t.Fatal(err)
		}
		hello := s.hello(wire.Hash{1})
		hello.Proof = secret.Proof(true, string(s.id.id), string(b.id.id))
		got := say(stream, 1, hello)
		_ = stream.Reset()
		eventually(t, "the call is over", func() bool { return b.underWay() == 0 })
		if len(got) == 0 {
			t.Fatal("no answer")
		}
		return got[0]
	}
	first, second := newStranger(t), newStranger(t)
	for i, row := range []struct {
		who *stranger
		in  bool
	}{{first, true}, {second, false}, {first, true}} {
		if _, in := call(row.who).(*wire.PairHello); in != row.in {
			t.Errorf("call %d: let in %v", i, in)
		}
	}
}

func TestCodesThatDoNotRead(t *testing.T) {
	a := newTestBox(t, "Cajarc")
	own := a.invite()
	for text, key := range map[string]string{
		"":                        "err.neighbour.code",
		"hello":                   "err.neighbour.code",
		own.Code[:40]:             "err.neighbour.code",
		own.Code + "AA":           "err.neighbour.code",
		strings.Repeat("A", 4000): "err.neighbour.code",
		own.Code:                  "err.neighbour.own_code",
		"https://copi.lan/voisins/lier?c=" + own.Code: "err.neighbour.own_code",
	} {
		_, err := a.ReadCode(text)
		if e, ok := errors.AsType[*store.Error](err); !ok || e.Key != key || e.Field != "c" {
			t.Errorf("%.50q: %v", text, err)
		}
	}
	if err := a.Invite(t.Context(), "no address"); store.KindOf(err) != store.Invalid {
		t.Errorf("an address that does not read: %v", err)
	}
	if err := a.Invite(t.Context(), "boite.example"); err != nil {
		t.Error(err)
	}
	if i, _ := a.Invitation(); i.Addresses[0] != "boite.example:4001" || len(i.Addresses) < 2 || i.Left != inviteFor {
		t.Errorf("%+v", i)
	}
}

// Any one wrong letter of a typed code is told, and any two exchanged.
func TestTyposAreTold(t *testing.T) {
	var s wire.Secret
	_, _ = rand.Read(s[:])
	text := shortOf(s)
	for _, typed := range []string{text, strings.ToLower(text), strings.ReplaceAll(text, " ", "-"), strings.ReplaceAll(strings.ReplaceAll(text, "0", "o"), "1", "l")} {
		if got, err := parseShort(typed); err != nil || got != s {
			t.Errorf("%q: %v", typed, err)
		}
	}
	bare := strings.ReplaceAll(text, " ", "")
	for i := range bare {
		for _, c := range letters {
			wrong := bare[:i] + string(c) + bare[i+1:]
			if got, err := parseShort(wrong); err == nil && wrong != bare {
				t.Fatalf("%q read as %x", wrong, got)
			}
		}
		if i > 0 && bare[i-1] != bare[i] {
			if _, err := parseShort(bare[:i-1] + bare[i:i+1] + bare[i-1:i] + bare[i+1:]); err == nil {
				t.Fatalf("letters %d and %d exchanged, and nobody noticed", i-1, i)
			}
		}
	}
	for _, wrong := range []string{"", bare[1:], bare + "0", strings.Repeat("U", shortLen)} {
		if _, err := parseShort(wrong); store.KindOf(err) != store.Invalid {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// A link made by code carries listings like any other.
func TestALinkByCodeCarriesCards(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	if _, err := a.Accept(t.Context(), b.invite().Code); err != nil {
		t.Fatal(err)
	}
	a.await(PairingDone)
	for _, x := range []struct{ from, to *testBox }{{a, b}, {b, a}} {
		eventually(t, "the other's profile is here", func() bool {
			found := false
			err := x.to.db.View(context.Background(), func(tx *store.Tx) error {
				own, err := x.from.introduce(context.Background())
				if err != nil {
					return err
				}
				log, err := neighbour.LogOf(tx, own.Origin)
				found = err == nil && log.Seq > 0
				return nil
			})
			return err == nil && found
		})
	}
}

// A call that never left says why; only one that was not heard speaks of the code.
func TestWhatACodeIsNotToBlameFor(t *testing.T) {
	for _, key := range []string{"err.neighbour.pairing_under_way", "err.neighbour.not_ready"} {
		wantKey(t, "with a code", atCode(store.E(store.Conflict, key), "c"), key)
	}
	wantKey(t, "nobody waits", atCode(errNotWaiting(nil), "c"), "err.neighbour.code_over")
}
