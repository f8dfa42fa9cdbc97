package group_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/storetest"
)

func TestFO1_AnInvitationTellsNobodyWhoBelongs(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest(), tom, zoe) // members seen by keepers alone
	invite := func(by store.Actor, guest string) error {
		return try(t, db, by, func(tx *store.Tx) error {
			return group.InviteAccount(tx, group.Invitation{GroupID: g.ID, Guest: guest, Days: 14})
		})
	}
	wants(t, "a member, by one who may not see them", invite(tom, "zoe"), "")
	wants(t, "a stranger", invite(tom, "ana"), "")
	wants(t, "a member twice", invite(tom, "zoe"), "err.group.invited")
	wants(t, "a stranger twice", invite(tom, "ana"), "err.group.invited")
	wants(t, "a member, by a keeper", invite(lea, "tom"), "err.group.not_invitable")
	storetest.View(t, db, zoe, func(tx *store.Tx) error {
		list, err := group.InvitedTo(tx)
		if len(list) != 0 {
			t.Error("who belongs is invited")
		}
		return err
	})
}

func TestFO4_WhoOnlyAskedKnowsNothingOfWhatBecameSecret(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest(onAsk))
	wants(t, "asks", try(t, db, tom, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") }), "")
	secret(&g)
	g.Purpose = "Projet caché"
	wants(t, "secret", try(t, db, lea, func(tx *store.Tx) error { return group.Edit(tx, &g, "") }), "")
	if got, err := get(t, db, tom, g.ID); store.KindOf(err) != store.NotFound {
		t.Errorf("who only asked reads %q, %v", got.Purpose, err)
	}
	wants(t, "takes it back", try(t, db, tom, func(tx *store.Tx) error { return group.Leave(tx, g.ID) }), "")
	wants(t, "and has nothing to leave", try(t, db, tom, func(tx *store.Tx) error { return group.Leave(tx, g.ID) }), "err.not_found")
}
