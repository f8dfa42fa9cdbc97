package backup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestABoxIsGivenUpWholeOrNotAtAll cuts the power at every change of the card.
func TestABoxIsGivenUpWholeOrNotAtAll(t *testing.T) {
	v := newVillage(t)
	v.say("later")
	for name, text := range map[string]string{
		"imports/one.csv": "waits", "backups/x.copibackup": "sealed", "erasures.json": "[]", "clock": "1780000000", "copi.lock": "", "region.pmtiles": "map",
		"old-2026-01-02/box.key": "an older key", "update.json": "{}",
	} {
		v.file(name, text)
	}
	if err := v.db.Close(); err != nil {
		t.Fatal(err)
	}
	was, before, after := v.data, 0, 0
	for n := 0; ; n++ {
		v.data = filepath.Join(t.TempDir(), fmt.Sprint(n))
		if err := os.CopyFS(v.data, os.DirFS(was)); err != nil {
			t.Fatal(err)
		}
		d := cutAt(n, errPower)
		err := giveUp(v.data, v.clock.Now(), d)
		if err == nil {
			_, err = finish(v.data, d)
		}
		cut := errors.Is(err, errPower)
		if err != nil && !cut {
			t.Fatal(err)
		}
		aside, err := v.start(n)
		if err != nil {
			t.Fatalf("start after a cut at change %d: %v", n, err)
		}
		switch left := v.names(); {
		case slices.Contains(left, databaseName) && cut && aside == "":
			before++
			if got := v.said(filepath.Join(v.data, databaseName)); !slices.Equal(got, []string{"before", "later"}) {
				t.Fatalf("cut at change %d: the database says %v", n, got)
			}
		default:
			after++
			v.gaveUp(n, left)
		}
		if !cut {
			break
		}
	}
	if before < 3 || after < 5 {
		t.Errorf("%d cuts left the old box, %d none: too few to tell", before, after)
	}
}

func (v *village) names() (list []string) {
	v.Helper()
	entries, err := os.ReadDir(v.data)
	if err != nil {
		v.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// gaveUp checks that nothing of the box is left but aside, where all of it is.
func (v *village) gaveUp(n int, left []string) {
	v.Helper()
	for _, name := range left {
		if !ofMachine(name) || slices.Contains([]string{stageDir, readyDir, movingDir}, name) {
			v.Errorf("cut at change %d: %s is left", n, name)
		}
	}
	asides, err := Asides(v.data)
	if err != nil || len(asides) != 2 {
		v.Fatalf("cut at change %d: aside %+v, %v", n, asides, err)
	}
	aside := filepath.Join(v.data, asides[0].Name)
	if got := v.said(filepath.Join(aside, databaseName)); !slices.Equal(got, []string{"before", "later"}) {
		v.Errorf("cut at change %d: aside the database says %v", n, got)
	}
	for _, name := range []string{"box.key", "imports/one.csv", "backups/x.copibackup", "erasures.json", photo('a'), givenUpFile} {
		if !exists(filepath.Join(aside, name)) {
			v.Errorf("cut at change %d: no %s aside", n, name)
		}
	}
	for _, c := range []struct {
		after time.Duration
		left  int
	}{{29 * 24 * time.Hour, 2}, {32 * 24 * time.Hour, 1}} {
		if err := DropGivenUp(v.data, v.clock.Now().Add(c.after)); err != nil {
			v.Fatal(err)
		}
		if asides, err := Asides(v.data); err != nil || len(asides) != c.left || asides[len(asides)-1].Name != "old-2026-01-02" {
			v.Errorf("after %s: %+v, %v", c.after, asides, err)
		}
	}
}
