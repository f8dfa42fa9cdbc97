package format

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
)

// Field is what a column of a table can say.
type Field string

// The fields a column can be matched with.
const (
	FieldName     Field = "name"
	FieldKind     Field = "kind"
	FieldCategory Field = "category"
	FieldBrief    Field = "brief"
	FieldText     Field = "text"
	FieldStreet   Field = "street"
	FieldPostal   Field = "postal"
	FieldCity     Field = "city"
	FieldINSEE    Field = "insee"
	FieldLat      Field = "lat"
	FieldLon      Field = "lon"
	FieldPair     Field = "pair" // both in one cell, latitude first
	FieldPhone    Field = "phone"
	FieldEmail    Field = "email"
	FieldWebsite  Field = "website"
	FieldHours    Field = "hours"
	FieldRNA      Field = "rna"
	FieldSIRET    Field = "siret"
	FieldTags     Field = "tags"
	FieldID       Field = "id"
	FieldStarts   Field = "starts"
	FieldTime     Field = "time"
	FieldEnds     Field = "ends"
	FieldPlace    Field = "place"
)

// Fields lists all in the order they are offered.
var Fields = []Field{
	FieldName, FieldKind, FieldCategory, FieldBrief, FieldText, FieldStreet, FieldPostal, FieldCity, FieldINSEE,
	FieldLat, FieldLon, FieldPair, FieldPhone, FieldEmail, FieldWebsite, FieldHours, FieldRNA, FieldSIRET, FieldTags,
	FieldID, FieldStarts, FieldTime, FieldEnds, FieldPlace,
}

// Match says what each column of a table is, by its place; an empty field is a
// column that is not read.
type Match []Field

// Has tells whether a column is matched with f.
func (m Match) Has(f Field) bool { return slices.Contains(m, f) }

// Check tells whether a table can be read so: it needs a name, and no field
// twice.
func (m Match) Check() *Broken {
	if !m.Has(FieldName) {
		return &Broken{Reason: NoColumns, Detail: string(FieldName)}
	}
	for i, f := range m {
		if f != "" && slices.Contains(m[i+1:], f) {
			return &Broken{Reason: Twice, Detail: string(f)}
		}
	}
	return nil
}

// headings are the words French tables head their columns with, folded, the
// surest first.
var headings = map[Field][]string{
	FieldName:     {"nom", "titre", "intitule", "denomination", "raison sociale", "nom de l association", "association", "name", "nom du lieu", "libelle", "structure", "evenement", "title", "enseigne"},
	FieldKind:     {"type de fiche", "kind"},
	FieldCategory: {"categorie", "type", "nature", "category", "domaine"},
	FieldBrief:    {"resume", "accroche", "en bref", "sous titre", "summary"},
	FieldText:     {"description", "objet", "presentation", "activite", "activites", "commentaire", "detail", "details"},
	FieldStreet:   {"adresse", "rue", "voie", "adresse 1", "address", "street"},
	FieldPostal:   {"code postal", "cp", "codepostal", "code postale", "postal code", "zip"},
	FieldCity:     {"commune", "ville", "localite", "city", "nom commune"},
	FieldINSEE:    {"code insee", "insee", "code commune", "codeinsee", "com insee", "code insee commune"},
	FieldLat:      {"latitude", "lat", "y", "coord y", "ylat"},
	FieldLon:      {"longitude", "lon", "long", "lng", "x", "coord x", "xlong"},
	FieldPair:     {"coordonnees", "coordonnees gps", "gps", "geo point 2d", "position", "latlon", "lat lon", "geo point"},
	FieldPhone:    {"telephone", "tel", "numero de telephone", "phone", "mobile", "portable", "telephone fixe"},
	FieldEmail:    {"courriel", "e mail", "email", "mail", "mel", "adresse mail", "adresse electronique"},
	FieldWebsite:  {"site", "site web", "site internet", "web", "url", "website", "lien"},
	FieldHours:    {"horaires", "horaires d ouverture", "heures d ouverture", "opening hours", "ouverture"},
	FieldRNA:      {"rna", "numero rna", "n rna", "waldec", "id rna"},
	FieldSIRET:    {"siret", "numero siret", "n siret"},
	FieldTags:     {"mots cles", "tags", "etiquettes", "mot cle", "themes", "thematique"},
	FieldID:       {"id", "identifiant", "reference", "ref", "numero", "uid", "code"},
	FieldStarts:   {"date", "date de debut", "debut", "date debut", "du", "jour", "start", "starts at"},
	FieldTime:     {"heure", "horaire", "heure de debut", "heure debut"},
	FieldEnds:     {"date de fin", "fin", "date fin", "au", "end", "ends at"},
	FieldPlace:    {"lieu", "salle", "endroit", "location"},
}

// Guess matches columns by their headings, each field once.
func Guess(names []string) Match {
	m := make(Match, len(names))
	type claim struct{ rank, column int }
	for _, rank := range []func(Field, string) int{exactly, begins} {
		for _, f := range Fields {
			best := claim{rank: -1}
			for i, n := range names {
				if r := rank(f, fold(n)); r >= 0 && m[i] == "" && !m.Has(f) && (best.rank < 0 || r < best.rank) {
					best = claim{r, i}
				}
			}
			if best.rank >= 0 {
				m[best.column] = f
			}
		}
	}
	if !m.Has(FieldName) && m.Has(FieldPlace) { // a list of places is headed "lieu"
		m[slices.Index(m, FieldPlace)] = FieldName
	}
	return m
}

// exactly is how sure a folded heading names a field, 0 the surest; -1 when it
// does not.
func exactly(f Field, heading string) int { return slices.Index(headings[f], heading) }

// loose are fields that a longer heading may name: "Nom de l'asso". Dates and
// numbers are of too many things.
var loose = []Field{
	FieldName, FieldCategory, FieldText, FieldStreet, FieldPostal, FieldCity, FieldPhone, FieldEmail, FieldWebsite, FieldHours,
}

// persons are words of headings that are about somebody: what stands below is
// not for the directory, unless the operator says so.
var persons = []string{"president", "tresori", "secretaire", "responsable", "dirigeant", "prenom", "adherent", "membre", "civilite", "gerant", "contact"}

// begins is how sure the beginning of a folded heading names a field.
func begins(f Field, heading string) int {
	if !slices.Contains(loose, f) || slices.ContainsFunc(persons, func(w string) bool { return strings.Contains(heading, w) }) {
		return -1
	}
	return slices.IndexFunc(headings[f], func(h string) bool { return strings.HasPrefix(heading, h+" ") })
}

// Sample is the beginning of a table, to look at while its columns are matched.
type Sample struct {
	Names []string
	Rows  [][]string
	Match Match // as guessed
}

// sampleCell bounds what is shown of a cell, in characters.
const sampleCell = 60

// Look reads the heading and the first n rows of a table.
func Look(r io.Reader, n int) (Sample, error) {
	br, err := open(r)
	if err != nil {
		return Sample{}, err
	}
	t := newRows(br)
	s := Sample{}
	if s.Names, _, err = t.heading(); err != nil {
		return s, err
	}
	for i := range s.Names {
		s.Names[i] = clip(tidy(s.Names[i]), sampleCell)
	}
	s.Match = Guess(s.Names)
	for len(s.Rows) < n {
		cells, err := t.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
		cells = append(cells, make([]string, max(0, len(s.Names)-len(cells)))...)[:len(s.Names)]
		for i := range cells {
			cells[i] = clip(tidy(cells[i]), sampleCell)
		}
		s.Rows = append(s.Rows, cells)
	}
	return s, nil
}

// readTable reads a table of any kind through its match.
func readTable(r *bufio.Reader, o *Options, v *Visitor) error {
	t := newRows(r)
	names, _, err := t.heading()
	if err != nil {
		return err
	}
	m := o.Match
	if m == nil {
		m = Guess(names)
	}
	if bad := m.Check(); bad != nil {
		return bad
	}
	cols := columns{}
	for i, f := range m {
		if f != "" {
			cols[string(f)] = i
		}
	}
	return t.each(cols, v, func(line int, r row) error {
		rec, reason, detail := cellsOf(r, o)
		rec.Line = line
		if reason != "" {
			v.refuse(line, reason, detail)
			return nil
		}
		return v.Take(rec)
	})
}

// kindWords are the kinds as people write them.
var kindWords = map[string]string{
	"association": KindOrg, "entreprise": KindOrg, "organisation": KindOrg, "structure": KindOrg, "org": KindOrg, "commerce": KindOrg,
	"projet": KindProject, "project": KindProject, "lieu": KindPlace, "place": KindPlace, "salle": KindPlace,
	"point d interet": KindPOI, "poi": KindPOI, "equipement": KindPOI, "evenement": KindEvent, "event": KindEvent,
}

// cellsOf is a row of a table, or why it is refused.
func cellsOf(r row, o *Options) (rec Record, reason, detail string) {
	get := func(f Field) string { return r.get(string(f)) }
	rec = Record{
		ID: get(FieldID), Kind: kindWords[fold(get(FieldKind))], Category: get(FieldCategory),
		Name: tidy(get(FieldName)), Brief: tidy(get(FieldBrief)), Text: lines(get(FieldText)),
		PostalCode: get(FieldPostal), City: tidy(get(FieldCity)), INSEE: strings.ToUpper(get(FieldINSEE)),
		Phone: tidy(get(FieldPhone)), Email: mail(get(FieldEmail)), Website: website(get(FieldWebsite)),
		Hours: tidy(get(FieldHours)), RNA: get(FieldRNA), SIRET: get(FieldSIRET), Tags: tags(get(FieldTags)),
		Place: tidy(get(FieldPlace)),
	}
	if rec.Kind == "" {
		rec.Kind = o.kind()
	}
	if o.Streets || rec.Kind == KindPlace || rec.Kind == KindPOI {
		rec.Street = tidy(get(FieldStreet))
	}
	if rec.Name == "" {
		return rec, NoName, ""
	}
	lat, lon := get(FieldLat), get(FieldLon)
	if p := get(FieldPair); p != "" && lat == "" {
		lat, lon = pair(p)
		if lat == "" {
			return rec, BadPlace, p
		}
	}
	if lat != "" || lon != "" {
		if rec.Lat, rec.Lon, rec.Placed = point(lat, lon); !rec.Placed {
			return rec, BadPlace, lat + " ; " + lon
		}
	}
	if rec.Kind == KindEvent {
		return rec, rec.moments(get(FieldStarts), get(FieldTime), get(FieldEnds), o), get(FieldStarts)
	}
	return rec, "", ""
}
