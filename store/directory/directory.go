// Package directory keeps who and what a village has: organisations, projects,
// places, points of interest, and people who choose to be listed.
//
// All five are elements of one table with one page each. Whoever makes an
// element answers for it, and so do the administrators they invite (member.go);
// what an import brings is nobody's until it is claimed. A person's element is
// theirs alone and never leaves the box.
package directory

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Module names this package in refs.
const Module = "directory"

// Kind is what an element is.
type Kind string

// The kinds of elements.
const (
	Org     Kind = "org"     // association, business, public body, informal group
	Project Kind = "project" // something several people work at
	Place   Kind = "place"   // a hall, a school, a field; rooms are its children
	POI     Kind = "poi"     // a point of interest: defibrillator, water, compost
	Person  Kind = "person"  // somebody who chooses to be listed; on this box only
)

// Kinds lists them in the order they are shown.
var Kinds = []Kind{Org, Project, Place, POI, Person}

// Set is the name of the categories of a kind (package category); a person has
// none.
func (k Kind) Set() string { return Module + "." + string(k) }

// Card is the kind of card that stands for a kind of element: on the wire a
// point of interest is a place.
func (k Kind) Card() string {
	switch k {
	case Org:
		return listing.KindOrg
	case Project:
		return listing.KindProject
	case Person:
		return listing.KindPerson
	default:
		return listing.KindPlace
	}
}

// Limits of what a person types, in characters.
const (
	MaxDescription = 5000
	MaxBrief       = 160
	MaxLine        = 120 // address, contacts, registers
	MaxText        = 600 // hours, access, equipment
	MaxAddress     = 300 // of a site
)

// Element is one entry of the directory.
type Element struct {
	ID          string
	Kind        Kind
	Category    string // key in Kind.Set(); empty for none
	Name        string
	Brief       string // one line
	Description string // plain text
	Street      string // address within the commune
	Commune     string // INSEE code or x-…; empty is the box's own
	Position    *listing.Point
	Phone       string
	Email       string
	Website     string
	Hours       string // opening_hours of OpenStreetMap where understood, else as written
	Access      string
	Capacity    int // persons; 0 when nobody said
	Equipment   []string
	RNA         string // normalised: NormalizeRNA
	SIRET       string // normalised: NormalizeSIRET
	Register    string // number at a tribunal (Alsace-Moselle)
	Tags        []string
	Fields      map[string]string // custom fields, by key

	// ResidentsOnly names the fields visitors do not see: phone, email, street,
	// position, website, and keys of custom fields with "field." before them.
	// Withheld names those that are kept and shown to nobody else.
	ResidentsOnly []string
	Withheld      []string
	Audience      listing.Audience // Here at most for a person

	ParentID string
	AuthorID string // who made it; empty: imported, or has left
	Claimed  bool   // false: imported, nobody answers for it
	Source   Source

	VerifiedAt time.Time
	ArchivedAt time.Time // zero while it is listed
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Source is where an imported element comes from.
type Source struct {
	Name string // rna, sirene, osm…; empty: written here
	ID   string // there
	At   time.Time
	Hash []byte // SHA-256 of what was imported last
	Run  string // the import that made it
}

// Ref points at the element.
func (e *Element) Ref() store.Ref { return store.Ref{Module: Module, ID: e.ID} }
