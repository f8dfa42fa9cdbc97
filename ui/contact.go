package ui

import (
	"net/url"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/contact"
)

// What a person types may hold a telephone number or an address. A form that
// takes such a text notes what is in it (findContacts), draws the question
// whether only registered people see it (the part "contacts", also on the page
// that shows the thing before it is published), and stores the answer
// (masked). Without an answer it is yes. The module then keeps it out of its
// card and its body, and the page draws the text with shownText and the part
// "contact-text" (PA-3).

// findContacts notes what package contact finds in fields of the form.
func (f *form) findContacts(names ...string) {
	f.contacts = nil
	for _, name := range names {
		for _, found := range contact.Find(f.lines(name)) {
			if text := strings.Join(strings.Fields(found.Text), " "); !slices.Contains(f.contacts, text) {
				f.contacts = append(f.contacts, text)
			}
		}
	}
	if len(f.contacts) > 0 && !f.has(contactsAsked) {
		f.values.Set(contactsHide, "1")
	}
}

// The fields of the question: that it was asked, and its answer.
const (
	contactsAsked = "contacts_asked"
	contactsHide  = "contacts_hide"
)

// masked tells whether what was found is for registered people only.
func (f *form) masked() bool { return len(f.contacts) > 0 && f.has(contactsHide) }

// setMasked fills the question in for a thing that exists.
func (f *form) setMasked(masked bool) {
	f.values.Set(contactsAsked, "1")
	if masked {
		f.values.Set(contactsHide, "1")
	}
}

// Contacts is what was found, in words; empty without any.
func (f *form) Contacts() string {
	if len(f.contacts) == 0 {
		return ""
	}
	return f.T("contact.found", "n", len(f.contacts), "list", strings.Join(f.contacts, ", "))
}

// contactText is a text as its reader may see it.
type contactText struct {
	*speech
	Parts  []contactPart
	SignIn string // where a visitor goes to see what is left out
}

// contactPart is a piece of a text.
type contactPart struct {
	Text    string
	Contact bool // shown on the screen, and not printed
}

// shownText is a text with its contacts as the reader may see them: of a
// masked one a visitor reads that something is left out, and nobody prints it.
// lines are others of the thing, drawn with shownLine: registered people read
// their contacts below the text.
func (r *request) shownText(text string, masked bool, lines ...string) contactText {
	var found, others []contact.Found
	if masked {
		found, others = contact.Find(text), contact.Find(strings.Join(lines, "\n"))
	}
	t := contactText{speech: r.speech}
	from := 0
	add := func(s string, is bool) {
		if s != "" {
			t.Parts = append(t.Parts, contactPart{s, is})
		}
	}
	signed := r.actor.Can(store.Resident)
	for _, f := range found {
		add(r.Typo(text[from:f.From]), false)
		if signed {
			add(f.Text, true)
		} else {
			add(r.T("contact.reserved"), false)
		}
		from = f.To
	}
	add(r.Typo(text[from:]), false)
	if len(found)+len(others) > 0 && !signed {
		t.SignIn = r.signInHere()
	}
	for _, f := range others {
		if signed {
			add("\n"+f.Text, true)
		}
	}
	return t
}

// signInHere is where somebody signs in and comes back to this page.
func (r *request) signInHere() string {
	return signInPath + "?vers=" + url.QueryEscape(r.Request().URL.Path)
}

// shownLine is a title, or another text of one line, as it stands on pages and
// on paper; shownText has what is left out.
func (s *speech) shownLine(line string, masked bool) string {
	if masked {
		line = contact.Mask(line, contact.Hidden)
	}
	return s.Typo(line)
}
