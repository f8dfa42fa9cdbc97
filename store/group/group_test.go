package group_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/group"
	"copi.local/store/invitation"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

var (
	visitor  = store.Actor{}
	lea      = store.Actor{ID: "lea", Role: store.Resident}
	tom      = store.Actor{ID: "tom", Role: store.Resident}
	zoe      = store.Actor{ID: "zoe", Role: store.Resident}
	ana      = store.Actor{ID: "ana", Role: store.Resident}
	operator = store.Actor{ID: "op", Role: store.Operator}
)

// try runs a verb as somebody and returns its error.
func try(t testing.TB, db *store.DB, who store.Actor, do func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), do)
}

// wants fails unless err, or one of its faults, has the key; empty is success.
func wants(t testing.TB, what string, err error, key string) {
	t.Helper()
	if key == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	many, _ := errors.AsType[store.Errors](err)
	if e, ok := errors.AsType[*store.Error](err); ok {
		many = append(many, e)
	}
	if !slices.ContainsFunc(many, func(e *store.Error) bool { return e.Key == key }) {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// forest is a group as everybody reads it, joined freely, its members hidden.
func forest(change ...func(*group.Group)) group.Group {
	g := group.Group{
		Name: "Amis de la forêt", Purpose: "Entretenir les chemins.", Theme: "nature",
		Reading: group.ToEverybody, Seen: group.ToKeepers, Joining: group.Free,
	}
	for _, c := range change {
		c(&g)
	}
	return g
}

func secret(g *group.Group) { g.Reading, g.Joining = group.ToMembers, group.Invited }
func onAsk(g *group.Group)  { g.Joining = group.Asked }

// begin is a group lea keeps, with members.
func begin(t testing.TB, db *store.DB, g group.Group, members ...store.Actor) group.Group {
	t.Helper()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return group.Begin(tx, &g, "") })
	for _, m := range members {
		join(t, db, g.ID, m)
	}
	return g
}

// join makes somebody a member by an invitation of lea's.
func join(t testing.TB, db *store.DB, id string, who store.Actor) {
	t.Helper()
	code := invite(t, db, lea, id)
	storetest.Update(t, db, who, func(tx *store.Tx) error {
		_, err := group.Use(tx, code)
		return err
	})
}

// invite is the code of an invitation by somebody.
func invite(t testing.TB, db *store.DB, who store.Actor, id string, change ...func(*group.Invitation)) (code string) {
	t.Helper()
	i := group.Invitation{GroupID: id, Days: group.UsualDays}
	for _, c := range change {
		c(&i)
	}
	storetest.Update(t, db, who, func(tx *store.Tx) error {
		list, err := group.Invite(tx, i, 1)
		if err == nil {
			code = list[0].Code
		}
		return err
	})
	return code
}

func roster(t testing.TB, db *store.DB, who store.Actor, id string) (r group.Roster) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		r, err = group.Members(tx, id)
		return err
	})
	return r
}

func get(t testing.TB, db *store.DB, who store.Actor, id string) (g group.Group, err error) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		g, err = group.Get(tx, id)
		return nil
	})
	return g, err
}

// listed tells whether somebody finds the group's card in the lists.
func listed(t testing.TB, db *store.DB, who store.Actor, id string) (is bool) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{Kind: listing.KindGroup})
		is = slices.ContainsFunc(res.Cards, func(c listing.Card) bool { return c.Ref.ID == id })
		return err
	})
	return is
}

func role(t testing.TB, db *store.DB, who store.Actor, id string) (r group.Role) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		r, err = group.RoleOf(tx, id)
		return err
	})
	return r
}

// told are the keys of what somebody was told.
func told(t testing.TB, db *store.DB, who store.Actor) (keys []string) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 50)
		for _, n := range list {
			keys = append(keys, n.Key)
		}
		return err
	})
	return keys
}

// TestFO1_HiddenMembersAreNeitherNamedNorCounted asks as everybody.
func TestFO1_HiddenMembersAreNeitherNamedNorCounted(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest(), tom, zoe)
	for _, c := range []struct {
		who     store.Actor
		names   int
		counted bool
	}{{visitor, 0, false}, {ana, 0, false}, {operator, 0, false}, {tom, 1, false}, {lea, 3, true}} {
		r := roster(t, db, c.who, g.ID)
		if len(r.Members) != c.names || r.Counted != c.counted || (r.Count > 0) != c.counted {
			t.Errorf("%s sees %d members, counted %v (%d)", c.who.ID, len(r.Members), r.Counted, r.Count)
		}
		storetest.View(t, db, c.who, func(tx *store.Tx) error {
			n, ok, err := group.CountOf(tx, &g)
			if ok != c.counted || (n > 0) != c.counted {
				t.Errorf("%s counts %d: %v", c.who.ID, n, ok)
			}
			return err
		})
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, g.Ref())
		if err != nil {
			return err
		}
		body, err := listing.BodyOf(tx, c)
		for key := range body {
			if !slices.Contains([]string{"@type", "name", "description"}, key) {
				t.Errorf("the card says %s", key)
			}
		}
		return err
	})
}

// TestAMemberMayStayUnnamed: where others see the members, one who does not
// want to be named is counted and not named; keepers know.
func TestAMemberMayStayUnnamed(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest(func(g *group.Group) { g.Seen = group.ToEverybody }), tom, zoe)
	storetest.Update(t, db, tom, func(tx *store.Tx) error { return group.Appear(tx, g.ID, true) })
	for who, names := range map[store.Actor]int{visitor: 2, zoe: 2, tom: 3, lea: 3} {
		if r := roster(t, db, who, g.ID); len(r.Members) != names || r.Count != 3 {
			t.Errorf("%s: %d of %d named", who.ID, len(r.Members), r.Count)
		}
	}
}

// TestFO2_ABanHoldsAgainstFreeJoining, and against an invitation.
func TestFO2_ABanHoldsAgainstFreeJoining(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest())
	enter := func(tx *store.Tx) error { return group.Join(tx, g.ID, "") }
	wants(t, "join", try(t, db, tom, enter), "")
	wants(t, "join twice", try(t, db, tom, enter), "err.group.already")
	out := func(tx *store.Tx) error { return group.Exclude(tx, g.ID, "tom", "Propos blessants") }
	wants(t, "by a member", try(t, db, tom, out), "err.forbidden")
	wants(t, "without a reason", try(t, db, lea, func(tx *store.Tx) error { return group.Exclude(tx, g.ID, "tom", " ") }), "err.group.reason_empty")
	wants(t, "by a keeper", try(t, db, lea, out), "")
	if role(t, db, tom, g.ID) != group.None || !slices.Contains(told(t, db, tom), "notify.group_excluded") {
		t.Error("tom is still in, or was not told why")
	}
	wants(t, "join again", try(t, db, tom, enter), "err.group.banned")
	code := invite(t, db, lea, g.ID)
	wants(t, "by invitation", try(t, db, tom, func(tx *store.Tx) error {
		_, err := group.Use(tx, code)
		return err
	}), "err.group.banned")
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		if reads, err := listing.Reads(tx, g.ID, "tom"); reads || err != nil {
			t.Errorf("tom reads what is for members: %v", err)
		}
		return nil
	})
	wants(t, "forgive", try(t, db, lea, func(tx *store.Tx) error { return group.Forgive(tx, g.ID, "tom") }), "")
	wants(t, "after that", try(t, db, tom, enter), "")
}

// TestFO3_AnInvitationDeclined: the inviter hears that it was declined and by
// nobody's name; whom it was for is gone.
func TestFO3_AnInvitationDeclined(t *testing.T) {
	db, clock := storetest.Open(t)
	g := begin(t, db, forest(secret), tom)
	code := invite(t, db, tom, g.ID, func(i *group.Invitation) { i.Note = "Camille, 05 65 00 00 00" })
	open := invite(t, db, tom, g.ID, func(i *group.Invitation) { i.Note = "Dominique, 05 65 00 00 01" })
	wants(t, "decline", try(t, db, visitor, func(tx *store.Tx) error { return group.Decline(tx, code) }), "")
	if !slices.Contains(told(t, db, tom), "notify.group_invitation_declined") {
		t.Error("tom was not told")
	}
	notes := func() (notes []string, states []invitation.State) {
		storetest.View(t, db, tom, func(tx *store.Tx) error {
			list, err := group.Invitations(tx, g.ID)
			for _, i := range list {
				if i.Note != "" {
					notes = append(notes, i.Note)
				}
				states = append(states, i.State)
			}
			return err
		})
		return notes, states
	}
	if n, states := notes(); len(n) != 1 || !slices.Contains(states, invitation.Declined) {
		t.Errorf("notes %v, states %v", n, states)
	}
	clock.Add(30 * 24 * time.Hour)
	for _, j := range group.Jobs {
		storetest.Update(t, db, visitor, j.Run)
	}
	if n, _ := notes(); len(n) != 0 {
		t.Errorf("after thirty days: %v", n)
	}
	wants(t, "the other", try(t, db, zoe, func(tx *store.Tx) error {
		_, err := group.Use(tx, open)
		return err
	}), "err.invitation.expired")
}

// TestAC7_InvitationsWithALabel: the label gives no right, a code serves once and
// for fourteen days.
func TestAC7_InvitationsWithALabel(t *testing.T) {
	db, clock := storetest.Open(t)
	g := begin(t, db, forest(onAsk), tom)
	treasurer := func(i *group.Invitation) { i.Label = "trésorier" }
	wants(t, "a label by a member", try(t, db, tom, func(tx *store.Tx) error {
		_, err := group.Invite(tx, group.Invitation{GroupID: g.ID, Days: 14, Label: "trésorier"}, 1)
		return err
	}), "err.group.label_keeper")
	one, two := invite(t, db, lea, g.ID, treasurer), invite(t, db, lea, g.ID, treasurer)
	use := func(code string) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			_, err := group.Use(tx, code)
			return err
		}
	}
	wants(t, "use", try(t, db, zoe, use(one)), "")
	wants(t, "use twice", try(t, db, ana, use(one)), "err.invitation.used")
	if r := role(t, db, zoe, g.ID); r != group.Plain {
		t.Errorf("the label made zoe %d", r)
	}
	clock.Add(15 * 24 * time.Hour)
	wants(t, "day fifteen", try(t, db, ana, use(two)), "err.invitation.expired")
	wants(t, "ask again", try(t, db, visitor, func(tx *store.Tx) error { return group.AskAgain(tx, two) }), "")
	if !slices.Contains(told(t, db, lea), "notify.group_invitation_asks") {
		t.Error("lea was not told")
	}
	r := roster(t, db, lea, g.ID)
	i := slices.IndexFunc(r.Members, func(m group.Member) bool { return m.Account == "zoe" })
	if i < 0 || r.Members[i].Label != "trésorier" || r.Members[i].InvitedBy != "lea" {
		t.Errorf("zoe's row: %+v", r.Members)
	}
}

// TestInvitedInTheBox: an invitation to an account is among its notices and
// serves it alone.
func TestInvitedInTheBox(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest(secret))
	ask := func(tx *store.Tx) error {
		return group.InviteAccount(tx, group.Invitation{GroupID: g.ID, Guest: "tom", Days: 14})
	}
	wants(t, "invite", try(t, db, lea, ask), "")
	wants(t, "twice", try(t, db, lea, ask), "err.group.invited")
	var id string
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		list, err := group.InvitedTo(tx)
		if len(list) != 1 || list[0].Group.Name != g.Name {
			t.Fatalf("tom is invited to %v", list)
		}
		id = list[0].ID
		return err
	})
	accept := func(tx *store.Tx) error {
		_, err := group.Accept(tx, id)
		return err
	}
	wants(t, "as somebody else", try(t, db, zoe, accept), "err.not_found")
	wants(t, "as tom", try(t, db, tom, accept), "")
	if _, err := get(t, db, tom, g.ID); err != nil {
		t.Error(err)
	}
	wants(t, "a member", try(t, db, lea, ask), "err.group.not_invitable")
}

// TestFO4_OpenToSecret: nobody but the members knows of the group any more, and
// what was read of it leaves lists and neighbours' boxes.
func TestFO4_OpenToSecret(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest(), tom)
	topic := listing.Card{Ref: store.Ref{Module: "discussion", ID: store.NewID()}, Kind: listing.KindTopic, Title: "Sentier du haut", Group: g.ID, Audience: listing.Public}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return listing.Put(tx, topic, nil) })
	for _, who := range []store.Actor{visitor, ana, tom} {
		if !listed(t, db, who, g.ID) {
			t.Errorf("%s does not find the open group", who.ID)
		}
	}
	was := g
	secret(&g)
	if keys := g.Warnings(&was); !slices.Equal(keys, []string{"group.warn.read_less", "group.warn.secret"}) {
		t.Errorf("warnings: %v", keys)
	}
	wants(t, "switch", try(t, db, lea, func(tx *store.Tx) error { return group.Edit(tx, &g, "") }), "")
	for _, who := range []store.Actor{visitor, ana, operator} {
		if _, err := get(t, db, who, g.ID); store.KindOf(err) != store.NotFound {
			t.Errorf("%s: %v", who.ID, err)
		}
		if listed(t, db, who, g.ID) {
			t.Errorf("%s finds the secret group", who.ID)
		}
		storetest.View(t, db, who, func(tx *store.Tx) error {
			if _, err := listing.ByRef(tx, topic.Ref); store.KindOf(err) != store.NotFound {
				t.Errorf("%s reads the topic: %v", who.ID, err)
			}
			if may, err := group.MayRead(tx, g.ID); may || err != nil {
				t.Errorf("%s may read: %v", who.ID, err)
			}
			return nil
		})
	}
	if _, err := get(t, db, tom, g.ID); err != nil {
		t.Errorf("a member: %v", err)
	}
	if !slices.Contains(told(t, db, tom), "notify.group_switched") {
		t.Error("a member was not told")
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		changes, err := listing.Changes(tx, 0, 100)
		for _, c := range changes {
			if (c.ID == g.ID || c.ID == topic.Ref.ID) && c.Card.Ref.ID != "" {
				t.Errorf("neighbours are told of %s", c.ID)
			}
		}
		return err
	})
	was = g
	g.Reading, g.Joining = group.ToEverybody, group.Free
	wants(t, "and back", try(t, db, lea, func(tx *store.Tx) error { return group.Edit(tx, &g, "") }), "")
	if !listed(t, db, visitor, g.ID) || !slices.Contains(g.Warnings(&was), "group.warn.read_more") {
		t.Error("the open group is not back, or nobody was warned")
	}
}

// TestWhoReads goes through the three readings.
func TestWhoReads(t *testing.T) {
	db, _ := storetest.Open(t)
	for reading, want := range map[group.Circle][]bool{ // visitor, ana, tom
		group.ToEverybody: {true, true, true}, group.ToResidents: {false, true, true}, group.ToMembers: {false, false, true},
	} {
		g := begin(t, db, forest(func(g *group.Group) { g.Reading = reading }), tom)
		for i, who := range []store.Actor{visitor, ana, tom} {
			storetest.View(t, db, who, func(tx *store.Tx) error {
				may, err := group.MayRead(tx, g.ID)
				writes, werr := group.MayWrite(tx, g.ID)
				if may != want[i] || writes != (who == tom) || err != nil || werr != nil {
					t.Errorf("%s, %s: reads %v, writes %v: %v %v", reading, who.ID, may, writes, err, werr)
				}
				return nil
			})
		}
	}
}

// TestOnRequest: a keeper takes in or says no in a few words; who waits reads
// nothing.
func TestOnRequest(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest(onAsk, func(g *group.Group) { g.Reading = group.ToMembers }))
	for _, who := range []store.Actor{tom, zoe} {
		wants(t, "ask", try(t, db, who, func(tx *store.Tx) error { return group.Join(tx, g.ID, "Bonjour") }), "")
	}
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		if may, err := group.MayRead(tx, g.ID); may || err != nil {
			t.Errorf("who waits reads: %v", err)
		}
		return nil
	})
	if r := roster(t, db, lea, g.ID); len(r.Waiting) != 2 || r.Waiting[0].Note != "Bonjour" || r.Count != 1 {
		t.Errorf("who waits: %+v", r)
	}
	yes := func(who string, yes bool, word string) func(*store.Tx) error {
		return func(tx *store.Tx) error { return group.Answer(tx, g.ID, who, yes, word) }
	}
	wants(t, "by who waits", try(t, db, tom, yes("tom", true, "")), "err.forbidden")
	wants(t, "yes", try(t, db, lea, yes("tom", true, "")), "")
	wants(t, "no", try(t, db, lea, yes("zoe", false, "Le groupe est plein cette année.")), "")
	wants(t, "no twice", try(t, db, lea, yes("zoe", false, "")), "err.group.not_waiting")
	if role(t, db, tom, g.ID) != group.Plain || role(t, db, zoe, g.ID) != group.None {
		t.Error("tom is not in, or zoe is")
	}
	if !slices.Contains(told(t, db, zoe), "notify.group_refused_word") {
		t.Error("zoe was not told why")
	}
}

// TestTheLastKeeper cannot leave an open group; when their account goes, members
// are asked, and later operators.
func TestTheLastKeeper(t *testing.T) {
	db, clock := storetest.Open(t, group.Personal, directory.Personal, listing.Personal, notify.Personal)
	g := begin(t, db, forest(), tom, zoe)
	leave := func(tx *store.Tx) error { return group.Leave(tx, g.ID) }
	wants(t, "the last keeper", try(t, db, lea, leave), "err.group.last_keeper")
	wants(t, "steps down", try(t, db, lea, func(tx *store.Tx) error { return group.SetRole(tx, g.ID, "lea", group.Plain) }), "err.group.last_keeper")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return group.Personal.Erase(tx, "lea", store.KeepUnnamed) })
	if !slices.Contains(told(t, db, tom), "notify.group_orphan") {
		t.Error("the members were not asked")
	}
	take := func(tx *store.Tx) error { return group.Take(tx, g.ID) }
	wants(t, "a stranger", try(t, db, ana, take), "err.group.not_orphan")
	wants(t, "an operator, too soon", try(t, db, operator, take), "err.group.not_orphan")
	clock.Add(group.OfferedAfter)
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		list, err := group.Orphans(tx)
		if len(list) != 1 || list[0].ID != g.ID {
			t.Errorf("orphans: %v", list)
		}
		return err
	})
	wants(t, "a member", try(t, db, tom, take), "")
	wants(t, "another", try(t, db, zoe, take), "err.group.not_orphan")
	if role(t, db, tom, g.ID) != group.Keeper {
		t.Error("tom does not keep it")
	}
	wants(t, "names zoe", try(t, db, tom, func(tx *store.Tx) error { return group.SetRole(tx, g.ID, "zoe", group.Keeper) }), "")
	wants(t, "leaves", try(t, db, tom, leave), "")
}

// TestNobodyComesIntoAClosedGroup, also not who had asked before.
func TestNobodyComesIntoAClosedGroup(t *testing.T) {
	db, _ := storetest.Open(t)
	g := begin(t, db, forest(onAsk))
	wants(t, "asks", try(t, db, tom, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") }), "")
	code := invite(t, db, lea, g.ID)
	wants(t, "close", try(t, db, lea, func(tx *store.Tx) error { return group.Close(tx, g.ID) }), "")
	wants(t, "by a code", try(t, db, tom, func(tx *store.Tx) error { _, err := group.Use(tx, code); return err }), "err.group.closed")
	answer := func(yes bool) error {
		return try(t, db, lea, func(tx *store.Tx) error { return group.Answer(tx, g.ID, "tom", yes, "") })
	}
	wants(t, "taken in", answer(true), "err.group.closed")
	wants(t, "refused", answer(false), "")
}

// TestAnEmptyGroupIsTakenUp by an operator: it was closed because nobody was
// left, and is open again. One that was closed before stays closed.
func TestAnEmptyGroupIsTakenUp(t *testing.T) {
	db, clock := storetest.Open(t, group.Personal)
	left, ended := begin(t, db, forest()), begin(t, db, forest())
	wants(t, "close", try(t, db, lea, func(tx *store.Tx) error { return group.Close(tx, ended.ID) }), "")
	clock.Add(time.Hour)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return group.Personal.Erase(tx, "lea", store.KeepUnnamed) })
	clock.Add(group.OfferedAfter)
	for id, open := range map[string]bool{left.ID: true, ended.ID: false} {
		wants(t, "take", try(t, db, operator, func(tx *store.Tx) error { return group.Take(tx, id) }), "")
		g, err := get(t, db, operator, id)
		if err != nil || g.Closed() == open || !g.OrphanAt.IsZero() || listed(t, db, visitor, id) != open {
			t.Errorf("taken: %+v, %v; want open %v", g, err, open)
		}
	}
}

// TestAClosedGroup is read and not written, and can be taken away when its
// members have had thirty days.
func TestAClosedGroup(t *testing.T) {
	db, clock := storetest.Open(t)
	g := begin(t, db, forest(), tom)
	remove := func(tx *store.Tx) error { return group.Remove(tx, g.ID, nil) }
	wants(t, "with members", try(t, db, lea, remove), "err.group.not_removable")
	wants(t, "close", try(t, db, lea, func(tx *store.Tx) error { return group.Close(tx, g.ID) }), "")
	if listed(t, db, visitor, g.ID) {
		t.Error("it is in a list")
	}
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		if may, err := group.MayWrite(tx, g.ID); may || err != nil {
			t.Errorf("written in: %v", err)
		}
		if may, err := group.MayRead(tx, g.ID); !may || err != nil {
			t.Errorf("not read: %v", err)
		}
		return nil
	})
	wants(t, "join", try(t, db, ana, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") }), "err.group.closed")
	wants(t, "at once", try(t, db, lea, remove), "err.group.not_removable")
	clock.Add(group.RemoveAfter)
	wants(t, "after thirty days", try(t, db, lea, remove), "")
	if _, err := get(t, db, lea, g.ID); store.KindOf(err) != store.NotFound {
		t.Errorf("it is there: %v", err)
	}
}

// TestPersonalForgetsAnAccount: what names the account goes, and its export has
// what it was in.
func TestPersonalForgetsAnAccount(t *testing.T) {
	db, _ := storetest.Open(t, group.Personal)
	g := begin(t, db, forest(), tom)
	invite(t, db, tom, g.ID)
	var held group.Holding
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		v, err := group.Personal.Export(tx, "tom")
		held, _ = v.(group.Holding)
		return err
	})
	if len(held.Member) != 1 || held.Member[0].Group != g.Name || len(held.Invited) != 1 || len(held.Acts) != 2 {
		t.Errorf("export: %+v", held)
	}
	storetest.Update(t, db, tom, func(tx *store.Tx) error { return group.Personal.Erase(tx, "tom", store.EraseAll) })
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		v, err := group.Personal.Export(tx, "tom")
		if v != nil || err != nil {
			t.Errorf("left over: %+v %v", v, err)
		}
		if reads, err := listing.Reads(tx, g.ID, "tom"); reads || err != nil {
			t.Errorf("still a reader: %v", err)
		}
		return nil
	})
}
