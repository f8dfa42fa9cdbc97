package store

import "slices"

// Entrust lets the transaction's actor do to a thing what its author may.
// Another module vouches for them: they answer for the organisation in whose
// name the thing stands. So the module that owns the thing need not know of
// the one that vouches.
func (tx *Tx) Entrust(ref Ref) { tx.entrusted = append(tx.entrusted, ref) }

// VouchedFor tells whether somebody vouched for the actor in this transaction.
func (tx *Tx) VouchedFor(ref Ref) bool { return slices.Contains(tx.entrusted, ref) }
