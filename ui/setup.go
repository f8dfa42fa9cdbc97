package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// The set-up of a new box: who proved to stand at it goes through the steps,
// each saved when it is done. Once the box is open these addresses are gone.

const (
	setupPath   = "/installation"
	setupCookie = "copi_installation"
	setupKeep   = 7 * 24 * time.Hour
)

// setupSlugs are the addresses of the steps.
var setupSlugs = map[account.Step]string{
	account.StepCommune: "commune", account.StepPlace: "lieu", account.StepPublisher: "editeur",
	account.StepHost: "hebergeur", account.StepCharter: "charte", account.StepOperator: "responsable",
	account.StepSheet: "feuille", account.StepOpen: "ouverture", stepClock: "heure",
}

// setupTemplates are their pages.
var setupTemplates = map[account.Step]string{
	account.StepCommune: "setup/commune", account.StepPlace: "setup/place", account.StepPublisher: "setup/publisher",
	account.StepHost: "setup/host", account.StepCharter: "setup/charter", account.StepOperator: "setup/operator",
	account.StepSheet: "setup/sheet", account.StepOpen: "setup/open", stepClock: "setup/clock",
}

func (s *Server) setupRoutes() []route {
	list := []route{
		{GET, setupPath, presence, s.setup},
		{POST, setupPath, presence, s.setupCode},
	}
	for _, step := range []struct {
		step      account.Step
		show, act handler
	}{
		{stepClock, s.setupClock, s.setupSetClock},
		{account.StepCommune, s.setupCommune, s.setupChoose},
		{account.StepPlace, s.setupPlace, s.setupConfirm},
		{account.StepPublisher, s.setupPublisher, s.setupSavePublisher},
		{account.StepHost, s.setupHost, s.setupSaveHost},
		{account.StepCharter, s.setupCharter, s.setupSaveCharter},
		{account.StepOperator, s.setupOperator, s.setupAddOperator},
		{account.StepSheet, s.setupSheet, s.setupReadBack},
		{account.StepOpen, s.setupOpen, s.setupFinish},
	} {
		path := setupPath + "/" + setupSlugs[step.step]
		list = append(list, route{GET, path, presence, s.step(step.step, step.show)}, route{POST, path, presence, s.step(step.step, step.act)})
	}
	return list
}

// stepClock comes before the others on a box that does not know the time: the
// first event needs a date. It is the machine's affair, not package account's.
const stepClock account.Step = "clock"

// steps lists the steps of the set-up as the box needs them now.
func (s *Server) steps() []account.Step {
	if s.opt.Timekeeper == nil || !s.unsure() {
		return account.Steps
	}
	return append([]account.Step{stepClock}, account.Steps...)
}

// setupPage is any page of the set-up.
type setupPage struct {
	formPage
	Box   account.Box
	Steps []stepView
	Back  string // the step before
	Step  account.Step

	Expected bool // a code would be accepted just now

	Found []listing.Commune // communes to choose from
	Total int

	Commune listing.Commune // the one chosen
	Near    []listing.Landmark

	Words         []string // of the recovery sheet
	QR            qrCode
	First, Second int // numbers of the words to read back
	Charter       []passage
	Login         string // of the first operator
	Clock         clockForm
}

func (r *request) setupToken() string {
	c, err := r.Request().Cookie(setupCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// step leads to the code without a proof, and to the first step that is not
// done when this one comes later.
func (s *Server) step(step account.Step, do handler) handler {
	return func(r *request) error {
		r.Uncached()
		next, err := r.nextStep()
		switch {
		case store.KindOf(err) == store.Unauthenticated:
			return r.Redirect(setupPath, "")
		case err != nil:
			return err
		case slices.Index(s.steps(), step) > slices.Index(s.steps(), next):
			return r.Redirect(setupPath+"/"+setupSlugs[next], "")
		}
		return do(r)
	}
}

func (r *request) nextStep() (next account.Step, err error) {
	err = r.View(func(tx *store.Tx) error {
		b, err := account.SettingUp(tx, r.setupToken())
		if err != nil {
			return err
		}
		if next = r.s.steps()[0]; next == stepClock {
			return nil
		}
		next, err = account.NextStep(tx, b)
		return err
	})
	return next, err
}

// setupPage starts the page of a step with what is known of the box.
func (r *request) setupPage(step account.Step, f *form) (*setupPage, error) {
	r.Uncached()
	p := &setupPage{formPage: r.formPage("setup.title."+string(step), f), Step: step}
	err := r.View(func(tx *store.Tx) error {
		var err error
		p.Box, err = account.SettingUp(tx, r.setupToken())
		return err
	})
	steps := r.s.steps()
	for i, s := range steps {
		p.Steps = append(p.Steps, stepView{Word: r.T("setup.step." + string(s)), Current: s == step})
		if s == step && i > 0 {
			p.Back = setupPath + "/" + setupSlugs[steps[i-1]]
		}
	}
	return p, err
}

// onward leads to the first step that is not done.
func (r *request) onward() error {
	next, err := r.nextStep()
	if err != nil {
		return err
	}
	return r.Redirect(setupPath+"/"+setupSlugs[next], "")
}

// stepAgain shows a step whose form was refused.
func (r *request) stepAgain(step account.Step, f *form, fault error, more func(*setupPage) error) error {
	p, err := r.setupPage(step, f)
	if err != nil {
		return err
	}
	if more != nil {
		if err := more(p); err != nil {
			return err
		}
	}
	return r.again(f, fault, setupTemplates[step], p)
}

// setup asks for the code of the box, or goes on where the phone was closed.
func (s *Server) setup(r *request) error {
	r.Uncached()
	next, err := r.nextStep()
	switch store.KindOf(err) {
	case store.Unauthenticated:
		p := s.codePage(r, r.emptyForm())
		return r.Render("setup/code", p)
	default:
		if err != nil {
			return err
		}
		return r.Redirect(setupPath+"/"+setupSlugs[next], "")
	}
}

func (s *Server) codePage(r *request, f *form) *setupPage {
	p := &setupPage{formPage: r.formPage("setup.code.title", f)}
	p.Expected = s.opt.Presence != nil && s.opt.Presence.Expected()
	return p
}

// setupCode takes the code and lets this browser set the box up.
func (s *Server) setupCode(r *request) error {
	r.Uncached()
	f, err := r.form()
	if err != nil {
		return err
	}
	ready, err := s.isSetUp(r)
	if err != nil {
		return err
	}
	if ready || s.opt.Presence == nil {
		return errNoPage
	}
	if err := s.opt.Presence.Prove(r.context(), f.text("code")); err != nil {
		return r.againAtBox(f, err, "setup/code", s.codePage(r, f))
	}
	var token string
	err = r.Update(func(tx *store.Tx) (err error) {
		token, err = account.BeginSetup(tx)
		return err
	})
	if err != nil {
		return err
	}
	r.setCookie(setupCookie, token, setupKeep)
	return r.Redirect(setupPath, "setup.code.done")
}

// communesShown bounds the communes proposed for a search.
const communesShown = 40

func (s *Server) setupCommune(r *request) error {
	f := r.queryForm()
	p, err := r.setupPage(account.StepCommune, f)
	if err != nil {
		return err
	}
	if p.Found, p.Total, err = listing.SearchCommunes(f.text("q"), communesShown); err != nil {
		return err
	}
	return r.Render("setup/commune", p)
}

// Searched tells whether a search was made.
func (p *setupPage) Searched() bool { return p.Form.text("q") != "" }

// Quality says how well a commune's position is known.
func (p *setupPage) Quality() string {
	if p.Commune.Quality == listing.Nowhere {
		return p.T("setup.place.quality_none")
	}
	return p.T("setup.place.quality_" + string(p.Commune.Quality))
}

// Cut tells whether there are more communes than the page shows.
func (p *setupPage) Cut() bool { return p.Total > len(p.Found) }

// Away is where a landmark lies, in words.
func (p *setupPage) Away(l listing.Landmark) string {
	return p.T("setup.place.direction_"+l.Direction, "distance", p.Distance(l.DistanceKM*1000))
}

// Moves are rows of buttons that shift the place without a map.
func (p *setupPage) Moves() [][]choice {
	var rows [][]choice
	for _, step := range []struct{ metres, word string }{{"100", "100" + nbsp + "m"}, {"1000", "1" + nbsp + "km"}} {
		var row []choice
		for _, wind := range []string{"n", "s", "e", "w"} {
			row = append(row, choice{Value: wind + step.metres, Label: p.T("setup.place.direction_"+wind, "distance", step.word)})
		}
		rows = append(rows, row)
	}
	return rows
}

func (s *Server) setupChoose(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	c, err := listing.CommuneByINSEE(f.text("commune"))
	if err == nil {
		err = r.Update(func(tx *store.Tx) error { return account.ChooseCommune(tx, r.setupToken(), c) })
	} else if store.KindOf(err) == store.NotFound {
		err = store.E(store.Invalid, "err.setup.commune").At("commune")
	}
	if err != nil {
		return r.stepAgain(account.StepCommune, f, err, nil)
	}
	return r.onward()
}

func (s *Server) setupPlace(r *request) error {
	p, err := r.setupPage(account.StepPlace, nil)
	if err != nil {
		return err
	}
	name := p.Box.Name
	if name == "" {
		name = r.T("setup.place.name_of", "of", r.Of(p.Box.Commune))
	}
	lat, lon := listing.Point{Lat: p.Box.Lat, Lon: p.Box.Lon}.Degrees()
	p.Form = r.emptyForm("box_name", name, "lat", r.degrees(lat), "lon", r.degrees(lon))
	if err := p.lookAround(); err != nil {
		return err
	}
	return r.Render("setup/place", p)
}

// degrees writes a coordinate as people of the language type it.
func (s *speech) degrees(v float64) string {
	text := strconv.FormatFloat(v, 'f', 4, 64)
	if s.Lang == reference {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// lookAround finds what to compare the place with: without a map, the known
// places around it.
func (p *setupPage) lookAround() (err error) {
	if p.Commune, err = listing.CommuneByINSEE(p.Box.INSEE); err != nil {
		return err
	}
	p.Near, err = listing.Landmarks(listing.Point{Lat: p.Box.Lat, Lon: p.Box.Lon}, p.Box.INSEE, 3)
	return err
}

func (s *Server) setupConfirm(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	at, err := s.placeOf(r, f)
	if err == nil && f.has("move") {
		at, err = moved(at, f.text("move"))
		if err == nil {
			err = r.Update(func(tx *store.Tx) error {
				return account.MovePlace(tx, r.setupToken(), f.text("box_name"), at)
			})
		}
		if err == nil {
			return r.Redirect(setupPath+"/"+setupSlugs[account.StepPlace], "")
		}
	} else if err == nil {
		err = r.Update(func(tx *store.Tx) error {
			return account.ConfirmPlace(tx, r.setupToken(), f.text("box_name"), at)
		})
	}
	if err != nil {
		return r.stepAgain(account.StepPlace, f, err, (*setupPage).lookAround)
	}
	return r.onward()
}

// farKM is how far from its commune a box may say it stands.
const farKM = 50

// placeOf reads the coordinates, which must lie near the commune.
func (s *Server) placeOf(r *request, f *form) (listing.Point, error) {
	lat, err1 := coordinate(f.text("lat"))
	lon, err2 := coordinate(f.text("lon"))
	var bad store.Errors
	if err1 != nil || lat < -90 || lat > 90 {
		bad.Add(store.E(store.Invalid, "err.setup.coordinate").At("lat"))
	}
	if err2 != nil || lon < -180 || lon > 180 {
		bad.Add(store.E(store.Invalid, "err.setup.coordinate").At("lon"))
	}
	if err := bad.OrNil(); err != nil {
		return listing.Point{}, err
	}
	p, err := r.setupPage(account.StepPlace, f)
	if err != nil {
		return listing.Point{}, err
	}
	at := listing.At(lat, lon)
	c, err := listing.CommuneByINSEE(p.Box.INSEE)
	if err != nil || c.Position == nil || at.DistanceKM(*c.Position) <= farKM {
		return at, err
	}
	if listing.At(lon, lat).DistanceKM(*c.Position) <= farKM {
		return at, store.E(store.Invalid, "err.setup.swapped").At("lat")
	}
	return at, store.E(store.Invalid, "err.setup.far", "km", int(at.DistanceKM(*c.Position)), "commune", c.Name).At("lat")
}

// coordinate reads degrees with a point or a comma.
func coordinate(s string) (float64, error) {
	return strconv.ParseFloat(strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(s), "°"), ",", "."), 64)
}

// moved shifts a place by a button: "n100" is a hundred metres north.
func moved(at listing.Point, move string) (listing.Point, error) {
	metres, err := strconv.Atoi(move[min(1, len(move)):])
	if err != nil || metres < 1 || metres > 10_000 {
		return at, store.E(store.Invalid, "err.setup.coordinate").At("lat")
	}
	return at.Moved(rune(move[0]), float64(metres)), nil
}

func (s *Server) setupPublisher(r *request) error {
	return s.showPublisher(r, account.StepPublisher)
}
func (s *Server) setupHost(r *request) error { return s.showPublisher(r, account.StepHost) }

func (s *Server) showPublisher(r *request, step account.Step) error {
	p, err := r.setupPage(step, nil)
	if err != nil {
		return err
	}
	v := p.Box.Publisher
	if step == account.StepHost && v.Host == "" { // most often the same
		v.Host, v.HostAddress, v.HostPhone = v.Name, v.Address, v.Phone
	}
	p.Form = r.emptyForm(
		"publisher", v.Name, "publisher_address", v.Address, "publisher_phone", v.Phone, "director", v.Director,
		"host", v.Host, "host_address", v.HostAddress, "host_phone", v.HostPhone, "contact", v.Contact)
	return r.Render(setupTemplates[step], p)
}

func (s *Server) setupSavePublisher(r *request) error {
	return s.savePublisher(r, account.StepPublisher)
}
func (s *Server) setupSaveHost(r *request) error { return s.savePublisher(r, account.StepHost) }

// savePublisher keeps the half of the publisher's identity this page asks for.
func (s *Server) savePublisher(r *request, step account.Step) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		b, err := account.SettingUp(tx, r.setupToken())
		if err != nil {
			return err
		}
		v := b.Publisher
		if step == account.StepPublisher {
			v.Name, v.Address = f.text("publisher"), f.text("publisher_address")
			v.Phone, v.Director = f.text("publisher_phone"), f.text("director")
		} else {
			v.Host, v.HostAddress = f.text("host"), f.text("host_address")
			v.HostPhone, v.Contact = f.text("host_phone"), f.text("contact")
		}
		return account.SavePublisher(tx, r.setupToken(), v, step)
	})
	if err != nil {
		return r.stepAgain(step, f, err, nil)
	}
	return r.onward()
}

func (s *Server) setupCharter(r *request) error {
	p, err := r.setupPage(account.StepCharter, nil)
	if err != nil {
		return err
	}
	body := account.CharterTemplate(p.Box.Commune)
	err = r.View(func(tx *store.Tx) error {
		c, err := account.DraftOf(tx)
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		body = c.Body
		return err
	})
	if err != nil {
		return err
	}
	p.Form = r.emptyForm("charter", body)
	return r.Render("setup/charter", p)
}

func (s *Server) setupSaveCharter(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return account.SaveCharter(tx, r.setupToken(), f.lines("charter")) })
	if err != nil {
		return r.stepAgain(account.StepCharter, f, err, nil)
	}
	return r.onward()
}

func (s *Server) setupOperator(r *request) error {
	p, err := r.setupPage(account.StepOperator, r.emptyForm())
	if err != nil {
		return err
	}
	if err := p.operatorOf(r); err != nil {
		return err
	}
	return r.Render("setup/operator", p)
}

func (p *setupPage) operatorOf(r *request) error {
	return r.View(func(tx *store.Tx) (err error) {
		p.Login, err = account.FirstLogin(tx, r.setupToken())
		return err
	})
}

func (s *Server) setupAddOperator(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = s.desk.FirstOperator(r.context(), r.setupToken(), account.NewPerson{
		Login: f.text("login"), Name: f.text("name"), Password: f.lines("password"),
	})
	if err != nil {
		return r.stepAgain(account.StepOperator, f, err, nil)
	}
	return r.onward()
}

// setupSheet shows the recovery sheet until two of its words were read back.
func (s *Server) setupSheet(r *request) error {
	p, err := r.setupPage(account.StepSheet, r.emptyForm())
	if err != nil {
		return err
	}
	if err := s.fillSheet(r, p); err != nil {
		return err
	}
	return r.Render("setup/sheet", p)
}

func (s *Server) fillSheet(r *request, p *setupPage) (err error) {
	if p.Words, err = s.desk.Sheet(r.context(), r.setupToken()); err != nil || p.Words == nil {
		return err
	}
	p.First, p.Second = p.Box.Asked()
	p.QR, err = newQR(strings.Join(p.Words, " "))
	return err
}

func (s *Server) setupReadBack(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if f.has("make") {
		if err := s.desk.MakeSheet(r.context(), r.setupToken()); err != nil {
			return r.stepAgain(account.StepSheet, f, err, nil)
		}
		return r.Redirect(setupPath+"/"+setupSlugs[account.StepSheet], "")
	}
	if err := s.desk.ReadBack(r.context(), r.setupToken(), f.text("first"), f.text("second")); err != nil {
		return r.stepAgain(account.StepSheet, f, err, func(p *setupPage) error { return s.fillSheet(r, p) })
	}
	return r.onward()
}

// setupOpen shows what will be public before the box opens.
func (s *Server) setupOpen(r *request) error {
	p, err := r.setupPage(account.StepOpen, r.emptyForm())
	if err != nil {
		return err
	}
	if err := p.operatorOf(r); err != nil {
		return err
	}
	return r.Render("setup/open", p)
}

func (s *Server) setupFinish(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var me account.Session
	var token string
	if !f.has("charter") {
		err = store.E(store.Invalid, "err.account.charter_needed").At("charter")
	} else {
		err = r.Update(func(tx *store.Tx) (err error) {
			me, token, err = account.OpenBox(tx, r.setupToken(), r.device())
			return err
		})
	}
	if err != nil {
		return r.stepAgain(account.StepOpen, f, err, func(p *setupPage) error { return p.operatorOf(r) })
	}
	if s.opt.Presence != nil {
		s.opt.Presence.Done()
	}
	r.setCookie(setupCookie, "", -1)
	r.remember(token, me)
	return r.Redirect("/", "setup.open.done")
}
