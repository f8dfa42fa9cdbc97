package ui

import (
	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/directory"
	"copi.local/store/moderation"
)

// holder is what the moderators' page needs of a module whose things may have
// to be read before they are shown (moderation.Hold): a module adds its line to
// holders.
type holder struct {
	preview func(*request, *store.Tx, *heldPage, string) error
	accept  func(*store.Tx, string) error
	refuse  func(*store.Tx, string, moderation.Reason, string) error
	still   func(*store.Tx, string, string) error // fails when it does not say any more what was shown
}

func holders() map[string]holder {
	return map[string]holder{ads.Module: {heldAd, ads.Accept, ads.Refuse, ads.StillSays}}
}

// waitingView is one thing that waits, in the queue.
type waitingView struct {
	moderation.Held
	Href string
}

// heldHref is the page on which a moderator reads a thing that waits.
func heldHref(ref store.Ref) string { return "/moderation/attente/" + ref.Module + "/" + ref.ID }

func (r *request) addHeld(tx *store.Tx, p *queuePage) error {
	list, err := moderation.HeldThings(tx)
	for _, h := range list {
		p.Held = append(p.Held, waitingView{h, heldHref(h.Ref)})
	}
	return err
}

// heldPage is a thing that waits, as it would look.
type heldPage struct {
	formPage
	Held    moderation.Held
	Ad      *adPage
	Caution string // what its category asks
	Shown   string // see store.Shown
	Reasons []choice
}

func (r *request) heldPage(f *form) (*heldPage, holder, error) {
	ref := store.Ref{Module: r.Param("module"), ID: r.Param("id")}
	h, known := holders()[ref.Module]
	if !known {
		return nil, h, errNoPage
	}
	p := &heldPage{formPage: r.formPage("moderation.held.title", f), Reasons: r.reasons(moderation.Refusals)}
	err := r.View(func(tx *store.Tx) error {
		held, ok, err := moderation.HeldOf(tx, ref)
		if err != nil {
			return err
		}
		if !ok || held.Refused {
			return store.E(store.NotFound, "err.moderation.decided")
		}
		p.Held = held
		return h.preview(r, tx, p, ref.ID)
	})
	return p, h, err
}

// held shows a thing that waits to a moderator.
func (s *Server) held(r *request) error {
	p, _, err := r.heldPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/held", p)
}

// heldDecide publishes a thing that waits, or does not, for a reason.
func (s *Server) heldDecide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, h, err := r.heldPage(f)
	if err != nil {
		return err
	}
	done := "moderation.held.accepted"
	err = r.Update(func(tx *store.Tx) error {
		if err := h.still(tx, p.Held.Ref.ID, f.text("shown")); err != nil {
			return err
		}
		if err := directory.Vouch(tx, p.Held.Ref); err != nil {
			return err
		}
		if f.text("do") == "accept" {
			return h.accept(tx, p.Held.Ref.ID)
		}
		done = "moderation.held.refused"
		return h.refuse(tx, p.Held.Ref.ID, moderation.Reason(f.text("reason")), f.lines("text"))
	})
	if err != nil {
		return r.again(f, err, "moderation/held", p)
	}
	return r.Redirect("/moderation", done)
}

// heldAd is an ad that waits.
func heldAd(r *request, tx *store.Tx, p *heldPage, id string) error {
	a, err := ads.Get(tx, id)
	if err != nil {
		return err
	}
	words, err := a.Words(tx)
	if err != nil {
		return err
	}
	if p.Shown, err = store.Shown(words); err != nil {
		return err
	}
	p.Ad = &adPage{page: p.page, Ad: a}
	if err := r.describeAd(tx, p.Ad); err != nil {
		return err
	}
	p.Ad.Photos, err = photosOf(tx, a.Ref())
	return err
}
