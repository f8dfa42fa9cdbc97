package ui

import (
	"slices"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/listing"
)

// commentFeed is what is said about one thing as a feed, the latest first.
func (s *Server) commentFeed(r *request) error {
	q := r.queryForm()
	before := q.int("avant")
	if !q.ok() || before < 0 {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("avant")}
	}
	feed := atomFeed{Lang: r.Lang, Author: atomAuthor{r.s.village(r.context())}}
	err := r.View(func(tx *store.Tx) error {
		c, err := listing.ByID(tx, r.Param("id"))
		if err != nil {
			return err
		}
		t, err := discussion.About(tx, c.Ref)
		if err != nil {
			return err
		}
		if t.Official != nil {
			return store.E(store.NotFound, "err.not_found")
		}
		if before == 0 {
			before = t.Last + 1
		}
		from := max(1, before-feedPosts)
		feed.ID, feed.Title = atomID(c.Ref.ID+"/commentaires"), printable(r.T("comment.feed_of", "title", r.Typo(c.Title)))
		if from > 1 {
			feed.Links = append(feed.Links, atomLink{Rel: "next", Href: r.base() + r.Request().URL.Path + "?avant=" + strconv.Itoa(from)})
		}
		return r.feedComments(tx, &feed, c.CreatedAt, c.Ref, from, before-1)
	})
	if err != nil {
		return err
	}
	return r.sendFeed(&feed, commentsPath+"/"+r.Param("id"))
}

func (r *request) feedComments(tx *store.Tx, feed *atomFeed, began time.Time, ref store.Ref, from, until int) error {
	posts, err := discussion.Posts(tx, ref, from, until, false)
	if err != nil {
		return err
	}
	slices.Reverse(posts)
	return r.feedOf(tx, feed, began, posts, r.aboutTitle(tx))
}

// aboutTitle finds the titles of what comments are about.
func (r *request) aboutTitle(tx *store.Tx) func(*discussion.Post) (string, error) {
	return func(p *discussion.Post) (string, error) {
		c, err := listing.ByRef(tx, p.About)
		return r.Typo(c.Title), err
	}
}

// commentsFeed is what is said about all public things as a feed, the latest
// first.
func (s *Server) commentsFeed(r *request) error {
	feed := atomFeed{Lang: r.Lang, Author: atomAuthor{r.s.village(r.context())}, Title: printable(r.T("comment.feed_all"))}
	err := r.View(func(tx *store.Tx) error {
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		feed.ID = atomID(home.Commune + commentsPath)
		posts, more, err := discussion.Latest(tx, r.QueryParam("avant"), feedPosts)
		if err != nil {
			return err
		}
		if more {
			feed.Links = append(feed.Links, atomLink{Rel: "next", Href: r.base() + r.Request().URL.Path + "?avant=" + posts[len(posts)-1].ID})
		}
		return r.feedOf(tx, &feed, time.Unix(0, 0), posts, r.aboutTitle(tx))
	})
	if err != nil {
		return err
	}
	return r.sendFeed(&feed, "/")
}
