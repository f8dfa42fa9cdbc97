package amount_test

import (
	"fmt"
	"testing"

	"copi.local/store/amount"
)

// FuzzPrice holds what is read within its limits, and that an amount written
// out in full is read as itself.
func FuzzPrice(f *testing.F) {
	for _, s := range []string{"12,50 €", "1 200", "gratuit", "2 h", "1h30", "1:30", "½ h", "12€50", "-3", "1.200,50", "à débattre", "99999999999999999999 h", "€", "h", ":", "50 € à débattre"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, unit, err := amount.ParsePrice(s)
		if err != nil {
			if n != 0 || unit != "" {
				t.Fatalf("%q: %d %q with %v", s, n, unit, err)
			}
			return
		}
		most := map[string]int64{amount.Euros: amount.MaxCents, amount.Minutes: amount.MaxMinutes}[unit]
		if n < 0 || n > most {
			t.Fatalf("%q: %d %s", s, n, unit)
		}
		again := fmt.Sprintf("%d,%02d €", n/100, n%100)
		if unit == amount.Minutes {
			again = fmt.Sprintf("%d h %02d", n/60, n%60)
		}
		if most > 0 {
			if m, u, err := amount.ParsePrice(again); m != n || u != unit || err != nil {
				t.Fatalf("%q is %d %s, %q is %d %s, %v", s, n, unit, again, m, u, err)
			}
		}
	})
}
