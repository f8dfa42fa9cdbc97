package ui

import (
	"maps"
	"strconv"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/petition"
)

const petitionsPath = "/petitions"

func (s *Server) petitionRoutes() []route {
	return []route{
		{GET, petitionsPath, public, s.petitions},
		{GET, petitionsPath + "/closes", public, s.petitionsPast},
		{GET, petitionsPath + "/nouvelle", resident, s.petitionNew},
		{POST, petitionsPath + "/nouvelle", resident, s.petitionAdd},
		{GET, petitionsPath + "/:id", public, s.petition},
		{GET, petitionsPath + "/:id/affiche", public, s.petitionPoster},
		{GET, petitionsPath + "/:id/feuille", resident, s.petitionSheet},
		{GET, petitionsPath + "/:id/signer", resident, s.petitionSignForm},
		{POST, petitionsPath + "/:id/signer", resident, s.petitionSign},
		{POST, petitionsPath + "/:id/retirer", resident, s.petitionUnsign},
		{GET, petitionsPath + "/:id/modifier", owner, s.petitionEdit},
		{POST, petitionsPath + "/:id/modifier", owner, s.petitionChange},
		{POST, petitionsPath + "/:id/etat", owner, s.petitionMark},
		{GET, petitionsPath + "/:id/reponse", caretaker, s.petitionAnswerForm},
		{POST, petitionsPath + "/:id/reponse", caretaker, s.petitionAnswer},
		{GET, petitionsPath + "/:id/saisie", caretaker, s.petitionTypeForm},
		{POST, petitionsPath + "/:id/saisie", caretaker, s.petitionType},
		{GET, petitionsPath + "/:id/signatures", owner, s.petitionSignatures},
		{POST, petitionsPath + "/:id/signatures", owner, s.petitionStrike},
		{POST, petitionsPath + "/:id/export", owner, s.petitionExport},
	}
}

// petitionRef points at the petition of an address.
func petitionRef(id string) store.Ref { return store.Ref{Module: petition.Module, ID: id} }

// petitionLines is how many lines a list of petitions or signatures has.
const petitionLines = 50

// petitionLine is a petition in a list of one's own, or of those that are
// closed.
type petitionLine struct{ Href, Title, Count, State string }

// petitions lists what can be signed, here and at the neighbours'.
func (s *Server) petitions(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if done, err := r.toCanonical(q); done || err != nil {
		return err
	}
	p := &petitionPage{page: r.page("petition.title"), Form: r.queryForm()}
	q.Kind, q.Kinds = listing.KindPetition, nil
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		if err := r.petitionsFound(tx, p, q); err != nil {
			return err
		}
		if err := r.petitionsMine(tx, p); err != nil {
			return err
		}
		past, _, err := petition.Past(tx, 0, 1)
		if err != nil {
			return err
		}
		p.HasPast = len(past) > 0
		p.listSides, err = r.sidesOf(tx, q, petitionsPath)
		return err
	})
	if err != nil {
		return err
	}
	v := maps.Clone(r.QueryParams())
	v.Del("cursor")
	v.Set("kind", listing.KindPetition)
	p.Query = "?" + v.Encode()
	p.sameList("/fiches.atom", p.Query)
	said := q
	said.Kind, said.Kinds = "", nil // the title says it
	p.Words, p.Radii, p.Orders = r.filterWords(said, p.named), r.radii(), r.orders(q)[1:]
	p.Order = orderWord(p.Orders, q.SortedBy())
	if p.Total == 0 {
		p.Empty = &noticeView{Text: r.T("petition.empty"), Href: petitionsPath + "/nouvelle", Action: r.T("petition.new.go")}
	}
	return r.Render("petition/list", p)
}

// petitionsFound fills the cards; those of this box say how many signed.
func (r *request) petitionsFound(tx *store.Tx, p *petitionPage, q listing.Query) error {
	res, err := listing.Find(tx, q)
	if err != nil {
		return err
	}
	distances(res.Cards, r.asksDistance())
	for _, c := range res.Cards {
		v := r.card(c, false)
		if c.Origin == nil && c.Ref.Module == petition.Module {
			one, err := petition.Get(tx, c.Ref.ID)
			if err != nil {
				return err
			}
			line, err := r.petitionLine(tx, &one)
			if err != nil {
				return err
			}
			v.When = line.Count + " · " + line.State
		}
		p.Cards = append(p.Cards, v)
	}
	p.Total, p.Pager = res.Total, r.pager(r.QueryParams(), q.Cursor, res.Next, "listing.next")
	return nil
}

// petitionLine is a petition in one line.
func (r *request) petitionLine(tx *store.Tx, p *petition.Petition) (petitionLine, error) {
	tally, err := p.Tally(tx)
	r.FreshUntil(p.EndsAt)
	return petitionLine{
		Href: thingHref(p.Ref()), Title: r.shownLine(p.Title, p.Masked), Count: r.signedOf(p, tally), State: r.petitionState(p),
	}, err
}

// signedOf says how many signed, and of how many that are aimed at.
func (s *speech) signedOf(p *petition.Petition, t petition.Tally) string {
	n, goal := p.Counted(t), p.Target()
	switch {
	case goal == 0:
		return s.T("petition.count", "n", t.Total())
	case p.OnlyElectors:
		return s.T("petition.count_electors", "n", n, "goal", goal)
	default:
		return s.T("petition.count_goal", "n", n, "goal", goal)
	}
}

// petitionState says how far a petition has come, and since or until when.
func (s *speech) petitionState(p *petition.Petition) string {
	switch p.State {
	case petition.Open:
		return s.T("petition.state.open", "day", s.Day(p.EndsAt.Add(-1)))
	case petition.Over:
		return s.T("petition.state.over", "day", s.Day(p.OverAt.Add(-1)))
	case petition.Deposited:
		return s.T("petition.state.deposited", "day", s.Day(p.DepositedAt))
	case petition.Closed:
	}
	if p.Answer != "" {
		return s.T("petition.state.answered", "day", s.Day(p.AnsweredAt))
	}
	return s.T("petition.state.closed", "day", s.Day(p.ClosedAt))
}

// petitionsOf are those the acting person answers for: their own, and those in
// the name of an organisation they administer.
func petitionsOf(tx *store.Tx) ([]petition.Petition, error) {
	list, err := petition.Of(tx, petitionLines)
	if err != nil {
		return nil, err
	}
	ids, err := inCharge(tx, petition.Module)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		one, err := petition.Own(tx, id)
		if err != nil {
			return nil, err
		}
		if one.AuthorID != tx.Actor.ID {
			list = append(list, one)
		}
	}
	return list, nil
}

// petitionsMine are those in lines.
func (r *request) petitionsMine(tx *store.Tx, p *petitionPage) error {
	if r.actor.ID == "" {
		return nil
	}
	list, err := petitionsOf(tx)
	if err != nil {
		return err
	}
	for i := range list {
		line, err := r.petitionLine(tx, &list[i])
		if err != nil {
			return err
		}
		p.Mine = append(p.Mine, line)
	}
	return nil
}

// petitionsPast lists what is closed, with what came of it.
func (s *Server) petitionsPast(r *request) error {
	skip, err := r.skipped("a_partir")
	if err != nil {
		return err
	}
	p := &petitionPage{page: r.page("petition.past")}
	p.Section = "petitions"
	err = r.View(func(tx *store.Tx) error {
		list, more, err := petition.Past(tx, skip, petitionLines)
		if err != nil {
			return err
		}
		p.Pager = r.paged("a_partir", skip, petitionLines, more)
		for i := range list {
			line, err := r.petitionLine(tx, &list[i])
			if err != nil {
				return err
			}
			p.Mine = append(p.Mine, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Render("petition/past", p)
}

// skipped is the number in an address from which a list goes on.
func (r *request) skipped(name string) (int, error) {
	f := r.queryForm()
	skip := max(0, f.int(name))
	if !f.ok() {
		return 0, &badAddress{store.E(store.Invalid, "err.ui.number").At(name)}
	}
	return skip, nil
}

// paged leads to the lines after these, and back to the first.
func (r *request) paged(name string, skip, size int, more bool) pagerView {
	next, before := "", ""
	if more {
		next = strconv.Itoa(skip + size)
	}
	if skip > 0 {
		before = strconv.Itoa(skip)
	}
	v := maps.Clone(r.QueryParams())
	v.Del(name)
	pager := r.pager(v, before, next, "listing.next")
	if next != "" {
		v.Set(name, next)
		pager.After = r.Request().URL.Path + "?" + v.Encode()
	}
	return pager
}
