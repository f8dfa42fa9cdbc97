package ui

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// around is what a public thing has around it, drawn by the part "around": in
// whose name it stands, who wrote it, and what one can do beside reading it.
type around struct {
	CardID   string      // empty without a card
	Address  string      // short, to write down
	Hidden   *noticeView // why a moderator hides it, for its author
	Author   string      // for people with an account, where no organisation stands for it
	For      *standView
	Follow   *followView
	Likes    *likesView
	Write    string
	Audience string
}

// around finds it.
func (r *request) around(tx *store.Tx, ref store.Ref, author string, audience listing.Audience) (a around, err error) {
	a.Audience = r.audience(audience)
	e, stands, err := directory.InWhoseName(tx, ref)
	switch {
	case err != nil:
		return a, err
	case stands:
		a.For = r.standOf(e)
	case r.actor.ID != "" && author != "":
		if a.Author, err = account.ShownName(tx, author); err != nil {
			return a, err
		}
	}
	if a.Hidden, err = r.hiddenNotice(tx, ref); err != nil {
		return a, err
	}
	c, err := listing.ByRef(tx, ref)
	if store.KindOf(err) == store.NotFound {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	if a.CardID = ref.ID; c.Code != "" {
		a.Address = r.Request().Host + "/" + c.Code
	}
	if a.Follow, err = r.follow(tx, notify.Card, ref.ID, c.Title); err != nil {
		return a, err
	}
	return a, r.touch(tx, ref, &a.Likes, &a.Write)
}
