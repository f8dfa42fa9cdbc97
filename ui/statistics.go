package ui

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

func (s *Server) statisticsRoutes() []route {
	return []route{
		{GET, "/statistiques", public, s.statistics},
		{GET, "/statistiques.csv", public, s.statisticsTable},
	}
}

// Bounds of the page of numbers.
const (
	fewPersons    = 5 // below it a number of persons is not said
	statsMonths   = 12
	statsCommunes = 20
)

// figure is one number with its name; Share is of the largest beside it.
type figure struct {
	Name, Href string
	N          int64
	Machine    string // of a month: 2026-11
}

// figures is one table of the page.
type figures struct {
	Key   string // of its sentence, listing.stats.<key>
	Title string
	Rows  []figure
	Most  int64
}

func (f *figures) add(row figure) {
	f.Rows = append(f.Rows, row)
	f.Most = max(f.Most, row.N)
}

// boxFigure is a neighbouring box with how many of its cards are here.
type boxFigure struct {
	Name  string
	Cards int
	Seen  time.Time
}

// numbers is all the page says.
type numbers struct {
	Total, Own, Neighbours, Upcoming int64
	Tables                           []figures
	Boxes                            []boxFigure
	People                           int // 0 when they are fewer than five
	Roles                            []figure
}

type statisticsPage struct {
	page
	numbers
	Few int
}

// statistics shows what the box holds in numbers: those of what a visitor
// sees, whoever looks.
func (s *Server) statistics(r *request) error {
	p := &statisticsPage{page: r.page("listing.stats.title"), Few: fewPersons}
	var err error
	if p.numbers, err = r.numbers(); err != nil {
		return err
	}
	return r.Render("listing/statistics", p)
}

func (r *request) numbers() (n numbers, err error) {
	err = r.View(func(tx *store.Tx) error {
		visitor := *tx
		visitor.Actor = store.Actor{}
		if err := r.cardNumbers(&visitor, &n); err != nil {
			return err
		}
		if err := r.monthNumbers(&visitor, &n); err != nil {
			return err
		}
		if err := personNumbers(&visitor, &n, r.speech); err != nil {
			return err
		}
		origins, err := listing.Origins(&visitor)
		if err != nil {
			return err
		}
		for _, o := range origins {
			cards, err := listing.CountFrom(&visitor, o.ID)
			if err != nil {
				return err
			}
			n.Boxes = append(n.Boxes, boxFigure{o.Name, cards, o.SeenAt})
		}
		return r.freshUntilListsChange(&visitor)
	})
	return n, err
}

// cardNumbers counts cards by kind and by commune.
func (r *request) cardNumbers(tx *store.Tx, n *numbers) error {
	all, err := listing.Overview(tx, listing.Query{}, listing.Glance{Today: r.today()})
	if err != nil {
		return err
	}
	n.Total, n.Own, n.Neighbours, n.Upcoming = all.Total, all.Own, all.Neighbours, all.Upcoming
	kinds := figures{Key: "kinds", Title: r.T("listing.stats.kinds")}
	for _, g := range all.Groups {
		kinds.add(figure{Name: r.subjectOf(g.Kind).Word, N: g.N, Href: "/recherche?kind=" + g.Kind})
	}
	communes := figures{Key: "communes", Title: r.T("listing.stats.communes")}
	names, err := r.places(tx, listing.Query{}, all.Communes)
	if err != nil {
		return err
	}
	var rest int64
	for _, c := range all.Communes {
		name := names[c.Name]
		if name == "" || len(communes.Rows) == statsCommunes {
			rest += c.N
			continue
		}
		communes.add(figure{Name: name, N: c.N, Href: "/recherche?commune=" + c.Name})
	}
	if rest > 0 {
		communes.add(figure{Name: r.T("listing.stats.elsewhere"), N: rest})
	}
	n.Tables = append(n.Tables, kinds, communes)
	return nil
}

// monthNumbers counts what was published here in the last months, and the
// events of the next.
func (r *request) monthNumbers(tx *store.Tx, n *numbers) error {
	y, m, _ := r.now.In(r.zone).Date()
	first := func(i int) time.Time { return time.Date(y, m+time.Month(i), 1, 0, 0, 0, 0, r.zone) }
	var bounds []time.Time
	for i := 1 - statsMonths; i <= 1; i++ {
		bounds = append(bounds, first(i))
	}
	counts, err := listing.Published(tx, bounds)
	if err != nil {
		return err
	}
	past := figures{Key: "published", Title: r.T("listing.stats.published")}
	for i, count := range counts {
		past.add(r.monthFigure(bounds[i], count))
	}
	ahead := figures{Key: "ahead", Title: r.T("listing.stats.ahead")}
	for i := range statsMonths {
		from, to := first(i), first(i+1)
		if i == 0 {
			from = r.today()
		}
		count, err := listing.Count(tx, listing.Query{Kind: listing.KindEvent, From: from, To: to})
		if err != nil {
			return err
		}
		row := r.monthFigure(first(i), count)
		row.Href = "/agenda?from=" + from.Format("2006-01-02") + "&to=" + to.AddDate(0, 0, -1).Format("2006-01-02")
		ahead.add(row)
	}
	n.Tables = append(n.Tables, past)
	if !r.isOff("/agenda") {
		n.Tables = append(n.Tables, ahead)
	}
	return nil
}

func (r *request) monthFigure(month time.Time, count int64) figure {
	return figure{Name: r.Month(month) + " " + strconv.Itoa(month.Year()), N: count, Machine: month.Format("2006-01")}
}

// personNumbers says how many persons have an account: not when they are few,
// and by role only when no role has few, since the others would tell.
func personNumbers(tx *store.Tx, n *numbers, s *speech) error {
	var atLeast [store.Operator + 2]int
	for _, role := range []store.Role{store.Resident, store.Moderator, store.Operator} {
		count, err := account.Count(tx, role)
		if err != nil {
			return err
		}
		atLeast[role] = count
	}
	if atLeast[store.Resident] < fewPersons {
		return nil
	}
	n.People = atLeast[store.Resident]
	var roles []figure
	for _, role := range []store.Role{store.Resident, store.Moderator, store.Operator} {
		count := atLeast[role] - atLeast[role+1]
		if count > 0 && count < fewPersons {
			return nil
		}
		if count > 0 {
			roles = append(roles, figure{Name: s.T("account.role." + role.String()), N: int64(count)})
		}
	}
	n.Roles = roles
	return nil
}

// statisticsTable is the same as a table for a spreadsheet.
func (s *Server) statisticsTable(r *request) error {
	n, err := r.numbers()
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	rows := [][]string{{"table", "name", "number"}}
	add := func(table, name string, n int64) {
		rows = append(rows, []string{table, cell(name), strconv.FormatInt(n, 10)})
	}
	add("total", r.T("listing.stats.total"), n.Total)
	add("total", r.T("listing.stats.own"), n.Own)
	add("total", r.T("listing.stats.neighbours"), n.Neighbours)
	for _, t := range n.Tables {
		for _, row := range t.Rows {
			name := row.Name
			if row.Machine != "" {
				name = row.Machine
			}
			add(t.Key, name, row.N)
		}
	}
	if n.People > 0 {
		add("people", r.T("listing.stats.people"), int64(n.People))
	} else {
		rows = append(rows, []string{"people", cell(r.T("listing.stats.people")), "<" + strconv.Itoa(fewPersons)})
	}
	for _, row := range n.Roles {
		add("roles", row.Name, row.N)
	}
	for _, box := range n.Boxes {
		add("boxes", box.Name, int64(box.Cards))
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return r.Data(http.StatusOK, "text/csv; charset=utf-8", []byte(b.String()))
}
