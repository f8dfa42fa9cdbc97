package appliance

import (
	"context"
	"errors"
	"time"

	"copi.local/appliance/panel"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/moderation"
	"copi.local/ui"
)

// lookEvery is how often the box looks at itself when nothing is written.
const lookEvery = 30 * time.Second

// watched are the conditions this file finds out about.
const watched = panel.LowDisk | panel.NoBackup | panel.ClockUnsure | panel.NoNetwork | panel.DataTrouble | panel.ToModerate | panel.Booting

// watch keeps the LED and the set-up code in step with the box: after every
// commit, and every half minute for what no commit tells.
func (b *box) watch(ctx context.Context) error {
	for {
		changed := b.db.Changed()
		if err := b.look(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-b.clock.After(lookEvery):
		}
	}
}

func (b *box) look(ctx context.Context) error {
	now := conditions(b.health.vital(ctx))
	waits, err := moderatorsWanted(ctx, b.db)
	if err != nil {
		return err
	}
	if waits {
		now |= panel.ToModerate
	}
	b.front.set(watched, now)
	if err := errors.Join(b.announce(ctx), keepErasures(ctx, b.db, b.cfg.Data)); err != nil {
		return err
	}
	ready, err := isReady(ctx, b.db)
	if err != nil || b.known && b.ready == ready {
		return errors.Join(err, b.remind())
	}
	b.known, b.ready, b.reminded = true, ready, b.clock.Elapsed()
	b.sticks.ready.Store(ready)
	return b.front.settingUp(b.cfg.Data, !ready, b.cfg.Out)
}

// remind writes the set-up code again: whoever plugs in a screen later must
// find it, and a kernel's log may keep its last line back until the next.
func (b *box) remind() error {
	if now := b.clock.Elapsed(); !b.ready && b.known && now-b.reminded >= lookEvery {
		b.reminded = now
		return b.front.writeCode(b.cfg.Data, b.cfg.Out)
	}
	return nil
}

// moderatorsWanted tells whether something waits in the queue.
func moderatorsWanted(ctx context.Context, db *store.DB) (waits bool, err error) {
	err = db.View(ctx, func(tx *store.Tx) error {
		load, err := moderation.LoadOf(tx)
		if waits = load != (moderation.Load{}); waits || err != nil {
			return err
		}
		claims, err := directory.ClaimsWaiting(tx)
		waits = claims > 0
		return err
	})
	return waits, err
}

// isReady tells whether the box is set up.
func isReady(ctx context.Context, db *store.DB) (ready bool, err error) {
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		ready, err = account.Ready(tx)
		return err
	})
	return ready, err
}

// conditions are what the vital checks mean to the LED.
func conditions(parts []ui.Check) panel.Conditions {
	byName := map[string]panel.Conditions{
		"database": panel.DataTrouble, "space": panel.LowDisk, "clock": panel.ClockUnsure, "backup": panel.NoBackup, "network": panel.NoNetwork,
	}
	var c panel.Conditions
	for _, part := range parts {
		if part.Worst() != ui.Fine && (part.Name != "backup" || part.Key == backupOld) {
			c |= byName[part.Name]
		}
	}
	return c
}
