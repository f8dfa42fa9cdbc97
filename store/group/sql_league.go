package group

// Groups of groups.
const (
	sqlPartCount = `SELECT count(*) FROM group_parts WHERE group_id = ?`
	sqlAddPart   = `INSERT INTO group_parts (group_id, part_id, agreed, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	sqlAgree     = `UPDATE group_parts SET agreed = 1, at = ? WHERE group_id = ? AND part_id = ? AND agreed = 0`
	sqlDropPart  = `DELETE FROM group_parts WHERE group_id = ? AND part_id = ?`
	sqlIsPart    = `SELECT EXISTS (SELECT 1 FROM group_parts WHERE group_id = ? AND part_id = ? AND agreed = 1)`
	sqlParts     = `SELECT p.part_id, p.agreed FROM group_parts p JOIN group_groups g ON g.id = p.part_id
		WHERE p.group_id = ? ORDER BY p.agreed DESC, g.name_key, g.id`
	sqlCandidates = sqlColumns + `WHERE closed_at IS NULL AND id <> ?1
		AND id NOT IN (SELECT part_id FROM group_parts WHERE group_id = ?1) ORDER BY name_key, id LIMIT 500`
	sqlAgreedParts = `SELECT part_id FROM group_parts WHERE group_id = ? AND agreed = 1 ORDER BY part_id`
	sqlLeagues     = `SELECT p.group_id, p.agreed FROM group_parts p JOIN group_groups g ON g.id = p.group_id
		WHERE p.part_id = ? ORDER BY g.name_key, g.id`
	sqlDelegates   = `SELECT account_id FROM group_delegates WHERE group_id = ? AND part_id = ? ORDER BY account_id`
	sqlNoDelegates = `DELETE FROM group_delegates WHERE group_id = ? AND part_id = ?`
	sqlDelegate    = `INSERT INTO group_delegates (group_id, part_id, account_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlDelegateOf  = `SELECT g.name FROM group_delegates d JOIN group_groups g ON g.id = d.part_id WHERE d.account_id = ? ORDER BY g.name_key, g.id`
)

// What they ask.
const (
	sqlInquiryColumns = `SELECT id, group_id, question, text, rule, author_id, until, created_at FROM group_inquiries q `
	sqlInquiry        = sqlInquiryColumns + `WHERE id = ?`
	sqlInquiries      = sqlInquiryColumns + `WHERE group_id = ? ORDER BY created_at DESC, id LIMIT ?`
	sqlInquiriesOpen  = sqlInquiryColumns + `WHERE id IN (SELECT a.inquiry_id FROM group_members m JOIN group_answers a ON a.part_id = m.group_id
		WHERE m.account_id = ? AND a.answer = '') AND until > ? ORDER BY until, id`
	sqlAskedBy    = `SELECT question FROM group_inquiries WHERE author_id = ? AND author_id <> '' ORDER BY created_at, id`
	sqlAskInquiry = `INSERT INTO group_inquiries (id, group_id, question, text, rule, author_id, until, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlAskPart    = `INSERT INTO group_answers (inquiry_id, part_id, name, weight, answer, account_id) VALUES (?, ?, ?, ?, '', '')`
	sqlHeard      = `SELECT part_id, name, weight, answer, answered_at FROM group_answers WHERE inquiry_id = ? ORDER BY name, part_id`
	sqlReply      = `UPDATE group_answers SET answer = ?, account_id = ?, answered_at = ? WHERE inquiry_id = ? AND part_id = ?`
	sqlAnswersBy  = `SELECT q.question, a.name, a.answer, a.answered_at FROM group_answers a JOIN group_inquiries q ON q.id = a.inquiry_id
		WHERE a.account_id = ? AND a.account_id <> '' ORDER BY a.answered_at, q.id`
)
