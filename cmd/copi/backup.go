package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
)

// backup writes everything a box holds into one sealed file.
func backup() cli.Command {
	data, file, to, maps := dataDir(), new(cli.Path), new(cli.Path), false
	return cli.Command{
		Name: "backup", Help: "Back a box up, running or not: one file, sealed for its recovery sheet.",
		Family: []cli.Command{backupVerify()},
		Args:   []cli.Argument{{Name: "file", Help: "where to write it, such as /media/stick/village.copibackup", To: file, Optional: true}},
		Flags: func(f *flag.FlagSet) {
			dataFlag(f, data)
			f.Var(to, "to", "keep the last five backups in this `directory`, of a stick, instead")
			f.BoolVar(&maps, "maps", false, "with the .pmtiles maps, which may be large")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			if (*file == "") == (*to == "") {
				return cli.Misused("name a file, or a directory with --to")
			}
			return appliance.Backup(ctx, appliance.BackupConfig{
				Data: string(*data), File: string(*file), To: string(*to), Maps: maps, Version: version,
			}, std.Out)
		},
	}
}

func backupVerify() cli.Command {
	return onBackup("verify", "Read a backup through: every byte, every hash, the database.", appliance.VerifyBackup)
}

// restore puts a backup in place.
func restore() cli.Command {
	return onBackup("restore", "Put a backup into a data directory on which no box runs; what is there moves aside.", appliance.Restore)
}

// onBackup is a sub-command that reads a backup, with the box's own key or the
// words of the recovery sheet.
func onBackup(name, help string, do func(ctx context.Context, data, file, words string, out io.Writer) error) cli.Command {
	data, file, words := dataDir(), new(cli.Path), false
	return cli.Command{
		Name: name, Help: help,
		Args:  []cli.Argument{{Name: "file", Help: "the backup", To: file}},
		Flags: func(f *flag.FlagSet) { dataFlag(f, data); wordsFlag(f, &words) },
		Run: func(ctx context.Context, std cli.Streams) error {
			typed, err := typedWords(words, std)
			if err != nil {
				return err
			}
			return do(ctx, string(*data), string(*file), typed, std.Out)
		},
	}
}

func wordsFlag(f *flag.FlagSet, words *bool) {
	f.BoolVar(words, "words", false, "type the 24 words of the recovery sheet, where the box's own key is not at hand")
}

// maxWords bounds what is read of them, in bytes.
const maxWords = 4 << 10

// typedWords reads the words of the recovery sheet where they are to be typed:
// on one line, or until the end.
func typedWords(ask bool, std cli.Streams) (string, error) {
	if !ask {
		return "", nil
	}
	if _, err := fmt.Fprintln(std.Err, "the 24 words of the recovery sheet, then Ctrl-D:"); err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(std.In, maxWords))
	return string(text), err
}
