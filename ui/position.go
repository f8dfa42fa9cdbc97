package ui

import (
	"strconv"
	"strings"

	"copi.local/store/listing"
)

// A field for a place on earth takes what people type or paste (see
// listing.ParsePoint). A place that lies elsewhere is asked about before it is
// stored: most such places have latitude and longitude inverted (MA-9).
//
// In a handler:
//
//	at := f.position("place", home.Position) // nil when empty, or in doubt
//
// and in its template:
//
//	{{template "position" (.Form.Position "place" "directory.form.position")}}
//
// The question is part of the field: two choices of one name, which come back
// with the form.

// doubt is a place a person was asked about.
type doubt struct {
	typed  listing.Point
	home   *listing.Point
	nature listing.Doubt
}

// position is the place of a field; nil when it is empty. One that cannot be
// read is a fault of the form, and so is one in doubt until the person chose.
func (f *form) position(name string, home *listing.Point) *listing.Point {
	text := f.text(name)
	if text == "" {
		return nil
	}
	p, err := listing.ParsePoint(text)
	if err != nil {
		f.fault(name, "err.listing.typed")
		return nil
	}
	nature := listing.DoubtOf(p, home)
	if nature == listing.NoDoubt {
		return &p
	}
	swapped, _ := p.Swapped()
	if sure, err := listing.ParsePoint(f.text(name + sureSuffix)); err == nil && (sure == p || sure == swapped) {
		f.values.Set(name, f.coordinates(sure)) // chosen: shown so from now on
		return &sure
	}
	if f.doubts == nil {
		f.doubts = map[string]doubt{}
	}
	f.doubts[name] = doubt{p, home, nature}
	if nature == listing.Inverted {
		f.fault(name, "err.ui.inverted", "place", f.coordinates(swapped))
	} else {
		f.fault(name, "err.ui.far_place")
	}
	return nil
}

// sureSuffix names the field of the choice.
const sureSuffix = "_sure"

// coordinates writes a point as people of the language type it: in French with
// commas, and then nothing but a space may stand between the two.
func (s *speech) coordinates(p listing.Point) string {
	var parts [2]string
	for i, v := range []int32{p.Lat, p.Lon} {
		text := strconv.FormatFloat(float64(v)/1e5, 'f', 5, 64)
		for strings.HasSuffix(text, "0") && len(text)-strings.IndexByte(text, '.') > 3 {
			text = text[:len(text)-1]
		}
		parts[i] = text
	}
	if s.Lang == "fr" {
		return strings.ReplaceAll(parts[0]+" "+parts[1], ".", ",")
	}
	return parts[0] + ", " + parts[1]
}

// positionField is the field with its question.
type positionField struct {
	field
	Sure *field // nil without a doubt
}

// Position is a field for a place, for position.
func (f *form) Position(name, label string) positionField {
	p := positionField{field: f.field("text", name, label)}
	if p.Help == "" {
		p.Help = f.T("ui.position.how")
	}
	p.MaxLength = 500
	d, ok := f.doubts[name]
	if !ok {
		return p
	}
	sure := f.field("radio", name+sureSuffix, "ui.position.which")
	swapped, _ := d.typed.Swapped()
	if d.nature == listing.Inverted {
		sure.Choices = append(sure.Choices, f.placeChoice(swapped, d.home, "ui.position.inverted"))
	}
	sure.Choices = append(sure.Choices, f.placeChoice(d.typed, d.home, "ui.position.as_typed"))
	sure.Required = false // the field itself may be corrected instead
	p.Sure = &sure
	return p
}

// Optional marks the field as one that may stay empty.
func (p positionField) Optional() positionField { p.Required = false; return p }

func (f *form) placeChoice(p listing.Point, home *listing.Point, key string) choice {
	text := f.coordinates(p)
	label := f.T(key, "place", text)
	if home != nil {
		label += " · " + f.Away(home.DistanceKM(p), home.Direction(p))
	}
	return choice{Value: text, Label: label}
}

// Away is how far and where something lies, in words: « à 6 km au nord-est ».
func (s *localizer) Away(km float64, direction string) string {
	return s.bearing(s.Distance(km*1000), direction)
}
