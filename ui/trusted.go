package ui

import (
	"bytes"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// This is the only file that may say template.HTML of something it made: what
// passes here reaches a page unescaped. Reviewed: goldmark without its unsafe
// option drops raw HTML and addresses that are not http, https, mailto or
// relative, and the only texts are those of ui/help, which are part of the
// program.

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
