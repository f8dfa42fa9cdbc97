package ui

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// The kinds of body the framework itself sends.
const (
	htmlType = "text/html; charset=utf-8"
	jsonType = "application/json; charset=utf-8"
)

// JSON answers with v as JSON.
func (r *request) JSON(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return r.Data(status, jsonType, b)
}

// Data answers with a whole body of any kind: a calendar, a feed. Like a page
// it is packed, and kept for the next visitor when it may be.
func (r *request) Data(status int, contentType string, body []byte) error {
	h := r.Response().Header()
	lead, leads := r.Response().Writer.(*leader)
	if leads && status == http.StatusOK && !r.nocopy && h["Set-Cookie"] == nil && r.actor.ID == "" {
		return r.sendKept(lead, contentType, body)
	}
	h["Content-Type"], h["Cache-Control"], h["Vary"] = []string{contentType}, noStore, varyPages
	if acceptsGzip(r.Request()) {
		gz, err := compress(body)
		if err != nil {
			return err
		}
		h["Content-Encoding"] = gzipCoding
		body = gz
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	r.Response().WriteHeader(status)
	if r.Request().Method == http.MethodHead {
		return nil
	}
	_, err := r.Response().Write(body)
	return err
}

// sendKept answers and leaves the body to those who ask after.
func (r *request) sendKept(lead *leader, contentType string, body []byte) error {
	gz, err := compress(body)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	p := &cachedPage{
		key: lead.key, version: lead.version, gz: gz,
		until:  midnight(r.now, r.s.zone),
		kind:   []string{contentType},
		length: []string{strconv.Itoa(len(gz))},
		etag:   []string{`W/"` + hex.EncodeToString(sum[:8]) + `"`},
	}
	for name, value := range r.Response().Header() {
		if !slices.Equal(value, securityHeaders[name]) {
			p.more = append(p.more, headerLine{name, value})
		}
	}
	if !r.fresh.IsZero() && r.fresh.Before(p.until) {
		p.until = r.fresh
	}
	if len(gz) <= cacheEntry {
		lead.land(p)
	}
	r.Response().Committed = true // p.write goes round echo
	p.write(lead.ResponseWriter, r.Request())
	return nil
}

// compressors keeps gzip's large tables for the next page.
var compressors = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.DefaultCompression) // fails for unknown levels only
	return w
}}

// compress packs a body.
func compress(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w := compressors.Get().(*gzip.Writer)
	defer compressors.Put(w)
	w.Reset(&b)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// gunzip is the plain form of bytes we packed ourselves.
func gunzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
