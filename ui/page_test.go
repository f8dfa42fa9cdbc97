package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// shown finds what the layouts read of a page.
var shown = regexp.MustCompile(`[ ({]\$?\.([A-Z]\w*)`)

// TestNoPageHidesWhatTheLayoutReads: a page with a field of its own named as
// one of page's shows it at the head or the foot of the whole page instead.
func TestNoPageHidesWhatTheLayoutReads(t *testing.T) {
	of, embeds := typesOf(t)
	layout := map[string]bool{}
	for _, text := range sources(t, "templates/layout/*.html") {
		for _, m := range shown.FindAllStringSubmatch(text, -1) {
			layout[m[1]] = of["page"][m[1]] || of["localizer"][m[1]]
		}
	}
	if !layout["Todo"] || !layout["Version"] || !layout["T"] {
		t.Fatalf("the layouts read %v", layout)
	}
	for name := range embeds {
		for above := name; above != "" && above != "page"; above = embeds[above] {
			for member := range of[above] {
				if layout[member] && reaches(embeds, name) {
					t.Errorf("%s.%s hides that of every page", above, member)
				}
			}
		}
	}
}

// reaches tells whether a type is a page.
func reaches(embeds map[string]string, name string) bool {
	for ; name != "" && name != "page"; name = embeds[name] {
	}
	return name == "page"
}

// typesOf are the exported fields and methods of the types of this package, and
// the first type of the package that each struct embeds.
func typesOf(t *testing.T) (members map[string]map[string]bool, embeds map[string]string) {
	t.Helper()
	members, embeds = map[string]map[string]bool{}, map[string]string{}
	add := func(of, name string) {
		if members[of] == nil {
			members[of] = map[string]bool{}
		}
		members[of][name] = ast.IsExported(name)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv != nil {
					add(bare(n.Recv.List[0].Type), n.Name.Name)
				}
			case *ast.TypeSpec:
				s, ok := n.Type.(*ast.StructType)
				if !ok {
					return true
				}
				for _, f := range s.Fields.List {
					for _, id := range f.Names {
						add(n.Name.Name, id.Name)
					}
					if of := bare(f.Type); len(f.Names) == 0 && of != "" && embeds[n.Name.Name] == "" {
						embeds[n.Name.Name] = of
					}
				}
			}
			return true
		})
	}
	return members, embeds
}

// bare is the name of a type of this package, also behind a pointer.
func bare(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// TestTemplatesNameNothingOfSpeech: a page embeds a localizer and no more, so
// that what a template calls on it is the localizer's.
func TestTemplatesNameNothingOfSpeech(t *testing.T) {
	of, small := reflect.TypeFor[*speech](), reflect.TypeFor[*localizer]()
	named := map[string]bool{}
	for _, text := range sources(t, "templates/*/*.html") {
		for _, m := range shown.FindAllStringSubmatch(text, -1) {
			named[m[1]] = true
		}
	}
	if !named["T"] {
		t.Fatalf("the templates name %v", named)
	}
	for name := range named {
		_, spoken := of.MethodByName(name)
		if _, has := small.MethodByName(name); spoken && !has {
			t.Errorf("a template names %s, which pages do not have", name)
		}
	}
}
