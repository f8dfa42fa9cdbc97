package ui

import (
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/timebank"
)

const trustPath = "/heures/confiance"

// trustView is a trust line in words.
type trustView struct {
	Peer, Name, Number string
	Balance            string // who owes whom how much
	High, Low          string // what either village may owe
	Form               *form
	Ended              bool
	Unlinked           bool
	Statement          string
}

// limitFields are the fields of a line's form: this village's limits, then the
// other's.
var limitFields = []string{"owe", "lend", "their_owe", "their_lend"}

// trustPage lists the lines and the boxes one could be made to; f is the form
// of one that was refused.
func (r *request) trustPage(f *form) (*paperPage, error) {
	p := r.paperPage("timebank.trust.title")
	p.Form = f
	return p, r.View(func(tx *store.Tx) error {
		links, err := neighbour.Links(tx)
		if err != nil {
			return err
		}
		names, paired := map[string]string{}, map[string]bool{}
		for i := range links {
			names[links[i].Peer], paired[links[i].Peer] = links[i].Name, links[i].State == neighbour.Paired
		}
		lines, err := timebank.Lines(tx)
		if err != nil {
			return err
		}
		has := map[string]bool{}
		for i := range lines {
			has[lines[i].Peer] = true
			v, err := r.trustView(tx, &lines[i], f)
			if err != nil {
				return err
			}
			if name := names[v.Peer]; name != "" {
				v.Name = r.Typo(name)
			}
			v.Unlinked = !paired[v.Peer]
			p.Lines = append(p.Lines, v)
		}
		for i := range links {
			if l := &links[i]; paired[l.Peer] && !has[l.Peer] {
				p.Links = append(p.Links, choice{Value: l.Peer, Label: r.Typo(l.Name)})
			}
		}
		if p.New = f; has[f.text("peer")] {
			p.New = r.emptyForm()
		}
		return nil
	})
}

func (r *request) trustView(tx *store.Tx, l *timebank.TrustLine, f *form) (trustView, error) {
	a, err := timebank.Get(tx, l.Number)
	if err != nil {
		return trustView{}, err
	}
	v := trustView{
		Peer: l.Peer, Number: l.Number, Name: r.Typo(a.Name), High: r.Minutes(l.High()), Low: r.Minutes(-l.Low()), Ended: !l.Ended.IsZero(),
		Statement: accountHref(l.Number),
	}
	switch {
	case a.Balance > 0:
		v.Balance = r.T("timebank.trust.we_owe", "minutes", timebank.Minutes(a.Balance))
	case a.Balance < 0:
		v.Balance = r.T("timebank.trust.they_owe", "minutes", timebank.Minutes(-a.Balance))
	default:
		v.Balance = r.T("timebank.trust.even")
	}
	if v.Form = f; f.text("peer") != l.Peer {
		v.Form = r.emptyForm("peer", l.Peer, "owe", r.minutesTyped(l.Owe), "lend", r.minutesTyped(l.Lend), "their_owe", r.minutesTyped(l.Theirs.Owe),
			"their_lend", r.minutesTyped(l.Theirs.Lend))
	}
	return v, nil
}

// LinePlace tells the fields of several lines' forms apart. That of the form
// that was refused is empty: the summary of faults links to its fields.
func (f *form) LinePlace() string {
	switch {
	case len(f.Faults) > 0:
		return ""
	case f.Value("peer") == "":
		return "new"
	default:
		return f.Value("peer")
	}
}

// trust shows the trust lines.
func (s *Server) trust(r *request) error {
	p, err := r.trustPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/trust", p)
}

// trustSet makes, changes or ends a line.
func (s *Server) trustSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	done := "timebank.trust.ended"
	var limits [4]int64
	if f.text("do") != "end" {
		done = "timebank.trust.set"
		for i, name := range limitFields {
			var given bool
			if limits[i], given = f.minutes(name); !given {
				f.fault(name, "err.timebank.hours_empty")
			}
		}
	}
	if f.text("peer") == "" {
		f.fault("peer", "err.timebank.not_linked")
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if f.text("do") == "end" {
				return timebank.EndLine(tx, f.text("peer"))
			}
			ours, theirs := timebank.Limits{Owe: limits[0], Lend: limits[1]}, timebank.Limits{Owe: limits[2], Lend: limits[3]}
			_, err := timebank.SetLine(tx, f.text("peer"), ours, theirs)
			return err
		})
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.trustPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("timebank/trust", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(trustPath, done)
}
