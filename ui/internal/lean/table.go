package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/build"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

const module = "copi.local"

// outside are the types of the standard library templates hold.
var outside = map[string][]string{"time": {"Time", "Month", "Weekday", "Duration"}, "net/url": {"URL", "Values"}}

// kind is a type with what templates may ask of it.
type kind struct {
	pkg, name string
	embeds    []string // the names of its embedded fields; a star before a pointer
	methods   []string
}

// tableOf is the Go source of the table: of package ui and what it imports of
// ours, each type with a method that is named, and those that embed others.
func tableOf(names map[string]bool) ([]byte, error) {
	kinds := map[string]*kind{}
	seen := map[string]bool{}
	if err := read(".", module+"/ui", names, kinds, seen); err != nil {
		return nil, err
	}
	for pkg, types := range outside {
		std := map[string]*kind{}
		if err := readDir(filepath.Join(build.Default.GOROOT, "src", pkg), pkg, names, std, nil); err != nil {
			return nil, err
		}
		for _, name := range types {
			if k := std[pkg+"."+name]; k != nil {
				k.embeds = nil
				kinds[pkg+"."+name] = k
			}
		}
	}
	return source(slices.SortedFunc(maps.Values(kinds), func(a, b *kind) int {
		return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.name, b.name))
	}))
}

// read reads a package of ours and all it imports of ours.
func read(dir, pkg string, names map[string]bool, kinds map[string]*kind, seen map[string]bool) error {
	if seen[pkg] {
		return nil
	}
	seen[pkg] = true
	var imports []string
	if err := readDir(dir, pkg, names, kinds, &imports); err != nil {
		return err
	}
	for _, imp := range imports {
		if rest, ours := strings.CutPrefix(imp, module+"/"); ours {
			if err := read(filepath.Join("..", rest), imp, names, kinds, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// readDir reads the files a build of the package has.
func readDir(dir, pkg string, names map[string]bool, kinds map[string]*kind, imports *[]string) error {
	p, err := build.Default.ImportDir(dir, 0)
	if err != nil {
		return err
	}
	if imports != nil {
		*imports = p.Imports
	}
	found := func(name string) *kind {
		k := kinds[pkg+"."+name]
		if k == nil {
			k = &kind{pkg: pkg, name: name}
			kinds[pkg+"."+name] = k
		}
		return k
	}
	for _, file := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			declared(d, pkg, names, found)
		}
	}
	maps.DeleteFunc(kinds, func(_ string, k *kind) bool {
		return k.pkg == pkg && (len(k.methods)+len(k.embeds) == 0 || pkg != module+"/ui" && !ast.IsExported(k.name))
	})
	return nil
}

// declared notes a type that embeds, or a method that is named.
func declared(d ast.Decl, pkg string, names map[string]bool, found func(string) *kind) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || !d.Name.IsExported() || !names[d.Name.Name] {
			return
		}
		of := d.Recv.List[0].Type
		if star, ok := of.(*ast.StarExpr); ok {
			of = star.X
		}
		if id, plain := of.(*ast.Ident); plain { // not of a generic type
			k := found(id.Name)
			k.methods = append(k.methods, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			t, ok := s.(*ast.TypeSpec)
			if !ok || t.TypeParams != nil {
				continue
			}
			if st, ok := t.Type.(*ast.StructType); ok {
				if e := embedded(st, pkg); len(e) > 0 {
					found(t.Name.Name).embeds = e
				}
			}
		}
	}
}

// embedded are the embedded fields the table can name.
func embedded(st *ast.StructType, pkg string) (list []string) {
	for _, f := range st.Fields.List {
		if len(f.Names) > 0 {
			continue
		}
		of, star := f.Type, ""
		if p, ok := of.(*ast.StarExpr); ok {
			of, star = p.X, "*"
		}
		name := ""
		switch of := of.(type) {
		case *ast.Ident:
			name = of.Name
		case *ast.SelectorExpr:
			name = of.Sel.Name
		}
		if name != "" && (pkg == module+"/ui" || ast.IsExported(name)) {
			list = append(list, star+name)
		}
	}
	return list
}

// source writes the table.
func source(kinds []*kind) ([]byte, error) {
	alias := map[string]string{}
	var imports, rows bytes.Buffer
	for _, k := range kinds {
		of := k.name
		if k.pkg != module+"/ui" {
			if alias[k.pkg] == "" {
				alias[k.pkg] = fmt.Sprintf("p%d", len(alias)+1)
				fmt.Fprintf(&imports, "%s %q\n", alias[k.pkg], k.pkg)
			}
			of = alias[k.pkg] + "." + k.name
		}
		fmt.Fprintf(&rows, "{(*%s)(nil), []byname.Embed{", of)
		for _, e := range k.embeds {
			field, pointer := strings.CutPrefix(e, "*")
			to := "&"
			if pointer {
				to = ""
			}
			fmt.Fprintf(&rows, "\n{%q, func(v any) any { return %sv.(*%s).%s }},", field, to, of, field)
		}
		rows.WriteString("}, []byname.Method{")
		slices.Sort(k.methods)
		for _, m := range k.methods {
			fmt.Fprintf(&rows, "\n{%q, func(v any) any { return v.(*%s).%s }},", m, of, m)
		}
		rows.WriteString("}},\n")
	}
	return format.Source(fmt.Appendf(nil, `// Code generated by internal/lean. DO NOT EDIT.

//go:build lean

package ui

import (
	"copi.local/ui/internal/byname"
%s)

var byNames = []byname.Type{
%s}
`, imports.String(), rows.String()))
}
