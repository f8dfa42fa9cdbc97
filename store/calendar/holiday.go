package calendar

import "time"

// Holiday is a public holiday of France. Its key is a word of the locale
// files, "holiday.public.<key>".
type Holiday struct {
	Day Wall
	Key string
}

// fixed are the holidays with a date of their own (Code du travail L3133-1).
var fixed = []struct {
	month time.Month
	day   int
	key   string
}{
	{time.January, 1, "new_year"},
	{time.May, 1, "labour"},
	{time.May, 8, "victory"},
	{time.July, 14, "national"},
	{time.August, 15, "assumption"},
	{time.November, 1, "all_saints"},
	{time.November, 11, "armistice"},
	{time.December, 25, "christmas"},
}

// moving are those that follow Easter, in days after it.
var moving = []struct {
	days int
	key  string
}{{1, "easter_monday"}, {39, "ascension"}, {50, "whit_monday"}}

// PublicHolidays are the public holidays of a year, in order; with Good Friday
// and the day after Christmas in Alsace and Moselle (Code du travail L3134-13).
func PublicHolidays(year int, alsace bool) []Holiday {
	var list []Holiday
	for _, f := range fixed {
		list = append(list, Holiday{Wall{Year: year, Month: f.month, Day: f.day}, f.key})
	}
	sunday := easter(year)
	for _, m := range moving {
		list = append(list, Holiday{sunday.AddDays(m.days), m.key})
	}
	if alsace {
		list = append(list, Holiday{sunday.AddDays(-2), "good_friday"},
			Holiday{Wall{Year: year, Month: time.December, Day: 26}, "saint_stephen"})
	}
	sortHolidays(list)
	return list
}

// PublicHoliday is the key of the holiday on a day; empty on other days. In
// 2008 Ascension was the 1st of May: the first in the year's order wins.
func PublicHoliday(day Wall, alsace bool) string {
	day = day.Midnight()
	for _, h := range PublicHolidays(day.Year, alsace) {
		if h.Day == day {
			return h.Key
		}
	}
	return ""
}

// easter is Easter Sunday in the Gregorian calendar (the algorithm printed
// anonymously in Nature, 20 April 1876).
func easter(year int) Wall {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month, day := (h+l-7*m+114)/31, (h+l-7*m+114)%31+1
	return Wall{Year: year, Month: time.Month(month), Day: day}
}
