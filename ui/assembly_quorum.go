package ui

// QuorumChoices are the quorums a meeting may have.
func (f *form) QuorumChoices() []choice {
	return f.options("vote.share.", "none", "quarter", "over_quarter", "third", "half", "two_thirds", "other")
}
