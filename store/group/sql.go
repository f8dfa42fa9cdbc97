package group

// Groups.
const (
	sqlColumns = `SELECT id, name, purpose, theme, reading, seen, joining, pause, author_id, active_at, closed_at, orphan_at,
		created_at, updated_at FROM group_groups g `
	sqlByID = sqlColumns + `WHERE id = ?`
	sqlOf   = sqlColumns + `WHERE id IN (SELECT group_id FROM group_members WHERE account_id = ? AND state = 'member')
		ORDER BY name_key, id`
	sqlAuthor     = `SELECT author_id FROM group_groups WHERE id = ?`
	sqlBegunSince = `SELECT count(*) FROM group_groups WHERE author_id = ? AND created_at > ?`
	sqlInsert     = `INSERT INTO group_groups (id, name, name_key, purpose, theme, reading, seen, joining, pause, author_id, active_at,
		closed_at, orphan_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdate = `UPDATE group_groups SET name = ?2, name_key = ?3, purpose = ?4, theme = ?5, reading = ?6, seen = ?7, joining = ?8,
		pause = ?9, author_id = ?10, active_at = ?11, closed_at = ?12, orphan_at = ?13, created_at = ?14, updated_at = ?15 WHERE id = ?1`
	sqlStir    = `UPDATE group_groups SET active_at = ? WHERE id = ?`
	sqlAdopt   = `UPDATE group_groups SET orphan_at = NULL WHERE id = ?`
	sqlDelete  = `DELETE FROM group_groups WHERE id = ?`
	sqlOrphans = sqlColumns + `WHERE orphan_at <= ? AND NOT (reading = 'members' AND joining = 'invited') ORDER BY orphan_at, id`
)

// Members.
const (
	sqlMemberColumns = `SELECT group_id, account_id, state = 'asked', role, label, note, silent, invited_by, joined_at FROM group_members `
	sqlMember        = sqlMemberColumns + `WHERE group_id = ? AND account_id = ?`
	sqlMembers       = sqlMemberColumns + `WHERE group_id = ? ORDER BY joined_at, account_id`
	sqlMembershipsOf = sqlMemberColumns + `WHERE account_id = ?`
	sqlMemberIDs     = `SELECT account_id FROM group_members WHERE group_id = ? AND state = 'member' ORDER BY account_id`
	sqlKeepers       = `SELECT account_id FROM group_members WHERE group_id = ? AND role = 3 ORDER BY account_id`
	sqlCount         = `SELECT count(*) FROM group_members WHERE group_id = ? AND state = 'member'`
	sqlKeeperCount   = `SELECT count(*) FROM group_members WHERE group_id = ? AND role = 3`
	sqlWaitingCount  = `SELECT count(*) FROM group_members WHERE group_id = ? AND state = 'asked'`
	sqlEnter         = `INSERT INTO group_members (group_id, account_id, state, role, label, note, silent, invited_by, joined_at)
		VALUES (?, ?, 'member', ?, ?, '', 0, ?, ?)
		ON CONFLICT (group_id, account_id) DO UPDATE SET state = 'member', note = '', role = max(role, excluded.role),
			label = CASE WHEN excluded.label <> '' THEN excluded.label ELSE label END,
			invited_by = excluded.invited_by, joined_at = CASE WHEN state = 'asked' THEN excluded.joined_at ELSE joined_at END`
	sqlAsk = `INSERT INTO group_members (group_id, account_id, state, role, label, note, silent, invited_by, joined_at)
		VALUES (?, ?, 'asked', 1, '', ?, 0, '', ?)`
	sqlDropMember = `DELETE FROM group_members WHERE group_id = ? AND account_id = ?`
	sqlSilence    = `UPDATE group_members SET silent = ? WHERE group_id = ? AND account_id = ? AND state = 'member'`
	sqlRelabel    = `UPDATE group_members SET label = ? WHERE group_id = ? AND account_id = ?`
	sqlSetRole    = `UPDATE group_members SET role = ? WHERE group_id = ? AND account_id = ? AND state = 'member'`
)

// Bans and acts.
const (
	sqlBan = `INSERT INTO group_bans (group_id, account_id, reason, keeper_id, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (group_id, account_id) DO UPDATE SET reason = excluded.reason, keeper_id = excluded.keeper_id, at = excluded.at`
	sqlUnban  = `DELETE FROM group_bans WHERE group_id = ? AND account_id = ?`
	sqlBanned = `SELECT EXISTS (SELECT 1 FROM group_bans WHERE group_id = ? AND account_id = ?)`
	sqlBans   = `SELECT account_id, reason, keeper_id, at FROM group_bans WHERE group_id = ? ORDER BY at DESC, account_id`

	sqlRecord     = `INSERT INTO group_acts (group_id, account_id, other_id, act, at) VALUES (?, ?, ?, ?, ?)`
	sqlActs       = `SELECT id, act, account_id, other_id, at FROM group_acts WHERE group_id = ? AND id < ? ORDER BY id DESC LIMIT ?`
	sqlForgetActs = `DELETE FROM group_acts WHERE at < ?`
)

// Invitations.
const (
	sqlInvitationColumns = `SELECT id, group_id, guest_id, label, note, invited_by, used_by, state, days, created_at, expires_at,
		asked_at, ended_at FROM group_invitations `
	sqlInvitation       = sqlInvitationColumns + `WHERE id = ?`
	sqlInvitationByCode = sqlInvitationColumns + `WHERE code_hash = ?`
	sqlInvitations      = sqlInvitationColumns + `WHERE group_id = ?1 AND (?2 = '' OR invited_by = ?2) ORDER BY created_at DESC, id`
	sqlInvitationsFor   = sqlInvitationColumns + `WHERE guest_id = ? AND guest_id <> '' AND state = 'pending' ORDER BY created_at DESC, id`
	sqlInvitationsBy    = sqlInvitationColumns + `WHERE invited_by = ? AND invited_by <> '' ORDER BY created_at, id`
	sqlInvite           = `INSERT INTO group_invitations (id, group_id, code_hash, guest_id, label, note, invited_by, used_by, state, days,
		created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, '', 'pending', ?, ?, ?)`
	sqlPendingCount  = `SELECT count(*) FROM group_invitations WHERE group_id = ? AND state = 'pending'`
	sqlPendingBy     = `SELECT count(*) FROM group_invitations WHERE group_id = ? AND invited_by = ? AND state = 'pending'`
	sqlPendingFor    = `SELECT count(*) FROM group_invitations WHERE group_id = ? AND guest_id = ? AND state = 'pending' AND expires_at > ?`
	sqlEndInvitation = `UPDATE group_invitations SET state = ?, used_by = ?, note = '', ended_at = ? WHERE id = ? AND state = 'pending'`
	sqlAskAgain      = `UPDATE group_invitations SET asked_at = ? WHERE id = ? AND state = 'pending' AND asked_at IS NULL`
	sqlRevokeFrom    = `UPDATE group_invitations SET state = 'revoked', note = '', ended_at = ?
		WHERE group_id = ? AND invited_by = ? AND state = 'pending'`
	sqlForgetNotes       = `UPDATE group_invitations SET note = '' WHERE note <> '' AND created_at <= ?`
	sqlForgetInvitations = `DELETE FROM group_invitations WHERE coalesce(ended_at, expires_at) < ?`
)

// Delegates.
const sqlDropDelegate = `DELETE FROM group_delegates WHERE (part_id = ?1 OR group_id = ?1) AND account_id = ?2`

// What the module holds about an account, and how it lets go of it.
const (
	sqlBegunBy     = sqlColumns + `WHERE author_id = ? AND author_id <> '' ORDER BY created_at, id`
	sqlBansOf      = `SELECT group_id, reason, '', at FROM group_bans WHERE account_id = ? ORDER BY at, group_id`
	sqlActsBy      = `SELECT id, act, group_id, '', at FROM group_acts WHERE account_id = ? AND account_id <> '' ORDER BY id`
	sqlUnauthor    = `UPDATE group_groups SET author_id = '' WHERE author_id = ?`
	sqlUnmeet      = `UPDATE group_members SET invited_by = '' WHERE invited_by = ? AND invited_by <> ''`
	sqlUnbanAll    = `DELETE FROM group_bans WHERE account_id = ?`
	sqlUnkeep      = `UPDATE group_bans SET keeper_id = '' WHERE keeper_id = ? AND keeper_id <> ''`
	sqlUninvite    = `UPDATE group_invitations SET invited_by = '' WHERE invited_by = ? AND invited_by <> ''`
	sqlUnuse       = `UPDATE group_invitations SET used_by = '' WHERE used_by = ? AND used_by <> ''`
	sqlUnguest     = `DELETE FROM group_invitations WHERE guest_id = ? AND guest_id <> ''`
	sqlUnact       = `UPDATE group_acts SET account_id = '' WHERE account_id = ? AND account_id <> ''`
	sqlUnactOther  = `UPDATE group_acts SET other_id = '' WHERE other_id = ? AND other_id <> ''`
	sqlUndelegate  = `DELETE FROM group_delegates WHERE account_id = ?`
	sqlUninquire   = `UPDATE group_inquiries SET author_id = '' WHERE author_id = ? AND author_id <> ''`
	sqlUnanswer    = `UPDATE group_answers SET account_id = '' WHERE account_id = ? AND account_id <> ''`
	sqlMemberships = `SELECT group_id FROM group_members WHERE account_id = ? ORDER BY group_id`
)
