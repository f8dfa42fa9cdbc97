package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of a line of a table: the longest of the RNA has some 6 kB.
const (
	maxRow   = 128 << 10
	maxCells = 400
)

// rows reads a table line by line. It is encoding/csv with a bound: a quote
// that is never closed must not pull the whole file into memory.
type rows struct {
	r    *bufio.Reader
	sep  byte
	line int // of the row read last, where it begins
	next int

	buf  []byte
	ends []int // of the cells, in buf
}

// newRows finds the separator in the first line.
func newRows(r *bufio.Reader) *rows {
	head, _ := r.Peek(headSize / 4) // a shorter file gives what it has
	return &rows{r: r, sep: separator(head), next: 1}
}

// separator is the one a heading has most of.
func separator(head []byte) byte {
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	best, most := byte(';'), 0
	for _, sep := range []byte{';', '\t', ',', '|'} {
		n, quoted := 0, false
		for _, c := range head {
			if c == '"' {
				quoted = !quoted
			} else if c == sep && !quoted {
				n++
			}
		}
		if n > most {
			best, most = sep, n
		}
	}
	return best
}

// read is the next row that is not empty; io.EOF at the end.
func (t *rows) read() ([]string, error) {
	for {
		err := t.scan()
		if err != nil {
			return nil, err
		}
		if len(t.ends) > 1 || len(t.buf) > 0 {
			return t.cells(), nil
		}
	}
}

// scan reads one row into buf.
func (t *rows) scan() error {
	t.line, t.buf, t.ends = t.next, t.buf[:0], t.ends[:0]
	quoted, fresh := false, true // within quotes; at the beginning of a cell
	for {
		if quoted || !fresh {
			t.run(quoted)
		}
		c, err := t.r.ReadByte()
		if errors.Is(err, io.EOF) {
			return t.end(quoted)
		}
		if err != nil {
			return err
		}
		if c == '\n' {
			t.next++
		}
		if len(t.buf) >= maxRow || len(t.ends) >= maxCells {
			return &Broken{t.line, RowLong, ""}
		}
		switch {
		case quoted && c == '"':
			if t.peek('"') {
				t.buf = append(t.buf, '"')
			} else {
				quoted = false
			}
		case quoted:
			t.buf = append(t.buf, c)
		case c == '"' && fresh:
			quoted, fresh = true, false
		case c == t.sep:
			t.ends, fresh = append(t.ends, len(t.buf)), true
		case c == '\n' || c == '\r' && t.peek('\n'):
			if c == '\r' {
				t.next++
			}
			t.ends = append(t.ends, len(t.buf))
			return nil
		default:
			t.buf, fresh = append(t.buf, c), fresh && c == ' '
		}
	}
}

// run takes the bytes up to the next that means something, as far as they are
// at hand.
func (t *rows) run(quoted bool) {
	ahead, _ := t.r.Peek(min(t.r.Buffered(), maxRow-len(t.buf))) // never more than there is
	n := 0
	for n < len(ahead) {
		if c := ahead[n]; c == '"' || c == '\n' || !quoted && (c == t.sep || c == '\r') {
			break
		}
		n++
	}
	t.buf = append(t.buf, ahead[:n]...)
	_, _ = t.r.Discard(n) // peeked
}

// peek takes the next byte when it is c.
func (t *rows) peek(c byte) bool {
	b, err := t.r.Peek(1)
	if err != nil || b[0] != c {
		return false
	}
	_, _ = t.r.Discard(1) // peeked
	return true
}

// end is the last row, without a line end; io.EOF when there is none.
func (t *rows) end(quoted bool) error {
	switch {
	case quoted:
		return &Broken{t.line, Cut, ""}
	case len(t.buf) == 0 && len(t.ends) == 0:
		return io.EOF
	}
	t.ends = append(t.ends, len(t.buf))
	return nil
}

// cells are the texts of the row: UTF-8 when all of it is, Windows-1252 else.
// A file may change its mind from row to row; old registers do.
func (t *rows) cells() []string {
	utf := utf8.Valid(t.buf)
	out, from := make([]string, len(t.ends)), 0
	for i, to := range t.ends {
		if utf {
			out[i] = string(t.buf[from:to])
		} else {
			out[i] = latin(t.buf[from:to])
		}
		out[i] = unshield(strings.TrimSpace(out[i]))
		from = to
	}
	return out
}

// unshield takes the apostrophe off that keeps a spreadsheet from computing a
// text; our own exports write it.
func unshield(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte("=+-@\t", s[1]) >= 0 {
		return s[1:]
	}
	return s
}

// columns finds cells by the names of a heading.
type columns map[string]int

// heading reads the first row as names.
func (t *rows) heading() (names []string, c columns, err error) {
	names, err = t.read()
	if errors.Is(err, io.EOF) {
		return nil, nil, &Broken{Reason: Empty}
	}
	if err != nil {
		return nil, nil, err
	}
	c = columns{}
	for i, n := range names {
		if key := strings.ToLower(n); key != "" {
			if _, twice := c[key]; !twice {
				c[key] = i
			}
		}
	}
	return names, c, nil
}

// row is one row under a heading.
type row struct {
	cols  columns
	cells []string
}

// get is the first of the named cells that is not empty. SIRENE writes [ND]
// for what it does not give out.
func (r row) get(names ...string) string {
	for _, n := range names {
		if i, ok := r.cols[n]; ok && i < len(r.cells) && r.cells[i] != "" && r.cells[i] != "[ND]" {
			return r.cells[i]
		}
	}
	return ""
}

// each reads every row under the heading; fn may end it with an error.
func (t *rows) each(cols columns, v *Visitor, fn func(line int, r row) error) error {
	for {
		cells, err := t.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(cells) == 1 && len(cols) > 1 {
			v.refuse(t.line, BadCells, cells[0])
			continue
		}
		if err := fn(t.line, row{cols, cells}); err != nil {
			return err
		}
	}
}
