package notify

import (
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// batch is how many cards one transaction looks through.
const batch = 300

// freshFor is how old the news of a neighbouring box may be when they come: a
// box linked today is not a thousand lines about last year.
const freshFor = 14 * 24 * time.Hour

// Source is what a module can say of its things beside their cards; the box
// lists them.
type Source struct {
	Module string
	// Author is the account that wrote a thing: nobody is told of their own.
	Author func(tx *store.Tx, id string) (string, error)
	// Related are the ids of cards whose followers a thing concerns as well: the
	// organisation that gives it, the place where it is.
	Related func(tx *store.Tx, id string) ([]string, error)
}

// news looks through cards.
type news struct {
	tx      *store.Tx
	sources []Source
}

// Jobs is what the module does by itself.
func Jobs(sources ...Source) []store.Job {
	of := func(look func(*news) error) func(*store.Tx) error {
		return func(tx *store.Tx) error { return look(&news{tx, sources}) }
	}
	return []store.Job{
		{Name: "notify news", Every: time.Hour, Soon: true, Run: of((*news).own)},
		{Name: "notify neighbours", Every: time.Hour, Run: of((*news).neighbours)},
		{Name: "notify mornings", Every: time.Hour, Run: gather},
		{Name: "notify purge", Every: 24 * time.Hour, Expires: true, Run: purge},
	}
}

// own looks through own cards in the order of their changes. The mark moves in
// the transaction that tells, so that nothing is told twice or left out.
func (w *news) own() error {
	m, known, err := markOf(w.tx, "own")
	if err != nil {
		return err
	}
	past := listing.Mark{At: w.tx.Now.Unix() - 1, Card: math.MaxInt64}
	if !known { // what was there before anybody could follow is no news
		return setMark(w.tx, "own", past)
	}
	if m.At > past.At { // the clock was set back: go on from here, at once
		m = past
		if err := setMark(w.tx, "own", m); err != nil {
			return err
		}
	}
	any, err := store.One(w.tx, store.Scan[bool], sqlAnyFollow)
	if err != nil || !any {
		return err // the first to follow is told of nothing older than that
	}
	cards, err := listing.Touched(w.tx, m, batch)
	if err != nil || len(cards) == 0 {
		return err
	}
	for i := range cards {
		c := &cards[i]
		if c.Hidden || c.Over(w.tx.Now) {
			continue
		}
		if c.CreatedAt.Equal(c.UpdatedAt) {
			err = w.fresh(c)
		} else {
			err = w.changed(c)
		}
		if err != nil {
			return err
		}
	}
	if err := setMark(w.tx, "own", cards[len(cards)-1].Mark()); err != nil || len(cards) < batch {
		return err
	}
	return store.ErrMore
}

// neighbours looks through cards that came from other boxes, and at those that
// somebody here follows.
func (w *news) neighbours() error {
	m, known, err := markOf(w.tx, "neighbours")
	if err != nil {
		return err
	}
	if !known {
		m.Card, err = listing.LastRow(w.tx)
		if err != nil {
			return err
		}
		return setMark(w.tx, "neighbours", m)
	}
	cards, err := listing.Arrived(w.tx, m.Card, batch)
	if err != nil {
		return err
	}
	for i := range cards {
		c := &cards[i]
		if c.Hidden || c.Over(w.tx.Now) || w.tx.Now.Sub(c.UpdatedAt) > freshFor {
			continue
		}
		if err := w.fresh(c); err != nil {
			return err
		}
	}
	if n := len(cards); n > 0 {
		if err := setMark(w.tx, "neighbours", listing.Mark{Card: cards[n-1].Row()}); err != nil {
			return err
		}
		if n == batch {
			return store.ErrMore
		}
	}
	return w.followed()
}

// followed looks at neighbours' cards somebody follows: they change in place.
func (w *news) followed() error {
	ids, err := store.All(w.tx, store.Scan[string], sqlFollowedCards)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, err := listing.Known(w.tx, id)
		if store.KindOf(err) == store.NotFound || err == nil && (c.Origin == nil || c.Hidden) {
			continue
		}
		if err != nil {
			return err
		}
		if err := w.changed(&c); err != nil {
			return err
		}
	}
	return nil
}

// fresh tells of a new card: whoever follows a tag of it, where it is, or what
// it has to do with. Each person once, however many of these they follow.
func (w *news) fresh(c *listing.Card) error {
	targets, err := w.targets(c)
	if err != nil {
		return err
	}
	var found []Follow
	for _, t := range targets {
		list, err := matching(w.tx, t)
		if err != nil {
			return err
		}
		for _, f := range list {
			if c.Origin != nil || !c.UpdatedAt.Before(f.Since) { // else it was there when they began
				found = append(found, f)
			}
		}
	}
	return w.tell(c, found, func(string) string { return "notify.new" })
}

// targets are what a follow may point at to match a card.
func (w *news) targets(c *listing.Card) ([]target, error) {
	list := []target{{Card, c.Ref.ID}, {Commune, c.Commune}}
	for _, tag := range c.Tags {
		keys, err := listing.Spellings(w.tx, tag)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			list = append(list, target{Tag, key})
		}
	}
	zones, err := listing.ZonesOf(w.tx, *c)
	if err != nil {
		return nil, err
	}
	for _, z := range zones {
		list = append(list, target{Zone, z})
	}
	if s := w.source(c); s.Related != nil {
		ids, err := s.Related(w.tx, c.Ref.ID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			list = append(list, target{Card, id})
		}
	}
	return list, nil
}

// source is the module of an own card.
func (w *news) source(c *listing.Card) Source {
	for _, s := range w.sources {
		if s.Module == c.Ref.Module && c.Origin == nil {
			return s
		}
	}
	return Source{}
}

// author is who wrote an own card's thing; empty when nobody knows.
func (w *news) author(c *listing.Card) (string, error) {
	s := w.source(c)
	if s.Author == nil {
		return "", nil
	}
	who, err := s.Author(w.tx, c.Ref.ID)
	if store.KindOf(err) == store.NotFound {
		err = nil
	}
	return who, err
}

// tell tells each follower once: by the follow that is to be told soonest, and
// not at all when they silenced the card itself or wrote the thing.
func (w *news) tell(c *listing.Card, found []Follow, key func(account string) string) error {
	author, err := w.author(c)
	if err != nil {
		return err
	}
	slices.SortStableFunc(found, func(a, b Follow) int { return int(a.Often) - int(b.Often) })
	done := map[string]bool{author: true}
	for _, f := range found {
		if f.Often == Never && f.What == Card && f.Target == c.Ref.ID {
			done[f.account] = true
		}
	}
	p := print(c)
	for i := range found {
		f := &found[i]
		if f.Often == Never || done[f.account] {
			continue
		}
		done[f.account] = true
		told, err := store.One(w.tx, store.Scan[bool], sqlTold, f.account, c.Ref.Module, c.Ref.ID, p)
		if err != nil {
			return err
		}
		if told {
			continue
		}
		if may, err := mayHear(w.tx, c, f.account); err != nil || !may {
			if err != nil {
				return err
			}
			continue
		}
		if err := deliver(w.tx, f, line{about: c.Ref, key: key(f.account), print: p}); err != nil {
			return err
		}
	}
	_, err = w.tx.Exec(sqlPrints, p, c.Ref.ID, p)
	return err
}

// mayHear tells whether an account may hear of a card: of what is for the
// members of a group alone nobody else does, also not who followed it before.
func mayHear(tx *store.Tx, c *listing.Card, account string) (bool, error) {
	if c.Audience != listing.Group {
		return true, nil
	}
	return listing.Reads(tx, c.Group, account)
}

// changed tells of a card that is not what it was: those who follow it, and
// those who were told of it and still follow what they were told for. What
// people cannot see (a new word among its tags) is no news.
func (w *news) changed(c *listing.Card) error {
	now := print(c)
	direct, err := matching(w.tx, target{Card, c.Ref.ID})
	if err != nil {
		return err
	}
	told, err := store.All(w.tx, scanFollow, sqlToldOf, c.Ref.ID, now)
	if err != nil {
		return err
	}
	before := map[string]int64{}
	var found []Follow
	for _, f := range append(told, direct...) {
		if f.print != nil && *f.print != now {
			before[f.account] = *f.print
		} else if f.Often != Never { // who hears nothing of it silences the others
			continue
		}
		found = append(found, f)
	}
	if len(found) == 0 {
		return nil
	}
	return w.tell(c, found, func(account string) string { return turn(before[account], now) })
}

// Bits of a print.
const (
	isCancelled = 1 << iota
	isPostponed
	printBits = isCancelled | isPostponed
)

// print is what a follower would notice of a card, in one number.
func print(c *listing.Card) int64 {
	h := fnv.New64a()
	for _, part := range []string{
		c.Title, c.Summary, c.Commune, strconv.FormatInt(c.StartsAt.Unix(), 10), strconv.FormatInt(c.EndsAt.Unix(), 10),
	} {
		_, _ = h.Write([]byte(part + "\x00")) // never fails (hash.Hash)
	}
	if c.Position != nil {
		_, _ = h.Write(strconv.AppendInt(strconv.AppendInt(nil, int64(c.Position.Lat), 10), int64(c.Position.Lon), 10))
	}
	if c.Price != nil {
		_, _ = h.Write(strconv.AppendInt([]byte(c.Price.Unit), c.Price.Amount, 10))
	}
	p := int64(h.Sum64()) &^ printBits
	if c.Cancelled {
		p |= isCancelled
	}
	if c.Postponed {
		p |= isPostponed
	}
	return p
}

// turn is what happened between two prints of a card.
func turn(was, now int64) string {
	switch {
	case now&isCancelled > was&isCancelled:
		return "notify.cancelled"
	case now&isPostponed > was&isPostponed:
		return "notify.postponed"
	case now&printBits == 0 && was&printBits != 0:
		return "notify.restored"
	default:
		return "notify.changed"
	}
}

func markOf(tx *store.Tx, name string) (m listing.Mark, known bool, err error) {
	m, err = store.One(tx, scanMark, sqlMark, name)
	if store.KindOf(err) == store.NotFound {
		return m, false, nil
	}
	return m, err == nil, err
}

func setMark(tx *store.Tx, name string, m listing.Mark) error {
	_, err := tx.Exec(sqlSetMark, name, m.At, m.Card)
	return err
}
