package ui

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

func init() {
	samples["GET "+PublisherPath] = foundAt(PublisherPath)
	samples["POST "+PublisherPath] = foundAt(PublisherPath)
	samples["GET /etat/rapport"] = sample{path: func(b *box) string {
		b.opt.Report = func(_ context.Context, out io.Writer) error {
			_, err := io.WriteString(out, "copi\n")
			return err
		}
		return "/etat/rapport"
	}}
}

// After an election the director of publication changes: the notice and the
// public log say so, and what is missing is asked for.
func TestTheLegalNoticeChanges(t *testing.T) {
	b := foundBox(t)
	office := b.browser()
	office.signIn("mairie", goodPassword)
	fields := func(director string) []string {
		return []string{
			"publisher", "Commune inventée", "publisher_address", "1 place de la Halle", "publisher_phone", "05 00 00 00 00", "director", director,
			"host", "Commune inventée", "host_address", "1 place de la Halle", "host_phone", "05 00 00 00 00", "contact", "le secrétariat",
		}
	}
	page := office.refuse(PublisherPath, http.StatusUnprocessableEntity, "", fields("")...)
	holdsWords(t, "a notice without director", page, `value="le secrétariat"`)
	office.post(PublisherPath, "/mentions-legales", fields("M. le nouveau maire")...)
	holdsWords(t, "the notice", b.get("/mentions-legales"), "M. le nouveau maire", "le secrétariat")
	lacks(t, "a visitor's notice", b.get("/mentions-legales"), PublisherPath)
	lines := func() int { return strings.Count(plainText(b.get("/journal")), "Les mentions légales ont changé") }
	if lines() != 1 {
		t.Errorf("the public log tells it %d times", lines())
	}
	office.post(PublisherPath, "/mentions-legales", fields("M. le nouveau maire")...)
	if lines() != 1 {
		t.Error("saving the same again is told as a change")
	}
	err := b.db.Update(store.As(t.Context(), store.Actor{ID: "x", Role: store.Moderator}), func(tx *store.Tx) error {
		return account.SetPublisher(tx, account.Publisher{})
	})
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator: %v", err)
	}
	storetest.View(t, b.db, store.Actor{}, account.VerifyLog)
}
