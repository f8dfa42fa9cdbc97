package ui

import (
	"errors"
	"maps"
	"net/http"
	"os"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

func (s *Server) photoRoutes() []route {
	return []route{
		{GET, "/photo/:hash", public, s.photoLarge},
		{GET, "/photo/:hash/vignette", public, s.photoThumb},
	}
}

// gallery is what the photo pages need of a module whose things have photos.
// The routes of photoPages are registered with the module's own.
type gallery struct {
	module  string
	base    string // of its addresses: "/agenda"
	section string // see page.Section
	right   right  // zero is owner

	// own is the title of a thing; it fails unless the actor may change it.
	own func(tx *store.Tx, id string) (string, error)

	// changed is called after a photo was added or described; nil where nobody
	// has to look again.
	changed func(tx *store.Tx, id string) error
}

// seen tells the module of a thing that its photos are others.
func (g *gallery) seen(tx *store.Tx, id string, err error) error {
	if err != nil || g.changed == nil {
		return err
	}
	return g.changed(tx, id)
}

var agendaGallery = gallery{
	module: agenda.Module, base: "/agenda", section: "agenda",
	own: func(tx *store.Tx, id string) (string, error) {
		if err := directory.Vouch(tx, eventRef(id)); err != nil {
			return "", err
		}
		e, err := agenda.Own(tx, id)
		return e.Title, err
	},
}

// photoPages are the pages on which the photos of a module's things are added,
// described, put in order and taken off.
func (s *Server) photoPages(g gallery) []route {
	with := func(do func(*request, gallery) error) handler {
		return func(r *request) error { return do(r, g) }
	}
	if g.right == denied {
		g.right = owner
	}
	return []route{
		{GET, g.base + "/:id/photos", g.right, with(s.photos)},
		{POST, g.base + "/:id/photos", g.right, with(s.photoAdd)},
		{POST, g.base + "/:id/photos/:photo", g.right, with(s.photoChange)},
	}
}

// photoView is a photo on a page: the small one, which leads to the large one.
type photoView struct {
	ID, Large, Thumb string
	Width, Height    int // of the large one
	TWidth, THeight  int
	Alt              string
	First            bool
	Form             *form // what is said of it, on the pages of its owner
	Action           string
}

func photoViewOf(p photo.Photo) photoView {
	at := "/photo/" + p.Hash
	return photoView{
		ID: p.ID, Large: at, Thumb: at + "/vignette", Width: p.Width, Height: p.Height,
		TWidth: p.ThumbWidth, THeight: p.ThumbHeight, Alt: p.Alt, First: p.Position == 0,
	}
}

// AltField is the field of what a photo shows. The summary of faults links to
// the one that was refused.
func (v photoView) AltField() field {
	fd := altField(v.Form, v.ID)
	fd.Help = "" // said once, at the form of a new one
	return fd
}

// DecorativeField is the box to tick when there is nothing to say.
func (v photoView) DecorativeField() field {
	return v.Form.Tick("decorative", "photo.decorative").On(v.ID)
}

func altField(f *form, place string) field {
	fd := f.Text("alt", "photo.alt").Max(photo.MaxAlt).Unless()
	if f.ok() {
		fd = fd.On(place)
	}
	return fd
}

// photosOf are the photos of a thing, for its page.
func photosOf(tx *store.Tx, ref store.Ref) ([]photoView, error) {
	photos, err := photo.Of(tx, ref)
	views := make([]photoView, len(photos))
	for i, p := range photos {
		views[i] = photoViewOf(p)
	}
	return views, err
}

// findCovers looks up the photos that lists show beside cards; request.card
// takes them from there. It belongs in the transaction that found the cards.
func (r *request) findCovers(tx *store.Tx, cards []listing.Card) error {
	found, err := photo.Covers(tx, cards)
	if r.covers == nil {
		r.covers = found
	}
	maps.Copy(r.covers, found)
	if err != nil {
		return err
	}
	if err := errors.Join(r.findAds(tx, cards), r.findWays(tx, cards), r.findForeignCovers(tx, cards)); err != nil {
		return err
	}
	return r.findProgrammes(tx, cards)
}

// card is a card for a list, with its photo.
func (r *request) card(c listing.Card, underDay bool) cardView {
	v := r.speech.card(c, underDay)
	if p, ok := r.covers[c.Ref]; ok && c.Origin == nil {
		cover := photoViewOf(p)
		v.Photo = &cover
	}
	if c.Origin == nil {
		v.Programme = r.programmes[c.Ref.ID]
		r.markAd(&v, c)
		return v
	}
	v.Photo = r.foreignCover(c)
	if w := r.ways[c.Origin.Key]; w.hops > 1 {
		v.Origin = r.comes(c.Origin, w)
	}
	return v
}

// albumView is the form of the photos of one thing.
type albumView struct {
	*speech
	Form   *form
	Action string
	Photos []photoView
	Most   int
}

// Full tells whether the thing has as many as it may.
func (a *albumView) Full() bool { return len(a.Photos) >= a.Most }

// FileField is the file of a new photo.
func (a *albumView) FileField() field {
	return a.Form.File("photo", "photo.photo", "image/jpeg,image/png,image/webp")
}

// AltField is what it shows.
func (a *albumView) AltField() field { return altField(a.Form, "new") }

// DecorativeField says that it shows nothing one needs.
func (a *albumView) DecorativeField() field {
	return a.Form.Tick("decorative", "photo.decorative").On("new")
}

// albumOf prepares the form for a thing; f is what was typed of a new photo.
func (r *request) albumOf(tx *store.Tx, g gallery, id string, f *form) (*albumView, error) {
	a := &albumView{speech: r.speech, Form: f, Action: g.base + "/" + id + "/photos", Most: photo.MaxPerThing}
	var err error
	if a.Photos, err = photosOf(tx, store.Ref{Module: g.module, ID: id}); err != nil {
		return nil, err
	}
	for i := range a.Photos {
		p := &a.Photos[i]
		p.Action = a.Action + "/" + p.ID
		p.Form = r.emptyForm("alt", p.Alt)
		if p.Alt == "" {
			p.Form.values.Set("decorative", "1")
		}
	}
	return a, nil
}

type albumPage struct {
	page
	Form  *form // the one with faults
	Album *albumView
	Thing string
	Back  string
}

// albumPage is the page of a thing's photos. changed is the form of the photo
// with id changing that was refused; with an empty id it is the one of a new
// photo.
func (r *request) albumPage(g gallery, changed *form, changing string) (*albumPage, error) {
	id := r.Param("id")
	p := &albumPage{page: r.page("photo.title"), Form: changed, Back: g.base + "/" + id}
	p.Section = g.section
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Thing, err = g.own(tx, id); err != nil {
			return err
		}
		add := r.emptyForm()
		if changing == "" {
			add = changed
		}
		p.Album, err = r.albumOf(tx, g, id, add)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range p.Album.Photos {
		if v := &p.Album.Photos[i]; v.ID == changing {
			v.Form = changed
		}
	}
	return p, nil
}

// photos shows the photos of a thing to who may change it.
func (s *Server) photos(r *request, g gallery) error {
	p, err := r.albumPage(g, r.emptyForm(), "")
	if err != nil {
		return err
	}
	return r.Render("photo/album", p)
}

// photoAdd takes a photo in. What was written about it stays on the page when
// the photo is refused.
func (s *Server) photoAdd(r *request, g gallery) error {
	id := r.Param("id")
	err := r.View(func(tx *store.Tx) error { // before a stranger sends twelve megabytes
		_, err := g.own(tx, id)
		return err
	})
	if err != nil {
		return err
	}
	f, file, err := r.upload("photo")
	if f == nil {
		return err
	}
	if err == nil {
		err = s.photoKeep(r, g, f, file)
	}
	if err == nil {
		return r.Redirect(g.base+"/"+id+"/photos", "photo.added")
	}
	return r.refusePhoto(g, f, "", err)
}

// photoKeep checks the words first: drawing a photo takes a second.
func (s *Server) photoKeep(r *request, g gallery, f *form, file *os.File) error {
	defer func() { _ = file.Close() }() // it has no name: closing it is its end
	alt, decorative := f.text("alt"), f.has("decorative")
	if bad := photo.CheckAlt(alt, decorative); bad != nil {
		return bad
	}
	ref := store.Ref{Module: g.module, ID: r.Param("id")}
	return s.album.Keep(r.context(), file, func(kept photo.File) error {
		return r.Update(func(tx *store.Tx) error {
			if _, err := g.own(tx, ref.ID); err != nil {
				return err
			}
			_, err := photo.Attach(tx, ref, kept, alt, decorative)
			return g.seen(tx, ref.ID, err)
		})
	})
}

// refusePhoto shows the page again with what is wrong; what is not the
// person's to mend is answered as an error.
func (r *request) refusePhoto(g gallery, f *form, changing string, err error) error {
	busy := store.KindOf(err) == store.Busy
	if !busy && !f.refuse(err) {
		return err
	}
	p, wrong := r.albumPage(g, f, changing)
	switch {
	case wrong != nil:
		return wrong
	case busy:
		return r.busyForm(f, err, "photo/album", p)
	default:
		return r.RenderForm("photo/album", p)
	}
}

// photoChange describes a photo, moves it forward or takes it off.
func (s *Server) photoChange(r *request, g gallery) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	ref, id, done := store.Ref{Module: g.module, ID: r.Param("id")}, r.Param("photo"), "photo.described"
	err = r.Update(func(tx *store.Tx) error {
		if _, err := g.own(tx, ref.ID); err != nil {
			return err
		}
		switch f.text("do") {
		case "forward":
			done = "photo.moved"
			return photo.Forward(tx, ref, id)
		case "remove":
			done = "photo.removed"
			return photo.Detach(tx, ref, id)
		default:
			return g.seen(tx, ref.ID, photo.Describe(tx, ref, id, f.text("alt"), f.has("decorative")))
		}
	})
	if err != nil {
		return r.refusePhoto(g, f, id, err)
	}
	return r.Redirect(g.base+"/"+ref.ID+"/photos", done)
}

func (s *Server) photoLarge(r *request) error { return s.sendPhoto(r, false) }
func (s *Server) photoThumb(r *request) error { return s.sendPhoto(r, true) }

// revalidate lets a browser keep what not everybody may see, and makes it ask
// each time whether it still may.
var revalidate = []string{"private, no-cache"}

// vouchForPhoto vouches for the person where a photo hangs on something of a
// booking of theirs.
func (r *request) vouchForPhoto(tx *store.Tx, hash string) error {
	if r.actor.ID == "" {
		return nil
	}
	refs, err := photo.Uses(tx, hash)
	for _, ref := range refs {
		if err := booking.VouchState(tx, ref); err != nil {
			return err
		}
	}
	return err
}

// sendPhoto sends a file to who may see one of the things it hangs on.
func (s *Server) sendPhoto(r *request, thumb bool) error {
	var f photo.File
	var everybody bool
	err := r.View(func(tx *store.Tx) (err error) {
		if err = r.vouchForPhoto(tx, r.Param("hash")); err != nil {
			return err
		}
		f, everybody, err = photo.Seen(tx, r.Param("hash"))
		return err
	})
	if err != nil {
		return err
	}
	file, err := s.album.Open(f, thumb)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	h := r.Response().Header()
	h["Content-Type"], h["Cache-Control"] = []string{photo.Type}, revalidate
	etag := f.Hash[:20]
	if thumb {
		etag += "-t"
	}
	h["Etag"] = []string{`"` + etag + `"`}
	if everybody {
		h["Cache-Control"] = immutable
	}
	http.ServeContent(r.Response(), r.Request(), "", time.Time{}, file)
	return nil
}
