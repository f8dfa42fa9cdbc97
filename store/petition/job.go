package petition

import (
	"time"

	"copi.local/store"
	"copi.local/store/notify"
)

// atOnce is how many petitions one run looks after.
const atOnce = 50

// Jobs is what the module does by itself.
var Jobs = []store.Job{
	{Name: "petition end", Every: time.Hour, Expires: true, Run: end},
	{Name: "petition close", Every: 24 * time.Hour, Expires: true, Run: closeForgotten},
	{Name: "petition purge", Every: 6 * time.Hour, Expires: true, Run: purge},
	{Name: "petition files", Every: 24 * time.Hour, Expires: true, Run: remind},
}

// end writes down that signing is over, tells who answers for the petition, and
// knows when the next one ends.
func end(tx *store.Tx) error {
	list, err := store.All(tx, scanPetition, sqlEnding, tx.Now.Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		p.State, p.OverAt = Over, p.EndsAt
		if err := p.save(tx, ""); err != nil {
			return err
		}
		if err := p.tellOrganisers(tx, "notify.petition_over"); err != nil {
			return err
		}
	}
	return store.MoreOrAgain(tx, len(list), atOnce, sqlNextEnd, 0)
}

// closeForgotten closes what nobody closed half a year after the last
// signature, so that no signature is kept for ever.
func closeForgotten(tx *store.Tx) error {
	list, err := store.All(tx, scanPetition, sqlWaiting, tx.Now.Add(-Unclosed).Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		if err := p.close(tx); err != nil {
			return err
		}
		if err := p.save(tx, ""); err != nil {
			return err
		}
		if err := p.tellOrganisers(tx, "notify.petition_closed"); err != nil {
			return err
		}
	}
	return store.More(len(list), atOnce)
}

// purge deletes the signatures of petitions closed so many months ago.
func purge(tx *store.Tx) error {
	list, err := store.All(tx, scanPetition, sqlToPurge, tx.Now.Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		if _, err := tx.Exec(sqlPurge, p.ID); err != nil {
			return err
		}
		p.Purged = true
		if err := p.save(tx, ""); err != nil {
			return err
		}
	}
	return store.More(len(list), atOnce)
}

// remind tells who took a file of signatures that it has to be deleted.
func remind(tx *store.Tx) error {
	list, err := store.All(tx, scanExport, sqlDue, tx.Now.Unix(), atOnce)
	if err != nil {
		return err
	}
	for _, e := range list {
		if _, err := tx.Exec(sqlReminded, e.id); err != nil {
			return err
		}
		about := store.Ref{Module: Module, ID: e.PetitionID}
		if err := notify.Tell(tx, e.AccountID, about, "notify.petition_file"); err != nil {
			return err
		}
	}
	return store.More(len(list), atOnce)
}
