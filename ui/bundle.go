package ui

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"copi.local/store"
)

// MaxBundle is how large a bundle may be, in bytes: as package peer has it.
const MaxBundle = 256 << 20

// Bundles are files that carry public cards between boxes that do not meet.
type Bundles interface {
	// Digits are this box's own twenty, which people compare before they accept
	// its first bundle; empty before its set-up.
	Digits(ctx context.Context) (string, error)
	// MakeBundle writes one. It fails with kind Conflict or Invalid at the field
	// "for" or "pictures".
	MakeBundle(ctx context.Context, order BundleOrder) (io.ReadSeekCloser, error)
	// BundlePictures is how many pictures a bundle with everything would carry:
	// the small ones, and all.
	BundlePictures(ctx context.Context) (small, all PictureSize, err error)
	// ReceiveBundle keeps one that was brought until somebody has looked at it,
	// and gives the name it waits under. It fails with kind Invalid or Conflict at
	// the field "file".
	ReceiveBundle(ctx context.Context, file io.Reader) (name string, err error)
	// LookBundle says what taking one would change.
	LookBundle(ctx context.Context, name string) (*NeighbourBundle, error)
	// TakeBundle takes it; accept links the box that made it.
	TakeBundle(ctx context.Context, name string, accept bool) (*NeighbourBundle, error)
	// DropBundle forgets it.
	DropBundle(ctx context.Context, name string) error
	// WaitingBundles lists those nobody has taken or dropped, the newest first.
	WaitingBundles() ([]WaitingBundle, error)
}

// BundleOrder says what a bundle is to hold.
type BundleOrder struct {
	For      string // the ID of a linked box; empty: anybody
	Whole    bool   // also what that box has
	Pictures string // none, small, all
}

// PictureSize is how many pictures there are, and their bytes.
type PictureSize struct {
	Pictures int
	Bytes    int64
}

// WaitingBundle is a bundle that was brought and is still to be looked at.
type WaitingBundle struct {
	ID   string // for LookBundle
	Name string // of the commune whose box made it, as it says
}

// NeighbourBundle is what a bundle would change here, or has changed.
type NeighbourBundle struct {
	Name   string // of the commune whose box made it; may be empty
	Digits string // twenty of that box
	Linked bool   // that box is linked with this one
	Other  bool   // it was made for another box
	Made   ClaimedDay
	Parts  []BundlePart

	Pictures PictureSize // that are not here yet
}

// BundlePart is what a bundle has of one box.
type BundlePart struct {
	Maker              bool   // it is of the box that made the bundle
	Name               string // of its commune; may be empty
	State              string // taken, known, gap, stranger, blocked, frozen, quota, faulty, busy
	New, Changed, Gone int    // cards, if it is taken
	Head               ClaimedDay
}

// ClaimedDay is a day another box wrote down, and whether its clock was sure.
type ClaimedDay struct {
	Day  time.Time
	Sure bool
}

// Changes is how many cards the bundle brings, changes or takes away.
func (b *NeighbourBundle) Changes() (n int) {
	for _, p := range b.Parts {
		n += p.New + p.Changed + p.Gone
	}
	return n
}

// Brings tells whether anything would be taken, if only that nothing changed.
func (b *NeighbourBundle) Brings() bool {
	return b.Pictures.Pictures > 0 || slices.ContainsFunc(b.Parts, func(p BundlePart) bool { return p.State == "taken" })
}

// MustAccept tells whether nothing can be taken before the box that made the
// bundle is linked.
func (b *NeighbourBundle) MustAccept() bool {
	return !b.Linked && !slices.ContainsFunc(b.Parts, func(p BundlePart) bool { return !p.Maker && p.State == "taken" })
}

// failed tells whether a part could not be taken although it was to be.
func (b *NeighbourBundle) failed() bool {
	return slices.ContainsFunc(b.Parts, func(p BundlePart) bool {
		return p.State == "quota" || p.State == "faulty" || p.State == "busy"
	})
}

func (s *Server) bundleRoutes() []route {
	return []route{
		{GET, bundlesPath, operator, s.bundles},
		{POST, bundlesPath, operator, s.bundleReceive},
		{POST, "/voisins/colis/preparer", operator, s.bundleMake},
		{GET, "/voisins/colis/:id", operator, s.bundleLook},
		{POST, "/voisins/colis/:id", operator, s.bundleDo},
	}
}

const bundlesPath = "/voisins/colis"

// forAnybody is chosen in the form for a bundle that is for no box in
// particular: browsers send no form whose list has an empty choice.
const forAnybody = "all"

// bundlesPage makes a bundle or receives one.
type bundlesPage struct {
	page
	Form   *form
	Boxes  []choice // whom a bundle may be for
	Sizes  []choice // which pictures may be in it, and how much that is
	Digits string

	Brought []WaitingBundle // not taken and not dropped
}

func (r *request) bundlesPage(others Neighbours, f *form) (*bundlesPage, error) {
	p := &bundlesPage{page: r.page("neighbour.bundle.title"), Form: f}
	p.Boxes = []choice{{Value: forAnybody, Label: r.T("neighbour.bundle.for_anybody")}}
	boxes, err := others.Boxes(r.context())
	if err != nil {
		return nil, err
	}
	for _, b := range boxes {
		if !b.Blocked {
			p.Boxes = append(p.Boxes, choice{Value: b.ID, Label: r.BoxOf(b.Name)})
		}
	}
	if p.Brought, err = others.WaitingBundles(); err != nil {
		return nil, err
	}
	small, all, err := others.BundlePictures(r.context())
	if err != nil {
		return nil, err
	}
	p.Sizes = []choice{
		{Value: "small", Label: r.T("neighbour.bundle.pictures_small", "size", r.Photos(small))},
		{Value: "all", Label: r.T("neighbour.bundle.pictures_all", "size", r.Photos(all))},
		{Value: "none", Label: r.T("neighbour.bundle.pictures_none")},
	}
	p.Digits, err = others.Digits(r.context())
	return p, err
}

// Photos is "12 photos, 3,4 Mo".
func (s *localizer) Photos(size PictureSize) string {
	if size.Pictures == 0 {
		return s.T("neighbour.bundle.no_photo")
	}
	return s.T("neighbour.bundle.photos", "n", size.Pictures, "size", s.Bytes(size.Bytes))
}

// BundleOf is what people call the bundle of a commune's box.
func (s *localizer) BundleOf(commune string) string {
	if commune == "" {
		return s.T("neighbour.bundle.of_unnamed")
	}
	return s.T("neighbour.bundle.of", "of", s.Of(commune))
}

// BoxOf is what people call the box of a commune.
func (s *localizer) BoxOf(commune string) string {
	if commune == "" {
		return s.T("neighbour.box_unnamed")
	}
	return s.T("neighbour.box", "of", s.Of(commune))
}

func (s *Server) bundles(r *request) error {
	r.Uncached() // a neighbour may be linked by the command line
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	p, err := r.bundlesPage(others, r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("neighbour/bundles", p)
}

// bundlesAgain shows the page with what is wrong.
func (r *request) bundlesAgain(others Neighbours, f *form) error {
	p, err := r.bundlesPage(others, f)
	if err != nil {
		return err
	}
	return r.RenderForm("neighbour/bundles", p)
}

// bundleMake hands the bundle over as a file.
func (s *Server) bundleMake(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	order := BundleOrder{For: f.text("for"), Whole: f.has("whole"), Pictures: f.text("pictures")}
	if order.For == forAnybody {
		order.For = ""
	}
	file, err := others.MakeBundle(r.context(), order)
	if f.refuse(err) {
		return r.bundlesAgain(others, f)
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()                                        // it has no name any more
	_ = http.NewResponseController(r.Response()).SetWriteDeadline(time.Time{}) // not every writer can
	h := r.Response().Header()
	h.Set("Content-Disposition", `attachment; filename="colis-`+r.now.In(s.zone).Format("2006-01-02-1504")+`.copi"`)
	h["Content-Type"], h["Cache-Control"] = []string{"application/octet-stream"}, noStore
	http.ServeContent(r.Response(), r.Request(), "", time.Time{}, file)
	return nil
}

// bundleReceive takes the file as it comes.
func (s *Server) bundleReceive(r *request) error {
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	f := r.emptyForm()
	name, err := r.receiveBundle(others)
	if f.refuse(err) {
		return r.bundlesAgain(others, f)
	}
	if err != nil {
		return err
	}
	return r.Redirect(bundlesPath+"/"+name, "")
}

func (r *request) receiveBundle(others Neighbours) (string, error) {
	large := store.E(store.Invalid, "err.neighbour.bundle_large", "mb", MaxBundle>>20).At("file")
	parts, err := r.largeForm(MaxBundle)
	if errors.Is(err, errTooLarge) {
		return "", large
	}
	if err != nil {
		return "", err
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", store.E(store.Invalid, "err.neighbour.bundle_none").At("file") // its end too
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		name, err := others.ReceiveBundle(r.context(), part)
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			err = large
		}
		return name, err
	}
}

// bundlePage shows what a bundle brings, before it is taken or after some of
// it was not.
type bundlePage struct {
	page
	Form   *form
	Bundle *NeighbourBundle
	Taken  bool
}

func (r *request) bundlePage(b *NeighbourBundle, f *form) *bundlePage {
	p := &bundlePage{page: r.page(""), Form: f, Bundle: b}
	p.Title = r.BundleOf(b.Name)
	return p
}

func (s *Server) bundleLook(r *request) error {
	r.Uncached() // the network may bring the same meanwhile
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	b, err := others.LookBundle(r.context(), r.Param("id"))
	if err != nil {
		return err
	}
	return r.Render("neighbour/bundle", r.bundlePage(b, r.emptyForm()))
}

// bundleDo takes the bundle, or forgets it.
func (s *Server) bundleDo(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	name := r.Param("id")
	if f.text("do") == "drop" {
		if err := others.DropBundle(r.context(), name); err != nil {
			return err
		}
		return r.Redirect(bundlesPath, "neighbour.bundle.dropped")
	}
	b, err := others.LookBundle(r.context(), name)
	if err != nil {
		return err
	}
	if b.MustAccept() && !f.has("accept") {
		f.fault("accept", "err.neighbour.bundle_compare")
		return r.RenderForm("neighbour/bundle", r.bundlePage(b, f))
	}
	_ = http.NewResponseController(r.Response()).SetWriteDeadline(time.Time{}) // not every writer can
	taken, err := others.TakeBundle(r.context(), name, f.has("accept"))
	if f.refuse(err) {
		return r.RenderForm("neighbour/bundle", r.bundlePage(b, f))
	}
	if err != nil {
		return err
	}
	if taken.failed() {
		f.fault("", "err.neighbour.bundle_in_part")
		p := r.bundlePage(taken, f)
		p.Taken = true
		return r.RenderForm("neighbour/bundle", p)
	}
	if !taken.Brings() {
		return r.Redirect(bundlesPath, "neighbour.bundle.noted")
	}
	if n := taken.Pictures.Pictures; n > 0 {
		return r.Redirect(bundlesPath, "neighbour.bundle.taken_pictures", "n", taken.Changes(), "pictures", n)
	}
	return r.Redirect(bundlesPath, "neighbour.bundle.taken", "n", taken.Changes())
}

// Word says what becomes of a part.
func (p *bundlePage) Word(part BundlePart) string { return p.T("neighbour.bundle.part_" + part.State) }

// Claimed is a day of another box's clock, with a doubt where there is one.
func (p *bundlePage) Claimed(d ClaimedDay) string {
	if !d.Sure {
		return p.T("neighbour.bundle.unsure", "day", p.ShortDay(d.Day))
	}
	return p.ShortDay(d.Day)
}

// inFives writes digits as people read them aloud: five and five.
func inFives(digits string) string {
	out := ""
	for len(digits) > 5 {
		out, digits = out+digits[:5]+" ", digits[5:]
	}
	return out + digits
}

// Own is this box's digits, to be read aloud.
func (p *bundlesPage) Own() string { return inFives(p.Digits) }

// Theirs is the digits of the box that made the bundle.
func (p *bundlePage) Theirs() string { return inFives(p.Bundle.Digits) }
