package format

import (
	"bufio"
	"strings"
)

// readSIRENE reads establishments of the register of businesses, in the layout
// of StockEtablissement, alone or joined with StockUniteLegale, by the names of
// its columns. Who asked not to be published is left out, and so are sole
// traders, whose business bears their name and whose address is their home;
// with Options.SoleTraders those with a sign over their door are taken under
// it, without a street.
func readSIRENE(r *bufio.Reader, o *Options, v *Visitor) error {
	t := newRows(r)
	_, cols, err := t.heading()
	if err != nil {
		return err
	}
	if _, ok := cols["siret"]; !ok {
		return &Broken{t.line, NoColumns, "siret"}
	}
	return t.each(cols, v, func(line int, r row) error {
		rec, skip := establishment(r, o)
		rec.Line = line
		switch {
		case skip != "":
			v.Skip(skip)
		case rec.SIRET == "":
			v.refuse(line, BadSIRET, "")
		case rec.Name == "":
			v.refuse(line, NoName, rec.ID)
		default:
			return v.Take(rec)
		}
		return nil
	})
}

// establishment is a row of SIRENE, or why it is left out.
func establishment(r row, o *Options) (rec Record, skip string) {
	if closed(r) {
		return rec, Closed
	}
	for _, s := range []string{
		r.get("statutdiffusionetablissement"), r.get("statutdiffusionunitelegale"), r.get("statutdiffusion"),
	} {
		if s != "" && s != "O" {
			return rec, Withheld
		}
	}
	sign := tidy(r.get("enseigne1etablissement", "denominationusuelleetablissement", "enseigne"))
	trader := soleTrader(r)
	if trader && (!o.SoleTraders || sign == "") {
		return rec, SoleTrader
	}
	rec = Record{
		Kind: KindOrg, SIRET: r.get("siret"), Name: sign,
		PostalCode: r.get("codepostaletablissement", "codepostal"),
		City:       tidy(r.get("libellecommuneetablissement", "libellecommune")),
		INSEE:      strings.ToUpper(r.get("codecommuneetablissement", "codecommune")),
		Since:      day(r.get("datecreationetablissement")),
	}
	rec.ID = strings.ReplaceAll(rec.SIRET, " ", "")
	if !trader {
		if rec.Name == "" {
			rec.Name = tidy(r.get("denominationunitelegale", "denominationusuelle1unitelegale", "sigleunitelegale", "denomination"))
		}
		rec.Street = tidy(strings.Join([]string{
			r.get("numerovoieetablissement"), r.get("indicerepetitionetablissement"),
			r.get("typevoieetablissement"), r.get("libellevoieetablissement"),
		}, " "))
		rec.RNA = r.get("identifiantassociationunitelegale")
	}
	if lat, lon, ok := point(r.get("latitude", "y_latitude"), r.get("longitude", "x_longitude")); ok && !trader {
		rec.Lat, rec.Lon, rec.Placed = lat, lon, true
	}
	rec.Category = trade(r.get("activiteprincipaleetablissement", "activiteprincipaleunitelegale"),
		r.get("categoriejuridiqueunitelegale", "categoriejuridique"))
	if rec.Category == "association" && !o.Streets { // its seat may be somebody's home
		rec.Street, rec.Placed, rec.Lat, rec.Lon = "", false, 0, 0
	}
	return rec, ""
}

func closed(r row) bool {
	return r.get("etatadministratifetablissement") == "F" || r.get("etatadministratifunitelegale") == "C"
}

// soleTrader tells whether a business is a person: the register says so, or
// gives a family name, or no name at all but the person's.
func soleTrader(r row) bool {
	form := r.get("categoriejuridiqueunitelegale", "categoriejuridique")
	if form != "" {
		return strings.HasPrefix(form, "1")
	}
	if r.get("denominationunitelegale", "denomination") != "" {
		return false
	}
	// Without a legal form a business that has no company name of its own must
	// be taken for a person's.
	return true
}

// trade is the category of an activity (NAF) and a legal form.
func trade(naf, form string) string {
	switch {
	case strings.HasPrefix(form, "92"), strings.HasPrefix(form, "93"):
		return "association"
	case strings.HasPrefix(form, "7"):
		return "collectivite"
	}
	naf = strings.ReplaceAll(naf, ".", "")
	if len(naf) < 2 {
		return "entreprise"
	}
	switch two := naf[:2]; {
	case two <= "03":
		return "ferme"
	case two == "47", two == "55", two == "56", strings.HasPrefix(naf, "1071"), two == "95", strings.HasPrefix(naf, "9602"):
		return "commerce"
	case two == "43", strings.HasPrefix(naf, "452"):
		return "artisan"
	case two == "85":
		return "enseignement"
	case two == "86":
		return "sante"
	case two == "84":
		return "service-public"
	case two == "94":
		return "association"
	}
	return "entreprise"
}
