package ui

import (
	"cmp"
	"log/slog"
	"slices"
	"sync"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/group"
	"copi.local/store/message"
	"copi.local/store/mutualaid"
	"copi.local/store/petition"
	"copi.local/store/timebank"
	"copi.local/store/vote"
)

const todoPath = "/a-faire"

func (s *Server) todoRoutes() []route {
	return []route{{GET, todoPath, resident, s.todo}}
}

// duty finds what waits for the acting person in one module, as sentences with
// one button each. A page of somebody signed in counts them after each commit:
// a list is a few look-ups, and holds what the person can settle, not news.
type duty struct {
	path string // of the module: one that is switched off owes nothing; empty for what cannot be
	list func(*request, *store.Tx) ([]task, error)
}

// duties are in the order of the page, what is urgent before all: a module
// adds its line here.
var duties = []duty{
	{"", charterDuty},
	{votePath, voteDuty},
	{votePath, answerDuty},
	{votePath, assemblyDuty},
	{"/salles", bookingDuty},
	{"/heures", timebankDuty},
	{"/entraide", replyDuty},
	{"/entraide", turnDuty},
	{"/entraide", choreDuty},
	{"/petitions", petitionDuty},
	{"/groupes", groupDuty},
	{"/groupes", orphanDuty},
	{"/annuaire", memberDuty},
	{messagesPath, questionDuty},
	{"", moderationDuty},
}

// todo lists what waits for the acting person.
func (s *Server) todo(r *request) error {
	p := &adminPage{page: r.page("todo.title")}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Tasks, err = r.dutiesOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	p.Todo = len(p.Tasks)
	return r.Render("core/todo", p)
}

// dutiesOf is what waits for the acting person, what is urgent first.
func (r *request) dutiesOf(tx *store.Tx) ([]task, error) {
	var all []task
	for _, d := range duties {
		if d.path != "" && r.isOff(d.path) {
			continue
		}
		list, err := d.list(r, tx)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortStableFunc(all, func(a, b task) int { return cmp.Compare(rankOf(a), rankOf(b)) })
	return all, nil
}

func rankOf(t task) int {
	if t.Urgent {
		return 0
	}
	return 1
}

// mostCounted bounds the accounts whose number of duties is kept.
const mostCounted = 500

// dutyCounts is how much waits for each account as of one version of the
// database.
type dutyCounts struct {
	mu      sync.Mutex // guards both
	version uint64
	n       map[string]int // nil at first
}

// of is what was counted for an account as of a version.
func (c *dutyCounts) of(account string, version uint64) (n int, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version != version {
		return 0, false
	}
	n, known = c.n[account]
	return n, known
}

// keep notes a count; those as of an older version, or too many, are forgotten.
func (c *dutyCounts) keep(account string, version uint64, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if version < c.version {
		return
	}
	if c.n == nil || c.version != version || len(c.n) >= mostCounted {
		c.version, c.n = version, map[string]int{}
	}
	c.n[account] = n
}

// duties is how much waits for the acting person; 0 for a visitor. It is
// counted again after a commit only.
func (r *request) duties() int {
	if r.actor.ID == "" || !r.s.has(todoPath) {
		return 0
	}
	version := r.s.db.Version(r.context())
	n, known := r.s.todos.of(r.actor.ID, version)
	if known {
		return n
	}
	err := r.View(func(tx *store.Tx) error {
		list, err := r.dutiesOf(tx)
		n = len(list)
		return err
	})
	if err != nil { // the page itself is not to blame
		r.log.Debug("duties not counted", slog.Any("error", err))
		return 0
	}
	r.s.todos.keep(r.actor.ID, version, n)
	return n
}

// charterDuty is a charter to accept again.
func charterDuty(r *request, _ *store.Tx) ([]task, error) {
	due := r.me.Standing.CharterDue
	if due.IsZero() {
		return nil, nil
	}
	t := task{Text: r.T("todo.charter", "day", r.Day(due.Add(-1))), Action: r.T("todo.charter_go"), Href: acceptPath}
	if !r.now.Before(due) {
		t.Text, t.Urgent = r.T("todo.charter_late"), true
	}
	return []task{t}, nil
}

// voteDuty are the votes the person is on the roll of and has not voted in, and
// those of theirs that wait for a lot or a choice.
func voteDuty(r *request, tx *store.Tx) ([]task, error) {
	open, err := vote.Waiting(tx)
	var list []task
	for i := range open {
		list = append(list, task{Text: r.T("todo.vote", "title", r.Typo(open[i].Title)), Action: r.T("todo.vote_go"), Href: votePath + "/" + open[i].ID})
	}
	if err != nil {
		return nil, err
	}
	typing, err := vote.TypingWaits(tx)
	for i := range typing {
		list = append(list, task{Text: r.T("todo.paper", "title", r.Typo(typing[i].Title)), Action: r.T("todo.paper_go"), Href: votePath + "/" + typing[i].ID + "/depouillement", Urgent: true})
	}
	if err != nil {
		return nil, err
	}
	settle, err := vote.ToSettle(tx)
	for i := range settle {
		text, action := "todo.vote_settle", "todo.vote_settle_go"
		if settle[i].Pending() {
			text, action = "todo.vote_election", "todo.vote_election_go"
		}
		list = append(list, task{Text: r.T(text, "title", r.Typo(settle[i].Title)), Action: r.T(action), Href: votePath + "/" + settle[i].ID})
	}
	return list, err
}

// bookingDuty are the requests for rooms and goods one answers for.
func bookingDuty(r *request, tx *store.Tx) ([]task, error) {
	_, n, err := r.answersFor(tx)
	return r.several(n, "booking.chore", "booking.answer", "/salles/demandes"), err
}

// several is one sentence for several things, or none for none.
func (r *request) several(n int, key, action, href string) []task {
	if n == 0 {
		return nil
	}
	return []task{{Text: r.T(key, "n", n), Action: r.T(action), Href: href}}
}

// timebankDuty are the hours somebody asks for.
func timebankDuty(r *request, tx *store.Tx) ([]task, error) {
	mine, err := timebank.Mine(tx)
	if err != nil {
		return nil, err
	}
	var list []task
	for i := range mine {
		in, _, err := timebank.Requests(tx, mine[i].Number)
		if err != nil {
			return nil, err
		}
		for j := range in {
			list = append(list, task{
				Text: r.T("todo.pay", "minutes", timebank.Minutes(in[j].Minutes), "text", r.Typo(in[j].Text)), Action: r.T("todo.answer"), Href: "/heures/demandes/" + in[j].ID,
			})
		}
	}
	return list, nil
}

// inCharge are the things of a module that stand in the name of the
// organisations the acting person administers.
func inCharge(tx *store.Tx, module string) (ids []string, err error) {
	elements, err := directory.InCharge(tx)
	for i := range elements {
		if err != nil {
			break
		}
		var more []string
		more, err = directory.Things(tx, elements[i].ID, directory.Organiser, module)
		ids = append(ids, more...)
	}
	return ids, err
}

// replyDuty are the favours somebody replied to, of the person and of their
// organisations.
func replyDuty(r *request, tx *store.Tx) ([]task, error) {
	favours, err := mutualaid.Of(tx, petitionLines)
	if err != nil {
		return nil, err
	}
	ids, err := inCharge(tx, mutualaid.Module)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		f, err := mutualaid.Own(tx, id)
		if store.KindOf(err) == store.NotFound { // a roster or a chore
			continue
		}
		if err != nil {
			return nil, err
		}
		if f.AuthorID != r.actor.ID {
			favours = append(favours, f)
		}
	}
	var list []task
	for i := range favours {
		f := &favours[i]
		if !f.IsOpen() {
			continue
		}
		n, err := f.Waiting(tx)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			list = append(list, task{Text: r.T("todo.replies", "n", n, "title", r.Typo(f.Title)), Action: r.T("todo.choose"), Href: "/entraide/" + f.ID + "/reponses"})
		}
	}
	return list, nil
}

// turnDuty are the turns of a roster somebody proposes to hand over.
func turnDuty(r *request, tx *store.Tx) ([]task, error) {
	_, proposed, err := mutualaid.MyTurns(tx)
	var list []task
	for i := range proposed {
		list = append(list, task{
			Text: r.T("todo.turn", "day", r.Day(proposed[i].At)), Action: r.T("todo.answer"), Href: rostersPath + "/" + proposed[i].RosterID,
		})
	}
	return list, err
}

// choreDuty are the chores the person took on.
func choreDuty(r *request, tx *store.Tx) ([]task, error) {
	board, err := mutualaid.Board(tx, false)
	var list []task
	for i := range board {
		if c := &board[i]; c.Has(r.actor.ID) {
			list = append(list, task{Text: r.T("todo.chore", "title", r.Typo(c.Title)), Action: r.T("todo.see"), Href: choresPath + "/" + c.ID, Urgent: c.Late(r.now)})
		}
	}
	return list, err
}

// petitionDuty are the petitions to hand over.
func petitionDuty(r *request, tx *store.Tx) ([]task, error) {
	mine, err := petitionsOf(tx)
	var list []task
	for i := range mine {
		if p := &mine[i]; p.State == petition.Over {
			list = append(list, task{Text: r.T("todo.petition", "title", r.Typo(p.Title)), Action: r.T("todo.see"), Href: thingHref(p.Ref())})
		}
	}
	return list, err
}

// memberDuty are the people who ask to join an organisation the person
// administers, and the partnerships others propose to it.
func memberDuty(r *request, tx *store.Tx) ([]task, error) {
	elements, err := directory.InCharge(tx)
	if err != nil {
		return nil, err
	}
	var list []task
	for i := range elements {
		e := &elements[i]
		roster, err := directory.RosterOf(tx, e)
		if err != nil {
			return nil, err
		}
		if n := len(roster.Asking); n > 0 {
			list = append(list, task{Text: r.T("todo.member", "n", n, "name", r.Typo(e.Name)), Action: r.T("todo.answer"), Href: elementHref(e.ID) + "/gerer"})
		}
		partners, err := directory.Partners(tx, e.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range partners {
			if p.Theirs && !p.Confirmed {
				list = append(list, task{Text: r.T("todo.partner", "name", r.Typo(p.Element.Name), "of", r.Typo(e.Name)), Action: r.T("todo.answer"), Href: elementHref(e.ID)})
			}
		}
	}
	return list, nil
}

// questionDuty are the questions to the town hall and others who speak
// officially that nobody has answered.
func questionDuty(r *request, tx *store.Tx) ([]task, error) {
	threads, err := message.Questions(tx, petitionLines)
	if err != nil {
		return nil, err
	}
	var list []task
	for i := range threads {
		t := &threads[i]
		desk, err := r.partyName(tx, t.As())
		if err != nil {
			return nil, err
		}
		from, err := r.otherName(tx, t)
		if err != nil {
			return nil, err
		}
		list = append(list, task{Text: r.T("todo.question", "name", from, "to", desk), Action: r.T("todo.answer"), Href: threadHref(t.ID)})
	}
	return list, nil
}

// groupDuty are invitations, and the people who wait at groups the person
// keeps.
func groupDuty(r *request, tx *store.Tx) ([]task, error) {
	invited, err := group.InvitedTo(tx)
	if err != nil {
		return nil, err
	}
	var list []task
	for i := range invited {
		list = append(list, task{
			Text: r.T("todo.invited", "name", r.Typo(invited[i].Group.Name)), Action: r.T("todo.answer"), Href: "/groupes/invitations/" + invited[i].ID,
		})
	}
	members, err := group.Memberships(tx)
	for i := range members {
		if n := members[i].Waiting; n > 0 {
			g := &members[i].Group
			list = append(list, task{Text: r.T("todo.member", "n", n, "name", r.Typo(g.Name)), Action: r.T("todo.answer"), Href: "/groupes/" + g.ID + "/gerer"})
		}
	}
	return list, err
}

// orphanDuty are the groups nobody has kept for a while, which an operator may
// keep.
func orphanDuty(r *request, tx *store.Tx) ([]task, error) {
	if !r.actor.Can(store.Operator) {
		return nil, nil
	}
	orphans, err := group.Orphans(tx)
	var list []task
	for i := range orphans {
		g := &orphans[i]
		may, err := g.MayTake(tx)
		if err != nil {
			return nil, err
		}
		if may {
			list = append(list, task{Text: r.T("todo.orphan", "name", r.Typo(g.Name), "day", r.Day(g.OrphanAt)), Action: r.T("todo.see"), Href: "/groupes/" + g.ID})
		}
	}
	return list, err
}

// moderationDuty is what moderators owe.
func moderationDuty(r *request, tx *store.Tx) ([]task, error) {
	if !r.actor.Can(store.Moderator) {
		return nil, nil
	}
	n, err := moderatorsLoad(tx)
	return r.several(n, "moderation.waiting", "moderation.see", "/moderation"), err
}
