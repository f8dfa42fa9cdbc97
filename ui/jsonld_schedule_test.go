package ui

import (
	"encoding/json"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/storetest"
)

// TestASeriesAsLinkedData: rule, hours and zone, exceptions, and what is not
// written since the vocabulary has no words for it.
func TestASeriesAsLinkedData(t *testing.T) {
	b := newBox(t)
	for rule, want := range map[string]string{
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,WE;UNTIL=20270623T180000Z": `{"@type":"Schedule","byDay":["https://schema.org/Tuesday","https://schema.org/Wednesday"],"endDate":"2027-06-23","endTime":"22:00",` +
			`"exceptDate":["2026-12-15T20:00:00+01:00"],"repeatFrequency":"P2W","scheduleTimezone":"Europe/Paris","startDate":"2026-12-01","startTime":"20:00"}`,
		"FREQ=MONTHLY;BYDAY=1TU;COUNT=4": `{"@type":"Schedule","byDay":["1TU"],"endTime":"22:00","repeatCount":4,"repeatFrequency":"P1M","scheduleTimezone":"Europe/Paris","startDate":"2026-12-01","startTime":"20:00"}`,
		"FREQ=YEARLY;BYWEEKNO=49":        `null`,
	} {
		e := b.schedule("Conte", "2026-12-01T20:00", "2026-12-01T22:00", repeating(t, rule))
		storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
			err := agenda.CancelDate(tx, e.ID, moment(t, "2026-12-15T20:00"), "")
			if store.KindOf(err) == store.NotFound {
				return nil
			}
			return err
		})
		o := b.linkedData("/fiche/" + e.ID + "/donnees.jsonld")
		valid(t, rule, o)
		if got, _ := json.Marshal(o["eventSchedule"]); string(got) != want {
			t.Errorf("%s:\n%s, want\n%s", rule, got, want)
		}
	}
	late := b.schedule("Bal", "2026-12-05T20:00", "")
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return agenda.Postpone(tx, late.ID, "") })
	if o := b.linkedData("/fiche/" + late.ID + "/donnees.jsonld"); o["eventStatus"] != "https://schema.org/EventPostponed" {
		t.Errorf("postponed: %v", o)
	}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		late.Starts = moment(t, "2026-12-12T20:00")
		return agenda.Edit(tx, &late)
	})
	if o := b.linkedData("/fiche/" + late.ID + "/donnees.jsonld"); o["eventStatus"] != "https://schema.org/EventRescheduled" || o["previousStartDate"] != "2026-12-05T20:00:00+01:00" || o["startDate"] != "2026-12-12T20:00:00+01:00" {
		t.Errorf("with its new date: %v", o)
	}
}
