package ui

import "strconv"

// field is one field of a form as its template draws it: label above, help
// and fault below, the right keyboard on a phone. Templates chain:
//
//	{{template "field" ((.Form.Text "title" "agenda.form.title").Max 80)}}
//	{{template "field" ((.Form.Area "text" "agenda.form.description").Optional)}}
//
// The label is the sentence of a key; the sentence of key_help, where there is
// one, is the help.
type field struct {
	*speech
	Name, Type, Label, Help, Value string

	Fault        string
	Required     bool
	MaxLength    int
	Autocomplete string
	Rows         int
	Choices      []choice
	Unmarked     bool   // neither required nor optional: see Unless
	Accept       string // of a file: the kinds, as browsers write them
	values       []string
	place        string // see On
}

// choice is one value to choose.
type choice struct {
	Value, Label, Help string
	Chosen             bool
}

// Value is what was typed in a field, for one that is drawn by hand.
func (f *form) Value(name string) string { return f.values.Get(name) }

func (f *form) field(kind, name, label string) field {
	fd := field{
		speech: f.speech, Name: name, Type: kind, Label: f.T(label),
		Value: f.values.Get(name), Required: true, values: f.values[name],
	}
	if f.locale.has(label + "_help") {
		fd.Help = f.T(label + "_help")
	}
	for _, bad := range f.Faults {
		if bad.Field == name {
			fd.Fault = bad.Text
			break
		}
	}
	return fd
}

// Text is a field of one line.
func (f *form) Text(name, label string) field { return f.field("text", name, label) }

// Area is a field of several lines.
func (f *form) Area(name, label string) field {
	fd := f.field("area", name, label)
	fd.Rows = 5
	return fd
}

// Day is a date field, for date and moment.
func (f *form) Day(name, label string) field { return f.field("date", name, label) }

// Hour is a time field, for clock and moment.
func (f *form) Hour(name, label string) field { return f.field("time", name, label) }

// Number is a field for a whole number.
func (f *form) Number(name, label string) field { return f.field("number", name, label) }

// Phone is a field for a telephone number.
func (f *form) Phone(name, label string) field { return f.field("tel", name, label) }

// Mail is a field for an e-mail address.
func (f *form) Mail(name, label string) field { return f.field("email", name, label) }

// Search is a field to search with.
func (f *form) Search(name, label string) field { return f.field("search", name, label) }

// Secret is a password field; its value never goes back to the page.
func (f *form) Secret(name, label string) field {
	fd := f.field("password", name, label)
	fd.Value = ""
	return fd
}

// Tick is one box to tick.
func (f *form) Tick(name, label string) field {
	fd := f.field("checkbox", name, label)
	fd.Required = false
	return fd
}

// Select is a list to choose one from; Radio shows all its choices at once;
// Ticks lets several be chosen. Give them choices with Of.
func (f *form) Select(name, label string) field { return f.field("select", name, label) }

// Radio is a group of choices of which one is taken.
func (f *form) Radio(name, label string) field { return f.field("radio", name, label) }

// Ticks is a group of boxes to tick.
func (f *form) Ticks(name, label string) field {
	fd := f.field("checks", name, label)
	fd.Required = false
	return fd
}

// File is a field to choose a file with. The form must be sent as
// multipart/form-data; request.upload reads it.
func (f *form) File(name, label, accept string) field {
	fd := f.field("file", name, label)
	fd.Accept = accept
	return fd
}

// All marks a group of boxes every one of which is to be ticked.
func (fd field) All() field { fd.Required = true; return fd }

// Unless marks the field as one that something else in the form may stand for.
func (fd field) Unless() field { fd.Required, fd.Unmarked = false, true; return fd }

// Optional marks the field as one that may stay empty.
func (fd field) Optional() field { fd.Required = false; return fd }

// Max bounds the length in characters.
func (fd field) Max(n int) field { fd.MaxLength = n; return fd }

// Tall sets the lines of an area.
func (fd field) Tall(rows int) field { fd.Rows = rows; return fd }

// For tells the browser what it may fill in ("username", "new-password").
func (fd field) For(autocomplete string) field { fd.Autocomplete = autocomplete; return fd }

// Of gives the choices, made by the handler.
func (fd field) Of(choices []choice) field {
	fd.Choices = make([]choice, len(choices))
	for i, c := range choices {
		for _, v := range fd.values {
			c.Chosen = c.Chosen || v == c.Value
		}
		fd.Choices[i] = c
	}
	return fd
}

// Named gives the field another label, already in words.
func (fd field) Named(label string) field { fd.Label = label; return fd }

// On tells fields of one name on one page apart, by the form they stand on.
// The summary of faults links to the one without.
func (fd field) On(place string) field {
	if place != "" {
		fd.place = "-" + place
	}
	return fd
}

// ID is the field's id in the page: the summary of faults links to it.
func (fd field) ID() string { return "f-" + fd.Name + fd.place }

// DescribedBy lists the ids of help and fault.
func (fd field) DescribedBy() string {
	s := ""
	if fd.Help != "" {
		s = fd.ID() + "-help"
	}
	if fd.Fault != "" {
		if s != "" {
			s += " "
		}
		s += fd.ID() + "-fault"
	}
	return s
}

// Demands tells whether the browser is to insist on a value. A list whose first
// choice is a value always has one, and HTML forbids to insist there.
func (fd field) Demands() bool {
	return fd.Required && (fd.Type != "select" || len(fd.Choices) == 0 || fd.Choices[0].Value == "")
}

// Checked tells whether a single box is ticked.
func (fd field) Checked() bool { return fd.Value != "" }

// ChoiceID is the id of one of the field's choices, counted from 0. The first
// has the field's own, so that the summary's link lands on it.
func (fd field) ChoiceID(i int) string {
	if i == 0 {
		return fd.ID()
	}
	return fd.ID() + "-" + strconv.Itoa(i)
}

// Anchor is the id the summary of faults links to.
func (f fault) Anchor() string { return "f-" + f.Field }

// From gives a first value to a field nothing was typed in.
func (fd field) From(value string) field {
	if fd.Value == "" {
		fd.Value = value
	}
	return fd
}
