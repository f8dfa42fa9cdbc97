package amount

import "strings"

// ParseMoney reads an amount of euros, in cents, from 0 to MaxCents: "12,50 €",
// "12.50", "1 200", "12€50", "12 euros 50", "€12", "50 centimes".
func ParseMoney(s string) (cents int64, err error) {
	s, err = plain(s)
	if err != nil {
		return 0, err
	}
	if rest, ok := cutWord(s, "centimes", "centime", "cents", "cent", "cts", "ct", "c"); ok && !strings.Contains(rest, "€") && !strings.Contains(rest, "eur") {
		cents, err = decimal(rest, 0)
		return bounded(cents, MaxCents, err)
	}
	s = strings.NewReplacer("euros", "€", "euro", "€", "eur", "€").Replace(s)
	s = strings.TrimSpace(strings.TrimPrefix(s, "€"))
	whole, rest, found := strings.Cut(s, "€")
	whole, rest = strings.TrimSpace(whole), strings.TrimSpace(rest)
	if rest == "" || !found {
		cents, err = decimal(whole, 2)
		return bounded(cents, MaxCents, err)
	}
	if stripped, ok := cutWord(rest, "centimes", "cts", "c"); ok {
		rest = stripped
	}
	if len(rest) != 2 || !allDigits(rest) || strings.ContainsAny(whole, ",.") { // 12 € 50
		return 0, ErrUnclear
	}
	cents, err = decimal(whole+","+rest, 2)
	return bounded(cents, MaxCents, err)
}

// cutWord takes the first of the words off the end of s, when there is one.
func cutWord(s string, words ...string) (rest string, ok bool) {
	for _, w := range words {
		if rest, ok = strings.CutSuffix(s, w); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return s, false
}

// bounded refuses what is over the limit.
func bounded(n, most int64, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	if n > most {
		return 0, ErrTooMuch
	}
	return n, nil
}
