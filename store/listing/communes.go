package listing

import (
	"bufio"
	"compress/gzip"
	"embed"
	"io"
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
)

// The communes of France (sources and licences: TerritoryCredits). The file is
// read from its beginning at each question and nothing of it is kept: it is
// asked during set-up and rarely later, and a small board needs its memory.
//
//go:embed territory/communes.csv.gz territory/epci.csv territory/departements.csv
var territory embed.FS

// TerritoryCredits names the sources of the communes for the box's credits.
const TerritoryCredits = "INSEE, Code officiel géographique 2026 ; La Poste ; DGCL 2026 (Licence Ouverte 2.0) · " +
	"GeoNames (CC BY 4.0)"

// Quality is how well a commune's position is known.
type Quality byte

// The qualities of a position, from exact to none.
const (
	Exact        Quality = 'g' // its main place
	Village      Quality = 'd' // a village of it
	ByPostalCode Quality = 'p' // the mean of its postal code; half are within 5 km
	ByGrouping   Quality = 'e' // the mean of its EPCI; half are within 13 km
	ByDepartment Quality = 'x' // the mean of its département: of little use
	Nowhere      Quality = 0
)

// Commune is one of the 34,969 communes.
type Commune struct {
	INSEE      string // "46128", "2A004"
	Name       string
	Postal     []string // may be shared with others
	Department string   // name
	Grouping   string   // name of its EPCI; may be empty
	EPCI       string   // SIREN of its EPCI; may be empty
	Population int
	Position   *Point
	Quality    Quality
}

// columns of communes.csv
const (
	colINSEE = iota
	colName
	colPostal
	colDep
	_
	colEPCI
	colPopulation
	colLat
	colLon
	colQuality
	communeColumns
)

// CommuneByINSEE is one commune; NotFound when no commune has the code today.
func CommuneByINSEE(code string) (Commune, error) {
	var found []Commune
	err := eachCommune(func(col []string) {
		if strings.EqualFold(col[colINSEE], code) {
			found = append(found, commune(col))
		}
	})
	if err != nil {
		return Commune{}, err
	}
	if len(found) == 0 {
		return Commune{}, store.E(store.NotFound, "err.listing.commune").At("commune")
	}
	return found[0], nameAreas(found)
}

// SearchCommunes finds communes by a postal code (all that share it), an INSEE
// code, or the beginnings of the words of a name, accents or not; best match
// first, then the most populous. It returns up to limit and how many there are.
func SearchCommunes(q string, limit int) (found []Commune, total int, err error) {
	words := strings.Fields(Fold(q))
	if len(words) == 0 {
		return nil, 0, nil
	}
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		}
	}
	type hit struct {
		Commune
		grade int
	}
	var hits []hit
	err = eachCommune(func(col []string) {
		if grade := matches(col, words); grade > 0 {
			hits = append(hits, hit{commune(col), grade})
		}
	})
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		if a.grade != b.grade {
			return b.grade - a.grade
		}
		return b.Population - a.Population
	})
	for _, h := range hits[:min(limit, len(hits))] {
		found = append(found, h.Commune)
	}
	return found, len(hits), nameAreas(found)
}

// matches grades how well a commune answers: 4 its postal code, 3 its INSEE
// code or its name, 2 the
// beginning of its name, 1 the beginnings of words in it, 0 not at all.
func matches(col, words []string) int {
	if c := words[0][0]; c >= '0' && c <= '9' {
		if len(words) > 1 {
			return 0
		}
		switch {
		case slices.Contains(strings.Fields(col[colPostal]), words[0]):
			return 4
		case strings.EqualFold(col[colINSEE], words[0]):
			return 3 // 46130 is a postal code of many and the INSEE code of another
		}
		return 0
	}
	folded := Fold(col[colName])
	q := strings.Join(words, " ")
	switch {
	case folded == q:
		return 3
	case strings.HasPrefix(folded, q):
		return 2
	}
	rest := strings.Fields(folded)
	for _, w := range words {
		i := slices.IndexFunc(rest, func(s string) bool { return strings.HasPrefix(s, w) })
		if i < 0 {
			return 0
		}
		rest = rest[i+1:]
	}
	return 1
}

// eachCommune reads the file line by line.
func eachCommune(fn func(col []string)) error {
	f, err := territory.Open("territory/communes.csv.gz")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	gz, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	return eachLine(gz, communeColumns, fn)
}

// eachLine reads a table separated by semicolons, without its header.
func eachLine(r io.Reader, columns int, fn func(col []string)) error {
	lines := bufio.NewScanner(r)
	col := make([]string, 0, columns)
	for first := true; lines.Scan(); first = false {
		col = col[:0]
		for part := range strings.SplitSeq(lines.Text(), ";") {
			col = append(col, part)
		}
		if !first && len(col) == columns {
			fn(col)
		}
	}
	return lines.Err()
}

// commune reads a line; Department and Grouping hold codes until nameAreas.
func commune(col []string) Commune {
	c := Commune{
		INSEE: col[colINSEE], Name: col[colName], Postal: strings.Fields(col[colPostal]),
		Department: col[colDep], EPCI: col[colEPCI],
	}
	c.Population, _ = strconv.Atoi(col[colPopulation]) // six communes have none
	lat, err1 := strconv.ParseFloat(col[colLat], 64)
	lon, err2 := strconv.ParseFloat(col[colLon], 64)
	if err1 == nil && err2 == nil && col[colQuality] != "" {
		at := At(lat, lon)
		c.Position, c.Quality = &at, Quality(col[colQuality][0])
	}
	return c
}

// nameAreas replaces the codes of départements and groupings by their names.
func nameAreas(list []Commune) error {
	names := map[string]string{}
	for file, columns := range map[string]int{"departements.csv": 4, "epci.csv": 3} {
		f, err := territory.Open("territory/" + file)
		if err != nil {
			return err
		}
		err = eachLine(f, columns, func(col []string) { names[col[0]] = col[1] })
		_ = f.Close()
		if err != nil {
			return err
		}
	}
	for i := range list {
		list[i].Department = names[list[i].Department]
		list[i].Grouping = names[list[i].EPCI]
	}
	return nil
}

// CommunesByINSEE finds communes by their codes, in one reading of the list of
// all; a code that none has is left out.
func CommunesByINSEE(codes []string) (found []Commune, err error) {
	wanted := make(map[string]bool, len(codes))
	for _, code := range codes {
		wanted[code] = true
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	err = eachCommune(func(col []string) {
		if wanted[col[colINSEE]] {
			found = append(found, commune(col))
		}
	})
	return found, err
}
