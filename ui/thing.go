package ui

import (
	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
	"copi.local/store/directory"
)

// module is what the pages of all need to know of one whose things have cards:
// a module with pages of its own adds its line to modules and to shows.
type module struct {
	path   string                                        // its things are below it; empty: /<name>
	author func(tx *store.Tx, id string) (string, error) // the account that wrote a thing, empty for nobody
}

var modules = map[string]module{
	agenda.Module:    {author: agenda.AuthorOf},
	booking.Module:   {path: "/salles", author: booking.AuthorOf},
	directory.Module: {path: "/annuaire", author: directory.AuthorOf},
}

// shows draws the page of a thing under another address than its own: its
// short code.
func (s *Server) shows() map[string]func(*request, string) error {
	return map[string]func(*request, string) error{
		agenda.Module:    s.showEvent,
		booking.Module:   s.showRoom,
		directory.Module: s.showElement,
	}
}

// thingHref is the page of a thing.
func thingHref(ref store.Ref) string {
	path := modules[ref.Module].path
	if path == "" {
		path = "/" + ref.Module
	}
	return path + "/" + ref.ID
}
