package appliance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"copi.local/appliance/backup"
	"copi.local/peer"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/durable"
)

// vault makes the backups of one box and knows how the last ones went. It is
// the same for a running box and one at rest.
type vault struct {
	dir     string // the data directory
	version string
	db      *store.DB
	clock   store.Clock

	// Of a box that shows a copy, because its card may not write: where copies
	// and what is remembered lie instead, and when the data were as they are.
	aside string
	asOf  time.Time
}

// backupState is what is remembered of backups beside the database, so that a
// restored one does not forget it.
type backupState struct {
	N        int64     `json:"n"`                  // of the last one that was begun
	GoodAt   time.Time `json:"good_at,omitzero"`   // the last one that was read again and found good
	OutAt    time.Time `json:"out_at,omitzero"`    // the last of these that lies elsewhere than on the card
	FailedAt time.Time `json:"failed_at,omitzero"` // the last night one failed; zero once one is good
	Fault    string    `json:"fault,omitempty"`    // in English, for who keeps the box
}

func (v *vault) shelf() *backup.Shelf { return backup.OnCard(v.dir) }

// desk is where copies are made, one at a time.
func (v *vault) desk() *backup.Shelf {
	if v.aside != "" {
		return backup.OnCard(v.aside)
	}
	return v.shelf()
}

// stateFile is the name of what is remembered.
const stateFile = "state.json"

// state reads what is remembered; a file that does not read is as none: it is
// no more than a reminder.
func (v *vault) state() (s backupState, err error) {
	text, err := os.ReadFile(filepath.Join(v.desk().Dir(), stateFile))
	if errors.Is(err, fs.ErrNotExist) && v.aside != "" {
		text, err = os.ReadFile(filepath.Join(v.shelf().Dir(), stateFile))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if json.Unmarshal(text, &s) != nil {
		return backupState{}, nil //nolint:nilerr // a reminder that does not read is none
	}
	return s, nil
}

// remember changes what is remembered, whole or not at all.
func (v *vault) remember(change func(*backupState)) error {
	s, err := v.state()
	if err != nil {
		return err
	}
	change(&s)
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return durable.WriteBytes(filepath.Join(v.desk().Dir(), stateFile), text)
}

// ownKey is the scalar the box itself reads its backups with.
func (v *vault) ownKey() ([]byte, error) {
	id, err := peer.LoadIdentity(v.dir)
	if err != nil {
		return nil, err
	}
	return backup.OwnKey(id.Key())
}

// backupKeys are the keys of one backup: who may read it, and what the box
// reads it again with.
type backupKeys struct {
	to    [][]byte
	own   []byte
	sheet bool // whoever holds the recovery sheet may read it
	box   account.Box
}

func (v *vault) keys(ctx context.Context) (k backupKeys, err error) {
	if k.own, err = v.ownKey(); err != nil {
		return k, err
	}
	public, err := backup.Public(k.own)
	if err != nil {
		return k, err
	}
	k.to = [][]byte{public}
	err = v.db.View(ctx, func(tx *store.Tx) error {
		if k.box, err = account.BoxOf(tx); err != nil {
			return err
		}
		sheet, err := account.BackupKey(tx)
		if sheet != nil {
			k.to, k.sheet = append(k.to, sheet), true
		}
		return err
	})
	if err == nil && !k.box.Ready() {
		err = store.E(store.Conflict, "err.backup.not_set_up")
	}
	return k, err
}

// prepare begins the backup after all others that lie here or in beside.
func (v *vault) prepare(ctx context.Context, k backupKeys, pool, maps bool, beside *backup.Shelf) (*backup.Prepared, error) {
	s, err := v.state()
	if err != nil {
		return nil, err
	}
	n, err := v.shelf().Next(s.N)
	if err == nil && beside != nil {
		n, err = beside.Next(n - 1)
	}
	if err != nil {
		return nil, err
	}
	if err := v.remember(func(s *backupState) { s.N = n }); err != nil {
		return nil, err
	}
	src := backup.Source{DB: v.db, Dir: v.dir, To: k.to, Pool: pool, Maps: maps, About: backup.About{
		Program: v.version, Box: k.box.CardID, Commune: k.box.Commune, Name: k.box.Name,
		MadeAt: v.madeAt(), Clock: uint8(v.clock.Quality()), N: n,
	}}
	p, err := backup.Prepare(ctx, src, v.desk().Dir())
	if store.KindOf(err) == store.Busy { // a full card: memory may have room
		if q, fault := backup.Prepare(ctx, src, filepath.Join(os.TempDir(), "copi-backup")); fault == nil {
			return q, nil
		}
	}
	return p, err
}

// madeAt is the moment a backup made now is of.
func (v *vault) madeAt() time.Time {
	at := v.clock.Now()
	if !v.asOf.IsZero() {
		at = v.asOf
	}
	return at.UTC().Truncate(time.Second)
}

// toCard makes a backup on the card itself, where the photos lie already.
func (v *vault) toCard(ctx context.Context) (name string, err error) {
	unlock, err := v.shelf().Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	k, err := v.keys(ctx)
	if err != nil {
		return "", err
	}
	p, err := v.prepare(ctx, k, true, false, nil)
	if err != nil {
		return "", err
	}
	name, err = v.shelf().Keep(ctx, p, [][]byte{k.own}, v.shelf().Dir())
	if err = errors.Join(err, p.Close()); err != nil {
		return "", err
	}
	return name, v.remember(func(s *backupState) { s.GoodAt, s.FailedAt, s.Fault = p.About.MadeAt, time.Time{}, "" })
}

// outward makes a whole backup that leaves the card, by do, which must have it
// on stable storage and read again.
func (v *vault) outward(ctx context.Context, maps bool, beside func(backupKeys) *backup.Shelf, do func(backupKeys, *backup.Prepared, *backup.Shelf) error) error {
	unlock, err := v.desk().Lock()
	if err != nil {
		return err
	}
	defer unlock()
	k, err := v.keys(ctx)
	if err != nil {
		return err
	}
	if !k.sheet { // nobody could read it once the card is gone
		return store.E(store.Conflict, "err.backup.no_sheet")
	}
	var shelf *backup.Shelf
	if beside != nil {
		shelf = beside(k)
	}
	p, err := v.prepare(ctx, k, false, maps, shelf)
	if err != nil {
		return err
	}
	if err := errors.Join(do(k, p, shelf), p.Close()); err != nil {
		return err
	}
	return v.remember(func(s *backupState) { s.GoodAt, s.OutAt = p.About.MadeAt, p.About.MadeAt })
}

// toFile makes a whole backup at a path.
func (v *vault) toFile(ctx context.Context, path string, maps bool) error {
	return v.outward(ctx, maps, nil, func(k backupKeys, p *backup.Prepared, _ *backup.Shelf) error {
		return backup.File(ctx, p, path, [][]byte{k.own}, v.shelf().Dir())
	})
}

// toStick makes a whole backup among the generations of a directory on another
// storage than the card.
func (v *vault) toStick(ctx context.Context, dir string, maps bool) (name string, err error) {
	if err := backup.CheckStick(v.dir, dir); err != nil {
		return "", err
	}
	return v.among(ctx, dir, maps, nil)
}

// among makes a whole backup among the generations of a directory; again is of
// backup.Shelf.
func (v *vault) among(ctx context.Context, dir string, maps bool, again func() error) (name string, err error) {
	shelf := func(k backupKeys) *backup.Shelf { //nolint:contextcheck // the stick is not waited for
		return backup.OnStick(dir, k.box.CardID, [][]byte{k.own}).Again(again)
	}
	err = v.outward(ctx, maps, shelf,
		func(k backupKeys, p *backup.Prepared, shelf *backup.Shelf) error {
			name, err = shelf.Keep(ctx, p, [][]byte{k.own}, v.desk().Dir())
			return err
		})
	return name, err
}

// stream makes a whole backup straight into w. Nobody can read it again there;
// the copy of the database was looked at.
func (v *vault) stream(ctx context.Context, begin func(name string) io.Writer) error {
	return v.outward(ctx, false, nil, func(_ backupKeys, p *backup.Prepared, _ *backup.Shelf) error {
		return p.WriteTo(ctx, begin(p.About.FileName()))
	})
}

// BackupConfig says which box to back up, and where to.
type BackupConfig struct {
	Data    string
	File    string // a file that does not exist; or
	To      string // a directory, on a stick, where generations are kept
	Maps    bool   // with the operator's .pmtiles
	Version string
}

// Backup makes a whole backup of a box, running or not, reads it again, and
// tells where it lies.
func Backup(ctx context.Context, cfg BackupConfig, out io.Writer) error {
	return withVault(ctx, cfg.Data, cfg.Version, func(v *vault) error {
		path := cfg.File
		if cfg.To == "" {
			if err := v.toFile(ctx, path, cfg.Maps); err != nil {
				return err
			}
		} else {
			name, err := v.toStick(ctx, cfg.To, cfg.Maps)
			if err != nil {
				return err
			}
			path = filepath.Join(cfg.To, name)
		}
		_, err := fmt.Fprintf(out, "%s: written and read again\n", path)
		return err
	})
}

// withVault opens the box in dir beside whoever runs it.
func withVault(ctx context.Context, dir, version string, do func(*vault) error) error {
	db, c, err := openAtRest(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(do(&vault{dir: dir, version: version, db: db, clock: c}), db.Close())
}

// VerifyBackup reads a backup through and tells what is in it. words, of the
// recovery sheet, are tried beside the key of the box in dir, if there is one.
func VerifyBackup(ctx context.Context, dir, file, words string, out io.Writer) error {
	scalars, err := scalarsOf(dir, words)
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	work := filepath.Join(os.TempDir(), "copi-verify")
	a, err := backup.Verify(ctx, f, scalars, work)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return describe(out, &a)
}

// describe writes what a backup holds.
func describe(out io.Writer, a *backup.About) error {
	sure := ""
	if !store.ClockQuality(a.Clock).Sure() {
		sure = " (the clock was not sure)"
	}
	_, err := fmt.Fprintf(out, "good: %s, %s, made %s%s; %d tables, %d rows, %d photos\n",
		a.Commune, a.Name, a.MadeAt.Format(time.RFC3339), sure, len(a.Tables), a.Rows(), a.Photos)
	return err
}

// scalarsOf are the keys to try on a backup: of the box key in dir, if there is
// one, and of the words of a recovery sheet, if any were typed.
func scalarsOf(dir, words string) (list [][]byte, err error) {
	if words != "" {
		seed, err := account.ParseSeed(words)
		if err != nil {
			return nil, err
		}
		list = append(list, seed.Backup())
	}
	if _, err := os.Stat(filepath.Join(dir, "box.key")); errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	own, err := (&vault{dir: dir}).ownKey()
	return append(list, own), err
}
