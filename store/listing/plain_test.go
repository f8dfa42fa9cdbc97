package listing

import (
	"testing"

	"copi.local/store"
)

func TestPlain(t *testing.T) {
	for s, want := range map[string]string{
		"Bal des pompiers":          "Bal des pompiers",
		"L’été à l’œuvre, 1 234 €":  "L’été à l’œuvre, 1 234 €",
		"une ligne\n\tet une autre": "une ligne\n\tet une autre",
		"👩‍🌾 marché":                "👩‍🌾 marché", // joined
		"Bal \u202egnp.exe":         "Bal gnp.exe",
		"\u2066isolé\u2069":         "isolé",
		"\x1b[31mrouge\a\u0085":     "[31mrouge",
		"pa\u200bge\ufeff":          "page",
		"avant\u2028après":          "avant après",
		"non\ufffe-caractère":       "non-caractère",
		"\u200fعربي":                "\u200fعربي",
	} {
		if got := Plain(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestATitleShowsSomething(t *testing.T) {
	for _, s := range []string{"", " ", "\u00a0", "\u200d\u200c", "\u200b", "\t\n"} {
		if err := CheckTitle(s); err == nil || store.KindOf(err) != store.Invalid {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"!", "é", "🎉", "123"} {
		if err := CheckTitle(s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
}
