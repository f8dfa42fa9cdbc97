//go:build image

package images

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"
	"golang.org/x/net/html"

	"copi.local/appliance/update"
	"copi.local/store"
)

// The versions of this test. What is new in the third does not start.
var versions = [...]string{"v1", "v2", "v3"}

// epoch is when a version was built: seconds apart, for the box's clock never
// shows an earlier time, and a day later the operator would have to sign in.
func epoch(n int) time.Time { return time.Unix(1780000000+int64(n), 0) }

// quick are rules that let a test end: a version must be well for ten seconds.
func quick(n int) TrialFlags {
	f := TrialFlags{Probation: []string{"--hold", "10s", "--first", "60s"}}
	if versions[n] == "v3" {
		f.Serve = []string{"--no-such-flag"}
	}
	return f
}

func options(t *testing.T, n int, public minisign.PublicKey) Options {
	return Options{
		Source: "..", Size: DefaultSize, Epoch: epoch(n), Version: versions[n], Keys: []string{public.String()},
		Trial: quick(n), Progress: func(step string) { t.Log(step) },
	}
}

// TestACardChangesVersions sends updates to a box in QEMU through its pages, as
// an operator does: one whose sending is cut off by the power, one that is kept,
// one that does not start. Nothing of what was written is lost.
func TestACardChangesVersions(t *testing.T) {
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	first := options(t, 0, public)
	first.Out = filepath.Join(dir, "copi.img")
	if err := Build(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	var files [3]string
	for n := 1; n < len(files); n++ {
		files[n] = filepath.Join(dir, versions[n]+".copiupdate")
		packUpdate(t, options(t, n, public), private, files[n])
	}
	c := newUpdateTrial(t, first.Out)
	c.powered("first start", "v1", func(ctx context.Context, m *vm, v *visitor) error {
		if err := c.firstDay(ctx, m, v); err != nil {
			return err
		}
		return c.cutOff(ctx, m, files[1]) // the plug is pulled
	})
	c.powered("start after the power cut", "v1", func(ctx context.Context, m *vm, v *visitor) error {
		return c.change(ctx, m, files[1])
	})
	c.powered("start of the new version", "v2", func(ctx context.Context, m *vm, v *visitor) error {
		if err := c.says(ctx, m, "est adoptée"); err != nil {
			return err
		}
		return c.change(ctx, m, files[2])
	})
	c.never("start of the version that does not start")
	c.powered("start of the version before", "v2", func(ctx context.Context, m *vm, v *visitor) error {
		return c.says(ctx, m, "v3 n’a pas tenu")
	})
}

// packUpdate builds a root and signs it.
func packUpdate(t *testing.T, o Options, key minisign.PrivateKey, file string) {
	t.Helper()
	number, oldest, err := store.Formats()
	if err != nil {
		t.Fatal(err)
	}
	err = Root(t.Context(), o, func(root, kernel string) error {
		b, err := os.ReadFile(root)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		out, err := os.Create(file)
		if err != nil {
			return err
		}
		return errors.Join(update.Pack(out, update.Manifest{
			Version: o.Version, Built: o.Epoch.Unix(), Board: update.BoardPi, Kernel: kernel, Format: number, Opens: oldest,
			Size: int64(len(b)), SHA256: hex.EncodeToString(sum[:]), Notes: update.Notes{FR: "Un essai."},
		}, key, bytes.NewReader(b)), out.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// updateTrial is a card that changes versions.
type updateTrial struct {
	trial
	t *testing.T
}

func newUpdateTrial(t *testing.T, image string) *updateTrial {
	t.Helper()
	firmware, err := efiFirmware(t.Context(), "..")
	if err != nil {
		t.Fatal(err)
	}
	cookies, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &updateTrial{trial{
		card: filepath.Join(t.TempDir(), "card.img"), firmware: firmware, cookies: cookies,
		progress: func(step string) { t.Log(step) },
	}, t}
	if err := copyCard(c.card, image); err != nil {
		t.Fatal(err)
	}
	return c
}

// powered is a day with the version that is to run.
func (c *updateTrial) powered(name, version string, day func(context.Context, *vm, *visitor) error) {
	c.t.Helper()
	err := c.trial.powered(c.t.Context(), name, func(ctx context.Context, m *vm, v *visitor) error {
		if p, err := v.get(ctx, "/aide"); err != nil || !strings.Contains(p.body, "CoPi "+version+".") {
			return fmt.Errorf("not %s runs: %w", version, err)
		}
		if c.event != "" {
			if err := stillThere(ctx, newVisitor(m.web, nil), v, c.event); err != nil {
				return err
			}
		}
		return day(ctx, m, v)
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// never starts the card and waits until it starts again by itself.
func (c *updateTrial) never(name string) {
	c.t.Helper()
	c.progress(name)
	m, err := boot(c.t.Context(), c.card, c.firmware)
	if err != nil {
		c.t.Fatal(err)
	}
	defer m.pullPlug()
	if err := m.restarts(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

// restarts waits until the machine starts again by itself, which ends QEMU.
func (m *vm) restarts(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, bootWithin)
	defer cancel()
	select {
	case <-m.gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the machine does not start again; the console's last lines:\n%s", lastLines(m.console(), 15))
	}
}

const updatePage = "/admin/mise-a-jour"

// operator is the operator's browser, with more patience.
func (c *updateTrial) operator(m *vm) *visitor {
	v := newVisitor(m.web, c.cookies)
	v.client.Timeout = 4 * time.Minute
	return v
}

// change sends an update and switches to it; the machine starts again.
func (c *updateTrial) change(ctx context.Context, m *vm, file string) error {
	c.progress("sending " + filepath.Base(file))
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	p, err := c.send(ctx, m, f)
	if err != nil {
		return err
	}
	if _, err = c.operator(m).fill(ctx, p, "id", answer{"current", passphrase}, answer{"do", "go"}); err != nil {
		return err
	}
	return m.restarts(ctx)
}

// cutOff sends half an update.
func (c *updateTrial) cutOff(ctx context.Context, m *vm, file string) error {
	c.progress("sending half of " + filepath.Base(file))
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	half := io.MultiReader(bytes.NewReader(b[:len(b)/2]), cut{m})
	if _, err := c.send(ctx, m, half); err == nil {
		return errors.New("half an update was taken")
	}
	return nil
}

// cut is where a file ends because the plug is pulled.
type cut struct{ m *vm }

func (c cut) Read([]byte) (int, error) {
	c.m.pullPlug()
	return 0, io.ErrUnexpectedEOF
}

// send posts a file as the page's form does.
func (c *updateTrial) send(ctx context.Context, m *vm, file io.Reader) (page, error) {
	body, in := io.Pipe()
	form := multipart.NewWriter(in)
	go func() { // ends with the request
		part, err := form.CreateFormFile("file", "x.copiupdate")
		if err == nil {
			_, err = io.Copy(part, file)
		}
		if err == nil {
			err = form.Close()
		}
		_ = in.CloseWithError(err)
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+Name+".local"+updatePage+"/fichier", body)
	if err != nil {
		return page{}, err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	v := c.operator(m)
	resp, err := v.client.Do(req)
	if err != nil {
		return page{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	p := page{url: resp.Request.URL, status: resp.StatusCode, body: string(b)}
	if err == nil && (p.status != http.StatusOK || !strings.Contains(p.body, "est prête")) {
		err = fmt.Errorf("status %d: %s", p.status, p.complaint())
	}
	return p, err
}

// says waits until the page of updates says something.
func (c *updateTrial) says(ctx context.Context, m *vm, what string) error {
	return m.await(ctx, "the page says "+what, func(ctx context.Context) error {
		p, err := c.operator(m).get(ctx, updatePage)
		if err == nil && !strings.Contains(said(p), what) {
			err = fmt.Errorf("it says %q", said(p))
		}
		return err
	})
}

// said is the text of a page's main part.
func said(p page) string {
	doc, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(text(mainPart(doc))), " ")
}
