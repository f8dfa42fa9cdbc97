package ui

import (
	"errors"
	"strconv"

	"copi.local/store/amount"
	"copi.local/store/listing"
)

// minus is the sign before what is below nothing; no line breaks after it.
const minus = "\u2212"

// money is an amount in cents; given is false when the field is empty.
func (f *form) money(name string) (cents int64, given bool) {
	cents, err := amount.ParseMoney(f.text(name))
	return cents, f.amount(name, "err.ui.money", err)
}

// minutes is a time in minutes, from a field that asks for hours; given is
// false when it is empty.
func (f *form) minutes(name string) (n int64, given bool) {
	n, err := amount.ParseMinutes(f.text(name))
	return n, f.amount(name, "err.ui.minutes", err)
}

// price is the price typed in the field of that name: euros, hours of the time
// bank or a word; nil when it is empty or not understood.
func (f *form) price() *listing.Price {
	n, unit, err := amount.ParsePrice(f.text("price"))
	if !f.amount("price", "err.ui.price", err) || err != nil {
		return nil
	}
	return &listing.Price{Amount: n, Unit: unit}
}

// amount tells whether something was typed, and notes what is wrong with it:
// unclear is the sentence for what is no amount at all.
func (f *form) amount(name, unclear string, err error) (given bool) {
	switch {
	case errors.Is(err, amount.ErrEmpty):
		return false
	case errors.Is(err, amount.ErrNegative):
		f.fault(name, "err.ui.below_nothing")
	case errors.Is(err, amount.ErrTooMuch):
		f.fault(name, "err.ui.too_much")
	case errors.Is(err, amount.ErrMore):
		f.fault(name, "err.ui.price_more")
	case err != nil:
		f.fault(name, unclear)
	}
	return true
}

// Minutes writes a time of the time bank: "2 h", "1 h 30", "45 min", "−3 h".
func (s *localizer) Minutes(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = minus, -n
	}
	hours := s.marks(strconv.FormatInt(n/60, 10))
	switch rest := n % 60; {
	case rest == 0:
		return sign + s.T("ui.minutes.hours", "hours", hours)
	case n < 60:
		return sign + s.T("ui.minutes.minutes", "minutes", strconv.FormatInt(rest, 10))
	default:
		return sign + s.T("ui.minutes.both", "hours", hours, "minutes", twoDigits(int(rest)))
	}
}

// price is what a thing costs, in words.
func (s *speech) price(p *listing.Price) string {
	if p == nil {
		return ""
	}
	switch p.Unit {
	case amount.Euros, "eur": // a neighbour's box may write it small
		return s.Money(p.Amount)
	case amount.Minutes:
		return s.Minutes(p.Amount)
	case amount.Free:
		return s.T("ui.price.free")
	case amount.Swap:
		return s.T("ui.price.swap")
	default:
		return s.T("ui.price.ask")
	}
}

// amountTyped is an amount as a person types it: "12,50", "80".
func (s *speech) amountTyped(cents int64) string {
	text := strconv.FormatInt(cents/100, 10)
	if rest := cents % 100; rest != 0 {
		text += "," + twoDigits(int(rest))
	}
	return text
}

// minutesTyped is a time as a person types it: "1 h 30", "90 h".
func (s *speech) minutesTyped(n int64) string {
	if n < 60 {
		return s.Minutes(n)
	}
	text := strconv.FormatInt(n/60, 10) + nbsp + "h"
	if rest := n % 60; rest != 0 {
		text += nbsp + twoDigits(int(rest))
	}
	return text
}

// priceTyped is a price as a person types it, to be read again as it is: no
// marks between thousands, which another language may take for a point.
func (s *speech) priceTyped(p *listing.Price) string {
	if p == nil {
		return ""
	}
	switch p.Unit {
	case amount.Euros:
		return s.amountTyped(p.Amount) + nbsp + "€"
	case amount.Minutes:
		return s.minutesTyped(p.Amount)
	case amount.Ask:
		return s.T("ui.price.ask_typed")
	default:
		return s.price(p)
	}
}
