package ui

import (
	"net/http"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/mutualaid"
)

// judge does what a moderator chose about a content, and tells what to say of it.
func (r *request) judge(tx *store.Tx, c *moderation.Content, f *form) (told string, err error) {
	if err := directory.Vouch(tx, c.Ref); err != nil { // who answers for it does not decide (MD-2)
		return "", err
	}
	author, err := authorOf(tx, c)
	if err != nil {
		return "", err
	}
	why := r.cause(f)
	switch f.text("do") {
	case "show":
		told, err = "moderation.shown", moderation.Show(tx, c.Ref, author)
	case "dismiss":
		told, err = "moderation.dismissed", moderation.Dismiss(tx, c.Ref, author)
	case "remove":
		told, err = "moderation.remove.asked", r.askRemoval(tx, c, author, why)
	case "forgo":
		told, err = "moderation.remove.forgone", moderation.Forgo(tx, c.Ref, author)
	case "confirm":
		told, err = "moderation.remove.done", r.confirmRemoval(tx, c, author, f.text("shown"))
	default:
		told, err = "moderation.hidden", r.hideOrSeal(tx, c, author, why)
	}
	return r.of(told, c.Kind), err
}

// cause is what a moderator typed.
func (r *request) cause(f *form) moderation.Cause {
	return moderation.Cause{Reason: moderation.Reason(f.text("reason")), Text: f.lines("text"), Article: f.text("article")}
}

// hideOrSeal hides a thing. Of one that is illegal a sealed copy is kept, and
// another moderator is asked to take it away for good (MD-7).
func (r *request) hideOrSeal(tx *store.Tx, c *moderation.Content, author string, why moderation.Cause) error {
	if why.Reason == moderation.Illegal && !c.Foreign && !c.Keeps && modules[c.Ref.Module].remove != nil {
		return r.askRemoval(tx, c, author, why)
	}
	if err := moderation.Hide(tx, c.Ref, author, why); err != nil {
		return err
	}
	return r.seal(tx, c, author, why)
}

// askRemoval asks another moderator to take a thing away for good; of one that
// is illegal a sealed copy is kept.
func (r *request) askRemoval(tx *store.Tx, c *moderation.Content, author string, why moderation.Cause) error {
	if modules[c.Ref.Module].remove == nil {
		return store.E(store.Invalid, "err.moderation.foreign")
	}
	if err := moderation.AskRemoval(tx, c.Ref, author, why); err != nil {
		return err
	}
	return r.seal(tx, c, author, why)
}

// seal keeps a sealed copy of a thing of this box that is illegal, for a
// moderator of the box.
func (r *request) seal(tx *store.Tx, c *moderation.Content, author string, why moderation.Cause) error {
	if why.Reason != moderation.Illegal || c.Foreign || c.Keeps {
		return nil
	}
	content, err := r.sealable(tx, c, author)
	if err != nil {
		return err
	}
	_, err = moderation.Seal(tx, c.Ref, c.Kind, content)
	return err
}

// confirmRemoval takes a thing away for good, unless it has changed since the
// moderator read it.
func (r *request) confirmRemoval(tx *store.Tx, c *moderation.Content, author, shown string) error {
	remove := modules[c.Ref.Module].remove
	if remove == nil {
		return store.E(store.Invalid, "err.moderation.foreign")
	}
	_, read, err := saidOf(tx, c)
	if err != nil {
		return err
	}
	if err := store.Unchanged(shown, read); err != nil {
		return err
	}
	return moderation.Confirm(tx, c.Ref, author, remove)
}

// removedPage is what is left of a thing that was taken away for good.
type removedPage struct {
	page
	Removal moderation.Removal
	Why     string // for its author the words too
}

// orRemoved is err, or the page that says that the thing of the address was
// taken away for good: its trace stays.
func (r *request) orRemoved(rt route, err error) error {
	if rt.method != GET || store.KindOf(err) != store.NotFound {
		return err
	}
	var removal moderation.Removal
	gone := false
	verr := r.View(func(tx *store.Tx) (err error) {
		id := r.Param("id")
		if id == "" {
			if id, err = listing.Withdrawn(tx, r.Param("code")); err != nil {
				return err
			}
		}
		removal, gone, err = moderation.Removed(tx, id)
		return err
	})
	if verr != nil || !gone || isAPI(r.Request()) {
		return err
	}
	p := &removedPage{page: r.page("moderation.removed.title"), Removal: removal, Why: r.reason(string(removal.Cause.Reason), "")}
	if r.actor.ID != "" && (r.actor.ID == removal.Author || r.actor.Can(store.Moderator)) {
		p.Why = r.reason(string(removal.Cause.Reason), removal.Cause.Text)
	}
	r.Uncached()
	return r.RenderStatus(http.StatusGone, "moderation/removed", p)
}

// removeFavour takes away what the path of mutual aid has: a favour, a roster or
// a chore.
func removeFavour(tx *store.Tx, id string) error {
	var err error
	for _, remove := range []func(*store.Tx, string) error{mutualaid.Remove, mutualaid.RemoveRoster, mutualaid.RemoveChore} {
		if err = remove(tx, id); store.KindOf(err) != store.NotFound {
			return err
		}
	}
	return err
}

// discardGroup takes away a group with all that stands in it.
func discardGroup(tx *store.Tx, id string) error { return group.Discard(tx, id, forgetGroup) }
