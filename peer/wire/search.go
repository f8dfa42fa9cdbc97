package wire

// The messages of /copi/search/1.0.0 (PROTOCOL.md §5), in the frames of sync.
// One Search is answered by a Found for each origin and a FoundAll, or by a Bye.
// Every Found can be checked alone: it has all that proves its cards.

// Limits of /copi/search.
const (
	MaxFound      = 50     // cards of an answer
	MaxStatements = 256    // epoch statements of an answer, over all its origins
	MaxWithout    = 256    // origins that are not asked for
	MaxKM         = 20_100 // of a radius: half way around

	maxQuestion = 200 // characters of the words asked for
	maxKinds    = 16
	maxAge      = 100 * 366 * 24 * 60 // minutes
)

// Search asks for cards. All that is said must hold, what is absent does not
// filter; at least one thing is said beside the limit and the origins left out.
type Search struct {
	Words   string   `cbor:"1,keyasint,omitzero"`
	Kinds   []string `cbor:"2,keyasint,omitempty"` // any of them
	Around  *Around  `cbor:"3,keyasint,omitempty"`
	When    *Span    `cbor:"4,keyasint,omitempty"` // the card's time touches it
	Limit   uint64   `cbor:"5,keyasint"`           // cards, 1 to MaxFound
	Without []Hash   `cbor:"6,keyasint,omitempty"` // origins the asker holds itself
}

// Around is a circle: its middle in degrees × 100,000, its radius in kilometres.
type Around struct {
	_        struct{} `cbor:",toarray"`
	Lat, Lon int32
	KM       uint64
}

// Forever is a time from a minute on.
func Forever(from int64) *Span { return &Span{Start: from, End: maxMinute} }

func (*Search) number() uint64 { return 64 }

func (m *Search) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		m.Words = r.text(maxQuestion, 4*maxQuestion)
	case 2:
		m.Kinds = list(r, maxKinds, func(r *reader) string { return r.text(maxKind, 4*maxKind) })
	case 3:
		r.array(3, 3)
		m.Around = &Around{Lat: int32(r.int(90e5)), Lon: int32(r.int(180e5)), KM: r.uint(1, MaxKM)}
		r.leave()
	case 4:
		m.When = readSpan(r)
	case 5:
		m.Limit = r.uint(1, MaxFound)
	case 6:
		m.Without = list(r, MaxWithout, readHash)
	default:
		return false
	}
	return true
}

func (m *Search) check() error {
	switch {
	case m.Limit == 0:
		return malformed("search without a limit")
	case m.Words == "" && m.Kinds == nil && m.Around == nil && m.When == nil:
		return malformed("search for nothing in particular")
	}
	return nil
}

// SignedCard is a card's bytes and their signature.
type SignedCard struct {
	_         struct{} `cbor:",toarray"`
	Card, Sig []byte
}

// Found is what was found of one origin, with what proves it: the statements
// from E(1) to the epoch the cards are signed in, a head of that epoch not older
// than the cards, and the signed profile that says which commune the box stands
// for. Hops and Age are the answerer's own word.
type Found struct {
	Origin  Hash          `cbor:"1,keyasint"`
	Epochs  []SignedEpoch `cbor:"2,keyasint"`
	Head    SignedHead    `cbor:"3,keyasint"`
	Cards   []SignedCard  `cbor:"4,keyasint"`
	Profile *SignedCard   `cbor:"5,keyasint,omitempty"` // absent before the box is set up
	Hops    uint64        `cbor:"6,keyasint,omitzero"`  // from the answerer; 0 its own
	Age     uint64        `cbor:"7,keyasint,omitzero"`  // minutes since the head was confirmed
}

func (*Found) number() uint64 { return 65 }

func (m *Found) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		r.fixed(m.Origin[:])
	case 2:
		m.Epochs = list(r, MaxEpochs, readSignedEpoch)
	case 3:
		m.Head = readSignedHead(r)
	case 4:
		m.Cards = list(r, MaxFound, readSignedCard)
	case 5:
		c := readSignedCard(r)
		m.Profile = &c
	case 6:
		m.Hops = r.uint(1, 255)
	case 7:
		m.Age = r.uint(1, maxAge)
	default:
		return false
	}
	return true
}

func (m *Found) check() error {
	if m.Origin == (Hash{}) || m.Epochs == nil || m.Head.Head == nil || m.Cards == nil {
		return malformed("found without a key it needs")
	}
	return nil
}

func readSignedCard(r *reader) SignedCard {
	r.array(2, 2)
	c := SignedCard{Card: r.bytes(1, MaxCard), Sig: r.bytes(sigSize, sigSize)}
	r.leave()
	return c
}

// Verify checks all that a Found proves, and returns its cards and its profile,
// nil without one. It fails with ErrSignature or ErrForm.
func (m *Found) Verify() (cards []*Card, profile *Card, err error) {
	epoch, err := VerifyEpochs(m.Origin, m.Epochs)
	if err != nil {
		return nil, nil, err
	}
	head, err := VerifyHead(epoch.BoxKey[:], m.Head)
	if err != nil {
		return nil, nil, err
	}
	if head.Origin != m.Origin || head.Epoch != epoch.N {
		return nil, nil, malformed("head of something else than was found")
	}
	one := func(s SignedCard) (*Card, error) {
		if err := VerifyCard(epoch.BoxKey[:], m.Origin, epoch.N, s.Card, s.Sig); err != nil {
			return nil, err
		}
		c, err := DecodeCard(s.Card)
		if err == nil && (c.Gone != Live || c.Seq > head.Seq) {
			err = malformed("found a card that is gone, or newer than its head")
		}
		return c, err
	}
	for _, s := range m.Cards {
		c, err := one(s)
		if err != nil {
			return nil, nil, err
		}
		cards = append(cards, c)
	}
	if m.Profile == nil {
		return cards, nil, nil
	}
	if profile, err = one(*m.Profile); err == nil && profile.Kind != KindProfile {
		err = malformed("a profile that is none")
	}
	return cards, profile, err
}

// FoundAll ends an answer.
type FoundAll struct {
	More bool `cbor:"1,keyasint,omitzero"` // there is more than was asked for at most
}

func (*FoundAll) number() uint64 { return 66 }

func (m *FoundAll) field(r *reader, key uint64) bool {
	if key != 1 {
		return false
	}
	m.More = r.bool()
	return true
}

func (*FoundAll) check() error { return nil }
