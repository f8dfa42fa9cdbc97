package ads

import (
	"encoding/json"

	"copi.local/store"
	"copi.local/store/contact"
	"copi.local/store/listing"
)

// Own is the ad, for somebody who may change it; it fails with kind Forbidden
// for anybody else.
func Own(tx *store.Tx, id string) (Ad, error) {
	a, err := Get(tx, id)
	if err != nil {
		return a, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return a, err
	}
	if !a.Mine(tx) {
		return a, store.E(store.Forbidden, "err.forbidden")
	}
	return a, nil
}

// Mine tells whether the actor may change the ad: its author, who answers for
// the organisation in whose name it stands (store.Tx.Entrust), or a moderator
// when nobody is left.
func (a *Ad) Mine(tx *store.Tx) bool {
	if tx.VouchedFor(a.Ref()) {
		return true
	}
	if a.AuthorID == "" {
		return tx.Actor.Can(store.Moderator)
	}
	return a.AuthorID == tx.Actor.ID
}

// Get is one ad. It fails with kind NotFound for an ad the actor may not know
// of: for residents only, waiting, or hidden by a moderator, and not their own.
// Of an ad that is gone or over others get what Bare leaves.
func Get(tx *store.Tx, id string) (Ad, error) {
	a, err := store.One(tx, scanAd, sqlByID, id)
	if err != nil || a.Mine(tx) {
		return a, err
	}
	if a.Live() {
		if _, err := listing.ByRef(tx, a.Ref()); err != nil {
			return Ad{}, err
		}
		if a.ended(tx) {
			a.State, a.EndedAt = Over, a.ExpiresAt
			return a.Bare(), nil
		}
		return a, nil
	}
	hushed, err := listing.Hushed(tx, a.Ref())
	switch {
	case err != nil:
		return Ad{}, err
	case a.State == Waiting && tx.Actor.Can(store.Moderator):
		return a, nil
	case a.State == Waiting, hushed && !tx.Actor.Can(store.Moderator):
		return Ad{}, store.E(store.NotFound, "err.not_found")
	}
	may, err := listing.MaySee(tx, a.Audience, a.Group)
	if err == nil && !may {
		err = store.E(store.NotFound, "err.not_found")
	}
	if err != nil {
		return Ad{}, err
	}
	return a.Bare(), nil
}

// Bare is what strangers may read of an ad that has ended: what it was about,
// and nothing that tells of a person.
func (a *Ad) Bare() Ad {
	return Ad{
		ID: a.ID, Verb: a.Verb, Title: contact.Mask(a.Title, contact.Hidden), Category: a.Category, Audience: a.Audience, Group: a.Group, State: a.State,
		ExpiresAt: a.ExpiresAt, EndedAt: a.EndedAt, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}
}

// AuthorOf is the account that wrote an ad, empty when there is none.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	return store.One(tx, store.Scan[string], sqlAuthor, id)
}

// Of lists the ads an account wrote, the last changed first; at most limit.
func Of(tx *store.Tx, account string, limit int) ([]Ad, error) {
	return store.All(tx, scanAd, sqlOf, account, limit)
}

// Among are the ads with these ids, by id. Whoever asks has seen their cards.
func Among(tx *store.Tx, ids []string) (map[string]Ad, error) {
	text, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	list, err := store.All(tx, scanAd, sqlAmong, string(text))
	byID := make(map[string]Ad, len(list))
	for _, a := range list {
		byID[a.ID] = a
	}
	return byID, err
}
