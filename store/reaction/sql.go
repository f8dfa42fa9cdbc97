package reaction

const (
	sqlCount  = `SELECT count(*), coalesce(max(account_id = ?3), 0) FROM reaction_reactions WHERE module = ?1 AND thing_id = ?2`
	sqlLike   = `INSERT INTO reaction_reactions (module, thing_id, account_id, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	sqlUnlike = `DELETE FROM reaction_reactions WHERE module = ? AND thing_id = ? AND account_id = ?`

	sqlHidden = `SELECT EXISTS (SELECT 1 FROM reaction_hidings WHERE account_id = ?)`
	sqlHide   = `INSERT INTO reaction_hidings (account_id) VALUES (?) ON CONFLICT DO NOTHING`
	sqlShow   = `DELETE FROM reaction_hidings WHERE account_id = ?`

	sqlThings = `SELECT DISTINCT module, thing_id FROM reaction_reactions WHERE thing_id >= ? AND thing_id < ?`
	sqlForget = `DELETE FROM reaction_reactions WHERE module = ? AND thing_id = ?`

	sqlLiked = `SELECT module || '/' || thing_id FROM reaction_reactions WHERE account_id = ? ORDER BY 1`
	sqlErase = `DELETE FROM reaction_reactions WHERE account_id = ?`
)
