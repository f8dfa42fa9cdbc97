package notify_test

import (
	"testing"
	"time"

	"copi.local/store/listing"
	"copi.local/store/notify"
)

// at is an hour on the village's clocks.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestNewsAreGatheredOnTheMorningPeopleWant(t *testing.T) {
	v := newVillage(t)
	v.clock.Set(at(t, "2026-11-26 09:00")) // a Thursday
	v.follow(lea, notify.Tag, "loto", notify.Daily)
	v.follow(paul, notify.Tag, "loto", notify.Weekly)
	for _, title := range []string{"Un", "Deux", "Trois"} {
		v.put(card(title))
	}
	hour := func(text, hers, his string) {
		t.Helper()
		v.clock.Set(at(t, text))
		v.run()
		v.want(text, lea, hers)
		v.want(text, paul, his)
	}
	hour("2026-11-26 20:00", "", "")
	hour("2026-11-27 07:59", "", "")
	hour("2026-11-27 08:00", "gathered 3", "")
	hour("2026-11-27 09:00", "gathered 3", "")
	v.put(card("Quatre"))
	hour("2026-11-27 23:00", "gathered 3", "")
	v.update(lea, notify.ReadAll)
	hour("2026-11-30 07:30", "new, (gathered 3)", "") // the box slept over Saturday and Sunday
	hour("2026-11-30 08:01", "new, (gathered 3)", "gathered 4")
	hour("2026-12-07 08:01", "new, (gathered 3)", "gathered 4")
}

func TestTheMorningAfterAClockChangeComesOnce(t *testing.T) {
	for _, night := range []string{"2026-10-24", "2027-03-27"} { // 25 hours, 23 hours
		v := newVillage(t)
		from := at(t, night+" 12:00")
		v.clock.Set(from)
		v.run()
		v.follow(lea, notify.Tag, "loto", notify.Daily)
		v.put(card("Un"))
		v.put(card("Deux"))
		told := 0
		for hour := range 48 {
			v.clock.Set(from.Add(time.Duration(hour)*time.Hour + 5*time.Minute))
			v.run()
			if v.lines(lea) == "gathered 2" {
				told++
				v.update(lea, notify.ReadAll)
				if h := v.clock.Now().In(from.Location()).Hour(); h != 8 {
					t.Errorf("%s: told at %d h", night, h)
				}
			}
		}
		if told != 1 {
			t.Errorf("%s: told %d times", night, told)
		}
	}
}

func TestWhatChangesBeforeTheMorningIsToldAsItIs(t *testing.T) {
	v := newVillage(t)
	v.follow(lea, notify.Tag, "loto", notify.Daily)
	c := soon("Loto", "loto")
	c.Ref.ID = v.put(c)
	v.run()
	c.Cancelled = true
	v.put(c)
	v.run()
	v.clock.Add(24 * time.Hour)
	v.run()
	v.want("cancelled before she heard of it", lea, "cancelled")
	v.update(lea, notify.ReadAll)
	v.follow(lea, notify.Tag, "loto", notify.Never)
	v.put(soon("Autre", "loto"))
	v.run()
	v.clock.Add(24 * time.Hour)
	v.run()
	v.want("she wants to hear nothing", lea, "(cancelled)")
}

func card(title string) listing.Card {
	return listing.Card{Title: title, Tags: []string{"loto"}, Audience: listing.Public}
}
