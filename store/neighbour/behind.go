package neighbour

import "copi.local/store"

// Behind is what a card of another box names, and which of it is here.
type Behind struct {
	Named []Mention // its body, then its pictures in order
	Here  map[Hash]Copy
	Body  *Copy // nil while it is not here
}

// BehindOf is what stands behind a card of an origin. It fails with kind
// NotFound when nothing is held of the origin. Who may see the card is the
// caller's affair.
func BehindOf(tx *store.Tx, origin Hash, id ID) (b Behind, err error) {
	l, err := LogOf(tx, origin)
	if err != nil {
		return b, err
	}
	if b.Named, err = MentionsOf(tx, l, id); err != nil {
		return b, err
	}
	b.Here = make(map[Hash]Copy, len(b.Named))
	for _, m := range b.Named {
		c, err := CopyOf(tx, m.Hash)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return b, err
		}
		if b.Here[m.Hash] = c; m.Role == RoleBody {
			b.Body = &c
		}
	}
	return b, nil
}

// Has tells whether what a mention names is here.
func (b Behind) Has(m Mention) bool {
	_, ok := b.Here[m.Hash]
	return ok
}

// Lacks counts what of a role is named and not here.
func (b Behind) Lacks(role Role) (n int) {
	for _, m := range b.Named {
		if m.Role == role && !b.Has(m) {
			n++
		}
	}
	return n
}
