package ui

import (
	"strings"

	"copi.local/store"
	"copi.local/store/category"
)

// categoryFieldPage is one field of a set, or a new one.
type categoryFieldPage struct {
	formPage
	Set   categorySet
	Field category.Field // without a key when it is new
}

// KindChoices are the kinds a new field can have.
func (p *categoryFieldPage) KindChoices() []choice {
	var list []choice
	for _, k := range category.Kinds {
		list = append(list, choice{Value: string(k), Label: p.T("category.kind." + string(k))})
	}
	return list
}

// SeenChoices are who reads the answers. What residents answered among
// themselves is not made public afterwards.
func (p *categoryFieldPage) SeenChoices() []choice {
	list := []choice{{Value: "members", Label: p.T("category.field.members")}}
	if p.Field.Key == "" || p.Field.Public {
		list = append(list, choice{Value: "public", Label: p.T("category.field.public")})
	}
	return list
}

// KindName says what the field takes.
func (p *categoryFieldPage) KindName() string { return p.T("category.kind." + string(p.Field.Kind)) }

// Options tells whether the field has choices, or may get some.
func (p *categoryFieldPage) Options() bool {
	return p.Field.Key == "" || p.Field.Kind == category.Choice
}

func (r *request) categoryFieldPage(title string, f *form) (*categoryFieldPage, error) {
	set, err := r.categorySet()
	if err != nil {
		return nil, err
	}
	p := &categoryFieldPage{formPage: r.formPage(title, f), Set: set}
	key := r.Param("field")
	if key == "" {
		return p, nil
	}
	err = r.View(func(tx *store.Tx) error {
		p.Field, err = category.GetField(tx, set.Set, key)
		return err
	})
	return p, err
}

func (s *Server) categoryFieldNew(r *request) error {
	p, err := r.categoryFieldPage("category.field.new", r.emptyForm("kind", string(category.Text), "seen", "members"))
	if err != nil {
		return err
	}
	return r.Render("category/field", p)
}

// fieldOf is a field as the form has it.
func fieldOf(f *form, was category.Field) category.Field {
	was.Label, was.Help = f.text("label"), f.text("help")
	was.Choices = strings.Split(f.lines("choices"), "\n")
	was.Public, was.Required = f.text("seen") == "public", f.has("required")
	if was.Key == "" {
		was.Kind = category.FieldKind(f.text("kind"))
	}
	return was
}

func (s *Server) categoryFieldAdd(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.categoryFieldPage("category.field.new", f)
	if err != nil {
		return err
	}
	field := fieldOf(f, category.Field{Set: p.Set.Set})
	if err := r.Update(func(tx *store.Tx) error { return category.AddField(tx, &field) }); err != nil {
		return r.again(f, err, "category/field", p)
	}
	return r.Redirect(p.Set.Href()+"#champs", "category.field.added")
}

func (s *Server) categoryField(r *request) error {
	f := r.emptyForm()
	p, err := r.categoryFieldPage("category.field.edit", f)
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"label": p.Field.Label, "help": p.Field.Help, "choices": strings.Join(p.Field.Choices, "\n"), "seen": "members",
	} {
		f.values.Set(name, value)
	}
	if p.Field.Public {
		f.values.Set("seen", "public")
	}
	if p.Field.Required {
		f.values.Set("required", "1")
	}
	return r.Render("category/field", p)
}

// categoryFieldChange edits a field, moves it, asks it no more or again. What
// cards say of it follows in the same transaction.
func (s *Server) categoryFieldChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.categoryFieldPage("category.field.edit", f)
	if err != nil {
		return err
	}
	set, key, done := p.Set.Set, p.Field.Key, "category.field.changed"
	err = r.Update(func(tx *store.Tx) error {
		switch do := f.text("do"); do {
		case "up", "down":
			done = ""
			return moveField(tx, set, key, do == "up")
		case "retire", "restore":
			done = "category.field.was_" + do
			err = category.RetireField(tx, set, key, do == "retire")
		default:
			field := fieldOf(f, p.Field)
			err = category.EditField(tx, &field)
		}
		if err != nil {
			return err
		}
		return s.putAgain(tx, set)
	})
	if err != nil {
		return r.again(f, err, "category/field", p)
	}
	return r.Redirect(p.Set.Href()+"#champs", done)
}

func moveField(tx *store.Tx, set, key string, up bool) error {
	fields, err := category.FieldsOf(tx, set)
	if err != nil {
		return err
	}
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.Key
	}
	shift(keys, key, up)
	return category.ReorderFields(tx, set, keys)
}
