package discussion

import (
	"time"

	"copi.local/store"
)

// Topics. ?1 is who reads, ?2 up to when they have read everything.
const (
	topicNew     = `FROM discussion_posts p WHERE p.module = 'discussion' AND p.thing_id = t.id AND p.n > coalesce(r.n, 0) AND p.at > ?2 AND p.author_id <> ?1 AND ?1 <> ''`
	topicColumns = `SELECT t.id, t.group_id, t.sort, t.title, t.author_id, t.pinned, t.closed_at, t.created_at, t.last_at,
			coalesce((SELECT max(n) FROM discussion_posts p WHERE p.module = 'discussion' AND p.thing_id = t.id), 0), coalesce(r.n, 0),
			(SELECT count(*) ` + topicNew + `), coalesce((SELECT min(p.n) ` + topicNew + `), 0)
		FROM discussion_topics t LEFT JOIN discussion_reads r ON r.account_id = ?1 AND r.topic_id = t.id `
	sqlTopic        = topicColumns + `WHERE t.id = ?3`
	sqlInGroup      = topicColumns + `WHERE t.group_id = ?3 ORDER BY t.pinned DESC, t.last_at DESC, t.id LIMIT ?4 OFFSET ?5`
	sqlUnread       = topicColumns + `WHERE t.group_id IN (SELECT value FROM json_each(?3)) AND t.last_at > ?2 AND EXISTS (SELECT 1 ` + topicNew + `) ORDER BY t.last_at DESC, t.id`
	bareTopic       = `SELECT id, group_id, sort, title, author_id, pinned, closed_at, created_at, last_at, 0, 0, 0, 0 FROM discussion_topics `
	sqlAllOfGroup   = bareTopic + `WHERE group_id = ? ORDER BY id`
	sqlTopicsOf     = bareTopic + `WHERE author_id = ? ORDER BY id`
	sqlCountInGroup = `SELECT count(*) FROM discussion_topics WHERE group_id = ?`

	sqlGroupOf = `SELECT group_id FROM discussion_topics WHERE id = ?`

	sqlBegin = `INSERT INTO discussion_topics (id, group_id, sort, title, author_id, pinned, created_at, last_at)
		VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?6)`
	sqlBegunSince = `SELECT count(*) FROM discussion_topics WHERE author_id = ? AND created_at > ?`
	sqlPin        = `UPDATE discussion_topics SET pinned = ? WHERE id = ?`
	sqlClose      = `UPDATE discussion_topics SET closed_at = ? WHERE id = ?`
	sqlMove       = `UPDATE discussion_topics SET group_id = ?, pinned = 0 WHERE id = ?`
	sqlRetitle    = `UPDATE discussion_topics SET title = ? WHERE id = ?`
	sqlLast       = `UPDATE discussion_topics SET last_at = ? WHERE id = ?`
	sqlDropPosts  = `DELETE FROM discussion_posts WHERE module = 'discussion' AND thing_id = ?`
	sqlDropTopic  = `DELETE FROM discussion_topics WHERE id = ?`
)

// Posts.
const (
	postColumns = `SELECT id, module, thing_id, n, author_id, text, quoted, at, edited_at, taken, hidden FROM discussion_posts `
	sqlPost     = postColumns + `WHERE id = ?`
	sqlPosts    = postColumns + `WHERE module = ? AND thing_id = ? AND n BETWEEN ? AND ? ORDER BY n`
	sqlPostsOf  = postColumns + `WHERE author_id = ? AND taken = '' ORDER BY at, id`
	sqlLastN    = `SELECT coalesce(max(n), 0) FROM discussion_posts WHERE module = ? AND thing_id = ?`
	sqlWrite    = `INSERT INTO discussion_posts (id, module, thing_id, n, author_id, text, quoted, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlLastIn   = `SELECT max(p.at) FROM discussion_posts p JOIN discussion_topics t ON p.module = 'discussion' AND t.id = p.thing_id
		WHERE p.author_id = ? AND p.at > ? AND t.group_id = ?`
	sqlWrittenSince = `SELECT count(*) FROM discussion_posts WHERE author_id = ? AND at > ?`
	sqlWroteThere   = `SELECT EXISTS (SELECT 1 FROM discussion_posts WHERE module = ? AND thing_id = ? AND author_id = ?)`
	sqlOthers       = `SELECT EXISTS (SELECT 1 FROM discussion_posts WHERE module = ? AND thing_id = ? AND author_id <> ?)`
	sqlEdit         = `UPDATE discussion_posts SET text = ?, edited_at = ? WHERE id = ?`
	sqlTake         = `UPDATE discussion_posts SET text = '', edited_at = NULL, taken = ? WHERE id = ?`
	sqlKeepText     = `INSERT INTO discussion_edits (post_id, n, text, at)
		SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3 FROM discussion_edits WHERE post_id = ?1`
	sqlKeptSince    = `SELECT count(*) FROM discussion_posts p JOIN discussion_edits e ON e.post_id = p.id WHERE p.author_id = ? AND e.at > ?`
	sqlHistory      = `SELECT text, at FROM discussion_edits WHERE post_id = ? ORDER BY n DESC`
	sqlDropEdits    = `DELETE FROM discussion_edits WHERE post_id = ?`
	sqlDropMentions = `DELETE FROM discussion_mentions WHERE post_id = ?`
	sqlName         = `INSERT INTO discussion_mentions (post_id, account_id, starts, ends) VALUES (?, ?, ?, ?)`
	sqlMentions     = `SELECT m.post_id, m.account_id, m.starts, m.ends FROM discussion_posts p JOIN discussion_mentions m ON m.post_id = p.id
		WHERE p.module = ? AND p.thing_id = ? AND p.n BETWEEN ? AND ? ORDER BY p.n, m.starts`
)

// Comments.
const (
	sqlThread = `SELECT count(*) FILTER (WHERE taken = ''), coalesce(max(n), 0),
			(SELECT at FROM discussion_closings WHERE module = ?1 AND thing_id = ?2)
		FROM discussion_posts WHERE module = ?1 AND thing_id = ?2`
	sqlCloseComments = `INSERT INTO discussion_closings (module, thing_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlOpenComments  = `DELETE FROM discussion_closings WHERE module = ? AND thing_id = ?`
	sqlOfficial      = `SELECT EXISTS (SELECT 1 FROM discussion_officials WHERE element_id = ?)`
	sqlMakeOfficial  = `INSERT INTO discussion_officials (element_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlOfficials     = `SELECT element_id FROM discussion_officials ORDER BY element_id`
	sqlUnofficial    = `DELETE FROM discussion_officials WHERE element_id = ?`
	sqlLatest        = postColumns + `WHERE module <> 'discussion' AND taken = '' AND hidden = 0 AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?`
	sqlThings        = `SELECT DISTINCT module, thing_id FROM discussion_posts WHERE module <> 'discussion' AND thing_id >= ? AND thing_id < ?`
	sqlForget        = `DELETE FROM discussion_posts WHERE module = ? AND thing_id = ?`
)

// Journals.
const (
	entryColumns        = `SELECT id, element_id, group_id, author_id, title, text, audience, free, at, edited_at FROM discussion_entries `
	sqlEntry            = entryColumns + `WHERE id = ?`
	sqlEntriesOfElement = entryColumns + `WHERE element_id = ? AND element_id <> '' ORDER BY id`
	sqlEntriesOfGroup   = entryColumns + `WHERE group_id = ? AND group_id <> '' ORDER BY id`
	sqlEntriesBy        = entryColumns + `WHERE author_id = ? ORDER BY at, id`
	sqlEntryIDs         = `SELECT id FROM discussion_entries WHERE element_id = ? AND element_id <> ''`
	sqlJournals         = `SELECT DISTINCT element_id FROM discussion_entries WHERE element_id <> '' ORDER BY element_id`
	sqlEntryTwice       = `SELECT id FROM discussion_entries WHERE author_id = ? AND element_id = ? AND group_id = ? AND title = ? AND text = ? AND at > ? LIMIT 1`
	sqlEntriesSince     = `SELECT count(*) FROM discussion_entries WHERE author_id = ? AND at > ?`
	sqlPublish          = `INSERT INTO discussion_entries (id, element_id, group_id, author_id, title, text, audience, free, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlEditEntry        = `UPDATE discussion_entries SET title = ?, text = ?, audience = ?, edited_at = ? WHERE id = ?`
	sqlDropEntry        = `DELETE FROM discussion_entries WHERE id = ?`
	sqlKeepEntry        = `INSERT INTO discussion_entry_edits (entry_id, n, title, text, at)
		SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4 FROM discussion_entry_edits WHERE entry_id = ?1`
	sqlEntryKeptSince = `SELECT count(*) FROM discussion_entry_edits WHERE entry_id = ? AND at > ?`
	sqlEntryHistory   = `SELECT title || char(10) || text, at FROM discussion_entry_edits WHERE entry_id = ? ORDER BY n DESC`
	sqlUnnameEntries  = `UPDATE discussion_entries SET author_id = '' WHERE author_id = ?`
)

// Markers.
const (
	sqlMark = `INSERT INTO discussion_reads (account_id, topic_id, n) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET n = max(n, excluded.n)`
	sqlVisit = `SELECT since, seen_at, read_at FROM discussion_visits WHERE account_id = ?`
	sqlLook  = `INSERT INTO discussion_visits (account_id, since, seen_at, read_at) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET since = excluded.since, seen_at = excluded.seen_at, read_at = excluded.read_at`
)

// Polls.
const (
	sqlAsk    = `INSERT INTO discussion_polls (post_id, until) VALUES (?, ?)`
	sqlOption = `INSERT INTO discussion_options (post_id, n, text, gone) VALUES (?, ?, ?, 0)`
	sqlPick   = `INSERT INTO discussion_picks (post_id, account_id, n) VALUES (?, ?, ?)`
	sqlUnpick = `DELETE FROM discussion_picks WHERE post_id = ? AND account_id = ?`
	sqlPolls  = `SELECT o.post_id, o.text, q.until, o.gone + (SELECT count(*) FROM discussion_picks k WHERE k.post_id = o.post_id AND k.n = o.n),
			EXISTS (SELECT 1 FROM discussion_picks k WHERE k.post_id = o.post_id AND k.account_id = ?5 AND k.n = o.n)
		FROM discussion_posts p JOIN discussion_polls q ON q.post_id = p.id JOIN discussion_options o ON o.post_id = p.id
		WHERE p.module = ?1 AND p.thing_id = ?2 AND p.n BETWEEN ?3 AND ?4 ORDER BY p.n, o.n`
	sqlOptionsOf = `SELECT text FROM discussion_options WHERE post_id = ? ORDER BY n`
	sqlDropPoll  = `DELETE FROM discussion_polls WHERE post_id = ?`
)

// What moderators do.
const sqlHide = `UPDATE discussion_posts SET hidden = ? WHERE id = ?`

// What somebody who leaves takes along.
const (
	sqlPicksOf = `SELECT t.title, o.text FROM discussion_picks k JOIN discussion_options o ON o.post_id = k.post_id AND o.n = k.n
		JOIN discussion_posts p ON p.id = k.post_id JOIN discussion_topics t ON t.id = p.thing_id WHERE k.account_id = ? ORDER BY p.at, p.id`
	sqlReadsOf = `SELECT t.title, r.n FROM discussion_reads r JOIN discussion_topics t ON t.id = r.topic_id WHERE r.account_id = ? ORDER BY t.id`
	sqlNamedIn = `SELECT count(DISTINCT post_id) FROM discussion_mentions WHERE account_id = ?`

	sqlMentionedIn     = `SELECT DISTINCT post_id FROM discussion_mentions WHERE account_id = ? ORDER BY post_id`
	sqlEntriesOfOthers = `SELECT id, title || char(10) || text FROM discussion_entries WHERE author_id <> ?`
	sqlTextsOfOthers   = `SELECT id, text FROM discussion_posts WHERE author_id <> ? AND text <> ''`

	sqlEraseEdits   = `DELETE FROM discussion_edits WHERE post_id IN (SELECT id FROM discussion_posts WHERE author_id = ?)`
	sqlEraseNamesIn = `DELETE FROM discussion_mentions WHERE post_id IN (SELECT id FROM discussion_posts WHERE author_id = ?)`
	sqlErasePolls   = `DELETE FROM discussion_polls WHERE post_id IN (SELECT id FROM discussion_posts WHERE author_id = ?)`
	sqlErasePosts   = `UPDATE discussion_posts SET text = '', edited_at = NULL, taken = 'erased' WHERE author_id = ? AND taken = ''`

	sqlCountGone = `UPDATE discussion_options SET gone = gone + 1
		WHERE EXISTS (SELECT 1 FROM discussion_picks k WHERE k.post_id = discussion_options.post_id AND k.n = discussion_options.n AND k.account_id = ?)`
	sqlErasePicks    = `DELETE FROM discussion_picks WHERE account_id = ?`
	sqlEraseMentions = `DELETE FROM discussion_mentions WHERE account_id = ?`
	sqlEraseReads    = `DELETE FROM discussion_reads WHERE account_id = ?`
	sqlEraseVisit    = `DELETE FROM discussion_visits WHERE account_id = ?`
	sqlUnnamePosts   = `UPDATE discussion_posts SET author_id = '' WHERE author_id = ?`
	sqlUnnameTopics  = `UPDATE discussion_topics SET author_id = '' WHERE author_id = ?`
)

func instant(at *int64) time.Time {
	if at == nil {
		return time.Time{}
	}
	return time.Unix(*at, 0).UTC()
}

func scanTopic(r store.Row) (t Topic, err error) {
	var closed *int64
	var created, last int64
	err = r.Scan(&t.ID, &t.Group, &t.Sort, &t.Title, &t.AuthorID, &t.Pinned, &closed, &created, &last, &t.Posts, &t.Read, &t.Unread, &t.New)
	t.ClosedAt, t.CreatedAt, t.LastAt = instant(closed), instant(&created), instant(&last)
	return t, err
}

func scanPost(r store.Row) (p Post, err error) {
	var at int64
	var edited *int64
	err = r.Scan(&p.ID, &p.About.Module, &p.About.ID, &p.N, &p.AuthorID, &p.Text, &p.Quoted, &at, &edited, &p.Taken, &p.Hidden)
	p.At, p.EditedAt = instant(&at), instant(edited)
	return p, err
}

func scanEntry(r store.Row) (e Entry, err error) {
	var at int64
	var edited *int64
	err = r.Scan(&e.ID, &e.Element, &e.Group, &e.AuthorID, &e.Title, &e.Text, &e.Audience, &e.Free, &at, &edited)
	e.At, e.EditedAt = instant(&at), instant(edited)
	return e, err
}

// scanThread reads a thread's counts.
func scanThread(r store.Row) (t Thread, err error) {
	var closed *int64
	err = r.Scan(&t.Count, &t.Last, &closed)
	t.ClosedAt = instant(closed)
	return t, err
}

func scanMention(r store.Row) (m Mention, err error) {
	err = r.Scan(&m.post, &m.AccountID, &m.Starts, &m.Ends)
	return m, err
}

func scanOption(r store.Row) (o option, err error) {
	var until int64
	err = r.Scan(&o.post, &o.text, &until, &o.count, &o.mine)
	o.until = instant(&until)
	return o, err
}

func scanSaid(r store.Row) (s Said, err error) {
	var at int64
	err = r.Scan(&s.Text, &at)
	s.Until = instant(&at)
	return s, err
}

func scanVisit(r store.Row) (v visit, err error) {
	var since, seen, read int64
	err = r.Scan(&since, &seen, &read)
	v.since, v.seen, v.read = instant(&since), instant(&seen), instant(&read)
	return v, err
}

func scanAnswer(r store.Row) (a Answer, err error) {
	err = r.Scan(&a.About, &a.Pick)
	return a, err
}

func scanMarked(r store.Row) (m Marked, err error) {
	err = r.Scan(&m.Topic, &m.N)
	return m, err
}
