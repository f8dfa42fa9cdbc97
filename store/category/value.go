package category

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
)

// FieldPrefix stands before a field's key in forms and in the Field of errors,
// so that an operator's "name" is not the form's own.
const FieldPrefix = "champ_"

// Values of a YesNo field.
const (
	Yes = "yes"
	No  = "no"
)

// Limits of values.
const (
	MaxText  = 200  // characters of one line
	MaxLong  = 2000 // of several
	maxBytes = 12 << 10
)

// CheckValues tells what is wrong with the answers to the fields of a set, each
// at its field, and returns them as they are stored, empty ones left out. Give
// it what the thing had with what the form brought laid over it: answers to
// retired fields pass untouched, those to no field at all are dropped.
func CheckValues(tx *store.Tx, set string, values map[string]string) (map[string]string, error) {
	fields, err := AllFields(tx, set)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var bad store.Errors
	bytes := 0
	for _, f := range fields {
		v := values[f.Key]
		if !f.Retired {
			var fault *store.Error
			if v, fault = f.value(v); fault != nil {
				bad.Add(fault.At(FieldPrefix + f.Key))
			}
		}
		if v != "" {
			out[f.Key] = v
			bytes += len(f.Label) + len(v)
		}
	}
	if bytes > maxBytes && len(bad) == 0 {
		bad.Add(store.E(store.Invalid, "err.category.values_long"))
	}
	return out, bad.OrNil()
}

// value is an answer as it is stored.
func (f *Field) value(v string) (string, *store.Error) {
	v = strings.TrimSpace(v)
	if v == "" {
		if f.Required {
			return "", store.E(store.Invalid, "err.category.required", "label", f.Label)
		}
		return "", nil
	}
	switch f.Kind {
	case Number:
		return number(v)
	case YesNo:
		if v != Yes && v != No {
			return "", store.E(store.Invalid, "err.category.yesno")
		}
	case Choice:
		if !slices.Contains(f.Choices, v) {
			return "", store.E(store.Invalid, "err.category.choice", "value", v)
		}
	case Long:
		return v, long("", v, MaxLong)
	case Text:
		v = strings.Join(strings.Fields(v), " ")
		return v, long("", v, MaxText)
	}
	return v, nil
}

// number reads 1 234,5 and 1234.5, and writes 1234.5.
func number(v string) (string, *store.Error) {
	plain := strings.NewReplacer(" ", "", " ", "", " ", "", ",", ".").Replace(v)
	n, err := strconv.ParseFloat(plain, 64)
	if err != nil || strings.ContainsAny(plain, "xXnNpPeE_") || n > 1e15 || n < -1e15 {
		return "", store.E(store.Invalid, "err.category.number")
	}
	return strconv.FormatFloat(n, 'f', -1, 64), nil
}

// Shown lists the answers somebody may read, in the order of the fields;
// retired fields are not shown. public is for everybody, false for residents.
func Shown(fields []Field, values map[string]string, public bool) []Answer {
	var list []Answer
	for _, f := range fields {
		if v := values[f.Key]; v != "" && !f.Retired && (f.Public || !public) {
			list = append(list, Answer{f, v})
		}
	}
	return list
}

// Answer is a field and what a thing has there.
type Answer struct {
	Field
	Value string
}

// Over lays what a form brought over what a thing had.
func Over(had, brought map[string]string) map[string]string {
	out := maps.Clone(had)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, brought)
	return out
}
