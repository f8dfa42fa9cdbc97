package store

import "strings"

// rowsAtOnce are the sizes in which InsertRows splits: few, so that few
// statements are kept prepared.
var rowsAtOnce = [...]int{32, 8, 1}

// InsertRows runs an INSERT of one row, with its one VALUES (?, …) and whatever
// follows, for many rows: values are those of all rows one after the other, and
// must fill the last of them. Several rows go with one statement, which costs
// more than what it inserts.
func (tx *Tx) InsertRows(insert string, values []any) error {
	const word = "VALUES "
	at := strings.Index(insert, word+"(") + len(word)
	end := at + strings.IndexByte(insert[at:], ')') + 1
	row := insert[at:end]
	width := strings.Count(row, "?")
	for _, n := range rowsAtOnce {
		if len(values) < n*width {
			continue
		}
		query := insert[:end] + strings.Repeat(", "+row, n-1) + insert[end:]
		for ; len(values) >= n*width; values = values[n*width:] {
			if _, err := tx.Exec(query, values[:n*width]...); err != nil {
				return err
			}
		}
	}
	return nil
}
