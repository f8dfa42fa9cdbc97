package ui

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"copi.local/store/listing"
	"copi.local/ui/internal/sprite"
)

// maxCSS is what the style sheet may weigh packed, in bytes.
const maxCSS = 6000

func TestTheSpriteIsMadeOfTheIcons(t *testing.T) {
	static := os.DirFS("static")
	want, err := sprite.Build(static, "vendor/lucide")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("static/icons.svg is old: go generate ./ui")
	}
}

func TestEveryIconOnAPageIsInTheSprite(t *testing.T) {
	icons, err := os.ReadFile("static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	used := regexp.MustCompile(`template "icon" "([a-z0-9-]+)"`)
	for name := range builtTemplates(t) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(b), -1) {
			if !strings.Contains(string(icons), `<symbol id="`+m[1]+`"`) {
				t.Errorf("%s shows %s, which is not in the sprite", name, m[1])
			}
		}
	}
	for kind, s := range subjects {
		if !strings.Contains(string(icons), `<symbol id="`+s.Icon+`"`) {
			t.Errorf("the icon of %s is not in the sprite", kind)
		}
	}
}

// builtTemplates is the set of template files.
func builtTemplates(t *testing.T) map[string]bool {
	t.Helper()
	files := map[string]bool{}
	dirs, err := os.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		list, err := os.ReadDir("templates/" + d.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			files["templates/"+d.Name()+"/"+f.Name()] = true
		}
	}
	return files
}

func TestVendoredFilesAreAsTheyWereTaken(t *testing.T) {
	if err := sprite.Check(os.DirFS("static"), "vendor"); err != nil {
		t.Error(err)
	}
	list := `[{"name":"x","version":"1","licence":"ISC","integrity":"sha512-","files":{"LICENSE":"%s","a.svg":"00"}}]`
	for name, files := range map[string]fstest.MapFS{
		"changed":    {"vendor/vendor.json": {Data: []byte(list)}, "vendor/x/LICENSE": {Data: []byte("l")}, "vendor/x/a.svg": {Data: []byte("s")}},
		"unknown":    {"vendor/vendor.json": {Data: []byte("[]")}, "vendor/x/a.svg": {Data: []byte("s")}},
		"missing":    {"vendor/vendor.json": {Data: []byte(list)}},
		"no licence": {"vendor/vendor.json": {Data: []byte(`[{"name":"x","version":"1","licence":"ISC","integrity":"i","files":{}}]`)}},
	} {
		if err := sprite.Check(files, "vendor"); err == nil {
			t.Errorf("%s: nothing was said", name)
		}
	}
}

func TestTheStyleSheetStaysSmall(t *testing.T) {
	info, err := os.Stat("static/copi.css.gz")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxCSS {
		t.Errorf("copi.css weighs %d bytes packed, over %d", info.Size(), maxCSS)
	}
}

func TestAPageSaysWhatItWeighs(t *testing.T) {
	b := newBox(t)
	page := b.get("/aide")
	m := regexp.MustCompile(`pèse (\d+)\x{a0}?\s?ko`).FindStringSubmatch(page)
	if m == nil || strings.Contains(page, string(weightMark)) {
		t.Fatalf("no weight in\n%s", page)
	}
	gz, err := compress([]byte(page))
	if err != nil {
		t.Fatal(err)
	}
	want := (b.scale.base + len(gz)) / 1000
	if got, _ := strconv.Atoi(m[1]); got < want || got > want+2 {
		t.Errorf("says %d kB, weighs about %d", got, want)
	}
}

// TestAPageWeighsItsOwnStyleSheet: what only some pages load is counted there.
func TestAPageWeighsItsOwnStyleSheet(t *testing.T) {
	b := newBox(t)
	weight := func(body string) int {
		out, err := b.scale.weigh("a page", []byte(body+string(weightMark)))
		if err != nil {
			t.Fatal(err)
		}
		kB, _ := strconv.Atoi(string(out[len(body):]))
		return kB
	}
	const padding = 40
	href := b.assets.names["agenda.css"]
	without, with := weight(strings.Repeat("x", len(href)+padding)), weight(href+strings.Repeat("x", padding))
	if with <= without {
		t.Errorf("%d kB with agenda.css, %d without", with, without)
	}
}

func TestACardSaysWhatPeopleAskFirst(t *testing.T) {
	_, _ = catalogueOf(t)
	b := newBox(t)
	start := b.clock.Now().AddDate(0, 0, 3)
	fr := &speech{localizer{locale: b.langs.byLang["fr"], zone: b.zone, now: b.clock.Now()}}
	km := 6.2
	c := listing.Card{
		Kind: listing.KindEvent, Title: "Loto", StartsAt: start, EndsAt: start.Add(2 * time.Hour), Cancelled: true,
		Price: &listing.Price{Amount: 350, Unit: "EUR"}, Origin: &listing.Origin{Name: "Altillac"}, UpdatedAt: b.clock.Now(), DistanceKM: &km,
	}
	v := fr.card(c, false)
	if v.Flag != "ANNULÉ" || !v.Off || v.Date == nil || v.Price != "3,50\u00a0€" || !strings.Contains(v.Origin, "boîte d’Altillac") || len(v.Line()) != 3 {
		t.Errorf("%+v", v)
	}
	if under := fr.card(c, true); under.Date != nil || under.Level != 3 || len(under.Line()) != 2 || !strings.HasPrefix(under.When, "de ") {
		t.Errorf("under its day: %+v", under)
	}
	c.EndsAt, c.AllDay = c.StartsAt.AddDate(0, 0, 3), true
	if v := fr.card(c, false); v.Date.Until == "" {
		t.Error("three days look like one")
	}
	c.Kind = "never-seen"
	if fr.card(c, false).Subject.Word == "" {
		t.Error("a kind of tomorrow has no tab")
	}
}
