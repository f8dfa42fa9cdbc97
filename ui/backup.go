package ui

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

const backupsPath = "/admin/sauvegardes"

// Backups makes the box's backups.
type Backups interface {
	// State is how the last ones went.
	State() (BackupState, error)
	// Make makes one on the card, reads it again and names it. It fails with
	// kind Busy while another is being made or the card is too full.
	Make(ctx context.Context) (name string, err error)
	// Send makes a whole one straight into what begin returns, once there is
	// something to send. It fails with kind Conflict on a box that has no key of
	// its recovery sheet (account.KeepSheetKeys).
	Send(ctx context.Context, begin func(name string) io.Writer) error
}

// BackupState is how backups went.
type BackupState struct {
	GoodAt   time.Time // the last one that was found good; zero: none yet
	OutAt    time.Time // the last of these that left the card
	FailedAt time.Time // the last night one failed, if none was good since
	Files    []string  // on the card, newest first
}

// outEvery is how old a backup outside the box may be before the operator is
// told: the card is all there is until then.
const outEvery = 30 * 24 * time.Hour

func (s *Server) backupRoutes() []route {
	return []route{
		{GET, backupsPath, operator, s.backups},
		{POST, backupsPath, operator, s.backupMake},
		{POST, backupsPath + "/telecharger", operator, s.backupSend},
		{POST, backupsPath + "/feuille", operator, s.backupSheet},
		{POST, backupsPath + "/cle", operator, s.backupStick},
	}
}

// backupPage tells how backups went, and makes one.
type backupPage struct {
	formPage
	None bool // this box makes none

	MayRestore bool // and it can be put back to one
	Sheet      bool // whoever holds the recovery sheet can read them
	State      BackupState
	Stick      *stickView // nil where there are no sticks
}

// Good says when the last good one was made.
func (p *backupPage) Good() string { return p.speech().lastGood(p.State) }

// Out says when one last left the card.
func (p *backupPage) Out() string {
	if p.State.OutAt.IsZero() {
		return p.T("backup.out_never")
	}
	return p.T("backup.out", "when", p.DayTime(p.State.OutAt))
}

func (s *speech) lastGood(b BackupState) string {
	if b.GoodAt.IsZero() {
		return s.T("backup.never")
	}
	return s.T("backup.good", "when", s.DayTime(b.GoodAt))
}

func (r *request) backupPage(f *form) (*backupPage, error) {
	r.Uncached() // backups come without a commit
	p := &backupPage{formPage: r.formPage("backup.title", f), None: r.s.opt.Backups == nil, MayRestore: r.s.opt.Restorer != nil}
	if p.None {
		return p, nil
	}
	p.Stick = r.stickView()
	var err error
	if p.State, err = r.s.opt.Backups.State(); err != nil {
		return nil, err
	}
	return p, r.View(func(tx *store.Tx) error {
		key, err := account.BackupKey(tx)
		p.Sheet = key != nil
		return err
	})
}

func (s *Server) backups(r *request) error {
	p, err := r.backupPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("backup/backups", p)
}

// backupAgain shows the page with what is wrong. The words are not repeated:
// they open everything.
func (r *request) backupAgain(f *form, fault error) error {
	f.values.Del("words")
	p, err := r.backupPage(f)
	if err != nil {
		return err
	}
	return r.again(f, fault, "backup/backups", p)
}

// backupTime is how long making or sending one may take.
const backupTime = 30 * time.Minute

// backupMake makes one on the card.
func (s *Server) backupMake(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if s.opt.Backups == nil {
		return r.Redirect(backupsPath, "backup.none")
	}
	defer r.patience(backupTime)()
	if _, err := s.opt.Backups.Make(r.context()); err != nil {
		return r.backupAgain(f, err)
	}
	return r.Redirect(backupsPath, "backup.made")
}

// backupSend hands a whole backup over, the passphrase asked again: it is
// everything the box knows.
func (s *Server) backupSend(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if s.opt.Backups == nil {
		return r.Redirect(backupsPath, "backup.none")
	}
	if err := s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source()); err != nil {
		return r.backupAgain(f, err)
	}
	return r.sendBackup(func(err error) error { return r.backupAgain(f, err) })
}

// sendBackup hands a whole backup over; again shows the page with what is wrong.
func (r *request) sendBackup(again func(error) error) error {
	defer r.patience(backupTime)()
	begun := false
	err := r.s.opt.Backups.Send(r.context(), func(name string) io.Writer {
		begun = true
		h := r.Response().Header()
		h.Set("Content-Type", "application/octet-stream")
		h["Cache-Control"] = noStore
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
		r.Response().WriteHeader(http.StatusOK)
		return r.Response()
	})
	if err == nil {
		return nil
	}
	if begun { // the browser must not take half a file for a whole one
		r.log.Warn("a backup was not sent whole", "err", err)
		panic(http.ErrAbortHandler)
	}
	return again(err)
}

// backupSheet keeps the key of the recovery sheet, on a box set up before it
// was kept.
func (s *Server) backupSheet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if err := r.Update(func(tx *store.Tx) error { return account.KeepSheetKeys(tx, f.lines("words")) }); err != nil {
		return r.backupAgain(f, err)
	}
	return r.Redirect(backupsPath, "backup.sheet_kept")
}

// backupChores are backups that fail, or that never left the card.
func (s *Server) backupChores(r *request) ([]task, error) {
	if s.opt.Backups == nil {
		return nil, nil
	}
	b, err := s.opt.Backups.State()
	if err != nil {
		return nil, err
	}
	t := task{Action: r.T("backup.see"), Href: backupsPath, Text: r.T("backup.chore_fine", "ago", r.Ago(b.GoodAt))}
	switch {
	case !b.FailedAt.IsZero():
		t.Text, t.Urgent = r.T("backup.chore_failed"), true
	case b.GoodAt.IsZero():
		t.Text = r.T("backup.never")
	case b.OutAt.IsZero():
		t.Text = r.T("backup.chore_never_out")
	case b.OutAt.Before(r.now.Add(-outEvery)):
		t.Text = r.T("backup.chore_out", "ago", r.Ago(b.OutAt))
	}
	return []task{t}, nil
}

// restoredFor is how long the home page says that the box was restored.
const restoredFor = 14 * 24 * time.Hour

// restoredAlert tells everybody that what was written after a backup is missing.
func (r *request) restoredAlert(tx *store.Tx) ([]noticeView, error) {
	last, err := account.RestorationOf(tx)
	if err != nil || last.At.IsZero() || !r.now.Before(last.At.Add(restoredFor)) {
		return nil, err
	}
	r.FreshUntil(last.At.Add(restoredFor))
	return []noticeView{{Kind: "attention", Text: r.T("backup.restored", "day", r.Day(last.At), "made", r.DayTime(last.MadeAt))}}, nil
}
