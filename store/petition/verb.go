package petition

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Add publishes a petition on behalf of the acting account, in the name of an
// organisation they administer when element says which, and gives it an id
// unless it brings one.
func Add(tx *store.Tx, p *Petition, element string) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	p.State = Open
	if err := p.ready(tx); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlLive, tx.Actor.ID)
	if err != nil {
		return err
	}
	if n >= MaxOpen {
		return store.E(store.Conflict, "err.petition.many", "max", MaxOpen)
	}
	if p.ID == "" {
		p.ID = tx.NewID()
	}
	p.AuthorID, p.CreatedAt, p.UpdatedAt = tx.Actor.ID, tx.Now, tx.Now
	if _, err := tx.Exec(sqlInsert, append(p.columns(), p.CreatedAt.Unix())...); err != nil {
		return err
	}
	if err := directory.Stand(tx, element, p.Ref(), p.Title); err != nil {
		return err
	}
	return p.put(tx)
}

// ready checks the words, and what depends on the day.
func (p *Petition) ready(tx *store.Tx) error {
	p.Title, p.Text, p.Addressee = strings.TrimSpace(p.Title), strings.TrimSpace(p.Text), strings.TrimSpace(p.Addressee)
	var bad store.Errors
	if err := bad.Take(p.Check()); err != nil {
		return err
	}
	if p.State == Open && !p.EndsAt.IsZero() {
		bad.Add(checkEnd(tx, p.EndsAt))
	}
	return bad.OrNil()
}

// checkEnd tells whether signing may end then.
func checkEnd(tx *store.Tx, at time.Time) *store.Error {
	switch {
	case !tx.ClockQuality().Sure():
		return nil
	case !at.After(tx.Now):
		return store.E(store.Invalid, "err.petition.ends_past").At("ends")
	case at.After(tx.Now.Add(Longest)):
		return store.E(store.Invalid, "err.petition.ends_far").At("ends")
	}
	return nil
}

// Edit changes the petition p.ID to p. Once somebody signed, what they signed
// stays as it is: only the last day and the name it stands in may change.
func Edit(tx *store.Tx, p *Petition, element string) error {
	was, err := Own(tx, p.ID)
	if err != nil {
		return err
	}
	if was.State != Open {
		return store.E(store.Conflict, "err.petition.not_open")
	}
	signed, err := was.Signed(tx)
	if err != nil {
		return err
	}
	if signed {
		if !p.sameWords(&was) {
			return store.E(store.Conflict, "err.petition.signed")
		}
		if p.EndsAt.Before(was.EndsAt) {
			return store.E(store.Conflict, "err.petition.shorter").At("ends")
		}
	}
	now := was
	now.Title, now.Text, now.Masked, now.Addressee, now.Purpose, now.Tags = p.Title, p.Text, p.Masked, p.Addressee, p.Purpose, p.Tags
	now.Goal, now.Share, now.Electors, now.OnlyElectors = p.Goal, p.Share, p.Electors, p.OnlyElectors
	now.KeepMonths, now.EndsAt = p.KeepMonths, p.EndsAt
	if err := now.ready(tx); err != nil {
		return err
	}
	if err := directory.Stand(tx, element, now.Ref(), now.Title); err != nil {
		return err
	}
	*p = now
	return p.save(tx, directory.ActChange)
}

// sameWords tells whether all that somebody who signed has read is as it was.
func (p *Petition) sameWords(was *Petition) bool {
	return p.Title == was.Title && p.Text == was.Text && p.Masked == was.Masked && p.Addressee == was.Addressee && p.Purpose == was.Purpose &&
		slices.Equal(p.Tags, was.Tags) && p.Goal == was.Goal && p.Share == was.Share && p.Electors == was.Electors &&
		p.OnlyElectors == was.OnlyElectors && p.KeepMonths == was.KeepMonths
}

// save stores a petition that was changed, and notes who did it in the name of
// an organisation; act may be empty.
func (p *Petition) save(tx *store.Tx, act string) error {
	p.UpdatedAt = tx.Now
	if _, err := tx.Exec(sqlUpdate, p.columns()...); err != nil {
		return err
	}
	if err := p.put(tx); err != nil || act == "" {
		return err
	}
	return directory.Did(tx, act, p.Ref(), p.Title)
}

// Stop ends the signing before its day.
func Stop(tx *store.Tx, id string) error {
	p, err := Own(tx, id)
	if err != nil {
		return err
	}
	if p.State != Open {
		return store.E(store.Conflict, "err.petition.not_open")
	}
	p.State, p.OverAt = Over, tx.Now
	return p.save(tx, directory.ActChange)
}

// Deposit notes that the petition was handed over today. Nobody signs any more,
// and its figure stands from now on (PT-5).
func Deposit(tx *store.Tx, id string) error {
	p, err := Own(tx, id)
	if err != nil {
		return err
	}
	if p.IsFrozen() {
		return store.E(store.Conflict, "err.petition.deposited")
	}
	if err := p.freeze(tx); err != nil {
		return err
	}
	p.State, p.DepositedAt = Deposited, tx.Now
	return p.save(tx, directory.ActChange)
}

// freeze keeps the figure of now.
func (p *Petition) freeze(tx *store.Tx) (err error) {
	if p.IsFrozen() {
		return nil
	}
	if p.OverAt.IsZero() {
		p.OverAt = tx.Now
	}
	p.Frozen, err = p.Tally(tx)
	return err
}

// Reply publishes what the addressee answered, closes the petition, and tells
// those who signed with an account, once (PT-8). Who answers for the petition
// may, and an operator, who speaks for the mairie. Later it mends the words.
func Reply(tx *store.Tx, id, text string) error {
	p, err := Served(tx, id)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	if bad := written("answer", text, MaxAnswer, "err.petition.answer_empty"); bad != nil {
		return bad
	}
	first := p.AnsweredAt.IsZero()
	if !first && p.Official && !tx.Actor.Can(store.Operator) {
		return store.E(store.Forbidden, "err.forbidden") // nobody edits another's words
	}
	if err := p.close(tx); err != nil {
		return err
	}
	p.Answer, p.Official = text, !p.MayChange(tx)
	if first {
		p.AnsweredAt = tx.Now
	}
	if err := p.save(tx, directory.ActChange); err != nil || !first {
		return err
	}
	return p.tellSigners(tx, "notify.petition_answered")
}

// Close ends a petition without an answer.
func Close(tx *store.Tx, id string) error {
	p, err := Own(tx, id)
	if err != nil || p.State == Closed {
		return err
	}
	if err := p.close(tx); err != nil {
		return err
	}
	return p.save(tx, directory.ActChange)
}

// close freezes the figure and sets the day the signatures are deleted, and with
// them the files that were taken.
func (p *Petition) close(tx *store.Tx) error {
	if p.State == Closed {
		return nil
	}
	if err := p.freeze(tx); err != nil {
		return err
	}
	p.State, p.ClosedAt, p.PurgeAt = Closed, tx.Now, tx.Now.AddDate(0, p.KeepMonths, 0)
	_, err := tx.Exec(sqlSooner, p.ID, p.PurgeAt.Unix())
	return err
}

// Remove takes a petition away that nobody signed.
func Remove(tx *store.Tx, id string) error {
	p, err := Own(tx, id)
	if err != nil {
		return err
	}
	signed, err := p.Signed(tx)
	if err != nil {
		return err
	}
	if signed || p.IsFrozen() && p.Frozen.Total() > 0 {
		return store.E(store.Conflict, "err.petition.signed_remove")
	}
	if err := directory.Did(tx, directory.ActRemove, p.Ref(), p.Title); err != nil {
		return err
	}
	return p.drop(tx, listing.Withdraw)
}

// Discard takes a petition away with its signatures, once moderators have
// decided so (store.Tx.Entrust), and tells who signed with an account.
func Discard(tx *store.Tx, id string) error {
	p, err := store.One(tx, scanPetition, sqlByID, id)
	if err != nil {
		return err
	}
	if !tx.VouchedFor(p.Ref()) {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if err := p.tellSigners(tx, "notify.petition_discarded"); err != nil {
		return err
	}
	return p.drop(tx, listing.Withdraw)
}

// drop deletes a petition, its signatures and its card.
func (p *Petition) drop(tx *store.Tx, forget func(*store.Tx, store.Ref) error) error {
	if err := directory.Unlink(tx, p.Ref()); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDelete, p.ID); err != nil {
		return err
	}
	return forget(tx, p.Ref())
}

// tellSigners tells everybody who signed with an account.
func (p *Petition) tellSigners(tx *store.Tx, key string) error {
	accounts, err := store.All(tx, store.Scan[string], sqlSigners, p.ID)
	return p.tell(tx, accounts, err, key)
}

// tellOrganisers tells who answers for the petition.
func (p *Petition) tellOrganisers(tx *store.Tx, key string) error {
	accounts, err := p.Organisers(tx)
	return p.tell(tx, accounts, err, key)
}

func (p *Petition) tell(tx *store.Tx, accounts []string, err error, key string) error {
	for _, a := range accounts {
		if err == nil {
			err = notify.Tell(tx, a, p.Ref(), key)
		}
	}
	return err
}
