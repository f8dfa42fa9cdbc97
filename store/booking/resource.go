package booking

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Kind is what sort of thing a resource is.
type Kind string

// The kinds of resources.
const (
	Room Kind = "room"
	Good Kind = "good" // so many of one sort: tables, a minibus
)

// Who may ask for a resource.
type Who string

// The answers to it.
const (
	Residents Who = "residents" // everybody with an account
	Managers  Who = "managers"  // they write down what is asked for elsewhere
)

// Limits of a resource.
const (
	MaxDescription = 5000
	MaxEquipment   = 40
	MaxStock       = 10_000
	MaxBuffer      = 24 * time.Hour
	MaxParts       = 12
)

// Resource is something to book.
type Resource struct {
	ID          string
	Kind        Kind
	Name        string
	Description string
	Site        string // where it is, as people say it: "Salle des fêtes"
	Capacity    int    // persons; 0: not said
	Equipment   []string
	Stock       int           // how many there are; a room is 1
	Before      time.Duration // kept free before each booking, whole minutes
	After       time.Duration // and after
	Who         Who
	Validated   bool   // a manager answers each request
	TextAgain   bool   // also one that only changes words
	Zone        string // IANA; empty is Paris
	Terms       string // rules and tariffs as JSON; empty for none
	Closed      bool   // nobody can book it any more
	CreatedAt   time.Time
	UpdatedAt   time.Time

	Parts []string // ids of the rooms it is composed of; filled by Get
}

// Ref points at the resource; it has a card.
func (r *Resource) Ref() store.Ref { return store.Ref{Module: Module, ID: r.ID} }

// Check tells what is wrong with the resource as written.
func (r *Resource) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckTitle(r.Name))
	bad.Add(listing.CheckText("description", r.Description, MaxDescription))
	bad.Add(listing.CheckText("site", r.Site, MaxLine))
	if r.Kind != Room && r.Kind != Good || r.Who != Residents && r.Who != Managers {
		bad.Add(store.E(store.Invalid, "err.booking.kind").At("kind"))
	}
	if r.Kind == Room {
		r.Stock = 1
	} else {
		r.Parts = nil
	}
	if r.Stock < 1 || r.Stock > MaxStock {
		bad.Add(store.E(store.Invalid, "err.booking.stock", "max", MaxStock).At("stock"))
	}
	if r.Capacity < 0 || r.Capacity > 1_000_000 {
		bad.Add(store.E(store.Invalid, "err.booking.people").At("capacity"))
	}
	if len(r.Equipment) > MaxEquipment || slices.ContainsFunc(r.Equipment, func(s string) bool { return listing.CheckText("", s, MaxLine) != nil }) {
		bad.Add(store.E(store.Invalid, "err.booking.equipment", "max", MaxEquipment, "long", MaxLine).At("equipment"))
	}
	for field, d := range map[string]time.Duration{"before": r.Before, "after": r.After} {
		if d < 0 || d > MaxBuffer || d%time.Minute != 0 {
			bad.Add(store.E(store.Invalid, "err.booking.buffer", "max", int(MaxBuffer/time.Minute)).At(field))
		}
	}
	if r.Zone == "" {
		r.Zone = Paris
	}
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
		bad.Add(store.E(store.Invalid, "err.booking.zone").At("zone"))
	}
	return bad.OrNil()
}

// Create adds a resource with its parts and puts its card; only an operator
// may.
func Create(tx *store.Tx, r *Resource) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if err := r.Check(); err != nil {
		return err
	}
	if r.ID == "" {
		r.ID = tx.NewID()
	}
	r.CreatedAt, r.UpdatedAt, r.Closed = tx.Now, tx.Now, false
	if _, err := tx.Exec(sqlInsertResource, append(r.columns(), r.CreatedAt.Unix(), r.ID)...); err != nil {
		return err
	}
	if err := r.setParts(tx); err != nil {
		return err
	}
	return r.put(tx)
}

// Change writes a resource anew, for its managers; its parts are an operator's
// to change. Bookings to come keep their hours, with the buffers as they are
// now.
func Change(tx *store.Tx, r *Resource) error {
	was, err := Own(tx, r.ID)
	if err != nil {
		return err
	}
	r.Kind, r.CreatedAt, r.Closed, r.Terms = was.Kind, was.CreatedAt, was.Closed, was.Terms
	if !tx.Actor.Can(store.Operator) {
		r.Parts = was.Parts
	}
	if err := r.Check(); err != nil {
		return err
	}
	if err := r.store(tx); err != nil {
		return err
	}
	space, err := related(tx, r.ID)
	if err != nil {
		return err
	}
	if err := r.setParts(tx); err != nil {
		return err
	}
	now, err := related(tx, r.ID)
	if err != nil {
		return err
	}
	for _, id := range union(space, now) {
		if err := respan(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// SetTerms writes the terms of a resource, for its managers. The caller has
// checked them.
func SetTerms(tx *store.Tx, id, terms string) error {
	r, err := Own(tx, id)
	if err != nil {
		return err
	}
	r.Terms = terms
	return r.store(tx)
}

// store writes the row of a resource that exists, and its card.
func (r *Resource) store(tx *store.Tx) error {
	r.UpdatedAt = tx.Now
	if _, err := tx.Exec(sqlUpdateResource, append(r.columns(), r.ID)...); err != nil {
		return err
	}
	return r.put(tx)
}

// Close takes a resource out of the lists, or puts it back; only an operator
// may. Its bookings stay.
func Close(tx *store.Tx, id string, closed bool) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	r, err := Get(tx, id)
	if err != nil {
		return err
	}
	r.Closed = closed
	return r.store(tx)
}

// setParts writes what the resource is composed of. A whole is never a part:
// one level is what a partition makes.
func (r *Resource) setParts(tx *store.Tx) error {
	if len(r.Parts) > MaxParts {
		return store.E(store.Invalid, "err.booking.parts", "max", MaxParts).At("parts")
	}
	if _, err := tx.Exec(sqlDropParts, r.ID); err != nil {
		return err
	}
	for _, part := range r.Parts {
		p, err := Get(tx, part)
		if err != nil {
			return err
		}
		if p.Kind != Room || p.ID == r.ID || len(p.Parts) > 0 {
			return store.E(store.Invalid, "err.booking.part_of_part").At("parts")
		}
		if _, err := tx.Exec(sqlAddPart, r.ID, part); err != nil {
			return err
		}
	}
	if len(r.Parts) == 0 {
		return nil
	}
	n, err := store.One(tx, store.Scan[int], sqlIsPart, r.ID)
	if err == nil && n > 0 {
		return store.E(store.Invalid, "err.booking.part_of_part").At("parts")
	}
	return err
}

// Get is one resource.
func Get(tx *store.Tx, id string) (Resource, error) {
	r, err := store.One(tx, scanResource, sqlResource, id)
	if err != nil {
		return r, err
	}
	r.Parts, err = store.All(tx, store.Scan[string], sqlParts, id)
	return r, err
}

// Own is one resource, for somebody who may change it and answer for it; it
// fails with kind Forbidden for others.
func Own(tx *store.Tx, id string) (Resource, error) {
	r, err := Get(tx, id)
	if err != nil {
		return r, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return r, err
	}
	may, err := Manages(tx, id)
	if err == nil && !may {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return r, err
}

// Manages tells whether the actor answers for a resource: an operator, or
// somebody named for it.
func Manages(tx *store.Tx, id string) (bool, error) {
	if tx.Actor.Can(store.Operator) {
		return true, nil
	}
	if tx.Actor.ID == "" {
		return false, nil
	}
	n, err := store.One(tx, store.Scan[int], sqlManages, id, tx.Actor.ID)
	return n > 0, err
}

// Managed lists the resources the actor answers for.
func Managed(tx *store.Tx) ([]Resource, error) {
	all, err := Resources(tx, true)
	if err != nil || tx.Actor.Can(store.Operator) {
		return all, err
	}
	ids, err := store.All(tx, store.Scan[string], sqlManagedBy, tx.Actor.ID)
	return slices.DeleteFunc(all, func(r Resource) bool { return !slices.Contains(ids, r.ID) }), err
}

// ManagersOf lists the accounts named for a resource.
func ManagersOf(tx *store.Tx, id string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlManagersOf, id)
}

// SetManager names somebody for a resource, or no longer; only an operator may.
func SetManager(tx *store.Tx, id, account string, on bool) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if _, err := Get(tx, id); err != nil {
		return err
	}
	statement := sqlDropManager
	if on {
		statement = sqlAddManager
	}
	_, err := tx.Exec(statement, id, account)
	return err
}

// Resources lists all resources, by place and name; those that are closed only
// when asked for.
func Resources(tx *store.Tx, closed bool) ([]Resource, error) {
	list, err := store.All(tx, scanResource, sqlResources)
	if err != nil {
		return nil, err
	}
	parts, err := store.All(tx, scanPart, sqlAllParts)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(r Resource) bool { return r.Closed && !closed })
	for i := range list {
		for _, p := range parts {
			if p.whole == list[i].ID {
				list[i].Parts = append(list[i].Parts, p.part)
			}
		}
	}
	return list, nil
}

// part is one row of what is composed of what.
type part struct{ whole, part string }

// summaryLength is how much of the text a card carries, in characters.
const summaryLength = 160

// put writes the card of the resource, or takes it away when it is closed.
func (r *Resource) put(tx *store.Tx) error {
	if r.Closed {
		return listing.Withdraw(tx, r.Ref())
	}
	body := listing.Body{"@type": "Room", "name": r.Name}
	if r.Kind == Good {
		body["@type"] = "Product"
	}
	if r.Description != "" {
		body["description"] = r.Description
	}
	if r.Site != "" {
		body["containedInPlace"] = map[string]any{"@type": "Place", "name": r.Site}
	}
	if r.Capacity > 0 {
		body["maximumAttendeeCapacity"] = r.Capacity
	}
	var amenities []any
	for _, what := range r.Equipment {
		amenities = append(amenities, map[string]any{"@type": "LocationFeatureSpecification", "name": what, "value": true})
	}
	if len(amenities) > 0 {
		body["amenityFeature"] = amenities
	}
	if err := photo.Images(tx, r.Ref(), body); err != nil {
		return err
	}
	c := listing.Card{Ref: r.Ref(), Kind: listing.KindPlace, Title: r.Name, Summary: r.summary(), Audience: listing.Public}
	var err error
	if c.Position, err = r.stands(tx); err != nil {
		return err
	}
	return listing.Put(tx, c, body)
}

// stands links the resource with the place of the directory that bears the name
// of its site, and gives where that is, as far as everybody may know.
func (r *Resource) stands(tx *store.Tx) (*listing.Point, error) {
	if err := directory.AtPlace(tx, r.Ref(), r.Site); err != nil {
		return nil, err
	}
	links, err := directory.Links(tx, r.Ref())
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		c, err := listing.ByRef(tx, store.Ref{Module: directory.Module, ID: l.Element})
		if err == nil && l.Role == directory.Venue {
			return c.Position, nil
		}
		if err != nil && store.KindOf(err) != store.NotFound {
			return nil, err
		}
	}
	return nil, nil
}

func (r *Resource) summary() string {
	return listing.Clip(strings.Trim(r.Site+" — "+r.Description, " —"), summaryLength)
}

// AuthorOf is nobody: a room is the village's.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	_, err := Get(tx, id)
	return "", err
}

// Discard takes a resource away with its past bookings, once moderators have
// decided so (store.Tx.Entrust). It fails with kind Conflict while somebody has
// it, or waits for it: they are to be told first, by cancelling.
func Discard(tx *store.Tx, id string) error {
	r, err := Get(tx, id)
	if err != nil {
		return err
	}
	if !tx.VouchedFor(r.Ref()) {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if taken, err := store.One(tx, store.Scan[bool], sqlTakenStill, id, tx.Now.Unix()); err != nil {
		return err
	} else if taken {
		return store.E(store.Conflict, "err.booking.taken_still")
	}
	if _, err := tx.Exec(sqlDropResource, id); err != nil {
		return err
	}
	return listing.Withdraw(tx, r.Ref())
}
