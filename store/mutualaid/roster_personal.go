package mutualaid

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// rosterTables are the tables of rosters, chores and the list of isolated
// persons that name an account.
var rosterTables = []string{
	"mutualaid_rosters", "mutualaid_turns", "mutualaid_chores", "mutualaid_hands", "mutualaid_referents",
}

// Service is what a person gets back of what they did for the village.
type Service struct {
	Rosters  []string    `json:"rosters,omitempty"` // planned, by title
	Turns    []TurnTaken `json:"turns,omitempty"`
	Chores   []ChorePut  `json:"chores,omitempty"`
	Taken    []string    `json:"taken,omitempty"`    // chores taken on, by title
	Referent *time.Time  `json:"referent,omitempty"` // of the list of isolated persons, since
}

// TurnTaken is a shift somebody signed up for.
type TurnTaken struct {
	Roster  string    `json:"roster"`
	Starts  string    `json:"starts"` // on the wall
	TakenAt time.Time `json:"taken_at"`
}

// ChorePut is a chore somebody wrote.
type ChorePut struct {
	Title   string `json:"chore"`
	Text    string `json:"text,omitempty"`
	Place   string `json:"place,omitempty"`
	Contact string `json:"contact,omitempty"`
	Done    bool   `json:"done"`
}

func (s *Service) empty() bool {
	return len(s.Rosters)+len(s.Turns)+len(s.Chores)+len(s.Taken) == 0 && s.Referent == nil
}

// exportService collects it; nil when there is nothing.
func exportService(tx *store.Tx, account string) (*Service, error) {
	var s Service
	rosters, err := store.All(tx, scanRoster, sqlRostersOf, account)
	if err != nil {
		return nil, err
	}
	for i := range rosters {
		s.Rosters = append(s.Rosters, rosters[i].Title)
	}
	turns, err := store.All(tx, scanTurn, sqlTurnsEver, account)
	if err != nil {
		return nil, err
	}
	for i := range turns {
		r, err := store.One(tx, scanRoster, sqlRosterByID, turns[i].RosterID)
		if err != nil {
			return nil, err
		}
		s.Turns = append(s.Turns, TurnTaken{r.Title, turns[i].Date.String(), turns[i].TakenAt})
	}
	if err := s.addChores(tx, account); err != nil {
		return nil, err
	}
	switch r, err := store.One(tx, scanReferent, sqlReferentOf, account); {
	case err == nil:
		s.Referent = &r.NamedAt
	case store.KindOf(err) != store.NotFound:
		return nil, err
	}
	if s.empty() {
		return nil, nil
	}
	return &s, nil
}

func (s *Service) addChores(tx *store.Tx, account string) error {
	chores, err := store.All(tx, scanChore, sqlChoresOf, account)
	if err != nil {
		return err
	}
	for i := range chores {
		c := &chores[i]
		s.Chores = append(s.Chores, ChorePut{c.Title, c.Text, c.Place, c.Contact, c.Done()})
	}
	taken, err := takenBy(tx, account)
	if err != nil {
		return err
	}
	for _, c := range taken {
		s.Taken = append(s.Taken, c.Title)
	}
	return nil
}

// eraseService takes a person out. Their turns and what they took on are free
// for others again, and a seat of the list of isolated persons is empty in any
// case: nobody takes part who is not there. A roster belongs to the village and
// stays; chores go when they want all gone.
func eraseService(tx *store.Tx, account string, how store.Erasure) error {
	turns, err := store.All(tx, scanTurn, sqlTurnsEver, account)
	if err != nil {
		return err
	}
	for i := range turns {
		if err := turns[i].drop(tx); err != nil {
			return err
		}
	}
	if err := eraseChores(tx, account, how); err != nil {
		return err
	}
	for _, statement := range []string{sqlUnofferTo, sqlUnnameRoster, sqlUnnameChore, sqlLeaveSeat} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}

// takenBy are the chores an account took on.
func takenBy(tx *store.Tx, account string) (list []Chore, err error) {
	ids, err := store.All(tx, store.Scan[string], sqlTakenBy, account)
	for _, id := range ids {
		c, err := store.One(tx, scanChore, sqlChoreByID, id)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, err
}

func eraseChores(tx *store.Tx, account string, how store.Erasure) error {
	taken, err := takenBy(tx, account)
	if err != nil {
		return err
	}
	for _, c := range taken {
		if err := c.drop(tx, account); err != nil {
			return err
		}
	}
	chores, err := store.All(tx, scanChore, sqlChoresOf, account)
	if err != nil {
		return err
	}
	for i := range chores {
		c := &chores[i]
		if how == store.EraseAll {
			err = c.delete(tx, listing.Erase)
		} else if c.Contact != "" { // it may say who they are
			c.Contact = ""
			if c.Takers, err = store.All(tx, store.Scan[string], sqlTakers, c.ID); err == nil {
				err = c.update(tx)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// serviceAuthor is the account that planned a roster or wrote a chore, empty
// for neither.
func serviceAuthor(tx *store.Tx, id string) (string, error) {
	for _, query := range []string{sqlRosterAuthor, sqlChoreAuthor} {
		author, err := store.One(tx, store.Scan[string], query, id)
		if store.KindOf(err) != store.NotFound {
			return author, err
		}
	}
	return "", store.E(store.NotFound, "err.not_found")
}
