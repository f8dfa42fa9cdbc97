package store_test

import (
	"errors"
	"fmt"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

func TestKindOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		want store.Kind
	}{
		{errors.New("disk"), store.Internal},
		{store.E(store.NotFound, "err.not_found"), store.NotFound},
		{fmt.Errorf("agenda: %w", store.E(store.Conflict, "err.taken")), store.Conflict},
		{store.Errors{store.E(store.Invalid, "err.title").At("title")}, store.Invalid},
	} {
		if got := store.KindOf(c.err); got != c.want {
			t.Errorf("KindOf(%v) = %v, want %v", c.err, got, c.want)
		}
	}
}

func TestConstraintFailuresAreToldByCode(t *testing.T) {
	db, _ := storetest.Open(t)
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Exec("CREATE TABLE probe_rows (n INTEGER UNIQUE, up INTEGER REFERENCES probe_rows (n)) STRICT"); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO probe_rows VALUES (1, NULL)"); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO probe_rows VALUES (1, NULL)"); !store.IsUnique(err) || store.IsForeignKey(err) {
			t.Errorf("a second row: %v", err)
		}
		if _, err := tx.Exec("INSERT INTO probe_rows VALUES (2, 7)"); !store.IsForeignKey(err) || store.IsUnique(err) {
			t.Errorf("a dangling row: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestActorNeeds(t *testing.T) {
	for _, c := range []struct {
		actor store.Actor
		need  store.Role
		want  store.Kind
	}{
		{store.Actor{}, store.Resident, store.Unauthenticated},
		{store.Actor{ID: "a", Role: store.Resident}, store.Moderator, store.Forbidden},
	} {
		if got := store.KindOf(c.actor.Need(c.need)); got != c.want {
			t.Errorf("%+v needs %v: %v, want %v", c.actor, c.need, got, c.want)
		}
	}
	if err := (store.Actor{ID: "a", Role: store.Operator}).Need(store.Moderator); err != nil {
		t.Errorf("an operator may what a moderator may: %v", err)
	}
}

func TestIDs(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := store.NewID()
		b, err := store.ParseID(id)
		if err != nil || store.FormatID(b) != id || seen[id] {
			t.Fatalf("id %q: %v, again %q", id, err, store.FormatID(b))
		}
		seen[id] = true
	}
	for _, bad := range []string{"", "7KQ", "0123456789abcdef0", "il0oil0oil0oil0o"} {
		if _, err := store.ParseID(bad); store.KindOf(err) != store.NotFound {
			t.Errorf("ParseID(%q) = %v", bad, err)
		}
	}
}
