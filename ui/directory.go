package ui

import (
	"copi.local/store"
	"copi.local/store/directory"
)

func (s *Server) directoryRoutes() []route {
	return []route{
		{GET, "/annuaire/:id", public, s.element},
	}
}

// elementPage is one element of the directory.
type elementPage struct {
	page
	Element  directory.Element
	Audience string
	Roster   rosterView
}

// element shows one element.
func (s *Server) element(r *request) error { return s.showElement(r, r.Param("id")) }

func (s *Server) showElement(r *request, id string) error {
	p := &elementPage{page: r.page("")}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Element, err = directory.Get(tx, id); err != nil {
			return err
		}
		p.Roster, err = r.rosterOf(tx, &p.Element)
		return err
	})
	if err != nil {
		return err
	}
	p.Title, p.Section = r.Typo(p.Element.Name), "annuaire"
	p.Audience = r.audience(p.Element.Audience)
	return r.Render("directory/element", p)
}
