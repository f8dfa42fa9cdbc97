package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/timebank"
)

// deskPath is where an operator finds everything on paper.
const deskPath = "/heures/guichet"

func (s *Server) paperRoutes() []route {
	return []route{
		{GET, deskPath, operator, s.paperDesk},
		{POST, "/heures/bons", operator, s.couponPrint},
		{GET, "/heures/bons/:n", operator, s.couponSheet},
		{GET, "/heures/lots/nouveau", operator, s.batchForm},
		{POST, "/heures/lots", operator, s.batchType},
		{GET, "/heures/lots/:n", operator, s.batch},
		{POST, "/heures/lots/:n", operator, s.batchDo},
		{GET, "/heures/lots/:n/corriger", operator, s.batchForm},
		{POST, "/heures/lots/:n/corriger", operator, s.batchType},
		{GET, "/heures/lots/:n/relecture", operator, s.batchForm},
		{POST, "/heures/lots/:n/relecture", operator, s.batchType},
		{GET, gapsPath, operator, s.gaps},
		{POST, gapsPath, operator, s.gapNote},
		{POST, gapsPath + "/:n", operator, s.gapClose},
		{GET, trustPath, operator, s.trust},
		{POST, trustPath, operator, s.trustSet},
	}
}

// paperPage is every page of an operator about paper, gaps and trust lines;
// each fills what it shows.
type paperPage struct {
	page
	Form    *form
	Action  string // address the form is sent to
	Lead    string
	Common  string // balance of the common account
	Lost    string // what it settled for people who left
	Batches []batchView
	Batch   *batchView
	Prints  []printView
	Print   *printView
	Sheet   *statementView // of a booklet
	Rows    []batchRow
	Gaps    []gapView
	Lines   []trustView
	Links   []choice // linked boxes a line can be made to
	New     *form    // of a line to one of them
	Back    wordLink
}

func (r *request) paperPage(title string, args ...any) *paperPage {
	p := &paperPage{page: r.page(""), Form: r.emptyForm(), Back: wordLink{deskPath, r.T("timebank.desk.title")}}
	p.Title, p.Section = r.T(title, args...), "heures"
	return p
}

// named is an account in words, by number: "Ana Petit (0017)"; the number alone
// when there is no such account.
func (r *request) namedAccount(tx *store.Tx, number string) (string, error) {
	a, err := timebank.Get(tx, number)
	if store.KindOf(err) == store.NotFound {
		return number, nil
	}
	if err != nil {
		return "", err
	}
	name, err := a.NameOf(tx)
	return r.holder(&a, name) + " (" + number + ")", err
}

// byName is the name of an account id as an operator reads it.
func (r *request) byName(tx *store.Tx, id string) (string, error) {
	name, err := account.ShownName(tx, id)
	if err == nil && name == "" {
		name = r.T("timebank.gone")
	}
	return name, err
}

// rowNumber is the number in the address; anything else is no page.
func (r *request) rowNumber() (int64, error) {
	n, err := strconv.ParseInt(r.Param("n"), 10, 64)
	if err != nil || n < 1 {
		return 0, errNoPage
	}
	return n, nil
}

// onDesk is how many batches and prints the desk lists.
const onDesk = 12

// paperDesk lists what an operator does with paper, and the common account.
func (s *Server) paperDesk(r *request) error {
	p, err := r.deskPage(r.emptyForm("count", "8"))
	if err != nil {
		return err
	}
	return r.Render("timebank/desk", p)
}

func (r *request) deskPage(f *form) (*paperPage, error) {
	p := r.paperPage("timebank.desk.title")
	p.Form, p.Back = f, wordLink{"/heures", r.T("timebank.title")}
	return p, r.View(func(tx *store.Tx) error {
		if err := r.commonAccount(tx, p); err != nil {
			return err
		}
		batches, err := timebank.Batches(tx, onDesk)
		if err != nil {
			return err
		}
		for i := range batches {
			p.Batches = append(p.Batches, r.batchLine(&batches[i]))
		}
		prints, err := timebank.Prints(tx, onDesk)
		if err != nil {
			return err
		}
		for i := range prints {
			v, err := r.printView(tx, &prints[i])
			if err != nil {
				return err
			}
			p.Prints = append(p.Prints, v)
		}
		return r.openGaps(tx, p)
	})
}

// commonAccount writes what the common account has, and what it has lost by
// people who left with less than nothing.
func (r *request) commonAccount(tx *store.Tx, p *paperPage) error {
	a, err := timebank.Get(tx, timebank.CommonNumber)
	if err != nil {
		return err
	}
	lost, err := timebank.Lost(tx)
	p.Common, p.Lost = r.Minutes(a.Balance), r.Minutes(lost)
	return err
}
