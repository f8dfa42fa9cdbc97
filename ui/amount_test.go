package ui

import (
	"net/url"
	"testing"

	"copi.local/store/amount"
	"copi.local/store/listing"
)

func TestPA2_PricesAreShownAsPeopleReadThem(t *testing.T) {
	s := spoken(t, "fr")
	for typed, want := range map[string]string{
		"12,50 €": "12,50\u00a0€", "12.50": "12,50\u00a0€", "1 200": "1\u202f200\u00a0€", "gratuit": "gratuit", "2 h": "2\u00a0h", "1h30": "1\u00a0h\u00a030",
		"45 min": "45\u00a0min", "à débattre": "prix à débattre", "troc": "échange",
	} {
		f := &form{speech: s, values: url.Values{"price": {typed}}}
		if got := s.price(f.price()); got != want || !f.ok() {
			t.Errorf("%q is shown %q, not %q; %v", typed, got, want, f.Faults)
		}
	}
	if f := (&form{speech: s, values: url.Values{"price": {" "}}}); f.price() != nil || !f.ok() {
		t.Error("an empty field is no price and no fault")
	}
}

func TestPA2_APriceTypedAgainIsThePrice(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		s := spoken(t, lang)
		for _, p := range []listing.Price{{Amount: 1250, Unit: amount.Euros}, {Amount: 123456789, Unit: amount.Euros}, {Amount: 30, Unit: amount.Minutes}, {Amount: 72005, Unit: amount.Minutes}, {Unit: amount.Free}, {Unit: amount.Swap}, {Unit: amount.Ask}} {
			f := &form{speech: s, values: url.Values{"price": {s.priceTyped(&p)}}}
			if got := f.price(); got == nil || *got != p {
				t.Errorf("%s: %v is typed %q and read %v", lang, p, s.priceTyped(&p), got)
			}
		}
	}
}

func TestPA2_WhatIsWrongWithAnAmountIsSaid(t *testing.T) {
	s := spoken(t, "fr")
	for typed, key := range map[string]string{"pas cher": "err.ui.price", "50 € à débattre": "err.ui.price_more", "-5 €": "err.ui.below_nothing", "999999999999": "err.ui.too_much"} {
		f := &form{speech: s, values: url.Values{"price": {typed}}}
		if f.price() != nil || len(f.Faults) != 1 || f.Faults[0].Text != s.T(key) {
			t.Errorf("%q: %v", typed, f.Faults)
		}
	}
	for typed, want := range map[string]bool{"12": true, "12,505": false, "-3": false, "dix": false} {
		f := &form{speech: s, values: url.Values{"x": {typed}}}
		if _, given := f.money("x"); !given || f.ok() != want {
			t.Errorf("money %q: %v", typed, f.Faults)
		}
	}
}

func TestTB3_MinutesInAForm(t *testing.T) {
	s := spoken(t, "fr")
	for typed, want := range map[string]int64{"1,5 h": 90, "2": 120, "90 min": 90, "": 0, "-5": -1, "demain": -1} {
		f := &form{speech: s, values: url.Values{"x": {typed}}}
		if got, given := f.minutes("x"); f.ok() != (want >= 0) || f.ok() && got != want || given != (typed != "") {
			t.Errorf("%q: %d, %v", typed, got, f.Faults)
		}
	}
}

func TestMinutesInWords(t *testing.T) {
	fr, en := spoken(t, "fr"), spoken(t, "en")
	for n, want := range map[int64]string{0: "0\u00a0h", 45: "45\u00a0min", 120: "2\u00a0h", 90: "1\u00a0h\u00a030", 65: "1\u00a0h\u00a005", -180: "−3\u00a0h", -90: "−1\u00a0h\u00a030", 72000: "1\u202f200\u00a0h"} {
		if got := fr.Minutes(n); got != want {
			t.Errorf("%d: %q, not %q", n, got, want)
		}
	}
	if got := en.Minutes(90); got != "1\u00a0h\u00a030" {
		t.Errorf("in English %q", got)
	}
}
