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
	Open  bool // a voice can be passed on now
	Voted bool // the reader has voted
	voiceView
}

// voiceView is where the reader's voice goes, in words.
type voiceView struct {
	Trail []string // a sentence a step; none where it was not passed on
	Cycle bool     // it comes back to where it was
	Gone  bool     // it ends at somebody who may not vote any more
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
		p.voiceView, err = r.voiceWords(tx, v)
		return err
	})
}

// voiceWords says where the reader's voice goes in a vote.
func (r *request) voiceWords(tx *store.Tx, v *vote.Proposal) (view voiceView, err error) {
	voice, err := v.VoiceOf(tx)
	if err != nil {
		return view, err
	}
	seen, err := r.rollSeen(tx, v)
	if err != nil {
		return view, err
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
			return view, err
		}
		if i == 0 {
			view.Trail = append(view.Trail, r.T("vote.delegate.trail", "first", who))
		} else {
			view.Trail = append(view.Trail, r.T("vote.delegate.then", "from", last, "to", who))
		}
		last = who
	}
	view.Cycle, view.Gone = voice.Cycle, voice.Gone
	for _, id := range voice.From {
		who, err := name(id)
		if err != nil {
			return view, err
		}
		view.From = append(view.From, who)
	}
	return view, nil
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
