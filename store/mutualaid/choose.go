package mutualaid

import (
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Choose takes a reply. When all places are given the favour is settled, and
// the others are told that somebody else was chosen (EN-1).
func Choose(tx *store.Tx, favour, reply string) error {
	f, y, err := answered(tx, favour, reply)
	if err != nil || y.State == Chosen {
		return err
	}
	taken, err := f.Taken(tx)
	switch {
	case err != nil:
		return err
	case f.State == Over:
		return store.E(store.Conflict, "err.mutualaid.over")
	case y.State == Withdrawn:
		return store.E(store.Conflict, "err.mutualaid.reply_withdrawn")
	case f.Places > 0 && taken >= f.Places:
		return store.E(store.Conflict, "err.mutualaid.full_none")
	case f.Places > 0 && taken+y.Places > f.Places:
		return store.E(store.Conflict, "err.mutualaid.full", "n", f.Places-taken)
	}
	if err := y.become(tx, Chosen); err != nil {
		return err
	}
	if err := y.tell(tx, &f, "notify.mutualaid_chosen"); err != nil {
		return err
	}
	if !f.IsOpen() || f.Places == 0 || taken+y.Places < f.Places {
		return nil
	}
	return f.settle(tx, "notify.mutualaid_passed")
}

// Decline says no to one reply, kindly.
func Decline(tx *store.Tx, favour, reply string) error {
	f, y, err := answered(tx, favour, reply)
	if err != nil || y.State != Offered && y.State != Passed {
		return err
	}
	if err := y.become(tx, Declined); err != nil {
		return err
	}
	return y.tell(tx, &f, "notify.mutualaid_passed")
}

// Release takes a choice back. A favour that was settled by it is open again.
func Release(tx *store.Tx, favour, reply string) error {
	f, y, err := answered(tx, favour, reply)
	if err != nil || y.State != Chosen {
		return err
	}
	if err := y.become(tx, Declined); err != nil {
		return err
	}
	if err := y.tell(tx, &f, "notify.mutualaid_released"); err != nil {
		return err
	}
	return f.vacate(tx, y.Places)
}

// Withdraw takes the acting account's reply back. A favour that was settled by
// it is open again, and its author is told.
func Withdraw(tx *store.Tx, favour string) error {
	f, err := Get(tx, favour)
	if err != nil {
		return err
	}
	y, ok, err := MyReply(tx, favour)
	if err != nil || !ok || y.State == Withdrawn || y.State == Declined {
		return err
	}
	return y.withdraw(tx, &f)
}

func (y *Reply) withdraw(tx *store.Tx, f *Favour) error {
	chosen := y.State == Chosen
	if err := y.become(tx, Withdrawn); err != nil {
		return err
	}
	if err := f.tellAnswerers(tx, "notify.mutualaid_withdrawn"); err != nil || !chosen {
		return err
	}
	return f.vacate(tx, y.Places)
}

// vacate opens a favour again that was settled because it was full, after
// places came free, unless its time has passed. What somebody settled by hand
// stays settled.
func (f *Favour) vacate(tx *store.Tx, free int) error {
	if f.State != Settled || f.Dated() && !f.end(tx.Now).After(tx.Now) {
		return nil
	}
	taken, err := f.Taken(tx)
	if err != nil || f.Places == 0 || taken+free < f.Places {
		return err
	}
	return f.reopen(tx)
}

// answered is a favour the actor answers for, and a reply to it.
func answered(tx *store.Tx, favour, reply string) (f Favour, y Reply, err error) {
	if f, err = own(tx, favour); err != nil {
		return f, y, err
	}
	y, err = store.One(tx, scanReply, sqlReply, reply, favour)
	return f, y, err
}

func (y *Reply) become(tx *store.Tx, s ReplyState) error {
	y.State = s
	_, err := tx.Exec(sqlReplyState, s, tx.Now.Unix(), y.ID)
	return err
}

// Thank writes the actor's word of thanks on a reply that was chosen: as the one
// who put the favour, or as the one who replied. Both words are shown on the
// favour's page once both agree; who does not agree any more says so again.
func Thank(tx *store.Tx, favour, reply, word string, agrees bool) error {
	if bad := listing.CheckText("word", word, MaxWord); bad != nil {
		return bad
	}
	f, err := Get(tx, favour)
	if err != nil {
		return err
	}
	y, err := store.One(tx, scanReply, sqlReply, reply, favour)
	if err != nil {
		return err
	}
	statement := sqlHelperWord
	switch {
	case f.MayChange(tx):
		statement = sqlAskerWord
	case y.AuthorID != tx.Actor.ID || tx.Actor.ID == "":
		return store.E(store.NotFound, "err.not_found")
	}
	if y.State != Chosen {
		return store.E(store.Conflict, "err.mutualaid.not_chosen")
	}
	if _, err := tx.Exec(statement, strings.TrimSpace(word), agrees, tx.Now.Unix(), y.ID); err != nil {
		return err
	}
	if statement == sqlAskerWord {
		return y.tell(tx, &f, "notify.mutualaid_thanks")
	}
	return f.tellAnswerers(tx, "notify.mutualaid_thanks")
}

// Thanks is what two people agreed to show.
type Thanks struct {
	AskerWord, HelperWord string
	Asker, Helper         string // names; empty for who has left
}

// ThanksOf lists what is shown of a favour.
func ThanksOf(tx *store.Tx, f *Favour) ([]Thanks, error) {
	chosen, err := store.All(tx, scanReply, sqlInState, f.ID, Chosen)
	if err != nil {
		return nil, err
	}
	var list []Thanks
	for i := range chosen {
		y := &chosen[i]
		if !y.AskerAgrees || !y.HelperAgrees || y.AskerWord+y.HelperWord == "" {
			continue
		}
		t := Thanks{AskerWord: y.AskerWord, HelperWord: y.HelperWord}
		if t.Asker, err = askerName(tx, f); err != nil {
			return nil, err
		}
		if t.Helper, err = y.Name(tx); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// askerName is how whoever put the favour is shown.
func askerName(tx *store.Tx, f *Favour) (string, error) {
	e, ok, err := directory.InWhoseName(tx, f.Ref())
	if err != nil || ok {
		return e.Name, err
	}
	author, err := AuthorOf(tx, f.ID)
	if err != nil {
		return "", err
	}
	return account.ShownName(tx, author)
}

// Name is how whoever replied is shown: the organisation in whose name, or the
// person; empty for who has left.
func (y *Reply) Name(tx *store.Tx) (string, error) {
	if y.ElementID != "" {
		e, err := directory.Get(tx, y.ElementID)
		if err == nil || store.KindOf(err) != store.NotFound {
			return e.Name, err
		}
	}
	return account.ShownName(tx, y.AuthorID)
}
