package images

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// visitor is a browser without script, as the pages promise to need none: it
// follows links, fills the forms it finds and keeps cookies.
type visitor struct{ client *http.Client }

// newVisitor gives a browser with the cookies in jar for the box behind addr,
// which it calls copi.local as people do.
func newVisitor(addr string, jar http.CookieJar) *visitor {
	return &visitor{&http.Client{
		Jar:     jar,
		Timeout: 20 * time.Second, // QEMU accepts a connection before the box listens
		Transport: &http.Transport{
			DisableKeepAlives: true, // a machine that was killed would leave them half open
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, addr)
			},
		},
	}}
}

// page is an answer.
type page struct {
	url    *url.URL // after redirects
	status int
	body   string
}

// get fetches an address of the box; any status but 200 is an error.
func (v *visitor) get(ctx context.Context, path string) (page, error) {
	return v.send(ctx, http.MethodGet, "http://"+Name+".local"+path, nil)
}

func (v *visitor) send(ctx context.Context, method, address string, form url.Values) (page, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return page{}, err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return page{}, err
	}
	defer func() { _ = resp.Body.Close() }() // the body was read whole
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return page{}, err
	}
	p := page{url: resp.Request.URL, status: resp.StatusCode, body: string(b)}
	if p.status != http.StatusOK {
		return p, fmt.Errorf("%s %s: status %d: %s", method, req.URL.Path, p.status, p.complaint())
	}
	return p, nil
}

// fill sends the form with the named field of the page's main part. Fields without an answer
// keep what the page proposes.
func (v *visitor) fill(ctx context.Context, p page, field string, answers ...answer) (page, error) {
	doc, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		return page{}, err
	}
	for form := range mainPart(doc).Descendants() {
		if form.Data != "form" || !slices.Contains(names(form), field) {
			continue
		}
		values, err := fields(form, answers)
		if err != nil {
			return page{}, fmt.Errorf("%s: %w", p.url.Path, err)
		}
		action, err := p.url.Parse(attr(form, "action"))
		if err != nil {
			return page{}, err
		}
		if !strings.EqualFold(attr(form, "method"), "post") {
			action.RawQuery = values.Encode()
			return v.send(ctx, http.MethodGet, action.String(), nil)
		}
		return v.send(ctx, http.MethodPost, action.String(), values)
	}
	return page{}, fmt.Errorf("%s has no form with a field %s", p.url.Path, field)
}

// complaint is what the page says is wrong, for an error.
func (p page) complaint() string {
	doc, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		return ""
	}
	var said []string
	for n := range doc.Descendants() {
		if class := attr(n, "class"); n.Data == "h1" || strings.Contains(class, "fault") {
			said = append(said, strings.Join(strings.Fields(text(n)), " "))
		}
	}
	return strings.Join(said, "; ")
}
