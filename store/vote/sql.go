package vote

import (
	"encoding/json"
	"strings"

	"copi.local/store"
	"copi.local/store/calendar"
)

const (
	sqlInsert = `INSERT INTO vote_proposals (group_id, title, description, choices, state, author_id, audience, needed, amend_until, rule,
			closes, zone, closes_at, opened_at, closed_at, round, roll_size, extended, restarted, outcome, reason, sort, updated_at, id, warned, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`
	sqlUpdate = `UPDATE vote_proposals SET group_id = ?, title = ?, description = ?, choices = ?, state = ?, author_id = ?, audience = ?,
			needed = ?, amend_until = ?, rule = ?, closes = ?, zone = ?, closes_at = ?, opened_at = ?, closed_at = ?, round = ?, roll_size = ?,
			extended = ?, restarted = ?, outcome = ?, reason = ?, sort = ?, updated_at = ? WHERE id = ?`
	sqlDelete = `DELETE FROM vote_proposals WHERE id = ?`
	sqlAuthor = `SELECT author_id FROM vote_proposals WHERE id = ?`

	sqlColumns = `SELECT id, group_id, title, description, choices, state, author_id, audience, needed, amend_until, rule, closes, zone,
			closes_at, opened_at, closed_at, round, roll_size, extended, restarted, outcome, reason, sort, created_at, updated_at
		FROM vote_proposals `
	sqlByID        = sqlColumns + `WHERE id = ?`
	sqlOf          = sqlColumns + `WHERE author_id = ? ORDER BY created_at DESC, id LIMIT ?`
	sqlOpen        = sqlColumns + `WHERE state = 'vote' ORDER BY closes_at, id`
	sqlOfGroup     = sqlColumns + `WHERE group_id = ? ORDER BY created_at DESC, id LIMIT ?`
	sqlEnding      = sqlColumns + `WHERE state = 'vote' AND closes_at <= ? AND ` + sqlTyped + `ORDER BY closes_at, id LIMIT ?`
	sqlNextEnd     = `SELECT min(closes_at) FROM vote_proposals WHERE state = 'vote' AND ` + sqlTyped
	sqlEndsBetween = `SELECT max(closes_at) FROM vote_proposals WHERE state = 'vote' AND closes_at > ? AND closes_at <= ?`
	sqlTyped       = `id NOT IN (SELECT proposal_id FROM vote_desks WHERE settled = 0) `
	sqlAwaiting    = sqlColumns + `WHERE state = 'vote' AND closes_at <= ? AND id IN (SELECT proposal_id FROM vote_desks WHERE settled = 0)
		ORDER BY closes_at, id`
	sqlWarn      = sqlColumns + `WHERE state = 'vote' AND warned = 0 AND closes_at <= ? AND opened_at <= ? ORDER BY closes_at, id LIMIT ?`
	sqlWarned    = `UPDATE vote_proposals SET warned = 1 WHERE id = ?`
	sqlUnwarn    = `UPDATE vote_proposals SET warned = 0 WHERE id = ?`
	sqlRestarted = `UPDATE vote_proposals SET restarted = 1 WHERE id = ?`
	sqlOpenN     = `SELECT count(*) FROM vote_proposals WHERE state = 'vote'`

	// for which the actor is on the roll and has not voted
	sqlWaiting = sqlColumns + `WHERE state = 'vote' AND closes_at > ?2
			AND EXISTS (SELECT 1 FROM vote_roll r WHERE r.proposal_id = id AND r.account_id = ?1 AND r.how = '')
			AND NOT EXISTS (SELECT 1 FROM vote_marks_sealed m WHERE m.proposal_id = id AND m.account_id = ?1)
		ORDER BY closes_at, id`

	sqlSupport    = `INSERT INTO vote_supports (proposal_id, account_id) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlUnsupport  = `DELETE FROM vote_supports WHERE proposal_id = ? AND account_id = ?`
	sqlSupports   = `SELECT count(*) FROM vote_supports WHERE proposal_id = ?`
	sqlIsSupport  = `SELECT count(*) FROM vote_supports WHERE proposal_id = ? AND account_id = ?`
	sqlSupporters = `SELECT account_id FROM vote_supports WHERE proposal_id = ? ORDER BY account_id`

	sqlText = `INSERT INTO vote_texts (proposal_id, n, title, description, choices, until)
		SELECT ?1, 1 + count(*), ?2, ?3, ?4, ?5 FROM vote_texts WHERE proposal_id = ?1`
	sqlTexts = `SELECT title, description, choices, until FROM vote_texts WHERE proposal_id = ? ORDER BY n`

	sqlAmend         = `INSERT INTO vote_amendments (id, proposal_id, author_id, description, state, answer, created_at) VALUES (?, ?, ?, ?, 'open', '', ?)`
	sqlAmendAnswer   = `UPDATE vote_amendments SET state = ?, answer = ? WHERE id = ?`
	sqlAmendColumns  = `SELECT id, proposal_id, author_id, description, state, answer, created_at FROM vote_amendments `
	sqlAmendments    = sqlAmendColumns + `WHERE proposal_id = ? ORDER BY created_at, id`
	sqlAmendment     = sqlAmendColumns + `WHERE id = ? AND proposal_id = ?`
	sqlAmendmentsOf  = sqlAmendColumns + `WHERE author_id = ? ORDER BY created_at, id`
	sqlAmendmentsN   = `SELECT count(*) FROM vote_amendments WHERE proposal_id = ?`
	sqlUnnameAmended = `UPDATE vote_amendments SET author_id = '' WHERE author_id = ?`
	sqlEraseAmended  = `DELETE FROM vote_amendments WHERE author_id = ?`

	sqlEnrol    = `INSERT INTO vote_roll (proposal_id, account_id, how) VALUES (?, ?, '')`
	sqlRoll     = `SELECT account_id, how FROM vote_roll WHERE proposal_id = ? ORDER BY account_id`
	sqlEntitled = `SELECT how FROM vote_roll WHERE proposal_id = ? AND account_id = ?`
	sqlVoted    = `UPDATE vote_roll SET how = ? WHERE proposal_id = ? AND account_id = ?`
	sqlVotedN   = `SELECT count(*) FROM vote_roll WHERE proposal_id = ? AND how <> ''`
	sqlProxied  = `SELECT count(*) FROM vote_roll WHERE proposal_id = ? AND how = ?`
	sqlUnvote   = `UPDATE vote_roll SET how = '' WHERE proposal_id = ?`
	sqlUnroll   = `DELETE FROM vote_roll WHERE proposal_id = ? AND account_id = ?`
	sqlRollOf   = `SELECT proposal_id, how FROM vote_roll WHERE account_id = ? ORDER BY proposal_id`
	sqlReroll   = `UPDATE vote_roll SET account_id = ? WHERE proposal_id = ? AND account_id = ?`

	sqlBallot = `INSERT INTO vote_ballots (proposal_id, account_id, ballot, reason, answer) VALUES (?, ?, ?, ?, '')
		ON CONFLICT DO UPDATE SET ballot = excluded.ballot, reason = excluded.reason, answer = ''`
	sqlBallotColumns = `SELECT account_id, ballot, reason, answer FROM vote_ballots `
	sqlBallots       = sqlBallotColumns + `WHERE proposal_id = ? ORDER BY account_id`
	sqlBallotOf      = sqlBallotColumns + `WHERE proposal_id = ? AND account_id = ?`
	sqlAnswer        = `UPDATE vote_ballots SET answer = ? WHERE proposal_id = ? AND account_id = ?`
	sqlUnballot      = `DELETE FROM vote_ballots WHERE proposal_id = ?`
	sqlUnballotOf    = `DELETE FROM vote_ballots WHERE proposal_id = ? AND account_id = ?`
	sqlReballot      = `UPDATE vote_ballots SET account_id = ? WHERE proposal_id = ? AND account_id = ?`
	sqlUnreason      = `UPDATE vote_ballots SET reason = '' WHERE account_id = ? AND reason <> ''`

	sqlUrns       = `SELECT proposal_id, ballots FROM vote_urns_sealed ORDER BY proposal_id`
	sqlMarks      = `SELECT proposal_id, account_id, how FROM vote_marks_sealed ORDER BY proposal_id, account_id`
	sqlEmptyUrns  = `DELETE FROM vote_urns_sealed`
	sqlEmptyMarks = `DELETE FROM vote_marks_sealed`
	sqlUrn        = `INSERT INTO vote_urns_sealed (proposal_id, ballots) VALUES (?, ?)`
	sqlMark       = `INSERT INTO vote_marks_sealed (proposal_id, account_id, how) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) ORDER BY key`
	sqlHasUrn     = `SELECT count(*) FROM vote_urns_sealed WHERE proposal_id = ?`
	sqlMarksN     = `SELECT count(*) FROM vote_marks_sealed WHERE proposal_id = ?`
	sqlPapers     = `SELECT count(*) FROM vote_marks_sealed WHERE proposal_id = ? AND how = 'paper'`
	sqlIsMarked   = `SELECT how FROM vote_marks_sealed WHERE proposal_id = ? AND account_id = ?`

	sqlDesk  = `SELECT printed, settled FROM vote_desks WHERE proposal_id = ?`
	sqlPrint = `INSERT INTO vote_desks (proposal_id, printed, settled) VALUES (?, ?, 0)
		ON CONFLICT DO UPDATE SET printed = printed + excluded.printed`
	sqlPrinted   = `SELECT printed FROM vote_desks WHERE proposal_id = ?`
	sqlUnsettled = `SELECT count(*) FROM vote_desks WHERE proposal_id = ? AND settled = 0`
	sqlSettle    = `UPDATE vote_desks SET settled = 1 WHERE proposal_id = ?`
	sqlUndesk    = `DELETE FROM vote_desks WHERE proposal_id = ?`
	sqlCode      = `INSERT INTO vote_codes (proposal_id, code) VALUES (?, ?)`
	sqlCodes     = `SELECT code FROM vote_codes WHERE proposal_id = ? ORDER BY code`
	sqlIsCode    = `SELECT count(*) FROM vote_codes WHERE proposal_id = ? AND code = ?`
	sqlUncode    = `DELETE FROM vote_codes WHERE proposal_id = ? AND code = ? RETURNING code`
	sqlUncodes   = `DELETE FROM vote_codes WHERE proposal_id = ?`
	sqlTeller    = `INSERT INTO vote_tellers (proposal_id, account_id) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlUnteller  = `DELETE FROM vote_tellers WHERE proposal_id = ? AND account_id = ?`
	sqlTellers   = `SELECT account_id FROM vote_tellers WHERE proposal_id = ? ORDER BY account_id`
	sqlTellerOff = `DELETE FROM vote_tellers WHERE account_id = ?`
	sqlEntry     = `INSERT INTO vote_entries_sealed (proposal_id, n, account_id, found, ballots) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET account_id = excluded.account_id, found = excluded.found, ballots = excluded.ballots`
	sqlEntries   = `SELECT n, account_id, found, ballots FROM vote_entries_sealed WHERE proposal_id = ? ORDER BY n`
	sqlUnentry   = `DELETE FROM vote_entries_sealed WHERE proposal_id = ? AND n = ?`
	sqlUnentries = `DELETE FROM vote_entries_sealed WHERE proposal_id = ?`
	sqlEntriesBy = `SELECT count(*) FROM vote_entries_sealed WHERE account_id = ?`
	sqlReentry   = `UPDATE vote_entries_sealed SET account_id = ? WHERE account_id = ?`

	sqlDelegate = `INSERT INTO vote_delegations (proposal_id, account_id, to_id) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET to_id = excluded.to_id`
	sqlToldAt = `SELECT told_at FROM vote_told WHERE proposal_id = ? AND account_id = ? AND to_id = ?`
	sqlTold   = `INSERT INTO vote_told (proposal_id, account_id, to_id, told_at) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET told_at = excluded.told_at`
	sqlUntold       = `DELETE FROM vote_told WHERE proposal_id = ?`
	sqlUntoldOf     = `DELETE FROM vote_told WHERE account_id = ?1 OR to_id = ?1`
	sqlUndelegate   = `DELETE FROM vote_delegations WHERE proposal_id = ? AND account_id = ?`
	sqlUndelegates  = `DELETE FROM vote_delegations WHERE proposal_id = ?`
	sqlDelegations  = `SELECT account_id, to_id FROM vote_delegations WHERE proposal_id = ?`
	sqlDelegateOf   = `SELECT to_id FROM vote_delegations WHERE proposal_id = ? AND account_id = ?`
	sqlRedelegate   = `UPDATE vote_delegations SET account_id = ? WHERE proposal_id = ? AND account_id = ?`
	sqlRedelegateTo = `UPDATE vote_delegations SET to_id = ? WHERE proposal_id = ? AND to_id = ?`

	sqlResult = `INSERT INTO vote_results (proposal_id, round, file, sha256, closed_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET file = excluded.file, sha256 = excluded.sha256, closed_at = excluded.closed_at`
	sqlResults = `SELECT round, file, sha256, closed_at FROM vote_results WHERE proposal_id = ? ORDER BY round`

	sqlNumber   = `INSERT INTO vote_numbers (proposal_id, n, account_id, declined) VALUES (?, ?, ?, 0)`
	sqlNumbers  = `SELECT account_id, declined FROM vote_numbers WHERE proposal_id = ? ORDER BY n`
	sqlDecline  = `UPDATE vote_numbers SET declined = 1 WHERE proposal_id = ? AND n = ?`
	sqlRenumber = `UPDATE vote_numbers SET account_id = ? WHERE proposal_id = ? AND account_id = ?`

	sqlNominate = `INSERT INTO vote_nominees (proposal_id, round, n, why) VALUES (?, ?, ?, ?)`
	sqlNominees = `SELECT round, n, why FROM vote_nominees WHERE proposal_id = ? ORDER BY round`
	sqlSayings  = `INSERT INTO vote_sayings (proposal_id, round, account_id, how, ballot, reason, answer)
		SELECT b.proposal_id, ?, b.account_id, r.how, b.ballot, b.reason, b.answer FROM vote_ballots b JOIN vote_roll r USING (proposal_id, account_id)
		WHERE b.proposal_id = ?`
	sqlSayingsOf = `SELECT round, account_id, how, ballot, reason, answer FROM vote_sayings WHERE proposal_id = ? AND round = ? ORDER BY account_id`
	sqlSayingsBy = `SELECT round, account_id, how, ballot, reason, answer FROM vote_sayings WHERE proposal_id = ? AND account_id = ? ORDER BY round`
	sqlUnsayings = `DELETE FROM vote_sayings WHERE proposal_id = ?`
	sqlResaying  = `UPDATE vote_sayings SET account_id = ? WHERE proposal_id = ? AND account_id = ?`
	sqlUnsaid    = `UPDATE vote_sayings SET reason = '' WHERE account_id = ? AND reason <> ''`

	sqlStep         = `INSERT INTO vote_followups (id, proposal_id, description, carrier, due, done, done_at, created_at) VALUES (?, ?, ?, ?, ?, '', 0, ?)`
	sqlSteps        = `SELECT id, description, carrier, due, done, done_at, created_at FROM vote_followups WHERE proposal_id = ? ORDER BY due, id`
	sqlStepDone     = `UPDATE vote_followups SET done = ?, done_at = ? WHERE id = ? AND proposal_id = ?`
	sqlStepGone     = `DELETE FROM vote_followups WHERE id = ? AND proposal_id = ?`
	sqlStepsN       = `SELECT count(*) FROM vote_followups WHERE proposal_id = ?`
	sqlUnauthor     = `UPDATE vote_proposals SET author_id = '' WHERE author_id = ?`
	sqlUnsupportAll = `DELETE FROM vote_supports WHERE account_id = ?`
	sqlSupportsOf   = `SELECT proposal_id FROM vote_supports WHERE account_id = ? ORDER BY proposal_id`

	sqlAnswerDays    = `SELECT answer_days FROM vote_settings WHERE one = 1`
	sqlSetAnswerDays = `UPDATE vote_settings SET answer_days = ? WHERE one = 1`
	sqlAsk           = `INSERT INTO vote_asks (proposal_id, due, state, answer, answered_at) VALUES (?, ?, 'received', '', 0) ON CONFLICT DO NOTHING`
	sqlAskColumns    = `SELECT proposal_id, due, state, answer, answered_at FROM vote_asks `
	sqlAskOf         = sqlAskColumns + `WHERE proposal_id = ?`
	sqlUnanswered    = sqlAskColumns + `WHERE answered_at = 0 ORDER BY due, proposal_id`
	sqlStudy         = `UPDATE vote_asks SET state = ? WHERE proposal_id = ?`
	sqlRespond       = `UPDATE vote_asks SET state = ?, answer = ?, answered_at = ? WHERE proposal_id = ?`
)

// columns are the values of sqlInsert and sqlUpdate, the id last.
func (p *Proposal) columns() ([]any, error) {
	rule := ""
	if p.Ready() {
		text, err := json.Marshal(p.Rule)
		if err != nil {
			return nil, err
		}
		rule = string(text)
	}
	if p.Zone == "" {
		p.Zone = Paris
	}
	return []any{
		p.GroupID, p.Title, p.Text, strings.Join(p.Choices, "\n"), p.State, p.AuthorID, p.Audience, p.Needed, store.Unix(p.AmendUntil), rule,
		p.Closes.String(), p.Zone, store.Unix(p.ClosesAt), store.Unix(p.OpenedAt), store.Unix(p.ClosedAt), p.Round, p.RollSize, p.Extended, p.Restarted,
		p.Outcome, p.Reason, p.Sort, p.UpdatedAt.Unix(), p.ID,
	}, nil
}

func scanProposal(r store.Row) (p Proposal, err error) {
	var choices, rule, closes string
	var amend, closesAt, opened, closed, created, updated int64
	err = r.Scan(&p.ID, &p.GroupID, &p.Title, &p.Text, &choices, &p.State, &p.AuthorID, &p.Audience, &p.Needed, &amend, &rule, &closes,
		&p.Zone, &closesAt, &opened, &closed, &p.Round, &p.RollSize, &p.Extended, &p.Restarted, &p.Outcome, &p.Reason, &p.Sort, &created, &updated)
	if err != nil {
		return p, err
	}
	p.Choices, p.AmendUntil, p.ClosesAt = lines(choices), store.Instant(amend), store.Instant(closesAt)
	p.OpenedAt, p.ClosedAt, p.CreatedAt, p.UpdatedAt = store.Instant(opened), store.Instant(closed), store.Instant(created), store.Instant(updated)
	if closes != "" {
		if p.Closes, err = calendar.ParseWall(closes); err != nil {
			return p, err
		}
	}
	if rule != "" {
		err = json.Unmarshal([]byte(rule), &p.Rule)
	}
	return p, err
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
