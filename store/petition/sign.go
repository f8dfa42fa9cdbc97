package petition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// Signature is one name under a petition.
type Signature struct {
	ID         string
	PetitionID string
	AccountID  string // empty on paper
	Name       string
	BirthYear  int
	Commune    string
	Who        Who
	Shown      bool   // the name may be public
	Contact    string // to be kept informed; may be empty
	Sheet      int    // number written on the sheet; 0 on the web
	TypedBy    string // the account that typed the sheet
	Day        string // 2026-03-14
	key        string
}

// Key tells whether two signatures are one person: name, year of birth and
// commune, however they are written. The words of a name come in any order:
// sheets say "DURAND Marie", people "Marie Durand".
func (s *Signature) Key() string {
	words := strings.Fields(listing.Fold(s.Name))
	slices.Sort(words)
	return strings.Join(words, " ") + "|" + strconv.Itoa(s.BirthYear) + "|" + communeKey(s.Commune)
}

// communeKey writes a commune's name as it is compared.
func communeKey(name string) string {
	words := strings.Fields(listing.Fold(name))
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		}
	}
	return strings.Join(words, " ")
}

// check tells what is wrong with a signature; field names a field of its form.
func (s *Signature) check(tx *store.Tx, field func(string) string) store.Errors {
	s.Name, s.Commune, s.Contact = strings.Join(strings.Fields(s.Name), " "), strings.TrimSpace(s.Commune), strings.TrimSpace(s.Contact)
	var bad store.Errors
	name := written(field("name"), s.Name, MaxLine, "err.petition.name_empty")
	if name == nil && listing.Fold(s.Name) == "" {
		name = store.E(store.Invalid, "err.petition.name_empty").At(field("name"))
	}
	bad.Add(name)
	if s.BirthYear < oldest || s.BirthYear > tx.Now.Year() && tx.ClockQuality().Sure() {
		bad.Add(store.E(store.Invalid, "err.petition.birth_year", "from", strconv.Itoa(oldest), "to", strconv.Itoa(tx.Now.Year())).At(field("birth_year")))
	}
	bad.Add(written(field("commune"), s.Commune, MaxLine, "err.petition.commune_empty"))
	if !slices.Contains(Whos, s.Who) {
		bad.Add(store.E(store.Invalid, "err.petition.who").At(field("who")))
	}
	bad.Add(listing.CheckText(field("contact"), s.Contact, MaxLine))
	return bad
}

// Sign signs a petition on behalf of the acting account, or changes what they
// signed with. agrees tells that they were told what becomes of it. Whoever
// has an account may: a child, a foreigner, a neighbour (PT-6).
func Sign(tx *store.Tx, s *Signature, agrees bool) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	p, err := Get(tx, s.PetitionID)
	if err != nil {
		return err
	}
	if !p.IsOpen() {
		return store.E(store.Conflict, "err.petition.not_open")
	}
	bad := s.check(tx, func(name string) string { return name })
	if !agrees {
		bad.Add(store.E(store.Invalid, "err.petition.agrees").At("agrees"))
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	before, err := p.Tally(tx)
	if err != nil {
		return err
	}
	s.AccountID, s.Sheet, s.TypedBy, s.key = tx.Actor.ID, 0, "", s.Key()
	_, again, err := Mine(tx, p.ID)
	switch {
	case err != nil:
		return err
	case again:
		_, err = tx.Exec(sqlSignAgain, s.key, s.Name, s.BirthYear, s.Commune, s.Who, s.Shown, s.Contact, p.ID, s.AccountID)
	default:
		err = s.insert(tx)
	}
	if err != nil {
		return err
	}
	return p.counted(tx, before)
}

func (s *Signature) insert(tx *store.Tx) error {
	s.ID, s.Day = tx.NewID(), tx.Now.UTC().Format("2006-01-02")
	_, err := tx.Exec(sqlSign, s.ID, s.PetitionID, s.AccountID, s.key, s.Name, s.BirthYear, s.Commune, s.Who, s.Shown, s.Contact, s.Sheet, s.TypedBy, s.Day)
	return err
}

// counted writes the new count on the card, and tells who answers for the
// petition when it has reached its goal.
func (p *Petition) counted(tx *store.Tx, before Tally) error {
	if err := p.put(tx); err != nil {
		return err
	}
	now, err := p.Tally(tx)
	if err != nil {
		return err
	}
	if goal := p.Target(); goal > 0 && p.Counted(before) < goal && p.Counted(now) >= goal {
		return p.tellOrganisers(tx, "notify.petition_goal")
	}
	return nil
}

// Mine is the acting account's signature.
func Mine(tx *store.Tx, petition string) (s Signature, signed bool, err error) {
	if tx.Actor.ID == "" {
		return s, false, nil
	}
	s, err = store.One(tx, scanSignature, sqlMine, petition, tx.Actor.ID)
	if store.KindOf(err) == store.NotFound {
		return s, false, nil
	}
	return s, err == nil, err
}

// Unsign takes the acting account's signature back: the row goes. A figure that
// was handed over stands, with a note (PT-5).
func Unsign(tx *store.Tx, petition string) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	p, err := read(tx, petition)
	if err != nil {
		return err
	}
	done, err := tx.Exec(sqlUnsign, p.ID, tx.Actor.ID)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return p.struck(tx)
}

// Strike takes a signature off, as the person asked who signed on paper; for who
// answers for the petition.
func Strike(tx *store.Tx, petition, signature string) error {
	p, err := Own(tx, petition)
	if err != nil {
		return err
	}
	s, err := store.One(tx, scanSignature, sqlRow, p.ID, signature)
	if err != nil {
		return err
	}
	if s.AccountID != "" {
		return store.E(store.Conflict, "err.petition.own_only")
	}
	if _, err := tx.Exec(sqlStrike, p.ID, signature); err != nil {
		return err
	}
	return p.struck(tx)
}

// struck keeps the count after a signature went. That signing is over is for
// the job to write down, which tells so.
func (p *Petition) struck(tx *store.Tx) error {
	if !p.IsFrozen() {
		return p.put(tx)
	}
	p.Withdrawn++
	return p.save(tx, "")
}

// Signed tells whether anybody signed.
func (p *Petition) Signed(tx *store.Tx) (bool, error) {
	n, err := store.One(tx, store.Scan[int], sqlRows, p.ID)
	return n > 0, err
}

// TypeSheet adds the lines of a paper sheet: all of them, or none when one is
// wrong; its faults are at the fields name-1, birth_year-1, … Who signed already,
// on the web or on another sheet, is known and not added (PT-1). Sheets that
// were signed in time may be typed until the petition is handed over.
func TypeSheet(tx *store.Tx, petition string, sheet int, lines map[int]Signature) (added, known int, err error) {
	p, err := Served(tx, petition)
	if err != nil {
		return 0, 0, err
	}
	if p.IsFrozen() {
		return 0, 0, store.E(store.Conflict, "err.petition.deposited")
	}
	var bad store.Errors
	if sheet < 1 || sheet > MaxSheet {
		bad.Add(store.E(store.Invalid, "err.petition.sheet", "max", MaxSheet).At("sheet"))
	}
	if len(lines) == 0 {
		bad.Add(store.E(store.Invalid, "err.petition.no_lines").At("name-1"))
	}
	order := make([]int, 0, len(lines))
	for n := range lines {
		order = append(order, n)
	}
	slices.Sort(order)
	for _, n := range order {
		s := lines[n]
		bad = append(bad, s.check(tx, func(name string) string { return fmt.Sprintf("%s-%d", name, n) })...)
		lines[n] = s
	}
	if err := bad.OrNil(); err != nil {
		return 0, 0, err
	}
	before, err := p.Tally(tx)
	if err != nil {
		return 0, 0, err
	}
	for _, n := range order {
		s := lines[n]
		s.PetitionID, s.AccountID, s.Contact, s.Sheet, s.TypedBy, s.key = p.ID, "", "", sheet, tx.Actor.ID, s.Key()
		twice, err := store.One(tx, store.Scan[int], sqlKnown, p.ID, s.key)
		if err != nil {
			return 0, 0, err
		}
		if twice > 0 {
			known++
			continue
		}
		if err := s.insert(tx); err != nil {
			return 0, 0, err
		}
		added++
	}
	return added, known, p.counted(tx, before)
}
