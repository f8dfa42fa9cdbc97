package peer

import (
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
)

// one is what b's list says of an origin.
func (b *testBox) one(origin wire.Hash) (Carried, bool) {
	b.t.Helper()
	list, err := b.Carried(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range list {
		if c.Origin == origin {
			return c, true
		}
	}
	return Carried{}, false
}

// origin is that of another running box.
func (b *testBox) origin() wire.Hash {
	b.t.Helper()
	hello, err := b.introduce(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return hello.Origin
}

// What operators read of a box beyond, how they keep it out, and that pairing
// with it ends that.
func TestCarriedSaysHowABoxComesAndIsKeptOut(t *testing.T) {
	a, b, c := newTestBox(t, "Cajarc"), newTestBox(t, "Bagnac"), newTestBox(t, "Altillac")
	link(t, a, b)
	link(t, b, c)
	a.put(store.NewID(), "Bal du village")
	b.say(a)
	eventually(t, "the card at c", func() bool { return len(c.shown("bal")) == 1 })
	origin := a.origin()
	got, _ := c.one(origin)
	if got.Name != "Cajarc" || got.Hops != 2 || got.Via != "Bagnac" || got.From != "Bagnac" || got.Cards != 1 || got.Seen.IsZero() {
		t.Errorf("said of a: %+v", got)
	}
	if err := c.ShutOut(t.Context(), origin.String(), true); err != nil {
		t.Fatal(err)
	}
	if got, _ = c.one(origin); !got.Shut || !got.Labelled || got.Name != "Cajarc" || len(c.shown("bal")) != 0 {
		t.Errorf("kept out: %+v", got)
	}
	for _, bad := range []string{"", "zz", wire.Hash{1}.String()} {
		if err := c.ShutOut(t.Context(), bad, false); store.KindOf(err) != store.NotFound {
			t.Errorf("%q is kept out: %v", bad, err)
		}
	}
	link(t, c, a)
	eventually(t, "the card is back", func() bool { return len(c.shown("bal")) == 1 })
	if got, _ = c.one(origin); got.Shut || got.Hops != 1 {
		t.Errorf("linked with: %+v", got)
	}
}
