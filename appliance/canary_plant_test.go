package appliance

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// canaryWord begins every word that is planted; the number after it is the
// column's.
const canaryWord = "zibeline"

// shortest is how many bytes a value needs to be told from any other.
const shortest = 12

// column is one column of the file that can hold words or bytes.
type column struct {
	table, name string
	blob        bool
	first       string // of the columns that tell its rows apart
	key         bool   // others point at it, or it tells rows apart
	public      string // SQL: which rows' values may leave; empty: none
	exported    string // SQL: which may be in a file that anybody fetches from the box itself
	word        string // what was planted
	planted     bool   // some value of it is a canary
	worded      bool   // its word stands somewhere
	closed      bool   // the schema lets no free word in
}

func (c *column) format() string { return cmp.Or(formats[c.String()], formats[c.name]) }

func (c *column) String() string { return c.table + "." + c.name }

// canaries are values that must not leave, by their first eight bytes.
type canaries struct {
	known map[[8]byte][]canary
	open  []byte // what may leave, folded: it may hold the same words
}

type canary struct {
	value []byte
	from  string
}

// named are columns that point at something or tell things apart, whose values
// are canaries as they are: another word in them would take things apart that
// belong together, and then nothing would be read through them any more.
var named = regexp.MustCompile(`^(id|.*_id|.*_by|module|key|.*_key|hash|.*_hash|code|account|giver|holder)$`)

// formats are columns, of any table or of one, that code reads as something else
// than words, each with what it is: another word there is a box that does not
// work, not a leak.
var formats = map[string]string{
	"listing_bodies.body": "JSON of what stands behind a card", "listing_zones.source_card": "an id of another box's card",
	"starts": "a time on the wall", "ends": "a time on the wall", "day": "a day", "date": "a day", "due": "a day", "month": "a month",
	"listed": "a day", "moved_from": "a time on the wall", "closes": "a time on the wall", "zone": "a time zone",
	"series": "JSON of a rule", "terms": "JSON of terms", "fields": "JSON of answers", "rule": "JSON or a rule of repetition", "skip": "days",
	"payload": "JSON of a proposal", "choices": "JSON of choices", "filters": "a query", "shape": "GeoJSON", "password": "a hash",
	"hours": "opening hours", "act": "a word of ours", "state": "a word of ours", "price_unit": "a unit", "kind": "a word of ours", "sort": "a word of ours", "what": "a word of ours",
}

// planter opens the file without its rules: what is planted need not make
// sense.
func planter(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(0)")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// columns reads the schema: every table and column there is now.
func columns(t *testing.T, db *sql.DB) (out []*column) {
	t.Helper()
	keys := map[string]bool{}
	for _, k := range strs(t, db, `
		SELECT t.name || '.' || k."from" FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table'
		UNION SELECT k."table" || '.' || coalesce(k."to", '') FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table'
		UNION SELECT t.name || '.' || c.name FROM sqlite_schema AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c WHERE t.type = 'table' AND i."unique"
		UNION SELECT t.name || '.' || c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND c.pk > 0`) {
		keys[k] = true
	}
	for _, s := range strs(t, db, `
		SELECT t.name || '|' || c.name || '|' || c.type || '|' || coalesce((SELECT k.name FROM pragma_table_info(t.name) AS k WHERE k.pk = 1), '') FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c
		WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND c.hidden = 0
		  AND c.type NOT IN ('INTEGER', 'REAL') ORDER BY 1`) {
		part := strings.Split(s, "|")
		c := &column{table: part[0], name: part[1], blob: part[2] == "BLOB", first: part[3]}
		c.key = c.blob || keys[c.String()] || named.MatchString(c.name)
		c.public = publicRows(c.table, c.name)
		c.exported = strings.ReplaceAll(c.public, "here = 0", "here IN (0, 1)")
		out = append(out, c)
	}
	return out
}

func strs(t *testing.T, db *sql.DB, query string, args ...any) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// plant puts a word of its own in every column that holds no public words, and
// answers all that must not leave: what was there before too, since cards were
// made of it. travels is for what other boxes are told, exports for files that
// anybody fetches here: who lists themselves is shown on their own box.
func plant(t *testing.T, path string) (all []*column, travels, exports *canaries) {
	t.Helper()
	db := planter(t, path)
	defer func() { _ = db.Close() }()
	all = columns(t, db)
	travels, exports = &canaries{known: map[[8]byte][]canary{}}, &canaries{known: map[[8]byte][]canary{}}
	collect := func(c *column) {
		c.collect(t, db, travels, c.public)
		c.collect(t, db, exports, c.exported)
	}
	for _, c := range all {
		travels.mayHold(c.values(t, db, c.public))
		exports.mayHold(c.values(t, db, c.exported))
	}
	for _, c := range all {
		collect(c)
	}
	triggers := strs(t, db, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
	for _, name := range strs(t, db, "SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
		mustExec(t, db, "DROP TRIGGER "+name)
	}
	fillEmpty(t, db, all)
	for i, c := range all {
		c.word = fmt.Sprintf("%s%04d", canaryWord, i)
		c.plant(t.Context(), db)
		collect(c)
	}
	for _, sql := range triggers {
		mustExec(t, db, sql)
	}
	return all, travels, exports
}

// mayHold notes what is public.
func (k *canaries) mayHold(values [][]byte) {
	for _, v := range values {
		k.open = append(append(k.open, fold(v)...), 0)
	}
}

func mustExec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// but is all rows but some.
func but(rows string) string {
	if rows == "" {
		return "true"
	}
	return "NOT coalesce((" + rows + "), false)"
}

func (c *column) values(t *testing.T, db *sql.DB, where string) (out [][]byte) {
	t.Helper()
	if where == "" {
		return nil
	}
	for _, v := range strs(t, db, fmt.Sprintf("SELECT DISTINCT CAST(%s AS BLOB) FROM %s WHERE length(CAST(%[1]s AS BLOB)) > 0 AND (%[3]s)", c.name, c.table, where)) {
		out = append(out, []byte(v))
	}
	return out
}

// collect takes what stands in the column of private rows, unless it is too
// short to be told from other words, one of ours, or the same as public words.
func (c *column) collect(t *testing.T, db *sql.DB, into *canaries, open string) {
	t.Helper()
	if c.closed {
		return
	}
	for _, v := range c.values(t, db, but(open)) {
		c.planted = c.planted || bytes.Contains(v, []byte(canaryWord))
		if c.word != "" && bytes.Contains(v, []byte(c.word)) {
			c.worded, v = true, []byte(c.word)
		}
		if !c.distinct(v) || bytes.Contains(into.open, fold(v)) {
			continue
		}
		c.planted = c.planted || c.key
		into.add(v, c.String())
		if c.blob {
			into.add([]byte(hex.EncodeToString(v)), c.String())
		}
	}
}

// distinct tells whether a value can only have come from its column: a word of
// ours, an id, or more than one word of what people wrote.
func (c *column) distinct(v []byte) bool {
	switch {
	case bytes.Contains(v, []byte(canaryWord)):
		return true
	case c.format() != "":
		return false
	default:
		return len(v) >= shortest && (c.key || bytes.ContainsRune(v, ' '))
	}
}

// plant writes the word into every private row, or into one where words tell
// rows apart; closed says that the schema lets none in.
func (c *column) plant(ctx context.Context, db *sql.DB) {
	where := but(c.exported)
	switch format := c.format(); {
	case strings.HasPrefix(format, "JSON"):
		_, _ = db.ExecContext(ctx, fmt.Sprintf(`UPDATE %s SET %s = json_set(%[2]s, '$.%[3]s', '%[3]s') WHERE json_valid(%[2]s) AND json_type(%[2]s) = 'object' AND %[4]s`, c.table, c.name, c.word, where))
		return // where there is none, none can be planted
	case format != "" && !c.blob, c.planted && c.key:
		return
	case c.key:
		same := " AND rowid = (SELECT rowid FROM %[2]s WHERE %[3]s LIMIT 1)"
		if _, err := db.ExecContext(ctx, "SELECT rowid FROM "+c.table); err != nil { // a table without
			same = " AND (%[1]s, %[4]s) = (SELECT %[1]s, %[4]s FROM %[2]s WHERE %[3]s LIMIT 1)"
		}
		where += fmt.Sprintf(same, c.name, c.table, where, c.first)
	}
	shapes := []any{c.word, `"` + c.word + `"`, `{"` + c.word + `":"` + c.word + `"}`}
	if c.blob {
		shapes = nil
		for _, n := range []int{16, 32, 10, 8} {
			shapes = append(shapes, []byte((c.word + strings.Repeat("x", n))[:max(n, 8)]))
		}
	}
	var err error
	for _, shape := range shapes {
		if _, err = db.ExecContext(ctx, fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s", c.table, c.name, where), shape); err == nil {
			return
		}
	}
	c.closed = strings.Contains(err.Error(), "CHECK")
}

// fillEmpty gives every table without a private row one.
func fillEmpty(t *testing.T, db *sql.DB, all []*column) {
	t.Helper()
	mustExec(t, db, "PRAGMA ignore_check_constraints = 1")
	defer mustExec(t, db, "PRAGMA ignore_check_constraints = 0")
	done := map[string]bool{}
	for _, c := range all {
		if done[c.table] || c.public == "(true)" || strs(t, db, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", c.table, but(c.exported)))[0] != "0" {
			continue
		}
		done[c.table] = true
		insert(t, db, c.table)
	}
}

// insert writes a row of numbers alone; words are planted in it later.
func insert(t *testing.T, db *sql.DB, table string) {
	t.Helper()
	var names, values []string
	for _, s := range strs(t, db, "SELECT name || '|' || type || '|' || \"notnull\" || '|' || pk FROM pragma_table_xinfo('"+table+"') WHERE hidden = 0") {
		part := strings.Split(s, "|")
		if part[2] == "0" && part[3] == "0" {
			continue
		}
		names = append(names, part[0])
		switch part[1] {
		case "BLOB":
			values = append(values, fmt.Sprintf("x'%064x'", len(names)))
		case "TEXT":
			values = append(values, fmt.Sprintf("'%s-of-%s'", canaryWord, part[0]))
		default:
			values = append(values, map[bool]string{true: "7777777", false: "1"}[part[3] != "0"])
		}
	}
	mustExec(t, db, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(values, ", ")))
}

func (k *canaries) add(v []byte, from string) {
	for _, v := range [][]byte{v, fold(v)} {
		key := [8]byte(v)
		if !slices.ContainsFunc(k.known[key], func(o canary) bool { return bytes.Equal(o.value, v) }) {
			k.known[key] = append(k.known[key], canary{v, from})
		}
	}
}

func fold(b []byte) []byte { return bytes.ToLower(b) }

// in names the columns whose words stand in some bytes.
func (k *canaries) in(b []byte) (found []string) {
	for _, b := range [][]byte{b, fold(b)} {
		for i := 0; i+8 <= len(b); i++ {
			for _, c := range k.known[[8]byte(b[i:])] {
				if bytes.HasPrefix(b[i:], c.value) {
					found = append(found, fmt.Sprintf("%s (%q)", c.from, c.value[:min(len(c.value), 40)]))
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
