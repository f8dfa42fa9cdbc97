package mutualaid

import (
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Personal is what the module holds about persons: what they asked for and
// offered, and what they replied.
var Personal = store.Personal{
	Module: Module,
	Tables: append([]string{"mutualaid_favours", "mutualaid_replies"}, rosterTables...),
	Export: export,
	Erase:  erase,
}

// all is more than anybody writes.
const all = 1 << 30

// Holding is what the module exports.
type Holding struct {
	Favours []Written  `json:"favours,omitempty"`
	Replies []Answered `json:"replies,omitempty"`
	Service *Service   `json:"service,omitempty"` // rosters, chores and what belongs to them
}

// Written is a favour as its author gets it back.
type Written struct {
	Favour  listing.Body `json:"favour"`
	State   State        `json:"state"`
	Adult   string       `json:"adult,omitempty"`
	Minutes int64        `json:"minutes,omitempty"`
	Since   time.Time    `json:"since"`
	Words   []string     `json:"thanks,omitempty"` // their own
}

// Answered is a reply as its author gets it back.
type Answered struct {
	Favour string     `json:"favour"` // its title
	Text   string     `json:"text"`
	Places int        `json:"places"`
	State  ReplyState `json:"state"`
	Word   string     `json:"thanks,omitempty"` // their own
	Since  time.Time  `json:"since"`
}

func export(tx *store.Tx, account string) (any, error) {
	favours, err := store.All(tx, scanFavour, sqlOf, account, all)
	if err != nil {
		return nil, err
	}
	var h Holding
	for i := range favours {
		f := &favours[i]
		f.Masked = false // it is theirs
		w := Written{Favour: f.Body(), State: f.State, Adult: f.Adult, Minutes: f.Minutes, Since: f.CreatedAt}
		replies, err := store.All(tx, scanReply, sqlReplies, f.ID)
		if err != nil {
			return nil, err
		}
		for _, y := range replies {
			if y.AskerWord != "" {
				w.Words = append(w.Words, y.AskerWord)
			}
		}
		h.Favours = append(h.Favours, w)
	}
	replies, err := store.All(tx, scanReply, sqlRepliesOf, account, all)
	if err != nil {
		return nil, err
	}
	for _, y := range replies {
		f, err := store.One(tx, scanFavour, sqlByID, y.FavourID)
		if err != nil {
			return nil, err
		}
		h.Replies = append(h.Replies, Answered{f.Title, y.Text, y.Places, y.State, y.HelperWord, y.CreatedAt})
	}
	if h.Service, err = exportService(tx, account); err != nil {
		return nil, err
	}
	if len(h.Favours)+len(h.Replies) == 0 && h.Service == nil {
		return nil, nil
	}
	return h, nil
}

// erase gives back what the person promised, and takes away what they asked
// for and offered: without somebody to answer it is nothing. What stands in the
// name of an organisation stays for its administrators, without their name,
// unless everything is to go. Words of thanks both sides agreed to stay unnamed.
func erase(tx *store.Tx, account string, how store.Erasure) error {
	if err := eraseReplies(tx, account, how); err != nil {
		return err
	}
	if err := eraseService(tx, account, how); err != nil {
		return err
	}
	favours, err := store.All(tx, scanFavour, sqlOf, account, all)
	if err != nil {
		return err
	}
	for i := range favours {
		if err := eraseFavour(tx, &favours[i], how); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlUnauthor, account)
	return err
}

func eraseReplies(tx *store.Tx, account string, how store.Erasure) error {
	replies, err := store.All(tx, scanReply, sqlRepliesOf, account, all)
	if err != nil {
		return err
	}
	for i := range replies {
		y := &replies[i]
		if y.State != Offered && y.State != Chosen {
			continue
		}
		f, err := read(tx, y.FavourID)
		if err != nil {
			return err
		}
		past := f.State == Over || tx.Now.Sub(f.EndedAt) > Lasting
		if !f.IsOpen() && (past || y.State != Chosen || y.AskerWord+y.HelperWord != "") {
			continue // it is done
		}
		if err := y.withdraw(tx, &f); err != nil {
			return err
		}
	}
	if how == store.EraseAll {
		_, err = tx.Exec(sqlForget, account)
		return err
	}
	if _, err := tx.Exec(sqlUnreply, account); err != nil {
		return err
	}
	_, err = tx.Exec(sqlUnnamed, account)
	return err
}

func eraseFavour(tx *store.Tx, f *Favour, how store.Erasure) error {
	_, stands, err := directory.InWhoseName(tx, f.Ref())
	if err != nil {
		return err
	}
	done := f.State == Settled && how == store.KeepUnnamed
	switch {
	case how == store.KeepUnnamed && stands:
		return nil
	case done: // its card says nothing; the thanks of others stay
		f.strip()
		return f.save(tx, "")
	}
	if err := f.tellReplies(tx, "notify.mutualaid_settled"); err != nil {
		return err
	}
	if how == store.EraseAll {
		return f.drop(tx, listing.Erase)
	}
	return f.drop(tx, listing.Withdraw)
}
