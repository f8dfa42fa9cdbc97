package demo

import (
	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/timebank"
)

// paper is what lies on the desk of the time bank: a booklet, a sheet of
// coupons, and three of these that were typed in and wait for their second look.
func (f *filler) paper(tx *store.Tx, from, to string) error {
	if _, err := timebank.PrintCoupons(tx, from, 4); err != nil {
		return err
	}
	sheet, err := timebank.PrintCoupons(tx, "", 4)
	if err != nil {
		return err
	}
	day := calendar.WallOf(f.now.In(f.zone).AddDate(0, 0, -2)).Midnight()
	var slips []timebank.Slip
	total := int64(0)
	for i, c := range sheet.Coupons()[:3] {
		s := timebank.Slip{Paper: c.Key(), From: from, To: to, Minutes: int64(30 * (i + 1)), On: day}
		if i == 1 {
			s.From, s.To = to, from
		}
		slips, total = append(slips, s), total+s.Minutes
	}
	_, err = timebank.TypeBatch(tx, 0, slips, total)
	return err
}
