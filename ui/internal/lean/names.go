package main

import (
	"io/fs"
	"os"
	"path"
	"reflect"
	"text/template/parse"
)

// named are the fields and methods the templates below a directory name.
func named(dir string) (map[string]bool, error) {
	names := map[string]bool{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".html" {
			return err
		}
		text, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		tree := parse.New(file)
		tree.Mode = parse.SkipFuncCheck
		set := map[string]*parse.Tree{}
		if _, err := tree.Parse(string(text), "", "", set); err != nil {
			return err
		}
		for _, t := range set {
			collect(reflect.ValueOf(t.Root), names)
		}
		return nil
	})
	return names, err
}

// collect walks a tree of any nodes: a node of a sort we had forgotten would be
// a page that fails.
func collect(v reflect.Value, names map[string]bool) {
	switch v.Kind() { //nolint:exhaustive // a node is made of no others
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() || v.Type() == reflect.TypeFor[*parse.Tree]() {
			return
		}
		switch n := v.Interface().(type) {
		case *parse.FieldNode:
			add(names, n.Ident)
		case *parse.VariableNode:
			add(names, n.Ident[1:])
		case *parse.ChainNode:
			add(names, n.Field)
		}
		collect(v.Elem(), names)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				collect(v.Field(i), names)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			collect(v.Index(i), names)
		}
	}
}

func add(names map[string]bool, idents []string) {
	for _, name := range idents {
		names[name] = true
	}
}
