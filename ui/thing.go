package ui

import (
	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/agenda"
	"copi.local/store/assembly"
	"copi.local/store/booking"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/petition"
	"copi.local/store/vote"
)

// module is what the pages of all need to know of one whose things moderators
// decide about, and which mostly have cards: a module with pages of its own adds
// its line to modules and, with cards, to shows.
type module struct {
	path   string                                        // its things are below it; empty: /<name>
	author func(tx *store.Tx, id string) (string, error) // the account that wrote a thing, empty for nobody
	remove func(tx *store.Tx, id string) error           // takes a thing away for good; nil where moderators only hide

	// past is the title of a thing that has a page and no card any more; empty
	// for who may not know of it. nil where nothing outlives its card.
	past func(tx *store.Tx, id string) (string, error)
}

var modules = map[string]module{
	ads.Module:            {path: "/annonces", author: ads.AuthorOf, remove: ads.Remove, past: adTitle},
	agenda.Module:         {author: agenda.AuthorOf, remove: agenda.Remove},
	assembly.Module:       {path: assemblyPath, author: assembly.AuthorOf, past: assembly.TitleOf},
	booking.Module:        {path: "/salles", author: booking.AuthorOf, remove: booking.Discard},
	directory.Module:      {path: "/annuaire", author: directory.AuthorOf, remove: directory.Remove},
	group.Module:          {path: "/groupes", author: group.AuthorOf, remove: discardGroup, past: groupTitle},
	mutualaid.Module:      {path: "/entraide", author: mutualaid.AuthorOf, remove: removeFavour},
	petition.Module:       {path: petitionsPath, author: petition.AuthorOf, remove: petition.Discard},
	discussion.Module:     {path: "/sujets", author: discussion.AuthorOf, remove: discussion.Discard},
	discussion.PostModule: {path: postPath, author: discussion.PostAuthorOf, remove: discussion.DiscardPost, past: discussion.PostTitle},
	discussion.Journal:    {path: journalPath, author: discussion.EntryAuthorOf, remove: discussion.RemoveEntry},
	vote.Module:           {path: votePath, author: vote.AuthorOf, remove: vote.Discard},
}

// shows draws the page of a thing under another address than its own: its
// short code.
func (s *Server) shows() map[string]func(*request, string) error {
	return map[string]func(*request, string) error{
		ads.Module:         s.showAd,
		agenda.Module:      s.showEvent,
		assembly.Module:    s.showAssembly,
		booking.Module:     s.showRoom,
		directory.Module:   s.showElement,
		group.Module:       s.showGroup,
		mutualaid.Module:   s.showFavour,
		petition.Module:    s.showPetition,
		discussion.Module:  s.showTopic,
		discussion.Journal: s.showEntry,
		vote.Module:        s.showVote,
	}
}

// pastTitle is the title of a thing that has a page and no card any more; empty
// where there is none, or none the reader may know of.
func pastTitle(tx *store.Tx, ref store.Ref) (string, error) {
	if past := modules[ref.Module].past; past != nil {
		return past(tx, ref.ID)
	}
	return "", nil
}

// pastThing finds the thing that had a short code while it had a card.
func pastThing(tx *store.Tx, code string) (store.Ref, error) {
	id, err := listing.Withdrawn(tx, code)
	if err != nil {
		return store.Ref{}, err
	}
	for name := range modules {
		ref := store.Ref{Module: name, ID: id}
		if title, err := pastTitle(tx, ref); err != nil || title != "" {
			return ref, err
		}
	}
	return store.Ref{}, store.E(store.NotFound, "err.not_found")
}

// thingHref is the page of a thing.
func thingHref(ref store.Ref) string {
	path := modules[ref.Module].path
	if path == "" {
		path = "/" + ref.Module
	}
	return path + "/" + ref.ID
}
