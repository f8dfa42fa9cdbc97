package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Word is a value taken as it is.
type Word string

// Set takes s.
func (w *Word) Set(s string) error { *w = Word(s); return nil }

// String is the value.
func (w *Word) String() string { return string(*w) }

// Path is a file or directory, made absolute: what is printed of it holds in any
// directory.
type Path string

// PathTo is a path as the program would be given it.
func PathTo(s string) *Path {
	p := new(Path)
	_ = p.Set(s)
	return p
}

// Set takes s, seen from the directory the program runs in.
func (p *Path) Set(s string) error {
	abs, err := filepath.Abs(s)
	*p = Path(abs)
	return err
}

// String is the path.
func (p *Path) String() string { return string(*p) }

// Choice is one word of a few.
type Choice[S ~string] struct {
	to *S
	of []S
}

// OneOf reads into to, which holds what is meant when nothing is said.
func OneOf[S ~string](to *S, of ...S) Choice[S] { return Choice[S]{to, of} }

// Set takes s when it is one of them.
func (c Choice[S]) Set(s string) error {
	if !slices.Contains(c.of, S(s)) {
		return fmt.Errorf("it is one of %s", c.List())
	}
	*c.to = S(s)
	return nil
}

// String is the word that was chosen; the zero value of a choice has none.
func (c Choice[S]) String() string {
	if c.to == nil {
		return ""
	}
	return string(*c.to)
}

// List is what there is to choose from, for help.
func (c Choice[S]) List() string {
	words := make([]string, len(c.of))
	for i, s := range c.of {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

// Several is a flag that may be repeated.
type Several []string

// Set adds s.
func (l *Several) Set(s string) error { *l = append(*l, s); return nil }

// String lists them.
func (l *Several) String() string { return strings.Join(*l, ",") }
