package format

import (
	"bufio"
	"strings"
)

// readRNA reads the register of associations in both its layouts, rna_waldec
// and the older rna_import, by the names of their columns. The columns adrg_*
// (where mail goes) and dir_* (who presides) speak of persons and are not
// looked at. The seat (adrs_*, adr1…) is the home of somebody more often than
// not, and nothing in the file says when: without Options.Streets only its
// commune is kept.
func readRNA(r *bufio.Reader, o *Options, v *Visitor) error {
	t := newRows(r)
	_, cols, err := t.heading()
	if err != nil {
		return err
	}
	for _, need := range []string{"id", "titre", "position"} {
		if _, ok := cols[need]; !ok {
			return &Broken{t.line, NoColumns, need}
		}
	}
	return t.each(cols, v, func(line int, r row) error {
		if p := strings.ToUpper(r.get("position")); p != "A" {
			v.Skip(Closed)
			return nil
		}
		rec := association(r, o)
		rec.Line = line
		switch {
		case rec.Name == "":
			v.refuse(line, NoName, rec.ID)
		case rec.ID == "":
			v.refuse(line, BadRNA, "")
		default:
			return v.Take(rec)
		}
		return nil
	})
}

// association is a row of the RNA.
func association(r row, o *Options) Record {
	rec := Record{
		Kind: KindOrg, Category: "association",
		ID:         strings.ToUpper(strings.ReplaceAll(r.get("id"), " ", "")),
		Name:       tidy(r.get("titre", "titre_court")),
		Text:       lines(r.get("objet")),
		PostalCode: r.get("adrs_codepostal"),
		City:       tidy(r.get("adrs_libcommune", "libcom")),
		INSEE:      strings.ToUpper(r.get("adrs_codeinsee")),
		SIRET:      r.get("siret"),
		Website:    website(r.get("siteweb")),
		Since:      day(r.get("date_creat", "date_decla")),
	}
	if rec.Since == "" {
		rec.Since = day(r.get("date_decla"))
	}
	if strings.HasPrefix(rec.ID, "W") { // rna_import numbers its lines in its own way
		rec.RNA = rec.ID
	}
	if o.Streets {
		rec.Street = tidy(strings.Join([]string{
			r.get("adrs_numvoie", "adr1"), r.get("adrs_repetition"), r.get("adrs_typevoie", "adr2"), r.get("adrs_libvoie", "adr3"),
		}, " "))
	}
	return rec
}
