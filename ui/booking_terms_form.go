package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"copi.local/store/booking"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// row is the field of one of several rows: quota_0_times.
func row(name string, i int, field string) string {
	return name + "_" + strconv.Itoa(i) + "_" + field
}

// rows moves the rows of a list that somebody filled together, so that what is
// wrong with the n-th of what we read is at the n-th on the page, and counts
// them. A row is filled when one of its fields what has a value; rest are its
// other fields.
func (f *form) rows(name string, most int, what, rest []string) int {
	n := 0
	for i := range most {
		if !slices.ContainsFunc(what, func(field string) bool { return f.text(row(name, i, field)) != "" }) {
			continue
		}
		for _, field := range append(slices.Clone(what), rest...) {
			f.move(row(name, i, field), row(name, n, field))
		}
		n++
	}
	for i := n; i < most; i++ {
		for _, field := range append(slices.Clone(what), rest...) {
			f.values.Del(row(name, i, field))
		}
	}
	return n
}

func (f *form) move(from, to string) {
	if from == to {
		return
	}
	if v, ok := f.values[from]; ok {
		f.values[to] = v
	} else {
		f.values.Del(to)
	}
	f.values.Del(from)
}

// typedTerms reads terms as they were typed. was are those before: a class, a
// package or a question that stays keeps its key.
func typedTerms(f *form, was *booking.Terms) *booking.Terms {
	t := &booking.Terms{
		Hours: hoursKept(f.lines("hours")), Notice: f.int("notice"), Ahead: f.int("ahead"), Longest: f.int("longest"),
		HalfDay: f.int("half_day"), Crowd: f.has("crowd"), SameDay: f.has("same_day"),
		Documents: linesOf(f.lines("documents")), Rules: f.lines("rules"),
	}
	t.Classes = typedClasses(linesOf(f.lines("classes")), was.Classes)
	t.Deposit, _ = f.money("deposit")
	typedQuotas(f, t)
	typedPackages(f, t, was)
	typedPrices(f, t)
	typedFees(f, t)
	typedQuestions(f, t, was)
	return t
}

// hoursKept are opening hours as they are kept: as OpenStreetMap has them, when
// they are understood.
func hoursKept(text string) string {
	if h, ok := directory.ParseHours(text); ok {
		return h.String()
	}
	return text
}

// typedClasses are the classes of lines. A name that stays keeps its key; so
// does a line whose name alone was changed, so that its prices stay.
func typedClasses(names []string, was []booking.Class) []booking.Class {
	named := map[string]string{}
	for _, c := range was {
		named[listing.Fold(c.Name)] = c.Key
	}
	list := make([]booking.Class, len(names))
	used := map[string]bool{}
	for i, name := range names {
		list[i] = booking.Class{Key: named[listing.Fold(name)], Name: name}
		used[list[i].Key] = true
	}
	for i := range list {
		if list[i].Key == "" && len(names) == len(was) && !used[was[i].Key] {
			list[i].Key = was[i].Key
			used[was[i].Key] = true
		}
	}
	for i := range list {
		if list[i].Key == "" {
			list[i].Key = freshKey("c", used)
		}
	}
	return list
}

// freshKey is a key nothing has; it marks it as used.
func freshKey(letter string, used map[string]bool) string {
	for n := 1; ; n++ {
		key := letter + strconv.Itoa(n)
		if !used[key] {
			used[key] = true
			return key
		}
	}
}

// keptKey is the key a row brought along when it is one of those before, and
// not given yet; else a fresh one.
func keptKey(key, letter string, before, used map[string]bool) string {
	if before[key] && !used[key] {
		used[key] = true
		return key
	}
	both := map[string]bool{}
	for k := range before {
		both[k] = true
	}
	for k := range used {
		both[k] = true
	}
	key = freshKey(letter, both)
	used[key] = true
	return key
}

func typedQuotas(f *form, t *booking.Terms) {
	for i := range f.rows("quota", booking.MaxQuotas, []string{"times", "hours"}, []string{"class", "per"}) {
		t.Quotas = append(t.Quotas, booking.Quota{
			Times: f.int(row("quota", i, "times")), Hours: f.int(row("quota", i, "hours")),
			Class: f.text(row("quota", i, "class")), Per: booking.Period(f.text(row("quota", i, "per"))),
		})
	}
}

func typedPackages(f *form, t, was *booking.Terms) {
	before, used := map[string]bool{}, map[string]bool{}
	for _, p := range was.Packages {
		before[p.Key] = true
	}
	for i := range f.rows("package", booking.MaxPackages, []string{"name", "from"}, []string{"key", "days", "later", "until"}) {
		p := booking.Package{Name: f.text(row("package", i, "name"))}
		p.Key = keptKey(f.text(row("package", i, "key")), "p", before, used)
		f.values.Set(row("package", i, "key"), p.Key)
		for _, day := range f.values[row("package", i, "days")] {
			if d, err := strconv.Atoi(day); err == nil && d >= 0 && d < 7 {
				p.Days[d] = true
			}
		}
		from, _ := f.clock(row("package", i, "from"))
		until, _ := f.clock(row("package", i, "until"))
		p.From = int(from / time.Minute)
		p.Until = f.int(row("package", i, "later"))*24*60 + int(until/time.Minute)
		t.Packages = append(t.Packages, p)
	}
}

func typedPrices(f *form, t *booking.Terms) {
	keys := []string{""}
	for _, c := range t.Classes {
		keys = append(keys, c.Key)
	}
	for _, class := range keys {
		for _, u := range booking.Units {
			if cents, given := f.money(booking.PriceField(class, u, "")); given {
				t.Prices = append(t.Prices, booking.Price{Class: class, Unit: u, Cents: cents})
			}
		}
		for _, p := range t.Packages {
			if cents, given := f.money(booking.PriceField(class, booking.ByPackage, p.Key)); given {
				t.Prices = append(t.Prices, booking.Price{Class: class, Unit: booking.ByPackage, Package: p.Key, Cents: cents})
			}
		}
	}
}

func typedFees(f *form, t *booking.Terms) {
	for i := range f.rows("fee", booking.MaxFees, []string{"days", "percent"}, nil) {
		t.Fees = append(t.Fees, booking.FeeStep{Days: f.int(row("fee", i, "days")), Percent: f.int(row("fee", i, "percent"))})
	}
}

func typedQuestions(f *form, t, was *booking.Terms) {
	before, used := map[string]bool{}, map[string]bool{}
	for _, q := range was.Questions {
		before[q.Key] = true
	}
	for i := range f.rows("question", booking.MaxQuestions, []string{"label", "choices"}, []string{"key", "required"}) {
		q := booking.Question{Label: f.text(row("question", i, "label")), Required: f.has(row("question", i, "required"))}
		q.Key = keptKey(f.text(row("question", i, "key")), "q", before, used)
		f.values.Set(row("question", i, "key"), q.Key)
		q.Choices = linesOf(f.lines(row("question", i, "choices")))
		t.Questions = append(t.Questions, q)
	}
}

// formOfTerms writes terms into a form.
func (r *request) formOfTerms(t *booking.Terms) *form {
	f := r.emptyForm("hours", r.hoursTyped(t.Hours), "documents", strings.Join(t.Documents, "\n"), "rules", t.Rules)
	number := func(name string, n int) {
		if n > 0 {
			f.values.Set(name, strconv.Itoa(n))
		}
	}
	number("notice", t.Notice)
	number("ahead", t.Ahead)
	number("longest", t.Longest)
	number("half_day", t.HalfDay)
	f.setTick("crowd", t.Crowd)
	f.setTick("same_day", t.SameDay)
	names := make([]string, len(t.Classes))
	for i, c := range t.Classes {
		names[i] = c.Name
	}
	f.values.Set("classes", strings.Join(names, "\n"))
	if t.Deposit > 0 {
		f.values.Set("deposit", r.amountTyped(t.Deposit))
	}
	for _, p := range t.Prices {
		f.values.Set(booking.PriceField(p.Class, p.Unit, p.Package), r.amountTyped(p.Cents))
	}
	for i, q := range t.Quotas {
		number(row("quota", i, "times"), q.Times)
		number(row("quota", i, "hours"), q.Hours)
		f.values.Set(row("quota", i, "class"), q.Class)
		f.values.Set(row("quota", i, "per"), string(q.Per))
	}
	for i, fee := range t.Fees {
		number(row("fee", i, "days"), fee.Days)
		number(row("fee", i, "percent"), fee.Percent)
	}
	for i, q := range t.Questions {
		f.values.Set(row("question", i, "key"), q.Key)
		f.values.Set(row("question", i, "label"), q.Label)
		f.setTick(row("question", i, "required"), q.Required)
		f.values.Set(row("question", i, "choices"), strings.Join(q.Choices, "\n"))
	}
	f.setPackages(t.Packages)
	return f
}

func (f *form) setPackages(list []booking.Package) {
	for i, p := range list {
		f.values.Set(row("package", i, "key"), p.Key)
		f.values.Set(row("package", i, "name"), p.Name)
		for d, on := range p.Days {
			if on {
				f.values.Add(row("package", i, "days"), strconv.Itoa(d))
			}
		}
		clock := func(m int) string { return twoDigits(m/60%24) + ":" + twoDigits(m%60) }
		f.values.Set(row("package", i, "from"), clock(p.From))
		f.values.Set(row("package", i, "later"), strconv.Itoa(p.Until/(24*60)))
		f.values.Set(row("package", i, "until"), clock(p.Until))
	}
}

func (f *form) setTick(name string, on bool) {
	if on {
		f.values.Set(name, "1")
	}
}
