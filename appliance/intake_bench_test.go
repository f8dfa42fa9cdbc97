package appliance

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/intake"
	"copi.local/store/intake/format"
	"copi.local/store/storetest"
)

// importLines is how many lines the invented register of the benchmark has: a
// département's.
const importLines = 50_000

// inventedRegister is an RNA file of n associations that are not.
func inventedRegister(n int) []byte {
	what := strings.Fields("amicale chorale club comité société union cercle atelier compagnie collectif")
	whose := strings.Fields("pêcheurs boulistes jardiniers randonneurs parents aînés lecteurs musiciens cyclistes apiculteurs meuniers")
	var b bytes.Buffer
	b.WriteString("id;siret;titre;objet;adrs_codeinsee;adrs_codepostal;adrs_libcommune;siteweb;position;date_creat\n")
	for i := range n {
		fmt.Fprintf(&b, "\"W46%07d\";\"\";\"%s DES %s N° %d\";\"réunir les %s du canton, organiser des sorties et défendre leurs intérêts\";\"46128\";\"46150\";\"GIGOUZAC\";\"\";\"A\";\"%d-03-01\"\n",
			i, strings.ToUpper(what[i%10]), strings.ToUpper(whose[i/10%11]), i, whose[i/10%11], 1901+i%120)
	}
	return b.Bytes()
}

// BenchmarkImport reads a register of 50,000 lines and writes its cards, beside
// a bare insert of as many rows of the same text in batches of the same size.
// The ratio is what reading, rules, card, codes and search index cost beyond
// the rows.
func BenchmarkImport(b *testing.B) {
	compareImport(b, format.RNA, inventedRegister(importLines), importLines)
}

// calendarEvents is how many events the invented calendar of the benchmark has:
// what a town announces in some ten years.
const calendarEvents = 10_000

// inventedCalendar has n events, one in ten a series of a year with one date
// that was moved.
func inventedCalendar(n int) []byte {
	var b bytes.Buffer
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
	for i := range n {
		at := time.Date(2026, time.January, 1+i%1000, 18+i%5, 0, 0, 0, time.UTC)
		stamp := func(t time.Time) string { return t.Format("20060102T150405") }
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d@exemple\r\nSUMMARY:Veillée n° %d\r\nLOCATION:Salle des fêtes\r\nDESCRIPTION:Apportez une chaise et un plat à partager.\r\n"+
			"DTSTART;TZID=Europe/Paris:%s\r\nDTEND;TZID=Europe/Paris:%s\r\n", i, i, stamp(at), stamp(at.Add(time.Hour)))
		if i%10 == 0 {
			moved := at.AddDate(0, 0, 14)
			fmt.Fprintf(&b, "RRULE:FREQ=WEEKLY;COUNT=52\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:%d@exemple\r\nSUMMARY:Veillée n° %d\r\n"+
				"RECURRENCE-ID;TZID=Europe/Paris:%s\r\nDTSTART;TZID=Europe/Paris:%s\r\n", i, i, stamp(moved), stamp(moved.Add(time.Hour)))
		}
		b.WriteString("END:VEVENT\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.Bytes()
}

// BenchmarkImportCalendar does the same with a calendar of 10,000 events, 1,000
// of them series: their 52,000 dates are rows as well, and not counted.
func BenchmarkImportCalendar(b *testing.B) {
	compareImport(b, format.ICS, inventedCalendar(calendarEvents), calendarEvents)
}

func compareImport(b *testing.B, f format.Format, file []byte, things int) {
	b.Helper()
	line := string(file[:len(file)/things])
	var imports, rows time.Duration
	for b.Loop() {
		db, _ := storetest.Open(b, personal...)
		ctx := store.As(b.Context(), store.Actor{Role: store.Operator})
		run := intake.Run{Format: f, File: "file"}
		start := time.Now()
		report, err := intake.NewDesk(db, b.TempDir()).Import(ctx, &run, bytes.NewReader(file))
		if err != nil || report.Added != int64(things) {
			b.Fatal(report.Counts, report.Faults, err)
		}
		middle := time.Now()
		bareRows(ctx, b, line, things)
		imports, rows = imports+middle.Sub(start), rows+time.Since(middle)
	}
	b.ReportMetric(float64(b.N*things)/imports.Seconds(), "cards/s")
	b.ReportMetric(float64(b.N*things)/rows.Seconds(), "bare/s")
	b.ReportMetric(imports.Seconds()/rows.Seconds(), "import:bare")
}

// bareRows inserts as many rows in batches of a thousand.
func bareRows(ctx context.Context, b *testing.B, line string, things int) {
	b.Helper()
	bare := openBare(b)
	for n := 0; n < things; n += 1000 {
		err := bare.Update(ctx, func(tx *store.Tx) error {
			for range 1000 {
				if _, err := tx.Exec("INSERT INTO bare_rows (body) VALUES (?)", line); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
