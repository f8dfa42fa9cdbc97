package neighbour

import "copi.local/store"

// Bind ties this installation to a machine, by the hash of its serial numbers.
func Bind(tx *store.Tx, machine Hash) error {
	_, err := tx.Exec(sqlBind, machine[:])
	return err
}

// SetDoubt stops the publisher until an operator has answered.
func SetDoubt(tx *store.Tx, d Doubt) error {
	_, err := tx.Exec(sqlDoubt, string(d))
	return err
}

// NewInst makes this a new installation, on a machine, that nobody doubts.
func NewInst(tx *store.Tx, machine Hash) error {
	_, err := tx.Exec(sqlNewInst, machine[:])
	return err
}

// Return is a newer state of the own log that a neighbour gave back.
type Return struct {
	Epoch, Seq uint64 // of its head
	Peer       string
	Tip        []byte // as a frame; its records are the log's staging
}

// ReturnOf is what was given back of the own log; kind NotFound without.
func ReturnOf(tx *store.Tx, own Log) (Return, error) {
	return store.One(tx, func(r store.Row) (ret Return, err error) {
		var epoch, seq int64
		err = r.Scan(&epoch, &seq, &ret.Peer, &ret.Tip)
		ret.Epoch, ret.Seq = uint64(epoch), uint64(seq)
		return ret, err
	}, sqlReturn, own.ID)
}

// SetReturn keeps what was given back; a newer state takes its place.
func SetReturn(tx *store.Tx, own Log, r Return) error {
	_, err := tx.Exec(sqlSetReturn, own.ID, int64(r.Epoch), int64(r.Seq), r.Peer, r.Tip)
	return err
}

// DropReturn forgets what was given back, with its records.
func DropReturn(tx *store.Tx, own Log) error {
	if _, err := tx.Exec(sqlDropReturn, own.ID); err != nil {
		return err
	}
	return DropStaging(tx, own)
}

// Anew makes this database that of a box nobody has heard of: no origin, no
// links, nothing of other boxes. What the box shows of its own stays.
func Anew(tx *store.Tx) error {
	logs, err := Logs(tx)
	if err != nil {
		return err
	}
	for _, l := range logs {
		if err := DropLog(tx, l); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlDropLinks); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlAnew); err != nil {
		return err
	}
	return Reckon(tx)
}
