package booking

import (
	"copi.local/store"
)

const (
	sqlStep      = `INSERT INTO booking_steps (booking_id, step, item, note, cents, done_by, at) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlUnstep    = `DELETE FROM booking_steps WHERE booking_id = ? AND step = ? AND item = ?`
	sqlSteps     = `SELECT step, item, note, cents, done_by, at FROM booking_steps WHERE booking_id = ? AND step <> 'late' ORDER BY at, step, item`
	sqlStepsBy   = `SELECT count(*) FROM booking_steps WHERE done_by = ?`
	sqlUnnameBy  = `UPDATE booking_steps SET done_by = '' WHERE done_by = ?`
	sqlLend      = `INSERT INTO booking_loans (booking_id, resource_id) VALUES (?, ?)`
	sqlReturn    = `DELETE FROM booking_loans WHERE booking_id = ?`
	sqlNotBack   = sqlColumns + `WHERE id IN (SELECT booking_id FROM booking_loans WHERE resource_id = ?) AND ends_at <= ? ORDER BY ends_at, id`
	sqlAllLate   = sqlColumns + `WHERE id IN (SELECT booking_id FROM booking_loans) AND ends_at <= ? ORDER BY ends_at, id`
	sqlToldLate  = `SELECT count(*) FROM booking_steps WHERE booking_id = ? AND step = 'late' AND item = ?`
	sqlComing    = sqlColumns + `WHERE resource_id = ? AND ends_at > ? AND starts_at < ? AND state IN ('asked', 'approved') ORDER BY starts_at, id`
	sqlCancelled = `SELECT account_id, at FROM booking_acts WHERE booking_id = ? AND act = 'cancelled' ORDER BY id DESC LIMIT 1`

	sqlAnswer      = `INSERT INTO booking_answers (booking_id, question, label, answer, place) VALUES (?, ?, ?, ?, ?)`
	sqlAnswers     = `SELECT question, label, answer FROM booking_answers WHERE booking_id = ? ORDER BY place`
	sqlDropAnswers = `DELETE FROM booking_answers WHERE booking_id IN (SELECT id FROM booking_bookings WHERE author_id = ?)`

	sqlFault         = `INSERT INTO booking_faults (id, resource_id, what, text, author_id, at, settled_by) VALUES (?, ?, ?, ?, ?, ?, '')`
	sqlFaults        = `SELECT id, what, text, author_id, at FROM booking_faults WHERE resource_id = ? AND settled_at IS NULL ORDER BY at, id`
	sqlFaultRoom     = `SELECT resource_id FROM booking_faults WHERE id = ? AND settled_at IS NULL`
	sqlSettle        = `UPDATE booking_faults SET settled_at = ?, settled_by = ? WHERE id = ?`
	sqlFaultsOf      = `SELECT what || CASE text WHEN '' THEN '' ELSE ': ' || text END FROM booking_faults WHERE author_id = ? ORDER BY at`
	sqlUnnameFaults  = `UPDATE booking_faults SET author_id = '' WHERE author_id = ?`
	sqlUnnameSettled = `UPDATE booking_faults SET settled_by = '' WHERE settled_by = ?`
)

func scanDone(row store.Row) (Done, error) {
	var d Done
	var at int64
	err := row.Scan(&d.Step, &d.Item, &d.Note, &d.Cents, &d.By, &at)
	d.At = instant(at)
	return d, err
}

func scanAnswer(row store.Row) (Answer, error) {
	var a Answer
	err := row.Scan(&a.Question, &a.Label, &a.Text)
	return a, err
}
