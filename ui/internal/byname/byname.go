// Package byname finds methods by their names in a table, where the linker left
// out those nobody calls and reflection finds none: see internal/lean.
package byname

import (
	"reflect"
	"sync"
)

// Type is a type in the table: a nil pointer to it, its embedded fields and its
// own methods.
type Type struct {
	Nil     any
	Embeds  []Embed
	Methods []Method
}

// Embed is an embedded field: At makes a pointer to it.
type Embed struct {
	Name string
	At   func(pointer any) any
}

// Method is a method by its name: Bind gives it as a function.
type Method struct {
	Name string
	Bind func(pointer any) any
}

// of is given a pointer to a value.
type of func(any) any

// Finder finds methods in a table.
type Finder struct {
	of    map[reflect.Type]*Type
	found sync.Map // of asked to of; nil for no such method
}

// In is a finder in a table.
func In(table []Type) *Finder {
	f := &Finder{of: make(map[reflect.Type]*Type, len(table))}
	for i := range table {
		f.of[reflect.TypeOf(table[i].Nil).Elem()] = &table[i]
	}
	return f
}

// asked is a method of a type.
type asked struct {
	in   reflect.Type
	name string
}

// Method is v.MethodByName(name) for the methods templates name; like that, it
// is the zero Value when there is none.
func (f *Finder) Method(v reflect.Value, name string) reflect.Value {
	if v.Kind() != reflect.Pointer {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		v = p
	}
	key := asked{v.Type().Elem(), name}
	bind, known := f.found.Load(key)
	if !known {
		bind = f.find(key)
		f.found.Store(key, bind)
	}
	if bind.(of) == nil || v.IsNil() {
		return reflect.Value{}
	}
	return reflect.ValueOf(bind.(of)(v.Interface()))
}

// place is a value within another: at makes a pointer to it of one to the whole.
type place struct {
	in reflect.Type
	at of
}

// find looks for a method as Go does: the shallowest wins, a field hides what
// lies deeper, and two at one depth hide each other.
func (f *Finder) find(a asked) of {
	level := []place{{a.in, func(v any) any { return v }}}
	for len(level) > 0 {
		var at, deeper []place // where the name is, and what to look into next
		var bind of
		for _, p := range level {
			k := f.of[p.in]
			if m := k.method(a.name); m != nil {
				at, bind = append(at, p), m
			} else if p.hasField(a.name) {
				at = append(at, p)
			}
			if k == nil {
				continue
			}
			for _, e := range k.Embeds {
				deeper = append(deeper, p.into(e))
			}
		}
		switch {
		case len(at) == 1 && bind != nil:
			return func(v any) any { return bind(at[0].at(v)) }
		case len(at) > 0:
			return nil
		}
		level = deeper
	}
	return nil
}

// method is the type's own method; a type that is not in the table has none.
func (t *Type) method(name string) of {
	if t == nil {
		return nil
	}
	for _, m := range t.Methods {
		if m.Name == name {
			return m.Bind
		}
	}
	return nil
}

// hasField tells of the type's own fields.
func (p place) hasField(name string) bool {
	if p.in.Kind() != reflect.Struct {
		return false
	}
	f, is := p.in.FieldByName(name)
	return is && len(f.Index) == 1
}

// into is the place of an embedded field.
func (p place) into(e Embed) place {
	f, _ := p.in.FieldByName(e.Name)
	if f.Type.Kind() == reflect.Pointer {
		f.Type = f.Type.Elem()
	}
	return place{f.Type, func(v any) any { return e.At(p.at(v)) }}
}
