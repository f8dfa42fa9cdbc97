package timebank

// Coupons.
const (
	sqlPrintColumns = `SELECT n, series, first, count, coalesce(number, ''), printed_at, printed_by FROM timebank_prints `
	sqlPrintByN     = sqlPrintColumns + `WHERE n = ?`
	sqlPrints       = sqlPrintColumns + `ORDER BY n DESC LIMIT ?`
	sqlPrintOf      = sqlPrintColumns + `WHERE series = ?1 AND first <= ?2 AND ?2 < first + count`
	// sqlNextCoupon counts on through all series.
	sqlNextCoupon = `SELECT coalesce(max(first + count), 1) FROM timebank_prints`
	sqlPrint      = `INSERT INTO timebank_prints (series, first, count, number, printed_at, printed_by) VALUES (?, ?, ?, ?, ?, ?)`
	sqlCouponLost = `SELECT count(*) FROM timebank_gaps WHERE series = ? AND coupon < ?`

	sqlUnnamePrints = `UPDATE timebank_prints SET printed_by = '' WHERE printed_by = ?`
)

// Gaps.
const (
	sqlGapColumns = `SELECT g.n, g.series, g.last, g.coupon, g.taken_at, g.noted_at, g.noted_by, coalesce(g.done_at, 0), g.done_by,
			(SELECT count(*) FROM timebank_slips s JOIN timebank_batches b ON b.n = s.batch WHERE b.gap = g.n AND s.transfer IS NOT NULL),
			(SELECT coalesce(sum(s.minutes), 0) FROM timebank_slips s JOIN timebank_batches b ON b.n = s.batch
				WHERE b.gap = g.n AND s.transfer IS NOT NULL)
		FROM timebank_gaps g `
	sqlGap      = sqlGapColumns + `WHERE g.n = ?`
	sqlGaps     = sqlGapColumns + `ORDER BY g.n DESC`
	sqlOpenGaps = sqlGapColumns + `WHERE g.done_at IS NULL ORDER BY g.n DESC`

	sqlLastBefore       = `SELECT coalesce(max(n), 0) FROM timebank_transfers WHERE at <= ?`
	sqlLastCouponBefore = `SELECT coalesce(max(first + count), 1) - 1 FROM timebank_prints WHERE printed_at <= ?`
	sqlNoteGap          = `INSERT INTO timebank_gaps (series, last, coupon, taken_at, noted_at, noted_by, done_by) VALUES (?, ?, ?, ?, ?, ?, '')`
	sqlSetSeries        = `UPDATE timebank_rules SET series = ?`
	sqlCloseGap         = `UPDATE timebank_gaps SET done_at = ?, done_by = ? WHERE n = ?`

	sqlAgain = `SELECT s.paper FROM timebank_slips s JOIN timebank_batches b ON b.n = s.batch WHERE b.gap = ? AND s.transfer IS NOT NULL`
	// sqlLastOfSeries is the last movement of the series that is there: after
	// the copy, those booked before anybody noticed.
	sqlLastOfSeries = `SELECT coalesce(max(n), ?2) FROM timebank_transfers WHERE series = ?1 AND n > ?2`

	sqlUnnameNoted = `UPDATE timebank_gaps SET noted_by = '' WHERE noted_by = ?`
	sqlUnnameDone  = `UPDATE timebank_gaps SET done_by = '' WHERE done_by = ?`
)

// Batches.
const (
	sqlBatchColumns = `SELECT b.n, coalesce(b.gap, 0), b.state, b.checked, b.typed_at, b.typed_by, b.checked_by, coalesce(b.ended_at, 0),
			b.ended_by, (SELECT count(*) FROM timebank_slips WHERE batch = b.n), (SELECT coalesce(sum(minutes), 0) FROM timebank_slips WHERE batch = b.n)
		FROM timebank_batches b `
	sqlBatch   = sqlBatchColumns + `WHERE b.n = ?`
	sqlBatches = sqlBatchColumns + `ORDER BY b.n DESC LIMIT ?`
	sqlSlips   = `SELECT s.paper, s.from_number, s.to_number, s.minutes, s.day, s.fault, coalesce(t.id, ''), coalesce(t.series, ''), coalesce(t.n, 0)
		FROM timebank_slips s LEFT JOIN timebank_transfers t ON t.n = s.transfer WHERE s.batch = ? ORDER BY s.place`

	sqlTypeBatch = `INSERT INTO timebank_batches (gap, state, checked, typed_at, typed_by, checked_by, ended_by)
		VALUES (?, 'typed', '', ?, ?, '', '')`
	sqlWriteSlip = `INSERT INTO timebank_slips (batch, place, paper, from_number, to_number, minutes, day, fault)
		VALUES (?, ?, ?, ?, ?, ?, ?, '')`
	sqlDropSlips   = `DELETE FROM timebank_slips WHERE batch = ?`
	sqlRetypeBatch = `UPDATE timebank_batches SET state = 'typed', checked = '', checked_by = '', typed_at = ?, typed_by = ? WHERE n = ?`
	sqlCheckBatch  = `UPDATE timebank_batches SET state = 'checked', checked = ?, checked_by = ? WHERE n = ?`
	sqlEndBatch    = `UPDATE timebank_batches SET state = ?, ended_at = ?, ended_by = ? WHERE n = ?`
	sqlSlipFault   = `UPDATE timebank_slips SET fault = ? WHERE batch = ? AND place = ?`
	sqlSlipBooked  = `UPDATE timebank_slips SET transfer = ? WHERE batch = ? AND place = ?`

	sqlPaperUsed = `SELECT count(*) FROM timebank_slips WHERE paper = ? AND transfer IS NOT NULL`
	sqlPresent   = `SELECT count(*) FROM timebank_transfers WHERE series = ? AND n = ? AND from_number = ? AND to_number = ? AND minutes = ?`

	sqlUnnameTyped   = `UPDATE timebank_batches SET typed_by = '' WHERE typed_by = ?`
	sqlUnnameChecked = `UPDATE timebank_batches SET checked_by = '' WHERE checked_by = ?`
	sqlUnnameEnded   = `UPDATE timebank_batches SET ended_by = '' WHERE ended_by = ?`
)

// Trust lines.
const (
	sqlLineColumns = `SELECT peer, number, owe, lend, their_owe, their_lend, set_at, set_by, coalesce(ended_at, 0) FROM timebank_lines `
	sqlLine        = sqlLineColumns + `WHERE peer = ?`
	sqlLineOf      = sqlLineColumns + `WHERE number = ?`
	sqlLines       = sqlLineColumns + `ORDER BY number`
	sqlSetLine     = `INSERT INTO timebank_lines (peer, number, owe, lend, their_owe, their_lend, set_at, set_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (peer) DO UPDATE SET owe = excluded.owe, lend = excluded.lend, their_owe = excluded.their_owe,
			their_lend = excluded.their_lend, set_at = excluded.set_at, set_by = excluded.set_by, ended_at = NULL`
	sqlEndLine     = `UPDATE timebank_lines SET ended_at = ?, set_by = ? WHERE peer = ?`
	sqlUnnameLines = `UPDATE timebank_lines SET set_by = '' WHERE set_by = ?`
)

// sqlEnteredPaper counts what somebody did with paper and lines.
const sqlEnteredPaper = `SELECT (SELECT count(*) FROM timebank_prints WHERE printed_by = ?1)
	+ (SELECT count(*) FROM timebank_batches WHERE typed_by = ?1 OR checked_by = ?1 OR ended_by = ?1)
	+ (SELECT count(*) FROM timebank_gaps WHERE noted_by = ?1 OR done_by = ?1)
	+ (SELECT count(*) FROM timebank_lines WHERE set_by = ?1)`

// sqlUnnamePaper takes somebody's name off paper and lines.
var sqlUnnamePaper = []string{
	sqlUnnamePrints, sqlUnnameNoted, sqlUnnameDone, sqlUnnameTyped, sqlUnnameChecked, sqlUnnameEnded, sqlUnnameLines,
}

const sqlLost = `SELECT coalesce(sum(t.minutes), 0) FROM timebank_transfers t WHERE t.from_number = ? AND t.kind = 'settle'
	AND NOT EXISTS (SELECT 1 FROM timebank_transfers r WHERE r.reverses = t.n)`
