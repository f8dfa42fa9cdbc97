package ui

import (
	"context"
	"errors"
	"time"

	"copi.local/store"
)

// Stick is the USB stick that is plugged into the box.
type Stick interface {
	// State is what is plugged in, and how the last copy to it went.
	State() StickState
	// Copy begins a backup to the stick that somebody saw; other says that it may
	// hold backups of other boxes. It fails with kind Conflict when the stick is
	// another one by now, or Busy while one is being made.
	Copy(id string, other bool) error
	// Restore takes a backup on the stick for the Restorer, as its Receive does;
	// kind NotFound without one.
	Restore(ctx context.Context, id, path string) error
	// Update takes an update on the stick for the Updater, as its Receive does;
	// kind NotFound without one.
	Update(ctx context.Context, id, path string) error
}

// StickState is a stick, and how the last copy to it went.
type StickState struct {
	ID    string // empty: none is plugged in
	Name  string // may be empty
	Kind  string // vfat, exfat, ext4 and so on; empty: not known
	Size  int64  // bytes
	Free  int64  // bytes; of a stick that can be used
	Files []StickFile

	Updates []string // on it, for Update

	Fault  error     // why it cannot be used, or why the last copy came to nothing
	Copies bool      // one is being made
	DoneAt time.Time // of the copy made since it was plugged in; zero: none was
	Parcel *StickParcels
}

// StickFile is a backup on a stick.
type StickFile struct {
	Path    string // for Restore
	Name    string
	Commune string // as names of files have it
	Day     time.Time
	Bytes   int64
	Own     bool // of this box
}

// StickParcels is how the exchange of bundles by a stick went.
type StickParcels struct {
	Made    bool     // ours lies on the stick
	Taken   int      // bundles of linked boxes that were taken
	Changes int      // cards they brought, changed or took away
	Waiting []string // communes whose bundles wait to be looked at
	Fault   error    // what of it could not be done
}

// Foreign are the communes whose backups lie on a stick without one of this box,
// each once.
func (s *StickState) Foreign() (communes []string) {
	seen := map[string]bool{}
	for _, f := range s.Files {
		if f.Own {
			return nil
		}
		if !seen[f.Commune] {
			seen[f.Commune] = true
			communes = append(communes, f.Commune)
		}
	}
	return communes
}

// stickView is a stick as pages show it.
type stickView struct {
	StickState
	Says  []string // what is to be said of it, a paragraph each
	Bad   string   // what is wrong with it
	Other string   // whose it is, where somebody must say that it may be used; empty: nobody must
	List  []string // backups on it
	May   bool     // a copy can be begun
}

// StickTo is where the form for a copy goes.
func (p *backupPage) StickTo() string { return backupsPath + "/cle" }

// StickTo is the same for who stands at a box that shows a copy.
func (p *safePage) StickTo() string { return safePath + "/cle" }

// stickView is nil in a box without sticks.
func (r *request) stickView() *stickView {
	if r.s.opt.Stick == nil {
		return nil
	}
	v := &stickView{StickState: r.s.opt.Stick.State()}
	if v.Fault != nil {
		v.Bad = r.stickFault(v.Fault)
	}
	if v.Copies {
		r.Response().Header().Set("Refresh", refreshAfter)
		v.Says = append(v.Says, r.T("stick.copies"))
		return v
	}
	if v.ID == "" {
		v.Says = append(v.Says, r.T("stick.none"))
		return v
	}
	v.Says = append(v.Says, r.stickNamed(&v.StickState))
	if !v.DoneAt.IsZero() {
		v.Says = append(v.Says, r.stickDone(&v.StickState)...)
	}
	for _, f := range v.Files {
		v.List = append(v.List, r.stickFile(f))
	}
	if foreign := v.Foreign(); len(foreign) > 0 {
		v.Other = r.T("stick.other", "commune", foreign[0])
	}
	v.May = v.Fault == nil || v.Free > 0 // one that was read before a copy failed may be tried again
	return v
}

// stickNamed is what is plugged in.
func (r *request) stickNamed(s *StickState) string {
	name := s.Name
	if name == "" {
		name = r.T("stick.unnamed")
	}
	kind := map[string]string{"vfat": "FAT32", "exfat": "exFAT", "ntfs": "NTFS"}[s.Kind]
	switch {
	case s.Free == 0:
		return r.T("stick.named", "name", name, "size", r.Bytes(s.Size))
	case kind == "":
		return r.T("stick.free", "name", name, "size", r.Bytes(s.Size), "free", r.Bytes(s.Free))
	}
	return r.T("stick.free_kind", "name", name, "size", r.Bytes(s.Size), "free", r.Bytes(s.Free), "kind", kind)
}

// stickDone is how the copy and the exchange of bundles went.
func (r *request) stickDone(s *StickState) []string {
	says := []string{r.T("stick.done", "when", r.DayTime(s.DoneAt))}
	p := s.Parcel
	if p == nil {
		return says
	}
	if p.Made {
		says = append(says, r.T("stick.parcel_made"))
	}
	if p.Taken > 0 {
		says = append(says, r.T("stick.parcel_taken", "n", p.Taken, "changes", p.Changes))
	}
	for _, name := range p.Waiting {
		says = append(says, r.T("stick.parcel_waits", "bundle", r.BundleOf(name)))
	}
	if p.Fault != nil {
		says = append(says, r.T("stick.parcel_fault"))
	}
	return says
}

// stickFile is one backup on a stick.
func (r *request) stickFile(f StickFile) string {
	if f.Own {
		return r.T("stick.file_own", "day", r.ShortDay(f.Day), "size", r.Bytes(f.Bytes))
	}
	return r.T("stick.file", "commune", f.Commune, "day", r.ShortDay(f.Day), "size", r.Bytes(f.Bytes))
}

// stickFault is the sentence of what is wrong with a stick.
func (r *request) stickFault(err error) string {
	if e, ok := errors.AsType[*store.Error](err); ok && e.Key != "" {
		return r.T(e.Key, e.Args...)
	}
	return r.T("err.backup.stick_unreadable")
}

// onStick are the backups on the stick, to choose one.
func (r *request) onStick() (id string, list []choice) {
	if r.s.opt.Stick == nil {
		return "", nil
	}
	s := r.s.opt.Stick.State()
	if s.Copies {
		return "", nil
	}
	for i, f := range s.Files {
		list = append(list, choice{Value: f.Path, Label: r.stickFile(f), Chosen: i == 0})
	}
	return s.ID, list
}

// copyToStick begins a copy to the stick somebody saw.
func (r *request) copyToStick(f *form) error {
	if r.s.opt.Stick == nil {
		return errNoPage
	}
	s := r.s.opt.Stick.State()
	if foreign := s.Foreign(); len(foreign) > 0 && !f.has("other") {
		return store.E(store.Conflict, "err.stick.other", "commune", foreign[0]).At("other")
	}
	return r.s.opt.Stick.Copy(f.text("stick"), f.has("other"))
}

// backupStick begins a copy from the page of backups.
func (s *Server) backupStick(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if err := r.copyToStick(f); err != nil {
		return r.backupAgain(f, err)
	}
	return r.Redirect(backupsPath+"#cle", "")
}

// restoreFromStick takes a backup on the stick.
func (r *request) restoreFromStick(f *form) error {
	if r.s.opt.Stick == nil {
		return errNoPage
	}
	defer r.patience(backupTime)()
	return r.s.opt.Stick.Restore(r.context(), f.text("stick"), f.text("backup"))
}
