package tally

// Round is one round of runoff or STV: the votes as it begins, then what
// follows from them.
type Round struct {
	Votes     []Fraction `json:"votes"`               // per option; "" for one that is out, or elected with nothing left to pass on
	Exhausted Fraction   `json:"exhausted,omitempty"` // votes whose ballots name nobody any more
	Elected   []int      `json:"elected,omitempty"`   // in this round
	Surplus   *int       `json:"surplus,omitempty"`   // stv: whose surplus moves on, …
	Value     Fraction   `json:"value,omitempty"`     // … and by what each of their ballots is multiplied
	Out       *int       `json:"out,omitempty"`       // who is out
}
