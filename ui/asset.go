package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"copi.local/ui/internal/squeeze"
)

//go:generate go run ./internal/precompress static

// What shrinks is embedded packed, and nothing twice: it is a third of the
// bytes.
//
//go:embed static/*.gz static/vendor/*/*.gz static/vendor/*/LICENSE
var staticFiles embed.FS

// assets are the files pages load: CSS, sprite, scripts, pictures. Their names
// carry a hash of what is in them, so browsers keep them for ever. They are
// compressed when committed, not at start: that took six seconds where it was
// measured, far more on a Pi.
type assets struct {
	names  map[string]string // "copi.css" → "/static/copi.1a2b3c4d5e.css"
	byPath map[string]*asset
}

type asset struct {
	body        []byte
	packed      bool // body is gzip; false for what does not shrink
	contentType []string
	etag        []string
}

// loadAssets hashes every embedded file.
func loadAssets() (*assets, error) {
	a := &assets{names: map[string]string{}, byPath: map[string]*asset{}}
	err := fs.WalkDir(staticFiles, "static", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || squeeze.Source(file) {
			return err
		}
		return a.add(file)
	})
	return a, err
}

func (a *assets) add(file string) error {
	body, err := staticFiles.ReadFile(file)
	if err != nil {
		return err
	}
	f := &asset{body: body}
	file, f.packed = strings.CutSuffix(file, ".gz")
	plain, err := f.plain()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(plain)
	hash := hex.EncodeToString(sum[:5])
	name := strings.TrimPrefix(file, "static/")
	ext := path.Ext(name)
	address := "/static/" + strings.TrimSuffix(name, ext) + "." + hash + ext
	kind, ok := contentTypes[ext]
	if !ok {
		kind = "text/plain; charset=utf-8" // a licence
	}
	a.names[name] = address
	f.contentType, f.etag = []string{kind}, []string{`"` + hash + `"`}
	a.byPath[address] = f
	return nil
}

// contentTypes are those of the files pages load. What a machine knows of
// types beside them would be half a megabyte in memory.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".topojson": "application/json",
}

// plain is the file as it was before it was packed.
func (f *asset) plain() ([]byte, error) {
	if !f.packed {
		return f.body, nil
	}
	return squeeze.Gunzip(f.body)
}

// plain is an asset by its name, unpacked.
func (a *assets) plain(name string) ([]byte, error) {
	f, ok := a.byPath[a.names[name]]
	if !ok {
		return nil, fmt.Errorf("no file %q under ui/static", name)
	}
	return f.plain()
}

// name is the address of an asset; templates say {{asset "copi.css"}}.
func (a *assets) name(name string) (string, error) {
	address, ok := a.names[name]
	if !ok {
		return "", fmt.Errorf("no file %q under ui/static", name)
	}
	return address, nil
}

var (
	immutable  = []string{"public, max-age=31536000, immutable"}
	varyGzip   = []string{"Accept-Encoding"}
	gzipCoding = []string{"gzip"}
)

// static serves one asset.
func (s *Server) static(r *request) error {
	f, ok := s.assets.byPath[r.Request().URL.Path]
	if !ok {
		return errNoPage
	}
	return f.serve(r.Response(), r.Request())
}

// serve answers with the asset.
func (f *asset) serve(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h["Content-Type"], h["Cache-Control"] = f.contentType, immutable
	h["Vary"], h["Etag"] = varyGzip, f.etag
	if r.Header.Get("If-None-Match") == f.etag[0] {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := f.body
	if f.packed && acceptsGzip(r) {
		h["Content-Encoding"] = gzipCoding
	} else {
		var err error
		if body, err = f.plain(); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(body)
	return err
}

// acceptsGzip tells whether the client takes gzip, as all browsers do.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, q, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
