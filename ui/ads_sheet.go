package ui

import (
	"strings"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/contact"
	"copi.local/store/listing"
)

// strips is how many pieces to tear off a sheet has: as many as can still be
// read on one A4.
const strips = 8

// sheetLength bounds the text on the sheet, in characters, so that it is one
// sheet whatever somebody wrote; stripLength the title on a piece of it.
const (
	sheetLength = 420
	stripLength = 44
)

// Strips are the pieces to tear off.
func (p *adPage) Strips() []struct{} { return make([]struct{}, strips) }

// Short is the title as a piece of the sheet has room for it.
func (p *adPage) Short() string { return listing.Clip(p.Title, stripLength) }

// adSheet is the ad for a notice board: one A4 with pieces to tear off. A
// telephone number that stands in the ad is printed only when its author asks
// for it here, each time anew (PA-3).
func (s *Server) adSheet(r *request) error {
	p := &adPage{page: r.page("")}
	p.Section = "annonces"
	p.Form = r.queryForm()
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Ad, err = ownAd(tx, r.Param("id")); err != nil {
			return err
		}
		if !p.Ad.Live() {
			return store.E(store.NotFound, "err.not_found")
		}
		if err := r.describeAd(tx, p); err != nil {
			return err
		}
		return r.adNow(tx, p)
	})
	if err != nil {
		return err
	}
	phone := phoneIn(&p.Ad)
	if phone != "" {
		p.Offer = r.T("ads.sheet.phone", "phone", phone)
	}
	if p.Form.has("tel") {
		p.Phone = phone
	}
	p.Title, p.Place = r.shownLine(p.Ad.Title, true), r.shownLine(p.Ad.Place, true)
	text := contact.Mask(p.Ad.Text, contact.Hidden)
	p.Text = r.shownText(listing.Clip(text, sheetLength), false)
	if p.Address != "" {
		if err := p.drawQR(r); err != nil {
			return err
		}
	}
	return r.Render("ads/sheet", p)
}

// drawQR makes the code of the ad's short address.
func (p *adPage) drawQR(r *request) error {
	code, err := newQR(r.base() + "/" + strings.TrimPrefix(p.Address, r.Request().Host+"/"))
	p.QR = &code
	return err
}

// phoneIn is the first telephone number of an ad; empty without one.
func phoneIn(a *ads.Ad) string {
	for _, f := range contact.Find(a.Title + "\n" + a.Text) {
		if f.Kind == contact.Phone {
			return f.Text
		}
	}
	return ""
}
