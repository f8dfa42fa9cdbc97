package ui

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// Beyond is looking for what is not carried here: linked boxes are asked when a
// reader wishes it, never before. What they find is shown and not kept.
type Beyond interface {
	// SearchBeyond asks linked boxes. It takes three seconds at most, and nothing
	// where the same was asked in the last ten minutes. It fails with kind Invalid
	// for what is no question and Busy when too much is asked.
	SearchBeyond(ctx context.Context, q BeyondQuestion) (BeyondAnswer, error)
	// FoundBeyond is a card found in the last ten minutes, by the key of its box
	// and its id; kind NotFound otherwise.
	FoundBeyond(ctx context.Context, box, id string) (BeyondCard, error)
	// FetchFound brings the text of such a card; kind Busy when it cannot be had.
	FetchFound(ctx context.Context, box, id string) error
	// HideFound keeps such a card from being shown here again.
	HideFound(ctx context.Context, box, id string) error
	// AnswersSearch tells whether linked boxes may search here.
	AnswersSearch(ctx context.Context) (bool, error)
	SetAnswersSearch(ctx context.Context, on bool) error
}

// BeyondQuestion is what a reader looks for.
type BeyondQuestion struct {
	Words    string
	Kinds    []string
	Near     *listing.Point
	RadiusKM float64
	From, To time.Time
}

// BeyondCard is a card that a linked box told of. Its Origin is no box of the
// listing: it has no pages here.
type BeyondCard struct {
	Card   listing.Card
	Hops   int    // of boxes: 1 is a linked box's own
	Via    string // the linked box that told; empty when it is its own
	Text   []byte // what stands behind it, as JSON; nil while it is not here
	TextAt time.Time
	Lacks  bool // something stands behind it that is not here
}

// BeyondAnswer is what linked boxes answered, the nearest first.
type BeyondAnswer struct {
	Cards []BeyondCard
	Asked []BeyondBox
	More  bool // somebody has more
	At    time.Time
}

// BeyondBox is a box that was asked: answered, silent, busy or refuses.
type BeyondBox struct{ Name, State string }

const beyondPath = "/recherche/plus-loin"

// beyondRoutes are the search beyond what is carried here.
func (s *Server) beyondRoutes() []route {
	return []route{
		{GET, beyondPath, public, s.searchBeyond},
		{GET, beyondPath + "/:box/:id", public, s.beyondCard},
		{POST, beyondPath + "/:box/:id/texte", public, s.beyondFetch},
		{POST, beyondPath + "/:box/:id/cacher", moderator, s.beyondHide},
		{POST, beyondPath + "/:box/:id/ecarter", operator, s.beyondShut},
		{POST, "/voisins/recherche", operator, s.neighbourAnswers},
	}
}

// beyondHref is the search beyond for the filters of a search; empty where nobody
// can be asked, or nothing that a box understands is looked for.
func (r *request) beyondHref(q listing.Query) string {
	if r.s.opt.Neighbours == nil || q.Origin == listing.FromHere || q.Group != "" || q.InGroups || q.Zone != "" {
		return ""
	}
	if question := beyondQuestion(q); question.nothing() {
		return ""
	}
	v := url.Values{}
	for _, name := range []string{"q", "kind", "tag", "near", "radius_km", "from", "to"} {
		for _, value := range r.QueryParams()[name] {
			if value != "" {
				v.Add(name, value)
			}
		}
	}
	return beyondPath + "?" + v.Encode()
}

// beyondQuestion is a search as linked boxes understand it: tags are words like
// others there, since each village spells them in its own way.
func beyondQuestion(q listing.Query) BeyondQuestion {
	out := BeyondQuestion{Words: q.Q, Kinds: q.Kinds, RadiusKM: q.RadiusKM, From: q.From, To: q.To}
	if q.Kind != "" {
		out.Kinds = []string{q.Kind}
	}
	if q.Tag != "" {
		out.Words += " " + q.Tag
	}
	if q.RadiusKM > 0 {
		out.Near = q.Near
	}
	return out
}

// nothing tells whether nothing is asked that would make any card fit better
// than another.
func (q *BeyondQuestion) nothing() bool {
	return listing.Fold(q.Words) == "" && len(q.Kinds) == 0 && q.RadiusKM == 0 && q.From.IsZero() && q.To.IsZero()
}

type beyondPage struct {
	page
	Words string // what was looked for
	Cards []cardView
	Asked []string // what became of the question to each box
	Back  string
	More  bool
	Fault string // why nobody was asked
	When  string
}

// searchBeyond asks linked boxes at the wish of a reader, who has seen what is
// here.
func (s *Server) searchBeyond(r *request) error {
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	r.Uncached()
	q, err := r.filters()
	if err != nil {
		return err
	}
	p := &beyondPage{page: r.page("listing.beyond.title"), Back: "/recherche?" + r.QueryParams().Encode()}
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		places, err := r.places(tx, q, nil)
		p.Words = r.filterWords(q, places)
		return err
	})
	if err != nil {
		return err
	}
	got, err := others.SearchBeyond(r.context(), beyondQuestion(q))
	switch store.KindOf(err) {
	case store.Invalid, store.Busy:
		a := describe(err)
		p.Fault = r.T(a.key, a.args...)
		return r.Render("listing/beyond", p)
	default:
		if err != nil {
			return err
		}
	}
	for _, c := range got.Cards {
		p.Cards = append(p.Cards, r.beyondView(c))
	}
	for _, b := range got.Asked {
		p.Asked = append(p.Asked, r.askedWords(b))
	}
	p.More, p.When = got.More, r.Ago(got.At)
	return r.Render("listing/beyond", p)
}

// askedWords says what became of the question to a box.
func (r *request) askedWords(b BeyondBox) string {
	of := r.Of(b.Name)
	switch b.State {
	case "answered":
		return r.T("listing.beyond.answered", "of", of)
	case "busy":
		return r.T("listing.beyond.busy", "of", of)
	case "refuses":
		return r.T("listing.beyond.refuses", "of", of)
	default:
		return r.T("listing.beyond.silent", "of", of)
	}
}

// beyondView is a finding in a list: how far, from which box, by whom and how
// old.
func (r *request) beyondView(c BeyondCard) cardView {
	v := r.card(c.Card, false).within()
	v.Href = beyondPath + "/" + listing.OriginName(c.Card.Origin) + "/" + c.Card.Ref.ID
	v.Origin = r.comes(c.Card.Origin, way{hops: c.Hops, via: c.Via})
	return v
}

type beyondCardPage struct {
	page
	View  cardView
	When  string
	Box   string
	Name  string // of the commune; empty when its box does not say
	Text  string
	Facts []behindFact
	From  string // by whom the text came
	Lacks bool
	Tags  []wordLink
	OnMap string
	Site  string // its pages, when an operator noted them
	Path  string

	Kind    string
	Form    *form // of hiding it
	Reasons []choice
}

// beyondCard is the page of a finding: what its box signed, and what stands
// behind it once somebody has asked for it.
func (s *Server) beyondCard(r *request) error {
	p, err := r.beyondCardPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("listing/beyond_card", p)
}

func (r *request) beyondCardPage(f *form) (*beyondCardPage, error) {
	others, err := r.machineNeighbours()
	if err != nil {
		return nil, err
	}
	r.Uncached()
	c, err := others.FoundBeyond(r.context(), r.Param("box"), r.Param("id"))
	if store.KindOf(err) == store.NotFound {
		return nil, store.E(store.NotFound, "err.listing.beyond_gone")
	}
	if err != nil {
		return nil, err
	}
	p := &beyondCardPage{page: r.page(""), View: r.beyondView(c), Lacks: c.Lacks, OnMap: onMap(c.Card.Position), Name: c.Card.Origin.Name}
	p.Kind, p.Form, p.Reasons = c.Card.Kind, f, r.reasons(moderation.Complaints)
	p.Title, p.When, p.Box = p.View.Title, p.View.When, p.View.Origin
	p.Path, p.Tags = p.View.Href, tagLinks(c.Card.Tags)
	var body listing.Body
	if json.Unmarshal(c.Text, &body) == nil { // a body no page can read has no words
		p.Text, p.Facts = bodyText(body, "description"), r.behindFacts(body)
		by := c.Via
		if by == "" {
			by = c.Card.Origin.Name
		}
		p.From = r.T("neighbour.behind.received", "box", r.T("listing.foreign.box", "of", r.Of(by)), "ago", r.Ago(c.TextAt))
	}
	return p, nil
}

// beyondFetch asks for the text of a finding.
func (s *Server) beyondFetch(r *request) error {
	return s.onFinding(r, func(others Neighbours, path string) error {
		err := others.FetchFound(r.context(), r.Param("box"), r.Param("id"))
		if store.KindOf(err) == store.Busy {
			return r.Redirect(path, "err.neighbour.not_fetched")
		} else if err != nil {
			return err
		}
		return r.Redirect(path, "neighbour.behind.came")
	})
}

// beyondHide keeps a finding from being shown here again. As with any hiding the
// public log says why.
func (s *Server) beyondHide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.beyondCardPage(f)
	if err != nil {
		return err
	}
	why := moderation.Reason(f.text("reason"))
	if !slices.Contains(moderation.Complaints, why) {
		f.fault("reason", "err.moderation.reason")
		return r.RenderForm("listing/beyond_card", p)
	}
	return s.onFinding(r, func(others Neighbours, _ string) error {
		if err := others.HideFound(r.context(), r.Param("box"), r.Param("id")); err != nil {
			return err
		}
		if err := r.Update(func(tx *store.Tx) error { return moderation.Note(tx, "hide", p.Kind, why) }); err != nil {
			return err
		}
		return r.Redirect("/recherche", "listing.beyond.hidden")
	})
}

// beyondShut keeps all of a finding's box out.
func (s *Server) beyondShut(r *request) error {
	return s.onFinding(r, func(others Neighbours, _ string) error {
		if err := others.Shut(r.context(), r.Param("box"), false); err != nil {
			return err
		}
		return r.Redirect(neighboursPath, "neighbour.shut")
	})
}

// onFinding does something with the finding of the address.
func (s *Server) onFinding(r *request, do func(others Neighbours, path string) error) error {
	others, err := r.machineNeighbours()
	if err != nil {
		return err
	}
	_, err = others.FoundBeyond(r.context(), r.Param("box"), r.Param("id"))
	if store.KindOf(err) == store.NotFound {
		return store.E(store.NotFound, "err.listing.beyond_gone")
	}
	if err != nil {
		return err
	}
	return do(others, beyondPath+"/"+r.Param("box")+"/"+r.Param("id"))
}

// neighbourAnswers lets linked boxes search here, or no longer.
func (s *Server) neighbourAnswers(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	if err := others.SetAnswersSearch(r.context(), f.text("do") == "open"); err != nil {
		return err
	}
	return r.Redirect(neighboursPath, "neighbour.answers.noted")
}
