package discussion

import (
	"encoding/json"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// Get is a topic. It fails with kind NotFound for one the actor may not read:
// its group is closed to them, or a moderator hid it and it is not theirs.
func Get(tx *store.Tx, id string) (Topic, error) {
	t, err := topic(tx, id)
	if err != nil {
		return t, err
	}
	p, err := PlaceOf(tx, t.Group)
	if err != nil {
		return Topic{}, err
	}
	t.in(&p)
	if shown, err := t.shown(tx); err != nil || !shown {
		if err == nil {
			err = notFound()
		}
		return Topic{}, err
	}
	return t, nil
}

// topic is one whoever asks.
func topic(tx *store.Tx, id string) (Topic, error) {
	floor, err := floorOf(tx)
	if err != nil {
		return Topic{}, err
	}
	return store.One(tx, scanTopic, sqlTopic, tx.Actor.ID, floor, id)
}

// in says where the topic stands. Who does not belong there has nothing unread.
func (t *Topic) in(p *Place) {
	t.GroupName, t.Belongs, t.Member, t.Keeps = p.Name, p.Belongs, p.Writes, p.Keeps
	if !p.Writes {
		t.Unread, t.New = 0, 0
	}
}

// shown tells whether a moderator let the actor see the topic.
func (t *Topic) shown(tx *store.Tx) (bool, error) {
	if t.Keeps || tx.Actor.Can(store.Moderator) || t.AuthorID != "" && t.AuthorID == tx.Actor.ID {
		return true, nil
	}
	hushed, err := listing.Hushed(tx, t.Ref())
	return !hushed, err
}

// AuthorOf is the account that began a topic; empty after they left.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	t, err := topic(tx, id)
	return t.AuthorID, err
}

// InGroup lists the topics of a group, pinned ones first and then by their
// latest post, and those behind the first skip. It fails with kind NotFound for
// a group the actor may not read.
func InGroup(tx *store.Tx, group string, skip, limit int) ([]Topic, error) {
	p, err := PlaceOf(tx, group)
	if err != nil {
		return nil, err
	}
	floor, err := floorOf(tx)
	if err != nil {
		return nil, err
	}
	all, err := store.All(tx, scanTopic, sqlInGroup, tx.Actor.ID, floor, group, limit, skip)
	if err != nil {
		return nil, err
	}
	return visible(tx, all, func(string) (Place, error) { return p, nil })
}

// visible leaves out topics a moderator hid from the actor.
func visible(tx *store.Tx, all []Topic, at func(group string) (Place, error)) ([]Topic, error) {
	var list []Topic
	for i := range all {
		t := &all[i]
		p, err := at(t.Group)
		if err != nil {
			return nil, err
		}
		t.in(&p)
		if shown, err := t.shown(tx); err != nil {
			return nil, err
		} else if shown {
			list = append(list, *t)
		}
	}
	return list, nil
}

// Count is how many topics a group has.
func Count(tx *store.Tx, group string) (int, error) {
	return store.One(tx, store.Scan[int], sqlCountInGroup, group)
}

// Unread lists the topics of the actor's groups with posts they have not read,
// the latest first, at most limit; and how many topics and posts that is in all.
func Unread(tx *store.Tx, limit int) (list []Topic, topics, posts int, err error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return nil, 0, 0, err
	}
	groups, err := listing.GroupsOf(tx, tx.Actor.ID)
	if err != nil {
		return nil, 0, 0, err
	}
	ids, err := json.Marshal(groups)
	if err != nil {
		return nil, 0, 0, err
	}
	floor, err := floorOf(tx)
	if err != nil {
		return nil, 0, 0, err
	}
	all, err := store.All(tx, scanTopic, sqlUnread, tx.Actor.ID, floor, string(ids))
	if err != nil {
		return nil, 0, 0, err
	}
	places := map[string]Place{}
	all, err = visible(tx, all, func(id string) (Place, error) {
		p, known := places[id]
		if known {
			return p, nil
		}
		p, err := PlaceOf(tx, id)
		places[id] = p
		return p, err
	})
	for i := range all {
		if all[i].Unread > 0 { // of a closed group nothing is
			topics, posts = topics+1, posts+all[i].Unread
			if len(list) < limit {
				list = append(list, all[i])
			}
		}
	}
	return list, topics, posts, err
}

// Posts lists the posts about a thing with the numbers from to until, in their
// order. The caller has asked whether the actor may read them; keeps tells that
// they moderate there.
func Posts(tx *store.Tx, about store.Ref, from, until int, keeps bool) ([]Post, error) {
	list, err := store.All(tx, scanPost, sqlPosts, about.Module, about.ID, from, until)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i := range list {
		at[list[i].ID] = i
	}
	named, err := store.All(tx, scanMention, sqlMentions, about.Module, about.ID, from, until)
	if err != nil {
		return nil, err
	}
	if named, err = recognised(tx, about, named); err != nil {
		return nil, err
	}
	for _, m := range named {
		if i, ok := at[m.post]; ok {
			list[i].Mentions = append(list[i].Mentions, m)
		}
	}
	if err := findPolls(tx, list, about, from, until); err != nil {
		return nil, err
	}
	keeps = keeps || tx.Actor.Can(store.Moderator)
	for i := range list {
		p := &list[i]
		if keeps {
			if p.Reported, err = moderation.ReportCount(tx, p.Ref()); err != nil {
				return nil, err
			}
		}
		p.veil(tx, keeps)
	}
	return list, explain(tx, list)
}

// explain says why those that are hidden are.
func explain(tx *store.Tx, list []Post) error {
	for i := range list {
		p := &list[i]
		if !p.Hidden {
			continue
		}
		var err error
		if p.Why, _, err = moderation.HiddenWhy(tx, p.Ref()); err != nil {
			return err
		}
	}
	return nil
}

// veil takes the words off a hidden post for whom they are not meant any more.
func (p *Post) veil(tx *store.Tx, keeps bool) {
	if p.Hidden && !keeps && (p.AuthorID == "" || p.AuthorID != tx.Actor.ID) {
		p.Text, p.Mentions, p.Poll = "", nil, nil
	}
}

// One is a post the actor may read, and the topic it stands in; nil for a post
// about another thing.
func One(tx *store.Tx, id string) (Post, *Topic, error) {
	p, t, err := read(tx, id)
	if err != nil {
		return Post{}, nil, err
	}
	list, err := Posts(tx, p.About, p.N, p.N, t != nil && t.Keeps)
	if err != nil || len(list) == 0 {
		return p, t, err
	}
	return list[0], t, nil
}

// read is a post whole, for who may read what is said there.
func read(tx *store.Tx, id string) (Post, *Topic, error) {
	p, err := store.One(tx, scanPost, sqlPost, id)
	if err != nil {
		return p, nil, err
	}
	if p.Mentions, err = store.All(tx, scanMention, sqlMentions, p.About.Module, p.About.ID, p.N, p.N); err != nil {
		return p, nil, err
	}
	t, err := readable(tx, p.About)
	if err != nil {
		return Post{}, nil, err
	}
	return p, t, nil
}

// readable fails with kind NotFound unless the actor may read what is said about
// a thing; the topic is nil when it is none.
func readable(tx *store.Tx, about store.Ref) (*Topic, error) {
	if about.Module == Module {
		t, err := Get(tx, about.ID)
		return &t, err
	}
	_, err := listing.ByRef(tx, about)
	return nil, err
}

// post is the post about a thing with a number, whoever asks.
func post(tx *store.Tx, about store.Ref, n int) (Post, error) {
	return store.One(tx, scanPost, sqlPosts, about.Module, about.ID, n, n)
}

// Said is what a post said until an instant.
type Said struct {
	Text  string
	Until time.Time
}

// History is what a post said before it was changed, the latest first, for who
// belongs where it stands; of one that is gone or hidden there is none.
func History(tx *store.Tx, id string) ([]Said, error) {
	p, t, err := read(tx, id)
	if err != nil {
		return nil, err
	}
	own := tx.Actor.ID != "" && p.AuthorID == tx.Actor.ID
	may := tx.Actor.Can(store.Resident)
	if t != nil {
		may = t.Belongs || own
	}
	hidden := p.Hidden && !own && !tx.Actor.Can(store.Moderator) && (t == nil || !t.Keeps)
	if !may || hidden || p.EditedAt.IsZero() {
		return nil, notFound()
	}
	return store.All(tx, scanSaid, sqlHistory, id)
}

// MarkRead says that the actor has read a topic up to a post.
func (t *Topic) MarkRead(tx *store.Tx, n int) error {
	if tx.Actor.ID == "" || n <= t.Read {
		return nil
	}
	_, err := tx.Exec(sqlMark, tx.Actor.ID, t.ID, n)
	return err
}

// visit is when the actor looked at what is new.
type visit struct{ since, seen, read time.Time }

// visitOf is the actor's; who never looked has seen nothing since they came.
func visitOf(tx *store.Tx) (visit, error) {
	v, err := store.One(tx, scanVisit, sqlVisit, tx.Actor.ID)
	if store.KindOf(err) != store.NotFound {
		return v, err
	}
	p, err := account.ByID(tx, tx.Actor.ID)
	if store.KindOf(err) == store.NotFound {
		return visit{}, nil
	}
	return visit{p.CreatedAt, time.Time{}, p.CreatedAt}, err
}

// floorOf is up to when all posts count as read by the actor.
func floorOf(tx *store.Tx) (int64, error) {
	if tx.Actor.ID == "" {
		return 0, nil
	}
	v, err := visitOf(tx)
	return max(0, v.read.Unix()), err
}

// Since is from when on the actor is shown what is new: their look before this
// one. old tells that Look has to be called.
func Since(tx *store.Tx) (since time.Time, old bool, err error) {
	v, err := visitOf(tx)
	if err != nil || v.seen.IsZero() || tx.Now.Sub(v.seen) < absence {
		return v.since, v.seen.IsZero(), err
	}
	return v.seen, true, nil
}

// Look notes that the actor looks at what is new. What came since their look
// before stays new for some hours, however often they come back.
func Look(tx *store.Tx) error {
	v, err := visitOf(tx)
	if err != nil {
		return err
	}
	since, _, err := Since(tx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlLook, tx.Actor.ID, since.Unix(), tx.Now.Unix(), v.read.Unix())
	return err
}

// MarkAll says that the actor has read everything (FO-8).
func MarkAll(tx *store.Tx) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	_, err := tx.Exec(sqlLook, tx.Actor.ID, tx.Now.Unix(), tx.Now.Unix(), tx.Now.Unix())
	return err
}
