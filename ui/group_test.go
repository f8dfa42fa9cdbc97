package ui

import (
	"net/url"
	"slices"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/storetest"
)

// circle is a group lea keeps: read by everybody, its members hidden, joined
// freely.
func (b *box) circle(change ...func(*group.Group)) group.Group {
	b.t.Helper()
	g := group.Group{
		Name: "Amis de la forêt", Purpose: "Entretenir les chemins.", Theme: "nature",
		Reading: group.ToEverybody, Seen: group.ToKeepers, Joining: group.Free,
	}
	for _, c := range change {
		c(&g)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return group.Begin(tx, &g, "") })
	return g
}

// anyCircle is the first group lea keeps, begun when there is none.
func (b *box) anyCircle() (g group.Group) {
	b.t.Helper()
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) error {
		mine, err := group.Mine(tx)
		if len(mine) > 0 {
			g = mine[0]
		}
		return err
	})
	if g.ID == "" {
		g = b.circle()
	}
	return g
}

// invites is an invitation by lea: by code, or to an account of the box.
func (b *box) invites(id, guest string) (i group.Invitation) {
	b.t.Helper()
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		if guest != "" {
			err := group.InviteAccount(tx, group.Invitation{GroupID: id, Guest: guest, Days: group.UsualDays})
			if err != nil && store.KindOf(err) != store.Conflict { // invited already
				return err
			}
			list, err := group.Invitations(tx, id)
			n := slices.IndexFunc(list, func(i group.Invitation) bool { return i.Guest == guest })
			i = list[n]
			return err
		}
		list, err := group.Invite(tx, group.Invitation{GroupID: id, Days: group.UsualDays}, 1)
		i = list[0]
		return err
	})
	return i
}

// inquires is a question put to two groups lea keeps, and one of them.
func (b *box) inquires() (league group.Group, q group.Inquiry, part group.Group) {
	b.t.Helper()
	league = b.circle(func(g *group.Group) { g.Name = "Tous ensemble" })
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		for _, name := range []string{"Le Bourg", "Le Mazet"} {
			part = group.Group{Name: name, Purpose: "Le hameau.", Theme: "neighbours", Reading: group.ToEverybody, Seen: group.ToMembers, Joining: group.Free}
			if err := group.Begin(tx, &part, ""); err != nil {
				return err
			}
			if err := group.AddPart(tx, league.ID, part.ID); err != nil {
				return err
			}
		}
		q = group.Inquiry{GroupID: league.ID, Question: "Un four commun ?", Rule: group.Majority, Until: tx.Now.AddDate(0, 0, 7)}
		return group.Ask(tx, &q)
	})
	return league, q, part
}

// groupTyped is a form as a person fills it in.
func groupTyped(more ...string) url.Values {
	f := url.Values{
		"name": {"Amis de la forêt"}, "purpose": {"Entretenir les chemins."}, "theme": {"nature"},
		"reading": {"everybody"}, "seen": {"members"}, "joining": {"free"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func init() {
	of := func(suffix string) func(*box) string {
		return func(b *box) string { return "/groupes/" + b.anyCircle().ID + suffix }
	}
	answer := url.Values{"answer": {"yes"}}
	own := func(suffix string, form url.Values) sample {
		return sample{path: of(suffix), form: form, as: "resident:lea"}
	}
	for name, s := range map[string]sample{
		"GET /groupes":                at("/groupes"),
		"GET /groupes/nouveau":        at("/groupes/nouveau"),
		"POST /groupes/nouveau":       {path: at("/groupes/nouveau").path, form: groupTyped()},
		"GET /groupes/:id":            {path: of("")},
		"GET /groupes/:id/modifier":   own("/modifier", nil),
		"POST /groupes/:id/modifier":  own("/modifier", groupTyped()),
		"POST /groupes/:id/rejoindre": {path: of("/rejoindre")},
		"POST /groupes/:id/quitter":   {path: of("/quitter")},
		"POST /groupes/:id/moi":       {path: of("/moi")},
		"POST /groupes/:id/reprendre": {path: of("/reprendre")},
		"GET /groupes/:id/gerer":      own("/gerer", nil),
		"POST /groupes/:id/gerer":     own("/gerer", url.Values{"do": {"label"}, "account": {"lea"}, "label": {"trésorière"}}),
		"POST /groupes/:id/etat":      own("/etat", url.Values{"do": {"close"}}),
		"GET /groupes/:id/journal":    own("/journal", nil),

		"GET /groupes/:id/invitations":      own("/invitations", nil),
		"POST /groupes/:id/invitations":     own("/invitations", url.Values{"days": {"14"}, "copies": {"2"}}),
		"GET /groupes/:id/invitations/bons": own("/invitations/bons", nil),
		"POST /groupes/:id/invitations/:invitation": {as: "resident:lea", path: func(b *box) string {
			g := b.anyCircle()
			return "/groupes/" + g.ID + "/invitations/" + b.invites(g.ID, "").ID
		}},
		"GET /groupes/:id/federation":  {path: of("/federation")},
		"POST /groupes/:id/federation": own("/federation", url.Values{"do": {"ask"}, "question": {"Un four commun ?"}}),
		"POST /groupes/:id/questions/:question": {as: "resident:lea", form: answer, path: func(b *box) string {
			league, q, part := b.inquires()
			answer.Set("part", part.ID)
			return "/groupes/" + league.ID + "/questions/" + q.ID
		}},

		"GET /groupes/code":        at("/groupes/code"),
		"POST /groupes/code":       {path: at("/groupes/code").path, form: url.Values{"code": {"3K7Q-M0AX-90PD"}}},
		"GET /groupes/code/:code":  {path: func(b *box) string { return "/groupes/code/" + b.invites(b.anyCircle().ID, "").Code }},
		"POST /groupes/code/:code": {path: func(b *box) string { return "/groupes/code/" + b.invites(b.anyCircle().ID, "").Code }, form: url.Values{"do": {"decline"}}},
		"GET /groupes/invitations/:invitation": {as: "resident:tom", path: func(b *box) string {
			return "/groupes/invitations/" + b.invites(b.anyCircle().ID, "tom").ID
		}},
		"POST /groupes/invitations/:invitation": {as: "resident:tom", form: url.Values{"do": {"accept"}}, path: func(b *box) string {
			return "/groupes/invitations/" + b.invites(b.anyCircle().ID, "tom").ID
		}},
	} {
		samples[name] = s
	}
}
