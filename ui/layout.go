package ui

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// tab is one tab of the head of every page.
type tab struct {
	Href, Icon, Word string
	Colour           string // class of a subject's colour in copi.css; empty is the accent
	Size             string // "only-small" where a wide screen shows the thing itself, "only-wide" where a phone has it elsewhere
	Current          string // value of aria-current, empty when elsewhere
}

// tabsOfAll are the tabs in their order; one shows when its address exists and
// the person may go there, and a guest's to nobody else. They are few enough
// for two rows of a phone and one of a screen.
var tabsOfAll = []struct {
	href, icon, key, colour, size string
	role                          store.Role
	guest                         bool
}{
	{"/", "house", "ui.tab.today", "", "", store.Visitor, false},
	{"/agenda", "calendar-days", "ui.tab.agenda", "agenda", "", store.Visitor, false},
	{"/annonces", "tag", "ui.subject.ads", "ads", "", store.Visitor, false},
	{"/entraide", "hand-heart", "ui.subject.aid", "aid", "", store.Visitor, false},
	{"/salles", "door-open", "ui.tab.rooms", "rooms", "", store.Visitor, false},
	{"/carte", "map", "ui.tab.map", "rooms", "only-wide", store.Visitor, false},
	{"/annuaire", "book-user", "ui.subject.directory", "people", "", store.Visitor, false},
	{"/heures", "hourglass", "ui.subject.hours", "hours", "", store.Resident, false},
	{"/recherche", "search", "ui.tab.search", "", "only-small", store.Visitor, false},
	{"/proposer", "plus", "ui.tab.propose", "aid", "", store.Visitor, true},
	{"/moderation", "list-checks", "ui.tab.moderation", "rooms", "", store.Moderator, false},
	{"/admin", "settings", "ui.tab.admin", "people", "", store.Operator, false},
}

// Tabs lists the tabs of the head for who looks.
func (p *page) Tabs() []tab {
	var list []tab
	for _, t := range tabsOfAll {
		if !p.Has(t.href) || (t.role != store.Visitor && !p.Me.Actor.Can(t.role)) || (t.guest && p.SignedIn()) {
			continue
		}
		v := tab{Href: t.href, Icon: t.icon, Word: p.T(t.key), Colour: t.colour, Size: t.size}
		switch {
		case p.path == t.href:
			v.Current = "page"
		case t.href != "/" && (strings.HasPrefix(p.path, t.href+"/") || p.Section == t.href[1:]):
			v.Current = "true"
		}
		list = append(list, v)
	}
	return list
}

// footLink is one link at the foot of every page.
type footLink struct{ Href, Word string }

// Foot lists the links at the foot of the page that lead somewhere.
func (p *page) Foot() []footLink {
	var list []footLink
	for _, l := range []footLink{
		{"/aide", "ui.help"},
		{"/territoire", "listing.zones.title"},
		{"/voisins", "ui.foot.neighbours"},
		{"/statistiques", "listing.stats.title"},
		{"/charte", "ui.foot.charter"},
		{"/mentions-legales", "ui.foot.legal"},
		{"/aide/accessibilite", "ui.foot.accessibility"},
		{"/etat", "ui.status.title"},
	} {
		if p.Has(strings.Replace(l.Href, "/aide/accessibilite", "/aide", 1)) {
			list = append(list, footLink{l.Href, p.T(l.Word)})
		}
	}
	return list
}

// Has tells whether the box has a page at this address and its module is on, so
// that the head and foot of pages show no door that leads nowhere.
func (p *page) Has(path string) bool {
	return p.box.has(path) && (p.box.opened.Load() || hasPrefix(path, beforeSetup)) && !slices.Contains(p.off, moduleOf(path))
}

func (s *Server) has(path string) bool {
	for _, rt := range s.routes {
		if rt.method == GET && rt.path == path {
			return true
		}
	}
	return false
}

// named is the commune's name as of one version of the database.
type named struct {
	version uint64
	name    string
}

// village is the commune's name, which stands on every page; empty before the
// set-up. It is read again after a commit only.
func (s *Server) village(ctx context.Context) string {
	version := s.db.Version(ctx)
	if known := s.name.Load(); known != nil && known.version == version {
		return known.name
	}
	var home listing.Home
	err := s.db.View(ctx, func(tx *store.Tx) (err error) {
		home, err = listing.HomeOf(tx)
		return err
	})
	if err != nil { // the page still says what went wrong
		s.log.Debug("commune's name not read", slog.Any("error", err))
		return ""
	}
	s.name.Store(&named{version, home.Name})
	return home.Name
}
