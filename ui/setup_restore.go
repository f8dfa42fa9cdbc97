package ui

// A new box that is to be the old one: whoever proved to stand at it brings a
// backup instead of going through the steps.

const setupRestorePath = setupPath + "/sauvegarde"

func (s *Server) setupRestoreRoutes() []route {
	return []route{
		{GET, setupRestorePath, presence, s.step(stepClock, s.setupRestore)},
		{POST, setupRestorePath, presence, s.step(stepClock, s.setupRestoreDo)},
		{POST, setupRestorePath + "/fichier", presence, s.step(stepClock, s.setupRestoreReceive)},
	}
}

// setupRestorePage fills the page of a box that is nobody's yet.
func (r *request) setupRestorePage(f *form) (*restorePage, error) {
	p := r.anyRestorePage(f, setupRestorePath, setupPath)
	p.Setup = true
	return p, nil
}

func (s *Server) setupRestore(r *request) error {
	if s.opt.Restorer == nil {
		return errNoPage
	}
	p, err := r.setupRestorePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.restoreShow(p)
}

func (s *Server) setupRestoreReceive(r *request) error {
	if s.opt.Restorer == nil {
		return errNoPage
	}
	return r.restoreTake(r.setupRestorePage, setupRestorePath)
}

func (s *Server) setupRestoreDo(r *request) error {
	if s.opt.Restorer == nil {
		return errNoPage
	}
	return r.restoreForm(r.setupRestorePage, setupRestorePath)
}

// MayRestore tells whether a backup can be put back instead of the steps.
func (p *setupPage) MayRestore() bool { return p.box.opt.Restorer != nil }
