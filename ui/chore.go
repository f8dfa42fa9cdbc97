package ui

import (
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/mutualaid"
)

const choresPath = "/entraide/chantiers"

func (s *Server) choreRoutes() []route {
	return []route{
		{GET, choresPath, public, s.choreBoard},
		{GET, choresPath + "/nouveau", resident, s.choreNew},
		{POST, choresPath + "/nouveau", resident, s.chorePut},
		{GET, choresPath + "/:id", public, s.chore},
		{POST, choresPath + "/:id", resident, s.choreDo},
		{GET, choresPath + "/:id/modifier", caretaker, s.choreEdit},
		{POST, choresPath + "/:id/modifier", caretaker, s.choreChange},
	}
}

// chorePage is the board, one chore, or the form of one.
type chorePage struct {
	page
	Form  *form
	Board []choreView
	Done  []choreView
	Empty *noticeView

	Chore   *choreView
	Changes bool // the reader may change it
	Text    contactText
	around

	Names []choice
	Seen  []choice
}

// choreView is a chore in words.
type choreView struct {
	ID, Href, Title, Place, Text string
	Facts                        []string // by when, how long, how many
	Flag                         string   // "EN RETARD", "FAIT"
	Free                         int
	Takers                       []string // for people with an account
	Count                        int      // of them
	Mine                         bool     // the reader took it on
	Done, Again                  bool
	Last                         string // when it was done the last time
	Contact                      string
	Closed                       bool // nobody more is looked for
}

// choreView writes a chore in words.
func (r *request) choreView(tx *store.Tx, c *mutualaid.Chore) (choreView, error) {
	v := choreView{
		ID: c.ID, Href: choresPath + "/" + c.ID, Title: r.shownLine(c.Title, true), Place: r.shownLine(c.Place, true), Text: c.Text,
		Free: c.Free(), Count: len(c.Takers), Mine: c.Has(r.actor.ID), Done: c.Done(), Again: c.Again > 0, Contact: c.Contact,
	}
	switch {
	case c.Done():
		v.Flag = r.T("chore.flag.done")
		v.Facts = append(v.Facts, r.T("chore.done_on", "day", r.NearDay(c.DoneAt)))
	case c.Late(r.now):
		v.Flag = r.T("chore.flag.late")
	}
	if !c.Done() && !c.Day.IsZero() {
		v.Facts = append(v.Facts, r.T("chore.by", "day", r.wholeDay(c.Day)))
	}
	if c.Minutes > 0 {
		v.Facts = append(v.Facts, r.Minutes(int64(c.Minutes)))
	}
	v.Facts = append(v.Facts, r.T("chore.hands", "n", c.Hands))
	if c.Again > 0 {
		v.Facts = append(v.Facts, r.T("chore.again", "n", c.Again))
	}
	if !c.LastDone.IsZero() {
		v.Last = r.T("chore.last", "day", r.NearDay(c.LastDone))
	}
	var err error
	if r.actor.Can(store.Resident) {
		v.Takers, err = c.TakerNames(tx)
	}
	return v, err
}

// choreBoard is the board: what is to do, and what was done lately.
func (s *Server) choreBoard(r *request) error {
	p := &chorePage{page: r.page("chore.title")}
	p.Section = "entraide"
	err := r.View(func(tx *store.Tx) error {
		for _, half := range []struct {
			done bool
			into *[]choreView
		}{{false, &p.Board}, {true, &p.Done}} {
			list, err := mutualaid.Board(tx, half.done)
			if err != nil {
				return err
			}
			for i := range list {
				if half.done && (i == doneShown || r.now.Sub(list[i].DoneAt) > doneFor) {
					break
				}
				v, err := r.choreView(tx, &list[i])
				if err != nil {
					return err
				}
				*half.into = append(*half.into, v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(p.Board) == 0 {
		p.Empty = &noticeView{Text: r.T("chore.empty"), Href: choresPath + "/nouveau", Action: r.T("chore.new")}
	}
	return r.Render("chore/list", p)
}

// What the board shows of what is done.
const (
	doneShown = 10
	doneFor   = 60 * 24 * time.Hour
)

// readChore fills the page with the chore of the address.
func (r *request) readChore(p *chorePage) error {
	p.Section = "entraide"
	return r.View(func(tx *store.Tx) error {
		ref := rosterRef(r.Param("id"))
		if err := directory.Vouch(tx, ref); err != nil {
			return err
		}
		c, err := mutualaid.GetChore(tx, ref.ID)
		if err != nil {
			return err
		}
		v, err := r.choreView(tx, &c)
		if err != nil {
			return err
		}
		p.Chore, p.Changes = &v, c.MayChange(tx)
		p.Title, p.Text = v.Title, r.shownText(c.Text, true, c.Title, c.Place)
		p.around, err = r.around(tx, ref, c.AuthorID, c.Audience)
		return err
	})
}

// chore is one chore.
func (s *Server) chore(r *request) error {
	p := &chorePage{page: r.page(""), Form: r.emptyForm()}
	if err := r.readChore(p); err != nil {
		return err
	}
	return r.Render("chore/chore", p)
}

// choreDo is what a reader does about a chore, by the form's button.
func (s *Server) choreDo(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, to := r.Param("id"), choresPath+"/"+r.Param("id")
	verbs := map[string]struct {
		do   func(*store.Tx, string) error
		told string
	}{
		"take": {mutualaid.TakeChore, "chore.taken"}, "leave": {mutualaid.LeaveChore, "chore.left"},
		"done": {mutualaid.FinishChore, "chore.finished"}, "reopen": {mutualaid.ReopenChore, "chore.reopened"},
		"remove": {removeChore, "chore.removed"},
	}
	verb, ok := verbs[f.text("do")]
	if !ok {
		return errBadText
	}
	err = r.Update(func(tx *store.Tx) error {
		if err := directory.Vouch(tx, rosterRef(id)); err != nil {
			return err
		}
		return verb.do(tx, id)
	})
	if f.refuse(err) {
		p := &chorePage{page: r.page(""), Form: f}
		if err := r.readChore(p); err != nil {
			return err
		}
		return r.RenderForm("chore/chore", p)
	}
	if err != nil {
		return err
	}
	if f.text("do") == "remove" {
		to = choresPath
	}
	return r.Redirect(to, verb.told)
}

func removeChore(tx *store.Tx, id string) error {
	if err := mutualaid.RemoveChore(tx, id); err != nil {
		return err
	}
	return directory.Unlink(tx, rosterRef(id))
}

// choreForm is the form of a chore.
func (r *request) choreForm(key string, f *form) (*chorePage, error) {
	p := &chorePage{page: r.page(key), Form: f, Seen: r.rosterSeen()}
	p.Section = "entraide"
	var err error
	if r.Param("id") == "" {
		p.Names, err = r.nameChoices(f)
	} else {
		err = r.readChore(p)
		p.Title = r.T(key)
	}
	return p, err
}

// choreOf reads a chore as it was typed.
func choreOf(f *form) mutualaid.Chore {
	c := mutualaid.Chore{
		Title: f.text("title"), Text: f.lines("text"), Place: f.text("place"), Contact: f.text("contact"), Tags: tagsOf(f.text("tags")),
		Day: wallOf(f.date("day"), 0), Hands: f.int("hands"), Again: f.int("again"), Audience: f.audienceOf(),
	}
	n, _ := f.minutes("minutes")
	c.Minutes = int(n)
	return c
}

// formOfChore writes a chore into a form.
func (r *request) formOfChore(c *mutualaid.Chore) *form {
	f := r.emptyForm("title", c.Title, "text", c.Text, "place", c.Place, "contact", c.Contact, "tags", strings.Join(c.Tags, ", "),
		"hands", strconv.Itoa(c.Hands), "audience", audienceWord(c.Audience))
	if !c.Day.IsZero() {
		f.values.Set("day", dayOf(c.Day))
	}
	if c.Minutes > 0 {
		f.values.Set("minutes", r.minutesTyped(int64(c.Minutes)))
	}
	if c.Again > 0 {
		f.values.Set("again", strconv.Itoa(c.Again))
	}
	return f
}

func (s *Server) choreNew(r *request) error {
	p, err := r.choreForm("chore.new", r.emptyForm("hands", "1", "audience", "public", "organisation", r.QueryParam("organisation")))
	if err != nil {
		return err
	}
	return r.Render("chore/form", p)
}

// chorePut stores a new chore.
func (s *Server) chorePut(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	c := choreOf(f)
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if err := mutualaid.PutChore(tx, &c); err != nil {
				return err
			}
			return directory.Stand(tx, f.text("organisation"), c.Ref(), c.Title)
		})
	}
	err = f.notTheirs(err)
	if f.refuse(err) || !f.ok() {
		return r.choreFaults("chore.new", f)
	}
	if err != nil {
		return err
	}
	return r.Redirect(choresPath+"/"+c.ID, "chore.put")
}

// choreFaults is the form again, with what is wrong.
func (r *request) choreFaults(key string, f *form) error {
	f.Faults = onePerField(f.Faults)
	p, err := r.choreForm(key, f)
	if err != nil {
		return err
	}
	return r.RenderForm("chore/form", p)
}

// ownChore is the chore of the address, for somebody who may change it.
func (r *request) ownChore(tx *store.Tx) (mutualaid.Chore, error) {
	if err := directory.Vouch(tx, rosterRef(r.Param("id"))); err != nil {
		return mutualaid.Chore{}, err
	}
	return mutualaid.OwnChore(tx, r.Param("id"))
}

func (s *Server) choreEdit(r *request) error {
	var c mutualaid.Chore
	err := r.View(func(tx *store.Tx) (err error) {
		c, err = r.ownChore(tx)
		return err
	})
	if err != nil {
		return err
	}
	p, err := r.choreForm("chore.edit", r.formOfChore(&c))
	if err != nil {
		return err
	}
	return r.Render("chore/form", p)
}

// choreChange stores a chore as it was changed.
func (s *Server) choreChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	c := choreOf(f)
	c.ID = r.Param("id")
	err = r.Update(func(tx *store.Tx) error {
		if _, err := r.ownChore(tx); err != nil || !f.ok() {
			return err
		}
		if err := mutualaid.EditChore(tx, &c); err != nil {
			return err
		}
		return directory.Did(tx, directory.ActChange, c.Ref(), c.Title)
	})
	if f.refuse(err) || err == nil && !f.ok() {
		return r.choreFaults("chore.edit", f)
	}
	if err != nil {
		return err
	}
	return r.Redirect(choresPath+"/"+c.ID, "chore.changed")
}

// toService leads to the roster or chore of an id, which has a page of its own;
// when there is none either it fails with why.
func (r *request) toService(id string, why error) error {
	to := ""
	err := r.View(func(tx *store.Tx) error {
		if _, err := mutualaid.GetRoster(tx, id); store.KindOf(err) != store.NotFound {
			to = rostersPath + "/" + id
			return err
		}
		_, err := mutualaid.GetChore(tx, id)
		to = choresPath + "/" + id
		return err
	})
	if store.KindOf(err) == store.NotFound {
		return why
	}
	if err != nil {
		return err
	}
	return r.Redirect(to, "")
}
