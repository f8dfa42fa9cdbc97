package ui

import (
	"strings"

	"copi.local/store/category"
)

// What follows is for the forms and pages of things that have categories.

// categoryChoices are the categories to choose from, with the one a thing has
// although it is retired.
func categoryChoices(active []category.Category, has category.Category) []choice {
	var list []choice
	if has.Key != "" && has.Retired {
		active = append([]category.Category{has}, active...)
	}
	for _, c := range active {
		list = append(list, choice{Value: c.Key, Label: c.Name})
	}
	return list
}

// Custom draws the fields an operator added to a set:
//
//	{{range .Form.Custom .Fields}}{{template "field" .}}{{end}}
func (f *form) Custom(fields []category.Field) []field {
	list := make([]field, len(fields))
	for i, c := range fields {
		list[i] = f.custom(c)
	}
	return list
}

func (f *form) custom(c category.Field) field {
	name, kind := category.FieldPrefix+c.Key, "text"
	switch c.Kind {
	case category.Long:
		kind = "area"
	case category.YesNo:
		kind = "radio"
	case category.Choice:
		kind = "select"
	case category.Text, category.Number:
	}
	fd := f.field(kind, name, "category.field.title")
	fd.Label, fd.Help, fd.Required = f.Typo(c.Label), f.Typo(c.Help), c.Required
	switch c.Kind {
	case category.Text:
		fd.MaxLength = category.MaxText
	case category.Long:
		fd.MaxLength, fd.Rows = category.MaxLong, 4
	case category.YesNo:
		fd = fd.Of([]choice{{Value: category.Yes, Label: f.T("category.yes")}, {Value: category.No, Label: f.T("category.no")}})
	case category.Choice:
		list := []choice{{Value: "", Label: f.T("category.choose")}}
		for _, v := range c.Choices {
			list = append(list, choice{Value: v, Label: v})
		}
		fd = fd.Of(list)
	case category.Number:
	}
	return fd
}

// customValues are the answers a form brought, by the fields' keys; for
// category.Over and category.CheckValues.
func (f *form) customValues(fields []category.Field) map[string]string {
	values := make(map[string]string, len(fields))
	for _, c := range fields {
		values[c.Key] = f.lines(category.FieldPrefix + c.Key)
	}
	return values
}

// setCustom fills a form with what a thing has.
func (f *form) setCustom(fields []category.Field, values map[string]string) {
	for _, c := range fields {
		f.values.Set(category.FieldPrefix+c.Key, f.customText(category.Answer{Field: c, Value: values[c.Key]}, true))
	}
}

// answerView is one answer on a page.
type answerView struct{ Label, Text string }

// answers are what a page shows of the operator's fields.
func (s *speech) answers(list []category.Answer) []answerView {
	out := make([]answerView, len(list))
	for i, a := range list {
		out[i] = answerView{s.Typo(a.Label), s.customText(a, false)}
	}
	return out
}

// customText is an answer as people read it, or as they type it.
func (s *speech) customText(a category.Answer, typed bool) string {
	switch a.Kind {
	case category.Number:
		return strings.ReplaceAll(a.Value, ".", s.T("category.decimal"))
	case category.YesNo:
		if typed || a.Value == "" {
			return a.Value
		}
		return s.T("category." + a.Value)
	case category.Text, category.Long, category.Choice:
	}
	if typed {
		return a.Value
	}
	return s.Typo(a.Value)
}
