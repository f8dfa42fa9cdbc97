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
	sqlReported      = `SELECT DISTINCT module, thing_id FROM moderation_reports WHERE decided_at IS NULL`
	sqlOwnReports    = `SELECT count(*) FROM moderation_reports WHERE module = ? AND thing_id = ? AND decided_at IS NULL AND reporter_id = ?`
	sqlDecideReports = `UPDATE moderation_reports SET decided_at = ?, upheld = ?, decided_by = ?
		WHERE module = ? AND thing_id = ? AND decided_at IS NULL`

	sqlHide = `INSERT INTO moderation_hidings (module, thing_id, reason, reason_text, hidden_at, hidden_by, pending)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET reason = excluded.reason, reason_text = excluded.reason_text,
			hidden_at = excluded.hidden_at, hidden_by = excluded.hidden_by, pending = excluded.pending`
	sqlUnhide  = `DELETE FROM moderation_hidings WHERE module = ? AND thing_id = ?`
	sqlHiding  = `SELECT reason, reason_text, hidden_at, pending FROM moderation_hidings WHERE module = ? AND thing_id = ?`
	sqlHidings = `SELECT module, thing_id FROM moderation_hidings WHERE pending = 0 ORDER BY hidden_at DESC, thing_id`

	sqlOpenWeight = `SELECT count(*) FROM moderation_reports r WHERE r.module = ? AND r.thing_id = ? AND r.decided_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM moderation_reports o WHERE o.module = r.module AND o.thing_id = r.thing_id
			AND o.reporter_id = r.reporter_id AND r.reporter_id <> '' AND o.upheld = 0)`
	sqlMostCited = `SELECT reason FROM moderation_reports WHERE module = ? AND thing_id = ? AND decided_at IS NULL
		GROUP BY reason ORDER BY count(*) DESC, min(created_at) LIMIT 1`

	sqlRule    = `SELECT reports FROM moderation_rules`
	sqlSetRule = `UPDATE moderation_rules SET reports = ?`

	sqlHold = `INSERT INTO moderation_holds (module, thing_id, title, held_at) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET title = excluded.title, held_at = excluded.held_at, refused = 0, reason = '', reason_text = '', decided_by = ''`
	sqlUnhold      = `DELETE FROM moderation_holds WHERE module = ? AND thing_id = ?`
	sqlHeldColumns = `SELECT module, thing_id, title, held_at, refused, reason, reason_text FROM moderation_holds `
	sqlHeldOf      = sqlHeldColumns + `WHERE module = ? AND thing_id = ?`
	sqlHeld        = sqlHeldColumns + `WHERE refused = 0 ORDER BY held_at, thing_id`
	sqlHeldCount   = `SELECT count(*) FROM moderation_holds WHERE refused = 0`
	sqlTurnDown    = `UPDATE moderation_holds SET refused = 1, reason = ?, reason_text = ?, decided_by = ? WHERE module = ? AND thing_id = ?`

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
	sqlHoldsUnmod     = `UPDATE moderation_holds SET decided_by = '' WHERE decided_by = ?`
	sqlProposalsByMod = `SELECT count(*) FROM moderation_proposals WHERE decided_by = ?`
	sqlReportsByMod   = `SELECT count(*) FROM moderation_reports WHERE decided_by = ?`
)
