// Package sprite binds single icons into the one SVG file pages load, and
// checks vendored files against the hashes they were taken with. It is apart
// from package ui so that the command that writes and the test that checks
// agree.
package sprite

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// shell is an icon's file around its drawing: comment, opening and closing tag.
var shell = regexp.MustCompile(`(?s)^.*?<svg[^>]*>(.*)</svg>\s*$`)

// gap is white space between elements and their attributes.
var gap = regexp.MustCompile(`\s+`)

// Build makes a sprite of every .svg file of dir, in order of their names. A
// page shows one with <svg><use href="icons.svg#name"/></svg>; colour and
// width of the strokes come from the CSS.
func Build(files fs.FS, dir string) ([]byte, error) {
	names, err := fs.Glob(files, path.Join(dir, "*.svg"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">` + "\n")
	for _, name := range names {
		svg, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		inner := shell.FindSubmatch(svg)
		if inner == nil {
			return nil, fmt.Errorf("%s is not one SVG", name)
		}
		drawing := gap.ReplaceAllString(strings.TrimSpace(string(inner[1])), " ")
		drawing = strings.NewReplacer("> <", "><", " />", "/>").Replace(drawing)
		id := strings.TrimSuffix(path.Base(name), ".svg")
		fmt.Fprintf(&b, "<symbol id=%q viewBox=\"0 0 24 24\">%s</symbol>\n", id, drawing)
	}
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}

// Vendored is what vendor.json keeps of one library whose files we carry.
type Vendored struct {
	Name      string            `json:"name"`
	Version   string            `json:"version"`
	Licence   string            `json:"licence"`
	Integrity string            `json:"integrity"` // of the npm package the files were taken from
	Files     map[string]string `json:"files"`     // name under the library's folder → sha256, hex
}

// Check compares the files under dir with dir/vendor.json: all that are listed
// must be there unchanged, and none more.
func Check(files fs.FS, dir string) error {
	list, err := read(files, dir)
	if err != nil {
		return err
	}
	known := map[string]string{"vendor.json": ""}
	for _, lib := range list {
		for name, sum := range lib.Files {
			known[path.Join(lib.Name, name)] = sum
		}
	}
	err = fs.WalkDir(files, dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := strings.TrimPrefix(file, dir+"/")
		if plain, packed := strings.CutSuffix(name, ".gz"); packed && listed(list, plain) {
			return nil // ours, made of what lies beside it
		}
		want, ok := known[name]
		if !ok {
			return fmt.Errorf("%s is not in vendor.json", file)
		}
		delete(known, name)
		body, err := fs.ReadFile(files, file)
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(body); want != "" && hex.EncodeToString(sum[:]) != want {
			return fmt.Errorf("%s was changed since it was taken", file)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name := range known {
		return fmt.Errorf("%s is in vendor.json and not on disk", name)
	}
	return nil
}

// listed tells whether a file is one that was taken.
func listed(list []Vendored, name string) bool {
	for _, lib := range list {
		if inner, ok := strings.CutPrefix(name, lib.Name+"/"); ok && lib.Files[inner] != "" {
			return true
		}
	}
	return false
}

func read(files fs.FS, dir string) ([]Vendored, error) {
	b, err := fs.ReadFile(files, path.Join(dir, "vendor.json"))
	if err != nil {
		return nil, err
	}
	var list []Vendored
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("%s/vendor.json: %w", dir, err)
	}
	for _, lib := range list {
		if lib.Licence == "" || lib.Version == "" || lib.Integrity == "" {
			return nil, fmt.Errorf("%s: vendor.json must say version, licence and integrity", lib.Name)
		}
		if _, ok := lib.Files["LICENSE"]; !ok {
			return nil, fmt.Errorf("%s: its licence must lie beside its files", lib.Name)
		}
	}
	return list, nil
}
