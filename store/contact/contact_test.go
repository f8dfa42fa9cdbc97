package contact_test

import (
	"slices"
	"strings"
	"testing"

	"copi.local/store/contact"
)

// found is what Find finds, as texts.
func found(text string) (out []string) {
	for _, f := range contact.Find(text) {
		out = append(out, f.Text)
	}
	return out
}

func TestPA3_PhonesAsTheyAreWritten(t *testing.T) {
	for _, phone := range []string{
		"05 65 00 00 00", "0565000000", "05.65.00.00.00", "05-65-00-00-00", "05 65 00 00 00", "05 65 00 00 00",
		"05/65/00/00/00", "05 - 65 - 00 - 00 - 00", "06 123 456 78", "0800 123 456", "O6 12 34 56 78", "06 1234 5678",
		"+33 5 65 00 00 00", "+33565000000", "+33 (0)5 65 00 00 00", "+33(0)565000000", "0033 5 65 00 00 00", "00 33 5 65 00 00 00",
		"+32 470 12 34 56", "+262 692 12 34 56", "0690 12 34 56", "0032 470 12 34 56",
		"06,12,34,56,78", "(06) 12 34 56 78", "(05)65000000",
	} {
		for _, text := range []string{phone, "Tél. : " + phone + ".", "appeler le " + phone + ", merci", "(" + phone + ")", "tel:" + phone + "\n12 poules"} {
			got := contact.Find(text)
			if len(got) != 1 || got[0].Text != phone || got[0].Kind != contact.Phone || text[got[0].From:got[0].To] != phone {
				t.Errorf("%q: %+v", text, got)
			}
		}
	}
}

func TestTwoPhones(t *testing.T) {
	for _, text := range []string{"05 65 00 00 00 / 06 12 34 56 78", "05 65 00 00 00 06 12 34 56 78", "05.65.00.00.00 ou 06.12.34.56.78"} {
		if got := found(text); len(got) != 2 || !strings.HasSuffix(got[1], "78") || !strings.HasPrefix(got[1], "06") {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestWhatIsNoContact(t *testing.T) {
	for _, text := range []string{
		"", "Vends vélo 12,50 €", "le 01/02/2026 10 h", "du 01.02.2026 au 05.02.2026", "1 200 000 000 €", "SIRET 012 345 678 00012",
		"SIREN 123 456 789", "référence A0612345678", "IBAN FR76 3000 6000 0112 3456 7890 189", "code 0012", "de 8 h à 12 h",
		"ISBN 978-2-07-036822-8", "06 12 34 56", "0 612345678912", "06123456789", "2 cours de piano", "1 place libre",
		"3 places dans la voiture", "samedi 14 place de la Mairie", "rue de la Gare", "au lieu-dit Les Champs", "10 passages",
		"un vélo @ 20 €", "rendez-vous à 15 h chemin faisant", "5 kg de pommes", "46100 Figeac", "1 voie rapide", "3 villas",
		"Prix 150 à 200 €", "année 2026-2027", "vu at home", "nous serons 12 en route", "route 12",
	} {
		if got := contact.Find(text); len(got) != 0 {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestMails(t *testing.T) {
	for _, mail := range []string{
		"lea@example.org", "lea.martin+velo@mail.example.org", "lea (at) example.org", "lea[at]example.org", "lea(a)example.org",
		"lea arobase example point org", "lea@example (point) org", "LEA@EXAMPLE.ORG", "léa@exemple.fr", "lea at example.org",
	} {
		text := "Écrire à " + mail + ", merci."
		got := contact.Find(text)
		if len(got) != 1 || got[0].Text != mail || got[0].Kind != contact.Mail {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"À voir au 12 rue de la Gare, sonner fort", "12 rue de la Gare"},
		{"12 rue de la gare demain", "12 rue de la gare"},
		{"12, rue Victor Hugo pour l'essai", "12, rue Victor Hugo"},
		{"12 rue victor hugo", "12 rue victor hugo"},
		{"3 bis chemin du Moulin", "3 bis chemin du Moulin"},
		{"3bis, chemin du Moulin.", "3bis, chemin du Moulin"},
		{"4 place de la mairie", "4 place de la mairie"},
		{"4 place de l’Église à 18 h", "4 place de l’Église"},
		{"5 rue du 8 mai 1945, 46100 Figeac", "5 rue du 8 mai 1945, 46100 Figeac"},
		{"5 rue du 11 Novembre 1918", "5 rue du 11 Novembre 1918"},
		{"18 avenue Jean Jaurès - 46100 FIGEAC Tél", "18 avenue Jean Jaurès - 46100 FIGEAC"},
		{"viens : 7 impasse des Lilas 46500 Gramat", "7 impasse des Lilas 46500 Gramat"},
		{"lieu-dit Le Bourg, 46190 Teyssieu", "lieu-dit Le Bourg, 46190 Teyssieu"},
		{"9 rte de Saint-Céré", "9 rte de Saint-Céré"},
		{"1200 route de Figeac", "1200 route de Figeac"},
	} {
		got := contact.Find(c.text)
		if len(got) == 0 || !strings.HasPrefix(got[0].Text, c.want) || got[0].Kind != contact.Address {
			t.Errorf("%q: %+v, want %q", c.text, got, c.want)
		}
	}
}

func TestMask(t *testing.T) {
	text := "Vends vélo, appeler Léa au 05 65 00 00 00 ou lea@example.org, 12 rue de la Gare."
	if got, want := contact.Mask(text, "[…]"), "Vends vélo, appeler Léa au […] ou […], […]."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := contact.Mask("06 12 34 56 78", "05 65 00 00 00"); got != "05 65 00 00 00" {
		t.Errorf("a mask that is a contact: %q", got)
	}
	if got := contact.Mask("Vélo 12 €", "[…]"); got != "Vélo 12 €" {
		t.Errorf("%q", got)
	}
}

func TestUnmask(t *testing.T) {
	original := "Appeler le 05 65 00 00 00 ou lea@example.org."
	for text, want := range map[string]string{
		contact.Mask(original, contact.Hidden): original,
		"Le soir : […], sinon […]":             "Le soir : 05 65 00 00 00, sinon lea@example.org",
		"Le soir : […]":                        "Le soir : […]",
		"Fermé.":                               "Fermé.",
	} {
		if got := contact.Unmask(text, original); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestKindsHaveNames(t *testing.T) {
	if got := []string{contact.Phone.String(), contact.Mail.String(), contact.Address.String()}; !slices.Equal(got, []string{"phone", "mail", "address"}) {
		t.Error(got)
	}
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{
		"05 65 00 00 00", "+33 (0)5 65", "lea@example.org0612345678", "12 rue de la Gare 46100 Figeac", "(0)(0)0", "00" + strings.Repeat("1", 40),
		"+", "+0612345678 a@b.c", "lieu-dit l' 46100 ", "1 rue l’", "\xff12 rue \xc3",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, found := range contact.Find(text) {
			if found.From < end || found.To <= found.From || text[found.From:found.To] != found.Text || found.Kind == 0 {
				t.Fatalf("%q: %+v after %d", text, found, end)
			}
			end = found.To
		}
		masked := contact.Mask(text, "[…]")
		if left := contact.Find(masked); len(left) > 0 {
			t.Errorf("%q: %+v left in %q", text, left, masked)
		}
		if again := contact.Mask(masked, "[…]"); again != masked {
			t.Errorf("%q, masked twice: %q, %q", text, masked, again)
		}
	})
}
