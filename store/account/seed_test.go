package account_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"copi.local/store/account"
)

// TestSeedIsForEver pins the words and both derivations: sheets printed today
// must open boxes and backups in ten years.
func TestSeedIsForEver(t *testing.T) {
	var seed account.Seed
	for i := range seed {
		seed[i] = byte(i)
	}
	for what, c := range map[string]struct{ got, want string }{
		"words":    {account.Fold(strings.Join(seed.Words(), " ")), goldenWords},
		"recovery": {hex.EncodeToString(seed.RecoveryHash()), goldenRecovery},
		"backup":   {hex.EncodeToString(seed.Backup()), goldenBackup},
	} {
		if c.got != c.want {
			t.Errorf("%s = %s, want %s", what, c.got, c.want)
		}
	}
}

const (
	goldenWords = "abaisser agreable inductif agreable eligible achat bolide boucle amateur exister derober bison " +
		"abrasif justice echarpe inonder avancer piano adulte cobra papaye anonyme hangar tomate"
	goldenRecovery = "f7395087d271eecc76dadb87294ef2ea3d7a4bb12ebef63df6e477a6d99f74f2"
	goldenBackup   = "a07a99c2996500910714c07d89a608e8f4b78f85ab35167edd884d72abda8160"
)

func TestParseSeed(t *testing.T) {
	for range 30 {
		seed := account.NewSeed()
		words := seed.Words()
		short := make([]string, len(words))
		for i, w := range words {
			r := []rune(account.Fold(w))
			short[i] = string(r[:min(4, len(r))])
		}
		for _, text := range []string{
			strings.Join(words, " "), strings.ToUpper(strings.Join(words, "\n")), account.Fold(strings.Join(words, ",")),
			"1. " + strings.Join(words, " 2. "), strings.Join(short, " "),
		} {
			got, err := account.ParseSeed(text)
			if err != nil || got != seed {
				t.Fatalf("%q: %v", text, err)
			}
		}
		words[3], words[4] = words[4], words[3]
		if got, err := account.ParseSeed(strings.Join(words, " ")); err == nil && got == seed && words[3] != words[4] {
			t.Fatal("two words exchanged pass as the same seed")
		}
	}
	words := account.NewSeed().Words()
	_, err := account.ParseSeed(strings.Join(words[1:], " "))
	fails(t, err, "err.account.seed_count")
	words[5] = "ordinateur"
	_, err = account.ParseSeed(strings.Join(words, " "))
	fails(t, err, "err.account.seed_word")
	words[5] = "abaissements" // one letter too many is not the word
	_, err = account.ParseSeed(strings.Join(words, " "))
	fails(t, err, "err.account.seed_word")
}

// The list is the published one: a word that changed would make sheets printed
// before unreadable.
func TestTheWordsAreThoseOfBIP39(t *testing.T) {
	const published = "ebc3959ab7801a1df6bac4fa7d970652f1df76b683cd2f4003c941c63d517e59"
	list, err := os.ReadFile("words.fr.txt")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(list); hex.EncodeToString(sum[:]) != published {
		t.Errorf("the list has hash %x", sum)
	}
}
