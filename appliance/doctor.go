package appliance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"copi.local/ui"
)

// errUnwell is what a check that found something broken ends with.
var errUnwell = errors.New("the box is not well; see the lines above")

// Doctor checks the box in dir, running or not, and writes one line a check, or
// JSON. It fails when something is broken.
func Doctor(ctx context.Context, dir string, p Program, asJSON bool, out io.Writer) error {
	db, c, err := openAtRest(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tree := (&health{db: db, clock: c, dir: dir, holidayFault: useHolidays(dir), program: p, machine: thisMachine}).Check(ctx)
	if asJSON {
		err = json.NewEncoder(out).Encode(treeJSON(tree))
	} else {
		err = writeTree(out, tree)
	}
	if err == nil && tree.Worst() == ui.Broken {
		err = errUnwell
	}
	return err
}

// writeTree writes the leaves of the tree, a line each.
func writeTree(out io.Writer, c ui.Check) error {
	if c.Key != "" {
		text := ui.Sentence("en", c.Key, c.Args...)
		if c.Detail != "" {
			text += " [" + c.Detail + "]"
		}
		if _, err := fmt.Fprintf(out, "%-7s %-10s %s\n", c.Status, c.Name, text); err != nil {
			return err
		}
	}
	for _, part := range c.Parts {
		if err := writeTree(out, part); err != nil {
			return err
		}
	}
	return nil
}

// checkJSON is a check as a program reads it.
type checkJSON struct {
	Name     string      `json:"name"`
	Status   string      `json:"status"`
	Sentence string      `json:"sentence,omitempty"`
	Detail   string      `json:"detail,omitempty"`
	Parts    []checkJSON `json:"parts,omitempty"`
}

func treeJSON(c ui.Check) checkJSON {
	j := checkJSON{Name: c.Name, Status: c.Worst().String(), Detail: c.Detail}
	if c.Key != "" {
		j.Sentence = ui.Sentence("fr", c.Key, c.Args...)
	}
	for _, part := range c.Parts {
		j.Parts = append(j.Parts, treeJSON(part))
	}
	return j
}
