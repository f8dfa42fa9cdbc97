package store

import (
	"errors"
	"fmt"
)

// Kind says what went wrong in the terms every layer shares. Two places map
// it: ui/errors.go to an HTTP status, peer/verdict.go to what to do with a
// neighbour's record.
type Kind uint8

// The kinds of error. The zero value is Internal: an error nobody classified.
const (
	Internal        Kind = iota // a fault of ours; shown as one neutral sentence
	Invalid                     // what was sent breaks a rule; Field says where
	Unauthenticated             // needs a signed-in account
	Forbidden                   // this account may not
	NotFound                    // no such thing, or none this account may know of
	Conflict                    // true when it was written, not any more
	Busy                        // try again soon
)

var kindNames = [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not found", "conflict", "busy"}

// String names the kind in English, for the log.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", k)
}

// Error is an error with a sentence for the person it concerns.
type Error struct {
	Kind  Kind
	Key   string // translation key of the sentence, such as "err.sign_in"
	Args  []any  // for the sentence: name, value, name, value, …
	Field string // form field it concerns; empty for the whole
	Shown string // what a form is to be sent again with, see Overwrites; else empty
	Err   error  // for the log only
}

// E makes an error; args are name–value pairs for the sentence of key.
func E(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// At returns the error tied to a form field.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Because returns the error with its cause, for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// Error describes the error in English, for the log.
func (e *Error) Error() string {
	s := e.Kind.String() + ": " + e.Key
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if len(e.Args) > 0 {
		s += fmt.Sprint(" ", e.Args)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errors is several faults of one form, in the order of its fields.
type Errors []*Error

// Take adds an error that a person can mend, or several, and returns any
// other.
func (es *Errors) Take(err error) error {
	switch v := err.(type) { //nolint:errorlint // verbs return them bare
	case nil:
	case Errors:
		*es = append(*es, v...)
	case *Error:
		if v.Kind != Invalid && v.Kind != Conflict {
			return err
		}
		es.Add(v)
	default:
		return err
	}
	return nil
}

// Error lists the faults in English, for the log.
func (es Errors) Error() string {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errors.Join(errs...).Error()
}

// Unwrap is the list, for errors.As and errors.Is.
func (es Errors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}

// Add appends err when it is a fault; nil is ignored. It keeps a Check short:
//
//	var bad store.Errors
//	bad.Add(checkTitle(e.Title))
//	return bad.OrNil()
func (es *Errors) Add(err *Error) {
	if err != nil {
		*es = append(*es, err)
	}
}

// OrNil is the list as an error, nil when it is empty.
func (es Errors) OrNil() error {
	if len(es) == 0 {
		return nil
	}
	return es
}

// KindOf is the kind of err, Internal when nothing in its chain says.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Result codes of SQLite (sqlite.org/rescode.html).
const (
	codeBusy       = 5
	codeConstraint = 19
	codePrimaryKey = codeConstraint | 6<<8
	codeUnique     = codeConstraint | 8<<8
	codeForeignKey = codeConstraint | 3<<8
)

// IsUnique tells whether err is a row that exists already.
func IsUnique(err error) bool {
	c := sqliteCode(err)
	return c == codeUnique || c == codePrimaryKey
}

// IsForeignKey tells whether err is a row that is still, or not, there.
func IsForeignKey(err error) bool { return sqliteCode(err) == codeForeignKey }

// busy gives a lock that stayed taken its kind; other errors pass.
func busy(err error) error {
	if sqliteCode(err)&0xff == codeBusy {
		return E(Busy, "err.busy").Because(err)
	}
	return err
}
