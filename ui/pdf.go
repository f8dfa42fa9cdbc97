package ui

import (
	"bytes"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Measures of a sheet, in millimetres, and its type sizes, in points.
const (
	sheetMargin = 20.0
	sheetFoot   = 12.0 // of the page number, from the lower edge
	sheetKeep   = 35.0 // a heading with less than that below it goes to the next page
	sheetIndent = 5.0
	titleSize   = 18.0
	headSize    = 13.0
	textSize    = 10.5
	smallSize   = 8.5
	sheetLine   = 0.5 // millimetres for each point of type
)

// sheetFont is one of the fonts every reader of PDF has: nothing is embedded,
// and it writes French whole (NO-7), œ, Ÿ and « » included.
const sheetFont = "Helvetica"

// pagesSign stands for the number of pages until it is known; no text holds it,
// since fields of forms take no control characters.
const pagesSign = "\x01"

// sheet is a document to keep and to print. The same words as of the same day
// are the same bytes.
type sheet struct {
	pdf  *fpdf.Fpdf
	lost bool // something was written that the font has no sign for
}

// sheet begins a document of this day, with a line at the foot of its pages.
func (s *speech) sheet(title, foot string, day time.Time) *sheet {
	d := &sheet{pdf: fpdf.New("P", "mm", "A4", "")}
	d.pdf.SetCreationDate(day.UTC())
	d.pdf.SetModificationDate(day.UTC())
	d.pdf.SetCatalogSort(true)
	d.pdf.SetProducer("CoPi", true)
	d.pdf.SetTitle(title, true)
	d.pdf.SetLang(s.Lang)
	d.pdf.SetMargins(sheetMargin, sheetMargin, sheetMargin)
	d.pdf.SetAutoPageBreak(true, sheetMargin)
	d.pdf.AliasNbPages(pagesSign)
	d.pdf.SetFooterFunc(func() {
		d.pdf.SetY(-sheetFoot)
		d.pdf.SetX(sheetMargin) // also where an indented paragraph goes on
		d.pdf.SetFont(sheetFont, "", smallSize)
		d.pdf.CellFormat(0, 0, d.signs(foot), "", 0, "L", false, 0, "")
		d.pdf.SetX(sheetMargin)
		d.pdf.CellFormat(0, 0, d.signs(s.T("ui.sheet.page", "n", d.pdf.PageNo(), "of", pagesSign)), "", 0, "R", false, 0, "")
	})
	d.pdf.AddPage()
	d.write("B", titleSize, title)
	return d
}

// signs is a text in the signs of the font. An accent it does not know is left
// off its letter; what it cannot write at all is a question mark.
func (d *sheet) signs(text string) string {
	var b strings.Builder
	for _, c := range norm.NFC.String(text) {
		if c == '\u202f' || c == '\u2009' {
			c = '\u00a0' // the font has one width of them
		}
		if sign, ok := charmap.Windows1252.EncodeRune(c); ok {
			b.WriteByte(sign)
			continue
		}
		d.lost = true
		base := []rune(norm.NFD.String(string(c)))[0]
		if sign, ok := charmap.Windows1252.EncodeRune(base); ok {
			b.WriteByte(sign)
		} else if !unicode.Is(unicode.Mn, c) {
			b.WriteByte('?')
		}
	}
	return b.String()
}

// write sets a paragraph; one without words is none.
func (d *sheet) write(style string, size float64, text string) {
	if text == "" {
		return
	}
	d.pdf.SetFont(sheetFont, style, size)
	d.pdf.MultiCell(0, size*sheetLine, d.signs(text), "", "L", false)
	d.pdf.Ln(size * sheetLine / 2)
}

// head is a heading, never alone at the foot of a page.
func (d *sheet) head(text string) {
	_, high := d.pdf.GetPageSize()
	if d.pdf.GetY() > high-sheetMargin-sheetKeep {
		d.pdf.AddPage()
	}
	d.pdf.Ln(2)
	d.write("B", headSize, text)
}

func (d *sheet) text(text string)   { d.write("", textSize, text) }
func (d *sheet) strong(text string) { d.write("B", textSize, text) }
func (d *sheet) small(text string)  { d.write("", smallSize, text) }

// fact is a name and what is said of it.
func (d *sheet) fact(name, text string) {
	if text == "" {
		return
	}
	d.pdf.SetFont(sheetFont, "B", textSize)
	d.pdf.MultiCell(0, textSize*sheetLine, d.signs(name), "", "L", false)
	d.indented(text)
}

// indented is a paragraph a little to the right: an entry of a list, what stands
// under a name.
func (d *sheet) indented(text string) {
	d.pdf.SetLeftMargin(sheetMargin + sheetIndent)
	d.text(text)
	d.pdf.SetLeftMargin(sheetMargin)
	d.pdf.SetX(sheetMargin)
}

// bytes is the document as a file.
func (d *sheet) bytes() ([]byte, error) {
	var b bytes.Buffer
	err := d.pdf.Output(&b)
	return b.Bytes(), err
}
