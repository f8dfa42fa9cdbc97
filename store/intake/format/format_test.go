package format_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"copi.local/store/intake/format"
)

// result is all a file gave.
type result struct {
	records []format.Record
	faults  []format.Fault
	skipped map[string]int
	err     error
}

func read(f format.Format, text string, o format.Options) result {
	res := result{skipped: map[string]int{}}
	res.err = format.Read(f, strings.NewReader(text), o, format.Visitor{
		Take:   func(r format.Record) error { res.records = append(res.records, r); return nil },
		Refuse: func(f format.Fault) { res.faults = append(res.faults, f) },
		Skip:   func(reason string) { res.skipped[reason]++ },
	})
	return res
}

// broken is why a file cannot be read; empty when it can.
func broken(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	b, ok := errors.AsType[*format.Broken](err)
	if !ok {
		t.Fatalf("%v is no Broken", err)
	}
	if format.Sentence(b.Reason) == "" {
		t.Errorf("reason %q has no sentence", b.Reason)
	}
	return b.Reason
}

// only is the one record of a file.
func only(t *testing.T, res result) format.Record {
	t.Helper()
	if res.err != nil || len(res.records) != 1 || len(res.faults) != 0 {
		t.Fatalf("%d records, faults %v, %v", len(res.records), res.faults, res.err)
	}
	return res.records[0]
}

const waldec = `id;id_ex;siret;rup_mi;gestion;date_creat;date_decla;date_publi;date_disso;nature;groupement;titre;titre_court;objet;objet_social1;objet_social2;adrs_complement;adrs_numvoie;adrs_repetition;adrs_typevoie;adrs_libvoie;adrs_distrib;adrs_codeinsee;adrs_codepostal;adrs_libcommune;adrg_declarant;adrg_complemid;adrg_complemgeo;adrg_libvoie;adrg_distrib;adrg_codepostal;adrg_achemine;adrg_pays;dir_civilite;siteweb;publiweb;observation;position;maj_time` + "\r\n" +
	`"W463001234";"0463001234";"";"";"463S";"1987-03-12";"1987-03-12";"1987-04-01";"0001-01-01";"D";"S";"COMITÉ DES FÊTES D'ALTILLAC";"CFA";"organiser les fêtes ; animer ""le bourg""";"";"";"";"12";"";"RUE";"DU SECRET";"";"19007";"19120";"Altillac";"PRESIDENTE SECRETE";"";"";"3 CHEMIN CACHE";"";"19120";"ALTILLAC";"FRANCE";"MME";"www.exemple.fr";"1";"";"A";"2020-01-01 00:00:00"` + "\r\n" +
	`"W463001235";"";"";"";"";"0001-01-01";"0001-01-01";"";"2001-01-01";"";"";"DISSOUTE";"";"";"";"";"";"";"";"";"";"";"19007";"19120";"Altillac";"";"";"";"";"";"";"";"";"";"";"";"";"D";""` + "\r\n"

func TestRNAWaldec(t *testing.T) {
	res := read(format.RNA, waldec, format.Options{})
	got := only(t, res)
	want := format.Record{
		Line: 2, ID: "W463001234", RNA: "W463001234", Kind: format.KindOrg, Category: "association", Name: "COMITÉ DES FÊTES D'ALTILLAC",
		Text: `organiser les fêtes ; animer "le bourg"`, PostalCode: "19120", City: "Altillac", INSEE: "19007",
		Website: "http://www.exemple.fr", Since: "1987-03-12",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if res.skipped[format.Closed] != 1 {
		t.Errorf("skipped %v, want the dissolved one", res.skipped)
	}
}

// TestDI4_NobodysHomeIsRead: whatever the operator ticks, nothing of the
// columns about persons is in what is read, and no street without the tick.
func TestDI4_NobodysHomeIsRead(t *testing.T) {
	for _, streets := range []bool{false, true} {
		got := only(t, read(format.RNA, waldec, format.Options{Streets: streets}))
		text := strings.ToLower(strings.Join([]string{got.Name, got.Text, got.Street, got.City, got.Brief, got.Phone, got.Email}, " "))
		for _, secret := range []string{"secrete", "cache", "mme"} {
			if strings.Contains(text, secret) {
				t.Errorf("streets %v: %q is read: %s", streets, secret, text)
			}
		}
		if (got.Street == "12 RUE DU SECRET") != streets {
			t.Errorf("streets %v: street %q", streets, got.Street)
		}
	}
}

func TestRNAImportInLatin1(t *testing.T) {
	head := "id;id_ex;siret;gestion;date_creat;date_publi;nature;groupement;titre;objet;objet_social1;objet_social2;adr1;adr2;adr3;adrs_codepostal;libcom;adrs_codeinsee;siteweb;observation;position;rup_mi;maj_time\n"
	res := read(format.RNA, head+"\"463S00042\";\"\";\"\";\"\";\"1975-01-01\";\"\";\"\";\"\";\"AMICALE DE L\xc9COLE\";\"f\xeater\";\"\";\"\";\"\";\"\";\"\";\"46130\";\"GIRAC\";\"46123\";\"\";\"\";\"A\";\"\";\"\"\n", format.Options{})
	got := only(t, res)
	if got.Name != "AMICALE DE L'ÉCOLE" && got.Name != "AMICALE DE LÉCOLE" {
		t.Errorf("name %q", got.Name)
	}
	if got.Text != "fêter" || got.City != "GIRAC" || got.ID != "463S00042" || got.RNA != "" {
		t.Errorf("got %+v", got)
	}
}

func TestSIRENELeavesPersonsOut(t *testing.T) {
	const file = `siren,nic,siret,statutDiffusionEtablissement,enseigne1Etablissement,denominationUniteLegale,nomUniteLegale,categorieJuridiqueUniteLegale,numeroVoieEtablissement,typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,codeCommuneEtablissement,etatAdministratifEtablissement,activitePrincipaleEtablissement
732829320,00074,73282932000074,O,,SCIERIE DU VALLON,,5499,4,ROUTE,DU MOULIN,46130,GIRAC,46123,A,16.10A
111111111,00011,11111111100011,O,BOULANGERIE DU PONT,,DUPONT,1000,1,RUE,CACHEE,46130,GIRAC,46123,A,10.71C
111111111,00029,11111111100029,O,,,DURAND,1000,1,RUE,CACHEE,46130,GIRAC,46123,A,81.30Z
111111111,00037,11111111100037,P,,DISCRETE,,5499,,,,46130,GIRAC,46123,A,62.01Z
111111111,00045,11111111100045,O,,FERMEE,,5499,,,,46130,GIRAC,46123,F,62.01Z
`
	res := read(format.SIRENE, file, format.Options{})
	got := only(t, res)
	if got.Name != "SCIERIE DU VALLON" || got.Street != "4 ROUTE DU MOULIN" || got.SIRET != "73282932000074" || got.Category != "entreprise" {
		t.Errorf("got %+v", got)
	}
	if want := map[string]int{format.SoleTrader: 2, format.Withheld: 1, format.Closed: 1}; !reflect.DeepEqual(res.skipped, want) {
		t.Errorf("skipped %v, want %v", res.skipped, want)
	}
	res = read(format.SIRENE, file, format.Options{SoleTraders: true})
	if len(res.records) != 2 || res.records[1].Name != "BOULANGERIE DU PONT" || res.records[1].Street != "" || res.skipped[format.SoleTrader] != 1 {
		t.Errorf("with sole traders: %+v, %v", res.records, res.skipped)
	}
}

func TestTableGuessesFrenchHeadings(t *testing.T) {
	const file = "\xef\xbb\xbfNom de l'association\tAdresse\tCP\tCommune\tTél.\tCourriel\tSite web\tLatitude\tLongitude\n" +
		"Les Amis du Four\t1 rue du Four\t46130\tGirac\t05 65 00 00 00\tfour@exemple.fr\texemple.fr\t44,93\t1,84\n" +
		"=HYPERLINK(\"http://mal\")\t\t\t\t\t\t\t\t\n" +
		"\t\t\t\t\t\t\t1\t2\n" +
		"Loin\t\t\t\t\t\t\tnord\t2\n"
	res := read(format.CSV, strings.ReplaceAll(file, "Tél.", "Tél"), format.Options{})
	if res.err != nil || len(res.records) != 2 {
		t.Fatalf("%+v", res)
	}
	a := res.records[0]
	if a.Lat != 44.93 || a.Lon != 1.84 || a.Phone != "05 65 00 00 00" || a.Website != "http://exemple.fr" || a.Street != "" || a.PostalCode != "46130" {
		t.Errorf("got %+v", a)
	}
	if res.records[1].Name != `=HYPERLINK("http://mal")` {
		t.Errorf("a formula became %q", res.records[1].Name)
	}
	want := []format.Fault{{4, format.NoName, ""}, {5, format.BadPlace, "nord ; 2"}}
	if !reflect.DeepEqual(res.faults, want) {
		t.Errorf("faults %v, want %v", res.faults, want)
	}
}

func TestTableOfEvents(t *testing.T) {
	const file = "titre;date;heure;lieu\nLoto;28/11/2026;20h30;Salle\nMarché;05/12/2026;;Place\nBal;samedi;21h;Salle\n"
	res := read(format.CSV, file, format.Options{Kind: format.KindEvent})
	if len(res.records) != 2 || len(res.faults) != 1 || res.faults[0].Reason != format.BadDate || res.faults[0].Line != 4 {
		t.Fatalf("%+v", res)
	}
	if e := res.records[0]; e.Starts != "2026-11-28T20:30" || e.AllDay || e.Place != "Salle" || e.Zone != "Europe/Paris" {
		t.Errorf("got %+v", e)
	}
	if e := res.records[1]; e.Starts != "2026-12-05T00:00" || !e.AllDay {
		t.Errorf("got %+v", e)
	}
}

func TestMatchIsChecked(t *testing.T) {
	if bad := (format.Match{format.FieldCity}).Check(); bad == nil || bad.Reason != format.NoColumns {
		t.Errorf("no name: %v", bad)
	}
	if bad := (format.Match{format.FieldName, format.FieldName}).Check(); bad == nil || bad.Reason != format.Twice {
		t.Errorf("twice: %v", bad)
	}
	s, err := format.Look(strings.NewReader("Ville;Intitulé;Rien\nGirac;Le Four\n"), 10)
	if err != nil || !reflect.DeepEqual(s.Match, format.Match{format.FieldCity, format.FieldName, ""}) || len(s.Rows) != 1 || len(s.Rows[0]) != 3 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestVCard(t *testing.T) {
	const file = "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Épicerie du\r\n  Pont\r\nUID:urn:uuid:1\r\nTEL;TYPE=home:0100000000\r\nTEL;TYPE=work:0565000000\r\nGEO:geo:44.93,1.84\r\nADR:;;2 rue du Pont;Girac;;46130;France\r\nNOTE:Pain\\, lait\\net œufs\r\nPHOTO:data:image/jpeg;base64,AAAA\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\nVERSION:3.0\nN:Vidal;Ana;;;\nFN:Ana Vidal\nTEL:0600000000\nORG:Mairie;Accueil\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:2.1\nFN:Vieille\nORG:Vieille\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nFN:Club de marche\nORG:Club de marche\nEND:VCARD\n"
	res := read(format.VCard, file, format.Options{})
	if res.err != nil || len(res.records) != 2 || res.skipped[format.SomeOne] != 1 {
		t.Fatalf("%+v", res)
	}
	a := res.records[0]
	if a.Name != "Épicerie du Pont" || a.Phone != "0565000000" || a.Lat != 44.93 || a.Text != "Pain, lait\net œufs" || a.City != "Girac" || a.Street != "" || a.ID != "urn:uuid:1" {
		t.Errorf("got %+v", a)
	}
	if len(res.faults) != 1 || res.faults[0].Reason != format.BadCard || res.faults[0].Line != 21 {
		t.Errorf("faults %v", res.faults)
	}
}

func TestIO4_GeoJSONIsLongitudeFirst(t *testing.T) {
	const file = `{"type":"FeatureCollection","crs":{"deep":[1,[2]]},"features":[
{"type":"Feature","id":"node/1","geometry":{"type":"Point","coordinates":[1.84,44.93]},"properties":{"name":"Mairie","amenity":"townhall","opening_hours":"PH off; quand il fait beau"}},
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1,44],[2,44],[2,45],[1,44]]]},"properties":{"nom":"Champ"}},
{"type":"Feature","geometry":null,"properties":{"name":"Nulle part"}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[1.84,144.93]},"properties":{"name":"Trop haut"}}]}`
	res := read(format.GeoJSON, file, format.Options{})
	if res.err != nil || len(res.records) != 2 {
		t.Fatalf("%+v", res)
	}
	a := res.records[0]
	if a.Lat != 44.93 || a.Lon != 1.84 || a.Kind != format.KindPlace || a.Category != "mairie" || a.Hours != "PH off; quand il fait beau" || a.ID != "node/1" {
		t.Errorf("got %+v", a)
	}
	if b := res.records[1]; b.Lat != 44.5 || b.Lon != 1.5 {
		t.Errorf("the middle of a shape: %+v", b)
	}
	if want := []format.Fault{{3, format.BadShape, "Nulle part"}, {4, format.BadPlace, "Trop haut"}}; !reflect.DeepEqual(res.faults, want) {
		t.Errorf("faults %v", res.faults)
	}
}

const extract = `<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6"><bounds minlat="44" minlon="1" maxlat="45" maxlon="2"/>
<node id="1" lat="44.90" lon="1.80"/>
<node id="2" lat="44.92" lon="1.84"/>
<node id="3" lat="44.93" lon="1.85"><tag k="emergency" v="defibrillator"/><tag k="defibrillator:location" v="Mur de la mairie"/></node>
<node id="4" lat="44.94" lon="1.85"><tag k="shop" v="bakery"/><tag k="name" v="Au Pain d&apos;Épi"/><tag k="opening_hours" v="Tu-Su 07:00-13:00; SH &quot;sur demande&quot;"/></node>
<node id="5" lat="44.94" lon="1.85"><tag k="shop" v="vacant"/><tag k="name" v="Fermé"/></node>
<way id="9"><nd ref="1"/><nd ref="2"/><tag k="amenity" v="townhall"/><tag k="name" v="Mairie"/></way>
<way id="10"><nd ref="77"/><tag k="amenity" v="school"/><tag k="name" v="École"/></way>
<relation id="11"><center lat="44.5" lon="1.5"/><tag k="leisure" v="park"/><tag k="name" v="Parc"/></relation>
</osm>`

func TestIO4_OSM(t *testing.T) {
	res := read(format.OSM, extract, format.Options{})
	if res.err != nil || len(res.records) != 4 {
		t.Fatalf("%+v", res)
	}
	if a := res.records[0]; a.Name != "Défibrillateur (Mur de la mairie)" || a.Kind != format.KindPOI || a.Category != "defibrillateur" || a.ID != "node/3" {
		t.Errorf("got %+v", a)
	}
	if b := res.records[1]; b.Name != "Au Pain d'Épi" || b.Hours != `Tu-Su 07:00-13:00; SH "sur demande"` || b.Category != "commerce" {
		t.Errorf("got %+v", b)
	}
	if w := res.records[2]; w.ID != "way/9" || w.Lat < 44.909 || w.Lat > 44.911 || w.Lon < 1.819 || w.Lon > 1.821 {
		t.Errorf("a way: %+v", w)
	}
	if r := res.records[3]; r.Lat != 44.5 || r.Lon != 1.5 {
		t.Errorf("a relation: %+v", r)
	}
	if len(res.faults) != 1 || res.faults[0].Reason != format.NoCentre || res.faults[0].Detail != "École" {
		t.Errorf("faults %v", res.faults)
	}
}

func TestIO9_Communecter(t *testing.T) {
	const file = `{"meta":{"limit":50},"entities":{
"55e0":{"name":"Les Jardiniers","type":"NGO","shortDescription":"Semer","description":"Un <b>jardin</b>","email":"j@exemple.fr","tags":["jardin","#semences"],"address":{"streetAddress":"3 rue privée","postalCode":"46130","addressLocality":"Girac","codeInsee":"46123"},"geo":{"latitude":"44.93","longitude":"1.84"},"url":{"website":"jardin.exemple.fr"},"telephone":{"fixe":["0565000000"]}},
"55e1":{"name":"Ana","collection":"citizens","email":"ana@exemple.fr"},
"55e2":{"name":"Fête","collection":"events","startDate":"2026-11-28T19:00:00+00:00","endDate":"2026-11-28T22:00:00+00:00"},
"55e3":{"collection":"projects","name":""}}}`
	res := read(format.Communecter, file, format.Options{})
	if res.err != nil || len(res.records) != 2 || res.skipped[format.SomeOne] != 1 || len(res.faults) != 1 {
		t.Fatalf("%+v", res)
	}
	a := res.records[0]
	if a.ID != "55e0" || a.Kind != format.KindOrg || a.Category != "association" || a.Street != "" || a.INSEE != "46123" || a.Lat != 44.93 ||
		a.Website != "http://jardin.exemple.fr" || a.Phone != "0565000000" || !reflect.DeepEqual(a.Tags, []string{"jardin", "semences"}) {
		t.Errorf("got %+v", a)
	}
	if e := res.records[1]; e.Kind != format.KindEvent || e.Starts != "2026-11-28T20:00" || e.Ends != "2026-11-28T23:00" {
		t.Errorf("got %+v", e)
	}
	res = read(format.Communecter, `[{"_id":{"$id":"77"},"collection":"poi","name":"Composteur"}]`, format.Options{})
	if got := only(t, res); got.ID != "77" || got.Kind != format.KindPOI {
		t.Errorf("a list: %+v", got)
	}
}

func TestCalendar(t *testing.T) {
	const file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
		"BEGIN:VEVENT\r\nUID:a@exemple\r\nSEQUENCE:3\r\nSUMMARY:Bal\\, le grand\r\nDTSTART;TZID=Europe/Paris:20261128T220000\r\nDURATION:PT4H\r\nLOCATION:Salle\r\nBEGIN:VALARM\r\nDESCRIPTION:Rappel\r\nEND:VALARM\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nUID:b@exemple\r\nSUMMARY:Marché\r\nDTSTART;VALUE=DATE:20261205\r\nDTEND;VALUE=DATE:20261206\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nUID:c@exemple\r\nSUMMARY:UTC\r\nDTSTART:20260714T100000Z\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nUID:d@exemple\r\nSUMMARY:Secret\r\nCLASS:PRIVATE\r\nDTSTART:20260714T100000Z\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nUID:e@exemple\r\nSUMMARY:Sans date\r\nEND:VEVENT\r\n" +
		"END:VCALENDAR\r\n"
	res := read(format.ICS, file, format.Options{})
	if res.err != nil || len(res.records) != 3 || res.skipped[format.Withheld] != 1 {
		t.Fatalf("%+v", res)
	}
	a, c, b := res.records[0], res.records[1], res.records[2] // what repeats comes last
	if a.Name != "Bal, le grand" || a.Sequence != 3 || a.Starts != "2026-11-28T22:00" || a.Ends != "2026-11-29T02:00" || a.Zone != "Europe/Paris" || a.Text != "" || a.Place != "Salle" {
		t.Errorf("got %+v", a)
	}
	if !b.AllDay || b.Rule != "FREQ=WEEKLY" || b.Ends != "2026-12-06T00:00" {
		t.Errorf("got %+v", b)
	}
	if c.Starts != "2026-07-14T12:00" || !c.Cancelled {
		t.Errorf("got %+v", c)
	}
	if len(res.faults) != 1 || res.faults[0].Reason != format.NoDate {
		t.Errorf("faults %v", res.faults)
	}
}

func TestPlacesOfCommunes(t *testing.T) {
	for name, file := range map[string]string{
		"geo.api.gouv.fr": `[{"nom":"Girac","code":"46123","centre":{"type":"Point","coordinates":[1.84,44.93]}},{"code":"2a004","centre":{"coordinates":[8.73,41.92]}},{"code":"x"}]`,
		"hexasmal":        "Code_commune_INSEE;Nom_commune;Code_postal;Libelle_acheminement;Ligne_5;coordonnees_gps\n46123;GIRAC;46130;GIRAC;;44.93,1.84\n46123;GIRAC;46131;GIRAC;;44,1\n2A004;AJACCIO;20000;AJACCIO;;\"41.92, 8.73\"\n99999;X;;;;\n",
	} {
		var got []format.CommunePlace
		faults := 0
		err := format.Places(strings.NewReader(file), func(p format.CommunePlace) error { got = append(got, p); return nil }, func(format.Fault) { faults++ })
		if want := []format.CommunePlace{{"46123", 44.93, 1.84}, {"2A004", 41.92, 8.73}}; err != nil || faults != 1 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %d faults, %v", name, got, faults, err)
		}
	}
}

func TestDetect(t *testing.T) {
	for text, want := range map[string]format.Format{
		waldec: format.RNA, extract: format.OSM, "BEGIN:VCARD\n": format.VCard, "BEGIN:VCALENDAR\n": format.ICS,
		`{"type":"FeatureCollection","features":[]}`: format.GeoJSON, `{"entities":{}}`: format.Communecter,
		`[{"code":"46123","centre":{}}]`: format.Communes, "Nom;Ville\nA;B\n": format.CSV, "siren,nic,siret\n": format.SIRENE,
	} {
		if got, err := format.Detect(strings.NewReader(text)); got != want || err != nil {
			t.Errorf("%.30q: %q, %v, want %q", text, got, err, want)
		}
	}
}

// TestNobodysNameIsGuessed: longer headings are understood, and columns about
// somebody are left to the operator.
func TestNobodysNameIsGuessed(t *testing.T) {
	got := format.Guess([]string{"Nom du président", "Nom de l'asso", "Adresse du trésorier", "Adresse du siège", "Téléphone contact", "Date de création", "Site internet de l'asso"})
	want := format.Match{"", format.FieldName, "", format.FieldStreet, "", "", format.FieldWebsite}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzRead: whatever a file holds, it is read or refused, and what is read is
// text.
func FuzzRead(f *testing.F) {
	for i, text := range []string{
		waldec, "siret,siren\n1,2\n", "nom;date\na;b\n", "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:a\nEND:VCARD\n",
		`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"coordinates":[1,2]},"properties":{"name":"a"}}]}`, extract,
		`{"entities":{"a":{"name":"b","collection":"events"}}}`, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nDTSTART:20260101T000000\nEND:VEVENT\n",
	} {
		f.Add(uint8(i), []byte(text))
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		fm := format.Formats[int(which)%len(format.Formats)]
		text := string(data)
		check := func(fields ...string) {
			for _, s := range fields {
				if !utf8.ValidString(s) {
					t.Errorf("not text: %q", s)
				}
			}
		}
		if fm == format.Communes {
			_ = format.Places(strings.NewReader(text), func(format.CommunePlace) error { return nil }, func(format.Fault) {})
			return
		}
		for _, o := range []format.Options{{}, {Kind: format.KindEvent, Streets: true, SoleTraders: true}} {
			res := read(fm, text, o)
			for _, r := range res.records {
				check(r.ID, r.Name, r.Text, r.Street, r.City, r.Place)
				if r.Name == "" || r.Kind == "" {
					t.Errorf("without name or kind: %+v", r)
				}
				if r.Placed && (r.Lat < -90 || r.Lat > 90 || r.Lon < -180 || r.Lon > 180) {
					t.Errorf("off the earth: %+v", r)
				}
			}
			if res.err != nil {
				broken(t, res.err)
			}
		}
		_, err := format.Detect(strings.NewReader(text))
		broken(t, err)
		_, err = format.Look(strings.NewReader(text), 10)
		broken(t, err)
	})
}
