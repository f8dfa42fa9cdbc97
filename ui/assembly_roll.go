package ui

import (
	"copi.local/store"
	"copi.local/store/assembly"
)

// keptAssembly is a page of a meeting for who keeps it, in one of some states.
func (r *request) keptAssembly(title string, states ...assembly.State) (*assemblyPage, error) {
	p, err := r.assemblyPage(r.emptyForm())
	if err != nil {
		return nil, err
	}
	if !p.Keeps {
		return nil, store.E(store.Forbidden, "err.forbidden")
	}
	ok := len(states) == 0
	for _, s := range states {
		ok = ok || p.Assembly.State == s
	}
	if !ok {
		return nil, store.E(store.Conflict, "err.assembly.state")
	}
	p.Title = r.T(title)
	return p, nil
}

// assemblyCall is the roll call, ticked on a phone at the door.
func (s *Server) assemblyCall(r *request) error {
	p, err := r.keptAssembly("assembly.call.title", assembly.Open)
	if err != nil {
		return err
	}
	return r.Render("assembly/call", p)
}

// assemblyCalled notes who came, who left, and who was ticked by mistake.
func (s *Server) assemblyCalled(r *request) error {
	id := r.Param("id")
	return r.onAssembly("assembly/call", assemblyPath+"/"+id+"/appel", func(f *form) map[string]func(*store.Tx) error {
		return map[string]func(*store.Tx) error{
			"come":     func(tx *store.Tx) error { return assembly.Come(tx, id, f.values["seat"]) },
			"go":       func(tx *store.Tx) error { return assembly.Go(tx, id, f.text("seat")) },
			"not_come": func(tx *store.Tx) error { return assembly.NotCome(tx, id, f.text("seat")) },
		}
	})
}

// assemblyLetter is the printed convocation, with the form of a proxy.
func (s *Server) assemblyLetter(r *request) error {
	p, err := r.keptAssembly("assembly.letter.title")
	if err != nil {
		return err
	}
	return r.Render("assembly/letter", p)
}

// assemblySheet is the printed list people sign as they come.
func (s *Server) assemblySheet(r *request) error {
	p, err := r.keptAssembly("assembly.sheet.title")
	if err != nil {
		return err
	}
	return r.Render("assembly/sheet", p)
}
