package moderation

const (
	sqlColumns = `SELECT id, module, title, payload, state, reason, reason_text, thing_id, created_at, decided_at, refused_by, appeal
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

	sqlReport = `INSERT INTO moderation_reports (id, module, thing_id, reason, report_text, reporter_id, created_at, weight, decided_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')`
	sqlReports = `SELECT module, thing_id, reason, report_text, reporter_id, created_at, weight FROM moderation_reports
		WHERE decided_at IS NULL ORDER BY created_at, id`
	sqlReportsOf = `SELECT reason, report_text, created_at, weight FROM moderation_reports
		WHERE module = ? AND thing_id = ? AND decided_at IS NULL ORDER BY created_at, id`
	sqlReportCount = `SELECT count(*) FROM moderation_reports WHERE module = ? AND thing_id = ? AND decided_at IS NULL`
	sqlReported    = `SELECT DISTINCT module, thing_id FROM moderation_reports WHERE decided_at IS NULL`
	sqlOwnReports  = `SELECT count(*) FROM moderation_reports WHERE module = ? AND thing_id = ? AND decided_at IS NULL AND reporter_id = ?`
	sqlReporters   = `SELECT reporter_id FROM moderation_reports WHERE module = ? AND thing_id = ? AND decided_at IS NULL AND reporter_id <> ''
		ORDER BY created_at, id`
	sqlConcerns = `SELECT EXISTS (SELECT 1 FROM moderation_reports WHERE module = ?1 AND thing_id = ?2 AND decided_at IS NULL)
		OR EXISTS (SELECT 1 FROM moderation_hidings WHERE module = ?1 AND thing_id = ?2 AND in_place = 0)
		OR EXISTS (SELECT 1 FROM moderation_appeals WHERE module = ?1 AND thing_id = ?2 AND undone IS NULL)
		OR EXISTS (SELECT 1 FROM moderation_names WHERE module = ?1 AND thing_id = ?2)`
	sqlDecideReports = `UPDATE moderation_reports SET decided_at = ?, upheld = ?, decided_by = ?
		WHERE module = ? AND thing_id = ? AND decided_at IS NULL`

	sqlHide = `INSERT INTO moderation_hidings (module, thing_id, reason, reason_text, hidden_at, hidden_by, pending, in_place)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET reason = excluded.reason, reason_text = excluded.reason_text,
			hidden_at = excluded.hidden_at, hidden_by = excluded.hidden_by, pending = excluded.pending,
			in_place = excluded.in_place`
	sqlUnhide  = `DELETE FROM moderation_hidings WHERE module = ? AND thing_id = ?`
	sqlHiding  = `SELECT reason, reason_text, hidden_at, pending, in_place FROM moderation_hidings WHERE module = ? AND thing_id = ?`
	sqlHidings = `SELECT module, thing_id FROM moderation_hidings WHERE pending = 0 ORDER BY hidden_at DESC, thing_id`

	sqlOpenWeight = `SELECT count(*) FROM moderation_reports r WHERE r.module = ? AND r.thing_id = ? AND r.decided_at IS NULL AND r.weight = 1
		AND NOT EXISTS (SELECT 1 FROM moderation_reports o WHERE o.module = r.module AND o.thing_id = r.thing_id
			AND o.reporter_id = r.reporter_id AND r.reporter_id <> '' AND o.upheld = 0)`
	sqlMostCited = `SELECT reason FROM moderation_reports WHERE module = ? AND thing_id = ? AND decided_at IS NULL AND weight = 1
		GROUP BY reason ORDER BY count(*) DESC, min(created_at) LIMIT 1`

	sqlRule    = `SELECT reports FROM moderation_rules`
	sqlSetRule = `UPDATE moderation_rules SET reports = ?`

	sqlHold = `INSERT INTO moderation_holds (module, thing_id, title, held_at) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET title = excluded.title, held_at = excluded.held_at, refused = 0, reason = '', reason_text = '', decided_by = '',
			refused_by = '', appeal = ''`
	sqlUnhold      = `DELETE FROM moderation_holds WHERE module = ? AND thing_id = ?`
	sqlHeldColumns = `SELECT module, thing_id, title, held_at, refused, reason, reason_text, refused_by, appeal FROM moderation_holds `
	sqlHeldOf      = sqlHeldColumns + `WHERE module = ? AND thing_id = ?`
	sqlHeld        = sqlHeldColumns + `WHERE refused = 0 ORDER BY held_at, thing_id`
	sqlHeldCount   = `SELECT count(*) FROM moderation_holds WHERE refused = 0`
	sqlTurnDown    = `UPDATE moderation_holds SET refused = 1, reason = ?, reason_text = ?, decided_by = ? WHERE module = ? AND thing_id = ?`

	sqlLog       = `INSERT INTO moderation_entries (at, act, kind, reason, article) VALUES (?, ?, ?, ?, ?) RETURNING n`
	sqlDecision  = `INSERT INTO moderation_decisions (n, module, thing_id, decided_by, author_id) VALUES (?, ?, ?, ?, ?)`
	sqlDecisions = `SELECT e.n, at, act, kind, reason, article, coalesce(module, ''), coalesce(thing_id, ''), coalesce(decided_by, ''), coalesce(author_id, '')
		FROM moderation_entries e LEFT JOIN moderation_decisions d ON d.n = e.n WHERE e.n < ? ORDER BY e.n DESC LIMIT ?`
	sqlDecidedBy = `SELECT d.decided_by FROM moderation_decisions d JOIN moderation_entries e ON e.n = d.n
		WHERE d.module = ? AND d.thing_id = ? AND e.act = ? ORDER BY e.n DESC LIMIT 1`
	sqlEntries = `SELECT n, at, act, kind, reason, article FROM moderation_entries WHERE n < ? ORDER BY n DESC LIMIT ?`

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
	sqlDecisionsUnmod = `UPDATE moderation_decisions SET decided_by = '' WHERE decided_by = ?`
	sqlDecisionsUnwho = `UPDATE moderation_decisions SET author_id = '' WHERE author_id = ?`
	sqlDecisionsUnref = `UPDATE moderation_decisions SET thing_id = '' WHERE module = 'account' AND thing_id = ?`
	sqlAppealsErase   = `DELETE FROM moderation_appeals WHERE account_id = ?`
	sqlAppealsUnmod   = `UPDATE moderation_appeals SET decided_by = CASE decided_by WHEN ?1 THEN '' ELSE decided_by END,
			against = CASE against WHEN ?1 THEN '' ELSE against END WHERE decided_by = ?1 OR against = ?1`
	sqlRemovalsUnmod = `UPDATE moderation_removals SET decided_by = CASE decided_by WHEN ?1 THEN '' ELSE decided_by END,
			asked_by = CASE asked_by WHEN ?1 THEN '' ELSE asked_by END WHERE decided_by = ?1 OR asked_by = ?1`
	sqlRemovalsUnwho  = `UPDATE moderation_removals SET author_id = '', reason_text = '' WHERE author_id = ?`
	sqlSealingsUnmod  = `UPDATE moderation_sealings SET decided_by = '' WHERE decided_by = ?`
	sqlHoldsUnfirst   = `UPDATE moderation_holds SET refused_by = '' WHERE refused_by = ?`
	sqlProposalsFirst = `UPDATE moderation_proposals SET refused_by = '' WHERE refused_by = ?`
	sqlAppealsBy      = `SELECT module, thing_id, appeal_text, made_at, answer FROM moderation_appeals WHERE account_id = ? ORDER BY made_at, id`
	sqlDecisionsByMod = `SELECT count(*) FROM moderation_decisions WHERE decided_by = ?`

	sqlRecord = `SELECT count(*) FILTER (WHERE upheld = 0), count(*) FILTER (WHERE upheld = 1) FROM moderation_reports
		WHERE reporter_id = ? AND decided_at > ?`

	sqlHiddenBy      = `SELECT hidden_by FROM moderation_hidings WHERE module = ? AND thing_id = ?`
	sqlAppeal        = `INSERT INTO moderation_appeals (id, module, thing_id, account_id, appeal_text, made_at, against) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlAppealColumns = `SELECT id, module, thing_id, account_id, appeal_text, made_at, against, undone, answer, decided_at FROM moderation_appeals `
	sqlAppealByID    = sqlAppealColumns + `WHERE id = ?`
	sqlAppealOf      = sqlAppealColumns + `WHERE module = ? AND thing_id = ? AND made_at >= ? ORDER BY made_at DESC LIMIT 1`
	sqlAppeals       = sqlAppealColumns + `WHERE undone IS NULL ORDER BY made_at, id`
	sqlAnswer        = `UPDATE moderation_appeals SET undone = ?, answer = ?, decided_at = ?, decided_by = ? WHERE id = ?`
	sqlAppealWaits   = `SELECT EXISTS (SELECT 1 FROM moderation_appeals WHERE module = ? AND thing_id = ? AND undone IS NULL)`
	sqlDropAppeal    = `DELETE FROM moderation_appeals WHERE module = ? AND thing_id = ? AND undone IS NULL`
	sqlCloseAppeals  = `UPDATE moderation_appeals SET undone = 1, decided_at = ?, decided_by = ?
		WHERE module = ? AND thing_id = ? AND undone IS NULL`

	sqlHoldAgain = `UPDATE moderation_holds SET refused = 0, refused_by = decided_by, decided_by = '', appeal = ?, held_at = ?
		WHERE module = ? AND thing_id = ?`
	sqlProposeAgain = `UPDATE moderation_proposals SET state = 0, decided_at = NULL, refused_by = decided_by, decided_by = '', appeal = ?
		WHERE id = ?`

	sqlAskRemoval = `INSERT INTO moderation_removals (module, thing_id, kind, reason, reason_text, article, author_id, asked_at, asked_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlRemovalColumns = `SELECT module, thing_id, kind, reason, reason_text, article, author_id, asked_at, asked_by, done_at FROM moderation_removals `
	sqlRemovalOf      = sqlRemovalColumns + `WHERE module = ? AND thing_id = ?`
	sqlRemovedID      = sqlRemovalColumns + `WHERE thing_id = ? AND done_at IS NOT NULL`
	sqlRemovals       = sqlRemovalColumns + `WHERE done_at IS NULL ORDER BY asked_at, thing_id`
	sqlRemoved        = `UPDATE moderation_removals SET done_at = ?, decided_by = ? WHERE module = ? AND thing_id = ?`
	sqlDropRemoval    = `DELETE FROM moderation_removals WHERE module = ? AND thing_id = ? AND done_at IS NULL`

	sqlReportsSince   = `SELECT count(*) FROM moderation_reports WHERE created_at > ?`
	sqlDecisionsSince = `SELECT count(*) FROM moderation_entries WHERE at > ? AND act <> 'pending'`
	sqlAnswerTimes    = `SELECT decided_at - created_at FROM moderation_reports WHERE created_at > ? AND decided_at IS NOT NULL`

	sqlMayName = `INSERT INTO moderation_names (module, thing_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlNames   = `SELECT module, thing_id FROM moderation_names ORDER BY at, thing_id`
	sqlLooked  = `DELETE FROM moderation_names WHERE module = ? AND thing_id = ?`

	sqlIsSealed = `SELECT EXISTS (SELECT 1 FROM moderation_sealings WHERE module = ? AND thing_id = ?)`
	sqlSeal     = `INSERT INTO moderation_sealings (id, module, thing_id, kind, sealed, sealed_at, until_at, decided_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlSealings     = `SELECT id, module, thing_id, kind, length(sealed), sealed_at, until_at FROM moderation_sealings ORDER BY sealed_at DESC, id`
	sqlSealed       = `SELECT sealed FROM moderation_sealings WHERE id = ?`
	sqlForgetSealed = `DELETE FROM moderation_sealings WHERE until_at <= ?`
)
