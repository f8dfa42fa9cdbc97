package ui

import (
	"bytes"
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
	base   int      // of what every page loads, in bytes
	shrink sync.Map // name of a template → packed bytes per byte (float64)
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
	kB := strconv.Itoa((w.base + packed + 999) / 1000)
	return append(body[:at:at], append([]byte(kB), body[at+len(weightMark):]...)...), nil
}

// newScale knows what every page loads beside itself.
func newScale(a *assets) scale {
	base := 0
	for _, name := range []string{"copi.css", "icons.svg", "icon.svg"} {
		base += len(a.byPath[a.names[name]].gz)
	}
	return scale{base: base}
}
