package ui

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/message"
)

// messagesPath is what somebody wrote and was written.
const messagesPath = "/messages"

func (s *Server) messageRoutes() []route {
	return []route{
		{GET, messagesPath, resident, s.messages},
		{GET, "/messages/bloques", resident, s.messageBlocks},
		{POST, "/messages/bloques", resident, s.messageUnblock},
		{GET, "/messages/nouveau/:module/:id", resident, s.messageNew},
		{POST, "/messages/nouveau/:module/:id", resident, s.messageOpen},
		{GET, "/messages/:id", owner, s.messageThread},
		{POST, "/messages/:id", owner, s.messageWrite},
		{GET, "/messages/:id/supprimer", owner, s.messageDeleteForm},
		{POST, "/messages/:id/supprimer", owner, s.messageDelete},
		{GET, "/messages/:id/bloquer", owner, s.messageBlockForm},
		{POST, "/messages/:id/bloquer", owner, s.messageBlock},
		{GET, "/messages/:id/signaler/:n", owner, s.messageReportForm},
		{POST, "/messages/:id/signaler/:n", owner, s.messageReport},
		{GET, "/moderation/message/:id", moderator, s.messageReported},
		{POST, "/moderation/message/:id", moderator, s.messageDecide},
	}
}

// How much one page shows.
const (
	threadsShown  = 30
	messagesShown = 40
	extractLength = 90 // of a thread's last message, in characters
)

// messagesPage is the list of somebody's threads, or of whom they block.
type messagesPage struct {
	page
	Threads []threadLine
	Blocked []blockedLine
	Pager   pagerView
}

// threadLine is one thread in the list.
type threadLine struct {
	ID      string
	With    string
	Title   string // of the thing
	For     string // the organisation it is read for; empty for oneself
	Extract string // of the last message
	At      time.Time
	Unread  int
}

// messages lists the threads, the latest first.
func (s *Server) messages(r *request) error {
	f := r.queryForm()
	skip := max(0, f.int("a_partir"))
	if !f.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("a_partir")}
	}
	p := &messagesPage{page: r.page("message.title")}
	err := r.View(func(tx *store.Tx) error {
		list, err := message.Mine(tx, skip, threadsShown+1)
		if err != nil {
			return err
		}
		if len(list) > threadsShown {
			list = list[:threadsShown]
			p.Pager.After, p.Pager.AfterWord = messagesPath+"?a_partir="+strconv.Itoa(skip+threadsShown), r.T("message.older")
		}
		for i := range list {
			line, err := r.threadLine(tx, &list[i])
			if err != nil {
				return err
			}
			p.Threads = append(p.Threads, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if skip > 0 {
		p.Pager.Before, p.Pager.BeforeWord = messagesPath, r.T("message.latest")
	}
	return r.Render("message/list", p)
}

func (r *request) threadLine(tx *store.Tx, t *message.Thread) (threadLine, error) {
	line := threadLine{ID: t.ID, Title: r.threadTitle(t.Title), At: t.LastAt, Unread: t.Unread, Extract: r.Typo(extract(t.Last.Text))}
	if t.Last.Taken != "" {
		line.Extract = r.takenWords(t.Last.Taken)
	}
	var err error
	if line.With, err = r.otherName(tx, t); err == nil && t.As().Element != "" {
		line.For, err = r.partyName(tx, t.As())
	}
	return line, err
}

// extract is the beginning of a text.
func extract(text string) string {
	runes := []rune(text)
	if len(runes) <= extractLength {
		return text
	}
	return string(runes[:extractLength]) + "…"
}

// partyName is how a party is written, also one that has left.
func (r *request) partyName(tx *store.Tx, p message.Party) (string, error) {
	name, err := p.Name(tx)
	switch {
	case err != nil:
		return "", err
	case name != "":
		return r.Typo(name), nil
	case p.Element != "":
		return r.T("message.no_organisation"), nil
	default:
		return r.T("message.gone"), nil
	}
}

// threadTitle is what a thread is about; of somebody who left, nothing is said.
func (s *speech) threadTitle(title string) string {
	if title == "" {
		return s.T("message.untitled")
	}
	return s.Typo(title)
}
