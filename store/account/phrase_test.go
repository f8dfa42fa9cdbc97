package account_test

import (
	"regexp"
	"testing"

	"copi.local/store/account"
)

// A phrase is typed on a phone, and is what WPA2 takes: 8 to 63 characters of
// ASCII.
func TestAPhraseCanBeTyped(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z]+(-[a-z]+){3}$`)
	seen := map[string]bool{}
	for range 200 {
		p := account.NewPhrase()
		if !shape.MatchString(p) || len(p) < 8 || len(p) > 63 || seen[p] {
			t.Fatalf("%q", p)
		}
		seen[p] = true
	}
}
