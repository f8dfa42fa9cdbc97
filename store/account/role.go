package account

import "copi.local/store"

// SetRole gives an account a role. The person signs in again: rights never
// change under a running session. It fails with kind Conflict when the box
// would be left without an operator who can sign in.
func SetRole(tx *store.Tx, id string, role store.Role) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if role < store.Resident || role > store.Operator {
		return store.E(store.Invalid, "err.role", "role", role.String()).At("role")
	}
	p, err := ByID(tx, id)
	if err != nil || p.Role == role {
		return err
	}
	switch minor, err := IsMinor(tx, id); {
	case err != nil:
		return err
	case minor && role > store.Resident:
		return store.E(store.Invalid, "err.account.minor_role").At("role")
	}
	if err := keepsOperator(tx, p); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlSetRole, role, id); err != nil {
		return err
	}
	if err := endAll(tx, id, ""); err != nil {
		return err
	}
	return tellAndLog(tx, id, ActRole)
}

// keepsOperator refuses that the last operator goes. One who never chose a
// password does not count: a lost slip would leave the box without anyone. Nor
// does one who is suspended.
func keepsOperator(tx *store.Tx, leaving Person) error {
	if leaving.Role != store.Operator {
		return nil
	}
	others, err := store.One(tx, store.Scan[int], sqlOtherOperators, leaving.ID, tx.Now.Unix())
	if err == nil && others == 0 {
		return store.E(store.Conflict, "err.account.last_operator")
	}
	return err
}

// Operators lists the accounts of the operators, who came first before others.
func Operators(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlOperators, store.Operator)
}

// Residents lists the accounts of all residents, moderators and operators among
// them, in the order of their ids.
func Residents(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlResidents, store.Resident)
}
