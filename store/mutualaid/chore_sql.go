package mutualaid

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

const (
	sqlInsertChore = `INSERT INTO mutualaid_chores (title, text, place, contact, tags, day, minutes, hands, again_every, audience,
			done_at, last_done, author_id, created_at, updated_at, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdateChore = `UPDATE mutualaid_chores SET title = ?, text = ?, place = ?, contact = ?, tags = ?, day = ?, minutes = ?, hands = ?,
			again_every = ?, audience = ?, done_at = ?, last_done = ?, author_id = ?, created_at = ?, updated_at = ? WHERE id = ?`
	sqlDeleteChore = `DELETE FROM mutualaid_chores WHERE id = ?`

	sqlChoreColumns = `SELECT id, title, text, place, contact, tags, day, minutes, hands, again_every, audience,
			coalesce(done_at, 0), coalesce(last_done, 0), author_id, created_at, updated_at FROM mutualaid_chores `
	sqlChoreByID   = sqlChoreColumns + `WHERE id = ?`
	sqlChoresOf    = sqlChoreColumns + `WHERE author_id = ? ORDER BY created_at, id`
	sqlChoreAuthor = `SELECT author_id FROM mutualaid_chores WHERE id = ?`
	sqlUnnameChore = `UPDATE mutualaid_chores SET author_id = '' WHERE author_id = ?`

	sqlBoard     = `SELECT id FROM mutualaid_chores WHERE done_at IS NULL ORDER BY day = '', day, created_at DESC, id`
	sqlBoardDone = `SELECT id FROM mutualaid_chores WHERE done_at IS NOT NULL ORDER BY done_at DESC, id`
	sqlOldChores = `SELECT id FROM mutualaid_chores WHERE done_at < ? OR done_at IS NULL AND updated_at < ? AND day < ? LIMIT ?`

	sqlTakers     = `SELECT account_id FROM mutualaid_hands WHERE chore_id = ? ORDER BY taken_at, account_id`
	sqlTakeChore  = `INSERT INTO mutualaid_hands (chore_id, account_id, taken_at) VALUES (?, ?, ?)`
	sqlLeaveChore = `DELETE FROM mutualaid_hands WHERE chore_id = ? AND account_id = ?`
	sqlLeaveAll   = `DELETE FROM mutualaid_hands WHERE chore_id = ?`
	sqlTakenBy    = `SELECT chore_id FROM mutualaid_hands WHERE account_id = ? ORDER BY taken_at, chore_id`
)

// columns are the values of sqlInsertChore and sqlUpdateChore.
func (c *Chore) columns() []any {
	day := ""
	if !c.Day.IsZero() {
		day = c.Day.Date()
	}
	return []any{
		c.Title, c.Text, c.Place, c.Contact, strings.Join(c.Tags, "\n"), day, c.Minutes, c.Hands, c.Again, c.Audience,
		orNull(c.DoneAt), orNull(c.LastDone), c.AuthorID, c.CreatedAt.Unix(), c.UpdatedAt.Unix(), c.ID,
	}
}

// orNull is a time as stored, null for none.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

// orZero is a time as orNull stored it and coalesce reads it.
func orZero(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

func scanChore(row store.Row) (c Chore, err error) {
	var tags, day string
	var done, last, created, updated int64
	err = row.Scan(&c.ID, &c.Title, &c.Text, &c.Place, &c.Contact, &tags, &day, &c.Minutes, &c.Hands, &c.Again, &c.Audience,
		&done, &last, &c.AuthorID, &created, &updated)
	if err != nil {
		return c, err
	}
	if tags != "" {
		c.Tags = strings.Split(tags, "\n")
	}
	c.DoneAt, c.LastDone, c.CreatedAt, c.UpdatedAt = orZero(done), orZero(last), orZero(created), orZero(updated)
	if day != "" {
		c.Day, err = calendar.ParseWall(day + "T00:00")
	}
	return c, err
}
