package intake

import (
	"encoding/json"
	"time"

	"copi.local/store"
)

const (
	sqlColumns = `SELECT id, format, file, size, state, choices, started_by, position, added, updated, unchanged, kept, same,
		refused, skipped, removed, created_at, ended_at FROM intake_runs `
	sqlRun     = sqlColumns + `WHERE id = ?`
	sqlRuns    = sqlColumns + `ORDER BY created_at DESC, id LIMIT ?`
	sqlWaiting = `SELECT count(*) FROM intake_runs WHERE state IN ('waiting', 'writing')`
	sqlOld     = `SELECT id FROM intake_runs WHERE state = 'waiting' AND created_at < ?`
	sqlInsert  = `INSERT INTO intake_runs (id, format, file, size, state, choices, started_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlChoose  = `UPDATE intake_runs SET format = ?, choices = ? WHERE id = ? AND state = 'waiting'`
	sqlDrop    = `DELETE FROM intake_runs WHERE id = ? AND state = 'waiting'`
	sqlBatch   = `UPDATE intake_runs SET state = 'writing', position = position + ?, added = added + ?, updated = updated + ?,
		unchanged = unchanged + ?, kept = kept + ?, same = same + ? WHERE id = ? AND position = ? AND state IN ('waiting', 'writing')`
	sqlEnd    = `UPDATE intake_runs SET state = 'done', refused = ?, skipped = ?, ended_at = ? WHERE id = ? AND state IN ('waiting', 'writing')`
	sqlUndone = `UPDATE intake_runs SET removed = removed + ?, state = 'undone' WHERE id = ?`

	sqlFaults    = `SELECT line, reason, detail FROM intake_faults WHERE run_id = ? ORDER BY n`
	sqlFaultsOff = `DELETE FROM intake_faults WHERE run_id = ?`
	sqlFaultAdd  = `INSERT INTO intake_faults (run_id, n, line, reason, detail) VALUES (?, ?, ?, ?, ?)`

	sqlEvent    = `SELECT event_id, sequence, hash, imported_at FROM intake_events WHERE source_id = ?`
	sqlEventAdd = `INSERT INTO intake_events (source_id, event_id, run_id, sequence, hash, imported_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (source_id) DO UPDATE SET event_id = excluded.event_id, run_id = excluded.run_id, sequence = excluded.sequence,
			hash = excluded.hash, imported_at = excluded.imported_at`
	sqlEventSeen = `UPDATE intake_events SET sequence = ?, hash = ?, imported_at = ? WHERE source_id = ?`
	sqlEventsOf  = `SELECT source_id, event_id, imported_at FROM intake_events WHERE run_id = ? AND source_id > ? ORDER BY source_id LIMIT ?`
	sqlEventDrop = `DELETE FROM intake_events WHERE source_id = ?`

	sqlBy     = `SELECT file, format, created_at FROM intake_runs WHERE started_by = ? ORDER BY created_at`
	sqlUnname = `UPDATE intake_runs SET started_by = '' WHERE started_by = ?`
)

func scanRun(r store.Row) (run Run, err error) {
	var choices string
	var created int64
	var ended *int64
	err = r.Scan(&run.ID, &run.Format, &run.File, &run.Size, &run.State, &choices, &run.By, &run.Position, &run.Added, &run.Updated,
		&run.Unchanged, &run.Kept, &run.Same, &run.Refused, &run.Skipped, &run.Removed, &created, &ended)
	if err != nil {
		return run, err
	}
	run.CreatedAt = time.Unix(created, 0).UTC()
	if ended != nil {
		run.EndedAt = time.Unix(*ended, 0).UTC()
	}
	return run, json.Unmarshal([]byte(choices), &run.Choices)
}
