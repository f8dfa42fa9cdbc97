package ui

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// qrCode is a QR code as one path of an SVG, for templates: the page loads
// nothing and it prints sharp.
type qrCode struct {
	Size int // modules on a side, with the quiet zone
	Path string
}

// quiet is the white border a reader needs, in modules.
const quiet = 4

// newQR makes the code of a text; 15 % of it may be stained (level M).
func newQR(text string) (qrCode, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return qrCode{}, err
	}
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			run := 0
			for x+run < c.Size && c.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	return qrCode{Size: c.Size + 2*quiet, Path: b.String()}, nil
}
