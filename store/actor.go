package store

import "context"

// Role is what an account may do on this box. Roles include the ones below.
type Role uint8

// The roles, from least to most.
const (
	Visitor   Role = iota // no account: reads what is public, proposes, reports
	Resident              // accepted the charter
	Moderator             // answers proposals and reports
	Operator              // keeps the box: a town-hall secretary or a volunteer
)

var roleNames = [...]string{"visitor", "resident", "moderator", "operator"}

// String is the role's name in the database, the command line and the logs.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "unknown"
}

// ParseRole is the inverse of String; it fails with kind Invalid.
func ParseRole(s string) (Role, error) {
	for i, name := range roleNames {
		if name == s {
			return Role(i), nil
		}
	}
	return Visitor, E(Invalid, "err.role", "role", s)
}

// Actor is who a transaction acts for.
type Actor struct {
	ID   string // account id; empty for a visitor
	Role Role
}

// Can tells whether the actor has role or more.
func (a Actor) Can(role Role) bool { return a.Role >= role }

// Need fails unless the actor has role or more: Unauthenticated for a visitor,
// Forbidden for an account.
func (a Actor) Need(role Role) error {
	switch {
	case a.Can(role):
		return nil
	case a.ID == "":
		return E(Unauthenticated, "err.sign_in")
	default:
		return E(Forbidden, "err.forbidden")
	}
}

type actorKey struct{}

// As returns a context whose transactions act for a.
func As(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

func actorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
