package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// assemblyPage is one meeting: its page, its forms, its roll call and what is
// printed of it.
type assemblyPage struct {
	page
	Assembly assembly.Assembly
	Href     string
	Action   string // of the form of a meeting
	Form     *form
	Owner    string // the name of the group or the organisation
	OwnerAt  string // its page
	Keeps    bool
	When     string
	State    string
	Text     string
	Caution  []noticeView
	Said     []voteSaid // the statutes' rules in words
	Items    []assemblyItem
	Quorum   assemblyCount // as it is now
	Convened string
	First    string // the meeting it follows
	Recalls  bool   // a second convocation can follow

	Roll      []assemblySeat
	Count     int // of the roll
	Absent    []choice
	Proxies   []assemblyProxy
	Givers    []choice
	Holders   []choice // whom the reader may give their proxy to, or all for who keeps the meeting
	Seat      string   // the reader's
	MyProxy   string   // to whom they gave it
	Decisions []choice
}

// assemblyCount is a quorum in words.
type assemblyCount struct {
	Voices  string
	Quorum  string // empty: none is asked for
	Reached bool
}

// assemblyItem is one item of the order of the day.
type assemblyItem struct {
	assembly.Item
	Word     string // its stage
	Title    string
	Text     string
	Needs    string // what a show of hands takes, where that is not what is usual
	Hands    string
	Result   string
	Count    assemblyCount
	Decision *assemblyDecision
}

// assemblyDecision is the decision an item is about, as far as the reader may
// know of it.
type assemblyDecision struct{ Href, Title, State, Result string }

// assemblySeat is somebody on the roll.
type assemblySeat struct {
	assembly.Seat
	Word string // present, represented, absent
}

// assemblyProxy is a proxy in words.
type assemblyProxy struct {
	Giver, From, To, Word string
	Counts, Over          bool
}

// assembly is the page of a meeting.
func (s *Server) assembly(r *request) error {
	p, err := r.assemblyPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("assembly/assembly", p)
}

// showAssembly is for the table of modules: a meeting has no card and no short
// code.
func (s *Server) showAssembly(r *request, id string) error {
	return r.Redirect(assemblyPath+"/"+id, "")
}

// assemblyPage reads a meeting with all that stands on its pages.
func (r *request) assemblyPage(f *form) (*assemblyPage, error) {
	p := &assemblyPage{page: r.page(""), Form: f, Href: assemblyPath + "/" + r.Param("id")}
	p.Section = "decisions"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Assembly, err = assembly.Get(tx, r.Param("id")); err != nil {
			return err
		}
		for _, part := range []func(*store.Tx, *assemblyPage) error{r.assemblyHead, r.assemblyRoll, r.assemblyItems} {
			if err := part(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Uncached()
	return p, nil
}

// assemblyHead fills in when, where, whose, and the rules.
func (r *request) assemblyHead(tx *store.Tx, p *assemblyPage) (err error) {
	a := &p.Assembly
	p.Title, p.Text, p.When = r.Typo(a.Title), r.Typo(a.Text), r.WholeTime(a.StartsAt)
	p.State = r.T("assembly.state." + string(a.State))
	if p.Keeps, err = a.Keeps(tx); err != nil {
		return err
	}
	if p.Owner, err = a.OwnerName(tx); err != nil {
		return err
	}
	p.Owner, p.OwnerAt = r.Typo(p.Owner), "/annuaire/"+a.ElementID
	if a.GroupID != "" {
		p.OwnerAt = groupHref(a.GroupID)
	}
	if a.AfterID != "" {
		p.First = assemblyPath + "/" + a.AfterID
	}
	if !a.ConvenedAt.IsZero() {
		p.Convened = r.T("assembly.convened", "when", r.WholeTime(a.ConvenedAt))
		if a.Late > 0 {
			p.Convened += " " + r.T("assembly.was_late", "n", a.Late, "days", a.Notice)
		}
	}
	if lacks, first := a.Lacks(r.now); a.State == assembly.Draft && lacks > 0 {
		key := "assembly.late_warned"
		if a.Strict {
			key = "assembly.late_strict"
		}
		p.Caution = append(p.Caution, noticeView{Kind: "attention", Text: r.T(key, "days", a.Notice, "first", r.wholeDay(first))})
	}
	if p.Keeps {
		p.Recalls, err = a.MayRecall(tx)
	}
	return err
}

// assemblySaid is what the statutes want, in words.
func (s *speech) assemblySaid(a *assembly.Assembly, roll int) []voteSaid {
	notice := s.T("assembly.said.notice_words", "n", a.Notice)
	if a.Strict {
		notice += " " + s.T("assembly.said.strict")
	}
	proxies := s.T("assembly.said.proxies_none")
	if a.Proxies > 0 {
		proxies = s.T("assembly.said.proxies_words", "n", a.Proxies)
	}
	lines := []voteSaid{
		{s.T("assembly.said.notice"), notice},
		{s.T("assembly.said.proxies"), proxies},
		{s.T("assembly.said.quorum"), s.assemblyShare(a.Quorum, roll)},
	}
	lines = append(lines, voteSaid{s.T("assembly.said.hands"), s.T("assembly.said.hands_words")})
	if a.Quorum.Den > 0 {
		lines = append(lines, voteSaid{
			s.T("assembly.said.again"), s.assemblyShare(a.Again, roll) + " " + s.T("assembly.said.again_notice", "n", a.AgainNotice),
		})
	}
	return lines
}

func (s *speech) assemblyShare(q assembly.Share, roll int) string {
	if q.Den == 0 {
		return s.T("assembly.said.quorum_none")
	}
	return s.T("assembly.said.quorum_words", "share", capital(s.shareWords(q.Num, q.Den, q.AtLeast)), "n", q.Of(roll))
}

// assemblyVoices says who is there and represented, and whether that is the
// quorum.
func (s *speech) assemblyVoices(present, represented, needed int) (c assemblyCount) {
	c.Voices = s.T("assembly.present", "n", present) + ", " + s.T("assembly.represented", "n", represented)
	c.Reached = present+represented >= needed
	switch {
	case needed == 0:
	case c.Reached:
		c.Quorum = s.T("assembly.quorum_yes", "n", needed)
	default:
		c.Quorum = s.T("assembly.quorum_no", "n", needed, "lacks", needed-present-represented)
	}
	return c
}

// assemblyRoll fills in the roll, the proxies and the quorum as they stand.
func (r *request) assemblyRoll(tx *store.Tx, p *assemblyPage) error {
	a := &p.Assembly
	roll, err := a.Roll(tx)
	if err != nil {
		return err
	}
	named, err := a.Named(tx)
	if err != nil {
		return err
	}
	s, err := a.Standing(tx)
	if err != nil {
		return err
	}
	if p.Seat, err = a.Seat(tx); err != nil {
		return err
	}
	p.Count, p.Quorum, p.Said = s.Roll, r.assemblyVoices(s.Present, s.Represented, s.Needed), r.assemblySaid(a, s.Roll)
	if a.State == assembly.Closed {
		p.Quorum = r.assemblyVoices(a.Present, a.Represented, s.Needed)
	}
	gave, names := map[string]assembly.Held{}, map[string]string{}
	for _, h := range s.Proxies {
		if !h.Came {
			gave[h.Giver] = h
		}
	}
	for _, seat := range roll {
		if seat.Name == "" {
			seat.Name = r.T("vote.left")
		}
		names[seat.ID] = seat.Name
		if !p.Keeps && !named(seat.AccountID) {
			continue
		}
		r.assemblySeat(p, seat, gave)
	}
	for _, h := range s.Proxies {
		if p.Keeps {
			p.Proxies = append(p.Proxies, r.assemblyProxy(&h, names, a.State == assembly.Convened))
		} else if h.Holder == p.Seat && !h.Came { // who gives a proxy names themselves to its holder
			p.Proxies = append(p.Proxies, r.assemblyProxy(&h, names, a.State == assembly.Convened))
		}
		if h.Giver == p.Seat && !h.Came {
			p.MyProxy = names[h.Holder]
		}
	}
	return nil
}

// assemblySeat puts somebody into the lists they belong to.
func (r *request) assemblySeat(p *assemblyPage, seat assembly.Seat, gave map[string]assembly.Held) {
	v, c := assemblySeat{Seat: seat, Word: r.T("assembly.absent")}, choice{Value: seat.ID, Label: seat.Name}
	held, ok := gave[seat.ID]
	switch {
	case seat.There:
		v.Word = r.T("assembly.there")
	case ok && held.Worth == tally.ProxyCounts:
		v.Word = r.T("assembly.stood_for")
	case !seat.LeftAt.IsZero():
		v.Word = r.T("assembly.went", "hour", r.Hour(seat.LeftAt))
	}
	p.Roll = append(p.Roll, v)
	if !seat.There {
		p.Absent = append(p.Absent, c)
		if !ok {
			p.Givers = append(p.Givers, c)
		}
	}
	if p.Keeps || seat.ID != p.Seat {
		p.Holders = append(p.Holders, c)
	}
}

// assemblyProxy says what a proxy is worth; nothing yet where people are only
// convened.
func (r *request) assemblyProxy(h *assembly.Held, names map[string]string, convened bool) assemblyProxy {
	v := assemblyProxy{Giver: h.Giver, From: names[h.Giver], To: names[h.Holder], Counts: h.Worth == tally.ProxyCounts, Over: h.Came}
	switch {
	case convened:
		v.Word = r.T("assembly.proxy.waits", "name", v.To)
	case v.Counts:
		v.Word = r.T("assembly.proxy.counts")
	case h.Worth == tally.ProxyCameSelf:
		v.Word = r.T("assembly.proxy.came", "name", v.From)
	default:
		v.Word = r.T("assembly.proxy.no_voice", "name", v.To)
	}
	return v
}

// assemblyItems fills in the order of the day.
func (r *request) assemblyItems(tx *store.Tx, p *assemblyPage) error {
	items, err := p.Assembly.Items(tx)
	if err != nil {
		return err
	}
	needed := p.Assembly.Quorum.Of(p.Count)
	for _, i := range items {
		v := assemblyItem{Item: i, Title: r.Typo(i.Title), Text: r.Typo(i.Said), Word: r.T("assembly.item." + string(i.State))}
		if i.Threshold != assembly.MoreThanHalf {
			v.Needs = r.assemblyNeeds(i.Threshold)
		}
		if i.State == assembly.Done {
			v.Count = r.assemblyVoices(i.Present, i.Represented, needed)
			if i.Hands {
				if v.Hands, v.Result, err = r.assemblyHands(&i, p.Count, p.Assembly.Quorum); err != nil {
					return err
				}
			}
		}
		if v.Decision, err = r.assemblyDecision(tx, i.ProposalID); err != nil {
			return err
		}
		p.Items = append(p.Items, v)
	}
	if !p.Keeps {
		return nil
	}
	list, err := p.Assembly.Decisions(tx)
	p.Decisions = []choice{{Value: "", Label: r.T("assembly.item.no_decision")}}
	for i := range list {
		p.Decisions = append(p.Decisions, choice{Value: list[i].ID, Label: r.Typo(list[i].Title)})
	}
	return err
}

// assemblyNeeds says what share of the voices adopts an item by a show of hands.
func (s *speech) assemblyNeeds(t assembly.Threshold) string {
	return s.T("assembly.hands.needs", "share", s.shareWords(t.Num, t.Den, t.AtLeast), "of", s.T("assembly.of."+string(t.Of)))
}

// assemblyHands says what a show of hands came to. Without quorum it is without
// effect, and never a refusal (DE-3).
func (s *speech) assemblyHands(i *assembly.Item, roll int, quorum assembly.Share) (counts, result string, err error) {
	res, err := i.Count(roll, quorum)
	if err != nil {
		return "", "", err
	}
	counts = s.T("assembly.hands.counts", "for", i.Pro, "against", i.Contra, "abstained", i.Abstained)
	switch res.Outcome {
	case tally.NoQuorum:
		result = s.T("assembly.hands.void")
	case tally.Adopted:
		result = s.T("assembly.hands.adopted", "n", i.Pro, "needed", res.Needed)
	case tally.Refused:
		result = s.T("assembly.hands.refused", "n", i.Pro, "needed", res.Needed)
	default:
		result = s.T("assembly.hands.nobody")
	}
	return counts, result, nil
}

// assemblyDecision reads the decision of an item.
func (r *request) assemblyDecision(tx *store.Tx, id string) (*assemblyDecision, error) {
	if id == "" {
		return nil, nil
	}
	v, err := vote.Get(tx, id)
	if store.KindOf(err) == store.NotFound {
		return &assemblyDecision{Title: r.T("assembly.item.decision_gone")}, nil
	}
	if err != nil {
		return nil, err
	}
	d := &assemblyDecision{Href: votePath + "/" + v.ID, Title: r.Typo(v.Title), State: r.T("vote.state." + string(v.State))}
	if v.State != vote.Closed {
		return d, nil
	}
	rounds, err := v.Results(tx)
	if err == nil && len(rounds) > 0 {
		res := r.voteResult(&rounds[len(rounds)-1])
		d.Result = strings.Join(append([]string{res.Sentence}, res.Numbers...), " · ")
	}
	return d, err
}

// voteWards fills in for whom the reader may vote at a meeting now.
func (r *request) voteWards(tx *store.Tx, p *votePage) (err error) {
	if !p.Vote.Over(r.now) {
		p.Wards, err = assembly.Wards(tx, &p.Vote)
	}
	return err
}

// ItemForm is the form of an item as it is taken up: what is written of it so
// far, unless it is the one that was typed.
func (p *assemblyPage) ItemForm(i assemblyItem) *form {
	if p.Form.text("item") == i.ID {
		return p.Form
	}
	f := &form{speech: p.Form.speech, values: map[string][]string{}}
	f.values.Set("said", i.Said)
	f.values.Set("proposal", i.ProposalID)
	f.values.Set("share", shareName(i.Num, i.Den, i.AtLeast))
	f.values.Set("share_other", strconv.Itoa(i.Num)+"/"+strconv.Itoa(i.Den))
	f.values.Set("of", string(i.Of))
	if i.Item.Hands {
		f.values.Set("hands", "1")
		f.values.Set("pro", strconv.Itoa(i.Pro))
		f.values.Set("contra", strconv.Itoa(i.Contra))
		f.values.Set("abstained", strconv.Itoa(i.Abstained))
	}
	return f
}

// itemAct is an item with the page whose buttons it shows.
type itemAct struct {
	Page *assemblyPage
	Item assemblyItem
}

// Act is an item with its buttons.
func (p *assemblyPage) Act(i assemblyItem) itemAct { return itemAct{p, i} }

// Name is an item with its number.
func (i assemblyItem) Name() string { return strconv.Itoa(i.N) + ". " + i.Title }

// Line is a quorum in one line.
func (c assemblyCount) Line() string {
	if c.Quorum == "" {
		return c.Voices
	}
	return c.Voices + " · " + c.Quorum
}

// Line is a decision with how far it has come.
func (d *assemblyDecision) Line() string {
	if d.State == "" {
		return d.Title
	}
	return d.Title + " · " + d.State
}

// RollLine is somebody on the roll as the minutes say it.
func (p *assemblyPage) RollLine(s assemblySeat) string {
	line := p.T("assembly.minutes.seat", "name", s.Name, "word", s.Word)
	if to := p.HolderOf(s.ID); to != "" {
		line += " (" + to + ")"
	}
	return line
}

// Asks tells whether what a show of hands takes can still be written.
func (p *assemblyPage) Asks(i assemblyItem) bool { return p.Linkable() && i.State == assembly.Todo }

// Drops tells whether the meeting can be deleted now; DropsAt says when it can.
func (p *assemblyPage) Drops() bool {
	at, ok := p.Assembly.DropsAt()
	return ok && !p.now.Before(at)
}

// DropsAt is when a meeting that is over can be deleted, in words; empty once it
// can, and while it is not over.
func (p *assemblyPage) DropsAt() string {
	at, ok := p.Assembly.DropsAt()
	if !ok || !p.now.Before(at) {
		return ""
	}
	return p.T("assembly.drop_from", "day", p.Day(at))
}

// ShareChoices and OfChoices are what a show of hands can be asked for.
func (p *assemblyPage) ShareChoices() []choice {
	return p.speech().options("vote.share.", "half", "fifths", "two_thirds", "three_quarters", "all", "other")
}

func (p *assemblyPage) OfChoices() []choice {
	return p.speech().options("assembly.of.", "expressed", "voters", "roll")
}

// Linkable tells whether an item can still be given a decision.
func (p *assemblyPage) Linkable() bool {
	return p.Assembly.State != assembly.Closed && p.Assembly.State != assembly.Cancelled
}

// Present are those on the roll who are there.
func (p *assemblyPage) Present() (list []assemblySeat) {
	for _, s := range p.Roll {
		if s.There {
			list = append(list, s)
		}
	}
	return list
}

// HolderOf is the name of who holds somebody's proxy; empty without one.
func (p *assemblyPage) HolderOf(seat string) string {
	for _, x := range p.Proxies {
		if x.Giver == seat && !x.Over {
			return p.T("assembly.sheet.to", "name", x.To)
		}
	}
	return ""
}
