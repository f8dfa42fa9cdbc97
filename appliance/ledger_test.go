package appliance

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/timebank"
)

// TestAWrongSumIsFoundAtTheStart changes a balance behind the box's back: the
// doctor says so, and a box that starts books nothing until it is mended.
func TestAWrongSumIsFoundAtTheStart(t *testing.T) {
	dir := t.TempDir() + "/village"
	resident(t, dir)
	doctor := func() (string, error) {
		var out bytes.Buffer
		err := Doctor(t.Context(), dir, Program{}, false, &out)
		return out.String(), err
	}
	if out, err := doctor(); err != nil || !strings.Contains(out, "The sum of all accounts of hours is zero.") {
		t.Fatalf("a sound box: %v\n%s", err, out)
	}

	tamper(t, dir, 7)
	if out, err := doctor(); !errors.Is(err, errUnwell) || !strings.Contains(out, "are not those its movements make") {
		t.Errorf("a wrong balance: %v\n%s", err, out)
	}
	startProcess(t, dir, "").kill()
	if err := payAnHour(t, dir); err == nil || !strings.Contains(err.Error(), "err.timebank.wrong") {
		t.Errorf("paying while the sums are wrong: %v", err)
	}

	tamper(t, dir, -7)
	startProcess(t, dir, "").kill()
	if err := payAnHour(t, dir); err != nil {
		t.Errorf("paying after it was mended: %v", err)
	}
}

// atRest runs fn on the database of a box that does not run.
func atRest(t *testing.T, dir string, fn func(*store.Tx) error) error {
	t.Helper()
	db, _, err := openAtRest(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	return db.Update(t.Context(), fn)
}

func tamper(t *testing.T, dir string, minutes int) {
	t.Helper()
	err := atRest(t, dir, func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE timebank_accounts SET balance = balance + ? WHERE kind = 'person' AND number = (SELECT min(number) FROM timebank_accounts WHERE kind = 'person')", minutes)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// payAnHour pays from one of the village to another.
func payAnHour(t *testing.T, dir string) error {
	t.Helper()
	return atRest(t, dir, func(tx *store.Tx) error {
		var numbers []string
		for _, login := range []string{"jeanne", "paul"} {
			p, err := account.ByLogin(tx, login)
			if err != nil {
				return err
			}
			tx.Actor = store.Actor{ID: p.ID, Role: p.Role}
			a, err := timebank.Open(tx)
			if err != nil {
				return err
			}
			numbers = append(numbers, a.Number)
		}
		_, err := timebank.Pay(tx, timebank.Payment{From: numbers[1], To: numbers[0], Minutes: 60})
		return err
	})
}

// A text that is damaged in the file is counted by the doctor.
func TestTheDoctorCountsDamagedTexts(t *testing.T) {
	dir := t.TempDir() + "/village"
	resident(t, dir)
	err := atRest(t, dir, func(tx *store.Tx) error {
		c := listing.Card{Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindEvent, Title: "Bal", Audience: listing.Public}
		if err := listing.Put(tx, c, listing.Body{"description": "Venez nombreux."}); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE listing_bodies SET body = '{' WHERE card_id = (SELECT max(card_id) FROM listing_bodies)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Doctor(t.Context(), dir, Program{}, false, &out); err != nil && !errors.Is(err, errUnwell) {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "1 listing has a text that is damaged") {
		t.Errorf("the doctor says\n%s", out.String())
	}
}
