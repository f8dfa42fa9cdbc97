package tally

// majority is for and against, where the first option is for; or, with
// VariantChoice, the option with the most votes if it reaches the threshold.
func (t *tally) majority() {
	t.Table.Counts = t.columns()
	if t.Variant == VariantChoice {
		t.Order = most(t.Table.Counts)
		t.seat(t.reaches)
		return
	}
	t.Outcome = Refused
	if t.reaches(0) {
		t.Outcome = Adopted
	}
}

// approval is the options most agree with, of those that reach the threshold.
func (t *tally) approval() {
	t.Table.Counts = t.columns()
	t.Order = most(t.Table.Counts)
	t.seat(t.reaches)
}

// reaches says whether an option has the votes the threshold asks for. An
// option without any never wins.
func (t *tally) reaches(option int) bool {
	n := t.Table.Counts[option]
	return n > 0 && n >= t.Needed
}
