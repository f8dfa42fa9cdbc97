package ui

import (
	"net/url"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/storetest"
)

// circle is a group lea keeps: read by everybody, its members hidden, joined
// freely.
func (b *box) circle(change ...func(*group.Group)) group.Group {
	b.t.Helper()
	g := group.Group{
		Name: "Amis de la forêt", Purpose: "Entretenir les sentiers.", Theme: "nature",
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

// groupTyped is a form as a person fills it in.
func groupTyped(more ...string) url.Values {
	f := url.Values{
		"name": {"Amis de la forêt"}, "purpose": {"Entretenir les sentiers."}, "theme": {"nature"},
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
	} {
		samples[name] = s
	}
}
