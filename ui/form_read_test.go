package ui

import (
	"html"
	"regexp"
)

// What a browser would send of a page's form.
var (
	inputPattern  = regexp.MustCompile(`<input [^>]*>`)
	areaPattern   = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>`)
	selectPattern = regexp.MustCompile(`(?s)<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>`)
	chosenPattern = regexp.MustCompile(`<option value="([^"]*)" selected>`)
)

// attributeOf is the value of an attribute of a tag.
func attributeOf(tag, name string) string {
	m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}
