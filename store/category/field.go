package category

import (
	"slices"
	"strings"
	"unicode/utf8"

	"copi.local/store"
)

// FieldKind is what a field takes.
type FieldKind string

// The kinds of field.
const (
	Text   FieldKind = "text"   // one line
	Long   FieldKind = "long"   // several lines
	Number FieldKind = "number" // stored with a point: 1.5
	YesNo  FieldKind = "yesno"  // Yes or No
	Choice FieldKind = "choice" // one of Choices
)

// Kinds lists them in the order they are shown.
var Kinds = []FieldKind{Text, Long, Number, YesNo, Choice}

// Limits of fields.
const (
	MaxFields  = 20 // of a set that are asked
	MaxLabel   = 60
	MaxHelp    = 160
	maxOptions = 30
	maxOption  = 60
)

// Field is something the operator wants to know of every thing of a set.
type Field struct {
	Set, Key    string
	Label, Help string
	Kind        FieldKind
	Choices     []string
	Public      bool // everybody sees it, neighbours too; else residents here
	Required    bool
	Position    int
	Retired     bool
}

// FieldsOf lists the fields of a set that are asked, in their order.
func FieldsOf(tx *store.Tx, set string) ([]Field, error) {
	return store.All(tx, scanField, sqlFields, set)
}

// AllFields lists the retired ones too, after the others.
func AllFields(tx *store.Tx, set string) ([]Field, error) {
	return store.All(tx, scanField, sqlAllFields, set)
}

// GetField is one field of a set, also a retired one.
func GetField(tx *store.Tx, set, key string) (Field, error) {
	return store.One(tx, scanField, sqlField, set, key)
}

// AddField puts a field at the end of its set and gives it a key.
func AddField(tx *store.Tx, f *Field) error {
	if err := may(tx, f.Set); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlCountFields, f.Set)
	if err != nil {
		return err
	}
	if n >= MaxFields {
		return store.E(store.Conflict, "err.category.fields_many", "max", MaxFields).At("label")
	}
	if f.Key, err = freeKey(tx, sqlTakenField, f.Set, f.Label); err != nil {
		return err
	}
	if f.Position, err = store.One(tx, store.Scan[int], sqlNextField, f.Set); err != nil {
		return err
	}
	_, err = tx.Exec(sqlAddField, f.Label, f.Help, string(f.Kind), strings.Join(f.Choices, "\n"), f.Public, f.Required, f.Position, f.Set, f.Key)
	return err
}

// EditField changes a field's words and rules. Its kind stays, or what was
// answered would not fit; and what was answered for residents alone is not made
// public behind their backs.
func EditField(tx *store.Tx, f *Field) error {
	if err := may(tx, f.Set); err != nil {
		return err
	}
	was, err := GetField(tx, f.Set, f.Key)
	if err != nil {
		return err
	}
	f.Kind, f.Position = was.Kind, was.Position
	if err := f.check(); err != nil {
		return err
	}
	if f.Public && !was.Public {
		return store.E(store.Conflict, "err.category.widen").At("public")
	}
	_, err = tx.Exec(sqlEditField, f.Label, f.Help, strings.Join(f.Choices, "\n"), f.Public, f.Required, f.Set, f.Key)
	return err
}

// RetireField asks a field no more, or again. What was answered is kept.
func RetireField(tx *store.Tx, set, key string, retired bool) error {
	if err := may(tx, set); err != nil {
		return err
	}
	if _, err := GetField(tx, set, key); err != nil {
		return err
	}
	_, err := tx.Exec(sqlRetireField, retired, set, key)
	return err
}

// ReorderFields puts the fields of a set in the order of keys, as Reorder does.
func ReorderFields(tx *store.Tx, set string, keys []string) error {
	if err := may(tx, set); err != nil {
		return err
	}
	list, err := AllFields(tx, set)
	if err != nil {
		return err
	}
	for _, f := range list {
		keys = append(keys, f.Key)
	}
	seen := map[string]bool{}
	for _, key := range keys {
		if seen[key] {
			continue
		}
		seen[key] = true
		if _, err := tx.Exec(sqlPlaceField, len(seen), set, key); err != nil {
			return err
		}
	}
	return nil
}

// check tells what is wrong with the field as the operator wrote it.
func (f *Field) check() error {
	var bad store.Errors
	f.Label, f.Help = strings.TrimSpace(f.Label), strings.TrimSpace(f.Help)
	if f.Label == "" {
		bad.Add(store.E(store.Invalid, "err.category.label_empty").At("label"))
	}
	bad.Add(long("label", f.Label, MaxLabel))
	bad.Add(long("help", f.Help, MaxHelp))
	if !slices.Contains(Kinds, f.Kind) {
		bad.Add(store.E(store.Invalid, "err.category.kind").At("kind"))
	}
	bad.Add(f.checkChoices())
	return bad.OrNil()
}

// checkChoices wants two choices or more, each once.
func (f *Field) checkChoices() *store.Error {
	var list []string
	for _, c := range f.Choices {
		if c = strings.TrimSpace(c); c != "" && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	f.Choices = list
	if f.Kind != Choice {
		f.Choices = nil
		return nil
	}
	if len(list) < 2 {
		return store.E(store.Invalid, "err.category.choices_few").At("choices")
	}
	if len(list) > maxOptions {
		return store.E(store.Invalid, "err.category.choices_many", "max", maxOptions).At("choices")
	}
	for _, c := range list {
		if bad := long("choices", c, maxOption); bad != nil {
			return bad
		}
	}
	return nil
}

func long(field, s string, most int) *store.Error {
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return store.E(store.Invalid, "err.listing.text").At(field)
	case utf8.RuneCountInString(s) > most:
		return store.E(store.Invalid, "err.category.long", "max", most).At(field)
	}
	return nil
}
