package ui

import (
	"copi.local/store"
	"copi.local/store/vote"
)

// voicePage is where somebody passes their voice on, and sees where it goes.
type voicePage struct {
	page
	Form  *form
	Vote  vote.Proposal
	Href  string
	Open  bool     // a voice can be passed on now
	Voted bool     // the reader has voted
	Trail []string // where the voice goes, a sentence a step
	Cycle bool
	Gone  bool
	From  []string // names of who passed theirs on to the reader
}

// voicePage fills the page of one's voice.
func (r *request) voicePage(f *form) (*voicePage, error) {
	p := &voicePage{page: r.page("vote.delegate.title"), Form: f, Href: votePath + "/" + r.Param("id")}
	p.Section = "decisions"
	return p, r.View(func(tx *store.Tx) (err error) {
		if p.Vote, err = vote.Get(tx, r.Param("id")); err != nil {
			return err
		}
		v := &p.Vote
		how, err := v.How(tx, r.actor.ID)
		if err != nil {
			return err
		}
		on, err := v.Entitled(tx, r.actor.ID)
		if err != nil {
			return err
		}
		p.Voted = how != "" && how != vote.Delegated
		p.Open = on && how == "" && v.Rule.Delegable && v.State == vote.Voting && !v.Over(r.now)
		return r.voiceWords(tx, p)
	})
}

// voiceWords says where a voice goes.
func (r *request) voiceWords(tx *store.Tx, p *voicePage) error {
	voice, err := p.Vote.VoiceOf(tx)
	if err != nil {
		return err
	}
	seen, err := r.rollSeen(tx, &p.Vote)
	if err != nil {
		return err
	}
	name := func(id string) (string, error) {
		if id != r.actor.ID && seen != nil && !seen[id] {
			return r.T("vote.delegate.hidden"), nil
		}
		return r.voterName(tx, id)
	}
	last := ""
	for i, id := range voice.Trail {
		who, err := name(id)
		if err != nil {
			return err
		}
		if i == 0 {
			p.Trail = append(p.Trail, r.T("vote.delegate.trail", "first", who))
		} else {
			p.Trail = append(p.Trail, r.T("vote.delegate.then", "from", last, "to", who))
		}
		last = who
	}
	p.Cycle, p.Gone = voice.Cycle, voice.Gone
	for _, id := range voice.From {
		who, err := name(id)
		if err != nil {
			return err
		}
		p.From = append(p.From, who)
	}
	return nil
}

// voteDelegate is the page of one's voice.
func (s *Server) voteDelegate(r *request) error {
	p, err := r.voicePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("vote/delegate", p)
}

// votePass passes one's voice on, or takes it back.
func (s *Server) votePass(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, told := r.Param("id"), "vote.delegate.did"
	err = r.Update(func(tx *store.Tx) error {
		if f.text("do") == "back" {
			told = "vote.delegate.undid"
			return vote.TakeBack(tx, id)
		}
		v, err := vote.Get(tx, id)
		if err != nil {
			return err
		}
		to, err := v.RollNamed(tx, f.text("person"), "person")
		if err != nil {
			return err
		}
		seen, err := r.rollSeen(tx, &v)
		if err != nil {
			return err
		}
		if seen != nil && !seen[to] { // whose membership is hidden is not told apart from nobody (FO-1)
			return store.E(store.Invalid, "err.vote.nobody").At("person")
		}
		return vote.Delegate(tx, id, to)
	})
	if f.refuse(err) {
		p, err := r.voicePage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("vote/delegate", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(votePath+"/"+id+"/deleguer", told)
}
