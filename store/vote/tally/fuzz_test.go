package tally

import (
	"encoding/json"
	"os"
	"testing"
)

// FuzzRecount: whatever a file holds, counting it again ends in an answer.
// People are told to pass such files around.
func FuzzRecount(f *testing.F) {
	golden, err := os.ReadFile(vectorFile)
	if err != nil {
		f.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(golden, &all); err != nil {
		f.Fatal(err)
	}
	for _, v := range all {
		f.Add([]byte(v.File))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Recount(b)
		if err != nil || file.Lottery != nil {
			return
		}
		again, err := file.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Recount(again); err != nil {
			t.Fatalf("%v\n%s", err, again)
		}
	})
}
