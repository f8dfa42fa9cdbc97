package format

// Why a thing is refused.
const (
	NoName    = "no_name"
	BadRNA    = "rna"
	BadSIRET  = "siret"
	BadPlace  = "position"
	BadDate   = "date"
	NoDate    = "no_date"
	TooLong   = "long"
	BadShape  = "shape"    // a geometry without a point
	NoCentre  = "centre"   // a way whose nodes are not in the file
	BadCells  = "cells"    // fewer cells than columns
	BadText   = "text"     // bytes that are no text
	BadCard   = "vcard"    // a version that is not read
	Twice     = "twice"    // its number was in the file before
	Deep      = "deep"     // nested deeper than such a file is
	Unwritten = "fields"   // the box does not take it so; the detail says
	Inverted  = "inverted" // latitude and longitude changed places
	NoCommune = "commune"  // the commune is not known
	BadRule   = "rule"     // it repeats by a rule that is none
	Often     = "often"    // it repeats within a day
	Boundless = "bounds"   // it repeats by a rule or on dates beyond any use
	FromHere  = "onwards"  // a change of a date and all after it
	NoSeries  = "series"   // a change of a series that is refused
	TooMany   = "too_many" // more that repeats than a file may hold
)

// Why a file cannot be read.
const (
	Archive   = "archive"
	Workbook  = "workbook"
	NotText   = "not_text"
	Empty     = "empty"
	NotThis   = "not_this" // another format than it was said to be
	KML       = "kml"
	NoColumns = "no_columns" // the columns a format needs are not there
	RowLong   = "row_long"   // a quote that is not closed
	Cut       = "cut"        // it ends in the middle
	Markup    = "markup"     // not well-formed
	Entities  = "entities"   // XML that defines its own
	HugeThing = "huge"       // longer than a thing can be
)

// Why a thing is left out on purpose.
const (
	Closed     = "closed"   // dissolved, shut
	SoleTrader = "trader"   // a business that is a person
	Withheld   = "withheld" // asked not to be published
	SomeOne    = "person"
	Elsewhere  = "elsewhere" // of another commune
	Unnamed    = "unnamed"   // on a map, neither name nor use
	NotShown   = "kind"      // a kind the box has no place for
)

// sentences say the reasons in English.
var sentences = map[string]string{
	NoName: "no name", BadRNA: "not an RNA number", BadSIRET: "not a SIRET number", BadPlace: "not a position",
	BadDate: "not a date", NoDate: "no date", TooLong: "too long", BadShape: "no point to show it at",
	NoCentre: "its position is not in the file", BadCells: "wrong number of cells", BadText: "not text",
	BadCard: "this version of vCard is not read", Twice: "the same number was in the file before",
	Deep: "nested too deep", Unwritten: "not accepted", Inverted: "latitude and longitude seem to have changed places",
	NoCommune: "unknown commune",
	BadRule:   "its rule of repetition is not understood", Often: "repeats more than once a day", Boundless: "repeats beyond any use",
	FromHere: "changes a date and all that follow, which is not read", NoSeries: "changes a date of a series that is refused",
	TooMany: "more events that repeat than one file may hold: split it",

	Archive:  "an archive or a spreadsheet: unpack it, or save it as CSV",
	Workbook: "a spreadsheet: save it as CSV", NotText: "not a text file", Empty: "the file is empty",
	NotThis: "not a file of this format", KML: "a KML file, not GeoJSON: export it as GeoJSON",
	NoColumns: "columns are missing", RowLong: "a line is too long, or a quote is not closed",
	Cut: "the file ends in the middle", Markup: "not well-formed", Entities: "defines XML entities", HugeThing: "one thing is too long",

	Closed: "closed or dissolved", SoleTrader: "sole traders", Withheld: "asked not to be published", SomeOne: "persons",
	Elsewhere: "of another commune", Unnamed: "without name or use", NotShown: "of a kind the box has no place for",
}

// Sentence is a reason in English, for the command line.
func Sentence(reason string) string { return sentences[reason] }
