package ui

import (
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// topicsPath is what groups talk about; below postPath are single posts, of
// whatever.
const (
	topicsPath = "/sujets"
	postPath   = topicsPath + "/message"
)

func (s *Server) discussionRoutes() []route {
	return []route{
		{GET, "/groupes/:id/sujets/:sujet", public, s.topicInGroup},
		{GET, "/sujets/groupe/:id", public, s.topics},
		{GET, "/sujets/groupe/:id/nouveau", owner, s.topicNew},
		{POST, "/sujets/groupe/:id/nouveau", owner, s.topicBegin},
		{GET, "/sujets/:id", public, s.topic},
		{POST, "/sujets/:id", owner, s.topicReply},
		{GET, "/sujets/:id/fil.atom", public, s.topicFeed},
		{GET, "/sujets/:id/gerer", owner, s.topicKeepForm},
		{POST, "/sujets/:id/gerer", owner, s.topicKeep},
		{GET, "/sujets/message/:id/modifier", owner, s.postEditForm},
		{POST, "/sujets/message/:id/modifier", owner, s.postEdit},
		{GET, "/sujets/message/:id/retirer", owner, s.postTakeForm},
		{POST, "/sujets/message/:id/retirer", owner, s.postTake},
		{GET, "/sujets/message/:id/avant", owner, s.postHistory},
		{POST, "/sujets/message/:id/choisir", owner, s.postPick},
		{GET, "/sujets/message/:id", public, s.post},
		{GET, "/sujets/message/:id/masquer", owner, s.postHideForm},
		{POST, "/sujets/message/:id/masquer", owner, s.postHide},
		{GET, "/nouveautes", resident, s.since},
		{POST, "/nouveautes", resident, s.sinceRead},
	}
}

// How much one page shows.
const (
	topicsShown  = 30
	topicsAround = 5 // on the page of a group
	postsShown   = 40
)

// topicsPage is the list of a group's topics, or what is new since somebody
// looked.
type topicsPage struct {
	page
	Group  wordLink
	New    string // address of the form; empty for who may not begin one
	Topics []cardView
	Count  string
	Pager  pagerView
	Empty  *noticeView

	// Of what is new.
	Lead  string
	More  string // of the topics not listed, in words
	Parts []sincePart
}

// topicTitle is a title, also of who left and took it along. Nobody reads a
// telephone number in one.
func (s *speech) topicTitle(title string) string {
	if title == "" {
		return s.T("discussion.untitled")
	}
	return s.Typo(discussion.Open(title))
}

// topicCard is a topic for a list; its link leads to what is not read yet.
func (s *speech) topicCard(t *discussion.Topic, level int) cardView {
	v := cardView{Href: topicHref(t.ID, t.New), Title: s.topicTitle(t.Title), Level: level, Subject: s.subjectOf(listing.KindTopic)}
	last := s.T("discussion.last", "when", s.Ago(t.LastAt))
	if t.Sort == discussion.Announcement {
		v.Subject.Icon, v.Subject.Word, last = "megaphone", s.T("discussion.announcement"), s.Ago(t.LastAt)
	} else {
		last = s.T("discussion.replies", "n", t.Posts-1) + " · " + last
	}
	v.More = last
	flags := s.topicFlags(t)
	if t.Unread > 0 {
		flags = append(flags, s.T("discussion.unread", "n", t.Unread))
	}
	v.Flag = strings.Join(flags, " · ")
	return v
}

// topicFlags say what is special about a topic.
func (s *speech) topicFlags(t *discussion.Topic) (flags []string) {
	if t.Pinned {
		flags = append(flags, s.T("discussion.flag.pinned"))
	}
	if t.Closed() {
		flags = append(flags, s.T("discussion.flag.closed"))
	}
	return flags
}

// topicHref is the page of a topic on which a post stands; 0 is the first page.
func topicHref(id string, n int) string { return postHref(topicsPath+"/"+id, n) }

// postHref is the page, of those at href, on which a post stands.
func postHref(href string, n int) string {
	if page := postPage(n); page > 1 {
		href += "?page=" + strconv.Itoa(page)
	}
	if n > 0 {
		href += "#m" + strconv.Itoa(n)
	}
	return href
}

// postPage is the number of the page a post stands on.
func postPage(n int) int { return max(1, (n+postsShown-1)/postsShown) }

// topics lists what a group talks about.
func (s *Server) topics(r *request) error {
	f := r.queryForm()
	skip := max(0, f.int("a_partir"))
	if !f.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("a_partir")}
	}
	p := &topicsPage{page: r.page("discussion.title")}
	p.Section = "groupes"
	id := r.Param("id")
	here := topicsPath + "/groupe/" + id
	err := r.View(func(tx *store.Tx) error {
		at, err := discussion.PlaceOf(tx, id)
		if err != nil {
			return err
		}
		p.Group = wordLink{"/groupes/" + id, r.Typo(at.Name)}
		if at.Writes {
			p.New = here + "/nouveau"
		}
		n, err := discussion.Count(tx, id)
		if err != nil {
			return err
		}
		p.Count = r.T("discussion.count", "n", n)
		p.Topics, err = r.topicCards(tx, id, skip, topicsShown, 2)
		if err == nil && n > skip+topicsShown {
			p.Pager.After, p.Pager.AfterWord = here+"?a_partir="+strconv.Itoa(skip+topicsShown), r.T("discussion.older")
		}
		return err
	})
	if err != nil {
		return err
	}
	if skip > 0 {
		p.Pager.Before, p.Pager.BeforeWord = here, r.T("discussion.latest")
	}
	if len(p.Topics) == 0 {
		p.Empty = &noticeView{Text: r.T("discussion.none"), Href: p.New, Action: r.T("discussion.new.title")}
	}
	return r.Render("discussion/list", p)
}

func (r *request) topicCards(tx *store.Tx, group string, skip, limit, level int) ([]cardView, error) {
	list, err := discussion.InGroup(tx, group, skip, limit)
	cards := make([]cardView, len(list))
	for i := range list {
		cards[i] = r.topicCard(&list[i], level)
	}
	return cards, err
}

// groupTopics is what a group talks about, on its page.
func (r *request) groupTopics(tx *store.Tx, p *groupPage) (v groupSection, err error) {
	if r.isOff(topicsPath) {
		return v, nil
	}
	at, err := discussion.PlaceOf(tx, p.Group.ID)
	if err != nil {
		return v, notFoundIsNil(err)
	}
	here := topicsPath + "/groupe/" + p.Group.ID
	v = groupSection{Title: r.T("discussion.title"), None: r.T("discussion.none")}
	if v.Cards, err = r.topicCards(tx, p.Group.ID, 0, topicsAround, 3); err != nil {
		return v, err
	}
	if at.Writes {
		v.Actions = append(v.Actions, door{here + "/nouveau", "plus", r.T("discussion.new.title"), ""})
	}
	if len(v.Cards) > 0 {
		v.Actions = append(v.Actions, door{here, "scroll-text", r.T("discussion.all"), ""})
	}
	return v, nil
}

// topicInGroup is the address of a topic as one of a group: it leads to the
// topic wherever it was moved, those who may read it there (FO-7).
func (s *Server) topicInGroup(r *request) error {
	err := r.View(func(tx *store.Tx) error {
		_, err := discussion.Get(tx, r.Param("sujet"))
		return err
	})
	if err != nil {
		return err
	}
	return r.Redirect(topicsPath+"/"+r.Param("sujet"), "")
}

// topicPage is one topic, or a step taken from it: beginning it, keeping it,
// changing, taking away, reporting or hiding one of its posts.
type topicPage struct {
	page
	Form     *form
	Topic    discussion.Topic
	Tab      subject
	Group    wordLink
	Flags    []string
	Hidden   *noticeView // why a moderator hid it
	Posts    []postView
	Count    string
	Pager    pagerView
	Pages    []wordLink // to the first and the last page; empty for one
	Code     string
	Address  string
	Back     string // of a step: where it was taken
	Action   string
	Audience string
	Follow   *followView
	Feed     string
	Quoting  *citedView
	Why      string // why nothing can be written
	Pause    string // that one waits between two messages
	SignIn   string
	Ask      wordLink   // where to ask instead (FO-5)
	Closing  string     // what who answers for the thing can do to its comments: "close", "open"
	Voice    string     // what an operator can do to an element: "official", "unofficial"
	Names    string     // whom one may name, in words
	Sorts    []choice   // of a new topic; nil without a choice
	Groups   []choice   // into which it may be moved
	Reasons  []choice   // of a report or a hiding
	Before   []saidView // what a post said
}

// topic shows one topic.
func (s *Server) topic(r *request) error { return s.showTopic(r, r.Param("id")) }

func (s *Server) showTopic(r *request, id string) error {
	q := r.queryForm()
	number, quoting := q.int("page"), q.int("repondre")
	if !q.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("page")}
	}
	if quoting > 0 && number == 0 {
		number = postPage(quoting)
	}
	p, err := r.topicPage(id, max(1, number), quoting, r.emptyForm())
	if err != nil {
		return err
	}
	if n := len(p.Posts); n > 0 && p.Topic.Member {
		if err := r.markTopic(p, p.Posts[n-1].N); err != nil {
			return err
		}
	}
	if p.Feed != "" {
		p.Alternates = append(p.Alternates, alternate{"application/atom+xml", p.Feed})
	}
	return r.Render("discussion/topic", p)
}

// markTopic notes how far the reader has come, when that is further than
// before.
func (r *request) markTopic(p *topicPage, n int) error {
	if n <= p.Topic.Read {
		return nil
	}
	return r.Update(func(tx *store.Tx) error {
		if err := p.Topic.MarkRead(tx, n); err != nil {
			return err
		}
		for _, key := range discussion.Told {
			if err := notify.Settle(tx, r.actor.ID, p.Topic.Ref(), key); err != nil {
				return err
			}
		}
		var err error
		p.Unread, err = notify.Unread(tx, r.actor.ID)
		return err
	})
}

// topicPage reads a page of a topic; quoting is the number of the post a reply
// is being written to, 0 for none.
func (r *request) topicPage(id string, number, quoting int, f *form) (*topicPage, error) {
	p := &topicPage{page: r.page(""), Form: f}
	p.Section = "groupes"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Topic, err = discussion.Get(tx, id); err != nil {
			return err
		}
		last := postPage(p.Topic.Posts)
		if number > last {
			return store.E(store.NotFound, "err.not_found")
		}
		from := (number-1)*postsShown + 1
		if p.Posts, err = r.postViews(tx, &p.Topic, p.Topic.Ref(), from, from+postsShown-1); err != nil {
			return err
		}
		if err := r.topicAround(tx, p); err != nil {
			return err
		}
		if quoting > 0 && p.Topic.Takes() {
			p.Quoting, err = r.quote(tx, p.Topic.Ref(), quoting)
			f.values.Set("quoted", strconv.Itoa(quoting))
		}
		r.topicPager(p, number, last)
		p.Names = namesIn(p.Posts)
		return err
	})
	return p, err
}

// topicAround looks up what stands around the posts.
func (r *request) topicAround(tx *store.Tx, p *topicPage) error {
	t := &p.Topic
	p.Title, p.Tab, p.Flags = r.topicTitle(t.Title), r.subjectOf(listing.KindTopic), r.topicFlags(t)
	if t.Sort == discussion.Announcement {
		p.Flags = append(p.Flags, strings.ToUpper(r.T("discussion.announcement")))
	}
	p.Group = wordLink{"/groupes/" + t.Group, r.Typo(t.GroupName)}
	p.Count = r.T("discussion.replies", "n", t.Posts-1)
	p.Action = topicsPath + "/" + t.ID
	reading, err := listing.Reading(tx, t.Group)
	if err != nil {
		return err
	}
	p.Audience = r.topicAudience(reading, p.Group.Word)
	if c, err := listing.ByRef(tx, t.Ref()); err == nil && !c.Hidden {
		p.Code = c.Code
		if p.Follow, err = r.follow(tx, notify.Card, c.Ref.ID, c.Title); err != nil {
			return err
		}
		if p.Code != "" {
			p.Address = r.Request().Host + "/" + p.Code
		}
		if reading == listing.Public {
			p.Feed = p.Action + "/fil.atom"
		}
	}
	if p.Hidden, err = r.hiddenNotice(tx, t.Ref()); err != nil {
		return err
	}
	switch {
	case t.Sort == discussion.Announcement:
		p.Why = r.T("discussion.why.announcement")
	case t.Closed():
		p.Why = r.T("discussion.why.closed", "day", r.Day(t.ClosedAt))
	case r.actor.ID == "":
		p.Why, p.SignIn = r.T("discussion.why.sign_in"), r.signInHere()
	case !t.Member:
		p.Why = r.T("discussion.why.member")
	default:
		pause, err := group.PauseOf(tx, t.Group)
		if pause > 0 {
			p.Pause = r.T("discussion.pause", "time", r.T("group.pause."+strconv.Itoa(int(pause/time.Minute))))
		}
		return err
	}
	return nil
}

// topicAudience says who reads what is said in a group.
func (s *speech) topicAudience(reading listing.Audience, group string) string {
	if reading == listing.Group {
		return s.T("discussion.audience", "group", group)
	}
	return s.audience(reading)
}

// topicPager leads through the pages of a topic.
func (r *request) topicPager(p *topicPage, number, last int) {
	at := func(page int) string {
		if page == 1 {
			return p.Action
		}
		return p.Action + "?page=" + strconv.Itoa(page)
	}
	if number > 1 {
		p.Pager.Before, p.Pager.BeforeWord = at(number-1), r.T("discussion.page.before", "n", number-1, "of", last)
	}
	if number < last {
		p.Pager.After, p.Pager.AfterWord = at(number+1), r.T("discussion.page.after", "n", number+1, "of", last)
	}
	if last > 2 {
		p.Pages = []wordLink{{at(1), r.T("discussion.page.first")}, {at(last), r.T("discussion.page.last")}}
	}
}
