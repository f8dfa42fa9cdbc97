package amount_test

import (
	"errors"
	"testing"

	"copi.local/store/amount"
)

func TestMoneyAsPeopleTypeIt(t *testing.T) {
	for text, want := range map[string]int64{
		"12": 1200, "12,5": 1250, "12.50": 1250, "12,50 €": 1250, "1 200": 120000, "1 200 €": 120000, "1\u202f200\u00a0€": 120000,
		"1.200,50": 120050, "1,200.50": 120050, "1'200": 120000, "12€50": 1250, "12 euros 50": 1250, "12 € 05": 1205, "€12": 1200, "12 EUR": 1200,
		"1 Euro": 100, "50 centimes": 50, "0": 0, ",50": 50, "007": 700, "1 234 567,89": 123456789, "100 000 000": amount.MaxCents,
	} {
		if got, err := amount.ParseMoney(text); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestMoneyThatIsNone(t *testing.T) {
	for text, want := range map[string]error{
		"": amount.ErrEmpty, " ": amount.ErrEmpty, "-3": amount.ErrNegative, "− 3 €": amount.ErrNegative,
		"dix": amount.ErrUnclear, "12,505": amount.ErrUnclear, "1.200": amount.ErrUnclear, "12 50": amount.ErrUnclear, "1 20 000": amount.ErrUnclear,
		"12,": amount.ErrUnclear, "€": amount.ErrUnclear, "1e3": amount.ErrUnclear, "12 € 5": amount.ErrUnclear, "1,2,3": amount.ErrUnclear,
		"100 000 000,01": amount.ErrTooMuch, "99999999999": amount.ErrTooMuch, "99999999999999999999": amount.ErrTooMuch,
	} {
		if got, err := amount.ParseMoney(text); !errors.Is(err, want) {
			t.Errorf("%q: %d, %v; want %v", text, got, err, want)
		}
	}
}

func TestTB3_MinutesAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string]int64{
		"2 h": 120, "2h": 120, "2": 120, "1h30": 90, "1 h 30": 90, "1 h 30 min": 90, "1,5 h": 90, "1.5h": 90, "1,5": 90, "90 min": 90, "90mn": 90,
		"90 minutes": 90, "1:30": 90, "0:05": 5, "1h5": 65, "1 h 05": 65, "2 heures": 120, "1 heure": 60, "0": 0, "0,25": 15, "2½ h": 150, "½ h": 30,
		"une demi-heure": 30, "2 heures et demie": 150, "1 heure et quart": 75, "Un quart d’heure": 15, "1 200 min": 1200, "10000": amount.MaxMinutes,
		"1\u00a0h\u00a030": 90,
	} {
		if got, err := amount.ParseMinutes(text); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestTB3_TimeThatIsNone(t *testing.T) {
	for text, want := range map[string]error{
		"": amount.ErrEmpty, "-5": amount.ErrNegative, "-5 min": amount.ErrNegative, "demain": amount.ErrUnclear, "1h75": amount.ErrUnclear,
		"1:3": amount.ErrUnclear, "1,33 h": amount.ErrUnclear, "1,5 min": amount.ErrUnclear, "h": amount.ErrUnclear, "1 jour": amount.ErrUnclear,
		"1,5 h 30": amount.ErrUnclear, "1:et demie": amount.ErrUnclear, "10001": amount.ErrTooMuch, "999999999999 h": amount.ErrTooMuch,
		"9999999999999 h 30": amount.ErrTooMuch, "99999999999 h 30": amount.ErrTooMuch,
	} {
		if got, err := amount.ParseMinutes(text); !errors.Is(err, want) {
			t.Errorf("%q: %d, %v; want %v", text, got, err, want)
		}
	}
}

func TestPA2_PricesAsPeopleTypeThem(t *testing.T) {
	type price struct {
		amount int64
		unit   string
	}
	for text, want := range map[string]price{
		"12,50 €": {1250, amount.Euros}, "12.50": {1250, amount.Euros}, "1 200": {120000, amount.Euros}, "2": {200, amount.Euros},
		"gratuit": {0, amount.Free}, "Gratuit": {0, amount.Free}, "don": {0, amount.Free}, "à donner": {0, amount.Free}, "0": {0, amount.Free}, "0 €": {0, amount.Free}, "0 h": {0, amount.Free},
		"2 h": {120, amount.Minutes}, "1h30": {90, amount.Minutes}, "90 min": {90, amount.Minutes}, "1:30": {90, amount.Minutes}, "une heure": {60, amount.Minutes},
		"à débattre": {0, amount.Ask}, "A debattre": {0, amount.Ask}, "prix à discuter": {0, amount.Ask}, "faire offre": {0, amount.Ask},
		"troc": {0, amount.Swap}, "échange": {0, amount.Swap}, "contre des œufs": {0, amount.Swap},
	} {
		if n, unit, err := amount.ParsePrice(text); err != nil || n != want.amount || unit != want.unit {
			t.Errorf("%q: %d %s, %v; want %v", text, n, unit, err, want)
		}
	}
}

func TestPA2_PricesThatAreNone(t *testing.T) {
	for text, want := range map[string]error{
		"": amount.ErrEmpty, "-5 €": amount.ErrNegative, "pas cher": amount.ErrUnclear, "1.200": amount.ErrUnclear,
		"50 € à débattre": amount.ErrMore, "20 € l'heure": amount.ErrMore, "20€/jour": amount.ErrMore, "2 h par semaine": amount.ErrMore,
		"999999999999": amount.ErrTooMuch,
	} {
		if n, unit, err := amount.ParsePrice(text); !errors.Is(err, want) {
			t.Errorf("%q: %d %s, %v; want %v", text, n, unit, err, want)
		}
	}
}
