package wire

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"
)

// What /copi/search refuses before anybody looks for anything.
func TestSearchRefusesWhatMakesNoSense(t *testing.T) {
	for name, m := range map[string]Message{
		"nothing asked":          &Search{Limit: 1},
		"origins left out alone": &Search{Limit: 1, Without: []Hash{{1}}},
		"no limit":               &Search{Words: "loto"},
		"too much":               &Search{Words: "loto", Limit: MaxFound + 1},
		"a novel":                &Search{Words: string(bytes.Repeat([]byte("a"), maxQuestion+1)), Limit: 1},
		"two lines":              &Search{Words: "a\nb", Limit: 1},
		"a circle of no size":    &Search{Around: &Around{Lat: 1}, Limit: 1},
		"beyond the pole":        &Search{Around: &Around{Lat: 90e5 + 1, KM: 1}, Limit: 1},
		"too many kinds":         &Search{Kinds: make([]string, maxKinds+1), Limit: 1},
		"backwards":              &Search{When: &Span{Start: 2, End: 1}, Limit: 1},
		"too many origins":       &Search{Words: "loto", Limit: 1, Without: make([]Hash, MaxWithout+1)},
		"found nothing":          &Found{Origin: Hash{1}},
	} {
		if _, err := Encode(m); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// foundSample is the answer of the golden vectors.
func foundSample(t *testing.T) *Found {
	t.Helper()
	for _, v := range vectors(t) {
		if v.Name == "search: found" {
			m, err := Decode(v.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			return m.(*Found)
		}
	}
	t.Fatal("no vector of an answer")
	return nil
}

// An answer proves itself, and whoever passes it on cannot change a word.
func TestAnAnswerProvesItself(t *testing.T) {
	cards, profile, err := foundSample(t).Verify()
	if err != nil || len(cards) != 3 || profile == nil || profile.Title != "Cajarc" {
		t.Fatalf("%d cards, profile %+v: %v", len(cards), profile, err)
	}
	thief := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32))
	resign := func(f *Found, key ed25519.PrivateKey, epoch uint64, c *Card) SignedCard {
		b, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return SignedCard{Card: b, Sig: SignCard(key, f.Origin, epoch, b)}
	}
	for name, c := range map[string]struct {
		spoil func(*Found)
		want  error
	}{
		"another title":          {func(f *Found) { f.Cards[1].Card = bytes.Replace(f.Cards[1].Card, []byte("Bois"), []byte("Foin"), 1) }, ErrSignature},
		"a card of a thief":      {func(f *Found) { f.Cards[0] = resign(f, thief, 1, sampleCards()[1]) }, ErrSignature},
		"a card of another time": {func(f *Found) { f.Cards[0] = resign(f, boxKey, 2, sampleCards()[1]) }, ErrSignature},
		"a withdrawn card":       {func(f *Found) { f.Cards[0] = resign(f, boxKey, 1, sampleCards()[3]) }, ErrForm},
		"a card after the head": {func(f *Found) {
			f.Cards[0] = resign(f, boxKey, 1, &Card{ID: ID{1}, Seq: 1 << 41, Kind: "event"})
		}, ErrForm},
		"another origin's name":  {func(f *Found) { f.Origin = Sum([]byte("mine")) }, ErrForm},
		"a thief's statement":    {func(f *Found) { f.Epochs[0].Sig = SignEpoch(thief, f.Epochs[0].Statement) }, ErrSignature},
		"a thief's head":         {func(f *Found) { f.Head.Sig = SignHead(thief, f.Head.Head) }, ErrSignature},
		"an event for a profile": {func(f *Found) { f.Profile = &f.Cards[1] }, ErrForm},
		"a thief's profile": {func(f *Found) {
			p := resign(f, thief, 1, &Card{ID: ID{1}, Seq: 1, Kind: KindProfile, Title: "Paris"})
			f.Profile = &p
		}, ErrSignature},
	} {
		f := foundSample(t)
		if c.spoil(f); true {
			if _, _, err := f.Verify(); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// FuzzFound: whatever a Found holds is checked without a panic, and what is
// right has as many cards as it has signatures.
func FuzzFound(f *testing.F) {
	for _, v := range vectors(f) {
		if v.Type == "message" {
			f.Add(v.Bytes)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		found, ok := m.(*Found)
		if err != nil || !ok {
			return
		}
		cards, _, err := found.Verify()
		if err == nil && len(cards) != len(found.Cards) || len(found.Cards) > MaxFound {
			t.Fatalf("%d cards of %d", len(cards), len(found.Cards))
		}
		if err != nil && !errors.Is(err, ErrForm) && !errors.Is(err, ErrSignature) {
			t.Fatalf("an error nobody can explain: %v", err)
		}
	})
}
