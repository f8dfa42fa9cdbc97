package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// contentView is what somebody published, as pages of moderation show it.
type contentView struct {
	Content moderation.Content
	Card    *cardView  // of a thing with a card
	Posts   []postView // a single post; one that is judged among those around it
	Whys    []string   // of the reports that wait, for moderators
}

// contentAt is what an address of moderation means: a card by its short code or
// its id, or a single post by its id.
func contentAt(tx *store.Tx, name string) (moderation.Content, error) {
	var c listing.Card
	var err error
	if _, ok := listing.ParseCode(name); ok {
		c, err = listing.ByCode(tx, name)
	} else {
		c, err = listing.ByID(tx, name)
	}
	ref := c.Ref
	if store.KindOf(err) == store.NotFound {
		ref = store.Ref{Module: discussion.PostModule, ID: name}
	} else if err != nil {
		return moderation.Content{}, err
	}
	return moderation.Find(tx, ref)
}

// authorOf is the account that wrote a content, or answers for it; empty for a
// neighbour's.
func authorOf(tx *store.Tx, c *moderation.Content) (string, error) {
	author := modules[c.Ref.Module].author
	if author == nil || c.Foreign {
		return "", nil
	}
	return author(tx, c.Ref.ID)
}

// contentCard is a content for a list, without a word of a post.
func (r *request) contentCard(tx *store.Tx, c *moderation.Content) (cardView, error) {
	if c.Ref.Module == discussion.PostModule {
		tab := subject{"groups", "scroll-text", r.T("moderation.kind." + c.Kind)}
		return cardView{Href: thingHref(c.Ref), Title: r.contentTitle(c), Level: 2, Subject: tab}, nil
	}
	card, err := listing.ByRef(tx, c.Ref)
	return r.card(card, false), err
}

// contentTitle is how a content is called: a post by what it is about.
func (r *request) contentTitle(c *moderation.Content) string {
	if c.Ref.Module != discussion.PostModule {
		return r.Typo(c.Title)
	}
	return r.T("moderation.in."+c.Kind, "title", r.topicTitle(c.Title))
}

// showContent fills in the content as its reader sees it; judged as a moderator
// does, with the reports about it.
func (r *request) showContent(tx *store.Tx, v *contentView, c *moderation.Content, judged bool) error {
	v.Content = *c
	if judged {
		reports, err := moderation.ReportsOf(tx, c.Ref)
		if err != nil {
			return err
		}
		for i := range reports {
			v.Whys = append(v.Whys, r.reportWords(&reports[i]))
		}
	}
	if c.Ref.Module != discussion.PostModule {
		card, err := r.contentCard(tx, c)
		v.Card = &card
		return err
	}
	var list []discussion.Post
	var err error
	if judged {
		list, err = discussion.Around(tx, c.Ref.ID)
	} else {
		var p discussion.Post
		p, _, err = discussion.One(tx, c.Ref.ID)
		list = append(list, p)
	}
	if err != nil {
		return err
	}
	names := people{}
	for i := range list {
		p := r.postView(&list[i], nil)
		if p.Who, err = names.name(r, tx, list[i].AuthorID); err != nil {
			return err
		}
		p.New = p.ID == c.Ref.ID
		v.Posts = append(v.Posts, p)
	}
	return nil
}

// reportWords are why somebody reported a thing, and whether that counts.
func (r *request) reportWords(rep *moderation.Report) string {
	text := r.reason(string(rep.Reason), rep.Text)
	if rep.Light {
		text += " " + r.T("moderation.light")
	}
	return text
}

// saidOf is what a content says: its body, and with it all that a moderator
// reads.
func saidOf(tx *store.Tx, c *moderation.Content) (body listing.Body, read any, err error) {
	if c.Ref.Module == discussion.PostModule {
		p, err := discussion.Judged(tx, c.Ref.ID)
		body = listing.Body{"@type": "Comment", "text": p.Text, "dateCreated": p.At.UTC().Format(time.RFC3339)}
		return body, p.Text, err
	}
	card, err := listing.ByRef(tx, c.Ref)
	if err != nil {
		return nil, nil, err
	}
	body, err = listing.BodyOf(tx, card)
	return body, []any{card.Title, card.Summary, card.Tags, body}, err
}

// messageKind is the kind of a single post; empty for other things, which have cards.
func messageKind(ref store.Ref) string {
	if ref.Module == discussion.PostModule {
		return discussion.KindPost
	}
	return ""
}

// of is the key of a sentence as it is said of a content of a kind: a single
// message is called so, everything else is a "fiche".
func (s *speech) of(key, kind string) string {
	if kind == discussion.KindPost || kind == discussion.KindComment {
		if message := key + "_message"; s.has(message) {
			return message
		}
	}
	return key
}

// contentHref is the page on which a content stands, for who may read it there.
func (r *request) contentHref(tx *store.Tx, c *moderation.Content) (string, error) {
	if c.Ref.Module == discussion.PostModule {
		p, err := discussion.Judged(tx, c.Ref.ID)
		return aboutPost(&p), err
	}
	card, err := listing.ByRef(tx, c.Ref)
	return cardHref(card), err
}
