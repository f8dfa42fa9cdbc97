// Package group keeps the groups of a village: who belongs to one, who may read
// it, who keeps it going.
//
// A group has three switches that know nothing of each other: who reads what is
// written in it (Reading), who sees its members and their number (Seen), and how
// one joins (Joining). A group that only its members read and that is joined by
// invitation alone is secret: it has no card, and to everybody else there is no
// such group. What is written in a group lies in other modules; package listing
// keeps what they show within the group's reading (listing.Regroup), and hears
// of every member from here (listing.Admit).
//
// Short words: a keeper ("animateur") answers for the group; a moderator of a
// group hides what is out of place in it; a label ("trésorière") gives no right.
package group

import (
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Module names this package in refs.
const Module = "group"

// Limits of what is written about a group, in characters, and of how many.
const (
	MaxName    = 80
	MaxPurpose = 2000
	PerDay     = 5 // groups one person begins
)

// Circle is to whom something of a group is told.
type Circle string

// From the widest to the narrowest.
const (
	ToEverybody Circle = "everybody"
	ToResidents Circle = "residents"
	ToMembers   Circle = "members"
	ToKeepers   Circle = "keepers" // of members only: nobody else sees who belongs
)

// Readings and Sights are the values of Reading and Seen, in the order they are
// shown.
var (
	Readings = []Circle{ToEverybody, ToResidents, ToMembers}
	Sights   = []Circle{ToEverybody, ToResidents, ToMembers, ToKeepers}
)

// Joining is how one becomes a member.
type Joining string

// The ways in.
const (
	Free    Joining = "free"    // at once
	Asked   Joining = "asked"   // a keeper answers
	Invited Joining = "invited" // a member has invited
)

// Joinings are the ways in, in the order they are shown.
var Joinings = []Joining{Free, Asked, Invited}

// Pauses are the minutes between two messages of one person that a group can ask
// for; 0 is none.
var Pauses = []int{0, 5, 15, 60, 360, 1440}

// Themes are what groups are about, in the order they are shown; the word of a
// theme is a tag of the group's card.
var Themes = []string{"neighbours", "nature", "civic", "culture", "sport", "children", "solidarity", "works", "leisure", "other"}

// themeWords are tags, content as what people write is.
var themeWords = map[string]string{
	"neighbours": "voisinage", "nature": "nature", "civic": "vie communale", "culture": "culture", "sport": "sport",
	"children": "enfance", "solidarity": "solidarité", "works": "patrimoine", "leisure": "loisirs", "other": "divers",
}

// ThemeWord is the tag of a theme; empty for what is none.
func ThemeWord(theme string) string { return themeWords[theme] }

// Group is one group. Get fills it for who may know of it.
type Group struct {
	ID      string
	Name    string
	Purpose string // plain, several lines
	Theme   string // of Themes
	Reading Circle
	Seen    Circle
	Joining Joining
	Pause   int // of Pauses

	AuthorID  string    // who began it; empty after they left
	ActiveAt  time.Time // when something was last written in it
	ClosedAt  time.Time // zero: open
	OrphanAt  time.Time // since when nobody keeps it; zero: somebody does
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Ref points at the group.
func (g *Group) Ref() store.Ref { return RefOf(g.ID) }

// RefOf points at the group with an id.
func RefOf(id string) store.Ref { return store.Ref{Module: Module, ID: id} }

// Secret tells whether nobody but its members knows of the group.
func (g *Group) Secret() bool { return g.Reading == ToMembers && g.Joining == Invited }

// Closed tells whether nothing is written in the group any more.
func (g *Group) Closed() bool { return !g.ClosedAt.IsZero() }

// Audience is who reads what is written in the group.
func (g *Group) Audience() listing.Audience {
	switch g.Reading {
	case ToEverybody:
		return listing.Public
	case ToResidents:
		return listing.Members
	default:
		return listing.Group
	}
}

// Get is one group. It fails with kind NotFound for one the actor may not know
// of: secret, for residents only, or hidden by a moderator. Who belongs to it
// knows it; who only asked to knows what anybody does.
func Get(tx *store.Tx, id string) (Group, error) {
	g, err := read(tx, id)
	if err != nil {
		return Group{}, err
	}
	if known, err := g.known(tx); err != nil || !known {
		return Group{}, notFound(err)
	}
	return g, nil
}

// read is a group whoever asks.
func read(tx *store.Tx, id string) (Group, error) { return store.One(tx, scanGroup, sqlByID, id) }

func notFound(err error) error {
	if err == nil {
		err = store.E(store.NotFound, "err.not_found")
	}
	return err
}

// known tells whether the actor may know that there is the group.
func (g *Group) known(tx *store.Tx) (bool, error) {
	if tx.Actor.ID != "" {
		m, in, err := memberOf(tx, g.ID, tx.Actor.ID)
		if err != nil || in && !m.Waiting {
			return in, err
		}
	}
	if g.Secret() {
		return false, nil
	}
	_, err := listing.ByRef(tx, g.Ref())
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	return err == nil, err
}

// MayRead tells whether the actor reads what is written in a group; false also
// for a group there is not.
func MayRead(tx *store.Tx, id string) (bool, error) {
	g, err := Get(tx, id)
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return g.MayRead(tx)
}

// MayRead tells whether the actor, who may know of the group, reads what is
// written in it.
func (g *Group) MayRead(tx *store.Tx) (bool, error) {
	switch {
	case g.Reading == ToEverybody, g.Reading == ToResidents && tx.Actor.Can(store.Resident):
		return true, nil
	case tx.Actor.ID == "":
		return false, nil
	}
	role, err := RoleOf(tx, g.ID)
	return role != None, err
}

// MayWrite tells whether the actor writes in a group: its members do, while it
// is open.
func MayWrite(tx *store.Tx, id string) (bool, error) {
	role, err := RoleOf(tx, id)
	if err != nil || role == None {
		return false, err
	}
	g, err := read(tx, id)
	return err == nil && !g.Closed(), err
}

// PauseOf is how long the acting account waits between two messages in a group.
// Who looks after the group does not wait.
func PauseOf(tx *store.Tx, id string) (time.Duration, error) {
	role, err := RoleOf(tx, id)
	if err != nil || role >= Moderator {
		return 0, err
	}
	g, err := read(tx, id)
	return time.Duration(g.Pause) * time.Minute, err
}

// Stir notes that something was written in a group, for whoever looks how alive
// it is. The caller wrote it.
func Stir(tx *store.Tx, id string) error {
	_, err := tx.Exec(sqlStir, tx.Now.Unix(), id)
	return err
}

// Mine lists the groups the acting person belongs to, by name.
func Mine(tx *store.Tx) ([]Group, error) {
	return store.All(tx, scanGroup, sqlOf, tx.Actor.ID)
}

// AuthorOf is the account that began a group; empty when it has left.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	return store.One(tx, store.Scan[string], sqlAuthor, id)
}

// NameOf is a group's name; empty for who may not know of it.
func NameOf(tx *store.Tx, id string) (string, error) {
	g, err := Get(tx, id)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return g.Name, err
}

// CarriedBy is the organisation in whose name the group stands; ok is false for
// none, and for one the actor may not know of.
func (g *Group) CarriedBy(tx *store.Tx) (e directory.Element, ok bool, err error) {
	return directory.InWhoseName(tx, g.Ref())
}

func instant(unix *int64) time.Time {
	if unix == nil {
		return time.Time{}
	}
	return time.Unix(*unix, 0).UTC()
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

func scanGroup(r store.Row) (Group, error) {
	var g Group
	var active, created, updated int64
	var closed, orphan *int64
	err := r.Scan(&g.ID, &g.Name, &g.Purpose, &g.Theme, &g.Reading, &g.Seen, &g.Joining, &g.Pause, &g.AuthorID,
		&active, &closed, &orphan, &created, &updated)
	g.ActiveAt, g.CreatedAt, g.UpdatedAt = instant(&active), instant(&created), instant(&updated)
	g.ClosedAt, g.OrphanAt = instant(closed), instant(orphan)
	return g, err
}
