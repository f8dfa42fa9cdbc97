package ads

import (
	"maps"
	"time"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/contact"
	"copi.local/store/moderation"
	"copi.local/store/photo"
)

// vet puts an ad of a category that asks for it before the moderators, and
// lets one of any other stand (PA-7). words tells whether what it says has
// changed since one of them read it. An ad that waits, or that a moderator said
// no to, is shown to nobody whatever its author does with it.
func (a *Ad) vet(tx *store.Tx, words bool) error {
	c, err := category.Get(tx, category.Ads, a.Category)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	_, held, err := moderation.HeldOf(tx, a.Ref())
	switch {
	case err != nil:
		return err
	case !c.Vetted && held:
		err = moderation.Drop(tx, a.Ref())
		held = false
	case c.Vetted && words:
		err = moderation.Hold(tx, a.Ref(), a.Title)
		held = true
	}
	switch {
	case held && a.Live():
		a.State = Waiting
	case !held && a.State == Waiting:
		a.State = Available
	}
	return err
}

// sameWords tells whether two states of an ad say the same to a reader.
func (a *Ad) sameWords(b *Ad) bool {
	price := a.Price == nil && b.Price == nil || a.Price != nil && b.Price != nil && *a.Price == *b.Price
	return price && a.Per == b.Per && maps.Equal(a.Fields, b.Fields) && a.Verb == b.Verb && a.Title == b.Title && a.Text == b.Text && a.Category == b.Category && a.Place == b.Place
}

// Accept publishes an ad that waited, for a moderator who did not write it. It
// stands for as long as a new one.
func Accept(tx *store.Tx, id string) error {
	a, err := store.One(tx, scanAd, sqlByID, id)
	if err != nil {
		return err
	}
	if err := moderation.Pass(tx, a.Ref(), a.AuthorID, a.Kind()); err != nil {
		return err
	}
	if a.State != Waiting && a.State != Over { // its time may have passed while it waited
		return nil
	}
	a.State, a.EndedAt, a.Warned, a.UpdatedAt = Available, time.Time{}, false, tx.Now
	if a.ExpiresAt, err = until(tx); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlUpdate, append(a.columns(), a.ID)...); err != nil {
		return err
	}
	return put(tx, &a)
}

// Refuse leaves an ad unpublished, for a reason its author reads. They may
// change it, and then it waits again.
func Refuse(tx *store.Tx, id string, reason moderation.Reason, text string) error {
	a, err := store.One(tx, scanAd, sqlByID, id)
	if err != nil {
		return err
	}
	return moderation.TurnDown(tx, a.Ref(), a.AuthorID, a.Kind(), reason, text)
}

// open is a text of the ad as everybody may read it (PA-3).
func (a *Ad) open(text string) string {
	if a.Masked {
		return contact.Mask(text, contact.Hidden)
	}
	return text
}

// Words is all of an ad that a moderator reads, with its photos, for
// store.Shown.
func (a *Ad) Words(tx *store.Tx) (any, error) {
	pictures, err := photo.Of(tx, a.Ref())
	return []any{a.Verb, a.Title, a.Text, a.Category, a.Place, a.Price, a.Per, a.Fields, pictures}, err
}

// StillSays fails with kind Conflict when the words of an ad are not those that
// shown is the digest of.
func StillSays(tx *store.Tx, id, shown string) error {
	a, err := store.One(tx, scanAd, sqlByID, id)
	if err != nil {
		return err
	}
	now, err := a.Words(tx)
	if err != nil {
		return err
	}
	return store.Unchanged(shown, now)
}

// Reread puts an ad before the moderators again where its category asks for it,
// after its pictures have changed.
func Reread(tx *store.Tx, id string) error {
	a, err := Own(tx, id)
	if err != nil || !a.Live() {
		return err
	}
	was := a.State
	if err := a.vet(tx, true); err != nil || a.State == was {
		return err
	}
	return change(tx, &a)
}
