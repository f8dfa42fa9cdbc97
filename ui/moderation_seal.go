package ui

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/photo"
)

// sealed is a sealed copy once it is opened: what the thing said and showed, and
// who wrote it.
type sealed struct {
	Kind   string       `json:"kind"`
	Title  string       `json:"title"`
	Body   listing.Body `json:"body"`
	Photos [][]byte     `json:"photos,omitempty"` // JPEG, as the box kept them
	Author string       `json:"author,omitempty"` // shown name
	Login  string       `json:"login,omitempty"`
	At     time.Time    `json:"sealedAt"`
}

// sealable is a content as it stands.
func (r *request) sealable(tx *store.Tx, c *moderation.Content, author string) ([]byte, error) {
	out := sealed{Kind: c.Kind, Title: c.Title, At: tx.Now}
	var err error
	if out.Body, _, err = saidOf(tx, c); err != nil {
		return nil, err
	}
	if p, err := account.ByID(tx, author); err == nil {
		out.Author, out.Login = p.Shown(), p.Login
	} else if store.KindOf(err) != store.NotFound {
		return nil, err
	}
	photos, err := photo.Of(tx, c.Ref)
	if err != nil {
		return nil, err
	}
	for _, p := range photos {
		jpeg, err := r.photoBytes(p.File)
		if store.KindOf(err) == store.NotFound {
			continue // lost with its file
		}
		if err != nil {
			return nil, err
		}
		out.Photos = append(out.Photos, jpeg)
	}
	return json.Marshal(out)
}

func (r *request) photoBytes(f photo.File) ([]byte, error) {
	file, err := r.s.opt.Photos.Open(f, false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(file)
}

// sealPage lists the sealed copies, for an operator.
type sealPage struct {
	formPage
	List []moderation.Sealing
	Key  bool // the box can seal
}

func (r *request) sealPage(f *form) (*sealPage, error) {
	p := &sealPage{formPage: r.formPage("moderation.seal.title", f)}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Key, err = account.HasSealKey(tx); err != nil {
			return err
		}
		p.List, err = moderation.Sealings(tx)
		return err
	})
	return p, err
}

// seals lists the sealed copies.
func (s *Server) seals(r *request) error {
	p, err := r.sealPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("moderation/seal", p)
}

// sealKeep keeps the key of the recovery sheet, on a box that has none.
func (s *Server) sealKeep(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return account.KeepSheetKeys(tx, f.lines("words")) })
	if err != nil {
		return r.sealAgain(f, err)
	}
	return r.Redirect("/admin/scelles", "moderation.seal.kept")
}

// sealOpen opens one with the words of the sheet and hands it over.
func (s *Server) sealOpen(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var content []byte
	err = r.Update(func(tx *store.Tx) (err error) {
		content, err = moderation.Unseal(tx, r.Param("id"), f.lines("words"))
		return err
	})
	if err != nil {
		return r.sealAgain(f, err)
	}
	r.Uncached()
	r.Response().Header().Set("Content-Disposition", `attachment; filename="scelle.json"`)
	return r.Blob(http.StatusOK, "application/json", content)
}

// sealAgain shows the page with what is wrong. The words are not repeated: they
// open everything.
func (r *request) sealAgain(f *form, fault error) error {
	f.values.Del("words")
	p, err := r.sealPage(f)
	if err != nil {
		return err
	}
	return r.again(f, fault, "moderation/seal", p)
}

// KindWord is what a kind of card is called.
func (p *sealPage) KindWord(kind string) string {
	if kind == discussion.KindPost || kind == discussion.KindComment {
		return p.T("moderation.kind." + kind)
	}
	return p.speech().subjectOf(kind).Word
}
