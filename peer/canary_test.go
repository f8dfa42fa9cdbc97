package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

// canary begins every word that must not leave the box; what follows tells
// where it stood.
const canary = "zibeline"

// TestCanariesStayAtHome: FE-4. A word in everything a box knows of people, and
// in all they write that is not public. None of them is in the signed log,
// among the bodies served, in what the box says of itself before a link, or in
// the file of a neighbour that has everything; what is hidden leaves a
// neighbour's file again. Every column of every table, and all that leaves a box,
// is appliance's TestNoPrivateWordLeavesTheBox.
func TestCanariesStayAtHome(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	hidden := a.live(t)
	eventually(t, "what is public is there", func() bool {
		return len(b.shown("bal")) == 1 && len(b.shown("lampion")) == 1
	})
	storetest.Update(t, a.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		return moderation.Hide(tx, hidden, "", moderation.Cause{Reason: "other", Text: canary + "-hiding"})
	})
	eventually(t, "what is hidden is gone", func() bool { return len(b.shown("lampion")) == 0 })

	for _, query := range []string{
		"SELECT card FROM neighbour_records", "SELECT body FROM neighbour_bodies",
	} {
		storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
			rows, err := store.All(tx, store.Scan[[]byte], query)
			if len(rows) == 0 {
				t.Errorf("%s: nothing to look at", query)
			}
			for _, row := range rows {
				noCanary(t, query, row)
				if bytes.Contains(row, []byte("Lampions")) || bytes.Contains(row, []byte("bord de l'eau")) {
					t.Errorf("%s holds what is hidden: %q", query, row)
				}
			}
			return err
		})
	}
	hello, err := a.introduce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noCanary(t, "introduction", fmt.Appendf(nil, "%+v", hello))
	noCanary(t, "announcement", []byte(strings.Join(a.TXT(wire.Hash{}, "Cajarc"), "\n")))
	copied := t.TempDir() + "/b.db"
	if err := b.db.CopyTo(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	noCanary(t, "a neighbour's file", file)
	if bytes.Contains(file, []byte("Lampions")) {
		t.Error("a neighbour's file holds the title of what was hidden")
	}
	if !bytes.Contains(file, []byte("Bal du village")) {
		t.Error("the neighbour's file does not hold what is public: the test proves nothing")
	}
}

func noCanary(t *testing.T, where string, b []byte) {
	t.Helper()
	if i := bytes.Index(bytes.ToLower(b), []byte(canary)); i >= 0 {
		t.Errorf("%s holds %q", where, b[i:min(len(b), i+40)])
	}
}

// live fills a box with people and what they write; it returns a public event
// to be hidden.
func (b *testBox) live(t *testing.T) store.Ref {
	t.Helper()
	ctx := t.Context()
	desk := account.NewDesk(b.db, account.Params{Memory: 8, Time: 1})
	commune, err := listing.CommuneByINSEE("46045")
	if err != nil {
		t.Fatal(err)
	}
	_, err = desk.Found(ctx, account.Founding{
		Commune: commune, At: *commune.Position, Name: "Cajarc", Charter: strings.Repeat(canary+"-charter ", 20),
		Publisher: account.Publisher{
			Name: "Mairie", Address: "1 place", Phone: "05 65 00 00 00", Director: canary + "-director",
			Host: canary + "-host", HostAddress: canary + "-address", HostPhone: "05 65 00 00 01", Contact: canary + "-contact",
		},
		Operator: account.NewPerson{Login: canary + "-op", Name: canary + "-operator", Password: "onze mots bien longs"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, token, err := desk.Register(ctx, account.Registration{
		Login: canary + "-login", Name: canary + "-name", Hamlet: canary + "-hamlet", Password: canary + " et trois mots",
		Charter: true, Fifteen: true, Source: "192.0.2.1", Device: canary + "-device",
	})
	if err != nil || token == "" {
		t.Fatal(err)
	}
	me := store.As(ctx, s.Actor)
	b.schedule(me, "Bal du village", "Venez.", listing.Public)
	lampion := b.schedule(me, "Lampions", "Au bord de l'eau.", listing.Public)
	b.schedule(me, canary+"-title", canary+"-description", listing.Members)
	err = b.db.Update(ctx, func(tx *store.Tx) error {
		payload, err := json.Marshal(map[string]string{"title": canary + "-payload"})
		if err != nil {
			return err
		}
		if _, err := moderation.Propose(tx, &moderation.Proposal{
			Module: agenda.Module, Title: canary + "-proposal", Payload: payload,
		}, canary+"-source"); err != nil {
			return err
		}
		_, err = moderation.File(tx, lampion, "", "other", canary+"-report", canary+"-reporter")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lampion
}

func (b *testBox) schedule(me context.Context, title, text string, audience listing.Audience) store.Ref {
	b.t.Helper()
	e := &agenda.Event{
		Title: title, Description: text, Place: "Foirail", Starts: calendar.WallOf(storetest.Now.Add(72 * time.Hour)), Audience: audience,
	}
	if err := b.db.Update(me, func(tx *store.Tx) error { return agenda.Schedule(tx, e) }); err != nil {
		b.t.Fatal(err)
	}
	return e.Ref()
}
