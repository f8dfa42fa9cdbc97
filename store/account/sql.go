package account

// Every statement of the module.

const personColumns = `id, login, name, hamlet, role, must_change, created_at, password <> '',
  (SELECT count(*) FROM account_people o WHERE o.name_folded = p.name_folded AND o.id <> p.id),
  (SELECT count(*) FROM account_people o WHERE o.name_folded = p.name_folded AND o.id <> p.id
    AND o.hamlet = p.hamlet COLLATE NOCASE)`

// People.
const (
	sqlInsertPerson = `INSERT INTO account_people
  (id, login, name, name_folded, hamlet, role, password, must_change, created_at) VALUES (?,?,?,?,?,?,?,?,?)`
	sqlPersonByID    = `SELECT ` + personColumns + ` FROM account_people p WHERE id = ?`
	sqlPersonByLogin = `SELECT ` + personColumns + ` FROM account_people p WHERE login = ?`
	sqlNamed         = `SELECT ` + personColumns + ` FROM account_people p WHERE name_folded = ? ORDER BY id LIMIT 20`
	sqlPeople        = `SELECT ` + personColumns + ` FROM account_people p
  WHERE instr(name_folded, ?1) OR instr(login, ?1) ORDER BY role DESC, name_folded, id`
	sqlNamesakes      = `SELECT ` + personColumns + ` FROM account_people p WHERE name_folded = ? ORDER BY id`
	sqlRename         = `UPDATE account_people SET name = ?, name_folded = ?, hamlet = ? WHERE id = ?`
	sqlCountRole      = `SELECT count(*) FROM account_people WHERE role >= ?`
	sqlOperators      = `SELECT id FROM account_people WHERE role = ? ORDER BY created_at, id`
	sqlResidents      = `SELECT id FROM account_people WHERE role >= ? ORDER BY id`
	sqlOtherOperators = `SELECT count(*) FROM account_people p WHERE role = 3 AND password <> '' AND id <> ?
  AND NOT EXISTS (SELECT 1 FROM account_suspensions u WHERE u.account_id = p.id AND u.until_at > ?)`
	sqlSetRole      = `UPDATE account_people SET role = ? WHERE id = ?`
	sqlSetPassword  = `UPDATE account_people SET password = ?, must_change = ? WHERE id = ?`
	sqlRehash       = `UPDATE account_people SET password = ? WHERE id = ? AND password = ?`
	sqlDeletePerson = `DELETE FROM account_people WHERE id = ?`
	sqlProof        = `SELECT p.id, p.password, coalesce(s.hash, '') FROM account_people p
  LEFT JOIN account_slips s ON s.account_id = p.id AND s.expires_at > ?2 WHERE p.login = ?1`
	sqlProofByID = `SELECT p.id, p.password, '' FROM account_people p WHERE p.id = ?`
)

// Sessions.
const (
	sqlInsertSession = `INSERT INTO account_sessions
  (token_hash, id, account_id, device, shared, created_at, seen_at, expires_at) VALUES (?,?,?,?,?,?,?,?)`
	sessionColumns = `s.id, s.account_id, p.login, p.role, p.must_change,
  NOT EXISTS (SELECT 1 FROM account_acceptances a WHERE a.account_id = p.id),
  s.device, s.shared, s.created_at, s.seen_at, s.expires_at,
  coalesce((SELECT min(c.due_at) FROM account_charters c WHERE c.version >
    (SELECT max(a.version) FROM account_acceptances a WHERE a.account_id = p.id)), 0),
  coalesce(u.until_at, 0), coalesce(u.reason, ''), m.month IS NOT NULL, m.agreed_at IS NOT NULL, coalesce(m.month, '')`
	sessionTables = ` FROM account_sessions s JOIN account_people p ON p.id = s.account_id
  LEFT JOIN account_suspensions u ON u.account_id = p.id LEFT JOIN account_minors m ON m.account_id = p.id`
	sqlSessionByToken = `SELECT ` + sessionColumns + sessionTables + ` WHERE s.token_hash = ?`
	sqlSessionsOf     = `SELECT ` + sessionColumns + sessionTables + `
  WHERE s.account_id = ? AND s.expires_at > ? ORDER BY s.seen_at DESC, s.id`
	sqlTouchSession    = `UPDATE account_sessions SET seen_at = ?, expires_at = ? WHERE id = ?`
	sqlEndSession      = `DELETE FROM account_sessions WHERE id = ? AND account_id = ?`
	sqlEndAllSessions  = `DELETE FROM account_sessions`
	sqlEndOtherSession = `DELETE FROM account_sessions WHERE account_id = ? AND id <> ?`
	sqlLatestSeen      = `SELECT max(seen_at) FROM account_sessions`
	sqlDropOldSessions = `DELETE FROM account_sessions WHERE expires_at <= ?`
)

// Slips and personal codes.
const (
	sqlPutSlip = `INSERT INTO account_slips (account_id, hash, printed_at, expires_at) VALUES (?,?,?,?)
  ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, printed_at = excluded.printed_at,
    expires_at = excluded.expires_at`
	sqlUseSlip    = `DELETE FROM account_slips WHERE account_id = ? AND hash = ? AND expires_at > ?`
	sqlDropSlip   = `DELETE FROM account_slips WHERE account_id = ?`
	sqlSlipOf     = `SELECT expires_at FROM account_slips WHERE account_id = ?`
	sqlDropCodes  = `DELETE FROM account_codes WHERE account_id = ?`
	sqlInsertCode = `INSERT INTO account_codes (account_id, number, hash) VALUES (?,?,?)`
	sqlCode       = `SELECT p.id, p.role, c.hash FROM account_codes c JOIN account_people p ON p.id = c.account_id
  WHERE p.login = ? AND c.number = ? AND c.used_at IS NULL`
	sqlUseCode   = `UPDATE account_codes SET used_at = ? WHERE account_id = ? AND number = ? AND hash = ? AND used_at IS NULL`
	sqlCodesLeft = `SELECT count(*) FROM account_codes WHERE account_id = ? AND used_at IS NULL`
)

// Log and personal acts.
const (
	sqlInsertAct = `INSERT INTO account_acts (account_id, at, act) VALUES (?,?,?)`
	sqlDropActs  = `DELETE FROM account_acts WHERE account_id = ? AND at < ?`
	sqlActs      = `SELECT at, act FROM account_acts WHERE account_id = ? ORDER BY id DESC`
	sqlLastLog   = `SELECT n, at, act, hash, '', '' FROM account_logs ORDER BY n DESC LIMIT 1`
	sqlInsertLog = `INSERT INTO account_logs (n, at, act, hash) VALUES (?,?,?,?)`
	sqlLogs      = `SELECT l.n, l.at, l.act, l.hash, coalesce(g.module, ''), coalesce(g.ref, '')
  FROM account_logs l LEFT JOIN account_log_grounds g ON g.n = l.n WHERE l.n < ? ORDER BY l.n DESC LIMIT ?`
	sqlLogsOf = `SELECT l.n, l.at, l.act, l.hash, g.module, g.ref
  FROM account_log_grounds g JOIN account_logs l ON l.n = g.n WHERE g.module = ? AND g.ref = ? ORDER BY l.n`
	sqlLastLogged   = `SELECT coalesce(max(at), 0) FROM account_logs WHERE act = ?`
	sqlAllLogs      = `SELECT n, at, act, hash, '', '' FROM account_logs ORDER BY n`
	sqlInsertGround = `INSERT INTO account_log_grounds (n, module, ref) VALUES (?,?,?)`
)

// Charter.
const (
	sqlInsertAcceptance = `INSERT INTO account_acceptances (account_id, version, accepted_at, on_paper) VALUES (?,?,?,?)
  ON CONFLICT DO NOTHING` // a first acceptance keeps its date
	sqlAcceptances = `SELECT a.version, c.major, c.minor, a.accepted_at, a.on_paper
  FROM account_acceptances a JOIN account_charters c ON c.version = a.version WHERE a.account_id = ? ORDER BY a.version`
	charterColumns = `version, major, minor, body, summary, published_at, due_at`
	sqlCharter     = `SELECT ` + charterColumns + ` FROM account_charters
  WHERE published_at IS NOT NULL ORDER BY version DESC LIMIT 1`
	sqlDraft            = `SELECT ` + charterColumns + ` FROM account_charters WHERE published_at IS NULL`
	sqlVersions         = `SELECT ` + charterColumns + ` FROM account_charters WHERE published_at IS NOT NULL ORDER BY version DESC`
	sqlVersionAndBefore = `SELECT ` + charterColumns + ` FROM account_charters
  WHERE published_at IS NOT NULL AND version <= ? ORDER BY version DESC LIMIT 2`
	sqlPutDraft = `INSERT INTO account_charters (version, body, summary)
  SELECT coalesce(max(version), 0) + 1, ?1, ?2 FROM account_charters WHERE published_at IS NOT NULL
  ON CONFLICT (version) DO UPDATE SET body = excluded.body, summary = excluded.summary WHERE published_at IS NULL`
	sqlPublishDraft = `UPDATE account_charters SET published_at = ?, major = ?, minor = ?, due_at = ? WHERE published_at IS NULL`
	sqlDropDraft    = `DELETE FROM account_charters WHERE published_at IS NULL`
)

// The box and its set-up.
const (
	sqlBox = `SELECT card_id, setup_hash, name, insee, commune, lat, lon, place_confirmed,
  publisher, publisher_address, publisher_phone, director, host, host_address, host_phone, contact,
  recovery_hash, recovery_printed, recovery_used_at, done_at FROM account_boxes`
	sqlBeginSetup = `INSERT INTO account_boxes (id, card_id, setup_hash) VALUES (1, ?, ?)
  ON CONFLICT (id) DO UPDATE SET setup_hash = excluded.setup_hash`
	sqlSetCommune = `UPDATE account_boxes SET insee = ?, commune = ?, lat = ?, lon = ?, place_confirmed = 0`
	sqlSetPlace   = `UPDATE account_boxes SET lat = ?, lon = ?, place_confirmed = ?`
	sqlSetBoxName = `UPDATE account_boxes SET name = ?`
	sqlPublisher  = `UPDATE account_boxes SET publisher = ?, publisher_address = ?, publisher_phone = ?,
  director = ?, host = ?, host_address = ?, host_phone = ?, contact = ?`
	sqlSetRecovery = `UPDATE account_boxes SET recovery_hash = ?, seal_key = ?, backup_key = ?, recovery_printed = 0`
	sqlSealKey     = `SELECT seal_key FROM account_boxes`
	sqlBackupKey   = `SELECT backup_key FROM account_boxes`
	sqlSheetKeys   = `UPDATE account_boxes SET seal_key = ?, backup_key = ?`
	sqlRestored    = `SELECT restored_at, restored_from FROM account_boxes`
	sqlSetRestored = `UPDATE account_boxes SET restored_at = ?, restored_from = ?`
	sqlPrinted     = `UPDATE account_boxes SET recovery_printed = 1`
	sqlSheetUsed   = `UPDATE account_boxes SET recovery_used_at = ? WHERE recovery_used_at IS NULL`
	sqlSheetSealed = `UPDATE account_boxes SET recovery_used_at = NULL WHERE recovery_used_at IS NOT NULL`
	sqlDone        = `UPDATE account_boxes SET done_at = ?, setup_hash = NULL`
)

// Recovery without any secret, and those who left.
const (
	sqlWait      = `SELECT started_at, ends_at FROM account_waits`
	sqlStartWait = `INSERT INTO account_waits (id, started_at, ends_at) VALUES (1, ?, ?)`
	sqlEndWait   = `DELETE FROM account_waits`
	sqlErased    = `INSERT INTO account_erasures (id_hash, erased_on, keep) VALUES (?,?,?) ON CONFLICT DO NOTHING`
	sqlErasures  = `SELECT id_hash, erased_on, keep FROM account_erasures ORDER BY erased_on, id_hash`
	sqlAllIDs    = `SELECT id FROM account_people`
)

// Who may not act.
const (
	sqlSuspend = `INSERT INTO account_suspensions (account_id, from_at, until_at, reason) VALUES (?,?,?,?)
  ON CONFLICT (account_id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at, reason = excluded.reason`
	sqlReadmit           = `DELETE FROM account_suspensions WHERE account_id = ?`
	sqlSuspension        = `SELECT from_at, until_at, reason FROM account_suspensions WHERE account_id = ?`
	sqlForgetSuspensions = `DELETE FROM account_suspensions WHERE until_at <= ?`
)

// Minors.
const (
	sqlPutMinor = `INSERT INTO account_minors (account_id, month, agreed_at) VALUES (?,?,?)`
	sqlMinority = `SELECT month, agreed_at FROM account_minors WHERE account_id = ?`
	sqlAgree    = `UPDATE account_minors SET agreed_at = ? WHERE account_id = ? AND agreed_at IS NULL`
	sqlGrow     = `DELETE FROM account_minors WHERE account_id = ?`
	sqlGrown    = `SELECT account_id FROM account_minors WHERE agreed_at IS NOT NULL AND month <= ?`
	sqlWaiting  = `SELECT p.id FROM account_minors m JOIN account_people p ON p.id = m.account_id
  WHERE m.agreed_at IS NULL AND p.created_at <= ? ORDER BY p.id`
	sqlForgetMonth = `UPDATE account_minors SET month = '' WHERE agreed_at IS NULL AND month <= ? AND month <> ''`
)

// Statutes and rules.
const (
	textColumns     = `SELECT id, version, title, body, summary, published_at FROM account_texts t`
	sqlInsertText   = `INSERT INTO account_texts (id, version, title, body, summary, published_at) VALUES (?,?,?,?,?,?)`
	sqlTextVersions = textColumns + ` WHERE id = ? ORDER BY version DESC`
	sqlTexts        = textColumns + ` WHERE version = (SELECT max(version) FROM account_texts o WHERE o.id = t.id) ORDER BY title, id`
)
