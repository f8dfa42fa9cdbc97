package ui

import (
	"context"
	"os"
	"time"
)

// Neighbours is the box's view of the boxes around it: those it is linked with
// and the linking of new ones by six digits that two people compare. Package
// appliance passes what package peer knows.
type Neighbours interface {
	// Boxes lists the linked boxes, by name.
	Boxes(ctx context.Context) ([]NeighbourBox, error)
	// Addresses lists where other boxes can call this one, the best first.
	Addresses() []string
	// Seen lists boxes on the local network that are not linked yet.
	Seen() []SeenBox
	// Open lets another box ask for a link during the next ten minutes.
	Open()
	// Opened tells whether that is so now.
	Opened() bool
	// Call asks the box at an address, typed or from Seen, for a link. It fails
	// with kind Invalid or Conflict at the field "address".
	Call(ctx context.Context, address string) error
	// Links lists the links being made and those lately made or given up, the
	// newest first.
	Links() []Linking
	// Answer says whether the digits of a link are the same on both screens.
	Answer(id string, same bool) error
	// Fetch brings what stands behind a neighbour's card and is not here, its
	// text before its pictures. It fails with kind Busy when nobody who has it
	// can be reached now.
	Fetch(ctx context.Context, id string) error
	// Picture opens the file of a neighbour's picture that is here. Who may see
	// it is the caller's affair.
	Picture(hash [32]byte) (*os.File, error)
	// Block stops every exchange with a linked box; Unblock resumes it.
	Block(ctx context.Context, id string) error
	Unblock(ctx context.Context, id string) error

	LinkCodes
	Carriage
	Beyond
	Bundles
	OwnBox
}

// NeighbourBox is a linked box.
type NeighbourBox struct {
	ID        string // for Block and Unblock
	Name      string // of its commune
	Cards     int    // public listings of it carried here
	Contact   time.Time
	Connected bool
	Through   bool // … by way of another box
	Blocked   bool // by an operator, or after three faults
	Vouched   bool // operators here vouch for it
	Follows   bool // what it keeps out is kept out here too
	Frozen    bool // two boxes speak under its name: it stays as both had it
	Stale     bool // nothing new of it came for 90 days that this box ran
	Lapsed    bool // nor for 180: what was here of it is gone

	// What its operator here is told.
	Since   time.Time // the boxes were linked
	Told    bool      // it has said that it holds some of our listings …
	Missing int       // … and so many changes of them not yet
	Why     string    // it does not answer: refused, no_route, timeout, key, kept_out; empty: unknown, or it does
	In, Out int64     // bytes exchanged today …
	Started bool      // … of which only those since the box was switched on are known
}

// SeenBox is a box on the local network.
type SeenBox struct {
	Name    string // the commune it says it is; may be empty
	Address string // for Call
	Where   string // the same for people: its address on the network
}

// Linking is one link being made, or lately made or given up.
type Linking struct {
	ID     string
	Name   string // the commune the other says it is; may be empty
	State  string // calling, compare, waiting, done, refused, failed
	Why    string // it was refused or failed: code, busy, other; empty: nothing to add
	Digits string // six, when there are some to compare
	Began  time.Time
}

func (s *Server) neighbourRoutes() []route {
	return []route{
		{GET, "/voisins", public, s.neighbours},
		{GET, "/voisins/relier", operator, s.linkForm},
		{POST, "/voisins/relier", operator, s.linkCall},
		{POST, "/voisins/relier/attendre", operator, s.linkOpen},
		{GET, followPath, operator, s.linkFollow},
		{POST, "/voisins/relier/code", operator, s.linkInvite},
		{GET, joinPath, operator, s.joinForm},
		{POST, joinPath, operator, s.join},
		{POST, "/voisins/relier/:id", operator, s.linkAnswer},
		{POST, "/voisins/boite/:id", operator, s.neighbourBlock},
		{POST, "/voisins/origine/:id", operator, s.neighbourShut},
		{POST, "/voisins/passage", operator, s.neighbourRelay},
		{GET, erasuresPath, operator, s.erasures},
		{GET, scopePath, operator, s.neighbourScope},
		{POST, scopePath, operator, s.neighbourReach},
		{POST, "/voisins/portee/:id", operator, s.neighbourWish},
		{GET, territoriesPath + "/:box/:card", operator, s.neighbourTerritory},
		{POST, territoriesPath + "/:box/:card", operator, s.neighbourAdopt},
		{GET, ownPath, operator, s.ownBox},
		{POST, ownPath, operator, s.ownAnswer},
		{GET, "/voisins/:id", public, s.neighbourBox},
		{POST, "/voisins/:id", operator, s.neighbourWeb},
	}
}

// Addresses of the pages of a link being made.
const (
	neighboursPath = "/voisins"
	linkPath       = "/voisins/relier"
	followPath     = "/voisins/relier/suivi"
	joinPath       = "/voisins/lier" // a QR code holds it: it stays as it is
)

type neighboursPage struct {
	page
	Boxes   []NeighbourBox
	Known   []knownBox            // boxes whose cards are here
	Shut    []CarriedBox          // boxes kept out
	ways    map[string]CarriedBox // by key
	Relays  bool                  // others' exchanges may pass through this box
	Answers bool                  // linked boxes may search here
	Asks    *noticeView           // what the box waits for, told to its operator
}

// neighbours shows everybody whose listings this box carries.
func (s *Server) neighbours(r *request) error {
	r.Uncached() // contacts change without a commit
	p := &neighboursPage{page: r.page("neighbour.title")}
	if s.opt.Neighbours != nil {
		var err error
		if p.Boxes, err = s.opt.Neighbours.Boxes(r.context()); err != nil {
			return err
		}
		if err := p.carried(r, s.opt.Neighbours); err != nil {
			return err
		}
		if p.Answers, err = s.opt.Neighbours.AnswersSearch(r.context()); err != nil {
			return err
		}
		if p.Asks, err = p.ownNotice(r, s.opt.Neighbours); err != nil {
			return err
		}
	}
	if err := r.knownBoxes(p); err != nil {
		return err
	}
	return r.Render("neighbour/list", p)
}

type linkPage struct {
	page
	Form *form
	Seen []SeenBox
	Own  []string // where this box can be called
}

func (r *request) linkPage(others Neighbours, f *form) *linkPage {
	return &linkPage{page: r.page("neighbour.link.title"), Form: f, Seen: others.Seen(), Own: others.Addresses()}
}

// machineNeighbours is the box's link to others, or the page of a box that has
// none (started with --peer "").
func (r *request) machineNeighbours() (Neighbours, error) {
	if r.s.opt.Neighbours == nil {
		return nil, errNoPage
	}
	return r.s.opt.Neighbours, nil
}

// neighbourForm is machineNeighbours with the form that asks something of them.
func (r *request) neighbourForm() (Neighbours, *form, error) {
	others, err := r.machineNeighbours()
	if err != nil {
		return nil, nil, err
	}
	f, err := r.form()
	return others, f, err
}

// linkForm lets the operator choose the box to link with.
func (s *Server) linkForm(r *request) error {
	r.Uncached()
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	return r.Render("neighbour/link", r.linkPage(others, r.emptyForm()))
}

// linkCall asks the chosen box.
func (s *Server) linkCall(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	address := f.text("seen")
	if address == "" {
		address = f.text("address")
	}
	if err := others.Call(r.context(), address); f.refuse(err) {
		return r.RenderForm("neighbour/link", r.linkPage(others, f))
	} else if err != nil {
		return err
	}
	return r.Redirect(followPath, "")
}

// linkOpen waits for the other box to ask.
func (s *Server) linkOpen(r *request) error {
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	others.Open()
	return r.Redirect(followPath, "")
}

type followPage struct {
	page
	Open  bool
	Links []Linking
	Own   []string  // where this box can be called
	Code  *codeView // what the other operator scans or types; nil: none is shown
}

// refreshAfter is how soon the page of a link being made asks anew, in
// seconds: it waits for another person at another screen.
const refreshAfter = "4"

// linkFollow shows the digits, and what became of the link.
func (s *Server) linkFollow(r *request) error {
	r.Uncached()
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	p := &followPage{page: r.page("neighbour.link.title"), Open: others.Opened(), Links: others.Links(), Own: others.Addresses()}
	if p.Code, err = shownCode(others); err != nil {
		return err
	}
	if p.waits() {
		r.Response().Header().Set("Refresh", refreshAfter)
	}
	return r.Render("neighbour/follow", p)
}

// waits tells whether the page will change without its reader: never while it
// asks a question.
func (p *followPage) waits() bool {
	waits := p.Open
	for _, l := range p.Links {
		switch l.State {
		case "compare":
			return false
		case "calling", "waiting":
			waits = true
		}
	}
	return waits
}

// Waits is waits, for the page's own hint.
func (p *followPage) Waits() bool { return p.waits() }

// linkAnswer takes what the operator says of the digits.
func (s *Server) linkAnswer(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	if err := others.Answer(r.Param("id"), f.text("same") == "1"); err != nil {
		return err
	}
	return r.Redirect(followPath, "")
}

// neighbourBlock takes what an operator decides of a linked box: to stop or
// resume the exchange, to vouch for it, to follow what it keeps out.
func (s *Server) neighbourBlock(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	ctx, id := r.context(), r.Param("id")
	done := map[string]func() (notice string, err error){
		"unblock":  func() (string, error) { return "neighbour.unblocked", others.Unblock(ctx, id) },
		"vouch":    func() (string, error) { return "neighbour.vouched", others.Vouch(ctx, id, true) },
		"unvouch":  func() (string, error) { return "neighbour.unvouched", others.Vouch(ctx, id, false) },
		"follow":   func() (string, error) { return "neighbour.followed", others.Follow(ctx, id, true) },
		"unfollow": func() (string, error) { return "neighbour.unfollowed", others.Follow(ctx, id, false) },
	}[f.text("do")]
	if done == nil {
		done = func() (string, error) { return "neighbour.blocked", others.Block(ctx, id) }
	}
	notice, err := done()
	if err != nil {
		return err
	}
	return r.Redirect(neighboursPath, notice)
}

// Spaced writes six digits as people read them aloud: three and three.
func (p *followPage) Spaced(digits string) string {
	if len(digits) != 6 {
		return digits
	}
	return digits[:3] + nbsp + digits[3:]
}

// State says how far a link is.
func (p *followPage) State(l Linking) string {
	switch l.State + " " + l.Why {
	case "failed code":
		return p.T("neighbour.code.wrong")
	case "failed other":
		return p.T("neighbour.code.unknown")
	case "refused code":
		return p.T("neighbour.code.refused")
	case "refused busy":
		return p.T("neighbour.link.busy")
	}
	switch l.State {
	case "calling":
		return p.T("neighbour.link.calling")
	case "waiting":
		return p.T("neighbour.link.waiting")
	case "done":
		return p.T("neighbour.link.done")
	case "refused":
		return p.T("neighbour.link.refused")
	default:
		return p.T("neighbour.link.failed")
	}
}

// neighbourChores are links that wait for the operator's answer, and
// neighbours that were shut out.
func (s *Server) neighbourChores(r *request) ([]task, error) {
	if s.opt.Neighbours == nil {
		return nil, nil
	}
	list, err := s.ownChore(r)
	if err != nil {
		return nil, err
	}
	for _, l := range s.opt.Neighbours.Links() {
		if l.State == "compare" {
			list = append(list, task{
				Text: r.T("neighbour.chore.compare"), Action: r.T("neighbour.chore.see"), Href: followPath, Urgent: true,
			})
		}
	}
	waiting, err := s.opt.Neighbours.WaitingBundles()
	if err != nil {
		return nil, err
	}
	for _, b := range waiting {
		text := r.T("neighbour.chore.bundle_unnamed")
		if b.Name != "" {
			text = r.T("neighbour.chore.bundle", "of", r.Of(b.Name))
		}
		list = append(list, task{Text: text, Action: r.T("neighbour.chore.see"), Href: bundlesPath + "/" + b.ID})
	}
	boxes, err := s.opt.Neighbours.Boxes(r.context())
	for _, b := range boxes {
		if b.Frozen {
			list = append(list, task{
				Text: r.T("neighbour.chore.frozen", "of", r.Of(b.Name)), Action: r.T("neighbour.chore.see"), Href: neighboursPath,
			})
		}
		if b.Blocked {
			list = append(list, task{
				Text: r.T("neighbour.chore.blocked", "of", r.Of(b.Name)), Action: r.T("neighbour.chore.see"), Href: neighboursPath,
			})
		}
	}
	if err != nil {
		return list, err
	}
	limits, err := r.neighbourLimits(s.opt.Neighbours)
	return append(list, limits...), err
}
