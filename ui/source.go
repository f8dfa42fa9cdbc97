//go:build !packed

package ui

import (
	"embed"
	"io/fs"
)

//go:embed all:templates locales help
var plainSources embed.FS

// sourceFiles are the templates, sentences and help pages as they lie here.
func sourceFiles() (fs.FS, error) { return plainSources, nil }
