package amount

import (
	"errors"
	"slices"
	"strings"
)

// words that are a price without a number, as plain writes them.
var (
	freeWords = []string{"gratuit", "gratuite", "gratuitement", "don", "a donner", "offert", "gracieux", "a titre gracieux", "rien", "free", "0"}
	swapWords = []string{"troc", "echange", "a echanger", "en echange", "swap"}
	askWords  = []string{
		"a debattre", "a discuter", "a voir", "a convenir", "prix a debattre", "prix a discuter", "prix a convenir",
		"prix a demander", "a demander", "sur demande", "faire offre", "faire une offre", "libre", "prix libre", "negotiable", "on request", "ask",
	}
)

// ParsePrice reads a price as it is typed in one field: an amount of cents
// ("12,50 €", "1 200": a bare number is euros), of minutes of the time bank
// ("2 h", "90 min"), or a word ("gratuit", "troc", "à débattre"). Nothing to
// pay is Free. An amount with more words behind it is ErrMore: the words belong
// into the text, and dropping them would change what was said.
func ParsePrice(s string) (amount int64, unit string, err error) {
	text, err := plain(s)
	if err != nil {
		return 0, "", err
	}
	bare := dashes.Replace(text)
	switch {
	case slices.Contains(freeWords, bare):
		return 0, Free, nil
	case slices.Contains(swapWords, bare), strings.HasPrefix(bare, "contre "), strings.HasPrefix(bare, "troc contre "), strings.HasPrefix(bare, "echange contre "):
		return 0, Swap, nil
	case slices.Contains(askWords, bare):
		return 0, Ask, nil
	}
	amount, unit, err = number(text)
	if err == nil && amount == 0 {
		unit = Free
	}
	return amount, unit, err
}

// number reads a price that is a number. When it is one as euros it is euros;
// only then it may be a time.
func number(text string) (amount int64, unit string, err error) {
	cents, moneyErr := ParseMoney(text)
	if moneyErr == nil {
		return cents, Euros, nil
	}
	minutes, timeErr := ParseMinutes(text)
	if timeErr == nil {
		return minutes, Minutes, nil
	}
	if errors.Is(moneyErr, ErrTooMuch) || errors.Is(timeErr, ErrTooMuch) {
		return 0, "", ErrTooMuch
	}
	if startsWithAmount(text) {
		return 0, "", ErrMore
	}
	return 0, "", ErrUnclear
}

// startsWithAmount tells whether the first words of text are an amount with its
// unit.
func startsWithAmount(text string) bool {
	for at := len(text) - 1; at > 0; at-- {
		if text[at] != ' ' && text[at] != '/' {
			continue
		}
		head := strings.TrimSpace(text[:at])
		if !strings.ContainsAny(head, "€eh") && !strings.HasSuffix(head, "min") {
			continue
		}
		if _, err := ParseMoney(head); err == nil {
			return true
		}
		if _, err := ParseMinutes(head); err == nil {
			return true
		}
	}
	return false
}
