// Package update takes a new version of the box onto its card, and knows the
// way back.
//
// A card has two places for the read-only root file system: the one that runs
// and the idle one. An update is a signed file that holds a whole root. It is
// written to the idle place as it comes, so that it needs no room among the
// commune's data; read back from the card; and only then does somebody switch
// over. From there on it is on trial (slot.Trial): a program of its own,
// images/probation, watches the box and goes back by itself when it does not do
// well.
//
// The file begins with three parts anyone can read:
//
//	CoPi update 1
//	{"version":"1.4.0",…}            the manifest, one line of JSON
//	untrusted comment: …             minisign's four lines, over the manifest's bytes
//	…
//
// and goes on with the root, whose size and SHA-256 the manifest names. Whoever
// holds one of the two keys a box was built with may sign one
// (jedisct1.github.io/minisign); the second is for the day the first is lost.
package update

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"aead.dev/minisign"

	"copi.local/store"
)

// Ext ends the names of updates.
const Ext = ".copiupdate"

// firstLine says what the file is, and the version of its form.
const firstLine = "CoPi update 1\n"

// Bounds of a file's beginning, in bytes, and of the sentences of its manifest,
// in characters.
const (
	maxManifest = 8 << 10
	maxLine     = 1 << 10 // of a signature, which has signatureLines of them
	maxNotes    = 1000

	signatureLines = 4
)

// Manifest says what an update is, and which boxes may take it.
type Manifest struct {
	Version string `json:"version"` // what copi version answers
	Built   int64  `json:"built"`   // seconds since 1970; no box goes to an earlier one
	Board   string `json:"board"`   // which cards it is for, see BoardPi
	Kernel  string `json:"kernel"`  // release of the kernel whose modules it holds (uname -r)
	Format  int    `json:"format"`  // of the database it writes (store.Formats)
	Opens   int    `json:"opens"`   // the oldest whose program may go on with it
	Size    int64  `json:"size"`    // of the root, in bytes
	SHA256  string `json:"sha256"`  // of the root, in hexadecimal
	Notes   Notes  `json:"notes"`   // what changes, for whoever decides
}

// Notes are in the languages of the pages; English may be missing.
type Notes struct {
	FR string `json:"fr"`
	EN string `json:"en,omitempty"`
}

// BoardPi is the image for Raspberry Pis of 64 bit.
const BoardPi = "pi-arm64"

// BuiltAt is when it was built.
func (m *Manifest) BuiltAt() time.Time { return time.Unix(m.Built, 0).UTC() }

// NotesIn is what changes, in a language where it is told in it.
func (m *Manifest) NotesIn(language string) string {
	if language == "en" && m.Notes.EN != "" {
		return m.Notes.EN
	}
	return m.Notes.FR
}

func (m *Manifest) check() error {
	switch {
	case m.Version == "" || len(m.Version) > 100 || strings.ContainsFunc(m.Version, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("no version")
	case m.Built <= 0 || m.Format < 1 || m.Opens < 1 || m.Opens > m.Format:
		return errors.New("no build or format")
	case m.Board == "" || m.Kernel == "":
		return errors.New("no board or kernel")
	case m.Size <= 0 || m.Size%512 != 0 || len(m.SHA256) != 64:
		return errors.New("no root")
	case utf8.RuneCountInString(m.Notes.FR) > maxNotes || utf8.RuneCountInString(m.Notes.EN) > maxNotes:
		return errors.New("too many words")
	}
	return nil
}

// The errors of a file are sentences of kind Invalid.
var (
	errForm   = store.E(store.Invalid, "err.update.form").At("file")
	errSigned = store.E(store.Invalid, "err.update.signature").At("file")
	errHalf   = store.E(store.Invalid, "err.update.half").At("file")
)

// Keys are the public keys a box was built with, as minisign prints them (the
// second line of a .pub file).
type Keys []minisign.PublicKey

// ParseKeys reads keys parted by spaces. No key is no error: such a box takes no
// update.
func ParseKeys(text string) (keys Keys, err error) {
	for _, word := range strings.Fields(text) {
		var k minisign.PublicKey
		if err := k.UnmarshalText([]byte(word)); err != nil {
			return nil, fmt.Errorf("update key %q: %w", word, err)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// Open reads the beginning of an update and checks who signed it. The root
// follows in the reader it gives back. It fails with kind Invalid.
func (keys Keys) Open(file io.Reader) (Manifest, *bufio.Reader, error) {
	in := bufio.NewReaderSize(file, maxManifest)
	if begins, err := in.Peek(len(firstLine)); err != nil || string(begins) != firstLine {
		return Manifest{}, nil, errForm
	}
	_, _ = in.Discard(len(firstLine)) // they were peeked at
	text, err := line(in, maxManifest)
	if err != nil {
		return Manifest{}, nil, err
	}
	var signature []byte
	for range signatureLines {
		l, err := line(in, maxLine)
		if err != nil {
			return Manifest{}, nil, err
		}
		signature = append(append(signature, l...), '\n')
	}
	if !keys.signed(text, signature) {
		return Manifest{}, nil, errSigned
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, nil, errForm.Because(err)
	}
	if err := m.check(); err != nil {
		return Manifest{}, nil, errForm.Because(err)
	}
	return m, in, nil
}

func (keys Keys) signed(text, signature []byte) bool {
	for _, k := range keys {
		if minisign.Verify(k, text, signature) {
			return true
		}
	}
	return false
}

// line reads a line of at most so many bytes, without its end.
func line(in *bufio.Reader, most int) ([]byte, error) {
	l, err := in.ReadSlice('\n')
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errHalf.Because(err)
	}
	if err != nil || len(l) > most {
		return nil, errForm.Because(err)
	}
	return bytes.Clone(l[:len(l)-1]), nil
}

// Pack writes an update: of m, whose Size and SHA256 name root, signed by key.
func Pack(w io.Writer, m Manifest, key minisign.PrivateKey, root io.Reader) error {
	if err := m.check(); err != nil {
		return err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	signature := minisign.SignWithComments(key, text, "CoPi "+m.Version, "signature of a CoPi update")
	if !bytes.HasSuffix(signature, []byte("\n")) {
		signature = append(signature, '\n')
	}
	for _, part := range [][]byte{[]byte(firstLine), append(text, '\n'), signature} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	n, err := io.Copy(w, root)
	if err == nil && n != m.Size {
		err = fmt.Errorf("the root has %d bytes, not %d", n, m.Size)
	}
	return err
}
