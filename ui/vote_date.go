package ui

import (
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// votePoll is what only some sorts of decisions have on their page and in
// their form.
type votePoll struct {
	Sorts     []viewLink // of a new decision
	Lead      string     // key of what the form is for
	Bare      bool       // nothing to choose from is written
	Days      []dayField
	MoreDays  bool
	Tied      []choice // one of which is to be chosen by who conducts the decision
	EventHref string   // the form of an event on the date that was chosen
	Lot       *voteLot
	Election  *voteElection // once it was opened
}

// dayField is a day and an hour, in a form.
type dayField struct{ Day, Time field }

// shownDays is how many dates a form begins with, and how many more it gives.
const shownDays = 5

// sortForm fills what the form of a proposal has by its sort.
func (r *request) sortForm(p *votePage) {
	f := p.Form
	sort := vote.Sort(f.text("sorte"))
	if !slices.Contains(sortsShown, sort) {
		sort = vote.Words
		f.values.Del("sorte")
	}
	name := cmpOr(string(sort), "words")
	p.Lead, p.Bare = "vote.sort."+name+"_lead", sort == vote.Lot || sort == vote.Election
	if r.Param("id") == "" {
		p.Title = r.T("vote.sort." + name + "_title")
		for _, one := range sortsShown {
			href, sep := votePath+"/nouvelle", "?"
			if one != vote.Words {
				href, sep = href+"?sorte="+string(one), "&"
			}
			if f.has("groupe") {
				href += sep + "groupe=" + f.text("groupe")
			}
			p.Sorts = append(p.Sorts, viewLink{href, r.T("vote.sort." + cmpOr(string(one), "words")), one == sort})
		}
	}
	switch sort { //nolint:exhaustive // the others need no more
	case vote.Dates:
		f.dayFields(p)
	case vote.Election:
		p.MayAsk = false // the mairie elects nobody
	}
}

// sortsShown are the sorts a form offers.
var sortsShown = []vote.Sort{vote.Words, vote.Dates, vote.Lot, vote.Election}

// whenFields are the fields of a date; a row with one of them is one.
var whenFields = []string{"day", "time"}

// dayFields are the dates of a form: those written, and some more.
func (f *form) dayFields(p *votePage) {
	n := f.rows("when", vote.MaxChoices, whenFields, nil)
	shown := max(shownDays, n+1)
	if f.has("more") {
		shown = max(shown, n+shownDays)
	}
	shown = min(shown, vote.MaxChoices)
	p.MoreDays = shown < vote.MaxChoices
	for i := range shown {
		d := dayField{f.Day(row("when", i, "day"), "vote.form.date"), f.Hour(row("when", i, "time"), "vote.form.date_time")}
		d.Day.Label = f.T("vote.form.date_n", "n", i+1)
		if i >= vote.MinChoices {
			d.Day, d.Time = d.Day.Unless(), d.Time.Unless()
		}
		p.Days = append(p.Days, d)
	}
}

// datesTyped reads the dates of a form.
func (f *form) datesTyped() (list []string) {
	for i := range f.rows("when", vote.MaxChoices, whenFields, nil) {
		day, at := row("when", i, "day"), row("when", i, "time")
		if f.text(day) == "" {
			f.fault(day, "err.vote.date_unclear")
		}
		if f.text(at) == "" {
			f.fault(at, "err.vote.date_hour")
		}
		hour, _ := f.clock(at)
		list = append(list, wallOf(f.date(day), hour).String())
	}
	return list
}

// setDates writes the dates of a proposal into a form.
func (f *form) setDates(v *vote.Proposal) {
	if v.Sort != vote.Dates {
		return
	}
	f.values.Del("choices")
	for i, c := range v.Choices {
		if w, err := calendar.ParseWall(c); err == nil {
			f.values.Set(row("when", i, "day"), dayOf(w))
			f.values.Set(row("when", i, "time"), hourOf(w))
		}
	}
}

// optionWords are options as people read them.
func (s *speech) optionWords(sort vote.Sort, options []string) []string {
	words := make([]string, len(options))
	for i, o := range options {
		words[i] = s.Typo(o)
		if sort != vote.Dates {
			continue
		}
		if w, err := calendar.ParseWall(o); err == nil {
			at, _, _ := w.In(s.zone, false)
			words[i] = s.WholeTime(at)
		}
	}
	return words
}

// OptionWords are options of the proposal as people read them.
func (p *votePage) OptionWords(options []string) []string {
	return p.speech().optionWords(p.Vote.Sort, options)
}

// sortOf is the sort of a vote, by the method it was counted with.
func sortOf(m *vote.Minutes) vote.Sort {
	if m.Rule.Method == tally.Date {
		return vote.Dates
	}
	return vote.Words
}

// methodsFor are the methods a proposal can be decided by.
func methodsFor(v *vote.Proposal) []string {
	switch {
	case v.Sort == vote.Dates:
		return dateMethods
	case v.Sort == vote.Lot:
		return lotMethods
	case v.Sort == vote.Election:
		return electionMethods
	case len(v.Choices) > 0:
		return choiceMethods
	default:
		return singleMethods
	}
}

// shuffle puts options in an order of the reader's own, the same each time, so
// that no option has the first place with everybody.
func shuffle(options []choice, seed string) {
	ids := make([]string, len(options))
	for i, o := range options {
		ids[i] = o.Value
	}
	order := tally.Sortition(seed, ids)
	slices.SortFunc(options, func(a, b choice) int { return slices.Index(order, a.Value) - slices.Index(order, b.Value) })
}

// datesTable says of each date who can come.
func (s *speech) datesTable(m *vote.Minutes) voteTable {
	res := &m.Result
	t := voteTable{
		Key: "dates", Title: s.T("vote.table.dates"), Most: max(res.Voters, 1),
		Head: []string{s.T("vote.table.date"), s.T("vote.table.come"), s.T("vote.table.if_need_be")},
	}
	for i, n := range res.Table.Counts {
		t.Rows = append(t.Rows, voteRow{
			Name: m.Options[i], Cells: []string{s.Number(n), s.Number(n - res.Table.Sure[i])}, Bar: n, Win: slices.Contains(m.Won(), i),
		})
	}
	return t
}

// picked are the options of a group of boxes that are ticked.
func (f *form) picked(name string) (options []int) {
	for _, v := range f.values[name] {
		n, err := strconv.Atoi(v)
		if err != nil {
			n = -1 // of no option
		}
		options = append(options, n)
	}
	return options
}

// voteSettle fills what is to be settled after the last round, and where a date
// that was found leads to.
func (r *request) voteSettle(p *votePage, m *vote.Minutes) {
	if p.Vote.State != vote.Closed || !p.Rights.Manage() {
		return
	}
	if m.ToChoose() > 0 {
		for _, o := range m.Result.Tied {
			p.Tied = append(p.Tied, choice{Value: strconv.Itoa(o), Label: m.Options[o]})
		}
	}
	if p.Vote.Sort == vote.Dates && len(m.Won()) == 1 {
		p.EventHref = "/agenda/nouveau?decision=" + p.Vote.ID
	}
}

// fromDecision begins the form of an event with the date a decision found.
func (r *request) fromDecision(f *form) error {
	id := r.QueryParam("decision")
	if id == "" {
		return nil
	}
	return r.View(func(tx *store.Tx) error {
		v, err := vote.Get(tx, id)
		if err != nil {
			return err
		}
		rounds, err := v.Results(tx)
		if err != nil || len(rounds) == 0 {
			return err
		}
		w, ok := v.Date(&rounds[len(rounds)-1].Minutes)
		if !ok {
			return nil
		}
		f.values.Set("title", v.Title)
		f.values.Set("description", v.Text)
		f.values.Set("starts", dayOf(w))
		f.values.Set("starts_time", hourOf(w))
		if v.Audience == listing.Group {
			f.forGroup(v.GroupID)
		} else {
			f.setAudience(v.Audience, "")
		}
		return nil
	})
}
