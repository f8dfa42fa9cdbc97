package directory

// Statements about members, invitations, claims and what is done in an
// element's name.

// Members.
const (
	sqlMemberColumns = `SELECT element_id, account_id, admin, label, note, shown, state = 'asked', invited_by, joined_at FROM directory_members `
	sqlMember        = sqlMemberColumns + `WHERE element_id = ? AND account_id = ?`
	sqlMembers       = sqlMemberColumns + `WHERE element_id = ? ORDER BY admin DESC, joined_at, account_id`
	sqlMemberIDs     = `SELECT account_id FROM directory_members WHERE element_id = ? AND state = 'member' ORDER BY account_id`
	sqlSoleAdmin     = `SELECT element_id FROM directory_members m WHERE account_id = ? AND admin = 1
		AND NOT EXISTS (SELECT 1 FROM directory_members o WHERE o.element_id = m.element_id AND o.admin = 1 AND o.account_id <> m.account_id)`
	sqlMembershipsOf = sqlMemberColumns + `WHERE account_id = ?`

	sqlIsAdmin      = `SELECT EXISTS (SELECT 1 FROM directory_members WHERE element_id = ? AND account_id = ? AND admin = 1)`
	sqlAdministered = `SELECT element_id FROM directory_members WHERE account_id = ? AND admin = 1 ORDER BY element_id`
	sqlAdminCount   = `SELECT count(*) FROM directory_members WHERE element_id = ? AND admin = 1`
	sqlAskingCount  = `SELECT count(*) FROM directory_members WHERE element_id = ? AND state = 'asked'`
	sqlAppoint      = `INSERT INTO directory_members (element_id, account_id, admin, label, note, shown, state, invited_by, joined_at)
		VALUES (?, ?, 1, '', '', 0, 'member', '', ?)
		ON CONFLICT (element_id, account_id) DO UPDATE SET admin = 1, state = 'member', note = ''`
	sqlAsk = `INSERT INTO directory_members (element_id, account_id, admin, label, note, shown, state, invited_by, joined_at)
		VALUES (?, ?, 0, '', ?, 0, 'asked', '', ?)`
	sqlJoin = `INSERT INTO directory_members (element_id, account_id, admin, label, note, shown, state, invited_by, joined_at)
		VALUES (?, ?, ?, ?, '', 0, 'member', ?, ?)
		ON CONFLICT (element_id, account_id) DO UPDATE SET admin = max(admin, excluded.admin), state = 'member', note = '',
			label = CASE WHEN excluded.label <> '' THEN excluded.label ELSE label END, invited_by = excluded.invited_by`
	sqlAdmit      = `UPDATE directory_members SET state = 'member', note = '', joined_at = ? WHERE element_id = ? AND account_id = ?`
	sqlDropMember = `DELETE FROM directory_members WHERE element_id = ? AND account_id = ?`
	sqlAppear     = `UPDATE directory_members SET shown = ? WHERE element_id = ? AND account_id = ? AND state = 'member'`
	sqlRelabel    = `UPDATE directory_members SET label = ? WHERE element_id = ? AND account_id = ?`
	sqlSetAdmin   = `UPDATE directory_members SET admin = ? WHERE element_id = ? AND account_id = ? AND state = 'member'`
	sqlClaimed    = `UPDATE directory_elements SET claimed = 1 WHERE id = ? AND claimed = 0`

	sqlCircle    = `SELECT joining, seen FROM directory_circles WHERE element_id = ?`
	sqlSetCircle = `INSERT INTO directory_circles (element_id, joining, seen) VALUES (?, ?, ?)
		ON CONFLICT (element_id) DO UPDATE SET joining = excluded.joining, seen = excluded.seen`
)

// Acts.
const (
	sqlRecord = `INSERT INTO directory_acts (element_id, account_id, other_id, act, module, thing_id, title, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlActs = `SELECT id, act, account_id, other_id, module, thing_id, title, at FROM directory_acts
		WHERE element_id = ? AND id < ? ORDER BY id DESC LIMIT ?`
	sqlForgetActs = `DELETE FROM directory_acts WHERE at < ?`
)

// Invitations.
const (
	sqlInvitationColumns = `SELECT id, element_id, label, note, admin, invited_by, used_by, state, days, created_at, printed_at,
		expires_at, asked_at, ended_at FROM directory_invitations `
	sqlInvitation       = sqlInvitationColumns + `WHERE id = ?`
	sqlInvitationByCode = sqlInvitationColumns + `WHERE code_hash = ?`
	sqlInvitations      = sqlInvitationColumns + `WHERE element_id = ? ORDER BY created_at DESC, id`
	sqlInvite           = `INSERT INTO directory_invitations (id, element_id, code_hash, label, note, admin, invited_by, used_by, state, days,
			created_at, printed_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, '', 'pending', ?, ?, ?, ?)`
	sqlPendingCount = `SELECT count(*) FROM directory_invitations WHERE element_id = ? AND state = 'pending'`
	sqlReprint      = `UPDATE directory_invitations SET code_hash = ?, printed_at = ?, expires_at = ?, asked_at = NULL
		WHERE id = ? AND state = 'pending'`
	sqlEndInvitation = `UPDATE directory_invitations SET state = ?, used_by = ?, note = '', ended_at = ? WHERE id = ? AND state = 'pending'`
	sqlAskAgain      = `UPDATE directory_invitations SET asked_at = ? WHERE id = ? AND state = 'pending' AND asked_at IS NULL`
	sqlRevokeFrom    = `UPDATE directory_invitations SET state = 'revoked', note = '', ended_at = ?
		WHERE element_id = ? AND invited_by = ? AND state = 'pending'`
	sqlForgetInvitations = `DELETE FROM directory_invitations WHERE coalesce(ended_at, expires_at) < ?`

	sqlUnclaimed = sqlColumns + `WHERE claimed = 0 AND archived_at IS NULL AND kind IN ('org', 'project')
		AND (name_key, id) > (?, ?) ORDER BY name_key, id LIMIT ?`
	sqlLastSlip  = `SELECT coalesce(max(printed_at), 0) FROM directory_invitations WHERE element_id = ? AND state = 'pending' AND admin = 1`
	sqlVoidSlips = `UPDATE directory_invitations SET state = 'revoked', note = '', ended_at = ?
		WHERE element_id = ? AND admin = 1 AND state = 'pending'`
)

// Claims.
const (
	sqlClaimColumns = `SELECT id, element_id, account_id, reason, state, answer, answered_by, created_at, answered_at FROM directory_claims `
	sqlClaimByID    = sqlClaimColumns + `WHERE id = ?`
	sqlClaimsOpen   = sqlClaimColumns + `WHERE state = 'waiting' ORDER BY created_at, id`
	sqlClaimsBy     = sqlClaimColumns + `WHERE account_id = ? ORDER BY created_at DESC, id`
	sqlClaimsOn     = sqlClaimColumns + `WHERE element_id = ? AND state = 'waiting' ORDER BY created_at, id`
	sqlClaimsCount  = `SELECT count(*) FROM directory_claims WHERE state = 'waiting'`
	sqlClaim        = `INSERT INTO directory_claims (id, element_id, account_id, reason, state, answer, answered_by, created_at)
		VALUES (?, ?, ?, ?, 'waiting', '', '', ?)`
	sqlAnswerClaim   = `UPDATE directory_claims SET state = ?, answer = ?, answered_by = ?, answered_at = ? WHERE id = ? AND state = 'waiting'`
	sqlPassClaims    = `UPDATE directory_claims SET state = iif(account_id = ?, 'accepted', 'passed'), answered_at = ? WHERE element_id = ? AND state = 'waiting'`
	sqlPassClaimants = `INSERT INTO directory_members (element_id, account_id, admin, label, note, shown, state, invited_by, joined_at)
		SELECT element_id, account_id, 0, '', substr(reason, 1, 300), 0, 'asked', '', created_at FROM directory_claims
		WHERE state = 'waiting' AND account_id <> ? AND element_id = ?
		ON CONFLICT (element_id, account_id) DO NOTHING`
	sqlForgetClaims = `DELETE FROM directory_claims WHERE answered_at < ?`
)

// Things that stand in an element's name.
const (
	sqlStanding = `SELECT element_id FROM directory_links WHERE module = ? AND thing_id = ? AND role = 'organiser' ORDER BY element_id LIMIT 1`
	sqlVouches  = `SELECT EXISTS (SELECT 1 FROM directory_links l JOIN directory_members m ON m.element_id = l.element_id
		WHERE l.module = ? AND l.thing_id = ? AND l.role = 'organiser' AND l.confirmed = 1 AND m.account_id = ? AND m.admin = 1)`
)

// Partners, and what is tied to what.
const (
	sqlConfirm  = `UPDATE directory_links SET confirmed = 1 WHERE element_id = ? AND role = 'partner' AND module = ? AND thing_id = ?`
	sqlPart     = `DELETE FROM directory_links WHERE element_id = ? AND role = 'partner' AND module = ? AND thing_id = ?`
	sqlPartners = `SELECT e.id, e.name, l.confirmed, 0 FROM directory_links l JOIN directory_elements e ON e.id = l.thing_id
		WHERE l.element_id = ?2 AND l.role = 'partner' AND l.module = ?1
		UNION ALL
		SELECT e.id, e.name, l.confirmed, 1 FROM directory_links l JOIN directory_elements e ON e.id = l.element_id
		WHERE l.module = ?1 AND l.thing_id = ?2 AND l.role = 'partner' ORDER BY 2, 1`
	sqlByName         = sqlColumns + `WHERE name_key = ? AND kind <> 'person' ORDER BY id`
	sqlStandingThings = `SELECT DISTINCT thing_id FROM directory_links
		WHERE element_id = ? AND role IN ('organiser', 'place') AND module <> ? AND confirmed = 1`
	sqlBetween = `WITH some AS (SELECT value AS id FROM json_each(?1))
		SELECT l.element_id, l.thing_id FROM directory_links l JOIN some s ON s.id = l.element_id JOIN some t ON t.id = l.thing_id
		WHERE l.role = ?2 AND l.module = ?3 AND l.confirmed = 1
		UNION SELECT e.parent_id, e.id FROM directory_elements e JOIN some s ON s.id = e.id JOIN some t ON t.id = e.parent_id
		ORDER BY 1, 2`
)

// What the module holds about an account, and how it lets go of it.
const (
	sqlInvitationsBy = sqlInvitationColumns + `WHERE invited_by = ? AND invited_by <> '' ORDER BY created_at, id`
	sqlActsBy        = `SELECT id, act, element_id, '', module, thing_id, title, at FROM directory_acts
		WHERE account_id = ? AND account_id <> '' ORDER BY id`

	sqlLeaveAll   = `DELETE FROM directory_members WHERE account_id = ?`
	sqlUnmeet     = `UPDATE directory_members SET invited_by = '' WHERE invited_by = ?`
	sqlUninvite   = `UPDATE directory_invitations SET invited_by = '' WHERE invited_by = ? AND invited_by <> ''`
	sqlUnuse      = `UPDATE directory_invitations SET used_by = '' WHERE used_by = ? AND used_by <> ''`
	sqlUnclaim    = `DELETE FROM directory_claims WHERE account_id = ?`
	sqlUnanswer   = `UPDATE directory_claims SET answered_by = '' WHERE answered_by = ? AND answered_by <> ''`
	sqlUnact      = `UPDATE directory_acts SET account_id = '' WHERE account_id = ? AND account_id <> ''`
	sqlUnactOther = `UPDATE directory_acts SET other_id = '' WHERE other_id = ? AND other_id <> ''`
)
