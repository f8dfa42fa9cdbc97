package cli

import (
	"flag"
	"fmt"
	"strings"
	"testing"
)

// TestWordsAndFlagsInAnyOrder: flags may come before, between and after the
// arguments; after "--" there are only arguments.
func TestWordsAndFlagsInAnyOrder(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"-a one two", "one two true false"},
		{"one -a two --b", "one two true true"},
		{"one --b=false two", "one two false false"},
		{"-- one -a", "one -a false false"},
		{"one -- -a", "one -a false false"},
		{"one", `<second> is missing`},
		{"one two three", `"three" is one word too many`},
		{"one --c", "flag provided but not defined: -c"},
	} {
		var first, second Word
		var a, b bool
		err := Command{
			Args: []Argument{{Name: "first", To: &first}, {Name: "second", To: &second}},
			Flags: func(f *flag.FlagSet) {
				f.BoolVar(&a, "a", false, "")
				f.BoolVar(&b, "b", false, "")
			},
		}.parse(strings.Fields(c.args))
		got := fmt.Sprint(first, " ", second, " ", a, " ", b)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.args, got, c.want)
		}
	}
}
