package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/message"
	"copi.local/store/moderation"
)

// blockedLine is somebody the person, or an organisation of theirs, takes no
// messages from.
type blockedLine struct {
	message.Blocking
	Who, For string
}

// messageDeleteForm asks before a thread is thrown away.
func (s *Server) messageDeleteForm(r *request) error {
	return r.messageStep("message.delete.title", "message/delete", r.emptyForm(), nil)
}

// messageDelete throws it away.
func (s *Server) messageDelete(r *request) error {
	err := r.Update(func(tx *store.Tx) error { return message.Delete(tx, r.Param("id")) })
	if err != nil {
		return err
	}
	return r.Redirect(messagesPath, "message.deleted")
}

// messageStep is the page of a step taken from the thread of the address; err
// is what was wrong with its form.
func (r *request) messageStep(title, template string, f *form, err error) error {
	p, _, perr := r.messagePage(f, 0)
	if perr != nil {
		return perr
	}
	p.Title = r.T(title)
	if err == nil {
		return r.Render(template, p)
	}
	return r.messageAgain(f, err, template, p)
}

// messageBlockForm says what blocking does.
func (s *Server) messageBlockForm(r *request) error {
	return r.messageStep("message.block.title", "message/block", r.emptyForm(), nil)
}

// messageBlock blocks the other party.
func (s *Server) messageBlock(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return message.Block(tx, r.Param("id")) })
	if err != nil {
		return r.messageStep("message.block.title", "message/block", f, err)
	}
	return r.Redirect(messagesPath+"/bloques", "message.blocked")
}

// messageBlocks lists whom the person blocks.
func (s *Server) messageBlocks(r *request) error {
	p := &messagesPage{page: r.page("message.blocks.title")}
	err := r.View(func(tx *store.Tx) error {
		list, err := message.Blockings(tx)
		for _, b := range list {
			line := blockedLine{Blocking: b}
			if line.Who, err = r.partyName(tx, b.Of); err != nil {
				return err
			}
			if b.By.Element != "" {
				if line.For, err = r.partyName(tx, b.By); err != nil {
					return err
				}
			}
			p.Blocked = append(p.Blocked, line)
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("message/blocks", p)
}

// messageUnblock takes messages from somebody again.
func (s *Server) messageUnblock(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	by := message.Party{Account: r.actor.ID}
	if element := f.text("by_element"); element != "" {
		by = message.Party{Element: element}
	}
	of := message.Party{Account: f.text("account"), Element: f.text("element")}
	if err := r.Update(func(tx *store.Tx) error { return message.Unblock(tx, by, of) }); err != nil {
		return err
	}
	return r.Redirect(messagesPath+"/bloques", "message.unblocked")
}

// messageReportForm says who will read what before it asks why.
func (s *Server) messageReportForm(r *request) error {
	return s.messageReportPage(r, r.emptyForm(), nil)
}

func (s *Server) messageReportPage(r *request, f *form, fault error) error {
	n, err := strconv.Atoi(r.Param("n"))
	if err != nil || n < 1 {
		return errNoPage
	}
	p, _, err := r.messagePage(f, n+1)
	if err != nil {
		return err
	}
	last := len(p.Messages) - 1
	if last < 0 || p.Messages[last].N != n || !p.Messages[last].Reportable() {
		return errNoPage
	}
	p.Messages = p.Messages[last:]
	p.Title, p.Reasons = r.T("message.report.title"), r.reasons(message.Complaints)
	if fault == nil {
		return r.Render("message/report", p)
	}
	return r.messageAgain(f, fault, "message/report", p)
}

// messageReport asks the moderators to read a message.
func (s *Server) messageReport(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.Param("n"))
	if err != nil {
		return errNoPage
	}
	first := false
	err = r.Update(func(tx *store.Tx) (err error) {
		first, err = message.File(tx, r.Param("id"), n, moderation.Reason(f.text("reason")), f.lines("text"))
		return err
	})
	switch {
	case err != nil:
		return s.messageReportPage(r, f, err)
	case !first:
		return r.Redirect(threadHref(r.Param("id")), "moderation.report.again")
	}
	return r.Redirect(threadHref(r.Param("id")), "message.reported")
}

// reportedView is what a moderator reads of a report.
type reportedView struct {
	ID, Why string
}

// messageReportLine is a report in the moderators' queue, without a word of the
// message.
type messageReportLine struct {
	message.Report
	Why string
}

// messageReports lists the reports that wait.
func (r *request) messageReports(tx *store.Tx) ([]messageReportLine, error) {
	list, err := message.Reports(tx)
	lines := make([]messageReportLine, len(list))
	for i, rep := range list {
		lines[i] = messageReportLine{rep, r.reason(string(rep.Reason), rep.Text)}
	}
	return lines, err
}

// reportedPage is a reported message among those around it.
func (r *request) reportedPage(f *form) (*messagePage, error) {
	p := &messagePage{page: r.page("message.reported.title"), Form: f, ID: r.Param("id"), Reasons: r.reasons(message.Complaints)}
	err := r.View(func(tx *store.Tx) error {
		x, err := message.Reported(tx, p.ID)
		if err != nil {
			return err
		}
		p.Report = &reportedView{x.ID, r.reason(string(x.Reason), x.Text)}
		p.About = &wordLink{"", r.threadTitle(x.Title)}
		p.Messages, err = r.messageLines(tx, x.Messages, x.Sides, -1)
		for i := range p.Messages {
			p.Messages[i].Named = p.Messages[i].N == x.N
		}
		return err
	})
	return p, err
}

// messageReported shows it to a moderator.
func (s *Server) messageReported(r *request) error {
	p, err := r.reportedPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("message/reported", p)
}

// messageDecide takes the message away, or leaves it.
func (s *Server) messageDecide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.reportedPage(f)
	if err != nil {
		return err
	}
	done := "message.is_taken"
	err = r.Update(func(tx *store.Tx) error {
		if f.text("do") == "keep" {
			done = "message.is_kept"
			return message.Dismiss(tx, p.ID)
		}
		return message.Take(tx, p.ID, moderation.Reason(f.text("reason")), f.lines("text"))
	})
	if err != nil {
		return r.messageAgain(f, err, "message/reported", p)
	}
	return r.Redirect("/moderation", done)
}

// cutWord is the first word of a text, and the rest.
func cutWord(s string) (word, rest string) {
	word, rest, _ = strings.Cut(s, " ")
	return word, rest
}

// messageTitle is what a notice about a thread is titled: with whom it is and
// about what; and its page. Both are empty for other things.
func (r *request) messageTitle(tx *store.Tx, about store.Ref) (title, href string, err error) {
	if about.Module != message.Module {
		return "", "", nil
	}
	t, err := message.Get(tx, about.ID)
	if err != nil {
		return "", "", notFoundIsNil(err)
	}
	with, err := r.otherName(tx, &t)
	return capital(with) + " · " + r.threadTitle(t.Title), threadHref(t.ID), err
}
