package appliance

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/photo"
	"copi.local/ui"
)

// told is the machine as a directory: path and content of each file.
func told(t *testing.T, files map[string]string) machine {
	t.Helper()
	root := t.TempDir()
	for path, content := range files {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return machine{root}
}

// find is the check of a name; its zero value when there is none.
func find(parts []ui.Check, name string) ui.Check {
	for _, c := range parts {
		if c.Name == name {
			return c
		}
	}
	return ui.Check{}
}

func TestWhatTheMachineTells(t *testing.T) {
	const heat, meminfo, volt = "sys/class/thermal/thermal_zone0/temp", "proc/meminfo", "sys/class/hwmon/hwmon1/"
	for name, c := range map[string]struct {
		files map[string]string
		check string
		want  string // key; empty: left out
	}{
		"a cool board":          {map[string]string{heat: "51234\n"}, "heat", "health.heat.ok"},
		"a hot board":           {map[string]string{heat: "80000\n"}, "heat", "health.heat.hot"},
		"a board without sense": {nil, "heat", ""},
		"nonsense":              {map[string]string{heat: "hot"}, "heat", ""},
		"memory":                {map[string]string{meminfo: "MemTotal: 500000 kB\nMemAvailable:   60000 kB\n"}, "memory", "health.memory.ok"},
		"little memory":         {map[string]string{meminfo: "MemTotal: 500000 kB\nMemAvailable:   30000 kB\n"}, "memory", "health.memory.low"},
		"no memory told":        {map[string]string{meminfo: "MemTotal: 500000 kB\n"}, "memory", ""},
		"a good charger":        {map[string]string{volt + "name": "rpi_volt\n", volt + "in0_lcrit_alarm": "0\n"}, "power", "health.power.ok"},
		"a weak charger":        {map[string]string{volt + "name": "rpi_volt\n", volt + "in0_lcrit_alarm": "1\n"}, "power", "health.power.weak"},
		"another sensor":        {map[string]string{volt + "name": "nvme\n", volt + "in0_lcrit_alarm": "1\n"}, "power", ""},
	} {
		if got := find(told(t, c.files).checks(t.TempDir()), c.check); got.Key != c.want {
			t.Errorf("%s: %q, want %q", name, got.Key, c.want)
		}
	}
}

// The card's errors are those of the device the data lie on.
func TestErrorsOfTheCard(t *testing.T) {
	dir := t.TempDir()
	var at unix.Stat_t
	if err := unix.Stat(dir, &at); err != nil {
		t.Fatal(err)
	}
	device := strconv.Itoa(int(unix.Major(at.Dev))) + ":" + strconv.Itoa(int(unix.Minor(at.Dev)))
	for count, want := range map[string]string{"0\n": "health.card.ok", "3\n": "health.card.errors"} {
		m := told(t, map[string]string{"sys/fs/ext4/card4/errors_count": count, "sys/fs/ext4/other1/errors_count": "9\n"})
		link := filepath.Join(m.root, "sys/dev/block", device)
		if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("../../devices/card/card4", link); err != nil {
			t.Fatal(err)
		}
		if got := find(m.checks(dir), "card"); got.Key != want {
			t.Errorf("%q: %q, want %q", count, got.Key, want)
		}
	}
}

func TestDataOthersCanReadAreTold(t *testing.T) {
	for mode, want := range map[fs.FileMode]string{0o600: "health.private.ok", 0o644: "health.private.open", 0o640: "health.private.open"} {
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(database(dir), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(database(dir), mode); err != nil {
			t.Fatal(err)
		}
		if got := find(machine{}.checks(dir), "private"); got.Key != want || got.Status != ui.Fine && !got.Kept {
			t.Errorf("%o: %+v", mode, got)
		}
	}
}

// TestADoctorLooksAtTwentyFiveThings: of a village that runs well but for what
// its people have to see to.
func TestADoctorLooksAtTwentyFiveThings(t *testing.T) {
	dir := t.TempDir() + "/village"
	resident(t, dir)
	db, clock, err := openAtRest(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	m := told(t, map[string]string{
		"proc/meminfo": "MemAvailable: 60000 kB\n", "sys/class/thermal/thermal_zone0/temp": "50000",
		"sys/class/hwmon/hwmon0/name": "rpi_volt", "sys/class/hwmon/hwmon0/in0_lcrit_alarm": "0",
	})
	parts := func() []ui.Check {
		return (&health{db: db, clock: clock, dir: dir, machine: m}).Check(t.Context()).Parts
	}
	names := map[string]bool{}
	for _, c := range parts() {
		names[c.Name] = true
		if sentence := ui.Sentence("fr", c.Key, c.Args...); strings.ContainsAny(sentence, "{}") || c.Key == "" {
			t.Errorf("%s: %q", c.Name, sentence)
		}
		if c.Status == ui.Broken {
			t.Errorf("%s is broken: %s", c.Name, c.Detail)
		}
	}
	const ofRunning = 2 // network and parts
	if n := len(names) + ofRunning; n < 25 {
		t.Errorf("%d checks: %v", n, names)
	}
	change := func(query string, args ...any) {
		t.Helper()
		if err := db.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ name, want, query string }{
		{"operators", "health.operators.one", `UPDATE account_people SET role = 1 WHERE role = 3 AND id <> (SELECT min(id) FROM account_people WHERE role = 3)`},
		{"moderators", "health.moderators.one", `UPDATE account_people SET role = 1 WHERE role = 2`},
		{"sheet_used", "health.sheet.used", `UPDATE account_boxes SET recovery_used_at = 1`},
		{"sheet", "health.sheet.unread", `UPDATE account_boxes SET recovery_used_at = NULL, recovery_printed = 0`},
		{"publisher", "health.publisher.missing", `UPDATE account_boxes SET publisher = ''`},
		{"queue", "health.queue.late", `UPDATE moderation_proposals SET created_at = 1`},
		{"silent", "health.silent.some", `INSERT INTO neighbour_links (peer, name, state, contact_at) VALUES ('p', 'Une commune', 'paired', 1)`},
		{"erasures", "health.erasures.late", `INSERT INTO neighbour_erasures (id, epoch, seq, at, quality, ran) VALUES (x'01020304050607080910', 1, 5, 1, 3, -3000000)`},
		{"own_log", "health.own_log.doubt", `UPDATE neighbour_publishers SET doubt = 'moved'`},
		{"photos", "health.photos.missing", `INSERT INTO photo_files (hash, bytes, thumb_bytes, width, height, thumb_width, thumb_height, thumb_hash, uses, created_at) VALUES ('feed', 1, 1, 1, 1, 1, 1, '', 1, 0)`},
	} {
		change(c.query)
		if got := find(parts(), c.name); got.Key != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.Key, c.want)
		}
	}
	if n, err := photo.NewAlbum(db, nil).Missing(t.Context()); err != nil || n != 1 {
		t.Errorf("%d photos are missing: %v", n, err)
	}
}

// A report goes to a stranger: nothing of any person is in it.
func TestAReportNamesNobody(t *testing.T) {
	dir := t.TempDir() + "/village"
	resident(t, dir)
	db, _, err := openAtRest(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var people []account.Person
	err = db.View(store.As(t.Context(), store.Actor{Role: store.Operator}), func(tx *store.Tx) (err error) {
		people, err = account.People(tx, "")
		return err
	})
	if err != nil || len(people) == 0 {
		t.Fatalf("%d people: %v", len(people), err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := Program{Version: "1.2.3", Built: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	if err := Report(t.Context(), dir, p, &out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, want := range []string{"copi 1.2.3, built 2026-11-01", "database", "agenda ", "ok      log"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, p := range people {
		if strings.Contains(text, p.Name) || strings.Contains(text, " "+p.Login) {
			t.Errorf("%s is named in\n%s", p.Name, text)
		}
	}
}
