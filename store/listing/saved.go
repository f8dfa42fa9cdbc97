package listing

import (
	"database/sql"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// SavedMap is a map somebody made for a subject: the filters of a list, colours
// for its tags, and where to look. Everybody may read it.
type SavedMap struct {
	ID, Slug, Code string // given by SaveMap
	Title, Note    string
	Filters        string // as in the address of a list
	Colours        []TagColour
	At             *Point // the middle; nil to show all of it
	Zoom           int
	AuthorID       string // empty when they left
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// TagColour is how a map shows the cards that have a tag.
type TagColour struct{ Tag, Colour string }

// MapColours are the colours to choose from: those of the subjects' tabs, which
// can be told from the ground in the light and in the dark.
var MapColours = []string{"agenda", "rooms", "aid", "ads", "votes", "people", "hours", "groups"}

// Bounds of saved maps.
const (
	MaxMapTitle   = 80 // characters
	MaxMapNote    = 2000
	MaxMapFilters = 1000
	MaxMapTags    = 6
	MaxMapsOf     = 50 // of one account
)

// mapWords are addresses under /carte that no map may have.
var mapWords = []string{"fiches", "noms", "fond", "export", "nouvelle"}

// Check tells what is wrong with the map as written. Whether its filters make
// sense is for the pages to say, which read them.
func (m *SavedMap) Check() error {
	var bad store.Errors
	switch n := utf8.RuneCountInString(m.Title); {
	case Slug(m.Title) == "":
		bad.Add(store.E(store.Invalid, "err.listing.map_title").At("title"))
	case n > MaxMapTitle:
		bad.Add(store.E(store.Invalid, "err.listing.map_long", "max", MaxMapTitle).At("title"))
	}
	if utf8.RuneCountInString(m.Note) > MaxMapNote {
		bad.Add(store.E(store.Invalid, "err.listing.map_long", "max", MaxMapNote).At("note"))
	}
	if _, err := url.ParseQuery(m.Filters); err != nil || len(m.Filters) > MaxMapFilters {
		bad.Add(store.E(store.Invalid, "err.listing.map_filters"))
	}
	if m.At != nil && !m.At.valid() {
		bad.Add(store.E(store.Invalid, "err.listing.position").At("view"))
	}
	if m.Zoom < 0 || m.Zoom > MaxZoom {
		bad.Add(store.E(store.Invalid, "err.listing.zoom", "max", MaxZoom).At("zoom"))
	}
	bad.Add(m.checkColours())
	return bad.OrNil()
}

func (m *SavedMap) checkColours() *store.Error {
	if len(m.Colours) > MaxMapTags {
		return store.E(store.Invalid, "err.listing.tags_many", "max", MaxMapTags).At("tag")
	}
	for _, c := range m.Colours {
		if TagKey(c.Tag) == "" || strings.ContainsAny(c.Tag, "\n,") || utf8.RuneCountInString(c.Tag) > MaxTag {
			return store.E(store.Invalid, "err.listing.tag", "tag", c.Tag).At("tag")
		}
		if !slices.Contains(MapColours, c.Colour) {
			return store.E(store.Invalid, "err.listing.map_colour").At("tag")
		}
	}
	return nil
}

// SaveMap adds a map on behalf of the acting account, and gives it an address
// and a short code.
func SaveMap(tx *store.Tx, m *SavedMap) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if err := m.Check(); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlMapsOf, tx.Actor.ID)
	if err != nil {
		return err
	}
	if n >= MaxMapsOf {
		return store.E(store.Conflict, "err.listing.maps_many", "max", MaxMapsOf)
	}
	slugs, err := store.All(tx, store.Scan[string], sqlMapSlugs)
	if err != nil {
		return err
	}
	m.ID, m.AuthorID, m.CreatedAt, m.UpdatedAt = tx.NewID(), tx.Actor.ID, tx.Now, tx.Now
	m.Slug = free(Slug(m.Title), func(s string) bool { return slices.Contains(slugs, s) || slices.Contains(mapWords, s) })
	if m.Code, err = newCode(tx, m.ID); err != nil {
		return err
	}
	lat, lon := columns(m.At)
	_, err = tx.Exec(sqlMapAdd, m.ID, m.Slug, m.Code, m.Title, m.Note, m.Filters, m.colours(), lat, lon, m.Zoom, m.AuthorID, tx.Now.Unix(), tx.Now.Unix())
	return err
}

// ChangeMap stores the map m.ID as it is now written. Its address stays.
func ChangeMap(tx *store.Tx, m *SavedMap) error {
	was, err := mapFor(tx, m.Slug, (*SavedMap).MayChange)
	if err != nil {
		return err
	}
	if err := m.Check(); err != nil {
		return err
	}
	lat, lon := columns(m.At)
	_, err = tx.Exec(sqlMapChange, m.Title, m.Note, m.Filters, m.colours(), lat, lon, m.Zoom, tx.Now.Unix(), was.ID)
	return err
}

// RemoveMap takes a map away for good. Its cards stay where they are.
func RemoveMap(tx *store.Tx, slug string) error {
	m, err := mapFor(tx, slug, (*SavedMap).MayRemove)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlMapRemove, tx.Now.Unix(), m.ID)
	return err
}

// mapFor is a map, for somebody who may do something to it.
func mapFor(tx *store.Tx, slug string, may func(*SavedMap, store.Actor) bool) (SavedMap, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return SavedMap{}, err
	}
	m, err := MapBySlug(tx, slug)
	if err == nil && !may(&m, tx.Actor) {
		return m, store.E(store.Forbidden, "err.forbidden")
	}
	return m, err
}

// MayChange tells whether a may change the map: who made it, or an operator
// when they left. Nobody edits another's words.
func (m *SavedMap) MayChange(a store.Actor) bool {
	if m.AuthorID == "" {
		return a.Can(store.Operator)
	}
	return a.ID == m.AuthorID
}

// MayRemove tells whether a may take the map down: who made it, or an operator.
func (m *SavedMap) MayRemove(a store.Actor) bool { return m.MayChange(a) || a.Can(store.Operator) }

// MapBySlug is the map of an address.
func MapBySlug(tx *store.Tx, slug string) (SavedMap, error) {
	return store.One(tx, scanMap, sqlMapBySlug, slug)
}

// MapByCode is the map of a short code.
func MapByCode(tx *store.Tx, code string) (SavedMap, error) {
	return store.One(tx, scanMap, sqlMapByCode, code)
}

// SavedMaps lists all maps by title.
func SavedMaps(tx *store.Tx) ([]SavedMap, error) {
	list, err := store.All(tx, scanMap, sqlMaps)
	slices.SortStableFunc(list, func(a, b SavedMap) int { return strings.Compare(Fold(a.Title), Fold(b.Title)) })
	return list, err
}

// Painter tells which of the map's colours a card has, counted from 0 by the
// first rule one of its tags fits, in any spelling; -1 for none.
func (m *SavedMap) Painter(tx *store.Tx) func(Card) (int, error) {
	known := map[string]string{} // spelling → canonical key
	key := func(tag string) (string, error) {
		if k, ok := known[tag]; ok {
			return k, nil
		}
		k, err := canonical(tx, TagKey(tag))
		known[tag] = k
		return k, err
	}
	return func(c Card) (int, error) {
		for i, rule := range m.Colours {
			want, err := key(rule.Tag)
			if err != nil {
				return -1, err
			}
			for _, t := range c.Tags {
				if tag, err := key(t); err != nil || tag == want {
					return i, err
				}
			}
		}
		return -1, nil
	}
}

// colours is how the colours are stored.
func (m *SavedMap) colours() string {
	lines := make([]string, len(m.Colours))
	for i, c := range m.Colours {
		lines[i] = c.Colour + " " + c.Tag
	}
	return strings.Join(lines, "\n")
}

func scanMap(r store.Row) (SavedMap, error) {
	var m SavedMap
	var colours string
	var lat, lon sql.NullInt32
	var created, updated int64
	err := r.Scan(&m.ID, &m.Slug, &m.Code, &m.Title, &m.Note, &m.Filters, &colours, &lat, &lon, &m.Zoom, &m.AuthorID, &created, &updated)
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(colours) {
		colour, tag, _ := strings.Cut(strings.TrimSpace(line), " ")
		m.Colours = append(m.Colours, TagColour{tag, colour})
	}
	m.At, m.CreatedAt, m.UpdatedAt = point(lat, lon), instant(created), instant(updated)
	return m, nil
}
