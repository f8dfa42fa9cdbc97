package ui

import (
	"bytes"
	"path"
	"strconv"
	"sync"
)

// weightMark stands for a page's weight until the page is rendered. It is of
// the private use area; the last one on the page is the layout's.
var weightMark = []byte("\uE0C0")

// Weight is "Cette page pèse 8 ko": a box says what it costs to read.
func (p *page) Weight() string { return p.T("ui.weight", "n", string(weightMark)) }

// scale weighs pages as a phone gets them: the page, the style sheet and the
// icons, packed with gzip. How far a page shrinks is measured when its template
// is first used, and taken as the same for the next ones: packing every page
// twice would cost more than the figure is worth.
type scale struct {
	base   int            // of what every page loads, in bytes
	drawn  int            // of what a page with a map loads beside
	sheets map[string]int // of the style sheets only some pages load, by address
	shrink sync.Map       // name of a template → packed bytes per byte (float64)
}

// weigh writes a page's weight in kB, rounded up, in place of its mark.
func (w *scale) weigh(name string, body []byte) ([]byte, error) {
	at := bytes.LastIndex(body, weightMark)
	if at < 0 {
		return body, nil
	}
	ratio, ok := w.shrink.Load(name)
	if !ok {
		gz, err := compress(body)
		if err != nil {
			return nil, err
		}
		ratio, _ = w.shrink.LoadOrStore(name, float64(len(gz))/float64(len(body)))
	}
	packed := int(float64(len(body)) * ratio.(float64))
	if bytes.Contains(body, []byte(`<div id="map"`)) {
		packed += w.drawn
	}
	for address, n := range w.sheets {
		if bytes.Contains(body, []byte(address)) {
			packed += n
		}
	}
	kB := strconv.Itoa((w.base + packed + 999) / 1000)
	return append(body[:at:at], append([]byte(kB), body[at+len(weightMark):]...)...), nil
}

// newScale knows what every page loads beside itself.
func newScale(a *assets) scale {
	sum := func(names ...string) (n int) {
		for _, name := range names {
			n += len(a.byPath[a.names[name]].body)
		}
		return n
	}
	sheets := map[string]int{}
	for name, address := range a.names {
		if path.Ext(name) == ".css" && path.Dir(name) == "." && name != "copi.css" && name != "map.css" {
			sheets[address] = sum(name)
		}
	}
	return scale{
		sheets: sheets,
		base:   sum("copi.css", "icons.svg", "icon.svg"),
		drawn: sum("vendor/leaflet/leaflet.js", "vendor/leaflet/leaflet.css", "map.js", "map.css",
			"vendor/natural-earth/europe.topojson", "vendor/natural-earth/departements.topojson"),
	}
}
