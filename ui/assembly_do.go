package ui

import (
	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/vote/tally"
)

// assemblyDo is what somebody on the roll does about their own proxy.
func (s *Server) assemblyDo(r *request) error {
	id := r.Param("id")
	return r.onAssembly("assembly/assembly", assemblyPath+"/"+id, func(f *form) map[string]func(*store.Tx) error {
		return map[string]func(*store.Tx) error{
			"give": func(tx *store.Tx) error { return assembly.Give(tx, id, f.text("holder")) },
			"revoke": func(tx *store.Tx) error {
				a, err := assembly.Get(tx, id)
				if err != nil {
					return err
				}
				seat, err := a.Seat(tx)
				if err != nil {
					return err
				}
				return assembly.Revoke(tx, id, seat)
			},
		}
	})
}

// assemblyMark is what who keeps a meeting does on its page.
func (s *Server) assemblyMark(r *request) error {
	id := r.Param("id")
	return r.onAssembly("assembly/assembly", assemblyPath+"/"+id, func(f *form) map[string]func(*store.Tx) error {
		item := f.text("item")
		return map[string]func(*store.Tx) error{
			"renew":   func(tx *store.Tx) error { return assembly.Renew(tx, id) },
			"names":   func(tx *store.Tx) error { _, err := assembly.AddNames(tx, id, f.lines("names")); return err },
			"unseat":  func(tx *store.Tx) error { return assembly.Unseat(tx, id, f.values["seat"]) },
			"convene": func(tx *store.Tx) error { return assembly.Convene(tx, id, f.has("sure")) },
			"cancel":  func(tx *store.Tx) error { return assembly.Cancel(tx, id, f.lines("reason")) },
			"drop":    func(tx *store.Tx) error { return assembly.Drop(tx, id, f.has("sure")) },
			"ask": func(tx *store.Tx) error {
				t := assembly.Threshold{Of: tally.Denominator(f.text("of"))}
				t.Num, t.Den, t.AtLeast = f.share("share")
				t.AtLeast = t.AtLeast || f.text("share") == "other"
				if err := faulty(f); err != nil {
					return err
				}
				return assembly.Ask(tx, id, item, t)
			},
			"open":     func(tx *store.Tx) error { return assembly.Start(tx, id) },
			"close":    func(tx *store.Tx) error { return assembly.Finish(tx, id) },
			"record":   func(tx *store.Tx) error { return assembly.Record(tx, id, f.text("giver"), f.text("holder")) },
			"strike":   func(tx *store.Tx) error { return assembly.Revoke(tx, id, f.text("giver")) },
			"link":     func(tx *store.Tx) error { return assembly.Link(tx, id, item, f.text("proposal")) },
			"take_up":  func(tx *store.Tx) error { return assembly.TakeUp(tx, id, item) },
			"put_back": func(tx *store.Tx) error { return assembly.PutBack(tx, id, item) },
			"conclude": func(tx *store.Tx) error {
				return assembly.Conclude(tx, id, item, assembly.Outcome{
					Said: f.lines("said"), Hands: f.has("hands"), Pro: f.int("pro"), Contra: f.int("contra"), Abstained: f.int("abstained"),
				})
			},
		}
	})
}

// onAssembly runs what the form's button says; a fault shows the page again.
func (r *request) onAssembly(template, to string, verbs func(*form) map[string]func(*store.Tx) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	do, ok := verbs(f)[f.text("do")]
	if !ok {
		do = func(tx *store.Tx) error { // who may not know of the meeting does not learn of it here
			if _, err := assembly.Kept(tx, r.Param("id")); err != nil {
				return err
			}
			return errBadText
		}
	}
	err = r.Update(func(tx *store.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return faulty(f)
	})
	if f.refuse(err) {
		f.Faults = onePerField(f.Faults)
		p, err := r.assemblyPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm(template, p)
	} else if err != nil {
		return err
	}
	if f.text("do") == "drop" {
		to = assemblyPath
	}
	return r.Redirect(to, "assembly.did."+f.text("do"))
}
