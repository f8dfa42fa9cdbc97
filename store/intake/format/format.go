// Package format reads the files an operator brings: the registers of
// associations (RNA) and of businesses (SIRENE), tables, address cards, maps,
// calendars. It knows the shapes of files and nothing of the box.
//
// A file is read as a stream, whatever its size: one thing at a time is held
// in memory, and what is longer than a thing can be ends the reading with a
// Broken. What is wrong with one thing is a Fault, and the reading goes on.
// Nothing is evaluated: a formula is text, an XML entity is refused, an archive
// is not opened.
//
// What speaks of a person is not read at all: no column adrg_* or dir_* of the
// RNA, no name of a sole trader, no citizen, no address card of somebody.
package format

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// Format is the shape of a file.
type Format string

// The formats.
const (
	RNA         Format = "rna"
	SIRENE      Format = "sirene"
	CSV         Format = "csv"
	VCard       Format = "vcard"
	GeoJSON     Format = "geojson"
	OSM         Format = "osm"
	Communecter Format = "communecter"
	ICS         Format = "ics"
	Communes    Format = "communes" // positions of communes, for Places
)

// Formats lists all, in the order they are offered.
var Formats = []Format{RNA, SIRENE, CSV, VCard, GeoJSON, OSM, Communecter, ICS, Communes}

// Kinds of things, as the directory names them, and the agenda's.
const (
	KindOrg     = "org"
	KindProject = "project"
	KindPlace   = "place"
	KindPOI     = "poi"
	KindEvent   = "event"
)

// Record is one thing of a file.
type Record struct {
	Line     int    // where it begins; in JSON and XML, counted in things
	ID       string // in its source, the same in the next file; empty when it has none
	Kind     string
	Category string // key in the box's own list; may be empty

	Name, Brief, Text               string
	Street, PostalCode, City, INSEE string
	Lat, Lon                        float64
	Placed                          bool // Lat and Lon are known
	Phone, Email, Website, Hours    string
	RNA, SIRET                      string // as written
	Since                           string // day it was founded, 2006-01-02
	Tags                            []string

	// Of events. Moments are 2006-01-02T15:04 on a wall in Zone.
	Starts, Ends, Zone, Place, Organiser string
	AllDay, Cancelled, Tentative         bool
	Winter                               bool   // of an hour that comes twice, Starts is the second
	Related                              string // ID of the event this one came out of
	Sequence                             int64

	// Of events that repeat.
	Rule           string   // as calendar.ParseRule reads it; empty when only Extra says when
	Extra, Without []string // moments added to the rule, and taken out of it
	Changes        []Record // dates that are not like the others; Date says which
	Date           string   // of a change: when it was to begin, in the Zone of the series
}

// Repeats tells whether a record is an event of more than one date.
func (r *Record) Repeats() bool { return r.Rule != "" || len(r.Extra) > 0 }

// Fault says why one thing cannot be taken.
type Fault struct {
	Line   int
	Reason string // one of the reasons
	Detail string // the value that is wrong; may be empty
}

// Broken is the error of a file that cannot be read further, or at all.
type Broken struct {
	Line   int // 0 for the whole file
	Reason string
	Detail string
}

// Error describes the fault in English, for the log and the command line.
func (b *Broken) Error() string {
	s := sentences[b.Reason]
	if b.Detail != "" {
		s += " (" + b.Detail + ")"
	}
	if b.Line > 0 {
		s = fmt.Sprintf("line %d: %s", b.Line, s)
	}
	return s
}

// String describes the fault in English.
func (f Fault) String() string { return (&Broken{f.Line, f.Reason, f.Detail}).Error() }

// Options is what a reader is told beside the file.
type Options struct {
	Match       Match  // of a table: where its columns go; nil lets Guess decide
	Kind        string // of things whose file does not say; empty is org
	Streets     bool   // streets are nobody's home: somebody made sure
	SoleTraders bool   // take sole traders, under the sign of their shop
	Zone        string // of the village, for events without; empty is Europe/Paris
}

func (o *Options) kind() string {
	if o.Kind == "" {
		return KindOrg
	}
	return o.Kind
}

// Visitor receives what a file holds, in its order. Take may end the reading
// with an error, which Read returns.
type Visitor struct {
	Take   func(Record) error
	Refuse func(Fault)
	Skip   func(reason string) // left out on purpose, not a fault
}

func (v *Visitor) refuse(line int, reason, detail string) {
	v.Refuse(Fault{line, reason, clip(detail, 80)})
}

// readers by format. Communes are read by Places.
var readers = map[Format]func(*bufio.Reader, *Options, *Visitor) error{
	RNA: readRNA, SIRENE: readSIRENE, CSV: readTable, VCard: readVCards, GeoJSON: readGeoJSON,
	OSM: readOSM, Communecter: readCommunecter, ICS: readCalendar,
}

// Read reads a file of a format. The error is a *Broken when the file is at
// fault, else the source's own or that of Take.
func Read(f Format, r io.Reader, o Options, v Visitor) error {
	read, ok := readers[f]
	if !ok {
		return &Broken{Reason: NotThis, Detail: string(f)}
	}
	br, err := open(r)
	if err != nil {
		return err
	}
	return read(br, &o, &v)
}

// headSize is how much of a file is looked at before it is read.
const headSize = 64 << 10

// signatures of files that are not text.
var signatures = []struct{ magic, reason string }{
	{"PK\x03\x04", Archive},
	{"PK\x05\x06", Archive},
	{"\x1f\x8b", Archive},
	{"7z\xbc\xaf\x27\x1c", Archive},
	{"Rar!", Archive},
	{"BZh", Archive},
	{"\xfd7zXZ\x00", Archive},
	{"\x28\xb5\x2f\xfd", Archive},
	{"\xd0\xcf\x11\xe0", Workbook},
	{"%PDF", NotText},
}

// open looks at the beginning of a file and refuses what is no text.
func open(r io.Reader) (*bufio.Reader, error) {
	br := bufio.NewReaderSize(r, headSize)
	head, err := br.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, err
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			return nil, &Broken{Reason: s.reason}
		}
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, &Broken{Reason: Empty}
	}
	if wide(head) {
		br = bufio.NewReaderSize(fromUTF16(br), headSize)
		if head, err = br.Peek(headSize / 4); err != nil && err != io.EOF {
			return nil, err
		}
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, &Broken{Reason: NotText}
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, _ = br.Discard(3) // peeked
	}
	return br, nil
}
