package ui

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// This is the only file that may say template.HTML of something it made: what
// passes here reaches a page unescaped. Reviewed: goldmark without its unsafe
// option drops raw HTML and addresses that are not http, https, mailto or
// relative, and the only texts are those of ui/help, which are part of the
// program; the style sheet within a page is a file of ui/static. An address to subscribe to is the box's own, with another scheme.

var markdownRenderer = goldmark.New(goldmark.WithExtensions(extension.Table))

// trusted is HTML that a template does not escape. A test keeps its makers in
// this file.
type trusted = template.HTML

// markdown renders a help text.
func markdown(text string) (trusted, error) {
	var b bytes.Buffer
	if err := markdownRenderer.Convert([]byte(text), &b); err != nil {
		return "", err
	}
	return trusted(b.String()), nil
}

// inlineStyle is a style sheet of ours within a page.
func inlineStyle(css []byte) trusted { return trusted("<style>" + string(css) + "</style>") }

// trustedAddress is an address with a scheme that pages usually have no use
// for. It is still escaped.
type trustedAddress = template.URL

// subscription is an address of the box as calendars subscribe to it: base is
// the box's own, path has its query encoded.
func subscription(base, path string) trustedAddress {
	_, host, _ := strings.Cut(base, "://")
	return trustedAddress("webcal://" + host + path)
}
