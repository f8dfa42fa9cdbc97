package ui

import (
	"strings"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/message"
)

// entryCorrespondent is who answers for an entry: the organisation. A group's
// keepers may be known to nobody, so that nobody is written to about its own.
func entryCorrespondent(_ *request, tx *store.Tx, id string) (message.Party, string, error) {
	e, err := discussion.EntryOf(tx, id)
	if err == nil && e.Group != "" {
		err = nobody()
	}
	if err != nil {
		return message.Party{}, "", err
	}
	return authorOfCard(tx, e.Ref())
}

// entry shows one entry.
func (s *Server) entry(r *request) error { return s.showEntry(r, r.Param("id")) }

func (s *Server) showEntry(r *request, id string) error {
	p := &journalPage{page: r.page("")}
	err := r.View(func(tx *store.Tx) error { return r.readEntry(tx, p, id) })
	if err != nil {
		return err
	}
	if p.Feed != "" {
		p.Alternates = append(p.Alternates, alternate{"application/atom+xml", p.Feed})
	}
	p.sameCard(id, false)
	return r.Render("discussion/entry", p)
}

// readEntry fills a page with an entry and what stands around it.
func (r *request) readEntry(tx *store.Tx, p *journalPage, id string) (err error) {
	if p.Entry, err = discussion.EntryOf(tx, id); err != nil {
		return err
	}
	e := &p.Entry
	if err := r.journalPage(tx, p); err != nil && store.KindOf(err) != store.NotFound {
		return err // what it is of may be hidden, and the entry not
	}
	p.Title, p.Text, p.Day = r.openTo(e.Title), r.openTo(e.Text), r.DayTime(e.At)
	if !e.EditedAt.IsZero() {
		p.Edited = r.T("discussion.edited", "when", r.DayTime(e.EditedAt))
		if r.actor.Can(store.Resident) {
			p.History = thingHref(e.Ref()) + "/avant"
		}
	}
	if p.Photos, err = photosOf(tx, e.Ref()); err != nil {
		return err
	}
	if p.around, err = r.around(tx, e.Ref(), "", e.Audience); err != nil {
		return err
	}
	if e.Group != "" && p.Of.Href != "" {
		p.For = &standView{p.Of.Href, p.Of.Word}
	}
	p.Audience, _, err = r.audienceOf(tx, e.Audience, e.Group)
	return err
}

// entryHistory shows what an entry said before.
func (s *Server) entryHistory(r *request) error {
	p := &journalPage{page: r.page("discussion.journal.history")}
	err := r.View(func(tx *store.Tx) error {
		list, err := discussion.EntryHistory(tx, r.Param("id"))
		if err != nil {
			return err
		}
		for _, s := range list {
			p.Before = append(p.Before, saidView{r.T("discussion.history.until", "when", r.DayTime(s.Until)), r.Typo(s.Text)})
		}
		p.Entry, err = discussion.EntryOf(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	p.Of = wordLink{thingHref(p.Entry.Ref()), r.Typo(p.Entry.Title)}
	return r.Render("discussion/entry_before", p)
}

// entryForm is the form of an entry, whether it is new or stands.
func (r *request) entryForm(title string, f *form) (*journalPage, error) {
	p := &journalPage{page: r.page(title), Form: f}
	err := r.View(func(tx *store.Tx) (err error) {
		if strings.HasPrefix(r.Request().URL.Path, journalPath+"/") {
			p.Entry, err = discussion.EntryOf(tx, r.Param("id"))
		} else {
			p.Entry, err = r.inJournal()
		}
		if err != nil {
			return err
		}
		choices, err := p.Entry.Choices(tx)
		if err != nil {
			return err
		}
		for _, a := range choices {
			words, _, err := r.audienceOf(tx, a, p.Entry.Group)
			if err != nil {
				return err
			}
			p.Seen = append(p.Seen, choice{Value: seenValue(a), Label: words})
		}
		return r.journalPage(tx, p)
	})
	return p, err
}

// seenValue is an audience as the field says it.
func seenValue(a listing.Audience) string {
	f := form{values: map[string][]string{}}
	f.setAudience(a, "")
	return f.text("audience")
}

// entryNew is an empty form. Of a group an entry is for its members until
// somebody chooses to show it to more.
func (s *Server) entryNew(r *request) error {
	p, err := r.entryForm("discussion.journal.new", r.emptyForm())
	if err != nil {
		return err
	}
	first := 0
	if p.Entry.Group != "" {
		first = len(p.Seen) - 1
	}
	p.Form.values.Set("audience", p.Seen[first].Value)
	return r.Render("discussion/entry_form", p)
}

// typed reads what was written into an entry.
func (p *journalPage) typed() *discussion.Entry {
	f, e := p.Form, p.Entry
	e.Title, e.Text = f.text("title"), f.lines("text")
	e.Audience, _ = f.audience()
	if !offered(p.Seen, f.text("audience")) {
		e.Audience = listing.Here // chosen by nobody
	}
	return &e
}

// entryPublish adds an entry.
func (s *Server) entryPublish(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.entryForm("discussion.journal.new", f)
	if err != nil {
		return err
	}
	e := p.typed()
	e.Free = f.has("free")
	err = r.Update(func(tx *store.Tx) error { return discussion.PublishEntry(tx, e) })
	if err != nil {
		return r.messageAgain(f, err, "discussion/entry_form", p)
	}
	return r.Redirect(thingHref(e.Ref()), "discussion.journal.published")
}

// entryEditForm is the form of an entry as it stands.
func (s *Server) entryEditForm(r *request) error {
	f := r.emptyForm()
	p, err := r.entryForm("discussion.journal.edit", f)
	if err != nil {
		return err
	}
	e := &p.Entry
	err = r.View(func(tx *store.Tx) error {
		now, err := listing.Effective(tx, e.Audience, e.Group)
		if err != nil {
			return err
		}
		f.setAudience(now, "")
		shown, err := store.Shown(e.Words())
		f.values.Set("shown", shown)
		return err
	})
	if err != nil {
		return err
	}
	f.values.Set("title", e.Title)
	f.values.Set("text", e.Text)
	return r.Render("discussion/entry_form", p)
}

// entryEdit changes an entry; more people see it only after a yes.
func (s *Server) entryEdit(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.entryForm("discussion.journal.edit", f)
	if err != nil {
		return err
	}
	e := p.typed()
	if p.Wider, err = r.widening(f, e.Ref(), e.Audience, e.Group); err != nil {
		return err
	}
	if !f.ok() {
		return r.RenderForm("discussion/entry_form", p)
	}
	err = r.Update(func(tx *store.Tx) error { return discussion.EditEntry(tx, e, f.text("shown")) })
	if err != nil {
		return r.messageAgain(f, err, "discussion/entry_form", p)
	}
	return r.Redirect(thingHref(e.Ref()), "discussion.journal.changed")
}

// entryRemoveForm asks before an entry is taken away.
func (s *Server) entryRemoveForm(r *request) error {
	p := &journalPage{page: r.page("discussion.journal.remove")}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Entry, err = discussion.EntryOf(tx, r.Param("id")); err != nil {
			return err
		}
		if err = r.journalPage(tx, p); err == nil && !p.Keeps {
			err = store.E(store.Forbidden, "err.discussion.not_keeper")
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Text = r.Typo(p.Entry.Title)
	return r.Render("discussion/entry_remove", p)
}

// entryRemove takes it away.
func (s *Server) entryRemove(r *request) error {
	var e discussion.Entry
	err := r.Update(func(tx *store.Tx) (err error) {
		if e, err = discussion.EntryOf(tx, r.Param("id")); err != nil {
			return err
		}
		return discussion.RemoveEntry(tx, e.ID)
	})
	if err != nil {
		return err
	}
	return r.Redirect(journalHref(&e), "discussion.journal.removed")
}
