package appliance

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/durable"
)

// erasuresPath is the list of who left, by the hash of their ids, beside the
// database: putting an older one in its place must not bring them back.
func erasuresPath(dir string) string { return filepath.Join(dir, "erasures.json") }

// erasure is one line of it.
type erasure struct {
	ID   string `json:"id"` // SHA-256 of the account's id, in hexadecimal
	On   string `json:"on"` // the day
	Keep bool   `json:"keep,omitempty"`
}

// readErasures reads the list; none where there is no file. A list that does
// not read is an error: who left would come back.
func readErasures(dir string) (list []account.Erasure, err error) {
	text, err := os.ReadFile(erasuresPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var lines []erasure
	if err == nil {
		err = json.Unmarshal(text, &lines)
	}
	for _, l := range lines {
		id, fault := hex.DecodeString(l.ID)
		on, fault2 := time.Parse(time.DateOnly, l.On)
		if err = errors.Join(err, fault, fault2); err != nil {
			break
		}
		e := account.Erasure{IDHash: id, On: on, How: store.EraseAll}
		if l.Keep {
			e.How = store.KeepUnnamed
		}
		list = append(list, e)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", erasuresPath(dir), err)
	}
	return list, nil
}

// keepErasures writes the list anew where the database knows of more.
func keepErasures(ctx context.Context, db *store.DB, dir string) error {
	var list []account.Erasure
	err := db.View(ctx, func(tx *store.Tx) (err error) {
		list, err = account.Erasures(tx)
		return err
	})
	if err != nil {
		return err
	}
	kept, err := readErasures(dir)
	if err != nil || len(kept) >= len(list) {
		return err
	}
	lines := make([]erasure, len(list))
	for i, e := range list {
		lines[i] = erasure{hex.EncodeToString(e.IDHash), e.On.UTC().Format(time.DateOnly), e.How == store.KeepUnnamed}
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	return durable.WriteBytes(erasuresPath(dir), text)
}

// reapply takes away again who left, should the database in use not know of it,
// and keeps the list beside the database up to date. It is called before
// anybody can open the box.
func reapply(ctx context.Context, db *store.DB, dir string, log *slog.Logger) error {
	left, err := readErasures(dir)
	if err != nil {
		return err
	}
	err = db.View(ctx, func(tx *store.Tx) error {
		left, err = account.NotReapplied(tx, left)
		return err
	})
	if err != nil || len(left) == 0 {
		return errors.Join(err, keepErasures(ctx, db, dir))
	}
	err = db.Update(ctx, func(tx *store.Tx) error {
		n, err := account.Reapply(tx, left)
		log.Warn("the database is older than accounts that were closed: they are closed again", "accounts", n)
		return err
	})
	return errors.Join(err, keepErasures(ctx, db, dir))
}
