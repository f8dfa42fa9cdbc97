package neighbour

// Statements on links.
const (
	linkColumns = `peer, coalesce(origin, x''), name, commune, state, addresses, feed, feed_rev,
		covered_epoch, covered_seq, faults, paired_at, contact_at, labels`
	sqlLinks        = `SELECT ` + linkColumns + ` FROM neighbour_links ORDER BY link_id`
	sqlLinkByPeer   = `SELECT ` + linkColumns + ` FROM neighbour_links WHERE peer = ?`
	sqlLinkByOrigin = `SELECT ` + linkColumns + ` FROM neighbour_links WHERE origin = ?`
	sqlSaveLink     = `INSERT INTO neighbour_links (peer, origin, name, commune, state, addresses, paired_at, contact_at)
		VALUES (?, nullif(?, x''), ?, ?, ?, ?, ?, ?)
		ON CONFLICT (peer) DO UPDATE SET origin = excluded.origin, name = excluded.name, commune = excluded.commune,
			state = excluded.state, addresses = excluded.addresses, paired_at = excluded.paired_at, contact_at = excluded.contact_at`
	sqlRekey       = `UPDATE neighbour_links SET peer = ? WHERE peer = ?`
	sqlDropLinks   = `DELETE FROM neighbour_links`
	sqlDropLink    = `DELETE FROM neighbour_links WHERE peer = ?`
	sqlMet         = `UPDATE neighbour_links SET contact_at = ?, addresses = ? WHERE peer = ?`
	sqlCursor      = `UPDATE neighbour_links SET feed = ?, feed_rev = ? WHERE peer = ? AND (SELECT scope FROM neighbour_publishers) = ?`
	sqlReceipt     = `UPDATE neighbour_links SET covered_epoch = ?, covered_seq = ? WHERE peer = ? AND (covered_epoch, covered_seq) < (?, ?)`
	sqlFault       = `UPDATE neighbour_links SET faults = faults + 1 WHERE peer = ? RETURNING faults`
	sqlPardon      = `UPDATE neighbour_links SET faults = 0 WHERE peer = ?`
	sqlResetCursor = `UPDATE neighbour_links SET feed = x'', feed_rev = 0`
)

// Statements on logs and their records.
const (
	logColumns = `log_id, origin, own, listed, hops, epoch, seq, floor, count, head, sig, generation, rev,
		from_peer, confirmed_at, relist, over_quota, proof, changed, changed_at, waits, leased_ran, lease`
	sqlLogs    = `SELECT ` + logColumns + ` FROM neighbour_logs ORDER BY log_id`
	sqlLog     = `SELECT ` + logColumns + ` FROM neighbour_logs WHERE origin = ?`
	sqlOwnLog  = `SELECT ` + logColumns + ` FROM neighbour_logs WHERE own = 1`
	sqlHaves   = `SELECT ` + logColumns + ` FROM neighbour_logs WHERE rev > ? ORDER BY rev LIMIT ?`
	sqlAddLog  = `INSERT INTO neighbour_logs (origin, own) VALUES (?, ?) RETURNING log_id`
	sqlSetHead = `UPDATE neighbour_logs SET epoch = ?, seq = ?, floor = ?, count = ?, head = ?, sig = ?, generation = ?,
		hops = ?, listed = ?, from_peer = ?, confirmed_at = ?, rev = ?, leased_ran = ?, lease = '', relist = 0, over_quota = 0, waits = 0 WHERE log_id = ?`
	sqlNearer    = `UPDATE neighbour_logs SET hops = ?, from_peer = ?, confirmed_at = ?, rev = ? WHERE log_id = ?`
	sqlConfirm   = `UPDATE neighbour_logs SET confirmed_at = ? WHERE log_id = ?`
	sqlRelist    = `UPDATE neighbour_logs SET relist = 1 WHERE log_id = ?`
	sqlOverQuota = `UPDATE neighbour_logs SET over_quota = 1 WHERE log_id = ?`
	sqlWait      = `UPDATE neighbour_logs SET waits = 1 WHERE log_id = ?`
	sqlCharge    = `UPDATE neighbour_logs SET changed = ?, changed_at = ? WHERE log_id = ?`
	sqlWaiting   = `SELECT ` + logColumns + ` FROM neighbour_logs WHERE waits = 1`
	sqlRelieve   = `UPDATE neighbour_logs SET waits = 0 WHERE log_id = ?`
	sqlFreeze    = `UPDATE neighbour_logs SET proof = ? WHERE log_id = ? AND proof = x''`
	sqlProofs    = `SELECT proof FROM neighbour_logs WHERE proof <> x'' ORDER BY log_id LIMIT ?`
	sqlThaw      = `UPDATE neighbour_logs SET proof = x'' WHERE log_id = ?`
	sqlDropLog   = `DELETE FROM neighbour_logs WHERE log_id = ?`

	// Leases that have run further than was acted on: to be stale, to be lapsed.
	sqlLeasesDue = `SELECT ` + logColumns + ` FROM neighbour_logs WHERE own = 0 AND epoch > 0
		AND (lease = '' AND leased_ran <= ? OR lease <> 'lapsed' AND leased_ran <= ?) ORDER BY log_id`
	sqlSetLease = `UPDATE neighbour_logs SET lease = ? WHERE log_id = ?`
	sqlLapse    = `UPDATE neighbour_logs SET listed = 0, count = 0, relist = 1 WHERE log_id = ?`
	sqlHasRun   = `SELECT coalesce(max(leased_ran), 0) FROM neighbour_logs`

	sqlAddHead   = `INSERT INTO neighbour_heads (log_id, epoch, seq, head, sig) VALUES (?, ?, ?, ?, ?)`
	sqlPruneHead = `DELETE FROM neighbour_heads WHERE log_id = ? AND (epoch, seq) NOT IN
		(SELECT epoch, seq FROM neighbour_heads WHERE log_id = ? ORDER BY epoch DESC, seq DESC LIMIT 32)`
	sqlTrail = `SELECT head, sig FROM neighbour_heads WHERE log_id = ? ORDER BY epoch DESC, seq DESC`

	sqlEpochs   = `SELECT statement, sig, previous_sig, recovery_key, recovery_sig FROM neighbour_epochs WHERE log_id = ? ORDER BY n`
	sqlAddEpoch = `INSERT INTO neighbour_epochs (log_id, n, statement, sig, previous_sig, recovery_key, recovery_sig)
		VALUES (?, ?, ?, ?, ?, ?, ?)`

	sqlCutEpochs = `DELETE FROM neighbour_epochs WHERE log_id = ? AND n > ?`

	sqlPutRecord = `INSERT OR REPLACE INTO neighbour_records (log_id, generation, seq, id, gone, card, sig, hash, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlAfter      = `SELECT seq, card, sig FROM neighbour_records WHERE log_id = ? AND generation = ? AND seq > ? ORDER BY seq LIMIT ?`
	sqlCountAfter = `SELECT count(*) FROM neighbour_records WHERE log_id = ? AND generation = ? AND seq > ?`
	sqlRecord     = `SELECT seq, card, sig FROM neighbour_records WHERE log_id = ? AND generation = ? AND id = ?`
	sqlLive       = `SELECT seq, card, sig FROM neighbour_records WHERE log_id = ? AND generation = ? AND gone = 0 ORDER BY seq`

	sqlEntries     = `SELECT id, seq, hash, gone FROM neighbour_records WHERE log_id = ? AND generation = ?`
	sqlForgetTombs = `DELETE FROM neighbour_records WHERE log_id = ? AND generation = ? AND gone > 0 AND seq <= ?`
	sqlDropRecords = `DELETE FROM neighbour_records WHERE log_id = ? AND generation = ?`
	sqlDropAll     = `DELETE FROM neighbour_records WHERE log_id = ?`

	// The oldest tombstone that must be kept is number ? from the top or not older than ?.
	sqlTombFloor = `SELECT coalesce(max(seq), 0) FROM neighbour_records WHERE log_id = ? AND generation = ? AND gone > 0 AND (at < ?
		OR seq <= (SELECT seq FROM neighbour_records WHERE log_id = ? AND generation = ? AND gone > 0
			ORDER BY seq DESC LIMIT 1 OFFSET ?))`
)

// Statements on pulls under way.
const (
	sqlStaging    = `SELECT log_id, epoch, upto, relist, generation, from_peer, cards FROM neighbour_stagings WHERE log_id = ?`
	sqlSetStaging = `INSERT OR REPLACE INTO neighbour_stagings (log_id, epoch, upto, relist, generation, from_peer, cards)
		VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlDropStaging = `DELETE FROM neighbour_stagings WHERE log_id = ?`

	// Cards of a staging that main does not have as they are.
	sqlStagedNew = `SELECT s.seq, s.card, s.sig FROM neighbour_records s
		LEFT JOIN neighbour_records m ON m.log_id = s.log_id AND m.generation = ? AND m.id = s.id
		WHERE s.log_id = ? AND s.generation = ? AND s.gone = 0 AND (m.hash IS NULL OR m.hash <> s.hash) ORDER BY s.seq`
	sqlStagedGone  = `SELECT id FROM neighbour_records WHERE log_id = ? AND generation = ? AND gone > 0`
	sqlStagedTombs = `SELECT id, seq, hash, gone FROM neighbour_records WHERE log_id = ? AND generation = ? AND gone > 0`
	sqlMissing     = `SELECT m.id FROM neighbour_records m WHERE m.log_id = ? AND m.generation = ? AND m.gone = 0 AND NOT EXISTS
		(SELECT 1 FROM neighbour_records s WHERE s.log_id = m.log_id AND s.generation = ? AND s.id = m.id AND s.gone = 0)`
	sqlMoveStaged = `UPDATE OR REPLACE neighbour_records SET generation = ? WHERE log_id = ? AND generation = ?`
)

// Statements on the publisher.
const (
	sqlPublisher = `SELECT feed, rev, inst, profile, next_seq, published_rev, head_at, running, scope, hop_limit, machine, doubt FROM neighbour_publishers`
	sqlPublished = `UPDATE neighbour_publishers SET next_seq = ?, published_rev = ?, head_at = ?`
	sqlRunning   = `UPDATE neighbour_publishers SET running = ?, next_seq = next_seq + ?, rev = rev + ?`
	sqlNextRev   = `UPDATE neighbour_publishers SET rev = rev + 1 RETURNING rev`
	sqlBind      = `UPDATE neighbour_publishers SET machine = ?`
	sqlDoubt     = `UPDATE neighbour_publishers SET doubt = ?`
	sqlNewInst   = `UPDATE neighbour_publishers SET inst = randomblob(8), machine = ?, doubt = ''`
	sqlAnew      = `UPDATE neighbour_publishers SET feed = randomblob(8), inst = randomblob(8), profile = randomblob(10),
		next_seq = 1, published_rev = 0, head_at = 0, machine = x'', doubt = ''`
	sqlNewFeed = `UPDATE neighbour_publishers SET feed = randomblob(8)`

	sqlPutBody  = `INSERT OR REPLACE INTO neighbour_bodies (id, hash, body) VALUES (?, ?, ?)`
	sqlDropBody = `DELETE FROM neighbour_bodies WHERE id = ?`
	sqlBodies   = `SELECT id, body FROM neighbour_bodies WHERE hash = ?`
)

// Statements on bundles.
const (
	sqlDropVector  = `DELETE FROM neighbour_vectors WHERE producer = ?`
	sqlAddVector   = `INSERT INTO neighbour_vectors (producer, origin, epoch, seq) VALUES (?, ?, ?, ?)`
	sqlVector      = `SELECT origin, epoch, seq FROM neighbour_vectors WHERE producer = ?`
	sqlBodiesAfter = `SELECT r.seq, r.id, b.body FROM neighbour_records r JOIN neighbour_bodies b ON b.id = r.id
		WHERE r.log_id = ? AND r.generation = ? AND r.seq > ? AND r.gone = 0 ORDER BY r.seq LIMIT ?`
	sqlCopiesAfter = `SELECT r.seq, r.id, c.body FROM neighbour_records r
		JOIN neighbour_mentions m ON m.log_id = r.log_id AND m.id = r.id AND m.role = 0
		JOIN neighbour_copies c ON c.hash = m.hash AND c.body IS NOT NULL
		WHERE r.log_id = ? AND r.generation = ? AND r.seq > ? AND r.gone = 0 ORDER BY r.seq LIMIT ?`
)

// Statements on what stands behind the cards of others.
const (
	mentionColumns = `m.log_id, m.id, m.role, m.place, m.hash, m.bytes, m.alt, m.width, m.height`
	sqlMention     = `INSERT OR REPLACE INTO neighbour_mentions (log_id, id, role, place, hash, bytes, alt, width, height)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	// All that a card named, unless its body is still the one with that hash.
	sqlUnmention = `DELETE FROM neighbour_mentions WHERE log_id = ? AND id = ? AND NOT EXISTS
		(SELECT 1 FROM neighbour_mentions WHERE log_id = ? AND id = ? AND role = 0 AND hash = ?)`
	sqlMentions   = `SELECT EXISTS (SELECT 1 FROM neighbour_mentions WHERE log_id = ?)`
	sqlUnpicture  = `DELETE FROM neighbour_mentions WHERE log_id = ? AND id = ? AND role > 0`
	sqlDropNamed  = `DELETE FROM neighbour_mentions WHERE log_id = ?`
	sqlMentionsOf = `SELECT ` + mentionColumns + ` FROM neighbour_mentions m WHERE log_id = ? AND id = ? ORDER BY role, place`
	sqlBodiesHere = `SELECT ` + mentionColumns + ` FROM neighbour_mentions m WHERE log_id = ? AND role = 0
		AND EXISTS (SELECT 1 FROM neighbour_copies c WHERE c.hash = m.hash) ORDER BY id`
	sqlNaming = `SELECT ` + mentionColumns + ` FROM neighbour_mentions m WHERE hash = ?`
	sqlWanted = `SELECT ` + mentionColumns + ` FROM neighbour_mentions m WHERE log_id = ? AND role < 2
		AND NOT EXISTS (SELECT 1 FROM neighbour_copies c WHERE c.hash = m.hash)
		AND lower(hex(m.id)) NOT IN (SELECT value FROM json_each(?)) ORDER BY role LIMIT ?`

	sqlWantedOf = `SELECT ` + mentionColumns + ` FROM neighbour_mentions m WHERE log_id = ? AND role = 0
		AND NOT EXISTS (SELECT 1 FROM neighbour_copies c WHERE c.hash = m.hash)
		AND lower(hex(m.id)) IN (SELECT value FROM json_each(?)) LIMIT ?`

	sqlNoteErasure   = `INSERT OR REPLACE INTO neighbour_erasures (id, epoch, seq, at, quality, ran) VALUES (?, ?, ?, ?, ?, ?)`
	sqlPruneErasures = `DELETE FROM neighbour_erasures WHERE n <= (SELECT max(n) FROM neighbour_erasures) - ?`
	sqlErasures      = `SELECT id, epoch, seq, at, quality, ran FROM neighbour_erasures ORDER BY n DESC LIMIT ?`

	copyColumns = `hash, bytes, body, plain, fetched_at, used_at`
	sqlCopy     = `SELECT ` + copyColumns + ` FROM neighbour_copies WHERE hash = ?`
	sqlKeepCopy = `INSERT OR REPLACE INTO neighbour_copies (` + copyColumns + `) VALUES (?, ?, ?, ?, ?, ?)`
	sqlLooked   = `UPDATE neighbour_copies SET used_at = ? WHERE hash = ?`
	sqlDropCopy = `DELETE FROM neighbour_copies WHERE hash = ?`
	sqlByUse    = `SELECT hash, bytes, NULL, NULL, fetched_at, used_at FROM neighbour_copies ORDER BY used_at, hash`
	sqlHeld     = `SELECT coalesce(sum(bytes), 0) FROM neighbour_copies`
	sqlHeldOf   = `SELECT coalesce(sum(bytes), 0) FROM neighbour_copies
		WHERE hash IN (SELECT hash FROM neighbour_mentions WHERE log_id = ?)`
	sqlIdle = `SELECT hash FROM neighbour_copies c WHERE used_at < ? AND NOT EXISTS
		(SELECT 1 FROM neighbour_mentions m WHERE m.hash = c.hash AND m.role < 2)`
	sqlLoose = `SELECT hash FROM neighbour_copies c WHERE NOT EXISTS (SELECT 1 FROM neighbour_mentions m WHERE m.hash = c.hash
		AND m.log_id || ':' || lower(hex(m.id)) NOT IN (SELECT value FROM json_each(?)))`
	sqlDropLooseBodies = `DELETE FROM neighbour_copies WHERE body IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM neighbour_mentions m WHERE m.hash = neighbour_copies.hash)`
	sqlStagesErasure = `SELECT EXISTS (SELECT 1 FROM neighbour_records WHERE log_id = ? AND generation = ? AND gone = 2)`
	sqlUnexplained   = `SELECT EXISTS (SELECT 1 FROM neighbour_records m WHERE m.log_id = ? AND m.generation = ? AND m.gone = 0 AND NOT EXISTS
		(SELECT 1 FROM neighbour_records s WHERE s.log_id = m.log_id AND s.generation = ? AND s.id = m.id))`
	// The small pictures (role 1) that are here of cards given as pairs of origin
	// and id, the first of each first.
	sqlCovers = `SELECT ` + mentionColumns + ` FROM json_each(?) j CROSS JOIN neighbour_logs l ON l.origin = unhex(j.value ->> 0)
		CROSS JOIN neighbour_mentions m ON m.log_id = l.log_id AND m.id = unhex(j.value ->> 1) AND m.role = 1
		WHERE EXISTS (SELECT 1 FROM neighbour_copies c WHERE c.hash = m.hash) ORDER BY m.place`
)

// Statements on claims, and on what is carried because of them.
const (
	sqlPutClaim   = `INSERT INTO neighbour_claims (log_id, id, kind, about, name) VALUES (?, ?, ?, ?, ?)`
	sqlDropClaim  = `DELETE FROM neighbour_claims WHERE log_id = ? AND id = ?`
	sqlDropClaims = `DELETE FROM neighbour_claims WHERE log_id = ?`
	sqlClaimsOf   = `SELECT id, kind, about, name, gone FROM neighbour_claims WHERE log_id = ? ORDER BY id`
	sqlClaims     = `SELECT id, kind, about, name, gone FROM neighbour_claims
		WHERE about IN (SELECT origin FROM neighbour_routes) ORDER BY log_id, id`
	sqlForgetClaims = `DELETE FROM neighbour_claims WHERE log_id = ? AND gone = 1`
	sqlTakeBack     = `UPDATE neighbour_claims SET gone = 1 WHERE kind = ? AND about = ?
		AND log_id = (SELECT log_id FROM neighbour_logs WHERE own = 1)`
	sqlSaid = `SELECT count(*) FROM neighbour_claims WHERE kind = ? AND about = ? AND gone = 0
		AND log_id = (SELECT log_id FROM neighbour_logs WHERE own = 1)`
	// A log may hold ten thousand; the first of each count.
	sqlVouches = `SELECT origin, about FROM (SELECT l.origin, c.about, c.log_id, c.id, row_number() OVER (PARTITION BY c.log_id ORDER BY c.id) AS n
		FROM neighbour_claims c JOIN neighbour_logs l USING (log_id) WHERE c.kind = 'vouch' AND l.own = 0)
		WHERE n <= ? ORDER BY log_id, id`

	sqlPairedOrigins  = `SELECT origin FROM neighbour_links WHERE state = 'paired' AND origin IS NOT NULL ORDER BY link_id`
	sqlBlockedOrigins = `SELECT origin FROM neighbour_blocks
		UNION SELECT origin FROM neighbour_links WHERE state = 'blocked' AND origin IS NOT NULL
		UNION SELECT origin FROM neighbour_logs WHERE own = 1`
	sqlLabelledOrigins = `SELECT c.about FROM neighbour_claims c JOIN neighbour_logs l USING (log_id)
		JOIN neighbour_links k ON k.origin = l.origin WHERE c.kind = 'label' AND k.labels = 1 AND k.state = 'paired'`

	sqlRouteOf  = `SELECT origin, hops, via FROM neighbour_routes WHERE origin = ?`
	sqlRoutes   = `SELECT origin, hops, via FROM neighbour_routes ORDER BY hops, origin`
	sqlPutRoute = `INSERT INTO neighbour_routes (origin, hops, via) VALUES (?, ?, ?)
		ON CONFLICT (origin) DO UPDATE SET hops = excluded.hops, via = excluded.via`
	sqlDropRoute = `DELETE FROM neighbour_routes WHERE origin = ?`
	sqlRescope   = `UPDATE neighbour_publishers SET scope = scope + 1`
	sqlHopLimit  = `UPDATE neighbour_publishers SET hop_limit = ?`

	sqlRelays    = `SELECT relays FROM neighbour_publishers`
	sqlSetRelays = `UPDATE neighbour_publishers SET relays = ?`

	sqlBlock   = `INSERT OR REPLACE INTO neighbour_blocks (origin, name, at) VALUES (?, ?, ?)`
	sqlUnblock = `DELETE FROM neighbour_blocks WHERE origin = ?`
	sqlBlocks  = `SELECT origin, name, at FROM neighbour_blocks ORDER BY at DESC, origin`
	sqlFollow  = `UPDATE neighbour_links SET labels = ? WHERE peer = ?`
)

// Statements on what neighbours gave back of the own log.
const (
	sqlReturn     = `SELECT epoch, seq, peer, tip FROM neighbour_returns WHERE log_id = ?`
	sqlSetReturn  = `INSERT OR REPLACE INTO neighbour_returns (log_id, epoch, seq, peer, tip) VALUES (?, ?, ?, ?, ?)`
	sqlDropReturn = `DELETE FROM neighbour_returns WHERE log_id = ?`
)

// Statements on which boxes are looked for.
const (
	sqlScope           = `SELECT radius, kinds, hub, departments FROM neighbour_scopes`
	sqlSetScope        = `UPDATE neighbour_scopes SET radius = ?, kinds = ?, hub = ?, departments = ?`
	sqlScopeCommunes   = `SELECT commune FROM neighbour_communes ORDER BY commune`
	sqlNoScopeCommunes = `DELETE FROM neighbour_communes`
	sqlAddScopeCommune = `INSERT INTO neighbour_communes (commune) VALUES (?)`

	sqlWishes   = `SELECT origin, name FROM neighbour_wishes ORDER BY name, origin`
	sqlAddWish  = `INSERT OR REPLACE INTO neighbour_wishes (origin, name) VALUES (?, ?)`
	sqlDropWish = `DELETE FROM neighbour_wishes WHERE origin = ?`

	sqlOutsiders       = `SELECT origin, name, communes, points, cards, at FROM neighbour_outsiders ORDER BY name, origin`
	sqlSetOutside      = `INSERT OR REPLACE INTO neighbour_outsiders (origin, name, communes, points, cards, at) VALUES (?, ?, ?, ?, ?, ?)`
	sqlDropOutsider    = `DELETE FROM neighbour_outsiders WHERE origin = ?`
	sqlOldOutsider     = `SELECT EXISTS (SELECT 1 FROM neighbour_outsiders WHERE at < ?)`
	sqlForgetOutsiders = `DELETE FROM neighbour_outsiders WHERE at < ?`
)

// Statements on searches of linked boxes.
const (
	sqlAnswers    = `SELECT answers FROM neighbour_publishers`
	sqlSetAnswers = `UPDATE neighbour_publishers SET answers = ?`
	sqlHide       = `INSERT INTO neighbour_hides (origin, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlIsHidden   = `SELECT EXISTS (SELECT 1 FROM neighbour_hides WHERE origin = ? AND id = ?)`
	sqlWithText   = `SELECT seq, card, sig FROM neighbour_records
		WHERE log_id = ? AND generation = ? AND gone = 0 AND instr(card, ?) > 0 ORDER BY seq LIMIT ?`
)

// Statements on territories that other boxes publish.
const (
	territoryColumns = `SELECT l.origin, t.id, t.name, t.hash, t.at FROM neighbour_territories t JOIN neighbour_logs l USING (log_id) `
	// A log may hold thousands; the first of each are shown.
	sqlTerritories = territoryColumns + `JOIN (SELECT log_id, id, row_number() OVER (PARTITION BY log_id ORDER BY id) AS n
		FROM neighbour_territories) USING (log_id, id) WHERE n <= ? ORDER BY t.log_id, t.id`
	sqlTerritoryOf    = territoryColumns + `WHERE l.origin = ? AND t.id = ?`
	sqlTerritoriesOf  = territoryColumns + `WHERE t.log_id = ? ORDER BY t.id LIMIT ?`
	sqlTerritoryNamed = territoryColumns + `WHERE t.id = ? ORDER BY t.log_id LIMIT 1`
	sqlPutTerritory   = `INSERT INTO neighbour_territories (log_id, id, name, hash, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (log_id, id) DO UPDATE SET name = excluded.name,
			at = CASE WHEN hash = excluded.hash THEN at ELSE excluded.at END, hash = excluded.hash`
	sqlDropTerritory   = `DELETE FROM neighbour_territories WHERE log_id = ? AND id = ?`
	sqlDropTerritories = `DELETE FROM neighbour_territories WHERE log_id = ?`
)
