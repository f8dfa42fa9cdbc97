package wire

import (
	"crypto/ed25519"
	"encoding/binary"
)

// Limits of a card's fields (PROTOCOL.md §2): characters, and bytes where a
// second number says so.
const (
	maxKind     = 24
	maxTitle    = 140
	maxTitleLen = 400
	maxTags     = 8
	maxTag      = 32
	maxTagsLen  = 300
	maxCommune  = 12
	maxLang     = 8
	maxUnit     = 8
	maxMinute   = 4_223_371_679 // the last of the year 9999
	maxDay      = 2_932_896     // the last of the year 9999
)

// KindProfile is the kind of the card in which a box says which commune it
// stands for.
const KindProfile = "profile"

// KindTerritory is the kind of the card of an area that its box publishes for
// others to adopt (PROTOCOL.md §6). What lies in it is its body, in the form of
// listing.Zone.Body.
const KindTerritory = "territory"

// Gone tells why a card is a tombstone.
type Gone uint64

// Live is every card that is not a tombstone.
const (
	Live      Gone = iota
	Withdrawn      // no longer published
	Erased         // no longer published, and every holder removes what it has of it
)

// Flags of an event.
const (
	AllDay    = 1 << iota // dates without hours
	Cancelled             // it will not take place
	Recurring             // one occurrence of several; the body has the rule
	Postponed             // it will take place later
)

// Card is the public, searchable entry of one thing, or a tombstone, which has
// ID, Seq and Gone only. The zero value of a field means it is absent.
type Card struct {
	ID       ID       `cbor:"1,keyasint"`
	Seq      uint64   `cbor:"2,keyasint"` // place in the log, from 1
	Kind     string   `cbor:"3,keyasint,omitzero"`
	Title    string   `cbor:"4,keyasint,omitzero"`
	Position *Point   `cbor:"5,keyasint,omitzero"`
	When     *Span    `cbor:"6,keyasint,omitzero"`
	Tags     []string `cbor:"7,keyasint,omitempty"`
	Commune  string   `cbor:"8,keyasint,omitzero"`  // absent: that of the origin's profile
	Body     Hash     `cbor:"9,keyasint,omitzero"`  // of the body document
	BodyLen  uint64   `cbor:"10,keyasint,omitzero"` // bytes; present with Body
	Expiry   uint64   `cbor:"11,keyasint,omitzero"` // last day it is shown, in days since 1970
	Gone     Gone     `cbor:"12,keyasint,omitzero"`
	Lang     string   `cbor:"13,keyasint,omitzero"`
	Price    *Price   `cbor:"14,keyasint,omitzero"`
	Flags    uint64   `cbor:"15,keyasint,omitzero"`
	About    Hash     `cbor:"16,keyasint,omitzero"` // of a vouch or a label: the origin it speaks of
	Extra    Extra    `cbor:"-"`
}

// Point is a place on Earth in degrees × 100,000.
type Point struct {
	_        struct{} `cbor:",toarray"`
	Lat, Lon int32
}

// Span is a time in minutes since 1970 UTC; the end is not before the start.
type Span struct {
	_          struct{} `cbor:",toarray"`
	Start, End int64
}

// Price is an amount in minor units, and EUR, min, free, swap, ask or a unit of
// a later version.
type Price struct {
	_      struct{} `cbor:",toarray"`
	Amount int64
	Unit   string
}

// DecodeCard reads a card strictly.
func DecodeCard(b []byte) (*Card, error) {
	if len(b) > MaxCard {
		return nil, malformed("card of %d bytes", len(b))
	}
	c := new(Card)
	r := &reader{b: b}
	c.Extra = r.fields(func(key uint64) bool { return c.field(r, key) })
	if err := r.end(); err != nil {
		return nil, err
	}
	return c, c.check()
}

func (c *Card) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		r.fixed(c.ID[:])
	case 2:
		c.Seq = r.uint(1, maxNumber)
	case 3:
		c.Kind = r.text(maxKind, 4*maxKind)
	case 4:
		c.Title = r.text(maxTitle, maxTitleLen)
	case 5:
		c.Position = readPoint(r)
	case 6:
		c.When = readSpan(r)
	case 7:
		c.Tags = readTags(r)
	case 8:
		c.Commune = r.text(maxCommune, 4*maxCommune)
	case 9:
		r.fixed(c.Body[:])
	case 10:
		c.BodyLen = r.uint(1, MaxBody)
	case 11:
		c.Expiry = r.uint(1, maxDay)
	case 12:
		c.Gone = Gone(r.uint(uint64(Withdrawn), uint64(Erased)))
	case 13:
		c.Lang = r.text(maxLang, 4*maxLang)
	case 14:
		c.Price = readPrice(r)
	case 15:
		c.Flags = r.uint(1, 1<<32)
	case 16:
		r.fixed(c.About[:])
	default:
		return false
	}
	return true
}

func readPoint(r *reader) *Point {
	defer r.leave()
	r.array(2, 2)
	return &Point{Lat: int32(r.int(90e5)), Lon: int32(r.int(180e5))}
}

func readSpan(r *reader) *Span {
	defer r.leave()
	r.array(2, 2)
	s := &Span{Start: r.int(maxMinute), End: r.int(maxMinute)}
	if s.End < s.Start {
		r.fail("ends before it starts")
	}
	return s
}

func readTags(r *reader) []string {
	defer r.leave()
	tags := make([]string, r.array(1, maxTags))
	size := 0
	for i := range tags {
		tags[i] = r.text(maxTag, 4*maxTag)
		size += len(tags[i])
	}
	if size > maxTagsLen {
		r.fail("%d bytes of tags", size)
	}
	return tags
}

func readPrice(r *reader) *Price {
	defer r.leave()
	r.array(2, 2)
	return &Price{Amount: r.int(maxNumber), Unit: r.text(maxUnit, 4*maxUnit)}
}

// check is the rules between fields.
func (c *Card) check() error {
	switch {
	case c.ID == ID{}:
		return malformed("card without an id")
	case c.Seq == 0:
		return malformed("card without a seq")
	case c.Gone != Live && !c.bare():
		return malformed("tombstone with more than keys 1, 2 and 12")
	case c.Gone == Live && c.Kind == "":
		return malformed("card without a kind")
	case (c.Body == Hash{}) != (c.BodyLen == 0):
		return malformed("one of a body's hash and length")
	}
	return nil
}

func (c *Card) bare() bool {
	return c.Kind == "" && c.Title == "" && c.Position == nil && c.When == nil && c.Tags == nil &&
		c.Commune == "" && c.Body == Hash{} && c.BodyLen == 0 && c.Expiry == 0 && c.Lang == "" &&
		c.Price == nil && c.Flags == 0 && c.About == Hash{} && len(c.Extra) == 0
}

// Encode writes the card, or says which rule it breaks.
func (c *Card) Encode() ([]byte, error) {
	b, err := encode(c, c.Extra)
	if err != nil {
		return nil, err
	}
	if _, err := DecodeCard(b); err != nil {
		return nil, err
	}
	return b, nil
}

func cardMessage(origin Hash, epoch uint64, card []byte) []byte {
	return signed("copi-card-v1", origin[:], binary.BigEndian.AppendUint64(nil, epoch), card)
}

// SignCard signs a card's bytes for an origin's epoch.
func SignCard(key ed25519.PrivateKey, origin Hash, epoch uint64, card []byte) []byte {
	return ed25519.Sign(key, cardMessage(origin, epoch, card))
}

// VerifyCard checks a card that travels without its log: a search answer, a
// single record, a bundle cut short. Inside a log the head's digest vouches
// for every card at once.
func VerifyCard(boxKey []byte, origin Hash, epoch uint64, card, sig []byte) error {
	return verify(boxKey, cardMessage(origin, epoch, card), sig)
}
