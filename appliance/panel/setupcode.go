package panel

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// setupFile keeps the set-up code in the data directory.
const setupFile = "setup-code"

// crockford is the alphabet of codes read aloud and typed: no I, L, O, U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// SetupCode is the written code of a box without an LED, such as K7QM-3FXD:
// 40 random bits, made at the first call and kept in the data directory,
// readable by the box's own user only.
func SetupCode(dataDir string) (string, error) {
	file := filepath.Join(dataDir, setupFile)
	data, err := os.ReadFile(file)
	switch {
	case err == nil && validCode(string(data)):
		return strings.TrimSpace(string(data)), nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("set-up code: %w", err)
	}
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails
	for i := range raw {
		raw[i] = crockford[raw[i]%32]
	}
	code := string(raw[:4]) + "-" + string(raw[4:])
	if err := os.WriteFile(file, []byte(code+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("set-up code: %w", err)
	}
	return code, nil
}

// ForgetSetupCode removes the code once the box has its operator.
func ForgetSetupCode(dataDir string) error {
	err := os.Remove(filepath.Join(dataDir, setupFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// validCode tells whether the file was written whole.
func validCode(s string) bool {
	code := canonical(s)
	return len(code) == 8 && strings.Trim(code, crockford) == ""
}

// canonical undoes what people do to a code: lower case, spaces, dashes, and
// the letters that look like a digit.
func canonical(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ' || r == '\u00a0' || r == '\n' || r == '\r' || r == '\t':
			return -1
		case r == 'o' || r == 'O':
			return '0'
		case r == 'i' || r == 'I' || r == 'l' || r == 'L':
			return '1'
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, code)
}
