package neighbour

import (
	"encoding/hex"
	"encoding/json"

	"copi.local/store"
	"copi.local/store/listing"
)

// Cover is the small picture of a card of another box.
type Cover struct {
	Hash          Hash
	Width, Height int // pixels; 0: nobody said
}

// Covers are the first small pictures that are here of the neighbours' cards
// among some, by their ids: one statement for a whole list. What is not here is
// not asked for.
func Covers(tx *store.Tx, cards []listing.Card) (map[ID]Cover, error) {
	var named [][2]string // origin and id, in hexadecimal
	for i := range cards {
		c := &cards[i]
		if c.Origin == nil {
			continue
		}
		if id, err := store.ParseID(c.Ref.ID); err == nil {
			named = append(named, [2]string{hex.EncodeToString(c.Origin.Key[:]), hex.EncodeToString(id[:])})
		}
	}
	if len(named) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(named)
	if err != nil {
		return nil, err
	}
	found, err := store.All(tx, scanMention, sqlCovers, string(list))
	covers := make(map[ID]Cover, len(found))
	for _, m := range found {
		if _, earlier := covers[m.ID]; !earlier {
			covers[m.ID] = Cover{Hash: m.Hash, Width: m.Width, Height: m.Height}
		}
	}
	return covers, err
}
