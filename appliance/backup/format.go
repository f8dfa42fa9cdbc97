// Package backup makes, checks and puts back backups of a box.
//
// A backup is one file: an age file (age-encryption.org/v1) for the X25519 key
// of the printed recovery sheet and for one the box derives from its own key,
// around a zstd stream (RFC 8878) around a tar archive (POSIX.1-2001 ustar).
// Whoever holds the sheet reads it with those three programs and no CoPi:
//
//	age -d -i identity.txt FILE | zstd -d | tar x
//
// The archive begins with about.json, says what follows, and ends with
// contents.json, the size and SHA-256 of everything before: a file without it
// is not whole. In between lie copi.db, a copy no one writes to any more, then
// box.key, the operator's own files, and the photos of this box. Pictures of
// neighbouring boxes are left out; they come again.
//
// Everything streams: what is needed is the memory of a few blocks, and for a
// moment as much room beside the data as the database takes, which is looked
// for first.
package backup

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"copi.local/store"
)

// Format is the newest format this program reads and the one it writes.
const Format = 1

// Suffix ends the names of backups.
const Suffix = ".copibackup"

// Names in the archive that are always there, and the box key.
const (
	aboutName    = "about.json"
	contentsName = "contents.json"
	databaseName = "copi.db"
	keyName      = "box.key"
)

// About is what a backup says of itself before anything else.
type About struct {
	Format  int    `json:"format"`
	Program string `json:"program"` // version of the program that made it

	Box     string `json:"box"` // id of the box's own card: the same in all its backups
	Commune string `json:"commune"`
	Name    string `json:"name"` // of the box

	MadeAt  time.Time `json:"made_at"`
	Clock   uint8     `json:"clock"` // store.ClockQuality of MadeAt
	N       int64     `json:"n"`     // counts the box's backups; needs no clock
	Photos  int       `json:"photos"`
	Pooled  bool      `json:"pooled,omitempty"` // the photos lie beside it on the same card
	Version int       `json:"schema"`           // of the database

	Bytes    int64            `json:"bytes"`    // of everything in it, at most
	Database int64            `json:"database"` // bytes
	Tables   map[string]int64 `json:"tables"`   // rows of each
}

// Rows is how many rows the database holds.
func (a *About) Rows() (n int64) {
	for _, rows := range a.Tables {
		n += rows
	}
	return n
}

// Entry is one file of a backup.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// contents closes a backup.
type contents struct {
	Entries []Entry  `json:"entries"`
	Pool    []string `json:"pool,omitempty"` // photos that lie beside it
}

// Bounds of what is read into memory, in bytes.
const (
	maxAbout    = 1 << 20
	maxContents = 64 << 20
	maxSmall    = 32 << 20 // one of the operator's files, but for maps
	maxMap      = 16 << 30
)

// Names of what may lie in a backup beside the database: nothing else is
// written anywhere.
var (
	photoName  = regexp.MustCompile(`^photos/([0-9a-f]{2})/([0-9a-f]{64})(\.320)?\.jpg$`)
	localeName = regexp.MustCompile(`^locales/[a-z]{2,3}/[a-z_]{1,40}\.json$`)
	mapName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]{0,80}\.pmtiles$`)
)

// bound is the most bytes a file of the archive may have; 0 for one that has
// no business there.
func bound(name string, about *About) int64 {
	switch {
	case name == databaseName:
		return about.Database
	case name == keyName, localeName.MatchString(name), name == "school-holidays.csv", photoName.MatchString(name):
		return maxSmall
	case mapName.MatchString(name):
		return maxMap
	default:
		return 0
	}
}

// The errors of reading a backup, as sentences.
var (
	errDamaged = store.E(store.Invalid, "err.backup.damaged").At(fieldFile)
	errCut     = store.E(store.Invalid, "err.backup.cut").At(fieldFile)
	errForeign = store.E(store.Invalid, "err.backup.foreign").At(fieldFile)
	errNewer   = store.E(store.Conflict, "err.backup.newer").At(fieldFile)
	errKey     = store.E(store.Invalid, "err.backup.key").At("words")
)

// fieldFile is the field of forms that the faults of a file belong to.
const fieldFile = "backup"

// fileName is the standard name of a backup.
var fileName = regexp.MustCompile(`^copi-([a-z0-9-]{1,60})-([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9]{1,12})\.copibackup$`)

// FileName is a backup’s standard name: copi-<commune>-<date>-<n>.copibackup.
func (a *About) FileName() string {
	return fmt.Sprintf("copi-%s-%s-%d%s", Slug(a.Commune), a.MadeAt.UTC().Format(time.DateOnly), a.N, Suffix)
}

// Named is what a backup's name tells.
type Named struct {
	File    string
	Commune string // as written in names
	Day     time.Time
	N       int64
}

// ParseName reads the name of a backup; false for any other name.
func ParseName(file string) (Named, bool) {
	m := fileName.FindStringSubmatch(path.Base(file))
	if m == nil {
		return Named{}, false
	}
	day, err := time.Parse(time.DateOnly, m[2])
	n, fault := strconv.ParseInt(m[3], 10, 64)
	if errors.Join(err, fault) != nil {
		return Named{}, false
	}
	return Named{File: path.Base(file), Commune: m[1], Day: day, N: n}, true
}

// Slug is a commune's name as file systems of every machine take it.
func Slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch i := strings.IndexRune(accented, r); {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'œ':
			b.WriteString("oe")
		case i >= 0:
			b.WriteByte(plain[slices.Index([]rune(accented), r)])
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String()[:min(b.Len(), 60)], "-")
	if s == "" {
		return "boite"
	}
	return s
}

const (
	accented = "àâäéèêëîïôöùûüÿç"
	plain    = "aaaeeeeiioouuuyc"
)
