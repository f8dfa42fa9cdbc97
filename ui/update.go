package ui

import (
	"io"
	"path"
	"time"

	"copi.local/store"
)

// A new version comes as a signed file, is written beside the one that runs,
// and nothing changes before somebody says so.

const updatePath = "/admin/mise-a-jour"

func (s *Server) updateRoutes() []route {
	return []route{
		{GET, updatePath, operator, s.update},
		{POST, updatePath, operator, s.updateDo},
		{POST, updatePath + "/fichier", operator, s.updateReceive},
	}
}

// updatePage leads through an update.
type updatePage struct {
	formPage
	None    bool   // this box is updated otherwise
	Running string // the version
	State   Update
	Kind    string // stage, as templates choose by it
	Notes   string
	Last    UpdateTrial
	StickID string
	OnStick []choice // updates on the stick that is plugged in
}

func (r *request) updatePage(f *form) (*updatePage, error) {
	r.Uncached() // an update goes on without a commit
	p := &updatePage{formPage: r.formPage("update.title", f), None: r.s.opt.Updater == nil, Running: r.s.opt.Version}
	if p.None {
		return p, nil
	}
	p.State = r.s.opt.Updater.State()
	p.StickID, p.OnStick = r.updatesOnStick()
	p.Kind = p.State.Stage
	if p.State.Notes != nil {
		p.Notes = p.State.Notes(r.Lang)
	}
	var err error
	p.Last, err = r.s.opt.Updater.Last()
	return p, err
}

// updatesOnStick are the updates on the stick, to choose one.
func (r *request) updatesOnStick() (id string, list []choice) {
	if r.s.opt.Stick == nil {
		return "", nil
	}
	s := r.s.opt.Stick.State()
	for i, name := range s.Updates {
		list = append(list, choice{Value: name, Label: path.Base(name), Chosen: i == 0})
	}
	return s.ID, list
}

// Why says why a version was left.
func (p *updatePage) Why() string { return p.speech().updateWhy(p.Last) }

func (s *speech) updateWhy(t UpdateTrial) string {
	switch t.Why {
	case "starts":
		return s.T("update.why.starts")
	case "silent":
		return s.T("update.why.silent")
	case "unwell":
		return s.T("update.why.unwell")
	case "decided":
		return s.T("update.why.decided")
	default:
		return s.T("update.why.switch")
	}
}

func (s *Server) update(r *request) error {
	p, err := r.updatePage(r.emptyForm())
	if err != nil {
		return err
	}
	switch p.State.Stage {
	case UpdateComes:
		r.Response().Header().Set("Refresh", refreshAfter)
	case UpdateGoes:
		return r.restoreGoes()
	}
	return r.Render("core/update", p)
}

func (r *request) updateAgain(f *form, fault error) error {
	p, err := r.updatePage(f)
	if err != nil {
		return err
	}
	return r.again(f, fault, "core/update", p)
}

// maxUpdate bounds the file: the place of a root, and what says what it is.
const maxUpdate = 512 << 20

// updateReceive takes the file, straight onto the card.
func (s *Server) updateReceive(r *request) error {
	if s.opt.Updater == nil {
		return r.Redirect(updatePath, "update.none")
	}
	none, half := store.E(store.Invalid, "err.update.none").At("file"), store.E(store.Invalid, "err.update.half").At("file")
	err := r.fileInto(maxUpdate, none, half, func(in io.Reader, _ int64) error { return s.opt.Updater.Receive(r.context(), in) })
	if err != nil {
		return r.updateAgain(r.emptyForm(), err)
	}
	return r.Redirect(updatePath, "")
}

// updateDo takes the next step; switching asks for the passphrase again.
func (s *Server) updateDo(r *request) error {
	if s.opt.Updater == nil {
		return r.Redirect(updatePath, "update.none")
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	switch f.text("do") {
	case "drop":
		if err := s.opt.Updater.Drop(f.text("id")); err != nil {
			return r.updateAgain(f, err)
		}
		return r.Redirect(updatePath, "update.dropped")
	case "stick":
		if err := r.updateFromStick(f); err != nil {
			return r.updateAgain(f, err)
		}
		return r.Redirect(updatePath, "")
	}
	if err := s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source()); err != nil {
		return r.updateAgain(f, err)
	}
	switch f.text("do") {
	case "go":
		err = s.opt.Updater.Go(r.context(), f.text("id"))
	case "return":
		err = s.opt.Updater.Return(r.context())
	default:
		err = store.E(store.Conflict, "err.update.other")
	}
	if err != nil {
		return r.updateAgain(f, err)
	}
	return r.restoreGoes()
}

// updateFromStick takes an update on the stick somebody saw.
func (r *request) updateFromStick(f *form) error {
	if r.s.opt.Stick == nil {
		return store.E(store.Conflict, "err.stick.changed")
	}
	defer r.patience(backupTime)()
	return r.s.opt.Stick.Update(r.context(), f.text("stick"), f.text("update"))
}

// updateToldFor is how long the operator is told of a version that was kept.
const updateToldFor = 7 * 24 * time.Hour

// updateChores tell how the last update goes, or went.
func (s *Server) updateChores(r *request) ([]task, error) {
	if s.opt.Updater == nil {
		return nil, nil
	}
	last, err := s.opt.Updater.Last()
	if err != nil || last.Version == "" {
		return nil, err
	}
	t := task{Action: r.T("update.see"), Href: updatePath}
	switch {
	case !last.Ended:
		t.Text = r.T("update.on_trial", "version", last.Version)
	case last.Back:
		t.Text, t.Urgent = r.T("update.went_back", "version", last.Version, "ours", s.opt.Version)+" "+r.updateWhy(last), true
	case r.now.Sub(last.At) < updateToldFor:
		t.Text = r.T("update.kept", "version", last.Version)
	default:
		return nil, nil
	}
	return []task{t}, nil
}
