package moderation

import (
	"copi.local/store"
	"copi.local/store/notify"
)

// weigh hides an own thing for the time being when it has as many open reports
// as the rule says (PA-6), tells its author, and writes it into the log. A
// person whose report about this thing was found wrong before does not count
// again, so that the same few cannot hide it as often as they like.
func weigh(tx *store.Tx, c *Content, author string) error {
	rule, err := RuleOf(tx)
	if err != nil || rule.Reports == 0 || c.Hidden || c.Foreign {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlOpenWeight, c.Ref.Module, c.Ref.ID)
	if err != nil || n < rule.Reports {
		return err
	}
	reason, err := store.One(tx, store.Scan[Reason], sqlMostCited, c.Ref.Module, c.Ref.ID)
	if err != nil {
		return err
	}
	if err := shelf(c.Ref).Hide(tx, c.Ref, true); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlHide, c.Ref.Module, c.Ref.ID, reason, "", tx.Now.Unix(), "", true, false); err != nil {
		return err
	}
	if err := notify.Tell(tx, author, c.Ref, "notify.moderation_pending"); err != nil {
		return err
	}
	d := Decision{Entry: Entry{Act: "pending", Kind: c.Kind, Reason: reason}, Ref: c.Ref, Author: author} // by nobody
	return d.write(tx)
}

// restore puts a hidden thing back where it was; it does nothing when the thing
// is not hidden. A removal asked for falls away, and an appeal is answered.
func restore(tx *store.Tx, c *Content, author string) error {
	if !c.Hidden {
		return nil
	}
	if err := shelf(c.Ref).Hide(tx, c.Ref, false); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlUnhide, c.Ref.Module, c.Ref.ID); err != nil {
		return err
	}
	if err := dropAsked(tx, c.Ref); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlCloseAppeals, tx.Now.Unix(), tx.Actor.ID, c.Ref.Module, c.Ref.ID); err != nil {
		return err
	}
	return notify.Tell(tx, author, c.Ref, "notify.moderation_shown")
}
