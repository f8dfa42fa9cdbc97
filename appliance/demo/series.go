package demo

import (
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
)

// schoolZone is that of the village's académie.
const schoolZone = "C"

// series shows what repeats: a market every Saturday, baskets that keep public
// holidays, a choir that keeps those of the school and moved one evening, and
// an office held once a month.
func (f *filler) series(tx *store.Tx) error {
	f.act(tx, comite)
	for _, s := range []struct {
		title, place string
		hour, hours  int
		rule         calendar.Rule
		skip         calendar.Skip
	}{
		{"Marché de producteurs", "Place de la halle", 8, 4, weeklyOn(time.Saturday), calendar.Skip{}},
		{"Distribution des paniers", "Préau de l'école", 18, 1, weeklyOn(time.Friday), calendar.Skip{Public: true}},
		{"Permanence du conciliateur", "Mairie", 14, 3, calendar.Rule{
			Freq: calendar.Monthly, Every: 1, WeekStart: time.Monday, Days: []calendar.Weekday{{N: 1, Day: time.Tuesday}},
		}, calendar.Skip{}},
	} {
		e := f.evening(s.title, -60, s.hour)
		e.Place, e.Ends, e.Rule, e.Skip = s.place, e.Starts.Later(time.Duration(s.hours)*time.Hour), s.rule, s.skip
		if err := agenda.Schedule(tx, e); err != nil {
			return err
		}
	}
	return f.choir(tx)
}

// weeklyOn is every week on a day.
func weeklyOn(day time.Weekday) calendar.Rule {
	return calendar.Rule{Freq: calendar.Weekly, Every: 1, WeekStart: time.Monday, Days: []calendar.Weekday{{Day: day}}}
}

// choir moves its second date to the day after and cancels the third.
func (f *filler) choir(tx *store.Tx) error {
	e := f.evening("Répétition de la chorale", 1, 20)
	e.Place, e.Ends, e.Rule, e.Skip.School = "École", e.Starts.Later(2*time.Hour), weeklyOn(time.Wednesday), schoolZone
	if err := agenda.Schedule(tx, e); err != nil {
		return err
	}
	var dates []agenda.Date
	for _, d := range e.Dates(e.StartsAt, e.StartsAt.AddDate(0, 6, 0)) {
		if !d.Off() {
			dates = append(dates, d)
		}
	}
	if len(dates) < 3 {
		return nil
	}
	moved := agenda.Change{Starts: dates[1].Starts.AddDays(1), Note: "La salle est prise le mercredi"}
	if err := agenda.EditDate(tx, e.ID, dates[1].Original, moved); err != nil {
		return err
	}
	return agenda.CancelDate(tx, e.ID, dates[2].Original, "Le chef est en déplacement")
}
