package appliance

import (
	"cmp"
	"context"
	"strings"
	"time"

	"copi.local/appliance/slot"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/moderation"
	"copi.local/store/neighbour"
	"copi.local/ui"
)

// How long things may last before the box says something.
const (
	silentFor  = 14 * 24 * time.Hour      // a linked box that was not met
	waitingFor = 3 * 24 * time.Hour       // a proposal that nobody looked at
	agedAfter  = 2 * 365 * 24 * time.Hour // a program without a newer one
)

// duties are what the people of the box have to see to, as far as the box can
// tell. Visitors do not read of them.
func (h *health) duties(ctx context.Context) (parts []ui.Check) {
	looks := []func(*store.Tx) (ui.Check, error){
		operators, moderators, sheet, publisher, queue, silent, erasures, ownLog, origins,
	}
	ctx = store.As(ctx, store.Actor{Role: store.Operator}) // what waits is for those who keep the box
	err := h.db.View(ctx, func(tx *store.Tx) error {
		if ready, err := account.Ready(tx); err != nil || !ready {
			return err // the set-up asks for all of it
		}
		for _, look := range looks {
			c, err := look(tx)
			if err != nil {
				return err
			}
			c.Kept = true
			parts = append(parts, c)
		}
		return nil
	})
	if err != nil {
		parts = append(parts, ui.Check{Name: "duties", Status: ui.Notice, Key: "health.duties.unknown", Detail: err.Error(), Kept: true})
	}
	return parts
}

// operators: with one alone, a lost password or a person who moves leaves the
// box without anybody.
func operators(tx *store.Tx) (ui.Check, error) {
	n, err := account.Count(tx, store.Operator)
	if n < 2 {
		return ui.Check{Name: "operators", Status: ui.Notice, Key: "health.operators.one", Href: "/admin/personnes"}, err
	}
	return ui.Check{Name: "operators", Key: "health.operators.ok", Args: []any{"n", n}}, err
}

// moderators: what is removed is removed by two.
func moderators(tx *store.Tx) (ui.Check, error) {
	n, err := account.Count(tx, store.Moderator)
	if n < 2 {
		return ui.Check{Name: "moderators", Status: ui.Notice, Key: "health.moderators.one", Href: "/admin/personnes"}, err
	}
	return ui.Check{Name: "moderators", Key: "health.moderators.ok", Args: []any{"n", n}}, err
}

// sheet: the recovery sheet is under seal, and the box can seal things to it.
func sheet(tx *store.Tx) (ui.Check, error) {
	box, err := account.BoxOf(tx)
	if err != nil {
		return ui.Check{}, err
	}
	seals, err := account.HasSealKey(tx)
	switch {
	case !box.SheetUsedAt.IsZero():
		return ui.Check{Name: "sheet_used", Status: ui.Notice, Key: "health.sheet.used", Args: []any{"since", box.SheetUsedAt}, Href: "/admin/recuperation"}, err
	case !box.Printed:
		return ui.Check{Name: "sheet", Status: ui.Notice, Key: "health.sheet.unread", Href: "/admin/recuperation"}, err
	case !seals:
		return ui.Check{Name: "sheet", Status: ui.Notice, Key: "health.sheet.no_key", Href: "/admin/scelles"}, err
	}
	return ui.Check{Name: "sheet", Key: "health.sheet.ok"}, err
}

// publisher: what the law wants said, and whom to ask about personal data.
func publisher(tx *store.Tx) (ui.Check, error) {
	box, err := account.BoxOf(tx)
	if err != nil {
		return ui.Check{}, err
	}
	switch {
	case box.Publisher.Check() != nil:
		return ui.Check{Name: "publisher", Status: ui.Notice, Key: "health.publisher.missing", Href: ui.PublisherPath}, nil //nolint:nilerr // that is what the check says
	case box.Publisher.Contact == "":
		return ui.Check{Name: "publisher", Status: ui.Notice, Key: "health.publisher.no_contact", Href: ui.PublisherPath}, nil
	}
	return ui.Check{Name: "publisher", Key: "health.publisher.ok"}, nil
}

// queue: a proposal nobody looks at is a resident nobody answers.
func queue(tx *store.Tx) (ui.Check, error) {
	list, err := moderation.Queue(tx)
	if len(list) > 0 && tx.Now.Sub(list[0].CreatedAt) > waitingFor {
		return ui.Check{Name: "queue", Status: ui.Notice, Key: "health.queue.late", Args: []any{"n", len(list), "since", list[0].CreatedAt}, Href: "/moderation"}, err
	}
	return ui.Check{Name: "queue", Key: "health.queue.ok"}, err
}

// silent: linked boxes that were not met for long.
func silent(tx *store.Tx) (ui.Check, error) {
	links, err := neighbour.Links(tx)
	paired := 0
	var names []string
	for _, l := range links {
		if l.State != neighbour.Paired || l.ContactAt.IsZero() { // never: it only meets by file
			continue
		}
		if paired++; tx.Now.Sub(l.ContactAt) > silentFor {
			names = append(names, l.Name)
		}
	}
	switch {
	case len(names) > 0:
		return ui.Check{Name: "silent", Status: ui.Notice, Key: "health.silent.some", Args: []any{"n", len(names), "boxes", strings.Join(names, ", ")}, Href: "/voisins"}, err
	case paired == 0:
		return ui.Check{Name: "silent", Key: "health.silent.none"}, err
	}
	return ui.Check{Name: "silent", Key: "health.silent.ok", Args: []any{"n", paired}}, err
}

// erasures: a linked box may still show what was erased here.
func erasures(tx *store.Tx) (ui.Check, error) {
	late, err := neighbour.UnconfirmedFor(tx, neighbour.ConfirmWithin)
	if len(late) == 0 {
		return ui.Check{Name: "erasures", Key: "health.erasures.ok"}, err
	}
	key, oldest := "health.erasures.late", time.Duration(0)
	var names []string
	for _, u := range late {
		names, oldest = append(names, cmp.Or(u.Link.Name, "?")), max(oldest, u.For)
	}
	if len(late) > 1 {
		key = "health.erasures.late_some"
	}
	return ui.Check{Name: "erasures", Status: ui.Notice, Key: key, Args: []any{"n", int(oldest.Hours() / 24), "boxes", strings.Join(names, ", ")}, Href: "/voisins/effacements"}, err
}

// ownLog: a doubt about who speaks for the box stops what it publishes.
func ownLog(tx *store.Tx) (ui.Check, error) {
	p, err := neighbour.PublisherOf(tx)
	switch p.Doubt {
	case neighbour.NoDoubt:
		return ui.Check{Name: "own_log", Key: "health.own_log.ok"}, err
	case neighbour.Copied:
		return ui.Check{Name: "own_log", Status: ui.Notice, Key: "health.own_log.restart"}, err
	case neighbour.Moved, neighbour.Older, neighbour.Forked:
	}
	return ui.Check{Name: "own_log", Status: ui.Notice, Key: "health.own_log.doubt", Href: "/voisins/cette-boite"}, err
}

// origins: other boxes whose listings stand still, because two boxes speak in
// their name or they have too many.
func origins(tx *store.Tx) (ui.Check, error) {
	logs, err := neighbour.Logs(tx)
	still := 0
	for _, l := range logs {
		if l.Frozen || l.OverQuota {
			still++
		}
	}
	if still > 0 {
		return ui.Check{Name: "origins", Status: ui.Notice, Key: "health.origins.still", Args: []any{"n", still}, Href: "/voisins"}, err
	}
	return ui.Check{Name: "origins", Key: "health.origins.ok"}, err
}

// age tells of a program that nobody has brought a newer one for.
func (h *health) age() ui.Check {
	if !h.program.Built.IsZero() && h.clock.Quality().Sure() && h.clock.Now().Sub(h.program.Built) > agedAfter {
		return ui.Check{Name: "program", Status: ui.Notice, Key: "health.program.old", Args: []any{"since", h.program.Built}}
	}
	return ui.Check{Name: "program", Key: "health.program.ok"}
}

// update tells how the last update went.
func (h *health) update() ui.Check {
	t, err := slot.ReadTrial(h.dir)
	c := ui.Check{Name: "update", Key: "health.update.ok", Args: []any{"version", t.Version}}
	switch {
	case err != nil:
		c.Status, c.Key = ui.Notice, "health.update.unread"
	case t.Version != "" && t.Verdict == slot.None:
		c.Key = "health.update.trial"
	case t.Verdict == slot.Back && t.Why != slot.WhyDecided:
		c.Status, c.Key = ui.Notice, "health.update.back"
	}
	return c
}
