package listing

import (
	"database/sql"

	"copi.local/store"
)

// Area is a commune that cards or zones speak of, as this database knows it:
// lists ask for names, positions and populations, and the list of all communes
// is read from its beginning at each question.
type Area struct {
	Commune    string // INSEE code, or x-…
	Name       string // empty when no list of communes has it
	Slug       string // in addresses; empty without a name
	Department string // code
	Population int    // 0 when unknown
	Position   *Point
}

// AreaBySlug is the commune of an address: /c/biars-sur-cere.
func AreaBySlug(tx *store.Tx, slug string) (Area, error) {
	return store.One(tx, scanArea, sqlAreaBySlug, slug)
}

// AreaOf is a commune by its code; NotFound for one nothing speaks of.
func AreaOf(tx *store.Tx, commune string) (Area, error) {
	return store.One(tx, scanArea, sqlArea, commune)
}

// Areas finds communes by their codes.
func Areas(tx *store.Tx, codes []string) (map[string]Area, error) {
	out := make(map[string]Area, len(codes))
	for _, code := range codes {
		a, err := AreaOf(tx, code)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[code] = a
	}
	return out, nil
}

func scanArea(r store.Row) (a Area, err error) {
	var lat, lon sql.NullInt32
	var slug sql.NullString
	err = r.Scan(&a.Commune, &a.Name, &slug, &a.Department, &a.Population, &lat, &lon)
	a.Slug, a.Position = slug.String, point(lat, lon)
	return a, err
}

// learn copies communes not met before from the list of all communes, in one
// reading of it. One that is in no list is remembered without a name.
func learn(tx *store.Tx, codes ...string) error {
	unknown := map[string]bool{}
	for _, code := range codes {
		if !insee(code) || unknown[code] {
			continue
		}
		known, err := store.One(tx, store.Scan[bool], sqlAreaKnown, code)
		if err != nil {
			return err
		}
		if !known {
			unknown[code] = true
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	var found []Commune
	var codesOf []string // of their départements
	err := eachCommune(func(col []string) {
		if unknown[col[colINSEE]] {
			found = append(found, commune(col))
			codesOf = append(codesOf, col[colDep])
			delete(unknown, col[colINSEE])
		}
	})
	if err != nil {
		return err
	}
	for i := range found {
		if err := addArea(tx, &found[i], codesOf[i]); err != nil {
			return err
		}
	}
	for code := range unknown {
		if _, err := tx.Exec(sqlAreaAdd, code, "", nil, "", 0, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// insee tells whether a code may be one of INSEE: a neighbour's card may claim
// anything.
func insee(code string) bool {
	if len(code) != 5 {
		return false
	}
	for i := range len(code) {
		if c := code[i]; (c < '0' || c > '9') && (i != 1 || c != 'A' && c != 'B') {
			return false
		}
	}
	return true
}

// addArea stores a commune; communes of one name are told apart by the code
// of their département, and then by their own.
func addArea(tx *store.Tx, c *Commune, department string) error {
	if err := c.Improve(tx); err != nil {
		return err
	}
	lat, lon := columns(c.Position)
	if c.Quality == ByDepartment {
		lat, lon = nil, nil // of no use to say what is near
	}
	plain := Slug(c.Name)
	for _, slug := range []string{plain, plain + "-" + Slug(department), plain + "-" + Slug(c.INSEE)} {
		taken, err := store.One(tx, store.Scan[bool], sqlSlugTaken, slug)
		if err != nil {
			return err
		}
		if !taken {
			_, err = tx.Exec(sqlAreaAdd, c.INSEE, c.Name, slug, department, c.Population, lat, lon)
			return err
		}
	}
	_, err := tx.Exec(sqlAreaAdd, c.INSEE, c.Name, nil, department, c.Population, lat, lon)
	return err
}

// CommunesOf lists the INSEE codes of a grouping's communes by its SIREN.
func CommunesOf(epci string) (codes []string, err error) {
	if epci == "" {
		return nil, nil
	}
	err = eachCommune(func(col []string) {
		if col[colEPCI] == epci {
			codes = append(codes, col[colINSEE])
		}
	})
	return codes, err
}

// communesAround lists the INSEE codes of the communes within a radius.
func communesAround(p Point, km float64) (codes []string, err error) {
	err = eachCommune(func(col []string) {
		c := commune(col)
		if c.Position != nil && c.Quality != ByDepartment && p.DistanceKM(*c.Position) <= km {
			codes = append(codes, c.INSEE)
		}
	})
	return codes, err
}
