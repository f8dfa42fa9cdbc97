package assembly

import (
	"time"

	"copi.local/store"
)

// Personal is what the module holds about persons: the meetings they planned,
// those whose roll they are on, and the proxies between seats. A meeting and its
// numbers stay when somebody leaves; their name goes.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"assembly_assemblies", "assembly_roll"},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Planned []string     `json:"planned,omitempty"` // titles
	Rolls   []Attendance `json:"rolls,omitempty"`
}

// Attendance is a meeting a person may take part in, as exported.
type Attendance struct {
	Title   string    `json:"title"`
	Starts  time.Time `json:"starts"`
	Came    bool      `json:"came"`
	ProxyTo string    `json:"proxy_to,omitempty"` // name of who held theirs
	Held    []string  `json:"proxies_of,omitempty"`
}

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	planned, err := store.All(tx, scanAssembly, sqlPlanned, account)
	if err != nil {
		return nil, err
	}
	for i := range planned {
		h.Planned = append(h.Planned, planned[i].Title)
	}
	type row struct {
		id    string
		there bool
		came  int64
	}
	rows, err := store.All(tx, func(r store.Row) (s row, err error) { return s, r.Scan(&s.id, &s.there, &s.came) }, sqlSeatsOf, account)
	if err != nil {
		return nil, err
	}
	for _, s := range rows {
		a, err := store.One(tx, scanAssembly, sqlByID, s.id)
		if err != nil {
			return nil, err
		}
		t := Attendance{Title: a.Title, Starts: a.StartsAt, Came: s.came != 0}
		if err := t.proxies(tx, &a, account); err != nil {
			return nil, err
		}
		h.Rolls = append(h.Rolls, t)
	}
	if len(h.Planned)+len(h.Rolls) == 0 {
		return nil, nil
	}
	return h, nil
}

// proxies fills in who stood for whom.
func (t *Attendance) proxies(tx *store.Tx, a *Assembly, account string) error {
	seat, _, err := a.seatOf(tx, account)
	if err != nil {
		return err
	}
	roll, err := a.Roll(tx)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, s := range roll {
		names[s.ID] = s.Name
	}
	given, err := a.given(tx)
	for _, p := range given {
		switch {
		case p.Giver == seat && !p.Came:
			t.ProxyTo = names[p.Holder]
		case p.Holder == seat:
			t.Held = append(t.Held, names[p.Giver])
		}
	}
	return err
}

// erase takes a person's name off; the number of the roll stays.
func erase(tx *store.Tx, account string, _ store.Erasure) error {
	for _, statement := range []string{sqlUnauthor, sqlForget} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}
