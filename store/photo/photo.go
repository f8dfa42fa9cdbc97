// Package photo keeps the photos of things of every module: of an event, a
// place, an advertisement.
//
// A photo is two files in the data directory, drawn anew from what was sent
// (package picture) and named by their hash, so that the same photo is kept
// once; an Album writes and removes them. A row of photo_uses hangs it on a
// thing, with the words for those who do not see it. A file is on the card
// before the transaction that speaks of it commits, and goes after the one
// that took down its last use: a power cut in between leaves a file too many,
// which the next sweep finds, never one too few.
//
// A module puts Images into the body of its cards, calls Drop when a thing
// goes, and says in the web pages who may change it; all else is here.
package photo

import (
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/listing"
)

// Module names this package in refs and exports.
const Module = "photo"

// Limits. A photo costs some 140 kB.
const (
	MaxPerThing = 8
	MaxAlt      = 200      // characters
	MaxPerson   = 60 << 20 // bytes one account may keep
	MaxBox      = 2 << 30  // bytes of all photos of the box
)

// Type is what every photo we keep is.
const Type = "image/jpeg"

// File is a picture kept on the card, in both sizes.
type File struct {
	Hash                    string
	ThumbHash               string // SHA-256 of the small one; empty for a file of an older program until Run has read it
	Bytes, ThumbBytes       int64
	Width, Height           int
	ThumbWidth, ThumbHeight int
}

// Photo is a file that hangs on a thing.
type Photo struct {
	File
	ID        string
	Ref       store.Ref
	Position  int
	Alt       string // empty: it only decorates
	AuthorID  string
	CreatedAt time.Time
}

// CheckAlt makes sure that who does not see a photo is told what it shows, or
// that it shows nothing they need.
func CheckAlt(alt string, decorative bool) *store.Error {
	switch {
	case !utf8.ValidString(alt) || strings.ContainsRune(alt, 0):
		return store.E(store.Invalid, "err.listing.text").At("alt")
	case decorative && alt != "":
		return store.E(store.Invalid, "err.photo.alt_both").At("alt")
	case !decorative && strings.TrimSpace(alt) == "":
		return store.E(store.Invalid, "err.photo.alt_empty").At("alt")
	case utf8.RuneCountInString(alt) > MaxAlt:
		return store.E(store.Invalid, "err.photo.alt_long", "max", MaxAlt).At("alt")
	}
	return nil
}

// Of lists the photos of a thing in their order. Who may see the thing is its
// module's affair.
func Of(tx *store.Tx, ref store.Ref) ([]Photo, error) {
	return store.All(tx, scanPhoto, sqlOf, ref.ID, ref.Module)
}

// Get is one photo of a thing.
func Get(tx *store.Tx, ref store.Ref, id string) (Photo, error) {
	return store.One(tx, scanPhoto, sqlGet, id, ref.ID, ref.Module)
}

// Covers are the first photos of the things behind cards, in one query.
// Neighbours' cards have none here.
func Covers(tx *store.Tx, cards []listing.Card) (map[store.Ref]Photo, error) {
	ids := make([]string, 0, len(cards))
	for i := range cards {
		if cards[i].Origin == nil {
			ids = append(ids, cards[i].Ref.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := store.All(tx, scanPhoto, sqlCovers, jsonList(ids))
	covers := make(map[store.Ref]Photo, len(list))
	for _, p := range list {
		covers[p.Ref] = p
	}
	return covers, err
}

// Images adds the photos of a thing to its body, as PROTOCOL.md §2 has them.
// A module calls it before listing.Put.
func Images(tx *store.Tx, ref store.Ref, body listing.Body) error {
	photos, err := Of(tx, ref)
	if err != nil {
		return err
	}
	delete(body, "image")
	if len(photos) == 0 {
		return nil
	}
	list := make([]any, len(photos))
	for i, p := range photos {
		image := map[string]any{"hash": p.Hash, "len": p.Bytes, "type": Type, "alt": p.Alt, "width": p.Width, "height": p.Height}
		if p.ThumbHash != "" {
			image["thumb"] = map[string]any{"hash": p.ThumbHash, "len": p.ThumbBytes, "width": p.ThumbWidth, "height": p.ThumbHeight}
		}
		list[i] = image
	}
	body["image"] = list
	return nil
}

// ByThumb is the file whose small picture has a hash; kind NotFound without
// one. Who may look at it is Seen's affair.
func ByThumb(tx *store.Tx, thumb string) (string, error) {
	if thumb == "" {
		return "", store.E(store.NotFound, "err.not_found")
	}
	return store.One(tx, store.Scan[string], sqlByThumb, thumb)
}

// Uses lists what a file hangs on.
func Uses(tx *store.Tx, hash string) ([]store.Ref, error) {
	uses, err := store.All(tx, scanPhoto, sqlUses, hash)
	refs := make([]store.Ref, len(uses))
	for i, u := range uses {
		refs[i] = u.Ref
	}
	return refs, err
}

// Seen is a file the actor may look at; public tells whether everybody may, so
// that browsers may keep it. It fails with kind NotFound when the actor may see
// nothing it hangs on: that a name cannot be guessed is not enough. A person
// sees what they hung themselves, also when it is hidden, and what hangs on a
// thing another module vouched for (store.Tx.Entrust).
func Seen(tx *store.Tx, hash string) (f File, public bool, err error) {
	uses, err := store.All(tx, scanPhoto, sqlUses, hash)
	if err != nil {
		return File{}, false, err
	}
	seen := false
	for _, u := range uses {
		f = u.File
		c, err := listing.ByRef(tx, u.Ref)
		switch {
		case err == nil && c.Audience == listing.Public && !c.Hidden:
			return f, true, nil
		case err == nil, tx.Actor.ID != "" && u.AuthorID == tx.Actor.ID, tx.VouchedFor(u.Ref):
			seen = true
		case store.KindOf(err) != store.NotFound:
			return File{}, false, err
		}
	}
	if !seen {
		return File{}, false, store.E(store.NotFound, "err.not_found")
	}
	return f, false, nil
}
