package moderation

const (
	sqlColumns = `SELECT id, module, title, payload, state, reason, reason_text, thing_id, created_at, decided_at
		FROM moderation_proposals `
	sqlProposal   = sqlColumns + `WHERE id = ?`
	sqlFollow     = sqlColumns + `WHERE follow_hash = ?`
	sqlQueue      = sqlColumns + `WHERE state = 0 ORDER BY created_at, id`
	sqlQueueCount = `SELECT count(*) FROM moderation_proposals WHERE state = 0`
	sqlPropose    = `INSERT INTO moderation_proposals (id, module, title, payload, follow_hash, state, reason, reason_text,
			thing_id, created_at, decided_by)
		VALUES (?, ?, ?, ?, ?, 0, '', '', '', ?, '')`
	sqlDecide = `UPDATE moderation_proposals SET state = ?, reason = ?, reason_text = ?, thing_id = ?, decided_at = ?, decided_by = ?
		WHERE id = ?`
	sqlForgetProposals = `DELETE FROM moderation_proposals WHERE state <> 0 AND decided_at < ?`

	sqlReport = `INSERT INTO moderation_reports (id, module, thing_id, reason, report_text, reporter_id, created_at, decided_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, '')`
	sqlReports = `SELECT module, thing_id, reason, report_text, reporter_id, created_at FROM moderation_reports
		WHERE decided_at IS NULL ORDER BY created_at, id`
	sqlReportedCount = `SELECT count(*) FROM (SELECT DISTINCT module, thing_id FROM moderation_reports WHERE decided_at IS NULL)`
	sqlOwnReports    = `SELECT count(*) FROM moderation_reports WHERE module = ? AND thing_id = ? AND decided_at IS NULL AND reporter_id = ?`
	sqlDecideReports = `UPDATE moderation_reports SET decided_at = ?, upheld = ?, decided_by = ?
		WHERE module = ? AND thing_id = ? AND decided_at IS NULL`

	sqlHide = `INSERT INTO moderation_hidings (module, thing_id, reason, reason_text, hidden_at, hidden_by) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET reason = excluded.reason, reason_text = excluded.reason_text,
			hidden_at = excluded.hidden_at, hidden_by = excluded.hidden_by`
	sqlUnhide  = `DELETE FROM moderation_hidings WHERE module = ? AND thing_id = ?`
	sqlHiding  = `SELECT reason, reason_text, hidden_at FROM moderation_hidings WHERE module = ? AND thing_id = ?`
	sqlHidings = `SELECT module, thing_id FROM moderation_hidings ORDER BY hidden_at DESC, thing_id`

	sqlLog     = `INSERT INTO moderation_entries (at, act, kind, reason) VALUES (?, ?, ?, ?)`
	sqlEntries = `SELECT n, at, act, kind, reason FROM moderation_entries WHERE n < ? ORDER BY n DESC LIMIT ?`

	sqlSourceCount = `SELECT count(*) FROM moderation_sources WHERE source = ? AND act = ? AND at > ?`
	sqlSourceAdd   = `INSERT INTO moderation_sources (source, act, at) VALUES (?, ?, ?)`
	sqlSourcePurge = `DELETE FROM moderation_sources WHERE at < ?`
	sqlKey         = `SELECT key, made_at FROM moderation_keys`
	sqlSetKey      = `INSERT INTO moderation_keys (one, key, made_at) VALUES (1, ?, ?)
		ON CONFLICT DO UPDATE SET key = excluded.key, made_at = excluded.made_at`

	sqlReportsBy      = `SELECT module, thing_id, reason, report_text, created_at FROM moderation_reports WHERE reporter_id = ? ORDER BY created_at, id`
	sqlReportsUnname  = `UPDATE moderation_reports SET reporter_id = '' WHERE reporter_id = ?`
	sqlReportsErase   = `DELETE FROM moderation_reports WHERE reporter_id = ?`
	sqlReportsUnmod   = `UPDATE moderation_reports SET decided_by = '' WHERE decided_by = ?`
	sqlProposalsUnmod = `UPDATE moderation_proposals SET decided_by = '' WHERE decided_by = ?`
	sqlHidingsUnmod   = `UPDATE moderation_hidings SET hidden_by = '' WHERE hidden_by = ?`
	sqlProposalsByMod = `SELECT count(*) FROM moderation_proposals WHERE decided_by = ?`
	sqlReportsByMod   = `SELECT count(*) FROM moderation_reports WHERE decided_by = ?`
)
