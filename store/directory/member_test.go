package directory_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/invitation"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	zoe      = store.Actor{ID: "zoe", Role: store.Resident}
	mod      = store.Actor{ID: "mod", Role: store.Moderator}
	operator = store.Actor{ID: "op", Role: store.Operator}
)

// association adds one by ana and returns its id.
func association(t testing.TB, db *store.DB, name string) string {
	t.Helper()
	e := directory.Element{Kind: directory.Org, Name: name, Audience: listing.Public}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	return e.ID
}

// try runs a verb as somebody and returns its error.
func try(t testing.TB, db *store.DB, who store.Actor, do func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), do)
}

// wants fails unless err has the key.
func wants(t testing.TB, what string, err error, key string) {
	t.Helper()
	e, ok := errors.AsType[*store.Error](err)
	if key == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	if !ok || e.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

func invite(t testing.TB, db *store.DB, i directory.Invitation) directory.Invitation {
	t.Helper()
	if i.Days == 0 {
		i.Days = directory.UsualDays
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		made, err := directory.Invite(tx, i, 1)
		if err == nil {
			i = made[0]
		}
		return err
	})
	return i
}

func accept(code string) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := directory.Join(tx, code)
		return err
	}
}

func roster(t testing.TB, db *store.DB, who store.Actor, id string) (r directory.Roster) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		e, err := directory.Get(tx, id)
		if err != nil {
			return err
		}
		r, err = directory.RosterOf(tx, &e)
		return err
	})
	return r
}

// TestTwoAcceptTheSameInvitationAtOnce: one of sixteen gets in.
func TestTwoAcceptTheSameInvitationAtOnce(t *testing.T) {
	db, _ := storetest.Open(t, directory.Personal)
	id := association(t, db, "Chorale")
	code := invite(t, db, directory.Invitation{ElementID: id}).Code
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() {
			who := store.Actor{ID: "who" + string(rune('a'+i)), Role: store.Resident}
			errs[i] = db.Update(store.As(t.Context(), who), accept(code))
		})
	}
	wg.Wait()
	in := 0
	for _, err := range errs {
		if err == nil {
			in++
		} else {
			wants(t, "the others", err, "err.invitation.used")
		}
	}
	if r := roster(t, db, ana, id); in != 1 || r.Count != 2 {
		t.Errorf("%d got in, %d members", in, r.Count)
	}
}

// TestALabelIsNoPermission, whatever it says; only the grant is.
func TestALabelIsNoPermission(t *testing.T) {
	db, _ := storetest.Open(t, directory.Personal)
	id := association(t, db, "Chorale")
	plain := invite(t, db, directory.Invitation{ElementID: id, Label: "administrateur"})
	grant := invite(t, db, directory.Invitation{ElementID: id, Label: "choriste", Admin: true})
	storetest.Update(t, db, bob, accept(plain.Code))
	storetest.Update(t, db, zoe, accept(grant.Code))
	for who, want := range map[store.Actor]bool{bob: false, zoe: true} {
		storetest.View(t, db, who, func(tx *store.Tx) error {
			is, err := directory.IsAdmin(tx, id, who.ID)
			if is != want {
				t.Errorf("%s administers: %v", who.ID, is)
			}
			return err
		})
	}
	wants(t, "a member invites", try(t, db, bob, func(tx *store.Tx) error {
		_, err := directory.Invite(tx, directory.Invitation{ElementID: id, Days: 1}, 1)
		return err
	}), "err.forbidden")
	wants(t, "a member promotes himself", try(t, db, bob, func(tx *store.Tx) error { return directory.Promote(tx, id, bob.ID) }), "err.forbidden")
}

// TestTheLifeOfAnInvitation: states, a new code at most once a day, and what a
// clock that is unsure does to it.
func TestTheLifeOfAnInvitation(t *testing.T) {
	db, clock := storetest.Open(t, directory.Personal)
	id := association(t, db, "Chorale")
	i := invite(t, db, directory.Invitation{ElementID: id, Note: "Mme Dupré"})
	reprint := func(tx *store.Tx) (err error) {
		var again directory.Invitation
		if again, err = directory.Reprint(tx, i.ID); err == nil {
			i = again
		}
		return err
	}
	wants(t, "a new code at once", try(t, db, ana, reprint), "err.invitation.too_soon")
	clock.Add(24 * time.Hour)
	old := i.Code
	wants(t, "a new code a day later", try(t, db, ana, reprint), "")
	if err := try(t, db, bob, accept(old)); store.KindOf(err) != store.NotFound {
		t.Errorf("the old code: %v", err)
	}
	clock.Add(14 * 24 * time.Hour)
	wants(t, "after fourteen days", try(t, db, bob, accept(i.Code)), "err.invitation.expired")
	clock.SetQuality(store.ClockNone)
	wants(t, "asking for a new one while nothing expires", try(t, db, bob, func(tx *store.Tx) error {
		_, _, err := directory.AskAgain(tx, i.Code)
		return err
	}), "err.invitation.pending")
	clock.SetQuality(store.ClockConfirmed)
	wants(t, "asking for a new one", try(t, db, bob, func(tx *store.Tx) error {
		_, _, err := directory.AskAgain(tx, i.Code)
		return err
	}), "")
	wants(t, "a new code for it", try(t, db, ana, reprint), "")
	wants(t, "declining", try(t, db, store.Actor{}, func(tx *store.Tx) error { return directory.Decline(tx, i.Code) }), "")
	wants(t, "accepting after that", try(t, db, bob, accept(i.Code)), "err.invitation.declined")
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		list, err := directory.Invitations(tx, id)
		if len(list) != 1 || list[0].State != invitation.Declined || list[0].Note != "" || list[0].UsedBy != "" {
			t.Errorf("the inviter sees %+v", list)
		}
		return err
	})
	gone := invite(t, db, directory.Invitation{ElementID: id})
	wants(t, "revoking", try(t, db, ana, func(tx *store.Tx) error { return directory.Revoke(tx, gone.ID) }), "")
	wants(t, "a revoked one", try(t, db, bob, accept(gone.Code)), "err.invitation.revoked")
	clock.Add(31 * 24 * time.Hour)
	invite(t, db, directory.Invitation{ElementID: id})
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		list, err := directory.Invitations(tx, id)
		if len(list) != 1 {
			t.Errorf("%d invitations are kept after thirty days", len(list))
		}
		return err
	})
}

// TestCodesAreKeptAsHashesOnly: nothing in the file gives one away.
func TestCodesAreKeptAsHashesOnly(t *testing.T) {
	db, _ := storetest.Open(t, directory.Personal)
	i := invite(t, db, directory.Invitation{ElementID: association(t, db, "Chorale")})
	if invitation.Tidy(strings.ToLower(strings.ReplaceAll(i.Code, "-", " "))) != i.Code {
		t.Errorf("%s is not read again", i.Code)
	}
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		rows, err := store.All(tx, store.Scan[string],
			`SELECT id || label || note || hex(code_hash) || invited_by FROM directory_invitations`)
		if len(rows) != 1 || strings.Contains(rows[0], i.Code) || strings.Contains(rows[0], strings.ReplaceAll(i.Code, "-", "")) {
			t.Errorf("the row is %v", rows)
		}
		return err
	})
	for _, s := range []string{"", "é", "3K7Q", "3K7Q-M0AX-90PDX", "3K7QM0AX90U!"} {
		if got := invitation.Tidy(s); got != "" {
			t.Errorf("%q is taken for %q", s, got)
		}
	}
	if got := invitation.Tidy(" 3k7q moax 9OpD "); got != "3K7Q-M0AX-90PD" {
		t.Errorf("a misread code becomes %q", got)
	}
}

// TestWhoIsTurnedOutTakesNothingAlong: invitations they gave are void, and
// nobody who only leaves voids theirs.
func TestWhoIsTurnedOutTakesNothingAlong(t *testing.T) {
	db, _ := storetest.Open(t, directory.Personal)
	id := association(t, db, "Chorale")
	storetest.Update(t, db, bob, accept(invite(t, db, directory.Invitation{ElementID: id, Admin: true}).Code))
	var code string
	storetest.Update(t, db, bob, func(tx *store.Tx) error {
		made, err := directory.Invite(tx, directory.Invitation{ElementID: id, Admin: true, Days: 14}, 1)
		code = made[0].Code
		return err
	})
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Dismiss(tx, id, bob.ID) })
	wants(t, "his invitation", try(t, db, zoe, accept(code)), "err.invitation.revoked")
	successor := invite(t, db, directory.Invitation{ElementID: id, Admin: true})
	wants(t, "the last one steps down", try(t, db, ana, func(tx *store.Tx) error { return directory.Demote(tx, id, ana.ID) }), "err.member.last_demoted")
	wants(t, "the last one leaves", try(t, db, ana, func(tx *store.Tx) error { return directory.Leave(tx, id, false) }), "err.member.last")
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Leave(tx, id, true) })
	wants(t, "her successor", try(t, db, zoe, accept(successor.Code)), "")
	if r := roster(t, db, zoe, id); r.Admins != 1 || !r.Mine.Admin {
		t.Errorf("the card has %d administrators", r.Admins)
	}
}

// imported adds a card as an import does.
func imported(t testing.TB, db *store.DB, name string) string {
	t.Helper()
	id := association(t, db, name)
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		if _, err := tx.Exec(`UPDATE directory_elements SET claimed = 0, author_id = '', source = 'rna', source_id = id WHERE id = ?`, id); err != nil {
			return err
		}
		return directory.Leave(tx, id, true)
	})
	return id
}

// TestASlipForEachAssociation (SEEDS 114): one sheet for the cards nobody
// answers for, at most one slip a day each; its code makes an administrator
// and passes on who had claimed the card.
func TestASlipForEachAssociation(t *testing.T) {
	db, clock := storetest.Open(t, directory.Personal)
	one, two := imported(t, db, "Amicale"), imported(t, db, "Boule")
	association(t, db, "Chorale") // answered for
	storetest.Update(t, db, bob, func(tx *store.Tx) error {
		_, err := directory.File(tx, one, "J'en suis le trésorier.")
		return err
	})
	var slips []directory.Slip
	print := func(tx *store.Tx) (err error) {
		list, err := directory.UnclaimedAfter(tx, "", 10)
		if err != nil {
			return err
		}
		var ids []string
		for _, u := range list {
			ids = append(ids, u.Element.ID)
		}
		if !slices.Equal(ids, []string{one, two}) {
			t.Errorf("unclaimed: %v", ids)
		}
		slips, err = directory.PrintSlips(tx, ids, directory.UsualDays)
		return err
	}
	wants(t, "a moderator prints", try(t, db, mod, print), "err.forbidden")
	storetest.Update(t, db, operator, print)
	if len(slips) != 2 || slips[0].Code == slips[1].Code || !slips[0].Admin {
		t.Fatalf("slips %+v", slips)
	}
	code := slips[0].Code
	storetest.Update(t, db, operator, print)
	if len(slips) != 0 {
		t.Errorf("%d slips twice a day", len(slips))
	}
	storetest.Update(t, db, zoe, accept(code))
	r := roster(t, db, zoe, one)
	if !r.Mine.Admin || len(r.Asking) != 1 || r.Asking[0].Account != bob.ID || r.Asking[0].Note == "" {
		t.Errorf("after the slip was used: %+v", r)
	}
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		mine, err := directory.MyClaims(tx)
		if len(mine) != 1 || mine[0].State != directory.ClaimPassed {
			t.Errorf("the other is told %+v", mine)
		}
		return err
	})
	clock.Add(24 * time.Hour)
	storetest.Update(t, db, operator, func(tx *store.Tx) (err error) {
		slips, err = directory.PrintSlips(tx, []string{one, two}, directory.UsualDays)
		return err
	})
	if len(slips) != 1 || slips[0].Element.ID != two {
		t.Errorf("the next day: %+v", slips)
	}
}

// TestClaims: who may file, decide and take over.
func TestClaims(t *testing.T) {
	db, _ := storetest.Open(t, directory.Personal)
	kept, id := association(t, db, "Chorale"), imported(t, db, "Amicale")
	file := func(id string) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			_, err := directory.File(tx, id, "J'en suis le trésorier.")
			return err
		}
	}
	wants(t, "a card somebody answers for", try(t, db, bob, file(kept)), "err.claim.answered_for")
	wants(t, "a visitor", try(t, db, store.Actor{}, file(id)), "err.sign_in")
	wants(t, "first", try(t, db, mod, file(id)), "")
	wants(t, "twice", try(t, db, mod, file(id)), "err.claim.waiting")
	wants(t, "taking over as a stranger", try(t, db, bob, func(tx *store.Tx) error { return directory.TakeOver(tx, id) }), "err.claim.members_only")
	var claim string
	storetest.View(t, db, mod, func(tx *store.Tx) error {
		list, err := directory.Claims(tx)
		claim = list[0].ID
		return err
	})
	for _, who := range []string{"mod", "mod2"} { // two moderators are known to the box
		storetest.Update(t, db, operator, func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO account_people (id, login, name, name_folded, role, created_at) VALUES (?1, ?1, ?1, ?1, 2, 0)`, who)
			return err
		})
	}
	decide := func(tx *store.Tx) error {
		_, err := directory.AcceptClaim(tx, claim)
		return err
	}
	wants(t, "a resident decides", try(t, db, bob, decide), "err.forbidden")
	wants(t, "a moderator decides on her own", try(t, db, mod, decide), "err.moderation.own")
	wants(t, "another", try(t, db, store.Actor{ID: "mod2", Role: store.Moderator}, decide), "")
	storetest.View(t, db, mod, func(tx *store.Tx) error {
		e, err := directory.Get(tx, id)
		if !e.Claimed || e.Source.Name != "rna" {
			t.Errorf("after the claim: claimed %v, source %q", e.Claimed, e.Source.Name)
		}
		return err
	})
}

// TestWhatIsHeldAboutAMember: exported whole, gone when they leave.
func TestWhatIsHeldAboutAMember(t *testing.T) {
	db, _ := storetest.Open(t, directory.Personal)
	id := association(t, db, "Chorale")
	storetest.Update(t, db, bob, accept(invite(t, db, directory.Invitation{ElementID: id, Label: "trésorier", Admin: true}).Code))
	storetest.Update(t, db, bob, func(tx *store.Tx) error {
		if err := directory.Appear(tx, id, directory.ToResidents); err != nil {
			return err
		}
		_, err := directory.Invite(tx, directory.Invitation{ElementID: id, Note: "Mme Dupré", Days: 3}, 1)
		return err
	})
	other := imported(t, db, "Amicale")
	storetest.Update(t, db, bob, func(tx *store.Tx) error {
		_, err := directory.File(tx, other, "J'y joue depuis dix ans.")
		return err
	})
	held := func() string {
		var out []byte
		storetest.View(t, db, bob, func(tx *store.Tx) error {
			v, err := directory.Personal.Export(tx, bob.ID)
			if err == nil && v != nil {
				out, err = json.Marshal(v)
			}
			return err
		})
		return string(out)
	}
	for _, want := range []string{"Chorale", "trésorier", `"shown_to":"residents"`, "Mme Dupré", "J'y joue depuis dix ans.", `"act":"join"`} {
		if !strings.Contains(held(), want) {
			t.Errorf("the export lacks %s: %s", want, held())
		}
	}
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return directory.Personal.Erase(tx, bob.ID, store.KeepUnnamed) })
	if h := held(); h != "" {
		t.Errorf("still held: %s", h)
	}
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		for _, table := range directory.Personal.Tables {
			rows, err := store.All(tx, func(r store.Row) (bool, error) { return true, nil }, `SELECT 1 FROM `+table+` t WHERE `+mentions(t, tx, table), bob.ID)
			if err != nil || len(rows) != 0 {
				t.Errorf("%s: %d rows name him, %v", table, len(rows), err)
			}
		}
		acts, err := directory.Acts(tx, id, 0, 50)
		if len(acts) == 0 {
			t.Error("what was done is forgotten")
		}
		return err
	})
}

// mentions is a condition that any column of a table is ?1.
func mentions(t testing.TB, tx *store.Tx, table string) string {
	t.Helper()
	columns, err := store.All(tx, store.Scan[string], `SELECT name FROM pragma_table_info('`+table+`')`)
	if err != nil {
		t.Fatal(err)
	}
	for i := range columns {
		columns[i] = "t." + columns[i] + " = ?1"
	}
	return strings.Join(columns, " OR ")
}
