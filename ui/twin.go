package ui

import (
	"strings"

	"copi.local/store/listing"
)

// alsoView names the boxes that have the same event too, each with a link to
// its own card: what is shown once is never merged (ACCEPTANCE FE-11).
type alsoView struct {
	Words string
	Boxes []wordLink
}

// also is where else a card's event stands; nil when nowhere.
func (s *speech) also(c listing.Card) *alsoView {
	if len(c.Also) == 0 {
		return nil
	}
	v := &alsoView{Words: s.T("ui.card.also")}
	for i := range c.Also {
		twin := &c.Also[i]
		word := s.T("ui.card.here")
		if twin.Origin != nil {
			word = s.boxOf(twin.Origin)
		}
		v.Boxes = append(v.Boxes, wordLink{Href: cardHref(*twin), Word: word})
	}
	return v
}

// boxOf is how a neighbouring box is called: "boîte d'Altillac".
func (s *speech) boxOf(o *listing.Origin) string {
	if o.Name == "" {
		return s.T("listing.beyond.unnamed")
	}
	return s.T("listing.foreign.box", "of", s.Of(o.Name))
}

// whence says in a file whose a card is, and which boxes have its event too:
// "boîte d'Altillac. Aussi dans : cette boîte". Empty for what is of this box
// alone. It says nothing that another day says otherwise.
func (s *speech) whence(c listing.Card) string {
	var parts []string
	if c.Origin != nil {
		parts = append(parts, s.boxOf(c.Origin))
	}
	if also := s.also(c); also != nil {
		var names []string
		for _, box := range also.Boxes {
			names = append(names, box.Word)
		}
		parts = append(parts, also.Words+" "+strings.Join(names, ", "))
	}
	return strings.Join(parts, ". ")
}
