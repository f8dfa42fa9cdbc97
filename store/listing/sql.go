package listing

import "strings"

// Every statement of the module. Find composes its own from the parts at the
// end; values are always parameters.

const (
	sqlHome    = `SELECT origin_id, key, name, commune, lat, lon, seen_at, web, stale FROM listing_origins WHERE origin_id = 0`
	sqlSetHome = `UPDATE listing_origins SET name = ?, commune = ?, lat = ?, lon = ?, seen_at = ? WHERE origin_id = 0`
	sqlMoveOwn = `UPDATE listing_cards SET commune = ? WHERE origin_id = 0 AND commune = ?`

	sqlOrigins   = `SELECT origin_id, key, name, commune, lat, lon, seen_at, web, stale FROM listing_origins WHERE origin_id > 0 ORDER BY origin_id`
	sqlSetOrigin = `INSERT INTO listing_origins (key, name, commune, lat, lon, seen_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET name = excluded.name, commune = excluded.commune,
			lat = excluded.lat, lon = excluded.lon, seen_at = max(seen_at, excluded.seen_at), stale = 0
		RETURNING origin_id`
	sqlOriginByKey   = `SELECT origin_id, key, name, commune, lat, lon, seen_at, web, stale FROM listing_origins WHERE key = ? AND origin_id > 0`
	sqlSetStale      = `UPDATE listing_origins SET stale = 1 WHERE origin_id = ? AND origin_id > 0`
	sqlSetWeb        = `UPDATE listing_origins SET web = ? WHERE origin_id = ? AND origin_id > 0`
	sqlForeignOf     = `SELECT id FROM listing_cards WHERE origin_id = ? AND hidden = 0 AND kind IN (SELECT value FROM json_each(?))`
	sqlHiddenForeign = `SELECT origin_id, id FROM listing_cards WHERE hidden = 1 AND origin_id > 0 ORDER BY origin_id`
	sqlWordless      = `UPDATE listing_cards SET summary = '' WHERE card_id = ?`
	sqlCountFrom     = `SELECT count(*) FROM listing_cards c WHERE origin_id = ? AND hidden = 0`
	sqlDropOrigin    = `DELETE FROM listing_origins WHERE origin_id = ?`

	sqlRow        = `SELECT card_id, version, coalesce(code, ''), rev, hidden AND inside <> 1 FROM listing_cards WHERE origin_id = ? AND id = ?`
	sqlStates     = `SELECT id, card_id, version, coalesce(code, ''), rev, hidden AND inside <> 1 FROM listing_cards WHERE origin_id = ?`
	sqlOriginRows = `SELECT card_id FROM listing_cards WHERE origin_id = ?`
	sqlInsert     = `INSERT INTO listing_cards (card_id, module, kind, title, summary, tags, commune, lat, lon, starts_at, ends_at,
			flags, price, price_unit, expires_at, audience, here, name_key, group_id, chosen, inside, hidden, code, rev, version, updated_at, origin_id, id, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlChange = `UPDATE listing_cards SET module = ?, kind = ?, title = ?, summary = ?, tags = ?, commune = ?, lat = ?, lon = ?,
			starts_at = ?, ends_at = ?, flags = ?, price = ?, price_unit = ?, expires_at = ?, audience = ?, here = ?, name_key = ?,
			group_id = ?, chosen = ?, inside = ?, hidden = ?, code = ?, rev = ?, version = ?, updated_at = ?
		WHERE card_id = ?`
	sqlNameKey = `SELECT name_key FROM listing_cards WHERE card_id = ?`
	sqlDelete  = `DELETE FROM listing_cards WHERE card_id = ?`
	sqlHide    = `UPDATE listing_cards SET hidden = (?1 OR inside > 0), inside = iif(inside > 0, 1 + ?1, 0), rev = ?2, version = version + 1 WHERE card_id = ?3`

	sqlPutBody = `INSERT INTO listing_bodies (card_id, body) VALUES (?, ?) ON CONFLICT (card_id) DO UPDATE SET body = excluded.body`
	sqlDamaged = `SELECT count(*) FROM listing_bodies 
		WHERE CASE WHEN json_valid(body) THEN json_type(body) NOT IN ('object', 'null') ELSE 1 END`
	sqlBody = `SELECT body FROM listing_bodies WHERE card_id = ?`

	sqlWordsDelete = `DELETE FROM listing_search WHERE rowid = ?`
	sqlWordsInsert = `INSERT INTO listing_search (rowid, title, tags, body, marks) VALUES (?, ?, ?, ?, ?)`

	sqlWordNote   = `INSERT INTO listing_words (word, mirrored) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlWordForget = `DELETE FROM listing_words WHERE word = ?`
	sqlWordThere  = `SELECT EXISTS (SELECT 1 FROM listing_words WHERE word = ?)`
	sqlWordFound  = `SELECT EXISTS (SELECT 1 FROM listing_search WHERE listing_search MATCH ?)`
	sqlWordsAhead = `SELECT word FROM listing_words WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ? LIMIT ?`
	sqlWordsBack  = `SELECT word FROM listing_words WHERE mirrored >= ? AND mirrored < ? AND length(mirrored) BETWEEN ? AND ? LIMIT ?`
	sqlTexts      = `SELECT title, tags, summary, coalesce((SELECT body FROM listing_bodies b WHERE b.card_id = c.card_id), '')
		FROM listing_cards c WHERE card_id = ?`

	sqlTagsDelete = `DELETE FROM listing_card_tags WHERE card_id = ?`
	sqlTagInsert  = `INSERT INTO listing_card_tags (tag, card_id) VALUES (?, ?) ON CONFLICT DO NOTHING`

	sqlNextRev  = `UPDATE listing_revs SET rev = rev + 1 RETURNING rev`
	sqlRev      = `SELECT rev FROM listing_revs`
	sqlWithdraw = `INSERT INTO listing_withdrawals (id, rev, code, erased, withdrawn_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, erased = excluded.erased, withdrawn_at = excluded.withdrawn_at`
	sqlWithdrawn = `SELECT id FROM listing_withdrawals WHERE code = ? AND erased = 0`
	sqlHushed    = `SELECT EXISTS (SELECT 1 FROM listing_cards WHERE origin_id = 0 AND id = ? AND module = ? AND hidden = 1 AND inside <> 1)`
	sqlMayBeBack = `SELECT EXISTS (SELECT 1 FROM listing_cards WHERE id = ?1)
		OR EXISTS (SELECT 1 FROM listing_withdrawals WHERE id = ?1 AND erased = 0 AND withdrawn_at > ?2)`
	sqlUnwithdraw = `DELETE FROM listing_withdrawals WHERE id = ? RETURNING code`

	sqlCodeTaken = `SELECT EXISTS (SELECT 1 FROM listing_cards WHERE code = ?1) OR EXISTS (SELECT 1 FROM listing_withdrawals WHERE code = ?1)
		OR EXISTS (SELECT 1 FROM listing_maps WHERE code = ?1)`

	// Changes of own cards: one row each, whichever table has it.
	sqlChanges = `SELECT rev, id, card_id, erased FROM (
			SELECT rev, id, card_id, 0 AS erased FROM listing_cards WHERE rev > ?
			UNION ALL
			SELECT rev, id, 0, erased FROM listing_withdrawals WHERE rev > ?
		) ORDER BY rev LIMIT ?`

	sqlTagAdd        = `INSERT INTO listing_tags (tag, name) VALUES (?, ?)`
	sqlTagName       = `SELECT name FROM listing_tags WHERE tag = ?`
	sqlTagNames      = `SELECT tag, name FROM listing_tags`
	sqlTagsClear     = `DELETE FROM listing_tags`
	sqlAnyTags       = `SELECT EXISTS (SELECT 1 FROM listing_tags)`
	sqlTagAliasCount = `SELECT count(*) FROM listing_aliases WHERE tag = ?`
	sqlTagSpellings  = `SELECT tag FROM listing_tags WHERE tag = ? UNION SELECT alias FROM listing_aliases WHERE tag = ?`
	sqlAliasAdd      = `INSERT INTO listing_aliases (alias, name, tag) VALUES (?, ?, ?)`
	sqlAliasTag      = `SELECT tag FROM listing_aliases WHERE alias = ?`
	sqlAliases       = `SELECT alias, name, tag FROM listing_aliases`
	sqlAliasNames    = `SELECT name FROM listing_aliases WHERE tag = ? ORDER BY alias`
	sqlAliasesClear  = `DELETE FROM listing_aliases`

	// Of what is for the members of groups alone stewards learn no word.
	sqlNotInside    = `card_id NOT IN (SELECT card_id FROM listing_cards WHERE group_id IS NOT NULL AND inside > 0)`
	sqlTagCount     = `SELECT count(*) FROM listing_card_tags WHERE tag = ? AND ` + sqlNotInside
	sqlTagCounts    = `SELECT tag, count(*) FROM listing_card_tags WHERE ` + sqlNotInside + ` GROUP BY tag`
	sqlTagCards     = `SELECT c.card_id, c.tags FROM listing_card_tags t CROSS JOIN listing_cards c USING (card_id) WHERE t.tag = ?`
	sqlTagMoveCards = `UPDATE OR IGNORE listing_card_tags SET tag = ? WHERE tag = ?`
	sqlTagDropCards = `DELETE FROM listing_card_tags WHERE tag = ?`
	sqlTagWritten   = `SELECT c.tags FROM listing_card_tags t CROSS JOIN listing_cards c USING (card_id)
		WHERE t.tag = ? AND c.seen_by <= ? ORDER BY t.card_id DESC LIMIT 1`
	sqlTags = `SELECT tag, n FROM (SELECT t.tag, count(*) AS n FROM listing_card_tags t CROSS JOIN listing_cards c USING (card_id)
			WHERE t.tag >= ? AND t.tag < ? AND c.seen_by <= ? AND c.expires_at > ? GROUP BY t.tag ORDER BY n DESC, t.tag LIMIT ?)
		ORDER BY tag`

	sqlTagLetters = `SELECT substr(tag, 1, 1) AS letter, count(*) FROM (SELECT DISTINCT t.tag FROM listing_card_tags t
		CROSS JOIN listing_cards c USING (card_id) WHERE c.seen_by <= ? AND c.expires_at > ?) GROUP BY letter ORDER BY letter`

	sqlTagActColumns = `SELECT n, at, act, spelling, tag, cards, undone_at FROM listing_tag_acts `
	sqlTagActs       = sqlTagActColumns + `ORDER BY n`
	sqlTagActByN     = sqlTagActColumns + `WHERE n = ?`
	sqlTagLog        = sqlTagActColumns + `WHERE (? = 0 OR n < ?) AND seen_by <= ? ORDER BY n DESC LIMIT ?`
	sqlTagAct        = `INSERT INTO listing_tag_acts (at, act, spelling, tag, cards, seen_by) VALUES (?, ?, ?, ?, ?, ?)`
	sqlTagSeen       = `SELECT count(*), coalesce(sum(c.seen_by = 0), 0) FROM listing_card_tags t CROSS JOIN listing_cards c USING (card_id) WHERE t.tag = ?`
	sqlTagActUndo    = `UPDATE listing_tag_acts SET undone_at = ? WHERE n = ?`
)

// The parts of Find.
const (
	// SQLite prepares a statement anew whenever a bare LIMIT ? is bound.
	sqlLimit = ` LIMIT 0 + ?`

	sqlCardColumns = `SELECT c.card_id, c.module, c.id, coalesce(c.code, ''), c.kind, c.title, c.summary, c.tags, c.commune, c.lat, c.lon,
		c.starts_at, c.ends_at, c.flags, c.price, c.price_unit, c.expires_at, c.audience, c.here, c.hidden AND c.inside <> 1, c.inside, coalesce(c.group_id, ''), coalesce(c.chosen, 0), c.examined, c.version, c.created_at, c.updated_at,
		o.origin_id, o.key, o.name, o.commune, o.lat, o.lon, o.seen_at, o.web, o.stale`
	sqlFromCards = ` FROM listing_cards c JOIN listing_origins o USING (origin_id)`
	// CROSS keeps the order: words first, read backwards, then the card of each.
	sqlFromWords = ` FROM listing_search CROSS JOIN listing_cards c ON c.card_id = listing_search.rowid
		CROSS JOIN listing_origins o USING (origin_id)`

	// The cards of a zone, backwards along its own index.
	sqlFromZone = ` FROM listing_zone_cards z CROSS JOIN listing_cards c ON c.card_id = z.card_id
		CROSS JOIN listing_origins o USING (origin_id)`
	sqlCountZone     = `SELECT count(*) FROM listing_zone_cards WHERE zone_id = ? AND seen_by <= ? AND expires_at > ?`
	sqlCountZoneKind = sqlCountZone + ` AND kind = ?`
	sqlZoneRow       = `SELECT zone_id FROM listing_zones WHERE id = ?`

	// Cards with the place they count as being at.
	sqlFromPlaces = sqlFromCards + ` LEFT JOIN listing_communes m ON m.commune = c.commune AND c.lat IS NULL`
	// A search at a glance: its cards in no order.
	sqlOnlyCards  = ` FROM listing_cards c`
	sqlOnlyWords  = ` FROM listing_search CROSS JOIN listing_cards c ON c.card_id = listing_search.rowid`
	sqlOverview   = `SELECT c.card_id, c.origin_id, c.kind, c.commune, c.starts_at, c.ends_at, c.lat, c.lon`
	sqlTagTallies = `SELECT t.tag, count(*) AS n`
	sqlJoinTags   = ` CROSS JOIN listing_card_tags t ON t.card_id = c.card_id`
	sqlCommonest  = ` GROUP BY t.tag ORDER BY n DESC, t.tag` + sqlLimit

	sqlByRows = sqlCardColumns + sqlFromCards + ` WHERE c.card_id IN (?`
	sqlByRow  = sqlCardColumns + sqlFromCards + ` WHERE c.card_id = ?`
	// An own card wins over a neighbour's that took its id.
	sqlByID    = sqlCardColumns + sqlFromCards + ` WHERE c.id = ? ORDER BY c.origin_id LIMIT 1`
	sqlByRef   = sqlCardColumns + sqlFromCards + ` WHERE c.id = ? AND c.module = ? ORDER BY c.origin_id LIMIT 1`
	sqlByCode  = sqlCardColumns + sqlFromCards + ` WHERE c.code = ?`
	sqlMaxSpan = `SELECT max(ends_at - starts_at) FROM listing_cards WHERE starts_at IS NOT NULL`

	// Dates of cards that repeat.
	sqlMaxDateSpan = `SELECT max(ends_at - starts_at) FROM listing_dates`
	sqlNoDates     = `NOT EXISTS (SELECT 1 FROM listing_dates d WHERE d.card_id = c.card_id)`
	sqlDatesCards  = ` CROSS JOIN listing_cards c USING (card_id) CROSS JOIN listing_origins o USING (origin_id)`
	sqlDatesDelete = `DELETE FROM listing_dates WHERE card_id = ?`
	sqlDateInsert  = `INSERT INTO listing_dates (card_id, starts_at, ends_at, flags, summary) VALUES (?, ?, ?, ?, ?)`
	sqlDatesOf     = `SELECT starts_at, ends_at, flags, summary FROM listing_dates
		WHERE card_id = ? AND starts_at < ? AND (ends_at > ? OR starts_at >= ?) ORDER BY starts_at`
	sqlDatesSpans = `SELECT card_id, min(starts_at), max(starts_at), max(ends_at) FROM listing_dates GROUP BY card_id`
	// Cards whose date is over, with the next that is not cancelled (flag 2).
	sqlDatesDue = `SELECT card_id, rev, next, (SELECT ends_at FROM listing_dates d WHERE d.card_id = due.card_id AND d.starts_at = next)
		FROM (SELECT card_id, rev, ?1 AS now, (SELECT min(d.starts_at) FROM listing_dates d
				WHERE d.card_id = c.card_id AND d.starts_at > c.starts_at AND NOT d.flags & 2 AND (d.ends_at > ?1 OR d.starts_at > ?1)) AS next
			FROM listing_cards c WHERE flags & 4 AND origin_id = 0 AND ends_at <= ?1) due
		WHERE next IS NOT NULL LIMIT 0 + ?2`
	sqlDateMove = `UPDATE listing_cards SET starts_at = ?, ends_at = ?, rev = ? WHERE card_id = ?`

	sqlCountKind    = `SELECT coalesce(sum(n), 0) FROM listing_counts WHERE kind = ? AND seen_by <= ?`
	sqlCountAll     = `SELECT coalesce(sum(n), 0) FROM listing_counts WHERE seen_by <= ?`
	sqlExpiredKind  = `SELECT count(*) FROM listing_cards INDEXED BY listing_cards_expiry WHERE expires_at < 253402300799 AND expires_at <= ? AND kind = ? AND seen_by <= ?`
	sqlExpiredAll   = `SELECT count(*) FROM listing_cards INDEXED BY listing_cards_expiry WHERE expires_at < 253402300799 AND expires_at <= ? AND seen_by <= ?`
	sqlAnyExpired   = `SELECT EXISTS (SELECT 1 FROM listing_cards INDEXED BY listing_cards_expiry WHERE expires_at < 253402300799 AND expires_at <= ?)`
	sqlCountWords   = `SELECT count(*) FROM listing_search WHERE listing_search MATCH ?`
	sqlExpiredWords = `SELECT count(*) FROM listing_search WHERE listing_search MATCH ?
		AND rowid IN (SELECT card_id FROM listing_cards INDEXED BY listing_cards_expiry WHERE expires_at < 253402300799 AND expires_at <= ?)`

	// How well the newest matches fit; a title weighs most.
	sqlBestHead = `SELECT card_id FROM (SELECT c.card_id, bm25(listing_search, 8, 4, 1, 0) AS fit`
	sqlBestTail = ` ORDER BY listing_search.rowid DESC` + sqlLimit + `) ORDER BY fit, card_id DESC`

	// Kilometres from (lat, lat, lon), all × 100,000, to a row with a lat and a
	// lon; the same haversine as Point.DistanceKM.
	sqlDistance = `2 * 6371.0088 * asin(min(1, sqrt(pow(sin(radians((@.lat - ?) / 2e5)), 2)
		+ cos(radians(@.lat / 1e5)) * cos(radians(? / 1e5)) * pow(sin(radians((@.lon - ?) / 2e5)), 2))))`

	// Cards without a place, of communes within some kilometres.
	sqlPlacelessHead = `SELECT p.card_id FROM listing_cards p INDEXED BY listing_cards_placeless WHERE p.lat IS NULL
		AND p.commune IN (SELECT m.commune FROM listing_communes m WHERE m.lat BETWEEN ? AND ? AND `

	// Cells of a grid: how many, the sums of their places, the box that holds
	// them, and the kind when it is one.
	sqlClusterHead = `SELECT count(*), sum(c.lat), sum(c.lon), min(c.lat), min(c.lon), max(c.lat), max(c.lon), min(c.kind), max(c.kind)
		FROM listing_cards c`
	sqlClusterTail = ` GROUP BY (c.lat + 9000000) / ?, (c.lon + 18000000) / ?`
	sqlExtent      = `SELECT min(c.lat), min(c.lon), max(c.lat), max(c.lon) FROM listing_cards c`

	sqlLatest = `SELECT updated_at FROM listing_cards WHERE rev > 0 ORDER BY rev DESC LIMIT 1`
	// Of what has not begun the beginning comes first, so that only ends of what
	// goes on are looked for.
	sqlNextChange = `SELECT min(at) FROM (
		SELECT min(starts_at) AS at FROM listing_cards WHERE starts_at > ?1
		UNION ALL SELECT min(ends_at) FROM listing_cards WHERE starts_at <= ?1 AND ends_at > ?1
			AND starts_at >= ?1 - (SELECT max(ends_at - starts_at) FROM listing_cards WHERE starts_at IS NOT NULL)
		UNION ALL SELECT min(starts_at) FROM listing_dates WHERE starts_at > ?1
		UNION ALL SELECT min(ends_at) FROM listing_dates WHERE starts_at <= ?1 AND ends_at > ?1
			AND starts_at >= ?1 - (SELECT max(ends_at - starts_at) FROM listing_dates)
		UNION ALL SELECT min(expires_at) FROM listing_cards WHERE expires_at > ?1 AND expires_at < 253402300799)`
)

// sqlDateColumns are those of a card on one date d.
var sqlDateColumns = strings.NewReplacer("c.starts_at", "d.starts_at", "c.ends_at", "d.ends_at", "c.flags", "c.flags | d.flags",
	"c.summary", "iif(d.summary = '', c.summary, d.summary)").Replace(sqlCardColumns)

// Zones, communes and homes.
const (
	sqlZoneColumns = `SELECT zone_id, id, name, kind, note, shape, coalesce(card, ''),
		source_origin, coalesce(source_card, ''), source_version, coalesce(source_box, ''), coalesce(source_at, 0) FROM listing_zones `
	sqlZone       = sqlZoneColumns + `WHERE id = ?`
	sqlZones      = sqlZoneColumns + `ORDER BY zone_id`
	sqlZonesWith  = sqlZoneColumns + `WHERE zone_id IN (SELECT zone_id FROM listing_zone_communes WHERE commune = ?)`
	sqlZonesAny   = `SELECT EXISTS (SELECT 1 FROM listing_zones)`
	sqlZoneRows   = `SELECT zone_id FROM listing_zones`
	sqlZoneAdd    = `INSERT INTO listing_zones (id, name, kind, note, shape, created_at, updated_at) VALUES (?, ?, ?, ?, '', ?, ?)`
	sqlZoneChange = `UPDATE listing_zones SET name = ?, kind = ?, note = ?, updated_at = ? WHERE zone_id = ?`
	sqlZoneDraw   = `UPDATE listing_zones SET shape = ?, south = ?, north = ?, west = ?, east = ?, updated_at = ? WHERE zone_id = ?`
	sqlZoneRemove = `DELETE FROM listing_zones WHERE zone_id = ?`

	sqlZonesPublished = sqlZoneColumns + `WHERE card IS NOT NULL ORDER BY zone_id`
	sqlZonesAdopted   = sqlZoneColumns + `WHERE source_card IS NOT NULL ORDER BY zone_id`
	sqlZoneFrom       = sqlZoneColumns + `WHERE source_origin = ? AND source_card = ? ORDER BY zone_id LIMIT 1`
	sqlZonePublish    = `UPDATE listing_zones SET card = nullif(?, ''), updated_at = ? WHERE zone_id = ?`
	sqlZoneUnpublish  = `UPDATE listing_zones SET card = NULL WHERE card = ?`
	sqlZoneIsCard     = `SELECT EXISTS (SELECT 1 FROM listing_zones WHERE card = ?)`
	sqlZoneSource     = `UPDATE listing_zones SET source_origin = ?, source_card = ?, source_version = ?, source_box = ?, source_at = ?
		WHERE zone_id = ?`
	sqlZoneCommunesClear = `DELETE FROM listing_zone_communes WHERE zone_id = ?`

	sqlZoneCommunes    = `SELECT commune FROM listing_zone_communes WHERE zone_id = ? ORDER BY commune`
	sqlZoneCommuneAdd  = `INSERT INTO listing_zone_communes (zone_id, commune) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlZoneCommuneDrop = `DELETE FROM listing_zone_communes WHERE zone_id = ? AND commune = ?`
	sqlZonesOfCommune  = `SELECT zone_id FROM listing_zone_communes WHERE commune = ?`

	sqlHandPut = `INSERT INTO listing_zone_hands (zone_id, origin_id, id, added) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET added = excluded.added`
	sqlHandDrop = `DELETE FROM listing_zone_hands WHERE zone_id = ? AND origin_id = ? AND id = ?`
	sqlHandsOf  = `SELECT id, zone_id, added FROM listing_zone_hands WHERE origin_id = ?`

	sqlOutlines = `SELECT zone_id, south, north, west, east, shape FROM listing_zones WHERE shape <> ''`
	sqlOutline  = `SELECT zone_id, south, north, west, east, shape FROM listing_zones WHERE shape <> '' AND zone_id = ?`
	sqlPlace    = `INSERT INTO listing_zone_cards (zone_id, card_id, kind, seen_by, expires_at)
		SELECT ?, card_id, kind, seen_by, expires_at FROM listing_cards WHERE card_id = ? ON CONFLICT DO NOTHING`
	sqlUnplace   = `DELETE FROM listing_zone_cards WHERE card_id = ?`
	sqlZoneEmpty = `DELETE FROM listing_zone_cards WHERE zone_id = ?`
	sqlSpots     = `SELECT card_id, lat, lon FROM listing_cards WHERE lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?`

	sqlZoneByCommune = `INSERT INTO listing_zone_cards (zone_id, card_id, kind, seen_by, expires_at)
		SELECT z.zone_id, c.card_id, c.kind, c.seen_by, c.expires_at
		FROM listing_zone_communes z JOIN listing_cards c ON c.commune = z.commune WHERE z.zone_id = ?`
	sqlZonePutIn = `INSERT INTO listing_zone_cards (zone_id, card_id, kind, seen_by, expires_at)
		SELECT h.zone_id, c.card_id, c.kind, c.seen_by, c.expires_at
		FROM listing_zone_hands h JOIN listing_cards c ON c.origin_id = h.origin_id AND c.id = h.id
		WHERE h.zone_id = ? AND h.added = 1 ON CONFLICT DO NOTHING`
	sqlZoneTakeOut = `DELETE FROM listing_zone_cards WHERE zone_id = ?1 AND card_id IN (
		SELECT c.card_id FROM listing_zone_hands h JOIN listing_cards c ON c.origin_id = h.origin_id AND c.id = h.id
		WHERE h.zone_id = ?1 AND h.added = 0)`
	sqlByHand = sqlCardColumns + ` FROM listing_zone_hands h JOIN listing_cards c ON c.origin_id = h.origin_id AND c.id = h.id
		JOIN listing_origins o ON o.origin_id = c.origin_id
		WHERE h.zone_id = ? AND h.added = ? AND c.seen_by <= ? ORDER BY c.card_id DESC`

	sqlAreaColumns = `SELECT commune, name, slug, department, population, lat, lon FROM listing_communes `
	sqlArea        = sqlAreaColumns + `WHERE commune = ?`
	sqlAreaBySlug  = sqlAreaColumns + `WHERE slug = ?`
	sqlAreaKnown   = `SELECT EXISTS (SELECT 1 FROM listing_communes WHERE commune = ?)`
	sqlSlugTaken   = `SELECT EXISTS (SELECT 1 FROM listing_communes WHERE slug = ?)`
	sqlAreaPlace   = `UPDATE listing_communes SET lat = ?, lon = ? WHERE commune = ?`
	sqlBetter      = `SELECT lat, lon FROM listing_places WHERE insee = ?`
	sqlBetterSet   = `INSERT INTO listing_places (insee, lat, lon, imported_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (insee) DO UPDATE SET lat = excluded.lat, lon = excluded.lon, imported_at = excluded.imported_at`
	sqlAreaAdd = `INSERT INTO listing_communes (commune, name, slug, department, population, lat, lon) VALUES (?, ?, ?, ?, ?, ?, ?)`

	sqlOffs     = `SELECT sort, name FROM listing_offs ORDER BY sort, name`
	sqlOwnOf    = `SELECT count(*) FROM listing_cards WHERE origin_id = 0 AND module = ? AND inside = 0`
	sqlOffsNone = `DELETE FROM listing_offs`
	sqlOffAdd   = `INSERT INTO listing_offs (sort, name) VALUES (?, ?) ON CONFLICT DO NOTHING`
	// Own cards that neighbours know of, each under a rev of its own; a list of
	// kinds or modules follows.
	sqlRetell = `UPDATE listing_cards SET rev = (SELECT rev FROM listing_revs) + t.n
		FROM (SELECT card_id, row_number() OVER (ORDER BY card_id) AS n FROM listing_cards WHERE origin_id = 0 AND rev > 0 AND `
	sqlRetellTail = `) AS t WHERE t.card_id = listing_cards.card_id`
	sqlRaiseRev   = `UPDATE listing_revs SET rev = max(rev, coalesce((SELECT max(rev) FROM listing_cards WHERE rev > 0), 0))`

	sqlTerritory    = `SELECT coalesce(z.id, ''), coalesce(t.radius_km, 0) FROM listing_territories t LEFT JOIN listing_zones z USING (zone_id)`
	sqlSetTerritory = `UPDATE listing_territories SET zone_id = ?, radius_km = ?`

	sqlHomes       = `SELECT lat, lon FROM listing_homes WHERE account_id = ? ORDER BY made_at, lat, lon`
	sqlHomeAdd     = `INSERT INTO listing_homes (account_id, lat, lon, made_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	sqlHomesForget = `DELETE FROM listing_homes WHERE account_id = ?`

	sqlTouched = sqlCardColumns + ` FROM listing_cards c INDEXED BY listing_cards_touched JOIN listing_origins o USING (origin_id)
		WHERE c.origin_id = 0 AND (c.updated_at, c.card_id) > (?, ?) AND c.updated_at < ? ORDER BY c.updated_at, c.card_id LIMIT ?`
	sqlArrived     = sqlCardColumns + sqlFromCards + ` WHERE c.card_id > ? AND c.origin_id <> 0 ORDER BY c.card_id LIMIT ?`
	sqlLastRow     = `SELECT coalesce(max(card_id), 0) FROM listing_cards`
	sqlZonesOfCard = `SELECT z.id FROM listing_zone_cards m JOIN listing_zones z USING (zone_id) WHERE m.card_id = ?`
)

// sqlPlaceless takes a south, a north, the point three times as sqlDistance does, and the kilometres.
var sqlPlaceless = sqlPlacelessHead + distance("m") + " <= ?)"

// distance is sqlDistance of a table.
func distance(table string) string { return strings.ReplaceAll(sqlDistance, "@", table) }

// Saved maps.
const (
	sqlMapColumns = `SELECT id, slug, code, title, note, filters, colours, lat, lon, zoom, author_id, created_at, updated_at FROM listing_maps WHERE removed = 0`
	sqlMapBySlug  = sqlMapColumns + ` AND slug = ?`
	sqlMapByCode  = sqlMapColumns + ` AND code = ?`
	sqlMaps       = sqlMapColumns + ` ORDER BY id`
	sqlMapsBy     = sqlMapColumns + ` AND author_id = ? ORDER BY id`
	sqlMapsOf     = `SELECT count(*) FROM listing_maps WHERE removed = 0 AND author_id = ?`
	sqlMapSlugs   = `SELECT slug FROM listing_maps`
	sqlMapAdd     = `INSERT INTO listing_maps (id, slug, code, title, note, filters, colours, lat, lon, zoom, author_id, removed, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`
	sqlMapChange  = `UPDATE listing_maps SET title = ?, note = ?, filters = ?, colours = ?, lat = ?, lon = ?, zoom = ?, updated_at = ? WHERE id = ?`
	sqlMapRemove  = `UPDATE listing_maps SET title = '', note = '', filters = '', colours = '', lat = NULL, lon = NULL, author_id = '', removed = 1, updated_at = ? WHERE id = ?`
	sqlMapsErase  = `UPDATE listing_maps SET title = '', note = '', filters = '', colours = '', lat = NULL, lon = NULL, author_id = '', removed = 1 WHERE author_id = ?`
	sqlMapsUnname = `UPDATE listing_maps SET author_id = '' WHERE author_id = ?`
)

// Groups.
const (
	sqlAdmit      = `INSERT INTO listing_readers (account_id, group_id) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlExpel      = `DELETE FROM listing_readers WHERE account_id = ? AND group_id = ?`
	sqlReads      = `SELECT EXISTS (SELECT 1 FROM listing_readers WHERE account_id = ? AND group_id = ?)`
	sqlGroupsOf   = `SELECT group_id FROM listing_readers WHERE account_id = ? ORDER BY group_id`
	sqlForgets    = `DELETE FROM listing_readers WHERE account_id = ?`
	sqlDisband    = `DELETE FROM listing_readers WHERE group_id = ?`
	sqlExamine    = `UPDATE listing_cards SET examined = ? WHERE origin_id = 0 AND id = ? AND module = ?`
	sqlReading    = `SELECT audience FROM listing_groups WHERE group_id = ?`
	sqlSetReading = `INSERT INTO listing_groups (group_id, audience) VALUES (?, ?) ON CONFLICT DO UPDATE SET audience = excluded.audience`
	sqlUnread     = `DELETE FROM listing_groups WHERE group_id = ?`
	sqlOfGroup    = sqlCardColumns + sqlFromCards + ` WHERE c.group_id = ? ORDER BY c.card_id`
)

// Cards of one event from several boxes.
const (
	sqlAnyTwins      = `SELECT EXISTS (SELECT 1 FROM listing_twins)`
	sqlTwinMoments   = `SELECT DISTINCT moment FROM listing_twins WHERE card_id IN (SELECT value FROM json_each(?))`
	sqlTwinsClear    = `DELETE FROM listing_twins WHERE moment = ?`
	sqlTwinAdd       = `INSERT INTO listing_twins (moment, lead_id, place, card_id) VALUES (?, ?, ?, ?)`
	sqlTwinsFrom     = `SELECT twins_from FROM listing_revs`
	sqlTwinsGoOn     = `UPDATE listing_revs SET twins_from = ?`
	sqlTwinsRestart  = `UPDATE listing_revs SET twins_from = 0`
	sqlStartsFrom    = `SELECT DISTINCT starts_at FROM listing_cards WHERE starts_at >= ? AND +kind = 'event' AND origin_id > 0 ORDER BY starts_at` + sqlLimit
	sqlSetHops       = `UPDATE listing_origins SET hops = ? WHERE origin_id = ? AND hops <> ?`
	sqlTwinsOfOrigin = `SELECT DISTINCT w.moment FROM listing_twins w CROSS JOIN listing_cards c USING (card_id) WHERE c.origin_id = ?`

	// When some cards of one sort begin, all day (flag 1) or not, each date of
	// those that have several, every minute or day once; then the moments at which
	// cards of other boxes begin too. The + leaves the choice to the index of dates.
	sqlStartsHead = `WITH s AS (
			SELECT a.origin_id, (a.starts_at + @shift) / @length * @length - @shift AS at
				FROM json_each(?1) j CROSS JOIN listing_cards a ON a.card_id = j.value
				WHERE a.kind = 'event' AND a.seen_by = 0 AND a.starts_at IS NOT NULL AND a.flags & 1 = @sort
			UNION
			SELECT a.origin_id, (d.starts_at + @shift) / @length * @length - @shift
				FROM json_each(?1) j CROSS JOIN listing_cards a ON a.card_id = j.value CROSS JOIN listing_dates d ON d.card_id = a.card_id
				WHERE a.kind = 'event' AND a.seen_by = 0 AND a.flags & 1 = @sort)
		SELECT @moment FROM s WHERE EXISTS (SELECT 1 FROM listing_cards c WHERE c.starts_at >= s.at AND c.starts_at < s.at + @length
				AND c.origin_id <> s.origin_id AND +c.kind = 'event' AND c.seen_by = 0 AND c.flags & 1 = @sort)
			OR EXISTS (SELECT 1 FROM listing_dates d CROSS JOIN listing_cards c USING (card_id) WHERE d.starts_at >= s.at AND d.starts_at < s.at + @length
				AND c.origin_id <> s.origin_id AND +c.kind = 'event' AND c.seen_by = 0 AND c.flags & 1 = @sort)`

	// What begins in a while, and whether it is cancelled or postponed (flags 2
	// and 8).
	sqlRivalColumns = `SELECT c.card_id, c.origin_id, c.title, c.commune, c.lat, c.lon, c.flags & 10 AS state, o.hops, c.id`
	sqlRivalWhere   = ` AND +c.kind = 'event' AND c.seen_by = 0 AND c.flags & 1 = ?3`
	sqlRivals       = `SELECT card_id, origin_id, title, commune, lat, lon, state FROM (` +
		sqlRivalColumns + ` FROM listing_cards c CROSS JOIN listing_origins o USING (origin_id)
			WHERE c.starts_at >= ?1 AND c.starts_at < ?2` + sqlRivalWhere + ` AND ` + sqlNoDates + `
		UNION ALL ` + sqlDateRivalColumns + ` FROM listing_dates d` + sqlDatesCards + `
			WHERE d.starts_at >= ?1 AND d.starts_at < ?2` + sqlRivalWhere + `)
		ORDER BY origin_id > 0, hops, id, origin_id LIMIT 0 + ?4`
	sqlDateRivalColumns = `SELECT c.card_id, c.origin_id, c.title, c.commune, c.lat, c.lon, (c.flags | d.flags) & 10 AS state, o.hops, c.id`

	// A twin t that is shown before c, of those with further conditions.
	sqlTwinAhead = `SELECT 1 FROM listing_twins w CROSS JOIN listing_twins b ON b.moment = w.moment AND b.lead_id = w.lead_id AND b.place < w.place
		CROSS JOIN listing_cards t ON t.card_id = b.card_id WHERE w.card_id = c.card_id AND w.place > 0`
	sqlCountTwins = `SELECT count(*) FROM (SELECT card_id FROM listing_twins WHERE place > 0) n CROSS JOIN listing_cards c ON c.card_id = n.card_id`
	// The twins of some cards: which card's, and at which moment, come last.
	sqlTwinsOf = sqlCardColumns + `, w.card_id, b.moment FROM json_each(?) j CROSS JOIN listing_twins w ON w.card_id = j.value
		CROSS JOIN listing_twins b ON b.moment = w.moment AND b.lead_id = w.lead_id AND b.card_id <> w.card_id
		CROSS JOIN listing_cards c ON c.card_id = b.card_id CROSS JOIN listing_origins o USING (origin_id)`
)

// sqlRivalMinutes and sqlRivalDays take rows of cards and give moments, as
// momentOf has them.
var (
	sqlRivalMinutes = strings.NewReplacer("@sort", "0", "@length", "60", "@shift", "0", "@moment", "s.at / 60").Replace(sqlStartsHead)
	sqlRivalDays    = strings.NewReplacer("@sort", "1", "@length", "86400", "@shift", "43200", "@moment", "-1 - (s.at + 43200) / 86400").Replace(sqlStartsHead)
)
