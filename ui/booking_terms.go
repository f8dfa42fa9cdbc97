package ui

import (
	"strings"

	"copi.local/store/booking"
	"copi.local/store/directory"
)

// termsView is on what terms a thing is lent, in words: on its page and on the
// sheet that hangs beside its door.
type termsView struct {
	Facts     []termFact
	Tariff    []tariffLine
	Deposit   string
	Documents []string
	Rules     string
}

// termFact is one term: what it is about, and what holds, a sentence a line.
type termFact struct {
	Icon, Word string
	Lines      []string
}

// tariffLine is what one class pays.
type tariffLine struct {
	Who    string
	Prices []string
}

// Empty tells whether nothing is asked for.
func (v *termsView) Empty() bool {
	return len(v.Facts) == 0 && len(v.Tariff) == 0 && v.Deposit == "" && len(v.Documents) == 0 && v.Rules == ""
}

// termsOf says terms in words.
func (s *speech) termsOf(t *booking.Terms) *termsView {
	v := &termsView{Tariff: s.tariffOf(t), Documents: t.Documents, Rules: t.Rules}
	if t.Deposit > 0 {
		v.Deposit = s.Money(t.Deposit)
	}
	add := func(icon, key string, lines []string) {
		if len(lines) > 0 {
			v.Facts = append(v.Facts, termFact{icon, s.T(key), lines})
		}
	}
	add("clock", "booking.terms.hours", s.openingLines(t.Hours))
	add("calendar-days", "booking.terms.when", s.noticeLines(t))
	add("users", "booking.terms.classes", s.classLines(t))
	add("list-checks", "booking.terms.quotas", s.quotaLines(t))
	add("undo-2", "booking.terms.fees", s.feeLines(t))
	return v
}

// openingLines are opening hours, a line for each rule.
func (s *speech) openingLines(text string) []string {
	h, ok := directory.ParseHours(text)
	if !ok {
		return nil
	}
	lines := make([]string, len(h.Rules))
	for i, rule := range h.Rules {
		lines[i] = s.T("booking.terms.hours_line", "days", s.ruleDays(rule), "times", s.ruleTimes(rule))
	}
	return lines
}

func (s *speech) noticeLines(t *booking.Terms) (lines []string) {
	if t.Notice > 0 {
		lines = append(lines, s.T("booking.terms.notice_line", "n", t.Notice))
	}
	if t.Ahead > 0 {
		lines = append(lines, s.T("booking.terms.ahead_line", "n", t.Ahead))
	}
	if t.Longest > 0 {
		lines = append(lines, s.T("booking.terms.longest_line", "n", t.Longest))
	}
	return lines
}

func (s *speech) classLines(t *booking.Terms) []string {
	if len(t.Classes) == 0 {
		return nil
	}
	names := make([]string, len(t.Classes))
	for i, c := range t.Classes {
		names[i] = s.Typo(c.Name)
	}
	if t.SameDay && len(names) > 1 {
		return []string{s.T("booking.terms.order_line", "classes", strings.Join(names, s.T("booking.terms.before")))}
	}
	return []string{s.enumerate(names)}
}

func (s *speech) quotaLines(t *booking.Terms) (lines []string) {
	for _, q := range t.Quotas {
		var parts []string
		if q.Times > 0 {
			parts = append(parts, s.T("booking.terms.quota_times_"+string(q.Per), "n", q.Times))
		}
		if q.Hours > 0 {
			parts = append(parts, s.T("booking.terms.quota_hours_"+string(q.Per), "n", q.Hours))
		}
		lines = append(lines, s.T("booking.terms.quota_line", "who", s.className(t, q.Class), "what", s.enumerate(parts)))
	}
	return lines
}

// className is a class in words; of the empty key everybody.
func (s *speech) className(t *booking.Terms, key string) string {
	if c, ok := t.Class(key); ok {
		return s.Typo(c.Name)
	}
	return s.T("booking.terms.everybody")
}

func (s *speech) feeLines(t *booking.Terms) (lines []string) {
	for _, f := range t.Fees {
		lines = append(lines, s.T("booking.terms.fee_line", "n", f.Days, "percent", f.Percent))
	}
	return lines
}

// tariffOf is what each class pays: everybody's prices first, then those of
// classes that have prices of their own.
func (s *speech) tariffOf(t *booking.Terms) (lines []tariffLine) {
	keys := []string{""}
	for _, c := range t.Classes {
		keys = append(keys, c.Key)
	}
	for _, key := range keys {
		line := tariffLine{Who: s.className(t, key)}
		if key == "" && len(t.Classes) > 0 {
			line.Who = s.T("booking.terms.others")
		}
		for _, p := range t.Prices {
			if p.Class == key {
				line.Prices = append(line.Prices, s.termPrice(t, p))
			}
		}
		if len(line.Prices) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

// termPrice is one price: "12 € l'heure", "Week-end : 180 €", "gratuit l'heure".
func (s *speech) termPrice(t *booking.Terms, p booking.Price) string {
	amount := s.Money(p.Cents)
	if p.Cents == 0 {
		amount = s.T("booking.terms.free")
	}
	if pack, ok := t.Package(p.Package); ok {
		return s.T("booking.terms.price_package", "name", s.Typo(pack.Name), "amount", amount, "span", s.packageSpan(pack))
	}
	return s.T("booking.terms.price_"+string(p.Unit), "amount", amount, "n", halfDay(t))
}

func halfDay(t *booking.Terms) int {
	if t.HalfDay > 0 {
		return t.HalfDay
	}
	return booking.UsualHalfDay
}

// packageSpan is when a package begins and ends: "samedi 8 h – lundi 8 h".
func (s *speech) packageSpan(p booking.Package) string {
	var days []string
	for _, run := range (directory.HoursRule{Days: p.Days}).Runs() {
		switch {
		case run == [2]int{0, 6}:
			days = append(days, s.T("directory.hours.every"))
		case run[0] == run[1]:
			days = append(days, s.weekdayName(run[0]))
		default:
			days = append(days, s.T("directory.hours.range", "from", s.weekdayName(run[0]), "to", s.weekdayName(run[1])))
		}
	}
	later := p.Until / (24 * 60)
	if later > 0 && p.Until%(24*60) == 0 { // midnight ends the day before
		later--
	}
	until := s.minute(p.Until)
	from := s.T("booking.terms.day_hour", "day", s.enumerate(days), "hour", s.minute(p.From))
	if first, one := onlyDay(p.Days); one && later > 0 {
		until = s.T("booking.terms.day_hour", "day", s.weekdayName((first+later)%7), "hour", until)
	} else if later > 0 {
		until = s.T("booking.terms.days_later", "n", later, "hour", until)
	}
	return from + " – " + until
}

// onlyDay is the day of a package that begins on one day of the week only.
func onlyDay(days [7]bool) (day int, one bool) {
	n := 0
	for i, on := range days {
		if on {
			day, n = i, n+1
		}
	}
	return day, n == 1
}

// quoteView is what an ask would cost, in words.
type quoteView struct {
	Priced  bool
	Lines   []quoteLine
	Total   string
	Deposit string
}

type quoteLine struct{ What, Amount string }

// quoteOf says a quote in words.
func (s *speech) quoteOf(q booking.Quote) *quoteView {
	v := &quoteView{Priced: q.Priced, Total: s.Money(q.Total)}
	if q.Total == 0 {
		v.Total = s.T("booking.terms.free")
	}
	if q.Deposit > 0 {
		v.Deposit = s.Money(q.Deposit)
	}
	for _, l := range q.Lines {
		v.Lines = append(v.Lines, quoteLine{s.quoteWhat(l), s.Money(l.Cents)})
	}
	return v
}

func (s *speech) quoteWhat(l booking.QuoteLine) string {
	each := s.Money(l.Each)
	var what string
	switch l.Unit {
	case booking.ByPackage:
		what = s.T("booking.quote.package", "name", s.Typo(l.Package), "each", each)
	case booking.ByHour:
		what = s.T("booking.quote.hour", "time", s.Duration(l.Time), "each", each)
	case booking.ByHalfDay, booking.ByDay, booking.ByBooking:
		what = s.T("booking.quote."+string(l.Unit), "n", l.Count, "each", each)
	}
	if l.Units > 1 {
		what = s.T("booking.quote.units", "what", what, "n", l.Units)
	}
	return what
}
