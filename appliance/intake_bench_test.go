package appliance

import (
	"bytes"
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
	file := inventedRegister(importLines)
	line := string(file[:len(file)/importLines])
	var imports, rows time.Duration
	for b.Loop() {
		db, _ := storetest.Open(b, personal...)
		ctx := store.As(b.Context(), store.Actor{Role: store.Operator})
		run := intake.Run{Format: format.RNA, File: "rna.csv"}
		start := time.Now()
		report, err := intake.NewDesk(db, b.TempDir()).Import(ctx, &run, bytes.NewReader(file))
		if err != nil || report.Added != importLines {
			b.Fatal(report.Counts, err)
		}
		middle := time.Now()
		bare := openBare(b)
		for n := 0; n < importLines; n += 1000 {
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
		imports, rows = imports+middle.Sub(start), rows+time.Since(middle)
	}
	b.ReportMetric(float64(b.N*importLines)/imports.Seconds(), "cards/s")
	b.ReportMetric(float64(b.N*importLines)/rows.Seconds(), "bare/s")
	b.ReportMetric(imports.Seconds()/rows.Seconds(), "import:bare")
}
