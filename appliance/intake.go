package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"copi.local/store"
	"copi.local/store/intake"
	"copi.local/store/intake/format"
)

// ImportConfig says which file to bring into which box, and how.
type ImportConfig struct {
	Data    string
	File    string
	Format  format.Format
	Choices intake.Choices // its communes, when none are named, are the box's own
	All     bool           // whatever commune
	DryRun  bool           // look, and write nothing
	Out     io.Writer      // what was, or would be, done
	Err     io.Writer      // a line for each thing refused
}

// Import brings a file into the box in a directory, running or not. A file
// that cannot be read to its end changes nothing.
func Import(ctx context.Context, cfg ImportConfig) (err error) {
	in, err := os.Open(cfg.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	db, _, err := openAtRest(ctx, cfg.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	ctx = store.As(ctx, store.Actor{Role: store.Operator})
	if err := cfg.communes(ctx, db); err != nil {
		return err
	}
	run := intake.Run{Format: cfg.Format, File: filepath.Base(cfg.File), Choices: cfg.Choices}
	if run.Choices.Label == "" {
		run.Choices.Label = intake.Label(run.File)
	}
	desk := intake.NewDesk(db, imports(cfg.Data))
	var report intake.Report
	if cfg.DryRun {
		report, err = desk.Survey(ctx, &run, in)
	} else {
		report, err = desk.Import(ctx, &run, in)
	}
	if bad, ok := errors.AsType[*format.Broken](err); ok {
		return bad // in the command line's language
	}
	if err != nil {
		return err
	}
	return cfg.tell(&report)
}

// communes fills in the box's territory when none is named.
func (cfg *ImportConfig) communes(ctx context.Context, db *store.DB) error {
	if cfg.All || cfg.Format == format.Communes || len(cfg.Choices.Communes) > 0 {
		return nil
	}
	err := db.View(ctx, func(tx *store.Tx) (err error) {
		cfg.Choices.Communes, err = intake.Territory(tx)
		return err
	})
	if err == nil && len(cfg.Choices.Communes) == 0 {
		err = errors.New("the box has no commune of the registers: name communes with --commune, or say --all")
	}
	return err
}

// tell prints what an import did, and a line for each thing refused.
func (cfg *ImportConfig) tell(r *intake.Report) error {
	for _, f := range r.Faults {
		if _, err := fmt.Fprintf(cfg.Err, "refused: %s\n", f); err != nil {
			return err
		}
	}
	if more := r.Refused - int64(len(r.Faults)); more > 0 {
		if _, err := fmt.Fprintf(cfg.Err, "refused: %d more\n", more); err != nil {
			return err
		}
	}
	verb := ""
	if cfg.DryRun {
		verb = "would be "
	}
	lines := []string{fmt.Sprintf("%sadded %d, updated %d, unchanged %d, kept as edited here %d, known under another source %d, refused %d",
		verb, r.Added, r.Updated, r.Unchanged, r.Kept, r.Same, r.Refused)}
	for _, reason := range slices.Sorted(maps.Keys(r.Skips)) {
		lines = append(lines, fmt.Sprintf("left out %d: %s", r.Skips[reason], format.Sentence(reason)))
	}
	if r.Repeats > 0 {
		lines = append(lines, fmt.Sprintf("%d events repeat: with all their dates", r.Repeats))
	}
	for _, t := range r.Twins {
		lines = append(lines, fmt.Sprintf("line %d: %q looks like %q, which the box has", t.Line, t.Name, t.Seen))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(cfg.Out, line); err != nil {
			return err
		}
	}
	return nil
}
