package byname

import (
	"reflect"
	"testing"
)

type inner struct{ Hidden string }

func (i *inner) Greet(who string) string { return "hello " + who + " and " + i.Hidden }
func (i inner) Twice() string            { return i.Hidden + i.Hidden }
func (*inner) Hides() string             { return "inner" }
func (*inner) Deep() string              { return "inner" }
func (*inner) Clash() string             { return "inner" }

type other struct{ Clash string }

type middle struct{ *inner }

type outer struct {
	middle
	other
	Hides string
}

// both has two of a name at one depth.
type both struct {
	inner
	other
}

func (outer) Deep() string { return "outer" }

type number int

func (n number) Twice() string { return string(rune('0' + 2*n)) }

// table is what internal/lean would write.
var table = []Type{
	{(*inner)(nil), nil, []Method{
		{"Greet", func(v any) any { return v.(*inner).Greet }},
		{"Twice", func(v any) any { return v.(*inner).Twice }},
		{"Hides", func(v any) any { return v.(*inner).Hides }},
		{"Deep", func(v any) any { return v.(*inner).Deep }},
		{"Clash", func(v any) any { return v.(*inner).Clash }},
	}},
	{(*middle)(nil), []Embed{{"inner", func(v any) any { return v.(*middle).inner }}}, nil},
	{(*outer)(nil), []Embed{
		{"middle", func(v any) any { return &v.(*outer).middle }},
		{"other", func(v any) any { return &v.(*outer).other }},
	}, []Method{{"Deep", func(v any) any { return v.(*outer).Deep }}}},
	{(*both)(nil), []Embed{
		{"inner", func(v any) any { return &v.(*both).inner }},
		{"other", func(v any) any { return &v.(*both).other }},
	}, nil},
	{(*number)(nil), nil, []Method{{"Twice", func(v any) any { return v.(*number).Twice }}}},
}

// TestFinderFindsWhatReflectionFinds: the same methods, and the same answers.
func TestFinderFindsWhatReflectionFinds(t *testing.T) {
	f := In(table)
	o := &outer{middle: middle{&inner{"you"}}}
	for _, v := range []any{o, o.inner, &o.middle, number(3), &o.other, &both{}, 7} {
		for _, name := range []string{"Greet", "Twice", "Hides", "Deep", "Clash", "Nothing"} {
			for range 2 { // found, then remembered
				got, want := f.Method(reflect.ValueOf(v), name), reflect.ValueOf(v).MethodByName(name)
				if got.IsValid() != want.IsValid() {
					t.Fatalf("%T.%s: found %v, reflection %v", v, name, got.IsValid(), want.IsValid())
				}
				if !got.IsValid() {
					continue
				}
				var in []reflect.Value
				if want.Type().NumIn() == 1 {
					in = []reflect.Value{reflect.ValueOf("me")}
				}
				if g, w := got.Call(in)[0].String(), want.Call(in)[0].String(); g != w {
					t.Errorf("%T.%s: %q, reflection %q", v, name, g, w)
				}
			}
		}
	}
	if f.Method(reflect.ValueOf((*outer)(nil)), "Greet").IsValid() {
		t.Error("a method of nothing")
	}
}
