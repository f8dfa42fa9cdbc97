package ui

import (
	"maps"
	"net/url"
	"slices"

	"copi.local/store"
	"copi.local/store/listing"
)

// offers says what a search that found nothing would find with a word spelled
// otherwise, further away (RE-7), or without one of its filters.
func (r *request) offers(tx *store.Tx, p *searchPage, q listing.Query) ([]noticeView, error) {
	q.Cursor, q.Order = "", listing.ByDefault
	list, err := r.meant(tx, p, q)
	if err != nil {
		return nil, err
	}
	further, err := r.wider(tx, q)
	if err != nil {
		return nil, err
	}
	list = append(list, further...)
	for _, f := range r.filterParts(q, nil) {
		if f.name == "q" || f.name == "radius_km" {
			continue
		}
		n, err := listing.Count(tx, f.without(q))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			list = append(list, noticeView{Text: r.T("listing.without", "n", n, "filter", f.word), Href: p.Without(f.name), Action: r.T("listing.drop")})
		}
	}
	return list, nil
}

// meant are the searches somebody may have meant who mistyped a word (RE-5):
// with their filters, else without.
func (r *request) meant(tx *store.Tx, p *searchPage, q listing.Query) ([]noticeView, error) {
	if q.Q == "" {
		return nil, nil
	}
	href := func(words string) string { return p.With("q", words) }
	found, err := listing.Guesses(tx, q)
	if err == nil && len(found) == 0 {
		href = func(words string) string { return "/recherche?q=" + url.QueryEscape(words) }
		found, err = listing.Guesses(tx, listing.Query{Q: q.Q})
	}
	var list []noticeView
	for _, g := range found {
		list = append(list, noticeView{Text: r.T("listing.meant", "words", g.Q), Href: href(g.Q), Action: r.T("listing.group.all", "n", g.N)})
	}
	return list, err
}

// wider says what the next wider circle with anything in it would find.
func (r *request) wider(tx *store.Tx, q listing.Query) ([]noticeView, error) {
	if q.RadiusKM == 0 {
		return nil, nil
	}
	for _, km := range append(slices.Clone(rings), 100, 0) {
		if km != 0 && km <= q.RadiusKM {
			continue
		}
		q.RadiusKM = km
		n, err := listing.Count(tx, q)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		v := maps.Clone(r.QueryParams())
		v.Del("cursor")
		v.Del("radius_km")
		text := r.T("listing.wider_all", "n", n)
		if km != 0 {
			v.Set("radius_km", r.plainNumber(km))
			text = r.T("listing.wider", "n", n, "km", int(km))
		}
		return []noticeView{{Text: text, Href: "/recherche?" + v.Encode(), Action: r.T("listing.widen")}}, nil
	}
	return nil, nil
}
