package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"aead.dev/minisign"

	"copi.local/appliance/update"
	"copi.local/cmd/internal/cli"
	"copi.local/images"
	"copi.local/store"
)

// updates makes an update of these sources and signs it.
func updates() cli.Command {
	out, secret := new(cli.Path), new(cli.Path)
	b := newBuilt()
	var notes update.Notes
	return cli.Command{
		Name: "update", Help: "Build an update for boxes that run, and sign it.",
		Flags: func(f *flag.FlagSet) {
			f.Var(out, "out", "`file` to write; dist/copi-VERSION.copiupdate when empty")
			f.Var(secret, "secret", "`file` of the secret key; its passphrase is read from the first line of the input")
			f.StringVar(&notes.FR, "notes", "", "`text` that says what changes, in French")
			f.StringVar(&notes.EN, "notes-en", "", "the same in English, a `text`")
			b.flags(f)
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			o, err := b.options(ctx, std)
			if err != nil {
				return err
			}
			if *secret == "" || notes.FR == "" {
				return cli.Misused("an update needs --secret and --notes")
			}
			key, err := secretKey(string(*secret), std.In)
			if err != nil {
				return err
			}
			file := string(*out)
			if file == "" {
				file = filepath.Join("dist", "copi-"+o.Version+update.Ext)
			}
			if err := makeUpdate(ctx, o, notes, key, file); err != nil {
				return err
			}
			o.Progress("done: " + file)
			return nil
		},
	}
}

// makeUpdate builds the root and packs it.
func makeUpdate(ctx context.Context, o images.Options, notes update.Notes, key minisign.PrivateKey, file string) error {
	number, oldest, err := store.Formats()
	if err != nil {
		return err
	}
	m := update.Manifest{Version: o.Version, Built: o.Epoch.Unix(), Board: update.BoardPi, Format: number, Opens: oldest, Notes: notes}
	return images.Root(ctx, o, func(root, kernel string) error {
		m.Kernel = kernel
		return packUpdate(m, key, root, file)
	})
}

func packUpdate(m update.Manifest, key minisign.PrivateKey, root, file string) (err error) {
	in, err := os.Open(root)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	sum := sha256.New()
	if m.Size, err = io.Copy(sum, in); err != nil {
		return err
	}
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return update.Pack(out, m, key, in)
}

// passphrase reads the first line of in.
func passphrase(in io.Reader) (string, error) {
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", cli.Misused("the passphrase of the secret key is wanted on the first line of the input")
	}
	return line, nil
}

func secretKey(file string, in io.Reader) (minisign.PrivateKey, error) {
	words, err := passphrase(in)
	if err != nil {
		return minisign.PrivateKey{}, err
	}
	return minisign.PrivateKeyFromFile(words, file)
}

// key makes a pair of keys.
func key() cli.Command {
	dir := new(cli.Path)
	return cli.Command{
		Name: "key", Help: "Make a pair of keys to sign updates with.",
		Flags: func(f *flag.FlagSet) {
			f.Var(dir, "out", "`directory` for the secret half, encrypted under the passphrase on the first line of the input")
		},
		Run: func(_ context.Context, std cli.Streams) error {
			if *dir == "" {
				return cli.Misused("a key needs --out")
			}
			words, err := passphrase(std.In)
			if err != nil {
				return err
			}
			public, private, err := minisign.GenerateKey(rand.Reader)
			if err != nil {
				return err
			}
			text, err := minisign.EncryptKey(words, private)
			if err != nil {
				return err
			}
			file := filepath.Join(string(*dir), fmt.Sprintf("copi-update-%016X.key", public.ID()))
			secret, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			_, err = secret.Write(text)
			if err = errors.Join(err, secret.Close()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(std.Out, public)
			return err
		},
	}
}
