package mutualaid

import (
	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/contact"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Get is one favour. It fails with kind NotFound for one the actor may not know
// of: for residents only, or hidden by a moderator and not their own. Of one
// that has ended, nobody but those who had a part in it reads more than its
// title.
func Get(tx *store.Tx, id string) (Favour, error) {
	f, err := read(tx, id)
	if err != nil {
		return Favour{}, err
	}
	if f.MayChange(tx) {
		return f, nil
	}
	if _, part, err := MyReply(tx, id); err != nil || part {
		return f, err
	}
	if _, err := listing.ByRef(tx, f.Ref()); err != nil {
		return Favour{}, err
	}
	if !f.IsOpen() {
		f.strip()
	}
	return f, nil
}

// strip leaves what anybody may read of what is over.
func (f *Favour) strip() {
	f.Bare, f.Title = true, contact.Mask(f.Title, contact.Hidden)
	f.Description, f.Tags, f.Place, f.Destination, f.Carries, f.Availability, f.Adult = "", nil, "", "", "", "", ""
	f.AuthorID, f.Position, f.Minutes, f.Minor = "", nil, 0, false
	f.Starts, f.Ends = calendar.Wall{}, calendar.Wall{}
}

// read is a favour whoever asks. What should have ended by itself has, also
// when the job that writes it down has not run.
func read(tx *store.Tx, id string) (Favour, error) {
	f, err := store.One(tx, scanFavour, sqlByID, id)
	if err != nil {
		return Favour{}, err
	}
	f.pass(tx)
	return f, directory.Vouch(tx, f.Ref())
}

func (f *Favour) pass(tx *store.Tx) {
	if f.State == Open && !tx.Now.Before(f.ExpiresAt) && tx.ClockQuality().Sure() {
		f.State, f.EndedAt = Over, f.ExpiresAt
	}
}

// MayChange tells whether the actor answers for the favour: its author, or an
// administrator of the organisation in whose name it stands (EN-8). Get has
// asked for these.
func (f *Favour) MayChange(tx *store.Tx) bool {
	return tx.Actor.ID != "" && (f.AuthorID == tx.Actor.ID || tx.VouchedFor(f.Ref()))
}

// Own is the favour, for somebody who answers for it; it fails with kind
// Forbidden for anybody else.
func Own(tx *store.Tx, id string) (Favour, error) { return own(tx, id) }

func own(tx *store.Tx, id string) (Favour, error) {
	f, err := Get(tx, id)
	if err != nil {
		return f, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return f, err
	}
	if !f.MayChange(tx) {
		return f, store.E(store.Forbidden, "err.forbidden")
	}
	return f, nil
}

// AuthorOf is the account that put a favour, planned a roster or wrote a chore;
// empty when it has left.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	author, err := store.One(tx, store.Scan[string], sqlAuthor, id)
	if store.KindOf(err) == store.NotFound {
		return serviceAuthor(tx, id)
	}
	return author, err
}

// Of lists the favours of the acting account, the latest first; at most limit.
func Of(tx *store.Tx, limit int) ([]Favour, error) {
	list, err := store.All(tx, scanFavour, sqlOf, tx.Actor.ID, limit)
	for i := range list {
		list[i].pass(tx)
	}
	return list, err
}

// Alerts lists the urgent needs nobody has answered yet that the actor may see,
// the one whose flag ends first before the others (EN-4).
func Alerts(tx *store.Tx) ([]Favour, error) {
	all, err := store.All(tx, scanFavour, sqlAlerts, tx.Now.Unix())
	if err != nil {
		return nil, err
	}
	var list []Favour
	for i := range all {
		c, err := listing.ByRef(tx, all[i].Ref())
		if store.KindOf(err) == store.NotFound || err == nil && c.Hidden {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, all[i])
	}
	return list, nil
}

// Answerers are the accounts that answer for the favour: the administrators of
// the organisation in whose name it stands, or else its author.
func (f *Favour) Answerers(tx *store.Tx) ([]string, error) {
	e, ok, err := directory.InWhoseName(tx, f.Ref())
	if err != nil {
		return nil, err
	}
	if ok {
		keepers, err := e.Keepers(tx)
		if err != nil || len(keepers) > 0 {
			return keepers, err
		}
	}
	if f.AuthorID == "" {
		return nil, nil
	}
	return []string{f.AuthorID}, nil
}
