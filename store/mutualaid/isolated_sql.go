package mutualaid

import (
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

const (
	sqlReferents    = `SELECT seat, account_id, public_key, closed_key, named_at FROM mutualaid_referents ORDER BY seat`
	sqlReferentOf   = `SELECT seat, account_id, public_key, closed_key, named_at FROM mutualaid_referents WHERE account_id = ?`
	sqlVacate       = `DELETE FROM mutualaid_referents WHERE seat = ?`
	sqlNameReferent = `INSERT INTO mutualaid_referents (seat, account_id, public_key, closed_key, named_at) VALUES (?, ?, NULL, '', ?)`
	sqlSetKeys      = `UPDATE mutualaid_referents SET public_key = ?, closed_key = ? WHERE seat = ?`

	sqlInsertIsolated = `INSERT INTO mutualaid_isolated (id, number, consent, until, warned) VALUES (?, ?, ?, ?, 0)`
	sqlRemoveIsolated = `DELETE FROM mutualaid_isolated WHERE id = ?`
	sqlRenew          = `UPDATE mutualaid_isolated SET consent = ?, until = ?, warned = 0 WHERE id = ?`
	sqlEntries        = `SELECT id, number, consent, until, NOT EXISTS (SELECT 1 FROM mutualaid_sealed s WHERE s.isolated_id = i.id)
		FROM mutualaid_isolated i ORDER BY until, number`
	sqlWarnIsolated = `UPDATE mutualaid_isolated SET warned = ? WHERE warned < ? AND until <= ?`
	sqlLeft         = `DELETE FROM mutualaid_isolated WHERE until < ?`

	sqlSeal       = `INSERT INTO mutualaid_sealed (isolated_id, seat, sealed) VALUES (?, ?, ?)`
	sqlSealed     = `SELECT sealed FROM mutualaid_sealed WHERE isolated_id = ? AND seat = ?`
	sqlSealedFor  = `SELECT isolated_id FROM mutualaid_sealed WHERE seat = ?`
	sqlDropSealed = `DELETE FROM mutualaid_sealed WHERE seat = ?`
	sqlOnlyFor    = `SELECT count(*) FROM mutualaid_sealed s WHERE s.seat = ?
		AND NOT EXISTS (SELECT 1 FROM mutualaid_sealed o WHERE o.isolated_id = s.isolated_id AND o.seat <> ?)`
	sqlLeaveSeat = `DELETE FROM mutualaid_referents WHERE account_id = ?`
)

func scanReferent(row store.Row) (r Referent, err error) {
	var at int64
	err = row.Scan(&r.Seat, &r.Account, &r.public, &r.closed, &at)
	r.Ready, r.NamedAt = len(r.public) > 0, time.Unix(at, 0).UTC()
	return r, err
}

func scanEntry(row store.Row) (e Entry, err error) {
	var consent, until string
	if err = row.Scan(&e.ID, &e.Number, &consent, &until, &e.Lost); err != nil {
		return e, err
	}
	if e.Consent, err = calendar.ParseWall(consent + "T00:00"); err != nil {
		return e, err
	}
	e.Until, err = calendar.ParseWall(until + "T00:00")
	return e, err
}
