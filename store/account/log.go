package account

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"copi.local/store"
)

// Act is something the log or a person's own history records; its translation
// is "account.act." and its name.
type Act string

// The acts.
const (
	ActSetUp            Act = "setup"
	ActCharter          Act = "charter"
	ActCharterNew       Act = "charter_new"       // a version to be accepted again
	ActCharterCorrected Act = "charter_corrected" // a version that changes nothing people agreed to
	ActSlip             Act = "slip"              // an operator printed a slip
	ActSlipUsed         Act = "slip_used"         //
	ActCodes            Act = "codes"             // personal codes made: in one's own history only
	ActCodeUsed         Act = "code_used"         //
	ActPassword         Act = "password"          // changed: in one's own history only
	ActReset            Act = "reset"             // from the box's command line
	ActRole             Act = "role"              // a role was given or taken
	ActRecoverCode      Act = "recover_code"      // presence and a personal code
	ActRecoverSeed      Act = "recover_seed"      // presence and the recovery sheet
	ActSheetSealed      Act = "sheet_sealed"      // the recovery sheet, which had served, is under seal again
	ActSheetShared      Act = "sheet_shared"      // it was shared out in three envelopes
	ActWaitStarted      Act = "wait_started"      // presence alone: the 72 hours begin
	ActWaitStopped      Act = "wait_stopped"      // an operator objected
	ActRecoverWaited    Act = "recover_waited"    // presence again after the wait
	ActErased           Act = "erased"            // an account was erased
	ActClock            Act = "clock"             // the box's time was set
	ActMapRemoved       Act = "map_removed"       // an operator took a resident's map down
	ActRestored         Act = "restored"          // the box was put back to a backup
	ActModules          Act = "modules"           // a part of the box was switched on or off

	ActPublisher       Act = "publisher"        // who answers for the box changed
	ActText            Act = "text"             // statutes or rules were published
	ActRulesAds        Act = "rules_ads"        // an operator changed a rule of the box
	ActRulesBooking    Act = "rules_booking"    //
	ActRulesDirectory  Act = "rules_directory"  //
	ActRulesModeration Act = "rules_moderation" //
	ActRulesTimebank   Act = "rules_timebank"   //
	ActRulesVote       Act = "rules_vote"       //

	ActSuspended  Act = "suspended"  // in one's own history only: moderation has its own log
	ActParent     Act = "parent"     // an operator saw a parent's signed sheet
	ActFifteen    Act = "fifteen"    // the limits for who is under 15 ended: in one's own history only
	ActReadmitted Act = "readmitted" // in one's own history only

	ActIsolatedReferent Act = "isolated_referent" // an operator named who reads the list of isolated persons
	ActIsolatedKey      Act = "isolated_key"      // such a reader began again with another key
	ActIsolatedPrinted  Act = "isolated_printed"  // that list was opened and printed
)

// actsKept is how long a person's own history goes back.
const actsKept = 365 * 24 * time.Hour

// Entry is one line of the public log.
type Entry struct {
	N    int64
	At   time.Time
	Act  Act
	Hash []byte // binds this line to all before

	Ground store.Ref // the decision the act follows; the zero Ref without one
}

// Log adds a line to the public log, which names no one.
func Log(tx *store.Tx, act Act) error { return LogFor(tx, act, store.Ref{}) }

// LogFor is Log for an act that follows a decision of the village: whoever
// reads the line finds the decision, and the decision's page the line. The zero
// Ref is none.
func LogFor(tx *store.Tx, act Act, ground store.Ref) error {
	last, err := store.One(tx, scanEntry, sqlLastLog)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	next := Entry{N: last.N + 1, At: tx.Now, Act: act}
	next.Hash = next.bind(last.Hash)
	if _, err = tx.Exec(sqlInsertLog, next.N, next.At.Unix(), next.Act, next.Hash); err != nil || ground.ID == "" {
		return err
	}
	_, err = tx.Exec(sqlInsertGround, next.N, ground.Module, ground.ID)
	return err
}

// LastLogged is when an act stands in the public log last; the zero time where
// it never does.
func LastLogged(tx *store.Tx, act Act) (time.Time, error) {
	at, err := store.One(tx, store.Scan[int64], sqlLastLogged, act)
	return store.Instant(at), err
}

// LogsOf lists the lines of the public log that follow a decision, in order.
func LogsOf(tx *store.Tx, ground store.Ref) ([]Entry, error) {
	return store.All(tx, scanEntry, sqlLogsOf, ground.Module, ground.ID)
}

// bind is SHA-256 over the hash before, the number, the second and the act.
func (e Entry) bind(before []byte) []byte {
	var b bytes.Buffer
	b.Write(before)
	for _, n := range []int64{e.N, e.At.Unix()} {
		_ = binary.Write(&b, binary.BigEndian, n) // a Buffer takes everything
	}
	b.WriteString(string(e.Act))
	sum := sha256.Sum256(b.Bytes())
	return sum[:]
}

// LogBefore lists up to limit lines of the public log, newest first, older
// than line n; n = 0 starts at the newest.
func LogBefore(tx *store.Tx, n int64, limit int) ([]Entry, error) {
	if n <= 0 {
		n = math.MaxInt64
	}
	return store.All(tx, scanEntry, sqlLogs, n, limit)
}

// VerifyLog fails at the first line of the public log that was changed, or
// that misses the line before it.
func VerifyLog(tx *store.Tx) error {
	entries, err := store.All(tx, scanEntry, sqlAllLogs)
	if err != nil {
		return err
	}
	var before []byte
	for i, e := range entries {
		if e.N != int64(i+1) || !bytes.Equal(e.Hash, e.bind(before)) {
			return fmt.Errorf("public log: line %d does not follow line %d", e.N, i)
		}
		before = e.Hash
	}
	return nil
}

func scanEntry(r store.Row) (Entry, error) {
	var e Entry
	var at int64
	err := r.Scan(&e.N, &at, &e.Act, &e.Hash, &e.Ground.Module, &e.Ground.ID)
	e.At = time.Unix(at, 0).UTC()
	return e, err
}

// Happening is one line of a person's own history.
type Happening struct {
	At  time.Time
	Act Act
}

// tell notes an act in the history of the account it concerns.
func tell(tx *store.Tx, accountID string, act Act) error {
	if _, err := tx.Exec(sqlDropActs, accountID, tx.Now.Add(-actsKept).Unix()); err != nil {
		return err
	}
	_, err := tx.Exec(sqlInsertAct, accountID, tx.Now.Unix(), act)
	return err
}

// tellAndLog notes an act in both places.
func tellAndLog(tx *store.Tx, accountID string, act Act) error {
	if err := tell(tx, accountID, act); err != nil {
		return err
	}
	return Log(tx, act)
}

// History is what happened to the acting person's account, latest first.
func History(tx *store.Tx) ([]Happening, error) {
	return store.All(tx, scanHappening, sqlActs, tx.Actor.ID)
}

func scanHappening(r store.Row) (Happening, error) {
	var h Happening
	var at int64
	err := r.Scan(&at, &h.Act)
	h.At = time.Unix(at, 0).UTC()
	return h, err
}
