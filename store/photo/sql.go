package photo

import (
	"encoding/json"
	"time"

	"copi.local/store"
)

const (
	sqlColumns = `SELECT u.id, u.module, u.thing_id, u.hash, u.position, u.alt, u.author_id, u.created_at,
			f.bytes, f.thumb_bytes, f.width, f.height, f.thumb_width, f.thumb_height, f.thumb_hash
		FROM photo_uses AS u JOIN photo_files AS f ON f.hash = u.hash `
	sqlOf     = sqlColumns + `WHERE u.thing_id = ? AND u.module = ? ORDER BY u.position`
	sqlGet    = sqlColumns + `WHERE u.id = ? AND u.thing_id = ? AND u.module = ?`
	sqlUses   = sqlColumns + `WHERE u.hash = ?`
	sqlBy     = sqlColumns + `WHERE u.author_id = ? AND u.author_id <> '' ORDER BY u.created_at, u.id`
	sqlCovers = sqlColumns + `WHERE u.thing_id IN (SELECT value FROM json_each(?)) AND u.position = 0`

	sqlUse = `INSERT INTO photo_files (hash, bytes, thumb_bytes, width, height, thumb_width, thumb_height, thumb_hash, uses, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (hash) DO UPDATE SET uses = uses + 1`
	sqlUnuse  = `UPDATE photo_files SET uses = uses - 1 WHERE hash = ?`
	sqlInsert = `INSERT INTO photo_uses (id, module, thing_id, hash, position, alt, author_id, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlDelete   = `DELETE FROM photo_uses WHERE id = ?`
	sqlDescribe = `UPDATE photo_uses SET alt = ? WHERE id = ?`
	sqlSwap     = `UPDATE photo_uses SET position = ?1 - 1 + (position = ?1 - 1)
		WHERE thing_id = ?2 AND module = ?3 AND position IN (?1 - 1, ?1)`
	sqlCloseGap = `UPDATE photo_uses SET position = position - 1 WHERE thing_id = ? AND module = ? AND position > ?`
	sqlUnname   = `UPDATE photo_uses SET author_id = '' WHERE author_id = ? AND author_id <> ''`

	sqlBytesOf = `SELECT coalesce(sum(f.bytes + f.thumb_bytes), 0) FROM photo_uses AS u JOIN photo_files AS f ON f.hash = u.hash
		WHERE u.author_id = ? AND u.author_id <> ''`
	sqlBytes = `SELECT coalesce(sum(bytes + thumb_bytes), 0) FROM photo_files`

	sqlByThumb   = `SELECT hash FROM photo_files WHERE thumb_hash = ? AND uses > 0 LIMIT 1`
	sqlNameless  = `SELECT hash FROM photo_files WHERE thumb_hash = '' AND uses > 0 LIMIT 100`
	sqlNameThumb = `UPDATE photo_files SET thumb_hash = ? WHERE hash = ?`

	sqlUsed   = `SELECT hash FROM photo_files WHERE uses > 0 AND hash > ? ORDER BY hash LIMIT ?`
	sqlUnused = `SELECT hash FROM photo_files WHERE uses = 0`
	sqlKnown  = `SELECT uses FROM photo_files WHERE hash = ?`
	sqlForget = `DELETE FROM photo_files WHERE hash = ? AND uses = 0`
)

func scanPhoto(r store.Row) (Photo, error) {
	var p Photo
	var created int64
	err := r.Scan(&p.ID, &p.Ref.Module, &p.Ref.ID, &p.Hash, &p.Position, &p.Alt, &p.AuthorID, &created,
		&p.Bytes, &p.ThumbBytes, &p.Width, &p.Height, &p.ThumbWidth, &p.ThumbHeight, &p.ThumbHash)
	p.CreatedAt = time.Unix(created, 0).UTC()
	return p, err
}

// jsonList is a list of ids as one value of a query.
func jsonList(ids []string) string {
	b, _ := json.Marshal(ids) //nolint:errchkjson // strings always encode
	return string(b)
}
