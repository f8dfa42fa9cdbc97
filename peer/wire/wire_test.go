package wire

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func TestCardLimits(t *testing.T) {
	good := func() *Card { return &Card{ID: ID{1}, Seq: 1, Kind: "event", Title: "Fête"} }
	for name, spoil := range map[string]func(*Card){
		"no id":             func(c *Card) { c.ID = ID{} },
		"no seq":            func(c *Card) { c.Seq = 0 },
		"no kind":           func(c *Card) { c.Kind = "" },
		"long kind":         func(c *Card) { c.Kind = strings.Repeat("k", 25) },
		"long title":        func(c *Card) { c.Title = strings.Repeat("é", 141) },
		"heavy title":       func(c *Card) { c.Title = strings.Repeat("𝒜", 101) },
		"two lines":         func(c *Card) { c.Title = "a\nb" },
		"broken text":       func(c *Card) { c.Title = "\xff" },
		"north of the pole": func(c *Card) { c.Position = &Point{Lat: 90e5 + 1} },
		"backwards":         func(c *Card) { c.When = &Span{Start: 2, End: 1} },
		"nine tags":         func(c *Card) { c.Tags = strings.Split("abcdefghi", "") },
		"empty tag":         func(c *Card) { c.Tags = []string{""} },
		"long tag":          func(c *Card) { c.Tags = []string{strings.Repeat("t", 33)} },
		"heavy tags": func(c *Card) {
			c.Tags = []string{strings.Repeat("𝒜", 32), strings.Repeat("𝒜", 32), strings.Repeat("𝒜", 12)}
		},
		"hash only":         func(c *Card) { c.Body = Hash{1} },
		"length only":       func(c *Card) { c.BodyLen = 1 },
		"heavy body":        func(c *Card) { c.Body, c.BodyLen = Hash{1}, MaxBody+1 },
		"gone with a title": func(c *Card) { c.Gone = Withdrawn },
		"gone for good":     func(c *Card) { *c = Card{ID: c.ID, Seq: 1, Gone: 3} },
		"long unit":         func(c *Card) { c.Price = &Price{Unit: "ninechars"} },
		"over a kilobyte":   func(c *Card) { c.Extra = Extra{{[]byte{0x18, 99}, appendBytes(nil, make([]byte, MaxCard))}} },
	} {
		c := good()
		if _, err := c.Encode(); err != nil {
			t.Fatal(err)
		}
		spoil(c)
		if b, err := c.Encode(); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v, written as %x", name, err, b)
		}
	}
}

func TestForeignForms(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty":         {},
		"not a map":     {0x80},
		"indefinite":    {0xbf, 0xff},
		"long number":   {0xa1, 0x18, 0x10, 0x18, 0x10}, // then a short one
		"float":         {0xa1, 0x18, 0x63, 0xf9, 0, 0},
		"tag":           {0xa1, 0x18, 0x63, 0xc0, 0},
		"undefined":     {0xa1, 0x18, 0x63, 0xf7},
		"duplicate":     {0xa2, 0x18, 0x63, 0, 0x18, 0x63, 0},
		"out of order":  {0xa2, 0x18, 0x63, 0, 0x18, 0x62, 0},
		"eight inside":  append(append([]byte{0xa1, 0x18, 0x63}, bytes.Repeat([]byte{0x81}, 8)...), 0),
		"huge length":   {0xa1, 0x18, 0x63, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"huge array":    {0xa1, 0x18, 0x63, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"trailing byte": {0xa0, 0x00},
	} {
		r := &reader{b: b}
		r.fields(func(uint64) bool { return false })
		if err := r.end(); !errors.Is(err, ErrForm) && name != "long number" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := DecodeCard(b); !errors.Is(err, ErrForm) {
			t.Errorf("%s as a card: %v", name, err)
		}
	}
}

// TestUnknownKeysSurviveAnEdit: a relay of today and an editor of tomorrow.
func TestUnknownKeysSurviveAnEdit(t *testing.T) {
	b, err := sampleCards()[2].Encode()
	if err != nil {
		t.Fatal(err)
	}
	c, err := DecodeCard(b)
	if err != nil {
		t.Fatal(err)
	}
	c.Title, c.Seq = "Grande échelle", 80_000
	if b, err = c.Encode(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte{0x18, 0x63, 0x82, 0x01, 0x61, 'x'}) {
		t.Errorf("the key of a later version is gone: %x", b)
	}
}

func TestSignatures(t *testing.T) {
	origin, other := Hash{1}, Hash{2}
	card := []byte("a card")
	pub := boxKey.Public().(ed25519.PublicKey)
	sig := SignCard(boxKey, origin, 3, card)
	if err := VerifyCard(pub, origin, 3, card, sig); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"origin": VerifyCard(pub, other, 3, card, sig),
		"epoch":  VerifyCard(pub, origin, 4, card, sig),
		"card":   VerifyCard(pub, origin, 3, []byte("A card"), sig),
		"key":    VerifyCard(recoveryKey.Public().(ed25519.PublicKey), origin, 3, card, sig),
		"length": VerifyCard(pub, origin, 3, card, sig[:63]),
		"no key": VerifyCard(nil, origin, 3, card, sig),
	} {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("another %s: %v", name, err)
		}
	}
}

func TestEpochChain(t *testing.T) {
	recovery := Sum(recoveryKey.Public().(ed25519.PublicKey))
	newKey := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, 32))
	first := must[SignedEpoch](t)(FirstEpoch(boxKey, recovery))
	origin := Sum(first.Statement)
	next := func(reason Reason, key ed25519.PrivateKey) ([]byte, SignedEpoch) {
		e := Epoch{Version: 1, Origin: origin, N: 2, Recovery: recovery, Previous: Sum(first.Statement), Reason: reason}
		copy(e.BoxKey[:], key.Public().(ed25519.PublicKey))
		b := must[[]byte](t)(e.Encode())
		return b, SignedEpoch{Statement: b, Sig: SignEpoch(key, b)}
	}
	b, restored := next(Restore, boxKey)
	restored.PreviousSig = SignEpoch(boxKey, b)
	b, changed := next(KeyChange, newKey)
	changed.RecoveryKey, changed.RecoverySig = recoveryKey.Public().(ed25519.PublicKey), SignEpoch(recoveryKey, b)
	stolen := SignedEpoch{Statement: changed.Statement, Sig: changed.Sig, PreviousSig: SignEpoch(boxKey, b)}
	_, alone := next(Restore, boxKey)

	for name, c := range map[string]struct {
		chain []SignedEpoch
		want  error
	}{
		"first":                  {[]SignedEpoch{first}, nil},
		"restore":                {[]SignedEpoch{first, restored}, nil},
		"key change by recovery": {[]SignedEpoch{first, changed}, nil},
		"key change by the box":  {[]SignedEpoch{first, stolen}, ErrSignature},
		"restore unsigned":       {[]SignedEpoch{first, alone}, ErrSignature},
		"without the first":      {[]SignedEpoch{restored}, ErrForm},
		"twice":                  {[]SignedEpoch{first, restored, restored}, ErrForm},
		"nothing":                {nil, ErrForm},
	} {
		if _, err := VerifyEpochs(origin, c.chain); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := VerifyEpochs(Hash{1}, []SignedEpoch{first}); !errors.Is(err, ErrForm) {
		t.Errorf("another origin's: %v", err)
	}
}

func TestBatchBounds(t *testing.T) {
	var records []Record
	for range 300 {
		card := make([]byte, MaxCard)
		_, _ = rand.Read(card)
		records = append(records, Record{card, make([]byte, sigSize)})
	}
	packed, n := PackRecords(records)
	if n >= 200 || n < 170 {
		t.Errorf("%d full cards in a batch of %d bytes", n, MaxBatchBytes)
	}
	if got, err := UnpackRecords(packed); err != nil || len(got) != n {
		t.Errorf("%d cards back, %v", len(got), err)
	}
	if _, err := Encode(&Batch{Origin: Hash{1}, Epoch: 1, Zstd: packed}); err != nil {
		t.Errorf("a full batch does not fit a frame: %v", err)
	}
	for i := range records {
		records[i].Card = records[i].Card[:20]
	}
	if _, n := PackRecords(records); n != MaxBatchCards {
		t.Errorf("%d small cards in a batch", n)
	}
	if packed, n := PackRecords(nil); n != 0 || packed == nil {
		t.Error("an empty batch does not pack")
	}
}

func TestBombs(t *testing.T) {
	var stream bytes.Buffer // has no content size in its header
	w, err := zstd.NewWriter(&stream)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		_, _ = w.Write(make([]byte, 1<<20))
	}
	_ = w.Close()
	some := packer.EncodeAll(make([]byte, MaxBatchBytes), nil)
	for name, b := range map[string][]byte{
		"a gigabyte":   stream.Bytes(),
		"honest size":  packer.EncodeAll(make([]byte, 50<<20), nil),
		"a byte more":  packer.EncodeAll(make([]byte, MaxBatchBytes+1), nil),
		"three frames": bytes.Repeat(some, 3),
	} {
		if _, err := UnpackRecords(b); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFrames(t *testing.T) {
	var b bytes.Buffer
	if err := WriteFrame(&b, &Bye{Code: ByeDone}); err != nil {
		t.Fatal(err)
	}
	one := b.Bytes()
	r := bufio.NewReader(io.MultiReader(bytes.NewReader(one), bytes.NewReader([]byte{5, 0xa1, 0x18, 0x63, 0x18, 0x63})))
	m, err := ReadFrame(r)
	if bye, ok := m.(*Bye); !ok || bye.Code != ByeDone {
		t.Errorf("%v, %v", m, err)
	}
	if m, err = ReadFrame(r); err != nil || m.(*Unknown).Number != 99 {
		t.Errorf("a message of a later version: %v, %v", m, err)
	}
	if _, err = ReadFrame(r); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"cut":            {one[:len(one)-1], io.ErrUnexpectedEOF},
		"cut at once":    {[]byte{0x80}, io.ErrUnexpectedEOF},
		"empty":          {[]byte{0}, ErrForm},
		"too long":       {[]byte{0x81, 0x80, 0x10}, ErrForm},
		"endless length": {[]byte{0xff, 0xff, 0xff, 0xff, 0xff}, ErrForm},
		"long form":      {[]byte{0x81, 0x00}, ErrForm},
	} {
		if _, err := ReadFrame(bufio.NewReader(bytes.NewReader(c.in))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
