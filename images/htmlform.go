package images

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// answer is what a person types into a field, or the choice they tick.
type answer struct{ field, value string }

// mainPart is what a page is about, without the search box and the like above.
func mainPart(doc *html.Node) *html.Node {
	for n := range doc.Descendants() {
		if n.Data == "main" {
			return n
		}
	}
	return doc
}

// fields is what the form sends: what it proposes, with the answers in place.
func fields(form *html.Node, answers []answer) (url.Values, error) {
	values := url.Values{}
	for n := range form.Descendants() {
		if name := attr(n, "name"); name != "" && proposed(n) {
			values.Add(name, value(n))
		}
	}
	known := names(form)
	for _, a := range answers {
		if !slices.Contains(known, a.field) {
			return nil, fmt.Errorf("the form has no field %s, it has %v", a.field, known)
		}
		values.Set(a.field, a.value)
	}
	return values, nil
}

// names lists the form's fields.
func names(form *html.Node) []string {
	var out []string
	for n := range form.Descendants() {
		if name := attr(n, "name"); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// proposed tells whether the field is sent when nobody touches it.
func proposed(n *html.Node) bool {
	switch attr(n, "type") {
	case "checkbox", "radio":
		return has(n, "checked")
	case "submit", "button":
		return false
	default:
		return n.Data == "input" || n.Data == "textarea" || n.Data == "select"
	}
}

// value is what a field holds.
func value(n *html.Node) string {
	switch n.Data {
	case "textarea":
		return strings.TrimPrefix(text(n), "\n")
	case "select":
		first, chosen := "", ""
		for o := range n.Descendants() {
			if o.Data == "option" && first == "" {
				first = attr(o, "value")
			}
			if o.Data == "option" && has(o, "selected") {
				chosen = attr(o, "value")
			}
		}
		if chosen != "" {
			return chosen
		}
		return first
	default:
		return attr(n, "value")
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}
