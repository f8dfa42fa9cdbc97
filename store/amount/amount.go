// Package amount reads amounts of money and of time as French people type
// them: "12,50 €", "1 200", "1h30", "2 heures et demie", "gratuit". It works in
// whole cents and whole minutes only, never in floating numbers, and never
// rounds: what is not a whole cent or minute is refused. It imports nothing of
// ours, never panics, and its readers are fuzzed.
package amount

import (
	"errors"
	"strconv"
	"strings"
)

// Errors of the readers, for a form to say which it was.
var (
	ErrEmpty    = errors.New("no amount")
	ErrUnclear  = errors.New("not an amount")
	ErrNegative = errors.New("less than nothing")
	ErrTooMuch  = errors.New("an amount beyond its limit")
	ErrMore     = errors.New("an amount with words after it") // ParsePrice only: "50 € à débattre", "20 € l'heure"
)

// Limits of what is read; a price fits the wire with room to spare.
const (
	MaxCents   = 100_000_000_00 // a hundred million euros
	MaxMinutes = 10_000 * 60    // ten thousand hours
	maxText    = 64             // bytes of a text that is looked at
)

// Units of a price, as cards have them.
const (
	Euros   = "EUR" // the amount is in cents
	Minutes = "min" // in minutes
	Free    = "free"
	Swap    = "swap"
	Ask     = "ask"
)

var (
	spaces = strings.NewReplacer(
		"\u00a0", " ", "\u202f", " ", "\u2009", " ", "\t", " ", "\n", " ", "\u2019", "'", "\u2212", "-", "\u2013", "-",
		"à", "a", "â", "a", "é", "e", "è", "e", "ê", "e", "œ", "oe",
	)
	dashes = strings.NewReplacer("-", " ")
)

// plain is text in small letters, without accents, with single spaces.
func plain(s string) (string, error) {
	if len(s) > maxText {
		return "", ErrUnclear
	}
	s = strings.Join(strings.Fields(spaces.Replace(strings.ToLower(s))), " ")
	if s == "" {
		return "", ErrEmpty
	}
	if rest, ok := strings.CutPrefix(s, "-"); ok && hasDigit(rest) {
		return "", ErrNegative
	}
	return s, nil
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789½¼¾") }

// decimal reads a number with marks as they are typed: "1 200", "12,5",
// "12.50", "1.200,50", "1'200", ",50". value is the number times scale, a power
// of ten of at most digits decimals; more decimals than that are not rounded
// but refused, and so is "1.200", which may be either.
func decimal(s string, digits int) (value int64, err error) {
	whole, decimals := s, ""
	if at := strings.LastIndexAny(s, ",."); at >= 0 {
		whole, decimals = s[:at], s[at+1:]
		if decimals == "" || strings.ContainsRune(whole, rune(s[at])) {
			return 0, ErrUnclear
		}
	}
	if whole, err = ungroup(whole); err != nil {
		return 0, err
	}
	if whole == "" && decimals == "" || len(decimals) > digits || !allDigits(decimals) {
		return 0, ErrUnclear
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 12 {
		return 0, ErrTooMuch
	}
	text := whole + decimals + strings.Repeat("0", digits-len(decimals))
	return strconv.ParseInt("0"+text, 10, 64)
}

// ungroup takes the marks between thousands out; every group after the first
// has three digits.
func ungroup(s string) (string, error) {
	at := strings.IndexAny(s, " .,'")
	if at < 0 {
		if !allDigits(s) {
			return "", ErrUnclear
		}
		return s, nil
	}
	groups := strings.Split(s, s[at:at+1])
	for i, g := range groups {
		if !allDigits(g) || i > 0 && len(g) != 3 || i == 0 && (g == "" || len(g) > 3) {
			return "", ErrUnclear
		}
	}
	return strings.Join(groups, ""), nil
}

func allDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
