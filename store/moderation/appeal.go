package moderation

import (
	"time"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/notify"
)

// Person is what a suspension is about: its Ref has the account as id.
const Person = "account"

// Appeal is that somebody asks for a second opinion (MD-1): on what a moderator
// hid, or on their suspension. Once for each decision; whoever took it does not
// answer.
type Appeal struct {
	ID         string
	Ref        store.Ref
	Account    string // who asks; empty once they left
	Text       string
	At         time.Time
	Mine       bool // the acting moderator decided or asks, and leaves it to another
	Done       bool
	Undone     bool // the decision was taken back
	Answer     string
	AnsweredAt time.Time

	against string
}

// disputed is the decision about ref that stands, since when and whose; it fails
// with kind Conflict when there is none that a moderator took.
func disputed(tx *store.Tx, ref store.Ref) (since time.Time, by string, err error) {
	if ref.Module == Person {
		s, ok, err := account.SuspensionOf(tx, ref.ID)
		if err != nil || !ok {
			return since, "", orNothing(err)
		}
		by, err = store.One(tx, store.Scan[string], sqlDecidedBy, ref.Module, ref.ID, "suspend")
		if store.KindOf(err) == store.NotFound { // not from here
			err = nil
		}
		return s.From, by, err
	}
	h, ok, err := HiddenWhy(tx, ref)
	if err != nil || !ok || h.Pending {
		return since, "", orNothing(err)
	}
	by, err = store.One(tx, store.Scan[string], sqlHiddenBy, ref.Module, ref.ID)
	return h.At, by, err
}

func orNothing(err error) error {
	if err != nil {
		return err
	}
	return store.E(store.Conflict, "err.moderation.appeal_nothing")
}

// AskAgain asks for a second opinion on what was decided about ref, on behalf of
// its author, or of who answers for it (store.Tx.Entrust).
func AskAgain(tx *store.Tx, ref store.Ref, author, text string) error {
	if tx.Actor.ID == "" {
		return store.E(store.Unauthenticated, "err.sign_in")
	}
	if tx.Actor.ID != author && !tx.VouchedFor(ref) {
		return store.E(store.NotFound, "err.not_found")
	}
	_, by, err := disputed(tx, ref)
	if err != nil {
		return err
	}
	if _, before, err := AppealOf(tx, ref); err != nil {
		return err
	} else if before {
		return store.E(store.Conflict, "err.moderation.appealed")
	}
	if err := checkWords(text); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDropAppeal, ref.Module, ref.ID); err != nil { // about a decision before, and never answered
		return err
	}
	_, err = tx.Exec(sqlAppeal, tx.NewID(), ref.Module, ref.ID, tx.Actor.ID, text, tx.Now.Unix(), by)
	return err
}

// checkWords wants some words, and not too many.
func checkWords(text string) error {
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return store.E(store.Invalid, "err.moderation.words").At("text")
	case n > MaxText:
		return store.E(store.Invalid, "err.moderation.text_long", "max", MaxText).At("text")
	}
	return nil
}

// AppealOf is the second opinion asked for on the decision that stands about
// ref; ok is false when nobody asked.
func AppealOf(tx *store.Tx, ref store.Ref) (a Appeal, ok bool, err error) {
	since, _, err := disputed(tx, ref)
	if store.KindOf(err) == store.Conflict {
		return a, false, nil
	}
	if err != nil {
		return a, false, err
	}
	a, err = store.One(tx, scanAppeal, sqlAppealOf, ref.Module, ref.ID, since.Unix())
	if store.KindOf(err) == store.NotFound {
		return Appeal{}, false, nil
	}
	return a, err == nil, err
}

// Appeals lists what waits for a second opinion, the longest first.
func Appeals(tx *store.Tx) ([]Appeal, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	return openAppeals(tx)
}

// openAppeals leaves out those whose matter is gone: its author took it away, or
// the suspension is over.
func openAppeals(tx *store.Tx) (out []Appeal, err error) {
	list, err := store.All(tx, scanAppeal, sqlAppeals)
	for _, a := range list {
		_, by, gone := disputed(tx, a.Ref)
		there := true
		if a.Ref.Module != Person && gone == nil {
			there, gone = exists(tx, a.Ref)
		}
		if gone != nil && store.KindOf(gone) != store.Conflict {
			return nil, gone
		}
		if gone == nil && there {
			a.Mine = a.mine(tx) || by != "" && by == tx.Actor.ID
			out = append(out, a)
		}
	}
	return out, err
}

func (a *Appeal) mine(tx *store.Tx) bool {
	return tx.Actor.ID != "" && (a.against == tx.Actor.ID || a.Account == tx.Actor.ID)
}

// GetAppeal is one of them, for a moderator.
func GetAppeal(tx *store.Tx, id string) (Appeal, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return Appeal{}, err
	}
	a, err := store.One(tx, scanAppeal, sqlAppealByID, id)
	a.Mine = a.mine(tx)
	return a, err
}

// Answer gives the second opinion: undo takes the decision back, otherwise it
// stands and words say why. author is who wrote the thing. It fails with kind
// Forbidden for whoever decided first, and Conflict when it waits no more.
func Answer(tx *store.Tx, id, author string, undo bool, text string) error {
	a, err := GetAppeal(tx, id)
	if err != nil {
		return err
	}
	if a.Mine || a.Ref.Module == Person && a.Ref.ID == tx.Actor.ID {
		return store.E(store.Forbidden, "err.moderation.own")
	}
	if a.Ref.Module != Person {
		if err := undecided(tx, a.Ref, author); err != nil {
			return err
		}
	}
	if a.Done {
		return store.E(store.Conflict, "err.moderation.decided")
	}
	if !undo || text != "" {
		if err := checkWords(text); err != nil {
			return err
		}
	}
	if _, by, err := disputed(tx, a.Ref); err != nil {
		return err
	} else if by == tx.Actor.ID { // decided again since
		return store.E(store.Forbidden, "err.moderation.own")
	}
	kind, err := a.settle(tx, author, undo)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlAnswer, undo, text, tx.Now.Unix(), tx.Actor.ID, id); err != nil {
		return err
	}
	act, told := "appeal_kept", "notify.moderation_appeal_kept"
	if undo {
		act, told = "appeal_undone", "notify.moderation_appeal_undone"
	}
	if err := notify.Tell(tx, a.Account, a.Ref, told); err != nil {
		return err
	}
	return log(tx, act, kind, a.Ref, author, Cause{})
}

// settle does what the answer says, and tells of which kind the thing is.
func (a *Appeal) settle(tx *store.Tx, author string, undo bool) (kind string, err error) {
	if a.Ref.Module == Person {
		if undo {
			err = account.Readmit(tx, a.Ref.ID)
		}
		return Person, err
	}
	c, err := Find(tx, a.Ref)
	if err == nil && undo {
		if err = dropAsked(tx, a.Ref); err == nil {
			err = restore(tx, &c, author)
		}
	}
	return c.Kind, err
}

func scanAppeal(r store.Row) (a Appeal, err error) {
	var made int64
	var undone *bool
	var decided *int64
	err = r.Scan(&a.ID, &a.Ref.Module, &a.Ref.ID, &a.Account, &a.Text, &made, &a.against, &undone, &a.Answer, &decided)
	a.At = time.Unix(made, 0).UTC()
	if undone != nil && decided != nil {
		a.Done, a.Undone, a.AnsweredAt = true, *undone, time.Unix(*decided, 0).UTC()
	}
	return a, err
}
