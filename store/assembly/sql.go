package assembly

import (
	"copi.local/store"
	"copi.local/store/calendar"
)

const (
	sqlInsert = `INSERT INTO assembly_assemblies (group_id, element_id, author_id, title, place, description, starts, zone, starts_at, notice, strict,
			proxies, quorum_num, quorum_den, quorum_least, again_num, again_den, again_least, again_notice, after_id, state, convened_at, late,
			opened_at, closed_at, present, represented, reason, id, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdate = `UPDATE assembly_assemblies SET group_id = ?, element_id = ?, author_id = ?, title = ?, place = ?, description = ?, starts = ?,
			zone = ?, starts_at = ?, notice = ?, strict = ?, proxies = ?, quorum_num = ?, quorum_den = ?, quorum_least = ?, again_num = ?,
			again_den = ?, again_least = ?, again_notice = ?, after_id = ?, state = ?, convened_at = ?, late = ?, opened_at = ?, closed_at = ?,
			present = ?, represented = ?, reason = ? WHERE id = ?`
	sqlDelete      = `DELETE FROM assembly_assemblies WHERE id = ?`
	sqlDeleteGroup = `DELETE FROM assembly_assemblies WHERE group_id = ?`
	sqlElements    = `SELECT DISTINCT element_id FROM assembly_assemblies WHERE element_id <> ''`
	sqlDropElement = `DELETE FROM assembly_assemblies WHERE element_id = ?`
	sqlAuthor      = `SELECT author_id FROM assembly_assemblies WHERE id = ?`
	sqlUnauthor    = `UPDATE assembly_assemblies SET author_id = '' WHERE author_id = ?`
	sqlFollowing   = `SELECT id FROM assembly_assemblies WHERE after_id = ? LIMIT 1`

	sqlColumns = `SELECT id, group_id, element_id, author_id, title, place, description, starts, zone, starts_at, notice, strict, proxies,
			quorum_num, quorum_den, quorum_least, again_num, again_den, again_least, again_notice, after_id, state, convened_at, late,
			opened_at, closed_at, present, represented, reason, created_at
		FROM assembly_assemblies `
	sqlByID    = sqlColumns + `WHERE id = ?`
	sqlPlanned = sqlColumns + `WHERE author_id = ? ORDER BY starts_at DESC, id`
	sqlOf      = sqlColumns + `WHERE group_id = ?1 AND element_id = ?2 ORDER BY starts_at DESC, id LIMIT ?3`
	sqlDrafts  = sqlColumns + `WHERE state = 'draft' ORDER BY starts_at, id LIMIT ?`
	sqlMine    = sqlColumns + `WHERE state <> 'draft' AND id IN (SELECT assembly_id FROM assembly_roll WHERE account_id = ?1 AND account_id <> '')
		ORDER BY starts_at DESC, id LIMIT ?2`

	sqlItem = `INSERT INTO assembly_items (id, assembly_id, n, title, proposal_id, share_num, share_den, share_least, share_of, state, present,
			represented, said, hands, pro, contra, abstained)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'todo', 0, 0, '', 0, 0, 0, 0)`
	sqlUnitem      = `DELETE FROM assembly_items WHERE assembly_id = ?`
	sqlItemColumns = `SELECT id, n, title, proposal_id, state, share_num, share_den, share_least, share_of, present, represented, said, hands, pro, contra,
			abstained FROM assembly_items `
	sqlItems     = sqlItemColumns + `WHERE assembly_id = ? ORDER BY n`
	sqlItemState = `UPDATE assembly_items SET state = ? WHERE id = ? AND assembly_id = ?`
	sqlItemDone  = `UPDATE assembly_items SET state = 'done', present = ?, represented = ?, said = ?, hands = ?, pro = ?, contra = ?, abstained = ?
		WHERE id = ? AND assembly_id = ?`
	sqlItemShare = `UPDATE assembly_items SET share_num = ?, share_den = ?, share_least = ?, share_of = ? WHERE id = ? AND assembly_id = ?`
	sqlItemLink  = `UPDATE assembly_items SET proposal_id = ? WHERE id = ? AND assembly_id = ?`

	sqlSeat        = `INSERT INTO assembly_roll (id, assembly_id, account_id, name, there, came_at, left_at) VALUES (?, ?, ?, ?, 0, 0, 0)`
	sqlUnseat      = `DELETE FROM assembly_roll WHERE id = ? AND assembly_id = ?`
	sqlRoll        = `SELECT id, account_id, name, there, came_at, left_at FROM assembly_roll WHERE assembly_id = ? ORDER BY id`
	sqlSeatOf      = `SELECT id FROM assembly_roll WHERE account_id = ? AND assembly_id = ? AND account_id <> ''`
	sqlAccountOf   = `SELECT account_id FROM assembly_roll WHERE id = ? AND assembly_id = ?`
	sqlCome        = `UPDATE assembly_roll SET there = 1, came_at = CASE came_at WHEN 0 THEN ?1 ELSE came_at END, left_at = 0 WHERE id = ?2 AND assembly_id = ?3`
	sqlGo          = `UPDATE assembly_roll SET there = 0, left_at = ? WHERE id = ? AND assembly_id = ? AND there = 1`
	sqlNotCome     = `UPDATE assembly_roll SET there = 0, came_at = 0, left_at = 0 WHERE id = ? AND assembly_id = ?`
	sqlSeatsOf     = `SELECT assembly_id, there, came_at FROM assembly_roll WHERE account_id = ? ORDER BY assembly_id`
	sqlForget      = `UPDATE assembly_roll SET account_id = '' WHERE account_id = ?`
	sqlProxy       = `INSERT INTO assembly_proxies (id, assembly_id, giver, holder, paper, given_at, came) VALUES (?, ?, ?, ?, ?, ?, 0)`
	sqlProxies     = `SELECT id, giver, holder, paper, given_at, came FROM assembly_proxies WHERE assembly_id = ? ORDER BY given_at, id`
	sqlProxyOff    = `DELETE FROM assembly_proxies WHERE assembly_id = ? AND giver = ? AND came = 0`
	sqlProxyCame   = `UPDATE assembly_proxies SET came = 1 WHERE assembly_id = ? AND giver = ? AND came = 0`
	sqlProxyUncame = `UPDATE assembly_proxies SET came = 0 WHERE id = (
			SELECT id FROM assembly_proxies WHERE assembly_id = ?1 AND giver = ?2 AND came = 1 ORDER BY given_at DESC, id DESC LIMIT 1)
		AND NOT EXISTS (SELECT 1 FROM assembly_proxies WHERE giver = ?2 AND came = 0)`

	// meetings that are held now, for whose item a decision is
	sqlOpenWith = sqlColumns + `WHERE state = 'open' AND id IN (SELECT assembly_id FROM assembly_items WHERE proposal_id = ?) ORDER BY id`
)

// columns are the values of sqlInsert and sqlUpdate, the id last.
func (a *Assembly) columns() []any {
	return []any{
		a.GroupID, a.ElementID, a.AuthorID, a.Title, a.Place, a.Text, a.Starts.String(), a.Zone, a.StartsAt.Unix(), a.Notice, a.Strict, a.Proxies,
		a.Quorum.Num, a.Quorum.Den, a.Quorum.AtLeast, a.Again.Num, a.Again.Den, a.Again.AtLeast, a.AgainNotice, a.AfterID, a.State,
		store.Unix(a.ConvenedAt), a.Late, store.Unix(a.OpenedAt), store.Unix(a.ClosedAt), a.Present, a.Represented, a.Reason, a.ID,
	}
}

func scanAssembly(r store.Row) (a Assembly, err error) {
	var starts string
	var startsAt, convened, opened, closed, created int64
	err = r.Scan(&a.ID, &a.GroupID, &a.ElementID, &a.AuthorID, &a.Title, &a.Place, &a.Text, &starts, &a.Zone, &startsAt, &a.Notice, &a.Strict,
		&a.Proxies, &a.Quorum.Num, &a.Quorum.Den, &a.Quorum.AtLeast, &a.Again.Num, &a.Again.Den, &a.Again.AtLeast, &a.AgainNotice, &a.AfterID,
		&a.State, &convened, &a.Late, &opened, &closed, &a.Present, &a.Represented, &a.Reason, &created)
	if err != nil {
		return a, err
	}
	a.StartsAt, a.ConvenedAt, a.OpenedAt = store.Instant(startsAt), store.Instant(convened), store.Instant(opened)
	a.ClosedAt, a.CreatedAt = store.Instant(closed), store.Instant(created)
	a.Starts, err = calendar.ParseWall(starts)
	return a, err
}

func scanItem(r store.Row) (i Item, err error) {
	err = r.Scan(&i.ID, &i.N, &i.Title, &i.ProposalID, &i.State, &i.Num, &i.Den, &i.AtLeast, &i.Of, &i.Present, &i.Represented, &i.Said, &i.Hands, &i.Pro, &i.Contra, &i.Abstained)
	return i, err
}

func scanSeat(r store.Row) (s Seat, err error) {
	var came, left int64
	err = r.Scan(&s.ID, &s.AccountID, &s.Name, &s.There, &came, &left)
	s.CameAt, s.LeftAt = store.Instant(came), store.Instant(left)
	return s, err
}

func scanProxy(r store.Row) (p Proxy, err error) {
	var given int64
	err = r.Scan(&p.ID, &p.Giver, &p.Holder, &p.Paper, &given, &p.Came)
	p.GivenAt = store.Instant(given)
	return p, err
}
