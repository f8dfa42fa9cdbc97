package ui

import (
	"net/url"
	"strconv"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// followView is the button "Suivre", for the part "follow": a page asks for it
// with r.follow inside its View and draws it among its actions,
//
//	{{with .Follow}}{{template "follow" .}}{{end}}
type followView struct {
	Href         string // of a visitor, who signs in first; of a follower, the settings
	What, Target string
	Back         string
	Do           string // "start" or "stop"; empty for a visitor
	Icon, Word   string
	Name         string // what is followed, for those who hear the button without its page
	Settings     string
}

// follow makes the button of a card, a tag, a commune or a zone for who looks
// at the page.
func (r *request) follow(tx *store.Tx, what notify.What, target, name string) (*followView, error) {
	v := &followView{
		What: string(what), Target: target, Back: r.Request().URL.RequestURI(), Icon: "bell", Name: name,
		Word: r.T("notify.follow"), Href: "/suivre/" + string(what) + "/" + url.PathEscape(target),
	}
	if r.actor.ID == "" {
		return v, nil
	}
	_, follows, err := notify.Following(tx, what, target)
	v.Do = "start"
	if follows {
		v.Do, v.Icon, v.Word, v.Settings = "stop", "bell-off", r.T("notify.unfollow"), r.T("notify.settings")
	}
	return v, err
}

// followSearch is the button of a search for one tag, one commune or one zone.
func (r *request) followSearch(tx *store.Tx, q listing.Query) (*followView, error) {
	what, target := notify.Tag, q.Tag
	switch {
	case q.Tag != "":
	case q.Zone != "":
		what, target = notify.Zone, q.Zone
	case q.Commune != "":
		what, target = notify.Commune, q.Commune
	default:
		return nil, nil
	}
	name, err := r.followName(tx, notify.Follow{What: what, Target: target, Name: target})
	if err != nil || name == r.T("notify.gone") || name == "" {
		return nil, err
	}
	return r.follow(tx, what, target, name)
}

// oftenChoices are how often somebody wants to hear of something.
func (s *speech) oftenChoices() []choice {
	var list []choice
	for _, o := range []notify.Often{notify.AtOnce, notify.Daily, notify.Weekly, notify.Never} {
		list = append(list, choice{Value: o.String(), Label: s.T("notify.often." + o.String())})
	}
	return list
}

// usual is how often people hear of something they follow with one press: of
// a whole commune once a day.
func usual(what notify.What) notify.Often {
	if what == notify.Commune || what == notify.Zone {
		return notify.Daily
	}
	return notify.AtOnce
}

// followName is what is followed, in the words its follower may read.
func (r *request) followName(tx *store.Tx, f notify.Follow) (name string, err error) {
	switch f.What {
	case notify.Tag:
		return r.Typo(f.Name), nil
	case notify.Commune:
		var a listing.Area
		a, err = listing.AreaOf(tx, f.Target)
		name = a.Name
	case notify.Zone:
		var z listing.Zone
		z, err = listing.GetZone(tx, f.Target)
		name = z.Name
	case notify.Card:
		var c listing.Card
		c, err = listing.ByID(tx, f.Target)
		name = c.Title
	}
	if store.KindOf(err) == store.NotFound {
		return r.T("notify.gone"), nil
	}
	return r.Typo(name), err
}

// followedPage asks how often; a visitor's button leads here by way of signing
// in.
type followedPage struct {
	page
	Form         *form
	What, Target string
	Name, Back   string
	Follows      bool
}

// Often are the choices.
func (p *followedPage) Often() []choice { return p.speech().oftenChoices() }

func (r *request) followedPage(f *form, what notify.What, target string) (*followedPage, error) {
	p := &followedPage{page: r.page(""), Form: f, What: string(what), Target: target}
	err := r.View(func(tx *store.Tx) (err error) {
		asked := notify.Follow{What: what, Target: target, Name: target}
		if p.Name, err = r.followName(tx, asked); err != nil {
			return err
		}
		p.Back = followHref(asked)
		had, follows, err := notify.Following(tx, what, target)
		p.Follows = follows
		if !f.has("often") {
			f.values.Set("often", usual(what).String())
			if follows {
				f.values.Set("often", had.Often.String())
			}
		}
		return err
	})
	p.Title = r.T("notify.follow_title", "name", p.Name)
	return p, err
}

func (s *Server) followForm(r *request) error {
	target, err := url.PathUnescape(r.Param("target"))
	if err != nil {
		return errNoPage
	}
	p, err := r.followedPage(r.emptyForm(), notify.What(r.Param("what")), target)
	if err != nil {
		return err
	}
	if p.Name == r.T("notify.gone") || p.Name == "" {
		return errNoPage
	}
	return r.Render("notify/follow", p)
}

// followStart follows, changes how often, or stops, and goes back to where the
// button was.
func (s *Server) followStart(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	what, target, done := notify.What(f.text("what")), f.text("target"), "notify.followed"
	err = r.Update(func(tx *store.Tx) error {
		if f.text("do") == "stop" {
			done = "notify.unfollowed"
			had, follows, err := notify.Following(tx, what, target)
			if err != nil || !follows {
				return err
			}
			return notify.Stop(tx, had.ID)
		}
		often := usual(what)
		if f.has("often") {
			var err error
			if often, err = notify.ParseOften(f.text("often")); err != nil {
				return err
			}
		}
		return notify.Start(tx, what, target, often)
	})
	if err != nil {
		p, perr := r.followedPage(f, what, target)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "notify/follow", p)
	}
	return r.Redirect(f.text("back"), done)
}

// followsPage is what somebody follows.
type followsPage struct {
	page
	Follows []followLine
}

// followLine is one of them with its own form.
type followLine struct {
	ID    int64
	Href  string
	Name  string
	What  string
	Often field
}

func (s *Server) follows(r *request) error {
	p := &followsPage{page: r.page("notify.follows_title")}
	err := r.View(func(tx *store.Tx) error {
		list, err := notify.Follows(tx)
		if err != nil {
			return err
		}
		for _, f := range list {
			line := followLine{ID: f.ID, Href: followHref(f), What: r.T("notify.what." + string(f.What))}
			if line.Name, err = r.followName(tx, f); err != nil {
				return err
			}
			form := r.emptyForm("often", f.Often.String())
			line.Often = form.Select("often", "notify.often").Of(r.oftenChoices()).On(strconv.FormatInt(f.ID, 10))
			p.Follows = append(p.Follows, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Render("notify/follows", p)
}

// followChange sets how often, or ends a follow, at once.
func (s *Server) followChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.Param("id"), 10, 64)
	if err != nil {
		return errNoPage
	}
	done := "notify.changed_often"
	err = r.Update(func(tx *store.Tx) error {
		if f.text("do") == "stop" {
			done = "notify.unfollowed"
			return notify.Stop(tx, id)
		}
		often, err := notify.ParseOften(f.text("often"))
		if err != nil {
			return err
		}
		return notify.Change(tx, id, often)
	})
	if err != nil {
		return err
	}
	return r.Redirect("/avis/suivis", done)
}

// unfollowPage ends a follow by the link of a notice, for whoever holds it:
// nobody has to sign in to be left in peace (NO-3).
type unfollowPage struct {
	page
	Name  string // as everybody may read it
	Token string
}

func (s *Server) unfollowForm(r *request) error {
	r.Uncached()
	p := &unfollowPage{page: r.page("notify.stop_title"), Token: r.Param("token")}
	err := r.View(func(tx *store.Tx) error {
		f, err := notify.ByToken(tx, p.Token)
		if err != nil {
			return err
		}
		p.Name, err = r.followName(tx, f)
		return err
	})
	if store.KindOf(err) == store.NotFound {
		return store.E(store.NotFound, "err.notify.link")
	}
	if err != nil {
		return err
	}
	return r.Render("notify/stop", p)
}

func (s *Server) unfollow(r *request) error {
	err := r.Update(func(tx *store.Tx) error { return notify.StopByToken(tx, r.Param("token")) })
	if store.KindOf(err) == store.NotFound {
		return store.E(store.NotFound, "err.notify.link")
	}
	if err != nil {
		return err
	}
	return r.Redirect("/", "notify.unfollowed")
}
