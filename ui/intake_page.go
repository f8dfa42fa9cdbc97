package ui

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/intake"
	"copi.local/store/intake/format"
)

// importPage is one import: what it would do, or did.
type importPage struct {
	page
	Run     intake.Run
	Form    *form
	Kinds   []choice
	Counts  []string
	Skips   []string
	Faults  []importFault
	More    int64 // faults that are not shown
	Twins   []importTwin
	First   []importRow
	Repeats int64
	Broken  *noticeView // why the file cannot be read to its end
	Nothing bool        // there is nothing to write
	Streets bool        // the file has streets to decide about
	Table   bool
	Places  bool // positions of communes, not cards
}

// importFault is a line that is refused, in words.
type importFault struct{ Line, Text, Detail string }

// importTwin is a thing that looks like a card the box has.
type importTwin struct{ Line, Name, Href, Seen string }

// importRow is one of the first things of a file.
type importRow struct{ Name, Kind, Where, More string }

func (s *Server) importLook(r *request) error {
	run, err := r.importRun()
	if err != nil {
		return err
	}
	if run.State == intake.Waiting && run.Format == format.CSV && run.Choices.Match == nil {
		return r.Redirect("/admin/importer/"+run.ID+"/colonnes", "")
	}
	return s.importShow(r, run, nil)
}

// importShow draws an import's page; f is the form that was refused, nil for
// none.
func (s *Server) importShow(r *request, run intake.Run, f *form) error {
	refused := f != nil
	if !refused {
		f = r.choicesForm(&run.Choices)
	}
	p := &importPage{page: r.page("intake.title_one"), Run: run, Form: f, Kinds: r.importKinds()}
	p.Table, p.Places = run.Format == format.CSV, run.Format == format.Communes
	p.Streets = !p.Places && run.Format != format.OSM && run.Format != format.ICS
	report := intake.Report{Counts: run.Counts}
	if run.State == intake.Waiting {
		desk, err := s.intakeDesk()
		if err != nil {
			return err
		}
		report, err = desk.Preview(r.context(), &run)
		if err != nil {
			e, ok := errors.AsType[*store.Error](err)
			if !ok || e.Kind == store.Internal {
				return err
			}
			p.Broken = &noticeView{Kind: "alarm", Text: r.T(e.Key, e.Args...)}
		}
	} else if err := r.View(func(tx *store.Tx) (err error) {
		report.Faults, err = intake.Faults(tx, run.ID)
		return err
	}); err != nil {
		return err
	}
	r.importReport(p, &report)
	if refused {
		return r.RenderForm("intake/run", p)
	}
	return r.Render("intake/run", p)
}

func (r *request) choicesForm(c *intake.Choices) *form {
	f := r.emptyForm("communes", strings.Join(c.Communes, " "), "kind", c.Kind, "label", c.Label)
	if c.Kind == "" {
		f.values.Set("kind", format.KindOrg)
	}
	if c.Streets {
		f.values.Set("streets", "1")
	}
	if c.SoleTraders {
		f.values.Set("traders", "1")
	}
	return f
}

func (r *request) importKinds() (list []choice) {
	for _, k := range []string{format.KindOrg, format.KindProject, format.KindPlace, format.KindPOI, format.KindEvent} {
		list = append(list, choice{Value: k, Label: r.T("intake.kind_" + k)})
	}
	return list
}

// importReport puts a report into words.
func (r *request) importReport(p *importPage, report *intake.Report) {
	c := &report.Counts
	tense := "intake.did_"
	if p.Run.State == intake.Waiting {
		tense = "intake.will_"
	}
	if p.Places {
		tense = "intake.places_"
	}
	for _, n := range []struct {
		word string
		n    int64
	}{{"added", c.Added}, {"updated", c.Updated}, {"unchanged", c.Unchanged}, {"kept", c.Kept}, {"same", c.Same}, {"refused", c.Refused}} {
		if n.n > 0 {
			p.Counts = append(p.Counts, r.T(tense+n.word, "n", n.n))
		}
	}
	if len(report.Skips) == 0 && c.Skipped > 0 {
		p.Skips = append(p.Skips, r.T("intake.skip_any", "n", c.Skipped))
	}
	for _, reason := range slices.Sorted(maps.Keys(report.Skips)) {
		p.Skips = append(p.Skips, r.T("intake.skip_"+reason, "n", report.Skips[reason]))
	}
	for _, f := range report.Faults {
		if f.Reason == format.Unwritten && r.has("intake.at_"+f.Detail) {
			f.Detail = r.T("intake.at_" + f.Detail)
		}
		p.Faults = append(p.Faults, importFault{r.lineWord(p.Run.Format, f.Line), r.T("intake.reason_" + f.Reason), f.Detail})
	}
	p.More = c.Refused - int64(len(report.Faults))
	for _, t := range report.Twins {
		p.Twins = append(p.Twins, importTwin{r.lineWord(p.Run.Format, t.Line), t.Name, "/annuaire/" + t.ID, t.Seen})
	}
	for _, f := range report.First {
		row := importRow{Name: f.Name, Kind: r.T("intake.kind_" + f.Kind), Where: f.City, More: f.Text}
		if f.Kind == format.KindEvent {
			row.Where = r.recordWhen(&f)
			if f.Place != "" {
				row.Where = f.Place + " · " + row.Where
			}
		}
		p.First = append(p.First, row)
	}
	p.Repeats = report.Repeats
	p.Nothing = c.Added+c.Updated == 0
}

// recordWhen is when an event of a file takes place: its day, or how it repeats.
func (r *request) recordWhen(f *format.Record) string {
	starts, err := calendar.ParseWall(f.Starts)
	if err != nil {
		return ""
	}
	rule, err := calendar.ParseRule(f.Rule)
	switch {
	case err == nil:
		return r.sentenceOf(&agenda.Event{Starts: starts, Zone: f.Zone, AllDay: f.AllDay, Repeat: agenda.Repeat{Rule: rule}})
	case f.AllDay:
		return r.wholeDay(starts)
	}
	return r.wholeDay(starts) + r.dates.at + r.dates.hour(clockOf(starts))
}

// columnsPage lets the operator say what the columns of a table are.
type columnsPage struct {
	page
	Run     intake.Run
	Form    *form
	Columns []importColumn
}

// importColumn is a column of a table: its heading, what is in its first rows,
// and what it is.
type importColumn struct {
	Field  field
	Values []string
}

// unread is what a column that is not read says: an empty choice would not be
// sent.
const unread = "none"

// sampleRows is how many rows of a table are shown.
const sampleRows = 10

func (s *Server) importColumns(r *request) error {
	p, sample, err := s.columnsPage(r)
	if err != nil {
		return err
	}
	match := p.Run.Choices.Match
	if len(match) != len(sample.Names) {
		match = sample.Match
	}
	p.Form = r.emptyForm()
	for i, f := range match {
		if f == "" {
			f = unread
		}
		p.Form.values.Set(columnName(i), string(f))
	}
	p.fill(sample)
	return r.Render("intake/columns", p)
}

func columnName(i int) string { return "column_" + string(rune('a'+i/26)) + string(rune('a'+i%26)) }

func (s *Server) columnsPage(r *request) (p *columnsPage, sample format.Sample, err error) {
	desk, err := s.intakeDesk()
	if err != nil {
		return nil, sample, err
	}
	run, err := r.importRun()
	if err != nil {
		return nil, sample, err
	}
	if run.State != intake.Waiting || run.Format != format.CSV {
		return nil, sample, store.E(store.NotFound, "err.not_found")
	}
	if sample, err = desk.Look(run.ID, sampleRows); err != nil {
		return nil, sample, err
	}
	return &columnsPage{page: r.page("intake.columns.title"), Run: run}, sample, nil
}

// fill draws a field for each column.
func (p *columnsPage) fill(sample format.Sample) {
	choices := []choice{{Value: unread, Label: p.T("intake.field_none")}}
	for _, f := range format.Fields {
		choices = append(choices, choice{Value: string(f), Label: p.T("intake.field_" + string(f))})
	}
	for i, name := range sample.Names {
		if name == "" {
			name = p.T("intake.columns.unnamed", "n", i+1)
		}
		c := importColumn{Field: p.Form.Select(columnName(i), "intake.columns.title").Named(name).Of(choices)}
		for _, row := range sample.Rows {
			if row[i] != "" {
				c.Values = append(c.Values, row[i])
			}
		}
		p.Columns = append(p.Columns, c)
	}
}

// Examples is what stands in the first rows of a column.
func (c importColumn) Examples() string { return strings.Join(c.Values, " · ") }

func (s *Server) importMatch(r *request) error {
	p, sample, err := s.columnsPage(r)
	if err != nil {
		return err
	}
	if p.Form, err = r.form(); err != nil {
		return err
	}
	match := make(format.Match, len(sample.Names))
	for i := range match {
		if f := format.Field(p.Form.text(columnName(i))); slices.Contains(format.Fields, f) {
			match[i] = f
		}
	}
	if bad := match.Check(); bad != nil {
		p.Form.fault("", "err.intake.match_"+bad.Reason, "field", r.T("intake.field_"+bad.Detail))
		p.fill(sample)
		return r.RenderForm("intake/columns", p)
	}
	desk, err := s.intakeDesk()
	if err != nil {
		return err
	}
	c := p.Run.Choices
	c.Match = match
	if match.Has(format.FieldStarts) && (match.Has(format.FieldTime) || match.Has(format.FieldPlace) || match.Has(format.FieldEnds)) && c.Kind == "" {
		c.Kind = format.KindEvent
	}
	if err := desk.Choose(r.context(), p.Run.ID, p.Run.Format, c); err != nil {
		return err
	}
	return r.Redirect("/admin/importer/"+p.Run.ID, "")
}
