package calendar

import (
	_ "embed" // the dates lie beside
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// schoolDates are the school holidays as published; licence and source in
// school-holidays.LICENCE.
//
//go:embed school-holidays.csv
var schoolDates string

// SchoolPeriod is one holiday of a school year. Its key is a word of the
// locale files, "holiday.school.<key>".
type SchoolPeriod struct {
	Year      string // "2026-2027"
	Key       string // toussaint, noel, hiver, printemps, ete
	Zones     []string
	From      Wall // first day without school
	Until     Wall // the day school begins again; of the summer the 1st of September
	Published bool // false: to be verified at its source
}

// schoolCalendar is a table in force: the periods in the order of their dates,
// and the last day each zone is known for.
type schoolCalendar struct {
	periods []SchoolPeriod
	known   map[string]Wall
}

var (
	embedded = sync.OnceValue(func() *schoolCalendar {
		c, err := parseSchool(strings.NewReader(schoolDates))
		if err != nil {
			panic("school-holidays.csv: " + err.Error()) // our own file, under test
		}
		return c
	})
	brought atomic.Pointer[schoolCalendar] // the operator's, instead
)

func school() *schoolCalendar {
	if c := brought.Load(); c != nil {
		return c
	}
	return embedded()
}

// UseSchoolHolidays puts a table an operator brought in place of the one in
// the program; nil brings that one back. A table with a mistake changes
// nothing and is told with its line.
func UseSchoolHolidays(r io.Reader) error {
	if r == nil {
		brought.Store(nil)
		return nil
	}
	c, err := parseSchool(r)
	if err != nil {
		return err
	}
	brought.Store(c)
	return nil
}

// SchoolEdition is a short word for the table in force: another table has
// another word, so that what was worked out from the old one is seen.
func SchoolEdition() string {
	h := fnv.New32a()
	for _, p := range school().periods {
		_, _ = fmt.Fprintln(h, p) // a hash takes all
	}
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// SchoolPeriods lists the school holidays the box knows, in order.
func SchoolPeriods() []SchoolPeriod { return slices.Clone(school().periods) }

// SchoolHoliday is the key of the holiday a day lies in, empty on a day of
// school. It is not known after what is published, nor before.
func SchoolHoliday(zone string, day Wall) (key string, known bool) {
	c := school()
	day = day.Midnight()
	last, ok := c.known[zone]
	if !ok || last.Before(day) || day.Before(c.periods[0].From) {
		return "", false
	}
	p, _ := SchoolPeriodOn(zone, day)
	return p.Key, true
}

// SchoolPeriodOn is the holiday a day lies in; false on a day of school.
func SchoolPeriodOn(zone string, day Wall) (SchoolPeriod, bool) {
	for _, p := range school().periods {
		if slices.Contains(p.Zones, zone) && !day.Before(p.From) && day.Before(p.Until) {
			return p, true
		}
	}
	return SchoolPeriod{}, false
}

// SchoolHolidaysKnownUntil is the last day the holidays of a zone are known
// for; the zero Wall for a zone there is not.
func SchoolHolidaysKnownUntil(zone string) Wall { return school().known[zone] }

const maxSchoolRows = 2000

// parseSchool reads "year;holiday;zone;first_day;back_to_school;status". The
// summer has no end in the table: the next school year's first day is in the
// next year's. It is taken to end with August.
func parseSchool(r io.Reader) (*schoolCalendar, error) {
	in := csv.NewReader(io.LimitReader(r, 1<<20))
	in.Comma, in.FieldsPerRecord = ';', 6
	if _, err := in.Read(); err != nil {
		return nil, err
	}
	c := &schoolCalendar{known: map[string]Wall{}}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		p, err := parsePeriod(row)
		if line, _ := in.FieldPos(0); err != nil || len(c.periods) == maxSchoolRows {
			return nil, fmt.Errorf("line %d: not a school holiday: %w", line, err)
		}
		c.add(p)
	}
	if len(c.periods) == 0 {
		return nil, errors.New("no school holiday in it")
	}
	slices.SortStableFunc(c.periods, func(a, b SchoolPeriod) int { return a.From.utc().Compare(b.From.utc()) })
	return c, nil
}

func (c *schoolCalendar) add(p SchoolPeriod) {
	c.periods = append(c.periods, p)
	for _, zone := range p.Zones {
		if last := p.Until.AddDays(-1); c.known[zone].Before(last) {
			c.known[zone] = last
		}
	}
}

func parsePeriod(row []string) (p SchoolPeriod, err error) {
	p = SchoolPeriod{Year: row[0], Key: row[1], Zones: strings.Fields(row[2]), Published: row[5] == "published"}
	if p.From, err = parseDay(row[3]); err != nil {
		return p, err
	}
	p.Until = Wall{Year: p.From.Year, Month: time.September, Day: 1}
	if row[4] != "" {
		p.Until, err = parseDay(row[4])
	}
	if err == nil && (!p.From.Before(p.Until) || len(p.Zones) == 0 || p.Key == "") {
		err = errors.New("no zone, no name, or it ends before it begins")
	}
	return p, err
}

func parseDay(s string) (Wall, error) {
	t, err := time.Parse(time.DateOnly, s)
	return WallOf(t), err
}

func sortHolidays(list []Holiday) {
	slices.SortStableFunc(list, func(a, b Holiday) int { return a.Day.utc().Compare(b.Day.utc()) })
}

// academies are the départements of each zone, académie by académie.
var academies = map[string][]string{
	"A": {
		"25 39 70 90", "24 33 40 47 64", "03 15 43 63", "21 58 71 89", // Besançon, Bordeaux, Clermont-Ferrand, Dijon
		"07 26 38 73 74", "19 23 87", "01 42 69", "16 17 79 86", // Grenoble, Limoges, Lyon, Poitiers
	},
	"B": {
		"04 05 13 84", "02 60 80", "59 62", "54 55 57 88", // Aix-Marseille, Amiens, Lille, Nancy-Metz
		"44 49 53 72 85", "06 83", "14 27 50 61 76", "18 28 36 37 41 45", // Nantes, Nice, Normandie, Orléans-Tours
		"08 10 51 52", "22 29 35 56", "67 68", // Reims, Rennes, Strasbourg
	},
	"C": {
		"77 93 94", "11 30 34 48 66", "75", // Créteil, Montpellier, Paris
		"09 12 31 32 46 65 81 82", "78 91 92 95", // Toulouse, Versailles
	},
}

// SchoolZones are the zones of metropolitan France.
func SchoolZones() []string { return []string{"A", "B", "C"} }

// SchoolZoneOf is the zone of a département by its code, "46"; empty for
// Corsica and overseas, which publish their own dates.
func SchoolZoneOf(departement string) string {
	for zone, lists := range academies {
		for _, list := range lists {
			if slices.Contains(strings.Fields(list), departement) {
				return zone
			}
		}
	}
	return ""
}

// AlsaceMoselle tells whether a département has two public holidays more.
func AlsaceMoselle(departement string) bool {
	return slices.Contains([]string{"57", "67", "68"}, departement)
}
