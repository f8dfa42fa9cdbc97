package peer

import (
	"encoding/hex"
	"encoding/json"
	"errors"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// maxAlt bounds what a neighbour says of a picture, in characters.
const maxAlt = 300

// maxPixels bounds the size a neighbour says its picture has, either way.
const maxPixels = 8192

var errNoHash = errors.New("not a SHA-256 in hexadecimal")

// parseHash reads what wire.Hash.String writes.
func parseHash(text string) (h wire.Hash, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(h) {
		return h, errNoHash
	}
	return wire.Hash(b), nil
}

// mentioned notes the bodies that new cards of a log name, forgets those of
// cards that are gone, and opens what is here already.
func mentioned(tx *store.Tx, l neighbour.Log, named []body, gone []neighbour.ID) error {
	if err := neighbour.Unmentioned(tx, l, gone); err != nil {
		return err
	}
	before, err := neighbour.Mentions(tx, l)
	if err != nil {
		return err
	}
	if !before {
		return mentionedFirst(tx, l, named)
	}
	for _, b := range named {
		if err := neighbour.Mentioned(tx, l, b.id, b.hash, b.bytes); err != nil {
			return err
		}
		if b.hash == (wire.Hash{}) {
			continue
		}
		if err := openedIfHere(tx, l, b.id, b.hash); err != nil {
			return err
		}
	}
	return nil
}

// mentionedFirst is mentioned at a first sync: no card named a body before.
func mentionedFirst(tx *store.Tx, l neighbour.Log, named []body) error {
	list := make([]neighbour.Mention, 0, len(named))
	for _, b := range named {
		if b.hash != (wire.Hash{}) {
			list = append(list, neighbour.Mention{ID: b.id, Hash: b.hash, Bytes: b.bytes})
		}
	}
	if err := neighbour.MentionedFirst(tx, l, list); err != nil {
		return err
	}
	here, err := neighbour.BodiesHere(tx, l)
	if err != nil {
		return err
	}
	for _, m := range here {
		if err := openedIfHere(tx, l, m.ID, m.Hash); err != nil {
			return err
		}
	}
	return nil
}

// openedIfHere opens the body that a card names, if it is here.
func openedIfHere(tx *store.Tx, l neighbour.Log, id neighbour.ID, hash wire.Hash) error {
	c, err := neighbour.CopyOf(tx, hash)
	switch {
	case store.KindOf(err) == store.NotFound:
		return nil
	case err != nil:
		return err
	default:
		return opened(tx, l, id, c.Body)
	}
}

// body is the body that a card names.
type body struct {
	id    neighbour.ID
	hash  wire.Hash // zero: the card has none
	bytes int64
}

// opened reads a body that is here for a card that names it: the card gets its
// summary, and the pictures are known. A body no page can read has neither.
func opened(tx *store.Tx, l neighbour.Log, id neighbour.ID, b []byte) error {
	document, err := wire.DecodeBody(b)
	if err != nil {
		return nil //nolint:nilerr // the bytes are what the card named; that they say nothing is their origin's affair
	}
	if text, ok := document["description"].(string); ok {
		if err := listing.Summarise(tx, l.Listed, store.FormatID(id), text); err != nil {
			return err
		}
	}
	return neighbour.Pictured(tx, l, id, pictures(document))
}

// plainBody is a body as JSON, for pages; nil when JSON cannot say it.
func plainBody(b []byte) []byte {
	document, err := wire.DecodeBody(b)
	if err != nil {
		return nil
	}
	text, err := json.Marshal(document)
	if err != nil {
		return nil
	}
	return text
}

// pictures lists the pictures a body names (PROTOCOL.md §2), each with its
// small one where it has one. What is no picture we can show is left out.
func pictures(document map[string]any) []neighbour.Mention {
	list, _ := document["image"].([]any)
	var out []neighbour.Mention
	for place, item := range list[:min(len(list), neighbour.MaxPictures)] {
		image, _ := item.(map[string]any)
		large, ok := picture(image, place, neighbour.RolePicture)
		if !ok {
			continue
		}
		alt, _ := image["alt"].(string)
		large.Alt = listing.Clip(listing.Plain(alt), maxAlt)
		if thumb, _ := image["thumb"].(map[string]any); thumb != nil {
			if small, ok := picture(thumb, place, neighbour.RoleThumb); ok {
				small.Alt = large.Alt
				out = append(out, small)
			}
		}
		out = append(out, large)
	}
	return out
}

func picture(of map[string]any, place int, role neighbour.Role) (m neighbour.Mention, ok bool) {
	text, _ := of["hash"].(string)
	hash, err := parseHash(text)
	size := number(of["len"], wire.MaxBlob)
	if err != nil || size == 0 {
		return m, false
	}
	return neighbour.Mention{
		Role: role, Place: place, Hash: hash, Bytes: size,
		Width: int(number(of["width"], maxPixels)), Height: int(number(of["height"], maxPixels)),
	}, true
}

// number is a whole number between 1 and most as CBOR gives it, else 0.
func number(v any, most uint64) int64 {
	n, ok := v.(uint64)
	if !ok || n > most {
		return 0
	}
	return int64(n)
}
