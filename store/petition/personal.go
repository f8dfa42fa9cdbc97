package petition

import (
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Personal is what the module holds about persons: the petitions they wrote,
// what they signed, the sheets they typed and the files they took.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"petition_petitions", "petition_signatures", "petition_exports"},
	Export: export,
	Erase:  erase,
	Blocks: blocks,
}

// all is more than anybody writes.
const all = 1 << 30

// Holding is what the module exports.
type Holding struct {
	Petitions []Written `json:"petitions,omitempty"`
	Signed    []Signed  `json:"signed,omitempty"`
	Files     []Taken   `json:"files,omitempty"`
}

// Written is a petition as its author gets it back.
type Written struct {
	Petition listing.Body `json:"petition"`
	Purpose  string       `json:"purpose"`
	State    State        `json:"state"`
	Since    time.Time    `json:"since"`
}

// Signed is a signature as who gave it gets it back.
type Signed struct {
	Petition  string `json:"petition"` // its title
	Name      string `json:"name"`
	BirthYear int    `json:"birth_year"`
	Commune   string `json:"commune"`
	Who       Who    `json:"who"` // 1 elector, 2 inhabitant, 3 other
	Public    bool   `json:"public"`
	Contact   string `json:"contact,omitempty"`
	Day       string `json:"day"`
}

// Taken is a file of signatures they took.
type Taken struct {
	Petition string    `json:"petition"`
	At       time.Time `json:"at"`
	People   int       `json:"people"`
	Until    time.Time `json:"delete_before"`
}

func export(tx *store.Tx, account string) (any, error) {
	petitions, err := store.All(tx, scanPetition, sqlOf, account, all)
	if err != nil {
		return nil, err
	}
	var h Holding
	for i := range petitions {
		p := &petitions[i]
		tally, err := p.Tally(tx)
		if err != nil {
			return nil, err
		}
		p.Masked = false // it is theirs
		h.Petitions = append(h.Petitions, Written{p.body(tally), p.Purpose, p.State, p.CreatedAt})
	}
	signatures, err := store.All(tx, scanSignature, sqlSignedBy, account)
	if err != nil {
		return nil, err
	}
	for _, s := range signatures {
		title, err := titleOf(tx, s.PetitionID)
		if err != nil {
			return nil, err
		}
		h.Signed = append(h.Signed, Signed{title, s.Name, s.BirthYear, s.Commune, s.Who, s.Shown, s.Contact, s.Day})
	}
	files, err := store.All(tx, scanExport, sqlExportsOf, account)
	if err != nil {
		return nil, err
	}
	for _, e := range files {
		title, err := titleOf(tx, e.PetitionID)
		if err != nil {
			return nil, err
		}
		h.Files = append(h.Files, Taken{title, e.At, e.People, e.Until})
	}
	if len(h.Petitions)+len(h.Signed)+len(h.Files) == 0 {
		return nil, nil
	}
	return h, nil
}

func titleOf(tx *store.Tx, id string) (string, error) {
	p, err := store.One(tx, scanPetition, sqlByID, id)
	return p.Title, err
}

// blocks lists the petitions somebody has to close, or to put in the name of an
// organisation, before they leave: those who signed trusted that somebody hands
// them over (VP-4).
func blocks(tx *store.Tx, account string) (store.Errors, error) {
	petitions, err := store.All(tx, scanPetition, sqlOf, account, all)
	if err != nil {
		return nil, err
	}
	var bad store.Errors
	for i := range petitions {
		p := &petitions[i]
		held, err := p.held(tx)
		if err != nil {
			return nil, err
		}
		if held {
			bad.Add(store.E(store.Conflict, "err.petition.leaving", "title", p.Title))
		}
	}
	return bad, nil
}

// held tells whether somebody signed it who waits for its author alone.
func (p *Petition) held(tx *store.Tx) (bool, error) {
	if p.State == Closed {
		return false, nil
	}
	if links, err := directory.Links(tx, p.Ref()); err != nil || len(links) > 0 {
		return false, err
	}
	return p.Signed(tx)
}

// erase takes the person's signatures back and their name off what they wrote.
// A petition that nobody signed goes; one that waited for them alone is closed.
func erase(tx *store.Tx, account string, how store.Erasure) error {
	signatures, err := store.All(tx, scanSignature, sqlSignedBy, account)
	if err != nil {
		return err
	}
	for _, s := range signatures {
		if err := s.forget(tx); err != nil {
			return err
		}
	}
	petitions, err := store.All(tx, scanPetition, sqlOf, account, all)
	if err != nil {
		return err
	}
	for i := range petitions {
		if err := erasePetition(tx, &petitions[i], how); err != nil {
			return err
		}
	}
	for _, statement := range []string{sqlUnauthor, sqlUntyped, sqlUnnamed} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}

// forget deletes one signature; its petition counts without it.
func (s *Signature) forget(tx *store.Tx) error {
	if _, err := tx.Exec(sqlStrike, s.PetitionID, s.ID); err != nil {
		return err
	}
	p, err := store.One(tx, scanPetition, sqlByID, s.PetitionID)
	if err != nil {
		return err
	}
	return p.struck(tx)
}

func erasePetition(tx *store.Tx, p *Petition, how store.Erasure) error {
	if how == store.EraseAll {
		return p.drop(tx, listing.Erase)
	}
	held, err := p.held(tx)
	if err != nil {
		return err
	}
	if held { // left before an older backup was put back: blocks keeps others from it
		if err := p.close(tx); err != nil {
			return err
		}
		return p.save(tx, "")
	}
	links, err := directory.Links(tx, p.Ref())
	if err != nil || len(links) > 0 || p.State == Closed {
		return err
	}
	return p.drop(tx, listing.Withdraw)
}
