package account

import (
	"strings"
	"time"

	"copi.local/store"
)

// SlipDays is how long a printed slip can be used, once.
const SlipDays = 7 * 24 * time.Hour

// Codes is how many personal one-time codes a person gets.
const Codes = 8

// newCode is a secret of 80 bits as people copy it from paper:
// "3K7Q-M0AX-…", 16 characters without I, L, O or U.
func newCode() string {
	id := strings.ToUpper(store.NewID())
	return id[:4] + "-" + id[4:8] + "-" + id[8:12] + "-" + id[12:]
}

var misread = strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1")

// bareCode undoes what people do to a code when they type it; false when s
// cannot be one.
func bareCode(s string) (string, bool) {
	bare := misread.Replace(strings.ToLower(strings.TrimSpace(s)))
	_, err := store.ParseID(bare)
	return bare, err == nil
}

// putSlip stores the hash of a fresh slip for the account; an earlier slip is
// void.
func putSlip(tx *store.Tx, accountID, hash string) error {
	_, err := tx.Exec(sqlPutSlip, accountID, hash, tx.Now.Unix(), tx.Now.Add(SlipDays).Unix())
	if err != nil {
		return err
	}
	return tellAndLog(tx, accountID, ActSlip)
}

// useSlip takes the slip away; it fails with kind Conflict when it was used
// or replaced in between.
func useSlip(tx *store.Tx, accountID, hash string) error {
	done, err := tx.Exec(sqlUseSlip, accountID, hash, tx.Now.Unix())
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.account.slip_used").Because(err)
	}
	return tellAndLog(tx, accountID, ActSlipUsed)
}

// SlipUntil is when the account's slip ends; the zero time without one.
func SlipUntil(tx *store.Tx, accountID string) (time.Time, error) {
	at, err := store.One(tx, store.Scan[int64], sqlSlipOf, accountID)
	if store.KindOf(err) == store.NotFound {
		return time.Time{}, nil
	}
	if err != nil || at <= tx.Now.Unix() {
		return time.Time{}, err
	}
	return time.Unix(at, 0).UTC(), nil
}

// CodesLeft is how many personal codes the acting person has not used.
func CodesLeft(tx *store.Tx) (int, error) {
	return store.One(tx, store.Scan[int], sqlCodesLeft, tx.Actor.ID)
}

// putCodes replaces the account's personal codes.
func putCodes(tx *store.Tx, accountID string, hashes []string) error {
	if _, err := tx.Exec(sqlDropCodes, accountID); err != nil {
		return err
	}
	for i, hash := range hashes {
		if _, err := tx.Exec(sqlInsertCode, accountID, i+1, hash); err != nil {
			return err
		}
	}
	return tell(tx, accountID, ActCodes)
}

// codeRow is a code that may be tried.
type codeRow struct {
	accountID string
	role      store.Role
	hash      string
}

// codeOf is the unused code number of login; an empty hash when there is none.
func codeOf(tx *store.Tx, login string, number int) (codeRow, error) {
	c, err := store.One(tx, scanCode, sqlCode, FoldLogin(login), number)
	if store.KindOf(err) == store.NotFound {
		return codeRow{}, nil
	}
	return c, err
}

func scanCode(r store.Row) (codeRow, error) {
	var c codeRow
	return c, r.Scan(&c.accountID, &c.role, &c.hash)
}

// useCode marks a code as used; it fails with kind Conflict when it was
// already.
func useCode(tx *store.Tx, accountID string, number int, hash string) error {
	done, err := tx.Exec(sqlUseCode, tx.Now.Unix(), accountID, number, hash)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.account.code_used").Because(err)
	}
	return tellAndLog(tx, accountID, ActCodeUsed)
}
