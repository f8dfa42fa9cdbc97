package listing

import "copi.local/store"

// Entry is a card and the body that stands behind it.
type Entry struct {
	Card Card
	Body Body
}

// PutAll is Put for many own things at once, as an import brings them: what the
// search looks into is written after all rows, and what is the same for many
// cards is looked up once. One card that breaks a limit refuses the whole call.
func PutAll(tx *store.Tx, entries []Entry) error {
	w := newWriter(tx)
	for i := range entries {
		if err := w.put(&entries[i].Card, entries[i].Body); err != nil {
			return err
		}
	}
	return w.flush()
}

// home is the commune of the box, looked up once.
func (w *writer) home() (string, error) {
	if w.commune == nil {
		h, err := HomeOf(w.tx)
		if err != nil {
			return "", err
		}
		w.commune = &h.Commune
	}
	return *w.commune, nil
}
