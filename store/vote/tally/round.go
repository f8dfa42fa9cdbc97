package tally

// Round is one round of runoff or STV: the votes as it begins, then what
// follows from them.
type Round struct {
	Votes     []Fraction `json:"votes"`               // per option, with those the elected keep; "" for one that is out
	Exhausted Fraction   `json:"exhausted,omitempty"` // what lies with nobody: ballots that name nobody any more, decimals that were cut
	Elected   []int      `json:"elected,omitempty"`   // in this round
	Surplus   *int       `json:"surplus,omitempty"`   // stv: whose surplus moves on, …
	Value     Fraction   `json:"value,omitempty"`     // … and by what each of their ballots is multiplied
	Out       []int      `json:"out,omitempty"`       // who is out; several only without any vote
}
