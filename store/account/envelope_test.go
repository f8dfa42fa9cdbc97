package account

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"copi.local/store"
)

func joined(list ...Envelope) string {
	var text []string
	for _, e := range list {
		text = append(text, e.Words()...)
	}
	return strings.Join(text, " ")
}

// TestAnyTwoEnvelopesGiveTheSheetBack, in any order, and all three.
func TestAnyTwoEnvelopesGiveTheSheetBack(t *testing.T) {
	for range 20 {
		seed := NewSeed()
		e := seed.Share()
		for _, text := range []string{
			joined(e[0], e[1]), joined(e[1], e[0]), joined(e[0], e[2]), joined(e[2], e[1]), joined(e[2], e[0], e[1]),
			strings.ToUpper(Fold(joined(e[1], e[2]))),
		} {
			if got, err := ParseSeed(text); err != nil || got != seed {
				t.Fatalf("%v\n%s", err, text)
			}
		}
	}
}

// TestEnvelopesAreForEver pins the format: envelopes closed today must open in
// ten years.
func TestEnvelopesAreForEver(t *testing.T) {
	var seed Seed
	for i := range seed {
		seed[i] = byte(i)
	}
	a, b := Envelope{N: 1, set: [2]byte{7, 9}}, Envelope{N: 3, set: [2]byte{7, 9}}
	for i := range seed {
		slope := byte(251 * i)
		a.share[i], b.share[i] = seed[i]^slope, seed[i]^slope^times(slope, 2)
	}
	if got := Fold(joined(a)); got != goldenEnvelope {
		t.Errorf("words = %q", got)
	}
	if got, err := ParseSeed(goldenEnvelope + " " + joined(b)); err != nil || got != seed {
		t.Error(got, err)
	}
}

const goldenEnvelope = "arlequin corpus decupler valable effusion gourmand lanterne miauler rituel sardine chouette loutre causer " +
	"etrange insecte enviable paresse designer mutation coiffer algue citoyen kiosque anodin gourmand rosier avide"

// TestTheFieldIsThatOfAES by the examples of FIPS 197 §4.2, and the inverses.
func TestTheFieldIsThatOfAES(t *testing.T) {
	if got := times(0x57, 0x83); got != 0xc1 {
		t.Errorf("57 × 83 = %x", got)
	}
	if got := times(0x57, 0x13); got != 0xfe {
		t.Errorf("57 × 13 = %x", got)
	}
	for a := 1; a < 256; a++ {
		if times(byte(a), inverse(byte(a))) != 1 {
			t.Fatalf("%x has no inverse", a)
		}
	}
}

// TestOneEnvelopeSaysNothing: whatever the sheet is, another second envelope
// makes of the first whatever sheet one likes.
func TestOneEnvelopeSaysNothing(t *testing.T) {
	seed, other := NewSeed(), NewSeed()
	e := seed.Share()
	forged := e[1]
	for i := range other { // the point at 2 of the line through other at 0 and e[0] at 1
		forged.share[i] = other[i] ^ times(other[i]^e[0].share[i], 2)
	}
	if got, err := ParseSeed(joined(e[0], forged)); err != nil || got != other {
		t.Error(got == other, err)
	}
	again := seed.Share()
	if bytes.Equal(again[0].share[:], e[0].share[:]) {
		t.Error("two sets are one")
	}
}

func TestEnvelopesThatDoNotFit(t *testing.T) {
	seed := NewSeed()
	e, others := seed.Share(), seed.Share()
	others[1].set = [2]byte{e[0].set[0] + 1, 0}
	swapped := e[1].Words()
	swapped[2], swapped[9] = swapped[9], swapped[2]
	lie := e[2]
	lie.share[4] ^= 1
	for name, c := range map[string]struct{ text, key string }{
		"one":             {joined(e[0]), "err.account.envelope_one"},
		"one twice":       {joined(e[0], e[0]), "err.account.envelope_twice"},
		"of two sets":     {joined(e[0], others[1]), "err.account.envelope_sets"},
		"a third that is": {joined(e[0], e[1], lie), "err.account.envelope_sets"},
		"words exchanged": {joined(e[0]) + " " + strings.Join(swapped, " "), "err.account.envelope_checksum"},
		"a wrong word":    {joined(e[0]) + " ordinateur " + strings.Join(e[1].Words()[1:], " "), "err.account.seed_word"},
		"a word too few":  {joined(e[0]) + " " + strings.Join(e[1].Words()[1:], " "), "err.account.seed_count"},
	} {
		_, err := ParseSeed(c.text)
		if said, ok := errors.AsType[*store.Error](err); (!ok || said.Key != c.key) && swapped[2] != swapped[9] {
			t.Errorf("%s: %v", name, err)
		}
	}
}
