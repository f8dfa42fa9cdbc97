package ui

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

func init() {
	samples["GET /annuaire/:id"] = sample{path: func(b *box) string { return "/annuaire/" + b.element("resident") }}
}

// element puts an association into the directory for an account.
func (b *box) element(account string) string {
	b.t.Helper()
	e := directory.Element{Kind: directory.Org, Name: "Comité des fêtes", Description: "Bals et lotos.", Audience: listing.Public}
	storetest.Update(b.t, b.db, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error {
		return directory.Add(tx, &e)
	})
	return e.ID
}

func TestElementPage(t *testing.T) {
	b := newBox(t)
	if page := b.get("/annuaire/" + b.element("resident")); !strings.Contains(page, "Bals et lotos.") {
		t.Errorf("the page does not say what the element is:\n%s", page)
	}
}
