package appliance

import (
	"context"
	"errors"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/photo"
	"copi.local/store/timebank"
	"copi.local/ui"
)

// ledger tells whether the time bank's balances are those its movements make.
// A box that runs looked at its start, and does so each day; for one at rest
// they are looked at now, which may take longer than other checks.
func (h *health) ledger(ctx context.Context) ui.Check {
	wrong := errors.New("found by the last audit")
	err := h.db.View(ctx, func(tx *store.Tx) error {
		if h.parts == nil {
			wrong = timebank.Verify(tx)
			return nil
		}
		rules, err := timebank.RulesOf(tx)
		if rules.WrongAt.IsZero() {
			wrong = nil
		}
		return err
	})
	switch {
	case err != nil: // the database's own check says it
		return ui.Check{Name: "timebank", Status: ui.Notice, Key: "health.timebank.unknown"}
	case wrong != nil:
		return ui.Check{Name: "timebank", Status: ui.Broken, Key: "health.timebank.broken", Detail: wrong.Error()}
	default:
		return ui.Check{Name: "timebank", Key: "health.timebank.ok"}
	}
}

// intact reads every page of the database.
func (h *health) intact(ctx context.Context) ui.Check {
	c := ui.Check{Name: "pages", Key: "health.pages.ok"}
	if err := h.db.View(ctx, store.Sound); err != nil {
		c.Status, c.Key, c.Detail = ui.Broken, "health.pages.broken", err.Error()
	}
	return c
}

// publicLog follows the chain of the public log's lines.
func (h *health) publicLog(ctx context.Context) ui.Check {
	c := ui.Check{Name: "log", Key: "health.log.ok"}
	if err := h.db.View(ctx, account.VerifyLog); err != nil {
		c.Status, c.Key, c.Detail = ui.Broken, "health.log.broken", err.Error()
	}
	return c
}

// texts looks whether what stands behind every card can be read.
func (h *health) texts(ctx context.Context) ui.Check {
	c := ui.Check{Name: "texts", Key: "health.texts.ok"}
	var damaged int
	err := h.db.View(ctx, func(tx *store.Tx) (err error) {
		damaged, err = listing.Damaged(tx)
		return err
	})
	switch {
	case err != nil:
		c.Status, c.Key, c.Detail = ui.Notice, "health.texts.unknown", err.Error()
	case damaged > 0:
		c.Status, c.Key, c.Args = ui.Notice, "health.texts.damaged", []any{"n", damaged}
	}
	return c
}

// photos looks whether every photo has its files.
func (h *health) photos(ctx context.Context) ui.Check {
	c := ui.Check{Name: "photos", Key: "health.photos.ok"}
	missing, err := photo.NewAlbum(h.db, nil).Missing(ctx)
	switch {
	case err != nil:
		c.Status, c.Key, c.Detail = ui.Notice, "health.photos.unknown", err.Error()
	case missing > 0:
		c.Status, c.Key, c.Args = ui.Notice, "health.photos.missing", []any{"n", missing}
	}
	return c
}
