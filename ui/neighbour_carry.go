package ui

import (
	"context"
	"time"

	"copi.local/store/listing"
)

// Carriage is which boxes this one carries beyond those it is linked with: the
// boxes that linked ones vouch for, and from there on.
type Carriage interface {
	// Carried lists the boxes carried, the nearest first, then those kept out.
	Carried(ctx context.Context) ([]CarriedBox, error)
	// Vouch says that the operators here know a linked box, or takes it back.
	Vouch(ctx context.Context, id string, on bool) error
	// Follow keeps out here what a linked box keeps out, or no longer.
	Follow(ctx context.Context, id string, on bool) error
	// Shut keeps a box out, by its key; tell publishes that. LetIn ends it.
	Shut(ctx context.Context, key string, tell bool) error
	LetIn(ctx context.Context, key string) error
	// Relays tells whether linked boxes that cannot call each other may do so
	// through this one.
	Relays(ctx context.Context) (bool, error)
	SetRelays(ctx context.Context, on bool) error
}

// CarriedBox is a box whose listings are carried, or that is kept out.
type CarriedBox struct {
	Key    string // its id in hexadecimal, of its page
	Name   string
	Hops   int       // steps: 1 is linked
	Via    string    // who vouches for it; empty when linked
	From   string    // the linked box that brought what is here; empty before
	Cards  int       // public listings of it here
	Seen   time.Time // when a neighbour last had the same state; zero before
	Over   bool      // publishes more than is carried
	Waits  bool      // changed too much at once
	Frozen bool      // two boxes speak for it
	Stale  bool      // nothing new of it came for 90 days that this box ran
	Shut   bool      // kept out; of the others only Key, Name and Told are filled
	Told   bool      // that it is kept out is published
}

// knownBox is a box whose cards are here, with its page, and how they come.
type knownBox struct {
	facetLink
	Way CarriedBox // without key in a box that has no neighbours
}

// Far tells whether its cards come by way of other boxes.
func (b knownBox) Far() bool { return b.Way.Hops > 1 }

// carried reads how cards come from the boxes around, and which are kept out.
func (p *neighboursPage) carried(r *request, others Neighbours) error {
	list, err := others.Carried(r.context())
	if err != nil {
		return err
	}
	p.ways = make(map[string]CarriedBox, len(list))
	for _, c := range list {
		if c.Shut {
			p.Shut = append(p.Shut, c)
		} else {
			p.ways[c.Key] = c
		}
	}
	p.Relays, err = others.Relays(r.context())
	return err
}

// Way says how the cards of a box beyond the linked ones come.
func (p *page) Way(c CarriedBox) string {
	way := p.T("neighbour.steps", "n", c.Hops) + " " + p.T("neighbour.via", "of", p.Of(c.Via))
	if c.From != "" && c.From != c.Via {
		way += " " + p.T("neighbour.from", "of", p.Of(c.From))
	}
	return way
}

// wayOf is Way for one box; empty for a linked one.
func (r *request) wayOf(o listing.Origin) (string, error) {
	if r.s.opt.Neighbours == nil {
		return "", nil
	}
	list, err := r.s.opt.Neighbours.Carried(r.context())
	for _, c := range list {
		if c.Key == listing.OriginName(&o) && c.Hops > 1 {
			p := r.page("")
			return p.Way(c), err
		}
	}
	return "", err
}

// neighbourShut keeps a box out, linked with or not, or lets it in again.
func (s *Server) neighbourShut(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	if f.text("do") == "open" {
		if err := others.LetIn(r.context(), r.Param("id")); err != nil {
			return err
		}
		return r.Redirect(neighboursPath, "neighbour.let_in")
	}
	if err := others.Shut(r.context(), r.Param("id"), f.text("tell") == "1"); err != nil {
		return err
	}
	return r.Redirect(neighboursPath, "neighbour.shut")
}

// neighbourRelay lets exchanges of linked boxes pass through this one, or no
// longer.
func (s *Server) neighbourRelay(r *request) error {
	others, f, err := r.neighbourForm()
	if err != nil {
		return err
	}
	on, notice := f.text("do") == "pass", "neighbour.relay.off"
	if on {
		notice = "neighbour.relay.on"
	}
	if err := others.SetRelays(r.context(), on); err != nil {
		return err
	}
	return r.Redirect(neighboursPath, notice)
}

// neighbourLimits are boxes whose listings stay as they were, for the operator.
func (r *request) neighbourLimits(others Neighbours) ([]task, error) {
	list, err := others.Carried(r.context())
	var tasks []task
	for _, c := range list {
		key := ""
		switch {
		case c.Frozen:
			key = "neighbour.chore.frozen"
		case c.Over:
			key = "neighbour.chore.over"
		}
		if key != "" {
			tasks = append(tasks, task{Text: r.T(key, "of", r.Of(c.Name)), Action: r.T("neighbour.chore.see"), Href: neighboursPath})
		}
	}
	return tasks, err
}
