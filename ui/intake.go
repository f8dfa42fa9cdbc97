package ui

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/intake"
	"copi.local/store/intake/format"
)

// The limits of bringing a file by a page; the command line has none.
const (
	maxImport = 64 << 20
	// aWhile is how long one request writes before the page shows how far it is.
	aWhile    = 12 * time.Second
	runsShown = 50
	anyFormat = "auto" // the file says what it is
)

func (s *Server) intakeRoutes() []route {
	return []route{
		{GET, "/admin/importer", operator, s.imports},
		{POST, "/admin/importer", operator, s.importReceive},
		{GET, "/admin/importer/:id", operator, s.importLook},
		{POST, "/admin/importer/:id", operator, s.importDo},
		{GET, "/admin/importer/:id/colonnes", operator, s.importColumns},
		{POST, "/admin/importer/:id/colonnes", operator, s.importMatch},
	}
}

// intakeDesk is where files are received; a box without a place for them has
// none.
func (s *Server) intakeDesk() (*intake.Desk, error) {
	if s.opt.Imports == "" {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	return intake.NewDesk(s.db, s.opt.Imports), nil
}

// intakeChores are files that somebody left half-way.
func (s *Server) intakeChores(r *request) ([]task, error) {
	var n int
	err := r.View(func(tx *store.Tx) (err error) {
		n, err = intake.WaitingFiles(tx)
		return err
	})
	if err != nil || n == 0 {
		return nil, err
	}
	return []task{{Text: r.T("intake.chore", "n", n), Action: r.T("intake.chore_see"), Href: "/admin/importer"}}, nil
}

// importsPage receives a file and lists those that came before.
type importsPage struct {
	page
	Form    *form
	Formats []choice
	Runs    []importView
}

// importView is one import in the list.
type importView struct {
	intake.Run
	Words string
}

func (s *Server) imports(r *request) error {
	return s.importsAgain(r, r.emptyForm("format", anyFormat), nil)
}

// importsAgain shows the form, with what is wrong with what was sent.
func (s *Server) importsAgain(r *request, f *form, refused error) error {
	p := &importsPage{page: r.page("intake.title"), Form: f, Formats: []choice{{Value: anyFormat, Label: r.T("intake.format_any")}}}
	for _, v := range format.Formats {
		p.Formats = append(p.Formats, choice{Value: string(v), Label: r.T("intake.format_" + string(v))})
	}
	err := r.View(func(tx *store.Tx) error {
		runs, err := intake.Runs(tx, runsShown)
		for _, run := range runs {
			p.Runs = append(p.Runs, importView{run, r.importWords(&run)})
		}
		return err
	})
	if err != nil {
		return err
	}
	if refused != nil {
		return r.RenderForm("intake/list", p)
	}
	return r.Render("intake/list", p)
}

// importWords says how far an import is.
func (r *request) importWords(run *intake.Run) string {
	switch run.State {
	case intake.Waiting:
		return r.T("intake.state_waiting")
	case intake.Writing:
		return r.T("intake.state_writing", "n", run.Position)
	case intake.Undone:
		return r.T("intake.state_undone", "n", run.Removed)
	default:
		return r.T("intake.state_done", "n", run.Added+run.Updated)
	}
}

// importReceive takes a file as it comes, without holding it in memory.
func (s *Server) importReceive(r *request) error {
	desk, err := s.intakeDesk()
	if err != nil {
		return err
	}
	f := r.emptyForm()
	run, err := r.receive(desk, f)
	if f.refuse(err) {
		return s.importsAgain(r, f, err)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/admin/importer/"+run.ID, "")
}

// receive reads the parts of an upload: the format, then the file.
func (r *request) receive(desk *intake.Desk, f *form) (run intake.Run, err error) {
	none := store.E(store.Invalid, "err.intake.no_file").At("file")
	parts, err := r.largeForm(maxImport)
	if errors.Is(err, errTooLarge) {
		return run, store.E(store.Invalid, "err.intake.large", "mb", maxImport>>20).At("file")
	}
	if err != nil {
		return run, none
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return run, none // its end too
		}
		switch {
		case part.FormName() == "format":
			b := make([]byte, 20)
			n, _ := part.Read(b) // a short word, or nothing
			f.values.Set("format", string(b[:n]))
		case part.FormName() == "file" && part.FileName() != "":
			run, err := desk.Receive(r.context(), part.FileName(), chosenFormat(f.text("format")), part, maxImport)
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				err = store.E(store.Invalid, "err.intake.large", "mb", maxImport>>20).At("file")
			}
			return run, err
		}
	}
}

// chosenFormat is a format of the list, or none.
func chosenFormat(s string) format.Format {
	for _, f := range format.Formats {
		if string(f) == s {
			return f
		}
	}
	return ""
}

// importDo does what a button of an import's page says.
func (s *Server) importDo(r *request) error {
	desk, err := s.intakeDesk()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	run, err := r.importRun()
	if err != nil {
		return err
	}
	here := "/admin/importer/" + run.ID
	switch f.text("do") {
	case "choose":
		return s.importChoose(r, desk, run, f)
	case "discard":
		if err := desk.Discard(r.context(), run.ID); err != nil {
			return err
		}
		return r.Redirect("/admin/importer", "intake.discarded")
	case "undo":
		n, err := desk.Undo(r.context(), run.ID)
		if err != nil {
			return err
		}
		return r.Redirect(here, "intake.undone", "n", n)
	}
	_ = http.NewResponseController(r.Response()).SetWriteDeadline(time.Time{}) // not every writer can
	until := s.clock.Now().Add(aWhile)
	if _, err := desk.Write(r.context(), &run, func() bool { return s.clock.Now().After(until) }); err != nil {
		f.refuse(err)
		if f.ok() {
			return err
		}
		return s.importShow(r, run, f)
	}
	if run.State == intake.Done {
		return r.Redirect(here, "intake.written", "n", run.Taken())
	}
	return r.Redirect(here, "")
}

// importChoose keeps what the operator chose, and looks again.
func (s *Server) importChoose(r *request, desk *intake.Desk, run intake.Run, f *form) error {
	c := run.Choices
	codes, wrong := intake.Codes(f.lines("communes"))
	if wrong != "" {
		f.fault("communes", "err.intake.commune", "code", wrong)
		return s.importShow(r, run, f)
	}
	c.Communes, c.Kind, c.Label = codes, f.text("kind"), f.text("label")
	c.Streets, c.SoleTraders = f.has("streets"), f.has("traders")
	if err := desk.Choose(r.context(), run.ID, run.Format, c); err != nil {
		return err
	}
	return r.Redirect("/admin/importer/"+run.ID, "intake.chosen")
}

// importRun is the import of the address.
func (r *request) importRun() (run intake.Run, err error) {
	err = r.View(func(tx *store.Tx) (err error) {
		run, err = intake.Get(tx, r.Param("id"))
		return err
	})
	return run, err
}

// lineWord says where in its file a thing stands.
func (s *speech) lineWord(f format.Format, line int) string {
	switch f {
	case format.OSM, format.GeoJSON, format.Communecter:
		return s.T("intake.thing", "n", strconv.Itoa(line))
	default:
		return s.T("intake.line", "n", strconv.Itoa(line))
	}
}
