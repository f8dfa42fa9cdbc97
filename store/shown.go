package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Shown is a digest of what a page showed, in 16 hexadecimal digits. The page
// sends it back with the answer, so that nobody decides on what has changed
// since they read it: see Unchanged. what is anything encoding/json can write.
func Shown(what any) (string, error) {
	text, err := json.Marshal(what)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}

// Unchanged fails with kind Conflict when what is not what shown is the digest
// of. An empty digest, of who decides without a page, is not compared.
func Unchanged(shown string, what any) error {
	now, err := Shown(what)
	if err == nil && shown != "" && shown != now {
		err = E(Conflict, "err.changed")
	}
	return err
}

// Overwrites is Unchanged for a form that writes what: its error carries what
// now stands as Error.Shown, so that the same form sent once more replaces it.
func Overwrites(shown string, what any) error {
	now, err := Shown(what)
	if err == nil && shown != "" && shown != now {
		return &Error{Kind: Conflict, Key: "err.overwrites", Shown: now}
	}
	return err
}
