package store

import "fmt"

// Sound reads the whole database and fails at the first damage it finds, of a
// page or an index.
func Sound(tx *Tx) error {
	found, err := One(tx, Scan[string], "PRAGMA integrity_check(1)")
	if err == nil && found != "ok" {
		err = fmt.Errorf("database: %s", found)
	}
	return err
}

const sqlTables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`

// RowCounts is how many rows each table has.
func RowCounts(tx *Tx) (map[string]int64, error) {
	names, err := All(tx, Scan[string], sqlTables)
	counts := make(map[string]int64, len(names))
	for _, name := range names {
		if err != nil {
			return nil, err
		}
		counts[name], err = One(tx, Scan[int64], `SELECT count(*) FROM "`+name+`"`)
	}
	return counts, err
}
