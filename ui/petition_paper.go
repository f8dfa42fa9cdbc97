package ui

import (
	"encoding/csv"
	"io"
	"strconv"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/petition"
)

// Lines of the form a sheet is typed into: at first, and at most.
const (
	sheetLinesFirst = 10
	sheetLinesMost  = petition.MaxSheetRows
)

// sheetTextLength bounds the text on a sheet, in characters, so that its lines
// fit on the same A4.
const sheetTextLength = 900

// sheetBlanks is how many people sign one sheet.
const sheetBlanks = 12

// petitionSheet is the sheet people sign on paper: with who asks for what of
// whom, what becomes of a signature, and the boxes to tick.
func (s *Server) petitionSheet(r *request) error {
	p, err := r.petitionHere("", r.emptyForm(), petition.Get)
	if err != nil {
		return err
	}
	if !p.Petition.IsOpen() {
		return errNoPage
	}
	if err := p.onPaper(r, sheetTextLength); err != nil {
		return err
	}
	p.Blank = make([]struct{}, sheetBlanks)
	return r.Render("petition/sheet", p)
}

// petitionTypeForm is where signed sheets are typed.
func (s *Server) petitionTypeForm(r *request) error {
	p, err := r.petitionTypePage(r.emptyForm(), sheetLinesFirst)
	if err != nil {
		return err
	}
	return r.Render("petition/type", p)
}

// petitionTypePage draws that form with so many lines.
func (r *request) petitionTypePage(f *form, lines int) (*petitionPage, error) {
	p, err := r.petitionHere("petition.type.title", f, petition.Served)
	if err != nil {
		return nil, err
	}
	if f.text("commune") == "" {
		err = r.View(func(tx *store.Tx) error {
			home, err := listing.HomeOf(tx)
			f.values.Set("commune", home.Name)
			return err
		})
	}
	who := r.whoChoices("petition.sheet.who_")
	for n := 1; n <= min(lines, sheetLinesMost); n++ {
		at := "-" + strconv.Itoa(n)
		if f.text("who"+at) == "" {
			f.values.Set("who"+at, strconv.Itoa(int(petition.Inhabitant)))
		}
		p.Rows = append(p.Rows, batchRow{n, []field{
			f.Text("name"+at, "petition.type.name").Unless().Max(petition.MaxLine), f.Number("birth_year"+at, "petition.type.birth_year").Unless().Max(4),
			f.Text("commune"+at, "petition.type.commune").Unless().Max(petition.MaxLine),
			f.Select("who"+at, "petition.type.who").Of(who), f.Tick("shown"+at, "petition.type.shown"),
		}})
	}
	return p, err
}

// typedLines reads the lines of a sheet that have something in them. A commune
// left out is that of the sheet.
func typedLines(f *form) map[int]petition.Signature {
	lines := map[int]petition.Signature{}
	for n := 1; n <= sheetLinesMost; n++ {
		at := "-" + strconv.Itoa(n)
		if f.text("name"+at) == "" && f.text("birth_year"+at) == "" {
			continue
		}
		line := signatureOf(f, at)
		if line.Commune == "" {
			line.Commune = f.text("commune")
		}
		lines[n] = line
	}
	return lines
}

// petitionType adds the lines of a sheet.
func (s *Server) petitionType(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	rows := max(sheetLinesFirst, f.int("rows"))
	if f.text("do") == "more" {
		f.Faults = nil
		p, err := r.petitionTypePage(f, sheetLinesMost)
		if err != nil {
			return err
		}
		return r.Render("petition/type", p)
	}
	sheet, lines := f.int("sheet"), typedLines(f)
	var added, known int
	err = r.Update(func(tx *store.Tx) (err error) {
		added, known, err = petition.TypeSheet(tx, r.Param("id"), sheet, lines)
		return err
	})
	if f.refuse(err) {
		f.Faults = onePerField(f.Faults)
		p, err := r.petitionTypePage(f, rows)
		if err != nil {
			return err
		}
		return r.RenderForm("petition/type", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(petitionsPath+"/"+r.Param("id")+"/saisie", "petition.type.done", "n", added, "known", known)
}

// petitionSignatures lists who signed, for who answers for the petition.
func (s *Server) petitionSignatures(r *request) error {
	p, err := r.petitionSignaturesPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("petition/signatures", p)
}

func (r *request) petitionSignaturesPage(f *form) (*petitionPage, error) {
	skip, err := r.skipped("a_partir")
	if err != nil {
		return nil, err
	}
	p, err := r.petitionHere("petition.signatures.title", f, petition.Own)
	if err != nil {
		return nil, err
	}
	err = r.View(func(tx *store.Tx) error {
		list, more, err := petition.Signatures(tx, p.Petition.ID, skip, petitionLines)
		if err != nil {
			return err
		}
		for i := range list {
			p.Signatures = append(p.Signatures, r.signatureView(&list[i]))
		}
		p.Pager = r.paged("a_partir", skip, petitionLines, more)
		files, err := petition.Exports(tx, p.Petition.ID)
		for _, e := range files {
			name := r.T("petition.export.somebody")
			if e.AccountID != "" {
				if name, err = r.byName(tx, e.AccountID); err != nil {
					return err
				}
			}
			p.Files = append(p.Files, r.T("petition.export.line", "when", r.DayTime(e.At), "name", name, "n", e.People, "until", r.Day(e.Until)))
		}
		return err
	})
	return p, err
}

// signatureView is a signature in words.
func (r *request) signatureView(s *petition.Signature) signatureView {
	v := signatureView{Name: s.Name, Commune: s.Commune, Who: r.T("petition.who." + strconv.Itoa(int(s.Who))), How: r.T("petition.signatures.web")}
	if s.Sheet > 0 {
		v.ID, v.How = s.ID, r.T("petition.signatures.paper", "sheet", s.Sheet)
	}
	return v
}

// petitionStrike takes a signature off that was given on paper.
func (s *Server) petitionStrike(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		if _, err := petition.Own(tx, r.Param("id")); err != nil {
			return err
		}
		return petition.Strike(tx, r.Param("id"), f.text("signature"))
	})
	if f.refuse(err) || store.KindOf(err) == store.NotFound && f.text("signature") == "" {
		p, err := r.petitionSignaturesPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("petition/signatures", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(petitionsPath+"/"+r.Param("id")+"/signatures", "petition.signatures.struck")
}

// petitionExport is the file of those who signed, for a French spreadsheet. It
// carries the day it has to be deleted in its name and on its first line.
func (s *Server) petitionExport(r *request) error {
	var list []petition.Signature
	var one petition.Petition
	err := r.Update(func(tx *store.Tx) (err error) {
		one, list, err = petition.Take(tx, r.Param("id"))
		return err
	})
	f := r.emptyForm()
	if f.refuse(err) {
		p, err := r.petitionSignaturesPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("petition/signatures", p)
	} else if err != nil {
		return err
	}
	until := one.KeptUntil()
	r.Response().Header().Set("Content-Disposition", `attachment; filename="signatures-a-effacer-`+r.local(until).Format("2006-01-02")+`.csv"`)
	r.Uncached()
	return r.whole("text/csv; charset=utf-8", func(out io.Writer) error {
		if _, err := io.WriteString(out, "\ufeff"); err != nil {
			return err
		}
		w := csv.NewWriter(out)
		w.Comma, w.UseCRLF = ';', true
		return w.WriteAll(r.signatureRows(&one, list))
	})
}

// signatureRows are the rows of that file: the petition, its answer once there
// is one, and who signed.
func (r *request) signatureRows(p *petition.Petition, list []petition.Signature) [][]string {
	rows := [][]string{{cell(p.Title), r.T("petition.export.reminder", "day", r.Day(p.KeptUntil())), cell(p.Purpose)}}
	if p.Answer != "" {
		rows = append(rows, []string{r.T("petition.answer.from", "who", p.Addressee), r.Day(p.AnsweredAt), cell(p.Answer)})
	}
	rows = append(rows, []string{
		r.T("petition.type.name"), r.T("petition.type.commune"), r.T("petition.type.who"), r.T("petition.export.how"), r.T("petition.export.contact"),
	})
	for i := range list {
		v := r.signatureView(&list[i])
		rows = append(rows, []string{cell(v.Name), cell(v.Commune), v.Who, v.How, cell(list[i].Contact)})
	}
	return rows
}
