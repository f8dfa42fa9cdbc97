//go:build lean

package ui

import (
	"text/template"

	"copi.local/ui/internal/byname"
)

// A lean binary has only the methods somebody calls; those its templates name are
// in a table that internal/lean wrote, as this Method is its work too.
func init() { template.Method = byname.In(byNames).Method }
