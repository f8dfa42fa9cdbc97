package ui

import (
	"errors"
	"io"
	"net/http"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/neighbour"
	"copi.local/store/timebank"
)

// A backup is put back from the pages in steps that anybody may leave and come
// back to: it comes as a file or lies on the card, words open it, the box reads
// it, somebody sees what it holds, and says to go on. Until then nothing of the
// box changes.

const (
	restorePath = backupsPath + "/remettre"
	asidesPath  = backupsPath + "/anciennes"
)

func (s *Server) restoreRoutes() []route {
	return []route{
		{GET, restorePath, operator, s.restore},
		{POST, restorePath, operator, s.restoreDo},
		{POST, restorePath + "/fichier", operator, s.restoreReceive},
		{POST, asidesPath, operator, s.restoreDropAside},
	}
}

// restorePage leads through a restore, and tells what is left of the last.
type restorePage struct {
	formPage
	Action  string // address of its forms
	Back    string
	Setup   bool // of a box that is nobody's yet: no passphrase, no older backups
	Safe    bool // of a box whose data cannot be used: who stands at it needs no passphrase
	State   Restore
	Kept    []choice // backups on the card
	OnStick []choice // … and on the stick that is plugged in
	StickID string
	Asides  []choice
	Kind    string // stage, as templates choose by it
	After   *restoreAfter
	Commune string
}

// restoreAfter is what may be missing after a restore.
type restoreAfter struct {
	account.Restoration
	RestoreNote
	Gap   bool // movements of the time bank
	Doubt bool // neighbours are to be asked
}

// MadeAt says when the backup was made, with a doubt where there is one.
func (p *restorePage) MadeAt() string {
	when := p.WholeTime(p.State.Backup.MadeAt)
	if !p.State.Backup.Sure {
		return p.T("restore.made_unsure", "when", when)
	}
	return p.T("restore.made", "when", when, "ago", p.Ago(p.State.Backup.MadeAt))
}

// Holds are the counts of what the backup holds, one a line.
func (p *restorePage) Holds() []string {
	b := p.State.Backup
	list := []string{
		p.T("restore.people", "n", b.People), p.T("restore.events", "n", b.Events), p.T("restore.ads", "n", b.Ads),
		p.T("restore.elements", "n", b.Elements), p.T("restore.photos", "n", b.Photos),
	}
	return append(list, p.T("restore.size", "size", p.Bytes(b.Bytes)))
}

// anyRestorePage starts the page, whoever leads through it: at path, with the way
// back.
func (r *request) anyRestorePage(f *form, path, back string) *restorePage {
	r.Uncached() // a restore goes on without a commit
	p := &restorePage{formPage: r.formPage("restore.title", f), Action: path, Back: back, State: r.s.opt.Restorer.State()}
	p.Kind = p.State.Stage
	p.StickID, p.OnStick = r.onStick()
	r.restoreFault(f, p.State.Fault)
	return p
}

// restorePage fills the page for an operator.
func (r *request) restorePage(f *form) (*restorePage, error) {
	p := r.anyRestorePage(f, restorePath, backupsPath)
	var err error
	if p.Kept, err = r.keptBackups(); err != nil {
		return nil, err
	}
	asides, err := r.s.opt.Restorer.Asides()
	if err != nil {
		return nil, err
	}
	for _, a := range asides {
		p.Asides = append(p.Asides, choice{Value: a.Name, Label: r.T("restore.aside_one", "day", r.ShortDay(a.Day), "size", r.Bytes(a.Bytes)), Help: a.Name})
	}
	return p, r.restoreAfter(p)
}

// keptBackups are the backups on the card, to choose one.
func (r *request) keptBackups() (list []choice, err error) {
	kept, err := r.s.opt.Restorer.Kept()
	for i, b := range kept {
		label := r.T("restore.kept_one", "day", r.ShortDay(b.Day), "size", r.Bytes(b.Bytes))
		list = append(list, choice{Value: b.Name, Label: label, Help: b.Name, Chosen: i == 0})
	}
	return list, err
}

// restoreAfter fills in what may be missing after the last restore.
func (r *request) restoreAfter(p *restorePage) error {
	note, err := r.s.opt.Restorer.Last()
	if err != nil {
		return err
	}
	return r.View(func(tx *store.Tx) error {
		a := &restoreAfter{RestoreNote: note}
		if a.Restoration, err = account.RestorationOf(tx); err != nil || a.At.IsZero() {
			return err
		}
		gaps, err := timebank.OpenGaps(tx)
		if err != nil {
			return err
		}
		self, err := neighbour.PublisherOf(tx)
		a.Gap, a.Doubt = len(gaps) > 0, self.Doubt != neighbour.NoDoubt
		p.After = a
		return err
	})
}

// restoreFault says why a restore came to nothing.
func (r *request) restoreFault(f *form, err error) {
	if err == nil || f.refuse(err) {
		return
	}
	if e, ok := errors.AsType[*store.Error](err); ok && e.Key != "" {
		f.fault(e.Field, e.Key, e.Args...)
		return
	}
	f.fault("", "err.restore.failed")
}

// restoreShow answers with the page; one that waits comes again by itself.
func (r *request) restoreShow(p *restorePage) error {
	switch p.State.Stage {
	case RestoreComes, RestoreReads, RestoreStops:
		r.Response().Header().Set("Refresh", refreshAfter)
	case RestoreGoes:
		return r.restoreGoes()
	}
	return r.Render("backup/restore", p)
}

func (s *Server) restore(r *request) error {
	if s.opt.Restorer == nil {
		return r.Redirect(backupsPath, "backup.none")
	}
	p, err := r.restorePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.restoreShow(p)
}

// restoreAgain shows the page with what is wrong. The words are not repeated:
// they open everything.
func (r *request) restoreAgain(page func(*form) (*restorePage, error), f *form, fault error) error {
	f.values.Del("words")
	p, err := page(f)
	if err != nil {
		return err
	}
	return r.again(f, fault, "backup/restore", p)
}

func (s *Server) restoreReceive(r *request) error {
	if s.opt.Restorer == nil {
		return r.Redirect(backupsPath, "backup.none")
	}
	return r.restoreTake(r.restorePage, restorePath)
}

// restoreTake receives a file, straight onto the card.
func (r *request) restoreTake(page func(*form) (*restorePage, error), path string) error {
	if err := r.restoreFile(); err != nil {
		return r.restoreAgain(page, r.emptyForm(), err)
	}
	return r.Redirect(path, "")
}

// maxBackup bounds the file of a backup: the largest card there is.
const maxBackup = 2 << 40

func (r *request) restoreFile() error {
	none, half := store.E(store.Invalid, "err.restore.none").At("file"), store.E(store.Invalid, "err.restore.half").At("file")
	return r.fileInto(maxBackup, none, half, func(in io.Reader, size int64) error {
		return r.s.opt.Restorer.Receive(r.context(), in, size)
	})
}

// restoreDo takes the next step of a restore.
func (s *Server) restoreDo(r *request) error {
	if s.opt.Restorer == nil {
		return r.Redirect(backupsPath, "backup.none")
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	if f.text("do") == "go" {
		if err := s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source()); err != nil {
			return r.restoreAgain(r.restorePage, f, err)
		}
	}
	return r.restoreStep(r.restorePage, f, restorePath)
}

// restoreForm takes the next step of a restore from who stands at the box.
func (r *request) restoreForm(page func(*form) (*restorePage, error), path string) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	return r.restoreStep(page, f, path)
}

// restoreStep does what a button says.
func (r *request) restoreStep(page func(*form) (*restorePage, error), f *form, path string) error {
	var err error
	to, told := r.s.opt.Restorer, ""
	switch f.text("do") {
	case "choose":
		err = to.Choose(r.context(), f.text("backup"))
	case "stick":
		err = r.restoreFromStick(f)
	case "open":
		err = to.Open(r.context(), f.text("id"), f.lines("words"))
	case "go":
		if err = to.Go(r.context(), f.text("id")); err == nil {
			return r.restoreGoes()
		}
	default:
		err, told = to.Drop(f.text("id")), "restore.dropped"
	}
	if err != nil {
		return r.restoreAgain(page, f, err)
	}
	return r.Redirect(path, told)
}

// restoreDropAside deletes what lay in the box before a restore, the passphrase
// asked again: it cannot be undone.
func (s *Server) restoreDropAside(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if s.opt.Restorer == nil {
		return r.Redirect(backupsPath, "backup.none")
	}
	if f.text("aside") == "" {
		return r.restoreAgain(r.restorePage, f, store.E(store.Invalid, "err.restore.aside").At("aside"))
	}
	if err := s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source()); err != nil {
		return r.restoreAgain(r.restorePage, f, err)
	}
	if err := s.opt.Restorer.DropAside(f.text("aside")); err != nil {
		return err
	}
	return r.Redirect(restorePath, "restore.aside_gone")
}

// asideLong is after how long the operator is asked about what lies aside: it
// takes room, and holds what people may have erased since.
const asideLong = 30 * 24 * time.Hour

// restoreChores are what may be missing after a restore, and what lies aside.
func (s *Server) restoreChores(r *request) ([]task, error) {
	if s.opt.Restorer == nil {
		return nil, nil
	}
	var list []task
	err := r.View(func(tx *store.Tx) error {
		last, err := account.RestorationOf(tx)
		if err == nil && !last.At.IsZero() && r.now.Before(last.At.Add(restoredFor)) {
			list = append(list, task{Text: r.T("restore.chore", "made", r.DayTime(last.MadeAt)), Action: r.T("restore.chore_see"), Href: restorePath, Urgent: true})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	asides, err := s.opt.Restorer.Asides()
	for _, a := range asides {
		if r.now.Sub(a.Day) >= asideLong {
			list = append(list, task{Text: r.T("restore.chore_aside", "day", r.ShortDay(a.Day), "size", r.Bytes(a.Bytes)), Action: r.T("restore.chore_aside_see"), Href: restorePath})
		}
	}
	return list, err
}

// restoreGoes answers whoever said to go on.
func (r *request) restoreGoes() error {
	r.Response().Header().Set("Refresh", homeSoon)
	return r.render(http.StatusOK, "backup/waiting", framed("embed", "backup/waiting"), meanwhileOf(r.speech))
}
