package ui

import (
	"strings"

	"copi.local/store"
	"copi.local/store/neighbour"
)

// erasuresPath is the page of which neighbours have confirmed what was erased.
const erasuresPath = "/voisins/effacements"

// maxErasures are shown; older ones are confirmed, or their boxes are named with
// a later one too.
const maxErasures = 100

// erasuresPage lists what was erased here and who has confirmed it.
type erasuresPage struct {
	page
	List  []erasureView
	Waits []noticeView // boxes that have not confirmed for long
}

// erasureView is one erasure.
type erasureView struct {
	Erasure neighbour.Erasure
	Done    string           // boxes that confirmed it, by name
	Open    []neighbour.Link // those that have not
}

// Number is how technical logs call the erased card; it says nothing of it.
func (v *erasureView) Number() string { return store.FormatID(v.Erasure.ID) }

// Unsure tells that nobody knows whether the day is right.
func (v *erasureView) Unsure() bool { return !v.Erasure.Quality.Sure() }

// BoxName is what a linked box is called.
func (l localizer) BoxName(k neighbour.Link) string {
	if k.Name == "" {
		return l.T("neighbour.box_unnamed")
	}
	return k.Name
}

// erasures shows which linked boxes have confirmed what was erased here.
func (s *Server) erasures(r *request) error {
	r.Uncached() // receipts come without a click
	if _, err := r.machineNeighbours(); err != nil {
		return err
	}
	p := &erasuresPage{page: r.page("neighbour.erasures.title")}
	err := r.View(func(tx *store.Tx) error {
		links, err := neighbour.Links(tx)
		if err != nil {
			return err
		}
		list, err := neighbour.Erasures(tx, maxErasures)
		if err != nil {
			return err
		}
		for _, e := range list {
			p.List = append(p.List, p.view(e, links))
		}
		late, err := neighbour.UnconfirmedFor(tx, neighbour.ConfirmWithin)
		for _, u := range late {
			p.Waits = append(p.Waits, noticeView{Kind: "attention", Text: p.T("neighbour.erasures.late", "n", int(u.For.Hours()/24), "box", p.BoxName(u.Link))})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("neighbour/erasures", p)
}

func (p *erasuresPage) view(e neighbour.Erasure, links []neighbour.Link) erasureView {
	v := erasureView{Erasure: e}
	var done []string
	for _, l := range links {
		switch {
		case !e.Asks(l):
		case e.Confirmed(l):
			done = append(done, p.BoxName(l))
		default:
			v.Open = append(v.Open, l)
		}
	}
	v.Done = strings.Join(done, ", ")
	return v
}
